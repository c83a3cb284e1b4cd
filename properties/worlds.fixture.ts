/**
 * For tests: worlds made by hand, independent of the model's meaning. Every base world is one that
 * a correct model reaches; the tests break them on purpose.
 */
import { boot, PRESETS, type Preset, type World } from '../model/world.ts';
import type { Step, Verdict } from './property.ts';

/** The preset with every facet. */
export const SMALL = PRESETS.find((p) => p.id === 'small') as Preset;

type Patch = Readonly<Record<string, object>>;
const put = (rows: unknown, path: readonly string[], fields: object): unknown => {
  const [first, ...rest] = path;
  if (first === undefined) return { ...(rows as object), ...fields };
  return (rows as readonly unknown[]).map((r, i) =>
    i === Number(first) ? put(r, rest, fields) : r,
  );
};
/**
 * The world with some fields changed: `{ 'tdi.1': { state: 'RUN' }, stream: { secure: false } }`.
 */
export function edit(w: World, patch: Patch): World {
  let world = w;
  for (const [path, fields] of Object.entries(patch)) {
    const [group, ...indices] = path.split('.') as [keyof World & string, ...string[]];
    world = { ...world, [group]: put(world[group], indices, fields) };
  }
  return world;
}

const verdict = (is: Verdict['is'], code: string): Verdict => ({ is, code });
type Args = Step['args'];
/** An accepted attempt. */
export const accept = (rule: string, args: Args, before: World, after: World): Step => ({
  before,
  rule,
  args,
  outcome: verdict('accepted', ''),
  after,
});
/** A refused attempt; without `after` it changed nothing. */
export const refuse = (rule: string, args: Args, before: World, after = before): Step => ({
  before,
  rule,
  args,
  outcome: verdict('refused', 'REFUSED'),
  after,
});
/** A dropped attempt; without `after` it changed nothing. */
export const drop = (rule: string, args: Args, before: World, after = before): Step => ({
  before,
  rule,
  args,
  outcome: verdict('dropped', 'DROPPED'),
  after,
});

/** At power-on. */
export const OFF = boot(SMALL);
const KEYS = { PR: true, NPR: true, CPL: true, go: true, session: 1, generation: 1 };
/** Connected, the stream Secure under K0; nothing bound. */
export const UP = edit(OFF, {
  session: { phase: 'established', generation: 1 },
  link: { session: 1 },
  stream: { enabled: true, secure: true, sending: 0 },
  'keySet.0': KEYS,
});
/** VF1 is bound to G1 and in CONFIG_LOCKED; P1 is G1’s. */
export const LOCKED = edit(UP, {
  'tdi.1': { state: 'CONFIG_LOCKED', lock: 1, nonce: 1, session: 1, bme: true, mse: true },
  'tsm.1': { boundTo: 0, lockSession: 1, cached: 'CONFIG_LOCKED', nonce: 1 },
  'page.0': { owner: 0, accepted: true, ownership: 1 },
});
/**
 * G1 has accepted VF1, which is in RUN; DMA is open and P1 mapped; the MMIO range is mapped and
 * accepted.
 */
export const RUNNING = edit(LOCKED, {
  'tdi.1': { state: 'RUN', nonce: null, run: 1 },
  'tsm.1': { cached: 'RUN', report: 1, accepted: true, dma: true },
  'guest.0.1': { evidence: 1, accepted: 1 },
  'mmio.1': { guest: 0, place: 'home', accepted: true },
  'dma.1.0': { table: 'private' },
});
/** The same TDI in ERROR. */
export const FAILED = edit(RUNNING, { 'tdi.1': { state: 'ERROR' } });
/** VF2 is in RUN for G2 as well. */
export const BOTH = edit(RUNNING, {
  'tdi.2': { state: 'RUN', lock: 1, session: 1, run: 1, bme: true, mse: true },
  'tsm.2': { boundTo: 1, lockSession: 1, cached: 'RUN', nonce: 1, report: 1, accepted: true },
  'guest.1.2': { evidence: 1, accepted: 1 },
});
const TLP = {
  traffic: 'private',
  tdi: 1,
  page: 0,
  keySet: 0,
  key: 1,
  run: 1,
  ownership: 1,
  tenant: 0,
};
/** A private write of VF1 is in flight. */
export const WRITING = edit(RUNNING, { 'tlp.0': { ...TLP, kind: 'write' } });
/** A private read of VF1 is in flight. */
export const READING = edit(RUNNING, { 'tlp.0': { ...TLP, kind: 'read' } });
/** A completion for VF1 is in flight. */
export const COMPLETING = edit(RUNNING, { 'tlp.0': { ...TLP, kind: 'completion' } });
const NO_TLP = { kind: 'none', traffic: 'legacy', tdi: null, page: null, keySet: null };
/** The world with the oldest slot free: its TLP has left. */
export const landed = (w: World): World =>
  edit(w, {
    'tlp.0': { ...NO_TLP, key: null, run: null, ownership: null, tenant: null, data: null },
  });
/** A T=0 write of unlocked VF2 to shared P2 is in flight. */
export const LEGACY = edit(RUNNING, {
  'tlp.0': { kind: 'write', traffic: 'legacy', tdi: 2, page: 1, ownership: 0 },
});
/** The TSM has sent a request about a TDI. */
export const asking = (w: World, request: string, tdi: number, more: object = {}): World =>
  edit(w, { relay: { stage: 'request', request, tdi, session: w.session.generation, ...more } });
/** The device has answered. */
export const answering = (w: World, request: string, tdi: number, more: object = {}): World =>
  asking(w, request, tdi, { stage: 'response', ok: true, ...more });
/** An unbind of VF1 has begun. */
export const UNBINDING = edit(RUNNING, {
  'tsm.1': { teardown: 'blocked', dma: false, accepted: false },
  'dma.1.0': { table: 'none', flush: 'needed' },
});
