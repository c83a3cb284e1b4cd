/** Words about configuration space, resets and the device in its slot. */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Readings } from '../world.ts';

const tdi = { tdi: 'Tdi' } as const;

export const PCIE = {
  devicePresent: guard({}, 'the device is in its slot'),
  isPf: guard(tdi, '{tdi} is the PF (member 0)'),
  tdiIsMember: guardOf<[member: number]>()(tdi, '{tdi} is member {0}; for mutants that forget one'),
  readingIs: guardOf<{ [K in keyof Readings]: [name: K, value: Readings[K]] }[keyof Readings]>()(
    {},
    'the documents are read so: {0} is {1}',
  ),

  bmeSet: guard(tdi, 'Bus Master Enable of {tdi} is 1'),
  mseSet: guard(tdi, 'Memory Space Enable of {tdi} is 1'),
  writesBmeZero: guard({ bme: 'Level' }, 'the value written has Bus Master Enable 0'),
  writesMseZero: guard({ mse: 'Level' }, 'the value written has Memory Space Enable 0'),
  setCommand: effect(
    { tdi: 'Tdi', bme: 'Level', mse: 'Level' },
    'the Command register of {tdi} takes the written values of BME and MSE',
  ),
  stepIs: guardOf<['mse' | 'bme' | 'both']>()(
    { step: 'EnableStep' },
    'the driver is at the step {0} of enabling the device',
  ),
  putCommand: effectOf<[bme: 0 | 1, mse: 0 | 1]>()(
    tdi,
    'the Command register of {tdi} becomes BME {0}, MSE {1}',
  ),

  barIs: guard({ tdi: 'Tdi', place: 'Place' }, 'the BAR of {tdi} decodes at {place}'),
  someBarOverlaps: guard(
    {},
    'the BAR of some function lies on top of another range',
    'tdisp-lock-config',
  ),
  setBar: effect({ tdi: 'Tdi', place: 'Place' }, 'the BAR of {tdi} decodes at {place}'),

  configIs: guard(
    { tdi: 'Tdi', config: 'Config' },
    'the configuration of {tdi} is {config} already',
  ),
  configUnsupported: guardOf<[config: string]>()(tdi, 'the configuration of {tdi} is {0}'),
  setConfig: effect(
    { tdi: 'Tdi', config: 'Config' },
    'the configuration of {tdi} becomes {config}',
  ),
  registerIs: guardOf<[...string[]]>()(
    { register: 'Register' },
    'the register written is one of {0}…',
  ),

  resetFunction: effect(
    tdi,
    'BME and MSE of {tdi} are 0 and its BAR is home again; its TDI state is not touched',
  ),
  resetDevice: effect(
    {},
    'of every TDI: CONFIG_UNLOCKED, no nonce, no session, no STOP under way, data scrubbed, BME and MSE 0, BAR home, configuration supported, locked with no flags, no attribute changed, no report being read in parts, and TLPs from before are of an earlier episode',
  ),
  leaveSlot: effect({}, 'the device is gone from its slot'),
  enterSlot: effect({}, 'a device is in the slot'),
} as const;
