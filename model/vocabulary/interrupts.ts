/** What the words of words/interrupts.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { INTERRUPTS } from '../words/interrupts.ts';
import type { World } from '../world.ts';
import { dealing, patch, patchDealing, row } from './parts.ts';

export const INTERRUPTS_MEANING: ModelMeaning<typeof INTERRUPTS, World> = {
  chooseLockMsix: (w, { tdi, level }) => patch(w, 'tsm', tdi, { lockMsix: level === 1 }),
  tableLocked: (w, { tdi }) => row(w, 'tdi', tdi).msixLocked,
  interruptIs: (_, { interrupt }, wanted) => interrupt === wanted,
  signal: (w, { tdi }, interrupt) => {
    const guest = row(w, 'tsm', tdi).boundTo;
    return guest === null ? w : patchDealing(w, guest, tdi, { interrupt });
  },
  forgeInterrupt: (w, { guest, tdi }) => patchDealing(w, guest, tdi, { interrupt: 'untrusted' }),
  interruptWaits: (w, { guest, tdi }) => dealing(w, guest, tdi).interrupt !== 'none',
  interruptTrusted: (w, { guest, tdi }) => dealing(w, guest, tdi).interrupt === 'trusted',
  takeInterrupt: (w, { guest, tdi }) => patchDealing(w, guest, tdi, { interrupt: 'none' }),
};
