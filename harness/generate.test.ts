/** Goal: sequences are reproducible, honest about the model, and reach the depths. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boot } from '../model/world.ts';
import { PROFILES, Sequence, SequenceArbitrary } from './generate.ts';
import { smallSetup } from './small.fixture.ts';

const setup = smallSetup();
const arbitrary = new SequenceArbitrary(setup);
const sample = (seed: number, numRuns: number): readonly Sequence[] =>
  fc.sample(arbitrary, { seed, numRuns });

describe('generation', () => {
  it('gives the same sequences for the same seed, from any instance', () => {
    const again = fc.sample(new SequenceArbitrary(smallSetup()), { seed: 5, numRuns: 20 });
    expect(again.map((s) => s.steps)).toEqual(sample(5, 20).map((s) => s.steps));
    expect(sample(6, 20).map((s) => s.steps)).not.toEqual(sample(5, 20).map((s) => s.steps));
  });

  it('starts at power-on and records what the model says of every step', () => {
    for (const { steps, results } of sample(7, 20)) {
      let world = boot(setup.preset);
      steps.forEach((n, i) => {
        const attempt = setup.attempts[n];
        if (attempt === undefined) throw new Error(`no attempt ${n}`);
        const result = setup.model.attempt(attempt, world);
        expect(results?.[i]?.at).toBe(result.at);
        expect(results?.[i]?.world).toEqual(result.world);
        world = result.world;
      });
    }
  });

  it('reaches RUN in most calm sequences, and private DMA, refusals and second tenants in some', () => {
    const all = sample(1, 400);
    const count = (is: (s: Sequence) => boolean): number => all.filter(is).length;
    const worlds = (s: Sequence) => (s.results ?? []).map((r) => r.world);
    const steady = all.filter((s) => s.profile === 'steady');
    const runs = (s: Sequence): boolean => worlds(s).some((w) => w.tdi.some((t) => t.run > 0));
    expect(steady.filter(runs).length / steady.length).toBeGreaterThan(0.4);
    const decides = (rule: string, name: string) => (s: Sequence) =>
      s.steps.some((n, i) => {
        const r = setup.attempts[n]?.rule;
        return r?.id === rule && r.cases[s.results?.[i]?.at ?? -1]?.name === name;
      });
    expect(count(decides('fabric.deliver', 'write'))).toBeGreaterThan(25);
    expect(count(decides('tsm.unbind.end', 'unbound'))).toBeGreaterThan(20);
    expect(count((s) => worlds(s).some((w) => w.tdi.some((t) => t.run > 1)))).toBeGreaterThan(0);
    expect(count((s) => (s.results ?? []).some((r) => r.outcome.is === 'refused'))).toBeGreaterThan(
      300,
    );
  });

  it('uses every profile', () => {
    const used = new Set(sample(2, 100).map((s) => s.profile));
    expect([...used].sort()).toEqual(PROFILES.map((p) => p.id).sort());
  });

  it('shrinks generated and given sequences through fast-check', () => {
    const wanted = setup.attempts.findIndex((a) => a.rule.id === 'ide.set-go');
    const property = fc.property(arbitrary, (s) => !s.steps.includes(wanted));
    const generated = fc.check(property, { seed: 3, numRuns: 500 });
    expect(generated.counterexample?.[0]?.steps).toEqual([wanted]);
    const [long] = sample(4, 1);
    const given = new Sequence([...(long?.steps ?? []), wanted]);
    const stored = fc.check(property, { examples: [[given]], numRuns: 1 });
    expect(stored.counterexample?.[0]?.steps).toEqual([wanted]);
  });
});
