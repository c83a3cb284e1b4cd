/** Digests of measurements (DSP0274, MEASUREMENTS and measurement summary hash). */
import { digest, HASHES, type Hash } from './suite.ts';

/** What a summary covers: the values of the field that asks for it. */
export const SUMMARY = { NONE: 0, TCB: 1, ALL: 0xff } as const;
export type SummaryType = (typeof SUMMARY)[keyof typeof SUMMARY];

/** A measurement block and whether the device counts it to its trusted computing base. */
export interface Measured {
  /** The block with its headers, as MEASUREMENTS carries it. */
  readonly block: Uint8Array;
  readonly tcb: boolean;
}

/**
 * The summary in CHALLENGE_AUTH and KEY_EXCHANGE_RSP, under the base hash: the digest of the blocks
 * one after the other, by ascending index and without raw bit streams. Empty for NONE.
 */
export function measurementSummary(
  hash: Hash,
  type: SummaryType,
  measured: readonly Measured[],
): Uint8Array {
  if (type === SUMMARY.NONE) return new Uint8Array(0);
  const covered = measured.filter(({ tcb }) => tcb || type === SUMMARY.ALL);
  return digest(hash, ...covered.map(({ block }) => block));
}

/**
 * The hash of measured values that MeasurementHashAlgo selects; undefined for raw bit streams and
 * for what the stack does not speak.
 */
export const measurementHashOf = (selection: number): Hash | undefined =>
  Object.values(HASHES).find(({ measurement }) => measurement === selection);
