/**
 * Searches that are gone on with after the process ended, however it ended.
 *
 * Each part appends its states to a file of its own and writes where it stands beside it; when all parts have, the header takes the
 * place of the old one in one step. It says how many states of each file count, so what a killed process wrote after the
 * last header is cut off.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { performance } from 'node:perf_hooks';
import * as v from 'valibot';
import type { Engine, ExploreOptions, Keeping, Kept, Standing } from '../../impl/engine/index.ts';
import { version } from '../cli/version.ts';
import { UsageError } from '../errors.ts';
import type { ExhaustiveJudge } from './exhaustive-judge.ts';
import type { Checkpointed, Order, Task } from './prepared.ts';

/** A checkpoint may take one part of so many of the time. */
const SHARE = 20;
const CHUNK_WORDS = 1 << 18;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const numbers = v.array(v.pipe(v.number(), v.integer()));
const PART = v.object({
  states: count,
  standing: v.object({
    starts: v.array(count),
    levelEnd: count,
    phase: v.picklist(['judge', 'look']),
    next: count,
    transitions: count,
    covered: v.object({ states: count, transitions: count }),
    found: v.array(
      v.object({ violated: count, length: count, state: numbers, via: v.nullable(count) }),
    ),
  }),
  /** What the judge has seen; it knows itself what that is. */
  seen: v.unknown(),
});
type Part = v.InferOutput<typeof PART>;
const HEADER = v.object({
  format: v.literal('tdicheck-search'),
  version: v.literal(1),
  /** What was searched, for a message; and all of it, as a hash. */
  backend: v.string(),
  preset: v.string(),
  search: v.string(),
  /** What decides it, each as a hash: to tell what differs. */
  options: v.record(v.string(), v.string()),
  parts: v.array(PART),
});

const hashOf = (x: unknown): string => createHash('sha256').update(JSON.stringify(x)).digest('hex');
const searchOf = (task: Task): string => hashOf([version(), task]);
/** What decides a search, in the order in which it is told: what comes later may differ because of what comes before. */
function optionsOf(task: Task): Readonly<Record<string, string>> {
  const { readings, ...preset } = task.preset;
  return {
    'the version of tdicheck': hashOf(version()),
    '--backend': hashOf(task.backend),
    '--preset': hashOf(preset),
    '--mutant': hashOf(task.rules),
    '--reading': hashOf(readings),
    '--grep': hashOf(task.properties),
    '--symmetry': hashOf(task.isSymmetric),
  };
}
const statesFile = (file: string, part: number): string => `${file}.${part}.states`;
const partFile = (file: string, part: number): string => `${file}.${part}.json`;

/** The checkpoints of one part of a search; the first part also writes the header. */
export class Checkpoint {
  readonly #at: Checkpointed;
  readonly #task: Task;
  readonly #part: number;
  readonly #parts: number;
  /** States that the file holds. */
  #written = 0;
  #before = 0;
  #failure: string | undefined;
  #hasHeader: boolean;
  #last = performance.now();
  #pause: number;

  readonly #width: number;

  /** `width`: the words of a state. */
  constructor(at: Checkpointed, task: Task, part: number, parts: number, width: number) {
    this.#at = at;
    this.#task = task;
    this.#part = part;
    this.#parts = parts;
    this.#width = width;
    this.#pause = at.every;
    this.#hasHeader = at.isResumed;
  }
  /** The file to go on from; null: nothing is kept. */
  get kept(): string | null {
    return this.#hasHeader ? this.#at.file : null;
  }
  /** States that were known before this run, once it is loaded. */
  get before(): number {
    return this.#before;
  }
  /** Why no more is kept, after a write that failed. */
  get failure(): string | undefined {
    return this.#failure;
  }
  /**
   * For a search: keeps its states, where it stands, and what `seen` gives. A write that fails ends the keeping and not the
   * search: what was kept before stays as it was.
   */
  keeping(seen: () => unknown): Keeping {
    return {
      isDue: () => this.#failure === undefined && performance.now() - this.#last > this.#pause,
      part: (store, standing) => {
        // A header of parts of different moments would be wrong: without this file it is not written.
        this.#tried(() => rmSync(partFile(this.#at.file, this.#part), { force: true }));
        this.#tried(() =>
          this.#keep(store.list.runs(this.#written, store.count), standing, seen()),
        );
      },
      all: (parts) => this.#tried(() => this.#writeHeader(parts)),
    };
  }
  #tried(write: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      write();
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }
  /**
   * What was kept of this part: to go on from, and what had been seen. Undefined: it was not there yet. Throws a UsageError if it
   * is of another search.
   */
  load(): { kept: Kept; seen: unknown } | undefined {
    const width = this.#width;
    const { parts } = headerOf(this.#at.file, this.#task, this.#parts);
    // By symmetry a state that was kept may stand for several.
    this.#before = parts.reduce((n, p) => n + Math.max(p.states, p.standing.covered.states), 0);
    const part = parts[this.#part];
    if (part === undefined) return undefined;
    const { states, standing, seen } = part;
    const path = statesFile(this.#at.file, this.#part);
    const bytes = states * width * 4;
    try {
      if (statSync(path).size < bytes) throw new Error(`it has fewer than ${states} states`);
      truncateSync(path, bytes);
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new UsageError(
        `cannot go on from ${this.#at.file}`,
        isMissing ? `${path}, which is part of it, is not there` : `${path}: ${messageOf(error)}`,
      );
    }
    this.#written = states;
    const found = standing.found.map((f) => ({
      ...f,
      state: Int32Array.from(f.state),
      via: f.via ?? undefined,
    }));
    return { kept: { standing: { ...standing, found }, states: statesIn(path, width) }, seen };
  }
  /** Removes what was kept: the search has come to its end. */
  remove(): void {
    const { file } = this.#at;
    const parts = Array.from({ length: this.#parts }, (_, p) => p);
    const paths = parts.flatMap((p) => [statesFile(file, p), partFile(file, p)]);
    for (const path of [file, `${file}.next`, ...paths])
      try {
        rmSync(path, { force: true });
      } catch (error) {
        this.#failure = messageOf(error);
      }
  }
  #keep(runs: Iterable<Int32Array>, standing: Standing, seen: unknown): void {
    const began = performance.now();
    const file = openSync(statesFile(this.#at.file, this.#part), this.#written === 0 ? 'w' : 'a');
    try {
      for (const run of runs) {
        // A copy, because no file takes shared memory.
        const bytes = new Uint8Array(run.slice().buffer);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        this.#written += run.length / this.#width;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const found = standing.found.map((f) => ({ ...f, state: [...f.state], via: f.via ?? null }));
    const part: Part = {
      states: this.#written,
      standing: { ...standing, starts: [...standing.starts], found },
      seen,
    };
    writeFileSync(partFile(this.#at.file, this.#part), JSON.stringify(part));
    this.#last = performance.now();
    this.#pause = Math.max(this.#at.every, SHARE * (this.#last - began));
  }
  /** Of the parts that are there: threads that were not loaded yet have nothing to keep. */
  #writeHeader(count: number): void {
    const { file } = this.#at;
    const parts = Array.from({ length: count }, (_, p) =>
      JSON.parse(readFileSync(partFile(file, p), 'utf8')),
    );
    const header = {
      format: 'tdicheck-search',
      version: 1,
      backend: this.#task.backend.id,
      preset: this.#task.preset.id,
      search: searchOf(this.#task),
      options: optionsOf(this.#task),
      parts,
    };
    const next = `${file}.next`;
    writeFileSync(next, JSON.stringify(header), { flush: true });
    renameSync(next, file);
    this.#hasHeader = true;
  }
}

/**
 * Throws a UsageError unless a search can be kept in a new file: nothing that is there is written over. Permission bits do
 * not tell (read-only mounts, root), so it is tried beside the file, which itself is never there unless it is whole.
 */
export function assertNew(file: string): void {
  const next = `${file}.next`;
  const refused = (why: string, expected: string): UsageError =>
    new UsageError(
      `--checkpoint ${JSON.stringify(file)} cannot be written to`,
      why,
      `expected a new file${expected}`,
    );
  const there = [file, next, statesFile(file, 0), partFile(file, 0)].find((f) => existsSync(f));
  if (there !== undefined)
    throw refused(
      `${there} is there already`,
      '; --resume FILE goes on with a search that was kept',
    );
  try {
    closeSync(openSync(next, 'wx'));
  } catch (error) {
    throw refused(messageOf(error), ' in a folder that exists');
  }
  rmSync(next);
}

/** What a part of a search needs to be kept, and to go on; nothing, if it is not kept. */
export function checkpointed(
  { task, workers, checkpoint: at }: Order,
  part: number,
  engine: Engine,
  judge: ExhaustiveJudge,
): { checkpoint: Checkpoint | undefined; options: Pick<ExploreOptions, 'keeping' | 'kept'> } {
  if (at === undefined) return { checkpoint: undefined, options: {} };
  const checkpoint = new Checkpoint(at, task, part, workers, engine.stride - 1);
  const keeping = checkpoint.keeping(() => judge.seen);
  if (!at.isResumed) return { checkpoint, options: { keeping } };
  const loaded = checkpoint.load();
  if (loaded === undefined) return { checkpoint, options: { keeping } };
  // Written by the same judge: the header says that the search is the same.
  judge.add(loaded.seen as ExhaustiveJudge['seen']);
  return { checkpoint, options: { keeping, kept: loaded.kept } };
}

function headerOf(file: string, task: Task, parts: number): v.InferOutput<typeof HEADER> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      `cannot go on from ${file}`,
      isMissing ? 'there is no such file' : messageOf(error),
      EXPECTED,
    );
  }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), HEADER), text);
  if (!read.success) throw new UsageError(`${file} is no kept search`, EXPECTED);
  const header = read.output;
  const { backend, preset, search, options } = header;
  if (header.parts.length > parts)
    throw new UsageError(
      `${file} was searched by ${header.parts.length} threads`,
      `expected --workers ${header.parts.length}, or more`,
    );
  if (search !== searchOf(task)) {
    const differs = Object.entries(optionsOf(task)).find(([name, is]) => options[name] !== is)?.[0];
    throw new UsageError(
      `${file} is another search: of ${backend}, preset ${preset}`,
      `what differs is ${differs ?? 'the program: its sources were changed'}`,
      'expected the options of before, and the same version of tdicheck',
    );
  }
  return header;
}
const EXPECTED = 'expected a file that --checkpoint wrote';
const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
/** The states of a file, so many at once. */
function* statesIn(path: string, width: number): Generator<Int32Array> {
  const file = openSync(path, 'r');
  try {
    const words = new Int32Array(Math.floor(CHUNK_WORDS / width) * width);
    for (;;) {
      const bytes = readSync(file, words);
      if (bytes === 0) return;
      if (bytes % (4 * width) !== 0)
        throw new UsageError(`cannot go on from ${path}`, 'it ends within a state');
      yield words.subarray(0, bytes / 4);
    }
  } finally {
    closeSync(file);
  }
}
