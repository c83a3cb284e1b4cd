/** What the tests of the stack's cryptography share: suites, repeatable bytes, node's primitives. */
import { createHash, createHmac } from 'node:crypto';
import type { Entropy } from './result.ts';
import { AEADS, CURVES, HASHES, type Suite } from './suite.ts';

export const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The two suites of the recordings: all algorithms, both versions. */
export const SUITES: readonly Suite[] = [
  {
    version: 0x12,
    hash: HASHES.SHA_256,
    signature: CURVES.P_256,
    dhe: CURVES.P_256,
    aead: AEADS.CHACHA20_POLY1305,
  },
  {
    version: 0x13,
    hash: HASHES.SHA_384,
    signature: CURVES.P_384,
    dhe: CURVES.P_384,
    aead: AEADS.AES_256_GCM,
  },
];
export const nameOf = ({ version, hash }: Suite): string => `1.${version & 0xf} ${hash.name}`;

/** Node's name of a hash. */
const nodeHash = (size: number): string => `sha${size * 8}`;
export const nodeDigest = (size: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(createHash(nodeHash(size)).update(Buffer.concat(parts)).digest());
export const nodeHmac = (size: number, key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac(nodeHash(size), key).update(message).digest());
/** HKDF-Expand (RFC 5869, 2.3) of at most one digest. */
export const nodeExpand = (
  size: number,
  secret: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array =>
  nodeHmac(size, secret, Buffer.concat([info, Uint8Array.of(1)])).subarray(0, length);

/** Repeatable bytes, different for each seed and each call. */
export function entropyOf(seed: string): Entropy {
  let calls = 0;
  return (byteCount) => {
    const out = createHash('shake256', { outputLength: byteCount });
    return new Uint8Array(out.update(`${seed} ${calls++}`).digest());
  };
}
