/**
 * Whether members that are declared to be alike are so: an attempt from a state, and the same with two members exchanged
 * throughout, must be decided by the same case and lead to states that differ in this exchange only.
 *
 * Where that holds of every state that stands for others and of all its renamings, whatever the search leaves out is a
 * renaming of what it saw.
 */
import { attemptOf, caseOf, type Engine, viaOf } from '../compile.ts';
import type { Symmetry } from './symmetry.ts';
import { imagesOf } from './symmetry-names.ts';

/** An attempt that tells two members apart, and a state in which it does. */
export interface Unlike {
  /** The numbers of the attempt and of the exchange. */
  readonly attempt: number;
  readonly exchange: number;
  readonly state: Int32Array;
}

/** Compares what can be done from a state with what can be done from its renamings. */
export class SymmetryCheck {
  readonly #engine: Engine;
  readonly #symmetry: Symmetry;
  /** For each exchange and each attempt the number of the attempt with these members exchanged. */
  readonly images: readonly (readonly number[])[];
  readonly #width: number;
  /** A state and the steps from it; a renamed one and the steps from that. */
  #state: Int32Array;
  #steps: Int32Array;
  #renamed: Int32Array;
  #others: Int32Array;
  /** Where among the other steps that of an attempt is; places that were written for another state are found out. */
  readonly #places: Int32Array;

  constructor(engine: Engine, symmetry: Symmetry) {
    this.#engine = engine;
    this.#symmetry = symmetry;
    this.images = imagesOf(engine.attempts, symmetry);
    this.#width = engine.stride - 1;
    this.#state = new Int32Array(this.#width);
    this.#steps = new Int32Array(engine.succLengthMax);
    this.#renamed = new Int32Array(this.#width);
    this.#others = new Int32Array(engine.succLengthMax);
    this.#places = new Int32Array(engine.attempts.length);
  }
  /** Every attempt from the state at `words[at]`, refused ones included, after each exchange of neighbours. */
  attempts(words: Int32Array, at: number): Unlike | undefined {
    const state = words.slice(at, at + this.#width);
    const after = state.slice();
    const other = state.slice();
    for (const [exchange, images] of this.images.entries()) {
      const renamed = state.slice();
      this.#symmetry.exchange(exchange, renamed, 0);
      for (const [attempt, image] of images.entries()) {
        // What no case decides leaves the state as it is.
        after.set(state);
        other.set(renamed);
        const decided = this.#engine.step(attempt, state, after);
        const isSame = this.#engine.step(image, renamed, other) === decided;
        this.#symmetry.exchange(exchange, after, 0);
        if (!isSame || !isAt(after, 0, other, 0, this.#width)) return { attempt, exchange, state };
      }
    }
    return undefined;
  }
  /** The steps that change the state at `words[at]`, after every renaming. */
  steps(words: Int32Array, at: number): Unlike | undefined {
    for (let w = 0; w < this.#width; w++) this.#state[w] = words[at + w] as number;
    let end = this.#engine.succ(this.#state, 0, this.#steps);
    for (const exchange of this.#symmetry.tour) {
      this.#renamed.set(this.#state);
      this.#symmetry.exchange(exchange, this.#renamed, 0);
      const length = this.#engine.succ(this.#renamed, 0, this.#others);
      const attempt = this.#unlike(exchange, end, length);
      if (attempt >= 0) return { attempt, exchange, state: this.#state.slice() };
      [this.#state, this.#renamed] = [this.#renamed, this.#state];
      [this.#steps, this.#others] = [this.#others, this.#steps];
      end = length;
    }
    return undefined;
  }
  /** The first attempt whose step before an exchange is none after it, or the other way round; −1 if there is none. */
  #unlike(exchange: number, end: number, length: number): number {
    const width = this.#width;
    const images = this.images[exchange] as readonly number[];
    for (let j = 0; j < length; j += width + 1) {
      this.#places[attemptOf(this.#others[j + width] as number)] = j;
    }
    for (let j = 0; j < end; j += width + 1) {
      const via = this.#steps[j + width] as number;
      const image = images[attemptOf(via)] as number;
      const place = this.#places[image] as number;
      const isThere = place < length && this.#others[place + width] === viaOf(image, caseOf(via));
      this.#symmetry.exchange(exchange, this.#steps, j);
      if (!isThere || !isAt(this.#steps, j, this.#others, place, width)) return attemptOf(via);
    }
    return end === length ? -1 : this.#surplus(images, end, length);
  }
  /** An attempt whose image makes a step, while it makes none itself. */
  #surplus(images: readonly number[], end: number, length: number): number {
    const attemptsIn = (steps: Int32Array, to: number): number[] =>
      Array.from({ length: to / (this.#width + 1) }, (_, i) =>
        attemptOf(steps[i * (this.#width + 1) + this.#width] as number),
      );
    const made = new Set(attemptsIn(this.#steps, end));
    const others = new Set(attemptsIn(this.#others, length));
    return images.findIndex((image, n) => others.has(image) && !made.has(n));
  }
}

function isAt(a: Int32Array, i: number, b: Int32Array, j: number, width: number): boolean {
  for (let w = 0; w < width; w++) if (a[i + w] !== b[j + w]) return false;
  return true;
}
