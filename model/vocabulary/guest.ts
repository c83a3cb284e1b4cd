/** What the words of words/guest.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { GUEST } from '../words/guest.ts';
import type { World } from '../world.ts';
import { dealing, patch, patchDealing, row } from './parts.ts';

export const GUEST_MEANING: ModelMeaning<typeof GUEST, World> = {
  hasEvidence: (w, { guest, tdi }) => dealing(w, guest, tdi).evidence !== null,
  evidenceCurrent: (w, { guest, tdi }) =>
    dealing(w, guest, tdi).evidence === row(w, 'tsm', tdi).lockSession,
  readEvidence: (w, { guest, tdi }) =>
    patchDealing(w, guest, tdi, { evidence: row(w, 'tsm', tdi).lockSession }),
  acceptanceCurrent: (w, { guest, tdi }) =>
    dealing(w, guest, tdi).accepted === row(w, 'tsm', tdi).lockSession,
  acceptTdi: (w, { guest, tdi }) =>
    patchDealing(w, guest, tdi, { accepted: row(w, 'tsm', tdi).lockSession }),

  mmioMapped: (w, { tdi }) => row(w, 'mmio', tdi).guest !== null,
  mmioMappedFor: (w, { tdi, guest }) => row(w, 'mmio', tdi).guest === guest,
  mmioAcceptedBy: (w, { tdi, guest }) =>
    row(w, 'mmio', tdi).guest === guest && row(w, 'mmio', tdi).accepted,
  mmioMatchesReport: (w, { tdi }) => row(w, 'mmio', tdi).place === row(w, 'tsm', tdi).reportPlace,
  mmioHitsBar: (w, { tdi }) => row(w, 'mmio', tdi).place === row(w, 'tdi', tdi).bar,
  mapMmio: (w, { tdi, guest }) =>
    patch(w, 'mmio', tdi, { guest, place: row(w, 'tdi', tdi).bar, accepted: false }),
  unmapMmio: (w, { tdi }) => patch(w, 'mmio', tdi, { guest: null, place: 'home', accepted: false }),
  acceptMmio: (w, { tdi }) => patch(w, 'mmio', tdi, { accepted: true }),
  rangeIsTee: (w, { tdi, range }) =>
    range === 'tee' || (range === 'updatable' && !row(w, 'tdi', tdi).nonTee),
};
