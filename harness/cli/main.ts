import { explainFailure } from './failure.ts';
import { tolerateClosedPipes } from './pipes.ts';
import { run } from './program.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** Runs a command; whatever goes wrong becomes an exit code and a few lines. */
export async function answer(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (error) {
    return explainFailure(error, argv, terminal);
  }
}

/** Runs the command line of this process; gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  tolerateClosedPipes();
  return answer(argv, processTerminal());
}
