/** Packed meaning of the words about what a guest has read, accepted and mapped. */
import type { GUEST } from '../../model/words/guest.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const guestWords: PackedMeaning<typeof GUEST> = {
  hasEvidence: (s, { guest, tdi }) => s.guest(guest, tdi).evidence.isNone.not,
  evidenceCurrent: (s, { guest, tdi }) => s.guest(guest, tdi).evidence.isCurrent,
  readEvidence: (s, { guest, tdi }) => s.guest(guest, tdi).set({ evidence: 'current' }),
  acceptanceCurrent: (s, { guest, tdi }) => s.guest(guest, tdi).accepted.isCurrent,
  acceptTdi: (s, { guest, tdi }) => s.guest(guest, tdi).set({ accepted: 'current' }),

  mmioMapped: (s, { tdi }) => s.mmio(tdi).guest.isNone.not,
  mmioMappedFor: (s, { guest, tdi }) => s.mmio(tdi).guest.is(guest),
  mmioAcceptedBy: (s, { guest, tdi }) => s.mmio(tdi).guest.is(guest).and(s.mmio(tdi).accepted),
  mmioMatchesReport: (s, { tdi }) => s.mmio(tdi).place.same(s.tsm(tdi).reportPlace),
  mmioHitsBar: (s, { tdi }) => s.mmio(tdi).place.same(s.tdi(tdi).bar),
  mapMmio: (s, { guest, tdi }) =>
    s.mmio(tdi).set({ guest, place: s.tdi(tdi).bar, accepted: false }),
  unmapMmio: (s, { tdi }) => s.mmio(tdi).clear(),
  acceptMmio: (s, { tdi }) => s.mmio(tdi).set({ accepted: true }),
  rangeIsTee: (s, { tdi, range }) =>
    range === 'updatable' ? s.tdi(tdi).nonTee.not : known(range === 'tee'),
};
