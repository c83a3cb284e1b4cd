/**
 * What a search has judged before, so that it need not be judged again.
 *
 * A property looks at few fields, so most states and steps are to it like one that it has seen. A watch keeps, in a table
 * with one place for each hash, the words before and after a step as far as the property looks at them. That
 * is exact: what is found there was judged. A screen asks many watches at once, in generated code; watches that look at
 * nearly the same share one that looks at all of it, and are asked only when that one finds news.
 */
import { generate } from '../../impl/engine/index.ts';

/** For each word, the bits that are looked at. */
type Mask = Int32Array;

/** What a screen is to tell apart. */
export interface Watched {
  /** The bits looked at before and after. */
  readonly mask: Mask;
  /** Of steps only those that change one of these bits are of interest; undefined: all. */
  readonly triggers: Mask | undefined;
  /** Of steps the bits that may differ after; undefined: all. */
  readonly writes?: Mask;
}
/** So many watches to a screen: the answer is one number. */
export const WATCHES_MAX = 31;
/** Places of a watch's table, and of one that all share; of states there are more to tell apart. */
const PLACES = { steps: 1 << 10, states: 1 << 14 } as const;
const PLACES_ALL = { steps: 1 << 12, states: 1 << 14 } as const;
/** Watches share one if together they look at no more bits: with more there is news too often. */
const SHARED_BITS = { steps: 20, states: 14 } as const;

/** Tells what is new in a step from `q[b]` to `out[j]`: a bit for each watch; what is new is known from then on. */
export interface Screen {
  news(q: Int32Array, b: number, out: Int32Array, j: number): number;
  /** Forgets what was last new to a watch. */
  forget(watch: number): void;
}

type News = (q: Int32Array, b: number, out: Int32Array, j: number) => number;

/** A screen for steps, or for states alone: then `out` is not looked at. */
export function screen(some: readonly Watched[], of: 'steps' | 'states'): Screen {
  if (some.length > WATCHES_MAX) throw new Error(`screen: ${some.length} watches`);
  // What decides whether a watch looks at all is among what it looks at, or one that shares with it could hide news.
  const watched = some.map((w) => ({ ...w, mask: withBits(w.mask, w.triggers) }));
  const tables: Int32Array[] = [];
  const at = new Int32Array(2 * watched.length);
  /** Adds a table; gives the code that asks it, and does `inner` where it finds news. */
  const ask = (w: Watched, inner: string, places: number = PLACES[of]): string => {
    const shape = shapeOf(w, of);
    const n = tables.push(new Int32Array(places * shape.keys.length).fill(-1)) - 1;
    return askText(shape, n, places, inner);
  };
  const tablesOf = watched.map((): number[] => []);
  /** Watches that share one, if they are several. */
  const askAll = (some: readonly number[], texts: readonly string[], places?: number): string => {
    if (texts.length === 1) return texts[0] as string;
    const text = ask(union(some.map((i) => watched[i] as Watched)), texts.join(''), places);
    for (const i of some) tablesOf[i]?.push(tables.length - 1);
    return text;
  };
  const texts = clusters(watched, of).map((some) => {
    const each = some.map((i) => {
      const text = ask(watched[i] as Watched, `n|=${1 << i};`);
      tablesOf[i]?.push(tables.length - 1);
      return text;
    });
    return askAll(some, each);
  });
  const body = watched.length === 0 ? '' : askAll([...watched.keys()], texts, PLACES_ALL[of]);
  const words = [...(watched[0]?.mask.keys() ?? [])];
  const read = (name: string, from: string): string =>
    words.map((w) => `const ${name}${w}=${from}${w === 0 ? '' : `+${w}`}];`).join('');
  const loads = `${read('q', 'q[b')}${of === 'steps' ? read('o', 'out[j') : ''}`;
  const names = Object.fromEntries(tables.map((t, i) => [`t${i}`, t]));
  const text = `return(function(q,b,out,j){let n=0;${loads}${body}return n;})`;
  return {
    news: generate<News>(text, { ...names, at }),
    forget: (i) => {
      for (const t of tablesOf[i] ?? []) (tables[t] as Int32Array)[at[t] as number] = -1;
    },
  };
}

/** What a watch compares, as code. */
interface Shape {
  /** The numbers that a place holds. */
  readonly keys: readonly string[];
  /** The test without which it does not look; empty: none. */
  readonly guard: string;
}
function shapeOf({ mask, triggers, writes }: Watched, of: 'steps' | 'states'): Shape {
  const used = (name: string, m: Mask): string[] =>
    [...m.entries()].flatMap(([w, bits]) => (bits === 0 ? [] : [`${name}${w}&${bits}`]));
  const keys = [...used('q', mask), ...(of === 'steps' ? used('o', both(mask, writes)) : [])];
  const touched = [...both(triggers ?? NO_MASK, writes).entries()].flatMap(([w, bits]) =>
    bits === 0 ? [] : [`(q${w}^o${w})&${bits}`],
  );
  return {
    // Nothing is looked at: one place is enough, and what is in it says whether it was judged.
    keys: keys.length === 0 ? ['0'] : keys,
    guard: triggers === undefined ? '' : `if((${touched.join('|') || '0'})!==0)`,
  };
}
const NO_MASK: Mask = new Int32Array(0);

function askText({ keys, guard }: Shape, n: number, places: number, inner: string): string {
  const consts = keys.map((text, k) => `const k${k}=${text};`).join('');
  // The products do not wait for one another; their factors are odd, and differ.
  const hash = keys.map((_, k) => `Math.imul(k${k},${Math.imul(0x9e3779b1, 2 * k + 1)})`).join('^');
  const same = keys.map((_, k) => `t${n}[h+${k}]===k${k}`).join('&&');
  const stores = keys.map((_, k) => `t${n}[h+${k}]=k${k};`).join('');
  return `${guard}{${consts}let h=${hash};h=((h^h>>>15)>>>2&${places - 1})*${keys.length};
if(!(${same})){${stores}at[${n}]=h;${inner}}}`;
}

/** Groups of watches, by number, each of which looks at few bits in all. */
function clusters(watched: readonly Watched[], of: 'steps' | 'states'): readonly number[][] {
  const found: { some: number[]; all: Watched }[] = [];
  const bySize = [...watched.keys()].toSorted(
    (a, b) => size(watched[b] as Watched, of) - size(watched[a] as Watched, of),
  );
  for (const i of bySize) {
    const w = watched[i] as Watched;
    const home = found.find(({ all }) => {
      const isSame = (all.triggers === undefined) === (w.triggers === undefined);
      const together = size(union([all, w]), of);
      return isSame && together <= Math.max(size(all, of), SHARED_BITS[of]);
    });
    if (home === undefined) found.push({ some: [i], all: w });
    else {
      home.some.push(i);
      home.all = union([home.all, w]);
    }
  }
  return found.map(({ some }) => some);
}
function union(some: readonly Watched[]): Watched {
  const [first] = some as [Watched];
  const any = (masks: readonly Mask[]): Mask =>
    (masks[0] as Mask).map((_, w) => masks.reduce((bits, m) => bits | (m[w] as number), 0));
  const triggers = some.flatMap((s) => s.triggers ?? []);
  return {
    ...first,
    mask: any(some.map((s) => s.mask)),
    triggers: triggers.length === some.length ? any(triggers) : undefined,
  };
}
/** The bits that a watch looks at. */
const size = ({ mask, writes }: Watched, of: 'steps' | 'states'): number =>
  bitsOf(mask) + (of === 'steps' ? bitsOf(both(mask, writes)) : 0);
const both = (mask: Mask, other: Mask | undefined): Mask =>
  other === undefined ? mask : mask.map((bits, w) => bits & (other[w] as number));
const withBits = (mask: Mask, other: Mask | undefined): Mask =>
  other === undefined ? mask : mask.map((bits, w) => bits | (other[w] as number));
const bitsOf = (mask: Mask): number =>
  mask.reduce((n, word) => {
    let bits = 0;
    for (let rest = word; rest !== 0; rest &= rest - 1) bits++;
    return n + bits;
  }, 0);
