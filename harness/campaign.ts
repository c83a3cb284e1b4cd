/**
 * A campaign: fast-check drives model and subject in lockstep with generated sequences, until one fails or the
 * budget is spent. Seed and configuration decide everything; a failing sequence is found again by seed and
 * path.
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import {
  LENGTHS,
  type Lengths,
  type Profile,
  type Sequence,
  SequenceArbitrary,
} from './generate.ts';
import type { Lockstep, Run } from './lockstep.ts';
import type { Setup } from './setup.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** How many sequences. */
  readonly budget: number;
  /** A fast-check path: only that sequence is run. */
  readonly path?: string;
  readonly lengths?: Lengths;
  /** Of which the sequences are; by default the usual mix. */
  readonly profiles?: readonly Profile[];
  /** The sequences that are run, counted from 0 as they are generated; by default each. */
  readonly chosen?: ReadonlySet<number>;
  /** Which violations end the campaign; by default each. */
  readonly fails?: (run: Run) => boolean;
  /**
   * For so many sequences the campaign goes on after the first in which the subject only differs, so that a
   * property can name the fault.
   */
  readonly patience?: number;
  /** Sequences between two looks at the outside world, so that an interrupt is noticed. */
  readonly breath?: number;
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
  /** How many sequences were run until then, with it. */
  readonly sequence: number;
  readonly run: Run;
}
export interface CampaignResult {
  readonly sequences: number;
  readonly steps: number;
  /** The first sequence that violates a property as asked for. */
  readonly failing: Failing | undefined;
  /** The first sequence in which the subject differs from the model. */
  readonly differing: Failing | undefined;
  readonly stopped: boolean;
}

/** What ends a campaign on purpose; everything else that is thrown is a bug of ours. */
class Ended extends Error {}

const violates = (run: Run): boolean => run.violations.length > 0;
/** Sequences after a difference, and between two looks, unless the caller says otherwise. */
const PATIENCE = 1500;
const BREATH = 16;

/** Runs a campaign. Tallies and coverage are left in the lockstep. */
export async function campaign(
  setup: Setup,
  lockstep: Lockstep,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const fails = options.fails ?? violates;
  const { patience = PATIENCE, breath = BREATH } = options;
  let generated = 0;
  let sequences = 0;
  let steps = 0;
  let found: Failing | undefined;
  let differing: Failing | undefined;
  let differingAt = 0;
  let stopped = false;
  let bug: unknown;
  const first = Number(options.path ?? 0);
  const once = async (sequence: Sequence): Promise<void> => {
    const n = generated++;
    if (options.chosen?.has(n) === false) return;
    if (sequences % breath === 0) {
      options.onProgress?.(sequences, steps);
      await setImmediate();
      stopped = options.stopped?.() ?? false;
      if (stopped) throw new Ended('stopped');
    }
    try {
      const run = lockstep.run(sequence);
      sequences++;
      const failing = {
        steps: sequence.steps,
        path: `${first + n}`,
        sequence: first + sequences,
        run,
      };
      steps += run.steps;
      if (fails(run)) found = failing;
      if (run.difference !== undefined && differing === undefined) {
        differing = failing;
        differingAt = sequences;
      }
    } catch (error) {
      bug = error;
    }
    if (differing !== undefined && sequences - differingAt >= patience) throw new Ended('patience');
    if (found !== undefined || bug !== undefined) throw new Ended('found');
  };
  const details = await fc.check(
    fc.asyncProperty(
      new SequenceArbitrary(setup, options.lengths ?? LENGTHS, options.profiles),
      once,
    ),
    {
      seed: options.seed,
      numRuns: options.budget,
      endOnFailure: true,
      ...(options.path === undefined ? {} : { path: options.path }),
    },
  );
  if (bug !== undefined) throw bug;
  if (details.failed && !(details.errorInstance instanceof Ended)) throw details.errorInstance;
  return { sequences, steps, failing: found, differing, stopped };
}
