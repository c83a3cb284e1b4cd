/** Capability flags: DSP0274, GET_CAPABILITIES and CAPABILITIES. */
import { gap, struct, u8, u32 } from './coder.ts';

/** Masks of `flags`. Two-bit fields are masks of both bits. */
export const CAPABILITY = {
  CACHE: 1 << 0,
  CERT: 1 << 1,
  CHAL: 1 << 2,
  MEAS: 3 << 3,
  MEAS_FRESH: 1 << 5,
  ENCRYPT: 1 << 6,
  MAC: 1 << 7,
  MUT_AUTH: 1 << 8,
  KEY_EX: 1 << 9,
  PSK: 3 << 10,
  ENCAP: 1 << 12,
  HBEAT: 1 << 13,
  KEY_UPD: 1 << 14,
  HANDSHAKE_IN_THE_CLEAR: 1 << 15,
  PUB_KEY_ID: 1 << 16,
  CHUNK: 1 << 17,
  ALIAS_CERT: 1 << 18,
  SET_CERT: 1 << 19,
  CSR: 1 << 20,
  CERT_INSTALL_RESET: 1 << 21,
  EP_INFO: 3 << 22,
  MEL: 1 << 24,
  EVENT: 1 << 25,
  MULTI_KEY: 3 << 26,
  GET_KEY_PAIR_INFO: 1 << 28,
  SET_KEY_PAIR_INFO: 1 << 29,
} as const;

export const capabilities = struct({
  ctExponent: gap(1, u8),
  flags: gap(2, u32),
  /** Largest message in one transfer, bytes. */
  dataTransferSize: u32,
  /** Largest message in all, bytes. */
  maxSpdmMsgSize: u32,
});
