/**
 * The cipher of IDE (PCIe 6.x, 6.33): AES-256-GCM with a 96-bit MAC, one key for each stream,
 * direction, sub-stream and key set, and one invocation counter for each key.
 */

import { GcmKey, type Span } from './gcm.ts';
import { wipe } from './wipe.ts';

/** Sub-streams of a stream, by their numbers in a TLP. */
export const SUB_STREAM = { PR: 0, NPR: 1, CPL: 2 } as const;
export type SubStream = (typeof SUB_STREAM)[keyof typeof SUB_STREAM];

/** Bytes of the MAC behind a TLP. */
export const MAC_SIZE = 12;

const WORD = 0x1_0000_0000;
const COUNTER_MAX = 2n ** 64n - 1n;

/**
 * One key of one direction of one sub-stream, with its counter.
 *
 * The nonce is 32 fixed bits, of which the upper four are the sub-stream and the others 0, and then
 * the 64 bits of the counter. The fixed bits are those of the default construction of CXL 3.x, 11.3,
 * which follows IDE; the sources of ours say "fixed" only. Both ends must agree on them and do.
 */
export class IdeKey {
  readonly #gcm: GcmKey;
  readonly #fixed: number;
  /** Upper and lower word of the next counter; kept in an array so that they are never boxed. */
  readonly #counter = new Uint32Array(2);
  #usable = true;

  /** `invocation` is what IDE_KM programs, 1 for a new key. Keeps no reference to `key`. */
  constructor(key: Uint8Array, subStream: SubStream, invocation: bigint) {
    if (invocation < 0n || invocation > COUNTER_MAX) {
      throw new Error(`IdeKey: invocation ${invocation} is not 64 bits`);
    }
    this.#gcm = new GcmKey(key);
    this.#fixed = (subStream << 28) >>> 0;
    this.#counter[0] = Number(invocation / BigInt(WORD));
    this.#counter[1] = Number(invocation % BigInt(WORD));
  }

  /** False once every counter was used, or the key was wiped: the stream has to be keyed anew. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Encrypts the text of a span in place, appends the MAC, and takes the next counter. */
  seal(span: Span): void {
    if (!this.#usable) throw new Error('IdeKey.seal: no counter is left');
    this.#gcm.seal(span, this.#fixed, this.#counter[0] ?? 0, this.#counter[1] ?? 0);
    this.#advance();
  }

  /**
   * Checks the MAC behind a span under the next counter and decrypts in place. A failure, which
   * replay, loss and change of order are too, changes neither the span nor the counter.
   */
  open(span: Span): boolean {
    if (!this.#usable) return false;
    const counter = this.#counter;
    if (!this.#gcm.open(span, this.#fixed, counter[0] ?? 0, counter[1] ?? 0)) return false;
    this.#advance();
    return true;
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#gcm.wipe();
    wipe(this.#counter);
    this.#usable = false;
  }

  #advance(): void {
    const counter = this.#counter;
    counter[1] = (counter[1] ?? 0) + 1;
    if (counter[1] !== 0) return;
    counter[0] = (counter[0] ?? 0) + 1;
    // After the last counter, a wrap would use the first one again.
    if (counter[0] === 0) this.#usable = false;
  }
}
