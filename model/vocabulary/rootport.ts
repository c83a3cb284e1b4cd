/** What the words of words/rootport.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { ROOTPORT } from '../words/rootport.ts';
import type { World } from '../world.ts';
import { patchOne } from './parts.ts';

export const ROOTPORT_MEANING: ModelMeaning<typeof ROOTPORT, World> = {
  portRegisterIs: (_, { portRegister }, ...wanted) => wanted.includes(portRegister),
  portMasters: (w) => w.rootPort.bme,
  portDecodes: (w) => w.rootPort.mse,
  portRoutes: (w) => w.rootPort.mse && w.rootPort.routing === 'home',
  setPortCommand: (w, { bme, mse }) => patchOne(w, 'rootPort', { bme: bme === 1, mse: mse === 1 }),
  portRoutingIs: (w, { routing }) => w.rootPort.routing === routing,
  setPortRouting: (w, { routing }) => patchOne(w, 'rootPort', { routing }),
  deviceEndEnabled: (w) => w.stream.enabled,
  portEndIs: (w, { level }) => !w.rootPort.disabled === (level === 1),
  setPortEnd: (w, { level }) => patchOne(w, 'rootPort', { disabled: level === 0 }),
};
