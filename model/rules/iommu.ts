/** Mapping, unmapping and split invalidation (tdisp-semantics 5.2). */
import { accepted, allOf, anyOf, not, type Rule, refused, rule } from '../author.ts';
import { hostTable, ofHostTable } from '../phrases.ts';
import { W } from '../words/index.ts';

const dma = { tdi: 'Tdi', page: 'Page' } as const;
const tdi = { tdi: 'Tdi' } as const;

export const IOMMU_RULES: readonly Rule[] = [
  rule('iommu.map', {
    by: 'host',
    role: 'progress',
    sensible: [
      anyOf(W.spaceIsPrivate, W.tdiIs('RUN')),
      anyOf(
        not(hostTable),
        allOf(
          W.tsmHasNonce,
          anyOf(
            allOf(W.spaceIsPrivate, W.pageOfBoundGuest, W.pageAccepted),
            allOf(not(W.spaceIsPrivate), W.pageShared),
          ),
        ),
      ),
    ],
    says: 'The host has a page mapped for a TDI in the trusted table; the TSM checks ownership.',
    over: { tdi: 'Tdi', page: 'Page', space: 'Space' },
    clauses: ['iommu-table', 'private-dma', 'tio-host-table'],
    cases: [
      ofHostTable(refused('MAPPED', 'mapped before by the host', [hostTable, W.mapped])),
      ofHostTable(accepted('written by the host', [hostTable], [W.mapPage])),
      refused('NOT_BOUND', 'the TDI is bound to nobody', [not(W.bound)]),
      refused('UNBINDING', 'an unbind is under way', [W.unbinding]),
      refused('NOT_LOCKED', 'no LOCK response seen', [not(W.tsmHasNonce)]),
      refused('MAPPED', 'mapped before', [W.mapped]),
      refused('NOT_FLUSHED', 'an IOTLB copy may be left', [not(W.flushClean)]),
      refused('NOT_OWN', 'not a page of the bound guest', [
        W.spaceIsPrivate,
        not(W.pageOfBoundGuest),
      ]),
      refused('NOT_ACCEPTED', 'a page not accepted', [W.spaceIsPrivate, not(W.pageAccepted)]),
      refused('NOT_SHARED', 'a private page in the shared half', [
        not(W.spaceIsPrivate),
        not(W.pageShared),
      ]),
      accepted('mapped', [], [W.mapPage]),
    ],
  }),
  rule('iommu.unmap', {
    by: 'host',
    role: 'hostile',
    says: 'The host has a page unmapped; a copy may stay in the IOTLB.',
    over: dma,
    clauses: ['iommu-table', 'iommu-invalidate'],
    cases: [
      refused('NOT_MAPPED', 'not mapped', [not(W.mapped)]),
      accepted('unmapped', [], [W.unmapPage, W.noteFlushNeeded]),
    ],
  }),
  rule('iommu.invalidate.begin', {
    by: 'host',
    role: 'progress',
    says: 'An invalidation begins; it covers what was unmapped before.',
    over: tdi,
    clauses: ['iommu-invalidate'],
    cases: [
      refused('RUNNING', 'one runs already', [W.flushPending]),
      refused('NOT_NEEDED', 'nothing to invalidate', [not(W.flushNeeded)]),
      accepted('begun', [], [W.beginFlush]),
    ],
  }),
  rule('iommu.invalidate.end', {
    by: 'fabric',
    role: 'progress',
    says: 'The invalidation completes: the copies that it covers are gone.',
    over: tdi,
    clauses: ['iommu-invalidate'],
    cases: [
      refused('NOT_RUNNING', 'none runs', [not(W.flushPending)]),
      accepted('completed', [], [W.dropCopies, W.endFlush]),
    ],
  }),
];
