/** A conformance table, for people. */

import type { Paint } from '../report/paint.ts';
import { table } from '../report/table.ts';
import { EXIT } from '../result.ts';
import type { ConformReport, Row } from './run.ts';

export interface ConformTextOptions {
  readonly url: string;
  readonly version: string;
  readonly strict: boolean;
  readonly columns: number;
  readonly paint: Paint;
}

/** The exit code: disagreements that are known count only if `strict`. */
export function exitOf({ verdict, rows }: ConformReport, strict: boolean): number {
  if (verdict === 'interrupted') return EXIT.interrupted;
  const known = rows.some((r) => r.verdict === 'known');
  return verdict === 'differs' || (strict && known) ? EXIT.differs : EXIT.holds;
}

/** Everything that was asked, what had to come and what came. */
export function conformText(r: ConformReport, o: ConformTextOptions): string {
  const { paint, columns } = o;
  const count = (verdict: Row['verdict']): number =>
    r.rows.filter((row) => row.verdict === verdict).length;
  const marks = { conforms: '✓', known: '~', new: '✗' };
  const rows = r.rows.map((row) => [
    marks[row.verdict],
    row.clause,
    row.decidedBy === '' ? row.request : `${row.request}: ${row.decidedBy}`,
    String(row.times),
    outcomeText(row),
  ]);
  const head = [
    '',
    'clause',
    'request: case that decides',
    'times',
    'expected, and got where it differs',
  ];
  const found = r.rows.flatMap((row) =>
    row.steps === null
      ? []
      : [
          '',
          `${row.request}: expected ${row.expected.join(' or ')}, got ${row.got}`,
          ...row.steps.map((s, i) => `  ${i + 1}  ${s}`),
        ],
  );
  const code = exitOf(r, o.strict);
  const good = code === EXIT.holds;
  const word = r.verdict === 'conforms' && !good ? 'differs' : r.verdict;
  const lines = [
    `tdicheck ${o.version}  ${o.url} · seed ${r.seed} · ${r.sequences} sequences · ${r.exchanges} exchanges`,
    '',
    ...table(rows, { head, columns, right: [3], paintHead: paint.dim }),
    ...found,
    '',
    ...(r.lost === null ? [] : [`ended early: ${r.lost}`, '']),
    `${count('conforms')} conform · ${count('known')} known deviations · ${count('new')} new`,
    `${good ? paint.good('✓') : paint.bad('✗')} ${paint.strong(word)}  ${paint.dim(`exit code ${code}`)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What had to come; what came, unless it is that; the name by which that is known. */
function outcomeText({ expected, got, verdict, deviation }: Row): string {
  const wanted = expected.join(' or ');
  if (verdict === 'conforms') return expected.length === 1 ? wanted : `${wanted}: ${got}`;
  return `${wanted}: got ${got}${deviation === null ? '' : `, known as ${deviation}`}`;
}
