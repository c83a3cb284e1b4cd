/**
 * The IDE streams of one port: key slots as IDE_KM fills them, and the stream state.
 *
 * A port has twelve slots per stream: two key sets, two directions, three sub-streams. The port
 * knows no session but the one that holds its keys, and no TDI.
 */

export type SubStream = 0 | 1 | 2;
export type KeySet = 0 | 1;
/** As seen by the port: 0 receives, 1 transmits. */
export type Direction = 0 | 1;

export interface SlotId {
  readonly keySet: KeySet;
  readonly direction: Direction;
  readonly subStream: SubStream;
}

/** A programmed key. It may be used once K_SET_GO has named it. */
export interface Slot {
  readonly key: Uint8Array;
  /** The invocation counter at the start; IDE_KM programs 1. */
  readonly iv: bigint;
  readonly session: number;
  started: boolean;
}

export interface IdeStream {
  readonly id: number;
  readonly slots: (Slot | undefined)[];
  /** Per direction and sub-stream, the set of the last K_SET_GO; undefined before the first. */
  readonly active: (KeySet | undefined)[];
  secure: boolean;
}

const SLOT_COUNT = 12;
const SUB_STREAMS = [0, 1, 2] as const;
const RECEIVING = 0;
const SENDING = 1;
const DIRECTIONS = [RECEIVING, SENDING] as const;

const slotIndex = ({ keySet, direction, subStream }: SlotId): number =>
  keySet * 6 + direction * 3 + subStream;

/** What a port tells the data path: a key came into use, or every key of a stream is gone. */
export interface StreamListener {
  started(stream: number, slot: SlotId, key: Uint8Array, iv: bigint): void;
  /** K_SET_GO named a key that is in use: what is sent goes under it again, and its counter goes on. */
  selected(stream: number, slot: SlotId): void;
  stopped(stream: number, slot: SlotId): void;
  dropped(stream: number): void;
}

/** The streams of a port, with their keys. */
export class IdeStreams {
  readonly #streams = new Map<number, IdeStream>();
  readonly #listeners: StreamListener[] = [];

  listen(listener: StreamListener): void {
    this.#listeners.push(listener);
  }

  get(stream: number): IdeStream | undefined {
    return this.#streams.get(stream);
  }

  ids(): number[] {
    return [...this.#streams.keys()];
  }

  slot(stream: number, id: SlotId): Slot | undefined {
    return this.#streams.get(stream)?.slots[slotIndex(id)];
  }

  /** The session that holds the keys of the stream; undefined without keys. */
  sessionOf(stream: number): number | undefined {
    return this.#streams.get(stream)?.slots.find((slot) => slot !== undefined)?.session;
  }

  /** The sessions that hold keys of any stream of the port. */
  sessions(): Set<number> {
    const held = new Set<number>();
    for (const { slots } of this.#streams.values()) {
      for (const slot of slots) if (slot !== undefined) held.add(slot.session);
    }
    return held;
  }

  /** Stores a key. A slot in use may not be written again: its counter would start anew. */
  program(stream: number, id: SlotId, key: Uint8Array, iv: bigint, session: number): boolean {
    const state = this.#streams.get(stream) ?? this.#open(stream);
    const index = slotIndex(id);
    if (state.slots[index]?.started) return false;
    state.slots[index] = { key: key.slice(), iv, session, started: false };
    return true;
  }

  /** K_SET_GO for one slot; false without a key there. */
  start(stream: number, id: SlotId): boolean {
    const state = this.#streams.get(stream);
    const slot = state?.slots[slotIndex(id)];
    if (state === undefined || slot === undefined) return false;
    state.active[id.direction * 3 + id.subStream] = id.keySet;
    if (slot.started) {
      for (const listener of this.#listeners) listener.selected(stream, id);
      return true;
    }
    slot.started = true;
    for (const listener of this.#listeners) listener.started(stream, id, slot.key, slot.iv);
    return true;
  }

  /** K_SET_STOP for one slot: its key is erased. */
  stop(stream: number, id: SlotId): void {
    const state = this.#streams.get(stream);
    const slot = state?.slots[slotIndex(id)];
    if (state === undefined || slot === undefined) return;
    slot.key.fill(0);
    state.slots[slotIndex(id)] = undefined;
    for (const listener of this.#listeners) listener.stopped(stream, id);
  }

  /** Whether some key set has a key in all six slots, whichever session programmed them. */
  isKeyed(stream: number): boolean {
    return this.#someSet(stream, (slot) => slot !== undefined);
  }

  /** Whether some key set is programmed and started in all six slots: a stream may become Secure. */
  isStarted(stream: number): boolean {
    return this.#someSet(stream, (slot) => slot?.started === true);
  }

  /**
   * Whether no sub-stream has lost the key that it uses: a stream may stay Secure. What is received
   * may be under either set, by its K bit; what is sent is under the set of the last K_SET_GO.
   */
  isSustained(stream: number): boolean {
    const state = this.#streams.get(stream);
    if (state === undefined) return false;
    const started = (keySet: KeySet, direction: Direction, subStream: SubStream): boolean =>
      state.slots[slotIndex({ keySet, direction, subStream })]?.started === true;
    return SUB_STREAMS.every((subStream) => {
      const sending = state.active[SENDING * 3 + subStream];
      const receives = started(0, RECEIVING, subStream) || started(1, RECEIVING, subStream);
      return sending !== undefined && started(sending, SENDING, subStream) && receives;
    });
  }

  /** Whether every key of the stream came over the session. */
  isKeyedBy(stream: number, session: number): boolean {
    const slots = this.#streams.get(stream)?.slots ?? [];
    return slots.every((slot) => slot === undefined || slot.session === session);
  }

  isSecure(stream: number): boolean {
    return this.#streams.get(stream)?.secure === true;
  }

  /** Marks the stream Secure; the caller has seen to the conditions. */
  secure(stream: number): void {
    const state = this.#streams.get(stream);
    if (state !== undefined) state.secure = true;
  }

  /** To Insecure: every key is erased, and there is no way back but new keys. */
  drop(stream: number): void {
    const state = this.#streams.get(stream);
    if (state === undefined) return;
    for (const slot of state.slots) slot?.key.fill(0);
    this.#streams.delete(stream);
    for (const listener of this.#listeners) listener.dropped(stream);
  }

  #open(id: number): IdeStream {
    const stream: IdeStream = {
      id,
      slots: new Array<Slot | undefined>(SLOT_COUNT).fill(undefined),
      active: new Array<KeySet | undefined>(SLOT_COUNT / 2).fill(undefined),
      secure: false,
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #someSet(stream: number, holds: (slot: Slot | undefined) => boolean): boolean {
    const slots = this.#streams.get(stream)?.slots;
    if (slots === undefined) return false;
    return ([0, 1] as const).some((keySet) =>
      DIRECTIONS.every((direction) =>
        SUB_STREAMS.every((subStream) => holds(slots[slotIndex({ keySet, direction, subStream })])),
      ),
    );
  }
}
