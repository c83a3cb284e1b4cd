/**
 * AES-256-GCM (NIST SP 800-38D) for many short messages under one key, in place.
 *
 * Noble's `gcm` expands the key and builds the GHASH table for every message, which for a TLP of 64
 * bytes costs far more than the message (docs/stack.md has the figures). Here both are kept. The
 * block cipher is noble's; GHASH is ours, since noble's allocates and cannot be started anew.
 * Table look-ups depend on secrets, here as in noble: not constant in time on a cached machine.
 */
import { unsafe } from '@noble/ciphers/aes.js';
import { wipe } from './wipe.ts';

/** Words of a block, windows of four bits in it, and values of a window. */
const WORDS = 4;
const WINDOWS = 32;
const VALUES = 16;
/** The reduction polynomial of GHASH, in its bit order, as the first word. */
const POLYNOMIAL = 0xe1000000 | 0;
/** Counter of the block that masks the tag; the message begins at the next (SP 800-38D, 7.1). */
const TAG_COUNTER = 1;

const swapped = (word: number): number =>
  (word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24);

/** What a product with the hash key is for each value of each window: 32 x 16 x 4 words. */
function productsOf(h0: number, h1: number, h2: number, h3: number): Int32Array {
  const table = new Int32Array(WINDOWS * VALUES * WORDS);
  const power = Int32Array.of(h0, h1, h2, h3);
  for (let bit = 0; bit < WINDOWS * WORDS; bit++) {
    // The first bit of a window is the highest of its value.
    const weight = 8 >> (bit & 3);
    for (let value = 0; value < VALUES; value++) {
      if ((value & weight) === 0) continue;
      const at = ((bit >> 2) * VALUES + value) * WORDS;
      for (let i = 0; i < WORDS; i++) table[at + i] = (table[at + i] ?? 0) ^ (power[i] ?? 0);
    }
    // Times x: a shift to the right in this bit order, reduced.
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = power;
    power[0] = (p0 >>> 1) ^ (POLYNOMIAL & -(p3 & 1));
    power[1] = (p1 >>> 1) | (p0 << 31);
    power[2] = (p2 >>> 1) | (p1 << 31);
    power[3] = (p3 >>> 1) | (p2 << 31);
  }
  wipe(power);
  return table;
}

/** Where a message lies: associated data and then text, in one piece, of whole 4-byte words. */
export interface Span {
  readonly view: DataView;
  /** Offset of the associated data. */
  readonly at: number;
  /** Bytes of associated data, and of text after it. */
  readonly aadSize: number;
  readonly textSize: number;
}

/**
 * A key, ready for use. Messages and nonces are the caller's affair: no nonce may come twice.
 *
 * A nonce is three words in big-endian order. Tags of 12 bytes follow the text.
 */
export class GcmKey {
  readonly #round: Uint32Array;
  readonly #products: Int32Array;
  /** The running GHASH, and the tag at the end. */
  readonly #hash = new Int32Array(WORDS);

  /** Takes 32 bytes and keeps no reference to them. */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error(`GcmKey: ${key.length} bytes, expected 32`);
    this.#round = unsafe.expandKeyLE(key);
    const { s0, s1, s2, s3 } = unsafe.encrypt(this.#round, 0, 0, 0, 0);
    this.#products = productsOf(swapped(s0), swapped(s1), swapped(s2), swapped(s3));
  }

  /** Encrypts the text in place and writes the first 12 bytes of the tag behind it. */
  seal(span: Span, n0: number, n1: number, n2: number): void {
    this.#crypt(span, n0, n1, n2);
    this.#tag(span, n0, n1, n2);
    const { view } = span;
    const end = span.at + span.aadSize + span.textSize;
    for (let i = 0; i < 3; i++) view.setInt32(end + 4 * i, this.#hash[i] ?? 0);
  }

  /**
   * Checks the 12 bytes behind the text, all of them in any case, and decrypts in place; if they are
   * wrong, nothing is changed and the result is false.
   */
  open(span: Span, n0: number, n1: number, n2: number): boolean {
    this.#tag(span, n0, n1, n2);
    const { view } = span;
    const end = span.at + span.aadSize + span.textSize;
    let difference = 0;
    for (let i = 0; i < 3; i++) difference |= view.getInt32(end + 4 * i) ^ (this.#hash[i] ?? 0);
    if (difference !== 0) return false;
    this.#crypt(span, n0, n1, n2);
    return true;
  }

  /** Overwrites everything that was made from the key. */
  wipe(): void {
    wipe(this.#round, this.#products, this.#hash);
  }

  /** Counter mode over the text. */
  #crypt({ view, at, aadSize, textSize }: Span, n0: number, n1: number, n2: number): void {
    const a0 = swapped(n0);
    const a1 = swapped(n1);
    const a2 = swapped(n2);
    const end = at + aadSize + textSize;
    let counter = TAG_COUNTER;
    for (let p = at + aadSize; p < end; p += 16) {
      const { s0, s1, s2, s3 } = unsafe.encrypt(this.#round, a0, a1, a2, swapped(++counter));
      view.setInt32(p, view.getInt32(p, true) ^ s0, true);
      if (p + 4 < end) view.setInt32(p + 4, view.getInt32(p + 4, true) ^ s1, true);
      if (p + 8 < end) view.setInt32(p + 8, view.getInt32(p + 8, true) ^ s2, true);
      if (p + 12 < end) view.setInt32(p + 12, view.getInt32(p + 12, true) ^ s3, true);
    }
  }

  /** The tag of associated data and encrypted text, into the running hash. */
  #tag({ view, at, aadSize, textSize }: Span, n0: number, n1: number, n2: number): void {
    const hash = this.#hash;
    hash.fill(0);
    this.#absorb(view, at, aadSize);
    this.#absorb(view, at + aadSize, textSize);
    this.#multiply(0, aadSize * 8, 0, textSize * 8);
    const tagBlock = swapped(TAG_COUNTER);
    const mask = unsafe.encrypt(this.#round, swapped(n0), swapped(n1), swapped(n2), tagBlock);
    hash[0] = (hash[0] ?? 0) ^ swapped(mask.s0);
    hash[1] = (hash[1] ?? 0) ^ swapped(mask.s1);
    hash[2] = (hash[2] ?? 0) ^ swapped(mask.s2);
    hash[3] = (hash[3] ?? 0) ^ swapped(mask.s3);
  }

  /** Takes words into the hash, the last block filled up with zeros. */
  #absorb(view: DataView, at: number, size: number): void {
    const end = at + size;
    for (let p = at; p < end; p += 16) {
      this.#multiply(
        view.getInt32(p),
        p + 4 < end ? view.getInt32(p + 4) : 0,
        p + 8 < end ? view.getInt32(p + 8) : 0,
        p + 12 < end ? view.getInt32(p + 12) : 0,
      );
    }
  }

  /** hash = (hash XOR block) times the hash key. */
  #multiply(b0: number, b1: number, b2: number, b3: number): void {
    const hash = this.#hash;
    const products = this.#products;
    let r0 = 0;
    let r1 = 0;
    let r2 = 0;
    let r3 = 0;
    let base = 0;
    for (let i = 0; i < WORDS; i++) {
      const block = i === 0 ? b0 : i === 1 ? b1 : i === 2 ? b2 : b3;
      const word = (hash[i] ?? 0) ^ block;
      for (let shift = 28; shift >= 0; shift -= 4) {
        const p = base + ((word >>> shift) & 0xf) * WORDS;
        r0 ^= products[p] ?? 0;
        r1 ^= products[p + 1] ?? 0;
        r2 ^= products[p + 2] ?? 0;
        r3 ^= products[p + 3] ?? 0;
        base += VALUES * WORDS;
      }
    }
    hash[0] = r0;
    hash[1] = r1;
    hash[2] = r2;
    hash[3] = r3;
  }
}
