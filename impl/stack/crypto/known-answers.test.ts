// Goal: the primitives compute what their standards print. Method: published vectors, through the
// records of the suite; key schedule and nonces are compared with node's primitives elsewhere.
import { expect, test } from 'vitest';
import { hex, nodeExpand, nodeHmac, text } from './crypto.fixture.ts';
import { AEADS, CURVES, HASHES, open, seal, suiteOf } from './suite.ts';

test('AES-256-GCM: test case 16 of the GCM submission to NIST', () => {
  const key = hex('feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308');
  const nonce = hex('cafebabefacedbaddecaf888');
  const aad = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const plain = hex(`d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39`);
  const sealed = `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
    8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662 76fc6ece0f4e1768cddf8853bb2d551b`;
  expect(text(seal(AEADS.AES_256_GCM, key, nonce, aad, plain))).toBe(text(hex(sealed)));
  expect(open(AEADS.AES_256_GCM, key, nonce, aad, hex(sealed))).toEqual(plain);
});

test('ChaCha20-Poly1305: RFC 8439, 2.8.2', () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  const nonce = hex('070000004041424344454647');
  const aad = hex('50515253c0c1c2c3c4c5c6c7');
  const plain = new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " +
      'sunscreen would be it.',
  );
  const sealed = `d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
    3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
    92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
    3ff4def08e4b7a9de576d26586cec64b6116 1ae10b594f09e26a7e902ecbd0600691`;
  expect(text(seal(AEADS.CHACHA20_POLY1305, key, nonce, aad, plain))).toBe(text(hex(sealed)));
  expect(open(AEADS.CHACHA20_POLY1305, key, nonce, aad, hex(sealed))).toEqual(plain);
});

test('a changed tag does not open, nor do fewer bytes than a tag', () => {
  for (const aead of Object.values(AEADS)) {
    const [key, nonce, aad] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(6)];
    const sealed = seal(aead, key, nonce, aad, new Uint8Array(5));
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    expect(open(aead, key, nonce, aad, sealed)).toBeUndefined();
    expect(open(aead, key, nonce, aad, new Uint8Array(15))).toBeUndefined();
  }
});

test('HKDF as the other tests compute it with node: RFC 5869, A.1', () => {
  const prk = nodeHmac(32, hex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b));
  expect(text(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
  expect(text(nodeExpand(32, prk, hex('f0f1f2f3f4f5f6f7f8f9'), 32))).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf',
  );
});

test('ALGORITHMS selects a suite, or none if a choice is unknown', () => {
  const selection = { baseHash: 2, baseAsym: 0x80, dhe: 0x10, aead: 2 };
  expect(suiteOf(0x13, selection)).toEqual({
    version: 0x13,
    hash: HASHES.SHA_384,
    signature: CURVES.P_384,
    dhe: CURVES.P_384,
    aead: AEADS.AES_256_GCM,
  });
  expect(suiteOf(0x12, { baseHash: 1, baseAsym: 0x10, dhe: 0x08, aead: 4 })?.aead).toBe(
    AEADS.CHACHA20_POLY1305,
  );
  // SHA-512, RSA, ffdhe2048 and AES-128-GCM are legal in SPDM and not spoken here.
  for (const other of [{ baseHash: 4 }, { baseAsym: 1 }, { dhe: 1 }, { aead: 1 }, { aead: 6 }]) {
    expect(suiteOf(0x13, { ...selection, ...other })).toBeUndefined();
  }
});
