import type { Lockstep, Run } from '../lockstep.ts';
import { EXIT, PRECEDENCE, type VerdictName } from '../result.ts';
import type { Trace } from '../trace.ts';

/** What a replayed trace comes to, and how that stands to what is recorded in it. */
export interface ReplayResult {
  readonly verdict: VerdictName;
  readonly exitCode: number;
  /** Every verdict that applies, strongest first. */
  readonly verdicts: readonly VerdictName[];
  /** The recorded verdict: the id of a property, "differs" or "holds". */
  readonly recorded: string;
  /** The verdict now, in the same words; several properties are possible. */
  readonly now: readonly string[];
  /** Undefined: rules or subject are not those of the record. */
  readonly asRecorded: boolean | undefined;
  readonly run: Run;
}

/** Runs a loaded trace. `isAsRecorded`: with the rules that it names. */
export function replayResult(
  trace: Trace,
  lockstep: Lockstep,
  steps: readonly number[],
  isAsRecorded: boolean,
): ReplayResult {
  const run = lockstep.run({ steps, results: undefined });
  const violated = run.violations.map((v) => v.property.id);
  const recorded = trace.property ?? (trace.difference ? 'differs' : 'holds');
  const differs = run.difference !== undefined;
  const now = violated.length > 0 ? violated : [differs ? 'differs' : 'holds'];
  const same = recorded === 'differs' ? differs : now.includes(recorded);
  const applies: Partial<Record<VerdictName, boolean>> = {
    violated: violated.length > 0,
    differs,
    // Rules that nobody changed are expected to hold again one day: that is no change of the corpus.
    'corpus changed': isAsRecorded && trace.mutant !== null && !same,
  };
  const verdicts = PRECEDENCE.filter((v) => applies[v] === true);
  const verdict = verdicts[0] ?? 'holds';
  return {
    verdict,
    exitCode: EXIT[verdict],
    verdicts: verdicts.length > 0 ? verdicts : ['holds'],
    recorded,
    now,
    asRecorded: isAsRecorded ? same : undefined,
    run,
  };
}
