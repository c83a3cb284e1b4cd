/**
 * `check`: replays the corpus, runs a campaign under several readings, hunts the planted faults.
 *
 * `holds` means that the budget was spent and every witness fired; it is not a proof.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Backend } from '../model/author.ts';
import { type Preset, type Readings, withReadings } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import { campaign, type Failing } from './campaign.ts';
import type { CorpusEntry } from './corpus.ts';
import { reasonFor } from './coverage.ts';
import { isPlantable, isRare, type PlantedFault } from './faults.ts';
import type { Profile } from './generate.ts';
import { hunt, huntingGround } from './hunt.ts';
import { canShow } from './huntable.ts';
import { Lockstep } from './lockstep.ts';
import { type Judged, judgeTrace, minimiseFailure } from './replay.ts';
import {
  type CaseReport,
  type CheckReport,
  type CorpusReport,
  EXIT,
  type FoundReport,
  type PlantedReport,
  PRECEDENCE,
  type PropertyReport,
  type RoundReport,
  type StackReport,
  type VerdictName,
} from './result.ts';
import { roundPlans } from './rounds.ts';
import type { Setup } from './setup.ts';
import { LEFT_OUT, NOT_OBSERVABLE } from './stack/preset.ts';
import { StackSubject } from './stack/subject.ts';
import { makeStoredRuns, type StoredResult, type StoredRun } from './stored-runs.ts';
import { engineSubject, type SubjectName } from './subject.ts';
import { type Mistake, paceOf, setupFor, subjectOf } from './subjects.ts';
import type { Shown } from './trace.ts';

/** What is happening now, for a progress line. */
export interface Progress {
  readonly phase: 'corpus' | 'campaign' | 'planted';
  readonly done: number;
  readonly total: number;
  readonly steps: number;
  /** What is being done, in a few words. */
  readonly what: string;
}
export interface CheckOptions {
  readonly backend: Backend;
  readonly preset: Preset;
  readonly properties: readonly Property[];
  /** Readings that the user fixed; the others vary from round to round. */
  readonly readings: Partial<Readings>;
  readonly seed: number;
  /** How many sequences. */
  readonly budget: number;
  readonly subject: SubjectName;
  /** What is wrong with the subject on purpose. */
  readonly mutant?: Mistake;
  /** Of which the sequences are; by default the usual mix. */
  readonly profiles?: readonly Profile[];
  /** "round:path" of an earlier failure: only that sequence is run. */
  readonly path?: string;
  readonly corpus: readonly CorpusEntry[];
  /** Runs that show what is seldom seen. A subject with a mistake does not make them. */
  readonly storedRuns: readonly StoredRun[];
  /** Faults to hunt after a clean campaign, but those whose trace in the corpus cannot show them in the preset. */
  readonly planted: readonly PlantedFault[];
  readonly onProgress?: (progress: Progress) => void;
  readonly stopped?: () => boolean;
}

/** How many sequences the engine looks through for each that the stack runs. */
const SCOUTED = 8;

/** One round: its setup and what was seen in it. */
interface Round {
  readonly setup: Setup;
  readonly lockstep: Lockstep;
  readonly budget: number;
  sequences: number;
  steps: number;
}

/** The rounds of a check. */
const roundsOf = (o: CheckOptions): readonly Round[] =>
  roundPlans(o.subject, o.backend, o.preset, o.readings).map(({ preset, share }) => {
    const setup = setupFor(o.subject, o.backend, preset, o.properties);
    return {
      setup,
      lockstep: new Lockstep(setup, subjectOf(o.subject, setup, o.mutant)),
      budget: Math.max(1, Math.round(o.budget * share)),
      sequences: 0,
      steps: 0,
    };
  });

/** Runs a check. */
export async function check(o: CheckOptions): Promise<CheckReport> {
  const clock = performance.now();
  const corpus = await replayCorpus(o);
  const rounds = roundsOf(o);
  const stored = await makeStoredRuns(
    o.subject,
    rounds.map((r) => r.setup),
    o.mutant === undefined ? o.storedRuns : [],
    (file) => {
      const [done, total] = [corpus.reports.length, corpus.reports.length];
      o.onProgress?.({ phase: 'corpus', done, total, steps: 0, what: file });
      return o.stopped?.() ?? false;
    },
  );
  const afterCorpus = performance.now();
  const found = await runRounds(o, rounds);
  const afterCampaign = performance.now();
  const cut = found.failures.length > 0 || found.stopped || o.path !== undefined;
  const hunts = cut || o.mutant !== undefined ? [] : o.planted;
  const planted = await huntAll(o, hunts);
  const end = performance.now();
  const interrupted = found.stopped || planted.stopped;
  const violated = new Set([...corpus.violated, ...stored.violated]);
  const properties = propertyReports(o, rounds, violated, stored, cut || interrupted);
  const report = {
    seed: o.seed,
    backend: o.backend.id,
    preset: o.preset.id,
    subject: o.subject,
    mutant: o.mutant?.id ?? null,
    budget: o.budget,
    sequences: rounds.reduce((n, r) => n + r.sequences, 0),
    steps: rounds.reduce((n, r) => n + r.steps, 0),
    rounds: rounds.map(
      (r): RoundReport => ({
        readings: r.setup.preset.readings,
        sequences: r.sequences,
        steps: r.steps,
      }),
    ),
    properties,
    violations: found.failures.filter((f) => f.property !== null),
    differences: found.failures.filter((f) => f.property === null),
    corpus: [...corpus.reports, ...stored.reports],
    storedOnly: storedOnly(properties, stored),
    planted: planted.reports,
    unshowable: planted.unshowable,
    rare: planted.rare,
    coverage: coverageOf(rounds),
    stack: stackReport(rounds),
    durations: {
      corpus: (afterCorpus - clock) / 1000,
      campaign: (afterCampaign - afterCorpus) / 1000,
      planted: (end - afterCampaign) / 1000,
      total: (end - clock) / 1000,
    },
  };
  const verdicts = verdictsOf(report, interrupted);
  const verdict = verdicts[0] ?? 'holds';
  return { verdict, exitCode: EXIT[verdict], verdicts, ...report };
}

/** Every verdict that applies, strongest first. */
function verdictsOf(
  r: Pick<CheckReport, 'violations' | 'differences' | 'corpus' | 'properties' | 'planted'>,
  interrupted: boolean,
): readonly VerdictName[] {
  const applies: Readonly<Record<VerdictName, boolean>> = {
    interrupted,
    violated: r.properties.some((p) => p.verdict === 'violated'),
    differs: r.differences.length > 0,
    'corpus changed': r.corpus.some((c) => !c.asExpected) || r.planted.some((p) => !p.caught),
    vacuous: r.properties.some((p) => p.verdict === 'vacuous'),
    inconclusive: r.properties.some((p) => p.verdict === 'inconclusive'),
    holds: false,
  };
  const found = PRECEDENCE.filter((v) => applies[v]);
  return found.length > 0 ? found : ['holds'];
}

// ---------------------------------------------------------------- corpus

async function replayCorpus(o: CheckOptions): Promise<{
  reports: readonly CorpusReport[];
  violated: ReadonlySet<string>;
}> {
  const violated = new Set<string>();
  const reports: CorpusReport[] = [];
  for (const [done, entry] of o.corpus.entries()) {
    const total = o.corpus.length;
    o.onProgress?.({ phase: 'corpus', done, total, steps: 0, what: entry.file });
    // An interrupt is noticed between two entries.
    await setImmediate();
    if (o.stopped?.()) break;
    const got = judgeTrace(entry);
    // What an unmutated subject violates is not a change of verdict but a violation.
    if (entry.trace.mutant === null) for (const id of got.violated) violated.add(id);
    reports.push(corpusReport(entry, got));
  }
  return { reports, violated };
}
function corpusReport({ file, trace }: CorpusEntry, got: Judged): CorpusReport {
  const { violated, differs } = got;
  const clean = violated.length === 0 && !differs;
  const expected = trace.mutant === null ? 'holds' : (trace.property ?? 'differs');
  const asExpected =
    trace.mutant === null
      ? clean
      : trace.property === null
        ? differs
        : violated.includes(trace.property);
  const says = violated.length > 0 ? violated.join(', ') : differs ? 'differs' : 'holds';
  return { file, property: trace.property, expected, got: says, asExpected };
}

// ---------------------------------------------------------------- campaign

async function runRounds(
  o: CheckOptions,
  rounds: readonly Round[],
): Promise<{ failures: readonly FoundReport[]; stopped: boolean }> {
  const [only, path] = o.path === undefined ? [undefined, undefined] : splitPath(o.path);
  let done = 0;
  let steps = 0;
  for (const [i, round] of rounds.entries()) {
    if (only !== undefined && only !== i) continue;
    const { readings } = round.setup.preset;
    const chosen = await chosenFor(o, round, i);
    const result = await campaign(round.setup, round.lockstep, {
      seed: o.seed + i,
      budget: chosen === undefined ? round.budget : Math.max(...chosen) + 1,
      ...(chosen === undefined ? {} : { chosen }),
      ...paceOf(o.subject),
      ...(path === undefined ? {} : { path }),
      ...(o.profiles === undefined ? {} : { profiles: o.profiles }),
      onProgress: (sequences, some) =>
        o.onProgress?.({
          phase: 'campaign',
          done: done + sequences,
          total: o.budget,
          steps: steps + some,
          what: `commandClear ${readings.commandClear}, ${readings.enableStyle}`,
        }),
      ...(o.stopped === undefined ? {} : { stopped: o.stopped }),
    });
    round.sequences = result.sequences;
    round.steps = result.steps;
    done += result.sequences;
    steps += result.steps;
    const { failing, differing } = result;
    // A mutant differs from the model by design; that says something only where no property does.
    const tellDifference =
      differing !== undefined && (o.mutant === undefined || failing === undefined);
    const failures = [
      ...(failing === undefined ? [] : [reportFailure(o, round, i, failing)]),
      ...(tellDifference ? [reportFailure(o, round, i, differing, null)] : []),
    ];
    if (failures.length > 0 || result.stopped) return { failures, stopped: result.stopped };
  }
  return { failures: [], stopped: false };
}

/**
 * Which of its sequences the stack runs in the first round; undefined: each, as they come. The engine goes ahead
 * through many more, and those are taken in which it is the first time that a witness fires: the stack is too slow to
 * wait for them.
 */
async function chosenFor(
  o: CheckOptions,
  { setup, budget }: Round,
  i: number,
): Promise<ReadonlySet<number> | undefined> {
  if (o.subject !== 'stack' || i > 0 || o.mutant !== undefined || o.path !== undefined)
    return undefined;
  const scout = new Lockstep(setup, engineSubject(setup));
  const unseen = new Set(scout.tallies.flatMap((t) => t.witnesses));
  const chosen = new Set<number>();
  let n = 0;
  await campaign(setup, scout, {
    seed: o.seed,
    budget: o.budget * SCOUTED,
    fails: () => {
      for (const w of unseen)
        if (w.fired > 0) {
          unseen.delete(w);
          chosen.add(n);
        }
      n++;
      return false;
    },
    onProgress: () =>
      o.onProgress?.({
        phase: 'campaign',
        done: 0,
        total: o.budget,
        steps: 0,
        what: 'the engine goes ahead',
      }),
    ...(o.stopped === undefined ? {} : { stopped: o.stopped }),
  });
  const first = [...chosen].slice(0, budget);
  const others = Array.from({ length: budget }, (_, k) => k).filter((k) => !chosen.has(k));
  return new Set([...first, ...others.slice(0, budget - first.length)]);
}

function splitPath(path: string): [number, string] {
  const colon = path.indexOf(':');
  return [Number(path.slice(0, colon)), path.slice(colon + 1)];
}

/** Minimises a failing sequence: for a property, or (null) for differing from the model. */
function reportFailure(
  o: CheckOptions,
  round: Round,
  i: number,
  failing: Failing,
  wanted?: null,
): FoundReport {
  const { setup } = round;
  const expected = failing.run.violations.find((v) => o.mutant?.properties?.includes(v.property.id))
    ?.property.id;
  const probe = new Lockstep(setup, subjectOf(o.subject, setup, o.mutant));
  const property = wanted === null ? null : expected;
  const small = minimiseFailure(setup, probe, failing, property, paceOf(o.subject));
  return {
    ...small,
    foundLength: failing.steps.length,
    sequence: failing.sequence,
    path: `${i}:${failing.path}`,
    readings: setup.preset.readings,
    file: null,
  };
}

// ---------------------------------------------------------------- planted faults

interface HuntedAll {
  readonly reports: readonly PlantedReport[];
  /** Ids of the faults that cannot be caught in the preset. */
  readonly unshowable: readonly string[];
  /** Ids of those that are only replayed, because a hunt would take too long. */
  readonly rare: readonly string[];
  readonly stopped: boolean;
}
async function huntAll(o: CheckOptions, faults: readonly PlantedFault[]): Promise<HuntedAll> {
  if (faults.length === 0) return { reports: [], unshowable: [], rare: [], stopped: false };
  const preset = withReadings(o.preset, o.readings);
  const setup = huntingGround(o.backend, preset, faults, o.properties);
  const shown = faults.filter((f) => isPlantable(f, setup.preset) && isHuntable(o, setup, f));
  const unshowable = faults.filter((f) => !shown.includes(f)).map((f) => f.id);
  const replayed = shown.filter((f) => isRare(f, preset) && storedFor(o, f) !== undefined);
  const rare = replayed.map((f) => f.id);
  const hunted = shown.filter((f) => !replayed.includes(f));
  const reports: PlantedReport[] = [];
  for (const [i, fault] of hunted.entries()) {
    o.onProgress?.({
      phase: 'planted',
      done: i,
      total: hunted.length,
      steps: 0,
      what: fault.title,
    });
    const { sequences, caught, stopped } = await hunt(setup, fault, o.seed, o.stopped);
    if (stopped) return { reports, unshowable, rare, stopped };
    reports.push({
      id: fault.id,
      title: fault.title,
      caught: caught !== undefined,
      property: caught?.property ?? null,
      length: caught?.length ?? null,
      sequences,
    });
  }
  return { reports, unshowable, rare, stopped: false };
}
/** The stored trace of a fault. */
const storedFor = (o: CheckOptions, { id }: PlantedFault): CorpusEntry | undefined =>
  o.corpus.find(({ trace }) => trace.mutant === id && trace.backend === o.backend.id);
/** A fault of which no trace is stored is hunted. */
function isHuntable(o: CheckOptions, setup: Setup, fault: PlantedFault): boolean {
  const stored = storedFor(o, fault);
  return stored === undefined || canShow(setup, fault, stored.trace);
}

// ---------------------------------------------------------------- reports

function propertyReports(
  o: CheckOptions,
  rounds: readonly Round[],
  violatedInCorpus: ReadonlySet<string>,
  stored: StoredResult,
  cut: boolean,
): readonly PropertyReport[] {
  return o.properties.map((property): PropertyReport => {
    const { id, title, kind } = property;
    const tallies = rounds.flatMap((r) =>
      r.lockstep.tallies.filter((t) => t.property === property),
    );
    const witnesses: Record<string, number> = {};
    for (const t of tallies)
      for (const w of t.witnesses) witnesses[w.name] = (witnesses[w.name] ?? 0) + w.fired;
    const judged = tallies.reduce((n, t) => n + t.judged, 0);
    const violated = violatedInCorpus.has(id) || tallies.some((t) => t.violated > 0);
    const unseen = Object.keys(witnesses).some((w) => witnesses[w] === 0 && !stored.hasSeen(id, w));
    const verdict =
      tallies.length === 0
        ? 'not applicable'
        : violated
          ? 'violated'
          : unseen
            ? cut
              ? 'inconclusive'
              : 'vacuous'
            : 'holds';
    const reason = rounds[0]?.setup.notApplicable.get(property) ?? null;
    return { id, title, kind, verdict, reason, judged, witnesses };
  });
}

/** The witnesses that stored runs alone showed. */
const storedOnly = (
  properties: readonly PropertyReport[],
  stored: StoredResult,
): readonly Shown[] =>
  properties.flatMap(({ id, witnesses }) =>
    Object.keys(witnesses)
      .filter((w) => witnesses[w] === 0 && stored.hasSeen(id, w))
      .map((witness) => ({ property: id, witness })),
  );

/** What was left out of a check of the stack, over all rounds. */
function stackReport(rounds: readonly Round[]): StackReport | null {
  const isStack = rounds.some(({ lockstep: { subject } }) => subject instanceof StackSubject);
  if (!isStack) return null;
  return {
    leftOut: LEFT_OUT.map(({ what, why }) => ({ what, why })),
    unseen: Object.entries(NOT_OBSERVABLE).map(([field, why]) => ({ field, why })),
  };
}

/** How often each case decided, over all rounds. */
function coverageOf(rounds: readonly Round[]): readonly CaseReport[] {
  const fired = new Map<string, number>();
  for (const { lockstep } of rounds) {
    lockstep.subject.attempts.forEach(({ rule }, n) => {
      const base = lockstep.caseBase[n] ?? 0;
      rule.cases.forEach((c, at) => {
        const key = `${rule.id}\n${c.name}`;
        fired.set(key, (fired.get(key) ?? 0) + (lockstep.fired[base + at] ?? 0));
      });
    });
  }
  const rules = rounds[0]?.setup.rules ?? [];
  const made = new Set(rounds[0]?.setup.attempts.map((a) => a.rule.id));
  return rules.flatMap((rule) =>
    rule.cases.map((c): CaseReport => {
      const n = fired.get(`${rule.id}\n${c.name}`) ?? 0;
      const known = reasonFor(rule, c, rounds[0]?.setup.preset);
      const reason =
        n > 0 ? null : (known ?? (made.has(rule.id) ? null : 'none of its attempts is made'));
      return { rule: rule.id, case: c.name, fired: n, reason };
    }),
  );
}
