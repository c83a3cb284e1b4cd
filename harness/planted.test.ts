/**
 * Goal: the planted corpus shows each planted fault, today and in as few steps as it can. Method: every stored trace is
 * run against the fault, against the right rules, and without each of its steps.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PRESETS, withReadings } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { BACKENDS } from './cli/backends.ts';
import { PLANTED_FAULTS } from './faults.ts';
import { Lockstep, type Run } from './lockstep.ts';
import { setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';
import { readTrace } from './trace.ts';
import { stepsToAttempts } from './trace-steps.ts';

const REMEDY = 'was the model changed on purpose? npm run plant makes the planted traces anew';
const folder = fileURLToPath(new URL('../counterexamples/planted', import.meta.url));

describe('the planted corpus', () => {
  it('is one trace for each planted fault', () => {
    const expected = PLANTED_FAULTS.map((f) => `${f.id}.json`).sort();
    expect(readdirSync(folder).sort(), REMEDY).toEqual(expected);
  });

  for (const fault of PLANTED_FAULTS)
    it(`shows it in as few steps as it can: ${fault.title}`, () => {
      const trace = readTrace(join(folder, `${fault.id}.json`));
      const { property, mutant, readings } = trace;
      expect(mutant).toBe(fault.id);
      expect(fault.properties).toContain(property);

      const preset = PRESETS.find((p) => p.id === trace.preset);
      if (preset === undefined) throw new Error(`planted: no preset ${trace.preset}`);
      const backend = BACKENDS.find((b) => b.id === fault.backend);
      if (backend === undefined) throw new Error(`planted: no backend ${fault.backend}`);
      expect(trace.backend).toBe(backend.id);
      const setup = setupOf(backend, withReadings(preset, readings), PROPERTIES);
      const steps = stepsToAttempts(trace, setup.attempts);
      const violates = ({ violations }: Run): boolean =>
        violations.some((v) => v.property.id === property);

      const wrong = new Lockstep(setup, engineSubject(setup, fault.rules(setup.rules)));
      const run = wrong.run({ steps, results: undefined });
      expect(violates(run), REMEDY).toBe(true);
      expect(run.violations.find((v) => v.property.id === property)?.step).toBe(steps.length - 1);
      for (const i of steps.keys()) {
        const less = wrong.run({ steps: steps.toSpliced(i, 1), results: undefined });
        expect(violates(less), `${REMEDY}; step ${i + 1} is not needed`).toBe(false);
      }

      const right = new Lockstep(setup, engineSubject(setup));
      const clean = right.run({ steps, results: undefined });
      expect(clean, REMEDY).toMatchObject({ violations: [], difference: undefined });
    });
});
