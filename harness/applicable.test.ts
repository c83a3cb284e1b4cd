/**
 * Goal: a property that does not fit a backend is not applicable there, neither violated nor vacuous.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backend, backend, commonIdOf } from '../model/author.ts';
import { FACETS, PCI_FACETS } from '../model/fields.ts';
import { BASE } from '../model/vendors/base.ts';
import { IBM_SE_AP } from '../model/vendors/ibm-se-ap.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { isLive, type Property, type Step } from '../properties/property.ts';
import { SequenceArbitrary } from './generate.ts';
import { type Setup, setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';

const [tiny, small] = ['tiny', 'small'].map((id) => PRESETS.find((p) => p.id === id));
if (tiny === undefined || small === undefined) throw new Error('applicable.test: no preset');

/** Everything that a property says of a step. */
function saidOf(p: Property, s: Step): readonly boolean[] {
  if (p.kind === 'invariant' || isLive(p)) return [];
  if (p.kind === 'reach') return [p.reached(s)];
  return [p.holds(s), ...Object.values(p.witnesses).map((w) => w(s))];
}
/** The rules of a backend by whose name a property goes without saying so, as "property: rule". */
function undeclared(setup: Setup, sequences: number): readonly string[] {
  const found = new Set<string>();
  const own = new Set(setup.backend.rules.map((r) => r.id));
  const subject = engineSubject(setup);
  for (const { steps } of fc.sample(new SequenceArbitrary(setup), {
    numRuns: sequences,
    seed: 3,
  })) {
    subject.reset();
    for (const n of steps) {
      const at = subject.attempt(n);
      const attempt = setup.attempts[n];
      const outcome = attempt?.rule.cases[at]?.outcome;
      if (attempt === undefined || outcome === undefined || !own.has(attempt.rule.id)) continue;
      const { before, after } = subject;
      const { rule, args } = attempt;
      const step = {
        before,
        after,
        rule: commonIdOf(rule),
        args,
        outcome: { code: '', ...outcome },
      };
      // The same command under a name that no property can know.
      const renamed = { ...step, rule: 'tsm.of-a-vendor' };
      for (const p of setup.properties)
        if (String(saidOf(p, step)) !== String(saidOf(p, renamed)))
          if (p.kind === 'invariant' || !p.rules.includes(rule.id))
            found.add(`${p.id}: ${rule.id}`);
    }
  }
  return [...found];
}

describe('properties and the rules of a backend', () => {
  it('name under `rules` every command by whose name they go', () => {
    for (const of of [BASE, IBM_SE_AP])
      expect(undeclared(setupOf(of, small, PROPERTIES), 150)).toEqual([]);
  });

  it('are not applicable where a rule that they name is missing, or a facet is off', () => {
    const lame: Backend = backend('lame', {
      ...BASE,
      rules: BASE.rules.filter((r) => r.id !== 'tsm.disconnect'),
    });
    const reasonsIn = (of: Backend, preset = small): ReadonlySet<string> =>
      new Set(setupOf(of, preset, PROPERTIES).notApplicable.values());
    // Facets of some backends only are off in the world of a PCIe device; others are off in `small`.
    const foreign = Object.keys(FACETS)
      .filter((f) => !PCI_FACETS.some((x) => x === f) || !small.facets.some((x) => x === f))
      .map((f) => `facet ${f} is off`);
    expect(foreign.length).toBeGreaterThan(0);
    expect(reasonsIn(BASE)).toEqual(new Set(foreign));
    expect(reasonsIn(lame)).toEqual(
      new Set([...foreign, 'no rule tsm.disconnect in this backend']),
    );
    expect(reasonsIn(IBM_SE_AP)).toContain('facet core is off');
    expect(reasonsIn(BASE, tiny)).toContain('facet mmio is off');
    const { properties } = setupOf(lame, small, PROPERTIES);
    expect(properties.map((p) => p.id)).not.toContain('tsm-disconnect-needs-no-bound');
    const applicable = setupOf(BASE, small, PROPERTIES).properties;
    expect(properties.length).toBeGreaterThan(applicable.length - 10);
  });
});
