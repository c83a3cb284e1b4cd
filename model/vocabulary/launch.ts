/** What the words of words/launch.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { LAUNCH } from '../words/launch.ts';
import type { World } from '../world.ts';
import { patch, patchDealing, row } from './parts.ts';

export const LAUNCH_MEANING: ModelMeaning<typeof LAUNCH, World> = {
  vmIs: (w, { guest }, ...phases) => phases.includes(row(w, 'vm', guest).phase),
  vmTo: (w, { guest }, phase) => patch(w, 'vm', guest, { phase }),
  vmHasTdi: (w, { guest }) => w.tsm.some((t) => t.boundTo === guest) || w.peer.boundTo === guest,
  vmHasPage: (w, { guest }) => w.page.some((p) => p.owner === guest),
  contentsAre: (_, { contents }, ...asked) => asked.includes(contents),
  measurePage: (w, { page }) =>
    patch(w, 'image', page, { measured: row(w, 'page', page).ownership }),
  forgetAllEvidence: (w, { guest }) =>
    w.tdi.reduce<World>(
      (x, _, tdi) => patchDealing(x, guest, tdi, { evidence: null, accepted: null }),
      w,
    ),
};
