/**
 * The IOMMU of the platform: a host table and a trusted table, an IOTLB before each, and the
 * ownership check behind both (tdisp-semantics 5.2).
 */
import { TLP_KIND, type Tlp } from '../ide/tlp.ts';
import type { HostMemory, Owner } from './memory.ts';
import { type Mapping, PageTable } from './page-table.ts';

const PAGE_MASK = 0xfff;

/** A trusted device table entry: only the TSM writes it. */
export interface TrustedEntry {
  readonly guest: number;
  /** The stream that the requester must use. */
  readonly stream: number;
}

/** Why a request was refused: no entry, the wrong stream, no mapping, someone else's page. */
export type DmaFault = 'entry' | 'stream' | 'mapping' | 'permission' | 'owner';

/** Where a request may go: a page, and the first byte in it. */
export interface Place {
  page: number;
  offset: number;
}

/** One table, a guest's or the host's for one requester, with the IOTLB's copies of it. */
interface Table {
  readonly entries: PageTable;
  /** May be stale until they are invalidated. */
  readonly copies: PageTable;
}

/** The table of `id`, made if there is none. */
function tableOf(tables: Map<number, Table>, id: number): Table {
  const table = tables.get(id) ?? { entries: new PageTable(), copies: new PageTable() };
  tables.set(id, table);
  return table;
}

export class Iommu {
  readonly #memory: HostMemory;
  readonly #trusted = new Map<number, TrustedEntry>();
  /** By guest. */
  readonly #guests = new Map<number, Table>();
  /** By requester. */
  readonly #hosts = new Map<number, Table>();

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
    tableOf(this.#guests, guest).entries.set(address, { page, writable });
  }

  /** Maps a page into the host's table for one requester (T=0). */
  mapHost(requesterId: number, address: bigint, page: number, writable = true): void {
    tableOf(this.#hosts, requesterId).entries.set(address, { page, writable });
  }

  /** Removes a mapping; copies in the IOTLB live until `invalidate`. */
  unmapGuest(guest: number, address: bigint): void {
    this.#guests.get(guest)?.entries.delete(address);
  }

  unmapHost(requesterId: number, address: bigint): void {
    this.#hosts.get(requesterId)?.entries.delete(address);
  }

  /** Drops every copy in the IOTLB. */
  invalidate(): void {
    for (const { copies } of this.#guests.values()) copies.clear();
    for (const { copies } of this.#hosts.values()) copies.clear();
  }

  /** Drops the copy of one page of a guest's table. */
  invalidateGuest(guest: number, address: bigint): void {
    this.#guests.get(guest)?.copies.delete(address);
  }

  /** Whether a guest's table maps a page, and whether the IOTLB has a copy. */
  seen(guest: number, address: bigint): { readonly table: boolean; readonly copy: boolean } {
    const table = this.#guests.get(guest);
    return {
      table: table?.entries.has(address) === true,
      copy: table?.copies.has(address) === true,
    };
  }

  /**
   * Finds the page and offset that a memory request may touch, into `place`; or says why it may not.
   * Takes nothing from the heap once the IOTLB has the page.
   */
  translate(request: Tlp, place: Place): DmaFault | undefined {
    const { requesterId, t, stream, byteCount } = request;
    const entry = t ? this.#trusted.get(requesterId) : undefined;
    if (t && entry === undefined) return 'entry';
    if (entry !== undefined && entry.stream !== stream) return 'stream';
    const offset = request.addressLow & PAGE_MASK;
    // One TLP never crosses a 4 KiB boundary (PCIe 2.2.7).
    if (offset + byteCount > PAGE_MASK + 1) return 'mapping';
    const table = entry ? this.#guests.get(entry.guest) : this.#hosts.get(requesterId);
    const mapping = table && lookUp(table, request);
    if (mapping === undefined) return 'mapping';
    if (request.kind === TLP_KIND.MEMORY_WRITE && !mapping.writable) return 'permission';
    // Behind the tables, and so behind stale copies of them too, stands the owner of the page.
    const owner: Owner = entry ? entry.guest : 'host';
    if (!this.#memory.mayTouch(mapping.page, owner)) return 'owner';
    place.page = mapping.page;
    place.offset = offset;
    return undefined;
  }
}

function lookUp({ entries, copies }: Table, request: Tlp): Mapping | undefined {
  const copy = copies.get(request);
  if (copy !== undefined) return copy;
  const mapping = entries.get(request);
  if (mapping !== undefined) copies.set(request, mapping);
  return mapping;
}
