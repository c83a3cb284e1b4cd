import type { TraceStep } from '../trace.ts';
import { table } from './table.ts';

/** The steps of a trace as rows: number, party, rule, arguments. */
export function stepRows(
  steps: readonly TraceStep[],
  /** The step that matters, counted from 0. */
  marked: number | undefined,
  columns: number,
): readonly string[] {
  const rows = steps.map(({ by, rule, args }, i) => [
    String(i + 1),
    by,
    rule,
    Object.values(args).join(' ') + (i === marked ? ' ◄' : ''),
  ]);
  return table(rows, { head: ['#', 'by', 'rule', ''], columns, indent: 2, right: [0] });
}
