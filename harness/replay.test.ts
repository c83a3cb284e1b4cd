/** What a failure is minimised to: as short as there is, each step needed, the same whenever it is done. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../impl/engine/index.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { isLive } from '../properties/property.ts';
import { campaign } from './campaign.ts';
import { ExhaustiveJudge } from './explore/exhaustive-judge.ts';
import { PLANTED_FAULTS } from './faults.ts';
import { SequenceArbitrary } from './generate.ts';
import { Lockstep, type Run } from './lockstep.ts';
import { mutantsOf } from './mutate.ts';
import { Probe } from './probe.ts';
import { minimiseFailure } from './replay.ts';
import { attemptsUnder, setupOf } from './setup.ts';
import { engineSubject, modelSubject } from './subject.ts';

type Steps = readonly number[];

const TINY = PRESETS.find((p) => p.id === 'tiny') as Preset;
const setup = setupOf(
  BASE,
  TINY,
  PROPERTIES.filter((p) => !isLive(p)),
);
const walks: readonly Steps[] = fc
  .sample(new SequenceArbitrary(setup), { seed: 1, numRuns: 40 })
  .map(({ steps }) => [...steps]);

/** Mutants of `tiny`, and a property that names each. Random walks find ways to the first two that take other steps. */
const FAILURES: readonly (readonly [string, string])[] = [
  ['tsm.return:error-clearRelay', 'tsm-response-taken-once'],
  ['tsm.return:first-part-of-a-report-responseTo', 'tsm-cache-is-what-was-heard'],
  ['tsm.unbind.stop:BUSY', 'tsm-verb-makes-its-request'],
  ['page.take:taken-sharePage', 'mem-single-owner'],
  ['ide.enable:enabled-setEnable', 'ide-secure-when-ready'],
];
const rulesOf = (id: string): ReturnType<ReturnType<typeof mutantsOf>[number]['rules']> => {
  const found = mutantsOf(setup.rules).find((m) => m.id === id);
  if (found === undefined) throw new Error(`no mutant ${id}`);
  return found.rules();
};
const lockstepOf = (id: string): Lockstep => new Lockstep(setup, engineSubject(setup, rulesOf(id)));
const run = (lockstep: Lockstep, steps: Steps): Run => lockstep.run({ steps, results: undefined });
const violates = (lockstep: Lockstep, steps: Steps, property: string): boolean =>
  run(lockstep, steps).violations.some((v) => v.property.id === property);
/** The first walk that fails so, minimised. */
function minimised(id: string, property: string): { lockstep: Lockstep; steps: Steps } {
  const lockstep = lockstepOf(id);
  const steps = walks.find((w) => violates(lockstep, w, property));
  if (steps === undefined) throw new Error(`no walk violates ${property}`);
  const failing = { steps, run: run(lockstep, steps) };
  return { lockstep, steps: minimiseFailure(setup, lockstep, failing, property).steps };
}
/** The steps of a shortest trace to a violation. */
function shortest(id: string, property: string): number | undefined {
  const only = setupOf(
    BASE,
    TINY,
    PROPERTIES.filter((p) => p.id === property),
  );
  const attempts = attemptsUnder(only, rulesOf(id));
  const engine = only.compiler.engine(attempts);
  const judges = new ExhaustiveJudge(only, engine, attempts);
  return explore(engine, { plan: { first: [], lowBits: 5 }, judges }).found[0]?.length;
}

describe.each(FAILURES)('%s, by %s', (id, property) => {
  it('becomes as short as the explorer says, and each step is needed', () => {
    const { lockstep, steps } = minimised(id, property);
    expect(steps).toHaveLength(shortest(id, property) ?? -1);
    expect(violates(lockstep, steps, property)).toBe(true);
    for (const i of steps.keys())
      expect(violates(lockstep, steps.toSpliced(i, 1), property)).toBe(false);
    expect(minimised(id, property).steps).toEqual(steps);
  });
  it('comes to the same in a subject that the engine does not run', () => {
    const { lockstep, steps } = minimised(id, property);
    const model = new Lockstep(setup, modelSubject(setup, rulesOf(id)));
    const longer = [...steps.slice(0, 1), ...steps];
    expect(violates(lockstep, longer, property)).toBe(true);
    const failing = { steps: longer, run: run(model, longer) };
    expect(minimiseFailure(setup, model, failing, property).steps).toEqual(steps);
  });
});

it('steps that are possible still give way to others that do as much', {
  timeout: 60_000,
}, async () => {
  const fault = PLANTED_FAULTS.find((f) => f.id === 'acceptance-survives-a-relock');
  const lifecycle = PRESETS.find((p) => p.id === 'lifecycle') as Preset;
  const only = setupOf(
    BASE,
    lifecycle,
    PROPERTIES.filter((p) => p.id === 'tsm-acceptance-is-current'),
  );
  const rules = fault?.rules(only.rules) ?? [];
  const lockstep = new Lockstep(only, engineSubject(only, rules));
  const { failing } = await campaign(only, lockstep, {
    seed: 1,
    budget: 20,
    fails: ({ violations }) => violations.length > 0,
  });
  if (failing === undefined) throw new Error('not found');
  const { length } = minimiseFailure(only, lockstep, failing, 'tsm-acceptance-is-current');
  const attempts = attemptsUnder(only, rules);
  const engine = only.compiler.engine(attempts);
  const judges = new ExhaustiveJudge(only, engine, attempts);
  const { found } = explore(engine, { plan: { first: [], lowBits: 5 }, judges });
  expect(length).toBe(found[0]?.length);
});

describe('a difference that no property names', () => {
  it('keeps what differs, and each step is needed', () => {
    const lockstep = lockstepOf('tsm.unbind.stop:BUSY');
    const steps = walks.find((w) => run(lockstep, w).difference !== undefined) ?? [];
    const failing = { steps, run: run(lockstep, steps) };
    const small = minimiseFailure(setup, lockstep, failing, null);
    expect(small).toMatchObject({ property: null, at: small.length - 1 });
    expect(small.why).toMatch(/^(state|outcome): /);
    expect(run(lockstep, small.steps).difference).toBeDefined();
    for (const i of small.steps.keys())
      expect(run(lockstep, small.steps.toSpliced(i, 1)).difference).toBeUndefined();
  });
});

describe('a probe', () => {
  // Goal: quick and slow judging say the same, whatever the candidate before had in common with this one.
  it.each(FAILURES)('says what a lockstep run says: %s, %s', (id, property) => {
    const lockstep = lockstepOf(id);
    const named = setup.properties.find((p) => p.id === property) ?? null;
    const attempts = attemptsUnder(setup, rulesOf(id));
    const violating = new Probe(setup, attempts, named);
    const differing = new Probe(setup, attempts, null);
    let failures = 0;
    for (const walk of walks.slice(0, 20))
      for (const steps of [walk, walk.toSpliced(2, 6), walk, walk.toSpliced(walk.length >> 1, 9)]) {
        const { violations, difference } = run(lockstep, steps);
        const at = violations.find((v) => v.property === named)?.step;
        expect(violating.failing(steps)?.length).toBe(at === undefined ? undefined : at + 1);
        expect(differing.failing(steps)?.length).toBe(difference && difference.step + 1);
        if (at !== undefined) failures++;
      }
    expect(failures).toBeGreaterThan(0);
  });
});
