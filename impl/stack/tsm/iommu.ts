/**
 * The IOMMU of the platform: a host table and a trusted table, an IOTLB before each, and the
 * ownership check behind both (tdisp-semantics 5.2).
 */
import type { HostMemory, Owner } from './memory.ts';

/** A trusted device table entry: only the TSM writes it. */
export interface TrustedEntry {
  readonly guest: number;
  /** The stream that the requester must use. */
  readonly stream: number;
}

/** A DMA request as it arrives. */
export interface DmaRequest {
  readonly requesterId: number;
  readonly t: boolean;
  readonly stream: number | undefined;
  readonly address: bigint;
  readonly byteLength: number;
  readonly write: boolean;
}

/** Why a request was refused: no entry, the wrong stream, no mapping, someone else's page. */
export type DmaFault = 'entry' | 'stream' | 'mapping' | 'permission' | 'owner';

export type Translated =
  | { readonly ok: true; readonly page: number; readonly offset: number }
  | { readonly ok: false; readonly fault: DmaFault };

interface Mapping {
  readonly page: number;
  readonly writable: boolean;
}

/** Whose table: a guest's, or the host's for one requester. */
type TableId = string;
const guestTable = (guest: number): TableId => `guest ${guest}`;
const hostTable = (requesterId: number): TableId => `host ${requesterId}`;

const PAGE_SHIFT = 12n;
const PAGE_MASK = 0xfffn;

const fault = (what: DmaFault): Translated => ({ ok: false, fault: what });

export class Iommu {
  readonly #memory: HostMemory;
  readonly #trusted = new Map<number, TrustedEntry>();
  readonly #tables = new Map<TableId, Map<bigint, Mapping>>();
  /** Copies of mappings, which may be stale until they are invalidated. */
  readonly #iotlb = new Map<string, Mapping>();

  constructor(memory: HostMemory) {
    this.#memory = memory;
  }

  /** Lets T=1 requests of a requester use a guest's table, on one stream. */
  trust(requesterId: number, entry: TrustedEntry): void {
    this.#trusted.set(requesterId, entry);
  }

  /** T=1 requests of the requester are blocked from now on. */
  block(requesterId: number): void {
    this.#trusted.delete(requesterId);
  }

  trusted(requesterId: number): TrustedEntry | undefined {
    return this.#trusted.get(requesterId);
  }

  /** Maps a page into a guest's table (T=1). */
  mapGuest(guest: number, address: bigint, page: number, writable = true): void {
    this.#table(guestTable(guest)).set(address >> PAGE_SHIFT, { page, writable });
  }

  /** Maps a page into the host's table for one requester (T=0). */
  mapHost(requesterId: number, address: bigint, page: number, writable = true): void {
    this.#table(hostTable(requesterId)).set(address >> PAGE_SHIFT, { page, writable });
  }

  /** Removes a mapping; copies in the IOTLB live until `invalidate`. */
  unmapGuest(guest: number, address: bigint): void {
    this.#table(guestTable(guest)).delete(address >> PAGE_SHIFT);
  }

  unmapHost(requesterId: number, address: bigint): void {
    this.#table(hostTable(requesterId)).delete(address >> PAGE_SHIFT);
  }

  /** Drops every copy in the IOTLB. */
  invalidate(): void {
    this.#iotlb.clear();
  }

  /** Drops the copy of one page of a guest's table. */
  invalidateGuest(guest: number, address: bigint): void {
    this.#iotlb.delete(`${guestTable(guest)} ${address >> PAGE_SHIFT}`);
  }

  /** Whether a guest's table maps a page, and whether the IOTLB has a copy. */
  seen(guest: number, address: bigint): { readonly table: boolean; readonly copy: boolean } {
    const page = address >> PAGE_SHIFT;
    const table = guestTable(guest);
    return { table: this.#table(table).has(page), copy: this.#iotlb.has(`${table} ${page}`) };
  }

  /** The page and offset that a request may touch, or why it may not. */
  translate(request: DmaRequest): Translated {
    const { requesterId, t, stream, address, byteLength, write } = request;
    const entry = this.#trusted.get(requesterId);
    if (t && entry === undefined) return fault('entry');
    if (t && entry?.stream !== stream) return fault('stream');
    const offset = Number(address & PAGE_MASK);
    // One TLP never crosses a 4 KiB boundary (PCIe 2.2.7).
    if (offset + byteLength > 4096) return fault('mapping');
    const table = t && entry !== undefined ? guestTable(entry.guest) : hostTable(requesterId);
    const owner: Owner = t && entry !== undefined ? entry.guest : 'host';
    const mapping = this.#lookUp(table, address >> PAGE_SHIFT);
    if (mapping === undefined) return fault('mapping');
    if (write && !mapping.writable) return fault('permission');
    // Behind the tables, and so behind stale copies of them too, stands the owner of the page.
    if (!this.#memory.mayTouch(mapping.page, owner)) return fault('owner');
    return { ok: true, page: mapping.page, offset };
  }

  #lookUp(table: TableId, page: bigint): Mapping | undefined {
    const key = `${table} ${page}`;
    const cached = this.#iotlb.get(key);
    if (cached !== undefined) return cached;
    const mapping = this.#table(table).get(page);
    if (mapping !== undefined) this.#iotlb.set(key, mapping);
    return mapping;
  }

  #table(id: TableId): Map<bigint, Mapping> {
    const table = this.#tables.get(id) ?? new Map<bigint, Mapping>();
    this.#tables.set(id, table);
    return table;
  }
}
