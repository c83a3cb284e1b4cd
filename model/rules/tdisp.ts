/**
 * TDISP requests as the device treats them (tdisp-semantics 1).
 *
 * The TSM makes the request (model/vendors), the host carries it here, and the answer waits for the host to
 * carry it back. A request that has nothing to carry is dropped, so every attempt is total.
 */
import { accepted, dropped, idle, not, type Rule, refused, rule, when } from '../author.ts';
import { W } from '../words/index.ts';
import { busy, interrupted, transport } from './transport.ts';

const tdi = { tdi: 'Tdi' } as const;
const foreign = refused(
  'INVALID_INTERFACE',
  'foreign interface',
  [W.requestForeign],
  [W.answerError],
);

/**
 * The lists of LOCK checks are not told apart clearly (tdisp-semantics 1.4): either code is permitted for what
 * is on them.
 */
const REQUEST_OR_CONFIGURATION = ['INVALID_REQUEST', 'INVALID_DEVICE_CONFIGURATION'] as const;
const CONFIGURATION_OR_REQUEST = ['INVALID_DEVICE_CONFIGURATION', 'INVALID_REQUEST'] as const;

export const TDISP_RULES: readonly Rule[] = [
  rule('tdisp.lock', {
    by: 'tsm',
    role: 'progress',
    leanings: [{ when: { entropy: 'none' }, role: 'hostile' }],
    says: 'LOCK_INTERFACE_REQUEST reaches the device.',
    over: { tdi: 'Tdi', entropy: 'Entropy' },
    clauses: [
      'tdisp-lock',
      'tdisp-lock-busy',
      'tdisp-legality',
      'tdisp-codes',
      'tdisp-reject',
      'cfg-shadow',
    ],
    codesInAnyOrder: true,
    cases: [
      ...transport('lock'),
      foreign,
      refused(
        'INVALID_INTERFACE_STATE',
        'not unlocked',
        [not(W.tdiIs('CONFIG_UNLOCKED'))],
        [W.answerError],
      ),
      busy,
      refused('BUSY', 'earlier work in flight', [not(W.tdiDrained)], [W.answerError]),
      refused(REQUEST_OR_CONFIGURATION, 'stream id mismatch', [W.setupIdMismatch], [W.answerError]),
      refused(
        REQUEST_OR_CONFIGURATION,
        'two default streams',
        [W.setupTwoDefaults],
        [W.answerError],
      ),
      refused(
        REQUEST_OR_CONFIGURATION,
        'default stream not on TC0',
        [W.setupOtherTrafficClass],
        [W.answerError],
      ),
      refused(REQUEST_OR_CONFIGURATION, 'keys missing', [not(W.someSetKeyed)], [W.answerError]),
      idle(
        'the end of a session takes its keys along',
        refused(
          REQUEST_OR_CONFIGURATION,
          'keys of another session',
          [W.keyedOverOtherSession],
          [W.answerError],
        ),
      ),
      refused(CONFIGURATION_OR_REQUEST, 'BARs overlap', [W.someBarOverlaps], [W.answerError]),
      ...(
        [
          ['phantom functions', 'phantomFunctions'],
          ['resizable BAR size', 'resizableBarSize'],
          ['system page size', 'systemPageSize'],
          ['cache line size', 'cacheLineSize'],
          ['TPH mode', 'tphMode'],
          ['device memory not protected', 'deviceMemory'],
          ['shadow functions', 'shadowFunctions'],
        ] as const
      ).map(([name, config]) =>
        refused(CONFIGURATION_OR_REQUEST, name, [W.configUnsupported(config)], [W.answerError]),
      ),
      refused('INSUFFICIENT_ENTROPY', 'no nonce to be had', [W.noEntropy], [W.answerError]),
      accepted(
        'locked',
        [],
        [
          W.newLockEpisode,
          W.tdiTo('CONFIG_LOCKED'),
          W.bindSession,
          W.bindFlags,
          W.answerOk,
          W.answerEpisode,
        ],
      ),
    ],
  }),
  rule('tdisp.report', {
    by: 'tsm',
    role: 'progress',
    says: 'GET_DEVICE_INTERFACE_REPORT reaches the device.',
    over: tdi,
    clauses: ['tdisp-report', 'tdisp-legality', 'tdisp-codes'],
    codesInAnyOrder: true,
    cases: [
      ...transport('report'),
      idle('rare: a second STOP must be begun and the exchange be given up', busy),
      refused(
        'INVALID_INTERFACE_STATE',
        'not locked',
        [not(W.tdiIs('CONFIG_LOCKED', 'RUN'))],
        [W.answerError],
      ),
      accepted('served', [], [W.endReading, W.answerOk, W.answerEpisode, W.answerPlace]),
    ],
  }),
  rule('tdisp.state', {
    by: 'tsm',
    says: 'GET_DEVICE_INTERFACE_STATE reaches the device.',
    over: tdi,
    clauses: ['tdisp-state-query', 'tdisp-legality', 'tdisp-report-interrupted'],
    cases: [
      ...transport('state'),
      interrupted,
      accepted('answered', [], [W.answerOk, W.answerState]),
    ],
  }),
  rule('tdisp.start', {
    by: 'tsm',
    role: 'progress',
    says: 'START_INTERFACE_REQUEST reaches the device.',
    over: tdi,
    clauses: [
      'tdisp-start',
      'tdisp-start-stream',
      'tdisp-nonce',
      'tdisp-legality',
      'tdisp-codes',
      'tdisp-report-interrupted',
    ],
    codesInAnyOrder: true,
    cases: [
      ...transport('start'),
      idle('no START is on its way once the TSM unbinds', busy),
      interrupted,
      refused(
        'INVALID_INTERFACE_STATE',
        'not locked',
        [not(W.tdiIs('CONFIG_LOCKED'))],
        [W.answerError],
      ),
      refused('INVALID_NONCE', 'wrong nonce', [not(W.requestHasLiveNonce)], [W.answerError]),
      idle(
        'rare: the host must disable the stream between bind and LOCK',
        refused('INVALID_REQUEST', 'stream not Secure', [not(W.streamSecure)], [W.answerError]),
      ),
      accepted('running', [], [W.dropNonce, W.newRunEpisode, W.tdiTo('RUN'), W.answerOk]),
    ],
  }),
  rule('tdisp.stop.begin', {
    by: 'tsm',
    role: 'progress',
    says: 'STOP_INTERFACE_REQUEST reaches the device, which stops sending and begins to drain.',
    over: tdi,
    clauses: ['tdisp-stop', 'tdisp-legality'],
    cases: [
      ...transport('stop'),
      busy,
      accepted('draining', [], [W.beginStop, W.endReading, W.work]),
    ],
  }),
  rule('tdisp.stop.drain', {
    by: 'device',
    role: 'progress',
    says: 'The device has finished or aborted all work of the TDI.',
    over: tdi,
    clauses: ['tdisp-stop', 'tdisp-stop-tags'],
    cases: [
      refused('NOT_DRAINING', 'no STOP is draining', [not(W.stopDraining)]),
      refused('DRAINING', 'reads are still open', [not(W.readsDrained)]),
      accepted('drained', [], [W.markDrained]),
    ],
  }),
  rule('tdisp.stop.end', {
    by: 'device',
    role: 'progress',
    says: 'The device scrubs the TDI, unlocks it and answers the STOP.',
    over: tdi,
    clauses: ['tdisp-stop'],
    cases: [
      refused('NOT_DRAINED', 'no STOP has drained', [not(W.stopDrained)]),
      accepted(
        'stopped',
        [],
        [
          W.endStop,
          W.dropNonce,
          W.scrub,
          W.forgetLock,
          W.unbindSession,
          W.tdiTo('CONFIG_UNLOCKED'),
          when([W.workingOn('stop')], [W.answerOk]),
        ],
      ),
    ],
  }),
  rule('tdisp.insecure-message', {
    by: 'host',
    role: 'hostile',
    says: 'The host sends a TDISP request of its own, outside any secured session.',
    over: { tdi: 'Tdi', request: 'Request' },
    clauses: ['tdisp-transport'],
    cases: [dropped('NOT_SECURED', 'no secured session', [])],
  }),
];
