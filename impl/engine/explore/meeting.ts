/**
 * Where the parts of one search, each in a thread of its own, wait for each other, and what they tell each other there.
 *
 * Between two meetings the parts run freely. What is decided at a meeting is decided by each part for itself, from what all
 * have said; so all decide the same. Until the others are loaded, the first part is alone and meets nobody.
 */

/** So often a part that waits looks before it sleeps: a sleeper is late by more than a small level takes. */
const SPINS = 300;
/** A part that waits looks again after so long, ms; who waits for the thread of an event loop must not sleep long. */
const NAP_MS = 1;

/** Numbers that each part shows the others all the time, for limits and a panel. */
interface Live {
  readonly states: number;
  readonly transitions: number;
}
/** What each part says at a meeting. */
export interface Said {
  /** States in its list. */
  readonly count: number;
  /** Violations that it knows of. */
  readonly found: number;
  /** An order to all: a number that means nothing here. */
  readonly order: number;
  /** Where it stands: states in its list before the next level, the depth of the present one, the number of the phase. */
  readonly levelEnd: number;
  readonly depth: number;
  readonly phase: number;
}
const LIVE = ['states', 'transitions'] as const;
const SAID = ['count', 'found', 'order', 'levelEnd', 'depth', 'phase'] as const;

/** The memory in which parts meet; can be sent to a thread. */
export interface Table {
  readonly parts: number;
  readonly control: Int32Array;
  readonly live: Float64Array;
  readonly said: Float64Array;
}
const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
export const tableOf = (parts: number): Table => ({
  parts,
  control: new Int32Array(shared(4 * (WORDS + 2 * parts))),
  live: new Float64Array(shared(8 * LIVE.length * parts)),
  said: new Float64Array(shared(8 * SAID.length * parts * 2)),
});

// Places of the control words: whether a part failed; the number of the last meeting that was called; how many parts are
// there; whether they search together. Then two words for each part: a bell that wakes it, the meetings to which it came.
const FAILED = 0;
const CALLED = 1;
const THERE = 2;
const TOGETHER = 3;
const WORDS = 4;
const bellOf = (part: number): number => WORDS + 2 * part;
const cameOf = (part: number): number => bellOf(part) + 1;

/** One part's place at the meetings. */
export class Meeting {
  readonly part: number;
  readonly #t: Table;
  #meetings = 0;
  #isAlone = true;

  constructor(table: Table, part: number) {
    this.#t = table;
    this.part = part;
  }
  /** Parts that search together. */
  get parts(): number {
    return this.#isAlone ? 1 : this.#t.parts;
  }
  /** Whether all are there and wait for the first part, which is still alone. */
  get isAwaited(): boolean {
    const { parts, control } = this.#t;
    return this.parts < parts && Atomics.load(control, THERE) === parts;
  }
  /** One after another the parts say that they are there. */
  *arrive(prepare: () => void): Generator<void> {
    const { control } = this.#t;
    yield* this.until(() => Atomics.load(control, THERE) === this.part);
    prepare();
    Atomics.store(control, THERE, this.part + 1);
    this.#ringAll();
  }
  /** The first part begins to search together with the others, who wait for that. */
  *join(): Generator<void> {
    const { control } = this.#t;
    if (this.part === 0) {
      yield* this.until(() => this.isAwaited);
      Atomics.store(control, TOGETHER, 1);
      this.#ringAll();
    } else yield* this.until(() => Atomics.load(control, TOGETHER) === 1);
    this.#isAlone = false;
  }
  /** Shows how far this part has come. */
  show(live: Live): void {
    for (const [i, key] of LIVE.entries()) this.#t.live[this.part * LIVE.length + i] = live[key];
  }
  /** How far all have come, as they showed it last. */
  get live(): Live {
    const sum = (i: number): number => {
      let n = 0;
      for (let p = 0; p < this.#t.parts; p++) n += this.#t.live[p * LIVE.length + i] as number;
      return n;
    };
    return { states: sum(0), transitions: sum(1) };
  }
  /** Calls all to a meeting before they have done all that there is to do. */
  call(): void {
    if (!this.#isAlone) Atomics.store(this.#t.control, CALLED, this.#meetings + 1);
  }
  get isCalled(): boolean {
    return Atomics.load(this.#t.control, CALLED) > this.#meetings;
  }
  /** Tells the others that this part cannot go on. */
  fail(): void {
    Atomics.store(this.#t.control, FAILED, 1);
    this.#ringAll();
  }
  /** Waits until a condition holds; yields between naps. */
  *until(isSo: () => boolean): Generator<void> {
    const { control } = this.#t;
    const bell = bellOf(this.part);
    for (let n = 0; n < SPINS; n++) if (isSo()) return;
    for (;;) {
      const heard = Atomics.load(control, bell);
      if (isSo()) return;
      if (Atomics.load(control, FAILED) !== 0) throw new Error('explore: another part failed');
      Atomics.wait(control, bell, heard, NAP_MS);
      yield;
    }
  }
  /** Meets the others; gives what each part said, in order. */
  *meet(mine: Said): Generator<void, readonly Said[]> {
    const { parts } = this;
    if (parts === 1) return [mine];
    const { control, said } = this.#t;
    const meeting = ++this.#meetings;
    // A part may say something at the next meeting while another still reads this one's; two sets are enough, since nobody
    // gets farther ahead.
    const set = (meeting & 1) * parts;
    for (const [i, key] of SAID.entries()) said[(set + this.part) * SAID.length + i] = mine[key];
    Atomics.store(control, cameOf(this.part), meeting);
    this.#ringAll();
    yield* this.until(() => {
      for (let p = 0; p < parts; p++) if (Atomics.load(control, cameOf(p)) < meeting) return false;
      return true;
    });
    return Array.from({ length: parts }, (_, p) => {
      const at = (i: number): number => said[(set + p) * SAID.length + i] as number;
      return {
        count: at(0),
        found: at(1),
        order: at(2),
        levelEnd: at(3),
        depth: at(4),
        phase: at(5),
      };
    });
  }
  #ringAll(): void {
    const { control, parts } = this.#t;
    for (let p = 0; p < parts; p++) {
      if (p === this.part) continue;
      Atomics.add(control, bellOf(p), 1);
      Atomics.notify(control, bellOf(p));
    }
  }
}
