/** Packed meaning of the words about the life of a VM. */
import type { LAUNCH } from '../../model/words/launch.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const launchWords: PackedMeaning<typeof LAUNCH> = {
  vmIs: (s, { guest }, ...phases) => s.vm(guest).phase.isIn(...phases),
  vmTo: (s, { guest }, phase) => s.vm(guest).set({ phase }),
  vmHasTdi: (s, { guest }) =>
    s.some('Tdi', (tdi) => s.tsm(tdi).boundTo.is(guest)).or(s.peer().boundTo.is(guest)),
  vmHasPage: (s, { guest }) => s.some('Page', (page) => s.page(page).owner.is(guest)),
  contentsAre: (_, { contents }, ...names) => known(names.includes(contents)),
  measurePage: (s, { page }) => s.image(page).set({ measured: 'current' }),
  forgetAllEvidence: (s, { guest }) =>
    s.each('Tdi', (t, tdi) => t.guest(guest, tdi).set({ evidence: 'none', accepted: 'none' })),
};
