import type { CheckReport } from '../../result.ts';
import type { SummaryContext } from './context.ts';
import { corpusLines, plantedLines } from './corpus.ts';
import { coverageLines, everyCaseLines } from './coverage.ts';
import { failureLines } from './failure.ts';
import { nextLines } from './next.ts';
import { overviewLines } from './overview.ts';
import { propertyLines } from './properties.ts';

/** The report of a check for people. What must be seen comes last, where the eye is when a run ends. */
export function summaryText(r: CheckReport, c: SummaryContext): string {
  const failures = [...r.violations, ...r.differences];
  const sections: readonly (readonly string[])[] = [
    overviewLines(r, c),
    propertyLines(r, c),
    c.verbose ? everyCaseLines(r.coverage, c) : [],
    // Of a run that was cut short it says nothing what was not reached.
    failures.length > 0 ? [] : coverageLines(r, c),
    [...corpusLines(r, c), ...plantedLines(r, c)],
    ...failures.map((f) => failureLines(f, r, c)),
    nextLines(r, c),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
