/**
 * Reading and writing one row of a column, whose indices may be known only to the run.
 *
 * A run-time index is one variable shift within a word; over the pieces of a split column it is a
 * comparison for each. A row of nobody reads as initial and is not written.
 */
import type { Column, Place } from './layout.ts';
import type { Scope } from './scope.ts';
import { all, type Bool, Code, type Ix, ix, TRUE } from './values.ts';
import { Word } from './word.ts';

/** The indices of a row; those that only the run knows are bound to names. */
export type RowIxs = readonly Ix[];
/** A field of a row, and what is written to it. */
export interface Writing {
  readonly column: Column;
  readonly code: Code;
}

/** Where a row may lie, and when it does. */
interface Candidate {
  readonly when: Bool;
  readonly word: number;
  /** A number, or the name of one. */
  readonly shift: number | string;
}

export function readColumn(
  words: readonly Word[],
  column: Column,
  row: RowIxs,
  scope: Scope,
): Code {
  const init = Code.known(column.codeInit);
  if (column.bits === 0) return init;
  const place = knownPlace(column, row);
  if (place !== undefined) return wordAt(words, place.word).read(place.shift, column.bits);
  return candidates(column, row, scope).reduceRight(
    (rest, c) => choose(c.when, readAt(words, c, column.bits, scope), rest),
    init,
  );
}

/** The words after some fields of one row are written. */
export function writeRow(
  words: readonly Word[],
  writings: readonly Writing[],
  row: RowIxs,
  scope: Scope,
): readonly Word[] {
  const result = [...words];
  // Writes that depend on the run in the same way become one expression for each word.
  const pending = new Map<string, Pending>();
  for (const { column, code } of writings) {
    if (column.bits === 0) continue;
    const place = knownPlace(column, row);
    if (place !== undefined) {
      const word = wordAt(result, place.word);
      result[place.word] = word.write(place.shift, column.bits, code, scope);
      continue;
    }
    for (const { when, word, shift } of candidates(column, row, scope)) {
      if (when.k === true && typeof shift === 'number') {
        result[word] = wordAt(result, word).write(shift, column.bits, code, scope);
        continue;
      }
      const key = `${word} ${when.js}`;
      const writes = pending.get(key) ?? { when, word, clear: [], set: [] };
      pending.set(key, writes);
      const mask = 2 ** column.bits - 1;
      writes.clear.push(`${mask}<<${shift}`);
      if (code.k !== 0) writes.set.push(`${code.value}<<${shift}`);
    }
  }
  for (const writes of pending.values()) {
    result[writes.word] = written(wordAt(result, writes.word), writes, scope);
  }
  return result;
}

/** Where a row lies whose indices are all known. Most are: no lists of candidates for these. */
function knownPlace({ split, sizes, pieces, bits }: Column, row: RowIxs): Place | undefined {
  let piece = 0;
  let offset = 0;
  for (let d = 0; d < row.length; d++) {
    const k = row[d]?.k ?? -1;
    if (k < 0) return undefined;
    const size = sizes[d] ?? 0;
    if (d < split) piece = piece * size + k;
    else offset = offset * size + k;
  }
  const { word, shift } = pieces[piece] ?? NOWHERE;
  return { word, shift: shift + offset * bits };
}
const NOWHERE: Place = { word: -1, shift: 0 };

interface Pending {
  readonly when: Bool;
  readonly word: number;
  readonly clear: string[];
  readonly set: string[];
}

function written(word: Word, { when, clear, set }: Pending, scope: Scope): Word {
  const old = scope.bind(word.js());
  const cleared = `${old}&~(${clear.join('|')})`;
  return new Word(scope.bind([`${when.js}?${cleared}`, ...set].join('|').concat(`:${old}`)));
}

export function wordAt(words: readonly Word[], index: number): Word {
  const word = words[index];
  if (word === undefined) throw new Error(`wordAt: no word ${index} of ${words.length}`);
  return word;
}

/** One code or another, depending on what only the run may know. */
export function choose(when: Bool, then: Code, otherwise: Code): Code {
  if (when.k !== undefined) return when.k ? then : otherwise;
  return new Code(`(${when.js}?${then.value}:${otherwise.value})`, 0);
}

function readAt(words: readonly Word[], c: Candidate, bits: number, scope: Scope): Code {
  const word = wordAt(words, c.word);
  if (typeof c.shift === 'number') return word.read(c.shift, bits);
  return new Code(`(${scope.bind(word.js())}>>>${c.shift}&${2 ** bits - 1})`, 0);
}

function candidates(column: Column, row: RowIxs, scope: Scope): Candidate[] {
  const { split, dims, sizes, pieces } = column;
  const inner = row.slice(split);
  const exists = all(inner.map((i) => i.code.is(0).not));
  const shiftIn = offsetOf(column, inner, scope);
  return pieces.flatMap(({ word, shift }, piece) => {
    const chosen = leadingOf(piece, sizes.slice(0, split)).map(
      (k, d) => row[d]?.is(ix(dims[d] ?? '', k)) ?? TRUE,
    );
    const when = all([...chosen, exists]);
    return when.k === false ? [] : [{ when, word, shift: shiftIn(shift) }];
  });
}

/** The leading indices of a piece. */
function leadingOf(piece: number, sizes: readonly number[]): number[] {
  return sizes.reduceRight<{ rest: number; index: number[] }>(
    ({ rest, index }, n) => ({ rest: Math.floor(rest / n), index: [rest % n, ...index] }),
    { rest: piece, index: [] },
  ).index;
}

/** From the shift of a piece to that of a row in it. */
function offsetOf(column: Column, inner: RowIxs, scope: Scope): (shift: number) => number | string {
  let stride = column.bits;
  let offset = 0;
  const terms: string[] = [];
  for (let d = inner.length - 1; d >= 0; d--) {
    const { code } = inner[d] ?? ix('', 0);
    // The code of a member is its index and one.
    offset += ((code.k ?? 0) - 1) * stride;
    if (code.k === undefined) terms.push(stride === 1 ? code.value : `${code.value}*${stride}`);
    stride *= column.sizes[column.split + d] ?? 1;
  }
  if (terms.length === 0) return (shift) => shift + offset;
  return (shift) => scope.bind([...terms, ...constant(shift + offset)].join('+'));
}

const constant = (n: number): string[] => (n === 0 ? [] : [String(n)]);
