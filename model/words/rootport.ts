/** Words about the root port (tdisp-semantics 2.3). */
import { effect, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';

export const ROOTPORT = {
  portRegisterIs: guardOf<[...Literals['PortRegister'][number][]]>()(
    { portRegister: 'PortRegister' },
    'the register of the root port is one of {0}…',
  ),
  portMasters: guard({}, 'Bus Master Enable of the root port is 1', 'port-routing'),
  portDecodes: guard({}, 'Memory Space Enable of the root port is 1', 'port-routing'),
  portRoutes: guard(
    {},
    'the root port passes MMIO to the device: its Memory Space Enable is 1 and its routing is home',
    'port-routing',
  ),
  setPortCommand: effect(
    { bme: 'Level', mse: 'Level' },
    'the Command register of the root port takes the written values of BME and MSE',
  ),
  portRoutingIs: guard({ routing: 'Routing' }, 'the root port routes as {routing} already'),
  setPortRouting: effect({ routing: 'Routing' }, 'the root port routes as {routing}'),
  deviceEndEnabled: guard({}, 'Stream Enable is set at the device', 'port-stream'),
  portEndIs: guard({ level: 'Level' }, 'the root port’s own Stream Enable has the value {level}'),
  setPortEnd: effect(
    { level: 'Level' },
    'the root port’s own Stream Enable takes the value {level}',
    'port-stream',
  ),
} as const;
