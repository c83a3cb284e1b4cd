/**
 * Which columns of a layout change most, so that their bits should lie lowest: states that differ in nothing
 * else then share a block of the store (blocks.ts).
 *
 * The first states of a search are looked at. Columns are ranked by how often a step changes them; so many of them are
 * taken as make the store smallest for what was seen.
 */
import type { Engine } from '../compile.ts';
import { indices, type Layout, placeOf } from '../layout.ts';
import { Blocks, memoryOf } from './blocks.ts';

/** How states are to be packed and divided for a search. */
export interface Plan {
  /** Keys of the columns that get the lowest bits, for `layout`. */
  readonly first: readonly string[];
  readonly lowBits: number;
}

const SAMPLE_STATES = 1 << 15;
const LOW_BITS_MIN = 5;
const LOW_BITS_MAX = 17;

/** Looks at a sample of the states. */
export function planOf(engine: Engine): Plan {
  const { layout } = engine;
  const { states, flips } = sampleOf(engine);
  const ranked = [...layout.columns.values()]
    .filter((c) => c.bits > 0 && c.split === 0)
    .map((c) => ({ key: c.key, bits: c.bits * product(c.sizes), mask: maskOf(layout, c.key) }))
    .map((c) => ({ ...c, rate: flipsIn(flips, c.mask) / c.bits }))
    .filter((c) => c.rate > 0)
    .toSorted((a, b) => b.rate - a.rate);
  let mask = new Int32Array(layout.wordCount).fill(-1);
  let best = {
    first: [] as string[],
    lowBits: LOW_BITS_MIN,
    bytes: bytesFor(states, mask, LOW_BITS_MIN),
  };
  const first: string[] = [];
  let lowBits = 0;
  for (const c of ranked) {
    if (lowBits + c.bits > LOW_BITS_MAX) continue;
    first.push(c.key);
    lowBits += c.bits;
    mask = mask.map((m, w) => m & ~(c.mask[w] as number));
    const bytes = bytesFor(states, mask, Math.max(lowBits, LOW_BITS_MIN));
    if (bytes < best.bytes)
      best = { first: [...first], lowBits: Math.max(lowBits, LOW_BITS_MIN), bytes };
  }
  return { first: best.first, lowBits: best.lowBits };
}
/** Bytes that the set takes for these states when the bits outside the mask are the low ones. */
const bytesFor = (states: Int32Array, mask: Int32Array, lowBits: number): number =>
  distinct(states, mask) * (2 ** lowBits / 8 + 4 * mask.length + 8);

const product = (ns: readonly number[]): number => ns.reduce((a, b) => a * b, 1);

interface Sample {
  /** The first states of a breadth-first search, one after another. */
  readonly states: Int32Array;
  /** How often a step changed each bit of each word. */
  readonly flips: Int32Array;
}
function sampleOf(engine: Engine): Sample {
  const width = engine.stride - 1;
  const found = new Blocks(memoryOf({ width, lowBits: LOW_BITS_MIN }, 1));
  found.take(engine.initial, 0, width, width);
  const out = new Int32Array(engine.succLengthMax);
  const flips = new Int32Array(width * 32);
  for (let n = 0; n < found.count && found.count < SAMPLE_STATES; n++) {
    const from = found.list.segmentOf(n);
    const at = found.list.offsetOf(n);
    const end = engine.succ(from, at, out);
    for (let j = 0; j < end; j += engine.stride) {
      for (let w = 0; w < width; w++) {
        let bits = (from[at + w] as number) ^ (out[j + w] as number);
        for (; bits !== 0; bits &= bits - 1) {
          const place = w * 32 + 31 - Math.clz32(bits & -bits);
          flips[place] = (flips[place] as number) + 1;
        }
      }
    }
    found.take(out, 0, end, engine.stride);
  }
  const states = new Int32Array(Math.min(found.count, SAMPLE_STATES) * width);
  let at = 0;
  for (const run of found.list.runs(0, states.length / width)) {
    states.set(run, at);
    at += run.length;
  }
  return { states, flips };
}
const flipsIn = (flips: Int32Array, mask: Int32Array): number =>
  flips.reduce((sum, n, i) => sum + (((mask[i >>> 5] as number) >>> (i & 31)) & 1) * n, 0);

/** The bits of a column, by word. */
function maskOf(layout: Layout, key: string): Int32Array {
  const mask = new Int32Array(layout.wordCount);
  const column = layout.columns.get(key);
  if (column === undefined) throw new Error(`planOf: no column ${key}`);
  for (const index of indices(column.sizes)) {
    const { word, shift } = placeOf(column, index);
    mask[word] = (mask[word] as number) | ((2 ** column.bits - 1) << shift);
  }
  return mask;
}

/** How many of the states differ under a mask. */
function distinct(states: Int32Array, mask: Int32Array): number {
  const width = mask.length;
  const seen = new Set<number>();
  for (let at = 0; at < states.length; at += width) {
    // Two hashes side by side: 53 bits are enough to count a few thousand states.
    let a = 0;
    let b = 0;
    for (let w = 0; w < width; w++) {
      const x = (states[at + w] as number) & (mask[w] as number);
      a = Math.imul(a ^ x, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ x, 0x85ebca6b);
      b ^= b >>> 13;
    }
    seen.add((a >>> 0) * 2 ** 21 + (b >>> 11));
  }
  return seen.size;
}
