import { UsageError } from '../errors.ts';
import { DEFAULT_OUT } from './defaults.ts';
import { whyUnwritable } from './output.ts';
import type { Terminal } from './terminal.ts';

/**
 * The folder for counterexamples; undefined: they cannot be kept. A folder that was asked for must be
 * writable; the default one need not be, so that a check can run in a read-only place.
 */
export function outputFolder(given: string | undefined, terminal: Terminal): string | undefined {
  const folder = given ?? DEFAULT_OUT;
  const why = given === '' ? 'the name is empty' : whyUnwritable(folder);
  if (why === undefined) return folder;
  if (given !== undefined)
    throw new UsageError(
      `--out ${JSON.stringify(given)} cannot be written to`,
      why,
      'expected a folder that exists or can be made',
    );
  terminal.err(`tdicheck: counterexamples will not be kept: ${why}\n`);
  return undefined;
}
