/**
 * Episodes. An epoch has no bits of its own; each reference to it is none, stale or current.
 *
 * So two duties fall on the engine. When an episode ends, every reference to it must age at once.
 * And a reference means nothing without the row that it refers to: where a ref (`by`) names that
 * row, the two are kept together.
 */
import { choose, type RowIxs, type Writing, wordAt } from './access.ts';
import { type Column, EPOCH_CURRENT, EPOCH_NONE, EPOCH_STALE, indices } from './layout.ts';
import type { Scope } from './scope.ts';
import { all, type Bool, Code, ix } from './values.ts';
import type { Word } from './word.ts';

/** Reads a field of some row of the state at hand. */
export type Read = (column: Column, row: RowIxs) => Code;

/** The known indices of the row that a reference refers to; undefined where only the run knows. */
export function rowReferredTo(
  column: Column,
  read: (by: Column) => Code,
  row: RowIxs,
): (number | undefined)[] {
  return (column.target?.from ?? []).map((from) => {
    const code = 'by' in from ? read(from.by) : row[from.own]?.code;
    return code?.k === undefined ? undefined : code.k - 1;
  });
}

/**
 * Keeps references and the refs that they go by together, in the writes to one row.
 *
 * With nobody to refer to there is no reference. With somebody else, the old one is meaningless:
 * throws unless the same writes replace it.
 */
export function withReferences(
  writings: readonly Writing[],
  columns: readonly Column[],
  read: (column: Column) => Code,
): Writing[] {
  const codes = new Map(writings.map(({ column, code }) => [column, code]));
  for (const column of columns) {
    const by = byOf(column);
    if (by === undefined || column.bits === 0) continue;
    const owner = codes.get(by);
    const code = codes.get(column);
    if (owner === undefined && code === undefined) continue;
    if (code === undefined && owner?.k !== 0) {
      throw new Error(`set: ${by.key} changes whose episode ${column.key} is; set that too`);
    }
    const none = Code.known(EPOCH_NONE);
    const given = code ?? none;
    codes.set(column, given.k === 0 ? none : choose((owner ?? read(by)).is(0), none, given));
  }
  return [...codes].map(([column, code]) => ({ column, code }));
}

/** The ref that a reference goes by. */
function byOf(column: Column): Column | undefined {
  for (const from of column.target?.from ?? []) if ('by' in from) return from.by;
  return undefined;
}

/** A reference, and when it refers to the episode that ends. */
interface Ageing {
  readonly when: Bool;
  readonly word: number;
  readonly shift: number;
}

/**
 * The words after the current episode of a row has ended, and the columns that may have changed.
 */
export function endEpisode(
  words: readonly Word[],
  referrers: readonly Column[],
  row: RowIxs,
  read: Read,
  scope: Scope,
): { words: readonly Word[]; written: readonly Column[] } {
  const ageings = new Map<number, Ageing[]>();
  const written = new Set<Column>();
  for (const column of referrers) {
    for (const ageing of ageingsOf(column, row, read)) {
      const { word } = ageing;
      ageings.set(word, [...(ageings.get(word) ?? []), ageing]);
      written.add(column);
    }
  }
  const result = [...words];
  for (const [index, list] of ageings) result[index] = aged(wordAt(words, index), list, scope);
  return { words: result, written: [...written] };
}

function ageingsOf(column: Column, row: RowIxs, read: Read): Ageing[] {
  if (column.bits === 0) return [];
  return indices(column.sizes).flatMap((index, n) => {
    const own = index.map((k, d) => ix(column.dims[d] ?? '', k));
    const matches = (column.target?.from ?? []).map((from, d) => {
      const code = 'by' in from ? read(from.by, own) : own[from.own]?.code;
      return (code ?? Code.known(0)).same(row[d]?.code ?? Code.known(0));
    });
    const when = all(matches);
    if (when.k === false) return [];
    const [word, shift] = placeIn(column, n);
    return [{ when, word, shift }];
  });
}

/** The place of the n-th row. */
function placeIn(column: Column, n: number): [word: number, shift: number] {
  const rows = column.sizes.slice(column.split).reduce((a, b) => a * b, 1);
  const piece = column.pieces[Math.floor(n / rows)];
  if (piece === undefined) throw new Error(`placeIn: no row ${n} of ${column.key}`);
  return [piece.word, piece.shift + (n % rows) * column.bits];
}

const BITS = 2;

/**
 * Current becomes stale: of the codes 0, 1, 2 the high bit moves down by one. All references in a
 * word that are still those of its base age in one expression.
 */
function aged(word: Word, ageings: readonly Ageing[], scope: Scope): Word {
  let result = word;
  let always = 0;
  const sometimes: string[] = [];
  for (const { when, shift } of ageings) {
    if (word.keeps(3 << shift)) {
      const high = EPOCH_CURRENT << shift;
      if (when.k === true) always |= high;
      else sometimes.push(`(${when.js}?${high}:0)`);
      continue;
    }
    const code = word.read(shift, BITS);
    const old = code.k ?? scope.bind(code.value);
    const next = code.k === undefined ? new Code(`(${old}+1>>1)`, 0) : Code.known(staler(code.k));
    if (next.k !== code.k || code.k === undefined) {
      result = result.write(shift, BITS, choose(when, next, code), scope);
    }
  }
  const high = [...(always === 0 ? [] : [String(always)]), ...sometimes].join('|');
  if (high === '') return result;
  const mask = scope.bind(high);
  return result.rebase((base) => `${base}&~${mask}|(${base}&${mask})>>>1`, scope);
}

const staler = (code: number): number => (code === EPOCH_CURRENT ? EPOCH_STALE : code);
