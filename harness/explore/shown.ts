/** Whether a fault shows at all where it is searched: a search in which it cannot says nothing of the properties. */
import type { Engine, Exploration } from '../../impl/engine/index.ts';
import type { Attempt } from '../../model/step.ts';
import type { Setup } from '../setup.ts';
import { type Breath, UNWATCHED } from './breath.ts';

/** So many states are looked at between two pauses. */
const PACE = 4096;

/** The attempts, by index in the setup, whose rule is another than the right one. */
export const changedIn = (setup: Setup, theirs: readonly Attempt[]): readonly number[] =>
  setup.attempts.flatMap(({ rule }, n) => (theirs[n]?.rule === rule ? [] : [n]));

/**
 * Tells at a state whether one of the changed attempts comes to another state there, or is accepted, refused or dropped
 * otherwise. `codes`: whether another code of a refusal counts.
 */
export function differing(
  setup: Setup,
  right: Engine,
  theirs: readonly Attempt[],
  wrong: Engine,
  codes: boolean,
): (state: Int32Array) => boolean {
  const told = (attempt: Attempt | undefined): readonly string[] =>
    attempt?.rule.cases.map(({ outcome }) => (codes ? JSON.stringify(outcome) : outcome.is)) ?? [];
  const changed = changedIn(setup, theirs).map((n) => ({
    n,
    mine: told(setup.attempts[n]),
    others: told(theirs[n]),
  }));
  const [a, b] = [right.initial.slice(), right.initial.slice()];
  return (state) =>
    changed.some(
      ({ n, mine, others }) =>
        mine[right.step(n, state, a)] !== others[wrong.step(n, state, b)] ||
        a.some((word, k) => word !== b[k]),
    );
}

/** Whether a fault makes a difference at any state that was found; undefined: it was ended before that was known. */
export async function isShown(
  setup: Setup,
  engine: Engine,
  theirs: readonly Attempt[],
  found: Exploration,
  breath: Breath = UNWATCHED,
): Promise<boolean | undefined> {
  if (changedIn(setup, theirs).length === 0) return false;
  const right = setup.compiler.engine(setup.attempts);
  const differs = differing(setup, right, theirs, engine, true);
  for (let n = 0; n < found.states; n++) {
    if (n % PACE === 0 && !(await breath(n, found.states))) return undefined;
    if (differs(found.words(n))) return true;
  }
  return false;
}
