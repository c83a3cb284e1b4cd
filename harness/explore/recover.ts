/**
 * Decides what can still be done, from every state that there is, on the whole graph of a finished search.
 *
 * `recover`: a pass back from the goals over the moves of those who want it. What it does not come to is a dead end.
 * `bounded`: a game in turns. In each the others do nothing or any one thing, then the first move is made that changes
 * anything; a pass back finds the states from which the goal is reached whatever they do, and after how many turns.
 *
 * By symmetry one state stands for all its renamings. Goals and moves are alike in all of them, but the first of the moves
 * is not: the one tried first names the first member. So in a game each renaming of a state may be the one that is met, which
 * shows that a goal is reached, and not that it is not.
 */
import {
  attemptOf,
  type Engine,
  type Exploration,
  type Symmetry,
  viewOf,
} from '../../impl/engine/index.ts';
import type { Attempt } from '../../model/step.ts';
import type { SCHEMA, World } from '../../model/world.ts';
import { isLive, type Property } from '../../properties/property.ts';
import type { Tally } from '../judge.ts';
import { failureText, sight, type Trial, trialsOf } from '../liveness.ts';
import type { Setup } from '../setup.ts';
import { NEVER, nearest, surest, type Towards } from './backward.ts';
import { type Breath, breathing, UNWATCHED } from './breath.ts';
import { StateIndex } from './state-index.ts';

/** A state from which a goal cannot be reached as it should be; the first of those nearest to power-on. */
export interface DeadEnd {
  readonly property: Property;
  readonly why: string;
  readonly state: Int32Array;
  /** Steps to it. */
  readonly length: number;
}
export interface Decided {
  readonly tallies: readonly Tally[];
  readonly deadEnds: readonly DeadEnd[];
  /** What cannot be said where states stand for others. */
  readonly undecided: readonly Property[];
  /** What was not come to, or not to its end, before somebody ended it. */
  readonly open: readonly Property[];
}

/**
 * Decides every property of what can still be done; the search must have been complete. `breath` is told of members of which a
 * property speaks: how many it was decided for, and of how many.
 */
export async function decideLive(
  setup: Setup,
  engine: Engine,
  attempts: readonly Attempt[],
  found: Exploration,
  symmetry?: Symmetry,
  breath: Breath = UNWATCHED,
): Promise<Decided> {
  const trials = setup.properties.filter(isLive).flatMap((p) => trialsOf(p, setup, attempts));
  if (trials.length === 0) return { tallies: [], deadEnds: [], undecided: [], open: [] };
  const undecided = new Set<Property>();
  const ends: DeadEnd[] = [];
  let done = 0;
  const of = <T>(work: Generator<number, T>) =>
    breathing(work, (share) => breath(done + share, trials.length));
  const states = await of(indexed(found, engine.stride - 1));
  if (states !== undefined) {
    const graph = new Graph(setup, engine, found, states.value, symmetry);
    for (const trial of trials) {
      const end = await of(graph.decide(trial));
      if (end === undefined) break;
      done++;
      if (end.value === 'undecided') undecided.add(trial.property);
      else if (end.value !== 'reached') ends.push(end.value);
    }
  }
  const open = new Set<Property>(trials.slice(done).map((t) => t.property));
  const isDecided = ({ property: p }: { readonly property: Property }): boolean =>
    !undecided.has(p) && !open.has(p);
  const first = ends.filter((e) => !ends.some((x) => x.property === e.property && isBefore(x, e)));
  return {
    tallies: [...new Set(trials.map((t) => t.tally))].filter(isDecided),
    deadEnds: first.filter(isDecided),
    undecided: [...undecided].filter((p) => !open.has(p)),
    open: [...open],
  };
}

/** States that are looked at between two yields. */
const PACE = 1 << 12;
/** Of deciding a trial the share that is done when it is known which states are goals, and the rest. */
const GOALS = 0.25;
const PASS = 1 - GOALS;

/** All states by number; yields 0, because nothing is decided by it. */
function* indexed(found: Exploration, width: number): Generator<number, StateIndex> {
  const states = new StateIndex(found, width, 0);
  for (let n = 0; n < found.states; n++) {
    if (n % PACE === 0) yield 0;
    states.enter(found, n);
  }
  return states;
}

class Graph {
  readonly #engine: Engine;
  readonly #states: StateIndex;
  readonly #levels: readonly number[];
  readonly #view: World;
  readonly #bind: (words: Int32Array) => void;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #out: Int32Array;
  readonly #symmetry: Symmetry | undefined;

  constructor(
    setup: Setup,
    engine: Engine,
    found: Exploration,
    states: StateIndex,
    symmetry: Symmetry | undefined,
  ) {
    this.#symmetry = symmetry;
    this.#engine = engine;
    this.#states = states;
    this.#levels = found.levels;
    const { state, bind } = viewOf<typeof SCHEMA, World>(setup.layout);
    this.#view = Object.assign(state, { readings: setup.preset.readings });
    this.#bind = bind;
    this.#from = engine.initial.slice();
    this.#to = engine.initial.slice();
    this.#out = new Int32Array(engine.succLengthMax);
  }
  /** Yields now and then how much of it is done. */
  *decide(trial: Trial): Generator<number, DeadEnd | 'reached' | 'undecided'> {
    const { property, member, tally } = trial;
    // Renaming would make the goal that of another TDI.
    if (property.of === 'Tdi' && this.#symmetry?.exchanges.some((e) => e.sort === 'Tdi'))
      return 'undecided';
    const { count: nodes } = this.#states;
    const goals = new Uint8Array(nodes);
    let isAlike = true;
    for (let n = 0; n < nodes; n++) {
      if (n % PACE === 0) yield (GOALS * n) / nodes;
      this.#enter(n);
      const isThere = property.goal(this.#view, member);
      if (isThere) goals[n] = 1;
      else {
        sight(trial, this.#view);
        tally.judged += this.#symmetry?.orbit(this.#from, 0) ?? 1;
      }
      this.#eachRenaming(() => {
        if (property.goal(this.#view, member) !== isThere) isAlike = false;
      });
    }
    if (!isAlike) return 'undecided';
    const isGoal = (n: number): boolean => goals[n] === 1;
    const pass =
      property.kind === 'recover'
        ? nearest({ nodes, isGoal, edges: this.#moves(trial) })
        : surest({ nodes, isGoal, edges: this.#turns(trial, isGoal) });
    let step = pass.next();
    for (; !step.done; step = pass.next()) yield GOALS + PASS * step.value;
    const distances = step.value;
    const isLost = (d: number): boolean => d === NEVER || d > property.within;
    const lost = distances.reduce((count, d) => count + (isLost(d) ? 1 : 0), 0);
    tally.violated += lost;
    if (lost === 0) return 'reached';
    if (property.kind === 'bounded' && this.#symmetry !== undefined) return 'undecided';
    return this.#firstOf(trial, (n) => isLost(distances[n] as number));
  }
  /** Every move that changes anything. */
  #moves({ moves }: Trial): Towards['edges'] {
    const all = [...new Set(moves.flat())];
    return (n, to) => {
      this.#enter(n);
      for (const move of all) {
        const other = this.#after(move);
        if (other !== n) to(other);
      }
    };
  }
  /** What a turn may come to: the goal, or the state after it. */
  #turns({ moves, others }: Trial, isGoal: (n: number) => boolean): Towards['edges'] {
    const all = moves.flat();
    const theirs = new Set(others);
    const renamings = 1 + (this.#symmetry?.tour.length ?? 0);
    const answers = new Int32Array(this.#states.count * renamings).fill(-1);
    const answered = (n: number, to: (other: number) => void): void => {
      const start = n * renamings;
      if (answers[start] === -1) {
        this.#enter(n);
        let r = start;
        answers[r] = this.#answer(n, all);
        this.#eachRenaming(() => {
          answers[++r] = this.#answer(n, all);
        });
      }
      for (let r = 0; r < renamings; r++) to(answers[start + r] as number);
    };
    const { stride } = this.#engine;
    return (n, to) => {
      answered(n, to);
      const end = this.#engine.succ(this.#states.words, n * this.#states.width, this.#out);
      this.#symmetry?.canonical(this.#out, end, stride);
      for (let j = 0; j < end; j += stride) {
        if (!theirs.has(attemptOf(this.#out[j + stride - 1] as number))) continue;
        const other = this.#states.numberOf(this.#out, j);
        if (isGoal(other)) to(other);
        else answered(other, to);
      }
    };
  }
  /** Where the first move that changes anything leads from the state that was entered, a renaming of `n`. */
  #answer(n: number, moves: readonly number[]): number {
    for (const move of moves) {
      this.#engine.step(move, this.#from, this.#to);
      if (compare(this.#from, this.#to) !== 0) return this.#numberOfTo();
    }
    return n;
  }
  /** The nearest of some states; of those equally near the first in order of words. */
  #firstOf(trial: Trial, isOne: (n: number) => boolean): DeadEnd {
    let n = 0;
    let length = 0;
    for (let end = 0; ; length++) {
      end += this.#levels[length] as number;
      let best: Int32Array | undefined;
      for (; n < end; n++) {
        if (!isOne(n)) continue;
        const state = this.#wordsOf(n);
        if (best === undefined || compare(state, best) < 0) best = state;
      }
      if (best !== undefined)
        return { property: trial.property, why: failureText(trial), state: best, length };
    }
  }
  #enter(n: number): void {
    const { words, width } = this.#states;
    for (let w = 0; w < width; w++) this.#from[w] = words[n * width + w] as number;
    this.#bind(this.#from);
  }
  /** Enters all other renamings of the state that was entered, one after another. */
  #eachRenaming(entered: () => void): void {
    for (const exchange of this.#symmetry?.tour ?? []) {
      this.#symmetry?.exchange(exchange, this.#from, 0);
      this.#bind(this.#from);
      entered();
    }
  }
  #after(attempt: number): number {
    this.#engine.step(attempt, this.#from, this.#to);
    return this.#numberOfTo();
  }
  #numberOfTo(): number {
    this.#symmetry?.canonical(this.#to, this.#to.length, this.#to.length);
    return this.#states.numberOf(this.#to);
  }
  #wordsOf(n: number): Int32Array {
    return this.#states.words.slice(n * this.#states.width, (n + 1) * this.#states.width);
  }
}

function compare(a: Int32Array, b: Int32Array): number {
  for (let w = 0; w < a.length; w++) {
    const by = (a[w] as number) - (b[w] as number);
    if (by !== 0) return by;
  }
  return 0;
}
const isBefore = (a: DeadEnd, b: DeadEnd): boolean =>
  a.length < b.length || (a.length === b.length && compare(a.state, b.state) < 0);
