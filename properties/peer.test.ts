/**
 * Goal: the properties of a second device notice mistakes in rules, not only worlds made by hand. Method: for each,
 * one mistake that a TSM or a device could make; one step made by hand on the changed rules must violate that
 * property, and on the right rules none. Every witness is seen in the scenarios or in generated sequences.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS as HOSTILE } from '../examples/peer/hostile-host.scenario.ts';
import { SCENARIOS as P2P } from '../examples/peer/peer-to-peer.scenario.ts';
import { SCENARIOS as PLAIN_VM } from '../examples/peer/plain-vm.scenario.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { Judge } from '../harness/judge.ts';
import {
  type Args,
  type Change,
  doing,
  forgetting,
  violatedBy,
  without,
} from '../harness/mistakes.fixture.ts';
import { setupOf } from '../harness/setup.ts';
import { runsOf, setupsOf } from '../harness/stored-runs.fixture.ts';
import { makeStoredRuns } from '../harness/stored-runs.ts';
import { engineSubject } from '../harness/subject.ts';
import type { Backend, EffectNode } from '../model/author.ts';
import { LITERALS } from '../model/sorts.ts';
import { AMD_SEV_TIO } from '../model/vendors/amd-sev-tio.ts';
import { BASE } from '../model/vendors/base.ts';
import { W } from '../model/words/index.ts';
import { boot, PRESETS, type Preset, type World } from '../model/world.ts';
import {
  P2P_BOUND,
  P2P_WRITING,
  PEER_RUNNING,
  PEER_UP,
  PEER_WRITING,
  PLAIN,
} from './peer.fixture.ts';
import { PEER } from './peer.ts';
import { isLive } from './property.ts';
import { SEV_TIO } from './sev-tio.ts';
import { edit, landed } from './worlds.fixture.ts';

const full = PRESETS.find((p) => p.id === 'full') as Preset;

/** The property that must notice, the rule and the mistake in it, and the attempt that shows it. */
type Mistake = readonly [property: string, rule: string, change: Change, args: Args, from: World];
const vf1 = { tdi: 1 };
const g1 = { guest: 0 };
const peer = (w: World, change: object): World => edit(w, { peer: change });

const LOCKED = peer(PEER_RUNNING, { state: 'CONFIG_LOCKED', accepted: null, evidence: null });
const UNBINDING = edit(peer(PEER_RUNNING, { teardown: true, evidence: null, accepted: null }), {
  peer: { dma: false },
  'peerDma.0': { table: 'none', iotlb: 'private', dirty: true },
});
const FREE = edit(P2P_BOUND, { 'p2pTdi.1': { bound: null }, p2p: { bound: null } });
const binds = (unfit: object): World => edit(FREE, unfit as Parameters<typeof edit>[1]);
const bindMistake = (name: string, unfit: object): Mistake => [
  'p2p-bind-preconditions',
  'p2p.bind',
  without(name),
  vf1,
  binds(unfit),
];

const FENCED = { now: 'error', byPeer: true };
/** Where SEV-TIO has rules or checks of its own. */
const TIO_MISTAKES: readonly Mistake[] = [
  [
    'plain-vm-owns-nothing',
    'tsm.tio-tdi-bind',
    without('a plain VM'),
    { tdi: 2, guest: 1, id: 'hosted', lock: 'asRequired' },
    edit(PLAIN, {
      tio: { context: 'connected' },
      'tioTdi.2': { context: 'created' },
      relay: { stage: 'idle' },
    }),
  ],
  [
    'plain-vm-owns-nothing',
    'tsm.tio-peer-bind',
    without('a plain VM'),
    { guest: 1, flags: 'plain', lock: 'asRequired' },
    edit(PLAIN, { peer: { open: true, secure: true } }),
  ],
  [
    'peer-bind-needs-secure-link',
    'tsm.tio-peer-bind',
    without('its stream is not Secure'),
    { guest: 0, flags: 'plain', lock: 'asRequired' },
    peer(PEER_UP, { secure: false }),
  ],
  [
    'peer-dma-opened-in-run',
    'peer.enable-dma',
    without('not accepted'),
    g1,
    peer(PEER_RUNNING, { dma: false, accepted: null }),
  ],
  [
    'peer-reaches-own-guest-only',
    'peer.deliver',
    without('fails the RMP check after translation'),
    {},
    edit(PEER_WRITING, { 'page.0': { owner: 1 }, 'peerDma.0': { iotlb: 'private' } }),
  ],
  [
    'fence-spans-devices',
    'peer.deliver',
    forgetting('fails the RMP check after translation', 'fencePeerGuest'),
    {},
    edit(PEER_WRITING, { 'page.0': { owner: 1 } }),
  ],
  [
    'fence-spans-devices',
    'peer.deliver',
    without('the guest is fenced'),
    {},
    edit(PEER_WRITING, { 'fence.0': { now: 'error', by: 1 } }),
  ],
  [
    'fence-names-a-bound-tdi',
    'peer.unbind.end',
    forgetting('stopped', 'peerFenceCauseLeaves'),
    {},
    edit(UNBINDING, { 'fence.0': FENCED }),
  ],
  [
    'fence-clear-needs-unbind',
    'tsm.tio-asid-fence-clear',
    without('the TDI that faulted is bound'),
    g1,
    edit(PEER_RUNNING, { 'fence.0': FENCED }),
  ],
];
/** What befalls one device and, in a rule that is wrong, the other as well: the effect, the rule, the attempt. */
const SPREADS: readonly (readonly [spreads: EffectNode, rule: string, args: Args])[] = [
  ...LITERALS.PeerEvent.map((event) => [W.insecure, 'peer.event', { event }] as const),
  ...(
    [
      ['spdm.session.end', { how: 'heartbeatExpiry' }],
      ['fabric.inject', {}],
      ['reset.conventional', {}],
      ['device.remove', {}],
      ['firmware.update', { svn: 'svn2' }],
    ] as const
  ).map(([rule, args]) => [W.peerStreamTo('insecure'), rule, args] as const),
];

const MISTAKES: readonly Mistake[] = [
  [
    'peer-legal-transitions',
    'peer.start',
    without('not locked'),
    {},
    peer(PEER_RUNNING, { state: 'ERROR' }),
  ],
  ['peer-run-needs-consent', 'peer.start', without('the guest has not accepted'), {}, LOCKED],
  [
    'peer-accept-needs-own-evidence',
    'peer.accept',
    without('it has read none of this episode'),
    g1,
    LOCKED,
  ],
  [
    'peer-bind-needs-secure-link',
    'peer.bind',
    without('its stream is not Secure'),
    { ...g1, flags: 'plain' },
    peer(PEER_UP, { secure: false }),
  ],
  [
    'peer-bind-needs-secure-link',
    'peer.bind',
    without('bound already'),
    { guest: 1, flags: 'plain' },
    PEER_RUNNING,
  ],
  [
    'peer-session-carries-lock',
    'peer.event',
    forgetting('session ended', 'peerIs'),
    { event: 'sessionEnd' },
    PEER_RUNNING,
  ],
  [
    'peer-stream-carries-lock',
    'peer.event',
    forgetting('stream lost', 'peerIs'),
    { event: 'streamLoss' },
    PEER_RUNNING,
  ],
  [
    'peer-unlocked-is-clean',
    'peer.event',
    forgetting('reset as a whole, or pulled', 'scrubPeer'),
    { event: 'conventionalReset' },
    peer(PEER_RUNNING, { holds: 0 }),
  ],
  [
    'peer-holds-own-guest',
    'peer.deliver',
    without('not the page that the entry stands for'),
    {},
    edit(PEER_WRITING, { peerTlp: { kind: 'read', data: null }, 'page.0': { owner: 1, data: 1 } }),
  ],
  [
    'peer-lost-not-rebound',
    'peer.bind',
    without('unbound without a STOP, and not stopped since'),
    { ...g1, flags: 'plain' },
    peer(PEER_UP, { lost: true }),
  ],
  [
    'peer-t1-only-in-run',
    'peer.issue',
    without('T=1 from a TDI that is not in RUN'),
    { page: 0, access: 'write', traffic: 'private' },
    LOCKED,
  ],
  [
    'peer-reaches-own-guest-only',
    'peer.deliver',
    without('trusted entry blocked'),
    {},
    peer(PEER_WRITING, { dma: false }),
  ],
  [
    'peer-reaches-own-guest-only',
    'peer.deliver',
    without('T=0 to a private page'),
    {},
    edit(PEER_WRITING, { peerTlp: { traffic: 'legacy' } }),
  ],
  [
    'peer-dma-opened-in-run',
    'peer.enable-dma',
    without('not in RUN'),
    g1,
    peer(PEER_RUNNING, { state: 'CONFIG_LOCKED', dma: false }),
  ],
  [
    'ide-rid-association-enforced',
    'peer.deliver',
    without('a requester ID outside the association'),
    {},
    edit(PEER_WRITING, { peerTlp: { spoofs: 1 } }),
  ],
  ['ide-misroute-not-fatal', 'peer.wrong-stream', doing(undefined, W.insecure), {}, PEER_RUNNING],
  [
    'peer-no-stale-iotlb',
    'peer.map',
    without('mapped before', 'a private page in the shared half'),
    { page: 0, space: 'shared' },
    edit(PEER_RUNNING, { 'peerDma.0': { iotlb: 'private' } }),
  ],
  [
    'peer-page-keeps-owner',
    'page.take',
    without('a table entry is left'),
    { page: 0 },
    edit(PEER_RUNNING, { 'dma.1.0': { table: 'none' } }),
  ],
  [
    'peer-page-keeps-owner',
    'page.take',
    without('an IOTLB copy may be left'),
    { page: 0 },
    edit(UNBINDING, { 'dma.1.0': { table: 'none' } }),
  ],
  [
    'peer-handed-over-flushed',
    'peer.unbind.end',
    without('an IOTLB copy may be left'),
    {},
    UNBINDING,
  ],
  [
    'peer-handed-over-drained',
    'peer.unbind.end',
    without('a request is in flight'),
    {},
    edit(UNBINDING, {
      'peerDma.0': { iotlb: 'none', dirty: false },
      p2pTlp: { way: 'fromPeer', path: 'up', tdi: 1, tenant: 0 },
    }),
  ],
  [
    'peer-apart',
    'relay.cross',
    doing('the second device ends its session', W.insecure),
    { cross: 'requestToPeer' },
    edit(PEER_RUNNING, { relay: { stage: 'request', request: 'report', tdi: 1, session: 1 } }),
  ],
  [
    'peer-invalidation-scope',
    'peer.invalidate',
    forgetting('completed', 'peerFlush'),
    {},
    UNBINDING,
  ],
  [
    'spdm-no-cross-device',
    'relay.cross',
    (r) => ({
      ...r,
      cases: [{ name: 'obeyed', outcome: { is: 'accepted' }, guards: [], effects: [] }],
    }),
    { cross: 'requestToPeer' },
    PEER_UP,
  ],
  [
    'spdm-identity-consistent',
    'peer.evidence',
    without('not what the TSM has the digests of'),
    { ...g1, whose: 'other' },
    LOCKED,
  ],
  [
    'spdm-identity-consistent',
    'guest.foreign-evidence',
    without('the TSM has the digests of what the first device sent'),
    { guest: 0, tdi: 1 },
    PEER_UP,
  ],
  bindMistake('not in RUN', { 'tdi.1': { state: 'CONFIG_LOCKED' } }),
  bindMistake('LOCK without BIND_P2P', { 'p2pTdi.1': { flags: 'plain' } }),
  bindMistake('ATS is off', { 'p2pTdi.1': { flags: 'withoutAts' } }),
  bindMistake('not keyed over this session', { p2p: { first: 0 } }),
  bindMistake('keys missing in a sub-stream', { p2p: { whole: false } }),
  bindMistake('the default stream', { p2p: { setup: 'isDefault' } }),
  bindMistake('its ID is not unique', { p2p: { setup: 'notUnique' } }),
  bindMistake('its associations overlap', { p2p: { setup: 'overlapping' } }),
  bindMistake('something is on the stream', { p2pTlp: P2P_WRITING.p2pTlp }),
  [
    'p2p-stream-loss-error',
    'p2p.lose',
    forgetting('first end lost', 'tdiTo'),
    { at: 'first' },
    P2P_BOUND,
  ],
  [
    'p2p-stream-loss-error',
    'p2p.lose',
    forgetting('second end lost', 'peerTo'),
    { at: 'peer' },
    P2P_BOUND,
  ],
  [
    'p2p-unbind-drains',
    'p2p.unbind.end',
    without('something is on the stream'),
    vf1,
    edit(P2P_WRITING, { 'p2pTdi.1': { draining: true } }),
  ],
  [
    'p2p-default-otherwise',
    'p2p.send',
    without('on the stream of the first device'),
    { tdi: 1, way: 'toPeer', access: 'write', path: 'translated' },
    P2P_BOUND,
  ],
  [
    'p2p-same-guest',
    'p2p.deliver',
    without('not of one guest, or the trusted entry is blocked'),
    {},
    edit(P2P_WRITING, {
      p2pTlp: { path: 'up' },
      peer: { boundTo: 1 },
      'p2pTdi.1': { toPeer: null, fromPeer: null },
    }),
  ],
  [
    'p2p-translation-one-guest',
    'p2p.translate',
    without('not TDIs of one guest'),
    { tdi: 1, way: 'toPeer' },
    edit(FREE, { 'tsm.1': { boundTo: 1 }, 'p2pTdi.1': { toPeer: null, fromPeer: null } }),
  ],
  [
    'p2p-t1-only-from-run',
    'p2p.send',
    without('T=1 from a TDI of the first device that is not in RUN'),
    { tdi: 1, way: 'toPeer', access: 'write', path: 'untranslated' },
    edit(P2P_BOUND, { 'tdi.1': { state: 'ERROR' } }),
  ],
  [
    'p2p-tee-mmio-needs-run',
    'p2p.deliver',
    without('the receiver is not in RUN'),
    {},
    peer(P2P_WRITING, { state: 'ERROR' }),
  ],
  [
    'p2p-tee-mmio-needs-run',
    'p2p.deliver',
    without('T=0 to a TDI that is not unlocked'),
    {},
    edit(P2P_WRITING, { p2pTlp: { path: 'legacy' } }),
  ],
  [
    'plain-vm-owns-nothing',
    'tsm.bind',
    without('a plain VM'),
    { tdi: 2, guest: 1, id: 'hosted' },
    PLAIN,
  ],
  [
    'plain-vm-owns-nothing',
    'page.give',
    without('a plain VM has no private page'),
    { page: 2, guest: 1 },
    PLAIN,
  ],
  [
    'tlp-legacy-vm-unlocked',
    'dma.issue',
    without('T=0 from a TDI that is not unlocked'),
    { tdi: 2, page: 1, access: 'write', traffic: 'legacy' },
    edit(landed(PLAIN), { 'tdi.2': { state: 'RUN', bme: true } }),
  ],
  [
    'plain-vm-shared-memory-only',
    'fabric.deliver',
    without('T=0 to a private page'),
    { slot: 0 },
    edit(PLAIN, { 'page.1': { owner: 0 } }),
  ],
];

/** A world made on fewer members, with members at power-on for the others. */
function grown(w: World): World {
  const rows = (small: unknown, large: unknown): unknown =>
    Array.isArray(large)
      ? large.map((r, i) => rows((small as unknown[])?.[i], r))
      : (small ?? large);
  const power = boot(full);
  const groups = Object.entries(power).map(([g, large]) => [
    g,
    g === 'readings' ? large : rows(w[g as keyof World], large),
  ]);
  return Object.fromEntries(groups) as World;
}
/** The properties that a step on these rules violates. */
const violated = (
  [, id, , args, from]: Mistake,
  change: Change,
  backend: Backend = BASE,
): readonly string[] =>
  violatedBy([...PEER, ...SEV_TIO], backend, full, [id, args, grown(from)], change);

describe('a mistake in the rules of two devices', () => {
  it.each(MISTAKES)('%s notices one in %s', (...mistake) => {
    const [property, , change] = mistake;
    expect(violated(mistake, (r) => r)).toEqual([]);
    expect(violated(mistake, change)).toContain(property);
  });
  it.each(SPREADS)(
    '%j: peer-apart notices that %s %j harms the other device',
    (effect, rule, args) => {
      const mistake: Mistake = ['peer-apart', rule, doing(undefined, effect), args, PEER_RUNNING];
      expect(violated(mistake, (r) => r)).toEqual([]);
      expect(violated(mistake, mistake[2])).toContain('peer-apart');
    },
  );
  it.each(TIO_MISTAKES)('of SEV-TIO: %s notices one in %s', (...mistake) => {
    const [property, , change] = mistake;
    expect(violated(mistake, (r) => r, AMD_SEV_TIO)).toEqual([]);
    expect(violated(mistake, change, AMD_SEV_TIO)).toContain(property);
  });
  it('is known for every property that can be violated by a step', () => {
    const named = new Set(MISTAKES.map(([property]) => property));
    const safety = PEER.filter((p) => p.kind !== 'reach' && !isLive(p)).map((p) => p.id);
    expect(safety.filter((id) => !named.has(id))).toEqual([]);
  });
});

describe('the properties of two devices', () => {
  it('have all their witnesses in scenarios, stored runs and some sequences, and none is violated', async () => {
    const setup = setupOf(BASE, full, PEER);
    const subject = engineSubject(setup);
    const judge = new Judge(setup, subject);
    const index = new Map(
      setup.attempts.map(({ rule, args }, n) => [`${rule.id} ${JSON.stringify(args)}`, n]),
    );
    const told = [...P2P, ...HOSTILE, ...PLAIN_VM].map(({ steps }) =>
      steps.flatMap(({ attempt: a }) =>
        a === undefined ? [] : [index.get(`${a.rule.id} ${JSON.stringify(a.args)}`) as number],
      ),
    );
    const generated = fc.sample(new SequenceArbitrary(setup), { seed: 8, numRuns: 150 });
    for (const steps of [...told, ...generated.map((s) => s.steps)]) {
      subject.reset();
      for (const n of steps) judge.step(n, subject.attempt(n), (p) => expect.fail(p.id));
    }
    const own = runsOf('base').filter(({ trace }) => trace.preset === 'full');
    const { hasSeen } = await makeStoredRuns('engine', setupsOf(BASE, 'full'), own);
    const unseen = judge.tallies.flatMap(({ property, witnesses }) =>
      witnesses
        .filter((w) => w.fired === 0 && !hasSeen(property.id, w.name))
        .map((w) => `${property.id} / ${w.name}`),
    );
    expect(unseen).toEqual([]);
  });
});
