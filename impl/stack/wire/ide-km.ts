/** IDE_KM messages: PCIe 6.x, 6.33.3. Their bytes follow the protocol id of VENDOR_DEFINED. */
import { before, type Coder, gap, joined, named, struct, u8, u32, wrap } from './coder.ts';
import type { Decoded } from './decoded.ts';
import { decodeKind, encodeKind, type MessagesOf, type Protocol } from './kinds.ts';

/** Answers to KEY_PROG. */
export const KP_ACK_STATUS = {
  SUCCESS: 0,
  INCORRECT_LENGTH: 1,
  UNSUPPORTED_PORT_INDEX: 2,
  UNSUPPORTED_VALUE: 3,
  UNSPECIFIED_FAILURE: 4,
} as const;
export type KpAckStatus = keyof typeof KP_ACK_STATUS;

/** Which key of a stream. */
export interface KeySelector {
  /** 0 for K0, 1 for K1. */
  readonly keySet: number;
  /** As the port sees it. */
  readonly direction: 'RX' | 'TX';
  /** 0 posted, 1 non-posted, 2 completions; four bits wide, so that others can arrive. */
  readonly subStream: number;
}

/** Bits 7:4 sub-stream, 3:2 reserved, 1 direction, 0 key set. */
const selector: Coder<KeySelector> = wrap({
  encodeStream: (w, { keySet, direction, subStream }) => {
    w.bits(subStream, 4);
    w.bits(0, 2);
    w.bits(direction === 'TX' ? 1 : 0, 1);
    w.bits(keySet, 1);
  },
  decodeStream: (r) => {
    const subStream = r.bits(4);
    r.bits(2);
    const direction = r.bits(1) === 1 ? 'TX' : 'RX';
    return { keySet: r.bits(1), direction, subStream };
  },
});

const KEY_WORDS = 8;

/** Reverses the bytes inside each 32-bit word. */
function swapped(key: Uint8Array): Uint8Array {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const result = new Uint8Array(key.length);
  const words = new DataView(result.buffer);
  for (let at = 0; at < key.length; at += 4) words.setUint32(at, view.getUint32(at), true);
  return result;
}

/**
 * Eight words, the highest first, each little endian. In the value the bytes stand as an AES library
 * takes them: its first byte is the top byte of DW7.
 */
const key: Coder<Uint8Array> = wrap({
  encodeStream: (w, value: Uint8Array) => {
    if (value.length !== 4 * KEY_WORDS) throw w.err(`expected 32 bytes, got ${value.length}`);
    w.bytes(swapped(value));
  },
  decodeStream: (r) => swapped(r.bytes(4 * KEY_WORDS)),
});

/** Two words, the higher first, each little endian. */
const highWordFirst: Coder<bigint> = wrap({
  encodeStream: (w, value: bigint) => {
    if (value < 0n || value >= 1n << 64n) throw w.err(`expected 64 bits, got ${value}`);
    u32.encodeStream(w, Number(value >> 32n));
    u32.encodeStream(w, Number(value & 0xffffffffn));
  },
  decodeStream: (r) => {
    const high = u32.decodeStream(r);
    return (BigInt(high) << 32n) | BigInt(u32.decodeStream(r));
  },
});

const streamId = struct({ streamId: gap(2, u8) });
const portIndex = struct({ portIndex: u8 });
/** Two reserved bytes, stream, one more reserved byte, key, port. */
const keyNamed = joined(struct({ streamId: gap(2, before(u8, 1)) }), joined(selector, portIndex));

/** Registers to the end of the message. */
const registers: Coder<readonly number[]> = wrap({
  encodeStream: (w, values: readonly number[]) => {
    for (const value of values) u32.encodeStream(w, value);
  },
  decodeStream: (r) => {
    const values: number[] = [];
    while (!r.isEnd()) values.push(u32.decodeStream(r));
    return values;
  },
});

const OBJECTS = {
  QUERY: { code: 0, fields: struct({ portIndex: gap(1, u8) }) },
  /** `devFunc`: device in bits 7:3, function in 2:0. */
  QUERY_RESP: {
    code: 1,
    fields: struct({
      portIndex: gap(1, u8),
      devFunc: u8,
      bus: u8,
      segment: u8,
      maxPortIndex: u8,
      /** IDE capability, IDE control, then those of each link and each selective stream. */
      registers,
    }),
  },
  /** `key` as an AES library takes it; `ifv`, the invocation field of the IV, starts at 1. */
  KEY_PROG: { code: 2, fields: joined(keyNamed, struct({ key, ifv: highWordFirst })) },
  KP_ACK: {
    code: 3,
    fields: joined(
      streamId,
      joined(
        struct({ status: named<KpAckStatus>(u8, KP_ACK_STATUS) }),
        joined(selector, portIndex),
      ),
    ),
  },
  K_SET_GO: { code: 4, fields: keyNamed },
  K_SET_STOP: { code: 5, fields: keyNamed },
  K_GOSTOP_ACK: { code: 6, fields: keyNamed },
} as const;

/** An IDE_KM message, told by its `kind`. */
export type IdeKmMessage = MessagesOf<typeof OBJECTS>;
/** The message of a kind. */
export type IdeKmMessageOf<K extends IdeKmMessage['kind']> = Extract<IdeKmMessage, { kind: K }>;

const protocol: Protocol = {
  name: 'IDE_KM',
  table: OBJECTS,
  codeAt: 0,
  whole: (code, fields) =>
    wrap({
      encodeStream: (w, message: object) => {
        w.byte(code);
        fields.encodeStream(w, message);
      },
      decodeStream: (r) => {
        r.byte();
        return fields.decodeStream(r);
      },
    }),
};

/** Reads an IDE_KM message, object id first, that fills `bytes`. */
export const decodeIdeKm = (bytes: Uint8Array): Decoded<IdeKmMessage> =>
  decodeKind<IdeKmMessage>(protocol, bytes);
/** Writes an IDE_KM message. Throws a RangeError that names the field if a value does not fit. */
export const encodeIdeKm = (message: IdeKmMessage): Uint8Array => encodeKind(protocol, message);
