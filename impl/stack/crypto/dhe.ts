/** Ephemeral Diffie-Hellman on a NIST curve. Public values are X || Y, without a prefix. */
import { bad, type Checked, type Entropy, good } from './result.ts';
import type { Curve } from './suite.ts';
import { wipe } from './wipe.ts';

/** The first byte of an uncompressed point (SEC 1, 2.3.3), which SPDM leaves out. */
const UNCOMPRESSED = 0x04;

/** The point of a public value X || Y as noble and X.509 write it. */
export function pointOf(publicValue: Uint8Array): Uint8Array {
  const point = new Uint8Array(1 + publicValue.length);
  point[0] = UNCOMPRESSED;
  point.set(publicValue, 1);
  return point;
}

/** A secret scalar and the public value X || Y that belongs to it. */
export interface KeyPair {
  readonly secretKey: Uint8Array;
  readonly publicValue: Uint8Array;
}

/** The key pair of a secret scalar, which is as long as a coordinate and big endian. */
export const keyPairOf = ({ noble }: Curve, secretKey: Uint8Array): KeyPair => ({
  secretKey,
  publicValue: noble.getPublicKey(secretKey, false).subarray(1),
});

/** A new key pair. */
export function generateKeyPair(curve: Curve, entropy: Entropy): KeyPair {
  const seed = entropy(curve.noble.lengths.seed ?? curve.size);
  const secretKey = curve.noble.utils.randomSecretKey(seed);
  wipe(seed);
  return keyPairOf(curve, secretKey);
}

/**
 * The shared secret: the x coordinate of the common point, big endian, with leading zeros kept.
 *
 * Fails if the peer's value is not a point of the curve; (0, 0) is none.
 */
export function sharedSecret(
  curve: Curve,
  secretKey: Uint8Array,
  peer: Uint8Array,
): Checked<Uint8Array> {
  const point = pointOf(peer);
  if (peer.length !== curve.pairSize || !curve.noble.utils.isValidPublicKey(point, false)) {
    return bad('public-value', `public value: expected a point of ${curve.name}, X || Y`);
  }
  const common = curve.noble.getSharedSecret(secretKey, point, false);
  const x = common.slice(1, 1 + curve.size);
  wipe(common);
  return good(x);
}
