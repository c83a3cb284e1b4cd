/** Words about the SPDM session and the exchange that the host carries (tdisp-semantics 4, backends 1.3). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Carried, TdiState } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;
type Request = Carried;

export const SPDM = {
  sessionBegun: guard(
    {},
    'a session is established or in its handshake at the device',
    'spdm-phases',
  ),
  handshaking: guard({}, 'the session is in its handshake', 'spdm-phases'),
  beginHandshake: effect({}, 'the session is in its handshake', 'spdm-phases'),
  establish: effect({}, 'the session is established at the device', 'spdm-phases'),
  endSession: effect(
    {},
    'no session at the device; every reference to the session that ended is stale',
    'spdm-session-end',
  ),
  noEntropy: guard({ entropy: 'Entropy' }, 'the device cannot make a nonce', 'tdisp-lock-entropy'),
  replyArrives: guard({ reply: 'Reply' }, 'the answer arrives'),

  tsmHasSession: guard({}, 'the TSM holds session keys, of a live session or a dead one'),
  tsmSessionLive: guard(
    {},
    'the session that the TSM holds is the one that is established at the device',
  ),
  tsmLearnsSession: effect({}, 'the TSM holds the keys of the current session'),
  tsmForgetsSession: effect({}, 'the TSM holds no session keys'),

  relayIdle: guard({}, 'no exchange is under way', 'relay-loop'),
  requested: guardOf<[Request]>()(
    tdi,
    'a {0} request about {tdi} is on its way to the device',
    'relay-loop',
  ),
  requestInLiveSession: guard(
    {},
    'the carried exchange is sealed in the session that is established at the device',
    'tdisp-transport',
  ),
  requestForeign: guard(
    {},
    'the INTERFACE_ID of the request names no TDI of this device',
    'tdisp-lock-interface',
  ),
  namesForeign: guard({ id: 'Interface' }, 'the interface id given names no TDI of this device'),
  sendRequest: effectOf<[Request]>()(
    tdi,
    'a {0} request about {tdi}, sealed in the session that the TSM holds, is on its way; it speaks of no lock episode and names a hosted interface',
    'relay-loop',
  ),
  makeForeign: effect({}, 'the INTERFACE_ID of the carried request names no TDI of this device'),
  attachNonce: effect(
    tdi,
    'the carried request speaks of the lock episode whose nonce the TSM holds for {tdi}',
  ),
  work: effect({}, 'the device is at work on the carried request'),
  workingOn: guardOf<[Request]>()(tdi, 'the device is at work on a {0} request about {tdi}'),
  answerError: effect({}, 'an error response is on its way back'),
  answerOk: effect({}, 'a success response is on its way back'),
  answerEpisode: effect(tdi, 'the response speaks of the current lock episode of {tdi}'),
  answerState: effect(tdi, 'the response carries the state that {tdi} is in now'),
  answerPlace: effect(tdi, 'the response carries where the BAR of {tdi} decodes now'),
  responseWaits: guard({}, 'a response is on its way back to the TSM'),
  requestWaits: guard({}, 'a request is on its way to the device'),
  responseTo: guardOf<[Request]>()({}, 'the response answers a {0} request'),
  responseError: guard({}, 'the response is an error'),
  clearRelay: effect({}, 'no exchange is under way, and nothing of the last one is left'),
  tsmHearsNonce: effect(
    tdi,
    'the TSM holds, for {tdi}, the nonce of the lock episode that the response speaks of',
  ),
  tsmHearsState: effect(tdi, 'the TSM caches, for {tdi}, the state that the response carries'),
  tsmHearsReport: effect(
    tdi,
    'the TSM holds, for {tdi}, the report of the lock episode that the response speaks of, with the BAR that it carries',
  ),
  tsmCaches: effectOf<[TdiState]>()(tdi, 'the TSM caches {0} for {tdi}'),
} as const;
