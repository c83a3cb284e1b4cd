import { entropyOf } from '../../impl/stack/device/sample.ts';
import { conform } from '../conform/run.ts';
import { conformText, exitOf } from '../conform/text.ts';
import { UsageError } from '../errors.ts';
import { addressFrom } from '../socket/address.ts';
import { addressesOf, type Profile } from '../socket/served.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface ConformCommandOptions {
  readonly anyAddress?: boolean;
  readonly profile: Profile;
  readonly seed: number;
  readonly budget: number;
  readonly timeout: number;
  readonly strict?: boolean;
  readonly format: 'pretty' | 'json';
}

const PROGRESS_MS = 5000;

/** `conform`: gives the exit code of the verdict. The responder keeps running. */
export async function conformCommand(
  url: string,
  o: ConformCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const [, address] = /^tcp:\/\/([^/]+)\/?$/.exec(url) ?? [];
  if (address === undefined)
    throw new UsageError(
      `${JSON.stringify(url)} is no responder`,
      'expected tcp://HOST:PORT, for example tcp://127.0.0.1:2323',
    );
  const { host, port } = addressFrom(address, 'the address', o.anyAddress === true);
  const interrupts = watchInterrupts(() =>
    terminal.err('tdicheck: ending; Ctrl-C again ends at once\n'),
  );
  let next = performance.now() + PROGRESS_MS;
  try {
    const report = await conform({
      target: {
        host,
        port,
        answerMs: o.timeout,
        entropy: entropyOf(`conform ${o.seed}`),
        ...addressesOf(o.profile),
      },
      seed: o.seed,
      budget: o.budget,
      stopped: interrupts.stopped,
      onProgress: (done) => {
        if (performance.now() < next) return;
        next = performance.now() + PROGRESS_MS;
        terminal.err(`tdicheck: ${done} of ${o.budget} sequences\n`);
      },
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'connect') throw error;
      throw new UsageError(
        `${url} cannot be reached`,
        error.message,
        'npx tdicheck device serves a device',
      );
    });
    const strict = o.strict === true;
    const exitCode = exitOf(report, strict);
    const { columns, paint } = terminal;
    terminal.out(
      o.format === 'json'
        ? `${JSON.stringify({ version: version(), url, exitCode, ...report }, undefined, 2)}\n`
        : conformText(report, { url, version: version(), strict, columns, paint }),
    );
    return exitCode;
  } finally {
    interrupts.release();
  }
}
