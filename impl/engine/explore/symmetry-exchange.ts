/**
 * What exchanging two neighbouring members of a sort does to a packed state, as masks and shifts, and as JavaScript.
 *
 * Rows of the two mostly lie in one word at one distance, so that one expression exchanges many columns; another exchanges
 * codes in many references.
 */
import { type Column, indices, type Layout, placeOf } from '../layout.ts';

/** Bits of a word, and those that lie so much higher in another word or the same one. */
interface Rows {
  readonly word: number;
  readonly other: number;
  /** Negative: so much lower. */
  readonly by: number;
  readonly mask: number;
}
/** References of one width in a word. */
interface Names {
  readonly word: number;
  readonly bits: number;
  /** The lowest bit of each. */
  readonly low: number;
}
/** The exchange of a member and the next one. */
export interface Exchange {
  readonly sort: string;
  readonly member: number;
  readonly rows: readonly Rows[];
  readonly names: readonly Names[];
  /** Those bits of rows that exchanges in other sorts leave alone. */
  readonly own: readonly Rows[];
  /** Whether members differ in the same bits of the same words, whichever two they are. */
  readonly isRegular: boolean;
}

/** The exchange of a member of a sort and the next one; `sorts`: all sorts that have exchanges. */
export function exchangeOf(
  layout: Layout,
  sort: string,
  member: number,
  sorts: readonly string[],
): Exchange {
  const columns = [...layout.columns.values()].filter((c) => c.bits > 0);
  const indexed = columns.filter((c) => c.dims.includes(sort));
  const refs = columns.filter((c) => c.field.kind === 'ref' && c.field.sort === sort);
  const twice = indexed.find((c) => c.dims.indexOf(sort) !== c.dims.lastIndexOf(sort));
  if (twice !== undefined) throw new Error(`exchangeOf: ${twice.key} has two indices of ${sort}`);
  // The members choose among rows of a piece, not among pieces, which may lie anywhere.
  const isInPiece = (c: Column): boolean => c.dims.indexOf(sort) >= c.split;
  const isMoved = ({ dims, field }: Column): boolean =>
    dims.some((d) => d !== sort && sorts.includes(d)) ||
    (field.kind === 'ref' && sorts.includes(field.sort));
  return {
    sort,
    member,
    rows: rowsOf(indexed, sort, member),
    names: namesOf(refs),
    own: rowsOf(
      indexed.filter((c) => isInPiece(c) && !isMoved(c)),
      sort,
      member,
    ),
    isRegular: indexed.every((c) => isInPiece(c) && !refs.includes(c)),
  };
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function rowsOf(columns: readonly Column[], sort: string, member: number): readonly Rows[] {
  const rows = new Map<string, Draft<Rows>>();
  for (const column of columns) {
    const d = column.dims.indexOf(sort);
    for (const index of indices(column.sizes).filter((ix) => ix[d] === member)) {
      const from = placeOf(column, index);
      const to = placeOf(column, index.with(d, member + 1));
      const by = to.shift - from.shift;
      const key = `${from.word} ${to.word} ${by}`;
      const row = rows.get(key) ?? { word: from.word, other: to.word, by, mask: 0 };
      row.mask |= (2 ** column.bits - 1) << from.shift;
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

function namesOf(refs: readonly Column[]): readonly Names[] {
  const names = new Map<string, Draft<Names>>();
  for (const column of refs) {
    for (const index of indices(column.sizes)) {
      const { word, shift } = placeOf(column, index);
      const key = `${word} ${column.bits}`;
      const name = names.get(key) ?? { word, bits: column.bits, low: 0 };
      name.low |= 1 << shift;
      names.set(key, name);
    }
  }
  return [...names.values()];
}

/** The words that an exchange may change. */
export const wordsOf = ({ rows, names }: Exchange): readonly number[] => [
  ...rows.flatMap((r) => [r.word, r.other]),
  ...names.map((n) => n.word),
];

/** Statements that make an exchange in variables that are called `x0`, `x1`, … for `x`; they use a variable `t`. */
export function exchangeText({ member, rows, names }: Exchange, x: string): string {
  const moves = rows.map(({ word, other, by, mask }) => {
    const [a, b] = [`${x}${word}`, `${x}${other}`];
    const difference = `t=(${a}^${moved(b, -by)})&${mask};`;
    return word === other
      ? `${difference}${a}^=t^${moved('t', by)};`
      : `${difference}${a}^=t;${b}^=${moved('t', by)};`;
  });
  const [one, two] = [member + 1, member + 2];
  const codes = names.map(({ word, bits, low }) => {
    const v = `${x}${word}`;
    const flips = upTo(bits).filter((i) => ((one ^ two) >> i) & 1);
    const either = `${whereIs(v, bits, low, one)}|${whereIs(v, bits, low, two)}`;
    return `t=${either};${v}^=${flips.map((i) => moved('t', i)).join('|')};`;
  });
  return [...moves, ...codes].join('');
}

/** What tells two members apart: expressions for one and the next, to be compared in this order. */
type Key = readonly (readonly [one: string, next: string])[];
/** All that a state says of a member and the next one, if the exchange is regular. */
export const wholeKey = ({ member, rows, names }: Exchange, x: string): Key => [
  ...rowKey(rows, x),
  ...names.map(({ word, bits, low }): Key[number] => [
    whereIs(`${x}${word}`, bits, low, member + 1),
    whereIs(`${x}${word}`, bits, low, member + 2),
  ]),
];
/** What it says of them in bits that exchanges in other sorts leave alone. */
export const ownKey = ({ own }: Exchange, x: string): Key => rowKey(own, x);

const rowKey = (rows: readonly Rows[], x: string): Key =>
  rows.map(({ word, by, mask }) => [
    `(${x}${word}&${mask})`,
    `(${moved(`${x}${word}`, -by)}&${mask})`,
  ]);

/** JavaScript of whether the member comes after the next one. */
export const isAfter = (key: Key): string =>
  key.reduceRight((rest, [one, next]) => `(${one}>${next}||${one}===${next}&&${rest})`, 'false');
/** JavaScript of whether nothing tells the two apart. */
export const isEqual = (key: Key): string =>
  key.map(([one, next]) => `${one}===${next}`).join('&&') || 'true';

/** Shifted up; down if `by` is negative. */
const moved = (v: string, by: number): string =>
  by === 0 ? v : by > 0 ? `(${v}<<${by})` : `(${v}>>>${-by})`;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The lowest bits of those references that hold a code. */
function whereIs(v: string, bits: number, low: number, code: number): string {
  const tests = upTo(bits).map((i) => `${(code >> i) & 1 ? '' : '~'}${moved(v, -i)}`);
  return `(${tests.join('&')}&${low})`;
}
