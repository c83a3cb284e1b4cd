/**
 * Shorter ways to the same failure, which deleting cannot find because they take other steps.
 *
 * A breadth-first search from all states of a failing trace at once. From each state that it comes to, the rest of the
 * trace is followed too, without the steps that come to something else now. If the limit does not end it first it has
 * seen every state from which something shorter could come, and the trace is a shortest one.
 */
import { attemptsAbout } from './candidates.ts';
import type { Probe } from './probe.ts';

type Steps = readonly number[];

/** Engine steps after which no shorter way is looked for. */
const STEPS_MAX = 100_000;

/** At most so many steps of the trace that are still possible are spared for the sake of others. */
const SPARED_MAX = 2;

/** A state beside the trace. */
interface Aside {
  readonly words: Int32Array;
  /** Where the trace was left. */
  readonly from: number;
  /** The attempts since then. */
  readonly via: Steps;
}

/** A shorter trace that fails too; undefined: none was found. */
export function shorter(trace: Steps, probe: Probe): Steps | undefined {
  return new Shortcut(trace, probe).search();
}

class Shortcut {
  readonly #trace: Steps;
  readonly #probe: Probe;
  readonly #attempts: Steps;
  /** The case that decides each step of the trace. */
  readonly #cases: number[] = [];
  /** The fewest steps in which each state was reached. */
  readonly #reached = new Map<number, number>();
  #left = STEPS_MAX;

  constructor(trace: Steps, probe: Probe) {
    this.#trace = trace;
    this.#probe = probe;
    this.#attempts = attemptsAbout(trace, probe.subject.attempts);
  }
  search(): Steps | undefined {
    for (let front = this.#along(); front.length > 0; ) {
      const after: Aside[] = [];
      for (const state of front) {
        const found = this.#leave(state, after);
        if (found !== undefined) return found;
      }
      front = after;
    }
    return undefined;
  }
  /** The states of the trace. */
  #along(): Aside[] {
    const { subject } = this.#probe;
    subject.reset();
    return this.#trace.map((n, from) => {
      const words = subject.words.slice();
      this.#isNew(words, from);
      this.#cases.push(subject.attempt(n));
      return { words, from, via: [] };
    });
  }
  /** Makes every attempt in a state; what is new is followed, and added to `after`. */
  #leave({ words, from, via }: Aside, after: Aside[]): Steps | undefined {
    const { subject } = this.#probe;
    const length = from + via.length + 1;
    if (length >= this.#trace.length) return undefined;
    for (const n of this.#attempts) {
      if (this.#left <= 0) return undefined;
      this.#left--;
      subject.load(words);
      const at = subject.attempt(n);
      if (this.#probe.isFailing(n, at)) return [...this.#trace.slice(0, from), ...via, n];
      if (isSame(words, subject.words) || !this.#isNew(subject.words, length)) continue;
      const state = { words: subject.words.slice(), from, via: [...via, n] };
      after.push(state);
      for (let spared = 0; spared <= SPARED_MAX; spared++) {
        const found = this.#follow(state, spared);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
  /** Whether a state was not reached in so few steps before. */
  #isNew(words: Int32Array, length: number): boolean {
    const key = hashOf(words);
    const isNew = length < (this.#reached.get(key) ?? Number.POSITIVE_INFINITY);
    if (isNew) this.#reached.set(key, length);
    return isNew;
  }
  /** Follows the rest of the trace without its next so many steps, in whose place others were taken. */
  #follow({ words, from, via }: Aside, spared: number): Steps | undefined {
    const { subject } = this.#probe;
    if (spared > 0) subject.load(words);
    const taken = [...this.#trace.slice(0, from), ...via];
    for (let k = from + spared; k < this.#trace.length; k++) {
      const n = this.#trace[k] as number;
      const before = subject.words;
      const at = subject.attempt(n);
      this.#left--;
      if (at !== this.#cases[k]) {
        subject.load(before);
        continue;
      }
      taken.push(n);
      if (taken.length >= this.#trace.length) return undefined;
      if (this.#probe.isFailing(n, at)) return taken;
    }
    return undefined;
  }
}
/** A number for a state, of 53 bits: two states with the same hide no failure, at worst a shorter way. */
function hashOf(words: Int32Array): number {
  let low = 0x811c9dc5;
  let high = 0x2f0b4c47;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    low = Math.imul(low ^ word, 0x85ebca6b);
    low ^= low >>> 13;
    high = Math.imul(high ^ word, 0xc2b2ae35);
    high ^= high >>> 16;
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}
function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
