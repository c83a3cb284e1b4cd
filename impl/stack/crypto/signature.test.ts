// Goal: signatures and shared secrets are those of ECDSA and ECDH over the bytes that SPDM names,
// and nothing off the curve is used. Method: node's verify, sign and ECDH on the other end.
import { createECDH, createPrivateKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafPublicValue } from './certificates.ts';
import { entropyOf, nodeDigest } from './crypto.fixture.ts';
import { generateKeyPair, keyPairOf, pointOf, sharedSecret } from './dhe.ts';
import { SAMPLE_IDENTITIES } from './sample.ts';
import { type Signing, sign, signingContext, verify } from './signature.ts';
import { CURVES, type Curve, HASHES } from './suite.ts';

test.each([
  ['responder-challenge_auth signing', 4],
  ['responder-measurements signing', 6],
  ['responder-key_exchange_rsp signing', 2],
  ['requester-finish signing', 12],
  ['requester-challenge_auth signing', 4],
  ['responder-endpoint_info signing', 5],
] as const)('context of %s: %i zeros before it', (label, zeros) => {
  const context = Buffer.from(signingContext(0x13, label)).toString('latin1');
  expect(context).toBe('dmtf-spdm-v1.3.*'.repeat(4) + '\0'.repeat(zeros) + label);
  expect(context).toHaveLength(100);
});

/** The order of the curve, which turns a low s into a high one. */
const negated = (curve: Curve, signature: Uint8Array): Uint8Array => {
  const { r, s } = curve.noble.Signature.fromBytes(signature);
  return new curve.noble.Signature(r, curve.noble.Point.CURVE().n - s).toBytes();
};

describe.each([
  ['P_256', 'SHA_256'],
  ['P_384', 'SHA_384'],
  ['P_256', 'SHA_384'],
] as const)('%s with %s', (curveName, hashName) => {
  const [curve, hash] = [CURVES[curveName], HASHES[hashName]];
  const pair = keyPairOf(curve, SAMPLE_IDENTITIES[curveName].secretKey);
  const signing: Signing = {
    version: 0x12,
    hash,
    curve,
    label: 'responder-measurements signing',
  };
  const transcript = nodeDigest(hash.size, Uint8Array.of(1, 2, 3));
  const signature = sign(signing, transcript, pair.secretKey);
  const message = Buffer.concat([signingContext(0x12, signing.label), transcript]);
  const jwk = {
    kty: 'EC',
    crv: curveName.replace('_', '-'),
    x: Buffer.from(pair.publicValue.subarray(0, curve.size)).toString('base64url'),
    y: Buffer.from(pair.publicValue.subarray(curve.size)).toString('base64url'),
    d: Buffer.from(pair.secretKey).toString('base64url'),
  };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const algorithm = `sha${hash.size * 8}`;

  test('node takes our signature and we take node’s, with either s', () => {
    const dsaEncoding = 'ieee-p1363';
    expect(nodeVerify(algorithm, message, { key, dsaEncoding }, signature)).toBe(true);
    const other = new Uint8Array(nodeSign(algorithm, message, { key, dsaEncoding }));
    expect(verify(signing, transcript, other, pair.publicValue)).toBe(true);
    expect(verify(signing, transcript, negated(curve, other), pair.publicValue)).toBe(true);
  });

  test('anything else is refused', () => {
    const by = (s: Signing, t = transcript, sig = signature, value = pair.publicValue): boolean =>
      verify(s, t, sig, value);
    expect(by(signing)).toBe(true);
    expect(by({ ...signing, version: 0x13 })).toBe(false);
    expect(by({ ...signing, label: 'responder-challenge_auth signing' })).toBe(false);
    expect(by(signing, nodeDigest(hash.size))).toBe(false);
    expect(by(signing, transcript, signature.subarray(1))).toBe(false);
    expect(by(signing, transcript, new Uint8Array(curve.pairSize))).toBe(false);
    expect(by(signing, transcript, new Uint8Array(curve.pairSize).fill(0xff))).toBe(false);
    expect(by(signing, transcript, signature, new Uint8Array(curve.pairSize))).toBe(false);
    expect(by(signing, transcript, signature, pair.publicValue.subarray(1))).toBe(false);
    const other = generateKeyPair(curve, entropyOf('other')).publicValue;
    expect(by(signing, transcript, signature, other)).toBe(false);
  });
});

describe.each(['P_256', 'P_384'] as const)('key exchange on %s', (name) => {
  const curve = CURVES[name];
  const ours = generateKeyPair(curve, entropyOf('ours'));

  test('both ends, one of them node, have the same secret of full width', () => {
    const theirs = createECDH(name === 'P_256' ? 'prime256v1' : 'secp384r1');
    theirs.setPrivateKey(SAMPLE_IDENTITIES[name].secretKey);
    const secret = sharedSecret(curve, ours.secretKey, theirs.getPublicKey().subarray(1));
    const expected = new Uint8Array(theirs.computeSecret(pointOf(ours.publicValue)));
    expect(secret).toEqual({ ok: true, value: expected });
    expect(expected).toHaveLength(curve.size);
  });

  test('a leading zero of the secret is kept', () => {
    // The scalar 1 gives back the peer's x, which is small for some multiple of the base point.
    const one = new Uint8Array(curve.size);
    one[curve.size - 1] = 1;
    let scalar = 2;
    let peer = keyPairOf(curve, one);
    while (peer.publicValue[0] !== 0) {
      const secretKey = new Uint8Array(curve.size);
      new DataView(secretKey.buffer).setUint32(curve.size - 4, scalar++);
      peer = keyPairOf(curve, secretKey);
    }
    const secret = sharedSecret(curve, one, peer.publicValue);
    expect(secret).toEqual({ ok: true, value: peer.publicValue.slice(0, curve.size) });
  });

  test('what is no point of the curve fails, and nothing throws', () => {
    const off = ours.publicValue.slice();
    off[curve.pairSize - 1] = (off[curve.pairSize - 1] ?? 0) ^ 1;
    for (const peer of [off, new Uint8Array(curve.pairSize), ours.publicValue.subarray(1)]) {
      expect(sharedSecret(curve, ours.secretKey, peer)).toMatchObject({
        ok: false,
        error: { fault: 'public-value' },
      });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (peer) => {
        expect(sharedSecret(curve, ours.secretKey, peer).ok).toBe(false);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('the sample leaf’s key is the one of its certificate', () => {
    const { certificates, secretKey } = SAMPLE_IDENTITIES[name];
    const leaf = leafPublicValue(certificates.at(-1) ?? new Uint8Array(), curve);
    expect(leaf).toEqual({ ok: true, value: keyPairOf(curve, secretKey).publicValue });
  });
});
