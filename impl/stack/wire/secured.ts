/** Layout of secured messages on PCI DOE: DSP0277. Nothing is encrypted or checked here. */
import {
  type Coder,
  counted,
  decodeFront,
  decodeWith,
  encodeWith,
  rest,
  struct,
  u16,
  u32,
} from './coder.ts';
import type { Decoded } from './decoded.ts';

/** A record as it travels. */
export interface SecuredRecord {
  /** RspSessionID in the upper half, ReqSessionID in the lower. */
  readonly sessionId: number;
  /** Ciphertext, then the tag. */
  readonly sealed: Uint8Array;
}

const record: Coder<SecuredRecord> = struct({ sessionId: u32, sealed: counted(u16) });

/** Reads the record at the front of a DOE payload; `size` tells it from the padding. */
export const decodeSecuredRecord = (payload: Uint8Array): Decoded<SecuredRecord> =>
  decodeFront('secured message', record, payload);
export const encodeSecuredRecord = (value: SecuredRecord): Uint8Array =>
  encodeWith('secured message', record, value);

const header = struct({ sessionId: u32, length: u16 });

/** The associated data: session id, and length of ciphertext and tag in bytes. */
export const encodeSecuredHeader = (sessionId: number, length: number): Uint8Array =>
  encodeWith('secured message', header, { sessionId, length });

/** What is encrypted. */
export interface SecuredContent {
  /** One SPDM message. */
  readonly message: Uint8Array;
  /** Random bytes that hide the length of the message; none for IDE_KM and TDISP. */
  readonly randomData: Uint8Array;
}

const content: Coder<SecuredContent> = struct({
  message: counted(u16),
  randomData: rest,
});

export const decodeSecuredContent = (plaintext: Uint8Array): Decoded<SecuredContent> =>
  decodeWith('secured content', content, plaintext);
export const encodeSecuredContent = (value: SecuredContent): Uint8Array =>
  encodeWith('secured content', content, value);
