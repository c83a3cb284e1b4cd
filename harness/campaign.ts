/**
 * A campaign: fast-check drives model and subject in lockstep with generated sequences, until one fails or the
 * budget is spent. Seed and configuration decide everything; a failing sequence is found again by seed and
 * path.
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { LENGTHS, type Lengths, type Sequence, SequenceArbitrary } from './generate.ts';
import type { Lockstep, Run } from './lockstep.ts';
import type { Setup } from './setup.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** How many sequences. */
  readonly budget: number;
  /** A fast-check path: only that sequence is run. */
  readonly path?: string;
  readonly lengths?: Lengths;
  /** Which failures end the campaign; by default each. */
  readonly fails?: (run: Run) => boolean;
  /** Called between sequences, with the number of those done. */
  readonly onProgress?: (sequences: number, steps: number) => void;
  /** Asked between sequences; true stops the campaign. */
  readonly stopped?: () => boolean;
}
/** A sequence that failed. */
export interface Failing {
  readonly steps: readonly number[];
  /** fast-check's path to it; with the seed it finds the sequence again. */
  readonly path: string;
  readonly run: Run;
}
export interface CampaignResult {
  readonly sequences: number;
  readonly steps: number;
  readonly failing: Failing | undefined;
  readonly stopped: boolean;
}

/** Sequences between two looks at the outside world, so that an interrupt is noticed. */
const SEQUENCES_PER_BREATH = 16;
/** What ends a campaign on purpose; everything else that is thrown is a bug of ours. */
class Ended extends Error {}

const failed = (run: Run): boolean => run.violations.length > 0 || run.difference !== undefined;

/** Runs a campaign. Tallies and coverage are left in the lockstep. */
export async function campaign(
  setup: Setup,
  lockstep: Lockstep,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const fails = options.fails ?? failed;
  let sequences = 0;
  let steps = 0;
  let found: { steps: readonly number[]; run: Run } | undefined;
  let stopped = false;
  let bug: unknown;
  const once = async (sequence: Sequence): Promise<void> => {
    if (sequences % SEQUENCES_PER_BREATH === 0) {
      options.onProgress?.(sequences, steps);
      await setImmediate();
      stopped = options.stopped?.() ?? false;
      if (stopped) throw new Ended('stopped');
    }
    try {
      const run = lockstep.run(sequence);
      sequences++;
      steps += run.steps;
      if (fails(run)) found = { steps: sequence.steps, run };
    } catch (error) {
      bug = error;
    }
    if (found !== undefined || bug !== undefined) throw new Ended('found');
  };
  const details = await fc.check(
    fc.asyncProperty(new SequenceArbitrary(setup, options.lengths ?? LENGTHS), once),
    {
      seed: options.seed,
      numRuns: options.budget,
      endOnFailure: true,
      ...(options.path === undefined ? {} : { path: options.path }),
    },
  );
  if (bug !== undefined) throw bug;
  if (details.failed && found === undefined && !stopped) throw details.errorInstance;
  return {
    sequences,
    steps,
    failing: found && { ...found, path: details.counterexamplePath ?? '0' },
    stopped,
  };
}
