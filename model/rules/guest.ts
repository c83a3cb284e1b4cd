/** What a guest does about a TDI, and private MMIO (host-guest 3, tdisp-semantics 5.5). */
import { accepted, allOf, anyOf, dropped, idle, not, type Rule, refused, rule } from '../author.ts';
import { fall, kernelActs, kernelAway } from '../phrases.ts';
import { W } from '../words/index.ts';

const pair = { guest: 'Guest', tdi: 'Tdi' } as const;
const notYours = refused('NOT_BOUND_TO_CALLER', 'not its TDI', [not(W.boundTo)]);
const unbinding = refused('UNBINDING', 'an unbind is under way', [W.unbinding]);
const locked = W.tdiIs('CONFIG_LOCKED', 'RUN');
const level = W.readingIs('commandClear', 'level');

export const GUEST_RULES: readonly Rule[] = [
  rule('guest.evidence', {
    by: 'guest',
    role: 'progress',
    says: 'A guest reads certificates, measurements and report, checked against the TSM’s digests.',
    over: pair,
    clauses: ['lock-session'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('NO_REPORT', 'the TSM has no report', [not(W.tsmHasReport)]),
      accepted('read', [], [W.readEvidence]),
    ],
  }),
  rule('guest.accept', {
    by: 'guest',
    role: 'progress',
    says: 'A guest accepts the lock session that its evidence is for.',
    over: pair,
    clauses: ['guest-accept', 'lock-session'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('NO_EVIDENCE', 'it has read none', [not(W.hasEvidence)]),
      refused('STALE_EVIDENCE', 'evidence of an earlier lock session', [not(W.evidenceCurrent)]),
      refused('NOT_LOCKED', 'not locked as far as the TSM knows', [
        not(W.tsmBelieves('CONFIG_LOCKED')),
        not(allOf(W.readingIs('startAuthoriser', 'host'), W.tsmBelieves('RUN'))),
      ]),
      accepted('accepted', [], [W.acceptTdi, W.recordAcceptance]),
    ],
  }),
  rule('guest.enable-dma', {
    by: 'guest',
    role: 'progress',
    says: 'A guest has its private memory opened to the TDI.',
    over: pair,
    clauses: ['private-dma', 'guest-accept'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('NOT_ACCEPTED', 'not accepted', [not(W.acceptanceCurrent)]),
      refused('NOT_RUN', 'not in RUN as far as the TSM knows', [not(W.tsmBelieves('RUN'))]),
      accepted('open', [], [W.openDma]),
    ],
  }),
  rule('guest.enable', {
    by: 'guest',
    role: 'progress',
    leanings: [{ when: { step: 'mse' }, role: 'neutral' }],
    sensible: [not(allOf(W.stepIs('mse'), W.bmeSet))],
    says: 'The guest driver writes the Command register, in the order of its style.',
    over: { tdi: 'Tdi', step: 'EnableStep' },
    clauses: ['enable-style', 'cfg-command', 'cfg-command-level'],
    cases: [
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      refused('OTHER_STYLE', 'the driver sets one bit after the other', [
        W.stepIs('both'),
        W.readingIs('enableStyle', 'mseThenBme'),
      ]),
      refused('OTHER_STYLE', 'the driver sets both bits at once', [
        not(W.stepIs('both')),
        not(W.readingIs('enableStyle', 'mseThenBme')),
      ]),
      refused('OTHER_STYLE', 'the driver does not touch the register after lock', [
        W.readingIs('enableStyle', 'prebound'),
        not(W.tsmBelieves('CONFIG_UNLOCKED')),
      ]),
      accepted(
        'MSE alone clears BME under lock',
        [W.stepIs('mse'), locked, anyOf(W.bmeSet, level)],
        [W.putCommand(0, 1), ...fall],
      ),
      accepted('MSE alone', [W.stepIs('mse')], [W.putCommand(0, 1)]),
      accepted('both bits set', [], [W.putCommand(1, 1)]),
    ],
  }),
  rule('mmio.map', {
    by: 'host',
    role: 'progress',
    says: 'The host maps the MMIO range of a TDI into the private addresses of a guest.',
    over: pair,
    clauses: ['mmio-accept'],
    facets: ['mmio'],
    cases: [
      notYours,
      unbinding,
      refused('NOT_LOCKED', 'no LOCK response seen', [not(W.tsmHasNonce)]),
      refused('MAPPED', 'mapped before', [W.mmioMapped]),
      accepted('mapped', [], [W.mapMmio]),
    ],
  }),
  rule('mmio.unmap', {
    by: 'host',
    role: 'progress',
    sensible: [W.unbinding],
    says: 'The host asks for the private mapping back; not while the TDI is bound.',
    over: { tdi: 'Tdi' },
    clauses: ['mmio-accept', 'verb-unbind', 'mmio-unmap-order'],
    facets: ['mmio'],
    cases: [
      refused('NOT_MAPPED', 'not mapped', [not(W.mmioMapped)]),
      refused('BOUND', 'the TDI is bound', [
        not(W.readingIs('translationTables', 'host')),
        W.bound,
        not(W.unbinding),
      ]),
      idle(
        'decides only where the platform wants the STOP first',
        refused('NOT_STOPPED', 'the STOP comes first', [
          W.readingIs('mmioUnmapVsStop', 'after'),
          W.bound,
          W.tsmSessionLive,
          not(W.stopAnswered),
        ]),
      ),
      accepted('unmapped', [], [W.unmapMmio]),
    ],
  }),
  rule('mmio.accept', {
    by: 'guest',
    role: 'progress',
    says: 'A guest accepts the private mapping if it agrees with the report.',
    over: pair,
    clauses: ['mmio-accept'],
    facets: ['mmio'],
    cases: [
      kernelActs,
      notYours,
      unbinding,
      refused('NOT_MAPPED', 'not mapped for it', [not(W.mmioMappedFor)]),
      refused('NOT_ACCEPTED', 'the TDI is not accepted', [not(W.acceptanceCurrent)]),
      refused('NOT_RUN', 'not in RUN as far as the TSM knows', [not(W.tsmBelieves('RUN'))]),
      idle(
        'rare: the host must move the BAR in RUN and map it only then',
        refused('MISMATCH', 'the mapping is not what the report says', [not(W.mmioMatchesReport)]),
      ),
      accepted('accepted', [], [W.acceptMmio]),
    ],
  }),
  rule('mmio.private', {
    by: 'guest',
    role: 'progress',
    observed: true,
    says: 'A guest reads or writes MMIO through its private mapping: T=1.',
    over: { guest: 'Guest', tdi: 'Tdi', range: 'Range' },
    clauses: ['tdisp-completer', 'tdisp-stop', 'mmio-accept', 'mmio-tee', 'tio-fence'],
    facets: ['mmio'],
    cases: [
      idle(
        'decides only where facet os is on',
        refused('NOT_FLAGGED', 'the kernel of the guest has no encrypted mapping', [
          W.rangeIsTee,
          not(kernelAway),
          not(W.teeEncrypted),
        ]),
      ),
      refused('NOT_MAPPED', 'no accepted mapping of its own', [not(W.mmioAcceptedBy)]),
      idle(
        'decides only where the host can have a guest fenced',
        dropped('FENCED', 'all ones: the guest is fenced', [
          W.readingIs('hostFaultScope', 'guest'),
          W.guestFenced,
        ]),
      ),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      dropped('INSECURE', 'the stream is Insecure', [not(W.streamSecure)]),
      dropped('NOT_ROUTED', 'the root port does not pass it on', [not(W.portRoutes)]),
      dropped('MSE_CLEAR', 'memory space is off', [not(W.mseSet)]),
      dropped('NO_RANGE', 'the BAR is elsewhere', [not(W.mmioHitsBar)]),
      accepted('non-TEE range', [not(W.rangeIsTee)], []),
      dropped('NOT_RUN', 'all ones: not in RUN', [not(W.tdiIs('RUN'))]),
      // What is taken in now would have to be aborted before the STOP is answered (TDISP 11.3.16).
      dropped('STOPPING', 'a STOP is under way', [W.stopping]),
      accepted('served', [], []),
    ],
  }),
  rule('mmio.legacy', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { range: 'updatable' }, role: 'neutral' }],
    observed: true,
    says: 'The host reads or writes MMIO: T=0.',
    over: { tdi: 'Tdi', range: 'Range' },
    clauses: ['tdisp-completer', 'mmio-tee', 'tio-mmio-rmp'],
    facets: ['mmio'],
    cases: [
      idle(
        'decides only where the RMP says what is private',
        dropped('RMP_VIOLATION', 'the pages of the range are a guest’s', [
          W.readingIs('translationTables', 'host'),
          W.mmioMapped,
          W.mmioHitsBar,
          W.rangeIsTee,
        ]),
      ),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      dropped('NOT_ROUTED', 'the root port does not pass it on', [not(W.portRoutes)]),
      dropped('MSE_CLEAR', 'memory space is off', [not(W.mseSet)]),
      accepted('non-TEE range', [not(W.rangeIsTee)], []),
      dropped('T0_TO_TEE', 'rejected: T=0 to a TEE range', [not(W.tdiIs('CONFIG_UNLOCKED'))]),
      accepted('served unlocked', [], []),
    ],
  }),
];
