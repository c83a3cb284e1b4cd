/** What the words of words/events.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { EVENTS } from '../words/events.ts';
import type { World } from '../world.ts';
import { asAfterReset } from './pcie.ts';

export const EVENTS_MEANING: ModelMeaning<typeof EVENTS, World> = {
  powerIs: (_, { power }, ...wanted) => wanted.includes(power),
  faultIs: (_, { fault }, ...wanted) => wanted.includes(fault),
  controlIs: (_, { control }, wanted) => control === wanted,
  portIsReset: (_, { loss }) => loss === 'portReset',
  doeUsable: (_, { doe }) => doe === 'usable',
  resetDeviceToError: (w) => ({
    ...w,
    tdi: w.tdi.map((t) => ({
      ...asAfterReset(t),
      state: t.state === 'CONFIG_LOCKED' || t.state === 'RUN' ? 'ERROR' : 'CONFIG_UNLOCKED',
    })),
  }),
};
