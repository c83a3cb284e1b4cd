/** Host memory and who owns each page: the ownership table of a platform (tdisp-semantics 5.1). */

/** A guest's number, or the host. */
export type Owner = number | 'host';

const PAGE_BYTES = 4096;

interface Page {
  owner: Owner;
  /** The guest has accepted the page; meaningless for pages of the host. */
  accepted: boolean;
  readonly bytes: Uint8Array;
}

/** Pages of 4 KiB by number. Every page has one owner. */
export class HostMemory {
  readonly #pages: Page[];

  constructor(pageCount: number) {
    this.#pages = Array.from({ length: pageCount }, () => ({
      owner: 'host',
      accepted: false,
      bytes: new Uint8Array(PAGE_BYTES),
    }));
  }

  /** Gives a page of the host to a guest, not accepted yet; whether it was the host's. */
  give(page: number, guest: number): boolean {
    const found = this.#pages[page];
    if (found?.owner !== 'host') return false;
    found.owner = guest;
    found.accepted = false;
    found.bytes.fill(0);
    return true;
  }

  /** The guest accepts its page; whether it is its own. */
  accept(page: number, guest: number): boolean {
    const found = this.#pages[page];
    if (found?.owner !== guest) return false;
    found.accepted = true;
    return true;
  }

  /** Takes a page back from a guest, erased. */
  reclaim(page: number): void {
    const found = this.#pages[page];
    if (found === undefined) return;
    found.owner = 'host';
    found.accepted = false;
    found.bytes.fill(0);
  }

  /** Who owns a page, and whether that guest has accepted it; undefined where there is none. */
  page(page: number): { readonly owner: Owner; readonly accepted: boolean } | undefined {
    const found = this.#pages[page];
    return found && { owner: found.owner, accepted: found.accepted };
  }

  /** Whether DMA in the name of `owner` may touch the page: private and accepted, or the host's. */
  mayTouch(page: number, owner: Owner): boolean {
    const found = this.#pages[page];
    if (found === undefined) return false;
    return found.owner === 'host' || (found.owner === owner && found.accepted);
  }

  /** A whole page; undefined where there is none. Callers have checked ownership. */
  whole(page: number): Uint8Array | undefined {
    return this.#pages[page]?.bytes;
  }

  /** Bytes of a page; undefined where there is none. Callers have checked ownership. */
  bytes(page: number, offset: number, byteLength: number): Uint8Array | undefined {
    const bytes = this.#pages[page]?.bytes;
    if (bytes === undefined || offset + byteLength > PAGE_BYTES) return undefined;
    return bytes.subarray(offset, offset + byteLength);
  }
}
