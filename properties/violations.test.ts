/**
 * Goal: no property that cannot fail. Method: for every property steps made by hand that violate
 * it, next to base worlds that a correct model reaches and that violate nothing.
 */
import { describe, expect, it } from 'vitest';
import { AP_WORLDS } from './ap.fixture.ts';
import { judged } from './guarded.fixture.ts';
import { ASSIGNED, LAUNCHING } from './host.fixture.ts';
import { PROPERTIES } from './index.ts';
import { IN_USE } from './os-violations.fixture.ts';
import { PEER_WORLDS } from './peer.fixture.ts';
import { isLive, type Safety } from './property.ts';
import { CONNECTED, FENCED, SERVING } from './sev-tio.fixture.ts';
import { TDX_WORLDS } from './tdx.fixture.ts';
import { BOUND, VIOLATIONS } from './violations.fixture.ts';
import {
  BOTH,
  COMPLETING,
  FAILED,
  LEGACY,
  LOCKED,
  OFF,
  READING,
  RUNNING,
  refuse,
  UNBINDING,
  UP,
  WRITING,
} from './worlds.fixture.ts';

const BASES = {
  OFF,
  UP,
  LOCKED,
  BOUND,
  RUNNING,
  FAILED,
  BOTH,
  WRITING,
  READING,
  COMPLETING,
  LEGACY,
  UNBINDING,
  IN_USE,
  ...AP_WORLDS,
  ...TDX_WORLDS,
  CONNECTED,
  SERVING,
  FENCED,
  ASSIGNED,
  LAUNCHING,
  ...PEER_WORLDS,
};
const safety = PROPERTIES.filter(
  (p): p is Exclude<Safety, { kind: 'reach' }> => p.kind !== 'reach' && !isLive(p),
);

describe('the base worlds', () => {
  it.each(Object.entries(BASES))('%s violates nothing', (_, world) => {
    const idle = refuse('idle', {}, world);
    for (const p of PROPERTIES) expect([p.id, judged(p, idle)]).toEqual([p.id, true]);
  });
});

describe('every property fails where it must', () => {
  it('has steps for every property and for no other', () => {
    expect(Object.keys(VIOLATIONS).toSorted()).toEqual(safety.map((p) => p.id).toSorted());
  });
  it.each(safety.map((p) => [p.id, p] as const))('%s', (id, p) => {
    for (const [i, step] of (VIOLATIONS[id] ?? []).entries()) {
      expect([i, judged(p, step)]).toEqual([i, false]);
      const why = p.why?.(step) ?? '';
      expect(why, `why of ${id}, step ${i}`).toMatch(/\S \S+ \S/);
      expect(why).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});
