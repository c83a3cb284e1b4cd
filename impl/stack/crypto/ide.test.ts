// Goal: the cached GCM is GCM, and an IDE key gives each TLP its own nonce, in the order that the
// other end expects, once. Method: node's GCM with a nonce spelled out; two real ends.
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyOf, hex, text } from './crypto.fixture.ts';
import { GcmKey, type Span } from './gcm.ts';
import { IdeKey, MAC_SIZE, SUB_STREAM } from './ide.ts';

const KEY = entropyOf('ide')(32);

/** Some bytes before the span, and room for the MAC behind it. */
function spanOf(aad: Uint8Array, text: Uint8Array, at = 0): Span & { readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(at + aad.length + text.length + MAC_SIZE);
  bytes.set(aad, at);
  bytes.set(text, at + aad.length);
  const view = new DataView(bytes.buffer);
  return { bytes, view, at, aadSize: aad.length, textSize: text.length };
}
/** Ciphertext and 12 bytes of tag. */
function byNode(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: MAC_SIZE });
  cipher.setAAD(aad);
  return text(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}
const words = (max: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: max }).map((list) => {
    const bytes = new Uint8Array(list.length * 4);
    for (const [i, word] of list.entries()) new DataView(bytes.buffer).setUint32(4 * i, word);
    return bytes;
  });
const word = fc.integer({ min: 0, max: 0xffffffff });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('GCM with a cached key', () => {
  test('is the GCM of node, for any key, nonce and whole words, and opens again', () => {
    fc.assert(
      fc.property(
        bytes32,
        fc.tuple(word, word, word),
        words(12),
        words(70),
        fc.nat({ max: 9 }),
        (bytes, [n0, n1, n2], aad, plain, at) => {
          const key = new GcmKey(bytes);
          const span = spanOf(aad, plain, at);
          const nonce = new Uint8Array(12);
          for (const [i, n] of [n0, n1, n2].entries()) {
            new DataView(nonce.buffer).setUint32(4 * i, n);
          }
          key.seal(span, n0, n1, n2);
          const sealed = span.bytes.slice(at + aad.length);
          expect(text(sealed)).toBe(byNode(bytes, nonce, aad, plain));
          expect(key.open(span, n0, n1, n2)).toBe(true);
          const mac = sealed.subarray(plain.length);
          expect(span.bytes.subarray(at)).toEqual(new Uint8Array([...aad, ...plain, ...mac]));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('does not open, or change, a span with any bit changed', () => {
    const span = spanOf(entropyOf('aad')(20), entropyOf('text')(24));
    const key = new GcmKey(KEY);
    key.seal(span, 1, 2, 3);
    for (let bit = 0; bit < span.bytes.length * 8; bit++) {
      span.view.setUint8(bit >> 3, span.view.getUint8(bit >> 3) ^ (1 << (bit & 7)));
      const before = span.bytes.slice();
      expect(key.open(span, 1, 2, 3), `bit ${bit}`).toBe(false);
      expect(span.bytes).toEqual(before);
      span.view.setUint8(bit >> 3, span.view.getUint8(bit >> 3) ^ (1 << (bit & 7)));
    }
    expect(key.open(span, 1, 2, 3)).toBe(true);
  });

  test('a wiped key makes other tags; a key of another length is a bug of the caller', () => {
    const [whole, wiped] = [spanOf(KEY, KEY), spanOf(KEY, KEY)];
    const key = new GcmKey(KEY);
    key.seal(whole, 1, 2, 3);
    key.wipe();
    key.seal(wiped, 1, 2, 3);
    expect(text(wiped.bytes)).not.toBe(text(whole.bytes));
    expect(() => new GcmKey(KEY.subarray(1))).toThrow('31 bytes');
  });
});

describe('an IDE key', () => {
  const [aad, plain] = [entropyOf('header')(16), entropyOf('payload')(64)];
  const both = (invocation: bigint): [IdeKey, IdeKey] => [
    new IdeKey(KEY, SUB_STREAM.PR, invocation),
    new IdeKey(KEY, SUB_STREAM.PR, invocation),
  ];

  test.each([
    ['PR', SUB_STREAM.PR, 1n, '00000000 0000000000000001'],
    ['NPR', SUB_STREAM.NPR, 1n, '10000000 0000000000000001'],
    ['CPL', SUB_STREAM.CPL, 0x0123456789abcdefn, '20000000 0123456789abcdef'],
  ] as const)('%s: sub-stream above, counter below', (_, subStream, invocation, nonce) => {
    const span = spanOf(aad, plain);
    new IdeKey(KEY, subStream, invocation).seal(span);
    expect(text(span.bytes.subarray(aad.length))).toBe(byNode(KEY, hex(nonce), aad, plain));
  });

  test('counts, across the lower word', () => {
    const sender = new IdeKey(KEY, SUB_STREAM.PR, 0xfffffffen);
    for (const counter of ['00000000fffffffe', '00000000ffffffff', '0000000100000000']) {
      const span = spanOf(aad, plain);
      sender.seal(span);
      expect(text(span.bytes.subarray(aad.length))).toBe(
        byNode(KEY, hex(`00000000${counter}`), aad, plain),
      );
    }
  });

  test('opens each TLP once, in order; a failure costs no counter', () => {
    const [sender, receiver] = both(1n);
    const [first, second] = [spanOf(aad, plain), spanOf(aad, plain)];
    sender.seal(first);
    sender.seal(second);
    const replayed = first.bytes.slice();
    expect(receiver.open(second)).toBe(false);
    expect(receiver.open(first)).toBe(true);
    first.bytes.set(replayed);
    expect(receiver.open(first)).toBe(false);
    expect(receiver.open(second)).toBe(true);
  });

  test('after the last counter there is no other', () => {
    const [sender, receiver] = both(2n ** 64n - 2n);
    for (let i = 0; i < 2; i++) {
      expect(sender.usable).toBe(true);
      const span = spanOf(aad, plain);
      sender.seal(span);
      expect(receiver.open(span)).toBe(true);
    }
    expect([sender.usable, receiver.usable]).toEqual([false, false]);
    expect(() => sender.seal(spanOf(aad, plain))).toThrow('no counter');
    // What a wrapped counter would have sealed is not opened.
    const again = spanOf(aad, plain);
    new IdeKey(KEY, SUB_STREAM.PR, 0n).seal(again);
    expect(receiver.open(again)).toBe(false);
  });

  test('a wiped key is not usable; an invocation is 64 bits', () => {
    const [sender, receiver] = both(1n);
    const span = spanOf(aad, plain);
    sender.seal(span);
    receiver.wipe();
    expect(receiver.usable).toBe(false);
    expect(receiver.open(span)).toBe(false);
    for (const invocation of [-1n, 2n ** 64n]) expect(() => both(invocation)).toThrow('64 bits');
  });
});
