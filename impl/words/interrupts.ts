/** Packed meaning of the words about interrupts (tdisp-semantics 1.3, 5.6). */
import type { INTERRUPTS } from '../../model/words/interrupts.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const interruptsWords: PackedMeaning<typeof INTERRUPTS> = {
  chooseLockMsix: (s, { tdi, level }) => s.tsm(tdi).set({ lockMsix: level === 1 }),
  tableLocked: (s, { tdi }) => s.tdi(tdi).msixLocked,
  interruptIs: (_, { interrupt }, asked) => known(interrupt === asked),
  signal: (s, { tdi }, interrupt) =>
    s.when(s.tsm(tdi).boundTo.isNone.not, (t) =>
      t.guest(t.tsm(tdi).boundTo.ix, tdi).set({ interrupt }),
    ),
  forgeInterrupt: (s, { guest, tdi }) => s.guest(guest, tdi).set({ interrupt: 'untrusted' }),
  interruptWaits: (s, { guest, tdi }) => s.guest(guest, tdi).interrupt.is('none').not,
  interruptTrusted: (s, { guest, tdi }) => s.guest(guest, tdi).interrupt.is('trusted'),
  takeInterrupt: (s, { guest, tdi }) => s.guest(guest, tdi).set({ interrupt: 'none' }),
};
