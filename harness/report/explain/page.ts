import type { Paint } from '../paint.ts';
import { hang, wrap } from '../wrap.ts';

/** What there is to say about one thing, for people and for programs. */
export interface Page {
  readonly id: string;
  /** What it is: rule, word, clause, … */
  readonly kind: string;
  /** One or two sentences. */
  readonly says: string;
  /** Labelled lines below the sentence; empty ones are left out. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** Parts under a heading; made for the given width. */
  readonly parts: readonly {
    readonly title: string;
    readonly lines: (columns: number) => readonly string[];
  }[];
  /** Everything as data. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** The page for people. */
export function pageText(page: Page, columns: number, paint: Paint): string {
  const facts = page.facts.filter(([, text]) => text !== '');
  const wide = Math.max(0, ...facts.map(([label]) => label.length));
  const parts = page.parts
    .map(({ title, lines }) => ({ title, lines: lines(columns) }))
    .filter(({ lines }) => lines.length > 0);
  return [
    `${paint.strong(page.id)}  ${paint.dim(page.kind)}`,
    '',
    ...wrap(
      page.says.replace(/^\p{Ll}/u, (c) => c.toUpperCase()),
      columns,
    ),
    ...(facts.length === 0 ? [] : ['']),
    ...facts.flatMap(([label, text]) => hang(`  ${label.padEnd(wide)}  `, text, columns)),
    ...parts.flatMap(({ title, lines }) => ['', paint.strong(title), ...lines]),
    '',
  ].join('\n');
}
/** The page for programs. */
export const pageRecord = ({ id, kind, says, record }: Page): object => ({
  id,
  kind,
  says,
  ...record,
});
