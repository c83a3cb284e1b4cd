/**
 * What the parts of one search, each in a thread of its own, tell each other: states that belong to another part, and how
 * far each has come.
 *
 * States go through a ring of chunks for each pair of parts, in shared memory. Between two meetings the parts run freely; a
 * meeting ends when nothing is on its way any more, so what it finds does not depend on who was faster.
 */

import { BOX_WORDS as CHUNK_WORDS } from './blocks.ts';

/** Chunks of a ring. */
const CHUNKS = 32;
/** A part that waits looks again after so long, ms; who waits for the thread of an event loop must not sleep long. */
const NAP_MS = 1;

/** Numbers that each part shows the others all the time, for limits and a panel. */
export interface Live {
  readonly states: number;
  readonly transitions: number;
  /** States of the present level not yet looked at. */
  readonly frontier: number;
  /** Bytes of the store. */
  readonly bytes: number;
}
/** What each part says at a meeting. */
export interface Said {
  /** States of the present level not yet looked at. */
  readonly left: number;
  /** States of the next level. */
  readonly fresh: number;
  /** Violations that it knows of. */
  readonly found: number;
  /** An order to all, given by the first part: a number that means nothing here. */
  readonly order: number;
}
const LIVE = ['states', 'transitions', 'frontier', 'bytes'] as const;
const SAID = ['left', 'fresh', 'found', 'order'] as const;

/** The memory that the parts of a search share. */
export interface Common {
  readonly parts: number;
  readonly control: Int32Array;
  readonly live: Float64Array;
  readonly said: Float64Array;
  /** The ring from each part to each part; none to itself. */
  readonly rings: readonly (readonly (Int32Array | undefined)[])[];
}
const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
export function commonOf(parts: number): Common {
  const all = Array.from({ length: parts }, (_, i) => i);
  return {
    parts,
    control: new Int32Array(shared(4 * (CALLS + 3 * parts))),
    live: new Float64Array(shared(8 * LIVE.length * parts)),
    said: new Float64Array(shared(8 * SAID.length * parts * 2)),
    rings: all.map((from) =>
      all.map((to) =>
        from === to ? undefined : new Int32Array(shared(4 * (RING_HEAD + CHUNKS * CHUNK_WORDS))),
      ),
    ),
  };
}

// Places of the control words: whether a part failed, whether a meeting is called; then three words for each part: a bell
// that wakes it, the meetings to which it came, and those from which it knows all that was sent.
const FAILED = 0;
const CALLED = 1;
const CALLS = 2;
const bellOf = (part: number): number => CALLS + 3 * part;
const cameOf = (part: number): number => bellOf(part) + 1;
const readOf = (part: number): number => bellOf(part) + 2;

// A ring: chunks written, chunks read, words in each chunk, the chunks.
const WRITTEN = 0;
const READ = 1;
const LENGTHS = 2;
const RING_HEAD = LENGTHS + CHUNKS;

/** One part's place at the meetings. */
export class Meeting {
  readonly part: number;
  readonly parts: number;
  readonly #c: Common;
  readonly #take: (words: Int32Array) => void;
  /** For each part chunks for which its ring had no room yet. */
  readonly #pending: Int32Array[][];
  #meetings = 0;

  /** `take` is called with states of this part, one after another. */
  constructor(common: Common, part: number, take: (words: Int32Array) => void) {
    this.#c = common;
    this.part = part;
    this.parts = common.parts;
    this.#take = take;
    this.#pending = Array.from({ length: common.parts }, () => []);
  }
  /** Sends states to a part; at most a chunk of words, which are copied. */
  readonly send = (to: number, words: Int32Array): void => {
    const waiting = this.#pending[to] as Int32Array[];
    if (waiting.length > 0 || !this.#put(to, words)) waiting.push(words.slice());
  };
  /** Takes in what has come, and sends what could not be sent; whether all is sent. */
  pump(): boolean {
    if (this.parts === 1) return true;
    for (let from = 0; from < this.parts; from++) this.#drain(from);
    let isAllSent = true;
    for (const [to, waiting] of this.#pending.entries()) {
      let n = 0;
      while (n < waiting.length && this.#put(to, waiting[n] as Int32Array)) n++;
      waiting.splice(0, n);
      isAllSent &&= waiting.length === 0;
    }
    return isAllSent;
  }
  /** Shows how far this part has come. */
  show(live: Live): void {
    for (const [i, key] of LIVE.entries()) this.#c.live[this.part * LIVE.length + i] = live[key];
  }
  /** How far all have come, as they showed it last. */
  get live(): Live {
    const sum = (i: number): number => {
      let n = 0;
      for (let p = 0; p < this.parts; p++) n += this.#c.live[p * LIVE.length + i] as number;
      return n;
    };
    return { states: sum(0), transitions: sum(1), frontier: sum(2), bytes: sum(3) };
  }
  /** Calls all to a meeting before their level ends. */
  call(): void {
    Atomics.store(this.#c.control, CALLED, 1);
  }
  get isCalled(): boolean {
    return Atomics.load(this.#c.control, CALLED) !== 0;
  }
  /** Tells the others that this part cannot go on. */
  fail(): void {
    Atomics.store(this.#c.control, FAILED, 1);
    for (let p = 0; p < this.parts; p++) this.#ring(p);
  }
  /** Waits until a condition holds; yields between naps. */
  *until(isSo: () => boolean): Generator<void, void> {
    const { control } = this.#c;
    const bell = bellOf(this.part);
    for (;;) {
      const heard = Atomics.load(control, bell);
      const isAllSent = this.pump();
      if (isSo() && isAllSent) return;
      if (Atomics.load(control, FAILED) !== 0) throw new Error('explore: another part failed');
      Atomics.wait(control, bell, heard, NAP_MS);
      yield;
    }
  }
  /**
   * Meets the others: everything sent before is taken in by all. `say` is asked when this part has taken in all; gives what
   * each part said, in order. Nothing may wait in the store to be sent.
   */
  *meet(say: () => Said): Generator<void, readonly Said[]> {
    const { control, said } = this.#c;
    const meeting = ++this.#meetings;
    const all = (place: (part: number) => number) => (): boolean => {
      for (let p = 0; p < this.parts; p++)
        if (Atomics.load(control, place(p)) - meeting < 0) return false;
      return true;
    };
    yield* this.until(() => true);
    this.#come(cameOf(this.part), meeting);
    yield* this.until(all(cameOf));
    this.pump();
    // A part may say something at the next meeting while another still reads this one's; two sets are enough, since nobody
    // gets farther ahead.
    const set = (meeting & 1) * this.parts;
    const mine = say();
    for (const [i, key] of SAID.entries()) said[(set + this.part) * SAID.length + i] = mine[key];
    if (this.part === 0) Atomics.store(control, CALLED, 0);
    this.#come(readOf(this.part), meeting);
    yield* this.until(all(readOf));
    return Array.from({ length: this.parts }, (_, p) => {
      const at = (i: number): number => said[(set + p) * SAID.length + i] as number;
      return { left: at(0), fresh: at(1), found: at(2), order: at(3) };
    });
  }
  #come(place: number, meeting: number): void {
    Atomics.store(this.#c.control, place, meeting);
    for (let p = 0; p < this.parts; p++) if (p !== this.part) this.#ring(p);
  }
  #ring(part: number): void {
    Atomics.add(this.#c.control, bellOf(part), 1);
    Atomics.notify(this.#c.control, bellOf(part));
  }
  /** Puts a chunk into a ring, if there is room. */
  #put(to: number, words: Int32Array): boolean {
    const ring = this.#c.rings[this.part]?.[to];
    if (ring === undefined) throw new Error(`Meeting: no ring from ${this.part} to ${to}`);
    const written = Atomics.load(ring, WRITTEN);
    if (written - Atomics.load(ring, READ) >= CHUNKS) return false;
    const chunk = written & (CHUNKS - 1);
    ring.set(words, RING_HEAD + chunk * CHUNK_WORDS);
    ring[LENGTHS + chunk] = words.length;
    Atomics.store(ring, WRITTEN, (written + 1) | 0);
    this.#ring(to);
    return true;
  }
  #drain(from: number): void {
    const ring = this.#c.rings[from]?.[this.part];
    if (ring === undefined) return;
    let read = Atomics.load(ring, READ);
    while (read !== Atomics.load(ring, WRITTEN)) {
      const chunk = read & (CHUNKS - 1);
      const at = RING_HEAD + chunk * CHUNK_WORDS;
      this.#take(ring.subarray(at, at + (ring[LENGTHS + chunk] as number)));
      read = (read + 1) | 0;
      Atomics.store(ring, READ, read);
    }
  }
}
