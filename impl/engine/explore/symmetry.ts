/**
 * States that differ in the names of members only, and the one of them that is kept.
 *
 * Members of some sorts are alike: whatever one guest can do, the other can. Exchanging two of them in a state exchanges
 * their rows in every column that the sort indexes, and their codes in every reference to them; owners, senders and ghosts
 * are references like any other, so all change together. The states that exchanges make of one are its orbit.
 *
 * Episodes need no exchange of their own: a reference to one says none, stale or current, and moves with its row.
 *
 * That members are alike is declared; it is sound only where no rule tells them apart (symmetry-check.ts).
 */
import { generate } from '../generate.ts';
import type { Layout } from '../layout.ts';
import { canonicalText, orbitText, tourOf } from './symmetry-canonical.ts';
import { type Exchange, exchangeOf, exchangeText, wordsOf } from './symmetry-exchange.ts';

/** The sorts whose members are alike, and from which member on: `{ Guest: 0, Tdi: 1 }`. */
export type Alike = Readonly<Record<string, number>>;

/** What renaming members makes of states. */
export interface Symmetry {
  /** Exchanges of neighbours; any renaming is some of them, one after another. */
  readonly exchanges: readonly Pick<Exchange, 'sort' | 'member'>[];
  /** Exchanges, by number, that lead from a state through all its renamings, each made once. */
  readonly tour: readonly number[];
  /**
   * Puts in place of each state in `out`, from 0 to `end` and `stride` apart, the one that stands for its orbit.
   */
  canonical(out: Int32Array, end: number, stride: number): void;
  /** How many states the orbit of the one at `words[at]` has. */
  orbit(words: Int32Array, at: number): number;
  /** Makes an exchange, by its number, in the state at `words[at]`. */
  exchange(n: number, words: Int32Array, at: number): void;
}

/** The symmetry of a layout. A sort of which no two members are alike adds nothing to it. */
export function symmetryOf(layout: Layout, alike: Alike): Symmetry {
  const sorts = Object.keys(alike);
  const orders = Object.entries(alike).map(([sort, first]) => {
    const size = layout.sizes[sort];
    if (size === undefined) throw new Error(`symmetryOf: no sort ${sort}`);
    return Array.from({ length: Math.max(0, size - first - 1) }, (_, i) =>
      exchangeOf(layout, sort, first + i, sorts),
    );
  });
  const some = orders.filter((order) => order.length > 0);
  const exchanges = some.flat();
  return {
    exchanges,
    tour: tourOf(some.map((order) => order.map((e) => exchanges.indexOf(e)))),
    canonical: generate(`return(${canonicalText(layout, some)})`),
    orbit: generate(`return(${orbitText(layout, some)})`),
    exchange: generate(`return(${switchText(exchanges)})`),
  };
}

/** JavaScript of a function that makes an exchange, by its number, in the state at `q[b]`. */
function switchText(exchanges: readonly Exchange[]): string {
  const cases = exchanges.map((e, n) => {
    const words = [...new Set(wordsOf(e))];
    const loads = words.map((w) => `x${w}=q[b+${w}]`);
    const stores = words.map((w) => `q[b+${w}]=x${w};`).join('');
    return `case ${n}:{let ${['t=0', ...loads].join()};${exchangeText(e, 'x')}${stores}break;}`;
  });
  return `function(n,q,b){switch(n){${cases.join('\n')}}}`;
}
