/**
 * The device security manager: the states of all TDIs and IDE streams, and what moves them.
 *
 * Messages are read elsewhere (`tdisp.ts`, `ide-km.ts`); here are the transitions that several
 * causes share.
 */
import type { Entropy } from '../crypto/result.ts';
import type { TdiState } from '../wire/index.ts';
import type { Behaviour, DefaultBlock, Readings } from './behaviour.ts';
import { IdeStreams } from './streams.ts';
import { isClean, isLocked, makeTdi, type Range, scrub, type Tdi, type TdiSetup } from './tdi.ts';

/** What the DSM asks of the registers. */
export interface Registers {
  /** The blocks marked as default stream. */
  defaultBlocks(): readonly DefaultBlock[];
  /** Whether some register block has the stream id, and whether it is enabled. */
  streamBlock(stream: number): { readonly enabled: boolean } | undefined;
  /** Why the configuration of the TDI's function cannot be locked; undefined if it can. */
  problem(tdi: Tdi): string | undefined;
  /** Physical address of the first byte of a range. */
  address(tdi: Tdi, range: Range): bigint;
  ats(tdi: Tdi): boolean;
  msixControl(tdi: Tdi): number;
  /** The registers that QUERY reports. */
  ide(): readonly number[];
  showStream(stream: number, secure: boolean): void;
}

export interface DsmSetup {
  readonly tdis: readonly TdiSetup[];
  readonly behaviour: Behaviour;
  readonly readings: Readings;
  readonly entropy: Entropy;
  readonly registers: Registers;
  readonly idePort: number;
}

export class Dsm {
  readonly tdis: ReadonlyMap<number, Tdi>;
  readonly streams = new IdeStreams();
  readonly behaviour: Behaviour;
  readonly entropy: Entropy;
  readonly registers: Registers;
  /** By which IDE_KM names the one port. */
  readonly idePort: number;
  readonly #readings: Readings;

  constructor({ tdis, behaviour, readings, entropy, registers, idePort }: DsmSetup) {
    this.tdis = new Map(tdis.map((setup) => [setup.functionId, makeTdi(setup)]));
    this.behaviour = behaviour;
    this.entropy = entropy;
    this.registers = registers;
    this.idePort = idePort;
    this.#readings = readings;
  }

  /** To ERROR, if the TDI is locked; nothing else can be in the way of an error. */
  fail(tdi: Tdi, state: TdiState = 'ERROR'): void {
    if (!isLocked(tdi)) return;
    tdi.state = state;
    tdi.nonce = this.behaviour.nonceAfterLeave(tdi.nonce);
    this.#forgetReads(tdi);
  }

  /** To the state after STOP: work aborted, data erased, nothing bound (TDISP 11.3.16). */
  unlock(tdi: Tdi): void {
    tdi.stopping = false;
    if (tdi.state === 'CONFIG_UNLOCKED') return;
    this.#forgetReads(tdi);
    this.behaviour.eraseAtStop(tdi);
    this.#release(tdi, this.behaviour.stopState());
  }

  /** ERROR to CONFIG_UNLOCKED without STOP; whether the device does it (TDISP 11.2). */
  leaveError(tdi: Tdi): boolean {
    if (this.#readings.autoErrorExit === 'no' || tdi.state !== 'ERROR') return false;
    scrub(tdi);
    this.#forgetReads(tdi);
    this.#release(tdi, 'CONFIG_UNLOCKED');
    return isClean(tdi);
  }

  /** As after power-on: everything is erased, no tag is reserved (TDISP 11.4.8). */
  reset(): void {
    for (const stream of this.streams.ids()) this.#drop(stream);
    for (const tdi of this.tdis.values()) {
      scrub(tdi);
      tdi.outstanding.clear();
      tdi.runEpoch++;
      tdi.stopping = false;
      this.#release(tdi, 'CONFIG_UNLOCKED');
    }
  }

  /** Every consequence of the end of a session (TDISP 11.4.5). */
  sessionEnded(session: number): void {
    const { behaviour, streams } = this;
    for (const stream of streams.ids()) {
      if (behaviour.sessionEndDrops(streams, stream, session)) this.dropStream(stream);
    }
    for (const tdi of this.tdis.values()) {
      if (behaviour.sessionEndHits(tdi, session)) this.fail(tdi);
      // Nobody can stop the TDI in the name of this session any more: whoever comes next may.
      if (tdi.binding?.session === session && !isLocked(tdi)) tdi.binding = undefined;
    }
  }

  /** The stream is Insecure from now on, and takes the TDIs bound to it along (TDISP 11.4.5). */
  dropStream(stream: number): void {
    this.#drop(stream);
    for (const tdi of this.tdis.values()) {
      if (this.behaviour.streamLossHits(tdi, stream)) this.fail(tdi);
    }
  }

  /** Secure needs all six keys of a set started, and the register block enabled; else Insecure. */
  settle(stream: number): void {
    const { streams, registers } = this;
    const enabled = registers.streamBlock(stream)?.enabled === true;
    if (streams.isSecure(stream)) {
      if (!enabled || !streams.isSustained(stream)) this.dropStream(stream);
    } else if (enabled && streams.isStarted(stream)) {
      streams.secure(stream);
      registers.showStream(stream, true);
    }
  }

  #drop(stream: number): void {
    this.registers.showStream(stream, false);
    this.streams.drop(stream);
  }

  #release(tdi: Tdi, state: TdiState): void {
    tdi.state = state;
    tdi.nonce = this.behaviour.nonceAfterLeave(tdi.nonce);
    tdi.binding = undefined;
    tdi.p2pStreams.clear();
    for (const range of tdi.ranges) range.nonTee = range.setup.nonTee ?? false;
  }

  /**
   * Reads without completion belong to no episode from now on. Their tags stay taken until the
   * completion comes, or it would answer a read of the next guest.
   */
  #forgetReads(tdi: Tdi): void {
    for (const read of tdi.outstanding.values()) read.runEpoch = undefined;
  }
}
