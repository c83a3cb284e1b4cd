/** A validation, for people. */

import type { Paint } from '../report/paint.ts';
import { table } from '../report/table.ts';
import { EXIT } from '../result.ts';
import type { Ground } from '../wire-model/wire-model.ts';
import type { Validation } from './validate.ts';

export interface ValidationTextOptions {
  readonly file: string;
  readonly version: string;
  readonly columns: number;
  readonly paint: Paint;
}

/** The exit code of a verdict. */
export const exitOf = (verdict: Validation['verdict']): number =>
  verdict === 'trace rejected' ? EXIT['trace rejected'] : EXIT.holds;

const groundText = ({ rule, case: name, guard }: Ground): string =>
  guard === '' ? `${rule}: ${name}` : `${rule}: ${name} (${guard})`;
const hex = (id: number): string => `0x${id.toString(16)}`;
const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${n} ${name}`)
    .join(' · ') || 'nothing';

/** What was verified, how far the model goes along, what stops it. */
export function validationText(v: Validation, o: ValidationTextOptions): string {
  const { columns, paint } = o;
  const tdis = v.tdis.map((id, i) => `TDI${i} ${hex(id)}`).join(', ') || 'no TDI';
  const failed =
    v.failure === null ? [] : [`fails      packet ${v.failure.packet}: ${v.failure.text}`];
  const mark = v.verdict === 'trace rejected' ? paint.bad('✗') : paint.good('✓');
  const rows = v.notAdmitted.map((d) => [
    String(d.packet),
    d.ask,
    d.expected.join(' or '),
    d.got,
    d.deviation === null ? 'new' : `${d.deviation.name} (${d.deviation.clause})`,
  ]);
  const stop = v.notAdmitted.at(-1);
  const lines = [
    `tdicheck ${o.version}  ${o.file} · ${v.packets} packets · ${tdis}`,
    '',
    `verified   ${counted(v.verified)}`,
    ...failed,
    `model      ${v.admitted} of ${v.exchanges} exchanges admitted; prefix: ${v.prefix} of ${v.packets} packets`,
    `assumed    ${counted(v.assumed)}`,
    ...section(
      'not admitted',
      table(rows, {
        head: ['packet', 'request', 'expected', 'got', 'known as'],
        columns,
        indent: 2,
        right: [0],
        paintHead: paint.dim,
      }),
    ),
    ...(stop !== undefined && v.verdict === 'trace rejected' && v.failure === null
      ? [
          '',
          `stopped at packet ${stop.packet}: ${stop.ask}`,
          `  the guard that decides  ${groundText(stop.ground)}`,
          `  legal there for a TSM   ${stop.legal.join(', ') || 'nothing'}`,
        ]
      : []),
    ...section(
      'no TSM of the model would have asked',
      table(
        v.remarks.map((r) => [String(r.packet), r.ask, r.code, groundText(r.ground)]),
        { columns, indent: 2, right: [0] },
      ),
    ),
    '',
    `${mark} ${paint.strong(v.verdict)}  ${paint.dim(`exit code ${exitOf(v.verdict)}`)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length <= 1 && title === 'not admitted'
    ? []
    : lines.length === 0
      ? []
      : ['', title, ...lines];
