// Goal: a chain is taken if and only if it is whole, rooted, signed link by link and of the curve.
// Method: the sample chains, and each of them spoilt in one way.
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChainPolicy, decodeChain, encodeChain, verifyChain } from './certificates.ts';
import { keyPairOf } from './dhe.ts';
import { SAMPLE_IDENTITIES } from './sample.ts';
import { CURVES, HASHES } from './suite.ts';

describe.each([
  ['P_256', 'SHA_256', 'P_384'],
  ['P_384', 'SHA_384', 'P_256'],
] as const)('%s', (name, hashName, otherName) => {
  const [curve, hash] = [CURVES[name], HASHES[hashName]];
  const identity = SAMPLE_IDENTITIES[name];
  const [root, intermediate, leaf] = identity.certificates as [Uint8Array, Uint8Array, Uint8Array];
  const [foreign] = SAMPLE_IDENTITIES[otherName].certificates as [Uint8Array];
  const bytes = encodeChain(hash, identity.certificates);
  const policy: ChainPolicy = { hash, curve, roots: [foreign, root] };

  /** The verdict on a chain of these certificates. */
  const verdict = (certificates: readonly Uint8Array[], change: Partial<ChainPolicy> = {}) => {
    const chain = decodeChain(hash, encodeChain(hash, certificates));
    return chain.ok ? verifyChain(chain.value, { ...policy, ...change }) : chain;
  };
  const refused = (text: string, fault = 'certificate') => ({
    ok: false,
    error: { fault, text: expect.stringContaining(text) },
  });

  test('the structure: length, reserved, root hash, certificates', () => {
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(0, true)).toBe(bytes.length);
    expect(view.getUint16(2, true)).toBe(0);
    expect(bytes.subarray(4 + hash.size)).toEqual(
      new Uint8Array(Buffer.concat([root, intermediate, leaf])),
    );
    const chain = decodeChain(hash, bytes);
    expect(chain).toMatchObject({ ok: true, value: { certificates: identity.certificates } });
  });

  test('the sample chain holds and gives the leaf’s key', () => {
    const expected = { ok: true, value: keyPairOf(curve, identity.secretKey).publicValue };
    expect(verdict(identity.certificates)).toEqual(expected);
    expect(verdict(identity.certificates, { at: Date.UTC(2026, 0) })).toEqual(expected);
  });

  test('each way not to hold', () => {
    expect(verdict(identity.certificates, { roots: [foreign] })).toMatchObject(refused('trusted'));
    expect(verdict(identity.certificates, { at: Date.UTC(2019, 0) })).toMatchObject(
      refused('valid at the given time'),
    );
    expect(verdict(identity.certificates, { curve: CURVES[otherName] })).toMatchObject(
      refused(`key on ${otherName}`),
    );
    expect(verdict([root, leaf])).toMatchObject(refused('certificate 1: expected the certificate'));
    expect(verdict([root, intermediate])).toMatchObject(refused('no authority'));
    expect(verdict([root, intermediate, leaf, leaf])).toMatchObject(refused('an authority'));
    expect(verdict([root, foreign, leaf])).toMatchObject(refused('certificate 1'));
    expect(verdict([root, Uint8Array.of(0x30, 0), leaf])).toMatchObject(refused('X.509'));
    // A changed root hash: the structure is whole, the digest is not.
    const changed = bytes.slice();
    changed[4] = (changed[4] ?? 0) ^ 1;
    const chain = decodeChain(hash, changed);
    expect(chain.ok && verifyChain(chain.value, policy)).toMatchObject(
      refused('root hash', 'mismatch'),
    );
  });

  test('a certificate with any byte changed is refused, and nothing throws', () => {
    for (const which of [1, 2]) {
      for (let at = 0; at < (identity.certificates[which]?.length ?? 0); at += 3) {
        const spoilt = identity.certificates.map((der) => der.slice());
        const der = spoilt[which] ?? leaf;
        der[at] = (der[at] ?? 0) ^ 0x01;
        expect(verdict(spoilt).ok, `certificate ${which}, byte ${at}`).toBe(false);
      }
    }
  });

  test('any bytes are a chain or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (rest) => {
        const any = new Uint8Array(4 + hash.size + rest.length);
        any.set([any.length, 0]);
        any.set(rest, 4 + hash.size);
        const chain = decodeChain(hash, any);
        if (chain.ok) {
          expect(encodeChain(hash, chain.value.certificates).slice(4 + hash.size)).toEqual(rest);
          expect(verifyChain(chain.value, policy).ok).toBe(false);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
    for (const cut of [0, 3, 4 + hash.size, bytes.length - 1]) {
      expect(decodeChain(hash, bytes.subarray(0, cut))).toMatchObject({
        ok: false,
        error: { fault: 'length' },
      });
    }
    const indefinite = [0x30, 0x80, ...new Uint8Array(128)];
    for (const tail of [[0x30], [0x31, 0], indefinite, [0x30, 5, 0], [0x30, 0x84, 0, 0, 0, 0]]) {
      const any = new Uint8Array(4 + hash.size + tail.length);
      any.set([any.length, 0]);
      any.set(tail, 4 + hash.size);
      expect(decodeChain(hash, any)).toMatchObject({ ok: false, error: { fault: 'certificate' } });
    }
  });

  test('the sample is what it says: three certificates, valid from 2020', () => {
    const subjects = identity.certificates.map((der) => new X509Certificate(der).subject);
    expect(subjects).toEqual(
      ['root', 'intermediate', 'leaf'].map(
        (r) => `CN=tdicheck sample ${name.replace('_', '-')} ${r}`,
      ),
    );
    expect(new X509Certificate(leaf).validFrom).toContain('2020');
  });
});

test('an encoder’s bad input is a bug of the caller', () => {
  expect(() => encodeChain(HASHES.SHA_256, [])).toThrow('no certificate');
  expect(() => encodeChain(HASHES.SHA_256, [new Uint8Array(0x10000)])).toThrow('too many');
});
