/**
 * The algorithms that the stack speaks: one record for each choice, and the suite that an
 * ALGORITHMS response selects from them (DSP0274, 10.4).
 */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Cipher } from '@noble/ciphers/utils.js';
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { CHash } from '@noble/hashes/utils.js';

/** A hash function. */
export interface Hash {
  readonly name: 'SHA_256' | 'SHA_384' | 'SHA_512';
  /** Its bit in BaseHashAlgo. */
  readonly base: number;
  /** Its bit in MeasurementHashAlgo, where bit 0 says that there is none. */
  readonly measurement: number;
  /** Bytes of a digest. */
  readonly size: number;
  readonly noble: CHash;
}

/** A curve, for signatures and for key exchange. */
export interface Curve {
  readonly name: 'P_256' | 'P_384';
  /** Its bit in BaseAsymAlgo, for ECDSA. */
  readonly asym: number;
  /** Its bit in the DHE structure. */
  readonly dhe: number;
  /** Bytes of a coordinate, of a scalar and of an ECDH result. */
  readonly size: number;
  /** Bytes of a public value X || Y and of a signature r || s. */
  readonly pairSize: number;
  readonly noble: ECDSA;
}

/** Authenticated encryption with a 12-byte nonce and a 16-byte tag after the ciphertext. */
export interface Aead {
  readonly name: 'AES_256_GCM' | 'CHACHA20_POLY1305';
  /** Its bit in the AEAD structure. */
  readonly algorithm: number;
  /** Bytes of a key. */
  readonly keySize: number;
  readonly noble: (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => Cipher;
}

/** Hash functions by name. SHA_512 is for measurements alone. */
export const HASHES = {
  SHA_256: { name: 'SHA_256', base: 1, measurement: 2, size: 32, noble: sha256 },
  SHA_384: { name: 'SHA_384', base: 2, measurement: 4, size: 48, noble: sha384 },
  SHA_512: { name: 'SHA_512', base: 4, measurement: 8, size: 64, noble: sha512 },
} as const satisfies Record<Hash['name'], Hash>;

/** Curves by name. */
export const CURVES = {
  P_256: { name: 'P_256', asym: 0x10, dhe: 0x08, size: 32, pairSize: 64, noble: p256 },
  P_384: { name: 'P_384', asym: 0x80, dhe: 0x10, size: 48, pairSize: 96, noble: p384 },
} as const satisfies Record<Curve['name'], Curve>;

/** Ciphers by name. */
export const AEADS = {
  AES_256_GCM: { name: 'AES_256_GCM', algorithm: 2, keySize: 32, noble: gcm },
  CHACHA20_POLY1305: {
    name: 'CHACHA20_POLY1305',
    algorithm: 4,
    keySize: 32,
    noble: chacha20poly1305,
  },
} as const satisfies Record<Aead['name'], Aead>;

/** Bytes of a nonce, and of an initialisation vector of the key schedule. */
export const NONCE_SIZE = 12;
/** Bytes of an authentication tag. */
export const TAG_SIZE = 16;

/** SPDM versions as the byte of the header: 1.2 and 1.3. */
export type SpdmVersion = 0x12 | 0x13;

/** What a connection has agreed on, as far as keys and signatures depend on it. */
export interface Suite {
  readonly version: SpdmVersion;
  readonly hash: Hash;
  /** The responder's signatures. */
  readonly signature: Curve;
  readonly dhe: Curve;
  readonly aead: Aead;
}

/** The fields of ALGORITHMS that select a suite; each has one bit set. */
export interface Selection {
  readonly baseHash: number;
  readonly baseAsym: number;
  readonly dhe: number;
  readonly aead: number;
}

/** The suite that a selection names; undefined if the stack does not speak one of its choices. */
export function suiteOf(version: SpdmVersion, selection: Selection): Suite | undefined {
  const hash = [HASHES.SHA_256, HASHES.SHA_384].find((h) => h.base === selection.baseHash);
  const signature = Object.values(CURVES).find((c) => c.asym === selection.baseAsym);
  const dhe = Object.values(CURVES).find((c) => c.dhe === selection.dhe);
  const aead = Object.values(AEADS).find((a) => a.algorithm === selection.aead);
  if (!hash || !signature || !dhe || !aead) return undefined;
  return { version, hash, signature, dhe, aead };
}

/**
 * The digest of byte strings one after the other: of a certificate chain structure, a TDI report, a
 * raw measurement.
 */
export function digest({ noble }: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = noble.create();
  for (const part of parts) state.update(part);
  return state.digest();
}

/** Encrypts and appends the tag. The nonce must be new for this key. */
export const seal = (
  { noble }: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Uint8Array => noble(key, nonce, aad).encrypt(plain);

/** Checks the tag at the end and decrypts; undefined if the tag fails. */
export function open(
  { noble }: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const cipher = noble(key, nonce, aad);
  try {
    return cipher.decrypt(sealed);
  } catch {
    // Noble throws at a tag that fails, and at less than a tag; keys and nonces have their sizes.
    return undefined;
  }
}
