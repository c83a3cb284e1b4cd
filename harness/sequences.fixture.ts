/** For tests: the preset with every facet, and sequences that were generated for it. */
import fc from 'fast-check';
import { BASE } from '../model/vendors/base.ts';
import type { World } from '../model/world.ts';
import { boot, PRESETS, type Preset } from '../model/world.ts';
import { SequenceArbitrary } from './generate.ts';
import { setupOf } from './setup.ts';
import { stepsToAttempts } from './trace-steps.ts';

export const SMALL = PRESETS.find((p) => p.id === 'small') as Preset;
/** A setup without properties. */
export const SETUP = setupOf(BASE, SMALL, []);

/** Generated sequences, each with the worlds that it leads through. */
export function sequences(
  count: number,
  seed: number,
): readonly { readonly steps: readonly number[]; readonly states: readonly World[] }[] {
  return fc
    .sample(new SequenceArbitrary(SETUP), { seed, numRuns: count })
    .map(({ steps }) => ({ steps, states: statesOf(steps) }));
}
/** The worlds that steps lead through, from power-on. */
export function statesOf(
  steps: readonly number[],
  attempts: typeof SETUP.attempts = SETUP.attempts,
): readonly World[] {
  const states: World[] = [boot(SMALL)];
  for (const n of steps) {
    const attempt = attempts[n];
    const world = states.at(-1);
    if (attempt === undefined || world === undefined) throw new Error(`statesOf: no attempt ${n}`);
    states.push(SETUP.model.attempt(attempt, world).world);
  }
  return states;
}
/** The attempts that texts name by rule and arguments: `trace('tdisp.lock VF1 enough', …)`. */
export function trace(...texts: readonly string[]): readonly number[] {
  const steps = texts.map((text) => {
    const [id = '', ...values] = text.split(' ');
    const rule = SETUP.rules.find((r) => r.id === id);
    if (rule === undefined) throw new Error(`trace: no rule ${id}`);
    const args = Object.keys(rule.over).map((role, i) => {
      const value = values[i] ?? '';
      return [role, /^\d+$/.test(value) ? Number(value) : value];
    });
    return { by: rule.by, rule: id, args: Object.fromEntries(args) };
  });
  return stepsToAttempts({ steps }, SETUP.attempts);
}
