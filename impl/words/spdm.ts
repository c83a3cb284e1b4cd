/** Packed meaning of the words about the SPDM session and the exchange that the host carries. */
import type { SPDM } from '../../model/words/spdm.ts';
import { all, type Bool, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

const isEstablished = (s: S): Bool => s.session().phase.is('established');

export const spdmWords: PackedMeaning<typeof SPDM> = {
  sessionBegun: (s) => s.session().phase.isIn('handshaking', 'established'),
  handshaking: (s) => s.session().phase.is('handshaking'),
  beginHandshake: (s) => s.session().set({ phase: 'handshaking' }),
  establish: (s) => s.session().set({ phase: 'established' }),
  endSession: (s) => s.advance('session', 'generation').session().set({ phase: 'none' }),
  noEntropy: (_, { entropy }) => known(entropy === 'none'),
  replyArrives: (_, { reply }) => known(reply === 'arrives'),

  tsmHasSession: (s) => s.link().session.isNone.not,
  tsmSessionLive: (s) => s.link().session.isCurrent.and(isEstablished(s)),
  tsmLearnsSession: (s) => s.link().set({ session: 'current' }),
  tsmForgetsSession: (s) => s.link().set({ session: 'none' }),

  relayIdle: (s) => s.relay().stage.is('idle'),
  requested: (s, { tdi }, request) =>
    all([s.relay().stage.is('request'), s.relay().request.is(request), s.relay().tdi.is(tdi)]),
  requestInLiveSession: (s) => s.relay().session.isCurrent.and(isEstablished(s)),
  requestForeign: (s) => s.relay().foreign,
  namesForeign: (_, { id }) => known(id === 'foreign'),
  sendRequest: (s, { tdi }, request) =>
    s
      .relay()
      .clear()
      .relay()
      .set({ stage: 'request', request, tdi, session: s.link().session, episode: 'none' }),
  makeForeign: (s) => s.relay().set({ foreign: true }),
  attachNonce: (s, { tdi }) => s.relay().set({ episode: s.tsm(tdi).nonce }),
  work: (s) => s.relay().set({ stage: 'working' }),
  workingOn: (s, { tdi }, request) =>
    all([s.relay().stage.is('working'), s.relay().request.is(request), s.relay().tdi.is(tdi)]),
  answerError: (s) => s.relay().set({ stage: 'response', ok: false }),
  answerOk: (s) => s.relay().set({ stage: 'response', ok: true }),
  answerEpisode: (s) => s.relay().set({ episode: 'current' }),
  answerState: (s, { tdi }) => s.relay().set({ state: s.tdi(tdi).state }),
  answerPlace: (s, { tdi }) => s.relay().set({ place: s.tdi(tdi).bar }),
  responseWaits: (s) => s.relay().stage.is('response'),
  requestWaits: (s) => s.relay().stage.is('request'),
  responseTo: (s, _, request) => s.relay().request.is(request),
  responseError: (s) => s.relay().ok.not,
  clearRelay: (s) => s.relay().clear(),
  tsmHearsNonce: (s, { tdi }) => s.tsm(tdi).set({ nonce: s.relay().episode }),
  tsmHearsState: (s, { tdi }) => s.tsm(tdi).set({ cached: s.relay().state }),
  tsmHearsReport: (s, { tdi }) =>
    s.tsm(tdi).set({ report: s.relay().episode, reportPlace: s.relay().place }),
  tsmCaches: (s, { tdi }, cached) => s.tsm(tdi).set({ cached }),
};
