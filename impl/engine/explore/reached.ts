/** What a search has reached, all parts together: its states level by level, and the ways to them. */
import type { Engine } from '../compile.ts';
import type { Blocks } from './blocks.ts';
import { compare, type Found, isAt, keepFirst } from './found.ts';
import type { List } from './lists.ts';
import type { Covered, End, PartResult, SearchOptions } from './search.ts';

export interface Exploration {
  readonly end: End;
  readonly states: number;
  /** Steps that `succ` gave. */
  readonly transitions: number;
  /** What the states stand for, and the steps from those looked at: the same numbers, unless `canonical` is used. */
  readonly covered: Covered;
  /** Steps to the farthest state. */
  readonly depth: number;
  /** All states within so many steps were found and judged, and all steps that lead to one of them; −1: none. */
  readonly within: number;
  /** States first reached at each depth. */
  readonly levels: readonly number[];
  readonly bytes: number;
  /** For each thing violated the first violation. */
  readonly found: readonly Found[];
  has(words: Int32Array): boolean;
  /** The words of a state. States have numbers level by level. */
  words(n: number): Int32Array;
  /** The attempts and cases (`via`) of a shortest way to a state; of all such ways one that does not depend on the parts. */
  wayTo(words: Int32Array): readonly number[];
}

interface Part {
  readonly list: List;
  /** The number of the first state of each level, and that after the last one. */
  readonly starts: readonly number[];
}

export function reached(
  engine: Engine,
  canonical: SearchOptions['canonical'],
  store: Blocks,
  results: readonly PartResult[],
): Exploration {
  const parts = results.map(({ standing, count }, p): Part => {
    return { list: store.lists[p] as List, starts: [...standing.starts, count] };
  });
  const { end, standing } = results[0] as PartResult;
  const sum = (of: (p: Part) => number): number => parts.reduce((n, p) => n + of(p), 0);
  const levels = standing.starts.map((_, i) => sum((p) => sizeOf(p, i)));
  const found = new Map<number, Found>();
  for (const r of results) for (const f of r.standing.found) keepFirst(found, f);
  const depth = levels.length - 1;
  return {
    end,
    states: results.reduce((n, r) => n + r.count, 0),
    transitions: results.reduce((n, r) => n + r.standing.transitions, 0),
    covered: {
      states: results.reduce((n, r) => n + r.covered.states, 0),
      transitions: results.reduce((n, r) => n + r.covered.transitions, 0),
    },
    depth,
    within: standing.phase === 'look' ? depth : depth - 1,
    levels,
    bytes: store.bytes,
    found: [...found.values()].toSorted((a, b) => a.violated - b.violated),
    has: (words) => store.has(words),
    words: (n) => wordsOf(parts, levels, n),
    wayTo: (words) => wayTo(engine, canonical, parts, words),
  };
}
const startOf = ({ starts }: Part, level: number): number => starts[level] as number;
const sizeOf = (p: Part, level: number): number => startOf(p, level + 1) - startOf(p, level);

function wordsOf(parts: readonly Part[], levels: readonly number[], n: number): Int32Array {
  let rest = n;
  let level = 0;
  while (level < levels.length && rest >= (levels[level] as number)) {
    rest -= levels[level] as number;
    level++;
  }
  for (const p of level < levels.length && n >= 0 ? parts : []) {
    if (rest < sizeOf(p, level)) return p.list.words(startOf(p, level) + rest);
    rest -= sizeOf(p, level);
  }
  throw new Error(`explore: no state ${n} of ${levels.reduce((a, b) => a + b, 0)}`);
}

/** Goes back from a state, level by level; of the states that lead there the first in order of words. */
function wayTo(
  engine: Engine,
  canonical: SearchOptions['canonical'],
  parts: readonly Part[],
  words: Int32Array,
): readonly number[] {
  const way: number[] = [];
  let target = words;
  for (let level = levelOf(parts, words); level > 0; level--) {
    const steps = parts.flatMap((p) => stepTo(engine, canonical, p, target, level - 1) ?? []);
    const [step] = steps.toSorted((a, b) => compare(a.state, b.state));
    if (step === undefined) throw new Error(`explore: nothing leads to [${target.join()}]`);
    way.push(step.via);
    target = step.state;
  }
  return way.reverse();
}
function levelOf(parts: readonly Part[], words: Int32Array): number {
  for (const { list, starts } of parts) {
    for (let n = 0; n < (starts.at(-1) as number); n++) {
      if (isAt(words, list.segmentOf(n), list.offsetOf(n))) {
        return starts.findLastIndex((start) => start <= n);
      }
    }
  }
  throw new Error(`explore: state [${words.join()}] was not reached`);
}
interface StepTo {
  readonly state: Int32Array;
  readonly via: number;
}
function stepTo(
  engine: Engine,
  canonical: SearchOptions['canonical'],
  p: Part,
  target: Int32Array,
  level: number,
): StepTo | undefined {
  const { list } = p;
  const { stride } = engine;
  const out = new Int32Array(engine.succLengthMax);
  let best: StepTo | undefined;
  for (let n = startOf(p, level); n < startOf(p, level + 1); n++) {
    const length = engine.succ(list.segmentOf(n), list.offsetOf(n), out);
    canonical?.(out, length, stride);
    for (let j = 0; j < length; j += stride) {
      if (!isAt(target, out, j)) continue;
      const step = { state: list.words(n), via: out[j + stride - 1] as number };
      if (best === undefined || compare(step.state, best.state) < 0) best = step;
      break;
    }
  }
  return best;
}
