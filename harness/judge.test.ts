/**
 * Goal: leaving out judgements changes no verdict. Method: the same walks, over the right rules and over
 * wrong ones, with a judge that asks every property after every step.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonIdOf } from '../model/author.ts';
import { isLive, type Property, type Step } from '../properties/property.ts';
import { faultsOf } from './faults.ts';
import { type Sequence, SequenceArbitrary } from './generate.ts';
import { Judge } from './judge.ts';
import type { Setup } from './setup.ts';
import { smallSetup } from './small.fixture.ts';
import { engineSubject, modelSubject, type Subject } from './subject.ts';

/** "step property" for every violation, by a judge that leaves nothing out. */
function judgedInFull(setup: Setup, subject: Subject, { steps }: Sequence) {
  const violations: string[] = [];
  const witnessed = new Set<string>();
  subject.reset();
  steps.forEach((n, i) => {
    const at = subject.attempt(n);
    const { rule, args } = subject.attempts[n] ?? { rule: undefined, args: {} };
    const outcome = rule?.cases[at]?.outcome ?? { is: 'accepted' };
    const step: Step = {
      before: subject.before,
      rule: rule === undefined ? '' : commonIdOf(rule),
      args,
      outcome: outcome.is === 'accepted' ? { is: 'accepted', code: '' } : outcome,
      after: subject.after,
    };
    for (const p of setup.properties) {
      if (isLive(p)) continue;
      const holds =
        p.kind === 'reach' || (p.kind === 'step' ? p.holds(step) : p.holds(subject.after));
      if (!holds) violations.push(`${i} ${p.id}`);
      if (p.kind === 'reach' ? p.reached(step) : false) witnessed.add(p.id);
      if (p.kind === 'step')
        for (const [name, seen] of Object.entries(p.witnesses))
          if (seen(step)) witnessed.add(`${p.id} ${name}`);
    }
  });
  return { violations, witnessed };
}
/** The same by the judge under test. Invariants are told once, when they begin not to hold. */
function judged(subject: Subject, judge: Judge, { steps }: Sequence) {
  const violations: string[] = [];
  let i = 0;
  const note = (p: Property): void => void violations.push(`${i} ${p.id}`);
  subject.reset();
  for (const n of steps) {
    judge.step(n, subject.attempt(n), note);
    i++;
  }
  return violations;
}
/** The first violation of each property, whatever the order within a step. */
const first = (violations: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  const some = violations.filter((v) => {
    const id = v.slice(v.indexOf(' ') + 1);
    return seen.has(id) ? false : seen.add(id);
  });
  return some.sort();
};

describe('the judge', () => {
  const setup = smallSetup();
  const sequences = fc.sample(new SequenceArbitrary(setup), { seed: 11, numRuns: 60 });
  const wrong = faultsOf(setup.backend).map((f) => ({ name: f.id, rules: f.rules(setup.rules) }));
  const cases = [{ name: 'the right rules', rules: setup.rules }, ...wrong];

  it.each(cases)(
    'finds the same first violations as one that leaves nothing out: $name',
    ({ rules }) => {
      const subject = engineSubject(setup, rules);
      const judge = new Judge(setup, subject);
      const seen = new Set<string>();
      for (const s of sequences) {
        const full = judgedInFull(setup, subject, s);
        for (const w of full.witnessed) seen.add(w);
        expect(first(judged(subject, judge, s))).toEqual(first(full.violations));
      }
      // Whatever a full judge can witness, the judge has witnessed too.
      const fired = judge.tallies.flatMap(({ property, witnesses }) =>
        witnesses
          .filter((w) => w.fired > 0)
          .map((w) => (property.kind === 'reach' ? property.id : `${property.id} ${w.name}`)),
      );
      expect([...seen].filter((w) => !fired.includes(w))).toEqual([]);
    },
  );

  it('judges the model as it judges the engine', () => {
    const engine = engineSubject(setup);
    const model = modelSubject(setup);
    const onEngine = new Judge(setup, engine);
    const onModel = new Judge(setup, model);
    for (const s of sequences.slice(0, 10)) {
      expect(judged(model, onModel, s)).toEqual([]);
      expect(judged(engine, onEngine, s)).toEqual([]);
    }
    const fired = (j: Judge) => j.tallies.map((t) => t.witnesses.map((w) => w.fired));
    expect(fired(onModel)).toEqual(fired(onEngine));
  });
});
