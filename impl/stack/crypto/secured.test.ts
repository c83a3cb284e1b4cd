// Goal: a record opens once, in its order, at the other end, as it was sealed, or not at all; and
// both ends of a KEY_UPDATE agree. Method: records are built once more with node; every change of a
// record and every order of records is tried on two real ends.
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyOf, nameOf, SUITES } from './crypto.fixture.ts';
import { trafficKeys, updatedSecret } from './schedule.ts';
import { type PhaseSecrets, SecuredChannel } from './secured.ts';
import { type Suite, seal } from './suite.ts';

const SESSION = 0xfffe1234;
const bytes = (s: string): Uint8Array => new TextEncoder().encode(s);

const secretsOf = (suite: Suite): PhaseSecrets => {
  const entropy = entropyOf(nameOf(suite));
  return { request: entropy(suite.hash.size), response: entropy(suite.hash.size) };
};
function ends(suite: Suite): [requester: SecuredChannel, responder: SecuredChannel] {
  const secrets = secretsOf(suite);
  return [
    new SecuredChannel(suite, SESSION, 'requester', secrets),
    new SecuredChannel(suite, SESSION, 'responder', secrets),
  ];
}
const opens = (to: SecuredChannel, record: Uint8Array, message: string): void => {
  expect(to.open(record)).toEqual({ ok: true, value: bytes(message) });
};
const passes = (from: SecuredChannel, to: SecuredChannel, message: string): void =>
  opens(to, from.seal(bytes(message)), message);
const fails = (to: SecuredChannel, record: Uint8Array, fault: string): void => {
  expect(to.open(record)).toMatchObject({ ok: false, error: { fault } });
};

describe.each(SUITES.map((s) => [nameOf(s), s] as const))('%s', (_, suite) => {
  /** The record of a plaintext by node; the nonce has the number in its first bytes. */
  function byNode(plain: Uint8Array, number: number): Uint8Array {
    const { key, iv } = trafficKeys(suite, secretsOf(suite).request);
    const nonce = iv.slice();
    nonce[0] = (nonce[0] ?? 0) ^ (number & 0xff);
    nonce[1] = (nonce[1] ?? 0) ^ (number >> 8);
    const header = new Uint8Array([0x34, 0x12, 0xfe, 0xff, plain.length + 16, 0]);
    const name = suite.aead.name === 'AES_256_GCM' ? 'aes-256-gcm' : 'chacha20-poly1305';
    // Node types each name apart; GCM's type fits both.
    const cipher = createCipheriv(name as 'aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(header);
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return new Uint8Array(Buffer.concat([header, sealed]));
  }
  const plainOf = (message: string, length = message.length): Uint8Array =>
    new Uint8Array([length & 0xff, length >> 8, ...bytes(message)]);

  test('node makes the same records, past the first byte of the number', () => {
    const [requester] = ends(suite);
    for (let number = 0; number < 260; number++) {
      expect(requester.seal(bytes('hi'))).toEqual(byNode(plainOf('hi'), number));
    }
  });

  test('messages pass in both directions, with padding of the record and of the DOE object', () => {
    const [requester, responder] = ends(suite);
    passes(requester, responder, '');
    passes(requester, responder, 'request');
    passes(responder, requester, 'response');
    opens(responder, requester.seal(bytes('padded'), new Uint8Array(9).fill(7)), 'padded');
    const inDoe = new Uint8Array([...requester.seal(bytes('x')), 0, 0, 0]);
    opens(responder, inDoe, 'x');
    fails(responder, new Uint8Array([...requester.seal(bytes('x')), 0, 0, 0, 0]), 'length');
  });

  test('a record that was replayed, skipped, reordered or turned back does not open', () => {
    const [requester, responder] = ends(suite);
    const [first, second] = [requester.seal(bytes('1')), requester.seal(bytes('2'))];
    fails(responder, second, 'tag');
    opens(responder, first, '1');
    fails(responder, first, 'tag');
    opens(responder, second, '2');
    fails(requester, requester.seal(bytes('3')), 'tag');
  });

  test('a record with any byte changed does not open', () => {
    const [requester, responder] = ends(suite);
    const record = requester.seal(bytes('message'));
    for (let i = 0; i < record.length; i++) {
      const changed = record.slice();
      changed[i] = (changed[i] ?? 0) ^ 0x10;
      expect(responder.open(changed).ok).toBe(false);
    }
    opens(responder, record, 'message');
  });

  test('headers that lie', () => {
    const [requester, responder] = ends(suite);
    const record = requester.seal(bytes('message'));
    fails(responder, record.subarray(0, -1), 'length');
    fails(responder, record.subarray(0, 20), 'length');
    fails(responder, new Uint8Array([0x35, ...record.subarray(1)]), 'session-id');
    fails(responder, byNode(plainOf('hello', 6), 0), 'length');
    opens(responder, byNode(plainOf('hello', 4), 1), 'hell');
    // The tag is right and there is no room for an inner length.
    fails(responder, new Uint8Array([...byNode(Uint8Array.of(0), 2), 0, 0]), 'length');
  });

  test('whatever the bytes, opening gives a fault and throws nothing', () => {
    const [, responder] = ends(suite);
    const header = [0x34, 0x12, 0xfe, 0xff];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (any, ours) => {
        const record = ours ? new Uint8Array([...header, any.length - 2, 0, ...any]) : any;
        expect(responder.open(record).ok).toBe(false);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('UpdateKey: the request direction changes, the other does not', () => {
    const [requester, responder] = ends(suite);
    passes(requester, responder, 'before');
    passes(requester, responder, 'UpdateKey');
    passes(responder, requester, 'ack');
    responder.updateReceive();
    requester.updateSend();
    const { key, iv } = trafficKeys(suite, updatedSecret(suite, secretsOf(suite).request));
    const verify = requester.seal(bytes('VerifyNewKey'));
    const plain = plainOf('VerifyNewKey');
    expect(verify.subarray(6)).toEqual(seal(suite.aead, key, iv, verify.subarray(0, 6), plain));
    opens(responder, verify, 'VerifyNewKey');
    responder.confirm();
    passes(responder, requester, 'ack');
    passes(requester, responder, 'after');
  });

  test('UpdateAllKeys: the ack comes under the new response key', () => {
    const [requester, responder] = ends(suite);
    passes(requester, responder, 'UpdateAllKeys');
    responder.updateSend();
    requester.updateReceive();
    passes(responder, requester, 'ack');
    requester.updateSend();
    responder.updateReceive();
    passes(requester, responder, 'VerifyNewKey');
    responder.confirm();
    passes(responder, requester, 'ack');
    requester.confirm();
    passes(requester, responder, 'after');
    passes(responder, requester, 'after');
  });

  test('an update that the other end did not make is taken back; a confirmed one is not', () => {
    const [requester, responder] = ends(suite);
    responder.updateReceive();
    passes(requester, responder, 'still old');
    passes(requester, responder, 'still old');
    responder.updateReceive();
    responder.confirm();
    fails(responder, requester.seal(bytes('too old')), 'tag');
    requester.updateSend();
    passes(requester, responder, 'new');
  });

  test('a wiped channel neither seals nor opens', () => {
    const [requester, responder] = ends(suite);
    const record = requester.seal(bytes('x'));
    requester.wipe();
    responder.wipe();
    expect(() => requester.seal(bytes('x'))).toThrow('no sequence number');
    fails(responder, record, 'exhausted');
  });

  test('a message that no record can hold is a bug of the caller', () => {
    const [requester, responder] = ends(suite);
    const longest = new Uint8Array(0xffff - 2 - 16);
    expect(responder.open(requester.seal(longest))).toEqual({ ok: true, value: longest });
    expect(() => requester.seal(new Uint8Array(longest.length + 1))).toThrow('65536 bytes');
  });
});
