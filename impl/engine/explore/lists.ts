/**
 * The states that each part of a search was first to find, in order of discovery: written by that part, read by all.
 *
 * A list is a few segments of shared memory that grow where they lie: nothing is copied, and whoever has the buffer sees
 * what was added.
 */

/** Words of the longest segment: V8 lets shared memory grow to 4 GiB. */
const SEGMENT_WORDS = 2 ** 30;
const SEGMENTS = 4;
/** Numbers of states are kept in shared words of 32 bits. */
const STATES_MAX = 2 ** 31 - 1;
/** States by which a segment grows. */
const STEP_STATES = 1 << 13;

/** There is no more room for states: told apart from faults, because a search can say how far it came. */
export class StoreFull extends Error {}

/** Shared memory that can grow; the system gives it when it is first written to. */
export const growable = (words: number): SharedArrayBuffer =>
  new SharedArrayBuffer(4 * words, { maxByteLength: 4 * SEGMENT_WORDS });
/** Makes it at least so long; `words` is what it then has, if nobody else made it longer. */
export function grow(buffer: SharedArrayBuffer, words: number): void {
  if (words > SEGMENT_WORDS) throw new StoreFull('an array has its greatest length');
  try {
    if (buffer.byteLength < 4 * words) buffer.grow(4 * words);
  } catch (error) {
    // Another thread was faster, and came farther.
    if (buffer.byteLength < 4 * words) throw error;
  }
}
/** All words that it has now. The length is fixed, because V8 makes slow code of views that grow by themselves. */
export const viewOf = (buffer: SharedArrayBuffer): Int32Array =>
  new Int32Array(buffer, 0, buffer.byteLength / 4);

/** The states of one part. */
export class List {
  readonly #width: number;
  readonly #buffers: readonly SharedArrayBuffer[];
  readonly #views: Int32Array[];
  readonly #segmentStates: number;

  constructor(buffers: readonly SharedArrayBuffer[], width: number) {
    this.#width = width;
    this.#buffers = buffers;
    this.#views = buffers.map(viewOf);
    this.#segmentStates = Math.floor(SEGMENT_WORDS / width);
  }
  /** The memory of an empty list. */
  static memory(width: number): readonly SharedArrayBuffer[] {
    const most = Math.floor(STATES_MAX / Math.floor(SEGMENT_WORDS / width));
    return Array.from({ length: Math.min(SEGMENTS, most) }, () => growable(0));
  }
  get bytes(): number {
    return this.#buffers.reduce((sum, b) => sum + b.byteLength, 0);
  }
  /** The segment that holds a state, by its number in order of discovery. */
  segmentOf(n: number): Int32Array {
    const i = Math.floor(n / this.#segmentStates);
    const view = this.#views[i] as Int32Array;
    if (this.offsetOf(n) < view.length) return view;
    const longer = viewOf(this.#buffers[i] as SharedArrayBuffer);
    this.#views[i] = longer;
    return longer;
  }
  /** Where in its segment a state begins. */
  offsetOf(n: number): number {
    return (n % this.#segmentStates) * this.#width;
  }
  /** The number of the first state that is in a later segment. */
  segmentEnd(n: number): number {
    return n - (n % this.#segmentStates) + this.#segmentStates;
  }
  /** The segment that state `n` is to be written to, with room for it and some more. */
  roomFor(n: number): Int32Array {
    const buffer = this.#buffers[Math.floor(n / this.#segmentStates)];
    if (buffer === undefined) throw new StoreFull('a list has its greatest length');
    const states = Math.min((n % this.#segmentStates) + STEP_STATES, this.#segmentStates);
    grow(buffer, states * this.#width);
    return this.segmentOf(n);
  }
  /** The words of a state. */
  words(n: number): Int32Array {
    const at = this.offsetOf(n);
    return this.segmentOf(n).slice(at, at + this.#width);
  }
  /** The words of the states from one number up to another, some at once, in arrays that must not be kept. */
  *runs(from: number, to: number): Generator<Int32Array> {
    for (let n = from; n < to; ) {
      const end = Math.min(to, n + STEP_STATES, this.segmentEnd(n));
      const at = this.offsetOf(n);
      yield this.segmentOf(end - 1).subarray(at, at + (end - n) * this.#width);
      n = end;
    }
  }
}
