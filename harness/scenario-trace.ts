import type { Scenario } from './scenario.ts';
import type { Trace } from './trace.ts';
import { attemptsToSteps } from './trace-steps.ts';

/**
 * A scenario as a trace file, with what every step must come to; `tool` is the version that writes
 * it.
 */
export function traceOf(s: Scenario, tool: string): Trace {
  const attempted = s.steps.flatMap(({ step, attempt }) =>
    step.kind === 'attempt' && attempt !== undefined ? [{ step, attempt }] : [],
  );
  const attempts = attempted.map(({ attempt }) => attempt);
  const steps = attemptsToSteps([...attempts.keys()], attempts).map((step, i) => {
    const { is, code } = attempted[i]?.step.expects ?? { is: 'accepted', code: '' };
    return { ...step, expect: is === 'accepted' ? { is } : { is, code } };
  });
  return {
    format: 'tdicheck-trace',
    version: 1,
    tool,
    backend: s.backend.id,
    preset: s.preset.id,
    readings: s.preset.readings,
    subject: 'engine',
    mutant: null,
    property: null,
    difference: false,
    seed: null,
    path: null,
    found: null,
    note: s.title,
    steps,
  };
}
