import type { CheckReport, PropertyReport } from '../../result.ts';
import { familyOf } from '../family.ts';
import { counted, grouped } from '../grouped.ts';
import { table } from '../table.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

type Verdict = PropertyReport['verdict'];
const VERDICTS: readonly Verdict[] = [
  'holds',
  'violated',
  'vacuous',
  'inconclusive',
  'not applicable',
];
const HEADS: Readonly<Record<Verdict, string>> = {
  holds: 'hold',
  violated: 'violated',
  vacuous: 'vacuous',
  inconclusive: 'inconclusive',
  'not applicable': 'not applicable',
};

/** Vacuous properties in full without --verbose: with a small budget there are many. */
const VACUOUS_MAX = 6;

/** Properties by family with counts; in full only those that do not hold. */
export function propertyLines(r: CheckReport, c: SummaryContext): readonly string[] {
  const families = [...new Set(r.properties.map((p) => familyOf(p.id)))];
  // A column of zeros says nothing.
  const shown = VERDICTS.filter((v) => v === 'holds' || r.properties.some((p) => p.verdict === v));
  const count = (some: readonly PropertyReport[]): readonly string[] =>
    shown.map((v) => {
      const n = some.filter((p) => p.verdict === v).length;
      return n === 0 ? '·' : grouped(n);
    });
  const rows = families.map((f) => [f, ...count(r.properties.filter((p) => familyOf(p.id) === f))]);
  const judged = r.properties.reduce((n, p) => n + p.judged, 0);
  const which = c.grep === undefined ? '' : ` matching /${c.grep}/`;
  const broken = r.properties.filter((p) => p.verdict === 'violated');
  const vacuous = r.properties.filter((p) => p.verdict === 'vacuous');
  const inFull = c.verbose ? vacuous : vacuous.slice(0, VACUOUS_MAX);
  const more = vacuous.length - inFull.length;
  return [
    ...hang(
      'properties  ',
      `${counted(r.properties.length, 'property', 'properties')}${which}, judged ${grouped(judged)} times`,
      c.columns,
    ),
    ...table([...rows, ...(rows.length > 1 ? [['all', ...count(r.properties)]] : [])], {
      head: ['', ...shown.map((v) => HEADS[v])],
      columns: c.columns,
      indent: 2,
      right: shown.map((_, i) => i + 1),
      paintHead: c.paint.dim,
    }),
    ...[...broken, ...inFull].flatMap((p) => propertyInFull(p, c)),
    ...(more === 0
      ? []
      : ['', c.paint.dim(`  … and ${grouped(more)} more that are vacuous; --verbose shows all`)]),
  ];
}

function propertyInFull(p: PropertyReport, c: SummaryContext): readonly string[] {
  const { paint, columns } = c;
  const mark = p.verdict === 'violated' ? paint.bad('✗') : paint.warn('!');
  const unseen = Object.entries(p.witnesses).filter(([, n]) => n === 0);
  const why = unseen.map(([w]) => `“${w}”`).join(', ');
  return [
    '',
    `  ${mark} ${p.title}`,
    `    ${paint.dim(`${p.id}, ${p.verdict}, judged ${counted(p.judged, 'time')}`)}`,
    ...(p.verdict === 'vacuous' ? hang('    never seen: ', why, columns) : []),
  ];
}
