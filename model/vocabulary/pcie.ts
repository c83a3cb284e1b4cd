/** What the words of words/pcie.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { PCIE } from '../words/pcie.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

/** A TDI of which a conventional reset has left nothing. */
export const asAfterReset = (t: World['tdi'][number]): World['tdi'][number] => ({
  ...t,
  state: 'CONFIG_UNLOCKED',
  nonce: null,
  session: null,
  stop: 'idle',
  holds: null,
  bme: false,
  mse: false,
  bar: 'home',
  config: 'supported',
  noUpdate: false,
  msixLocked: false,
  nonTee: false,
  reading: false,
  run: t.run + 1,
});

export const PCIE_MEANING: ModelMeaning<typeof PCIE, World> = {
  devicePresent: (w) => w.device.present,
  isPf: (_, { tdi }) => tdi === 0,
  tdiIsMember: (_, { tdi }, member) => tdi === member,
  readingIs: (w, _, name, value) => w.readings[name] === value,

  bmeSet: (w, { tdi }) => row(w, 'tdi', tdi).bme,
  mseSet: (w, { tdi }) => row(w, 'tdi', tdi).mse,
  writesBmeZero: (_, { bme }) => bme === 0,
  writesMseZero: (_, { mse }) => mse === 0,
  setCommand: (w, { tdi, bme, mse }) => patch(w, 'tdi', tdi, { bme: bme === 1, mse: mse === 1 }),
  stepIs: (_, { step }, wanted) => step === wanted,
  putCommand: (w, { tdi }, bme, mse) => patch(w, 'tdi', tdi, { bme: bme === 1, mse: mse === 1 }),

  barIs: (w, { tdi, place }) => row(w, 'tdi', tdi).bar === place,
  someBarOverlaps: (w) => w.tdi.some((t) => t.bar === 'overlapping'),
  setBar: (w, { tdi, place }) => patch(w, 'tdi', tdi, { bar: place }),

  configIs: (w, { tdi, config }) => row(w, 'tdi', tdi).config === config,
  configUnsupported: (w, { tdi }, config) => row(w, 'tdi', tdi).config === config,
  setConfig: (w, { tdi, config }) => patch(w, 'tdi', tdi, { config }),
  registerIs: (_, { register }, ...wanted) => wanted.includes(register),

  resetFunction: (w, { tdi }) => patch(w, 'tdi', tdi, { bme: false, mse: false, bar: 'home' }),
  resetDevice: (w) => ({ ...w, tdi: w.tdi.map(asAfterReset) }),
  leaveSlot: (w) => patchOne(w, 'device', { present: false }),
  enterSlot: (w) => patchOne(w, 'device', { present: true }),
};
