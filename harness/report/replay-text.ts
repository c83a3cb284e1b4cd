import type { LoadedTrace } from '../cli/load-trace.ts';
import type { ReplayResult } from '../cli/replay-result.ts';
import { counted } from './grouped.ts';
import type { Paint } from './paint.ts';
import { stepRows } from './step-rows.ts';
import { hang } from './wrap.ts';

/** A replayed trace for people: its steps, what it comes to, and whether that is recorded. */
export function replayText(
  file: string,
  { trace, subject }: LoadedTrace,
  r: ReplayResult,
  mutant: string | null,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string {
  const { violations, difference } = r.run;
  const [first] = violations;
  const rules = mutant === null ? '' : ` with mutant ${mutant}`;
  const about = `backend ${trace.backend} · preset ${trace.preset} · subject ${subject.id}${rules}`;
  const mark =
    r.verdict === 'holds'
      ? paint.good('✓')
      : r.verdict === 'violated'
        ? paint.bad('✗')
        : paint.warn('!');
  const lines = [
    ...hang(
      `${paint.strong(file)}  `,
      `${counted(trace.steps.length, 'step')} · ${about}`,
      columns,
    ),
    '',
    ...stepRows(trace.steps, first?.step ?? difference?.step, columns),
    '',
    ...violations.flatMap((v) => [
      `${paint.bad('✗')} ${v.property.title}`,
      ...hang('  ', `${v.property.id}, at step ${v.step + 1}: ${v.why}`, columns),
    ]),
    ...(difference === undefined
      ? []
      : hang(
          `${paint.warn('!')} `,
          `differs from the model at step ${difference.step + 1}: ${difference.says}`,
          columns,
        )),
    `${mark} ${paint.strong(r.verdict)}  ${paint.dim(`exit code ${r.exitCode}`)}`,
    ...hang('  ', recordText(r), columns),
  ];
  return `${lines.join('\n')}\n`;
}

/** How the verdict stands to the one in the file. */
function recordText({ recorded, now, asRecorded }: ReplayResult): string {
  const present = now.join(', ');
  if (asRecorded === undefined)
    return `with other rules than recorded; recorded is ${recorded}, now ${present}`;
  return asRecorded
    ? `as recorded: ${recorded}`
    : `not as recorded: recorded is ${recorded}, now ${present}`;
}
