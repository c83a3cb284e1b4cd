/**
 * Minimising: a failing trace becomes one without which nothing can be spared.
 *
 * Deletions come first, in spans that halve, from the back: what a late step needed can go once the step has gone, so
 * one pass from the back does what takes many from the front. Then the finer ways of `candidates.ts` follow, each
 * to its end. All begins anew until nothing is left to do.
 */
import type { Attempt } from '../model/step.ts';
import { FINER_WAYS } from './candidates.ts';

type Steps = readonly number[];

export interface MinimiseOptions {
  /** How many candidates may be judged. */
  readonly evaluationsMax?: number;
}
export interface Minimised {
  readonly steps: Steps;
  /** How many candidates were judged. */
  readonly evaluations: number;
  /** The limit ended it: the trace fails, but may not be minimal. */
  readonly exhausted: boolean;
}
const EVALUATIONS_MAX = 50_000;

/**
 * Shrinks a failing trace until no candidate fails. The result is 1-minimal: without any one of its
 * steps it does not fail.
 */
export function minimise(
  trace: Steps,
  attempts: readonly Attempt[],
  fails: (trace: Steps) => boolean,
  { evaluationsMax = EVALUATIONS_MAX }: MinimiseOptions = {},
): Minimised {
  let evaluations = 0;
  const judge = (candidate: Steps): boolean => {
    if (evaluations === evaluationsMax) return false;
    evaluations++;
    return fails(candidate);
  };
  let steps = trace;
  for (let before: Steps | undefined; before !== steps; ) {
    before = steps;
    steps = withoutNeedless(steps, judge);
    for (const way of FINER_WAYS) steps = toTheEnd((t) => way(t, attempts), steps, judge);
  }
  return { steps, evaluations, exhausted: evaluations === evaluationsMax };
}

/** Without the spans that it fails without: half of it, a quarter and so on, then single steps until each is needed. */
function withoutNeedless(trace: Steps, judge: (candidate: Steps) => boolean): Steps {
  let steps = trace;
  for (let size = steps.length >> 1; size > 1; size >>= 1) steps = swept(steps, size, judge);
  for (let before: Steps | undefined; before !== steps; ) {
    before = steps;
    steps = swept(steps, 1, judge);
  }
  return steps;
}
/** One pass from the back over spans of a size. */
function swept(trace: Steps, size: number, judge: (candidate: Steps) => boolean): Steps {
  let steps = trace;
  for (let end = steps.length; end > 0; end -= size) {
    const start = Math.max(0, end - size);
    const rest = [...steps.slice(0, start), ...steps.slice(end)];
    if (judge(rest)) steps = rest;
  }
  return steps;
}
/** One way of shrinking, followed until it leads no further. */
function toTheEnd(
  way: (trace: Steps) => Iterable<Steps>,
  trace: Steps,
  judge: (candidate: Steps) => boolean,
): Steps {
  let steps = trace;
  for (let before: Steps | undefined; before !== steps; ) {
    before = steps;
    for (const candidate of way(before))
      if (judge(candidate)) {
        steps = candidate;
        break;
      }
  }
  return steps;
}
