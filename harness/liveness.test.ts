/**
 * Goal: a dead end in the rules is found, named, and told by the shortest way into it. Method: rules in which
 * something never ends, one for each property; the right rules violate none.
 */
import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { LIVE } from '../properties/live.ts';
import { campaign, type Failing } from './campaign.ts';
import { Lockstep } from './lockstep.ts';
import { minimiseFailure } from './replay.ts';
import { setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';

const small = PRESETS.find((p) => p.id === 'small') as Preset;
const setup = setupOf(BASE, small, LIVE);
/** The rules with one in which these cases do nothing. */
const stuck = (...ids: readonly string[]): readonly Rule[] =>
  setup.rules.map((r) =>
    ids.includes(r.id) ? { ...r, cases: r.cases.map((c) => ({ ...c, effects: [] })) } : r,
  );
/** The first sequence in which a property is violated, and what found it. */
async function found(rules: readonly Rule[], id: string): Promise<[Lockstep, Failing | undefined]> {
  const lockstep = new Lockstep(setup, engineSubject(setup, rules));
  const { failing } = await campaign(setup, lockstep, {
    seed: 5,
    budget: 400,
    patience: 400,
    fails: (run) => run.violations.some((v) => v.property.id === id),
  });
  return [lockstep, failing];
}

const DEAD_ENDS: Readonly<Record<string, readonly string[]>> = {
  'live-unbind-terminates': ['tsm.unbind.force'],
  'unbind-always-terminates': ['mmio.unmap', 'tsm.unbind.end'],
  'always-reclaimable': ['page.take'],
  'live-invalidation-terminates': ['iommu.invalidate.end'],
  'live-stop-terminates': ['tdisp.stop.end'],
  'live-error-recoverable': ['tdisp.stop.end', 'reset.conventional'],
  'os-broken-recoverable': ['os.unlock'],
};

describe('a dead end', () => {
  it('is planted for every property', () => {
    expect(Object.keys(DEAD_ENDS).toSorted()).toEqual(LIVE.map((p) => p.id).toSorted());
  });
  it.each(Object.entries(DEAD_ENDS))('%s', async (id, rules) => {
    const [lockstep, failing] = await found(stuck(...rules), id);
    expect(failing, `no dead end found in ${rules.join()}`).toBeDefined();
    if (failing === undefined) return;
    const { property, why, steps } = minimiseFailure(setup, lockstep, failing, id);
    expect(property).toBe(id);
    expect(why).toMatch(/cannot bring about within \d+ moves.*: \S/);
    expect(steps.length).toBeLessThan(failing.steps.length);
    const names = (some: readonly number[]): readonly string[] =>
      lockstep.run({ steps: some, results: undefined }).violations.map((v) => v.property.id);
    expect(names(steps)).toContain(id);
    expect(names(steps.slice(0, -1))).not.toContain(id);
  });
  it('is not in the rules as they are', async () => {
    const lockstep = new Lockstep(setup, engineSubject(setup));
    const { failing } = await campaign(setup, lockstep, { seed: 6, budget: 200 });
    expect(failing?.run.violations).toBeUndefined();
    for (const { property, judged } of lockstep.tallies)
      if (property.id !== 'live-stop-terminates') expect(judged, property.id).toBeGreaterThan(0);
  });
});
