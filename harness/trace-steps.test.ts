import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptsOf } from '../model/step.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { UsageError } from './errors.ts';
import { SETUP } from './sequences.fixture.ts';
import type { TraceStep } from './trace.ts';
import { attemptsToSteps, stepsToAttempts } from './trace-steps.ts';

const { attempts } = SETUP;
const TINY = attemptsOf(SETUP.rules, PRESETS.find((p) => p.id === 'tiny') as Preset);
const LOCK: TraceStep = {
  by: 'tsm',
  rule: 'tdisp.lock',
  args: { tdi: 'VF1', entropy: 'enough' },
};
/** The lines of the UsageError that a second step raises. */
function complaint(step: object, all = attempts): readonly string[] {
  const [first] = attemptsToSteps([0], all);
  try {
    stepsToAttempts({ steps: [first as TraceStep, step as TraceStep] }, all, 't.json');
  } catch (error) {
    if (error instanceof UsageError) return error.lines;
    throw error;
  }
  return [];
}

describe('attemptsToSteps and stepsToAttempts', () => {
  it('are inverse on every attempt that there is', () => {
    // Goal: no attempt is confused with another, in any preset.
    for (const all of [attempts, TINY]) {
      const indices = all.map((_, n) => n);
      expect(stepsToAttempts({ steps: attemptsToSteps(indices, all) }, all)).toEqual(indices);
    }
  });

  it('spell members by their names and levels as numbers', () => {
    const spelled = attemptsToSteps(
      attempts.map((_, n) => n),
      attempts,
    );
    for (const step of [
      LOCK,
      { by: 'host', rule: 'command.write', args: { tdi: 'PF', bme: 0, mse: 1 } },
      { by: 'tsm', rule: 'ide.key-prog', args: { keySet: 'K1', sub: 'NPR' } },
      { by: 'host', rule: 'page.give', args: { page: 'P3', guest: 'G2' } },
      { by: 'fabric', rule: 'fabric.deliver', args: { slot: 'S2' } },
      { by: 'tsm', rule: 'spdm.connect.begin', args: {} },
    ])
      expect(spelled).toContainEqual(step);
  });

  it('do not mind the order of arguments', () => {
    const turned = { ...LOCK, args: { entropy: 'enough', tdi: 'VF1' } };
    expect(stepsToAttempts({ steps: [turned] }, attempts)).toEqual(
      stepsToAttempts({ steps: [LOCK] }, attempts),
    );
  });

  it('name what is wrong with a step, where, and what would do', () => {
    // Goal: the texts that users see. Method: one for each kind of damage.
    expect(complaint({ ...LOCK, rule: 'tdisp.lok' })).toMatchInlineSnapshot(`
      [
        "there is no rule “tdisp.lok” in this backend and preset",
        "in t.json, step 2 (tdisp.lok)",
        "expected one of tdisp.lock, tdisp.report, tdisp.state, tdisp.start, tdisp.stop.begin, tdisp.stop.drain, tdisp.stop.end, tdisp.insecure-message, tdisp.report-part, tdisp.attribute",
      ]
    `);
    expect(complaint({ ...LOCK, rule: 'start-up' })[2]).toMatch(
      /^expected one of spdm.connect.begin, /,
    );
    expect(complaint({ ...LOCK, rule: '__proto__' })).toHaveLength(3);
    expect(complaint({ ...LOCK, by: 'host' })).toMatchInlineSnapshot(`
      [
        "“host” does not attempt tdisp.lock",
        "in t.json, step 2 (tdisp.lock)",
        "expected “tsm”",
      ]
    `);
    expect(complaint({ ...LOCK, args: { tdi: 'VF1' } })).toMatchInlineSnapshot(`
      [
        "“entropy” is missing",
        "in t.json, step 2 (tdisp.lock)",
        "expected one of enough, none",
      ]
    `);
    expect(complaint({ ...LOCK, args: { ...LOCK.args, page: 'P1' } })).toMatchInlineSnapshot(`
      [
        "tdisp.lock has no “page”",
        "in t.json, step 2 (tdisp.lock)",
        "expected only tdi, entropy",
      ]
    `);
    expect(complaint({ ...LOCK, args: { ...LOCK.args, tdi: 'VF9' } })).toMatchInlineSnapshot(`
      [
        "“tdi” cannot be "VF9" in this preset",
        "in t.json, step 2 (tdisp.lock)",
        "expected one of PF, VF1, VF2",
      ]
    `);
    expect(complaint({ ...LOCK, args: { ...LOCK.args, entropy: 1 } })).toMatchInlineSnapshot(`
      [
        "“entropy” cannot be 1 in this preset",
        "in t.json, step 2 (tdisp.lock)",
        "expected one of enough, none",
      ]
    `);
    expect(complaint(LOCK, TINY)).toMatchInlineSnapshot(`
      [
        "“tdi” cannot be "VF1" in this preset",
        "in t.json, step 2 (tdisp.lock)",
        "expected PF",
      ]
    `);
    const bare = { by: 'tsm', rule: 'spdm.connect.begin', args: { tdi: 'PF' } };
    expect(complaint(bare)[2]).toMatchInlineSnapshot(`"expected no arguments"`);
    const level = { by: 'host', rule: 'command.write', args: { tdi: 'PF', bme: '1', mse: 1 } };
    expect(complaint(level)).toMatchInlineSnapshot(`
      [
        "“bme” cannot be "1" in this preset",
        "in t.json, step 2 (command.write)",
        "expected one of 0, 1",
      ]
    `);
    const mmio = { by: 'host', rule: 'mmio.legacy', args: { tdi: 'PF', range: 'tee' } };
    expect(complaint(mmio, TINY)[0]).toMatchInlineSnapshot(
      `"there is no rule “mmio.legacy” in this backend and preset"`,
    );
  });

  it('take any step or raise a UsageError', () => {
    // Goal: no step ends in a stack trace. Method: any rule, argument names and values.
    const values = fc.oneof(fc.string(), fc.nat(3), fc.constantFrom('VF1', 'P1', 'G1', 'enough'));
    const names = fc.oneof(fc.constantFrom('tdi', 'entropy', 'slot', 'toString'), fc.string());
    const rules = fc.oneof(
      fc.constantFrom('tdisp.lock', 'fabric.deliver', 'toString'),
      fc.string(),
    );
    fc.assert(
      fc.property(rules, fc.dictionary(names, values), (rule, args) => {
        expect(complaint({ by: 'tsm', rule, args }).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
