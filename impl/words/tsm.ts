/** Packed meaning of the words about what the TSM has decided. */
import type { TSM } from '../../model/words/tsm.ts';
import type { PackedMeaning } from './meaning.ts';

export const tsmWords: PackedMeaning<typeof TSM> = {
  bound: (s, { tdi }) => s.tsm(tdi).boundTo.isNone.not,
  boundTo: (s, { tdi, guest }) => s.tsm(tdi).boundTo.is(guest),
  someTdiBound: (s) => s.some('Tdi', (tdi) => s.tsm(tdi).boundTo.isNone.not),
  bindTo: (s, { tdi, guest }) => s.tsm(tdi).set({ boundTo: guest }),
  unbind: (s, { tdi }) => s.tsm(tdi).set({ boundTo: null }),
  newLockSession: (s, { tdi }) => s.advance('tsm', 'lockSession', tdi),
  voidAcceptance: (s, { tdi }) => s.tsm(tdi).set({ accepted: false }),
  // The place is part of the report, so it goes with it.
  forgetEvidence: (s, { tdi }) =>
    s.tsm(tdi).set({ nonce: 'none', report: 'none', reportPlace: 'home' }),
  tsmHasNonce: (s, { tdi }) => s.tsm(tdi).nonce.isNone.not,
  tsmHasReport: (s, { tdi }) => s.tsm(tdi).report.isNone.not,
  tsmBelieves: (s, { tdi }, ...states) => s.tsm(tdi).cached.isIn(...states),
  tsmAccepted: (s, { tdi }) => s.tsm(tdi).accepted,
  recordAcceptance: (s, { tdi }) => s.tsm(tdi).set({ accepted: true }),

  dmaOpen: (s, { tdi }) => s.tsm(tdi).dma,
  openDma: (s, { tdi }) => s.tsm(tdi).set({ dma: true }),
  blockDma: (s, { tdi }) => s.tsm(tdi).set({ dma: false }),

  unbinding: (s, { tdi }) => s.tsm(tdi).teardown.isIn('blocked', 'stopped'),
  stopAnswered: (s, { tdi }) => s.tsm(tdi).teardown.is('stopped'),
  beginUnbind: (s, { tdi }) => s.tsm(tdi).set({ teardown: 'blocked' }),
  noteStopAnswered: (s, { tdi }) => s.tsm(tdi).set({ teardown: 'stopped' }),
  endUnbind: (s, { tdi }) => s.tsm(tdi).set({ teardown: 'none' }),
  lost: (s, { tdi }) => s.tsm(tdi).lost,
  markLost: (s, { tdi }) => s.tsm(tdi).set({ lost: true }),
  clearLost: (s, { tdi }) => s.tsm(tdi).set({ lost: false }),
  relayTdi: (s) => s.relay().tdi.ix,
};
