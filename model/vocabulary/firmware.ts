/** What the words of words/firmware.ts mean. */
import type { ModelMeaning } from '../author.ts';
import { LITERALS } from '../sorts.ts';
import type { FIRMWARE } from '../words/firmware.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

const isLocked = ({ state }: World['tdi'][number]): boolean =>
  state === 'CONFIG_LOCKED' || state === 'RUN';

export const FIRMWARE_MEANING: ModelMeaning<typeof FIRMWARE, World> = {
  chooseNoUpdate: (w, { tdi, level }) => patch(w, 'tsm', tdi, { noUpdate: level === 1 }),
  bindFlags: (w, { tdi }) => {
    const { noUpdate, lockMsix } = row(w, 'tsm', tdi);
    const flagged = patch(w, 'tdi', tdi, { noUpdate, msixLocked: lockMsix });
    return patch(flagged, 'p2pTdi', tdi, { flags: row(w, 'p2pTdi', tdi).wants });
  },
  forgetLock: (w, { tdi }) =>
    patch(w, 'tdi', tdi, { noUpdate: false, msixLocked: false, nonTee: false, reading: false }),
  updateForbidden: (w) => w.tdi.some((t) => t.noUpdate && isLocked(t)),
  someLocked: (w) => w.tdi.some(isLocked),
  lowersSvn: (w, { svn }) => LITERALS.Svn.indexOf(svn) < LITERALS.Svn.indexOf(w.device.svn),
  setSvn: (w, { svn }) => patchOne(w, 'device', { svn }),
};
