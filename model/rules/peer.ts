/**
 * A second device below the same root complex, with one TDI, and what a hostile host can make of having two.
 *
 * Its exchanges with the TSM are one step each: what can befall an exchange on its way is told of the first
 * device. What is told here is the interplay: messages, evidence, requester IDs and streams of one device
 * used for the other. Peer-to-peer is in p2p.ts.
 */
import {
  accepted,
  allOf,
  anyOf,
  dropped,
  each,
  idle,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import {
  fences,
  hostTable,
  peerNotConnected as notConnected,
  ofHostTable,
  peerBindCases,
  sessionFalls,
} from '../phrases.ts';
import { W } from '../words/index.ts';
import { guestForgets } from './launch.ts';

const facets = ['peer'] as const;
const guest = { guest: 'Guest' } as const;
const page = { page: 'Page' } as const;

const notYours = refused('NOT_BOUND_TO_CALLER', 'not its TDI', [not(W.peerBoundTo)]);
const notBound = refused('NOT_BOUND', 'bound to nobody', [not(W.peerBound)]);
const unbinding = refused('UNBINDING', 'an unbind is under way', [W.peerUnbinding]);
/** A table of the host is none of the TSM’s business. */
const notFlushed = refused('NOT_FLUSHED', 'an IOTLB copy may be left', [
  not(hostTable),
  not(W.peerClean),
]);

/** The TDI of the second device goes to ERROR, if it is locked. */
const peerFalls = when([W.peerIs('CONFIG_LOCKED', 'RUN')], [W.peerTo('ERROR')]);
/** Its session ends; its stream and its TDI fall with it (TDISP 11.4.5). */
const peerSessionFalls = [peerFalls, W.endPeer, W.peerStreamTo('insecure')] as const;
/** It is bound to nobody; no fence is its fault any more. */
const release = [W.peerFenceCauseLeaves, W.releasePeer] as const;
/** A read that is not served comes back as an error, which takes a locked TDI to ERROR (TDISP 11.4.3). */
const unserved = [when([W.peerTlpIs('read')], [peerFalls]), W.dropPeerTlp] as const;

const LIFE: readonly Rule[] = [
  rule('peer.connect', {
    by: 'tsm',
    // A sequence that does without a second device goes deeper at the first.
    role: 'optional',
    says: 'The TSM establishes a session with the second device.',
    over: {},
    clauses: ['peer-apart', 'verb-connect'],
    facets,
    cases: [
      refused('CONNECTED', 'there is a session', [W.peerOpen]),
      accepted('connected', [], [W.openPeer]),
    ],
  }),
  rule('peer.key', {
    by: 'tsm',
    role: 'progress',
    says: 'The TSM programs the keys of the second device’s own stream and starts it.',
    over: {},
    clauses: ['peer-apart', 'ide-keys'],
    facets,
    cases: [
      notConnected,
      refused('SECURE', 'it is Secure', [W.peerSecure]),
      accepted('Secure', [], [W.peerStreamTo('secure')]),
    ],
  }),
  rule('peer.bind', {
    by: 'host',
    role: 'progress',
    leanings: [
      { when: { flags: 'plain' }, role: 'neutral' },
      { when: { flags: 'withoutAts' }, role: 'neutral' },
    ],
    says: 'Bind: the second device is bound to a guest and locked, and its report fetched.',
    over: { guest: 'Guest', flags: 'P2pLock' },
    clauses: ['verb-bind', 'tsm-one-guest', 'tsm-force', 'p2p-lock', 'plain-vm-unbound'],
    facets,
    cases: peerBindCases,
  }),
  rule('peer.evidence', {
    by: 'guest',
    role: 'progress',
    leanings: [{ when: { whose: 'other' }, role: 'hostile' }],
    observed: true,
    says: 'A guest reads evidence for the second device; the host may show that of the first.',
    over: { guest: 'Guest', whose: 'Whose' },
    clauses: ['lock-session', 'peer-identity'],
    facets,
    cases: [
      notYours,
      unbinding,
      refused('DIGEST', 'not what the TSM has the digests of', [W.whoseIs('other')]),
      accepted('read', [], [W.readPeerEvidence]),
    ],
  }),
  rule('peer.accept', {
    by: 'guest',
    role: 'progress',
    says: 'A guest accepts the lock episode of the second device that its evidence is for.',
    over: guest,
    clauses: ['guest-accept', 'lock-session'],
    facets,
    cases: [
      notYours,
      unbinding,
      refused('NO_EVIDENCE', 'it has read none of this episode', [not(W.peerEvidenceRead)]),
      accepted('accepted', [], [W.acceptPeer]),
    ],
  }),
  rule('peer.start', {
    by: 'host',
    role: 'progress',
    says: 'START, once the bound guest has accepted, or on the word of the host alone.',
    over: {},
    clauses: ['guest-accept', 'tdisp-start', 'tio-start-by-host'],
    facets,
    cases: [
      notConnected,
      notBound,
      unbinding,
      refused('NOT_ACCEPTED', 'the guest has not accepted', [
        W.readingIs('startAuthoriser', 'guest'),
        not(W.peerAccepted),
      ]),
      refused('INVALID_INTERFACE_STATE', 'not locked', [not(W.peerIs('CONFIG_LOCKED'))]),
      accepted('running', [], [W.runPeer, W.peerTo('RUN'), W.liftPeerFence]),
    ],
  }),
  rule('peer.unbind.begin', {
    by: 'host',
    says: 'Unbind begins: DMA blocked, translations between the devices revoked, pages unmapped unless the table is the host’s.',
    over: {},
    clauses: ['verb-unbind', 'p2p-translation'],
    facets,
    cases: [
      notBound,
      unbinding,
      accepted(
        'DMA blocked',
        [],
        [
          W.peerDmaTo('blocked'),
          W.voidPeerConsent,
          each({ page: 'Page' }, [not(hostTable), W.peerMapped], [W.peerUnmap]),
          each({ tdi: 'Tdi' }, [], [W.revokeP2p]),
          W.beginPeerUnbind,
        ],
      ),
    ],
  }),
  rule('peer.unbind.end', {
    by: 'host',
    role: 'progress',
    says: 'Unbind ends with a STOP; where there is no session to carry one, the TDI is marked lost.',
    over: {},
    clauses: ['verb-unbind', 'tsm-force', 'drain-before-reuse', 'iommu-invalidate', 'tdisp-stop'],
    facets,
    cases: [
      refused('NOT_UNBINDING', 'no unbind is under way', [not(W.peerUnbinding)]),
      notFlushed,
      refused('DRAINING', 'a request is in flight', [not(W.peerDrained)]),
      accepted('stopped', [W.peerOpen], [W.scrubPeer, W.peerTo('CONFIG_UNLOCKED'), ...release]),
      accepted('lost', [], [...release, W.markPeerLost]),
    ],
  }),
  rule('peer.stop', {
    by: 'host',
    role: 'progress',
    says: 'STOP after an unbind without one: the TDI may be bound again.',
    over: {},
    clauses: ['tsm-force', 'tdisp-stop'],
    facets,
    cases: [
      notConnected,
      refused('NOT_LOST', 'it was stopped', [not(W.peerLost)]),
      accepted('stopped', [], [W.scrubPeer, W.peerTo('CONFIG_UNLOCKED'), W.clearPeerLost]),
    ],
  }),
  rule('peer.disconnect', {
    by: 'host',
    role: 'hostile',
    says: 'END_SESSION with the second device, once its TDI is bound to nobody.',
    over: {},
    clauses: ['verb-disconnect', 'spdm-session-end'],
    facets,
    cases: [
      notConnected,
      refused('BOUND', 'its TDI is bound', [W.peerBound]),
      accepted('disconnected', [], [...peerSessionFalls]),
    ],
  }),
  rule('peer.event', {
    by: 'host',
    role: 'hostile',
    says: 'Something befalls the second device.',
    over: { event: 'PeerEvent' },
    clauses: [
      'peer-apart',
      'tdisp-session-end',
      'tdisp-stream-loss',
      'rst-flr',
      'rst-conventional',
      'hotplug',
      'fw-not-at-run-time',
      'fw-termination',
    ],
    facets,
    cases: [
      accepted('error or FLR', [W.peerEventIs('error', 'flr')], [peerFalls]),
      accepted(
        'reset as a whole, or pulled',
        [W.peerEventIs('conventionalReset', 'removal')],
        [...peerSessionFalls, W.scrubPeer, W.peerTo('CONFIG_UNLOCKED')],
      ),
      accepted(
        'an update of its firmware ends trust',
        [
          W.peerEventIs('firmwareUpdate'),
          W.peerOpen,
          anyOf(
            W.readingIs('firmwareUpdate', 'notAtRunTime'),
            W.readingIs('terminationPolicy', 'sessionEnds'),
          ),
        ],
        [...peerSessionFalls],
      ),
      accepted('other firmware', [W.peerEventIs('firmwareUpdate')], []),
      dropped('NO_SESSION', 'no session to end', [W.peerEventIs('sessionEnd'), not(W.peerOpen)]),
      accepted('session ended', [W.peerEventIs('sessionEnd')], [...peerSessionFalls]),
      accepted('stream lost', [], [peerFalls, W.peerStreamTo('insecure')]),
    ],
  }),
];

/** The page is in the half of the bound guest’s addresses that the mapping serves. */
const fitsPeer = anyOf(
  allOf(W.spaceIsPrivate, W.pageOfPeerGuest, W.pageAccepted),
  allOf(not(W.spaceIsPrivate), W.peerBound, W.pageShared),
);
const MEMORY: readonly Rule[] = [
  rule('peer.enable-dma', {
    by: 'guest',
    role: 'progress',
    says: 'A guest has its private memory opened to the second device.',
    over: guest,
    clauses: ['private-dma', 'guest-accept'],
    facets,
    cases: [
      notYours,
      unbinding,
      refused('NOT_ACCEPTED', 'not accepted', [not(W.peerAccepted)]),
      refused('NOT_RUN', 'not in RUN', [not(W.peerIs('RUN'))]),
      accepted('open', [], [W.peerDmaTo('open')]),
    ],
  }),
  rule('peer.map', {
    by: 'host',
    role: 'progress',
    sensible: [anyOf(W.spaceIsPrivate, W.peerIs('RUN')), anyOf(not(hostTable), fitsPeer)],
    says: 'The host has a page mapped for the second device; the TSM checks ownership.',
    over: { page: 'Page', space: 'Space' },
    clauses: ['iommu-table', 'private-dma', 'tio-host-table'],
    facets,
    cases: [
      ofHostTable(refused('MAPPED', 'mapped before by the host', [hostTable, W.peerMapped])),
      ofHostTable(accepted('written by the host', [hostTable], [W.peerMap])),
      notBound,
      unbinding,
      refused('MAPPED', 'mapped before', [W.peerMapped]),
      refused('NOT_FLUSHED', 'an IOTLB copy may be left', [not(W.peerPageClean)]),
      refused('NOT_OWN', 'not a page of the bound guest', [
        W.spaceIsPrivate,
        not(W.pageOfPeerGuest),
      ]),
      refused('NOT_ACCEPTED', 'a page not accepted', [W.spaceIsPrivate, not(W.pageAccepted)]),
      refused('NOT_SHARED', 'a private page in the shared half', [
        not(W.spaceIsPrivate),
        not(W.pageShared),
      ]),
      accepted('mapped', [], [W.peerMap]),
    ],
  }),
  rule('peer.unmap', {
    by: 'host',
    role: 'hostile',
    says: 'The host has a page of the second device unmapped; a copy may stay in the IOTLB.',
    over: page,
    clauses: ['iommu-table', 'iommu-invalidate'],
    facets,
    cases: [
      refused('NOT_MAPPED', 'not mapped', [not(W.peerMapped)]),
      accepted('unmapped', [], [W.peerUnmap]),
    ],
  }),
  rule('peer.invalidate', {
    by: 'fabric',
    role: 'progress',
    says: 'An invalidation for the second device is begun and completes.',
    over: {},
    clauses: ['iommu-invalidate', 'peer-apart'],
    facets,
    cases: [
      refused('NOT_NEEDED', 'nothing to invalidate', [W.peerClean]),
      accepted('completed', [], [W.peerFlush]),
    ],
  }),
  rule('peer.issue', {
    by: 'device',
    role: 'progress',
    leanings: [{ when: { traffic: 'legacy' }, role: 'neutral' }],
    sensible: [W.peerMapped],
    says: 'The second device sends a memory request.',
    over: { page: 'Page', access: 'Access', traffic: 'Traffic' },
    clauses: ['tdisp-requester', 'tlp-record'],
    facets,
    cases: [
      refused('NOT_UNLOCKED', 'T=0 from a TDI that is not unlocked', [
        W.trafficIs('legacy'),
        not(W.peerIs('CONFIG_UNLOCKED')),
      ]),
      refused('NOT_RUN', 'T=1 from a TDI that is not in RUN', [
        not(W.trafficIs('legacy')),
        not(W.peerIs('RUN')),
      ]),
      refused('NO_SLOT', 'the model has room for one', [W.peerSending]),
      accepted('sent', [], [W.peerSend]),
    ],
  }),
  rule('peer.spoof', {
    by: 'device',
    role: 'hostile',
    says: 'The second device, or something in its place, writes with a requester ID of the first.',
    over: { tdi: 'Tdi', page: 'Page', traffic: 'Traffic' },
    clauses: ['peer-requester', 'tlp-record'],
    facets,
    cases: [
      refused('NO_SLOT', 'the model has room for one', [W.peerSending]),
      accepted('sent', [], [W.peerSpoof]),
    ],
  }),
  rule('peer.wrong-stream', {
    by: 'device',
    role: 'hostile',
    observed: true,
    says: 'A TLP with the Stream ID of the first device comes up from the second.',
    over: {},
    clauses: ['peer-misroute'],
    facets,
    cases: [dropped('MISROUTED', 'the port has no such stream', [])],
  }),
  rule('peer.deliver', {
    by: 'fabric',
    role: 'progress',
    says: 'The request of the second device arrives at its root port and the IOMMU.',
    over: {},
    clauses: [
      'peer-requester',
      'iommu-table',
      'iommu-fill',
      'private-dma',
      'tdisp-run-episode',
      'tdisp-completion-error',
      'tio-host-table',
      'tio-fence',
    ],
    facets,
    cases: [
      refused('EMPTY', 'none is in flight', [not(W.peerSending)]),
      dropped(
        'OWNERSHIP_FAULT',
        'T=0 to a private page',
        [W.peerTlpLegacy, not(W.peerPageReachable)],
        [W.dropPeerTlp],
      ),
      accepted(
        'legacy write',
        [W.peerTlpLegacy, W.peerTlpIs('write')],
        [W.peerWriteLands, W.dropPeerTlp],
      ),
      accepted('legacy read', [W.peerTlpLegacy], [W.peerReads, W.dropPeerTlp]),
      dropped('INSECURE', 'its stream is Insecure', [not(W.peerSecure)], [W.dropPeerTlp]),
      dropped(
        'REQUESTER',
        'a requester ID outside the association',
        [W.peerTlpSpoofed],
        [W.dropPeerTlp],
      ),
      ofHostTable(dropped('FENCED', 'the guest is fenced', [fences, W.peerFenced], [...unserved])),
      dropped('BLOCKED', 'trusted entry blocked', [not(W.peerDmaOpen)], [...unserved]),
      ofHostTable(
        dropped(
          'RMP_VIOLATION',
          'fails the RMP check after translation',
          [hostTable, anyOf(W.peerCopyGrants, W.peerTableGrants), not(W.peerPageReachable)],
          [when([fences], [W.fencePeerGuest]), ...unserved],
        ),
      ),
      ofHostTable(
        dropped(
          'IOMMU_FAULT',
          'no translation in the table of the host',
          [fences, not(W.peerCopyGrants), not(W.peerTableGrants)],
          [W.fencePeerGuest, ...unserved],
        ),
      ),
      dropped(
        'IOMMU_FAULT',
        'no translation',
        [not(W.peerCopyGrants), not(W.peerTableGrants)],
        [...unserved],
      ),
      idle(
        'a page changes owner only once nothing maps it',
        dropped(
          'OWNERSHIP_FAULT',
          'not the page that the entry stands for',
          [not(W.peerCopyGrants), not(W.peerPageReachable)],
          [...unserved],
        ),
      ),
      accepted(
        'write',
        [W.peerTlpIs('write')],
        [when([not(W.peerCopyGrants)], [W.peerFillCopy]), W.peerWriteLands, W.dropPeerTlp],
      ),
      dropped('STALE_EPISODE', 'read of an earlier RUN', [not(W.peerTlpOfRun)], [W.dropPeerTlp]),
      accepted(
        'read',
        [],
        [when([not(W.peerCopyGrants)], [W.peerFillCopy]), W.peerReads, W.dropPeerTlp],
      ),
    ],
  }),
];

const CROSSED: readonly Rule[] = [
  rule('relay.cross', {
    by: 'host',
    role: 'hostile',
    says: 'The host carries to one device, or takes from it, what belongs to the other.',
    over: { cross: 'Cross' },
    clauses: ['peer-seal', 'relay-sequence', 'spdm-session-end'],
    facets,
    cases: [
      refused('IDLE', 'no request waits', [W.crossIs('requestToPeer'), not(W.requestWaits)]),
      dropped('NO_SESSION', 'the second device has no session', [not(W.peerOpen)]),
      dropped(
        'DECRYPT_ERROR',
        'the second device ends its session',
        [W.crossIs('requestToPeer')],
        [...peerSessionFalls],
      ),
      refused('IDLE', 'no answer is waited for', [W.crossIs('answerOfPeer'), W.relayIdle]),
      dropped(
        'DECRYPT_ERROR',
        'the TSM drops its session with the first device',
        [W.crossIs('answerOfPeer')],
        [W.tsmForgetsSession, W.clearRelay],
      ),
      dropped('NO_SESSION', 'the first device has no session', [not(W.sessionBegun)]),
      dropped('DECRYPT_ERROR', 'the first device ends its session', [], [...sessionFalls]),
    ],
  }),
  rule('guest.foreign-evidence', {
    by: 'guest',
    role: 'neutral',
    observed: true,
    says: 'The host shows a guest evidence of the second device for a TDI of the first.',
    over: { guest: 'Guest', tdi: 'Tdi' },
    clauses: ['peer-identity', 'lock-session'],
    facets,
    cases: [
      refused('NOT_BOUND', 'not its TDI', [not(W.boundTo)]),
      refused('NO_REPORT', 'the TSM has no report', [not(W.tsmHasReport)]),
      refused('DIGEST', 'the TSM has the digests of what the first device sent', [W.tsmHasReport]),
      idle(
        'digests of two devices never agree',
        accepted('taken for its own', [], [W.readEvidence, W.noteForeign]),
      ),
    ],
  }),
];

const PLAIN: readonly Rule[] = [
  rule('vm.plain', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { guest: 2 }, role: 'progress' }],
    says: 'In place of a VM that has nothing left, the host runs a plain one.',
    over: guest,
    clauses: ['plain-vm', 'vm-launch'],
    facets: ['plainVm', 'launch', 'vfio'],
    cases: [
      refused('EINVAL', 'no VM that runs', [not(W.vmIs('running'))]),
      refused('EEXIST', 'it is plain', [W.vmPlain]),
      refused('EBUSY', 'a TDI is bound to it', [W.vmHasTdi]),
      refused('EBUSY', 'a private page is not reclaimed', [W.vmHasPage]),
      refused('EBUSY', 'it has a function open', [W.vmHasFn]),
      accepted(
        'runs',
        [],
        [...guestForgets, each({ page: 'Page' }, [], [W.ioasUnmap]), W.makePlain],
      ),
    ],
  }),
];

export const PEER_RULES: readonly Rule[] = [...LIFE, ...MEMORY, ...CROSSED, ...PLAIN];
