// Goal: a search finds every reachable state once, by a shortest way. Method: the mini model, whose
// counts several tools agree on (bench/README.md), and its two seeded bugs.
import { describe, expect, test } from 'vitest';
import { attemptOf, compiler, type Engine } from './compile.ts';
import type { State } from './expr.ts';
import { layout } from './layout.ts';
import { judgeMini, miniEngine } from './mini.fixture.ts';
import type { Attempt, RuleData } from './rules.ts';
import { type SearchResult, search } from './search.ts';
import type { Ix } from './values.ts';

/** Enabled attempts over all states, self-loops included: what the other tools count. */
function transitionsOf(engine: Engine, { stateCount, state }: SearchResult): number {
  const out = new Int32Array(engine.initial.length);
  let count = 0;
  for (let i = 0; i < stateCount; i++) {
    const words = state(i);
    for (const n of engine.attempts.keys()) if (engine.step(n, words, out) >= 0) count++;
  }
  return count;
}

describe('the mini model', () => {
  test.each([
    [1, 1, 448, 3_202, 14],
    [2, 1, 33_920, 439_616, 23],
  ])(
    '%i TDIs, %i pages: %i states, %i transitions, depth %i',
    (n, p, states, transitions, depth) => {
      const { engine } = miniEngine(n, p);
      const found = search(engine);
      expect(found).toMatchObject({ stateCount: states, depth, complete: true, found: undefined });
      expect(transitionsOf(engine, found)).toBe(transitions);
    },
  );

  test('2 TDIs, 2 pages: 752,256 states, depth 30', () => {
    const { engine } = miniEngine(2, 2);
    expect(search(engine)).toMatchObject({ stateCount: 752_256, depth: 30, complete: true });
  });

  test('no state of it violates an invariant', () => {
    const { engine, view } = miniEngine(2, 1);
    const judge = (_: Int32Array, after: Int32Array): number => {
      view.bind(after);
      return judgeMini(view.state);
    };
    expect(search(engine, { judge }).found).toBeUndefined();
  });

  test.each([
    [1, 13, ['setBme', 'dma', 'stop', 'toPrivate', 'start']],
    [2, 10, ['setBme', 'dma', 'unmap', 'toPrivate', 'start']],
  ] as const)('seeded bug %i: found in %i steps', (bug, length, rules) => {
    const { engine, view } = miniEngine(2, 2, bug);
    const judge = (_: Int32Array, after: Int32Array): number => {
      view.bind(after);
      return judgeMini(view.state);
    };
    const { found, path, complete } = search(engine, { judge });
    expect(complete).toBe(false);
    expect(found?.violation).toBe(0);
    const attempts = [...path(found?.state ?? -1), attemptOf(found?.via ?? -1)];
    expect(attempts).toHaveLength(length);
    const ids = attempts.map((n) => engine.attempts[n]?.rule.id);
    for (const id of rules) expect(ids).toContain(id);
  });
});

describe('search', () => {
  test('two states are never taken for one: 2 ^ 18 settings of switches, in two words', () => {
    // With these switches 1,024 pairs of states have the same 32 bits of hash.
    const on = { kind: 'bool', init: false, facet: 'core' } as const;
    const rows = { dims: ['Switch'], fields: { on } } as const;
    const switches = layout({ left: rows, right: rows }, { Switch: 31 });
    const press =
      (group: 'left' | 'right') =>
      (s: State<typeof switches.schema>, a: { readonly it: Ix<'Switch'> }) =>
        s[group](a.it).set({ on: true });
    const rule = (word: string): RuleData => {
      const effects = [{ kind: 'word', word, params: [] } as const];
      return { id: word, over: { it: 'Switch' }, cases: [{ name: 'only', guards: [], effects }] };
    };
    const words = { left: press('left'), right: press('right') };
    const attempts = [
      { r: rule('left'), first: 1 },
      { r: rule('right'), first: 8 },
    ].flatMap(({ r, first }) =>
      Array.from({ length: 9 }, (_, i): Attempt => ({ rule: r, args: { it: 2 * i + first } })),
    );
    const found = search(compiler({ layout: switches, words, literalSorts: [] }).engine(attempts));
    expect(found).toMatchObject({ stateCount: 2 ** 18, stepCount: 18 * 2 ** 17, depth: 18 });
  });

  const { engine } = miniEngine(1, 1);
  const all = search(engine);

  test('paths lead from the initial state to the state, none longer than the depth', () => {
    const lengths = Array.from({ length: all.stateCount }, (_, n) => {
      const words = engine.initial.slice();
      const path = all.path(n);
      for (const attempt of path) engine.step(attempt, words, words);
      expect(words).toEqual(all.state(n));
      return path.length;
    });
    expect(Math.max(...lengths)).toBe(all.depth);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });

  test('states are found by their words, others are not', () => {
    for (let n = 0; n < all.stateCount; n++) expect(all.find(all.state(n))).toBe(n);
    expect(all.find(engine.initial.map((word) => word ^ (2 ** 30)))).toBe(-1);
    expect(() => all.state(all.stateCount)).toThrow('no state 448 of 448');
  });

  test('it stops when more states are known than it may', () => {
    const some = search(engine, { statesMax: 100 });
    expect(some.complete).toBe(false);
    expect(some.stateCount).toBeGreaterThan(100);
    expect(some.stateCount).toBeLessThanOrEqual(100 + engine.attempts.length);
    expect(search(engine, { statesMax: 448 }).complete).toBe(true);
  });

  test('it judges the initial state, then each discovery or each step', () => {
    const vias: number[] = [];
    const judge = (before: Int32Array, after: Int32Array, via: number): number => {
      vias.push(via);
      if (via < 0) expect(before).toBe(after);
      else expect(before).not.toEqual(after);
      return -1;
    };
    search(engine, { judge });
    expect(vias).toHaveLength(448);
    expect(vias[0]).toBe(-1);
    vias.length = 0;
    expect(search(engine, { judge, judged: 'steps' }).stepCount).toBe(vias.length - 1);
    expect(search(engine, { judge: () => 3 })).toMatchObject({
      stateCount: 1,
      found: { violation: 3, state: 0, via: -1 },
    });
  });
});
