/** Measurement blocks in the record of MEASUREMENTS: DSP0274, measurement block format of DMTF. */
import {
  type Coder,
  counted,
  decodeWith,
  encodeWith,
  many,
  refuse,
  struct,
  u8,
  u16,
  wrap,
} from './coder.ts';
import { type Decoded, decoded } from './decoded.ts';

/** What a value measures: bits 6:0 of its type. */
export const MEASUREMENT_TYPE = {
  immutableRom: 0,
  mutableFirmware: 1,
  hardwareConfiguration: 2,
  firmwareConfiguration: 3,
  manifest: 4,
  deviceMode: 5,
  version: 6,
  securityVersionNumber: 7,
  hashExtend: 8,
  informational: 9,
  structuredManifest: 10,
} as const;

/** One measurement. */
export interface MeasurementBlock {
  readonly index: number;
  /** The value is what was measured, not its digest. */
  readonly raw: boolean;
  /** One of {@link MEASUREMENT_TYPE}. */
  readonly valueType: number;
  readonly value: Uint8Array;
}

/** MeasurementSpecification of DMTF. */
const DMTF = 1;
const RAW = 0x80;
/** Type and size of a value stand before it. */
const VALUE_HEADER_SIZE = 3;

const blockHeader = struct({ index: u8, specification: u8, size: u16 });
const dmtf = struct({ type: u8, value: counted(u16) });

const block: Coder<MeasurementBlock> = wrap({
  encodeStream: (w, { index, raw, valueType, value }: MeasurementBlock) => {
    if (valueType >= RAW) throw w.err(`expected a valueType below ${RAW}, got ${valueType}`);
    u8.encodeStream(w, index);
    u8.encodeStream(w, DMTF);
    u16.encodeStream(w, value.length + VALUE_HEADER_SIZE);
    dmtf.encodeStream(w, { type: valueType | (raw ? RAW : 0), value });
  },
  decodeStream: (r) => {
    const start = r.pos;
    const { index, specification, size } = blockHeader.decodeStream(r);
    if (specification !== DMTF) refuse(r, start + 1, `specification 1, got ${specification}`);
    const { type, value } = dmtf.decodeStream(r);
    const actual = value.length + VALUE_HEADER_SIZE;
    if (size !== actual) refuse(r, start + 2, `size ${actual}, got ${size}`, 'length');
    return { index, raw: type >= RAW, valueType: type & ~RAW, value };
  },
});

/** Reads the blocks of a record, which they fill. */
export function decodeMeasurementRecord(
  numberOfBlocks: number,
  record: Uint8Array,
): Decoded<readonly MeasurementBlock[]> {
  const result = decodeWith(
    'MEASUREMENTS',
    struct({ blocks: many(numberOfBlocks, block) }),
    record,
  );
  return result.ok ? decoded(result.value.blocks, result.size) : result;
}

export const encodeMeasurementRecord = (blocks: readonly MeasurementBlock[]): Uint8Array =>
  encodeWith('MEASUREMENTS', struct({ blocks: many(undefined, block) }), { blocks });
