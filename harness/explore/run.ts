/** `explore`: every state and step that a preset has, judged; shortest counterexamples. */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import {
  attemptOf,
  beside,
  type Engine,
  type Exploration,
  type ExploreOptions,
  explorePausing,
  type Found,
  planOf,
} from '../../impl/engine/index.ts';
import type { Backend, Rule } from '../../model/author.ts';
import { type Preset, type Readings, withReadings } from '../../model/world.ts';
import { isLive, type Property } from '../../properties/property.ts';
import type { Tally } from '../judge.ts';
import { EXIT, type PropertyReport, type VerdictName } from '../result.ts';
import { attemptsUnder, type Setup, setupOf } from '../setup.ts';
import type { Breath } from './breath.ts';
import { assertNew, checkpointed } from './checkpoint.ts';
import type { ExhaustiveJudge } from './exhaustive-judge.ts';
import { type Compared, compareAll, type Parting } from './lockstep.ts';
import { type Checkpointed, type Order, prepared, type Task } from './prepared.ts';
import { type DeadEnd, type Decided, decideLive } from './recover.ts';
import { isShown } from './shown.ts';
import { presetsFor } from './slices.ts';
import type { Symmetric } from './symmetric.ts';

export interface ExploreRunOptions {
  readonly backend: Backend;
  readonly preset: Preset;
  readonly readings: Partial<Readings>;
  readonly properties: readonly Property[];
  readonly mutant?: {
    readonly id: string;
    readonly rules: (base: readonly Rule[]) => readonly Rule[];
    /** Those that should name it, if any are known. */
    readonly properties?: readonly string[];
  };
  /** The id of one of them, of what must be possible: ends with the shortest run that reaches it, as its one violation. */
  readonly sought?: string;
  /** Whether model and engine are compared at every state. */
  readonly lockstep?: boolean;
  /** Whether states that differ in the names of members only stand for one another. */
  readonly isSymmetric?: boolean;
  /** Threads that search; 1 if not given. What is found does not depend on it. */
  readonly workers?: number;
  /** Whether the search begins only when all threads are loaded, which may take longer than a short search. */
  readonly isAwaited?: boolean;
  /** A new file in which the search is kept, or one to go on from; removed when the search has come to its end. */
  readonly checkpoint?: Checkpointed;
  readonly statesMax?: number;
  readonly bytesMax?: number;
  readonly stopped?: () => boolean;
  readonly onProgress?: ExploreOptions['onProgress'];
  /** Told how far what comes after the search is. */
  readonly onPhase?: (progress: PhaseProgress) => void;
}
/** What comes after a search, in order: each looks at all states once more. */
export interface PhaseProgress {
  readonly phase: 'deciding' | 'comparing' | 'showing';
  /** Of what must stay possible; of attempts; of states. */
  readonly done: number;
  readonly total: number;
}
/** A shortest trace to a violation, or to a difference between model and engine. */
export interface ExploreViolation {
  /** Null: model and engine differ. */
  readonly property: string | null;
  readonly title: string;
  readonly why: string;
  readonly length: number;
  /** The file that it was written to; null: none. */
  readonly file: string | null;
  /** Attempts by index in the setup; the last one violates. */
  readonly steps: readonly number[];
}
export interface ExploreReport {
  readonly verdict: VerdictName;
  readonly exitCode: number;
  readonly backend: string;
  readonly preset: string;
  readonly readings: Readings;
  readonly mutant: string | null;
  /** The presets in which the mutant may show, when it makes no difference anywhere in this one; otherwise null. */
  readonly elsewhere: readonly string[] | null;
  /** Why the search ended. */
  readonly end: Exploration['end'];
  /** By symmetry too these are all that there are. */
  readonly states: number;
  readonly transitions: number;
  /** Of these states those that an earlier run had found, which this one goes on with. */
  readonly before: number;
  /** The sorts whose members stood for one another, and the states that were visited; null: no symmetry was used. */
  readonly symmetry: { readonly sorts: readonly string[]; readonly visited: number } | null;
  /** Steps to the farthest state seen. */
  readonly depth: number;
  /** All states within so many steps were found and judged. */
  readonly within: number;
  readonly bytes: number;
  /** The file from which the search can be gone on with; null: none, or it has come to its end. */
  readonly kept: string | null;
  /** Why from some moment on nothing more was kept; null: nothing went wrong. */
  readonly unkept: string | null;
  readonly seconds: number;
  readonly properties: readonly PropertyReport[];
  readonly violations: readonly ExploreViolation[];
  /** Attempts for which model and engine were compared; null: they were not. */
  readonly compared: number | null;
  /** Attempts for which they are to be compared; more, if that came to no end or they differ. */
  readonly comparable: number | null;
  /** The properties of what must be possible, and the steps of a shortest run in which each is reached. */
  readonly reached: readonly { readonly property: string; readonly length: number }[];
}

/** Runs a search. The setup comes along, because the indices in the report are its own. */
export async function exploreRun(
  o: ExploreRunOptions,
): Promise<{ report: ExploreReport; setup: Setup }> {
  const clock = performance.now();
  const preset = withReadings(o.preset, o.readings);
  const draft = setupOf(o.backend, preset, o.properties);
  const rules = o.mutant?.rules(draft.rules) ?? draft.rules;
  const plan = planOf(draft.compiler.engine(attemptsUnder(draft, rules)));
  const task: Task = {
    backend: o.backend,
    preset,
    rules,
    properties: o.properties.map((p) => p.id),
    sought: o.sought ?? null,
    isSymmetric: o.isSymmetric === true,
    plan,
  };
  const { setup, engine, judge, symmetric, search } = prepared(task);
  const { workers = 1 } = o;
  const order: Order = { task, workers, checkpoint: o.checkpoint };
  if (o.checkpoint?.isResumed === false) assertNew(o.checkpoint.file);
  const { checkpoint, options: keeping } = checkpointed(order, 0, engine, judge);
  const options: ExploreOptions = {
    ...search,
    ...keeping,
    ...(workers === 1
      ? {}
      : {
          crew: {
            others: workers - 1,
            entry: beside(import.meta.url, 'worker'),
            data: order,
            isAwaited: o.isAwaited === true,
            hear: (seen) => judge.add(seen as ExhaustiveJudge['seen']),
          },
        }),
    ...(o.statesMax === undefined ? {} : { statesMax: o.statesMax }),
    ...(o.bytesMax === undefined ? {} : { bytesMax: o.bytesMax }),
    ...(o.stopped === undefined ? {} : { stopped: o.stopped }),
    ...(o.onProgress === undefined ? {} : { onProgress: o.onProgress }),
  };
  const found = await explorePausing(engine, options, () => setImmediate());
  const isAtEnd = found.end === 'complete' || found.end === 'violation';
  const refusal = symmetric?.refusal(found.found);
  if (refusal !== undefined) {
    checkpoint?.remove();
    throw refusal;
  }
  const breath =
    (phase: PhaseProgress['phase']): Breath =>
    async (done, total) => {
      o.onPhase?.({ phase, done, total });
      await setImmediate();
      return o.stopped?.() !== true;
    };
  const theirs = attemptsUnder(setup, rules);
  // On fewer states than all nothing can be said of what is still possible.
  const live =
    found.end === 'complete'
      ? await decideLive(setup, engine, theirs, found, symmetric?.symmetry, breath('deciding'))
      : undefined;
  const compared = o.lockstep
    ? await compareAll(setup, engine, theirs, found, breath('comparing'))
    : undefined;
  const isCut = (live?.open.length ?? 0) > 0 || compared?.wasStopped === true;
  const isLooked = o.mutant !== undefined && found.end === 'complete' && !isCut;
  const shown = isLooked
    ? await isShown(setup, engine, theirs, found, breath('showing'))
    : undefined;
  const wasStopped = found.end === 'stopped' || isCut || (isLooked && shown === undefined);
  // Whoever ends a later phase can go on from the end of the search.
  const isOver = isAtEnd && !wasStopped;
  if (isOver) checkpoint?.remove();
  const violations = [
    ...found.found.map((f) => violationOf(setup, engine, found, f, judge, symmetric)),
    ...(live?.deadEnds ?? []).map((e) => deadEndOf(found, e, symmetric)),
    ...(compared?.parting === undefined ? [] : [differenceOf(found, compared.parting)]),
  ];
  const properties = propertyReports(setup, found, violations, judge, live);
  const verdict = wasStopped ? 'interrupted' : verdictOf(found, properties, compared, shown);
  return {
    setup,
    report: {
      verdict,
      exitCode: EXIT[verdict],
      backend: o.backend.id,
      preset: o.preset.id,
      readings: setup.preset.readings,
      mutant: o.mutant?.id ?? null,
      elsewhere:
        o.mutant !== undefined && shown === false
          ? presetsFor(o.backend, o.mutant.rules, o.mutant.properties)
          : null,
      end: found.end,
      states: found.covered.states,
      transitions: found.covered.transitions,
      before: checkpoint?.before ?? 0,
      symmetry: symmetric === undefined ? null : { sorts: symmetric.sorts, visited: found.states },
      depth: found.depth,
      within: found.within,
      bytes: found.bytes,
      kept: isOver ? null : (checkpoint?.kept ?? null),
      unkept: checkpoint?.failure ?? null,
      seconds: (performance.now() - clock) / 1000,
      properties,
      violations,
      compared: compared?.count ?? null,
      comparable: compared?.total ?? null,
      reached: reachedIn(judge),
    },
  };
}

function reachedIn({ tallies, seen }: ExhaustiveJudge): ExploreReport['reached'] {
  return tallies.flatMap(({ property }, i) => {
    const length = seen[i]?.[0]?.shortest ?? 0;
    return property.kind === 'reach' && length > 0 ? [{ property: property.id, length }] : [];
  });
}
function deadEndOf(
  found: Exploration,
  { property, why, state, length }: DeadEnd,
  symmetric: Symmetric | undefined,
): ExploreViolation {
  const way = found.wayTo(state);
  const steps = (symmetric?.named(way) ?? way).map(attemptOf);
  return { property: property.id, title: property.title, why, length, file: null, steps };
}

function violationOf(
  setup: Setup,
  engine: Engine,
  found: Exploration,
  f: Found,
  judge: ExhaustiveJudge,
  symmetric: Symmetric | undefined,
): ExploreViolation {
  const property = setup.properties[f.violated];
  if (property === undefined) throw new Error(`exploreRun: no property ${f.violated}`);
  const visited = [...found.wayTo(f.state), ...(f.via === undefined ? [] : [f.via])];
  const way = symmetric?.named(visited) ?? visited;
  const steps = way.map(attemptOf);
  const via = f.via === undefined ? undefined : way.at(-1);
  const state = engine.initial.slice();
  for (const n of via === undefined ? steps : steps.slice(0, -1)) engine.step(n, state, state);
  return {
    property: property.id,
    title: property.title,
    why: judge.why(property, { ...f, state, via }),
    length: steps.length,
    file: null,
    steps,
  };
}

function differenceOf(found: Exploration, { state, attempt, says }: Parting): ExploreViolation {
  const steps = [...found.wayTo(state).map(attemptOf), attempt];
  const title = 'model and engine differ';
  return { property: null, title, why: says, length: steps.length, file: null, steps };
}

function propertyReports(
  setup: Setup,
  found: Exploration,
  violations: readonly ExploreViolation[],
  judge: ExhaustiveJudge,
  live: Decided | undefined,
): readonly PropertyReport[] {
  const open: readonly Property[] = live?.open ?? setup.properties.filter(isLive);
  const reportOf = (t: Pick<Tally, 'property' | 'witnesses'>, judged: number): PropertyReport => {
    const { id, title, kind } = t.property;
    const isBroken = violations.some((v) => v.property === id);
    const unseen = t.witnesses.some((w) => w.fired === 0);
    // What must be possible and was seen is, whatever else there may be.
    const isDecided =
      (found.end === 'complete' && !open.includes(t.property)) || (kind === 'reach' && !unseen);
    const verdict = isBroken
      ? 'violated'
      : isDecided
        ? unseen
          ? 'vacuous'
          : 'holds'
        : 'inconclusive';
    const witnesses = Object.fromEntries(t.witnesses.map((w) => [w.name, Math.min(1, w.fired)]));
    return { id, title, kind, verdict, reason: null, judged, witnesses };
  };
  const notApplicable = [
    ...setup.notApplicable,
    ...(live?.undecided ?? []).map((p) => [p, NOT_BY_SYMMETRY] as const),
  ];
  return [
    ...judge.tallies.map((t) =>
      reportOf(t, found.covered[t.property.kind === 'invariant' ? 'states' : 'transitions']),
    ),
    ...(live?.tallies ?? []).map((t) => reportOf(t, t.judged)),
    ...open.map((property) => reportOf({ property, witnesses: [] }, 0)),
    ...notApplicable.map(
      ([{ id, title, kind }, reason]): PropertyReport => ({
        id,
        title,
        kind,
        verdict: 'not applicable',
        reason,
        judged: 0,
        witnesses: {},
      }),
    ),
  ];
}

/** The goal of one TDI is not that of another, or a game was not won under every renaming. */
const NOT_BY_SYMMETRY = 'by symmetry it could not be decided; without --symmetry it is';

function verdictOf(
  found: Exploration,
  properties: readonly PropertyReport[],
  compared: Compared | undefined,
  shown: boolean | undefined,
): VerdictName {
  if (properties.some((p) => p.verdict === 'violated')) return 'violated';
  if (compared?.parting !== undefined) return 'differs';
  if (found.end !== 'complete') return 'inconclusive';
  const isVacuous = shown === false || properties.some((p) => p.verdict === 'vacuous');
  return isVacuous ? 'vacuous' : 'holds';
}
