/**
 * Goal: each slice that is small enough is searched whole, holds, has the states that docs/slices.md counts, and finds its fault.
 * The others are searched by `npm run explore:all`, which also shows that no slice finds the fault of another.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SLICES } from '../../model/slices.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { BACKENDS } from '../cli/backends.ts';
import { type ExploreReport, exploreRun } from './run.ts';
import { faulty, invisibleIn, presetOf, SLICE_USES, type SliceUse } from './slices.ts';
import { countsIn, slicesPage } from './slices-page.ts';

const page = readFileSync(new URL('../../docs/slices.md', import.meta.url), 'utf8');
const counts = countsIn(page);
const backendOf = ({ backend }: SliceUse) => {
  const found = BACKENDS.find((b) => b.id === backend);
  if (found === undefined) throw new Error(`slices.test: no backend ${backend}`);
  return found;
};
async function search(use: SliceUse, hasFault: boolean): Promise<ExploreReport> {
  const mutant = { id: use.fault, rules: faulty.bind(undefined, use) };
  const { report } = await exploreRun({
    backend: backendOf(use),
    preset: presetOf(use),
    readings: {},
    properties: PROPERTIES,
    ...(hasFault ? { mutant } : {}),
  });
  return report;
}

describe.each(SLICE_USES.filter((u) => u.isQuick).map((u) => [u.id, u] as const))(
  '%s',
  (id, use) => {
    test('holds, of so many states', async () => {
      const { verdict, properties, states, transitions, depth } = await search(use, false);
      const vacuous = properties.filter((p) => p.verdict === 'vacuous').map((p) => p.id);
      expect({ verdict, vacuous }).toEqual({ verdict: 'holds', vacuous: [] });
      expect({ states, transitions, depth }).toEqual(counts.get(id));
    });
    test('finds its fault', async () => {
      const { verdict, violations } = await search(use, true);
      expect(verdict).toBe('violated');
      expect(violations.map((v) => v.property)).toContain(use.namedBy);
    });
  },
);

test('every slice has a use, and the page has every slice', () => {
  expect(SLICE_USES.map((u) => u.id)).toEqual(SLICES.map((s) => s.id));
  expect([...counts.keys()]).toEqual(SLICES.map((s) => s.id));
  expect(slicesPage(page, counts)).toBe(page);
  for (const u of SLICE_USES) {
    const owner = BACKENDS.flatMap((b) =>
      PROPERTIES.filter((p) => p.id === u.namedBy && b.id === u.backend),
    );
    expect(owner, u.namedBy).toHaveLength(1);
  }
});

test('a fault that shows in a slice is told from one that does not', () => {
  const [reports, lifecycle, rekey] = ['reports', 'lifecycle', 'rekey'].map((id) =>
    SLICE_USES.find((u) => u.id === id),
  );
  if (!reports || !lifecycle || !rekey) throw new Error('slices.test: slices were renamed');
  expect(invisibleIn(reports, backendOf(reports), [lifecycle, rekey])).toEqual([lifecycle, rekey]);
  const shown = { ...lifecycle, fault: 'command.write:clears-under-lock-allOf' };
  expect(invisibleIn(reports, backendOf(reports), [shown])).toEqual([]);
});
