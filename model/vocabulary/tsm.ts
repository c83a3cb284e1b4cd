/** What the words of words/tsm.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { TSM } from '../words/tsm.ts';
import type { World } from '../world.ts';
import { patch, row } from './parts.ts';

const named = (what: string, i: number | null): number => {
  if (i === null) throw new Error(`${what}: names nobody here; guard first`);
  return i;
};

export const TSM_MEANING: ModelMeaning<typeof TSM, World> = {
  bound: (w, { tdi }) => row(w, 'tsm', tdi).boundTo !== null,
  boundTo: (w, { tdi, guest }) => row(w, 'tsm', tdi).boundTo === guest,
  someTdiBound: (w) => w.tsm.some((t) => t.boundTo !== null),
  bindTo: (w, { tdi, guest }) => patch(w, 'tsm', tdi, { boundTo: guest }),
  unbind: (w, { tdi }) => patch(w, 'tsm', tdi, { boundTo: null }),
  newLockSession: (w, { tdi }) =>
    patch(w, 'tsm', tdi, { lockSession: row(w, 'tsm', tdi).lockSession + 1 }),
  voidAcceptance: (w, { tdi }) => patch(w, 'tsm', tdi, { accepted: false }),
  forgetEvidence: (w, { tdi }) =>
    patch(w, 'tsm', tdi, { nonce: null, report: null, reportPlace: 'home' }),
  tsmHasNonce: (w, { tdi }) => row(w, 'tsm', tdi).nonce !== null,
  tsmHasReport: (w, { tdi }) => row(w, 'tsm', tdi).report !== null,
  tsmBelieves: (w, { tdi }, ...states) => states.includes(row(w, 'tsm', tdi).cached),
  tsmAccepted: (w, { tdi }) => row(w, 'tsm', tdi).accepted,
  recordAcceptance: (w, { tdi }) => patch(w, 'tsm', tdi, { accepted: true }),

  dmaOpen: (w, { tdi }) => row(w, 'tsm', tdi).dma,
  openDma: (w, { tdi }) => patch(w, 'tsm', tdi, { dma: true }),
  blockDma: (w, { tdi }) => patch(w, 'tsm', tdi, { dma: false }),

  unbinding: (w, { tdi }) => row(w, 'tsm', tdi).teardown !== 'none',
  stopAnswered: (w, { tdi }) => row(w, 'tsm', tdi).teardown === 'stopped',
  beginUnbind: (w, { tdi }) => patch(w, 'tsm', tdi, { teardown: 'blocked' }),
  noteStopAnswered: (w, { tdi }) => patch(w, 'tsm', tdi, { teardown: 'stopped' }),
  endUnbind: (w, { tdi }) => patch(w, 'tsm', tdi, { teardown: 'none' }),
  lost: (w, { tdi }) => row(w, 'tsm', tdi).lost,
  markLost: (w, { tdi }) => patch(w, 'tsm', tdi, { lost: true }),
  clearLost: (w, { tdi }) => patch(w, 'tsm', tdi, { lost: false }),
  relayTdi: (w) => named('relayTdi', w.relay.tdi),
};
