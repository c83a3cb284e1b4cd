/** Peer-to-peer between two devices (tdisp-semantics 5.4). */
import { accepted, anyOf, dropped, each, not, type Rule, refused, rule, when } from '../author.ts';
import { fall, peerNotConnected as notConnected } from '../phrases.ts';
import { W } from '../words/index.ts';

const facets = ['peer', 'p2p'] as const;
const tdi = { tdi: 'Tdi' } as const;

const relayBusy = refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]);
const noSession = refused('NOT_CONNECTED', 'no session with the first device', [
  not(W.tsmSessionLive),
]);

/** The stream between the devices is lost at the first; TDIs that it is bound to fall (TDISP 11.4.5). */
const firstEndFalls = [
  each({ tdi: 'Tdi' }, [W.tdiIs('RUN'), W.p2pBound], fall),
  W.dropP2p('first'),
] as const;
/** The same at the second. */
const peerEndFalls = [
  when([W.peerIs('RUN'), W.p2pPeerBound], [W.peerTo('ERROR')]),
  W.dropP2p('peer'),
] as const;
/** What the bullets of tdisp-semantics 5.4 say of the stream itself. */
const unfitStream = [
  refused('INVALID_REQUEST', 'keys missing in a sub-stream', [not(W.p2pWhole)]),
  refused('INVALID_REQUEST', 'the default stream', [W.p2pSetupIs('isDefault')]),
  refused('INVALID_REQUEST', 'its ID is not unique', [W.p2pSetupIs('notUnique')]),
  refused('INVALID_REQUEST', 'its associations overlap', [W.p2pSetupIs('overlapping')]),
] as const;
/** What was sent under an earlier binding would arrive under this one. */
const directInFlight = refused('DRAINING', 'something is on the stream', [W.p2pDirect]);

export const P2P_RULES: readonly Rule[] = [
  rule('lock.p2p', {
    by: 'tsm',
    role: 'neutral',
    leanings: [{ when: { flags: 'bindP2p' }, role: 'progress' }],
    says: 'The TSM chooses what the next LOCK of a TDI carries for peer-to-peer, and whether ATS is on.',
    over: { tdi: 'Tdi', flags: 'P2pLock' },
    clauses: ['p2p-lock', 'tdisp-lock'],
    facets,
    cases: [relayBusy, accepted('chosen', [], [W.chooseP2p])],
  }),
  rule('p2p.setup', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { registers: 'distinct' }, role: 'optional' }],
    says: 'The host writes the registers of the stream between the devices, at the first device.',
    over: { registers: 'P2pSetup' },
    clauses: ['p2p-bind', 'ide-registers'],
    facets,
    cases: [
      accepted('as it was', [W.p2pSetupAlready], []),
      accepted('set up', [], [W.setP2p, ...firstEndFalls]),
    ],
  }),
  rule('p2p.key', {
    by: 'tsm',
    role: 'progress',
    leanings: [{ when: { keys: 'postedOnly' }, role: 'hostile' }],
    sensible: [anyOf(W.endIs('peer'), not(W.p2pSecure('first')), not(W.p2pWhole))],
    says: 'The TSM programs the keys of the stream between the devices, at the first device and then at the second; what was keyed before is stopped first.',
    over: { at: 'P2pEnd', keys: 'P2pKeys' },
    clauses: ['p2p-bind', 'ide-keys', 'p2p-loss'],
    facets,
    cases: [
      refused('NOT_CONNECTED', 'no session with the first device', [
        W.endIs('first'),
        not(W.tsmSessionLive),
      ]),
      accepted(
        'first end keyed',
        [W.endIs('first')],
        [...firstEndFalls, ...peerEndFalls, W.keyP2pFirst],
      ),
      notConnected,
      refused('ORDER', 'the first end comes first', [not(W.p2pSecure('first'))]),
      refused('KEYED', 'keyed before', [W.p2pSecure('peer')]),
      accepted('second end keyed', [], [W.keyP2pPeer]),
    ],
  }),
  rule('p2p.lose', {
    by: 'host',
    role: 'hostile',
    says: 'One end of the stream between the devices becomes Insecure: disabled, or a check has failed.',
    over: { at: 'P2pEnd' },
    clauses: ['p2p-loss', 'ide-insecure'],
    facets,
    cases: [
      accepted('first end lost', [W.endIs('first')], [...firstEndFalls]),
      accepted('second end lost', [], [...peerEndFalls]),
    ],
  }),
  rule('p2p.bind', {
    by: 'tsm',
    role: 'progress',
    sensible: [W.tdiIs('RUN')],
    says: 'BIND_P2P_STREAM at the first device.',
    over: tdi,
    clauses: ['p2p-bind', 'p2p-lock', 'tdisp-legality', 'drain-before-reuse'],
    facets,
    codesInAnyOrder: true,
    cases: [
      relayBusy,
      noSession,
      directInFlight,
      refused('INVALID_INTERFACE_STATE', 'not in RUN', [not(W.tdiIs('RUN'))]),
      refused('INVALID_REQUEST', 'bound before', [W.p2pBound]),
      refused('INVALID_REQUEST', 'LOCK without BIND_P2P', [W.lockedForP2p('plain')]),
      refused('INVALID_REQUEST', 'ATS is off', [W.lockedForP2p('withoutAts')]),
      refused('INVALID_REQUEST', 'not keyed over this session', [not(W.p2pSecure('first'))]),
      ...unfitStream,
      accepted('bound', [], [W.bindP2p]),
    ],
  }),
  rule('p2p.bind-peer', {
    by: 'tsm',
    role: 'progress',
    sensible: [W.peerIs('RUN')],
    says: 'BIND_P2P_STREAM at the second device.',
    over: {},
    clauses: ['p2p-bind', 'p2p-lock', 'tdisp-legality', 'drain-before-reuse'],
    facets,
    codesInAnyOrder: true,
    cases: [
      notConnected,
      directInFlight,
      refused('INVALID_INTERFACE_STATE', 'not in RUN', [not(W.peerIs('RUN'))]),
      refused('INVALID_REQUEST', 'bound before', [W.p2pPeerBound]),
      refused('INVALID_REQUEST', 'LOCK without BIND_P2P', [W.peerLockedForP2p('plain')]),
      refused('INVALID_REQUEST', 'ATS is off', [W.peerLockedForP2p('withoutAts')]),
      refused('INVALID_REQUEST', 'not keyed over this session', [not(W.p2pSecure('peer'))]),
      ...unfitStream,
      accepted('bound', [], [W.bindP2pPeer]),
    ],
  }),
  rule('p2p.unbind.begin', {
    by: 'tsm',
    says: 'UNBIND_P2P_STREAM reaches the first device, which sends nothing new on the stream.',
    over: tdi,
    clauses: ['p2p-unbind', 'tdisp-legality'],
    facets,
    cases: [
      relayBusy,
      noSession,
      refused('INVALID_INTERFACE_STATE', 'not in RUN', [not(W.tdiIs('RUN'))]),
      refused('INVALID_REQUEST', 'not bound', [not(W.p2pBound)]),
      accepted('draining', [], [W.drainP2p]),
    ],
  }),
  rule('p2p.unbind.end', {
    by: 'device',
    role: 'progress',
    says: 'The first device has drained the stream and answers the UNBIND.',
    over: tdi,
    clauses: ['p2p-unbind'],
    facets,
    cases: [
      refused('NOT_DRAINING', 'no UNBIND is under way', [not(W.p2pDraining)]),
      refused('DRAINING', 'something is on the stream', [W.p2pDirect]),
      accepted('unbound', [], [W.unbindP2p]),
    ],
  }),
  rule('p2p.unbind-peer', {
    by: 'tsm',
    says: 'UNBIND_P2P_STREAM at the second device.',
    over: {},
    clauses: ['p2p-unbind', 'tdisp-legality'],
    facets,
    cases: [
      notConnected,
      refused('INVALID_INTERFACE_STATE', 'not in RUN', [not(W.peerIs('RUN'))]),
      refused('INVALID_REQUEST', 'not bound', [not(W.p2pPeerBound)]),
      refused('DRAINING', 'something is on the stream', [W.p2pDirect]),
      accepted('unbound', [], [W.unbindP2pPeer]),
    ],
  }),
  rule('p2p.translate', {
    by: 'tsm',
    role: 'progress',
    sensible: [W.sameGuest],
    says: 'A translation request for an address of the other device is answered: for TDIs of one guest only.',
    over: { tdi: 'Tdi', way: 'P2pWay' },
    clauses: ['p2p-translation'],
    facets,
    cases: [
      refused('NOT_RUN', 'the sender is not in RUN', [
        anyOf(W.wayIs('toPeer'), not(W.peerIs('RUN'))),
        anyOf(W.wayIs('fromPeer'), not(W.tdiIs('RUN'))),
      ]),
      refused('NOT_SAME_GUEST', 'not TDIs of one guest', [not(W.sameGuest)]),
      refused('NOT_ACCEPTED', 'one of them is not accepted', [
        anyOf(not(W.tsmAccepted), not(W.peerAccepted)),
      ]),
      accepted('translated', [], [W.translateP2p]),
    ],
  }),
  rule('p2p.send', {
    by: 'device',
    role: 'progress',
    leanings: [{ when: { path: 'legacy' }, role: 'neutral' }],
    sensible: [anyOf(not(W.pathIs('translated')), W.p2pPeerBound)],
    says: 'A TDI of one device reads or writes MMIO of the other.',
    over: { tdi: 'Tdi', way: 'P2pWay', access: 'Access', path: 'P2pPath' },
    clauses: ['tdisp-requester', 'p2p-choice', 'p2p-translation', 'tdisp-stop'],
    facets,
    cases: [
      refused('NO_SLOT', 'the model has room for one', [W.p2pSending]),
      dropped('NO_DEVICE', 'nobody there', [W.wayIs('toPeer'), not(W.devicePresent)]),
      refused('STOPPING', 'a STOP is under way', [W.wayIs('toPeer'), W.stopping]),
      refused('BME_CLEAR', 'bus mastering is off', [W.wayIs('toPeer'), not(W.bmeSet)]),
      refused('NOT_UNLOCKED', 'T=0 from a TDI of the first device that is not unlocked', [
        W.pathIs('legacy'),
        W.wayIs('toPeer'),
        not(W.tdiIs('CONFIG_UNLOCKED')),
      ]),
      refused('NOT_UNLOCKED', 'T=0 from the second device, which is not unlocked', [
        W.pathIs('legacy'),
        W.wayIs('fromPeer'),
        not(W.peerIs('CONFIG_UNLOCKED')),
      ]),
      accepted('T=0', [W.pathIs('legacy')], [W.p2pSend('legacy')]),
      refused('NOT_RUN', 'T=1 from a TDI of the first device that is not in RUN', [
        W.wayIs('toPeer'),
        not(W.tdiIs('RUN')),
      ]),
      refused('NOT_RUN', 'T=1 from the second device, which is not in RUN', [
        W.wayIs('fromPeer'),
        not(W.peerIs('RUN')),
      ]),
      refused('NOT_TRANSLATED', 'a translation that it was not given', [
        W.pathIs('translated'),
        not(W.p2pTranslated),
      ]),
      accepted(
        'on the stream of the first device',
        [
          W.pathIs('translated'),
          W.wayIs('toPeer'),
          W.p2pBound,
          not(W.p2pDraining),
          W.p2pSecure('first'),
        ],
        [W.p2pSend('direct')],
      ),
      accepted(
        'on the stream of the second device',
        [W.pathIs('translated'), W.wayIs('fromPeer'), W.p2pPeerBound, W.p2pSecure('peer')],
        [W.p2pSend('direct')],
      ),
      accepted('up', [], [W.p2pSend('up')]),
    ],
  }),
  rule('p2p.deliver', {
    by: 'fabric',
    role: 'progress',
    says: 'A request from one device arrives at the other.',
    over: {},
    clauses: [
      'tdisp-completer',
      'p2p-bind',
      'p2p-choice',
      'p2p-translation',
      'p2p-loss',
      'ide-check',
      'tdisp-run-episode',
    ],
    facets,
    cases: [
      refused('EMPTY', 'none is in flight', [not(W.p2pSending)]),
      dropped(
        'NO_RANGE',
        'nobody decodes the address',
        [not(W.p2pReceiverDecodes)],
        [W.dropP2pTlp],
      ),
      dropped(
        'T0_TO_TEE',
        'T=0 to a TDI that is not unlocked',
        [W.p2pTlpIs('legacy'), not(W.p2pReceiverIs('CONFIG_UNLOCKED'))],
        [W.dropP2pTlp],
      ),
      accepted('T=0', [W.p2pTlpIs('legacy')], [when([W.p2pTlpReads], [W.p2pReads]), W.dropP2pTlp]),
      dropped(
        'INSECURE',
        'the end at the second device is Insecure',
        [W.p2pTlpIs('direct'), not(anyOf(W.p2pTlpWay('fromPeer'), W.p2pSecure('peer')))],
        [W.dropP2pTlp],
      ),
      dropped(
        'INSECURE',
        'the end at the first device is Insecure',
        [W.p2pTlpIs('direct'), not(anyOf(W.p2pTlpWay('toPeer'), W.p2pSecure('first')))],
        [W.dropP2pTlp],
      ),
      dropped(
        'IDE_CHECK_FAILED',
        'old key',
        [W.p2pTlpIs('direct'), not(W.p2pKeyCurrent)],
        [
          when([W.p2pTlpWay('toPeer')], peerEndFalls),
          when([W.p2pTlpWay('fromPeer')], firstEndFalls),
          W.dropP2pTlp,
        ],
      ),
      dropped(
        'NOT_BOUND',
        'the stream is not bound to the receiver',
        [W.p2pTlpIs('direct'), not(W.p2pReceiverBound)],
        [W.dropP2pTlp],
      ),
      dropped(
        'INSECURE',
        'the default stream of the sender is Insecure',
        [W.p2pTlpIs('up'), not(W.p2pSenderSecure)],
        [W.dropP2pTlp],
      ),
      dropped(
        'BLOCKED',
        'not of one guest, or the trusted entry is blocked',
        [W.p2pTlpIs('up'), not(W.p2pAllowed)],
        [W.dropP2pTlp],
      ),
      dropped(
        'NOT_RUN',
        'the receiver is not in RUN',
        [not(W.p2pReceiverIs('RUN'))],
        [W.dropP2pTlp],
      ),
      accepted('write', [not(W.p2pTlpReads)], [W.p2pWrites, W.dropP2pTlp]),
      dropped('STALE_EPISODE', 'read of an earlier RUN', [not(W.p2pSenderRuns)], [W.dropP2pTlp]),
      accepted('read', [], [W.p2pReads, W.dropP2pTlp]),
    ],
  }),
];
