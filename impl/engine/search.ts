/**
 * A plain, exact breadth-first search: every reachable state, each with the step that first reached
 * it.
 *
 * States lie one after another in order of discovery, which is the queue as well; a table with open
 * addressing finds them. For presets of a few million states; it is single-threaded and knows no
 * symmetry.
 */
import { attemptOf, type Engine } from './compile.ts';

/**
 * Judges a step: gives the index of a violation, or −1. `via` tells the attempt and the case; for
 * the initial state it is −1, and `before` is the state itself. Both arrays are reused.
 */
type Judge = (before: Int32Array, after: Int32Array, via: number) => number;

interface SearchOptions {
  /** Stop when more states than these are known. */
  readonly statesMax?: number;
  readonly judge?: Judge;
  /**
   * Judge only the step that discovers a state (enough for invariants), or all; default `states`.
   */
  readonly judged?: 'states' | 'steps';
}

/** A violation and where it was found; the search stops at the first. */
interface Violation {
  readonly violation: number;
  /** The state before the violating step, or the initial state. */
  readonly state: number;
  /** The violating step; −1 if the initial state itself violates. */
  readonly via: number;
}

export interface SearchResult {
  readonly stateCount: number;
  /** Steps that changed the state. */
  readonly stepCount: number;
  /** Steps to the farthest state. */
  readonly depth: number;
  /**
   * True if all reachable states were found: neither a violation nor `statesMax` stopped the
   * search.
   */
  readonly complete: boolean;
  readonly found: Violation | undefined;
  /** The words of a state, by its number in order of discovery. */
  state(n: number): Int32Array;
  /** The number of a state; −1 if it was not reached. */
  find(words: Int32Array): number;
  /** The attempts of a shortest way from the initial state. */
  path(n: number): number[];
}

/** Searches all states that an engine can reach. */
export function search(engine: Engine, options: SearchOptions = {}): SearchResult {
  const store = new Store(engine.initial);
  const run = walk(engine, store, options);
  return {
    ...run,
    stateCount: store.count,
    state: (n) => store.words(n),
    find: (words) => store.find(words, 0),
    path(n) {
      const attempts: number[] = [];
      for (let i = n; i > 0; i = store.parent(i)) attempts.push(attemptOf(store.via(i)));
      return attempts.reverse();
    },
  };
}

type Run = Pick<SearchResult, 'stepCount' | 'depth' | 'complete' | 'found'>;

function walk(engine: Engine, store: Store, options: SearchOptions): Run {
  const { statesMax = Number.POSITIVE_INFINITY, judge, judged = 'states' } = options;
  const { stride } = engine;
  const width = stride - 1;
  const successors = new Int32Array(engine.succLengthMax);
  const before = new Int32Array(width);
  const after = new Int32Array(width);
  const first = judge?.(engine.initial, engine.initial, -1) ?? -1;
  const run = { stepCount: 0, depth: 0, complete: false };
  if (first >= 0) return { ...run, found: { violation: first, state: 0, via: -1 } };
  let levelEnd = 1;
  for (let head = 0; head < store.count; head++) {
    if (head === levelEnd) {
      run.depth++;
      levelEnd = store.count;
    }
    store.read(head, before);
    const end = engine.succ(before, 0, successors);
    for (let i = 0; i < end; i += stride) {
      run.stepCount++;
      const via = successors[i + width] as number;
      const isNew = store.add(successors, i, head, via);
      if (judge === undefined || !(isNew || judged === 'steps')) continue;
      for (let w = 0; w < width; w++) after[w] = successors[i + w] as number;
      const violation = judge(before, after, via);
      if (violation >= 0) return { ...run, found: { violation, state: head, via } };
    }
    if (store.count > statesMax) return { ...run, found: undefined };
  }
  return { ...run, complete: true, found: undefined };
}

/** Part of the table that may be filled. */
const FILL_MAX = 0.6;

/** The states found, and the table that finds them. All arrays double when full. */
class Store {
  readonly #width: number;
  #states: Int32Array;
  /** For each state, its parent and the `via` that led from there. */
  #links: Int32Array;
  /** The number of a state and one; 0 for an empty place. */
  #table: Int32Array;
  count = 0;

  constructor(initial: Int32Array, log2 = 12) {
    this.#width = initial.length;
    const room = Math.floor(2 ** log2 * FILL_MAX);
    this.#states = new Int32Array(room * this.#width);
    this.#links = new Int32Array(room * 2);
    this.#table = new Int32Array(2 ** log2);
    this.add(initial, 0, -1, -1);
  }
  words(n: number): Int32Array {
    if (!(n >= 0 && n < this.count)) throw new Error(`search: no state ${n} of ${this.count}`);
    return this.#states.slice(n * this.#width, (n + 1) * this.#width);
  }
  read(n: number, out: Int32Array): void {
    for (let w = 0; w < this.#width; w++) out[w] = this.#states[n * this.#width + w] as number;
  }
  parent(n: number): number {
    return this.#links[2 * n] as number;
  }
  via(n: number): number {
    return this.#links[2 * n + 1] as number;
  }
  /** The number of the state at `q[b]`, or −1. */
  find(q: Int32Array, b: number): number {
    return (this.#table[this.#place(q, b)] as number) - 1;
  }
  /** Adds the state at `q[b]` unless it is there; true if it was new. */
  add(q: Int32Array, b: number, parent: number, via: number): boolean {
    const place = this.#place(q, b);
    if (this.#table[place] !== 0) return false;
    const n = this.count++;
    this.#table[place] = n + 1;
    for (let w = 0; w < this.#width; w++) {
      this.#states[n * this.#width + w] = q[b + w] as number;
    }
    this.#links[2 * n] = parent;
    this.#links[2 * n + 1] = via;
    if (this.count >= Math.floor(this.#table.length * FILL_MAX)) this.#grow();
    return true;
  }
  /** Where the table holds a state, or would. */
  #place(q: Int32Array, b: number): number {
    const mask = this.#table.length - 1;
    let place = this.#hash(q, b) & mask;
    for (;;) {
      const n = this.#table[place] as number;
      if (n === 0 || this.#equal(n - 1, q, b)) return place;
      place = (place + 1) & mask;
    }
  }
  #hash(q: Int32Array, b: number): number {
    let h = 0;
    for (let w = 0; w < this.#width; w++) {
      h = Math.imul(h ^ (q[b + w] as number), 0x9e3779b1);
      h ^= h >>> 15;
    }
    h = Math.imul(h, 0x85ebca6b);
    return h ^ (h >>> 13);
  }
  #equal(n: number, q: Int32Array, b: number): boolean {
    const at = n * this.#width;
    for (let w = 0; w < this.#width; w++) if (this.#states[at + w] !== q[b + w]) return false;
    return true;
  }
  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    const room = Math.floor(this.#table.length * FILL_MAX);
    this.#states = enlarged(this.#states, room * this.#width);
    this.#links = enlarged(this.#links, room * 2);
    // The table is empty and the states differ, so each finds an empty place.
    for (let n = 0; n < this.count; n++) {
      this.#table[this.#place(this.#states, n * this.#width)] = n + 1;
    }
  }
}

function enlarged(old: Int32Array, length: number): Int32Array {
  const array = new Int32Array(length);
  array.set(old);
  return array;
}
