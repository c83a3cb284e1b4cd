/** What the words of words/peer.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { PEER } from '../words/peer.ts';
import type { World } from '../world.ts';
import { patch, patchOne, replace, row } from './parts.ts';

const NO_REQUEST: World['peerTlp'] = Object.freeze({
  kind: 'none',
  traffic: 'legacy',
  spoofs: null,
  page: null,
  run: null,
  tenant: null,
  data: null,
});
const NO_P2P: World['p2pTlp'] = Object.freeze({
  way: 'none',
  access: 'write',
  path: 'legacy',
  tdi: null,
  key: null,
  run: null,
  peerRun: null,
  tenant: null,
});

/** Whether the entry or the copy serves the half of the address space that its request asks for. */
const grants = (w: World, where: 'table' | 'iotlb'): boolean => {
  const { page, traffic } = w.peerTlp;
  return page !== null && row(w, 'peerDma', page)[where] === traffic;
};
const isWay = (w: World, way: World['p2pTlp']['way']): boolean => w.p2pTlp.way === way;
/** The TDI of the first device at one end of the request between the devices. */
const near = (w: World): World['tdi'][number] | undefined =>
  w.p2pTlp.tdi === null ? undefined : row(w, 'tdi', w.p2pTlp.tdi);
const isBound = (w: World, tdi: number): boolean =>
  row(w, 'p2pTdi', tdi).bound === row(w, 'tdi', tdi).run;
const isPeerBound = (w: World): boolean => w.p2p.bound === w.peer.run;
/** Both bound, and to one guest. */
function areOfOneGuest(w: World, tdi: number): boolean {
  const { boundTo } = row(w, 'tsm', tdi);
  return boundTo !== null && boundTo === w.peer.boundTo;
}

export const PEER_MEANING: ModelMeaning<typeof PEER, World> = {
  peerOpen: (w) => w.peer.open,
  openPeer: (w) => patchOne(w, 'peer', { open: true }),
  endPeer: (w) => patchOne(w, 'peer', { open: false, generation: w.peer.generation + 1 }),
  peerSecure: (w) => w.peer.secure,
  peerStreamTo: (w, _, state) => patchOne(w, 'peer', { secure: state === 'secure' }),
  peerIs: (w, _, ...states) => states.includes(w.peer.state),
  peerTo: (w, _, state) => patchOne(w, 'peer', { state }),
  lockPeer: (w, { flags }) => patchOne(w, 'peer', { lock: w.peer.lock + 1, flags }),
  runPeer: (w) => patchOne(w, 'peer', { run: w.peer.run + 1 }),
  scrubPeer: (w) => patchOne(w, 'peer', { holds: null }),
  peerEventIs: (_, { event }, ...events) => events.includes(event),
  crossIs: (_, { cross }, which) => cross === which,

  peerBound: (w) => w.peer.boundTo !== null,
  peerBoundTo: (w, { guest }) => w.peer.boundTo === guest,
  bindPeer: (w, { guest }) => patchOne(w, 'peer', { boundTo: guest }),
  releasePeer: (w) => patchOne(w, 'peer', { boundTo: null, teardown: false }),
  peerUnbinding: (w) => w.peer.teardown,
  beginPeerUnbind: (w) => patchOne(w, 'peer', { teardown: true }),
  peerLost: (w) => w.peer.lost,
  markPeerLost: (w) => patchOne(w, 'peer', { lost: true }),
  clearPeerLost: (w) => patchOne(w, 'peer', { lost: false }),
  peerEvidenceRead: (w) => w.peer.evidence === w.peer.lock,
  readPeerEvidence: (w, { whose }) =>
    patchOne(w, 'peer', { evidence: w.peer.lock, foreign: whose === 'other' }),
  peerAccepted: (w) => w.peer.accepted === w.peer.lock,
  acceptPeer: (w) => patchOne(w, 'peer', { accepted: w.peer.lock }),
  voidPeerConsent: (w) => patchOne(w, 'peer', { evidence: null, foreign: false, accepted: null }),
  peerDmaOpen: (w) => w.peer.dma,
  peerDmaTo: (w, _, how) => patchOne(w, 'peer', { dma: how === 'open' }),
  whoseIs: (_, { whose }, which) => whose === which,
  noteForeign: (w, { guest, tdi }) => ({
    ...w,
    shown: replace(w.shown, guest, replace(w.shown[guest] ?? [], tdi, { foreign: true })),
  }),

  peerMapped: (w, { page }) => row(w, 'peerDma', page).table !== 'none',
  peerPageClean: (w, { page }) => !row(w, 'peerDma', page).dirty,
  peerClean: (w) => w.peerDma.every((c) => !c.dirty),
  pageOfPeerGuest: (w, { page }) => {
    const { owner } = row(w, 'page', page);
    return owner !== null && owner === w.peer.boundTo;
  },
  peerMap: (w, { page, space }) => patch(w, 'peerDma', page, { table: space }),
  peerUnmap: (w, { page }) => patch(w, 'peerDma', page, { table: 'none', dirty: true }),
  peerFlush: (w) => ({
    ...w,
    peerDma: w.peerDma.map((c) => (c.dirty ? { ...c, iotlb: 'none' as const, dirty: false } : c)),
  }),

  peerSending: (w) => w.peerTlp.kind !== 'none',
  peerSend: (w, { page, access, traffic }) => {
    const secret =
      traffic === 'private' ? w.peer.boundTo : traffic === 'legacy' ? w.peer.holds : null;
    return patchOne(w, 'peerTlp', {
      kind: access,
      traffic,
      spoofs: null,
      page,
      run: traffic === 'legacy' ? null : w.peer.run,
      tenant: w.peer.boundTo,
      data: access === 'write' ? secret : null,
    });
  },
  peerSpoof: (w, { tdi, page, traffic }) =>
    patchOne(w, 'peerTlp', {
      kind: 'write',
      traffic,
      spoofs: tdi,
      page,
      run: traffic === 'legacy' ? null : w.peer.run,
      tenant: w.peer.boundTo,
      data: null,
    }),
  dropPeerTlp: (w) => ({ ...w, peerTlp: NO_REQUEST }),
  peerTlpIs: (w, _, kind) => w.peerTlp.kind === kind,
  peerTlpLegacy: (w) => w.peerTlp.traffic === 'legacy',
  peerTlpSpoofed: (w) => w.peerTlp.spoofs !== null,
  peerTlpOfRun: (w) => w.peerTlp.run === w.peer.run && w.peer.state === 'RUN',
  peerCopyGrants: (w) => grants(w, 'iotlb'),
  peerTableGrants: (w) => grants(w, 'table'),
  peerFillCopy: (w) => {
    const { page } = w.peerTlp;
    return page === null ? w : patch(w, 'peerDma', page, { iotlb: row(w, 'peerDma', page).table });
  },
  peerPageReachable: (w) => {
    const { page, traffic } = w.peerTlp;
    if (page === null) return false;
    const { owner, accepted } = row(w, 'page', page);
    return traffic === 'private'
      ? owner !== null && owner === w.peer.boundTo && accepted
      : owner === null;
  },
  peerWriteLands: (w) => {
    const { page, data } = w.peerTlp;
    return page === null ? w : patch(w, 'page', page, { data });
  },
  peerReads: (w) => {
    const { page, traffic } = w.peerTlp;
    if (page === null || traffic === 'shared') return w;
    const { data } = row(w, 'page', page);
    return data === null ? w : patchOne(w, 'peer', { holds: data });
  },

  peerFenced: ({ peer, fence }) => peer.boundTo !== null && fence[peer.boundTo]?.now !== 'none',
  fencePeerGuest: (w) =>
    w.peer.boundTo === null ? w : patch(w, 'fence', w.peer.boundTo, { now: 'error', byPeer: true }),
  liftPeerFence: (w) => {
    const { boundTo } = w.peer;
    return boundTo === null || row(w, 'fence', boundTo).now !== 'default'
      ? w
      : patch(w, 'fence', boundTo, { now: 'none' });
  },
  peerFenceCauseLeaves: (w) => ({
    ...w,
    fence: w.fence.map((f) => (f.byPeer ? { ...f, byPeer: false } : f)),
  }),

  p2pSetupIs: (w, _, setup) => w.p2p.setup === setup,
  p2pSetupAlready: (w, { registers }) => w.p2p.setup === registers,
  setP2p: (w, { registers }) => patchOne(w, 'p2p', { setup: registers }),
  endIs: (_, { at }, which) => at === which,
  p2pSecure: (w, _, end) =>
    end === 'first' ? w.p2p.first === w.session.generation : w.p2p.peer === w.peer.generation,
  p2pWhole: (w) => w.p2p.whole,
  keyP2pFirst: (w, { keys }) =>
    patchOne(w, 'p2p', {
      keys: w.p2p.keys + 1,
      whole: keys === 'all',
      first: w.session.generation,
    }),
  keyP2pPeer: (w) => patchOne(w, 'p2p', { peer: w.peer.generation }),
  dropP2p: (w, _, end) => patchOne(w, 'p2p', { [end]: null }),
  chooseP2p: (w, { tdi, flags }) => patch(w, 'p2pTdi', tdi, { wants: flags }),
  lockedForP2p: (w, { tdi }, flags) => row(w, 'p2pTdi', tdi).flags === flags,
  peerLockedForP2p: (w, _, flags) => w.peer.flags === flags,
  p2pBound: (w, { tdi }) => isBound(w, tdi),
  bindP2p: (w, { tdi }) =>
    patch(w, 'p2pTdi', tdi, { bound: row(w, 'tdi', tdi).run, draining: false }),
  unbindP2p: (w, { tdi }) => patch(w, 'p2pTdi', tdi, { bound: null, draining: false }),
  p2pDraining: (w, { tdi }) => row(w, 'p2pTdi', tdi).draining,
  drainP2p: (w, { tdi }) => patch(w, 'p2pTdi', tdi, { draining: true }),
  p2pPeerBound: (w) => isPeerBound(w),
  bindP2pPeer: (w) => patchOne(w, 'p2p', { bound: w.peer.run }),
  unbindP2pPeer: (w) => patchOne(w, 'p2p', { bound: null }),
  sameGuest: (w, { tdi }) => areOfOneGuest(w, tdi),
  p2pTranslated: (w, { tdi, way }) => {
    const { toPeer, fromPeer } = row(w, 'p2pTdi', tdi);
    return way === 'toPeer' ? toPeer === row(w, 'tdi', tdi).run : fromPeer === w.peer.run;
  },
  translateP2p: (w, { tdi, way }) =>
    patch(
      w,
      'p2pTdi',
      tdi,
      way === 'toPeer' ? { toPeer: row(w, 'tdi', tdi).run } : { fromPeer: w.peer.run },
    ),
  revokeP2p: (w, { tdi }) => patch(w, 'p2pTdi', tdi, { toPeer: null, fromPeer: null }),
  wayIs: (_, { way }, which) => way === which,
  pathIs: (_, { path }, which) => path === which,

  p2pSending: (w) => !isWay(w, 'none'),
  p2pDirect: (w) => !isWay(w, 'none') && w.p2pTlp.path === 'direct',
  peerDrained: (w) => w.peerTlp.kind === 'none' && !isWay(w, 'fromPeer'),
  p2pSend: (w, { tdi, way, access }, path) => {
    const toPeer = way === 'toPeer';
    const trusted = path !== 'legacy';
    return patchOne(w, 'p2pTlp', {
      way,
      access,
      path,
      tdi,
      key: path === 'direct' ? w.p2p.keys : null,
      run: trusted && toPeer ? row(w, 'tdi', tdi).run : null,
      peerRun: trusted && !toPeer ? w.peer.run : null,
      tenant: toPeer ? row(w, 'tsm', tdi).boundTo : w.peer.boundTo,
    });
  },
  dropP2pTlp: (w) => ({ ...w, p2pTlp: NO_P2P }),
  p2pTlpIs: (w, _, path) => w.p2pTlp.path === path,
  p2pTlpWay: (w, _, way) => isWay(w, way),
  p2pTlpReads: (w) => w.p2pTlp.access === 'read',
  p2pKeyCurrent: (w) => w.p2pTlp.key === w.p2p.keys,
  p2pSenderSecure: (w) => (isWay(w, 'toPeer') ? w.stream.secure : w.peer.secure),
  p2pSenderRuns: (w) =>
    isWay(w, 'toPeer')
      ? near(w)?.state === 'RUN' && near(w)?.run === w.p2pTlp.run
      : w.peer.state === 'RUN' && w.peer.run === w.p2pTlp.peerRun,
  p2pAllowed: (w) => {
    const { tdi } = w.p2pTlp;
    if (tdi === null || !areOfOneGuest(w, tdi)) return false;
    return isWay(w, 'toPeer') ? row(w, 'tsm', tdi).dma : w.peer.dma;
  },
  p2pReceiverIs: (w, _, state) =>
    isWay(w, 'toPeer') ? w.peer.state === state : near(w)?.state === state,
  p2pReceiverDecodes: (w) => isWay(w, 'toPeer') || (w.device.present && near(w)?.mse === true),
  p2pReceiverBound: (w) => {
    const { tdi } = w.p2pTlp;
    return isWay(w, 'toPeer') ? isPeerBound(w) : tdi !== null && isBound(w, tdi);
  },
  p2pWrites: (w) => {
    const { tdi, tenant } = w.p2pTlp;
    if (isWay(w, 'toPeer')) return patchOne(w, 'peer', { holds: tenant });
    return tdi === null ? w : patch(w, 'tdi', tdi, { holds: tenant });
  },
  p2pReads: (w) => {
    const { tdi } = w.p2pTlp;
    if (tdi === null) return w;
    const held = isWay(w, 'toPeer') ? w.peer.holds : row(w, 'tdi', tdi).holds;
    if (held === null) return w;
    return isWay(w, 'toPeer')
      ? patch(w, 'tdi', tdi, { holds: held })
      : patchOne(w, 'peer', { holds: held });
  },

  vmPlain: (w, { guest }) => row(w, 'plain', guest).now,
  makePlain: (w, { guest }) => patch(w, 'plain', guest, { now: true }),
  makeConfidential: (w, { guest }) => patch(w, 'plain', guest, { now: false }),
  vmHasFn: (w, { guest }) => w.fn.some((f) => f.opener === guest),
};
