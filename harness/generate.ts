/**
 * Sequences of attempts for fast-check: they walk the model, biased to progress.
 *
 * State-blind commands reached RUN in none of 2,000 sequences on a protocol of this depth; a biased walk
 * does in most. Every sequence starts at power-on, with no canned prefix. Each draws a profile (how hostile),
 * a focus (which members take part) and a swarm (which rules are common, rare or out).
 *
 * Whether an attempt would change anything is asked of the compiled reference rules, ten times faster
 * than the model. That only chooses; what is compared with the subject is the model's own result.
 */
import fc from 'fast-check';
import type { Engine } from '../impl/engine/index.ts';
import type { Role } from '../model/author.ts';
import { INDEX_SORTS, type IndexSort, isLiteral, type Sort } from '../model/sorts.ts';
import type { Result } from '../model/step.ts';
import { boot } from '../model/world.ts';
import { candidates } from './candidates.ts';
import { Dice } from './random.ts';
import type { Setup } from './setup.ts';

/** How a sequence is biased: weights of rules by their role, and how often anything goes. */
export interface Profile {
  readonly id: string;
  readonly says: string;
  readonly weight: Readonly<Record<Role, number>>;
  /** Of a thousand steps, how many are any attempt at all, whether it changes anything or not. */
  readonly wild: number;
}
export const PROFILES: readonly Profile[] = [
  {
    id: 'steady',
    says: 'Builds up, is seldom disturbed: reaches the depths.',
    weight: { progress: 240, neutral: 6, hostile: 1 },
    wild: 20,
  },
  {
    id: 'busy',
    says: 'Builds up and tears down.',
    weight: { progress: 80, neutral: 10, hostile: 1 },
    wild: 60,
  },
  {
    id: 'hostile',
    says: 'The host interferes all the time.',
    weight: { progress: 60, neutral: 12, hostile: 6 },
    wild: 150,
  },
];

/** A generated sequence: attempts by index, and what each came to in the model, where that is known. */
export class Sequence {
  readonly steps: readonly number[];
  readonly results: readonly Result[] | undefined;
  readonly profile: string;

  constructor(steps: readonly number[], results?: readonly Result[], profile = 'given') {
    this.steps = steps;
    this.results = results;
    this.profile = profile;
  }
  toString(): string {
    return `${this.steps.length} steps`;
  }
}

/** Limits of a sequence. */
export interface Lengths {
  readonly min: number;
  readonly max: number;
}
export const LENGTHS: Lengths = { min: 40, max: 400 };
/** How often a step looks for an attempt that changes something before it takes any. */
const TRIES_MAX = 80;

/** The attempts of one rule that a sequence may make, and how likely the rule is. */
interface Pool {
  readonly attempts: readonly number[];
  readonly weight: number;
}

/** Generates sequences; shrinks generated and given ones alike. */
export class SequenceArbitrary extends fc.Arbitrary<Sequence> {
  readonly #setup: Setup;
  readonly #oracle: Engine;
  readonly #lengths: Lengths;

  constructor(setup: Setup, lengths: Lengths = LENGTHS) {
    super();
    this.#setup = setup;
    this.#oracle = setup.compiler.engine(setup.attempts);
    this.#lengths = lengths;
  }

  override generate(random: fc.Random): fc.Value<Sequence> {
    const dice = new Dice(random.nextInt());
    const profile = PROFILES[dice.roll(PROFILES.length)] as Profile;
    const { min, max } = this.#lengths;
    const length = min + dice.roll(max - min + 1);
    const pools = this.#pools(dice, profile);
    return new fc.Value(this.#walk(dice, profile, pools, length), undefined);
  }
  override canShrinkWithoutContext(value: unknown): value is Sequence {
    return value instanceof Sequence;
  }
  override shrink(value: Sequence): fc.Stream<fc.Value<Sequence>> {
    const all = candidates(value.steps, this.#setup.attempts);
    return fc.stream(
      (function* () {
        for (const steps of all) yield new fc.Value(new Sequence(steps), undefined);
      })(),
    );
  }

  #walk(dice: Dice, profile: Profile, pools: readonly Pool[], length: number): Sequence {
    const { attempts, model, preset } = this.#setup;
    const sums: number[] = [];
    let total = 0;
    for (const p of pools) {
      total += p.weight;
      sums.push(total);
    }
    const steps: number[] = [];
    const results: Result[] = [];
    let world = boot(preset);
    let words = this.#oracle.initial.slice();
    let next = words.slice();
    while (steps.length < length) {
      const wild = dice.chance(profile.wild, 1000);
      const n = wild ? dice.roll(attempts.length) : this.#choose(dice, pools, sums, total, words, next);
      if (wild) this.#oracle.step(n, words, next);
      const attempt = attempts[n];
      if (attempt === undefined) throw new Error(`walk: no attempt ${n}`);
      const result = model.attempt(attempt, world);
      world = result.world;
      steps.push(n);
      results.push(result);
      [words, next] = [next, words];
    }
    return new Sequence(steps, results, profile.id);
  }
  /** An attempt that changes something, by weight; any, if none is found. Leaves the state after it in `next`. */
  #choose(
    dice: Dice,
    pools: readonly Pool[],
    sums: readonly number[],
    total: number,
    words: Int32Array,
    next: Int32Array,
  ): number {
    for (let tries = 1; ; tries++) {
      const pool = pools[placeOf(sums, dice.roll(total))] as Pool;
      const n = pool.attempts[dice.roll(pool.attempts.length)] as number;
      this.#oracle.step(n, words, next);
      if (tries === TRIES_MAX || differ(words, next)) return n;
    }
  }
  /** Who takes part in this sequence, and how likely each rule is. */
  #pools(dice: Dice, profile: Profile): readonly Pool[] {
    const focus = this.#focus(dice);
    const byRule = new Map<string, { attempts: number[]; weight: number }>();
    this.#setup.attempts.forEach(({ rule, args }, n) => {
      let pool = byRule.get(rule.id);
      if (pool === undefined) {
        pool = { attempts: [], weight: profile.weight[rule.role] * swarm(dice, rule.role) };
        byRule.set(rule.id, pool);
      }
      const inFocus = Object.entries(rule.over).every(
        ([role, sort]) => isLiteral(sort) || sort === 'Slot' || focus[sort].includes(args[role] as number),
      );
      if (inFocus) pool.attempts.push(n);
    });
    return [...byRule.values()].filter((p) => p.attempts.length > 0 && p.weight > 0);
  }
  #focus(dice: Dice): Readonly<Record<IndexSort, readonly number[]>> {
    const { sizes } = this.#setup.preset;
    const some = (sort: Sort & IndexSort): readonly number[] => {
      const all = Array.from({ length: sizes[sort] }, (_, i) => i);
      if (dice.chance(1, 3)) return all;
      const chosen = all.filter(() => dice.chance(1, 2));
      return chosen.length > 0 ? chosen : [dice.roll(all.length)];
    };
    return Object.fromEntries(INDEX_SORTS.map((s) => [s, some(s)])) as Record<
      IndexSort,
      readonly number[]
    >;
  }
}

/** Swarm testing: what is not needed for progress is out, rare or common in a given sequence. */
function swarm(dice: Dice, role: Role): number {
  if (role === 'progress') return 1 + dice.roll(3);
  const face = dice.roll(10);
  return face < 4 ? 0 : face < 8 ? 1 : 6;
}
function differ(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return true;
  return false;
}
/** The first place whose running sum is above a number. */
function placeOf(sums: readonly number[], x: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((sums[mid] as number) > x) high = mid;
    else low = mid + 1;
  }
  return low;
}
