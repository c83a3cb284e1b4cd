/** A queue of TLPs in memory that is allocated once: what lies between two ports, or inside one. */
export class TlpRing {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes of the longest TLP that fits. */
  readonly slotSize: number;
  readonly #sizes: Uint32Array;
  #first = 0;
  #count = 0;

  /** Room for `slotCount` TLPs of at most `slotSize` bytes each (`tlpSizeMax` of a payload). */
  constructor(slotCount: number, slotSize: number) {
    this.slotSize = slotSize;
    this.#sizes = new Uint32Array(slotCount);
    this.bytes = new Uint8Array(slotCount * slotSize);
    this.view = new DataView(this.bytes.buffer);
  }
  get count(): number {
    return this.#count;
  }
  get full(): boolean {
    return this.#count === this.#sizes.length;
  }
  /** Where the next TLP is to be written; {@link push} adds it. Throws if the ring is full. */
  get free(): number {
    // The next slot would be the one of the oldest TLP.
    if (this.full) throw new Error('TlpRing.free: the ring is full');
    return ((this.#first + this.#count) % this.#sizes.length) * this.slotSize;
  }
  /** Adds the TLP that was written at {@link free}. Throws if it is too long for a slot. */
  push(size: number): void {
    if (size > this.slotSize) throw new Error(`TlpRing.push: ${size} bytes do not fit a slot`);
    this.#sizes[(this.#first + this.#count) % this.#sizes.length] = size;
    this.#count++;
  }
  /** Where the oldest TLP begins and ends. Of no meaning in an empty ring. */
  get start(): number {
    return this.#first * this.slotSize;
  }
  get end(): number {
    return this.start + (this.#sizes[this.#first] ?? 0);
  }
  /** Takes the oldest TLP away. */
  shift(): void {
    if (this.#count === 0) throw new Error('TlpRing.shift: the ring is empty');
    this.#first = (this.#first + 1) % this.#sizes.length;
    this.#count--;
  }
}
