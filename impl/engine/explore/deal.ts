/**
 * How the states of a level are dealt out: in chunks, to whichever part comes. A part takes of its own list first, then of
 * the others', so one that is slow or late keeps nobody waiting.
 */
import type { List } from './lists.ts';

/** What is done with the states of a level: first all are judged, then all steps from them are looked at. */
export const PHASES = ['judge', 'look'] as const;
export type Phase = (typeof PHASES)[number];

/** States of one list, one after another in one array. */
export interface Chunk {
  readonly words: Int32Array;
  /** Where the first of them is, and where the last one ends. */
  readonly from: number;
  readonly to: number;
}

/**
 * A level is dealt out in about so many chunks for each part, of not too few states, and not too many: what a chunk finds is
 * found before a limit is looked at.
 */
const CHUNKS = 16;
const CHUNK_MIN = 16;
const CHUNK_MAX = 1 << 7;

/** For each phase and part the number of the first state of its list that nobody has taken yet; can be sent to a thread. */
export type Cursors = Int32Array;
export const cursorsOf = (parts: number): Cursors =>
  new Int32Array(new SharedArrayBuffer(4 * PHASES.length * parts));

/** The level that all parts are at. */
export class Deal {
  readonly #cursors: Cursors;
  readonly #lists: readonly List[];
  readonly #width: number;
  /** Where the level ends in each list. */
  #ends: readonly number[];
  #size = CHUNK_MIN;

  constructor(cursors: Cursors, lists: readonly List[], width: number) {
    this.#cursors = cursors;
    this.#lists = lists;
    this.#width = width;
    this.#ends = lists.map(() => 0);
  }
  /** Begins with the level that ends there, for so many parts. */
  open(ends: readonly number[], parts: number): void {
    this.#ends = ends;
    const size = Math.ceil(this.left('look') / (parts * CHUNKS));
    this.#size = Math.min(Math.max(size, CHUNK_MIN), CHUNK_MAX);
  }
  /** The first state of a list that was not taken in a phase. */
  next(phase: Phase, part: number): number {
    return Atomics.load(this.#cursors, this.#place(phase, part));
  }
  /** Before anybody takes of a list. */
  start(phase: Phase, part: number, next: number): void {
    Atomics.store(this.#cursors, this.#place(phase, part), next);
  }
  /** States of the level that were not taken in a phase. */
  left(phase: Phase): number {
    return this.#ends.reduce(
      (sum, end, part) => sum + Math.max(0, end - this.next(phase, part)),
      0,
    );
  }
  /** Takes a chunk, if there is any; `first` is the list to begin with. */
  take(phase: Phase, first: number): Chunk | undefined {
    for (let i = 0; i < this.#lists.length; i++) {
      const chunk = this.#takeOf(phase, (first + i) % this.#lists.length);
      if (chunk !== undefined) return chunk;
    }
    return undefined;
  }
  #takeOf(phase: Phase, part: number): Chunk | undefined {
    const list = this.#lists[part] as List;
    const end = this.#ends[part] as number;
    const place = this.#place(phase, part);
    for (;;) {
      const n = Atomics.load(this.#cursors, place);
      if (n >= end) return undefined;
      const to = Math.min(n + this.#size, end, list.segmentEnd(n));
      if (Atomics.compareExchange(this.#cursors, place, n, to) !== n) continue;
      const from = list.offsetOf(n);
      return { words: list.segmentOf(to - 1), from, to: from + (to - n) * this.#width };
    }
  }
  #place(phase: Phase, part: number): number {
    return PHASES.indexOf(phase) * this.#lists.length + part;
  }
}
