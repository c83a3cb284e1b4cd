/**
 * A TEE-IO device: an SPDM responder, a DSM and a few functions behind one DOE mailbox, one
 * configuration space per function and one link.
 *
 * It has no clock, no randomness and no transport of its own. Every byte string that comes from
 * outside is answered or dropped; none makes it throw.
 */
import type { Entropy } from '../crypto/result.ts';
import type { SpdmVersion } from '../crypto/suite.ts';
import type { TlpRing } from '../ide/ring.ts';
import {
  DOE_TYPE,
  DOE_VENDOR_PCI_SIG,
  decodeDoe,
  decodeDoeDiscoveryRequest,
  encodeDoe,
  encodeDoeDiscoveryResponse,
  LOCK_FLAG,
  type PciProtocol,
} from '../wire/index.ts';
import {
  type Behaviour,
  DEFAULT_READINGS,
  type Readings,
  SPECIFIED_BEHAVIOUR,
} from './behaviour.ts';
import type { RegisterWrite } from './config.ts';
import { DataPath, type Transfer } from './data-path.ts';
import { Dsm } from './dsm.ts';
import { Functions } from './functions.ts';
import { answerIdeKm } from './ide-km.ts';
import type { DeviceIdentity } from './identity.ts';
import type { LinkPort } from './link.ts';
import type { Measurement } from './measurements.ts';
import { BIT, isStreamControl } from './registers.ts';
import { Responder, type SessionEnd } from './responder.ts';
import type { IdeStreams, SlotId } from './streams.ts';
import { isClean, isLocked, type Tdi, type TdiSetup } from './tdi.ts';
import { Tdisp, type TdispAnswer, type TdispOptions } from './tdisp.ts';
import { effectOf } from './tracking.ts';

export interface DeviceSetup {
  readonly tdis: readonly TdiSetup[];
  readonly identities: readonly DeviceIdentity[];
  readonly measurements: readonly Measurement[];
  readonly entropy: Entropy;
  /** SPDM versions offered; both if left out. */
  readonly versions?: readonly SpdmVersion[];
  /** Whether a handshake in the clear is offered; not if left out. */
  readonly handshakeInTheClear?: boolean;
  /** Heartbeat period in seconds; 0, for none, if left out. */
  readonly heartbeatPeriod?: number;
  /** Index by which IDE_KM names the one port; 0 if left out. */
  readonly idePort?: number;
  readonly tdisp?: Partial<TdispOptions>;
  readonly readings?: Partial<Readings>;
  readonly behaviour?: Partial<Behaviour>;
  /** Is shown every answer of a PCI-SIG protocol before it is sealed: for those who watch. */
  readonly onAnswer?: (protocol: PciProtocol, answer: TdispAnswer) => void;
  /** Makes the link, whose IDE keys are those of the streams; without it there is no data path. */
  readonly link?: (streams: IdeStreams) => LinkPort;
}

/** What can be seen of a TDI from inside. */
export interface TdiView {
  readonly state: Tdi['state'];
  /** The START nonce that is live. */
  readonly nonce: Uint8Array | undefined;
  /** The session and stream of the binding, if there is one. */
  readonly session: number | undefined;
  readonly stream: number | undefined;
  readonly runEpoch: number;
  readonly stopping: boolean;
  /** Whether its memory holds nothing but zeros. */
  readonly isClean: boolean;
  /** Tags that no completion has freed. */
  readonly tags: readonly number[];
}

const DISCOVERED = [DOE_TYPE.discovery, DOE_TYPE.spdm, DOE_TYPE.securedSpdm];
/** Stands for "no session" where behaviour lets TDISP in outside one. */
const NO_SESSION = 0;

export class Device {
  readonly #setup: DeviceSetup;
  readonly #behaviour: Behaviour;
  readonly #readings: Readings;
  readonly #functions: Functions;
  readonly #dsm: Dsm;
  readonly #tdisp: Tdisp;
  readonly #responder: Responder;
  readonly #path: DataPath | undefined;
  #present = true;

  constructor(setup: DeviceSetup) {
    this.#setup = setup;
    this.#behaviour = { ...SPECIFIED_BEHAVIOUR, ...setup.behaviour };
    this.#readings = { ...DEFAULT_READINGS, ...setup.readings };
    this.#functions = new Functions(setup.tdis, this.#ideFunction());
    this.#dsm = new Dsm({
      tdis: setup.tdis,
      behaviour: this.#behaviour,
      readings: this.#readings,
      entropy: setup.entropy,
      registers: this.#functions,
      idePort: setup.idePort ?? 0,
    });
    this.#tdisp = new Tdisp(this.#dsm, {
      p2p: false,
      mmioAttribute: false,
      vdm: undefined,
      reportPortionMax: 0x400,
      stepwiseStop: false,
      inFlight: () => false,
      ...setup.tdisp,
    });
    this.#responder = new Responder(
      {
        versions: setup.versions ?? [0x12, 0x13],
        identities: setup.identities,
        handshakeInTheClear: setup.handshakeInTheClear ?? false,
        measurements: setup.measurements,
        entropy: setup.entropy,
        heartbeatPeriod: setup.heartbeatPeriod ?? 0,
      },
      {
        vendor: (protocol, message, session) => this.#vendor(protocol, message, session),
        sessionEnded: (session) => {
          this.#dsm.sessionEnded(session);
          this.#tdisp.forgetStops(session);
        },
      },
    );
    const link = setup.link?.(this.#dsm.streams);
    this.#path = link && new DataPath(this.#dsm, this.#functions, link);
  }

  /** The PF, or a function beside the TDIs that manages the device. */
  #ideFunction(): number {
    const pf = this.#setup.tdis.find(({ kind }) => kind === 'PF');
    if (this.#readings.ideCapability === 'pf' && pf !== undefined) return pf.functionId;
    const taken = new Set(this.#setup.tdis.map(({ functionId }) => functionId));
    let functionId = 0;
    while (taken.has(functionId)) functionId++;
    return functionId;
  }

  // --- The DOE mailbox ---------------------------------------------------------------------------

  /** One DOE object in, one out; undefined for silence. */
  doe(request: Uint8Array): Uint8Array | undefined {
    const object = decodeDoe(request);
    if (!this.#present || !object.ok || object.value.vendorId !== DOE_VENDOR_PCI_SIG) {
      return undefined;
    }
    const { dataObjectType, payload } = object.value;
    switch (dataObjectType) {
      case DOE_TYPE.discovery:
        return discover(payload);
      case DOE_TYPE.spdm:
        return inObject(DOE_TYPE.spdm, this.#responder.plain(payload));
      case DOE_TYPE.securedSpdm:
        return inObject(DOE_TYPE.securedSpdm, this.#responder.secured(payload));
      default:
        return undefined;
    }
  }

  /**
   * The TDI has finished what it was doing when STOP came (`stepwiseStop`). Gives the DOE object with
   * the response to that STOP; undefined if none waits, or if its session is gone.
   */
  drain(functionId: number): Uint8Array | undefined {
    const stop = this.#tdisp.drained(functionId);
    if (stop === undefined) return undefined;
    const record = this.#responder.sealVendor(stop.session, 'TDISP', stop.message);
    return inObject(DOE_TYPE.securedSpdm, record);
  }

  /** Ids of the established sessions. */
  sessions(): number[] {
    return this.#responder.sessions();
  }

  /** Ends a session from the device's side. */
  endSession(session: number, why: SessionEnd = 'terminated'): void {
    this.#responder.end(session, why);
  }

  #vendor(protocol: PciProtocol, message: Uint8Array, session: number | undefined): TdispAnswer {
    if (session === undefined && !this.#behaviour.acceptsOutsideSession()) return 'silence';
    const by = session ?? NO_SESSION;
    const answer =
      protocol === 'TDISP'
        ? this.#tdisp.answer(message, by)
        : answerIdeKm(this.#dsm, this.#functions.ideFunction, message, by);
    this.#setup.onAnswer?.(protocol, answer);
    return answer;
  }

  // --- Configuration space -----------------------------------------------------------------------

  /** The function that has the IDE capability. */
  get ideFunction(): number {
    return this.#functions.ideFunction;
  }

  /** Bytes of configuration space; all ones where there is no function. */
  configRead(functionId: number, offset: number, byteLength: number): Uint8Array {
    const space = this.#present ? this.#functions.space(functionId) : undefined;
    return space?.read(offset, byteLength) ?? new Uint8Array(byteLength).fill(0xff);
  }

  /** Writes bytes of configuration space; it always takes effect, whatever follows (TDISP 11.2). */
  configWrite(functionId: number, offset: number, bytes: Uint8Array): void {
    const space = this.#present ? this.#functions.space(functionId) : undefined;
    if (space === undefined) return;
    const streamIds = space.streamBlocks().map(({ stream }) => stream);
    for (const write of space.write(offset, bytes)) this.#track(functionId, write, streamIds);
    for (const stream of this.#dsm.streams.ids()) this.#dsm.settle(stream);
  }

  #track(functionId: number, write: RegisterWrite, streamIds: readonly number[]): void {
    const tdi = this.#dsm.tdis.get(functionId);
    const locked = tdi !== undefined && isLocked(tdi);
    const effect = effectOf(write, {
      behaviour: this.#behaviour,
      readings: this.#readings,
      msixLocked: locked && ((tdi.binding?.flags ?? 0) & LOCK_FLAG.LOCK_MSIX) !== 0,
    });
    if (effect === 'reset') this.flr(functionId);
    else if (typeof effect === 'object') this.#streamTouched(streamIds[effect.block] ?? 0, write);
    else if (effect !== 'none' && tdi !== undefined) this.#dsm.fail(tdi);
    if (effect === 'hosted') this.#failVfs(functionId);
  }

  /**
   * The registers of a stream were modified: an error of every TDI bound to it (TDISP 11.2.6). The mark of the default
   * stream concerns all of them, in whatever block: LOCK has bound that there is one (11.3.8). Only where Stream Enable
   * is cleared is the stream itself lost, and its keys with it.
   */
  #streamTouched(stream: number, { register, before, after }: RegisterWrite): void {
    const { enable, default: mark } = BIT.stream;
    const isControl = isStreamControl(register);
    const cleared = (before & enable) !== 0 && (after & enable) === 0;
    const marked = isControl && ((before ^ after) & mark) !== 0;
    if (isControl && cleared) this.#dsm.dropStream(stream);
    for (const tdi of this.#dsm.tdis.values()) {
      if (marked || this.#behaviour.streamLossHits(tdi, stream)) this.#dsm.fail(tdi);
    }
  }

  #failVfs(functionId: number, state?: Tdi['state']): void {
    if (!this.#behaviour.reachesVfs()) return;
    for (const vf of this.#functions.subordinates(functionId)) {
      const tdi = this.#dsm.tdis.get(vf);
      if (tdi !== undefined) this.#dsm.fail(tdi, state);
    }
  }

  // --- Resets and failures -----------------------------------------------------------------------

  /** Function level reset: ERROR for what is locked, registers as after a reset (TDISP 11.4.9). */
  flr(functionId: number): void {
    const tdi = this.#dsm.tdis.get(functionId);
    const state = this.#behaviour.stateAfterFlr();
    if (tdi !== undefined) this.#dsm.fail(tdi, state);
    this.#failVfs(functionId, state);
    this.#functions.reset([functionId, ...this.#functions.subordinates(functionId)]);
    if (functionId === this.#functions.ideFunction) {
      for (const stream of this.#dsm.streams.ids()) this.#dsm.dropStream(stream);
    }
  }

  /** Cold, warm or hot reset, and power loss: nothing is left (TDISP 11.4.8). */
  conventionalReset(): void {
    this.#responder.reset();
    this.#dsm.reset();
    this.#functions.reset();
  }

  /** Surprise removal: no answer to anything, and power is gone. */
  remove(): void {
    this.conventionalReset();
    this.#present = false;
  }

  /** The device is plugged in again, as after a cold reset. */
  insert(): void {
    this.#present = true;
  }

  /** The DSM has lost track of a TDI: its secure failed state is ERROR (TDISP 11.4.5). */
  internalError(functionId: number): void {
    const tdi = this.#dsm.tdis.get(functionId);
    if (tdi !== undefined) this.#dsm.fail(tdi);
  }

  /** ERROR to CONFIG_UNLOCKED by the device itself, if it does that; whether it did. */
  leaveError(functionId: number): boolean {
    const tdi = this.#dsm.tdis.get(functionId);
    return tdi !== undefined && this.#dsm.leaveError(tdi);
  }

  // --- The link ----------------------------------------------------------------------------------

  /** The TLP that writes TDI memory to the host; undefined if the TDI may not, or has no link. */
  dmaWrite(functionId: number, transfer: Transfer): Uint8Array | undefined {
    const tdi = this.#running(functionId);
    return tdi && this.#path?.write(tdi, transfer);
  }

  /** The TLP that reads host memory into a TDI; its completion comes through `receive`. */
  dmaRead(functionId: number, transfer: Transfer): Uint8Array | undefined {
    const tdi = this.#running(functionId);
    return tdi && this.#path?.read(tdi, transfer);
  }

  /** A TLP from the link; the TLP in return, if there is one. */
  receive(tlp: Uint8Array): Uint8Array | undefined {
    return this.#present ? this.#path?.receive(tlp) : undefined;
  }

  /** {@link dmaWrite} into a ring, which takes nothing from the heap; false also without room. */
  dmaWriteInto(ring: TlpRing, functionId: number, transfer: Transfer): boolean {
    const tdi = this.#running(functionId);
    return tdi !== undefined && this.#path?.writeInto(ring, tdi, transfer) === true;
  }

  /** {@link dmaRead} into a ring, likewise. */
  dmaReadInto(ring: TlpRing, functionId: number, transfer: Transfer): boolean {
    const tdi = this.#running(functionId);
    return tdi !== undefined && this.#path?.readInto(ring, tdi, transfer) === true;
  }

  /**
   * {@link receive} of the oldest TLP of a ring, which is decrypted in place and taken away. The TLP
   * in return is added to `answers`. Throws if that is full.
   */
  receiveFrom(ring: TlpRing, answers: TlpRing): void {
    if (this.#present && this.#path !== undefined) this.#path.receiveFrom(ring, answers);
    else ring.shift();
  }

  /** No completion came for a read of the TDI. */
  timeOut(functionId: number, tag: number): void {
    const tdi = this.#dsm.tdis.get(functionId);
    if (tdi !== undefined) this.#path?.timeOut(tdi, tag);
  }

  #running(functionId: number): Tdi | undefined {
    return this.#present ? this.#dsm.tdis.get(functionId) : undefined;
  }

  // --- For those who watch -----------------------------------------------------------------------

  /** A TDI as it is; undefined for a function that is none. */
  tdi(functionId: number): TdiView | undefined {
    const tdi = this.#dsm.tdis.get(functionId);
    return (
      tdi && {
        state: tdi.state,
        nonce: tdi.nonce,
        session: tdi.binding?.session,
        stream: tdi.binding?.stream,
        runEpoch: tdi.runEpoch,
        stopping: tdi.stopping,
        get isClean() {
          return isClean(tdi);
        },
        get tags() {
          return tdi.outstanding.keys();
        },
      }
    );
  }

  /** Whether an IDE stream of the device is Secure. */
  isSecure(stream: number): boolean {
    return this.#dsm.streams.isSecure(stream);
  }

  /** Whether a key slot of a stream is empty, programmed, or in use. */
  keySlot(stream: number, id: SlotId): 'empty' | 'programmed' | 'started' {
    const slot = this.#dsm.streams.slot(stream, id);
    return slot === undefined ? 'empty' : slot.started ? 'started' : 'programmed';
  }

  /** The bytes of a TDI's range, as the work of the TDI sees and changes them. */
  memory(functionId: number, range: number): Uint8Array {
    const memory = this.#dsm.tdis.get(functionId)?.ranges[range]?.memory;
    if (memory === undefined) throw new RangeError(`memory: ${functionId} has no range ${range}`);
    return memory;
  }
}

/** Discovery: the types that the mailbox takes, one after the other (PCIe 6.30.1.1). */
function discover(payload: Uint8Array): Uint8Array | undefined {
  const request = decodeDoeDiscoveryRequest(payload);
  if (!request.ok) return undefined;
  const { index } = request.value;
  const dataObjectType = DISCOVERED[index];
  if (dataObjectType === undefined) return undefined;
  const nextIndex = index + 1 < DISCOVERED.length ? index + 1 : 0;
  const entry = { vendorId: DOE_VENDOR_PCI_SIG, dataObjectType, nextIndex };
  return encodeDoe(DOE_TYPE.discovery, encodeDoeDiscoveryResponse(entry));
}

const inObject = (type: number, message: Uint8Array | undefined): Uint8Array | undefined =>
  message && encodeDoe(type, message);
