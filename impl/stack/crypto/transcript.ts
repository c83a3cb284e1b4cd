/**
 * Transcripts (DSP0274): what signatures, verify data and keys are computed over.
 *
 * Messages enter as their exact SPDM bytes: without DOE padding and without the envelope of a
 * secured message. ERROR exchanges do not enter. Names are those of the specification:
 * A = version, capabilities, algorithms; B = digests and certificates; C = challenge;
 * L = measurements; K = key exchange; TH1, TH2 = what handshake and data secrets depend on.
 */
import type { Hash } from './suite.ts';

/** A running hash of messages that can be asked for its value on the way. */
export class RunningTranscript {
  readonly #state: ReturnType<Hash['noble']['create']>;

  constructor(hash: Hash, prefix: readonly Uint8Array[] = []) {
    this.#state = hash.noble.create();
    this.add(...prefix);
  }
  /** Appends messages, or parts of them in their order. */
  add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) this.#state.update(part);
    return this;
  }
  /** The hash of all that was added so far. */
  get hash(): Uint8Array {
    return this.#state.clone().digest();
  }
}

/** L1/L2: the measurements since the last reset. Of a connection, or of one session. */
export class MeasurementLog {
  readonly #hash: Hash;
  readonly #a: readonly Uint8Array[];
  #l: RunningTranscript;

  /** `a` is the A of the connection, with which L begins in 1.2 and later. */
  constructor(hash: Hash, a: readonly Uint8Array[]) {
    this.#hash = hash;
    this.#a = a;
    this.#l = new RunningTranscript(hash, a);
  }
  /** A request arrived: any but GET_MEASUREMENTS clears. */
  request(kind: string): void {
    if (kind !== 'GET_MEASUREMENTS') this.clear();
  }
  /** Appends a pair; the response without its signature if it has one. */
  add(request: Uint8Array, response: Uint8Array): void {
    this.#l.add(request, response);
  }
  /** What a signed MEASUREMENTS signs. Call {@link clear} once that is done. */
  get hash(): Uint8Array {
    return this.#l.hash;
  }
  clear(): void {
    this.#l = new RunningTranscript(this.#hash, this.#a);
  }
}

/** Requests that end an authentication which has not come to its CHALLENGE_AUTH. */
const ABANDONING: ReadonlySet<string> = new Set([
  'KEY_EXCHANGE',
  'GET_MEASUREMENTS',
  'FINISH',
  'HEARTBEAT',
  'KEY_UPDATE',
  'END_SESSION',
]);

/**
 * The transcripts of a connection, on either side; a GET_VERSION begins a new one.
 *
 * A side calls {@link request} for every request, before its exchange is appended.
 */
export class ConnectionTranscript {
  readonly #a: Uint8Array[] = [];
  #b: Uint8Array[] = [];
  #c: Uint8Array[] = [];
  #challenged = false;
  #negotiated: { hash: Hash; measurements: MeasurementLog } | undefined;

  /** Appends a pair to A: GET_VERSION, GET_CAPABILITIES, NEGOTIATE_ALGORITHMS in this order. */
  addToA(request: Uint8Array, response: Uint8Array): void {
    if (this.#negotiated) throw new Error('ConnectionTranscript.addToA: A ends with ALGORITHMS');
    this.#a.push(request.slice(), response.slice());
  }
  /** A is complete, and ALGORITHMS selected this base hash. */
  negotiated(hash: Hash): void {
    this.#negotiated = { hash, measurements: new MeasurementLog(hash, this.#a) };
  }
  /** Applies what a request of this kind, an SPDM message name, does to B, C and L. */
  request(kind: string): void {
    if (kind === 'GET_DIGESTS') this.#b = [];
    if (ABANDONING.has(kind) && !this.#challenged) {
      this.#b = [];
      this.#c = [];
    }
    this.#negotiated?.measurements.request(kind);
  }
  /** Appends GET_DIGESTS and DIGESTS, or GET_CERTIFICATE and CERTIFICATE. */
  addToB(request: Uint8Array, response: Uint8Array): void {
    this.#b.push(request.slice(), response.slice());
  }
  /** Appends CHALLENGE and CHALLENGE_AUTH without its signature; the hash of M1/M2. */
  challenge(request: Uint8Array, response: Uint8Array): Uint8Array {
    this.#c.push(request.slice(), response.slice());
    return this.#running([...this.#b, ...this.#c]).hash;
  }
  /** CHALLENGE_AUTH was successful: B and C begin anew. */
  challengeDone(): void {
    this.#b = [];
    this.#c = [];
    this.#challenged = true;
  }
  /** L outside sessions. */
  get measurements(): MeasurementLog {
    return this.#agreed('measurements').measurements;
  }
  /** L of a new session. */
  sessionMeasurements(): MeasurementLog {
    return new MeasurementLog(this.#agreed('sessionMeasurements').hash, this.#a);
  }
  /**
   * The transcript of a new session: A and Ct, the digest of the certificate chain structure. Before
   * Ct comes DIGESTS, the response alone, if multi-key was negotiated.
   *
   * Then add, and ask for the hash where it says so:
   *
   * ```text
   * KEY_EXCHANGE, KEY_EXCHANGE_RSP up to the signature    signed by the responder
   * the signature                                         TH1; ResponderVerifyData is its MAC
   * ResponderVerifyData, unless the handshake is clear    K is complete
   * with mutual authentication: the requester's digest of its chain
   * FINISH up to RequesterVerifyData, or up to the signature, which then signs this
   * the signature, if any                                 RequesterVerifyData is its MAC
   * RequesterVerifyData, header of FINISH_RSP             ResponderVerifyData of a clear handshake
   * that, in a clear handshake                            TH2
   * ```
   */
  session(chainDigest: Uint8Array, digests: readonly Uint8Array[] = []): RunningTranscript {
    return this.#running([...digests, chainDigest]);
  }

  #agreed(what: string): { hash: Hash; measurements: MeasurementLog } {
    if (this.#negotiated) return this.#negotiated;
    throw new Error(`ConnectionTranscript.${what}: no base hash is negotiated`);
  }
  #running(rest: readonly Uint8Array[]): RunningTranscript {
    return new RunningTranscript(this.#agreed('session').hash, [...this.#a, ...rest]);
  }
}
