/** Sessions and the carried exchange, by bytes. */
import { Conversation } from '../../../impl/stack/tsm/dialogue.ts';
import { openSession } from '../../../impl/stack/tsm/session.ts';
import {
  DOE_TYPE,
  decodeDoe,
  encodeDoe,
  encodePciPayload,
  encodeSpdm,
  encodeTdisp,
  TDISP_1_0,
} from '../../../impl/stack/wire/index.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { FUNCTIONS } from '../platform.ts';
import type { StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

const SLOT = 0;
const SPDM_1_2 = 0x12;
const GET_VERSION = encodeDoe(DOE_TYPE.spdm, Uint8Array.of(0x10, 0x84, 0, 0));
const VENDOR_DEFINED_RESPONSE = 0x7e;
/** Bytes of a DOE header; in a secured object the session id follows. */
const DOE_HEADER = 8;

function begin(w: StackWorld): StackOutcome {
  if (w.tsm.exchange !== undefined) return refused('BUSY');
  if (w.tsm.session !== undefined) return refused('CONNECTED');
  w.handshake = undefined;
  const suite = w.hold(w.requester.negotiate());
  if (!suite.ok) return suite.error.fault === 'no-response' ? DROPPED : refused();
  const peer = w.hold(w.requester.identify(SLOT));
  if (!peer.ok) return refused();
  const conversation = new Conversation(openSession(w.requester, peer.value, w.nextSessionId()));
  const first = conversation.begin();
  const second = first.done ? first : conversation.take(w.carry(first.request));
  if (second.done) return refused();
  w.handshake = { conversation, finish: second.request };
  return ACCEPTED;
}

function end(w: StackWorld, reply: 'arrives' | 'lost'): StackOutcome {
  const { handshake } = w;
  if (handshake === undefined) return DROPPED;
  w.handshake = undefined;
  const response = w.carry(handshake.finish);
  if (response === undefined) return DROPPED;
  const step = handshake.conversation.take(reply === 'arrives' ? response : undefined);
  if (step.done && step.outcome.ok) w.tsm.session = step.outcome.value;
  return ACCEPTED;
}

/** The session that the device is in, or has begun. */
function deviceSession(w: StackWorld): number | undefined {
  const [established] = w.device.sessions();
  if (established !== undefined) return established;
  const { finish } = w.handshake ?? {};
  return finish && new DataView(finish.buffer, finish.byteOffset).getUint32(DOE_HEADER, true);
}

function endFromOutside(w: StackWorld, cause: string): StackOutcome {
  const session = deviceSession(w);
  if (session === undefined) return DROPPED;
  w.handshake = undefined;
  if (cause === 'getVersion') w.device.doe(GET_VERSION);
  else if (cause === 'decryptError') w.device.doe(garbageFor(w, session));
  // The device has no clock, and nobody lives to see its counter run out.
  else
    w.device.endSession(session, cause === 'heartbeatExpiry' ? 'heartbeat-expired' : 'terminated');
  return ACCEPTED;
}
function garbageFor(w: StackWorld, session: number): Uint8Array {
  const record = new Uint8Array(40);
  record.set(w.entropy(40));
  const view = new DataView(record.buffer);
  view.setUint32(0, session, true);
  view.setUint16(4, 34, true);
  return encodeDoe(DOE_TYPE.securedSpdm, record);
}

/** END_SESSION, if somebody listens; it is over on this side anyway. */
function endSession(w: StackWorld, refusal: StackOutcome | undefined): StackOutcome {
  if (refusal !== undefined) return refusal;
  const { session } = w.tsm;
  if (session !== undefined) w.hold(session.end());
  w.tsm.session = undefined;
  return ACCEPTED;
}

function notice(w: StackWorld): StackOutcome {
  const { session } = w.tsm;
  if (session === undefined) return refused('NOT_CONNECTED');
  if (w.sessionLives) return refused('ALIVE');
  w.hold(session.heartbeat());
  session.abandon();
  w.tsm.session = undefined;
  w.tsm.exchange = undefined;
  return ACCEPTED;
}

function tamper(w: StackWorld, how: 'corrupt' | 'replay'): StackOutcome {
  const { exchange } = w.tsm;
  if (exchange === undefined || exchange.stage === 'working') return refused('IDLE');
  if (exchange.stage === 'response') {
    if (exchange.bytes === undefined) throw new Error('tamper: a response without bytes');
    const [harm, bytes] = w.responses.harmed(exchange.bytes, how, w.lot);
    w.harm(harm);
    return w.tsm.takeForged(bytes);
  }
  const sealed = w.tsm.sealed();
  if (sealed === undefined) return DROPPED;
  const [harm, bytes] = w.requests.harmed(sealed, how, w.lot);
  w.harm(harm);
  w.device.doe(bytes);
  return DROPPED;
}

/** The requests that it sends in the clear. */
export const INSECURE = {
  lock: {
    kind: 'LOCK_INTERFACE_REQUEST',
    flags: 0,
    defaultStreamId: 7,
    mmioReportingOffset: 0n,
    bindP2pAddressMask: 0n,
  },
  report: { kind: 'GET_DEVICE_INTERFACE_REPORT', offset: 0, length: 0x400 },
  state: { kind: 'GET_DEVICE_INTERFACE_STATE' },
  start: { kind: 'START_INTERFACE_REQUEST', startInterfaceNonce: new Uint8Array(32) },
  stop: { kind: 'STOP_INTERFACE_REQUEST' },
} as const;

/** A request in the clear. SPDM may answer that it makes no sense; TDISP must not answer. */
function insecure(w: StackWorld, tdi: number, request: string): StackOutcome {
  const body = INSECURE[request as keyof typeof INSECURE];
  const message = encodeTdisp({
    ...body,
    version: TDISP_1_0,
    functionId: FUNCTIONS[tdi] as number,
  });
  const spdm = encodeSpdm({
    kind: 'VENDOR_DEFINED_REQUEST',
    version: SPDM_1_2,
    ...encodePciPayload('TDISP', message),
  });
  const answer = w.device.doe(encodeDoe(DOE_TYPE.spdm, spdm));
  const object = answer && decodeDoe(answer);
  const answered = object?.ok === true && object.value.payload[1] === VENDOR_DEFINED_RESPONSE;
  return answered ? ACCEPTED : DROPPED;
}

export const SESSION_OPERATIONS: Operations = {
  'spdm.connect.begin': begin,
  'spdm.connect.end': (w, { reply }) => end(w, reply === 'lost' ? 'lost' : 'arrives'),
  'spdm.session.end': (w, { cause }) => endFromOutside(w, String(cause)),
  'spdm.end-session': (w) => endSession(w, w.tsm.mayEndSession()),
  'tsm.disconnect': (w) => endSession(w, w.tsm.mayDisconnect()),
  'tsm.notice': notice,
  'relay.abort': (w) => w.tsm.abort(),
  'relay.tamper': (w, { tamper: how }) => tamper(w, how === 'replay' ? 'replay' : 'corrupt'),
  'tdisp.insecure-message': (w, { tdi, request }) => insecure(w, Number(tdi), String(request)),
};
