/** Opens secured messages of a session of which the keys are known, but not what they came from. */
import { bad, type Checked, good } from '../crypto/result.ts';
import type { TrafficKeys } from '../crypto/schedule.ts';
import { type Aead, open } from '../crypto/suite.ts';
import {
  decodeSecuredContent,
  decodeSecuredRecord,
  encodeSecuredHeader,
  wireErrorText,
} from '../wire/index.ts';

/** What one side sends in one phase. */
export class KeyedDirection {
  readonly #aead: Aead;
  readonly #keys: TrafficKeys;
  #sequence = 0n;

  constructor(aead: Aead, keys: TrafficKeys) {
    this.#aead = aead;
    this.#keys = keys;
  }

  /** The message of the next record. */
  open(payload: Uint8Array): Checked<Uint8Array> {
    const record = decodeSecuredRecord(payload);
    if (!record.ok) return bad('length', wireErrorText(record.error));
    const { sessionId, sealed } = record.value;
    const header = encodeSecuredHeader(sessionId, sealed.length);
    const plain = open(this.#aead, this.#keys.key, this.#nonce(), header, sealed);
    if (plain === undefined) return bad('tag', 'secured message: the tag fails');
    this.#sequence++;
    const content = decodeSecuredContent(plain);
    return content.ok ? good(content.value.message) : bad('length', wireErrorText(content.error));
  }

  /** The vector XOR the sequence number in little endian (DSP0277). */
  #nonce(): Uint8Array {
    const nonce = this.#keys.iv.slice();
    const view = new DataView(nonce.buffer);
    view.setBigUint64(0, view.getBigUint64(0, true) ^ this.#sequence, true);
    return nonce;
  }
}
