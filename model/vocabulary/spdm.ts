/** What the words of words/spdm.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { SPDM } from '../words/spdm.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

const live = (w: World): boolean => w.session.phase === 'established';
/** Whether a session reference is to the session that is established. */
const isLive = (w: World, session: number | null): boolean =>
  live(w) && session === w.session.generation;
const IDLE: World['relay'] = Object.freeze({
  stage: 'idle',
  request: 'lock',
  tdi: null,
  session: null,
  foreign: false,
  ok: false,
  episode: null,
  state: 'CONFIG_UNLOCKED',
  place: 'home',
  offset: 'first',
  attribute: 'tee',
});

export const SPDM_MEANING: ModelMeaning<typeof SPDM, World> = {
  sessionBegun: (w) => w.session.phase !== 'none',
  handshaking: (w) => w.session.phase === 'handshaking',
  beginHandshake: (w) => patchOne(w, 'session', { phase: 'handshaking' }),
  establish: (w) => patchOne(w, 'session', { phase: 'established' }),
  endSession: (w) => ({ ...w, session: { phase: 'none', generation: w.session.generation + 1 } }),
  noEntropy: (_, { entropy }) => entropy === 'none',
  replyArrives: (_, { reply }) => reply === 'arrives',

  tsmHasSession: (w) => w.link.session !== null,
  tsmSessionLive: (w) => isLive(w, w.link.session),
  tsmLearnsSession: (w) => patchOne(w, 'link', { session: w.session.generation }),
  tsmForgetsSession: (w) => patchOne(w, 'link', { session: null }),

  relayIdle: (w) => w.relay.stage === 'idle',
  requested: (w, { tdi }, request) =>
    w.relay.stage === 'request' && w.relay.request === request && w.relay.tdi === tdi,
  requestInLiveSession: (w) => isLive(w, w.relay.session),
  requestForeign: (w) => w.relay.foreign,
  namesForeign: (_, { id }) => id === 'foreign',
  sendRequest: (w, { tdi }, request) => ({
    ...w,
    relay: { ...IDLE, stage: 'request', request, tdi, session: w.link.session },
  }),
  makeForeign: (w) => patchOne(w, 'relay', { foreign: true }),
  attachNonce: (w, { tdi }) => patchOne(w, 'relay', { episode: row(w, 'tsm', tdi).nonce }),
  work: (w) => patchOne(w, 'relay', { stage: 'working' }),
  workingOn: (w, { tdi }, request) =>
    w.relay.stage === 'working' && w.relay.request === request && w.relay.tdi === tdi,
  answerError: (w) => patchOne(w, 'relay', { stage: 'response', ok: false }),
  answerOk: (w) => patchOne(w, 'relay', { stage: 'response', ok: true }),
  answerEpisode: (w, { tdi }) => patchOne(w, 'relay', { episode: row(w, 'tdi', tdi).lock }),
  answerState: (w, { tdi }) => patchOne(w, 'relay', { state: row(w, 'tdi', tdi).state }),
  answerPlace: (w, { tdi }) => patchOne(w, 'relay', { place: row(w, 'tdi', tdi).bar }),
  responseWaits: (w) => w.relay.stage === 'response',
  requestWaits: (w) => w.relay.stage === 'request',
  responseTo: (w, _, request) => w.relay.request === request,
  responseError: (w) => !w.relay.ok,
  clearRelay: (w) => ({ ...w, relay: IDLE }),
  tsmHearsNonce: (w, { tdi }) => patch(w, 'tsm', tdi, { nonce: w.relay.episode }),
  tsmHearsState: (w, { tdi }) => patch(w, 'tsm', tdi, { cached: w.relay.state }),
  tsmHearsReport: (w, { tdi }) =>
    patch(w, 'tsm', tdi, { report: w.relay.episode, reportPlace: w.relay.place }),
  tsmCaches: (w, { tdi }, cached) => patch(w, 'tsm', tdi, { cached }),
};
