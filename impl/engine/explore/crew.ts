/**
 * Threads that search with the one that began.
 *
 * A thread runs an entry module of the caller, which makes the same engine there and calls `serve`: generated code cannot be
 * sent. The entry is a source file in a checkout and a compiled one in the published package.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Engine } from '../compile.ts';
import { type Common, type PartResult, Search, type SearchOptions } from './search.ts';

export interface Crew {
  /** How many threads beside the present one. */
  readonly others: number;
  /** A module that calls `serve`; see `beside`. */
  readonly entry: URL;
  /** What it is given to make its part of; can be sent to a thread. */
  readonly data: unknown;
  /** Whether the search waits until they are loaded; otherwise it begins without them, and may come to its end before. */
  readonly isAwaited?: boolean;
  /** Called with the summary of each other part that came, when the search has ended. */
  readonly hear?: (summary: unknown) => void;
}
/** What an entry module makes of its data. */
interface Member {
  readonly engine: Engine;
  readonly options: SearchOptions;
  /** What the others are told when the search has ended, apart from states and violations. */
  readonly summary?: () => unknown;
}
interface Start {
  readonly entry: string;
  readonly common: Common;
  readonly part: number;
  readonly data: unknown;
}
interface Answer {
  readonly result: PartResult;
  readonly summary: unknown;
}

/** The module of a name beside another one, in a checkout and in the package: `beside(import.meta.url, 'worker')`. */
export function beside(module: string, name: string): URL {
  const { href, pathname } = new URL(module);
  // What loads sources may put a query behind the name.
  return new URL(`./${name}${pathname.slice(pathname.lastIndexOf('.'))}`, href);
}

/** Searches a part, in a thread that was started for it. */
export function serve<D>(make: (data: D, part: number) => Member): void {
  const { common, part, data } = workerData as Omit<Start, 'data'> & { readonly data: D };
  const { engine, options, summary } = make(data, part);
  const run = new Search(engine, options, common, part).run();
  for (;;) {
    const { done, value } = run.next();
    if (!done) continue;
    const answer: Answer = { result: value, summary: summary?.() };
    parentPort?.postMessage(answer);
    return;
  }
}

/** The other threads, as the first one sees them. */
interface Others {
  /** Rejected when one of them fails. */
  readonly results: Promise<readonly PartResult[]>;
  /** Throws what made one of them fail. */
  check(): void;
  end(): void;
}
export function others(crew: Crew | undefined, common: Common): Others {
  const workers = Array.from({ length: common.table.parts - 1 }, (_, i) => {
    const { entry, data } = crew as Crew;
    const start: Start = { entry: entry.href, common, part: i + 1, data };
    return new Worker(starterOf(entry), { workerData: start });
  });
  let failed: { readonly error: unknown } | undefined;
  const answers = workers.map(
    (w) =>
      new Promise<Answer>((resolve, reject) => {
        w.once('message', resolve);
        w.once('error', (error) => {
          failed ??= { error };
          reject(error);
        });
      }),
  );
  const results = Promise.all(answers).then((all) =>
    all.map(({ result, summary }) => {
      crew?.hear?.(summary);
      return result;
    }),
  );
  // It is waited for at the end only.
  results.catch(() => undefined);
  return {
    results,
    check: () => {
      if (failed !== undefined) throw failed.error;
    },
    end: () => {
      for (const w of workers) void w.terminate();
    },
  };
}
/** A thread cannot run TypeScript by itself on every Node: sources are started by a module that can. */
const starterOf = (entry: URL): URL =>
  entry.href.endsWith('.ts') ? new URL('./start-source.mjs', import.meta.url) : entry;
