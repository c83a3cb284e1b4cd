/**
 * Goal: each slice that is small enough is searched whole, holds, has the states that docs/slices.md counts, and finds its fault.
 * The others are searched by `npm run explore:all`, which also shows that no slice finds the fault of another.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Backend, Rule } from '../../model/author.ts';
import { SLICES } from '../../model/slices.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { BACKENDS } from '../cli/backends.ts';
import { mistakeNamed } from '../cli/mistake-named.ts';
import { mutantNamed } from '../cli/mutant-named.ts';
import { rulesOf } from '../setup.ts';
import { type ExploreReport, exploreRun } from './run.ts';
import {
  faulty,
  invisibleIn,
  presetOf,
  SLICE_FAULTS,
  SLICE_USES,
  type SliceUse,
} from './slices.ts';
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

test('every fault of the table can be named on the command line', () => {
  const named = [...page.matchAll(/\| `([^`]+)`: `[^`]+` \|$/gm)].map(([, fault]) => fault);
  expect(named).toEqual(SLICE_USES.map((u) => u.fault));
  for (const u of SLICE_USES) {
    const backend = backendOf(u);
    const rules = rulesOf(backend);
    const changed = (some: readonly Rule[]) => some.filter((r, i) => r !== rules[i]);
    const found = mutantNamed(u.fault, backend);
    expect(changed(found.rules(rules)), u.fault).toHaveLength(1);
    expect(JSON.stringify(found.rules(rules))).toBe(JSON.stringify(faulty(u, rules)));
    expect(() => mistakeNamed(u.fault, 'stack', backend)).toThrow('a mistake in rules');
  }
  for (const f of SLICE_FAULTS) {
    expect(f.title).toMatch(/^[A-Z].*[^.]$/);
    const elsewhere = BACKENDS.find((b) => b.id === 'ibm-se-ap') as Backend;
    expect(() => mutantNamed(f.id, elsewhere)).toThrow('has not the rules for the fault');
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
