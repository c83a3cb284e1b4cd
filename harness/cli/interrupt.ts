import { EXIT } from '../result.ts';

/** Whether the user wants the run to end. */
export interface Interrupts {
  readonly stopped: () => boolean;
  /** Gives Ctrl-C its usual meaning back. */
  readonly release: () => void;
}

/** Watches for Ctrl-C: the first asks the run to stop and to keep what it has, the second ends it at once. */
export function watchInterrupts(onFirst: () => void): Interrupts {
  let count = 0;
  const onSignal = (): void => {
    count++;
    if (count > 1) process.exit(EXIT.interrupted);
    onFirst();
  };
  process.on('SIGINT', onSignal);
  return {
    stopped: () => count > 0,
    release: () => void process.off('SIGINT', onSignal),
  };
}
