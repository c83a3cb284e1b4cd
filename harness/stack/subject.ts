/**
 * The stack as a subject: every attempt by bytes, every observable field from the stack.
 *
 * A shadow of the model runs beside it and supplies what cannot be seen, and the name of the case where the outcomes
 * agree. Where they do not, the outcome is the stack's, and so is every observable field: lockstep tells the
 * difference, and properties are judged on what the stack shows.
 */
import { accepted, dropped, type Rule, refused as refusedCase } from '../../model/author.ts';
import type { Attempt } from '../../model/step.ts';
import { boot, type World } from '../../model/world.ts';
import type { Setup } from '../setup.ts';
import type { Subject } from '../subject.ts';
import type { Harm } from './harm.ts';
import { observe } from './observe.ts';
import { OPERATIONS } from './operations/index.ts';
import type { StackOutcome } from './outcome.ts';
import { type StackFault, StackWorld } from './world.ts';

/** Cases for outcomes that the model did not expect; they stand behind the rule's own. */
const OTHERWISE = [
  accepted('accepted otherwise', []),
  refusedCase('OTHERWISE', 'refused otherwise', []),
  dropped('OTHERWISE', 'dropped otherwise', []),
] as const;
const otherwiseOf = (rule: Rule): Rule => ({ ...rule, cases: [...rule.cases, ...OTHERWISE] });

export class StackSubject implements Subject {
  readonly id = 'stack';
  readonly attempts: readonly Attempt[];
  before: World;
  after: World;
  readonly words: Int32Array;
  readonly wordsBefore: Int32Array;
  /** How often each harm was done to bytes, over all sequences. */
  readonly harms = new Map<Harm, number>();
  readonly #setup: Setup;
  readonly #seed: string;
  readonly #fault: StackFault;
  #shadow: World;
  #stack: StackWorld;

  constructor(setup: Setup, seed = 'stack', fault: StackFault = {}) {
    this.#setup = setup;
    this.#seed = seed;
    this.#fault = fault;
    const rules = new Map(setup.rules.map((r) => [r.id, otherwiseOf(r)]));
    this.attempts = setup.attempts.map(({ rule, args }) => ({
      rule: rules.get(rule.id) ?? rule,
      args,
    }));
    this.words = new Int32Array(setup.layout.wordCount);
    this.wordsBefore = new Int32Array(setup.layout.wordCount);
    this.#shadow = boot(setup.preset);
    this.before = this.#shadow;
    this.after = this.#shadow;
    this.#stack = this.#powerOn();
    this.reset();
  }

  reset(): void {
    this.#stack = this.#powerOn();
    this.#shadow = boot(this.#setup.preset);
    this.#show(observe(this.#stack, this.#shadow));
    this.before = this.after;
    this.wordsBefore.set(this.words);
  }

  attempt(n: number): number {
    const attempt = this.#setup.attempts[n];
    if (attempt === undefined) throw new Error(`attempt: no attempt ${n}`);
    const from = this.#shadow;
    const result = this.#setup.model.attempt(attempt, from);
    const stack = this.#stack;
    const permitted = (): readonly string[] => this.#setup.model.permitted(attempt, from);
    this.#shadow = result.world;
    const operation = OPERATIONS[attempt.rule.id];
    if (operation === undefined) throw new Error(`attempt: no operation for ${attempt.rule.id}`);
    const got = operation(stack, attempt.args);
    stack.settle();
    this.#show(observe(stack, result.world));
    if (
      got.is === result.outcome.is &&
      (codeOf(got) === undefined || permitted().includes(codeOf(got) ?? ''))
    )
      return result.at;
    const other = OTHERWISE.findIndex(({ outcome }) => outcome.is === got.is);
    return attempt.rule.cases.length + other;
  }

  snapshot(): World {
    return this.after;
  }
  writes(): undefined {
    return undefined;
  }

  #powerOn(): StackWorld {
    const { sizes, readings } = this.#setup.preset;
    const { commandClear, sameValueBarWrite, autoErrorExit, ideCapability } = readings;
    return new StackWorld(
      this.#seed,
      { pages: sizes.Page, slots: sizes.Slot },
      { commandClear, sameValueBarWrite, autoErrorExit, ideCapability },
      this.#fault,
      this.harms,
    );
  }
  #show(world: World): void {
    this.before = this.after;
    this.after = world;
    this.wordsBefore.set(this.words);
    this.#setup.codec.pack(world, this.words);
  }
}
/** A code that must be among those that the model permits. */
const codeOf = (o: StackOutcome): string | undefined => (o.is === 'refused' ? o.code : undefined);
