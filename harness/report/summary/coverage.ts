import type { CaseReport, CheckReport } from '../../result.ts';
import { counted, grouped } from '../grouped.ts';
import { table } from '../table.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

/** Rows without --verbose. */
const ROWS_MAX = 12;
const NO_REASON = 'not reached in this run';

/** What was not checked: it is no proof, facets that are off, cases that never decided. */
export function coverageLines(r: CheckReport, c: SummaryContext): readonly string[] {
  const off = c.world.filter((f) => !c.preset.facets.includes(f));
  const asleep = r.coverage.filter((x) => x.reason?.startsWith('facet '));
  const awake = r.coverage.filter((x) => !asleep.includes(x));
  const idle = awake.filter((x) => x.fired === 0);
  // What has no reason is what a reader must look at.
  const ordered = [
    ...idle.filter((x) => x.reason === null),
    ...idle.filter((x) => x.reason !== null),
  ];
  const { columns, paint } = c;
  const shown = c.verbose ? ordered : ordered.slice(0, ROWS_MAX);
  const more = ordered.length - shown.length;
  return [
    'not checked',
    ...hang(
      '  ',
      `not a proof: ${counted(r.sequences, 'sampled sequence')} from power-on; what they did not reach was not judged`,
      columns,
    ),
    ...(off.length === 0 ? [] : hang('  ', `facets off: ${off.join(', ')}`, columns)),
    ...lacksLines(c),
    ...stackLines(r, c),
    ...notApplicableLines(r, c),
    ...storedLines(r, c),
    ...(asleep.length === 0
      ? []
      : [`  cases of rules whose facet is off: ${grouped(asleep.length)}`]),
    `  cases that never decided: ${grouped(idle.length)} of ${grouped(awake.length)}${asleep.length === 0 ? '' : ' others'}`,
    ...table(
      shown.map((x) => [x.rule, x.case, x.reason ?? NO_REASON]),
      { columns, indent: 4 },
    ),
    ...(more > 0 ? [paint.dim(`    … and ${grouped(more)} more; --verbose shows all`)] : []),
  ];
}

/** What of the preset `full` is not in the world of the backend: without any of it, only the sizes are larger. */
const lacksLines = ({ backend, lacks = [], columns }: SummaryContext): readonly string[] =>
  lacks.length === 0
    ? []
    : hang('  ', `of what full adds, ${backend} has no facet ${lacks.join(', ')}`, columns);

/** What the stack cannot be asked, and does not show. */
function stackLines({ stack }: CheckReport, { columns }: SummaryContext): readonly string[] {
  if (stack === null) return [];
  return [
    '  attempts that the stack cannot carry out',
    ...table(
      stack.leftOut.map(({ what, why }) => [what, why]),
      { columns, indent: 4 },
    ),
    '  fields that cannot be seen of the stack',
    ...table(
      stack.unseen.map(({ field, why }) => [field, why]),
      { columns, indent: 4 },
    ),
  ];
}

/** The properties that say nothing here, by the reason; what a facet that is off takes along is told above. */
function notApplicableLines(r: CheckReport, { columns }: SummaryContext): readonly string[] {
  const reasons = new Set(r.properties.flatMap((p) => p.reason ?? []));
  return [...reasons]
    .filter((reason) => !reason.startsWith('facet '))
    .flatMap((reason) => {
      const ids = r.properties.filter((p) => p.reason === reason).map((p) => p.id);
      return hang('  ', `${reason}, so not applicable: ${ids.join(', ')}`, columns);
    });
}

/** The witnesses that random sequences did not show. */
function storedLines({ storedOnly }: CheckReport, { columns, verbose }: SummaryContext) {
  if (storedOnly.length === 0) return [];
  const n = counted(storedOnly.length, 'witness', 'witnesses');
  return [
    ...hang('  ', `${n} seen in stored runs only, in no sampled sequence`, columns),
    ...(verbose
      ? table(
          storedOnly.map((w) => [w.property, w.witness]),
          { columns, indent: 4 },
        )
      : []),
  ];
}

/** How often each case decided. */
export function everyCaseLines(
  coverage: readonly CaseReport[],
  c: SummaryContext,
): readonly string[] {
  return [
    'every case',
    ...table(
      coverage.map((x) => [
        x.rule,
        x.case,
        grouped(x.fired),
        x.fired > 0 ? '' : (x.reason ?? NO_REASON),
      ]),
      {
        head: ['rule', 'case', 'decided', ''],
        columns: c.columns,
        indent: 2,
        right: [2],
        paintHead: c.paint.dim,
      },
    ),
  ];
}
