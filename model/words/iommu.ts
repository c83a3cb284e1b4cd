/** Words about translation: table, IOTLB, invalidation (tdisp-semantics 5.2). */
import { effect, guard } from '../author.ts';

const dma = { tdi: 'Tdi', page: 'Page' } as const;
const tdi = { tdi: 'Tdi' } as const;
const page = { page: 'Page' } as const;

export const IOMMU = {
  mapped: guard(dma, 'the table maps {page} for {tdi}, in either half'),
  mappedAs: guard(
    { tdi: 'Tdi', page: 'Page', traffic: 'Traffic' },
    'the table maps {page} for {tdi} in the half that {traffic} traffic asks for (legacy: neither)',
  ),
  spaceIsPrivate: guard({ space: 'Space' }, 'the mapping is for the private half'),
  pageOfBoundGuest: guard(
    dma,
    '{page} is private to the guest that {tdi} is bound to',
    'private-dma',
  ),
  mapPage: effect(
    { tdi: 'Tdi', page: 'Page', space: 'Space' },
    'the table maps {page} for {tdi} in the {space} half',
    'iommu-table',
  ),
  unmapPage: effect(dma, 'the table does not map {page} for {tdi}', 'iommu-table'),
  noteFlushNeeded: effect(
    dma,
    'the TSM knows that an IOTLB copy of {page} for {tdi} may be left and no running invalidation covers it',
    'iommu-invalidate',
  ),
  flushClean: guard(
    dma,
    'the TSM knows that no IOTLB copy of {page} for {tdi} is left behind',
    'iommu-invalidate',
  ),
  tdiFlushClean: guard(
    tdi,
    'the TSM knows that no IOTLB copy of any page for {tdi} is left behind',
    'iommu-invalidate',
  ),
  pageUnmapped: guard(page, 'no TDI of any device has a table entry for {page}', 'page-conversion'),
  pageFlushClean: guard(
    page,
    'the TSM knows that no IOTLB copy of {page} is left behind for any TDI',
    'page-conversion',
  ),
  flushNeeded: guard(tdi, 'for some page of {tdi} an invalidation is needed and not begun'),
  flushPending: guard(tdi, 'for some page of {tdi} an invalidation is running'),
  beginFlush: effect(
    tdi,
    'for {tdi}, an invalidation runs that covers every page for which one was needed',
    'iommu-invalidate',
  ),
  dropCopies: effect(
    tdi,
    'the IOTLB holds no copy for {tdi} of the pages that the running invalidation covers',
    'iommu-invalidate',
  ),
  endFlush: effect(
    tdi,
    'the pages of {tdi} that the running invalidation covered are clean',
    'iommu-invalidate',
  ),
} as const;
