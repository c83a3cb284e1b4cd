/** The SPDM session, and the exchange that the host carries for the TSM (tdisp-semantics 4, backends 1.3). */
import { accepted, at, dropped, idle, not, type Rule, refused, rule, when } from '../author.ts';
import { sessionFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

/** Where sessions are begun inside a command of the host, that command must be under way (backends 2.2). */
const notAsked = idle(
  'decides only where a command of the host connects',
  refused('NOT_ASKED', 'no connect is under way', [
    W.readingIs('connectBy', 'command'),
    not(W.tioPendingIs('connect')),
  ]),
);

export const SPDM_RULES: readonly Rule[] = [
  rule('spdm.connect.begin', {
    by: 'tsm',
    role: 'progress',
    says: 'GET_VERSION to KEY_EXCHANGE: the TSM begins a session; what the device had before ends.',
    over: {},
    clauses: ['spdm-phases', 'spdm-get-version', 'verb-connect'],
    cases: [
      notAsked,
      refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]),
      refused('CONNECTED', 'the TSM holds a session', [W.tsmHasSession]),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      accepted('handshake begun', [], [when([W.sessionBegun], sessionFalls), W.beginHandshake]),
    ],
  }),
  rule('spdm.connect.end', {
    by: 'tsm',
    role: 'progress',
    leanings: [{ when: { reply: 'lost' }, role: 'hostile' }],
    says: 'FINISH: the session is established at the device; the TSM knows once the answer arrives.',
    over: { reply: 'Reply' },
    clauses: ['spdm-phases', 'verb-connect'],
    cases: [
      notAsked,
      dropped('NO_HANDSHAKE', 'no handshake', [not(W.handshaking)]),
      accepted('established', [], [W.establish, when([W.replyArrives], [W.tsmLearnsSession])]),
    ],
  }),
  rule('spdm.session.end', {
    by: 'host',
    role: 'hostile',
    says: 'The host brings about the end of the session at the device; the TSM does not hear of it.',
    over: { cause: 'SessionEnd' },
    clauses: ['spdm-session-end', 'tdisp-session-end', 'tdisp-stop-session'],
    facets: ['detours'],
    cases: [
      dropped('NO_SESSION', 'there is none', [not(W.sessionBegun)]),
      accepted('ended', [], [...sessionFalls]),
    ],
  }),
  rule('spdm.end-session', {
    by: 'tsm',
    role: 'hostile',
    says: 'END_SESSION: the TSM gives its session up, whatever is bound.',
    over: {},
    clauses: ['spdm-session-end', 'tdisp-session-end'],
    facets: ['detours'],
    cases: [
      refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]),
      refused('NOT_CONNECTED', 'the TSM holds no session', [not(W.tsmHasSession)]),
      accepted('ended', [], [when([W.tsmSessionLive], sessionFalls), W.tsmForgetsSession]),
    ],
  }),
  rule('spdm.answer', {
    by: 'device',
    role: 'progress',
    says: 'GET_CERTIFICATE and GET_MEASUREMENTS inside the session: the device answers.',
    over: {},
    clauses: ['spdm-evidence', 'relay-loop'],
    facets: ['tio'],
    cases: [
      dropped('NO_REQUEST', 'nothing to answer', [not(W.requestWaits)]),
      dropped('OTHER_REQUEST', 'a TDISP request', [
        not(W.responseTo('certificates')),
        not(W.responseTo('measurements')),
      ]),
      dropped('NO_SESSION', 'not in a live session', [not(W.requestInLiveSession)]),
      accepted('answered', [], [W.answerOk]),
    ],
  }),
  rule('relay.abort', {
    by: 'host',
    says: 'The host gives up the exchange: the TSM treats it as failed.',
    over: {},
    // A lock that the TSM does not hear of, while it knows the nonce of another.
    sensible: [W.responseTo('lock'), at({ tdi: W.relayTdi }, W.tsmHasNonce)],
    clauses: ['relay-loop'],
    facets: ['detours'],
    cases: [
      refused('IDLE', 'no exchange is under way', [W.relayIdle]),
      accepted('given up', [], [W.clearRelay]),
    ],
  }),
  rule('relay.tamper', {
    by: 'host',
    role: 'hostile',
    says: 'The host corrupts the carried message, or carries an old one instead.',
    over: { tamper: 'Tamper' },
    clauses: ['relay-sequence', 'spdm-session-end'],
    facets: ['tamper'],
    cases: [
      refused('IDLE', 'no message is on its way', [not(W.requestWaits), not(W.responseWaits)]),
      dropped(
        'DECRYPT_ERROR',
        'the device ends the session',
        [W.requestWaits, W.requestInLiveSession],
        [...sessionFalls],
      ),
      dropped('NO_SESSION', 'the device has no such session', [W.requestWaits]),
      dropped(
        'DECRYPT_ERROR',
        'the TSM drops its session',
        [],
        [W.tsmForgetsSession, W.clearRelay],
      ),
    ],
  }),
];
