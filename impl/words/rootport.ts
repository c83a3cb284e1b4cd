/** Packed meaning of the words about the root port (tdisp-semantics 2.3). */
import type { ROOTPORT } from '../../model/words/rootport.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const rootportWords: PackedMeaning<typeof ROOTPORT> = {
  portRegisterIs: (_, { portRegister }, ...listed) => known(listed.includes(portRegister)),
  portMasters: (s) => s.rootPort().bme,
  portDecodes: (s) => s.rootPort().mse,
  portRoutes: (s) => s.rootPort().mse.and(s.rootPort().routing.is('home')),
  setPortCommand: (s, { bme, mse }) => s.rootPort().set({ bme: bme === 1, mse: mse === 1 }),
  portRoutingIs: (s, { routing }) => s.rootPort().routing.is(routing),
  setPortRouting: (s, { routing }) => s.rootPort().set({ routing }),
  deviceEndEnabled: (s) => s.stream().enabled,
  portEndIs: (s, { level }) => (level === 1 ? s.rootPort().disabled.not : s.rootPort().disabled),
  setPortEnd: (s, { level }) => s.rootPort().set({ disabled: level === 0 }),
};
