import { readFileSync } from 'node:fs';
import { readRecording } from '../../impl/stack/recording/index.ts';
import { UsageError } from '../errors.ts';
import { exitOf, validationText } from '../validate/text.ts';
import { validate } from '../validate/validate.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface ValidateOptions {
  /** Undefined is a usage error, told after one of the recording. */
  readonly secrets?: string;
  readonly strict?: boolean;
  readonly format: 'pretty' | 'json';
}

function read(file: string, expected: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot read ${file}`, why, expected);
  }
}

/** `validate`: a recording, verified and followed through the model; gives the exit code of the verdict. */
export function validateCommand(file: string, o: ValidateOptions, terminal: Terminal): number {
  const pcap = read(file, 'expected a packet file, link type 292 (PCI DOE)');
  if (o.secrets === undefined)
    throw new UsageError(
      `the sessions in ${file} are encrypted, and no secrets are given`,
      'expected --secrets FILE, their secrets as JSON',
    );
  const secrets = read(o.secrets, 'expected the secrets of its sessions as JSON');
  const recording = readRecording(pcap, new TextDecoder().decode(secrets));
  if (!recording.ok) {
    const [what = '', ...rest] = recording.error.split(': ');
    const where = what === 'secrets' ? o.secrets : file;
    throw new UsageError(`${where} is no recording`, [what, ...rest].join(': '));
  }
  if (recording.value.packets.length === 0)
    throw new UsageError(`${file} is no recording`, 'it has no packets');
  const validation = validate(recording.value, o.strict === true);
  const { columns, paint } = terminal;
  terminal.out(
    o.format === 'json'
      ? `${JSON.stringify({ version: version(), file, exitCode: exitOf(validation.verdict), ...validation }, undefined, 2)}\n`
      : validationText(validation, { file, version: version(), columns, paint }),
  );
  return exitOf(validation.verdict);
}
