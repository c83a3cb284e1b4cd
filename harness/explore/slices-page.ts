/** The tables of docs/slices.md: what each slice covers, and its counts. */
import { SLICES } from '../../model/slices.ts';
import { SLICE_USES } from './slices.ts';

/** What a slice comes to when it is searched whole. */
export interface SliceCounts {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}
type Rows = readonly (readonly string[])[];

const table = (rows: Rows): string => rows.map((r) => `| ${r.join(' | ')} |`).join('\n');
const numbered = (n: number): string => n.toLocaleString('en-US');

/** Where a table stands: behind a line that names it, before one that ends it. */
function placeOf(page: string, name: string): { readonly start: number; readonly end: number } {
  const from = page.indexOf(`<!-- ${name}:`);
  const start = page.indexOf('\n\n', from) + 2;
  const end = page.indexOf(`\n\n<!-- end of ${name}`, from);
  if (from < 0 || end < start) throw new Error(`slices page: no table of ${name}`);
  return { start, end };
}
function replaced(page: string, name: string, rows: Rows): string {
  const { start, end } = placeOf(page, name);
  return `${page.slice(0, start)}${table(rows)}${page.slice(end)}`;
}

/** The counts that a page tells, by slice. */
export function countsIn(page: string): ReadonlyMap<string, SliceCounts> {
  const { start, end } = placeOf(page, 'counts');
  const rows = page.slice(start, end).split('\n').slice(2);
  return new Map(
    rows.map((row) => {
      const [id = '', , ...cells] = row.split('|').slice(1, -1);
      const [states = 0, transitions = 0, depth = 0] = cells.map((c) =>
        Number(c.replaceAll(',', '')),
      );
      return [id.trim().replaceAll('`', ''), { states, transitions, depth }];
    }),
  );
}

/** The page with the uses as they are, and with other counts; those of slices that are not among them stay. */
export function slicesPage(page: string, news: ReadonlyMap<string, SliceCounts>): string {
  const uses = SLICE_USES.map((u) => {
    const { sizes, facets } = SLICES.find((s) => s.id === u.id) ?? { sizes: {}, facets: [] };
    const members = Object.entries(sizes)
      .filter(([, n]) => n > 1)
      .map(([sort, n]) => `${n} ${sort}`);
    return [
      `\`${u.id}\``,
      u.covers,
      [...facets, ...members].join(', '),
      `\`${u.fault}\`: \`${u.namedBy}\``,
    ];
  });
  const counts = new Map([...countsIn(page), ...news]);
  const rows = SLICE_USES.flatMap(({ id, backend }) => {
    const c = counts.get(id);
    return c === undefined
      ? []
      : [[`\`${id}\``, backend, ...[c.states, c.transitions, c.depth].map(numbered)]];
  });
  const withUses = replaced(page, 'uses', [
    [
      'slice',
      'covers',
      'facets, and members of which there are more than one',
      'fault, and what names it',
    ],
    ['---', '---', '---', '---'],
    ...uses,
  ]);
  return replaced(withUses, 'counts', [
    ['slice', 'backend', 'states', 'transitions', 'depth'],
    ['---', '---', '--:', '--:', '--:'],
    ...rows,
  ]);
}
