/**
 * Quick answers to whether a trace fails in one certain way, for the many candidates of minimising: on the compiled
 * engine, judged by the one property, from where the candidate parts from the one before it.
 */

import { isLive, type Property } from '../properties/property.ts';
import { Judge } from './judge.ts';
import { Liveness } from './liveness.ts';
import { outcomeDiffers } from './lockstep.ts';
import type { Setup } from './setup.ts';
import { EngineSubject, type Subject } from './subject.ts';

type Steps = readonly number[];

/** Whether the last step of a run on the engine fails. */
interface Verdict {
  /** Judges power-on. */
  start(): boolean;
  /** Judges the last attempt: `n`, decided by case `at`. */
  step(n: number, at: number): boolean;
  /** Judges the state at the end. */
  end(): boolean;
}

/** A run of the engine over one candidate after another. */
export class Probe {
  readonly subject: EngineSubject;
  readonly #verdict: Verdict;
  /** The steps that ran last without failing, and the states from power-on to after the last of them. */
  #steps: number[] = [];
  #states: Int32Array[];

  constructor(setup: Setup, attempts: Subject['attempts'], property: Property | null) {
    this.subject = new EngineSubject(setup, attempts);
    this.#states = [this.subject.words.slice()];
    this.#verdict =
      property === null
        ? differing(setup, this.subject)
        : isLive(property)
          ? stuck(setup, this.subject, property)
          : violating(setup, this.subject, property);
  }
  /** The steps of a trace up to and with the one that fails; undefined: none does. */
  failing(steps: Steps): Steps | undefined {
    const { subject } = this;
    let i = 0;
    while (i < this.#steps.length && this.#steps[i] === steps[i]) i++;
    this.#steps.length = i;
    subject.load(this.#states[i] as Int32Array);
    if (i === 0 && this.#verdict.start()) return [];
    for (; i < steps.length; i++) {
      const n = steps[i] as number;
      if (this.#verdict.step(n, subject.attempt(n))) return steps.slice(0, i + 1);
      this.#steps.push(n);
      this.#keep(i + 1);
    }
    return this.#verdict.end() ? steps : undefined;
  }
  /** Whether the last attempt of the subject fails. */
  isFailing(n: number, at: number): boolean {
    return this.#verdict.step(n, at);
  }
  #keep(i: number): void {
    const known = this.#states[i];
    if (known === undefined) this.#states.push(this.subject.words.slice());
    else known.set(this.subject.words);
  }
}

const never = (): boolean => false;

/** What violates a property of worlds and steps. */
function violating(setup: Setup, subject: EngineSubject, property: Property): Verdict {
  // Witnesses are of no interest here.
  const judge = new Judge(setup, subject, [{ ...property, witnesses: {} } as Property]);
  let found = false;
  const note = (): void => {
    found = true;
  };
  return {
    start() {
      found = false;
      judge.start(note);
      return found;
    },
    step(n, at) {
      found = false;
      judge.step(n, at, note);
      return found;
    },
    end: never,
  };
}
/** From which a goal cannot be reached any more. */
function stuck(setup: Setup, subject: EngineSubject, property: Property): Verdict {
  const liveness = new Liveness({ ...setup, properties: [property] }, subject);
  const known = new Map<string, boolean>();
  return {
    start: never,
    step: never,
    end() {
      const state = subject.words.join();
      const before = known.get(state);
      if (before !== undefined) return before;
      let found = false;
      liveness.judge(subject.words, () => {
        found = true;
      });
      known.set(state, found);
      return found;
    },
  };
}
/** What differs from the rules as they are; the engine stands in for the model, whose permitted codes are asked for. */
function differing(setup: Setup, subject: EngineSubject): Verdict {
  const reference = setup.compiler.engine(setup.attempts);
  const expected = subject.words.slice();
  const kindOf = (n: number, at: number, { attempts }: Pick<Subject, 'attempts'>): string => {
    const outcome = attempts[n]?.rule.cases[at]?.outcome ?? { is: 'accepted' };
    return outcome.is === 'accepted' ? outcome.is : `${outcome.is} ${outcome.code}`;
  };
  return {
    start: never,
    step(n, at) {
      const should = reference.step(n, subject.wordsBefore, expected);
      for (let w = 0; w < expected.length; w++) if (expected[w] !== subject.words[w]) return true;
      if (kindOf(n, at, subject) === kindOf(n, should, setup)) return false;
      const before = {
        ...setup.codec.unpack(subject.wordsBefore),
        readings: setup.preset.readings,
      };
      const attempt = setup.attempts[n];
      if (attempt === undefined) throw new Error(`differing: no attempt ${n}`);
      const result = setup.model.attempt(attempt, before);
      return outcomeDiffers(setup, n, before, result, subject.attempts[n], at) !== undefined;
    },
    end: never,
  };
}
