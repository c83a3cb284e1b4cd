/** Packed meaning of the words about firmware update and the flags of LOCK (tdisp-semantics 1.4, 1.8). */
import type { FIRMWARE } from '../../model/words/firmware.ts';
import { type Bool, FALSE, type Ix } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

const isLocked = (s: S, tdi: Ix<'Tdi'>): Bool => s.tdi(tdi).state.isIn('CONFIG_LOCKED', 'RUN');

export const firmwareWords: PackedMeaning<typeof FIRMWARE> = {
  chooseNoUpdate: (s, { tdi, level }) => s.tsm(tdi).set({ noUpdate: level === 1 }),
  bindFlags: (s, { tdi }) => {
    const { noUpdate, lockMsix } = s.tsm(tdi);
    const t = s.tdi(tdi).set({ noUpdate, msixLocked: lockMsix });
    return t.p2pTdi(tdi).set({ flags: t.p2pTdi(tdi).wants });
  },
  forgetLock: (s, { tdi }) =>
    s.tdi(tdi).set({ noUpdate: false, msixLocked: false, nonTee: false, reading: false }),
  updateForbidden: (s) => s.some('Tdi', (tdi) => s.tdi(tdi).noUpdate.and(isLocked(s, tdi))),
  someLocked: (s) => s.some('Tdi', (tdi) => isLocked(s, tdi)),
  lowersSvn: (s, { svn }) => (svn === 'svn1' ? s.device().svn.is('svn2') : FALSE),
  setSvn: (s, { svn }) => s.device().set({ svn }),
};
