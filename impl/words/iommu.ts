/** Packed meaning of the words about translation: table, IOTLB, invalidation. */
import type { IOMMU } from '../../model/words/iommu.ts';
import { FALSE, known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const iommuWords: PackedMeaning<typeof IOMMU> = {
  mapped: (s, { tdi, page }) => s.dma(tdi, page).table.is('none').not,
  mappedAs: (s, { tdi, page, traffic }) =>
    traffic === 'legacy' ? FALSE : s.dma(tdi, page).table.is(traffic),
  spaceIsPrivate: (_, { space }) => known(space === 'private'),
  pageOfBoundGuest: (s, { tdi, page }) => {
    const { owner } = s.page(page);
    return owner.isNone.not.and(owner.same(s.tsm(tdi).boundTo));
  },
  mapPage: (s, { tdi, page, space }) => s.dma(tdi, page).set({ table: space }),
  unmapPage: (s, { tdi, page }) => s.dma(tdi, page).set({ table: 'none' }),
  noteFlushNeeded: (s, { tdi, page }) => s.dma(tdi, page).set({ flush: 'needed' }),
  flushClean: (s, { tdi, page }) => s.dma(tdi, page).flush.is('clean'),
  tdiFlushClean: (s, { tdi }) => s.every('Page', (page) => s.dma(tdi, page).flush.is('clean')),
  pageUnmapped: (s, { page }) =>
    s
      .every('Tdi', (tdi) => s.dma(tdi, page).table.is('none'))
      .and(s.peerDma(page).table.is('none')),
  pageFlushClean: (s, { page }) =>
    s.every('Tdi', (tdi) => s.dma(tdi, page).flush.is('clean')).and(s.peerDma(page).dirty.not),
  flushNeeded: (s, { tdi }) => s.some('Page', (page) => s.dma(tdi, page).flush.is('needed')),
  flushPending: (s, { tdi }) => s.some('Page', (page) => s.dma(tdi, page).flush.is('pending')),
  beginFlush: (s, { tdi }) =>
    s.each('Page', (t, page) =>
      t.when(t.dma(tdi, page).flush.is('needed'), (u) =>
        u.dma(tdi, page).set({ flush: 'pending' }),
      ),
    ),
  dropCopies: (s, { tdi }) =>
    s.each('Page', (t, page) =>
      t.when(t.dma(tdi, page).flush.is('pending'), (u) => u.dma(tdi, page).set({ iotlb: 'none' })),
    ),
  endFlush: (s, { tdi }) =>
    s.each('Page', (t, page) =>
      t.when(t.dma(tdi, page).flush.is('pending'), (u) => u.dma(tdi, page).set({ flush: 'clean' })),
    ),
};
