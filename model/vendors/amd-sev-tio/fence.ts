/** The ASID fence, and the host’s page table in the DMA path (backends 2.2 and 2.4). */
import { accepted, not, type Rule, refused, rule } from '../../author.ts';
import { W } from '../../words/index.ts';

const guest = { guest: 'Guest' } as const;

export const FENCE_RULES: readonly Rule[] = [
  rule('tsm.tio-map-elsewhere', {
    by: 'host',
    role: 'hostile',
    says: 'The host leads a private address of a TDI to another page.',
    over: { tdi: 'Tdi', page: 'Page' },
    clauses: ['tio-host-table'],
    facets: ['tio'],
    cases: [
      refused('MAPPED', 'mapped before', [W.mapped]),
      accepted('written by the host', [], [W.mapElsewhere]),
    ],
  }),
  rule('tsm.tio-asid-fence-status', {
    by: 'host',
    says: 'TIO_ASID_FENCE_STATUS: whether a guest is fenced at the root complex.',
    over: guest,
    clauses: ['tio-fence', 'tio-fence-default'],
    facets: ['fence'],
    cases: [
      accepted('fenced after an error', [W.guestFenced], []),
      accepted('fenced by default', [W.fencedByDefault], []),
      accepted('not fenced', [], []),
    ],
  }),
  rule('tsm.tio-asid-fence-clear', {
    by: 'host',
    role: 'progress',
    says: 'TIO_ASID_FENCE_CLEAR: the fence goes, once the TDI that faulted is unbound.',
    over: guest,
    clauses: ['tio-fence', 'tio-fence-clear'],
    facets: ['fence'],
    cases: [
      refused('NOT_FENCED', 'no fence after an error', [not(W.guestFenced)]),
      refused('BOUND', 'the TDI that faulted is bound', [W.fenceCauseBound]),
      accepted('cleared', [], [W.clearFence]),
    ],
  }),
];
