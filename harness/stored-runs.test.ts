/**
 * Goal: each stored run holds, shows what it is kept for, and counts in a check. Method: all are made; one is made
 * without its last step; a check of one sequence has them or not.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { check } from './check.ts';
import { BACKENDS } from './cli/backends.ts';
import { folder, runsOf, setupsOf } from './stored-runs.fixture.ts';
import { makeStoredRuns, type StoredResult } from './stored-runs.ts';

const REMEDY = 'was the model changed on purpose? npm run witnesses makes the stored runs anew';
const preset = PRESETS.find((p) => p.id === 'small');
if (preset === undefined) throw new Error('stored-runs.test: no preset small');

describe.each(readdirSync(folder))('the stored runs of %s', (id) => {
  it('hold, and show what they are kept for', async () => {
    const backend = BACKENDS.find((b) => b.id === id);
    if (backend === undefined) throw new Error(`stored-runs.test: no backend ${id}`);
    const runs = runsOf(id);
    // Each in its own preset: in a larger one it need not show what it is kept for.
    const made: StoredResult[] = [];
    for (const preset of new Set(runs.map(({ trace }) => trace.preset)))
      made.push(
        await makeStoredRuns(
          'engine',
          setupsOf(backend, preset),
          runs.filter(({ trace }) => trace.preset === preset),
        ),
      );
    const reports = made.flatMap((m) => m.reports);
    const hasSeen = (property: string, witness: string): boolean =>
      made.some((m) => m.hasSeen(property, witness));
    expect(
      reports.filter((r) => !r.asExpected),
      REMEDY,
    ).toEqual([]);
    expect(reports.map((r) => r.file).sort()).toEqual(runs.map((r) => r.file).sort());
    const shown = runs.flatMap(({ trace }) => trace.shows ?? []);
    expect(shown.length).toBeGreaterThanOrEqual(runs.length);
    expect(shown.every((w) => hasSeen(w.property, w.witness))).toBe(true);
  });
});

describe('a stored run', () => {
  const amd = BACKENDS.find((b) => b.id === 'amd-sev-tio');
  const [run] = runsOf('amd-sev-tio');
  const [first] = run?.trace.shows ?? [];
  if (amd === undefined || run === undefined || first === undefined)
    throw new Error('stored-runs.test: no stored run');

  it('without the step that shows it does not show it, and says so', async () => {
    const shorter = { ...run, trace: { ...run.trace, steps: run.trace.steps.slice(0, -1) } };
    const { reports } = await makeStoredRuns('engine', setupsOf(amd), [shorter]);
    expect(reports).toMatchObject([{ expected: 'holds', asExpected: false }]);
    expect(reports[0]?.got).toContain(`does not show ${first.property}: ${first.witness}`);
  });

  it('counts in a check of its subject, and not where that has a mistake', async () => {
    const some = {
      backend: amd,
      preset,
      properties: PROPERTIES.filter((p) => p.id === first.property),
      readings: {},
      seed: 1,
      budget: 1,
      subject: 'engine',
      corpus: [],
      planted: [],
    } as const;
    const without = await check({ ...some, storedRuns: [] });
    const [p] = without.properties;
    expect(p?.witnesses[first.witness]).toBe(0);
    expect(without).toMatchObject({ verdict: 'vacuous', storedOnly: [] });
    const seen = await check({ ...some, storedRuns: [run] });
    expect(seen.storedOnly).toContainEqual({ property: first.property, witness: first.witness });
    expect(seen.corpus).toHaveLength(1);
    const mutant = { id: 'none', rules: <T>(rules: T): T => rules };
    const mistaken = await check({ ...some, storedRuns: [run], mutant });
    expect(mistaken).toMatchObject({ corpus: [], storedOnly: [] });
  });
});
