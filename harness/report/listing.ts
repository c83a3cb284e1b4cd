import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { hang } from './wrap.ts';

/** A list of things of one kind: for people as rows, for programs as records. */
export interface Listing {
  readonly head: readonly string[];
  /** Which columns hold numbers. */
  readonly right?: readonly number[];
  /** Ids are long: each has a line of its own, with the sentence below. */
  readonly stacked?: boolean;
  readonly entries: readonly {
    readonly row: readonly string[];
    readonly record: Readonly<Record<string, unknown>> & { readonly id: string };
  }[];
}

/** The entries that a pattern matches anywhere in their row. */
export const filtered = (l: Listing, pattern: RegExp | undefined): Listing =>
  pattern === undefined
    ? l
    : { ...l, entries: l.entries.filter((e) => e.row.some((cell) => pattern.test(cell))) };

/** The list for people. */
export function listingText(l: Listing, columns: number, paint: Paint): string {
  const rows = l.entries.map((e) => e.row);
  if (l.stacked === true)
    return rows
      .flatMap(([id = '', ...rest]) => [
        id,
        ...rest.flatMap((text) => hang('    ', text, columns)),
        '',
      ])
      .join('\n');
  const options = l.right === undefined ? {} : { right: l.right };
  return [...table(rows, { ...options, head: l.head, columns, paintHead: paint.dim }), ''].join(
    '\n',
  );
}
/** The list for programs: an array of records with an id. */
export const listingJson = (l: Listing): string =>
  `${JSON.stringify(
    l.entries.map((e) => e.record),
    undefined,
    2,
  )}\n`;
