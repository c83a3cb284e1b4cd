/** TDI report, reassembled from its portions: PCIe 6.x, 11.3.11. */
import {
  before,
  type Coder,
  counted,
  decodeWith,
  encodeWith,
  list,
  struct,
  u16,
  u32,
  u64,
} from './coder.ts';
import type { Decoded } from './decoded.ts';

/** Bits of INTERFACE_INFO. */
export const INTERFACE_INFO = {
  NO_FW_UPDATE: 1 << 0,
  DMA_WITHOUT_PASID: 1 << 1,
  DMA_WITH_PASID: 1 << 2,
  ATS: 1 << 3,
  PRS: 1 << 4,
} as const;

/** Bits of the attributes of an MMIO range. */
export const RANGE_ATTRIBUTE = {
  MSIX_TABLE: 1 << 0,
  MSIX_PBA: 1 << 1,
  IS_NON_TEE_MEM: 1 << 2,
  IS_MEM_ATTR_UPDATABLE: 1 << 3,
} as const;

/** MMIO pages of a TDI that belong together. */
export interface MmioRange {
  /** Number, not address, of the first 4-KiB page, MMIO_REPORTING_OFFSET added. */
  readonly firstPage: bigint;
  /** In pages of 4 KiB. */
  readonly numberOfPages: number;
  /** Of {@link RANGE_ATTRIBUTE}. */
  readonly rangeAttributes: number;
  /** 0 to 7: the BAR. */
  readonly rangeId: number;
}

/** What a device says of one of its TDIs. */
export interface TdiReport {
  /** Of {@link INTERFACE_INFO}. */
  readonly interfaceInfo: number;
  /** 0 if the MSI-X table is not locked. */
  readonly msixMessageControl: number;
  readonly lnrControl: number;
  readonly tphControl: number;
  readonly mmioRanges: readonly MmioRange[];
  readonly deviceSpecificInfo: Uint8Array;
}

export const mmioRange: Coder<MmioRange> = struct({
  firstPage: u64,
  numberOfPages: u32,
  rangeAttributes: u16,
  rangeId: u16,
});

const report: Coder<TdiReport> = struct({
  interfaceInfo: before(u16, 2),
  msixMessageControl: u16,
  lnrControl: u16,
  tphControl: u32,
  mmioRanges: list(u32, mmioRange),
  deviceSpecificInfo: counted(u32),
});

/** Reads a report that fills `bytes`. */
export const decodeTdiReport = (bytes: Uint8Array): Decoded<TdiReport> =>
  decodeWith('TDI report', report, bytes);
export const encodeTdiReport = (value: TdiReport): Uint8Array =>
  encodeWith('TDI report', report, value);
