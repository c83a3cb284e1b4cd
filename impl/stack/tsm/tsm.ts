/**
 * The TSM's verbs for one device: connect, bind, accept, start, unbind, refresh, disconnect.
 *
 * Each verb is a dialogue over an untrusted carrier. What the device said last is a belief; the
 * checks that protect memory stand in the IOMMU and do not depend on it (tdisp-semantics 5.7).
 */
import { equal } from '../crypto/compare.ts';
import { digest } from '../crypto/suite.ts';
import type { KeySet } from '../device/streams.ts';
import type { TdiState } from '../wire/index.ts';
import { type Dialogue, failure, type Outcome, success } from './dialogue.ts';
import { keyStream, query, refreshKeys, type StreamEnds, stopKeys } from './ide.ts';
import type { Iommu } from './iommu.ts';
import { joined, type Measurements, type Peer, type Requester } from './requester.ts';
import type { RootPort } from './root-port.ts';
import { openSession, type TsmSession } from './session.ts';
import { askTdi, checkVersion, type ReportRead, readReport, readState } from './tdisp.ts';

/** The platform that the TSM manages for the device. */
export interface Platform {
  readonly rootPort: RootPort;
  readonly iommu: Iommu;
}

/** How a TDI is to be locked. */
export interface BindOptions {
  readonly flags: number;
  /** Signed, in bytes. */
  readonly reportingOffset: bigint;
}

/** What a guest is shown, and its digest, by which it accepts. */
export interface Evidence {
  readonly chain: Uint8Array;
  readonly measurements: Measurements;
  readonly report: ReportRead;
  readonly digest: Uint8Array;
}

/** What the TSM holds of a TDI that is bound. */
interface Bound {
  readonly guest: number;
  readonly evidence: Evidence;
  nonce: Uint8Array | undefined;
  phase: 'bound' | 'accepted' | 'run';
}

interface Connected {
  readonly peer: Peer;
  readonly session: TsmSession;
  readonly stream: number;
  keySet: KeySet;
}

const REQUEST_SESSION_ID_FIRST = 1;

export class Tsm {
  readonly #requester: Requester;
  readonly #platform: Platform;
  readonly #bound = new Map<number, Bound>();
  /** TDIs that did not answer their STOP: not bound again before a STOP succeeds. */
  readonly #lost = new Set<number>();
  #connected: Connected | undefined;
  #reqSessionId = REQUEST_SESSION_ID_FIRST;

  constructor(requester: Requester, platform: Platform) {
    this.#requester = requester;
    this.#platform = platform;
  }

  get session(): TsmSession | undefined {
    return this.#connected?.session;
  }

  /** Identity, session, and keys of one IDE stream at both ends. */
  *connect(slot: number, stream: number): Dialogue<Peer> {
    if (this.#connected !== undefined) return failure('state', 'connect: connected already');
    const suite = yield* this.#requester.negotiate();
    if (!suite.ok) return suite;
    const peer = yield* this.#requester.identify(slot);
    if (!peer.ok) return peer;
    const session = yield* openSession(this.#requester, peer.value, this.#reqSessionId);
    if (!session.ok) return session;
    this.#reqSessionId = (this.#reqSessionId % 0xffff) + 1;
    const keyed = yield* this.#keyFirst(session.value, stream);
    if (!keyed.ok) {
      this.#platform.rootPort.streams.drop(stream);
      session.value.abandon();
      return keyed;
    }
    this.#connected = { peer: peer.value, session: session.value, stream, keySet: 0 };
    return peer;
  }

  *#keyFirst(session: TsmSession, stream: number): Dialogue<void> {
    const answer = yield* query(session);
    if (!answer.ok) return answer;
    return yield* keyStream(this.#ends(session, stream), 0);
  }

  #ends(session: TsmSession, stream: number): StreamEnds {
    const { entropy } = this.#requester.setup;
    return { session, streams: this.#platform.rootPort.streams, stream, entropy };
  }

  /** Locks a TDI for a guest and gathers the evidence of this lock episode. */
  *bind(functionId: number, guest: number, options: BindOptions): Dialogue<Evidence> {
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'bind: not connected');
    if (this.#bound.has(functionId)) return failure('state', 'bind: the TDI is bound');
    if (this.#lost.has(functionId)) return failure('state', 'bind: the TDI did not stop');
    const { session, stream } = connected;
    const version = yield* checkVersion(session, functionId);
    if (!version.ok) return version;
    const locked = yield* askTdi(
      session,
      functionId,
      {
        kind: 'LOCK_INTERFACE_REQUEST',
        flags: options.flags,
        defaultStreamId: stream,
        mmioReportingOffset: options.reportingOffset,
        bindP2pAddressMask: 0n,
      },
      'LOCK_INTERFACE_RESPONSE',
    );
    if (!locked.ok) return locked;
    const nonce = locked.value.startInterfaceNonce.slice();
    const evidence = yield* this.#gather(connected, functionId);
    if (!evidence.ok) {
      // The TDI is locked for nobody; only a STOP that succeeds makes it bindable again.
      this.#lost.add(functionId);
      return evidence;
    }
    this.#bound.set(functionId, { guest, evidence: evidence.value, nonce, phase: 'bound' });
    return evidence;
  }

  /** Report and measurements, both of after the lock (TDISP 11.4.2). */
  *#gather({ session, peer }: Connected, functionId: number): Dialogue<Evidence> {
    const report = yield* readReport(session, functionId);
    if (!report.ok) return report;
    const measurements = yield* session.measure();
    if (!measurements.ok) return measurements;
    const suite = this.#requester.suite;
    if (suite === undefined) return failure('state', 'bind: nothing is negotiated');
    const parts = [peer.chain, measurements.value.record, report.value.bytes];
    const digests = joined(parts.map((part) => digest(suite.hash, part)));
    return success({
      chain: peer.chain,
      measurements: measurements.value,
      report: report.value,
      digest: digest(suite.hash, digests),
    });
  }

  /** The guest accepts what it has seen, by its digest; only the guest that the TDI is bound to may. */
  accept(functionId: number, guest: number, evidenceDigest: Uint8Array): Outcome<void> {
    const bound = this.#bound.get(functionId);
    if (bound?.guest !== guest)
      return failure('state', 'accept: the TDI is not bound to the guest');
    if (bound.phase !== 'bound') return failure('state', `accept: the TDI is ${bound.phase}`);
    if (!equal(bound.evidence.digest, evidenceDigest)) {
      return failure('state', 'accept: expected the digest of the evidence of this lock');
    }
    bound.phase = 'accepted';
    return success(undefined);
  }

  /** Starts an accepted TDI, and lets it reach the guest's memory once it runs. */
  *start(functionId: number): Dialogue<void> {
    const connected = this.#connected;
    const bound = this.#bound.get(functionId);
    if (connected === undefined || bound?.phase !== 'accepted' || bound.nonce === undefined) {
      return failure('state', 'start: the guest has not accepted the TDI');
    }
    const startInterfaceNonce = bound.nonce;
    bound.nonce = undefined;
    const started = yield* askTdi(
      connected.session,
      functionId,
      { kind: 'START_INTERFACE_REQUEST', startInterfaceNonce },
      'START_INTERFACE_RESPONSE',
    );
    if (!started.ok) return started;
    bound.phase = 'run';
    this.#platform.iommu.trust(functionId & 0xffff, {
      guest: bound.guest,
      stream: connected.stream,
    });
    return success(undefined);
  }

  /**
   * Takes a TDI from its guest. DMA is blocked first, so that what the device or the carrier does
   * afterwards does not matter for the guest's memory; if the device does not stop, the TDI is lost.
   */
  *unbind(functionId: number): Dialogue<void> {
    const { iommu } = this.#platform;
    iommu.block(functionId & 0xffff);
    iommu.invalidate();
    this.#bound.delete(functionId);
    this.#lost.add(functionId);
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'unbind: not connected');
    const stopped = yield* askTdi(
      connected.session,
      functionId,
      { kind: 'STOP_INTERFACE_REQUEST' },
      'STOP_INTERFACE_RESPONSE',
    );
    if (!stopped.ok) return stopped;
    this.#lost.delete(functionId);
    return success(undefined);
  }

  /** The state that the device says the TDI is in; nobody may rely on it. */
  *state(functionId: number): Dialogue<TdiState> {
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'state: not connected');
    return yield* readState(connected.session, functionId);
  }

  /** New keys for the stream, while TDIs run. */
  *refresh(): Dialogue<void> {
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'refresh: not connected');
    const { session, stream } = connected;
    const refreshed = yield* refreshKeys(this.#ends(session, stream), connected.keySet);
    if (!refreshed.ok) return refreshed;
    connected.keySet = refreshed.value;
    return success(undefined);
  }

  /** New keys for the session. */
  *updateKeys(): Dialogue<void> {
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'updateKeys: not connected');
    return yield* connected.session.updateKeys(true);
  }

  /** Ends stream and session. Refused while a TDI is bound. */
  *disconnect(): Dialogue<void> {
    const connected = this.#connected;
    if (connected === undefined) return failure('state', 'disconnect: not connected');
    if (this.#bound.size > 0) return failure('state', 'disconnect: a TDI is bound');
    const { session, stream, keySet } = connected;
    const stopped = yield* stopKeys(this.#ends(session, stream), keySet);
    const ended = yield* session.end();
    this.forget();
    return stopped.ok ? ended : stopped;
  }

  /** The device is gone or not to be trusted: every right of it ends here, without a word to it. */
  forget(): void {
    const { iommu, rootPort } = this.#platform;
    for (const functionId of this.#bound.keys()) {
      iommu.block(functionId & 0xffff);
      this.#lost.add(functionId);
    }
    iommu.invalidate();
    this.#bound.clear();
    if (this.#connected === undefined) return;
    rootPort.streams.drop(this.#connected.stream);
    this.#connected.session.abandon();
    this.#connected = undefined;
  }
}
