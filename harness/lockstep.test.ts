/** Goal: lockstep notices what it must, and goes on after a difference so that a property can name it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiler } from '../impl/engine/index.ts';
import { packedWords } from '../impl/words/index.ts';
import { LITERALS } from '../model/sorts.ts';
import { campaign } from './campaign.ts';
import { Sequence, SequenceArbitrary } from './generate.ts';
import { Lockstep } from './lockstep.ts';
import type { Setup } from './setup.ts';
import { mutated, smallSetup } from './small.fixture.ts';
import { engineSubject, modelSubject } from './subject.ts';

const setup = smallSetup();
const sequences = fc.sample(new SequenceArbitrary(setup), { seed: 21, numRuns: 40 });

/** The setup with one packed word replaced. */
function withWord(word: string, meaning: (...args: never[]) => unknown): Setup {
  const words = { ...packedWords(setup.preset.readings), [word]: meaning };
  return {
    ...setup,
    compiler: compiler({
      layout: setup.layout,
      words: words as never,
      literalSorts: Object.keys(LITERALS),
    }),
  };
}

describe('lockstep', () => {
  it('finds no difference between model and engine, and none between the model and itself', () => {
    const engine = new Lockstep(setup, engineSubject(setup));
    const model = new Lockstep(setup, modelSubject(setup));
    for (const s of sequences) {
      expect(engine.run(s)).toEqual({
        steps: s.steps.length,
        violations: [],
        difference: undefined,
      });
      expect(engine.run(new Sequence(s.steps)).difference).toBeUndefined();
    }
    for (const s of sequences.slice(0, 8)) expect(model.run(s).difference).toBeUndefined();
  });

  it('tells which field differs when an effect is wrong, and a property names the fault', async () => {
    // The end of a session forgets to make references to it stale.
    const broken = withWord('dropNonce', ((s: unknown) => s) as never);
    const lockstep = new Lockstep(broken, engineSubject(broken));
    const { failing } = await campaign(broken, lockstep, { seed: 1, budget: 200 });
    expect(failing?.run.difference?.says).toMatch(/^state: tdi\[\d\]\.nonce is null in the model/);
    const all = await campaign(broken, lockstep, {
      seed: 1,
      budget: 400,
      fails: (run) => run.violations.some((v) => v.property.id === 'tdi-nonce-dies-on-leave'),
    });
    expect(all.failing).toBeDefined();
  });

  it('tells which outcome differs when a guard is wrong', async () => {
    const { TRUE } = await import('../impl/engine/index.ts');
    const broken = withWord('setKeyed', (() => TRUE) as never);
    const lockstep = new Lockstep(broken, engineSubject(broken));
    const { failing } = await campaign(broken, lockstep, { seed: 1, budget: 400 });
    expect(failing?.run.difference?.says).toBe(
      'outcome: the model says refused NOT_KEYED, the subject accepted',
    );
  });

  it('lets a subject give any permitted code where the order of checks is free', () => {
    // Without the check of the state, a second check refuses with another permitted code.
    const rules = mutated(setup, 'tdisp.start:not-locked');
    const lockstep = new Lockstep(setup, engineSubject(setup, rules));
    const at = (rule: string, args: object): number =>
      setup.attempts.findIndex(
        (a) => a.rule.id === rule && Object.entries(args).every(([k, v]) => a.args[k] === v),
      );
    const bind = { tdi: 1, guest: 0, id: 'hosted' };
    const tdi = { tdi: 1 };
    const steps = [
      at('spdm.connect.begin', {}),
      at('spdm.connect.end', { reply: 'arrives' }),
      ...['PR', 'NPR', 'CPL'].map((sub) => at('ide.key-prog', { keySet: 0, sub })),
      at('ide.set-go', { keySet: 0 }),
      at('ide.enable', { level: 1 }),
      at('tsm.bind', bind),
      at('tdisp.lock', { tdi: 1, entropy: 'enough' }),
      at('tsm.return', {}),
      at('tsm.report', tdi),
      at('tdisp.report', tdi),
      at('tsm.return', {}),
      at('guest.evidence', { guest: 0, tdi: 1 }),
      at('guest.accept', { guest: 0, tdi: 1 }),
      at('device.error', tdi),
      at('tsm.start', tdi),
      // In ERROR no nonce is live: INVALID_NONCE is as good as INVALID_INTERFACE_STATE.
      at('tdisp.start', tdi),
    ];
    expect(steps).not.toContain(-1);
    expect(lockstep.run({ steps, results: undefined }).difference).toBeUndefined();
    const n = steps.at(-1) ?? -1;
    const attempt = setup.attempts[n];
    const subject = modelSubject(setup);
    for (const s of steps.slice(0, -1)) subject.attempt(s);
    const world = subject.snapshot();
    if (attempt === undefined) throw new Error('no attempt');
    expect(setup.model.permitted(attempt, world)).toEqual([
      'INVALID_INTERFACE_STATE',
      'INVALID_NONCE',
    ]);
  });
});

describe('a campaign', () => {
  const rules = mutated(setup, 'reset.flr:VF-when-tdiIs');
  const run = (o: { seed: number; budget: number; path?: string }) =>
    campaign(setup, new Lockstep(setup, engineSubject(setup, rules)), o);

  it('finds a failure again by seed and path', async () => {
    const first = await run({ seed: 4, budget: 300 });
    expect(first.failing).toBeDefined();
    const again = await run({ seed: 4, budget: 1, path: first.failing?.path ?? '' });
    expect(again.failing?.steps).toEqual(first.failing?.steps);
    expect(again.sequences).toBe(1);
  });

  it('spends its budget, no more, and stops when asked', async () => {
    const clean = new Lockstep(setup, engineSubject(setup));
    expect(await campaign(setup, clean, { seed: 1, budget: 37 })).toMatchObject({
      sequences: 37,
      failing: undefined,
      stopped: false,
    });
    let asked = 0;
    const stopped = await campaign(setup, clean, {
      seed: 1,
      budget: 1000,
      stopped: () => ++asked === 3,
    });
    expect(stopped).toMatchObject({ stopped: true, failing: undefined });
    expect(stopped.sequences).toBe(32);
  });
});
