/** Messages of a guest to the firmware of SEV-TIO, and what a hostile host puts beside them (backends 2.3). */
import { accepted, idle, not, type Rule, refused, rule } from '../../author.ts';
import { kernelActs } from '../../phrases.ts';
import { W } from '../../words/index.ts';
import { pair, tdi, unbinding } from './parts.ts';

const notYours = refused('INVALID_TDI', 'not bound to the sender', [not(W.boundTo)]);
const notRunning = refused('NOT_RUN', 'not in RUN as far as the firmware knows', [
  not(W.tsmBelieves('RUN')),
]);
const notAccepted = refused('NOT_ACCEPTED', 'the guest has not accepted this lock session', [
  not(W.acceptanceCurrent),
]);

export const GUEST_RULES: readonly Rule[] = [
  rule('tsm.tio-guest-request', {
    by: 'host',
    role: 'hostile',
    says: 'TIO_GUEST_REQUEST with a message that the host spoiled or kept from before.',
    over: { guest: 'Guest', tamper: 'Tamper' },
    clauses: ['tio-guest-request'],
    facets: ['tio'],
    cases: [refused('BAD_MESSAGE', 'seal or sequence number is wrong', [])],
  }),
  rule('tsm.tio-show-blobs', {
    by: 'host',
    role: 'progress',
    leanings: [
      { when: { blobs: 'substituted' }, role: 'neutral' },
      { when: { blobs: 'staleNonce' }, role: 'neutral' },
    ],
    sensible: [W.tsmHasReport],
    says: 'The host puts certificates, measurements and report into the shared table, or others.',
    over: { tdi: 'Tdi', blobs: 'Blobs' },
    clauses: ['tio-evidence'],
    facets: ['tio'],
    cases: [
      refused('NO_REPORT', 'there is nothing to show', [not(W.tsmHasReport)]),
      accepted('shown', [], [W.tioShowBlobs]),
    ],
  }),
  rule('tsm.tio-claim-run', {
    by: 'host',
    role: 'hostile',
    says: 'The host writes RUN into the clear-text register that goes with a message.',
    over: tdi,
    clauses: ['tio-state-asserted'],
    facets: ['tio'],
    cases: [
      refused('NOT_BOUND', 'no guest asks about it', [not(W.bound)]),
      accepted('claimed', [], [W.tioClaimRun]),
    ],
  }),
  rule('tsm.tio-msg-tdi-info', {
    by: 'guest',
    as: 'guest.evidence',
    role: 'progress',
    sensible: [not(W.evidenceCurrent)],
    says: 'TIO_MSG_TDI_INFO: the guest compares the blobs of the host with the digests.',
    over: pair,
    clauses: ['tio-digests', 'tio-evidence', 'tio-digest-fresh', 'lock-session'],
    facets: ['tio'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('NO_REPORT', 'the firmware has no digest of a report', [not(W.tsmHasReport)]),
      refused('STALE_MEASUREMENTS', 'no fresh digest of measurements', [
        not(W.tioMeasuredIs('fresh')),
      ]),
      refused('NO_BLOBS', 'the shared table is empty', [not(W.tioBlobsShown)]),
      refused('DIGEST_MISMATCH', 'the blobs are not what the digests say', [not(W.tioBlobsMatch)]),
      accepted('read', [], [W.readEvidence, W.tioMeasured('valid')]),
    ],
  }),
  rule('tsm.tio-msg-mmio-validate', {
    by: 'guest',
    as: 'mmio.accept',
    role: 'progress',
    leanings: [{ when: { message: 'other' }, role: 'hostile' }],
    says: 'TIO_MSG_MMIO_VALIDATE: validated is set for exactly the range that the report has.',
    over: { guest: 'Guest', tdi: 'Tdi', message: 'MmioMessage' },
    clauses: ['tio-mmio-validate', 'mmio-accept'],
    facets: ['tio', 'mmio'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('RANGE_ERROR', 'no such range', [W.mmioMessageIs('other')]),
      refused('NOT_MAPPED', 'not assigned to the sender', [not(W.mmioMappedFor)]),
      notAccepted,
      notRunning,
      idle(
        'rare: the host must move the BAR in RUN and assign it only then',
        refused('MISMATCH', 'the RMP maps other pages than the report has', [
          not(W.mmioMatchesReport),
        ]),
      ),
      accepted('validated', [], [W.acceptMmio]),
    ],
  }),
  rule('tsm.tio-pvalidate-mmio', {
    by: 'guest',
    says: 'A guest executes PVALIDATE on an MMIO page, as if it were memory.',
    over: pair,
    clauses: ['tio-mmio-rmp'],
    facets: ['tio', 'mmio'],
    cases: [
      refused('NOT_MAPPED', 'not assigned to the sender', [not(W.mmioMappedFor)]),
      refused('FAIL_MMIO', 'the RMP marks it as MMIO, which the firmware alone validates', []),
    ],
  }),
  rule('tsm.tio-msg-mmio-invalidate', {
    by: 'guest',
    says: 'TIO_MSG_MMIO_VALIDATE with validated 0: the guest takes its consent back.',
    over: pair,
    clauses: ['tio-mmio-validate'],
    facets: ['tio', 'mmio'],
    cases: [
      kernelActs,
      notYours,
      refused('NOT_CHANGED', 'not validated before', [not(W.mmioAcceptedBy)]),
      accepted('invalidated', [], [W.unvalidateMmio]),
    ],
  }),
  rule('tsm.tio-msg-mmio-config', {
    by: 'guest',
    says: 'TIO_MSG_MMIO_CONFIG: the guest reads the attributes of a range.',
    over: pair,
    clauses: ['tio-mmio-config'],
    facets: ['tio', 'mmio'],
    cases: [
      notYours,
      refused('NOT_MAPPED', 'not assigned to the sender', [not(W.mmioMappedFor)]),
      accepted('told', [], []),
    ],
  }),
  rule('tsm.tio-msg-sdte-write', {
    by: 'guest',
    as: 'guest.enable-dma',
    role: 'progress',
    leanings: [
      { when: { sdte: 'allPrivate' }, role: 'optional' },
      { when: { sdte: 'allShared' }, role: 'neutral' },
      { when: { sdte: 'otherVmpl' }, role: 'hostile' },
      { when: { sdte: 'reservedBits' }, role: 'hostile' },
    ],
    sensible: [not(W.dmaOpen)],
    says: 'TIO_MSG_SDTE_WRITE: the guest opens the secure device table entry, with its vTOM.',
    over: { guest: 'Guest', tdi: 'Tdi', sdte: 'Sdte' },
    clauses: ['tio-sdte', 'tio-vtom', 'private-dma', 'guest-accept'],
    facets: ['tio'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('RESERVED_BITS', 'reserved bits are set', [W.tioSdteIs('reservedBits')]),
      refused('INVALID_VMPL', 'another VMPL is for the SVSM to ask', [W.tioSdteIs('otherVmpl')]),
      notAccepted,
      notRunning,
      accepted('written', [], [W.openDma, W.tioWriteVtom]),
    ],
  }),
  rule('tsm.tio-msg-sdte-close', {
    by: 'guest',
    says: 'TIO_MSG_SDTE_WRITE with V 0: the guest closes the entry.',
    over: pair,
    clauses: ['tio-sdte'],
    facets: ['tio'],
    cases: [kernelActs, notYours, accepted('closed', [], [W.blockDma, W.tioVtomTo('split')])],
  }),
];
