import type { CheckReport } from '../../result.ts';
import { counted, grouped } from '../grouped.ts';
import { table } from '../table.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

/** Changed entries without --verbose: a rule that is broken changes dozens, and the counterexample comes below. */
const ROWS_MAX = 5;

/** The stored counterexamples: how many came to their verdict, and which did not. */
export function corpusLines(r: CheckReport, c: SummaryContext): readonly string[] {
  if (r.corpus.length === 0) return [];
  const changed = r.corpus.filter((x) => !x.asExpected);
  const good = r.corpus.length - changed.length;
  const shown = c.verbose ? changed : changed.slice(0, ROWS_MAX);
  const more = changed.length - shown.length;
  return [
    `corpus  ${good} of ${counted(r.corpus.length, 'entry', 'entries')} came to the recorded verdict`,
    ...table(
      shown.map((x) => [c.paint.bad('✗'), x.file, `expected ${x.expected}, got ${x.got}`]),
      { columns: c.columns, indent: 2 },
    ),
    ...(more > 0 ? [c.paint.dim(`  … and ${grouped(more)} more; --verbose shows all`)] : []),
  ];
}

/** The planted faults: how many were caught, and which were not. */
export function plantedLines(r: CheckReport, c: SummaryContext): readonly string[] {
  const unhunted = (ids: readonly string[], why: string): readonly string[] =>
    ids.length === 0 ? [] : hang('  ', `${why}: ${ids.join(', ')}`, c.columns);
  const left = [
    ...unhunted(r.rare, 'replayed, not hunted, because sequences of this preset seldom show them'),
    ...unhunted(r.unshowable, 'not hunted, because nothing in this preset can show them'),
  ];
  if (r.planted.length === 0) return left.length === 0 ? [] : ['planted faults', ...left];
  const caught = r.planted.filter((p) => p.caught);
  const lengths = caught.flatMap((p) => (p.length === null ? [] : [p.length]));
  const shortest =
    lengths.length === 0 ? '' : ` (shortest trace ${counted(Math.min(...lengths), 'step')})`;
  return [
    `planted faults caught ${caught.length} of ${r.planted.length}${shortest}`,
    ...table(
      r.planted
        .filter((p) => !p.caught || c.verbose)
        .map((p) => [
          p.caught ? c.paint.good('✓') : c.paint.bad('✗'),
          p.id,
          p.caught
            ? `${p.property}, ${counted(p.length ?? 0, 'step')}, after ${counted(p.sequences, 'sequence')}`
            : `not caught in ${counted(p.sequences, 'sequence')}: ${p.title}`,
        ]),
      { columns: c.columns, indent: 2 },
    ),
    ...left,
  ];
}
