/** Words about firmware update and the flags of LOCK (tdisp-semantics 1.4, 1.8). */
import { effect, guard } from '../author.ts';

const tdi = { tdi: 'Tdi' } as const;

export const FIRMWARE = {
  chooseNoUpdate: effect(
    { tdi: 'Tdi', level: 'Level' },
    'the next LOCK of {tdi} carries NO_FW_UPDATE if {level} is 1',
    'fw-no-update',
  ),
  bindFlags: effect(
    tdi,
    '{tdi} is locked with the flags that the TSM has chosen for it: NO_FW_UPDATE, LOCK_MSIX and what concerns peer-to-peer',
    'tdisp-lock',
  ),
  forgetLock: effect(
    tdi,
    '{tdi} is locked with no flags, no attribute of a range is changed, and no report is being read in parts',
    'tdisp-stop',
  ),
  updateForbidden: guard(
    {},
    'some TDI that was locked with NO_FW_UPDATE is CONFIG_LOCKED or RUN',
    'fw-no-update',
  ),
  someLocked: guard({}, 'some TDI is CONFIG_LOCKED or RUN'),
  lowersSvn: guard(
    { svn: 'Svn' },
    'the image has a lower security version than the firmware that runs',
    'fw-update',
  ),
  setSvn: effect({ svn: 'Svn' }, 'firmware of the security version {svn} runs'),
} as const;
