/**
 * One TEE device interface: its state, what LOCK bound, and what it holds of a guest.
 *
 * The values here decide nothing; `dsm.ts` moves them by the rules of `behaviour.ts`.
 */

import type { TdiState } from '../wire/index.ts';
import { OutstandingReads } from './reads.ts';

/** One memory range of a TDI, as its maker built it. */
interface RangeSetup {
  /** The BAR behind the range: 0, 2 or 4, since all are 64-bit. It is the range id of the report. */
  readonly bar: 0 | 2 | 4;
  /** Length in pages of 4 KiB, a power of two as a BAR needs it. */
  readonly pages: number;
  /** IS_NON_TEE_MEM as it is when the device starts. */
  readonly nonTee?: boolean;
  /** Whether SET_MMIO_ATTRIBUTE_REQUEST may change IS_NON_TEE_MEM. */
  readonly updatable?: boolean;
  /** The range holds the MSI-X table. */
  readonly msixTable?: boolean;
}

/** One function that the device offers as a TDI. */
export interface TdiSetup {
  /** Requester id, with the segment in bits 23:16 and "segment valid" in bit 24 (TDISP 11.3.1). */
  readonly functionId: number;
  /** A VF takes its BARs from the SR-IOV capability of the device's PF. */
  readonly kind: 'PF' | 'VF' | 'FUNCTION';
  readonly ranges: readonly RangeSetup[];
  /** The device-specific bytes of the report. */
  readonly information?: Uint8Array;
}

/** What one LOCK bound; it lives until the TDI is unlocked. */
interface Binding {
  readonly session: number;
  readonly stream: number;
  readonly flags: number;
  /** Added to every reported address, in bytes; signed. */
  readonly reportingOffset: bigint;
  readonly p2pAddressMask: bigint;
  /** The report of this lock episode: one snapshot for all portions. */
  readonly report: Uint8Array;
}

/** A range in service: its bytes, and the attribute that RUN may change. */
export interface Range {
  readonly setup: RangeSetup;
  readonly memory: Uint8Array;
  nonTee: boolean;
}

export interface Tdi {
  readonly setup: TdiSetup;
  readonly ranges: readonly Range[];
  state: TdiState;
  binding: Binding | undefined;
  nonce: Uint8Array | undefined;
  /** Counts entries into RUN, and resets; a completion belongs to the episode of its request. */
  runEpoch: number;
  readonly outstanding: OutstandingReads;
  readonly p2pStreams: Set<number>;
  /** STOP was accepted and waits for the drain. */
  stopping: boolean;
}

const PAGE_BYTES = 4096;

/** A TDI as it leaves power-on. */
export function makeTdi(setup: TdiSetup): Tdi {
  const ranges = setup.ranges.map((range) => ({
    setup: range,
    memory: new Uint8Array(range.pages * PAGE_BYTES),
    nonTee: range.nonTee ?? false,
  }));
  return {
    setup,
    ranges,
    state: 'CONFIG_UNLOCKED',
    binding: undefined,
    nonce: undefined,
    runEpoch: 0,
    outstanding: new OutstandingReads(),
    p2pStreams: new Set(),
    stopping: false,
  };
}

/** CONFIG_LOCKED or RUN: "locked" in the sense of TDISP 11.2. */
export const isLocked = (tdi: Tdi): boolean => tdi.state === 'CONFIG_LOCKED' || tdi.state === 'RUN';

/** Whether the TDI sends or takes T=1 on the stream: its default stream, or a bound P2P stream. */
export const isBoundTo = (tdi: Tdi, stream: number): boolean =>
  tdi.binding !== undefined && (tdi.binding.stream === stream || tdi.p2pStreams.has(stream));

/** Whether no byte of the TDI's TEE memory is left from a guest. */
export const isClean = (tdi: Tdi): boolean =>
  tdi.ranges.every((range) => range.memory.every((byte) => byte === 0));

/** Erases what the TDI holds of a guest (TDISP 11.3.16). */
export function scrub(tdi: Tdi): void {
  for (const range of tdi.ranges) range.memory.fill(0);
}
