// Goal: the stack in lockstep with the model says the same at every step; what counts as seen is seen of the stack and
// of nothing else; hostile bytes of every kind are among the steps.
import { describe, expect, it } from 'vitest';
import { BASE } from '../../model/vendors/base.ts';
import { boot, isOn, SCHEMA, type World } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { campaign } from '../campaign.ts';
import { Lockstep } from '../lockstep.ts';
import { setupOf } from '../setup.ts';
import { ATTACKS, HOSTILE, stepsOf } from './attacks.fixture.ts';
import { HARMS } from './harm.ts';
import { observe } from './observe.ts';
import { OPERATIONS } from './operations/index.ts';
import { LEFT_OUT, NOT_OBSERVABLE, NUMBERED, STACK_PRESET, stackSetup } from './preset.ts';
import { StackSubject } from './subject.ts';
import { StackWorld } from './world.ts';

const whole = setupOf(BASE, STACK_PRESET, PROPERTIES);
const setup = stackSetup(whole);
const { preset, model, attempts } = setup;

describe('the stack in lockstep with the model', () => {
  it('shows what the model says after every step', async () => {
    const lockstep = new Lockstep(setup, new StackSubject(setup));
    const { failing, differing, steps } = await campaign(setup, lockstep, { seed: 1, budget: 8 });
    expect(differing?.run.difference?.says ?? failing?.run.violations[0]?.why).toBe(undefined);
    expect(steps).toBeGreaterThan(1000);
  }, 60_000);

  it('notices whatever is done to messages and TLPs', () => {
    const subject = new StackSubject(setup);
    const lockstep = new Lockstep(setup, subject);
    for (const hostile of HOSTILE) {
      const run = lockstep.run({ steps: stepsOf(attempts, hostile), results: [] });
      expect([run.difference, run.violations]).toEqual([undefined, []]);
    }
    expect([...subject.harms.keys()].sort()).toEqual([...HARMS].sort());
  });

  it('carries out every rule, or says why not', () => {
    const missing = whole.attempts.filter(
      (a) => !(a.rule.id in OPERATIONS) && !LEFT_OUT.some(({ is }) => is(a)),
    );
    expect([...new Set(missing.map(({ rule }) => rule.id))]).toEqual([]);
  });
});

/** The fields that count as seen, of every member, as one record. */
function seen(world: World): Readonly<Record<string, unknown>> {
  const hidden = new Set<string>([...Object.keys(NOT_OBSERVABLE), ...NUMBERED]);
  const shown: Record<string, unknown> = {};
  const show = (where: string, value: unknown, fields: readonly string[]): void => {
    if (Array.isArray(value)) {
      for (const [i, member] of value.entries()) show(`${where}[${i}]`, member, fields);
      return;
    }
    const row = value as Readonly<Record<string, unknown>>;
    for (const field of fields) shown[`${where}.${field}`] = row[field];
  };
  for (const [group, { fields }] of Object.entries(SCHEMA)) {
    const names = Object.entries(fields).filter(
      ([name, { facet }]) => isOn(preset, facet) && !hidden.has(`${group}.${name}`),
    );
    show(
      group,
      world[group as keyof typeof SCHEMA],
      names.map(([name]) => name),
    );
  }
  return shown;
}
/** Power-on, but for the numbers of episodes. */
const onlyNumbers = ({ session, keySet, page }: World): World => {
  const none = boot(preset);
  return {
    ...none,
    session: { ...none.session, generation: session.generation },
    keySet: none.keySet.map((k, n) => ({ ...k, generation: keySet[n]?.generation ?? 0 })),
    page: none.page.map((p, n) => ({ ...p, ownership: page[n]?.ownership ?? 0 })),
  };
};

describe('what counts as seen', () => {
  it.each(Object.entries(ATTACKS))('does not come from the model: %s', (_, attack) => {
    const stack = new StackWorld(
      'seen',
      { pages: preset.sizes.Page, slots: preset.sizes.Slot },
      {},
    );
    let shadow = boot(preset);
    for (const n of stepsOf(attempts, attack)) {
      const attempt = attempts[n];
      if (attempt === undefined) throw new Error(`no attempt ${n}`);
      shadow = model.attempt(attempt, shadow).world;
      OPERATIONS[attempt.rule.id]?.(stack, attempt.args);
      stack.settle();
      const shown = seen(observe(stack, shadow));
      expect(shown).toEqual(seen(shadow));
      expect(seen(observe(stack, onlyNumbers(shadow)))).toEqual(shown);
    }
  });
});
