/**
 * Breadth-first search of everything that an engine can reach, level by level.
 *
 * What it says does not depend on the order within a level: counts, the violations of the first level that has any,
 * and for each a shortest trace, of all such traces the one whose states and attempts come first.
 */
import type { Engine } from '../compile.ts';
import { Blocks } from './blocks.ts';
import type { Plan } from './plan.ts';

/** What is asked about states and steps; a violation is told by the number of what is violated. */
export interface Judges {
  /** Called once for each state; tells what it violates. */
  readonly state?: (words: Int32Array, at: number, tell: (violated: number) => void) => void;
  /** Called for each step that `succ` gives: the state at `from[at]`, the one at `out[j]`, and how. */
  readonly step?: (
    from: Int32Array,
    at: number,
    out: Int32Array,
    j: number,
    tell: (violated: number) => void,
  ) => void;
}
/** How far a search has come. */
interface Progress {
  readonly depth: number;
  readonly states: number;
  readonly transitions: number;
  /** States of the present level not yet looked at. */
  readonly frontier: number;
  /** Bytes of the store. */
  readonly bytes: number;
}
export interface ExploreOptions {
  readonly plan: Plan;
  readonly judges?: Judges;
  /**
   * Puts in place of each state in `out`, from 0 to `end` and `stride` apart, the one that stands for it and its like. It is
   * called after the steps to them were judged.
   */
  readonly canonical?: (out: Int32Array, end: number, stride: number) => void;
  /** With `canonical`: how many states the one at `words[at]` stands for, itself included. */
  readonly orbit?: (words: Int32Array, at: number) => number;
  /** Stop when there are more states, or when the store takes more bytes. */
  readonly statesMax?: number;
  readonly bytesMax?: number;
  readonly stopped?: () => boolean;
  readonly onProgress?: (progress: Progress) => void;
}
/** A violation: of a state, or of the step `via` from it. */
export interface Found {
  readonly violated: number;
  /** Steps from the initial state, the violating one included. */
  readonly length: number;
  readonly state: Int32Array;
  readonly via: number | undefined;
}
export interface Exploration {
  /** complete: all reachable states were seen; the others say what ended the search. */
  readonly end: 'complete' | 'violation' | 'states' | 'memory' | 'stopped';
  readonly states: number;
  /** Steps that `succ` gave. */
  readonly transitions: number;
  /** What the states stand for, and the steps from those looked at: the same numbers, unless `canonical` is used. */
  readonly covered: { readonly states: number; readonly transitions: number };
  /** Steps to the farthest state. */
  readonly depth: number;
  /** States first reached at each depth. */
  readonly levels: readonly number[];
  readonly bytes: number;
  /** For each thing violated the first violation. */
  readonly found: readonly Found[];
  has(words: Int32Array): boolean;
  /** The words of a state, by its number in order of discovery. */
  words(n: number): Int32Array;
  /** The attempts and cases (`via`) of a shortest way to a state. */
  wayTo(words: Int32Array): readonly number[];
}

/** So many states are looked at between two looks at the limits. */
const PACE = 1 << 12;

/** Searches all states that an engine can reach. */
export function explore(engine: Engine, options: ExploreOptions): Exploration {
  const run = new Search(engine, options).run();
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}
/** The same with pauses, given by `pause`, in which others may act: a signal be noticed, say. */
export async function explorePausing(
  engine: Engine,
  options: ExploreOptions,
  pause: () => Promise<unknown>,
): Promise<Exploration> {
  const run = new Search(engine, options).run();
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
    await pause();
  }
}

class Search {
  readonly #engine: Engine;
  readonly #o: ExploreOptions;
  readonly #store: Blocks;
  readonly #out: Int32Array;
  /** The number of the first state of each level. */
  readonly #starts: number[] = [0];
  readonly #found = new Map<number, Found>();
  #transitions = 0;
  /** What the states looked at, and the steps from them, stand for. */
  readonly #covered = { states: 0, transitions: 0 };
  #looked = 0;

  constructor(engine: Engine, options: ExploreOptions) {
    this.#engine = engine;
    this.#o = options;
    this.#store = new Blocks({ width: engine.stride - 1, lowBits: options.plan.lowBits });
    this.#out = new Int32Array(engine.succLengthMax);
  }
  /** Yields now and then. */
  *run(): Generator<void, Exploration> {
    const { initial } = this.#engine;
    this.#store.take(initial, 0, initial.length, initial.length);
    let end: Exploration['end'] | undefined;
    for (let n = 0; end === undefined; ) {
      const levelEnd = this.#store.count;
      this.#judgeStates(n, levelEnd);
      end = this.#found.size > 0 ? 'violation' : yield* this.#expand(n, levelEnd);
      if (end === undefined && this.#found.size > 0) end = 'violation';
      if (end === undefined && this.#store.count === levelEnd) end = 'complete';
      if (end === undefined) this.#starts.push(levelEnd);
      n = levelEnd;
    }
    return this.#result(end);
  }
  #judgeStates(from: number, end: number): void {
    const judge = this.#o.judges?.state;
    if (judge === undefined) return;
    for (let n = from; n < end; n++) {
      judge(this.#store.segmentOf(n), this.#store.offsetOf(n), (violated) =>
        this.#note(violated, this.#starts.length - 1, this.#store.words(n), undefined),
      );
    }
  }
  /** Looks at all steps from the states of a level; tells what ended it early. */
  *#expand(from: number, levelEnd: number): Generator<void, Exploration['end'] | undefined> {
    for (let n = from; n < levelEnd; n += PACE) {
      yield;
      const early = this.#limit(levelEnd - n);
      if (early !== undefined) return early;
      this.#look(n, Math.min(n + PACE, levelEnd));
    }
    return undefined;
  }
  /** No generator, because V8 makes slow code of those. */
  #look(from: number, to: number): void {
    const { stride } = this.#engine;
    const judge = this.#o.judges?.step;
    const out = this.#out;
    for (let n = from; n < to; n++) {
      const segment = this.#store.segmentOf(n);
      const at = this.#store.offsetOf(n);
      const end = this.#engine.succ(segment, at, out);
      this.#transitions += end / stride;
      if (this.#o.orbit !== undefined) {
        const orbit = this.#o.orbit(segment, at);
        this.#covered.states += orbit;
        this.#covered.transitions += (orbit * end) / stride;
      }
      if (judge !== undefined) {
        for (let j = 0; j < end; j += stride) {
          judge(segment, at, out, j, (violated) =>
            this.#note(violated, this.#starts.length, this.#store.words(n), out[j + stride - 1]),
          );
        }
      }
      this.#o.canonical?.(out, end, stride);
      this.#store.take(out, 0, end, stride);
    }
    this.#looked = to;
  }
  /** What was found, with what it stands for. */
  #amounts(): Pick<Exploration, 'states' | 'transitions' | 'covered'> {
    const { count: states } = this.#store;
    const transitions = this.#transitions;
    const { orbit } = this.#o;
    if (orbit === undefined) return { states, transitions, covered: { states, transitions } };
    let covered = this.#covered.states;
    for (let n = this.#looked; n < states; n++)
      covered += orbit(this.#store.segmentOf(n), this.#store.offsetOf(n));
    return {
      states,
      transitions,
      covered: { states: covered, transitions: this.#covered.transitions },
    };
  }
  #limit(frontier: number): Exploration['end'] | undefined {
    const { statesMax, bytesMax, stopped, onProgress } = this.#o;
    const { count, bytes } = this.#store;
    onProgress?.({
      depth: this.#starts.length - 1,
      states: count,
      transitions: this.#transitions,
      frontier,
      bytes,
    });
    if (stopped?.()) return 'stopped';
    if (bytesMax !== undefined && bytes > bytesMax) return 'memory';
    return statesMax !== undefined && count > statesMax ? 'states' : undefined;
  }
  /** Of the violations of one thing the shortest is kept, and of these the first in order of words. */
  #note(violated: number, length: number, state: Int32Array, via: number | undefined): void {
    const known = this.#found.get(violated);
    const found = { violated, length, state, via };
    if (known === undefined || isBefore(found, known)) this.#found.set(violated, found);
  }
  #result(end: Exploration['end']): Exploration {
    const store = this.#store;
    return {
      end,
      ...this.#amounts(),
      depth: this.#starts.length - 1,
      levels: this.#starts.map((start, i) => (this.#starts[i + 1] ?? store.count) - start),
      bytes: store.bytes,
      found: [...this.#found.values()].toSorted((a, b) => a.violated - b.violated),
      has: (words) => store.has(words),
      words: (n) => store.words(n),
      wayTo: (words) => this.#wayTo(words),
    };
  }
  /** Goes back from a state, level by level; of the states that lead there the first in order of words. */
  #wayTo(words: Int32Array): readonly number[] {
    const way: number[] = [];
    let target = words;
    for (let level = this.#levelOf(words); level > 0; level--) {
      const step = this.#stepTo(target, level - 1);
      way.push(step.via);
      target = step.state;
    }
    return way.reverse();
  }
  #levelOf(words: Int32Array): number {
    for (let n = 0; n < this.#store.count; n++) {
      if (!isAt(words, this.#store.segmentOf(n), this.#store.offsetOf(n))) continue;
      return this.#starts.findLastIndex((start) => start <= n);
    }
    throw new Error(`explore: state [${words.join()}] was not reached`);
  }
  #stepTo(target: Int32Array, level: number): { state: Int32Array; via: number } {
    const { stride } = this.#engine;
    let best: { state: Int32Array; via: number } | undefined;
    const end = this.#starts[level + 1] ?? this.#store.count;
    for (let n = this.#starts[level] ?? 0; n < end; n++) {
      const segment = this.#store.segmentOf(n);
      const at = this.#store.offsetOf(n);
      const length = this.#engine.succ(segment, at, this.#out);
      this.#o.canonical?.(this.#out, length, stride);
      for (let j = 0; j < length; j += stride) {
        if (!isAt(target, this.#out, j)) continue;
        const step = { state: this.#store.words(n), via: this.#out[j + stride - 1] as number };
        if (best === undefined || compare(step.state, best.state) < 0) best = step;
        break;
      }
    }
    if (best === undefined) throw new Error(`explore: nothing leads to [${target.join()}]`);
    return best;
  }
}

function isAt(words: Int32Array, q: Int32Array, at: number): boolean {
  for (let w = 0; w < words.length; w++) if (words[w] !== q[at + w]) return false;
  return true;
}
function compare(a: Int32Array, b: Int32Array): number {
  for (let w = 0; w < a.length; w++) {
    const by = (a[w] as number) - (b[w] as number);
    if (by !== 0) return by;
  }
  return 0;
}
function isBefore(a: Found, b: Found): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const by = compare(a.state, b.state);
  return by === 0 ? (a.via ?? -1) < (b.via ?? -1) : by < 0;
}
