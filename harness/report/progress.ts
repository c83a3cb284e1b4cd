import type { Progress } from '../check.ts';
import { grouped } from './grouped.ts';

/** Shows how far a run is, until it ends. */
export interface ProgressView {
  readonly update: (progress: Progress) => void;
  /** Takes away what should not stay. */
  readonly end: () => void;
}
/** Milliseconds since some fixed moment. */
export type Clock = () => number;

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  corpus: 'corpus',
  campaign: 'sequences',
  planted: 'planted faults',
};
/** "sequences 812 of 2,000", and so on. */
export function progressText({ phase, done, total, steps, what }: Progress): string {
  const shown = Math.min(done, total);
  const counts = `${PHASES[phase]} ${grouped(shown)} of ${grouped(total)}`;
  return [counts, steps === 0 ? '' : `${grouped(steps)} steps`, what]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A short run is not talked about; a long one gives a line now and then. */
const FIRST_LINE_MS = 5000;
const LINE_MS = 5000;

/** Progress as plain lines, for logs. */
export function plainProgress(write: (text: string) => void, clock: Clock): ProgressView {
  let next = clock() + FIRST_LINE_MS;
  return {
    update: (progress) => {
      const now = clock();
      if (now < next) return;
      next = now + LINE_MS;
      write(`tdicheck: ${progressText(progress)}\n`);
    },
    end: () => {},
  };
}
