/** What the words of words/memory.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { MEMORY } from '../words/memory.ts';
import type { World } from '../world.ts';
import { patch, row } from './parts.ts';

export const MEMORY_MEANING: ModelMeaning<typeof MEMORY, World> = {
  pageShared: (w, { page }) => row(w, 'page', page).owner === null,
  pageOf: (w, { page, guest }) => row(w, 'page', page).owner === guest,
  pageAccepted: (w, { page }) => row(w, 'page', page).accepted,
  givePage: (w, { page, guest }) => patch(w, 'page', page, { owner: guest, accepted: false }),
  sharePage: (w, { page }) => patch(w, 'page', page, { owner: null, accepted: false }),
  newOwnership: (w, { page }) =>
    patch(w, 'page', page, { ownership: row(w, 'page', page).ownership + 1 }),
  acceptPage: (w, { page }) => patch(w, 'page', page, { accepted: true }),
  scrubPage: (w, { page }) => patch(w, 'page', page, { data: null }),
  storeSecret: (w, { page, guest }) => patch(w, 'page', page, { data: guest }),
};
