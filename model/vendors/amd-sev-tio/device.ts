/** Host commands of SEV-TIO about the device as a whole (backends 2.2). */
import { accepted, anyOf, at, each, not, type Rule, refused, rule, when } from '../../author.ts';
import { sessionFalls, streamFalls } from '../../phrases.ts';
import { W } from '../../words/index.ts';
import { busy, noSession, notConnected, small, unfinished } from './parts.ts';

const created = not(W.tioDeviceIs('none', 'reclaimed'));
/** What is left of a connection once the firmware gives it up. */
const forgetDevice = [
  W.tsmForgetsSession,
  W.clearRelay,
  W.tioPend('none'),
  W.tioForgetOldKeys,
  W.tioMeasured('none'),
  W.tioUnreport,
] as const;

export const DEVICE_RULES: readonly Rule[] = [
  rule('tsm.tio-snp-init', {
    by: 'host',
    role: 'progress',
    says: 'SNP_INIT_EX with the TIO flag: the feature is enabled.',
    over: {},
    clauses: ['tio-init'],
    facets: ['tio'],
    cases: [
      refused('INVALID_STATE', 'done before', [not(W.tioFeatureIs('notEnabled'))]),
      accepted('enabled', [], [W.tioFeatureTo('enabled')]),
    ],
  }),
  rule('tsm.tio-status', {
    by: 'host',
    says: 'TIO_STATUS: flags, sizes of buffers and contexts, algorithms.',
    over: {},
    clauses: ['tio-init'],
    facets: ['tio'],
    cases: [
      accepted('not enabled', [W.tioFeatureIs('notEnabled')], []),
      accepted('enabled', [W.tioFeatureIs('enabled')], []),
      accepted('initialised', [], []),
    ],
  }),
  rule('tsm.tio-init', {
    by: 'host',
    role: 'progress',
    says: 'TIO_INIT: the feature can be used.',
    over: {},
    clauses: ['tio-init'],
    facets: ['tio'],
    cases: [
      refused('NOT_ENABLED', 'not enabled', [W.tioFeatureIs('notEnabled')]),
      refused('INVALID_STATE', 'initialised before', [W.tioFeatureIs('initDone')]),
      accepted('initialised', [], [W.tioFeatureTo('initDone')]),
    ],
  }),
  rule('tsm.tio-expand-buffers', {
    by: 'host',
    role: 'progress',
    sensible: [W.tioReported],
    says: 'The host gives the firmware larger SPDM buffers, as EXPAND_BUFFER asks.',
    over: {},
    clauses: ['tio-expand-buffer'],
    facets: ['tio'],
    cases: [accepted('large', [], [W.tioExpandBuffers])],
  }),
  rule('tsm.tio-dev-create', {
    by: 'host',
    role: 'progress',
    says: 'TIO_DEV_CREATE: a device context, in pages that the host gave to the firmware.',
    over: {},
    clauses: ['tio-device-context'],
    facets: ['tio'],
    cases: [
      refused('NOT_INITIALISED', 'TIO_INIT comes first', [not(W.tioFeatureIs('initDone'))]),
      refused('INVALID_PAGE_STATE', 'the pages are the firmware’s', [not(W.tioDeviceIs('none'))]),
      accepted('created', [], [W.tioDeviceTo('created')]),
    ],
  }),
  rule('tsm.tio-dev-connect', {
    by: 'host',
    role: 'progress',
    leanings: [
      { when: { connect: 'withoutTc0' }, role: 'hostile' },
      { when: { connect: 'noSecuredMailbox' }, role: 'hostile' },
    ],
    says: 'TIO_DEV_CONNECT, called until session and keys are there.',
    over: { connect: 'TioConnect' },
    clauses: ['tio-connect', 'tio-one-pending', 'verb-connect'],
    facets: ['tio'],
    cases: [
      refused('INVALID_STATE', 'no context to connect', [not(W.tioDeviceIs('created'))]),
      refused('INVALID_PARAM', 'traffic class 0 is not in the mask', [
        W.tioConnectIs('withoutTc0'),
      ]),
      refused('NO_MAILBOX', 'the mailbox has no secured messages', [
        W.tioConnectIs('noSecuredMailbox'),
      ]),
      refused('STREAM_ENABLED', 'the stream is enabled already', [
        W.tioPendingIs('none'),
        W.streamEnabled,
      ]),
      accepted('SPDM request', [W.tioPendingIs('none')], [W.tioPend('connect')]),
      refused('SPDM_REQUEST', 'no error: session or keys are not there yet', [
        not(W.tsmHasSession),
      ]),
      refused('IDE_REQUEST', 'no error: the keys are not there yet', [W.sendingNothing]),
      accepted('connected', [], [W.tioDeviceTo('connected'), W.tioPend('none')]),
    ],
  }),
  rule('tsm.tio-connect-report', {
    by: 'host',
    role: 'progress',
    sensible: [W.streamSecure],
    says: 'The host driver reads the stream back and reports the device as connected.',
    over: {},
    clauses: ['tio-stream'],
    facets: ['tio'],
    cases: [
      notConnected,
      refused('ESTALE', 'an earlier kernel left firmware state', [W.staleState]),
      refused('EIO', 'the stream is not Secure', [not(W.streamSecure)]),
      accepted('reported', [], [W.tioReport]),
    ],
  }),
  rule('tsm.tio-dev-certificates', {
    by: 'host',
    says: 'TIO_DEV_CERTIFICATES: the certificates, once more.',
    over: {},
    clauses: ['tio-digests', 'tio-one-pending', 'tio-expand-buffer'],
    facets: ['tio'],
    cases: [
      busy,
      unfinished,
      notConnected,
      noSession,
      small,
      accepted('request made', [], [at({ tdi: W.pf }, W.sendRequest('certificates'))]),
    ],
  }),
  rule('tsm.tio-dev-measurements', {
    by: 'host',
    role: 'progress',
    sensible: [not(W.tioMeasuredIs('fresh'))],
    says: 'TIO_DEV_MEASUREMENTS: measurements for a nonce; their digest is fresh.',
    over: {},
    clauses: ['tio-digests', 'tio-one-pending', 'tio-expand-buffer'],
    facets: ['tio'],
    cases: [
      busy,
      unfinished,
      notConnected,
      noSession,
      small,
      accepted('request made', [], [at({ tdi: W.pf }, W.sendRequest('measurements'))]),
    ],
  }),
  rule('tsm.tio-dev-status', {
    by: 'host',
    says: 'TIO_DEV_STATUS: what the firmware keeps of the device.',
    over: {},
    clauses: ['tio-status'],
    facets: ['tio'],
    cases: [refused('ENXIO', 'no context', [not(created)]), accepted('told', [], [])],
  }),
  rule('tsm.tio-roll-key', {
    by: 'host',
    role: 'optional',
    sensible: [W.tioReported, anyOf(not(W.streamSecure), W.someTdiRuns)],
    says: 'TIO_ROLL_KEY, called until TLPs are sent under other keys; then the old ones go.',
    over: {},
    clauses: ['tio-roll-key', 'tio-one-pending', 'ide-refresh'],
    facets: ['tio'],
    cases: [
      notConnected,
      noSession,
      busy,
      accepted('begun', [W.tioPendingIs('none')], [W.tioPend('rollKey'), W.tioNoteOldKeys]),
      refused('IDE_REQUEST', 'no error: the keys are not refreshed yet', [not(W.tioKeysRolled)]),
      accepted(
        'refreshed',
        [],
        [
          each({ keySet: 'KeySet' }, [W.tioOldKeysAre], [W.retireSet]),
          W.tioPend('none'),
          W.tioForgetOldKeys,
        ],
      ),
    ],
  }),
  rule('tsm.tio-abort', {
    by: 'host',
    says: 'The host gives an unfinished ROLL_KEY up.',
    over: {},
    clauses: ['tio-one-pending', 'tio-roll-key'],
    facets: ['tio'],
    cases: [
      refused('NOT_ROLLING', 'none is under way', [not(W.tioPendingIs('rollKey'))]),
      accepted('given up', [], [W.tioPend('none'), W.tioForgetOldKeys]),
    ],
  }),
  rule('tsm.tio-dev-disconnect', {
    by: 'host',
    as: 'tsm.disconnect',
    role: 'hostile',
    says: 'TIO_DEV_DISCONNECT: the session ends at both ends, once no TDI is bound.',
    over: {},
    clauses: ['tio-disconnect', 'tio-disconnect-bound', 'verb-disconnect', 'spdm-session-end'],
    facets: ['tio'],
    cases: [
      notConnected,
      busy,
      unfinished,
      noSession,
      refused('BOUND', 'a TDI is bound', [W.someTdiBound]),
      refused('SPDM_ERROR', 'the device does not answer: only force helps', [
        not(W.tsmSessionLive),
      ]),
      accepted(
        'disconnected',
        [],
        [...sessionFalls, W.tioDeviceTo('disconnected'), ...forgetDevice],
      ),
    ],
  }),
  rule('tsm.tio-dev-disconnect-force', {
    by: 'host',
    role: 'hostile',
    sensible: [not(W.tsmSessionLive)],
    says: 'TIO_DEV_DISCONNECT with force: the keys of the root port are cleared; the device is not asked.',
    over: {},
    clauses: ['tio-disconnect', 'tio-disconnect-bound'],
    facets: ['tio'],
    cases: [
      notConnected,
      refused('BOUND', 'a TDI is bound', [W.someTdiBound]),
      accepted(
        'disconnected',
        [],
        [...streamFalls, W.tioDeviceTo('disconnected'), ...forgetDevice],
      ),
    ],
  }),
  rule('tsm.tio-dev-reclaim', {
    by: 'host',
    sensible: [W.tioDeviceIs('disconnected')],
    says: 'TIO_DEV_RECLAIM: the context is given up; also after a connect that failed.',
    over: {},
    clauses: ['tio-device-context', 'tio-disconnect-bound'],
    facets: ['tio'],
    cases: [
      refused('ENXIO', 'no context', [not(created)]),
      refused('INVALID_STATE', 'connected', [W.tioDeviceIs('connected')]),
      refused('TDI_CONTEXTS', 'TDI contexts are left', [W.tioSomeTdiContext]),
      accepted(
        'reclaimed',
        [],
        [when([W.tsmHasSession], streamFalls), W.tioDeviceTo('reclaimed'), ...forgetDevice],
      ),
    ],
  }),
  rule('tsm.tio-dev-page-reclaim', {
    by: 'host',
    role: 'progress',
    says: 'SNP_PAGE_RECLAIM: the host takes the pages of the device context back.',
    over: {},
    clauses: ['tio-device-context'],
    facets: ['tio'],
    cases: [
      refused('INVALID_PAGE_STATE', 'in use, or its own', [not(W.tioDeviceIs('reclaimed'))]),
      accepted('taken back', [], [W.tioDeviceTo('none')]),
    ],
  }),
];
