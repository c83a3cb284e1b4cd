/** The functions of a device: their configuration spaces, and what the DSM reads from them. */
import type { AddressWords } from '../ide/tlp.ts';
import type { DefaultBlock } from './behaviour.ts';
import { ConfigSpace, type StreamBlock } from './config.ts';
import type { Registers } from './dsm.ts';
import { BIT, layoutOf } from './registers.ts';
import type { Range, Tdi, TdiSetup } from './tdi.ts';

const PAGE_BYTES = 4096n;
const ROM_BYTES = 2048n;
/** 4 KiB pages, the only system page size that the device supports. */
const SYSTEM_PAGE_4K = 1;

/** Addresses from `start` up to, and without, `end`. */
interface Interval {
  readonly start: bigint;
  readonly end: bigint;
}

const overlap = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;

/** Configuration spaces by function id. The device has at most one PF. */
export class Functions implements Registers {
  readonly #spaces = new Map<number, ConfigSpace>();
  readonly #pf: TdiSetup | undefined;
  readonly #vfs: readonly TdiSetup[];
  /** Blocks whose status register shows a Secure stream. */
  readonly #shown = new Map<number, number>();
  /** The function that has the IDE capability. */
  readonly ideFunction: number;

  constructor(tdis: readonly TdiSetup[], ideFunction: number) {
    this.#pf = tdis.find(({ kind }) => kind === 'PF');
    this.#vfs = tdis.filter(({ kind }) => kind === 'VF');
    this.ideFunction = ideFunction;
    const all = tdis.some(({ functionId }) => functionId === ideFunction)
      ? tdis
      : [...tdis, { functionId: ideFunction, kind: 'FUNCTION', ranges: [] } satisfies TdiSetup];
    for (const setup of all) {
      const ide = setup.functionId === ideFunction;
      const vf = setup === this.#pf ? this.#vfs[0] : undefined;
      this.#spaces.set(setup.functionId, new ConfigSpace(layoutOf(setup, { vf, ide })));
    }
  }

  space(functionId: number): ConfigSpace | undefined {
    return this.#spaces.get(functionId);
  }

  /** The functions that a reset of this one takes along: VFs, if it is their PF. */
  subordinates(functionId: number): readonly number[] {
    if (this.#pf?.functionId !== functionId) return [];
    return this.#vfs.map((vf) => vf.functionId);
  }

  reset(functionIds: Iterable<number> = this.#spaces.keys()): void {
    for (const functionId of functionIds) this.#spaces.get(functionId)?.reset();
  }

  /** Whether the function decodes memory addresses; for a VF its PF decides. */
  memorySpace(tdi: Tdi): boolean {
    return tdi.setup.kind === 'VF'
      ? this.#pfSpace()?.vfMemorySpace === true
      : this.#spaceOf(tdi).memorySpace;
  }

  busMaster(tdi: Tdi): boolean {
    return this.#spaceOf(tdi).busMaster;
  }

  defaultBlocks(): DefaultBlock[] {
    return this.#blocks().filter(({ isDefault }) => isDefault);
  }

  /** The first block with the stream id; blocks that are to be unused get other ids. */
  streamBlock(stream: number): StreamBlock | undefined {
    return this.#blocks().find((block) => block.stream === stream);
  }

  showStream(stream: number, secure: boolean): void {
    // The block that showed the stream keeps it until the end, whatever id is written to it.
    const block = this.#shown.get(stream) ?? this.streamBlock(stream)?.block;
    if (block === undefined) return;
    this.#ideSpace().setStreamStatus(block, secure ? BIT.streamStatus.secure : 0);
    if (secure) this.#shown.set(stream, block);
    else this.#shown.delete(stream);
  }

  ide(): readonly number[] {
    return this.#ideSpace().ideRegisters();
  }

  ats(tdi: Tdi): boolean {
    return this.#spaceOf(tdi).ats;
  }

  msixControl(tdi: Tdi): number {
    return this.#spaceOf(tdi).msixControl;
  }

  address(tdi: Tdi, range: Range): bigint {
    return this.#address(tdi.setup, range.setup);
  }

  /**
   * Where in a range `byteCount` bytes at an address are; -1 unless all are. Of each TLP that comes
   * this is asked for range after range, so it takes nothing from the heap.
   */
  offsetIn({ setup }: Tdi, range: Range, at: AddressWords, byteCount: number): number {
    const { bar } = range.setup;
    const size = range.memory.length;
    const vf = setup.kind === 'VF';
    const space = vf ? this.#pfSpace() : this.#require(setup);
    if (space === undefined) return -1;
    const offset = space.barOffset(bar, vf, at) - (vf ? this.#vfs.indexOf(setup) * size : 0);
    return offset >= 0 && offset + byteCount <= size ? offset : -1;
  }

  problem(tdi: Tdi): string | undefined {
    if (this.#spaceOf(tdi).phantomFunctions) return 'phantom functions are enabled';
    const physical = tdi.setup.kind === 'VF' ? this.#pf : tdi.setup;
    if (physical === undefined) return 'the VF has no PF';
    const intervals = this.#intervals(physical);
    if (intervals.some((a, i) => intervals.slice(i + 1).some((b) => overlap(a, b)))) {
      return 'two BARs overlap';
    }
    if (physical === this.#pf && this.#vfs.length > 0) {
      const pages = this.#pfSpace()?.systemPageSize;
      if (pages !== SYSTEM_PAGE_4K) return `system page size mask ${pages}, expected 1`;
    }
    return undefined;
  }

  /** Everything that a physical function decodes: its BARs, its ROM, its VFs' BARs. */
  #intervals(physical: TdiSetup): Interval[] {
    const owners = physical === this.#pf ? [physical, ...this.#vfs] : [physical];
    const bars = owners.flatMap((owner) =>
      owner.ranges.map((range): Interval => {
        const start = this.#address(owner, range);
        return { start, end: start + BigInt(range.pages) * PAGE_BYTES };
      }),
    );
    const rom = this.#spaces.get(physical.functionId)?.romAddress;
    return rom === undefined ? bars : [...bars, { start: rom, end: rom + ROM_BYTES }];
  }

  #address(setup: TdiSetup, { bar, pages }: { bar: number; pages: number }): bigint {
    if (setup.kind !== 'VF') return this.#require(setup).barAddress(bar, { vf: false });
    const base = this.#pfSpace()?.barAddress(bar, { vf: true }) ?? 0n;
    return base + BigInt(this.#vfs.indexOf(setup)) * BigInt(pages) * PAGE_BYTES;
  }

  #blocks(): StreamBlock[] {
    return this.#ideSpace().streamBlocks();
  }

  #ideSpace(): ConfigSpace {
    const space = this.#spaces.get(this.ideFunction);
    if (space === undefined) throw new Error(`Functions: no function ${this.ideFunction}`);
    return space;
  }

  #pfSpace(): ConfigSpace | undefined {
    return this.#pf && this.#spaces.get(this.#pf.functionId);
  }

  #spaceOf(tdi: Tdi): ConfigSpace {
    return this.#require(tdi.setup);
  }

  #require({ functionId }: TdiSetup): ConfigSpace {
    const space = this.#spaces.get(functionId);
    if (space === undefined) throw new Error(`Functions: no function ${functionId}`);
    return space;
  }
}
