/** SPDM signatures (DSP0274, 1.2 and later): ECDSA over a context and a transcript hash. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { pointOf } from './dhe.ts';
import { type Curve, digest, type Hash, type SpdmVersion } from './suite.ts';

/** What is signed, and by whom: the text that ends the context. */
export type SignatureLabel =
  | 'responder-challenge_auth signing'
  | 'responder-measurements signing'
  | 'responder-key_exchange_rsp signing'
  | 'responder-endpoint_info signing'
  | 'requester-finish signing'
  | 'requester-challenge_auth signing';

const CONTEXT_SIZE = 100;

/** The context: the version text four times, zeros, the label; 100 bytes. */
export function signingContext(version: SpdmVersion, label: SignatureLabel): Uint8Array {
  const context = new Uint8Array(CONTEXT_SIZE);
  const text = utf8ToBytes(label);
  context.set(utf8ToBytes(`dmtf-spdm-v1.${version & 0xf}.*`.repeat(4)));
  context.set(text, CONTEXT_SIZE - text.length);
  return context;
}

/** Whose signatures, over what, under which version. */
export interface Signing {
  readonly version: SpdmVersion;
  readonly hash: Hash;
  readonly curve: Curve;
  readonly label: SignatureLabel;
}

/**
 * The message representative. It is hashed here and not by noble, which would take the hash of the
 * curve: P-256 with SHA-384 is a legal pair.
 */
const representative = ({ version, hash, label }: Signing, transcriptHash: Uint8Array) =>
  digest(hash, signingContext(version, label), transcriptHash);

/** The signature r || s of a transcript hash. Deterministic (RFC 6979). */
export const sign = (
  signing: Signing,
  transcriptHash: Uint8Array,
  secretKey: Uint8Array,
): Uint8Array =>
  signing.curve.noble.sign(representative(signing, transcriptHash), secretKey, {
    prehash: false,
    lowS: false,
  });

/**
 * Whether a signature r || s of a transcript hash is by the holder of a public value X || Y.
 *
 * Either value of s is taken: SPDM asks for no normal form, and peers send both.
 */
export function verify(
  signing: Signing,
  transcriptHash: Uint8Array,
  signature: Uint8Array,
  publicValue: Uint8Array,
): boolean {
  const { noble, pairSize } = signing.curve;
  if (signature.length !== pairSize) return false;
  const message = representative(signing, transcriptHash);
  return noble.verify(signature, message, pointOf(publicValue), { prehash: false, lowS: false });
}
