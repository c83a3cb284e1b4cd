/**
 * Sequences of attempts for fast-check: they walk the model, biased to progress.
 *
 * State-blind commands reached RUN in none of 2,000 sequences on a protocol of this depth; a biased walk
 * does in most. Every sequence starts at power-on, with no canned prefix. Each draws a profile (how hostile),
 * a focus (which members take part), facets that sleep, and a swarm (which rules are common, rare or out).
 *
 * Whether an attempt would change anything is asked of the compiled reference rules, ten times faster
 * than the model. That only chooses; what is compared with the subject is the model's own result.
 */
import fc from 'fast-check';
import type { Engine } from '../impl/engine/index.ts';
import { type Role, type Rule, roleOf } from '../model/author.ts';
import { type Facet, PCI_FACETS } from '../model/fields.ts';
import { questionsOf } from '../model/sensible.ts';
import { INDEX_SORTS, type IndexSort, isLiteral, type Sort } from '../model/sorts.ts';
import type { Attempt, AttemptArgs, Result } from '../model/step.ts';
import { boot, isOn, type World } from '../model/world.ts';
import { candidates } from './candidates.ts';
import { Dice } from './random.ts';
import type { Setup } from './setup.ts';
import { Waits } from './waits.ts';

/** How attempts are weighed by the role of their rule, and how often anything goes. */
interface Mood {
  readonly weight: Readonly<Record<Role, number>>;
  /** Of a thousand steps, how many are any attempt of any rule, whether it changes anything or not. */
  readonly wild: number;
  /** What is not progress is at most so common, however the swarm is drawn. */
  readonly commonMax: number;
}
/** How a sequence is biased: a mood that it starts in, for a while drawn by lot, and one for the rest. */
export interface Profile {
  readonly id: string;
  readonly says: string;
  readonly calmStepsMax: number;
  readonly after: Mood;
  /** Whether commands that wait in the middle are kept waiting, while everything else goes on. */
  readonly pauses?: true;
}
const CALM: Mood = {
  weight: { progress: 1000, optional: 1000, neutral: 12, hostile: 1 },
  wild: 30,
  commonMax: 1,
};
export const PROFILES: readonly Profile[] = [
  {
    id: 'steady',
    says: 'Builds up and is seldom disturbed: reaches the depths.',
    calmStepsMax: 400,
    after: {
      weight: { progress: 300, optional: 300, neutral: 20, hostile: 2 },
      wild: 60,
      commonMax: 60,
    },
  },
  {
    id: 'busy',
    says: 'Builds up, tears down, builds up again.',
    calmStepsMax: 120,
    after: {
      weight: { progress: 120, optional: 120, neutral: 30, hostile: 3 },
      wild: 100,
      commonMax: 60,
    },
  },
  {
    id: 'hostile',
    says: 'Builds up, and then the host interferes all the time.',
    calmStepsMax: 120,
    after: {
      weight: { progress: 60, optional: 60, neutral: 12, hostile: 8 },
      wild: 200,
      commonMax: 60,
    },
  },
];

/**
 * Of use where a command is to be interrupted: what begins to wait is often kept waiting for a few steps, in which
 * anything else is attempted, whatever its role. It is no part of the usual mix, because it builds up less.
 */
const PAUSE: Profile = {
  id: 'pause',
  says: 'Keeps commands waiting in the middle, and does everything else meanwhile.',
  calmStepsMax: 400,
  after: {
    weight: { progress: 300, optional: 300, neutral: 20, hostile: 2 },
    wild: 60,
    commonMax: 60,
  },
  pauses: true,
};
/** Every profile that can be asked for. */
export const ALL_PROFILES: readonly Profile[] = [...PROFILES, PAUSE];
/** What goes on in a pause: all roles alike, and mostly what should be refused there. */
const PAUSED: Mood = {
  weight: { progress: 60, optional: 60, neutral: 60, hostile: 20 },
  wild: 600,
  commonMax: 1,
};
/** A wait is one time in so many a pause, … */
const PAUSE_ONE_IN = 3;
/** … of at most so many steps. */
const PAUSE_STEPS_MAX = 8;

/**
 * What is at stake before a host turns hostile, drawn for each sequence. Until then, and again once it has fallen,
 * the sequence builds up: what is hostile says most where there is something to lose.
 */
const STAKES: readonly ((world: World) => boolean)[] = [
  () => true,
  ({ tdi }) => tdi.some((t) => t.state === 'CONFIG_LOCKED' || t.state === 'RUN'),
  ({ tdi }) => tdi.some((t) => t.state === 'RUN'),
  ({ tsm }) => tsm.some((t) => t.dma),
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
/**
 * One refusal in so many is made although it changes nothing, if it was the last check that refused; the
 * earlier the check, the more seldom. Missing checks hide behind near misses.
 */
const NEAR_MISS = 8;
/** Only every so many steps: where most attempts change nothing, most steps would be near misses. */
const CURIOUS = 4;

/** Attempts of one rule and role that a sequence may make, and how common the rule is in it. */
interface Pool {
  readonly rule: Rule;
  readonly attempts: readonly number[];
  readonly role: Role;
  /** It builds up where it is sensible, and elsewhere is what its role says. */
  readonly waits: boolean;
  readonly share: number;
}
/** Pools as they are weighed in a mood. */
interface Lots {
  readonly pools: readonly Pool[];
  readonly weights: readonly number[];
  readonly wild: number;
  /** One time in so many, an attempt of the pool is made that is not sensible. */
  readonly patience: readonly number[];
  /** How often each pool was chosen in this sequence; shared by the moods. */
  readonly chosen: number[];
}
/** A pool that was chosen this often is passed over half the time, twice this often two times of three … */
const BORED_AFTER = 3;
/** … but never more often than so many times of so many and one. */
const BORED_MAX = 7;

/** Generates sequences; shrinks generated and given ones alike. */
export class SequenceArbitrary extends fc.Arbitrary<Sequence> {
  readonly #setup: Setup;
  readonly #oracle: Engine;
  readonly #lengths: Lengths;
  /** "Is this sensible now?" as attempts of the engine: case 0 means yes. */
  readonly #questions: Engine;
  /** Which question is about an attempt; -1: none. */
  readonly #questionOf: readonly number[];
  readonly #scratch: Int32Array;
  /** The lot of each pool in the step that is being chosen. */
  readonly #lot: number[] = [];
  /** The attempts by rule and role. */
  readonly #kinds: readonly AttemptKind[];
  readonly #profiles: readonly Profile[];
  readonly #waits: Waits;

  constructor(setup: Setup, lengths: Lengths = LENGTHS, profiles: readonly Profile[] = PROFILES) {
    super();
    this.#profiles = profiles;
    this.#waits = new Waits(setup.rules);
    this.#setup = setup;
    this.#oracle = setup.compiler.engine(setup.attempts);
    this.#lengths = lengths;
    const asked = setup.attempts.filter((a) => a.rule.sensible.length > 0);
    this.#questions = setup.compiler.engine(questionsOf(asked));
    this.#questionOf = setup.attempts.map((a) => asked.indexOf(a));
    this.#scratch = this.#oracle.initial.slice();
    this.#kinds = kindsOf(setup.attempts);
  }

  override generate(random: fc.Random): fc.Value<Sequence> {
    const dice = new Dice(random.nextInt());
    const profile = this.#profiles[dice.roll(this.#profiles.length)] as Profile;
    const { min, max } = this.#lengths;
    const length = min + dice.roll(max - min + 1);
    const calmSteps = dice.roll(profile.calmStepsMax + 1);
    const isAtStake = this.#stake(dice);
    const pools = this.#pools(dice);
    const chosen = pools.map(() => 0);
    const lots = [lotsOf(pools, CALM, chosen), lotsOf(pools, profile.after, chosen)] as const;
    return new fc.Value(this.#walk(dice, profile, lots, calmSteps, isAtStake, length), undefined);
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

  /** A world without TDIs has nothing to lose that is told apart here. */
  #stake(dice: Dice): (world: World) => boolean {
    const drawn = STAKES[dice.roll(STAKES.length)] as (world: World) => boolean;
    return isOn(this.#setup.preset, 'core') ? drawn : () => true;
  }
  #walk(
    dice: Dice,
    profile: Profile,
    [calm, after]: readonly [Lots, Lots],
    calmSteps: number,
    isAtStake: (world: World) => boolean,
    length: number,
  ): Sequence {
    const { attempts, model, preset } = this.#setup;
    const steps: number[] = [];
    const results: Result[] = [];
    const pauses = profile.pauses ? new Pauses(dice, this.#waits, attempts, calm) : undefined;
    let world = boot(preset);
    let words = this.#oracle.initial.slice();
    let next = words.slice();
    while (steps.length < length) {
      const isCalm = steps.length < calmSteps || !isAtStake(world);
      const n = this.#choose(dice, pauses?.now() ?? (isCalm ? calm : after), words, next);
      const attempt = attempts[n];
      if (attempt === undefined) throw new Error(`walk: no attempt ${n}`);
      const result = model.attempt(attempt, world);
      world = result.world;
      pauses?.after(attempt, result);
      steps.push(n);
      results.push(result);
      [words, next] = [next, words];
    }
    return new Sequence(steps, results, profile.id);
  }
  /** An attempt that changes something, by lot; any, if none is found. Leaves the state after it in `next`. */
  #choose(dice: Dice, lots: Lots, words: Int32Array, next: Int32Array): number {
    if (dice.chance(lots.wild, 1000)) return this.#any(dice, lots, words, next);
    const curious = dice.chance(1, CURIOUS);
    let total = this.#weigh(lots);
    while (total > 0) {
      const i = this.#draw(dice.roll(total));
      const { attempts } = lots.pools[i] as Pool;
      const n = this.#find(dice, attempts, lots.patience[i] as number, curious, words, next);
      if (n >= 0) {
        (lots.chosen[i] as number)++;
        return n;
      }
      total -= this.#lot[i] as number;
      this.#lot[i] = 0;
    }
    return this.#any(dice, lots, words, next);
  }
  /** Gives each pool its lot; what was chosen often has a smaller one. The sum of them. */
  #weigh({ weights, chosen }: Lots): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      const bored = Math.min(BORED_MAX, ((chosen[i] as number) / BORED_AFTER) | 0);
      const lot = Math.ceil((weights[i] as number) / (bored + 1));
      this.#lot[i] = lot;
      total += lot;
    }
    return total;
  }
  /** The pool whose lot a number below the sum of lots falls on. */
  #draw(x: number): number {
    let i = 0;
    for (let rest = x - (this.#lot[0] as number); rest >= 0; rest -= this.#lot[i] as number) i++;
    return i;
  }
  #any(dice: Dice, { pools }: Lots, words: Int32Array, next: Int32Array): number {
    const { attempts } = pools[dice.roll(pools.length)] as Pool;
    const n = attempts[dice.roll(attempts.length)] as number;
    this.#oracle.step(n, words, next);
    return n;
  }
  /** Of attempts, from one drawn by lot on, the first that is sensible and changes something; -1: none. */
  #find(
    dice: Dice,
    attempts: readonly number[],
    patience: number,
    curious: boolean,
    words: Int32Array,
    next: Int32Array,
  ): number {
    const { length } = attempts;
    const first = dice.roll(length);
    for (let k = 0; k < length; k++) {
      const n = attempts[(first + k) % length] as number;
      if (!this.#sensible(n, words) && !dice.chance(1, Math.ceil(patience))) continue;
      const at = this.#oracle.step(n, words, next);
      if (differ(words, next) || this.#worthSeeing(dice, n, at, curious)) return n;
    }
    return -1;
  }
  /** Whether a party that means well would do this now. */
  #sensible(n: number, words: Int32Array): boolean {
    const question = this.#questionOf[n] as number;
    return question < 0 || this.#questions.step(question, words, this.#scratch) === 0;
  }
  /** Whether an attempt that changes nothing is worth a step all the same. */
  #worthSeeing(dice: Dice, n: number, at: number, curious: boolean): boolean {
    const rule = this.#setup.attempts[n]?.rule;
    const found = rule?.cases[at];
    if (rule === undefined || found === undefined) return false;
    if (found.outcome.is === 'accepted') return rule.observed;
    // What is not answered is seen by those who look on.
    if (found.outcome.is === 'dropped') return dice.chance(1, rule.observed ? 4 : 20 * NEAR_MISS);
    const last = rule.cases.length - 1;
    return curious && dice.chance(at * at, last * last * NEAR_MISS);
  }
  /** Who takes part in this sequence, and how likely each rule is. */
  #pools(dice: Dice): readonly Pool[] {
    const focus = this.#focus(dice);
    const asleep = this.#asleep(dice);
    const awake = this.#kinds.filter(({ rule }) => !rule.facets.some((f) => asleep.has(f)));
    const pools = awake.map(({ rule, role, members }) => ({
      rule,
      role,
      waits: waits(rule, role),
      share:
        rule.by === 'fabric' && dice.chance(1, 4)
          ? SLOW
          : swarm(dice, waits(rule, role) ? 'progress' : role),
      attempts: members
        .filter(({ at }) => at.every(([sort, i]) => focus[sort].includes(i)))
        .map(({ n }) => n),
    }));
    return pools.filter((p) => p.attempts.length > 0 && p.share > 0);
  }
  /** Facets whose rules stay out of this sequence: in a world where everything happens, little happens often. */
  #asleep(dice: Dice): ReadonlySet<Facet> {
    const some = this.#setup.preset.facets.filter((f) => f !== 'core' && PCI_FACETS.includes(f));
    if (dice.chance(1, 4)) return new Set();
    return new Set(some.filter(() => dice.chance(2, 5)));
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

/** The pauses of one sequence: while one lasts, nothing is attempted by which what waits would go on. */
class Pauses {
  readonly #dice: Dice;
  readonly #waits: Waits;
  readonly #attempts: readonly Attempt[];
  readonly #pools: readonly Pool[];
  #lots: Lots | undefined;
  #left = 0;

  constructor(dice: Dice, waits: Waits, attempts: readonly Attempt[], { pools }: Lots) {
    this.#dice = dice;
    this.#waits = waits;
    this.#attempts = attempts;
    this.#pools = pools;
  }
  /** What may be attempted now, if there is a pause. */
  now(): Lots | undefined {
    return this.#left-- > 0 ? this.#lots : undefined;
  }
  /** Takes a step into account: it may begin a wait, and that may be a pause. */
  after({ rule, args }: Attempt, { at }: Result): void {
    const decided = rule.cases[at];
    if (decided === undefined) throw new Error(`Pauses.after: ${rule.id} has no case ${at}`);
    const waits = this.#waits.begunBy(decided);
    if (waits.length === 0 || !this.#dice.chance(1, PAUSE_ONE_IN)) return;
    const others = this.#pools
      .filter((p) => !this.#waits.goOnBy(waits, p.rule))
      .map((p) => ({ ...p, attempts: this.#about(args.tdi, p.attempts) }))
      .filter((p) => p.attempts.length > 0);
    if (others.length === 0) return;
    this.#lots = lotsOf(
      others,
      PAUSED,
      others.map(() => 0),
    );
    this.#left = 1 + this.#dice.roll(PAUSE_STEPS_MAX);
  }
  /** Mostly those that are about the TDI of the command: others seldom meet it. */
  #about(tdi: AttemptArgs[string] | undefined, some: readonly number[]): readonly number[] {
    if (tdi === undefined || this.#dice.chance(1, 4)) return some;
    return some.filter((n) => this.#attempts[n]?.args.tdi === tdi);
  }
}

/** The share of what the fabric does, in sequences in which TLPs and invalidations linger. */
const SLOW = 0.02;

function lotsOf(pools: readonly Pool[], mood: Mood, chosen: number[]): Lots {
  const weights = pools.map((p) => {
    const bounded = !p.waits && (p.role === 'hostile' || p.role === 'neutral');
    const share = bounded ? Math.min(p.share, mood.commonMax) : p.share;
    return Math.ceil(share * mood.weight[p.waits ? 'progress' : p.role]);
  });
  const patience = pools.map(({ role, waits: isWaiting }) => {
    const { progress, hostile } = mood.weight;
    return isWaiting ? progress / mood.weight[role] : mood.weight[role] / hostile;
  });
  return { pools, weights, wild: mood.wild, patience, chosen };
}
/** The attempts of a rule that have one role, each with the members that it is about. */
interface AttemptKind {
  readonly rule: Rule;
  readonly role: Role;
  readonly members: {
    readonly n: number;
    readonly at: readonly (readonly [IndexSort, number])[];
  }[];
}
function kindsOf(attempts: readonly Attempt[]): readonly AttemptKind[] {
  const kinds = new Map<string, AttemptKind>();
  attempts.forEach(({ rule, args }, n) => {
    const role = roleOf(rule, args);
    const kind = kinds.get(`${rule.id} ${role}`) ?? { rule, role, members: [] };
    kinds.set(`${rule.id} ${role}`, kind);
    const at = Object.entries(rule.over).flatMap(([name, sort]) =>
      isLiteral(sort) || sort === 'Slot' ? [] : [[sort, args[name] as number] as const],
    );
    kind.members.push({ n, at });
  });
  return [...kinds.values()];
}

/** Neither progress nor a wrong form of it, and says when a party that means well does it. */
const waits = (rule: Rule, role: Role): boolean =>
  role === rule.role && (role === 'neutral' || role === 'hostile') && rule.sensible.length > 0;

/** Swarm testing: what is not needed for progress is out, rare, common or a favourite in a sequence. */
function swarm(dice: Dice, role: Role): number {
  if (role === 'progress') return 1 + dice.roll(3);
  if (role === 'optional') return dice.chance(1, 2) ? 1 + dice.roll(3) : dice.roll(2) * SLOW;
  const face = dice.roll(40);
  return face < 16 ? 0 : face < 32 ? 1 : face < 39 ? 6 : 60;
}
function differ(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return true;
  return false;
}
