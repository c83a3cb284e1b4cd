/**
 * Goal: what can still be done is decided for every state, and a dead end is told by a shortest trace into it. Method: rules in which
 * something never ends beside the right ones; the passes themselves on small graphs whose answers are known.
 */
import { describe, expect, test } from 'vitest';
import { attemptOf, explore } from '../../impl/engine/index.ts';
import type { Rule } from '../../model/author.ts';
import { BASE } from '../../model/vendors/base.ts';
import { PRESETS, type Preset } from '../../model/world.ts';
import { LIVE } from '../../properties/live.ts';
import { attemptsUnder, setupOf } from '../setup.ts';
import { NEVER, nearest, type Pass, surest } from './backward.ts';
import type { Breath } from './breath.ts';
import { decideLive } from './recover.ts';

/** A graph by the edges of each node; the last node is the goal. */
const graph = (...edges: readonly (readonly number[])[]) => ({
  nodes: edges.length,
  isGoal: (n: number) => n === edges.length - 1,
  edges: (n: number, to: (other: number) => void) => edges[n]?.forEach(to),
});
/** What a pass comes to, without pauses. */
function gone(pass: Pass): readonly number[] {
  for (;;) {
    const { done, value } = pass.next();
    if (done) return [...value];
  }
}

describe('passes back from a goal', () => {
  test('nearest: a shortest way', () => {
    expect(gone(nearest(graph([1, 2], [0], [3], [], []))).slice(0, 4)).toEqual([-1, -1, -1, -1]);
    expect(gone(nearest(graph([1, 2], [0, 3], [1], [4], [])))).toEqual([3, 2, 3, 1, 0]);
  });
  test('surest: every way, the longest counts; a ring that can be gone round for ever is none', () => {
    expect(gone(surest(graph([1, 2], [2, 3], [3], [])))).toEqual([3, 2, 1, 0]);
    expect(gone(surest(graph([1], [0, 2], [])))).toEqual([NEVER, NEVER, 0]);
    expect(gone(surest(graph([1, 1], [2, 2], [])))).toEqual([2, 1, 0]);
    expect(gone(surest(graph([], [])))).toEqual([NEVER, 0]);
  });
});

const presetOf = (id: string): Preset => PRESETS.find((p) => p.id === id) as Preset;
/** The rules with some in which no case does anything. */
const stuck = (rules: readonly Rule[], ids: readonly string[]): readonly Rule[] =>
  rules.map((r) =>
    ids.includes(r.id) ? { ...r, cases: r.cases.map((c) => ({ ...c, effects: [] })) } : r,
  );
async function decided(preset: Preset, ids: readonly string[], breath?: Breath) {
  const setup = setupOf(BASE, preset, LIVE);
  const attempts = attemptsUnder(setup, stuck(setup.rules, ids));
  const engine = setup.compiler.engine(attempts);
  const found = explore(engine, { plan: { first: [], lowBits: 5 } });
  const all = await decideLive(setup, engine, attempts, found, undefined, breath);
  const { tallies, deadEnds, open } = all;
  const ways = deadEnds.map(({ property, state, length, why }) => {
    const way = found.wayTo(state).map((via) => attempts[attemptOf(via)]?.rule.id);
    expect(way).toHaveLength(length);
    return { id: property.id, way, why };
  });
  return { tallies, ways, open: open.map((p) => p.id) };
}

describe('on the whole graph', () => {
  const tiny = presetOf('tiny');
  test('the rules as they are have no dead end', async () => {
    const { tallies, ways, open } = await decided(tiny, []);
    expect({ ways, open }).toEqual({ ways: [], open: [] });
    expect(tallies.map((t) => t.property.id)).toEqual([
      'live-invalidation-terminates',
      'live-stop-terminates',
    ]);
    expect(tallies[0]?.judged).toBeGreaterThan(10_000);
    expect(tallies[0]?.witnesses.every((w) => w.fired > 0)).toBe(true);
  });
  test('bounded: an invalidation that never completes', async () => {
    const { ways } = await decided(tiny, ['iommu.invalidate.end']);
    expect(ways.map((w) => w.id)).toEqual(['live-invalidation-terminates']);
    // The nearest state from which it fails is the first in which one runs.
    expect(ways[0]?.way.at(-1)).toBe('iommu.invalidate.begin');
    expect(ways[0]?.way.filter((id) => id === 'iommu.invalidate.begin')).toHaveLength(1);
    expect(ways[0]?.why).toContain('cannot bring about within 3 moves');
  });
  test('gives way, tells how far it is, and ends when it is told to, with what it has', async () => {
    const told: number[] = [];
    const until = (end: number) => (done: number, total: number) => {
      expect(total).toBe(2);
      told.push(done);
      return Promise.resolve(done < end);
    };
    const ids = ['live-invalidation-terminates', 'live-stop-terminates'];
    expect((await decided(tiny, [], until(0))).open).toEqual(ids);
    expect(told).toEqual([0]);
    told.length = 0;
    const some = await decided(tiny, [], until(1.5));
    expect(some.open).toEqual(ids.slice(1));
    expect(some.tallies.map((t) => t.property.id)).toEqual(ids.slice(0, 1));
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.length).toBeGreaterThan(30);
  });
  test('recover: an ERROR that nothing ends', async () => {
    const bare = { Tdi: 1, Guest: 1, Page: 0, Slot: 0, KeySet: 1, Queue: 0, Secret: 0 };
    const preset: Preset = { ...tiny, sizes: bare, facets: ['core', 'force'] };
    const { ways } = await decided(preset, ['tdisp.stop.end', 'reset.conventional']);
    const dead = ways.find((w) => w.id === 'live-error-recoverable');
    expect(dead?.way.length).toBeGreaterThan(0);
    expect(dead?.why).toContain('for PF: it is out of ERROR');
  });
});
