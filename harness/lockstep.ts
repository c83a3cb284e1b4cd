/**
 * Drives model and subject with the same attempts, compares them, and judges the subject.
 *
 * After the first difference the subject runs on, uncompared, so that a property can name the fault.
 */
import fc from 'fast-check';
import type { Outcome } from '../model/author.ts';
import type { Attempt, Result } from '../model/step.ts';
import { boot, type World } from '../model/world.ts';
import type { Property, Step } from '../properties/property.ts';
import type { Sequence } from './generate.ts';
import { Judge, type Tally } from './judge.ts';
import { LIVENESS_EVERY, Liveness } from './liveness.ts';
import type { Setup } from './setup.ts';
import type { Subject } from './subject.ts';

/** A property that a step violated. */
export interface Violation {
  readonly property: Property;
  /** Which step of the sequence; -1: the state at power-on. */
  readonly step: number;
  /** What to tell a reader. */
  readonly why: string;
}
/** Where subject and model part. */
export interface Difference {
  readonly step: number;
  /** One line: what differs, in the model and in the subject. */
  readonly says: string;
}
/** What one sequence came to. */
export interface Run {
  readonly steps: number;
  /** In order of steps. */
  readonly violations: readonly Violation[];
  readonly difference: Difference | undefined;
}

const outcomeText = (o: Outcome): string => (o.is === 'accepted' ? o.is : `${o.is} ${o.code}`);

export class Lockstep {
  readonly judge: Judge;
  readonly #liveness: Liveness;
  #runs = 0;
  readonly subject: Subject;
  /** How often each case decided, by attempt (`caseBase`) and case. */
  readonly fired: Uint32Array;
  readonly caseBase: readonly number[];
  readonly #setup: Setup;
  readonly #expected: Int32Array;
  readonly #initial: Int32Array;
  readonly #commands: readonly fc.Command<object, Lockstep>[];
  #world: World;
  #results: readonly Result[] | undefined;
  #step = 0;
  #difference: Difference | undefined;
  #violations: Violation[] = [];
  readonly #note = (property: Property, step: Step): void => {
    const { length } = this.#violations;
    for (let i = 0; i < length; i++) if (this.#violations[i]?.property === property) return;
    const why = property.why?.(step) ?? property.title;
    this.#violations.push({ property, step: this.#step, why });
  };

  constructor(setup: Setup, subject: Subject) {
    this.#setup = setup;
    this.subject = subject;
    this.judge = new Judge(setup, subject);
    this.#liveness = new Liveness(setup, subject);
    this.#world = boot(setup.preset);
    this.#initial = new Int32Array(setup.layout.wordCount);
    setup.codec.pack(this.#world, this.#initial);
    this.#expected = this.#initial.slice();
    const base: number[] = [];
    let cases = 0;
    for (const { rule } of subject.attempts) {
      base.push(cases);
      cases += rule.cases.length;
    }
    this.caseBase = base;
    this.fired = new Uint32Array(cases);
    this.#commands = setup.attempts.map((a, n) => new AttemptCommand(n, a.rule.id));
  }

  /** What was seen of every property. */
  get tallies(): readonly Tally[] {
    return [...this.judge.tallies, ...this.#liveness.tallies];
  }
  /**
   * Runs a sequence from power-on. What can still be done at its end is tried for those that are given, and for
   * one in so many of those that are generated.
   */
  run(sequence: Pick<Sequence, 'steps' | 'results'>): Run {
    this.#world = boot(this.#setup.preset);
    this.#expected.set(this.#initial);
    this.#results = sequence.results;
    this.#difference = undefined;
    this.#violations = [];
    this.#step = -1;
    this.subject.reset();
    this.judge.start(this.#note);
    this.#step = 0;
    const commands = sequence.steps.map((n) => this.#commands[n] as fc.Command<object, Lockstep>);
    fc.modelRun(() => ({ model: this, real: this }), commands);
    if (sequence.results === undefined || this.#runs++ % LIVENESS_EVERY === 0)
      this.#tryWhatIsLeft();
    return {
      steps: sequence.steps.length,
      violations: this.#violations,
      difference: this.#difference,
    };
  }

  #tryWhatIsLeft(): void {
    this.#liveness.judge(this.subject.words, (property, why) =>
      this.#violations.push({ property, step: this.#step - 1, why }),
    );
  }
  /** Makes one attempt on both sides. */
  attempt(n: number): void {
    const at = this.subject.attempt(n);
    const place = (this.caseBase[n] as number) + at;
    this.fired[place] = (this.fired[place] as number) + 1;
    if (this.#difference === undefined) this.#compare(n, at);
    this.judge.step(n, at, this.#note);
    this.#step++;
  }
  #compare(n: number, at: number): void {
    const attempt = this.#setup.attempts[n];
    if (attempt === undefined) throw new Error(`Lockstep: no attempt ${n}`);
    const before = this.#world;
    const result = this.#results?.[this.#step] ?? this.#setup.model.attempt(attempt, before);
    this.#world = result.world;
    if (result.world !== before) this.#setup.codec.pack(result.world, this.#expected);
    const says = outcomeDiffers(this.#setup, n, before, result, this.subject.attempts[n], at);
    if (says !== undefined) {
      this.#part(says);
      return;
    }
    const { words } = this.subject;
    const expected = this.#expected;
    for (let i = 0; i < expected.length; i++) {
      if (words[i] !== expected[i]) {
        this.#part(`state: ${this.#fieldsThatDiffer()}`);
        return;
      }
    }
  }
  #part(says: string): void {
    this.#difference = { step: this.#step, says };
  }
  #fieldsThatDiffer(): string {
    const model: unknown = this.#setup.codec.unpack(this.#expected);
    const subject: unknown = this.#setup.codec.unpack(this.subject.words);
    return differencesBetween(model, subject);
  }
}

/**
 * In one line how what a subject made of an attempt differs from what the model did; undefined: it does not. Where the
 * documents fix no order of checks, any code whose condition holds will do.
 */
export function outcomeDiffers(
  { attempts, model }: Setup,
  n: number,
  before: World,
  result: Result,
  theirs: Attempt | undefined,
  at: number,
): string | undefined {
  const attempt = attempts[n];
  if (attempt === undefined) throw new Error(`outcomeDiffers: no attempt ${n}`);
  const { outcome } = result;
  if (theirs?.rule === attempt.rule && at === result.at) return undefined;
  const got = theirs?.rule.cases[at]?.outcome ?? { is: 'accepted' };
  const isPermitted =
    got.is === outcome.is &&
    (got.is === 'accepted' ||
      outcome.is === 'accepted' ||
      got.code === outcome.code ||
      (got.is === 'refused' && model.permitted(attempt, before).includes(got.code)));
  return isPermitted
    ? undefined
    : `outcome: the model says ${outcomeText(outcome)}, the subject ${outcomeText(got)}`;
}
/** Where a world of the model and one of a subject differ, in one line: the first few places. */
export const differencesBetween = (model: unknown, subject: unknown): string =>
  differences('', model, subject).slice(0, 4).join('; ');
/** The places at which two plain values differ. */
function differences(where: string, a: unknown, b: unknown): string[] {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null)
    return Object.is(a, b)
      ? []
      : [`${where} is ${String(a)} in the model, ${String(b)} in the subject`];
  const right = b as Readonly<Record<string, unknown>>;
  return Object.entries(a).flatMap(([key, value]) =>
    differences(
      /^\d+$/.test(key) ? `${where}[${key}]` : where === '' ? key : `${where}.${key}`,
      value,
      right[key],
    ),
  );
}

/** One attempt as a fast-check command. The same object serves every sequence. */
class AttemptCommand implements fc.Command<object, Lockstep> {
  readonly #n: number;
  readonly #name: string;

  constructor(n: number, name: string) {
    this.#n = n;
    this.#name = name;
  }
  /** Nothing is ever disabled. */
  check(): boolean {
    return true;
  }
  run(_: object, real: Lockstep): void {
    real.attempt(this.#n);
  }
  toString(): string {
    return this.#name;
  }
}
