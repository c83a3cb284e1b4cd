/** The interface report read in parts (tdisp-semantics 1.6). */
import { accepted, not, type Rule, refused, rule, when } from '../author.ts';
import { W } from '../words/index.ts';
import { busy, transport } from './transport.ts';

export const REPORT_RULES: readonly Rule[] = [
  rule('report.ask', {
    by: 'host',
    role: 'optional',
    leanings: [{ when: { offset: 'beyond' }, role: 'hostile' }],
    sensible: [not(W.tsmHasReport)],
    says: 'Guest request: the TSM asks the device for a part of the report.',
    over: { tdi: 'Tdi', offset: 'Offset' },
    clauses: ['tdisp-report-parts'],
    facets: ['reports'],
    cases: [
      refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]),
      refused('NOT_CONNECTED', 'the TSM holds no session', [not(W.tsmHasSession)]),
      refused('NOT_BOUND', 'bound to nobody', [not(W.bound)]),
      refused('UNBINDING', 'an unbind is under way', [W.unbinding]),
      refused('NO_FIRST_PART', 'nothing to go on from', [W.asksPart('later'), not(W.tsmHasPart)]),
      accepted(
        'request made',
        [],
        [
          W.sendRequest('reportPart'),
          W.attachOffset,
          when([W.asksPart('first')], [W.tsmDropsPart]),
        ],
      ),
    ],
  }),
  rule('tdisp.report-part', {
    by: 'tsm',
    role: 'optional',
    says: 'GET_DEVICE_INTERFACE_REPORT for a part of the report reaches the device.',
    over: { tdi: 'Tdi' },
    clauses: ['tdisp-report-parts', 'tdisp-report', 'tdisp-legality', 'tdisp-codes'],
    facets: ['reports'],
    codesInAnyOrder: true,
    cases: [
      ...transport('reportPart'),
      busy,
      refused(
        'INVALID_INTERFACE_STATE',
        'not locked',
        [not(W.tdiIs('CONFIG_LOCKED', 'RUN'))],
        [W.answerError],
      ),
      refused('INVALID_REQUEST', 'bad offset', [W.carriedPartIs('beyond')], [W.answerError]),
      refused(
        ['INVALID_REQUEST', 'INVALID_INTERFACE_STATE'],
        'no first part of this lock episode',
        [W.carriedPartIs('later'), not(W.readingReport)],
        [W.answerError],
      ),
      accepted(
        'first part',
        [W.carriedPartIs('first')],
        [W.beginReading, W.answerOk, W.answerEpisode, W.answerPlace],
      ),
      accepted('last part', [], [W.endReading, W.answerOk, W.answerEpisode, W.answerPlace]),
    ],
  }),
];
