/** What a search needs, made from what can be sent to a thread: generated code and properties cannot. */
import type { Engine, Plan } from '../../impl/engine/index.ts';
import type { Backend, Rule } from '../../model/author.ts';
import type { Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { attemptsUnder, type Setup, setupOf } from '../setup.ts';
import { ExhaustiveJudge } from './exhaustive-judge.ts';

/** What is to be searched. */
export interface Task {
  readonly backend: Backend;
  readonly preset: Preset;
  /** Those of the backend, or a mutant's. */
  readonly rules: readonly Rule[];
  /** Ids. */
  readonly properties: readonly string[];
  readonly plan: Plan;
}
export interface Prepared {
  readonly setup: Setup;
  readonly engine: Engine;
  readonly judge: ExhaustiveJudge;
}

export function prepared({ backend, preset, rules, properties, plan }: Task): Prepared {
  const wanted = new Set(properties);
  const some = PROPERTIES.filter((p) => wanted.has(p.id));
  const setup = setupOf(backend, preset, some, plan.first);
  const attempts = attemptsUnder(setup, rules);
  const engine = setup.compiler.engine(attempts);
  return { setup, engine, judge: new ExhaustiveJudge(setup, engine, attempts) };
}
