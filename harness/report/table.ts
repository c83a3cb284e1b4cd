import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

const NOTHING = '';
/** Columns apart by two spaces, and nothing else: what is aligned needs no borders. */
const CHARS = {
  top: NOTHING,
  'top-mid': NOTHING,
  'top-left': NOTHING,
  'top-right': NOTHING,
  bottom: NOTHING,
  'bottom-mid': NOTHING,
  'bottom-left': NOTHING,
  'bottom-right': NOTHING,
  left: NOTHING,
  'left-mid': NOTHING,
  mid: NOTHING,
  'mid-mid': NOTHING,
  right: NOTHING,
  'right-mid': NOTHING,
  middle: '  ',
};
const GAP = CHARS.middle.length;
/** The last column is given at least this, and what its longest word takes, however wide the others are. */
const LAST_MIN = 24;

export interface TableOptions {
  readonly head?: readonly string[];
  /** The width of the whole; the last column wraps. */
  readonly columns: number;
  readonly indent?: number;
  /** Which columns hold numbers. */
  readonly right?: readonly number[];
  readonly paintHead?: (text: string) => string;
}

/** Columns that a text takes; colours take none. */
const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Rows as aligned lines. */
export function table(rows: readonly (readonly string[])[], o: TableOptions): readonly string[] {
  const indent = ' '.repeat(o.indent ?? 0);
  const all = o.head === undefined ? rows : [o.head, ...rows];
  const count = Math.max(0, ...all.map((r) => r.length));
  if (count === 0) return [];
  const natural = Array.from({ length: count }, (_, i) =>
    Math.max(1, ...all.map((r) => widthOf(r[i] ?? ''))),
  );
  const others = natural.slice(0, -1).reduce((sum, w) => sum + w + GAP, indent.length);
  const words = all.flatMap((r) => (r[count - 1] ?? '').split(' ').map(widthOf));
  const least = Math.max(LAST_MIN, ...words);
  const last = Math.min(natural.at(-1) ?? 1, Math.max(least, o.columns - others));
  const made = new Table({
    chars: CHARS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [...natural.slice(0, -1), last],
    colAligns: natural.map((_, i) => (o.right?.includes(i) ? 'right' : 'left')),
    wordWrap: true,
  });
  for (const r of all) made.push(Array.from({ length: count }, (_, i) => r[i] ?? ''));
  const lines = made
    .toString()
    .split('\n')
    .map((line) => (indent + line).trimEnd());
  const paint = o.paintHead;
  return o.head === undefined || paint === undefined
    ? lines
    : lines.map((line, i) => (i === 0 ? paint(line) : line));
}
