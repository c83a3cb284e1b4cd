/** Packed meaning of the words about the TDI automaton. */
import type { TDISP } from '../../model/words/tdisp.ts';
import { all } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const tdispWords: PackedMeaning<typeof TDISP> = {
  tdiIs: (s, { tdi }, ...states) => s.tdi(tdi).state.isIn(...states),
  tdiTo: (s, { tdi }, state) => s.tdi(tdi).set({ state, reading: false }),

  newLockEpisode: (s, { tdi }) => s.advance('tdi', 'lock', tdi).tdi(tdi).set({ nonce: 'current' }),
  dropNonce: (s, { tdi }) => s.tdi(tdi).set({ nonce: 'none' }),
  // A nonce is a TDI and an episode of it, so an episode of another TDI is not this one's.
  requestHasLiveNonce: (s, { tdi }) =>
    all([s.relay().tdi.is(tdi), s.relay().episode.isCurrent, s.tdi(tdi).nonce.isCurrent]),
  newRunEpisode: (s, { tdi }) => s.advance('tdi', 'run', tdi),
  bindSession: (s, { tdi }) => s.tdi(tdi).set({ session: 'current' }),
  unbindSession: (s, { tdi }) => s.tdi(tdi).set({ session: 'none' }),

  stopping: (s, { tdi }) => s.tdi(tdi).stop.isIn('draining', 'drained'),
  stopDraining: (s, { tdi }) => s.tdi(tdi).stop.is('draining'),
  stopDrained: (s, { tdi }) => s.tdi(tdi).stop.is('drained'),
  beginStop: (s, { tdi }) => s.tdi(tdi).set({ stop: 'draining' }),
  markDrained: (s, { tdi }) => s.tdi(tdi).set({ stop: 'drained' }),
  endStop: (s, { tdi }) => s.tdi(tdi).set({ stop: 'idle' }),
  scrub: (s, { tdi }) => s.tdi(tdi).set({ holds: null }),
};
