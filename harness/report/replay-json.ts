import type { LoadedTrace } from '../cli/load-trace.ts';
import type { ReplayResult } from '../cli/replay-result.ts';

/** A replayed trace as one JSON object. Steps are counted from 1, as in the trace. */
export function replayJson(
  file: string,
  { trace, setup, subject }: LoadedTrace,
  r: ReplayResult,
  /** The rules that were used; null: no mutant's. */
  mutant: string | null,
): string {
  const { difference, violations } = r.run;
  const shown = {
    file,
    verdict: r.verdict,
    exitCode: r.exitCode,
    verdicts: r.verdicts,
    backend: trace.backend,
    preset: setup.preset.id,
    readings: trace.readings,
    subject: subject.id,
    mutant,
    recorded: r.recorded,
    asRecorded: r.asRecorded ?? null,
    violations: violations.map((v) => ({
      property: v.property.id,
      title: v.property.title,
      step: v.step + 1,
      why: v.why,
    })),
    difference:
      difference === undefined ? null : { step: difference.step + 1, says: difference.says },
    steps: trace.steps,
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
