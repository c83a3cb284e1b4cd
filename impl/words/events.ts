/** Packed meaning of the words about what else befalls a device (tdisp-semantics 2.2). */
import type { EVENTS } from '../../model/words/events.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';
import { afterReset } from './pcie.ts';

export const eventsWords: PackedMeaning<typeof EVENTS> = {
  powerIs: (_, { power }, ...listed) => known(listed.includes(power)),
  faultIs: (_, { fault }, ...listed) => known(listed.includes(fault)),
  controlIs: (_, { control }, asked) => known(control === asked),
  portIsReset: (_, { loss }) => known(loss === 'portReset'),
  doeUsable: (_, { doe }) => known(doe === 'usable'),
  resetDeviceToError: (s) =>
    s.each('Tdi', (t, tdi) =>
      t.when(
        t.tdi(tdi).state.isIn('CONFIG_LOCKED', 'RUN'),
        (u) => afterReset(u, tdi).tdi(tdi).set({ state: 'ERROR' }),
        (u) => afterReset(u, tdi),
      ),
    ),
};
