// Goal: the engine is general, its counts are exact and its traces shortest. Method: the mini model, on whose states,
// transitions and depth C, SPIN, TLC and two TypeScript programs agree, and its two seeded bugs.
import { describe, expect, test } from 'vitest';
import { attemptOf, explore } from '../../impl/engine/index.ts';
import { mini } from './mini.ts';

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
});
