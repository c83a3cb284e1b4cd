import type { Outcome } from '../../model/author.ts';
import type { World } from '../../model/world.ts';
import type { Setup } from '../setup.ts';
import type { Subject } from '../subject.ts';
import type { StripInput } from './strip.ts';

/** What a strip shows of a failing trace beside how it is shown. */
export type StripOf = Pick<
  StripInput,
  'preset' | 'attempts' | 'steps' | 'states' | 'outcomes' | 'at' | 'expected'
>;

/** Runs a subject through a trace and notes what a strip shows; `at` is the step that fails. */
export function stripOf(
  setup: Setup,
  subject: Subject,
  steps: readonly number[],
  at: number,
): StripOf {
  const { preset, attempts, model } = setup;
  subject.reset();
  const states: World[] = [subject.snapshot()];
  const outcomes = steps.map((n): Outcome => {
    const place = subject.attempt(n);
    states.push(subject.snapshot());
    const outcome = subject.attempts[n]?.rule.cases[place]?.outcome;
    if (outcome === undefined) throw new Error(`stripOf: attempt ${n} has no case ${place}`);
    return outcome;
  });
  const attempt = attempts[steps[at] ?? -1];
  const before = states[at];
  const shown = { preset, attempts, steps, states, outcomes, at };
  return attempt === undefined || before === undefined
    ? shown
    : { ...shown, expected: model.attempt(attempt, before) };
}
