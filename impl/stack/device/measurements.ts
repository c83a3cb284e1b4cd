/** What the device measures, as blocks and as summary (DSP0274, 10.11.1). */
import {
  type Measured,
  measurementSummary,
  SUMMARY,
  type SummaryType,
} from '../crypto/measurements.ts';
import { digest, type Hash } from '../crypto/suite.ts';
import { encodeMeasurementRecord, MEASUREMENT_TYPE } from '../wire/index.ts';

/** One thing that the device measures. */
export interface Measurement {
  /** 1 to 0xfe. */
  readonly index: number;
  /** One of MEASUREMENT_TYPE. */
  readonly type: number;
  readonly value: Uint8Array;
  /** The value is shown as it is, never as a digest: a version, a manifest. */
  readonly raw?: boolean;
}

const { immutableRom, mutableFirmware } = MEASUREMENT_TYPE;
const isTcb = ({ type }: Measurement): boolean => type === immutableRom || type === mutableFirmware;

/** The record of the measurements, one block after the other. */
export const recordOf = (
  measurements: readonly Measurement[],
  hash: Hash,
  asRaw = false,
): Uint8Array =>
  encodeMeasurementRecord(
    measurements.map(({ index, type, value, raw = asRaw }) => ({
      index,
      raw,
      valueType: type,
      value: raw ? value : digest(hash, value),
    })),
  );

/** The measurement summary hash; undefined for a type that does not exist. */
export function summaryHash(
  measurements: readonly Measurement[],
  type: number,
  hash: Hash,
): Uint8Array | undefined {
  const summary = Object.values(SUMMARY).find((known): known is SummaryType => known === type);
  if (summary === undefined) return undefined;
  const measured = measurements.map(
    (one): Measured => ({ block: recordOf([one], hash), tcb: isTcb(one) }),
  );
  return measurementSummary(hash, summary, measured);
}
