import { describe, expect, it } from 'vitest';
import { BASE } from '../../model/vendors/base.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { campaign } from '../campaign.ts';
import { Lockstep } from '../lockstep.ts';
import { setupOf } from '../setup.ts';
import { STACK_FAULTS } from './faults.ts';
import { STACK_PRESET, stackSetup } from './preset.ts';
import { StackSubject } from './subject.ts';

const setup = stackSetup(setupOf(BASE, STACK_PRESET, PROPERTIES));
const BUDGET = 40;
/** Not seen within the budget: they need longer campaigns than a test may take. */
const SELDOM = [
  'nonce-not-compared',
  'lock-without-keys',
  'stop-does-not-scrub',
  'pf-flr-spares-vfs',
  'outside-session',
  'legacy-dma-while-locked',
  'link-unchecked',
  'replayed-answer-taken',
  'acceptance-survives-relock',
];

describe('faults of the stack are seen', () => {
  it.each(STACK_FAULTS.filter(({ id }) => !SELDOM.includes(id)))(
    '$title',
    async ({ make }) => {
      const lockstep = new Lockstep(setup, new StackSubject(setup, 'stack', make()));
      const { failing, differing } = await campaign(setup, lockstep, {
        seed: 1,
        budget: BUDGET,
        patience: 1,
      });
      expect(failing ?? differing).not.toBe(undefined);
    },
    60_000,
  );
});
