/**
 * Compares model and engine at every state that a search reached and for every attempt: the case that decides, and
 * the state after it.
 *
 * Nothing is left out. What the engine declares that it reads is a statement about the engine, and would be believed if
 * states were passed over that look alike to it. A packed state stands for many worlds, of which the model is given one;
 * that it does not depend on which is what random walks in lockstep are for (impl/words/lockstep.test.ts).
 */
import type { Engine, Exploration } from '../../impl/engine/index.ts';
import type { Attempt } from '../../model/step.ts';
import type { World } from '../../model/world.ts';
import { differencesBetween, outcomeDiffers } from '../lockstep.ts';
import type { Setup } from '../setup.ts';
import { type Breath, UNWATCHED } from './breath.ts';

/** Where model and engine part: the state, the attempt by its index, and one line. */
export interface Parting {
  readonly state: Int32Array;
  readonly attempt: number;
  readonly says: string;
}
export interface Compared {
  /** Attempts that were compared, and all that there are to compare. */
  readonly count: number;
  readonly total: number;
  readonly parting: Parting | undefined;
  readonly wasStopped: boolean;
}
/** So many states are looked at between two pauses. */
const PACE = 256;

/**
 * Compares until the first difference, in order of levels. `theirs`: the engine's attempts, whose rules may be a mutant's;
 * the model has those of the setup. `breath` is told of attempts; what was compared when it ends the work is counted.
 */
export async function compareAll(
  setup: Setup,
  engine: Engine,
  theirs: readonly Attempt[],
  found: Exploration,
  breath: Breath = UNWATCHED,
): Promise<Compared> {
  const pair = new Pair(setup, engine, theirs);
  const total = found.states * setup.attempts.length;
  for (let n = 0; n < found.states; n++) {
    if (n % PACE === 0 && !(await breath(pair.count, total)))
      return { count: pair.count, total, parting: undefined, wasStopped: true };
    const parting = pair.compareAt(found.words(n));
    if (parting !== undefined) return { count: pair.count, total, parting, wasStopped: false };
  }
  return { count: pair.count, total, parting: undefined, wasStopped: false };
}

class Pair {
  readonly #setup: Setup;
  readonly #engine: Engine;
  readonly #theirs: readonly Attempt[];
  readonly #after: Int32Array;
  readonly #expected: Int32Array;
  count = 0;

  constructor(setup: Setup, engine: Engine, theirs: readonly Attempt[]) {
    this.#setup = setup;
    this.#engine = engine;
    this.#theirs = theirs;
    this.#after = engine.initial.slice();
    this.#expected = engine.initial.slice();
  }
  compareAt(state: Int32Array): Parting | undefined {
    const { attempts, codec, preset } = this.#setup;
    const world: World = { ...codec.unpack(state), readings: preset.readings };
    codec.pack(world, this.#expected);
    if (!isSame(state, this.#expected))
      throw new Error(`compareAll: what [${state.join()}] stands for packs to something else`);
    for (const [n, attempt] of attempts.entries()) {
      const says = this.#compare(n, attempt, state, world);
      if (says !== undefined) return { state, attempt: n, says };
    }
    return undefined;
  }
  #compare(n: number, attempt: Attempt, state: Int32Array, world: World): string | undefined {
    const { codec, model } = this.#setup;
    const result = model.attempt(attempt, world);
    const at = this.#engine.step(n, state, this.#after);
    this.count++;
    const says = outcomeDiffers(this.#setup, n, world, result, this.#theirs[n], at);
    if (says !== undefined) return says;
    if (result.world === world) this.#expected.set(state);
    else codec.pack(result.world, this.#expected);
    return isSame(this.#after, this.#expected)
      ? undefined
      : `state: ${differencesBetween(codec.unpack(this.#expected), codec.unpack(this.#after))}`;
  }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
