/**
 * How near to the shortest a random search and shrinking come, and how long a failure of 1,000 steps takes.
 *
 * For mutants of `tiny` and for every planted fault: the steps of what is found so, beside those of the shortest trace
 * that there is for the same property, as the explorer finds it. Mutants are those that random sequences tell by a
 * property, evenly from all. A long failure is a found one with steps put in between that leave it failing at its end.
 *
 *   npm run bench:shrink -- [--mutants 100] [--no-faults] [--format json]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { campaign } from '../harness/campaign.ts';
import { BACKENDS } from '../harness/cli/backends.ts';
import { ExhaustiveJudge } from '../harness/explore/exhaustive-judge.ts';
import { PLANTED_FAULTS, type PlantedFault } from '../harness/faults.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { huntingGround } from '../harness/hunt.ts';
import { Judge } from '../harness/judge.ts';
import { Lockstep } from '../harness/lockstep.ts';
import { mutantsOf } from '../harness/mutate.ts';
import { Probe } from '../harness/probe.ts';
import { Dice } from '../harness/random.ts';
import { minimiseFailure } from '../harness/replay.ts';
import { attemptsUnder, type Setup, setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import { readTrace } from '../harness/trace.ts';
import { explore } from '../impl/engine/index.ts';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { isLive } from '../properties/property.ts';

const SEED = 1;
/** Sequences after which a mutant counts as not found. */
const BUDGET = 500;
/** States after which the explorer is stopped: all that `tiny` has are fewer, those of `small` far more. */
const STATES_MAX = 500_000;
/** Steps of a long failure, and the time in milliseconds in which it should be minimised. */
const LONG = 1_000;
const LONG_MILLISECONDS = 50;
/** The share of mutants of which the shortest should be found. */
const SHARE = 0.99;

const { values: args } = parseArgs({
  options: {
    mutants: { type: 'string', default: '100' },
    'no-faults': { type: 'boolean', default: false },
    format: { type: 'string', default: 'pretty' },
  },
});
const isJson = args.format === 'json';
const wanted = Number(args.mutants);
if (!Number.isInteger(wanted) || wanted < 0)
  throw new Error(`bench:shrink: --mutants ${args.mutants}: expected a number from 0`);

interface Found {
  readonly id: string;
  readonly setup: Setup;
  readonly rules: readonly Rule[];
  readonly steps: readonly number[];
  readonly property: string;
}
interface Row {
  readonly id: string;
  readonly preset: string;
  readonly property: string;
  readonly found: number;
  readonly shrunk: number;
  /** Undefined: the explorer stopped before it came to one. */
  readonly shortest: number | undefined;
  /** There is none of fewer steps. */
  readonly atLeast: number;
  readonly milliseconds: number;
  /** Of the failure of 1,000 steps. */
  readonly long: { readonly milliseconds: number; readonly shrunk: number };
}

/** What the explorer knows of the shortest trace to a violation of a property. */
function shortestFor({ setup, rules, property }: Found): Pick<Row, 'shortest' | 'atLeast'> {
  const only = setupOf(
    setup.backend,
    setup.preset,
    PROPERTIES.filter((p) => p.id === property),
  );
  const attempts = attemptsUnder(only, rules);
  const engine = only.compiler.engine(attempts);
  const judges = new ExhaustiveJudge(only, engine, attempts);
  const plan = { first: [], lowBits: 5 };
  const { found, within } = explore(engine, { plan, judges, statesMax: STATES_MAX });
  const shortest = found[0]?.length;
  return { shortest, atLeast: shortest ?? within + 1 };
}
/** Minimises a failure; what it takes in milliseconds of processor time, all threads together. */
function minimised({ setup, rules, property }: Found, steps: readonly number[]): Row['long'] {
  const lockstep = new Lockstep(setup, engineSubject(setup, rules));
  const run = lockstep.run({ steps, results: undefined });
  const began = process.cpuUsage();
  const { length } = minimiseFailure(setup, lockstep, { steps, run }, property);
  const { user, system } = process.cpuUsage(began);
  return { shrunk: length, milliseconds: (user + system) / 1000 };
}
/** A failing trace with steps in between, all of which change something, until it is long. */
function lengthened({ setup, rules, steps, property }: Found): readonly number[] {
  const named = setup.properties.find((p) => p.id === property) ?? null;
  const probe = new Probe(setup, attemptsUnder(setup, rules), named);
  const dice = new Dice(SEED);
  let long = probe.failing(steps) ?? steps;
  while (long.length < LONG) {
    const at = dice.roll(long.length);
    const more = Array.from({ length: 1 + (dice.roll(LONG - long.length) % 20) }, () =>
      dice.roll(setup.attempts.length),
    );
    const longer = long.toSpliced(at, 0, ...more);
    if (probe.failing(longer)?.length === longer.length) long = longer;
  }
  return long;
}
function measured(found: Found): Row {
  const { id, setup, property, steps } = found;
  const { shrunk, milliseconds } = minimised(found, steps);
  const long = minimised(found, lengthened(found));
  const row = {
    id,
    preset: setup.preset.id,
    property,
    found: steps.length,
    shrunk,
    milliseconds,
    long,
    ...shortestFor(found),
  };
  const { shortest, atLeast } = row;
  if (!isJson)
    console.log(
      `${shrunk === atLeast ? ' ' : shortest === undefined ? '?' : '!'} ${row.found} → ${shrunk}, ` +
        `shortest ${shortest ?? `not known, at least ${atLeast}`}, ${milliseconds.toFixed(0)} ms; ` +
        `${LONG} → ${long.shrunk}, ${long.milliseconds.toFixed(0)} ms  ${id} (${property})`,
    );
  return row;
}

/** The mutants of `tiny` that a property tells. The sequences are those of the rules as they are, the same for each. */
function* foundMutants(): Generator<Found> {
  const tiny = PRESETS.find((p) => p.id === 'tiny');
  if (tiny === undefined) throw new Error('bench:shrink: no preset tiny');
  const setup = setupOf(
    BASE,
    tiny,
    PROPERTIES.filter((p) => !isLive(p)),
  );
  const sequences = fc.sample(new SequenceArbitrary(setup), { seed: SEED, numRuns: BUDGET });
  const awake = new Set(setup.attempts.map((a) => a.rule.id));
  for (const mutant of spread(mutantsOf(setup.rules).filter((m) => awake.has(m.rule)))) {
    const rules = mutant.rules();
    const subject = engineSubject(setup, rules);
    const judge = new Judge(setup, subject);
    for (const { steps } of sequences) {
      let property: string | undefined;
      subject.reset();
      for (const n of steps) {
        judge.step(n, subject.attempt(n), (p) => {
          property ??= p.id;
        });
        if (property !== undefined) break;
      }
      if (property === undefined) continue;
      yield { id: mutant.id, setup, rules, steps, property };
      break;
    }
  }
}
/** All, in an order in which the first few lie as far apart as can be. */
function spread<T>(all: readonly T[]): readonly T[] {
  const stride = Math.max(1, Math.floor(all.length * 0.382));
  const step = [...Array(all.length).keys()].find((k) => k >= stride && gcd(k, all.length) === 1);
  return all.map((_, i) => all[(i * (step ?? 1)) % all.length] as T);
}
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The planted faults in `small`, found as their stored traces say. */
async function* foundFaults(): AsyncGenerator<Found> {
  const small = PRESETS.find((p) => p.id === 'small');
  if (small === undefined) throw new Error('bench:shrink: no preset small');
  for (const fault of PLANTED_FAULTS) {
    const backend = BACKENDS.find((b) => b.id === fault.backend);
    if (backend === undefined) throw new Error(`bench:shrink: no backend ${fault.backend}`);
    const faults = PLANTED_FAULTS.filter((f) => f.backend === fault.backend);
    yield await foundFault(fault, huntingGround(backend, small, faults, PROPERTIES));
  }
}
async function foundFault(fault: PlantedFault, setup: Setup): Promise<Found> {
  const file = new URL(`../counterexamples/planted/${fault.id}.json`, import.meta.url);
  const { seed, path, property } = readTrace(fileURLToPath(file));
  if (seed === null || path === null || property === null)
    throw new Error(`bench:shrink: ${fault.id}: its trace does not say where it was found`);
  const rules = fault.rules(setup.rules);
  const { failing } = await campaign(setup, new Lockstep(setup, engineSubject(setup, rules)), {
    seed,
    budget: BUDGET,
    path: path.slice(path.indexOf(':') + 1),
    fails: (run) => run.violations.some((v) => v.property.id === property),
  });
  if (failing === undefined)
    throw new Error(`bench:shrink: ${fault.id} is not found any more; npm run plant`);
  return { id: fault.id, setup, rules, steps: failing.steps, property };
}

/**
 * Of `small` the explorer cannot know the shortest trace to most faults. So each is sought once more, in the first of
 * these in which a property of its own tells it.
 */
const SEARCHED = ['tiny', 'reset', 'rekey', 'teardown', 'memory', 'lifecycle', 'sev-tio'];
async function foundInSlice(fault: PlantedFault): Promise<Found | undefined> {
  const backend = BACKENDS.find((b) => b.id === fault.backend);
  if (backend === undefined) throw new Error(`bench:shrink: no backend ${fault.backend}`);
  const own = new Set(fault.properties);
  for (const preset of PRESETS.filter((p) => SEARCHED.includes(p.id))) {
    const setup = setupOf(
      backend,
      preset,
      PROPERTIES.filter((p) => own.has(p.id)),
    );
    const rules = fault.rules(setup.rules);
    if (attemptsUnder(setup, rules).every(({ rule }, n) => setup.attempts[n]?.rule === rule))
      continue;
    const { failing } = await campaign(setup, new Lockstep(setup, engineSubject(setup, rules)), {
      seed: SEED,
      budget: BUDGET,
      fails: (run) => run.violations.length > 0,
    });
    const property = failing?.run.violations[0]?.property.id;
    if (failing !== undefined && property !== undefined)
      return { id: `${fault.id} in ${preset.id}`, setup, rules, steps: failing.steps, property };
  }
  return undefined;
}

const rows: Row[] = [];
/** Planted faults that no random sequence tells in a slice. */
const unseen: string[] = [];
if (!args['no-faults']) {
  for await (const found of foundFaults()) rows.push(measured(found));
  for (const fault of PLANTED_FAULTS) {
    const found = await foundInSlice(fault);
    if (found === undefined) unseen.push(fault.id);
    else rows.push(measured(found));
  }
}
let mutants = 0;
for (const found of wanted === 0 ? [] : foundMutants()) {
  rows.push(measured(found));
  if (++mutants === wanted) break;
}
/** What the rows come to. */
const known = rows.filter((r) => r.shortest !== undefined || r.shrunk === r.atLeast);
const equal = known.filter((r) => r.shrunk === r.atLeast).length;
const share = equal / Math.max(1, known.length);
const times = rows.map((r) => r.long.milliseconds).sort((a, b) => a - b);
const median = times[times.length >> 1] ?? 0;
const worst = times.at(-1) ?? 0;
const goals = [
  { goal: `equal for ${100 * SHARE} %`, met: known.length > 0 && share >= SHARE },
  { goal: `${LONG} steps in ${LONG_MILLISECONDS} ms, median`, met: median <= LONG_MILLISECONDS },
  { goal: `${LONG} steps in ${LONG_MILLISECONDS} ms, worst`, met: worst <= LONG_MILLISECONDS },
];
console.log(
  isJson
    ? JSON.stringify(
        { equal, known: known.length, share, median, worst, unseen, goals, rows },
        undefined,
        2,
      )
    : [
        `${equal} of ${known.length} are the shortest (${(100 * share).toFixed(1)} %); of ${rows.length - known.length} the shortest is not known`,
        ...unseen.map((id) => `not found in a small preset: ${id}`),
        `${LONG} steps: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`,
        ...goals.map(({ goal, met }) => `${met ? 'met    ' : 'NOT met'}  ${goal}`),
      ].join('\n'),
);
