/**
 * The configuration space of one function: bytes, and what a write changed.
 *
 * A write always completes and takes effect (TDISP 11.2); what follows from it for a TDI is decided
 * elsewhere, from the list of writes that `write` returns.
 */
import type { AddressWords } from '../ide/tlp.ts';
import {
  BIT,
  barAt,
  type Layout,
  type Register,
  ROM_AT,
  SRIOV_AT,
  STREAM_BLOCK_COUNT,
  streamBlockAt,
  vfBarAt,
} from './registers.ts';

const SPACE_BYTES = 4096;
const WORD = 0x1_0000_0000;

/** A register that a write reached. `writtenBits` has ones where the byte enables were on. */
export interface RegisterWrite {
  readonly register: Register;
  readonly before: number;
  readonly after: number;
  readonly writtenBits: number;
}

/** A selective stream register block, read from the space. */
export interface StreamBlock {
  readonly block: number;
  readonly stream: number;
  readonly enabled: boolean;
  readonly isDefault: boolean;
  /** Only T=1 TLPs are associated with the stream (PCIe 6.1, 7.9.26.5.3). */
  readonly teeLimited: boolean;
  readonly trafficClass: number;
}

/** The bytes of a function's configuration space. */
export class ConfigSpace {
  readonly #bytes = new Uint8Array(SPACE_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
    for (const [offset, byteLength, value] of layout.constants) {
      this.#put(offset, byteLength, value);
    }
    this.reset();
  }

  /** Every register as it is after a reset. */
  reset(): void {
    for (const { offset, byteLength, reset } of this.#layout.registers) {
      this.#put(offset, byteLength, reset);
    }
  }

  /** The bytes at an offset; what lies beyond the space reads as all ones. */
  read(offset: number, byteLength: number): Uint8Array {
    const bytes = new Uint8Array(byteLength).fill(0xff);
    bytes.set(this.#bytes.subarray(offset, Math.min(offset + byteLength, SPACE_BYTES)));
    return bytes;
  }

  /** Writes bytes; read-only bits keep their value. Returns the registers reached, in order. */
  write(offset: number, bytes: Uint8Array): RegisterWrite[] {
    const writes: RegisterWrite[] = [];
    for (const register of this.#layout.registers) {
      const write = this.#writeRegister(register, offset, bytes);
      if (write !== undefined) writes.push(write);
    }
    return writes;
  }

  #writeRegister(register: Register, offset: number, bytes: Uint8Array): RegisterWrite | undefined {
    let data = 0;
    let writtenBits = 0;
    for (let i = 0; i < register.byteLength; i++) {
      const byte = bytes[register.offset + i - offset];
      if (byte === undefined) continue;
      data |= byte << (8 * i);
      writtenBits |= 0xff << (8 * i);
    }
    if (writtenBits === 0) return undefined;
    const before = this.#get(register.offset, register.byteLength);
    const bits = writtenBits & register.writableBits;
    const after = ((before & ~bits) | (data & bits)) >>> 0;
    this.#put(register.offset, register.byteLength, after);
    return { register, before, after, writtenBits };
  }

  #get(offset: number, byteLength: 1 | 2 | 4): number {
    if (byteLength === 4) return this.#view.getUint32(offset, true);
    return byteLength === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint8(offset);
  }

  #put(offset: number, byteLength: 1 | 2 | 4, value: number): void {
    if (byteLength === 4) this.#view.setUint32(offset, value, true);
    else if (byteLength === 2) this.#view.setUint16(offset, value, true);
    else this.#view.setUint8(offset, value);
  }

  get memorySpace(): boolean {
    return (this.#get(0x04, 2) & BIT.command.memorySpace) !== 0;
  }

  get busMaster(): boolean {
    return (this.#get(0x04, 2) & BIT.command.busMaster) !== 0;
  }

  get phantomFunctions(): boolean {
    return (this.#get(0x88, 2) & BIT.deviceControl.phantom) !== 0;
  }

  /** VF Memory Space Enable together with VF Enable: whether the VFs decode memory at all. */
  get vfMemorySpace(): boolean {
    const { enable, memorySpace } = BIT.sriov;
    return (this.#get(SRIOV_AT + 0x08, 2) & (enable | memorySpace)) === (enable | memorySpace);
  }

  /** The system page size that SR-IOV uses, in units of 4 KiB, as a bit mask. */
  get systemPageSize(): number {
    return this.#get(SRIOV_AT + 0x20, 4);
  }

  /** Whether ATS is enabled. */
  get ats(): boolean {
    return (this.#get(0x166, 2) & 0x8000) !== 0;
  }

  /** The message control word of MSI-X. */
  get msixControl(): number {
    return this.#get(0x72, 2);
  }

  /** The base address of a 64-bit BAR; `vf` names the VF BARs of the SR-IOV capability. */
  barAddress(bar: number, { vf }: { readonly vf: boolean }): bigint {
    return this.#view.getBigUint64(vf ? vfBarAt(bar) : barAt(bar), true) & ~0xfn;
  }

  /** How far an address lies behind the base of a 64-bit BAR, in bytes; exact below 2^53. */
  barOffset(bar: number, vf: boolean, { addressHigh, addressLow }: AddressWords): number {
    const at = vf ? vfBarAt(bar) : barAt(bar);
    const low = this.#get(at, 4) & ~0xf;
    return (addressHigh - this.#get(at + 4, 4)) * WORD + (addressLow - (low >>> 0));
  }

  /** The expansion ROM's base address; undefined while its enable bit is clear. */
  get romAddress(): bigint | undefined {
    const value = this.#get(ROM_AT, 4);
    return (value & 1) === 0 ? undefined : BigInt(value & ~0x7ff) & 0xffffffffn;
  }

  streamBlock(block: number): StreamBlock {
    const control = this.#get(streamBlockAt(block) + 4, 4);
    return {
      block,
      stream: control >>> 24,
      enabled: (control & BIT.stream.enable) !== 0,
      isDefault: (control & BIT.stream.default) !== 0,
      teeLimited: (control & BIT.stream.teeLimited) !== 0,
      trafficClass: (control & BIT.stream.trafficClass) >>> 19,
    };
  }

  streamBlocks(): StreamBlock[] {
    return Array.from({ length: STREAM_BLOCK_COUNT }, (_, block) => this.streamBlock(block));
  }

  /** Shows the state of a stream in its block's status register. */
  setStreamStatus(block: number, status: number): void {
    this.#put(streamBlockAt(block) + 8, 4, status >>> 0);
  }

  /** The IDE registers in the order of QUERY_RESP: capability, control, then each stream block. */
  ideRegisters(): number[] {
    const from = streamBlockAt(0) - 8;
    const words = 2 + (STREAM_BLOCK_COUNT * 32) / 4;
    return Array.from({ length: words }, (_, i) => this.#get(from + i * 4, 4));
  }
}
