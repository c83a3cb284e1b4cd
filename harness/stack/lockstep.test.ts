import { describe, expect, it } from 'vitest';
import { BASE } from '../../model/vendors/base.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { campaign } from '../campaign.ts';
import { Lockstep } from '../lockstep.ts';
import { setupOf } from '../setup.ts';
import { OPERATIONS } from './operations/index.ts';
import { LEFT_OUT, STACK_PRESET, stackSetup } from './preset.ts';
import { StackSubject } from './subject.ts';

const whole = setupOf(BASE, STACK_PRESET, PROPERTIES);
const setup = stackSetup(whole);

describe('the stack in lockstep with the model', () => {
  it('shows what the model says after every step', async () => {
    const subject = new StackSubject(setup);
    const lockstep = new Lockstep(setup, subject);
    const { failing, differing } = await campaign(setup, lockstep, { seed: 1, budget: 8 });
    expect(differing?.run.difference?.says ?? failing?.run.violations[0]?.why).toBe(undefined);
  }, 60_000);

  it('carries out every rule, or says why not', () => {
    const missing = whole.attempts.filter(
      (a) => !(a.rule.id in OPERATIONS) && !LEFT_OUT.some(({ is }) => is(a)),
    );
    expect([...new Set(missing.map(({ rule }) => rule.id))]).toEqual([]);
  });
});
