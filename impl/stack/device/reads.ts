/** Reads of a TDI that have no completion yet. */

/** A read that has no completion yet. `runEpoch` is undefined once its episode is over. */
export interface OutstandingRead {
  address: bigint;
  byteLength: number;
  /** Where the data goes: range index and offset in bytes. */
  range: number;
  offset: number;
  runEpoch: number | undefined;
  /** The stream that the request left on; undefined for the clear. */
  stream: number | undefined;
}

const TAG_COUNT = 256;

/** Outstanding reads by tag. The record of a tag is used again by its next read: none allocates. */
export class OutstandingReads {
  readonly #records = new Array<OutstandingRead | undefined>(TAG_COUNT).fill(undefined);
  readonly #taken = new Uint8Array(TAG_COUNT);
  #next = 0;

  /**
   * The next free tag; undefined if all are taken. Tags go round, over resets too: a completion that is late then
   * finds no read, and not the next one.
   */
  freeTag(): number | undefined {
    const after = this.#taken.indexOf(0, this.#next);
    const tag = after < 0 ? this.#taken.indexOf(0) : after;
    return tag < 0 ? undefined : tag;
  }

  /** Takes a tag for a read; whoever calls says what it reads. */
  take(tag: number): OutstandingRead {
    const record = this.#records[tag] ?? {
      address: 0n,
      byteLength: 0,
      range: 0,
      offset: 0,
      runEpoch: undefined,
      stream: undefined,
    };
    this.#records[tag] = record;
    this.#taken[tag] = 1;
    this.#next = (tag + 1) % TAG_COUNT;
    return record;
  }

  /** The read of a tag; good until the tag is taken again. */
  get(tag: number): OutstandingRead | undefined {
    return this.#taken[tag] === 1 ? this.#records[tag] : undefined;
  }

  /** Frees a tag. */
  delete(tag: number): void {
    if (tag < TAG_COUNT) this.#taken[tag] = 0;
  }

  clear(): void {
    this.#taken.fill(0);
  }

  /** The tags that are taken. */
  keys(): number[] {
    return [...this.#taken.keys()].filter((tag) => this.#taken[tag] === 1);
  }

  values(): OutstandingRead[] {
    return this.keys().flatMap((tag) => this.#records[tag] ?? []);
  }
}
