/** Mappings of pages of 4 KiB. */
import { type AddressWords, setAddress } from '../ide/tlp.ts';

export interface Mapping {
  readonly page: number;
  readonly writable: boolean;
}

/** A page number has 52 bits; its upper and its lower half. */
const upperOf = ({ addressHigh }: AddressWords): number => addressHigh >>> 6;
const lowerOf = ({ addressHigh, addressLow }: AddressWords): number =>
  ((addressHigh & 0x3f) << 20) | (addressLow >>> 12);

function wordsOf(address: bigint): AddressWords {
  const words = { addressHigh: 0, addressLow: 0 };
  setAddress(words, address);
  return words;
}

/**
 * Mappings by page, in two levels, so that every key is a small integer: a look-up takes nothing from
 * the heap.
 */
export class PageTable {
  readonly #upper = new Map<number, Map<number, Mapping>>();

  /** The mapping of the page that an address is in. */
  get(address: AddressWords): Mapping | undefined {
    return this.#upper.get(upperOf(address))?.get(lowerOf(address));
  }

  has(address: bigint): boolean {
    return this.get(wordsOf(address)) !== undefined;
  }

  /** Maps the page that an address is in. */
  set(address: bigint | AddressWords, mapping: Mapping): void {
    const words = typeof address === 'bigint' ? wordsOf(address) : address;
    const lower = this.#upper.get(upperOf(words)) ?? new Map<number, Mapping>();
    this.#upper.set(upperOf(words), lower.set(lowerOf(words), mapping));
  }

  delete(address: bigint): void {
    const words = wordsOf(address);
    this.#upper.get(upperOf(words))?.delete(lowerOf(words));
  }

  clear(): void {
    this.#upper.clear();
  }
}
