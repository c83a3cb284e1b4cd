/** What a search needs, made from what can be sent to a thread: generated code and properties cannot. */
import type { Engine, ExploreOptions, Plan } from '../../impl/engine/index.ts';
import type { Backend, Rule } from '../../model/author.ts';
import type { Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { type Property, type Reach, step } from '../../properties/property.ts';
import { attemptsUnder, type Setup, setupOf } from '../setup.ts';
import { ExhaustiveJudge } from './exhaustive-judge.ts';
import { Symmetric } from './symmetric.ts';

/** What is to be searched. */
export interface Task {
  readonly backend: Backend;
  readonly preset: Preset;
  /** Those of the backend, or a mutant's. */
  readonly rules: readonly Rule[];
  /** Ids. */
  readonly properties: readonly string[];
  /** The one of them, of what must be possible, of which a run is sought: the first in which it is reached ends the search. */
  readonly sought: string | null;
  /** Whether states that differ in the names of members only stand for one another. */
  readonly isSymmetric: boolean;
  readonly plan: Plan;
}
/** What every thread of a search is told. */
export interface Order {
  readonly task: Task;
  readonly workers: number;
  readonly checkpoint: Checkpointed | undefined;
}
/** Where a search is kept. */
export interface Checkpointed {
  readonly file: string;
  /** Milliseconds between two checkpoints, or more if they are slow. */
  readonly every: number;
  /** Whether to go on from what the file holds. */
  readonly isResumed: boolean;
}
export interface Prepared {
  readonly setup: Setup;
  readonly engine: Engine;
  readonly judge: ExhaustiveJudge;
  readonly symmetric: Symmetric | undefined;
  readonly search: Pick<ExploreOptions, 'plan' | 'judges' | 'canonical' | 'orbit'>;
}

export function prepared(task: Task): Prepared {
  const { backend, preset, rules, properties, sought, plan } = task;
  const wanted = new Set(properties);
  const some = PROPERTIES.filter((p) => wanted.has(p.id)).map((p) =>
    p.id === sought && p.kind === 'reach' ? neverReached(p) : p,
  );
  const setup = setupOf(backend, preset, some, plan.first);
  const attempts = attemptsUnder(setup, rules);
  const engine = setup.compiler.engine(attempts);
  const judge = new ExhaustiveJudge(setup, engine, attempts);
  if (!task.isSymmetric)
    return { setup, engine, judge, symmetric: undefined, search: { plan, judges: judge } };
  const symmetric = new Symmetric(setup, engine, attempts);
  const { canonical, orbit } = symmetric.symmetry;
  const search = { plan, judges: symmetric.judging(judge), canonical, orbit };
  return { setup, engine, judge, symmetric, search };
}

/** The claim that it is impossible, which the first run that reaches it refutes. */
const neverReached = ({ id, title, clauses, reads, rules, facets, reached }: Reach): Property =>
  step({ id, title, clauses, reads, rules, facets, holds: (s) => !reached(s), witnesses: {} });
