import type { Attempt } from '../../model/step.ts';
import type { CheckReport, FoundReport } from '../result.ts';
import { attemptsToSteps } from '../trace-steps.ts';

/** The report as one JSON object. Steps appear as in a trace file, not as indices. */
export function reportJson(r: CheckReport, version: string, attempts: readonly Attempt[]): string {
  const readable = (f: FoundReport): object => ({
    ...f,
    steps: attemptsToSteps(f.steps, attempts),
  });
  const shown = {
    version,
    ...r,
    violations: r.violations.map(readable),
    differences: r.differences.map(readable),
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
