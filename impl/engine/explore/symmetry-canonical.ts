/**
 * Generated code that finds, for a state, the one that stands for its orbit; and how large the orbit is.
 *
 * The members of one sort, the largest, are put in order by all that the state says of them, in a sorting network; how those
 * are ordered that are equal makes no difference. Before that, each other sort is put in order by what no exchange in
 * another sort changes. Where members are equal so far, all orders of the sort are tried, and the least state is taken.
 */
import type { Layout } from '../layout.ts';
import {
  type Exchange,
  exchangeText,
  isAfter,
  isEqual,
  ownKey,
  wholeKey,
  wordsOf,
} from './symmetry-exchange.ts';

/** The exchanges of a sort, member by member. */
export type Order = readonly Exchange[];

/** JavaScript of a function that puts canonical states in place of those at `out[j]`, up to `end`, `stride` apart. */
export function canonicalText(layout: Layout, orders: readonly Order[]): string {
  const deal = dealOf(layout, orders);
  const body = `${search(deal, '')}${deal.words.map((w) => `out[j+${w}]=z${w};`).join('')}`;
  return `(()=>{${before(deal)}return function(out,end,stride){for(let j=0;j<end;j+=stride){${body}}}})()`;
}

/** JavaScript of a function that gives the size of the orbit of the state at `out[j]`. */
export function orbitText(layout: Layout, orders: readonly Order[]): string {
  const deal = dealOf(layout, orders);
  // Those who rename the state to itself: so many lead to the least one as to any, and equals may change places.
  const equals = deal.sorted.map(
    (e) => `if(${isEqual(wholeKey(e, 'z'))}){run++;same*=run;}else run=1;`,
  );
  const all = orders.reduce((n, order) => n * factorial(order.length + 1), 1);
  const counting = `else if(${deal.words.map((w) => `y${w}===z${w}`).join('&&') || 'true'})same++;`;
  const body = `let same=1;${search(deal, counting)}let run=1;${equals.join('')}return ${all}/same;`;
  return `(()=>{${before(deal)}return function(out,j){${body}}})()`;
}

/** Exchanges, by number, that lead through all orders of all members of some sorts, each met once. */
export function tourOf(orders: readonly (readonly number[])[]): readonly number[] {
  let tour: number[] = [];
  for (const numbers of orders) {
    const inner = tour;
    // From wherever a tour begins it leads through all.
    tour = plainChanges(numbers.length + 1).flatMap((i) => [...inner, numbers[i] as number]);
    tour.push(...inner);
  }
  return tour;
}

/** How the sorts are dealt with. */
interface Deal {
  /** Words that an exchange may change. */
  readonly words: readonly number[];
  /** Put in order by all there is. */
  readonly sorted: Order;
  readonly tried: readonly Order[];
}
function dealOf(layout: Layout, orders: readonly Order[]): Deal {
  const regular = orders.filter((order) => order.every((e) => e.isRegular));
  const sorted = regular.toSorted((a, b) => b.length - a.length)[0] ?? [];
  const touched = new Set(orders.flat().flatMap(wordsOf));
  const words = Array.from({ length: layout.wordCount }, (_, w) => w).filter((w) => touched.has(w));
  return { words, sorted, tried: orders.filter((order) => order !== sorted) };
}

/** A tour for each set of sorts with equals, and the variables that the search uses. */
function before({ tried }: Deal): string {
  const numbers = numbered(tried);
  const tours = Array.from({ length: 2 ** tried.length }, (_, ties) =>
    tourOf(numbers.filter((_, i) => (ties >> i) & 1)),
  );
  return `const tours=${JSON.stringify(tours)};`;
}
/** The exchanges of some sorts, numbered through. */
const numbered = (orders: readonly Order[]): readonly (readonly number[])[] => {
  const all = orders.flat();
  return orders.map((order) => order.map((e) => all.indexOf(e)));
};

/** From the state at `out[j]` in `x0`, … to the canonical one in `z0`, …; `counting`: what to do with one that is not less. */
function search({ words, sorted, tried }: Deal, counting: string): string {
  const names = (v: string): string => words.map((w) => `${v}${w}`).join();
  if (words.length === 0) return '';
  const own = tried.map((order) => sortText(order, 'x', ownKey)).join('');
  const ties = tried.map(
    (order, i) => `(${order.map((e) => `(${isEqual(ownKey(e, 'x'))})`).join('||')}?${1 << i}:0)`,
  );
  const tries = tried.flat().map((e, n) => `case ${n}:${exchangeText(e, 'x')}break;`);
  const take = words.map((w) => `z${w}=y${w};`).join('');
  return `let t=0,${words.map((w) => `x${w}=out[j+${w}]`).join()},${names('y')},${names('z')};
${own}
const tour=tours[${ties.join('|') || '0'}];
for(let i=0;;i++){
${words.map((w) => `y${w}=x${w};`).join('')}
${sortText(sorted, 'y', wholeKey)}
if(i===0||${lessText(words)}){${counting === '' ? '' : 'same=1;'}${take}}${counting}
if(i===tour.length)break;
switch(tour[i]){${tries.join('\n')}}}
`;
}
/** A sorting network of exchanges of neighbours. */
function sortText(order: Order, x: string, key: typeof wholeKey): string {
  const rounds = order.map((_, i) => order.slice(0, order.length - i));
  return rounds
    .flat()
    .map((e) => `if(${isAfter(key(e, x))}){${exchangeText(e, x)}}`)
    .join('\n');
}
/** Whether the state in `y0`, … is less than that in `z0`, … */
const lessText = (words: readonly number[]): string =>
  words.reduceRight(
    (rest, w) => (rest === '' ? `y${w}<z${w}` : `(y${w}<z${w}||y${w}===z${w}&&${rest})`),
    '',
  );

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Exchanges of neighbours among n that lead through all n! orders (Steinhaus, Johnson and Trotter). */
function plainChanges(n: number): readonly number[] {
  if (n < 2) return [];
  const down = Array.from({ length: n - 1 }, (_, i) => n - 2 - i);
  const up = down.toReversed();
  // The last member goes through the others, down and up by turns; in between, those make their next change.
  const rest = plainChanges(n - 1).flatMap((change, i) =>
    i % 2 === 0 ? [change + 1, ...up] : [change, ...down],
  );
  return [...down, ...rest];
}
