/** Words about the TDI automaton (tdisp-semantics 1). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { TdiState } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;

export const TDISP = {
  tdiIs: guardOf<[...TdiState[]]>()(tdi, '{tdi} is in one of {0}…', 'tdisp-states'),
  tdiTo: effectOf<[TdiState]>()(
    tdi,
    '{tdi} becomes {0}, and no report of it is being read in parts',
    'tdisp-states',
  ),

  newLockEpisode: effect(
    tdi,
    'a new lock episode of {tdi} begins (every reference to an earlier one is stale), and its nonce is live',
    'tdisp-nonce',
  ),
  dropNonce: effect(tdi, '{tdi} holds no nonce', 'tdisp-nonce'),
  requestHasLiveNonce: guard(
    tdi,
    'the carried request has the nonce that is live in {tdi}: both are of the current lock episode',
    'tdisp-nonce',
  ),
  newRunEpisode: effect(
    tdi,
    'a new RUN episode of {tdi} begins; references to earlier ones are stale',
    'tdisp-run-episode',
  ),
  bindSession: effect(tdi, '{tdi} is locked over the current session', 'tdisp-session-end'),
  unbindSession: effect(tdi, '{tdi} is locked over no session'),

  stopping: guard(
    tdi,
    'a STOP of {tdi} has begun and not ended (draining or drained)',
    'tdisp-stop',
  ),
  stopDraining: guard(tdi, 'a STOP of {tdi} is draining', 'tdisp-stop'),
  stopDrained: guard(tdi, 'a STOP of {tdi} has drained', 'tdisp-stop'),
  beginStop: effect(tdi, 'a STOP of {tdi} begins to drain', 'tdisp-stop'),
  markDrained: effect(tdi, 'the STOP of {tdi} has drained', 'tdisp-stop'),
  endStop: effect(tdi, 'no STOP of {tdi} is under way', 'tdisp-stop'),
  scrub: effect(tdi, '{tdi} holds nobody’s data', 'tdisp-stop'),
} as const;
