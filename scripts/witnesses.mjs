// Makes the stored runs anew: counterexamples/witnesses/BACKEND/PROPERTY.N.json for the preset small, and
// full.PROPERTY.N.json beside them for what of the preset full those do not show. `tdicheck check` makes them first.
// They show the witnesses that random sequences show too seldom to count on them within the default budget.
//
//   npm run witnesses              of every backend; some minutes each
//   npm run witnesses -- BACKEND…  of these alone; those of the others stay as they are
//   npm run witnesses -- full …    for the preset full alone, or with small for that one
//
// Run it when `check` tells that a stored run does not show what it is kept for, or that a witness was never seen,
// after a change of the model, the properties or the generator that you meant. Fixed seeds decide everything.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { BACKENDS } from '../harness/cli/backends.ts';
import { DEFAULT_BUDGET } from '../harness/cli/defaults.ts';
import { version } from '../harness/cli/version.ts';
import { corpusFiles } from '../harness/corpus.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { Judge, SIGHTINGS_MAX } from '../harness/judge.ts';
import { Liveness } from '../harness/liveness.ts';
import { Lockstep } from '../harness/lockstep.ts';
import { minimise } from '../harness/minimise.ts';
import { roundPlans } from '../harness/rounds.ts';
import { setupOf } from '../harness/setup.ts';
import { makeStoredRuns } from '../harness/stored-runs.ts';
import { engineSubject } from '../harness/subject.ts';
import { readTrace, writeTrace } from '../harness/trace.ts';
import { attemptsToSteps, stepsToAttempts } from '../harness/trace-steps.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { isLive } from '../properties/property.ts';

/** Sequences over all rounds from which it is estimated how often a witness is seen. */
const SAMPLE = 1200;
/** Further ones for those that were not seen at all, at most. */
const SEARCH = 3000;
const SEED = 1000;
const BATCH = 40;
/** A witness that fewer sequences of the default budget are expected to show has a stored run: one check in 20,000 would miss it. */
const EXPECTED_MIN = 10;
/** A run need not be minimal, only short. */
const EVALUATIONS_MAX = 400;

const folder = fileURLToPath(new URL('../counterexamples/witnesses', import.meta.url));
const given = process.argv.slice(2);
const chosen = (all) => {
  const some = all.filter(({ id }) => given.includes(id));
  return some.length > 0 ? some : all;
};
const presets = PRESETS.filter(({ id }) => id === 'small' || id === 'full');
const strange = given.find((id) => ![...BACKENDS, ...presets].some((x) => x.id === id));
if (strange !== undefined) throw new Error(`witnesses: there is no backend or preset ${strange}`);

const keyOf = (property, witness) => `${property.id}: ${witness}`;
/** Gives what steps show, of some properties. */
function observer(setup, subject, properties) {
  const some = { ...setup, properties };
  const anew = () => ({
    judge: new Judge(some, subject),
    liveness: properties.some(isLive) ? new Liveness(some, subject) : undefined,
  });
  let { judge, liveness } = anew();
  const tallies = () => [...judge.tallies, ...(liveness?.tallies ?? [])];
  const sightings = () =>
    tallies().flatMap(({ property, witnesses }) =>
      witnesses.map(({ name, fired }) => ({ property, witness: name, fired })),
    );
  return (steps) => {
    // After so many sightings none is counted any more.
    if (sightings().some((s) => s.fired >= SIGHTINGS_MAX)) ({ judge, liveness } = anew());
    const before = sightings();
    subject.reset();
    judge.start(() => {});
    for (const n of steps) judge.step(n, subject.attempt(n), () => {});
    liveness?.judge(subject.words, () => {});
    const shown = sightings().filter(({ fired }, i) => fired > before[i].fired);
    return new Map(shown.map((s) => [keyOf(s.property, s.witness), s]));
  };
}

/** A round, and for each witness how many of how many sequences showed it, and the shortest that did. */
class Round {
  constructor(setup, share, seed) {
    this.setup = setup;
    this.share = share;
    this.seed = seed;
    this.subject = engineSubject(setup);
    this.lockstep = new Lockstep(setup, engineSubject(setup));
    this.arbitrary = new SequenceArbitrary(setup);
    this.made = 0;
    this.seen = new Map();
    for (const { property, witnesses } of this.lockstep.tallies)
      for (const w of witnesses)
        this.seen.set(keyOf(property, w.name), {
          property,
          witness: w.name,
          tally: w,
          fired: 0,
          sequences: 0,
          of: undefined,
        });
  }
  sample(count) {
    for (let left = count; left > 0; left -= BATCH) {
      const some = fc.sample(this.arbitrary, { seed: this.seed++, numRuns: Math.min(BATCH, left) });
      for (const sequence of some) this.run(sequence);
    }
  }
  run(sequence) {
    const { violations, difference } = this.lockstep.run(sequence);
    if (violations.length > 0 || difference !== undefined)
      throw new Error('witnesses: the rules do not hold');
    this.made++;
    for (const s of this.seen.values()) {
      if (s.tally.fired === s.fired) continue;
      s.fired = s.tally.fired;
      s.sequences++;
      if (s.fired >= SIGHTINGS_MAX) s.of = this.made;
      if (s.steps === undefined || sequence.steps.length < s.steps.length) s.steps = sequence.steps;
    }
  }
  /** How many of so many sequences show a witness, as far as is known. */
  expected(key, sequences) {
    const s = this.seen.get(key);
    return s === undefined ? 0 : (s.sequences / (s.of ?? this.made)) * sequences;
  }
}

/** The stored runs of a backend for a preset. */
async function runsOf(backend, preset) {
  const rounds = roundPlans('engine', backend, preset, {}).map(
    (plan, i) => new Round(setupOf(backend, plan.preset, PROPERTIES), plan.share, SEED * (i + 1)),
  );
  for (const r of rounds) r.sample(Math.ceil(SAMPLE * r.share));
  const lent = await shownByOthers(backend, preset, rounds);
  const keys = [...new Set(rounds.flatMap((r) => [...r.seen.keys()]))].filter((k) => !lent.has(k));
  const expected = (key) =>
    rounds.reduce((sum, r) => sum + r.expected(key, DEFAULT_BUDGET * r.share), 0);
  const unseen = () => keys.filter((key) => !rounds.some((r) => r.seen.get(key)?.steps));
  for (let made = 0; unseen().length > 0 && made < SEARCH; made += BATCH * rounds.length)
    for (const r of rounds) r.sample(BATCH);
  for (const key of unseen()) borrow(key, rounds);
  for (const key of unseen()) console.log(`${backend.id}: never seen: ${key}`);
  const rare = keys
    .filter((key) => expected(key) < EXPECTED_MIN && !unseen().includes(key))
    .toSorted((a, b) => expected(a) - expected(b));
  console.log(`${backend.id}: ${rare.length} of ${keys.length} witnesses are seen seldom`);
  return covering(rounds, rare);
}

/** What the runs of smaller presets show in this one, where every check makes them too. */
async function shownByOthers(backend, preset, rounds) {
  const runs = corpusFiles([join(folder, backend.id)])
    .map((file) => ({ file, trace: readTrace(file) }))
    .filter(({ trace }) => trace.preset !== preset.id);
  const setups = rounds.map((r) => r.setup);
  const { hasSeen } = await makeStoredRuns('engine', setups, runs);
  const shown = runs.flatMap(({ trace }) => trace.shows ?? []);
  const keys = shown.filter((w) => hasSeen(w.property, w.witness));
  return new Set(keys.map((w) => `${w.property}: ${w.witness}`));
}

/** Takes a witness that no sequence showed from a stored run of another backend, if its steps show it here too. */
function borrow(key, rounds) {
  const [{ setup, subject, seen }] = rounds;
  const files = corpusFiles(BACKENDS.map((b) => join(folder, b.id)));
  for (const trace of files.map(readTrace)) {
    if (!trace.shows.some((w) => `${w.property}: ${w.witness}` === key)) continue;
    const rules = new Set(setup.rules.map((r) => r.id));
    if (!trace.steps.every((s) => rules.has(s.rule))) continue;
    const steps = stepsToAttempts(trace, setup.attempts);
    const entry = seen.get(key);
    if (entry !== undefined && observer(setup, subject, [entry.property])(steps).has(key))
      entry.steps = steps;
  }
}

/** For each witness a run that shows it; what a run shows besides needs none of its own. */
function* covering(rounds, rare) {
  const covered = new Set();
  for (const key of rare) {
    if (covered.has(key)) continue;
    const [round] = rounds
      .filter((r) => r.seen.get(key)?.steps)
      .toSorted((a, b) => a.seen.get(key).steps.length - b.seen.get(key).steps.length);
    const { setup, subject } = round;
    const { property, steps: found } = round.seen.get(key);
    const observe = observer(setup, subject, [property]);
    const shows = (steps) => observe(steps).has(key);
    if (!shows(found)) throw new Error(`witnesses: a run does not show ${key} again`);
    const { steps } = minimise(found, setup.attempts, shows, { evaluationsMax: EVALUATIONS_MAX });
    const shown = observer(setup, subject, setup.properties)(steps);
    const news = rare.filter((k) => shown.has(k) && !covered.has(k));
    for (const k of news) covered.add(k);
    console.log(`  ${steps.length} steps of ${found.length} show ${news.join(' | ')}`);
    yield {
      format: 'tdicheck-trace',
      version: 1,
      tool: version(),
      backend: setup.backend.id,
      preset: setup.preset.id,
      readings: setup.preset.readings,
      subject: 'engine',
      mutant: null,
      property: null,
      difference: false,
      seed: null,
      path: null,
      found: null,
      shows: news.map((k) => ({
        property: shown.get(k).property.id,
        witness: shown.get(k).witness,
      })),
      steps: attemptsToSteps(steps, setup.attempts),
    };
  }
}

for (const backend of chosen(BACKENDS))
  for (const preset of chosen(presets)) {
    const own = join(folder, backend.id);
    const traces = [...(await runsOf(backend, preset))];
    for (const file of corpusFiles([own])) if (readTrace(file).preset === preset.id) rmSync(file);
    mkdirSync(own, { recursive: true });
    const used = new Map();
    for (const trace of traces) {
      const { property } = trace.shows[0];
      const n = (used.get(property) ?? 0) + 1;
      used.set(property, n);
      const name = preset.id === 'small' ? property : `${preset.id}.${property}`;
      writeTrace(join(own, `${name}.${n}.json`), trace);
    }
    console.log(`${backend.id}, ${preset.id}: ${traces.length} stored runs`);
  }
