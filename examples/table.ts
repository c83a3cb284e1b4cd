/** Tables as text, so that a file shows them as the document does. */

export interface Table {
  readonly columns: readonly string[];
  /** The first cell of a row names it; the others are by column. */
  readonly rows: readonly {
    readonly name: string;
    readonly cells: Readonly<Record<string, string>>;
  }[];
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Reads a table: a line of column names, a rule, and a line for each row. */
export function readTable(text: string): Table {
  const [head, rule, ...lines] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (head === undefined || !/^[|\s-]+$/.test(rule ?? ''))
    throw new Error(`readTable: no head and rule in ${JSON.stringify(text)}`);
  const [, ...columns] = cellsOf(head);
  const rows = lines.map((line) => {
    const [name = '', ...cells] = cellsOf(line);
    if (cells.length !== columns.length)
      throw new Error(`readTable: row '${name}' has ${cells.length} cells, not ${columns.length}`);
    return { name, cells: Object.fromEntries(columns.map((c, i) => [c, cells[i] ?? ''])) };
  });
  return { columns, rows };
}
