/**
 * The decisions of the device, each a small function with the answer of the documents.
 *
 * They stand apart from the machinery that obeys them, so that a device with one wrong decision
 * can be built without touching the machinery: `new Device({ …, behaviour: { lockKeys: … } })`.
 */
import { equal } from '../crypto/compare.ts';
import { LOCK_FLAG, type TdiState } from '../wire/index.ts';
import type { OutstandingRead } from './reads.ts';
import type { IdeStreams } from './streams.ts';
import { isBoundTo, isLocked, type Range, scrub, type Tdi } from './tdi.ts';

/** Choices that the documents leave open or dispute (TDISP 11.2, 11.2.6, 11.4.9). */
export interface Readings {
  /** Whether writing 0 over 0 to BME or MSE clears it: only an edge does, or the level does. */
  readonly commandClear: 'edge' | 'level';
  /** Whether writing a BAR with its own value modifies it. */
  readonly sameValueBarWrite: 'harmless' | 'error';
  /** Whether a TDI may leave ERROR by itself once its data is erased. */
  readonly autoErrorExit: 'no' | 'yes';
  /** Whether the PF has the IDE capability, so that its FLR takes the streams with it. */
  readonly ideCapability: 'otherFunction' | 'pf';
}

export const DEFAULT_READINGS: Readings = {
  commandClear: 'edge',
  sameValueBarWrite: 'harmless',
  autoErrorExit: 'no',
  ideCapability: 'otherFunction',
};

/** A selective stream register block that is marked as the default stream. */
export interface DefaultBlock {
  readonly stream: number;
  readonly trafficClass: number;
  readonly teeLimited: boolean;
}

/** T=1, T=0, or no request at all. */
type Traffic = 'trusted' | 'plain' | 'none';

export interface Behaviour {
  /** TDISP 11.2.2: a TDISP or IDE_KM message outside an established session is dropped. */
  acceptsOutsideSession(): boolean;
  /** TDISP 11.3.1: LOCK is legal in CONFIG_UNLOCKED alone. */
  lockState(state: TdiState): boolean;
  /** TDISP 11.3.9: nothing that was sent before LOCK is on its way when LOCK answers; this device does not wait for it. */
  lockDrained(inFlight: boolean): boolean;
  /** TDISP 11.3.8: the stream of LOCK is the only default stream, on TC0. */
  lockStream(stream: number, defaults: readonly DefaultBlock[]): boolean;
  /** TDISP 11.3.8: every sub-stream of the default stream has keys, in both directions. */
  lockKeys(streams: IdeStreams, stream: number): boolean;
  /** TDISP 11.3.8: those keys came over the session that carries LOCK. */
  lockSession(streams: IdeStreams, stream: number, session: number): boolean;
  /** TDISP 11.3.8: a problem found in the configuration refuses LOCK. */
  lockConfiguration(problem: string | undefined): boolean;
  /** TDISP 11.3.9: reads that were lost before LOCK are over when LOCK answers. */
  abortAtLock(tdi: Tdi): void;
  /** TDISP 11.3.9: a nonce of 32 bytes for one lock episode; undefined without entropy. */
  nonce(entropy: (byteLength: number) => Uint8Array): Uint8Array | undefined;
  /** TDISP 11.3.14: START bears the nonce of this lock episode. */
  startNonce(live: Uint8Array | undefined, offered: Uint8Array): boolean;
  /** TDISP 11.3.8: no TDI runs on a stream that is not Secure. */
  startStream(streams: IdeStreams, stream: number): boolean;
  /** TDISP 11.3.14: the nonce that is left after START. */
  nonceAfterStart(nonce: Uint8Array): Uint8Array | undefined;
  /** TDISP 11.3.9: the nonce that is left when CONFIG_LOCKED ends without START. */
  nonceAfterLeave(nonce: Uint8Array | undefined): Uint8Array | undefined;
  /** TDISP 11.3.10: the states in which the report is served. */
  reportState(state: TdiState): boolean;
  /** TDISP 11.3.11: a reported page number, from the page and the offset bound at LOCK. */
  reportedPage(page: bigint, offsetBytes: bigint): bigint;
  /** TDISP 11.3.16: where STOP leads. */
  stopState(): TdiState;
  /** TDISP 11.3.16: STOP answers once the work of the TDI is over, where somebody says when that is. */
  stopAwaitsDrain(): boolean;
  /** TDISP 11.3.16: what STOP erases before it answers. */
  eraseAtStop(tdi: Tdi): void;
  /** TDISP 11.3.22: SET_MMIO_ATTRIBUTE and the P2P requests are legal in RUN alone. */
  runOnly(state: TdiState): boolean;
  /** TDISP 11.6.3: whether a session may use a TDI that another session locked. */
  otherSession(tdi: Tdi, session: number): boolean;
  /** TDISP 11.2.6: whether a write of BME or MSE clears it; `commandClear` decides about 0 over 0. */
  commandCleared(before: boolean, after: boolean, readings: Readings): boolean;
  /** TDISP 11.2.6: whether a write of a BAR modifies it. */
  barModified(before: number, after: number, readings: Readings): boolean;
  /** TDISP 11.2.6: whether tracked bits other than these were modified. */
  fieldModified(before: number, after: number, trackedBits: number): boolean;
  /** TDISP 11.2.6: whether an SR-IOV write or a reset of the PF reaches its VFs. */
  reachesVfs(): boolean;
  /** TDISP 11.4.9: the state of a locked TDI after a function level reset. */
  stateAfterFlr(): TdiState;
  /** TDISP 11.4.5: whether the end of a session takes the TDI to ERROR. */
  sessionEndHits(tdi: Tdi, session: number): boolean;
  /** TDISP 11.4.5: whether the end of a session drops a stream keyed over it. */
  sessionEndDrops(streams: IdeStreams, stream: number, session: number): boolean;
  /** TDISP 11.4.5: whether a stream that became Insecure takes the TDI to ERROR. */
  streamLossHits(tdi: Tdi, stream: number): boolean;
  /** IDE_KM: whether a session may program keys while others hold some. */
  keySession(holders: ReadonlySet<number>, session: number): boolean;
  /** TDISP 11.2.1: what memory requests the TDI sends. */
  requests(tdi: Tdi): Traffic;
  /** TDISP 11.2.1: whether a host access to a range is served. `stream` is undefined in the clear. */
  mmio(tdi: Tdi, range: Range, t: boolean, stream: number | undefined): boolean;
  /** TDISP 11.2.1: whether a completion still belongs to the episode of its request. */
  completion(tdi: Tdi, read: OutstandingRead): boolean;
  /** IDE 6.99: whether a TLP that failed the IDE check drops its stream. */
  dropAfterCheckFailure(): boolean;
}

/** The behaviour that the documents ask for. */
export const SPECIFIED_BEHAVIOUR: Behaviour = {
  acceptsOutsideSession: () => false,
  lockState: (state) => state === 'CONFIG_UNLOCKED',
  lockDrained: (inFlight) => !inFlight,
  lockStream: (stream, defaults) =>
    defaults.length === 1 && defaults[0]?.stream === stream && defaults[0].trafficClass === 0,
  lockKeys: (streams, stream) => streams.isKeyed(stream),
  lockSession: (streams, stream, session) => streams.isKeyedBy(stream, session),
  lockConfiguration: (problem) => problem === undefined,
  abortAtLock(tdi) {
    for (const read of tdi.outstanding.values()) read.runEpoch = undefined;
  },
  nonce: (entropy) => entropy(32),
  startNonce: (live, offered) => live !== undefined && equal(live, offered),
  startStream: (streams, stream) => streams.isSecure(stream),
  nonceAfterStart: () => undefined,
  nonceAfterLeave: () => undefined,
  reportState: (state) => state === 'CONFIG_LOCKED' || state === 'RUN',
  reportedPage: (page, offsetBytes) => BigInt.asUintN(64, page + (offsetBytes >> 12n)),
  stopState: () => 'CONFIG_UNLOCKED',
  stopAwaitsDrain: () => true,
  eraseAtStop: scrub,
  runOnly: (state) => state === 'RUN',
  otherSession: (tdi, session) => tdi.binding === undefined || tdi.binding.session === session,
  commandCleared: (before, after, { commandClear }) =>
    !after && (before || commandClear === 'level'),
  barModified: (before, after, { sameValueBarWrite }) =>
    before !== after || sameValueBarWrite === 'error',
  fieldModified: (before, after, trackedBits) => ((before ^ after) & trackedBits) !== 0,
  reachesVfs: () => true,
  stateAfterFlr: () => 'ERROR',
  sessionEndHits: (tdi, session) => tdi.binding?.session === session,
  sessionEndDrops: (streams, stream, session) => streams.sessionOf(stream) === session,
  streamLossHits: isBoundTo,
  keySession: (holders, session) => [...holders].every((holder) => holder === session),
  requests: ({ state }) =>
    state === 'RUN' ? 'trusted' : state === 'CONFIG_UNLOCKED' ? 'plain' : 'none',
  mmio: (tdi, range, t, stream) =>
    (range.nonTee && !isLockedTable(tdi, range)) ||
    (tdi.state === 'CONFIG_UNLOCKED'
      ? !t
      : tdi.state === 'RUN' && t && stream !== undefined && isBoundTo(tdi, stream)),
  completion: (tdi, read) => read.runEpoch === tdi.runEpoch,
  dropAfterCheckFailure: () => true,
};

/** A locked and reported MSI-X table is closed to T=0, whatever its range is (TDISP 11.3.8). */
const isLockedTable = (tdi: Tdi, range: Range): boolean =>
  range.setup.msixTable === true &&
  isLocked(tdi) &&
  ((tdi.binding?.flags ?? 0) & LOCK_FLAG.LOCK_MSIX) !== 0;
