// Searches every slice whole (docs/slices.md): each must hold, its planted fault must be found in it, and must show in no
// other slice of its backend.
//
//   npm run explore:all                      all; four minutes on two quiet cores
//   npm run explore:all -- reset rekey       only these
//   npm run explore:all -- --write           puts counts and uses into docs/slices.md
//
// What was done is remembered in .explore-all.json, for these sources only; so it can be stopped and started again. One
// line for each slice, the last one for all; what it is at goes to stderr, where that is a terminal.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BACKENDS } from '../harness/cli/backends.ts';
import { exploreRun } from '../harness/explore/run.ts';
import { faulty, invisibleIn, presetOf, SLICE_USES } from '../harness/explore/slices.ts';
import { countsIn, slicesPage } from '../harness/explore/slices-page.ts';
import { PROPERTIES } from '../properties/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = `${root}docs/slices.md`;
const NOTES = `${root}.explore-all.json`;
const names = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const isWriting = process.argv.includes('--write');
const unknown = names.find((name) => !SLICE_USES.some((u) => u.id === name));
if (unknown !== undefined) {
  console.error(
    `explore:all: no slice ${unknown}; expected ${SLICE_USES.map((u) => u.id).join(', ')}`,
  );
  process.exit(2);
}

const filesIn = (folder, how) =>
  readdirSync(root + folder, how)
    .map(String)
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
    .sort();
/** A name for everything that decides what a search comes to. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const folder of ['model', 'properties', 'impl/engine', 'impl/words', 'harness/explore'])
    for (const name of filesIn(folder, { recursive: true }))
      hash.update(name).update(readFileSync(`${root}${folder}/${name}`));
  // Judges, trials, mutants: beside the rooms of the harness that a search does not need.
  for (const name of filesIn('harness', {}))
    hash.update(name).update(readFileSync(`${root}harness/${name}`));
  return hash.digest('hex').slice(0, 16);
}
const sources = sourcesHash();
const noted = existsSync(NOTES) ? JSON.parse(readFileSync(NOTES, 'utf8')) : {};
const done = new Map(Object.entries(noted.sources === sources ? noted.slices : {}));
/** Puts what is done into the file, whole or not at all. */
function note() {
  const text = JSON.stringify({ sources, slices: Object.fromEntries(done) }, undefined, 2);
  writeFileSync(`${NOTES}.new`, `${text}\n`);
  renameSync(`${NOTES}.new`, NOTES);
}

const numbered = (n) => n.toLocaleString('en-US');
const isShown = process.stderr.isTTY === true;
/** Shows what is being done until the next line comes; empty: nothing. */
function show(text) {
  if (isShown)
    process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

const backendOf = (use) => BACKENDS.find((b) => b.id === use.backend);
const searched = (use, doing, more) =>
  exploreRun({
    onProgress: ({ states, depth }) =>
      show(`${use.id}: ${doing} · ${numbered(states)} states · depth ${depth}`),
    backend: backendOf(use),
    preset: presetOf(use),
    readings: {},
    properties: PROPERTIES,
    workers: 2,
    ...more,
  });
/** What is wrong with a slice; empty: nothing. */
function faultsOf(use, report, found, hidden) {
  const others = SLICE_USES.filter((u) => u !== use && u.backend === use.backend);
  const shown = others.filter((u) => !hidden.includes(u)).map((u) => u.id);
  const vacuous = report.properties.filter((p) => p.verdict === 'vacuous').map((p) => p.id);
  const named = found.violations.map((v) => v.property);
  return [
    report.verdict === 'holds'
      ? ''
      : `${report.verdict}: ${[...report.violations.map((v) => v.property), ...vacuous]}`,
    named.includes(use.namedBy)
      ? ''
      : `${use.fault} is not named by ${use.namedBy}, but by ${named}`,
    shown.length === 0 ? '' : `here show the faults of ${shown}`,
  ].filter((text) => text !== '');
}

let failed = 0;
const sum = { slices: 0, states: 0, transitions: 0, seconds: 0 };
for (const use of SLICE_USES) {
  if (names.length > 0 && !names.includes(use.id)) continue;
  if (!done.has(use.id)) {
    const clock = performance.now();
    const { report } = await searched(use, 'the right rules', {});
    const mutant = { id: use.fault, rules: (rules) => faulty(use, rules) };
    const { report: found } = await searched(use, use.fault, { mutant });
    const others = SLICE_USES.filter((u) => u !== use && u.backend === use.backend);
    show(`${use.id}: the faults of the others`);
    const wrong = faultsOf(use, report, found, invisibleIn(use, backendOf(use), others));
    const { states, transitions, depth } = report;
    const seconds = (performance.now() - clock) / 1000;
    done.set(use.id, { counts: { states, transitions, depth }, seconds, wrong });
    note();
  }
  const { counts, seconds, wrong } = done.get(use.id);
  const { states, transitions, depth } = counts;
  const told = countsIn(readFileSync(PAGE, 'utf8')).get(use.id);
  const isTold = ['states', 'transitions', 'depth'].every((k) => told?.[k] === counts[k]);
  const all = [...wrong, ...(isTold || isWriting ? [] : ['docs/slices.md has other counts'])];
  if (all.length > 0) failed++;
  sum.slices++;
  sum.states += states;
  sum.transitions += transitions;
  sum.seconds += seconds;
  show('');
  console.log(
    `${all.length === 0 ? '✓' : '✗'} ${use.id}: ${states} states, ${transitions} transitions, depth ${depth}, ${seconds.toFixed(1)} s`,
  );
  for (const text of all) console.log(`    ${text}`);
}
if (isWriting) {
  const counts = new Map([...done].map(([id, d]) => [id, d.counts]));
  writeFileSync(PAGE, slicesPage(readFileSync(PAGE, 'utf8'), counts));
}
console.log(
  `${failed === 0 ? '✓' : '✗'} slices: ${sum.slices}, wrong: ${failed}, states: ${numbered(sum.states)}, transitions: ${numbered(sum.transitions)}, ${sum.seconds.toFixed(0)} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
