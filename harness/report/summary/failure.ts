import type { CheckReport, FoundReport } from '../../result.ts';
import { attemptsToSteps } from '../../trace-steps.ts';
import { grouped } from '../grouped.ts';
import { stepRows } from '../step-rows.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

/** A found failure: what, where it was found, its steps, why, the file, and how to see it again. */
export function failureLines(f: FoundReport, r: CheckReport, c: SummaryContext): readonly string[] {
  const { paint, columns } = c;
  const title = r.properties.find((p) => p.id === f.property)?.title;
  const { attempts } = c.setupFor(f.readings);
  return [
    `${paint.bad('✗')} ${title ?? 'The subject differs from the model, and no property names the fault'}`,
    paint.dim(
      `  seed ${r.seed} · found at ${grouped(f.sequence)} of ${grouped(r.budget)} sequences · ` +
        `${f.foundLength} → ${f.length} steps${f.property === null ? '' : ` · ${f.property}`}`,
    ),
    '',
    ...stepRows(attemptsToSteps(f.steps, attempts), f.at, columns),
    ...hang('  why     ', f.why, columns),
    ...(f.file === null
      ? ['  file    not written']
      : [`  file    ${f.file}`, `  replay  npx tdicheck replay ${f.file}`]),
  ];
}
