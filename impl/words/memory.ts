/** Packed meaning of the words about page ownership. */
import type { MEMORY } from '../../model/words/memory.ts';
import type { PackedMeaning } from './meaning.ts';

export const memoryWords: PackedMeaning<typeof MEMORY> = {
  pageShared: (s, { page }) => s.page(page).owner.isNone,
  pageOf: (s, { page, guest }) => s.page(page).owner.is(guest),
  pageAccepted: (s, { page }) => s.page(page).accepted,
  givePage: (s, { page, guest }) => s.page(page).set({ owner: guest, accepted: false }),
  sharePage: (s, { page }) => s.page(page).set({ owner: null, accepted: false }),
  newOwnership: (s, { page }) => s.advance('page', 'ownership', page),
  acceptPage: (s, { page }) => s.page(page).set({ accepted: true }),
  scrubPage: (s, { page }) => s.page(page).set({ data: null }),
  storeSecret: (s, { page, guest }) => s.page(page).set({ data: guest }),
};
