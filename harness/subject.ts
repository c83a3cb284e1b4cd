/** One interface for everything that can be judged. */
import { type Engine, viewOf } from '../impl/engine/index.ts';
import type { Rule } from '../model/author.ts';
import type { Attempt } from '../model/step.ts';
import { boot, type SCHEMA, type World, type WorldView } from '../model/world.ts';
import { attemptsUnder, type Setup } from './setup.ts';

/** The subjects that can be named (subjects.ts). */
export const SUBJECTS = ['engine', 'model', 'stack'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** What is driven and judged. It runs on its own state, whatever the model does. */
export interface Subject {
  readonly id: string;
  /** Its attempts, in the order of the setup; their rules may be a mutant's. */
  readonly attempts: readonly Attempt[];
  /** Views of the state before and after the last attempt. They show other states after the next one. */
  readonly before: WorldView;
  readonly after: WorldView;
  /** Back to power-on. */
  reset(): void;
  /** Makes one attempt; gives the index of the deciding case. */
  attempt(n: number): number;
  /** The state after the last attempt, packed; valid until the next. */
  readonly words: Int32Array;
  /** The state before it. */
  readonly wordsBefore: Int32Array;
  /** The state after the last attempt as a plain world, to keep. */
  snapshot(): World;
  /** "group.field" of what a case of an attempt may write; undefined: anything. */
  writes(n: number, at: number): ReadonlySet<string> | undefined;
}

/** The packed engine as a subject. `rules` may be a mutant's. */
export const engineSubject = (setup: Setup, rules: readonly Rule[] = setup.rules): Subject =>
  new EngineSubject(setup, attemptsUnder(setup, rules));

/** An engine that runs attempts. */
export class EngineSubject implements Subject {
  readonly id = 'engine';
  readonly attempts: readonly Attempt[];
  readonly before: WorldView;
  readonly after: WorldView;
  wordsBefore: Int32Array;
  words: Int32Array;
  readonly #setup: Setup;
  readonly #engine: Engine;
  readonly #bindBefore: (q: Int32Array) => void;
  readonly #bindAfter: (q: Int32Array) => void;

  constructor(setup: Setup, attempts: readonly Attempt[]) {
    const engine = setup.compiler.engine(attempts);
    this.#setup = setup;
    this.#engine = engine;
    this.attempts = attempts;
    this.words = engine.initial.slice();
    this.wordsBefore = engine.initial.slice();
    const before = viewOf<typeof SCHEMA, World>(setup.layout);
    const after = viewOf<typeof SCHEMA, World>(setup.layout);
    const { readings } = setup.preset;
    this.before = Object.assign(before.state, { readings });
    this.after = Object.assign(after.state, { readings });
    this.#bindBefore = (q) => before.bind(q);
    this.#bindAfter = (q) => after.bind(q);
    this.reset();
  }
  reset(): void {
    this.load(this.#engine.initial);
  }
  /** Goes to a state. */
  load(words: Int32Array): void {
    this.words.set(words);
    this.wordsBefore.set(words);
    this.#bindBefore(this.wordsBefore);
    this.#bindAfter(this.words);
  }
  attempt(n: number): number {
    const from = this.words;
    const to = this.wordsBefore;
    this.wordsBefore = from;
    this.words = to;
    this.#bindBefore(from);
    this.#bindAfter(to);
    const at = this.#engine.step(n, from, to);
    if (at < 0) throw new Error(`attempt: no case of attempt ${n} holds in the engine`);
    return at;
  }
  snapshot(): World {
    return { ...this.#setup.codec.unpack(this.words), readings: this.#setup.preset.readings };
  }
  writes(n: number, at: number): ReadonlySet<string> {
    return this.#engine.writes(n, at);
  }
}

/** The reference model as a subject. `rules` may be a mutant's. */
export function modelSubject(setup: Setup, rules: readonly Rule[] = setup.rules): Subject {
  return new ModelSubject(setup, attemptsUnder(setup, rules));
}

class ModelSubject implements Subject {
  readonly id = 'model';
  readonly attempts: readonly Attempt[];
  before: World;
  after: World;
  readonly words: Int32Array;
  readonly wordsBefore: Int32Array;
  readonly #setup: Setup;

  constructor(setup: Setup, attempts: readonly Attempt[]) {
    this.#setup = setup;
    this.attempts = attempts;
    this.words = new Int32Array(setup.layout.wordCount);
    this.wordsBefore = new Int32Array(setup.layout.wordCount);
    this.before = boot(setup.preset);
    this.after = this.before;
    this.reset();
  }
  reset(): void {
    this.before = boot(this.#setup.preset);
    this.after = this.before;
    this.#setup.codec.pack(this.after, this.words);
    this.wordsBefore.set(this.words);
  }
  attempt(n: number): number {
    const attempt = this.attempts[n];
    if (attempt === undefined) throw new Error(`attempt: no attempt ${n}`);
    const { at, world } = this.#setup.model.attempt(attempt, this.after);
    this.before = this.after;
    this.after = world;
    this.wordsBefore.set(this.words);
    if (world !== this.before) this.#setup.codec.pack(world, this.words);
    return at;
  }
  snapshot(): World {
    return this.after;
  }
  writes(): undefined {
    return undefined;
  }
}
