// Goal: the engine is general, its counts are exact and its traces shortest. Method: the mini model, on whose states,
// transitions and depth C, SPIN, TLC and two TypeScript programs agree, and its two seeded bugs.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  beside,
  type Exploration,
  explore,
  explorePausing,
} from '../../impl/engine/index.ts';
import { type Bug, mini } from './mini.ts';

/** A search with so many threads beside this one. */
function together(tdis: number, pages: number, bug: Bug, others: number): Promise<Exploration> {
  const { engine, plan, judges } = mini(tdis, pages, bug);
  const entry = beside(new URL('./mini.ts', import.meta.url).href, 'worker');
  const data = { tdis, pages, bug, isJudged: true };
  const crew = { entry, others, data, isAwaited: true };
  return explorePausing(engine, { plan, judges, crew }, () => setImmediate());
}

describe('the mini model', () => {
  test.each([
    [1, 1, 448, 3_202, 14],
    [2, 1, 33_920, 439_616, 23],
    [2, 2, 752_256, 12_005_600, 30],
  ])(
    '%i TDIs, %i pages: %i states, %i transitions, depth %i',
    (n, p, states, transitions, depth) => {
      const { engine, plan, judges } = mini(n, p);
      const all = explore(engine, { plan, judges });
      expect(all).toMatchObject({ end: 'complete', states, transitions, depth, found: [] });
      // With the path kept, as all there is to find it is in the store.
      if (states > 100_000) expect(all.bytes / states).toBeLessThan(16);
    },
  );

  test.each([
    [1, 13, ['setBme', 'dma', 'stop', 'toPrivate', 'start']],
    [2, 10, ['setBme', 'dma', 'unmap', 'toPrivate', 'start']],
  ] as const)('seeded bug %i: found in %i steps', (bug, length, rules) => {
    const { engine, plan, judges } = mini(2, 2, bug);
    const { end, found, wayTo } = explore(engine, { plan, judges });
    expect(end).toBe('violation');
    expect(found.map(({ violated, length }) => ({ violated, length }))).toEqual([
      { violated: 0, length },
    ]);
    const way = wayTo(found[0]?.state ?? new Int32Array(0));
    expect(way).toHaveLength(length);
    const words = engine.initial.slice();
    for (const via of way) engine.step(attemptOf(via), words, words);
    expect(words).toEqual(found[0]?.state);
    const ids = way.map((via) => engine.attempts[attemptOf(via)]?.rule.id);
    for (const id of rules) expect(ids).toContain(id);
  });

  test.each([1, 2])('%i threads more find the same', async (others) => {
    const { engine, plan, judges } = mini(2, 1);
    const alone = explore(engine, { plan, judges });
    const all = await together(2, 1, 0, others);
    expect(all).toMatchObject({
      end: 'complete',
      states: 33_920,
      transitions: 439_616,
      depth: 23,
      levels: alone.levels,
      found: [],
    });
    const known = new Set<string>();
    for (let n = 0; n < all.states; n++) {
      const words = all.words(n);
      expect(alone.has(words) && all.has(words)).toBe(true);
      known.add(words.join());
    }
    expect(known.size).toBe(33_920);
  });

  test('two threads find the same shortest trace to a seeded bug', async () => {
    const { engine, plan, judges } = mini(2, 2, 1);
    const alone = explore(engine, { plan, judges });
    const all = await together(2, 2, 1, 1);
    const { end, states, transitions, depth, found } = alone;
    expect(all).toMatchObject({ end, states, transitions, depth, found });
    const { state = engine.initial } = found[0] ?? {};
    expect(all.wayTo(state)).toEqual(alone.wayTo(state));
  });
});
