/** TDISP 1.0 messages: PCIe 6.x, 11.3. Their bytes follow the protocol id of VENDOR_DEFINED. */
import {
  before,
  type Coder,
  counted,
  gap,
  i64,
  joined,
  list,
  named,
  nothing,
  portion,
  rest,
  sized,
  struct,
  u8,
  u16,
  u32,
  u64,
  wrap,
} from './coder.ts';
import type { Decoded } from './decoded.ts';
import { decodeKind, encodeKind, type MessagesOf, type Protocol } from './kinds.ts';
import { mmioRange } from './report.ts';

/** Version byte of TDISP 1.0. */
export const TDISP_1_0 = 0x10;
/** Size of START_INTERFACE_NONCE in bytes. */
const START_INTERFACE_NONCE_SIZE = 32;

/** Flags of LOCK_INTERFACE_REQUEST. */
export const LOCK_FLAG = {
  NO_FW_UPDATE: 1 << 0,
  /** System cache line of 128 bytes, else 64. */
  SYSTEM_CACHE_LINE_SIZE: 1 << 1,
  LOCK_MSIX: 1 << 2,
  BIND_P2P: 1 << 3,
  ALL_REQUEST_REDIRECT: 1 << 4,
} as const;

/** TDI states by the byte that reports them. */
export const TDI_STATE = { CONFIG_UNLOCKED: 0, CONFIG_LOCKED: 1, RUN: 2, ERROR: 3 } as const;
export type TdiState = keyof typeof TDI_STATE;

/** Codes of TDISP_ERROR. */
export const TDISP_ERROR_CODE = {
  INVALID_REQUEST: 0x001,
  BUSY: 0x003,
  INVALID_INTERFACE_STATE: 0x004,
  UNSPECIFIED: 0x005,
  UNSUPPORTED_REQUEST: 0x007,
  VERSION_MISMATCH: 0x041,
  VENDOR_SPECIFIC_ERROR: 0x0ff,
  INVALID_INTERFACE: 0x101,
  INVALID_NONCE: 0x102,
  INSUFFICIENT_ENTROPY: 0x103,
  INVALID_DEVICE_CONFIGURATION: 0x104,
} as const;
export type TdispErrorCode = keyof typeof TDISP_ERROR_CODE;

const streamId = struct({ streamId: u8 });
const nonce = struct({ startInterfaceNonce: sized(START_INTERFACE_NONCE_SIZE) });
const vendor = struct({ registryId: u8, vendorId: counted(u8), vendorData: rest });

const MESSAGES = {
  GET_TDISP_VERSION: { code: 0x81, fields: nothing },
  GET_TDISP_CAPABILITIES: { code: 0x82, fields: struct({ tsmCaps: u32 }) },
  /** `mmioReportingOffset` is signed, and added to every address of the report. */
  LOCK_INTERFACE_REQUEST: {
    code: 0x83,
    fields: struct({
      flags: u16,
      defaultStreamId: before(u8, 1),
      mmioReportingOffset: i64,
      bindP2pAddressMask: u64,
    }),
  },
  GET_DEVICE_INTERFACE_REPORT: { code: 0x84, fields: struct({ offset: u16, length: u16 }) },
  GET_DEVICE_INTERFACE_STATE: { code: 0x85, fields: nothing },
  START_INTERFACE_REQUEST: { code: 0x86, fields: nonce },
  STOP_INTERFACE_REQUEST: { code: 0x87, fields: nothing },
  BIND_P2P_STREAM_REQUEST: { code: 0x88, fields: streamId },
  UNBIND_P2P_STREAM_REQUEST: { code: 0x89, fields: streamId },
  SET_MMIO_ATTRIBUTE_REQUEST: { code: 0x8a, fields: struct({ mmioRange }) },
  VDM_REQUEST: { code: 0x8b, fields: vendor },

  TDISP_VERSION: { code: 0x01, fields: struct({ versionNumEntries: list(u8, u8) }) },
  /** `reqMsgsSupported`: bit i of its 16 bytes stands for the request 0x80 + i. */
  TDISP_CAPABILITIES: {
    code: 0x02,
    fields: struct({
      dsmCaps: u32,
      reqMsgsSupported: sized(16),
      lockInterfaceFlagsSupported: before(u16, 3),
      devAddrWidth: u8,
      numReqThis: u8,
      numReqAll: u8,
    }),
  },
  LOCK_INTERFACE_RESPONSE: { code: 0x03, fields: nonce },
  DEVICE_INTERFACE_REPORT: { code: 0x04, fields: portion('reportBytes') },
  DEVICE_INTERFACE_STATE: {
    code: 0x05,
    fields: struct({ tdiState: named<TdiState>(u8, TDI_STATE) }),
  },
  START_INTERFACE_RESPONSE: { code: 0x06, fields: nothing },
  STOP_INTERFACE_RESPONSE: { code: 0x07, fields: nothing },
  BIND_P2P_STREAM_RESPONSE: { code: 0x08, fields: nothing },
  UNBIND_P2P_STREAM_RESPONSE: { code: 0x09, fields: nothing },
  SET_MMIO_ATTRIBUTE_RESPONSE: { code: 0x0a, fields: nothing },
  VDM_RESPONSE: { code: 0x0b, fields: vendor },
  /** `errorData` of UNSUPPORTED_REQUEST is the code of the request. */
  TDISP_ERROR: {
    code: 0x7f,
    fields: struct({
      errorCode: named<TdispErrorCode>(u32, TDISP_ERROR_CODE),
      errorData: u32,
      extendedErrorData: rest,
    }),
  },
} as const;

/** What every message starts with. */
export interface TdispHeader {
  /** {@link TDISP_1_0}, or what else the peer wrote. */
  readonly version: number;
  /**
   * FUNCTION_ID: requester id in bits 15:0, segment in 23:16, segment valid in 24. The other eight
   * bytes of INTERFACE_ID are reserved: zero when written, ignored when read.
   */
  readonly functionId: number;
}

/** A TDISP message, told by its `kind`. */
export type TdispMessage = MessagesOf<typeof MESSAGES, TdispHeader>;
/** The message of a kind. */
export type TdispMessageOf<K extends TdispMessage['kind']> = Extract<TdispMessage, { kind: K }>;

const headerFor = (code: number): Coder<TdispHeader> =>
  joined(
    struct({
      version: wrap({
        encodeStream: (w, version: number) => {
          u8.encodeStream(w, version);
          w.byte(code);
        },
        decodeStream: (r) => {
          const version = r.byte();
          r.byte();
          return version;
        },
      }),
    }),
    struct({ functionId: gap(2, before(u32, 8)) }),
  );

const protocol: Protocol = {
  name: 'TDISP',
  table: MESSAGES,
  codeAt: 1,
  // The header's fields are those of every message: the cast only forgets them.
  whole: (code, fields) => joined(headerFor(code) as Coder<object>, fields),
};

/** Reads a TDISP message, version byte first, that fills `bytes`. */
export const decodeTdisp = (bytes: Uint8Array): Decoded<TdispMessage> =>
  decodeKind<TdispMessage>(protocol, bytes);
/** Writes a TDISP message. Throws a RangeError that names the field if a value does not fit. */
export const encodeTdisp = (message: TdispMessage): Uint8Array => encodeKind(protocol, message);
