/**
 * How near to the shortest a random search and shrinking come: for mutants of `tiny`, the steps of what is found so beside those of
 * the shortest trace that there is for the same property, as the explorer finds it.
 *
 *   npm run bench:shrink -- [--mutants 100] [--format json]
 */
import { campaign } from '../harness/campaign.ts';
import { ExhaustiveJudge } from '../harness/explore/exhaustive-judge.ts';
import { faultsOf, isPlantable } from '../harness/faults.ts';
import { Lockstep } from '../harness/lockstep.ts';
import { mutantsOf } from '../harness/mutate.ts';
import { minimiseFailure } from '../harness/replay.ts';
import { attemptsUnder, setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import { explore } from '../impl/engine/index.ts';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { isLive } from '../properties/property.ts';

const SEED = 1;
/** Sequences after which a mutant counts as not found. */
const BUDGET = 2_000;
/** States after which the explorer gives a mutant up; all that `tiny` has are fewer. */
const STATES_MAX = 400_000;

const args = process.argv.slice(2);
const wanted = Number(args[args.indexOf('--mutants') + 1] ?? 100) || 100;
const isJson = args.includes('json');

const tiny = PRESETS.find((p) => p.id === 'tiny');
if (tiny === undefined) throw new Error('bench:shrink: no preset tiny');
const setup = setupOf(
  BASE,
  tiny,
  PROPERTIES.filter((p) => !isLive(p)),
);

interface Row {
  readonly id: string;
  readonly property: string;
  readonly found: number;
  readonly shrunk: number;
  readonly shortest: number;
  readonly milliseconds: number;
}
/** The steps of the shortest trace to a violation of a property; undefined: there is none. */
function shortestFor(rules: readonly Rule[], property: string): number | undefined {
  const only = setupOf(
    BASE,
    setup.preset,
    PROPERTIES.filter((p) => p.id === property),
  );
  const attempts = attemptsUnder(only, rules);
  const engine = only.compiler.engine(attempts);
  const judges = new ExhaustiveJudge(only, engine, attempts);
  const plan = { first: [], lowBits: 5 };
  return explore(engine, { plan, judges, statesMax: STATES_MAX }).found[0]?.length;
}
async function measured(id: string, rules: readonly Rule[]): Promise<Row | undefined> {
  const lockstep = new Lockstep(setup, engineSubject(setup, rules));
  const fails = (run: { readonly violations: readonly unknown[] }): boolean =>
    run.violations.length > 0;
  const { failing } = await campaign(setup, lockstep, { seed: SEED, budget: BUDGET, fails });
  const property = failing?.run.violations[0]?.property.id;
  if (failing === undefined || property === undefined) return undefined;
  const began = performance.now();
  const { length } = minimiseFailure(setup, lockstep, failing, property);
  const milliseconds = performance.now() - began;
  const shortest = shortestFor(rules, property);
  if (shortest === undefined) throw new Error(`bench:shrink: ${id} violates ${property} by chance`);
  return { id, property, found: failing.steps.length, shrunk: length, shortest, milliseconds };
}

const awake = new Set(setup.attempts.map((a) => a.rule.id));
const mutants = mutantsOf(setup.rules).filter((m) => awake.has(m.rule));
const every = Math.max(1, Math.floor(mutants.length / wanted));
const subjects = [
  ...faultsOf(BASE)
    .filter((f) => isPlantable(f, setup.preset))
    .map((f) => ({ id: f.id, rules: f.rules(setup.rules) })),
  ...mutants
    .filter((_, i) => i % every === 0)
    .slice(0, wanted)
    .map((m) => ({ id: m.id, rules: m.rules() })),
];
const rows: Row[] = [];
let missed = 0;
for (const { id, rules } of subjects) {
  const row = await measured(id, rules);
  if (row === undefined) missed++;
  else rows.push(row);
  if (row !== undefined && !isJson)
    console.log(
      `${row.shrunk === row.shortest ? ' ' : '!'} ${row.found} → ${row.shrunk}, shortest ${row.shortest}, ${row.milliseconds.toFixed(0)} ms  ${id} (${row.property})`,
    );
}
const equal = rows.filter((r) => r.shrunk === r.shortest).length;
const share = rows.length === 0 ? 0 : equal / rows.length;
console.log(
  isJson
    ? JSON.stringify({ subjects: subjects.length, missed, equal, share, rows }, undefined, 2)
    : `${equal} of ${rows.length} found are the shortest (${(100 * share).toFixed(1)} %); ${missed} violated nothing in ${BUDGET} sequences`,
);
