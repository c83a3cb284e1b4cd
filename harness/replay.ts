/** Replays concrete traces, and minimises failing ones. */

import type { Failing } from './campaign.ts';
import type { CorpusEntry } from './corpus.ts';
import type { Lockstep, Run } from './lockstep.ts';
import { type MinimiseOptions, minimise } from './minimise.ts';
import { Probe } from './probe.ts';
import type { FoundReport } from './result.ts';
import type { Setup } from './setup.ts';
import { shorter } from './shortcut.ts';

/** The steps up to and with the one that matters. */
const upTo = (steps: readonly number[], at: number): readonly number[] => steps.slice(0, at + 1);

/** Where a run fails in the way that is asked for: by a property, or by differing from the model. */
function failureIn(run: Run, property: string | null): { at: number; why: string } | undefined {
  if (property === null)
    return run.difference && { at: run.difference.step, why: run.difference.says };
  const found = run.violations.find((v) => v.property.id === property);
  return found && { at: found.step, why: found.why };
}

/**
 * The smallest trace that still fails in the same way: by the same property (the first violated, or the
 * one given), or by differing from the model where no property names the fault. 1-minimal: without any one of
 * its steps it does not fail so.
 */
export function minimiseFailure(
  setup: Setup,
  lockstep: Lockstep,
  failing: Pick<Failing, 'steps' | 'run'>,
  wanted?: string | null,
  limits?: MinimiseOptions,
): Pick<FoundReport, 'property' | 'why' | 'length' | 'steps' | 'at'> {
  const named = failing.run.violations[0]?.property.id ?? null;
  const property = wanted === undefined ? named : wanted;
  const first = failureIn(failing.run, property);
  if (first === undefined) throw new Error(`minimiseFailure: the run does not violate ${property}`);
  const judged = (steps: readonly number[]): ReturnType<typeof failureIn> =>
    failureIn(lockstep.run({ steps, results: undefined }), property);
  const trace = upTo(failing.steps, first.at);
  // Subjects that follow rules are asked once, for what the engine makes of the same rules; others for each candidate.
  const quick = onEngine(setup, lockstep, trace, property);
  const last = quick && judged(quick);
  if (quick !== undefined && last !== undefined)
    return { property, why: last.why, length: quick.length, steps: quick, at: last.at };
  const known = new Map<string, boolean>();
  const fails = (steps: readonly number[]): boolean => {
    const key = steps.join();
    const so = known.get(key) ?? judged(steps) !== undefined;
    known.set(key, so);
    return so;
  };
  const { steps } = minimise(trace, setup.attempts, fails, limits);
  const at = judged(steps);
  if (at === undefined) throw new Error('minimiseFailure: the minimised trace does not fail');
  return { property, why: at.why, length: steps.length, steps, at: at.at };
}
/** The smallest trace that fails on the engine; undefined: this one does not fail there. */
function onEngine(
  setup: Setup,
  { subject }: Lockstep,
  trace: readonly number[],
  property: string | null,
): readonly number[] | undefined {
  const named = setup.properties.find((p) => p.id === property) ?? null;
  const probe = new Probe(setup, subject.attempts, named);
  const fails = (t: readonly number[]): boolean => probe.failing(t) !== undefined;
  let best: readonly number[] | undefined;
  for (let next = probe.failing(trace); next !== undefined; next = shorter(best, probe))
    best = minimise(next, setup.attempts, fails).steps;
  return best;
}

/** What a trace comes to. */
export interface Judged {
  readonly violated: readonly string[];
  readonly differs: boolean;
}
/** What a stored trace comes to now. */
export function judgeTrace(entry: CorpusEntry): Judged {
  const { lockstep, steps } = entry.load();
  const run = lockstep.run({ steps, results: undefined });
  return {
    violated: run.violations.map((v) => v.property.id),
    differs: run.difference !== undefined,
  };
}
