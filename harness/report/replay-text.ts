import type { LoadedTrace } from '../cli/load-trace.ts';
import type { ReplayResult } from '../cli/replay-result.ts';
import { counted, grouped } from './grouped.ts';
import type { Paint } from './paint.ts';
import { stepRows } from './step-rows.ts';
import { renderStrip } from './strip.ts';
import { stripOf } from './strip-of.ts';
import { hang } from './wrap.ts';

interface Style {
  readonly paint: Paint;
  readonly columns: number;
}

/** A replayed trace for people: its steps, what it comes to, and whether that is recorded. */
export function replayText(
  file: string,
  loaded: LoadedTrace,
  r: ReplayResult,
  mutant: string | null,
  style: Style,
): string {
  const { paint, columns } = style;
  const { trace, setup, subject } = loaded;
  const rules = mutant === null ? '' : ` with mutant ${mutant}`;
  const about = `backend ${trace.backend} · preset ${setup.preset.id} · subject ${subject.id}${rules}`;
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
    ...stepLines(loaded, r, style),
    '',
    ...otherLines(r, style),
    `${mark} ${paint.strong(r.verdict)}  ${paint.dim(`exit code ${r.exitCode}`)}`,
    ...hang('  ', recordText(r), columns),
  ];
  return `${lines.join('\n')}\n`;
}

/** The violation that the strip is about: the recorded one, if it is among them. */
const main = ({
  run,
  recorded,
}: ReplayResult): ReplayResult['run']['violations'][number] | undefined =>
  run.violations.find((v) => v.property.id === recorded) ?? run.violations[0];

/** The strip of a failure; of a trace that holds the steps with their outcomes. */
function stepLines(loaded: LoadedTrace, r: ReplayResult, style: Style): readonly string[] {
  const { trace, setup, subject, steps } = loaded;
  const violation = main(r);
  const { difference } = r.run;
  const strip = stripOf(setup, subject, steps, violation?.step ?? difference?.step ?? -1);
  if (violation === undefined && difference === undefined)
    return stepRows(
      steps.flatMap((n) => setup.attempts[n] ?? []),
      strip.outcomes ?? [],
      style.columns,
    );
  const found =
    trace.found === null
      ? {}
      : {
          found:
            `seed ${trace.seed} · found after ${counted(trace.found.sequences, 'sequence')} · ` +
            `${grouped(trace.found.steps)} → ${trace.steps.length} steps`,
        };
  return renderStrip({
    ...strip,
    property: violation?.property ?? null,
    ...found,
    why: violation?.why ?? difference?.says ?? '',
    ...style,
  });
}

/** What else is violated, and where subject and model part. */
function otherLines(r: ReplayResult, { paint, columns }: Style): readonly string[] {
  const { violations, difference } = r.run;
  const first = main(r);
  const others = violations
    .filter((v) => v !== first)
    .flatMap((v) => [
      `${paint.bad('✗')} ${v.property.title}`,
      ...hang('  ', `${v.property.id}, at step ${v.step + 1}: ${v.why}`, columns),
    ]);
  const parts =
    difference === undefined || first === undefined
      ? []
      : hang(
          `${paint.warn('!')} `,
          `differs from the model at step ${difference.step + 1}: ${difference.says}`,
          columns,
        );
  return [...others, ...parts];
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
