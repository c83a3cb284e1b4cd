/** IDE_KM, as the DSM answers it (PCIe 6.33.3). */
import {
  decodeIdeKm,
  encodeIdeKm,
  type IdeKmMessageOf,
  type KeySelector,
  type KpAckStatus,
} from '../wire/index.ts';
import type { Dsm } from './dsm.ts';
import type { SlotId } from './streams.ts';

const KEY_PROG = 2;
/** Bytes up to the port index, which an answer to a KEY_PROG of wrong length repeats. */
const KEY_PROG_FRONT_BYTES = 7;
/** The value at which every invocation counter starts. */
const IFV_FIRST = 1n;

/** The slot that a selector names; undefined for a sub-stream that does not exist. */
function slotOf({ keySet, direction, subStream }: KeySelector): SlotId | undefined {
  if (subStream !== 0 && subStream !== 1 && subStream !== 2) return undefined;
  return { keySet: keySet === 0 ? 0 : 1, direction: direction === 'TX' ? 1 : 0, subStream };
}

/** Answers one message that came over `session`, for the function that has the IDE capability. */
export function answerIdeKm(
  dsm: Dsm,
  functionId: number,
  bytes: Uint8Array,
  session: number,
): Uint8Array | 'silence' | 'invalid' {
  const decoded = decodeIdeKm(bytes);
  if (!decoded.ok) return wrongLength(dsm, bytes, session);
  const message = decoded.value;
  const mine = dsm.behaviour.keySession(dsm.streams.sessions(), session);
  switch (message.kind) {
    case 'QUERY':
      if (!mine) return 'silence';
      return message.portIndex === dsm.idePort ? queryResponse(dsm, functionId) : 'invalid';
    case 'KEY_PROG': {
      if (!mine) return 'silence';
      return acknowledge(message, program(dsm, message, session));
    }
    case 'K_SET_GO':
    case 'K_SET_STOP':
      return mine ? goStop(dsm, message) : 'silence';
    default:
      return 'invalid';
  }
}

function queryResponse(dsm: Dsm, functionId: number): Uint8Array {
  return encodeIdeKm({
    kind: 'QUERY_RESP',
    portIndex: dsm.idePort,
    devFunc: functionId & 0xff,
    bus: (functionId >> 8) & 0xff,
    segment: (functionId >> 16) & 0xff,
    maxPortIndex: dsm.idePort,
    registers: dsm.registers.ide(),
  });
}

/** KP_ACK has a status for a wrong length, as long as the message says what it was about. */
function wrongLength(
  dsm: Dsm,
  bytes: Uint8Array,
  session: number,
): Uint8Array | 'silence' | 'invalid' {
  if (bytes[0] !== KEY_PROG || bytes.length < KEY_PROG_FRONT_BYTES) return 'invalid';
  if (!dsm.behaviour.keySession(dsm.streams.sessions(), session)) return 'silence';
  const [, , , streamId = 0, , selector = 0, portIndex = 0] = bytes;
  return acknowledge(
    {
      streamId,
      portIndex,
      keySet: selector & 1,
      direction: selector & 2 ? 'TX' : 'RX',
      subStream: selector >> 4,
    },
    'INCORRECT_LENGTH',
  );
}

function program(dsm: Dsm, message: IdeKmMessageOf<'KEY_PROG'>, session: number): KpAckStatus {
  const { streamId, portIndex, key, ifv } = message;
  if (portIndex !== dsm.idePort) return 'UNSUPPORTED_PORT_INDEX';
  const slot = slotOf(message);
  if (
    slot === undefined ||
    ifv !== IFV_FIRST ||
    dsm.registers.streamBlock(streamId) === undefined
  ) {
    return 'UNSUPPORTED_VALUE';
  }
  const done = dsm.streams.program(streamId, slot, key, ifv, session);
  return done ? 'SUCCESS' : 'UNSPECIFIED_FAILURE';
}

const acknowledge = (
  about: KeySelector & { readonly streamId: number; readonly portIndex: number },
  status: KpAckStatus,
): Uint8Array => {
  const { streamId, portIndex, keySet, direction, subStream } = about;
  return encodeIdeKm({ kind: 'KP_ACK', streamId, portIndex, keySet, direction, subStream, status });
};

/** The ack has no status, so that what cannot be done is not answered. */
function goStop(
  dsm: Dsm,
  message: IdeKmMessageOf<'K_SET_GO' | 'K_SET_STOP'>,
): Uint8Array | 'silence' {
  const slot = slotOf(message);
  const { streamId } = message;
  if (slot === undefined || message.portIndex !== dsm.idePort) return 'silence';
  if (message.kind === 'K_SET_GO' && !dsm.streams.start(streamId, slot)) return 'silence';
  if (message.kind === 'K_SET_STOP') dsm.streams.stop(streamId, slot);
  dsm.settle(streamId);
  return encodeIdeKm({ ...message, kind: 'K_GOSTOP_ACK' });
}
