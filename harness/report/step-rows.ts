import type { Outcome } from '../../model/author.ts';
import type { Attempt } from '../../model/step.ts';
import { attemptText } from './attempt-text.ts';
import { table } from './table.ts';

/** Attempts as rows: number, party, attempt, what it came to. */
export function stepRows(
  attempts: readonly Attempt[],
  outcomes: readonly Outcome[],
  columns: number,
): readonly string[] {
  const text = (o: Outcome | undefined): string =>
    o === undefined ? '' : o.is === 'accepted' ? o.is : `${o.is} ${o.code}`;
  const rows = attempts.map((a, i) => [
    String(i + 1),
    a.rule.by,
    attemptText(a),
    text(outcomes[i]),
  ]);
  return table(rows, { head: ['#', 'by', 'rule', 'outcome'], columns, indent: 2, right: [0] });
}
