/**
 * What a search has judged before, so that it need not be judged again.
 *
 * A property looks at few fields, so most states and steps are to it like one that it has seen. A watch keeps, in a table
 * with one place for each hash, the words before and after a step as far as the property looks at them. That
 * is exact: what is found there was judged. A screen asks many watches at once, in generated code.
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
}
/** So many watches to a screen: the answer is one number. */
export const WATCHES_MAX = 31;
/** Places of a table; of states there are more to tell apart. */
const PLACES = { steps: 1 << 10, states: 1 << 14 } as const;

/** Tells what is new in a step from `q[b]` to `out[j]`: a bit for each watch; what is new is known from then on. */
export interface Screen {
  news(q: Int32Array, b: number, out: Int32Array, j: number): number;
  /** Forgets what was last new to a watch. */
  forget(watch: number): void;
}

interface Tables {
  readonly tables: readonly Int32Array[];
  /** The place in its table where each watch looked last. */
  readonly at: Int32Array;
}
type News = (q: Int32Array, b: number, out: Int32Array, j: number) => number;

/** A screen for steps, or for states alone: then `out` is not looked at. */
export function screen(watched: readonly Watched[], of: 'steps' | 'states'): Screen {
  if (watched.length > WATCHES_MAX) throw new Error(`screen: ${watched.length} watches`);
  const shapes = watched.map((w) => shapeOf(w, of));
  const own: Tables = {
    tables: shapes.map(({ size }) => new Int32Array(PLACES[of] * size).fill(-1)),
    at: new Int32Array(watched.length),
  };
  const names = Object.fromEntries(own.tables.map((t, i) => [`t${i}`, t]));
  const body = shapes.map(({ text }, i) => text(i)).join('\n');
  const news = generate<News>(`return(function(q,b,out,j){let n=0;${body}\nreturn n;})`, {
    ...names,
    at: own.at,
  });
  return {
    news,
    forget: (i) => {
      (own.tables[i] as Int32Array)[own.at[i] as number] = -1;
    },
  };
}

interface Shape {
  /** Numbers that a place holds. */
  readonly size: number;
  readonly text: (i: number) => string;
}
function shapeOf({ mask, triggers }: Watched, of: 'steps' | 'states'): Shape {
  const words = [...mask.keys()].filter((w) => mask[w] !== 0);
  const parts = [
    ...words.map((w) => `q[b+${w}]&${mask[w]}`),
    ...(of === 'steps' ? words.map((w) => `out[j+${w}]&${mask[w]}`) : []),
  ];
  // Nothing is looked at: one place is enough, and what is in it says whether it was judged.
  const keys = parts.length === 0 ? ['0'] : parts;
  const touched = [...(triggers ?? []).keys()]
    .filter((w) => triggers?.[w] !== 0)
    .map((w) => `(q[b+${w}]^out[j+${w}])&${triggers?.[w]}`);
  const guard = triggers === undefined ? '' : `if((${touched.join('|') || '0'})!==0)`;
  return {
    size: keys.length,
    text: (i) => {
      const hash = keys.map((_, k) => `h=Math.imul(h^k${k},${0x9e3779b1 | 0});h^=h>>>15;`).join('');
      const same = keys.map((_, k) => `t${i}[h+${k}]===k${k}`).join('&&');
      const stores = keys.map((_, k) => `t${i}[h+${k}]=k${k};`).join('');
      return `${guard}{${keys.map((text, k) => `const k${k}=${text};`).join('')}let h=0;${hash}
h=(h&${PLACES[of] - 1})*${keys.length};if(!(${same})){${stores}at[${i}]=h;n|=${1 << i};}}`;
    },
  };
}
