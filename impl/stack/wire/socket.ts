/** Framing of the public SPDM emulator on TCP: big endian, twelve bytes in front of each payload. */
import { U32BE } from 'micro-packed';
import { counted, decodeFront, encodeWith, named, struct } from './coder.ts';
import type { Decoded } from './decoded.ts';

const COMMANDS = {
  NORMAL: 0x0001,
  OOB_ENCAP_KEY_UPDATE: 0x8001,
  OOB_ENCAP_ENDPOINT_INFO: 0x8002,
  CONTINUE: 0xfffd,
  SHUTDOWN: 0xfffe,
  UNKNOWN: 0xffff,
  TEST: 0xdead,
} as const;
const TRANSPORTS = { NONE: 0, MCTP: 1, PCI_DOE: 2, TCP: 3 } as const;

export type SocketCommand = keyof typeof COMMANDS;
export type SocketTransport = keyof typeof TRANSPORTS;

/** One frame. The payload of NORMAL over PCI_DOE is one DOE data object. */
export interface SocketFrame {
  readonly command: SocketCommand;
  readonly transport: SocketTransport;
  readonly payload: Uint8Array;
}

const frame = struct({
  command: named<SocketCommand>(U32BE, COMMANDS),
  transport: named<SocketTransport>(U32BE, TRANSPORTS),
  payload: counted(U32BE),
});

const LENGTH_AT = 8;
const HEADER_SIZE = 12;

/** Size in bytes of the frame that starts `bytes`; undefined until its header is there. */
export function socketFrameSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_SIZE) return undefined;
  return HEADER_SIZE + new DataView(bytes.buffer, bytes.byteOffset).getUint32(LENGTH_AT);
}

/** Reads the frame at the front of `bytes`; `size` says how many of them it took. */
export const decodeSocketFrame = (bytes: Uint8Array): Decoded<SocketFrame> =>
  decodeFront('socket frame', frame, bytes);
export const encodeSocketFrame = (value: SocketFrame): Uint8Array =>
  encodeWith('socket frame', frame, value);
