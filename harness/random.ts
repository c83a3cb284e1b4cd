/**
 * A small generator of pseudo-random numbers, seeded by fast-check.
 *
 * fast-check's own Random costs some hundred nanoseconds a draw, and a step of a walk draws dozens; so each
 * sequence takes one seed from it and goes on with this one (xorshift32).
 */
export class Dice {
  #state: number;

  /** Any seed will do. */
  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x6a09e667) | 0 || 1;
  }
  /** A whole number from 0 to below - 1. */
  roll(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (((x >>> 0) * below) / 4294967296) | 0;
  }
  /** True n times of `of`. */
  chance(n: number, of: number): boolean {
    return this.roll(of) < n;
  }
}
