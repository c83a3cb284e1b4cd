/**
 * Stored runs: sequences that show what random ones seldom come to. Every check of rules makes them first, judged and
 * compared as any other; what they show a property has seen.
 */
import { setImmediate } from 'node:timers/promises';
import type { IndexSort } from '../model/sorts.ts';
import { PRESETS, type Preset, presetFor, type Readings } from '../model/world.ts';
import { SIGHTINGS_MAX } from './judge.ts';
import { Lockstep } from './lockstep.ts';
import type { CorpusReport } from './result.ts';
import type { Setup } from './setup.ts';
import type { SubjectName } from './subject.ts';
import { subjectOf } from './subjects.ts';
import type { Shown, Trace } from './trace.ts';
import { stepsToAttempts } from './trace-steps.ts';

/** A stored trace that is made for what it shows. */
export interface StoredRun {
  readonly file: string;
  readonly trace: Trace;
}
/** What stored runs came to. */
export interface StoredResult {
  readonly reports: readonly CorpusReport[];
  /** The properties that they violate. */
  readonly violated: readonly string[];
  /** Whether one of them showed a witness of a property. */
  readonly hasSeen: (property: string, witness: string) => boolean;
}

const keyOf = ({ property, witness }: Shown): string => `${property}: ${witness}`;
const areSame = (a: Readings, b: Readings): boolean =>
  Object.entries(a).every(([name, value]) => b[name as keyof Readings] === value);

/** Whether a world has everything that another has, so that what can be attempted there can be here. */
const hasAllOf = (large: Preset, small: Preset): boolean =>
  small.facets.every((f) => large.facets.includes(f)) &&
  Object.entries(small.sizes).every(([sort, n]) => large.sizes[sort as IndexSort] >= n);

/** The stored runs of a backend that can be made in a setup, under its readings: those of its preset and of smaller ones. */
export const runsFor = (
  { backend, preset }: Setup,
  runs: readonly StoredRun[],
): readonly StoredRun[] =>
  runs.filter(({ trace }) => {
    const own = PRESETS.find((p) => p.id === trace.preset);
    return (
      trace.backend === backend.id &&
      own !== undefined &&
      hasAllOf(preset, presetFor(backend, own)) &&
      areSame(trace.readings, preset.readings)
    );
  });

/**
 * Makes the stored runs of some setups, each on a subject as it should be. `each` is told of a run before it is made;
 * true ends it there.
 */
export async function makeStoredRuns(
  name: SubjectName,
  setups: readonly Setup[],
  runs: readonly StoredRun[],
  each: (file: string) => boolean = () => false,
): Promise<StoredResult> {
  const reports: CorpusReport[] = [];
  const violated = new Set<string>();
  const seen = new Set<string>();
  for (const setup of setups) {
    const some = runsFor(setup, runs);
    if (some.length === 0) continue;
    const lockstep = new Lockstep(setup, subjectOf(name, setup, undefined));
    for (const { file, trace } of some) {
      // An interrupt is noticed between two runs.
      await setImmediate();
      if (each(file)) break;
      const before = sightingsIn(lockstep);
      const steps = stepsToAttempts(trace, setup.attempts, file);
      const run = lockstep.run({ steps, results: undefined });
      // After so many sightings none is counted any more.
      const now = new Set(
        [...sightingsIn(lockstep)]
          .filter(([key, n]) => n > (before.get(key) ?? 0) || n >= SIGHTINGS_MAX)
          .map(([key]) => key),
      );
      for (const key of now) seen.add(key);
      const broken = run.violations.map((v) => v.property.id);
      for (const id of broken) violated.add(id);
      const judged = new Set(setup.properties.map((p) => p.id));
      // Where there is more of everything, a run need not come to what it is kept for.
      const kept = trace.preset === setup.preset.id ? (trace.shows ?? []) : [];
      const lacks = kept.filter((w) => judged.has(w.property)).map(keyOf);
      const missing = lacks.filter((key) => !now.has(key));
      const got = [
        ...broken,
        ...(run.difference === undefined ? [] : ['differs']),
        ...missing.map((key) => `does not show ${key}`),
      ];
      reports.push({
        file,
        property: null,
        expected: 'holds',
        got: got.join(', ') || 'holds',
        asExpected: got.length === 0,
      });
    }
  }
  return {
    reports,
    violated: [...violated],
    hasSeen: (property, witness) => seen.has(keyOf({ property, witness })),
  };
}
/** How often each witness was seen. */
const sightingsIn = ({ tallies }: Lockstep): ReadonlyMap<string, number> =>
  new Map(
    tallies.flatMap(({ property, witnesses }) =>
      witnesses.map((w) => [keyOf({ property: property.id, witness: w.name }), w.fired] as const),
    ),
  );
