/** Numbers for all states of a finished search, and back: what looks at the whole graph needs both. */
import type { Exploration } from '../../impl/engine/index.ts';

/** States of a search by number, level by level, and their numbers by what they are. */
export class StateIndex {
  readonly count: number;
  readonly width: number;
  /** The words of all states, one state after another. */
  readonly words: Int32Array;
  /** Open addressing: the number of a state and one, 0 for an empty place. */
  readonly #places: Int32Array;

  /** `entered`: of how many states it knows the numbers at first; the others must be entered in order. */
  constructor(found: Exploration, width: number, entered = found.states) {
    this.count = found.states;
    this.width = width;
    this.words = new Int32Array(found.states * width);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * found.states + 1)));
    for (let n = 0; n < entered; n++) this.enter(found, n);
  }
  /** Enters a state of the search by its number. */
  enter(found: Exploration, n: number): void {
    const at = n * this.width;
    this.words.set(found.words(n), at);
    this.#places[this.#placeOf(this.words, at)] = n + 1;
  }
  /** The number of the state at `words[at]`; throws if the search did not reach it. */
  numberOf(words: Int32Array, at = 0): number {
    const n = (this.#places[this.#placeOf(words, at)] as number) - 1;
    if (n < 0) throw new Error(`StateIndex: [${words.slice(at, at + this.width).join()}]`);
    return n;
  }
  /** Where a state is, or would be. */
  #placeOf(words: Int32Array, at: number): number {
    const mask = this.#places.length - 1;
    let h = 0;
    for (let w = 0; w < this.width; w++) {
      h = Math.imul(h ^ (words[at + w] as number), 0x9e3779b1);
      h ^= h >>> 15;
    }
    for (h &= mask; ; h = (h + 1) & mask) {
      const n = (this.#places[h] as number) - 1;
      if (n < 0 || this.#isAt(n, words, at)) return h;
    }
  }
  #isAt(n: number, words: Int32Array, at: number): boolean {
    for (let w = 0; w < this.width; w++)
      if (this.words[n * this.width + w] !== words[at + w]) return false;
    return true;
  }
}
