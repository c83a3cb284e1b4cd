// Searches every slice whole (docs/slices.md): each must hold, its planted fault must be found in it, and must show in no
// other slice of its backend.
//
//   npm run explore:all                      all; about ten minutes on two quiet cores
//   npm run explore:all -- reset rekey       only these
//   npm run explore:all -- --write           puts counts and uses into docs/slices.md
//
// What was done is remembered in .explore-all.json, for these sources only; so it can be stopped and started again.
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

/** A name for everything that decides what a search comes to. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const folder of ['model', 'properties', 'impl/engine', 'impl/words', 'harness/explore']) {
    const files = readdirSync(root + folder, { recursive: true })
      .map(String)
      .sort();
    for (const name of files.filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts')))
      hash.update(name).update(readFileSync(`${root}${folder}/${name}`));
  }
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

const backendOf = (use) => BACKENDS.find((b) => b.id === use.backend);
const searched = (use, more) =>
  exploreRun({
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
for (const use of SLICE_USES) {
  if (names.length > 0 && !names.includes(use.id)) continue;
  if (!done.has(use.id)) {
    const { report } = await searched(use, {});
    const mutant = { id: use.fault, rules: (rules) => faulty(use, rules) };
    const { report: found } = await searched(use, { mutant });
    const others = SLICE_USES.filter((u) => u !== use && u.backend === use.backend);
    const wrong = faultsOf(use, report, found, invisibleIn(use, backendOf(use), others));
    const { states, transitions, depth, seconds } = report;
    done.set(use.id, { counts: { states, transitions, depth }, seconds, wrong });
    note();
  }
  const { counts, seconds, wrong } = done.get(use.id);
  const { states, transitions, depth } = counts;
  const told = countsIn(readFileSync(PAGE, 'utf8')).get(use.id);
  const isTold = ['states', 'transitions', 'depth'].every((k) => told?.[k] === counts[k]);
  const all = [...wrong, ...(isTold || isWriting ? [] : ['docs/slices.md has other counts'])];
  if (all.length > 0) failed++;
  console.log(
    `${all.length === 0 ? '✓' : '✗'} ${use.id}: ${states} states, ${transitions} transitions, depth ${depth}, ${seconds.toFixed(1)} s`,
  );
  for (const text of all) console.log(`    ${text}`);
}
if (isWriting) {
  const counts = new Map([...done].map(([id, d]) => [id, d.counts]));
  writeFileSync(PAGE, slicesPage(readFileSync(PAGE, 'utf8'), counts));
}
process.exitCode = failed === 0 ? 0 : 1;
