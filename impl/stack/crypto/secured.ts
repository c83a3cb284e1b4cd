/** Secured messages over PCI DOE (DSP0277 and its DOE binding) and KEY_UPDATE. */
import { bad, type Checked, good } from './result.ts';
import { trafficKeys, updatedSecret } from './schedule.ts';
import { NONCE_SIZE, open, type Suite, seal, TAG_SIZE } from './suite.ts';
import { wipe } from './wipe.ts';

/** Session id and record length: the associated data. No sequence number is sent over DOE. */
const HEADER_SIZE = 6;
/** The length of the message inside, which is encrypted with it. */
const INNER_SIZE = 2;
/** A DOE object is padded to words of four bytes. */
const PADDING_MAX = 3;
const RECORD_MAX = 0xffff;
const SEQUENCE_MAX = 2n ** 64n - 1n;
const NO_PADDING = new Uint8Array(0);

/** One direction's secret, its key and vector, and how many messages they have protected. */
class Traffic {
  readonly #suite: Suite;
  readonly #secret: Uint8Array;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #sequence = 0n;

  constructor(suite: Suite, secret: Uint8Array) {
    this.#suite = suite;
    this.#secret = secret.slice();
    const { key, iv } = trafficKeys(suite, secret);
    this.#key = key;
    this.#iv = iv;
  }
  get exhausted(): boolean {
    return this.#sequence > SEQUENCE_MAX;
  }
  /** The nonce of the next message: the vector XOR the sequence number in little endian. */
  #nonce(): Uint8Array {
    const nonce = this.#iv.slice();
    const view = new DataView(nonce.buffer, nonce.byteOffset, NONCE_SIZE);
    view.setBigUint64(0, view.getBigUint64(0, true) ^ this.#sequence, true);
    return nonce;
  }
  seal(aad: Uint8Array, plain: Uint8Array): Uint8Array {
    const sealed = seal(this.#suite.aead, this.#key, this.#nonce(), aad, plain);
    this.#sequence++;
    return sealed;
  }
  /** The sequence number advances with what opens, so that what was opened does not open again. */
  open(aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const plain = open(this.#suite.aead, this.#key, this.#nonce(), aad, sealed);
    if (plain) this.#sequence++;
    return plain;
  }
  /** The direction after a KEY_UPDATE; its sequence begins at 0. */
  updated(): Traffic {
    const secret = updatedSecret(this.#suite, this.#secret);
    const next = new Traffic(this.#suite, secret);
    wipe(secret);
    return next;
  }
  /** Also takes away the sequence numbers, so that nothing is sealed under a key of zeros. */
  wipe(): void {
    wipe(this.#secret, this.#key, this.#iv);
    this.#sequence = SEQUENCE_MAX + 1n;
  }
}

/** The secrets of the two directions of a phase. */
export interface PhaseSecrets {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/**
 * The keys of one phase, handshake or data, of one session, at one end.
 *
 * KEY_UPDATE, as calls (DSP0274, KEY_UPDATE; the order is what the two ends must agree on):
 *
 * ```text
 *                requester                                responder
 * UpdateKey      seal request, open ack, updateSend       open request, seal ack, updateReceive
 * UpdateAllKeys  seal request, updateReceive, open ack,   open request, updateSend, seal ack,
 *                updateSend                               updateReceive
 * VerifyNewKey   seal request, open ack, confirm          open request, confirm, seal ack
 * ```
 */
export class SecuredChannel {
  readonly sessionId: number;
  #send: Traffic;
  #receive: Traffic;
  /** The receiving keys before an update that nobody has confirmed. */
  #fallback: Traffic | undefined;

  /** Copies the secrets; the caller may wipe them. */
  constructor(
    suite: Suite,
    sessionId: number,
    role: 'requester' | 'responder',
    { request, response }: PhaseSecrets,
  ) {
    this.sessionId = sessionId;
    this.#send = new Traffic(suite, role === 'requester' ? request : response);
    this.#receive = new Traffic(suite, role === 'requester' ? response : request);
  }

  /**
   * The record of a message, from the session id to the tag; to be padded by DOE.
   *
   * `padding` is what hides the length of the message; IDE_KM and TDISP use none. Throws on a
   * message that does not fit a record, and when the sequence numbers are used up.
   */
  seal(message: Uint8Array, padding: Uint8Array = NO_PADDING): Uint8Array {
    const plain = new Uint8Array(INNER_SIZE + message.length + padding.length);
    const length = plain.length + TAG_SIZE;
    if (length > RECORD_MAX) throw new Error(`SecuredChannel.seal: ${length} bytes are too many`);
    if (this.#send.exhausted) throw new Error('SecuredChannel.seal: no sequence number is left');
    new DataView(plain.buffer).setUint16(0, message.length, true);
    plain.set(message, INNER_SIZE);
    plain.set(padding, INNER_SIZE + message.length);
    const record = new Uint8Array(HEADER_SIZE + length);
    const view = new DataView(record.buffer);
    view.setUint32(0, this.sessionId, true);
    view.setUint16(4, length, true);
    record.set(this.#send.seal(record.subarray(0, HEADER_SIZE), plain), HEADER_SIZE);
    wipe(plain);
    return record;
  }

  /**
   * The message of a record, which begins with the session id and may end with DOE padding.
   *
   * Any failure ends the session: the other end cannot know which number comes next.
   */
  open(record: Uint8Array): Checked<Uint8Array> {
    if (record.length < HEADER_SIZE + INNER_SIZE + TAG_SIZE) {
      return bad('length', `secured message: ${record.length} bytes are too few`);
    }
    const view = new DataView(record.buffer, record.byteOffset, record.length);
    if (view.getUint32(0, true) !== this.sessionId) {
      return bad('session-id', `secured message: expected session ${this.sessionId.toString(16)}`);
    }
    const length = view.getUint16(4, true);
    const rest = record.length - HEADER_SIZE - length;
    if (length < INNER_SIZE + TAG_SIZE || rest < 0 || rest > PADDING_MAX) {
      return bad('length', `secured message: length ${length} does not fit its DOE object`);
    }
    const plain = this.#open(
      record.subarray(0, HEADER_SIZE),
      record.subarray(HEADER_SIZE, HEADER_SIZE + length),
    );
    if (!plain.ok) return plain;
    const inner = new DataView(plain.value.buffer, plain.value.byteOffset).getUint16(0, true);
    if (inner > plain.value.length - INNER_SIZE) {
      return bad('length', `secured message: inner length ${inner} is beyond its end`);
    }
    return good(plain.value.subarray(INNER_SIZE, INNER_SIZE + inner));
  }

  /**
   * Opens with the current key, else with the one before an unconfirmed update. If that one fits,
   * the other end has not updated, and the update is taken back.
   */
  #open(aad: Uint8Array, sealed: Uint8Array): Checked<Uint8Array> {
    for (const traffic of [this.#receive, this.#fallback]) {
      if (!traffic) continue;
      if (traffic.exhausted) return bad('exhausted', 'secured message: no number is left');
      const plain = traffic.open(aad, sealed);
      if (!plain) continue;
      if (traffic === this.#fallback) {
        this.#receive.wipe();
        this.#receive = this.#fallback;
        this.#fallback = undefined;
      }
      return good(plain);
    }
    return bad('tag', 'secured message: the tag fails under the key and number that are next');
  }

  /** Whether {@link updateReceive} was called, and neither {@link confirm} nor an old key since. */
  get unconfirmed(): boolean {
    return this.#fallback !== undefined;
  }
  /** Sends under the next key from now on. */
  updateSend(): void {
    const next = this.#send.updated();
    this.#send.wipe();
    this.#send = next;
  }
  /** Expects the next key from now on, and accepts the current one until {@link confirm}. */
  updateReceive(): void {
    this.#fallback?.wipe();
    this.#fallback = this.#receive;
    this.#receive = this.#fallback.updated();
  }
  /** The new keys are known to work: the old ones are gone. */
  confirm(): void {
    this.#fallback?.wipe();
    this.#fallback = undefined;
  }
  /** Overwrites all keys: {@link seal} throws afterwards and {@link open} fails as exhausted. */
  wipe(): void {
    this.#send.wipe();
    this.#receive.wipe();
    this.confirm();
  }
}
