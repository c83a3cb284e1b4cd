/** SET_MMIO_ATTRIBUTE: a range becomes TEE memory, or stops being it, in RUN (TDISP 11.3.22). */
import { accepted, not, type Rule, refused, rule } from '../author.ts';
import { W } from '../words/index.ts';
import { busy, interrupted, transport } from './transport.ts';

export const ATTRIBUTE_RULES: readonly Rule[] = [
  rule('attribute.ask', {
    by: 'guest',
    role: 'optional',
    leanings: [{ when: { attribute: 'fixedRange' }, role: 'hostile' }],
    sensible: [W.tdiIs('RUN')],
    says: 'A guest has the TSM ask the device to change the attribute of a range.',
    over: { guest: 'Guest', tdi: 'Tdi', attribute: 'Attribute' },
    clauses: ['tdisp-attribute'],
    facets: ['attributes'],
    cases: [
      refused('NOT_BOUND_TO_CALLER', 'not its TDI', [not(W.boundTo)]),
      refused('UNBINDING', 'an unbind is under way', [W.unbinding]),
      refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]),
      refused('NOT_CONNECTED', 'the TSM holds no session', [not(W.tsmHasSession)]),
      accepted('request made', [], [W.sendRequest('setAttribute'), W.attachAttribute]),
    ],
  }),
  rule('tdisp.attribute', {
    by: 'tsm',
    role: 'optional',
    says: 'SET_MMIO_ATTRIBUTE_REQUEST reaches the device.',
    over: { tdi: 'Tdi' },
    clauses: ['tdisp-attribute', 'tdisp-legality', 'tdisp-codes', 'tdisp-report-interrupted'],
    facets: ['attributes'],
    codesInAnyOrder: true,
    cases: [
      ...transport('setAttribute'),
      busy,
      interrupted,
      refused('INVALID_INTERFACE_STATE', 'not in RUN', [not(W.tdiIs('RUN'))], [W.answerError]),
      refused('INVALID_REQUEST', 'range not updatable', [W.carriedRangeFixed], [W.answerError]),
      accepted('attribute set', [], [W.takeAttribute, W.answerOk]),
    ],
  }),
];
