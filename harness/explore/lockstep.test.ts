// Goal: a packed word that means something else than the model's is found at the first state at which it matters.
import { describe, expect, test } from 'vitest';
import { compiler, explore } from '../../impl/engine/index.ts';
import { packedWords } from '../../impl/words/index.ts';
import { LITERALS } from '../../model/sorts.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';
import { PRESETS, type Preset } from '../../model/world.ts';
import { setupOf } from '../setup.ts';
import type { Breath } from './breath.ts';
import { compareAll } from './lockstep.ts';

const setup = setupOf(KVM_TDX, PRESETS.find((p) => p.id === 'td-launch') as Preset, []);
const right = packedWords(setup.preset.readings);

/** Compares with an engine whose words are these, at every state that it reaches. */
function compare(words: object, breath?: Breath) {
  const literalSorts = Object.keys(LITERALS);
  const { engine } = compiler({
    layout: setup.layout,
    words: { ...right, ...words },
    literalSorts,
  });
  const made = engine(setup.attempts);
  const found = explore(made, { plan: { first: [], lowBits: 5 }, statesMax: 2000 });
  return compareAll(setup, made, setup.attempts, found, breath);
}

describe('model and engine at every state', () => {
  test('agree', async () => {
    const { count, total, parting } = await compare({});
    expect(parting).toBeUndefined();
    expect(count).toBe(total);
    expect(count % setup.attempts.length).toBe(0);
    expect(count).toBeGreaterThan(1000 * setup.attempts.length);
  });
  test('part where a guard means something else', async () => {
    const { parting } = await compare({ vmExists: right.isTd });
    expect(parting?.says).toMatch(/^outcome: /);
  });
  test('part where an effect means something else', async () => {
    const { parting } = await compare({ clearHwError: right.setHwError });
    expect(parting?.says).toBe('state: td[0].hwError is false in the model, true in the subject');
    expect(setup.attempts[parting?.attempt ?? -1]?.rule.id).toMatch(/^tsm[.]tdx-/);
  });
  test('are compared until somebody stops it', async () => {
    const some = await compare({}, () => Promise.resolve(false));
    expect(some).toMatchObject({ count: 0, wasStopped: true });
    const told: number[] = [];
    const { count, total, wasStopped } = await compare({}, async (done) => told.push(done) < 3);
    expect({ told: told.length, wasStopped }).toEqual({ told: 3, wasStopped: true });
    expect(told).toEqual([0, count / 2, count]);
    expect(count).toBeLessThan(total);
  });
});
