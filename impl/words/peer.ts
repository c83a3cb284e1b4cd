/** Packed meaning of the words about a second device, and about peer-to-peer between the two. */
import type { PEER } from '../../model/words/peer.ts';
import { all, any, type Bool, type Ix, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

/** For the page that the second device's request is about; false where there is none. */
const ofItsPage = (s: S, holds: (page: Ix<'Page'>) => Bool): Bool =>
  s.some('Page', (page) => s.peerTlp().page.is(page).and(holds(page)));
const onItsPage = (s: S, change: (s: S, page: Ix<'Page'>) => S): S =>
  s.each('Page', (t, page) => t.when(t.peerTlp().page.is(page), (u) => change(u, page)));
/** For the TDI of the first device at one end of the request between the devices. */
const ofItsTdi = (s: S, holds: (tdi: Ix<'Tdi'>) => Bool): Bool =>
  s.some('Tdi', (tdi) => s.p2pTlp().tdi.is(tdi).and(holds(tdi)));
const onItsTdi = (s: S, change: (s: S, tdi: Ix<'Tdi'>) => S): S =>
  s.each('Tdi', (t, tdi) => t.when(t.p2pTlp().tdi.is(tdi), (u) => change(u, tdi)));
/** For the guest that the second device is bound to, if any. */
const forItsGuest = (s: S, change: (s: S, guest: Ix<'Guest'>) => S): S =>
  s.each('Guest', (t, guest) => t.when(t.peer().boundTo.is(guest), (u) => change(u, guest)));
const goesToPeer = (s: S): Bool => s.p2pTlp().way.is('toPeer');
/** One thing of a request to the second device, another of every other. */
const byWay = (s: S, toPeer: Bool, otherwise: Bool): Bool =>
  any([goesToPeer(s).and(toPeer), goesToPeer(s).not.and(otherwise)]);
const oneGuest = (s: S, tdi: Ix<'Tdi'>): Bool => {
  const { boundTo } = s.tsm(tdi);
  return boundTo.isNone.not.and(boundTo.same(s.peer().boundTo));
};
/** An entry serves the half that the request asks for. */
const grants = (s: S, where: 'table' | 'iotlb'): Bool =>
  ofItsPage(s, (page) =>
    any(
      (['shared', 'private'] as const).map((half) =>
        s.peerTlp().traffic.is(half).and(s.peerDma(page)[where].is(half)),
      ),
    ),
  );

export const peerWords: PackedMeaning<typeof PEER> = {
  peerOpen: (s) => s.peer().open,
  openPeer: (s) => s.peer().set({ open: true }),
  endPeer: (s) => s.advance('peer', 'generation').peer().set({ open: false }),
  peerSecure: (s) => s.peer().secure,
  peerStreamTo: (s, _, state) => s.peer().set({ secure: state === 'secure' }),
  peerIs: (s, _, ...states) => s.peer().state.isIn(...states),
  peerTo: (s, _, state) => s.peer().set({ state }),
  lockPeer: (s, { flags }) => s.advance('peer', 'lock').peer().set({ flags }),
  runPeer: (s) => s.advance('peer', 'run'),
  scrubPeer: (s) => s.peer().set({ holds: null }),
  peerEventIs: (_, { event }, ...listed) => known(listed.includes(event)),
  crossIs: (_, { cross }, which) => known(cross === which),

  peerBound: (s) => s.peer().boundTo.isNone.not,
  peerBoundTo: (s, { guest }) => s.peer().boundTo.is(guest),
  bindPeer: (s, { guest }) => s.peer().set({ boundTo: guest }),
  releasePeer: (s) => s.peer().set({ boundTo: null, teardown: false }),
  peerUnbinding: (s) => s.peer().teardown,
  beginPeerUnbind: (s) => s.peer().set({ teardown: true }),
  peerLost: (s) => s.peer().lost,
  markPeerLost: (s) => s.peer().set({ lost: true }),
  clearPeerLost: (s) => s.peer().set({ lost: false }),
  peerEvidenceRead: (s) => s.peer().evidence.isCurrent,
  readPeerEvidence: (s, { whose }) =>
    s.peer().set({ evidence: 'current', foreign: whose === 'other' }),
  peerAccepted: (s) => s.peer().accepted.isCurrent,
  acceptPeer: (s) => s.peer().set({ accepted: 'current' }),
  voidPeerConsent: (s) => s.peer().set({ evidence: 'none', foreign: false, accepted: 'none' }),
  peerDmaOpen: (s) => s.peer().dma,
  peerDmaTo: (s, _, how) => s.peer().set({ dma: how === 'open' }),
  whoseIs: (_, { whose }, which) => known(whose === which),
  noteForeign: (s, { guest, tdi }) => s.shown(guest, tdi).set({ foreign: true }),

  peerMapped: (s, { page }) => s.peerDma(page).table.isIn('shared', 'private'),
  peerPageClean: (s, { page }) => s.peerDma(page).dirty.not,
  peerClean: (s) => s.every('Page', (page) => s.peerDma(page).dirty.not),
  pageOfPeerGuest: (s, { page }) => {
    const { boundTo } = s.peer();
    return boundTo.isNone.not.and(boundTo.same(s.page(page).owner));
  },
  peerMap: (s, { page, space }) => s.peerDma(page).set({ table: space }),
  peerUnmap: (s, { page }) => s.peerDma(page).set({ table: 'none', dirty: true }),
  peerFlush: (s) =>
    s.each('Page', (t, page) =>
      t.when(t.peerDma(page).dirty, (u) => u.peerDma(page).set({ iotlb: 'none', dirty: false })),
    ),

  peerSending: (s) => s.peerTlp().kind.isIn('write', 'read'),
  peerSend: (s, { page, access, traffic }) => {
    const { boundTo, holds } = s.peer();
    const isRead = access === 'read';
    const secret = { legacy: holds, shared: null, private: boundTo }[traffic];
    return s.peerTlp().set({
      kind: access,
      traffic,
      spoofs: null,
      page,
      run: traffic === 'legacy' ? 'none' : 'current',
      tenant: boundTo,
      data: isRead ? null : secret,
    });
  },
  peerSpoof: (s, { tdi, page, traffic }) =>
    s.peerTlp().set({
      kind: 'write',
      traffic,
      spoofs: tdi,
      page,
      run: traffic === 'legacy' ? 'none' : 'current',
      tenant: s.peer().boundTo,
      data: null,
    }),
  dropPeerTlp: (s) => s.peerTlp().clear(),
  peerTlpIs: (s, _, kind) => s.peerTlp().kind.is(kind),
  peerTlpLegacy: (s) => s.peerTlp().traffic.is('legacy'),
  peerTlpSpoofed: (s) => s.peerTlp().spoofs.isNone.not,
  peerTlpOfRun: (s) => s.peer().state.is('RUN').and(s.peerTlp().run.isCurrent),
  peerCopyGrants: (s) => grants(s, 'iotlb'),
  peerTableGrants: (s) => grants(s, 'table'),
  peerFillCopy: (s) =>
    onItsPage(s, (t, page) => t.peerDma(page).set({ iotlb: t.peerDma(page).table })),
  peerPageReachable: (s) =>
    ofItsPage(s, (page) => {
      const { owner, accepted } = s.page(page);
      const isPrivate = s.peerTlp().traffic.is('private');
      const own = all([owner.isNone.not, owner.same(s.peer().boundTo), accepted]);
      return any([isPrivate.and(own), isPrivate.not.and(owner.isNone)]);
    }),
  peerWriteLands: (s) => onItsPage(s, (t, page) => t.page(page).set({ data: t.peerTlp().data })),
  peerReads: (s) =>
    s.when(s.peerTlp().traffic.is('shared').not, (t) =>
      onItsPage(t, (u, page) =>
        u.when(u.page(page).data.isNone.not, (v) => v.peer().set({ holds: v.page(page).data })),
      ),
    ),

  peerFenced: (s) =>
    s.some('Guest', (guest) =>
      s.peer().boundTo.is(guest).and(s.fence(guest).now.isIn('default', 'error')),
    ),
  fencePeerGuest: (s) =>
    forItsGuest(s, (t, guest) => t.fence(guest).set({ now: 'error', byPeer: true })),
  liftPeerFence: (s) =>
    forItsGuest(s, (t, guest) =>
      t.when(t.fence(guest).now.is('default'), (u) => u.fence(guest).set({ now: 'none' })),
    ),
  peerFenceCauseLeaves: (s) => s.each('Guest', (t, guest) => t.fence(guest).set({ byPeer: false })),

  p2pSetupIs: (s, _, setup) => s.p2p().setup.is(setup),
  p2pSetupAlready: (s, { registers }) => s.p2p().setup.is(registers),
  setP2p: (s, { registers }) => s.p2p().set({ setup: registers }),
  endIs: (_, { at }, which) => known(at === which),
  p2pSecure: (s, _, end) => s.p2p()[end].isCurrent,
  p2pWhole: (s) => s.p2p().whole,
  keyP2pFirst: (s, { keys }) =>
    s
      .advance('p2p', 'keys')
      .p2p()
      .set({ whole: keys === 'all', first: 'current' }),
  keyP2pPeer: (s) => s.p2p().set({ peer: 'current' }),
  dropP2p: (s, _, end) => s.p2p().set({ [end]: 'none' }),
  chooseP2p: (s, { tdi, flags }) => s.p2pTdi(tdi).set({ wants: flags }),
  lockedForP2p: (s, { tdi }, flags) => s.p2pTdi(tdi).flags.is(flags),
  peerLockedForP2p: (s, _, flags) => s.peer().flags.is(flags),
  p2pBound: (s, { tdi }) => s.p2pTdi(tdi).bound.isCurrent,
  bindP2p: (s, { tdi }) => s.p2pTdi(tdi).set({ bound: 'current', draining: false }),
  unbindP2p: (s, { tdi }) => s.p2pTdi(tdi).set({ bound: 'none', draining: false }),
  p2pDraining: (s, { tdi }) => s.p2pTdi(tdi).draining,
  drainP2p: (s, { tdi }) => s.p2pTdi(tdi).set({ draining: true }),
  p2pPeerBound: (s) => s.p2p().bound.isCurrent,
  bindP2pPeer: (s) => s.p2p().set({ bound: 'current' }),
  unbindP2pPeer: (s) => s.p2p().set({ bound: 'none' }),
  sameGuest: (s, { tdi }) => oneGuest(s, tdi),
  p2pTranslated: (s, { tdi, way }) => s.p2pTdi(tdi)[way].isCurrent,
  translateP2p: (s, { tdi, way }) => s.p2pTdi(tdi).set({ [way]: 'current' }),
  revokeP2p: (s, { tdi }) => s.p2pTdi(tdi).set({ toPeer: 'none', fromPeer: 'none' }),
  wayIs: (_, { way }, which) => known(way === which),
  pathIs: (_, { path }, which) => known(path === which),

  p2pSending: (s) => s.p2pTlp().way.is('none').not,
  p2pDirect: (s) => all([s.p2pTlp().way.is('none').not, s.p2pTlp().path.is('direct')]),
  peerDrained: (s) => all([s.peerTlp().kind.is('none'), s.p2pTlp().way.is('fromPeer').not]),
  p2pSend: (s, { tdi, way, access }, path) => {
    const isT1 = path !== 'legacy';
    return s.p2pTlp().set({
      way,
      access,
      path,
      tdi,
      key: path === 'direct' ? 'current' : 'none',
      run: isT1 && way === 'toPeer' ? 'current' : 'none',
      peerRun: isT1 && way === 'fromPeer' ? 'current' : 'none',
      tenant: way === 'toPeer' ? s.tsm(tdi).boundTo : s.peer().boundTo,
    });
  },
  dropP2pTlp: (s) => s.p2pTlp().clear(),
  p2pTlpIs: (s, _, path) => s.p2pTlp().path.is(path),
  p2pTlpWay: (s, _, way) => s.p2pTlp().way.is(way),
  p2pTlpReads: (s) => s.p2pTlp().access.is('read'),
  p2pKeyCurrent: (s) => s.p2pTlp().key.isCurrent,
  p2pSenderSecure: (s) => byWay(s, s.stream().secure, s.peer().secure),
  p2pSenderRuns: (s) =>
    byWay(
      s,
      ofItsTdi(s, (tdi) => s.tdi(tdi).state.is('RUN').and(s.p2pTlp().run.isCurrent)),
      s.peer().state.is('RUN').and(s.p2pTlp().peerRun.isCurrent),
    ),
  p2pAllowed: (s) =>
    ofItsTdi(s, (tdi) => oneGuest(s, tdi).and(byWay(s, s.tsm(tdi).dma, s.peer().dma))),
  p2pReceiverIs: (s, _, state) =>
    byWay(
      s,
      s.peer().state.is(state),
      ofItsTdi(s, (tdi) => s.tdi(tdi).state.is(state)),
    ),
  p2pReceiverDecodes: (s) =>
    any([goesToPeer(s), s.device().present.and(ofItsTdi(s, (tdi) => s.tdi(tdi).mse))]),
  p2pReceiverBound: (s) =>
    byWay(
      s,
      s.p2p().bound.isCurrent,
      ofItsTdi(s, (tdi) => s.p2pTdi(tdi).bound.isCurrent),
    ),
  p2pWrites: (s) =>
    s.when(
      goesToPeer(s),
      (t) => t.peer().set({ holds: t.p2pTlp().tenant }),
      (t) => onItsTdi(t, (u, tdi) => u.tdi(tdi).set({ holds: u.p2pTlp().tenant })),
    ),
  p2pReads: (s) =>
    onItsTdi(s, (t, tdi) =>
      t.when(
        goesToPeer(t),
        (u) => u.when(u.peer().holds.isNone.not, (v) => v.tdi(tdi).set({ holds: v.peer().holds })),
        (u) =>
          u.when(u.tdi(tdi).holds.isNone.not, (v) => v.peer().set({ holds: v.tdi(tdi).holds })),
      ),
    ),

  vmPlain: (s, { guest }) => s.plain(guest).now,
  makePlain: (s, { guest }) => s.plain(guest).set({ now: true }),
  makeConfidential: (s, { guest }) => s.plain(guest).set({ now: false }),
  vmHasFn: (s, { guest }) => s.some('Tdi', (tdi) => s.fn(tdi).opener.is(guest)),
};
