/** Words about a second device, and about peer-to-peer between the two (tdisp-semantics 5.4). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals, TdiState } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;
const guest = { guest: 'Guest' } as const;
const page = { page: 'Page' } as const;
const toward = { tdi: 'Tdi', way: 'P2pWay' } as const;

export const PEER = {
  // session, stream, TDI
  peerOpen: guard({}, 'the second device has a session with the TSM', 'peer-apart'),
  openPeer: effect({}, 'the second device has a session with the TSM', 'peer-apart'),
  endPeer: effect(
    {},
    'the second device has no session; what refers to the one before is stale',
    'peer-apart',
  ),
  peerSecure: guard({}, 'the stream of the second device is Secure', 'peer-apart'),
  peerStreamTo: effectOf<['secure' | 'insecure']>()(
    {},
    'the stream of the second device is {0}',
    'peer-apart',
  ),
  peerIs: guardOf<[...TdiState[]]>()({}, 'the TDI of the second device is in one of {0}…'),
  peerTo: effectOf<[TdiState]>()({}, 'the TDI of the second device is in {0}', 'tdisp-states'),
  lockPeer: effect(
    { flags: 'P2pLock' },
    'a lock episode of the second device begins, with the flags that LOCK carries; what refers to earlier ones is stale',
    'p2p-lock',
  ),
  runPeer: effect(
    {},
    'a RUN episode of the second device begins; what refers to earlier ones is stale',
    'tdisp-run-episode',
  ),
  scrubPeer: effect({}, 'the TDI of the second device holds nobody’s data', 'tdisp-stop'),
  peerEventIs: guardOf<[...Literals['PeerEvent'][number][]]>()(
    { event: 'PeerEvent' },
    'the event is one of {0}…',
  ),
  crossIs: guardOf<[Literals['Cross'][number]]>()({ cross: 'Cross' }, 'the host does this: {0}'),

  // what the TSM has decided
  peerBound: guard({}, 'the TDI of the second device is bound to some guest'),
  peerBoundTo: guard(guest, 'the TDI of the second device is bound to {guest}', 'tsm-one-guest'),
  bindPeer: effect(guest, 'the TDI of the second device is bound to {guest}', 'verb-bind'),
  releasePeer: effect(
    {},
    'the TDI of the second device is bound to nobody, and no unbind of it is under way',
    'verb-unbind',
  ),
  peerUnbinding: guard({}, 'an unbind of the second device has begun and not ended', 'verb-unbind'),
  beginPeerUnbind: effect({}, 'an unbind of the second device has begun', 'verb-unbind'),
  peerLost: guard({}, 'the second device was unbound without a STOP', 'tsm-force'),
  markPeerLost: effect({}, 'the second device was unbound without a STOP', 'tsm-force'),
  clearPeerLost: effect(
    {},
    'the second device is not marked as unbound without a STOP',
    'tsm-force',
  ),
  peerEvidenceRead: guard(
    {},
    'the guest of the second device has read evidence of its lock episode',
    'lock-session',
  ),
  readPeerEvidence: effect(
    { whose: 'Whose' },
    'the guest of the second device has read evidence for its lock episode, which, as a ghost, is its own or the other device’s',
    'peer-identity',
  ),
  peerAccepted: guard(
    {},
    'the guest of the second device has accepted its lock episode',
    'guest-accept',
  ),
  acceptPeer: effect(
    {},
    'the guest of the second device has accepted its lock episode',
    'guest-accept',
  ),
  voidPeerConsent: effect(
    {},
    'nobody has read evidence of the second device, nor accepted it',
    'lock-session',
  ),
  peerDmaOpen: guard({}, 'the trusted DMA entry of the second device is open', 'private-dma'),
  peerDmaTo: effectOf<['open' | 'blocked']>()(
    {},
    'the trusted DMA entry of the second device is {0}',
    'private-dma',
  ),
  whoseIs: guardOf<[Literals['Whose'][number]]>()(
    { whose: 'Whose' },
    'the evidence shown is that of this device or of the other: {0}',
  ),
  noteForeign: effect(
    { guest: 'Guest', tdi: 'Tdi' },
    'as a ghost: what {guest} goes by for {tdi} is evidence of the second device',
    'peer-identity',
  ),

  // pages
  peerMapped: guard(page, 'the table maps {page} for the second device'),
  peerPageClean: guard(
    page,
    'the TSM knows that no IOTLB copy of {page} is left behind for the second device',
    'iommu-invalidate',
  ),
  peerClean: guard(
    {},
    'the TSM knows that no IOTLB copy of any page is left behind for the second device',
    'iommu-invalidate',
  ),
  pageOfPeerGuest: guard(
    page,
    '{page} is private to the guest that the second device is bound to',
    'private-dma',
  ),
  peerMap: effect(
    { page: 'Page', space: 'Space' },
    'the table maps {page} for the second device in the {space} half',
    'iommu-table',
  ),
  peerUnmap: effect(
    page,
    'the table does not map {page} for the second device; a copy may be left',
    'iommu-invalidate',
  ),
  peerFlush: effect(
    {},
    'the IOTLB holds no copy for the second device of pages of which one may have been left, and the TSM knows it',
    'iommu-invalidate',
  ),

  // a request of the second device
  peerSending: guard({}, 'a request of the second device is in flight'),
  peerSend: effect(
    { page: 'Page', access: 'Access', traffic: 'Traffic' },
    'the second device has sent a request about {page}, T=1 in its present RUN episode, T=0 in none; it carries, as ghosts, the guest that the device is bound to and whose secret it carries (private write: that guest; legacy write: whatever the TDI holds; otherwise none)',
    'tlp-record',
  ),
  peerSpoof: effect(
    { tdi: 'Tdi', page: 'Page', traffic: 'Traffic' },
    'the second device has sent a write to {page} with the requester ID of {tdi}; it carries no secret',
    'peer-requester',
  ),
  dropPeerTlp: effect({}, 'no request of the second device is in flight', 'tlp-record'),
  peerTlpIs: guardOf<['write' | 'read']>()({}, 'the request of the second device is a {0}'),
  peerTlpLegacy: guard({}, 'the request of the second device is T=0'),
  peerTlpSpoofed: guard(
    {},
    'the request of the second device carries a requester ID of the first',
    'peer-requester',
  ),
  peerTlpOfRun: guard(
    {},
    'the request of the second device is of the RUN episode that its TDI is in',
    'tdisp-run-episode',
  ),
  peerCopyGrants: guard(
    {},
    'an IOTLB copy grants the second device the page in the half that its request asks for',
    'iommu-table',
  ),
  peerTableGrants: guard(
    {},
    'the table grants the second device the page in the half that its request asks for',
    'iommu-table',
  ),
  peerFillCopy: effect(
    {},
    'the IOTLB holds a copy of the entry for the page of that request',
    'iommu-fill',
  ),
  peerPageReachable: guard(
    {},
    'the page is what the request of the second device takes it for: for private traffic private to the guest that the device is bound to and accepted; otherwise shared',
    'private-dma',
  ),
  peerWriteLands: effect(
    {},
    'the page holds the secret that the request of the second device carries, or none',
    'tlp-record',
  ),
  peerReads: effect(
    {},
    'the TDI of the second device holds the secret of the page that its request is about, if there is one and the request is not to the shared half',
    'tlp-record',
  ),

  // the fence of SEV-TIO
  peerFenced: guard(
    {},
    'the second device is bound to a guest whose address space is fenced, after an error or by default',
    'tio-fence',
  ),
  fencePeerGuest: effect(
    {},
    'the address space of the guest that the second device is bound to, if any, is fenced after an error, and that device is what caused it',
    'tio-fence',
  ),
  liftPeerFence: effect(
    {},
    'the address space of the guest that the second device is bound to, if any, is not fenced by default; a fence after an error stays',
    'tio-fence-default',
  ),
  peerFenceCauseLeaves: effect(
    {},
    'of no fence does anybody remember that the second device caused it',
    'tio-fence-clear',
  ),

  // the stream between the two
  p2pSetupIs: guardOf<[Literals['P2pSetup'][number]]>()(
    {},
    'the registers of the stream between the devices are set up so: {0}',
    'p2p-bind',
  ),
  p2pSetupAlready: guard(
    { registers: 'P2pSetup' },
    'the registers of the stream between the devices are set up as they are to be',
  ),
  setP2p: effect(
    { registers: 'P2pSetup' },
    'the registers of the stream between the devices are set up so: {registers}',
  ),
  endIs: guardOf<[Literals['P2pEnd'][number]]>()({ at: 'P2pEnd' }, 'it is about the end at: {0}'),
  p2pSecure: guardOf<[Literals['P2pEnd'][number]]>()(
    {},
    'the end of the stream between the devices at {0} is keyed over a session that lives',
    'p2p-bind',
  ),
  p2pWhole: guard({}, 'all sub-streams of the stream between the devices have keys', 'p2p-bind'),
  keyP2pFirst: effect(
    { keys: 'P2pKeys' },
    'new keys of the stream between the devices are programmed at the first device over its session, for these sub-streams: {keys}; those before are stale',
    'p2p-bind',
  ),
  keyP2pPeer: effect(
    {},
    'the keys of the stream between the devices are programmed at the second device over its session',
    'p2p-bind',
  ),
  dropP2p: effectOf<[Literals['P2pEnd'][number]]>()(
    {},
    'the end of the stream between the devices at {0} has no keys',
    'p2p-loss',
  ),
  chooseP2p: effect(
    { tdi: 'Tdi', flags: 'P2pLock' },
    'the next LOCK of {tdi} carries {flags} for peer-to-peer',
    'p2p-lock',
  ),
  lockedForP2p: guardOf<[Literals['P2pLock'][number]]>()(
    tdi,
    'the last LOCK of {tdi} carried {0} for peer-to-peer',
    'p2p-lock',
  ),
  peerLockedForP2p: guardOf<[Literals['P2pLock'][number]]>()(
    {},
    'the last LOCK of the second device carried {0} for peer-to-peer',
    'p2p-lock',
  ),
  p2pBound: guard(
    tdi,
    'the stream between the devices was bound to {tdi} in its last RUN, and not unbound',
    'p2p-bind',
  ),
  bindP2p: effect(tdi, 'the stream between the devices is bound to {tdi}', 'p2p-bind'),
  unbindP2p: effect(tdi, 'the stream between the devices is not bound to {tdi}', 'p2p-unbind'),
  p2pDraining: guard(tdi, 'that binding of {tdi} is being taken off', 'p2p-unbind'),
  drainP2p: effect(tdi, 'that binding of {tdi} is being taken off', 'p2p-unbind'),
  p2pPeerBound: guard(
    {},
    'the stream between the devices was bound at the second device in its last RUN, and not unbound',
    'p2p-bind',
  ),
  bindP2pPeer: effect(
    {},
    'the stream between the devices is bound at the second device',
    'p2p-bind',
  ),
  unbindP2pPeer: effect(
    {},
    'the stream between the devices is not bound at the second device',
    'p2p-unbind',
  ),
  sameGuest: guard(tdi, '{tdi} and the second device are bound to one guest', 'p2p-translation'),
  p2pTranslated: guard(
    toward,
    'the sender ({way}, the first device’s end being {tdi}) got a translation to the other in its last RUN, and it was not revoked',
    'p2p-translation',
  ),
  translateP2p: effect(
    toward,
    'the sender ({way}, the first device’s end being {tdi}) has a translation to the other',
    'p2p-translation',
  ),
  revokeP2p: effect(
    tdi,
    'neither {tdi} nor the second device has a translation to the other',
    'p2p-translation',
  ),
  wayIs: guardOf<[Literals['P2pWay'][number]]>()({ way: 'P2pWay' }, 'the request goes {0}'),
  pathIs: guardOf<[Literals['P2pPath'][number]]>()(
    { path: 'P2pPath' },
    'the request is sent so: {0}',
  ),

  // a request from one device to the other
  p2pSending: guard({}, 'a request between the devices is in flight'),
  p2pDirect: guard({}, 'a request on the stream between the devices is in flight', 'p2p-unbind'),
  peerDrained: guard(
    {},
    'no request of the second device is in flight, to memory or to the first device',
    'drain-before-reuse',
  ),
  p2pSend: effectOf<['legacy' | 'up' | 'direct']>()(
    { tdi: 'Tdi', way: 'P2pWay', access: 'Access' },
    'a request between {tdi} and the second device is in flight, {way}, by the path {0}: T=1 in the present RUN episode of its sender, a direct one under the present keys; it carries, as a ghost, the guest that the sender is bound to',
    'p2p-choice',
  ),
  dropP2pTlp: effect({}, 'no request between the devices is in flight', 'tlp-record'),
  p2pTlpIs: guardOf<['legacy' | 'up' | 'direct']>()(
    {},
    'the request between the devices goes by the path {0}',
  ),
  p2pTlpWay: guardOf<[Literals['P2pWay'][number]]>()(
    {},
    'the request between the devices goes {0}',
  ),
  p2pTlpReads: guard({}, 'the request between the devices is a read'),
  p2pKeyCurrent: guard(
    {},
    'the request between the devices is under the present key material',
    'ide-check',
  ),
  p2pSenderSecure: guard(
    {},
    'the default stream of the sender of the request between the devices is Secure',
    'p2p-choice',
  ),
  p2pSenderRuns: guard(
    {},
    'the sender of the request between the devices is in the RUN in which it sent it',
    'tdisp-run-episode',
  ),
  p2pAllowed: guard(
    {},
    'both ends of the request between the devices are bound to one guest, and the trusted entry of the sender is open',
    'p2p-translation',
  ),
  p2pReceiverIs: guardOf<[TdiState]>()(
    {},
    'the TDI that the request between the devices goes to is in {0}',
    'tdisp-completer',
  ),
  p2pReceiverDecodes: guard(
    {},
    'the TDI that the request between the devices goes to is there and decodes memory',
    'tdisp-completer',
  ),
  p2pReceiverBound: guard(
    {},
    'the stream between the devices is bound to the TDI that the request goes to',
    'p2p-bind',
  ),
  p2pWrites: effect(
    {},
    'the receiver of the request between the devices holds a secret of the guest that the sender was bound to',
    'tlp-record',
  ),
  p2pReads: effect(
    {},
    'the sender of the request between the devices holds the secret that the receiver holds, if there is one',
    'tlp-record',
  ),

  // a plain VM
  vmPlain: guard(guest, '{guest} is a plain VM', 'plain-vm'),
  makePlain: effect(guest, '{guest} is a plain VM', 'plain-vm'),
  makeConfidential: effect(guest, '{guest} is a confidential VM', 'plain-vm'),
  vmHasFn: guard(guest, '{guest} has some function open', 'vfio-assign'),
} as const;
