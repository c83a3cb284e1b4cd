// Goal: a search that keeps one state for all its renamings says what the full one says. Method: the mini model, whose counts
// are known, level by level; its seeded bugs, with ways that replay; and in several threads.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  beside,
  type Exploration,
  explore,
  explorePausing,
  namedWay,
  SymmetryCheck,
} from '../../impl/engine/index.ts';
import { type Bug, type Mini, mini } from './mini.ts';

function searched(m: Mini): Exploration {
  const { engine, plan, judges, symmetry } = m;
  const { canonical, orbit } = symmetry;
  return explore(engine, { plan, judges, canonical, orbit });
}
/** What the states of each level stand for. */
function coveredLevels({ symmetry }: Mini, { levels, words }: Exploration): number[] {
  let n = 0;
  return levels.map((length) => {
    let sum = 0;
    for (const end = n + length; n < end; n++) sum += symmetry.orbit(words(n), 0);
    return sum;
  });
}

describe('the mini model, one state for all its renamings', () => {
  test.each([
    [2, 1, 33_920, 439_616, 23, 8_844],
    [2, 2, 752_256, 12_005_600, 30, 100_816],
  ])(
    '%i TDIs, %i pages: %i states, %i transitions, depth %i; %i kept',
    (n, p, states, transitions, depth, kept) => {
      const all = searched(mini(n, p));
      expect(all).toMatchObject({ end: 'complete', depth, found: [], states: kept });
      expect(all.covered).toEqual({ states, transitions });
    },
  );

  test('every level is as large, and no step tells members apart', () => {
    const m = mini(2, 1);
    const { levels } = explore(m.engine, { plan: m.plan });
    const all = searched(m);
    expect(coveredLevels(m, all)).toEqual(levels);
    const check = new SymmetryCheck(m.engine, m.symmetry);
    for (let n = 0; n < all.states; n++) expect(check.steps(all.words(n), 0)).toBeUndefined();
  });

  test.each([
    [1, 13],
    [2, 10],
  ] as const)('seeded bug %i: found in %i steps, under the names of the start', (bug, length) => {
    const m = mini(2, 2, bug);
    const { end, found, wayTo } = searched(m);
    expect(end).toBe('violation');
    expect(found).toMatchObject([{ violated: 0, length }]);
    const way = namedWay(m.engine, m.symmetry, wayTo(found[0]?.state ?? new Int32Array(0)));
    expect(way).toHaveLength(length);
    const words = m.engine.initial.slice();
    const told: number[] = [];
    for (const [i, via] of way.entries()) {
      const before = words.slice();
      m.engine.step(attemptOf(via), words, words);
      expect(words).not.toEqual(before);
      m.judges.state?.(words, 0, (violated) => told.push(violated, i + 1));
    }
    expect(told).toEqual([0, length]);
  });

  test.each<[Bug]>([[0], [1]])('two threads find the same, bug %i', async (bug) => {
    const m = mini(2, 1, bug);
    const alone = searched(m);
    const { plan, judges, symmetry } = m;
    const { canonical, orbit } = symmetry;
    const entry = beside(new URL('./mini.ts', import.meta.url).href, 'worker');
    const data = { tdis: 2, pages: 1, bug, isJudged: true, isSymmetric: true };
    const crew = { entry, others: 1, data };
    const both = await explorePausing(
      m.engine,
      { plan, judges, canonical, orbit, crew },
      setImmediate,
    );
    const { end, states, covered, depth, levels, found } = alone;
    expect(end).toBe(bug === 0 ? 'complete' : 'violation');
    expect(both).toMatchObject({ end, states, covered, depth, levels, found });
    for (const f of found) expect(both.wayTo(f.state)).toEqual(alone.wayTo(f.state));
  });
});
