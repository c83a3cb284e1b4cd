/**
 * What was asked before, so that it need not be asked again.
 *
 * A question about a state, or about a step, is answered by looking at some bits, and which bits it looks at next depends on
 * those seen so far. So an answer holds for all states that agree with that one on the bits that were looked at, or on
 * more. A memo learns, question by question, which bits answers ever looked at, and keeps, exactly, what it was asked
 * as far as these bits go. What was kept before another bit was learned stays right: it names that bit as 0, and holds
 * whatever that bit is.
 */

/** Places in the beginning; there are always twice as many as are taken, at least. */
const PLACES = 1 << 10;
const EMPTY = -1;
/** A table that would take more is emptied instead: what is forgotten is asked again. `--memory` does not count it. */
const BYTES_MAX = 2 ** 27;

/** The answers that are known: to questions with a number, about states (`sides` 1) or steps (2). */
export class Memo {
  readonly #words: number;
  /** Words of a key: those of all sides. */
  readonly #width: number;
  readonly #sides: 1 | 2;
  #masks: Int32Array;
  #questions = 0;
  /** Each place: the question, and the key. */
  #table: Int32Array;
  #last: number;
  #taken = 0;
  #learned = false;
  readonly #bytesMax: number;

  constructor(words: number, sides: 1 | 2, bytesMax = BYTES_MAX) {
    this.#bytesMax = bytesMax;
    this.#words = words;
    this.#sides = sides;
    this.#width = words * sides;
    this.#masks = new Int32Array(64 * this.#width);
    this.#table = new Int32Array(PLACES * (this.#width + 1)).fill(EMPTY);
    this.#last = PLACES - 1;
  }
  /** The number of a new question, which looks at nothing yet. */
  question(): number {
    const n = this.#questions++;
    if (this.#questions * this.#width > this.#masks.length) {
      const more = new Int32Array(2 * this.#masks.length);
      more.set(this.#masks);
      this.#masks = more;
    }
    return n;
  }
  /** The bits that the answers to a question look at, as far as known; not to be kept. */
  bits(question: number): Int32Array {
    return this.#masks.subarray(question * this.#width, (question + 1) * this.#width);
  }
  /** Learns that answers to a question look at more bits. */
  learn(question: number, bits: Int32Array): void {
    const m = question * this.#width;
    for (let w = 0; w < this.#width; w++) {
      const known = this.#masks[m + w] as number;
      const more = known | (bits[w] as number);
      if (more === known) continue;
      this.#masks[m + w] = more;
      this.#learned = true;
    }
  }
  /** Whether `learn` was told anything new since this was asked last. */
  hasLearned(): boolean {
    const learned = this.#learned;
    this.#learned = false;
    return learned;
  }
  /** Learns that answers to a question look at all that those to another look at. */
  learnFrom(question: number, other: number): void {
    const m = question * this.#width;
    const o = other * this.#width;
    const masks = this.#masks;
    for (let w = 0; w < this.#width; w++)
      masks[m + w] = (masks[m + w] as number) | (masks[o + w] as number);
  }
  /** How many bits the answers to a question look at, as far as known. */
  width(question: number): number {
    return bitsOf(this.bits(question));
  }
  /** How many they would be with others. */
  widthWith(question: number, bits: Int32Array): number {
    return bitsOf(this.bits(question).map((word, w) => word | (bits[w] as number)));
  }
  /** Whether the answer for the state `q[b]`, or the step from it to `out[j]`, is known. */
  has(question: number, q: Int32Array, b: number, out: Int32Array, j: number): boolean {
    return this.#place(question, q, b, out, j) < 0;
  }
  /** Keeps that it is known from now on. */
  add(question: number, q: Int32Array, b: number, out: Int32Array, j: number): void {
    const place = this.#place(question, q, b, out, j);
    if (place < 0) return;
    const [table, masks, words] = [this.#table, this.#masks, this.#words];
    const m = question * this.#width;
    table[place] = question;
    for (let w = 0; w < words; w++) {
      table[place + 1 + w] = (q[b + w] as number) & (masks[m + w] as number);
      if (this.#sides === 2)
        table[place + 1 + words + w] = (out[j + w] as number) & (masks[m + words + w] as number);
    }
    if (2 * ++this.#taken > this.#last) this.#grow();
  }
  /** Where it would be kept; −1: it is. */
  #place(question: number, q: Int32Array, b: number, out: Int32Array, j: number): number {
    const words = this.#words;
    const isStep = this.#sides === 2;
    const m = question * this.#width;
    const masks = this.#masks;
    const table = this.#table;
    let h = question;
    for (let w = 0; w < words; w++) h = mixed(h, (q[b + w] as number) & (masks[m + w] as number));
    if (isStep)
      for (let w = 0; w < words; w++)
        h = mixed(h, (out[j + w] as number) & (masks[m + words + w] as number));
    for (let n = (h ^ (h >>> 15)) & this.#last; ; n = (n + 1) & this.#last) {
      const p = n * (this.#width + 1);
      if (table[p] === EMPTY) return p;
      if (table[p] !== question) continue;
      let w = 0;
      while (
        w < words &&
        table[p + 1 + w] === ((q[b + w] as number) & (masks[m + w] as number)) &&
        (!isStep ||
          table[p + 1 + words + w] === ((out[j + w] as number) & (masks[m + words + w] as number)))
      )
        w++;
      if (w === words) return -1;
    }
  }
  #grow(): void {
    const old = this.#table;
    if (2 * old.byteLength > this.#bytesMax) {
      old.fill(EMPTY);
      this.#taken = 0;
      return;
    }
    const size = this.#width + 1;
    this.#table = new Int32Array(2 * old.length).fill(EMPTY);
    this.#last = 2 * this.#last + 1;
    for (let p = 0; p < old.length; p += size) {
      if (old[p] === EMPTY) continue;
      let h = old[p] as number;
      for (let w = 1; w < size; w++) h = mixed(h, old[p + w] as number);
      let n = (h ^ (h >>> 15)) & this.#last;
      while (this.#table[n * size] !== EMPTY) n = (n + 1) & this.#last;
      this.#table.set(old.subarray(p, p + size), n * size);
    }
  }
}
const mixed = (h: number, k: number): number => {
  const x = Math.imul(h ^ k, 0x9e3779b1);
  return x ^ (x >>> 16);
};
/** How many bits are set. */
export const bitsOf = (mask: Int32Array): number =>
  mask.reduce((n, word) => {
    let bits = 0;
    for (let rest = word; rest !== 0; rest &= rest - 1) bits++;
    return n + bits;
  }, 0);
