import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { World } from '../model/world.ts';
import { candidates, isSmaller } from './candidates.ts';
import { minimise } from './minimise.ts';
import { SETUP, sequences, statesOf, trace } from './sequences.fixture.ts';

const { attempts } = SETUP;
type Steps = readonly number[];

const text = (steps: Steps): string =>
  steps
    .map((i) => `${attempts[i]?.rule.id} ${Object.values(attempts[i]?.args ?? {}).join(' ')}`)
    .join('; ');
/** Whether steps occur in a trace, in this order. */
const contains = (steps: Steps, wanted: Steps): boolean => {
  let at = 0;
  for (const s of steps) if (s === wanted[at]) at++;
  return at === wanted.length;
};
/** Without any one step it does not fail any more. */
const expectOneMinimal = (steps: Steps, fails: (t: Steps) => boolean): void => {
  expect(fails(steps)).toBe(true);
  for (const i of steps.keys()) expect(fails(steps.toSpliced(i, 1))).toBe(false);
};

const anySteps = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(attempts.length - 1), { maxLength: max });

describe('candidates', () => {
  it('are all smaller than the trace, so that shrinking ends', () => {
    // Goal: the order is strict, hence well founded on bounded lengths; the trace itself is no
    // candidate; every step of a candidate is an attempt.
    fc.assert(
      fc.property(anySteps(12), (steps) => {
        for (const c of candidates(steps, attempts)) {
          expect(isSmaller(c, steps, attempts)).toBe(true);
          expect(isSmaller(steps, c, attempts)).toBe(false);
          for (const i of c) expect(attempts[i]).toBeDefined();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('contain every deletion of one step, and of two in a short trace', () => {
    fc.assert(
      fc.property(anySteps(8), (steps) => {
        const all = new Set([...candidates(steps, attempts)].map(String));
        for (const i of steps.keys()) {
          expect(all).toContain(String(steps.toSpliced(i, 1)));
          for (let j = 0; j < i; j++)
            expect(all).toContain(String(steps.toSpliced(i, 1).toSpliced(j, 1)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('come from bold to fine and are made as they are asked for', () => {
    // Goal: the first candidate of a long trace is half of it, and costs no more.
    const long = Array.from({ length: 5000 }, (_, i) => i % attempts.length);
    const [first] = candidates(long, attempts);
    expect(first?.length).toBe(2500);
    const lengths = [...candidates(long.slice(0, 16), attempts)].map((c) => c.length);
    expect(lengths[0]).toBe(8);
    expect(lengths.indexOf(16)).toBeGreaterThan(lengths.indexOf(15));
    expect(lengths.indexOf(15)).toBeGreaterThan(lengths.lastIndexOf(12));
  });

  it('rename members throughout and simplify choices in one step', () => {
    const all = new Set(
      [
        ...candidates(trace('tsm.bind VF2 G2 hosted', 'dma.issue VF2 P3 read private'), attempts),
      ].map(text),
    );
    const both = (bind: string, dma: string): string =>
      text(trace(`tsm.bind ${bind}`, `dma.issue ${dma}`));
    expect(all).toContain(both('VF1 G2 hosted', 'VF1 P3 read private'));
    expect(all).toContain(both('VF2 G1 hosted', 'VF2 P3 read private'));
    expect(all).toContain(both('VF2 G2 hosted', 'VF2 P1 read private'));
    expect(all).toContain(both('VF2 G2 hosted', 'VF1 P3 read private'));
    expect(all).toContain(both('VF2 G2 hosted', 'VF2 P3 write private'));
    expect(all).toContain(both('VF2 G2 hosted', 'VF2 P3 read legacy'));
    // The PF is not a simpler VF: it stands behind them.
    expect([...all].filter((t) => t.includes('tsm.bind 0'))).toEqual([]);
    const pf = [...candidates(trace('tsm.bind PF G1 hosted'), attempts)].map(text);
    expect(pf).toContain(text(trace('tsm.bind VF1 G1 hosted')));
  });

  it('exchange members where both are needed', () => {
    const swapped = [...candidates(trace('reset.flr VF2', 'device.error VF1'), attempts)];
    expect(swapped).toContainEqual(trace('reset.flr VF1', 'device.error VF2'));
    const sorted = [...candidates(trace('reset.flr VF1', 'device.error VF2'), attempts)];
    expect(sorted).not.toContainEqual(trace('reset.flr VF2', 'device.error VF1'));
  });

  it('lower the slot of a TLP together with the deletion of one before it', () => {
    // Goal: of two TLPs the younger is the one that matters, and neither change does it alone.
    const both = trace('dma.issue VF1 P1 write legacy', 'dma.issue VF1 P1 read legacy');
    const all = [...candidates([...both, ...trace('fabric.deliver S2')], attempts)];
    expect(all).toContainEqual([both[1], ...trace('fabric.deliver S1')]);
  });
});

describe('minimise', () => {
  const wanted = trace('tdisp.lock VF1 enough', 'tdisp.start VF1', 'command.write VF1 0 0');

  it('finds a subsequence that must occur', () => {
    // Goal: whatever is around it is deleted. Method: random surroundings.
    const fails = (t: Steps): boolean => contains(t, wanted);
    fc.assert(
      fc.property(anySteps(60), anySteps(60), (before, between) => {
        const [first = 0, ...rest] = wanted;
        const { steps, exhausted } = minimise(
          [...before, first, ...between, ...rest],
          attempts,
          fails,
        );
        expect(steps).toEqual(wanted);
        expect(exhausted).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('deletes what can only be deleted in pairs', () => {
    // Goal: not caught where opening and closing must go together. Method: fails only while every
    // bind has its unbind.
    const [open, close, needed] = trace(
      'tsm.bind VF1 G1 hosted',
      'tsm.unbind.begin VF1',
      'reset.flr VF1',
    ) as [number, number, number];
    const fails = (t: Steps): boolean =>
      t.filter((s) => s === open).length === t.filter((s) => s === close).length &&
      t.includes(needed);
    expect(minimise([open, open, close, needed, close], attempts, fails).steps).toEqual([needed]);
    const half = (t: Steps): boolean => fails(t) && t.includes(open);
    const { steps } = minimise([open, open, close, needed, close], attempts, half);
    expectOneMinimal(steps, half);
    expect(steps).toHaveLength(3);
  });

  it('ends in canonical names', () => {
    // Goal: one counterexample has one form. Method: it fails for two different VFs in any order.
    const fails = (t: Steps): boolean => {
      const resets = t
        .filter((s) => attempts[s]?.rule.id === 'reset.flr')
        .map((s) => attempts[s]?.args.tdi);
      return resets.length === 2 && resets[0] !== resets[1];
    };
    const canonical = trace('reset.flr VF1', 'reset.flr VF2');
    for (const [a, b] of [
      ['VF2', 'VF1'],
      ['PF', 'VF2'],
      ['VF1', 'PF'],
      ['VF2', 'PF'],
    ])
      expect(minimise(trace(`reset.flr ${a}`, `reset.flr ${b}`), attempts, fails).steps).toEqual(
        canonical,
      );
  });

  it('lowers the slot of a TLP when one before it is deleted', () => {
    // Goal: a TLP that is not needed goes, although its slot was counted. Method: on the model, a
    // legacy write of VF1 lands.
    const up = trace('command.write VF1 1 1', 'command.write VF2 1 1');
    const sent = trace(
      'dma.issue VF2 P1 write legacy',
      'dma.issue VF1 P2 write legacy',
      'fabric.deliver S2',
    );
    const fails = (t: Steps): boolean => {
      const states = statesOf(t);
      return t.some((s, i) => {
        const a = attempts[s];
        const tlp = states[i]?.tlp[Number(a?.args.slot)];
        return a?.rule.id === 'fabric.deliver' && tlp?.kind === 'write' && tlp.tdi === 1;
      });
    };
    expect(text(minimise([...up, ...sent], attempts, fails).steps)).toBe(
      text(trace('command.write VF1 1 0', 'dma.issue VF1 P1 write legacy', 'fabric.deliver S1')),
    );
  });

  it('puts steps in the order of the rules where any order will do', () => {
    const [a, b, c] = trace('spdm.connect.begin', 'ide.enable 1', 'command.write VF1 1 1');
    const fails = (t: Steps): boolean => [a, b, c].every((s) => t.includes(s as number));
    expect(minimise([c, b, a] as number[], attempts, fails).steps).toEqual([a, b, c]);
    const ordered = (t: Steps): boolean => fails(t) && t.indexOf(c as number) === 0;
    expect(minimise([c, b, a] as number[], attempts, ordered).steps).toEqual([c, a, b]);
  });

  it('changes a choice in several steps, and deletes what only the first choice needed', () => {
    // Goal: private traffic needs a page given; shared traffic does not, and is the simpler one.
    const [give, mapped, sent] = trace(
      'page.give P1 G1',
      'iommu.map VF1 P1 private',
      'dma.issue VF1 P1 write private',
    ) as [number, number, number];
    const shared = trace('iommu.map VF1 P1 shared', 'dma.issue VF1 P1 write shared');
    const fails = (t: Steps): boolean =>
      contains(t, [give, mapped, sent]) || (contains(t, shared) && !t.includes(give));
    expect(minimise([give, mapped, sent], attempts, fails).steps).toEqual(shared);
  });

  it('is deterministic, and reports a limit that ended it', () => {
    const fails = (t: Steps): boolean => contains(t, wanted);
    const long = [...Array.from({ length: 100 }, (_, i) => i), ...wanted];
    const a = minimise(long, attempts, fails);
    expect(minimise(long, attempts, fails)).toEqual(a);
    expect(a.evaluations).toBeGreaterThan(10);
    const cut = minimise(long, attempts, fails, { evaluationsMax: 5 });
    expect(cut).toMatchObject({ evaluations: 5, exhausted: true });
    expect(fails(cut.steps)).toBe(true);
  });

  it('shrinks ways to RUN to one and the same, wherever they come from', () => {
    // Goal: greedy shrinking is not caught half way on the real thing, and a counterexample that is
    // found twice is one file. Method: generated sequences that reach RUN, on the model.
    const runs = (w: World): boolean => w.tdi.some((t) => t.state === 'RUN');
    const fails = (t: Steps): boolean => statesOf(t).some(runs);
    // The kernel's own road and a report in parts are ways of their own.
    const isOther = (n: number): boolean => /^(os|report)\./.test(attempts[n]?.rule.id ?? '');
    const found = sequences(150, 11)
      .filter(({ steps, states }) => states.some(runs) && !steps.some(isOther))
      .slice(0, 6);
    expect(found.length).toBe(6);
    const shortest = found.map(({ steps, states }) => {
      const short = minimise(steps.slice(0, states.findIndex(runs)), attempts, fails);
      expectOneMinimal(short.steps, fails);
      expect(short.exhausted).toBe(false);
      return text(short.steps);
    });
    expect(new Set(shortest).size).toBe(1);
  });
});
