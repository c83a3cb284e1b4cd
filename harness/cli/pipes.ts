import { EXIT } from '../result.ts';

/**
 * Lets the reader of a pipe go away (`tdicheck … | head`): the rest of the output is not wanted, and the
 * verdict is what it is. Output that cannot be written for another reason ends the run.
 */
export function tolerateClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`tdicheck: cannot write to stdout: ${error.message}\n`);
    process.exit(EXIT.usage);
  });
  // Nobody is left who could be told.
  process.stderr.on('error', () => {});
}
