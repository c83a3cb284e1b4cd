/** What the words of words/iommu.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { IOMMU } from '../words/iommu.ts';
import type { World } from '../world.ts';
import { cell, patchCell, patchCells, row } from './parts.ts';

const cells = (w: World, tdi: number) => w.dma[tdi] ?? [];

export const IOMMU_MEANING: ModelMeaning<typeof IOMMU, World> = {
  mapped: (w, { tdi, page }) => cell(w, tdi, page).table !== 'none',
  mappedAs: (w, { tdi, page, traffic }) => cell(w, tdi, page).table === traffic,
  spaceIsPrivate: (_, { space }) => space === 'private',
  pageOfBoundGuest: (w, { tdi, page }) => {
    const { owner } = row(w, 'page', page);
    return owner !== null && owner === row(w, 'tsm', tdi).boundTo;
  },
  mapPage: (w, { tdi, page, space }) => patchCell(w, tdi, page, { table: space }),
  unmapPage: (w, { tdi, page }) => patchCell(w, tdi, page, { table: 'none' }),
  noteFlushNeeded: (w, { tdi, page }) => patchCell(w, tdi, page, { flush: 'needed' }),
  flushClean: (w, { tdi, page }) => cell(w, tdi, page).flush === 'clean',
  tdiFlushClean: (w, { tdi }) => cells(w, tdi).every((c) => c.flush === 'clean'),
  pageUnmapped: (w, { page }) =>
    w.tdi.every((_, tdi) => cell(w, tdi, page).table === 'none') &&
    row(w, 'peerDma', page).table === 'none',
  pageFlushClean: (w, { page }) =>
    w.tdi.every((_, tdi) => cell(w, tdi, page).flush === 'clean') && !row(w, 'peerDma', page).dirty,
  flushNeeded: (w, { tdi }) => cells(w, tdi).some((c) => c.flush === 'needed'),
  flushPending: (w, { tdi }) => cells(w, tdi).some((c) => c.flush === 'pending'),
  beginFlush: (w, { tdi }) =>
    patchCells(w, tdi, (c) => (c.flush === 'needed' ? { ...c, flush: 'pending' } : c)),
  dropCopies: (w, { tdi }) =>
    patchCells(w, tdi, (c) => (c.flush === 'pending' ? { ...c, iotlb: 'none' } : c)),
  endFlush: (w, { tdi }) =>
    patchCells(w, tdi, (c) => (c.flush === 'pending' ? { ...c, flush: 'clean' } : c)),
};
