/**
 * Breadth-first search of everything that an engine can reach, level by level.
 *
 * What it says depends neither on the order within a level nor on the number of threads: counts, the violations of the first
 * level that has any, and for each a shortest trace, of all such traces the one whose states and attempts come first.
 */
import type { Engine } from '../compile.ts';
import { type Crew, others } from './crew.ts';
import { type Exploration, reached } from './reached.ts';
import { commonOf, Search, type SearchOptions } from './search.ts';

export interface ExploreOptions extends SearchOptions {
  /** Threads that search with this one; none, if there are none. */
  readonly crew?: Crew;
}

/** Searches all states that an engine can reach, in this thread alone. */
export function explore(engine: Engine, options: SearchOptions): Exploration {
  const search = new Search(engine, options, commonOf(engine, options, 1), 0);
  const run = search.run();
  for (;;) {
    const { done, value } = run.next();
    if (done) return reached(engine, options.canonical, search.store, [value]);
  }
}
/** The same with pauses, given by `pause`, in which others may act (a signal be noticed, say), and perhaps with other threads. */
export async function explorePausing(
  engine: Engine,
  options: ExploreOptions,
  pause: () => Promise<unknown>,
): Promise<Exploration> {
  const { others: count = 0, isAwaited } = options.crew ?? {};
  const common = commonOf(engine, options, 1 + count, isAwaited);
  const crew = others(options.crew, common);
  const search = new Search(engine, options, common, 0);
  const run = search.run();
  try {
    for (;;) {
      const { done, value } = run.next();
      if (done) {
        const results = value.parts === 1 ? [] : await crew.results;
        return reached(engine, options.canonical, search.store, [value, ...results]);
      }
      await pause();
      crew.check();
    }
  } catch (error) {
    // What made another part fail says more than that one did.
    await pause();
    crew.check();
    throw error;
  } finally {
    crew.end();
  }
}
