/**
 * IDE at one port (PCIe 6.x, 6.33): protects what is sent, checks what is received.
 *
 * The port knows keys and counters. Whether a stream is Secure, and what a failed check does to it,
 * is for its owner to say, who drops the stream here.
 */
import type { Span } from '../crypto/gcm.ts';
import { IdeKey, MAC_SIZE, SUB_STREAM, type SubStream } from '../crypto/ide.ts';
import {
  completePrefix,
  dataAt,
  NO_STREAM,
  prefixKeySet,
  prefixPrSent,
  prefixSubStream,
  readTlp,
  subStreamOf,
  type Tlp,
} from './tlp.ts';

/** Which key of a stream, as IDE_KM names it. Direction: 0 receives, 1 transmits. */
export interface KeySlot {
  readonly keySet: 0 | 1;
  readonly direction: 0 | 1;
  readonly subStream: SubStream;
}

/**
 * What became of a received TLP.
 *
 * `accepted`: it was on a stream, and its MAC holds. `clear`: it was on none. `malformed`: no TLP.
 * `misrouted`: the port has no such stream. The others are IDE Check Failed: `sub-stream` is unknown
 * or not the one of this kind of TLP; `key`: none in use for it; `mac`: another key, changed bytes,
 * or not the next TLP of its sub-stream; `order`: it overtook a posted request.
 */
export type IdeVerdict =
  | 'accepted'
  | 'clear'
  | 'malformed'
  | 'misrouted'
  | 'sub-stream'
  | 'key'
  | 'mac'
  | 'order';

/** Whether a verdict is IDE Check Failed, after which the stream is Insecure (6.33.5). */
export const isCheckFailed = (verdict: IdeVerdict): boolean =>
  verdict === 'sub-stream' || verdict === 'key' || verdict === 'mac' || verdict === 'order';

/** What PR_Sent_Counter can hold. */
const PR_SENT_MAX = 0xff;

const indexOf = (keySet: number, direction: number, subStream: number): number =>
  (keySet * 2 + direction) * 3 + subStream;

/** Keys and counters of one stream. */
class StreamKeys {
  readonly keys = new Array<IdeKey | undefined>(12).fill(undefined);
  /** The set in use for sending, by sub-stream. */
  readonly transmitSet: (0 | 1)[] = [0, 0, 0];
  /**
   * Posted requests sent since the last NPR and the last CPL, and received less those that NPRs and
   * CPLs have told of; by sub-stream, the first unused. Doubles, since nothing bounds them.
   */
  readonly prSent = new Float64Array(3);
  readonly prReceived = new Float64Array(3);

  wipe(): void {
    for (const key of this.keys) key?.wipe();
  }
}

/** The streams of one port. */
export class IdePort {
  readonly #streams: (StreamKeys | undefined)[] = new Array(256).fill(undefined);
  readonly #checksOrder: boolean;
  /** One span for all TLPs, so that none allocates its own. */
  readonly #span: { -readonly [field in keyof Span]: Span[field] } = {
    view: new DataView(new ArrayBuffer(0)),
    at: 0,
    aadSize: 0,
    textSize: 0,
  };

  /**
   * `checksOrder`: whether an NPR or CPL that overtook a posted request is found by
   * PR_Sent_Counter. The mechanism is disputed, and known not to find every case.
   */
  constructor({ checksOrder = true }: { readonly checksOrder?: boolean } = {}) {
    this.#checksOrder = checksOrder;
  }

  /** A programmed key came into use (K_SET_GO); sending changes to its set. Copies the key. */
  started(stream: number, slot: KeySlot, key: Uint8Array, invocation: bigint): void {
    const state = this.#streams[stream] ?? new StreamKeys();
    this.#streams[stream] = state;
    const { keySet, direction, subStream } = slot;
    const index = indexOf(keySet, direction, subStream);
    state.keys[index]?.wipe();
    state.keys[index] = new IdeKey(key, subStream, invocation);
    if (direction === 1) state.transmitSet[subStream] = keySet;
  }
  /** Sending changes to a set that is in use already. */
  selected(stream: number, { keySet, direction, subStream }: KeySlot): void {
    const state = this.#streams[stream];
    if (state !== undefined && direction === 1) state.transmitSet[subStream] = keySet;
  }
  /** A key is no longer in use (K_SET_STOP). */
  stopped(stream: number, { keySet, direction, subStream }: KeySlot): void {
    const keys = this.#streams[stream]?.keys;
    const index = indexOf(keySet, direction, subStream);
    keys?.[index]?.wipe();
    if (keys) keys[index] = undefined;
  }
  /** Every key of the stream is gone. */
  dropped(stream: number): void {
    this.#streams[stream]?.wipe();
    this.#streams[stream] = undefined;
  }

  /**
   * Protects the TLP that `writeTlp` put at `at` to `end`, in place; whether it may be sent.
   *
   * It may not if there is no key in use for it, or no counter is left. A TLP on no stream is left
   * as it is.
   */
  protect(view: DataView, at: number, end: number, tlp: Tlp): boolean {
    if (tlp.stream === NO_STREAM) return true;
    const state = this.#streams[tlp.stream];
    if (state === undefined) return false;
    const subStream = subStreamOf(tlp.kind);
    const keySet = state.transmitSet[subStream] ?? 0;
    const key = state.keys[indexOf(keySet, 1, subStream)];
    if (key === undefined || !key.usable) return false;
    completePrefix(view, at, keySet, this.#sent(state, subStream));
    key.seal(this.#spanOf(view, at, end, tlp));
    return true;
  }

  /**
   * Checks the TLP at `at` to `end` and decrypts it in place; `tlp` tells what it is, unless it is
   * malformed. Nothing of a TLP that is neither accepted nor clear may be used.
   */
  check(view: DataView, at: number, end: number, tlp: Tlp): IdeVerdict {
    if (readTlp(view, at, end, tlp) !== undefined) return 'malformed';
    if (tlp.stream === NO_STREAM) return 'clear';
    const state = this.#streams[tlp.stream];
    if (state === undefined) return 'misrouted';
    const subStream = subStreamOf(tlp.kind);
    if (prefixSubStream(view, at) !== subStream) return 'sub-stream';
    const key = state.keys[indexOf(prefixKeySet(view, at), 0, subStream)];
    if (key === undefined) return 'key';
    if (!key.open(this.#spanOf(view, at, end, tlp))) return 'mac';
    return this.#received(state, subStream, prefixPrSent(view, at)) ? 'accepted' : 'order';
  }

  /** Counts a TLP to be sent; its PR_Sent_Counter. */
  #sent({ prSent }: StreamKeys, subStream: SubStream): number {
    if (subStream === SUB_STREAM.PR) {
      prSent[SUB_STREAM.NPR] = (prSent[SUB_STREAM.NPR] ?? 0) + 1;
      prSent[SUB_STREAM.CPL] = (prSent[SUB_STREAM.CPL] ?? 0) + 1;
      return 0;
    }
    // What the counter cannot hold waits for the next TLP. A device would send an IDE Sync message.
    const told = Math.min(prSent[subStream] ?? 0, PR_SENT_MAX);
    prSent[subStream] = (prSent[subStream] ?? 0) - told;
    return told;
  }

  /** Counts a received TLP; false if posted requests that were sent before it have not come. */
  #received({ prReceived }: StreamKeys, subStream: SubStream, told: number): boolean {
    if (!this.#checksOrder) return true;
    if (subStream === SUB_STREAM.PR) {
      prReceived[SUB_STREAM.NPR] = (prReceived[SUB_STREAM.NPR] ?? 0) + 1;
      prReceived[SUB_STREAM.CPL] = (prReceived[SUB_STREAM.CPL] ?? 0) + 1;
      return true;
    }
    prReceived[subStream] = (prReceived[subStream] ?? 0) - told;
    return (prReceived[subStream] ?? 0) >= 0;
  }

  /** Prefix and header are authenticated, the payload is encrypted too. */
  #spanOf(view: DataView, at: number, end: number, tlp: Tlp): Span {
    const span = this.#span;
    span.view = view;
    span.at = at;
    span.aadSize = dataAt(tlp) - at;
    span.textSize = end - MAC_SIZE - dataAt(tlp);
    return span;
  }
}
