/** From the bytes of a packet to the message in it. */
import { equal } from '../crypto/compare.ts';
import {
  type Decoded,
  DOE_TYPE,
  decodeDoe,
  decodeDoeDiscoveryRequest,
  decodeDoeDiscoveryResponse,
  decodeIdeKm,
  decodePciPayload,
  decodeSecuredRecord,
  decodeTdisp,
  type IdeKmMessage,
  malformed,
  type SpdmMessage,
  type TdispMessage,
  type WireError,
  whole,
  wireErrorText,
} from '../wire/index.ts';
import { type Fact, must } from './conversation.ts';
import type { PacketNotes } from './secrets.ts';
import type { Session } from './session.ts';

/** A DOE object adds at most three bytes. */
const DOE_PADDING_MAX = 3;

/** What is inside a packet's envelopes. */
export interface Opened {
  readonly dataObjectType: number;
  readonly session?: Session;
  /** An SPDM message and perhaps padding; absent for discovery, and if it does not open. */
  readonly payload?: Uint8Array;
  readonly malformed?: WireError;
  readonly facts: readonly Fact[];
}

const DISCOVERY = { request: decodeDoeDiscoveryRequest, response: decodeDoeDiscoveryResponse };

/** Takes off the DOE header, and decrypts with the keys of the session that the record names. */
export function openPacket(
  packet: Uint8Array,
  direction: 'request' | 'response',
  sessions: readonly Session[],
  notes: PacketNotes | undefined,
): Opened {
  const object = decodeDoe(packet);
  must(object.ok, object.ok ? '' : wireErrorText(object.error));
  const { dataObjectType, payload } = object.value;
  if (dataObjectType === DOE_TYPE.discovery) {
    const entry = DISCOVERY[direction](payload);
    must(entry.ok, entry.ok ? '' : wireErrorText(entry.error));
    return { dataObjectType, facts: [] };
  }
  if (dataObjectType === DOE_TYPE.spdm) return { dataObjectType, payload, facts: [] };
  must(dataObjectType === DOE_TYPE.securedSpdm, `DOE type ${dataObjectType} is not known`);
  const record = decodeSecuredRecord(payload);
  must(record.ok, record.ok ? '' : wireErrorText(record.error));
  const { sessionId } = record.value;
  const session = sessions.findLast(({ id }) => id === sessionId);
  must(session !== undefined, `no session has the id ${sessionId.toString(16)}`);
  const opened = session.open(direction, payload);
  if (!opened.ok) {
    const { error } = malformed('secured message', 0, opened.error.text);
    return { dataObjectType, session, malformed: error, facts: [] };
  }
  const facts: Fact[] = ['record'];
  if (notes?.plaintext) {
    must(equal(notes.plaintext, opened.value), 'the plaintext is not the recorded one');
    facts.push('plaintext');
  }
  return { dataObjectType, session, payload: opened.value, facts };
}

/** Cuts what DOE has added; inside a session there is nothing to cut. */
export function exact<M>({ dataObjectType, payload }: Opened, result: Decoded<M>): Decoded<M> {
  const padding = dataObjectType === DOE_TYPE.spdm ? DOE_PADDING_MAX : 0;
  return whole('SPDM message', payload ?? new Uint8Array(0), result, padding);
}

/** A message of a PCI-SIG protocol, or why it is none; nothing for all other messages. */
export interface Inner {
  readonly tdisp?: TdispMessage;
  readonly ideKm?: IdeKmMessage;
  readonly malformed?: WireError;
}

/** What a VENDOR_DEFINED message carries, if it is one of PCI-SIG's protocols. */
export function innerOf(message: SpdmMessage): Inner {
  const { kind } = message;
  if (kind !== 'VENDOR_DEFINED_REQUEST' && kind !== 'VENDOR_DEFINED_RESPONSE') return {};
  const payload = decodePciPayload(message);
  if (!payload.ok) return {};
  if (payload.value.protocol === 'TDISP') {
    const tdisp = decodeTdisp(payload.value.message);
    return tdisp.ok ? { tdisp: tdisp.value } : { malformed: tdisp.error };
  }
  const ideKm = decodeIdeKm(payload.value.message);
  return ideKm.ok ? { ideKm: ideKm.value } : { malformed: ideKm.error };
}
