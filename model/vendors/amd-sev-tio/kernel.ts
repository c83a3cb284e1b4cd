/**
 * What the kernel of an SEV-TIO guest does in its own way (backends 2.3): evidence from the table of the host,
 * the secure device table entry, attributes by message; and the report in parts, which the host asks for.
 */
import { accepted, anyOf, not, type Rule, refused, rule, when } from '../../author.ts';
import { dmaAcceptChecks, kernelUnaware } from '../../phrases.ts';
import { W } from '../../words/index.ts';
import { busy, noSession, notBound, pair, unbinding, unfinished } from './parts.ts';

export const KERNEL_RULES: readonly Rule[] = [
  rule('tsm.tio-os-evidence', {
    by: 'guest',
    as: 'guest.evidence',
    instead: 'os.evidence',
    role: 'progress',
    sensible: [
      W.osModeIs('locked'),
      W.tsmHasReport,
      anyOf(W.tioMeasuredIs('fresh'), W.tioBlobsShown),
    ],
    says: 'The kernel of a guest takes the blobs of the host, and compares them with the digests of TDI_INFO.',
    over: pair,
    clauses: ['os-evidence', 'lock-session', 'tio-digests', 'tio-evidence', 'tio-digest-fresh'],
    facets: ['tio', 'os'],
    cases: [
      kernelUnaware,
      refused('EINVAL', 'not locked by this kernel', [
        not(W.osModeIs('locked', 'evidenced', 'accepting', 'accepted')),
      ]),
      refused('ENXIO', 'not bound to this guest', [anyOf(not(W.boundTo), W.unbinding)]),
      refused('ENXIO', 'the firmware has no digest of a report', [not(W.tsmHasReport)]),
      refused('EAGAIN', 'no fresh digest of measurements', [not(W.tioMeasuredIs('fresh'))]),
      refused('ENODATA', 'the shared table is empty', [not(W.tioBlobsShown)]),
      refused('EBADMSG', 'the blobs are not what the digests say', [not(W.tioBlobsMatch)]),
      accepted(
        'fresh evidence',
        [not(W.osModeIs('locked'))],
        [W.readEvidence, W.tioMeasured('valid')],
      ),
      accepted('evidenced', [], [W.readEvidence, W.tioMeasured('valid'), W.osModeTo('evidenced')]),
    ],
  }),
  rule('tsm.tio-os-sdte-write', {
    by: 'guest',
    as: 'guest.enable-dma',
    instead: 'os.accept.dma',
    role: 'progress',
    leanings: [{ when: { source: 'host' }, role: 'optional' }],
    sensible: [W.teeEncrypted],
    says: 'Accepting ends: SDTE_WRITE with vTOM above all memory; buffers are direct from now on.',
    over: { guest: 'Guest', tdi: 'Tdi', source: 'Source' },
    clauses: ['os-accept', 'os-bounce', 'private-dma', 'tio-sdte', 'tio-vtom'],
    facets: ['tio', 'os', 'mmio'],
    cases: [
      ...dmaAcceptChecks,
      accepted(
        'accepted',
        [],
        [W.openDma, W.tioVtomTo('allPrivate'), W.osModeTo('accepted'), W.dmaOpsTo('direct')],
      ),
    ],
  }),
  rule('tsm.tio-msg-mmio-config-set', {
    by: 'guest',
    as: 'attribute.ask',
    role: 'optional',
    leanings: [{ when: { attribute: 'fixedRange' }, role: 'neutral' }],
    sensible: [W.tdiIs('RUN')],
    says: 'TIO_MSG_MMIO_CONFIG: the guest has the attribute of a range changed.',
    over: { guest: 'Guest', tdi: 'Tdi', attribute: 'Attribute' },
    clauses: ['tio-mmio-config', 'tdisp-attribute', 'tio-one-pending'],
    facets: ['tio', 'attributes'],
    cases: [
      refused('INVALID_TDI', 'not bound to the sender', [not(W.boundTo)]),
      unbinding,
      busy,
      unfinished,
      noSession,
      accepted('SPDM request', [], [W.sendRequest('setAttribute'), W.attachAttribute]),
    ],
  }),
  rule('tsm.tio-tdi-report-part', {
    by: 'host',
    as: 'report.ask',
    role: 'optional',
    leanings: [{ when: { offset: 'beyond' }, role: 'neutral' }],
    sensible: [not(W.tsmHasReport)],
    says: 'TIO_TDI_REPORT of a report that is larger than one message: part by part.',
    over: { tdi: 'Tdi', offset: 'Offset' },
    clauses: ['tio-bind', 'tdisp-report-parts', 'tio-one-pending'],
    facets: ['tio', 'reports'],
    cases: [
      busy,
      unfinished,
      noSession,
      notBound,
      unbinding,
      refused('NO_FIRST_PART', 'nothing to go on from', [W.asksPart('later'), not(W.tsmHasPart)]),
      accepted(
        'SPDM request',
        [],
        [
          W.sendRequest('reportPart'),
          W.attachOffset,
          when([W.asksPart('first')], [W.tsmDropsPart]),
        ],
      ),
    ],
  }),
];
