/**
 * How much of the heap a TLP takes on its whole way: `node --expose-gc --import tsx heap.fixture.ts [leak]`
 * prints the bytes for each TLP, by kind of traffic.
 *
 * The cipher is left out, so that what is counted is the stack's own. With `leak` each TLP allocates
 * one small object on top: a measurement that does not show it is worth nothing.
 */
import { openLink, traffic } from './traffic.fixture.ts';

/** TLPs between two looks at the heap: few, so that seldom a collection comes between. */
const BATCH = 1000;
const BATCHES = 200;
const WARM_UP = 50_000;
const leaks = process.argv.includes('leak');
const last: { leaked: object } = { leaked: {} };

/** The middle one of many looks: compiling allocates at times, and a collection makes the heap shrink. */
function heapOf(once: () => void): number {
  for (let i = 0; i < WARM_UP; i++) once();
  globalThis.gc?.();
  const grown: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < BATCH; i++) {
      once();
      if (leaks) last.leaked = { i };
    }
    grown.push((process.memoryUsage().heapUsed - before) / BATCH);
  }
  return grown.sort((a, b) => a - b)[BATCHES / 2] ?? Number.NaN;
}

const heap = Object.entries(traffic(64, openLink)).map(([name, { once }]) => [name, heapOf(once)]);
console.log(JSON.stringify(Object.fromEntries(heap)));
