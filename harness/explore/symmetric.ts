/**
 * A search in which states that differ in the names of members only stand for one another, and the check that they may: no
 * rule and no property may tell such members apart.
 *
 * At every state the steps that change it are compared with those of all its renamings. All attempts, refused ones
 * included, and what the properties say of them, are compared at some states only: that costs as much as a thousand states.
 */
import {
  type Engine,
  type Found,
  type Judges,
  namedWay,
  type Symmetry,
  SymmetryCheck,
  symmetryOf,
  type Unlike,
  viewOf,
} from '../../impl/engine/index.ts';
import { commonIdOf } from '../../model/author.ts';
import { ALIKE, INDEX_SORTS } from '../../model/sorts.ts';
import type { Attempt } from '../../model/step.ts';
import { nameOf, type SCHEMA, type World, type WorldView } from '../../model/world.ts';
import { isLive, type Step } from '../../properties/property.ts';
import { UsageError } from '../errors.ts';
import { type Entry, entryOf, verdictOf } from '../judge.ts';
import { attemptText } from '../report/attempt-text.ts';
import type { Setup } from '../setup.ts';

/** At one state of so many, and at the initial one, all attempts and properties are compared. */
const SELDOM = 1 << 11;

/** A state, and one after it. */
interface Side {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly viewBefore: WorldView;
  readonly viewAfter: WorldView;
}
/** Members who are not alike, with the property that tells them apart, if it is not the rules. */
interface Difference extends Unlike {
  readonly property?: string;
}

/** The symmetry of a setup, with the check. */
export class Symmetric {
  readonly symmetry: Symmetry;
  readonly #engine: Engine;
  readonly #setup: Setup;
  readonly #attempts: readonly Attempt[];
  readonly #check: SymmetryCheck;
  readonly #entries: readonly Entry[];
  readonly #sides: readonly [Side, Side];
  /** Told where members are not alike: the number after that of the last property. */
  readonly #unlike: number;

  /** `attempts` are those of the engine. */
  constructor(setup: Setup, engine: Engine, attempts: readonly Attempt[]) {
    this.#setup = setup;
    this.#engine = engine;
    this.#attempts = attempts;
    this.symmetry = symmetryOf(setup.layout, { ...ALIKE });
    this.#check = new SymmetryCheck(engine, this.symmetry);
    this.#entries = setup.properties.filter((p) => !isLive(p)).map((p) => entryOf(setup, p));
    this.#sides = [this.#side(), this.#side()];
    this.#unlike = setup.properties.length;
  }
  /** The sorts of whose members at least two are alike. */
  get sorts(): readonly string[] {
    return INDEX_SORTS.filter((sort) => this.symmetry.exchanges.some((e) => e.sort === sort));
  }
  /** Judges what others judge, after the check that what is passed over is like what is not. */
  judging(judges: Judges): Judges {
    return {
      ...judges,
      state: (words, at, tell) => {
        if (this.#difference(words, at) !== undefined) tell(this.#unlike);
        judges.state?.(words, at, tell);
      },
    };
  }
  /** Steps (`via`) that were made from states that stand for others, with the names of the start. */
  named(way: readonly number[]): readonly number[] {
    return namedWay(this.#engine, this.symmetry, way);
  }
  /** Compares all there is to compare at the state at `words[at]`. */
  compare(words: Int32Array, at: number): Difference | undefined {
    return (
      this.#check.steps(words, at) ?? this.#check.attempts(words, at) ?? this.#judged(words, at)
    );
  }
  /** Why no state may stand for another one, if that is among what was found. */
  refusal(found: readonly Found[]): UsageError | undefined {
    const unlike = found.find((f) => f.violated === this.#unlike);
    const d = unlike === undefined ? undefined : this.#difference(unlike.state, 0);
    if (d === undefined) return undefined;
    const { sort, member } = this.symmetry.exchanges[d.exchange] as Symmetry['exchanges'][number];
    const name = INDEX_SORTS.find((s) => s === sort) ?? 'Guest';
    const image = this.#check.images[d.exchange]?.[d.attempt] ?? d.attempt;
    const [one, other] = [d.attempt, image].map((n) => attemptText(this.#attempts[n] as Attempt));
    const tells = d.property === undefined ? 'the rules tell' : `property ${d.property} tells`;
    return new UsageError(
      `--symmetry: ${tells} ${nameOf(name, member)} from ${nameOf(name, member + 1)}`,
      one === other
        ? `in ${one}, from a state and from the one with the two exchanged`
        : `${one} differs from ${other}, the two exchanged everywhere else as well`,
      'expected members that are alike; search without --symmetry',
    );
  }
  #difference(words: Int32Array, at: number): Difference | undefined {
    return this.#isSeldom(words, at) ? this.compare(words, at) : this.#check.steps(words, at);
  }
  /** By a hash of the state, so that it does not depend on the threads. */
  #isSeldom(words: Int32Array, at: number): boolean {
    const { initial } = this.#engine;
    let h = 0;
    for (let w = 0; w < initial.length; w++) {
      h = Math.imul(h ^ (words[at + w] as number) ^ (initial[w] as number), 0x9e3779b1);
      h ^= h >>> 15;
    }
    return (h & (SELDOM - 1)) === 0;
  }
  /** Whether properties say the same of attempts from a state and from those with two members exchanged. */
  #judged(words: Int32Array, at: number): Difference | undefined {
    const [a, b] = this.#sides;
    a.before.set(words.subarray(at, at + a.before.length));
    for (const [exchange, images] of this.#check.images.entries()) {
      b.before.set(a.before);
      this.symmetry.exchange(exchange, b.before, 0);
      for (const [attempt, image] of images.entries()) {
        const one = this.#tried(a, attempt);
        const other = this.#tried(b, image);
        const isChanged = a.before.some((w, i) => w !== a.after[i]);
        const unlike = this.#entries.find(
          (e) => (isChanged || e.rules.has(one.rule)) && !saysTheSame(e, one, other),
        );
        if (unlike === undefined) continue;
        const { id } = unlike.tally.property;
        return { attempt, exchange, state: a.before.slice(), property: id };
      }
    }
    return undefined;
  }
  #tried(side: Side, n: number): Step {
    const { rule, args } = this.#attempts[n] as Attempt;
    side.after.set(side.before);
    const at = this.#engine.step(n, side.before, side.after);
    return {
      before: side.viewBefore,
      rule: commonIdOf(rule),
      args,
      outcome: verdictOf(rule.cases[at]?.outcome ?? { is: 'accepted' }),
      after: side.viewAfter,
    };
  }
  #side(): Side {
    const [before, after] = [this.#engine.initial.slice(), this.#engine.initial.slice()];
    return { before, after, viewBefore: this.#view(before), viewAfter: this.#view(after) };
  }
  #view(words: Int32Array): WorldView {
    const view = viewOf<typeof SCHEMA, World>(this.#setup.layout);
    view.bind(words);
    return Object.assign(view.state, { readings: this.#setup.preset.readings });
  }
}

const saysTheSame = (e: Entry, one: Step, other: Step): boolean =>
  e.judge(one) === e.judge(other) && e.open.every((w) => w.seen(one) === w.seen(other));
