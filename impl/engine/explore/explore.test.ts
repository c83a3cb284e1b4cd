// Goal: a search finds every reachable state once, tells shortest ways, and stops where it is told to. Method: systems of
// switches, whose states and distances are known.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { attemptOf } from '../compile.ts';
import { beside } from './crew.ts';
import { explore, explorePausing } from './explore.ts';
import { planOf } from './plan.ts';
import type { Keeping, Kept } from './search.ts';
import { PLAN, switches } from './switches.fixture.ts';

describe('explore', () => {
  test.each([5, 9, 17])('no state is taken for another, with %i low bits', (lowBits) => {
    const all = explore(switches(9, 9), { plan: { first: [], lowBits } });
    expect(all).toMatchObject({
      end: 'complete',
      states: 2 ** 18,
      transitions: 18 * 2 ** 17,
      depth: 18,
    });
    expect(all.levels.slice(0, 3)).toEqual([1, 18, 153]);
    const seen = new Set(Array.from({ length: all.states }, (_, n) => all.words(n).join()));
    expect(seen.size).toBe(all.states);
  });

  test.each([1, 2])('%i threads more: each state once, while everything grows', async (others) => {
    const entry = beside(import.meta.url, 'switches-thread.fixture');
    const crew = { entry, others, data: { left: 9, right: 9 }, isAwaited: true };
    const all = await explorePausing(switches(9, 9), { plan: PLAN, crew }, () => setImmediate());
    const { levels } = explore(switches(9, 9), { plan: PLAN });
    expect(all).toMatchObject({ end: 'complete', transitions: 18 * 2 ** 17, levels });
    const seen = new Set(Array.from({ length: all.states }, (_, n) => all.words(n).join()));
    expect(seen.size).toBe(2 ** 18);
    for (let n = 0; n < all.states; n += 100) expect(all.has(all.words(n))).toBe(true);
  });

  test('a plan puts what changes low, and nothing else changes', () => {
    const before = switches(9, 9);
    const plan = planOf(before);
    expect(plan.first.length).toBeLessThanOrEqual(1);
    const all = explore(switches(9, 9, plan.first), { plan });
    expect(all).toMatchObject({ end: 'complete', states: 2 ** 18, depth: 18 });
  });

  const engine = switches(4, 4);
  const all = explore(engine, { plan: PLAN });

  test('ways lead from the initial state to the state, and are as long as its depth', () => {
    for (let n = 0; n < all.states; n++) {
      const words = engine.initial.slice();
      const target = all.words(n);
      const way = all.wayTo(target);
      for (const via of way) engine.step(attemptOf(via), words, words);
      expect(words).toEqual(target);
      const pressed = [...target].reduce(
        (sum, w) => sum + w.toString(2).replaceAll('0', '').length,
        0,
      );
      expect(way).toHaveLength(pressed);
    }
  });

  test('states that were reached are there, others are not', () => {
    for (let n = 0; n < all.states; n++) expect(all.has(all.words(n))).toBe(true);
    const other = engine.initial.map((word) => word ^ 1);
    expect(all.has(other)).toBe(false);
    expect(() => all.wayTo(other)).toThrow('was not reached');
    expect(() => all.words(all.states)).toThrow('no state 256 of 256');
  });

  test('every state and every step is judged once', () => {
    let states = 0;
    let steps = 0;
    const judges = { state: () => void states++, step: () => void steps++ };
    explore(engine, { plan: PLAN, judges });
    expect(states).toBe(256);
    expect(steps).toBe(all.transitions);
  });

  test('violations are told at the first depth that has any, each thing once, the first in order', () => {
    const fourth = (words: Int32Array, at: number): boolean => {
      const bits = [words[at] as number, words[at + 1] as number];
      return bits.reduce((sum, w) => sum + w.toString(2).replaceAll('0', '').length, 0) === 4;
    };
    const { end, depth, found } = explore(engine, {
      plan: PLAN,
      judges: {
        state: (words, at, tell) => {
          if (fourth(words, at)) tell(7);
        },
        step: (_, __, out, j, tell) => {
          if (fourth(out, j)) tell(2);
        },
      },
    });
    expect({ end, depth }).toEqual({ end: 'violation', depth: 3 });
    expect(found.map(({ violated, length }) => ({ violated, length }))).toEqual([
      { violated: 2, length: 4 },
    ]);
    const atStart = explore(engine, { plan: PLAN, judges: { state: (_, __, tell) => tell(3) } });
    expect(atStart).toMatchObject({ end: 'violation', states: 1, depth: 0 });
    expect(atStart.found).toMatchObject([{ violated: 3, length: 0, via: undefined }]);
  });

  test('a search goes on from wherever it was kept, and leaves nothing out and judges nothing twice', () => {
    const many = switches(9, 9);
    const judged = { states: 0, steps: 0 };
    const judges = { state: () => void judged.states++, step: () => void judged.steps++ };
    const kept: (Kept & { readonly judged: typeof judged })[] = [];
    let asked = 0;
    const keeping: Keeping = {
      isDue: () => ++asked % 14 === 0,
      part: (store, standing) => {
        const states = [...store.list.runs(0, store.count)].map((run) => run.slice());
        kept.push({ standing: structuredClone(standing), states, judged: { ...judged } });
      },
      all: () => undefined,
    };
    const { states, transitions, levels } = explore(many, { plan: PLAN, judges, keeping });
    const whole = { ...judged };
    expect(whole).toEqual({ states, steps: transitions });
    // In the midst of a level, before its states were judged and after.
    const amid = kept.filter(({ standing: { next, starts } }) => next > (starts.at(-1) ?? 0));
    expect(new Set(amid.map((k) => k.standing.phase))).toEqual(new Set(['judge', 'look']));
    for (const k of kept) {
      Object.assign(judged, k.judged);
      const rest = explore(many, { plan: PLAN, judges, kept: k });
      expect(rest).toMatchObject({ end: 'complete', states, transitions, levels });
      expect(judged).toEqual(whole);
    }
  });

  test.each([
    ['states', { statesMax: 1000 }],
    ['memory', { bytesMax: 1_000_000 }],
    ['stopped', { stopped: () => true }],
  ] as const)('it stops: %s', (end, limits) => {
    const some = explore(switches(9, 9), { plan: PLAN, ...limits });
    expect(some.end).toBe(end);
    expect(some.states).toBeLessThan(2 ** 18);
    expect(some.states).toBe(some.levels.reduce((a, b) => a + b, 0));
  });

  test.each([0, 1])('limits are kept nearly, with %i threads more', async (others) => {
    const entry = beside(import.meta.url, 'switches-thread.fixture');
    const crew = { entry, others, data: { left: 15, right: 12 }, isAwaited: true };
    const o = { plan: { first: [], lowBits: 5 }, ...(others === 0 ? {} : { crew }) };
    const run = (limits: object) =>
      explorePausing(switches(15, 12), { ...o, ...limits }, () => setImmediate());
    // There are 20,854 within 4 steps. A thread looks after each chunk: 128 states, each of which leads to 23 or 24.
    const some = await run({ statesMax: 22_000 });
    expect(some.end).toBe('states');
    expect(some.states).toBeGreaterThan(22_000);
    expect(some.states).toBeLessThan(22_000 + 3000 * (1 + others));
    const part = await run({ bytesMax: 2_000_000 });
    expect(part.end).toBe('memory');
    expect(part.bytes).toBeLessThan(2_600_000);
  });
  test('whoever runs it is asked in a search that finds much from few states, too', () => {
    let asked = 0;
    let told = 0;
    const stopped = () => {
      asked++;
      return false;
    };
    const onProgress = () => void told++;
    explore(switches(15, 12), { plan: PLAN, statesMax: 20_000, stopped, onProgress });
    expect(asked).toBe(told);
    expect(asked).toBeGreaterThan(20_000 / 4096);
  });
});
