/** Words about what else befalls a device (tdisp-semantics 2.2). */
import { effect, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';

export const EVENTS = {
  powerIs: guardOf<[...Literals['Power'][number][]]>()(
    { power: 'Power' },
    'the power transition is one of {0}…',
  ),
  faultIs: guardOf<[...Literals['Fault'][number][]]>()(
    { fault: 'Fault' },
    'what comes in is one of {0}…',
  ),
  controlIs: guardOf<[Literals['Control'][number]]>()(
    { control: 'Control' },
    'the control touches {0}',
  ),
  portIsReset: guard({ loss: 'LinkLoss' }, 'the loss of the link resets the port', 'link-down'),
  doeUsable: guard({ doe: 'DoeError' }, 'the session is usable after the DOE error', 'doe-error'),
  resetDeviceToError: effect(
    {},
    'as resetDevice, but a TDI that was CONFIG_LOCKED or RUN is in ERROR',
    'rst-conventional-target',
  ),
} as const;
