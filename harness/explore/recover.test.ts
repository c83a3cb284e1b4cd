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
import { NEVER, nearest, surest } from './backward.ts';
import { decideLive } from './recover.ts';

/** A graph by the edges of each node; the last node is the goal. */
const graph = (...edges: readonly (readonly number[])[]) => ({
  nodes: edges.length,
  isGoal: (n: number) => n === edges.length - 1,
  edges: (n: number, to: (other: number) => void) => edges[n]?.forEach(to),
});

describe('passes back from a goal', () => {
  test('nearest: a shortest way', () => {
    expect([...nearest(graph([1, 2], [0], [3], [], []))].slice(0, 4)).toEqual([-1, -1, -1, -1]);
    expect([...nearest(graph([1, 2], [0, 3], [1], [4], []))]).toEqual([3, 2, 3, 1, 0]);
  });
  test('surest: every way, the longest counts; a ring that can be gone round for ever is none', () => {
    expect([...surest(graph([1, 2], [2, 3], [3], []))]).toEqual([3, 2, 1, 0]);
    expect([...surest(graph([1], [0, 2], []))]).toEqual([NEVER, NEVER, 0]);
    expect([...surest(graph([1, 1], [2, 2], []))]).toEqual([2, 1, 0]);
    expect([...surest(graph([], []))]).toEqual([NEVER, 0]);
  });
});

const presetOf = (id: string): Preset => PRESETS.find((p) => p.id === id) as Preset;
/** The rules with some in which no case does anything. */
const stuck = (rules: readonly Rule[], ids: readonly string[]): readonly Rule[] =>
  rules.map((r) =>
    ids.includes(r.id) ? { ...r, cases: r.cases.map((c) => ({ ...c, effects: [] })) } : r,
  );
function decided(preset: Preset, ids: readonly string[]) {
  const setup = setupOf(BASE, preset, LIVE);
  const attempts = attemptsUnder(setup, stuck(setup.rules, ids));
  const engine = setup.compiler.engine(attempts);
  const found = explore(engine, { plan: { first: [], lowBits: 5 } });
  const { tallies, deadEnds } = decideLive(setup, engine, attempts, found);
  const ways = deadEnds.map(({ property, state, length, why }) => {
    const way = found.wayTo(state).map((via) => attempts[attemptOf(via)]?.rule.id);
    expect(way).toHaveLength(length);
    return { id: property.id, way, why };
  });
  return { tallies, ways };
}

describe('on the whole graph', () => {
  const tiny = presetOf('tiny');
  test('the rules as they are have no dead end', () => {
    const { tallies, ways } = decided(tiny, []);
    expect(ways).toEqual([]);
    expect(tallies.map((t) => t.property.id)).toEqual([
      'live-invalidation-terminates',
      'live-stop-terminates',
    ]);
    expect(tallies[0]?.judged).toBeGreaterThan(10_000);
    expect(tallies[0]?.witnesses.every((w) => w.fired > 0)).toBe(true);
  });
  test('bounded: an invalidation that never completes', () => {
    const { ways } = decided(tiny, ['iommu.invalidate.end']);
    expect(ways.map((w) => w.id)).toEqual(['live-invalidation-terminates']);
    // The nearest state from which it fails is the first in which one runs.
    expect(ways[0]?.way.at(-1)).toBe('iommu.invalidate.begin');
    expect(ways[0]?.way.filter((id) => id === 'iommu.invalidate.begin')).toHaveLength(1);
    expect(ways[0]?.why).toContain('cannot bring about within 3 moves');
  });
  test('recover: an ERROR that nothing ends', () => {
    const bare = { Tdi: 1, Guest: 1, Page: 0, Slot: 0, KeySet: 1, Queue: 0, Secret: 0 };
    const preset: Preset = { ...tiny, sizes: bare, facets: ['core', 'force'] };
    const { ways } = decided(preset, ['tdisp.stop.end', 'reset.conventional']);
    const dead = ways.find((w) => w.id === 'live-error-recoverable');
    expect(dead?.way.length).toBeGreaterThan(0);
    expect(dead?.why).toContain('it is out of ERROR');
  });
});
