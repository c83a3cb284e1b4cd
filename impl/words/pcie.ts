/** Packed meaning of the words about configuration space, resets and the device in its slot. */
import { LITERALS } from '../../model/sorts.ts';
import type { PCIE } from '../../model/words/pcie.ts';
import type { Readings } from '../../model/world.ts';
import { FALSE, type Ix, ix, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

/** Nothing is left of a TDI but its counters. */
export const afterReset = (s: S, tdi: Ix<'Tdi'>): S =>
  s.advance('tdi', 'run', tdi).tdi(tdi).set({
    state: 'CONFIG_UNLOCKED',
    nonce: 'none',
    session: 'none',
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
  });

/** Readings are fixed for a run, so guards on them are known while compiling. */
export const pcieWords = (readings: Readings): PackedMeaning<typeof PCIE> => ({
  devicePresent: (s) => s.device().present,
  isPf: (_, { tdi }) => tdi.is(ix('Tdi', 0)),
  tdiIsMember: (_, { tdi }, member) => tdi.is(ix('Tdi', member)),
  readingIs: (_, __, name, value) => known(readings[name] === value),

  bmeSet: (s, { tdi }) => s.tdi(tdi).bme,
  mseSet: (s, { tdi }) => s.tdi(tdi).mse,
  writesBmeZero: (_, { bme }) => known(bme === 0),
  writesMseZero: (_, { mse }) => known(mse === 0),
  setCommand: (s, { tdi, bme, mse }) => s.tdi(tdi).set({ bme: bme === 1, mse: mse === 1 }),
  stepIs: (_, { step }, asked) => known(step === asked),
  putCommand: (s, { tdi }, bme, mse) => s.tdi(tdi).set({ bme: bme === 1, mse: mse === 1 }),

  barIs: (s, { tdi, place }) => s.tdi(tdi).bar.is(place),
  someBarOverlaps: (s) => s.some('Tdi', (tdi) => s.tdi(tdi).bar.is('overlapping')),
  setBar: (s, { tdi, place }) => s.tdi(tdi).set({ bar: place }),

  configIs: (s, { tdi, config }) => s.tdi(tdi).config.is(config),
  // The parameter is any string; a name that no configuration has holds of none.
  configUnsupported: (s, { tdi }, name) => {
    const config = LITERALS.Config.find((c) => c === name);
    return config === undefined ? FALSE : s.tdi(tdi).config.is(config);
  },
  setConfig: (s, { tdi, config }) => s.tdi(tdi).set({ config }),
  registerIs: (_, { register }, ...names) => known(names.includes(register)),

  resetFunction: (s, { tdi }) => s.tdi(tdi).set({ bme: false, mse: false, bar: 'home' }),
  resetDevice: (s) => s.each('Tdi', afterReset),
  leaveSlot: (s) => s.device().set({ present: false }),
  enterSlot: (s) => s.device().set({ present: true }),
});
