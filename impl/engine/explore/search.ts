/**
 * One part of a search, level by level. A search in one thread has one part.
 *
 * In each level first the states are judged, then the steps from them are looked at. Who comes takes some (deal.ts); who is
 * first to find a state has it in his list. The parts meet after each phase; what they then know, all together, depends
 * neither on their number nor on who was faster.
 */
import type { Engine } from '../compile.ts';
import { Blocks, type Memory, memoryOf } from './blocks.ts';
import { type Chunk, type Cursors, cursorsOf, Deal, PHASES, type Phase } from './deal.ts';
import { type Found, keepFirst } from './found.ts';
import { StoreFull } from './lists.ts';
import { Meeting, type Said, type Table, tableOf } from './meeting.ts';
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
interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** States of the present level with which the present phase has not begun. */
  readonly frontier: number;
  /** Bytes of the store. */
  readonly bytes: number;
  readonly depth: number;
}
/** Where a part stands, apart from its states: all that is needed to go on from there. */
export interface Standing {
  /** The number of the first state in its list of each level. */
  readonly starts: readonly number[];
  /** The number of the first state that is of no level yet. */
  readonly levelEnd: number;
  /** What is being done with the states of the last level, and the first in its list with which it was not done, by anybody. */
  readonly phase: Phase;
  readonly next: number;
  /** Steps that it looked at, from its states or others'. */
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
  /** Called in the first part after all parts were kept, with their number. */
  readonly all: (parts: number) => void;
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
  /** States in its list. */
  readonly count: number;
  readonly covered: Covered;
  /** Parts that searched in the end. */
  readonly parts: number;
}
/** What the parts of a search share; can be sent to a thread. */
export interface Common {
  readonly memory: Memory;
  readonly cursors: Cursors;
  readonly table: Table;
  /** Whether the first part waits for the others before it begins. */
  readonly isAwaited: boolean;
  readonly limits: Limits;
}
/** Each part looks at them, because another one may be slow. */
interface Limits {
  readonly statesMax: number;
  readonly bytesMax: number;
}
export function commonOf(
  engine: Engine,
  { plan, kept, statesMax = Infinity, bytesMax = Infinity }: SearchOptions,
  parts: number,
  isAwaited = false,
): Common {
  return {
    memory: memoryOf({ width: engine.stride - 1, lowBits: plan.lowBits }, parts),
    cursors: cursorsOf(parts),
    table: tableOf(parts),
    // What others kept is needed from the start.
    isAwaited: parts > 1 && (isAwaited || kept !== undefined),
    limits: { statesMax, bytesMax },
  };
}

/**
 * Limits are looked at after each chunk. After so many states, done or found, a part yields; a chunk counts as so many at least,
 * because states may be slow.
 */
const PACE = 1 << 12;
const CHUNK_PACE = 1 << 7;

// What parts say at a meeting; the greatest number said is what is done.
const GO_ON = 0;
/** There is nothing left to take in this phase. */
const DONE = 1;
const KEEP = 2;
const orderOf = (end: End): number => KEEP + 1 + ENDS.indexOf(end);
/** All others are there: the first part need no longer be alone. */
const JOIN = KEEP + 1 + ENDS.length;
/** The directory must become longer, while all stand still; some may be in the midst of a chunk. */
const REHASH = JOIN + 1;
/** The store has no room: the search ends, and what it found after that is lost. */
const FULL = JOIN + 2;

/** Searches one part. */
export class Search {
  readonly #engine: Engine;
  readonly #o: SearchOptions;
  readonly #store: Blocks;
  readonly #deal: Deal;
  readonly #meeting: Meeting;
  readonly #part: number;
  readonly #isAwaited: boolean;
  readonly #limits: Limits;
  readonly #width: number;
  readonly #out: Int32Array;
  readonly #starts: number[] = [0];
  readonly #found = new Map<number, Found>();
  #levelEnd = 0;
  #phase: Phase;
  #transitions = 0;
  readonly #covered = { states: 0, transitions: 0 };
  #isFull = false;
  /** What this part is at: where its next state is, and what was not taken of the steps from the one before. */
  #chunk: Chunk | undefined;
  #at = 0;
  #rest = { j: 0, end: 0 };
  /** States since it last yielded, or what counts as many; and how many it had found after the last chunk. */
  #since = PACE;
  #counted = 0;

  constructor(engine: Engine, options: SearchOptions, common: Common, part: number) {
    const { memory, cursors, table, isAwaited, limits } = common;
    this.#limits = limits;
    this.#engine = engine;
    this.#o = options;
    this.#part = part;
    this.#isAwaited = isAwaited;
    this.#width = memory.width;
    this.#meeting = new Meeting(table, part);
    this.#store = new Blocks(memory, part);
    this.#deal = new Deal(cursors, this.#store.lists, memory.width);
    this.#phase = this.#firstPhase;
    this.#out = new Int32Array(engine.succLengthMax);
  }
  /** Yields now and then, and while it waits for other parts. */
  *run(): Generator<void, PartResult> {
    try {
      yield* this.#meeting.arrive(() => this.#begin());
      if (this.#part > 0 || this.#isAwaited) yield* this.#join();
      for (;;) {
        const end = yield* this.#sweep();
        if (end !== undefined) return this.#result(end);
      }
    } catch (error) {
      this.#meeting.fail();
      throw error;
    }
  }
  /** What all have found, when all have ended. */
  get store(): Blocks {
    this.#store.renew();
    return this.#store;
  }
  /** One part after another does so, and on a search that is gone on with nobody else uses the store meanwhile. */
  #begin(): void {
    const { kept, canonical } = this.#o;
    if (kept !== undefined) this.#goOn(kept);
    else if (this.#part === 0) {
      const out = this.#engine.initial.slice();
      canonical?.(out, out.length, out.length);
      this.#store.take(out, 0, out.length, out.length);
      this.#levelEnd = 1;
    }
    if (this.#part === 0) this.#openLevel([this.#levelEnd]);
  }
  #goOn({ standing, states }: Kept): void {
    const { starts, levelEnd, phase, next, transitions, covered, found } = standing;
    this.#store.renew();
    for (const words of states) this.#store.take(words, 0, words.length, this.#width);
    this.#starts.splice(0, 1, ...starts);
    this.#levelEnd = levelEnd;
    this.#phase = phase;
    this.#deal.start('judge', this.#part, phase === 'judge' ? next : levelEnd);
    this.#deal.start('look', this.#part, phase === 'look' ? next : (starts.at(-1) as number));
    this.#transitions = transitions;
    Object.assign(this.#covered, covered);
    for (const f of found) this.#found.set(f.violated, f);
  }
  /** Who comes to a search that has begun goes on where the first part stands. */
  *#join(): Generator<void> {
    yield* this.#meeting.join();
    this.#store.share();
    const { said } = yield* this.#meet(GO_ON);
    const [first] = said as [Said];
    while (this.#starts.length <= first.depth) this.#starts.push(0);
    this.#phase = PHASES[first.phase] as Phase;
    this.#openLevel(said.map((s) => s.levelEnd));
  }
  /** Does what is to be done with the states of a level, or as much as it is let; tells what ends the search. */
  *#sweep(): Generator<void, End | undefined> {
    const { order, said } = yield* this.#meet(yield* this.#work());
    if (order === DONE) {
      const end = this.#endOf(said);
      // What comes after the search may be ended, too.
      if (end !== undefined) yield* this.#keep();
      this.#endPhase(said, end);
      return end;
    }
    if (order === FULL) return 'memory';
    if (order === REHASH) yield* this.#rehash();
    else if (order === JOIN) yield* this.#join();
    // Whatever ends it early, it can be gone on with.
    else if (order > GO_ON) yield* this.#keep();
    return order > KEEP ? ENDS[order - KEEP - 1] : undefined;
  }
  /** What ends the search when everything was done with a level that is to be done in this phase. */
  #endOf(said: readonly Said[]): End | undefined {
    if (said.some((s) => s.found > 0)) return 'violation';
    if (this.#phase === 'judge') return undefined;
    return said.every((s) => s.count === s.levelEnd) ? 'complete' : undefined;
  }
  #endPhase(said: readonly Said[], end: End | undefined): void {
    const wasJudged = this.#phase === 'judge';
    this.#phase = 'look';
    if (wasJudged || end !== undefined) return;
    this.#starts.push(this.#levelEnd);
    this.#levelEnd = this.#store.count;
    this.#phase = this.#firstPhase;
    this.#openLevel(said.map((s) => s.count));
  }
  get #firstPhase(): Phase {
    return this.#o.judges?.state === undefined ? 'look' : 'judge';
  }
  #openLevel(ends: readonly number[]): void {
    const all = this.#store.lists.map((_, part) => ends[part] ?? 0);
    this.#deal.open(all, this.#meeting.parts);
  }
  /** Gives the order with which it goes to the meeting. */
  *#work(): Generator<void, number> {
    for (;;) {
      if (this.#chunk !== undefined && !this.#finish(this.#chunk)) {
        this.#meeting.call();
        return REHASH;
      }
      this.#chunk = undefined;
      this.#since += this.#store.count - this.#counted;
      this.#counted = this.#store.count;
      if (this.#since >= PACE) yield;
      const order = this.#order();
      if (order !== GO_ON) {
        this.#meeting.call();
        return order;
      }
      if (this.#meeting.isCalled) return GO_ON;
      const chunk = this.#deal.take(this.#phase, this.#part);
      if (chunk === undefined) return DONE;
      this.#chunk = chunk;
      this.#at = chunk.from;
      this.#since += Math.max(CHUNK_PACE, (chunk.to - chunk.from) / this.#width);
    }
  }
  *#meet(order: number): Generator<void, { order: number; said: readonly Said[] }> {
    const said = yield* this.#meeting.meet({
      count: this.#store.count,
      found: this.#found.size,
      order: this.#isFull ? FULL : order,
      levelEnd: this.#levelEnd,
      depth: this.#starts.length - 1,
      phase: PHASES.indexOf(this.#phase),
    });
    return { order: Math.max(...said.map((s) => s.order)), said };
  }
  *#rehash(): Generator<void> {
    try {
      if (this.#part === 0) this.#store.rehash();
    } catch (error) {
      this.#becomeFull(error);
    }
    yield* this.#meet(GO_ON);
    this.#store.renew();
  }
  *#keep(): Generator<void> {
    this.#o.keeping?.part(this.#store, this.#standing());
    yield* this.#meet(GO_ON);
    if (this.#part === 0) this.#o.keeping?.all(this.#meeting.parts);
  }
  #standing(): Standing {
    return {
      starts: this.#starts,
      levelEnd: this.#levelEnd,
      phase: this.#phase,
      next: this.#deal.next(this.#phase, this.#part),
      transitions: this.#transitions,
      covered: { ...this.#covered },
      found: [...this.#found.values()],
    };
  }
  #result(end: End): PartResult {
    const { count } = this.#store;
    const standing = this.#standing();
    return { end, standing, count, covered: this.#coveredInAll(), parts: this.#meeting.parts };
  }
  /** With what is in its list and was not looked at. */
  #coveredInAll(): Covered {
    const { orbit } = this.#o;
    const { count, list } = this.#store;
    if (orbit === undefined) return { states: count, transitions: this.#transitions };
    let { states } = this.#covered;
    for (let n = this.#deal.next('look', this.#part); n < count; n++)
      states += orbit(list.segmentOf(n), list.offsetOf(n));
    return { ...this.#covered, states };
  }
  /** Does what is left to be done of a chunk; false: the directory has no room. */
  #finish(chunk: Chunk): boolean {
    this.#o.judges?.level?.(this.#starts.length - 1);
    if (this.#phase === 'look') return this.#look(chunk);
    this.#judge(chunk);
    return true;
  }
  #judge({ words, from, to }: Chunk): void {
    const judge = this.#o.judges?.state;
    let at = from;
    const tell = (violated: number, via?: number): void => {
      const length = this.#starts.length - (via === undefined ? 1 : 0);
      this.#note(violated, length, words, at, via);
    };
    for (; at < to; at += this.#width) judge?.(words, at, tell);
  }
  /** No generator, because V8 makes slow code of those. */
  #look({ words, to }: Chunk): boolean {
    const { stride } = this.#engine;
    const { judges, canonical, orbit } = this.#o;
    const judge = judges?.step;
    const out = this.#out;
    let at = this.#at;
    let { j, end } = this.#rest;
    const tell = (violated: number): void =>
      this.#note(violated, this.#starts.length, words, at, out[j + stride - 1]);
    for (;;) {
      j = this.#take(out, j, end);
      if (j < end) {
        this.#at = at;
        this.#rest = { j, end };
        return false;
      }
      if (at >= to) break;
      end = this.#engine.succ(words, at, out);
      this.#transitions += end / stride;
      if (orbit !== undefined) {
        const like = orbit(words, at);
        this.#covered.states += like;
        this.#covered.transitions += (like * end) / stride;
      }
      if (judge !== undefined) {
        for (j = 0; j < end; j += stride) judge(words, at, out, j, tell);
      }
      canonical?.(out, end, stride);
      j = 0;
      at += this.#width;
    }
    this.#rest = { j: 0, end: 0 };
    return true;
  }
  /** Gives where it stopped; a store that is full takes nothing more. */
  #take(out: Int32Array, from: number, end: number): number {
    if (this.#isFull) return end;
    try {
      return this.#store.take(out, from, end, this.#engine.stride);
    } catch (error) {
      this.#becomeFull(error);
      return end;
    }
  }
  /** The search ends at the next meeting. */
  #becomeFull(error: unknown): void {
    if (!(error instanceof StoreFull)) throw error;
    this.#isFull = true;
  }
  #order(): number {
    if (this.#store.isCrowded) return REHASH;
    if (this.#part === 0 && this.#meeting.isAwaited) return JOIN;
    this.#meeting.show({ states: this.#store.count, transitions: this.#transitions });
    if (this.#isFull) return FULL;
    const isPause = this.#since >= PACE;
    if (isPause) this.#since = 0;
    // Whoever runs the search is asked only now and then.
    const order = this.#part === 0 && isPause ? this.#asked() : GO_ON;
    return Math.max(order, this.#limit());
  }
  /** What the first part orders for all. */
  #asked(): number {
    const { stopped, onProgress, keeping } = this.#o;
    const { states, transitions } = this.#meeting.live;
    const { bytes } = this.#store;
    const frontier = this.#deal.left(this.#phase);
    onProgress?.({ depth: this.#starts.length - 1, states, transitions, frontier, bytes });
    if (stopped?.()) return orderOf('stopped');
    return keeping?.isDue() ? KEEP : GO_ON;
  }
  #limit(): number {
    const { statesMax, bytesMax } = this.#limits;
    if (bytesMax < Infinity && this.#store.bytes > bytesMax) return orderOf('memory');
    const isOver = statesMax < Infinity && this.#meeting.live.states > statesMax;
    return isOver ? orderOf('states') : GO_ON;
  }
  #note(
    violated: number,
    length: number,
    words: Int32Array,
    at: number,
    via: number | undefined,
  ): void {
    const state = words.slice(at, at + this.#width);
    keepFirst(this.#found, { violated, length, state, via });
  }
}
