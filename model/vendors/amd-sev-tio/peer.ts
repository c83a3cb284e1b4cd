/**
 * Host commands of SEV-TIO for a second device below the same root complex (backends 2.2): it has a device context and
 * a TDI context of its own, and shares the fence of its guest. As everything about it, each is one step.
 */
import { accepted, not, type Rule, refused, rule } from '../../author.ts';
import { peerBindCases } from '../../phrases.ts';
import { W } from '../../words/index.ts';
import { badFlags } from './parts.ts';

const facets = ['tio', 'peer'] as const;

export const PEER_COMMANDS: readonly Rule[] = [
  rule('tsm.tio-peer-connect', {
    by: 'host',
    as: 'peer.connect',
    // A sequence that does without a second device goes deeper at the first.
    role: 'optional',
    says: 'TIO_DEV_CREATE and TIO_DEV_CONNECT for the second device, to the end of the handshake.',
    over: {},
    clauses: ['peer-apart', 'tio-device-context', 'tio-connect', 'verb-connect'],
    facets,
    cases: [
      refused('NOT_INITIALISED', 'TIO_INIT comes first', [not(W.tioFeatureIs('initDone'))]),
      refused('INVALID_STATE', 'connected before', [W.peerOpen]),
      accepted('connected', [], [W.openPeer]),
    ],
  }),
  rule('tsm.tio-peer-bind', {
    by: 'host',
    as: 'peer.bind',
    role: 'progress',
    leanings: [
      { when: { lock: 'p2p' }, role: 'hostile' },
      { when: { lock: 'noRedirect' }, role: 'hostile' },
      { when: { lock: 'cacheLine128' }, role: 'hostile' },
    ],
    says: 'TIO_TDI_CREATE and TIO_TDI_BIND, run 0, for the second device: bound, locked, its report fetched.',
    over: { guest: 'Guest', flags: 'P2pLock', lock: 'TioLock' },
    clauses: ['tio-bind', 'tio-lock-flags', 'verb-bind', 'tsm-one-guest', 'plain-vm-unbound'],
    facets,
    cases: [badFlags, ...peerBindCases],
  }),
];
