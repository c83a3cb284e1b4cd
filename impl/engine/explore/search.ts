/**
 * One part of a search: the states whose blocks it was dealt, level by level. A search in one thread has one part.
 *
 * In each level first the states are judged, then the steps from them are looked at. The parts meet after each; what they
 * then know does not depend on their number, nor on who was faster.
 */
import type { Engine } from '../compile.ts';
import { Blocks, type Stored, StoreFull } from './blocks.ts';
import { type Found, keepFirst } from './found.ts';
import { type Common, type Live, Meeting } from './meeting.ts';
import type { Plan } from './plan.ts';

/** What is asked about states and steps; a violation is told by the number of what is violated. */
export interface Judges {
  /** Told now and then how far from the start the states are that come next. */
  readonly level?: (depth: number) => void;
  /** Called once for each state; tells what it violates, or what an attempt there does (`via`) that changes nothing. */
  readonly state?: (
    words: Int32Array,
    at: number,
    tell: (violated: number, via?: number) => void,
  ) => void;
  /** Called for each step that `succ` gives: the state at `from[at]`, the one at `out[j]`, and how. */
  readonly step?: (
    from: Int32Array,
    at: number,
    out: Int32Array,
    j: number,
    tell: (violated: number) => void,
  ) => void;
}
/** How far a search has come, all parts together. */
interface Progress extends Live {
  readonly depth: number;
}
/** Where a part stands, apart from its states: all that is needed to go on from there. */
export interface Standing {
  /** The number of its first state of each level. */
  readonly starts: readonly number[];
  /** The number of its first state that is of no level yet. */
  readonly levelEnd: number;
  /** What is being done with the states of the last level, and the first with which it was not done. */
  readonly phase: 'judge' | 'look';
  readonly next: number;
  readonly transitions: number;
  /** What the states looked at, and the steps from them, stand for. */
  readonly covered: Covered;
  readonly found: readonly Found[];
}
/** What states and steps stand for: the same numbers, unless `canonical` is used. */
export interface Covered {
  readonly states: number;
  readonly transitions: number;
}
/** How a search is kept, to be gone on with later. */
export interface Keeping {
  /** Asked of the first part, now and then: whether it is time. */
  readonly isDue: () => boolean;
  /** Keeps a part, while all stand still. */
  readonly part: (store: Blocks, standing: Standing) => void;
  /** Called in the first part after all parts were kept. */
  readonly all: () => void;
}
/** What was kept of a part. */
export interface Kept {
  readonly standing: Standing;
  /** Its states in order of discovery, as many as there were at each time that it likes. */
  readonly states: Iterable<Int32Array>;
}
/** What a part needs beside the engine. */
export interface SearchOptions {
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
  readonly keeping?: Keeping;
  readonly kept?: Kept;
}
/** Why a search ended; complete: all reachable states were seen. */
const ENDS = ['complete', 'violation', 'states', 'memory', 'stopped'] as const;
export type End = (typeof ENDS)[number];

/** What a part has in the end; can be sent from thread to thread. */
export interface PartResult {
  readonly end: End;
  readonly standing: Standing;
  readonly stored: Stored;
  readonly covered: Covered;
}

/** So many states are looked at between two looks at the limits. */
const PACE = 1 << 12;

// Orders at a meeting: of several the highest counts.
const GO_ON = 0;
const KEEP = 1;
const orderOf = (end: End): number => KEEP + 1 + ENDS.indexOf(end);
/** A store has no room: the search ends, and what it found after that is lost. */
const FULL = KEEP + 1 + ENDS.length;

/** Searches one part. */
export class Search {
  readonly #engine: Engine;
  readonly #o: SearchOptions;
  readonly #store: Blocks;
  readonly #meeting: Meeting;
  readonly #isFirst: boolean;
  readonly #out: Int32Array;
  readonly #starts: number[] = [0];
  readonly #found = new Map<number, Found>();
  #levelEnd = 0;
  #phase: Standing['phase'] = 'judge';
  #next = 0;
  #transitions = 0;
  readonly #covered = { states: 0, transitions: 0 };
  #isFull = false;

  constructor(engine: Engine, options: SearchOptions, common: Common, part: number) {
    const width = engine.stride - 1;
    const { parts } = common;
    this.#engine = engine;
    this.#o = options;
    this.#isFirst = part === 0;
    this.#meeting = new Meeting(common, part, (words) => this.#take(words, words.length, width));
    this.#store = new Blocks(
      { width, lowBits: options.plan.lowBits },
      { part, parts, send: this.#meeting.send },
    );
    this.#out = new Int32Array(engine.succLengthMax);
  }
  /** Yields now and then, and while it waits for other parts. */
  *run(): Generator<void, PartResult> {
    try {
      yield* this.#begin();
      for (;;) {
        const end = yield* this.#sweep();
        if (end !== undefined) return this.#result(end);
      }
    } catch (error) {
      this.#meeting.fail();
      throw error;
    }
  }
  *#begin(): Generator<void> {
    const { kept } = this.#o;
    if (kept === undefined) {
      const { initial } = this.#engine;
      const out = initial.slice();
      this.#o.canonical?.(out, out.length, out.length);
      this.#take(out, out.length, out.length);
      // So it comes to the part whose it is.
      yield* this.#meet(GO_ON);
      this.#levelEnd = this.#store.count;
      return;
    }
    const { starts, levelEnd, phase, next, transitions, covered, found } = kept.standing;
    for (const words of kept.states) this.#take(words, words.length, this.#store.width);
    this.#starts.splice(0, 1, ...starts);
    this.#levelEnd = levelEnd;
    this.#phase = phase;
    this.#next = next;
    this.#transitions = transitions;
    Object.assign(this.#covered, covered);
    for (const f of found) this.#found.set(f.violated, f);
  }
  /** Does what is to be done with the states of a level, or as much as it is let; tells what ends the search. */
  *#sweep(): Generator<void, End | undefined> {
    const { order, left, found, fresh } = yield* this.#meet(yield* this.#work());
    if (order === FULL) return 'memory';
    // Whatever ends it early, it can be gone on with.
    if (order > GO_ON) yield* this.#keep();
    if (order > KEEP) return ENDS[order - KEEP - 1];
    if (left > 0) return undefined;
    const isJudged = this.#phase === 'judge';
    this.#phase = 'look';
    if (isJudged) this.#next = this.#starts.at(-1) as number;
    if (found > 0) return 'violation';
    if (isJudged) return undefined;
    if (fresh === 0) return 'complete';
    this.#starts.push(this.#levelEnd);
    this.#next = this.#levelEnd;
    this.#levelEnd = this.#store.count;
    this.#phase = 'judge';
    return undefined;
  }
  /** Gives the order with which it goes to the meeting. */
  *#work(): Generator<void, number> {
    while (this.#next < this.#levelEnd) {
      yield;
      const order = this.#order();
      if (order !== GO_ON) {
        this.#meeting.call();
        return order;
      }
      if (this.#meeting.isCalled) return GO_ON;
      const to = Math.min(this.#next + PACE, this.#levelEnd);
      this.#o.judges?.level?.(this.#starts.length - 1);
      if (this.#phase === 'judge') this.#judge(this.#next, to);
      else this.#look(this.#next, to);
      this.#next = to;
      if (!this.#meeting.pump()) yield* this.#meeting.until(() => true);
    }
    return GO_ON;
  }
  *#meet(order: number) {
    this.#store.flush();
    const said = yield* this.#meeting.meet(() => ({
      left: this.#levelEnd - this.#next,
      fresh: this.#store.count - this.#levelEnd,
      found: this.#found.size,
      order: this.#isFull ? FULL : order,
    }));
    const sum = (key: 'left' | 'fresh' | 'found'): number => said.reduce((n, s) => n + s[key], 0);
    return {
      left: sum('left'),
      fresh: sum('fresh'),
      found: sum('found'),
      order: Math.max(...said.map((s) => s.order)),
    };
  }
  *#keep(): Generator<void> {
    this.#o.keeping?.part(this.#store, this.#standing());
    yield* this.#meet(GO_ON);
    if (this.#isFirst) this.#o.keeping?.all();
  }
  #standing(): Standing {
    return {
      starts: this.#starts,
      levelEnd: this.#levelEnd,
      phase: this.#phase,
      next: this.#next,
      transitions: this.#transitions,
      covered: { ...this.#covered },
      found: [...this.#found.values()],
    };
  }
  #result(end: End): PartResult {
    const standing = this.#standing();
    return { end, standing, stored: this.#store.stored, covered: this.#coveredInAll(standing) };
  }
  /** With what was found and not looked at. */
  #coveredInAll({ phase, next, starts, transitions, covered }: Standing): Covered {
    const { orbit } = this.#o;
    const { count } = this.#store;
    if (orbit === undefined) return { states: count, transitions };
    let { states } = covered;
    for (let n = phase === 'look' ? next : (starts.at(-1) as number); n < count; n++)
      states += orbit(this.#store.segmentOf(n), this.#store.offsetOf(n));
    return { ...covered, states };
  }
  #judge(from: number, to: number): void {
    const judge = this.#o.judges?.state;
    if (judge === undefined) return;
    let n = from;
    const tell = (violated: number, via?: number): void => {
      const length = this.#starts.length - (via === undefined ? 1 : 0);
      this.#note(violated, length, this.#store.words(n), via);
    };
    for (; n < to; n++) judge(this.#store.segmentOf(n), this.#store.offsetOf(n), tell);
  }
  /** No generator, because V8 makes slow code of those. */
  #look(from: number, to: number): void {
    const { stride } = this.#engine;
    const { judges, canonical, orbit } = this.#o;
    const judge = judges?.step;
    const out = this.#out;
    let n = from;
    let j = 0;
    const tell = (violated: number): void =>
      this.#note(violated, this.#starts.length, this.#store.words(n), out[j + stride - 1]);
    for (; n < to; n++) {
      const segment = this.#store.segmentOf(n);
      const at = this.#store.offsetOf(n);
      const end = this.#engine.succ(segment, at, out);
      this.#transitions += end / stride;
      if (orbit !== undefined) {
        const like = orbit(segment, at);
        this.#covered.states += like;
        this.#covered.transitions += (like * end) / stride;
      }
      if (judge !== undefined) {
        for (j = 0; j < end; j += stride) judge(segment, at, out, j, tell);
      }
      canonical?.(out, end, stride);
      this.#take(out, end, stride);
    }
  }
  /** A store that is full takes nothing more: the search ends at the next meeting. */
  #take(out: Int32Array, end: number, stride: number): void {
    if (this.#isFull) return;
    try {
      this.#store.take(out, 0, end, stride);
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
      this.#isFull = true;
    }
  }
  #order(): number {
    const { statesMax = Infinity, bytesMax = Infinity, stopped, onProgress, keeping } = this.#o;
    this.#meeting.show({
      states: this.#store.count,
      transitions: this.#transitions,
      frontier: this.#levelEnd - this.#next,
      bytes: this.#store.bytes,
    });
    if (this.#isFull) return FULL;
    if (!this.#isFirst) return GO_ON;
    const { live } = this.#meeting;
    onProgress?.({ depth: this.#starts.length - 1, ...live });
    if (stopped?.()) return orderOf('stopped');
    if (live.bytes > bytesMax) return orderOf('memory');
    if (live.states > statesMax) return orderOf('states');
    return keeping?.isDue() ? KEEP : GO_ON;
  }
  #note(violated: number, length: number, state: Int32Array, via: number | undefined): void {
    keepFirst(this.#found, { violated, length, state, via });
  }
}
