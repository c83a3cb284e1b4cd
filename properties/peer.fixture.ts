/**
 * For tests: worlds with a second device, and for every property of properties/peer.ts steps that violate it.
 */
import type { World } from '../model/world.ts';
import type { Step } from './property.ts';
import { accept, drop, edit, LEGACY, landed, RUNNING } from './worlds.fixture.ts';

const vf1 = { tdi: 1 };
const device = (change: object): { peer: object } => ({ peer: change });

/** The second device has a session and a Secure stream of its own. */
export const PEER_UP = edit(RUNNING, device({ open: true, secure: true, generation: 1 }));
/** It is bound to G1 and in CONFIG_LOCKED; nobody has read anything. */
const PEER_LOCKED = edit(
  PEER_UP,
  device({ state: 'CONFIG_LOCKED', boundTo: 0, lock: 1, flags: 'bindP2p' }),
);
/** Both devices run for G1, which has accepted both; the second may reach P1. */
export const PEER_RUNNING = edit(PEER_LOCKED, {
  ...device({ state: 'RUN', run: 1, evidence: 1, accepted: 1, dma: true }),
  'peerDma.0': { table: 'private' },
});
/** The stream between the devices is keyed at both ends and bound to VF1 and to the second device. */
export const P2P_BOUND = edit(PEER_RUNNING, {
  p2p: { keys: 1, whole: true, first: 1, peer: 1, bound: 1 },
  'p2pTdi.1': { flags: 'bindP2p', bound: 1, toPeer: 1, fromPeer: 1 },
});
const direct = {
  way: 'toPeer',
  access: 'write',
  path: 'direct',
  tdi: 1,
  key: 1,
  run: 1,
  tenant: 0,
};
/** A direct write of VF1 to the second device is in flight. */
export const P2P_WRITING = edit(P2P_BOUND, { p2pTlp: direct });
/** A private write of the second device to P1 is in flight. */
export const PEER_WRITING = edit(PEER_RUNNING, {
  peerTlp: { kind: 'write', traffic: 'private', page: 0, run: 1, tenant: 0, data: 0 },
});
const none = { peerTlp: { kind: 'none', traffic: 'legacy', page: null, run: null, tenant: null } };
const PEER_LANDED = edit(PEER_WRITING, none);
const noP2p = { p2pTlp: { way: 'none', path: 'legacy', tdi: null, key: null, run: null } };
/** G2 is a plain VM and has VF2 open, which has sent a T=0 write to shared P2. */
export const PLAIN = edit(LEGACY, { 'plain.1': { now: true }, 'fn.2': { opener: 1 } });
export const PEER_WORLDS = {
  PEER_UP,
  PEER_RUNNING,
  P2P_BOUND,
  P2P_WRITING,
  PEER_WRITING,
  PLAIN,
};

const to = (w: World, change: object): World => edit(w, device(change));
/** The write of the second device lands as if nobody had looked. */
const lands = (before: World): Step => accept('peer.deliver', {}, before, edit(before, none));
const fallen = edit(P2P_BOUND, { 'tdi.1': { state: 'ERROR' }, peer: { state: 'ERROR' } });
const arrives = (before: World): Step => accept('p2p.deliver', {}, before, edit(before, noP2p));
const sends = (before: World, request: object, args: object = {}): Step =>
  accept(
    'p2p.send',
    { tdi: 1, way: 'toPeer', access: 'write', path: 'translated', ...args },
    before,
    edit(before, { p2pTlp: { ...direct, ...request } }),
  );
const UNBINDING = to(PEER_RUNNING, {
  teardown: true,
  dma: false,
  evidence: null,
  accepted: null,
});
const CLEARED = edit(UNBINDING, { 'peerDma.0': { table: 'none' } });
const released = { boundTo: null, teardown: false, state: 'CONFIG_UNLOCKED' };
/** VF1 is G2's, the second device G1's. */
const APART = edit(P2P_BOUND, { 'tsm.1': { boundTo: 1 } });
const UNBOUND = edit(P2P_BOUND, { 'p2pTdi.1': { bound: null }, p2p: { bound: null } });
const bindsAgain = { 'p2pTdi.1': { bound: 1 } };

/** For every property about a second device, steps that violate it. */
export const PEER_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'peer-legal-transitions': [
    accept('peer.start', {}, PEER_UP, to(PEER_UP, { state: 'RUN' })),
    accept('peer.bind', {}, PEER_RUNNING, PEER_LOCKED),
    accept('peer.event', { event: 'error' }, PEER_UP, to(PEER_UP, { state: 'ERROR' })),
    accept('peer.start', {}, to(PEER_LOCKED, { state: 'ERROR' }), PEER_RUNNING),
  ],
  'peer-run-needs-consent': [
    accept('peer.start', {}, PEER_LOCKED, PEER_RUNNING),
    accept('peer.start', {}, to(PEER_LOCKED, { accepted: 0, evidence: 1 }), PEER_RUNNING),
  ],
  'peer-accept-needs-own-evidence': [
    accept('peer.accept', { guest: 0 }, PEER_LOCKED, to(PEER_LOCKED, { accepted: 1 })),
    accept(
      'peer.accept',
      { guest: 0 },
      to(PEER_LOCKED, { evidence: 0 }),
      to(PEER_LOCKED, { evidence: 0, accepted: 1 }),
    ),
  ],
  'peer-bind-needs-secure-link': [
    accept('peer.bind', {}, to(PEER_UP, { secure: false }), PEER_LOCKED),
    accept('peer.bind', {}, to(PEER_UP, { open: false }), PEER_LOCKED),
    accept('peer.bind', {}, to(PEER_UP, { lost: true }), PEER_LOCKED),
    accept('peer.bind', {}, PEER_LOCKED, to(PEER_LOCKED, { boundTo: 1 })),
  ],
  'peer-session-carries-lock': [
    accept('peer.event', { event: 'sessionEnd' }, PEER_RUNNING, to(PEER_RUNNING, { open: false })),
  ],
  'peer-stream-carries-lock': [
    accept(
      'peer.event',
      { event: 'streamLoss' },
      PEER_RUNNING,
      to(PEER_RUNNING, { secure: false }),
    ),
  ],
  'peer-unlocked-is-clean': [
    accept(
      'peer.unbind.end',
      {},
      to(CLEARED, { holds: 0 }),
      to(CLEARED, { ...released, holds: 0 }),
    ),
  ],
  'peer-holds-own-guest': [
    accept('peer.deliver', {}, PEER_RUNNING, to(PEER_RUNNING, { holds: 1 })),
    accept('peer.unbind.end', {}, CLEARED, to(CLEARED, { ...released, state: 'ERROR', holds: 0 })),
  ],
  'peer-lost-not-rebound': [
    accept(
      'peer.bind',
      {},
      to(PEER_UP, { lost: true }),
      to(PEER_UP, { lost: true, boundTo: 1, state: 'CONFIG_LOCKED' }),
    ),
    accept(
      'peer.stop',
      {},
      to(PEER_UP, { lost: true, state: 'ERROR', holds: 0 }),
      to(PEER_UP, { state: 'CONFIG_UNLOCKED', holds: 0 }),
    ),
  ],
  'peer-t1-only-in-run': [
    accept(
      'peer.issue',
      { page: 0, access: 'write', traffic: 'private' },
      PEER_LOCKED,
      edit(PEER_LOCKED, { peerTlp: { kind: 'write', traffic: 'private', page: 0 } }),
    ),
    accept(
      'peer.issue',
      { page: 1, access: 'write', traffic: 'legacy' },
      PEER_RUNNING,
      edit(PEER_RUNNING, { peerTlp: { kind: 'write', traffic: 'legacy', page: 1 } }),
    ),
  ],
  'peer-reaches-own-guest-only': [
    lands(edit(PEER_WRITING, { 'page.0': { owner: 1 } })),
    lands(edit(PEER_WRITING, { 'page.0': { accepted: false } })),
    lands(to(PEER_WRITING, { dma: false })),
    lands(to(PEER_WRITING, { secure: false })),
    lands(edit(PEER_WRITING, { peerTlp: { traffic: 'legacy' } })),
    lands(edit(PEER_WRITING, { peerTlp: { tenant: 1 } })),
  ],
  'peer-dma-opened-in-run': [
    accept('peer.enable-dma', { guest: 0 }, PEER_LOCKED, to(PEER_LOCKED, { dma: true })),
    accept(
      'peer.enable-dma',
      { guest: 0 },
      to(PEER_RUNNING, { dma: false, accepted: null }),
      PEER_RUNNING,
    ),
  ],
  'ide-rid-association-enforced': [
    lands(edit(PEER_WRITING, { peerTlp: { spoofs: 1 } })),
    drop(
      'peer.deliver',
      {},
      edit(PEER_WRITING, { peerTlp: { spoofs: 1 } }),
      edit(PEER_LANDED, { stream: { secure: false } }),
    ),
  ],
  'ide-misroute-not-fatal': [
    accept('peer.wrong-stream', {}, PEER_RUNNING, PEER_RUNNING),
    drop('peer.wrong-stream', {}, PEER_RUNNING, edit(PEER_RUNNING, { stream: { secure: false } })),
    drop('peer.wrong-stream', {}, PEER_RUNNING, to(PEER_RUNNING, { secure: false })),
    drop(
      'peer.wrong-stream',
      {},
      PEER_RUNNING,
      edit(PEER_RUNNING, { 'tdi.1': { state: 'ERROR' } }),
    ),
  ],
  'peer-no-stale-iotlb': [
    accept(
      'peer.unmap',
      { page: 0 },
      PEER_RUNNING,
      edit(PEER_RUNNING, { 'peerDma.0': { table: 'none', iotlb: 'private' } }),
    ),
  ],
  'peer-page-keeps-owner': [
    accept(
      'page.take',
      { page: 0 },
      PEER_RUNNING,
      edit(PEER_RUNNING, { 'page.0': { owner: null } }),
    ),
    accept(
      'page.take',
      { page: 0 },
      edit(PEER_RUNNING, { 'peerDma.0': { table: 'none', iotlb: 'private', dirty: true } }),
      edit(PEER_RUNNING, { 'page.0': { owner: 1 } }),
    ),
  ],
  'peer-handed-over-flushed': [
    accept('peer.unbind.end', {}, UNBINDING, to(UNBINDING, released)),
    accept(
      'peer.unbind.end',
      {},
      CLEARED,
      edit(to(CLEARED, released), { 'peerDma.0': { iotlb: 'private', dirty: true } }),
    ),
  ],
  'peer-handed-over-drained': [
    accept(
      'peer.unbind.end',
      {},
      CLEARED,
      edit(to(CLEARED, released), { peerTlp: { kind: 'write', traffic: 'private', page: 0 } }),
    ),
    accept('peer.unbind.end', {}, CLEARED, to(CLEARED, { ...released, dma: true })),
    accept('peer.unbind.end', {}, CLEARED, to(CLEARED, { ...released, accepted: 1 })),
  ],
  'fence-spans-devices': [
    lands(edit(PEER_WRITING, { 'fence.0': { now: 'error', by: 1 } })),
    lands(edit(PEER_WRITING, { 'fence.0': { now: 'default' } })),
    {
      ...drop('peer.deliver', {}, PEER_WRITING, PEER_LANDED),
      outcome: { is: 'dropped', code: 'RMP_VIOLATION' },
    },
  ],
  'peer-apart': [
    accept(
      'peer.event',
      { event: 'removal' },
      PEER_RUNNING,
      edit(PEER_RUNNING, { stream: { secure: false } }),
    ),
    accept('device.remove', {}, PEER_RUNNING, to(PEER_RUNNING, { open: false, state: 'ERROR' })),
    accept('peer.event', { event: 'error' }, P2P_BOUND, fallen),
    accept(
      'peer.event',
      { event: 'sessionEnd' },
      PEER_UP,
      edit(to(PEER_UP, { open: false }), { session: { phase: 'none' } }),
    ),
  ],
  'peer-invalidation-scope': [
    accept(
      'peer.invalidate',
      {},
      edit(PEER_RUNNING, { 'dma.1.0': { iotlb: 'private' } }),
      PEER_RUNNING,
    ),
    accept(
      'iommu.invalidate.end',
      vf1,
      edit(PEER_RUNNING, { 'peerDma.0': { iotlb: 'private' } }),
      PEER_RUNNING,
    ),
    accept(
      'peer.invalidate',
      {},
      edit(PEER_RUNNING, { 'peerDma.0': { iotlb: 'private', table: 'none', dirty: true } }),
      edit(PEER_RUNNING, { 'peerDma.0': { iotlb: 'private', table: 'none' } }),
    ),
  ],
  'spdm-no-cross-device': [
    drop(
      'relay.cross',
      { cross: 'requestToPeer' },
      PEER_UP,
      to(PEER_UP, { state: 'CONFIG_LOCKED' }),
    ),
    drop(
      'relay.cross',
      { cross: 'answerOfPeer' },
      edit(PEER_UP, { 'tsm.1': { nonce: null } }),
      PEER_UP,
    ),
    drop(
      'relay.cross',
      { cross: 'answerOfPeer' },
      PEER_UP,
      edit(PEER_UP, { 'tsm.1': { cached: 'ERROR' } }),
    ),
    accept('relay.cross', { cross: 'peerRequestHere' }, PEER_UP, PEER_UP),
  ],
  'spdm-identity-consistent': [
    accept(
      'peer.evidence',
      { guest: 0, whose: 'other' },
      PEER_LOCKED,
      to(PEER_LOCKED, { evidence: 1, foreign: true }),
    ),
    accept(
      'guest.foreign-evidence',
      { guest: 0, tdi: 1 },
      PEER_UP,
      edit(PEER_UP, { 'shown.0.1': { foreign: true } }),
    ),
  ],
  'p2p-bind-preconditions': [
    ...[
      { 'tdi.1': { state: 'CONFIG_LOCKED' } },
      { 'p2pTdi.1': { flags: 'plain' } },
      { 'p2pTdi.1': { flags: 'withoutAts' } },
      { p2p: { first: 0 } },
      { p2p: { whole: false } },
      { p2p: { setup: 'overlapping' } },
      { p2pTlp: direct },
    ].map((unfit) => {
      const before = edit(UNBOUND, unfit);
      return accept('p2p.bind', vf1, before, edit(before, bindsAgain));
    }),
    accept(
      'p2p.bind-peer',
      {},
      to(UNBOUND, { flags: 'plain' }),
      edit(UNBOUND, { p2p: { bound: 1 } }),
    ),
  ],
  'p2p-stream-loss-error': [
    accept('p2p.lose', { at: 'first' }, P2P_BOUND, edit(P2P_BOUND, { p2p: { first: null } })),
    accept('p2p.lose', { at: 'peer' }, P2P_BOUND, edit(P2P_BOUND, { p2p: { peer: null } })),
  ],
  'p2p-unbind-drains': [
    accept('p2p.unbind.end', vf1, P2P_WRITING, edit(P2P_WRITING, { 'p2pTdi.1': { bound: null } })),
    accept('p2p.unbind-peer', {}, P2P_WRITING, edit(P2P_WRITING, { p2p: { bound: null } })),
    sends(UNBOUND, {}),
    sends(edit(P2P_BOUND, { 'p2pTdi.1': { draining: true } }), {}),
    sends(UNBOUND, { way: 'fromPeer' }, { way: 'fromPeer' }),
  ],
  'p2p-default-otherwise': [
    sends(P2P_BOUND, { path: 'direct' }, { path: 'untranslated' }),
    sends(UNBOUND, { path: 'direct' }),
    sends(P2P_BOUND, { path: 'up' }),
  ],
  'p2p-same-guest': [
    arrives(edit(P2P_WRITING, device({ boundTo: 1 }))),
    arrives(edit(P2P_WRITING, { p2pTlp: { tenant: null } })),
    arrives(edit(P2P_WRITING, { p2pTlp: { way: 'fromPeer' }, 'tsm.1': { boundTo: 1 } })),
  ],
  'p2p-translation-one-guest': [
    accept('p2p.translate', { tdi: 1, way: 'toPeer' }, APART, APART),
    accept('peer.unbind.end', {}, P2P_BOUND, to(P2P_BOUND, { boundTo: null })),
  ],
  'p2p-t1-only-from-run': [
    sends(edit(P2P_BOUND, { 'tdi.1': { state: 'ERROR' } }), {}),
    sends(P2P_BOUND, { path: 'legacy' }, { path: 'legacy' }),
    sends(to(P2P_BOUND, { state: 'ERROR' }), { way: 'fromPeer', path: 'up' }, { way: 'fromPeer' }),
  ],
  'p2p-tee-mmio-needs-run': [
    arrives(edit(P2P_WRITING, { p2pTlp: { path: 'legacy' } })),
    arrives(to(P2P_WRITING, { state: 'CONFIG_LOCKED' })),
    arrives(edit(to(P2P_WRITING, { state: 'ERROR' }), { p2pTlp: { path: 'up' } })),
    arrives(edit(P2P_WRITING, { p2p: { bound: null } })),
  ],
  'plain-vm-owns-nothing': [
    accept('page.give', { page: 1, guest: 1 }, PLAIN, edit(PLAIN, { 'page.1': { owner: 1 } })),
    accept('tsm.bind', { tdi: 2, guest: 1 }, PLAIN, edit(PLAIN, { 'tsm.2': { boundTo: 1 } })),
    accept('peer.bind', { guest: 1 }, PLAIN, to(PLAIN, { boundTo: 1 })),
    accept('mmio.map', { tdi: 2, guest: 1 }, PLAIN, edit(PLAIN, { 'mmio.2': { guest: 1 } })),
  ],
  'tlp-legacy-vm-unlocked': [
    accept(
      'dma.issue',
      { tdi: 2, page: 1, access: 'write', traffic: 'legacy' },
      edit(landed(PLAIN), { 'tdi.2': { state: 'RUN' } }),
      edit(PLAIN, { 'tdi.2': { state: 'RUN' } }),
    ),
    accept(
      'fabric.deliver',
      { slot: 0 },
      edit(PLAIN, { 'tdi.2': { state: 'CONFIG_LOCKED' } }),
      edit(landed(PLAIN), { 'tdi.2': { state: 'CONFIG_LOCKED' } }),
    ),
  ],
  'plain-vm-shared-memory-only': [
    accept(
      'fabric.deliver',
      { slot: 0 },
      edit(PLAIN, { 'page.1': { owner: 0 } }),
      edit(landed(PLAIN), { 'page.1': { owner: 0 } }),
    ),
  ],
};
