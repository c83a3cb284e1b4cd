// Goal: every fault of the stack is seen, and by what names it. Method: a sequence for each, run on the stack with the
// fault; the same sequence on the stack without it shows no difference and violates nothing, so that it is the fault
// that is seen, and not the sequence.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BASE } from '../../model/vendors/base.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Lockstep, type Run } from '../lockstep.ts';
import { setupOf } from '../setup.ts';
import { ATTACKS, type Attack, stepsOf } from './attacks.fixture.ts';
import { STACK_FAULTS } from './faults.ts';
import { STACK_PRESET, stackSetup } from './preset.ts';
import { StackSubject } from './subject.ts';
import type { StackFault } from './world.ts';

const setup = stackSetup(setupOf(BASE, STACK_PRESET, PROPERTIES));
const play = (attack: Attack, fault?: StackFault): Run =>
  new Lockstep(setup, new StackSubject(setup, 'stack', fault)).run({
    steps: stepsOf(setup.attempts, attack),
    results: [],
  });

describe('faults of the stack are seen', () => {
  it('has a sequence for each, and a row on the page of findings', () => {
    expect(Object.keys(ATTACKS).sort()).toEqual(STACK_FAULTS.map(({ id }) => id).sort());
    const page = readFileSync(
      join(import.meta.dirname, '../../docs/stack-findings.md'),
      'utf8',
    ).split('\n');
    for (const { id, title } of STACK_FAULTS) {
      const row = page.find((line) => line.startsWith(`| \`${id}\` | ${title} |`));
      const caught = ATTACKS[id]?.caught;
      const told =
        caught !== undefined && 'property' in caught ? `\`${caught.property}\`` : 'expected';
      expect(row, id).toContain(told);
    }
  });
  it.each(STACK_FAULTS)('$id', ({ id, make }) => {
    const attack = ATTACKS[id] as Attack;
    const sound = play(attack);
    expect(sound.difference).toBe(undefined);
    expect(sound.violations).toEqual([]);

    const { violations, difference } = play(attack, make());
    const { caught } = attack;
    if ('property' in caught)
      expect(violations.map(({ property }) => property.id)).toContain(caught.property);
    else expect(difference?.says).toContain(caught.difference);
  });
});
