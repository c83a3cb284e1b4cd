/** What the words of words/tdisp.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { TDISP } from '../words/tdisp.ts';
import type { World } from '../world.ts';
import { patch, row } from './parts.ts';

export const TDISP_MEANING: ModelMeaning<typeof TDISP, World> = {
  tdiIs: (w, { tdi }, ...states) => states.includes(row(w, 'tdi', tdi).state),
  tdiTo: (w, { tdi }, state) => patch(w, 'tdi', tdi, { state, reading: false }),

  newLockEpisode: (w, { tdi }) => {
    const lock = row(w, 'tdi', tdi).lock + 1;
    return patch(w, 'tdi', tdi, { lock, nonce: lock });
  },
  dropNonce: (w, { tdi }) => patch(w, 'tdi', tdi, { nonce: null }),
  requestHasLiveNonce: (w, { tdi }) => {
    const { nonce, lock } = row(w, 'tdi', tdi);
    return nonce === lock && w.relay.episode === lock;
  },
  newRunEpisode: (w, { tdi }) => patch(w, 'tdi', tdi, { run: row(w, 'tdi', tdi).run + 1 }),
  bindSession: (w, { tdi }) => patch(w, 'tdi', tdi, { session: w.session.generation }),
  unbindSession: (w, { tdi }) => patch(w, 'tdi', tdi, { session: null }),

  stopping: (w, { tdi }) => row(w, 'tdi', tdi).stop !== 'idle',
  stopDraining: (w, { tdi }) => row(w, 'tdi', tdi).stop === 'draining',
  stopDrained: (w, { tdi }) => row(w, 'tdi', tdi).stop === 'drained',
  beginStop: (w, { tdi }) => patch(w, 'tdi', tdi, { stop: 'draining' }),
  markDrained: (w, { tdi }) => patch(w, 'tdi', tdi, { stop: 'drained' }),
  endStop: (w, { tdi }) => patch(w, 'tdi', tdi, { stop: 'idle' }),
  scrub: (w, { tdi }) => patch(w, 'tdi', tdi, { holds: null }),
};
