// Checks with a range of seeds, to see how much the default budget leaves to luck: which properties are vacuous under
// which seeds, which planted faults are missed, which witnesses are seen seldom.
//
//   npm run campaign -- 1 12                     seeds 1 to 12; about half a minute each
//   npm run campaign -- 1 12 --preset tiny       further options go to `tdicheck check`
//   npm run campaign:stack -- 1 12               the same of the stack; what is found is kept in counterexamples/
//
// What is found is kept with --out only: its seed finds it again. Every seed is checked without what others found.
// Ends with 0, or with the exit code of the first seed under which a property is violated or the subject differs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Witnesses that are seen more often under every seed are not shown. */
const SELDOM = 6;
const argv = process.argv.slice(2);
/** The seeds are the first two numbers in a row: a script of package.json may put options in front. */
const isNumber = (text) => /^\d+$/.test(text ?? '');
const at = argv.findIndex((text, i) => isNumber(text) && isNumber(argv[i + 1]));
const [from, to] = at < 0 ? [] : argv.slice(at, at + 2);
const given = at < 0 ? [] : argv.toSpliced(at, 2);
const outAt = given.indexOf('--out');
const kept = outAt < 0 ? undefined : given[outAt + 1];
const options = outAt < 0 ? given : given.toSpliced(outAt, 2);
const bin = fileURLToPath(new URL('../bin/tdicheck.mjs', import.meta.url));
const [first, last] = [Number(from), Number(to)];
if (!Number.isInteger(first) || !Number.isInteger(last) || first > last) {
  console.error(
    'campaign: expected the first and the last seed, for example: npm run campaign -- 1 12',
  );
  process.exit(2);
}

/** The report of one seed, run in a folder of its own: what earlier seeds found would be replayed as well. */
function check(seed) {
  const out = mkdtempSync(join(tmpdir(), 'tdicheck-campaign-'));
  const args = ['check', '--seed', String(seed), '--format', 'json', '--out', out, ...options];
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (kept !== undefined) cpSync(out, kept, { recursive: true });
  rmSync(out, { recursive: true, force: true });
  if (stdout === '') {
    process.stderr.write(stderr);
    process.exit(status ?? 70);
  }
  return JSON.parse(stdout);
}
const unseen = ({ witnesses }) => Object.keys(witnesses).filter((w) => witnesses[w] === 0);
const show = (label, some) => some.length > 0 && console.log(`      ${label}  ${some.join(', ')}`);

const reports = [];
for (let seed = first; seed <= last; seed++) {
  const r = check(seed);
  reports.push(r);
  const seconds = r.durations.total.toFixed(1);
  console.log(`seed ${seed}  ${r.verdicts.join(', ')}  ${r.sequences} sequences, ${seconds} s`);
  const found = [...r.violations, ...r.differences];
  show(
    'found',
    found.map((f) => `${f.property ?? 'difference'} in ${f.length} steps`),
  );
  const vacuous = r.properties.filter((p) => p.verdict === 'vacuous');
  show(
    'vacuous',
    vacuous.map((p) => `${p.id} (${unseen(p).join('; ')})`),
  );
  const missed = r.planted.filter((p) => !p.caught);
  show(
    'missed',
    missed.map((p) => p.id),
  );
  const late = r.planted.filter((p) => p.caught && p.sequences > 1000);
  show(
    'late',
    late.map((p) => `${p.id} after ${p.sequences} sequences`),
  );
}

const sum = (of) => reports.reduce((n, r) => n + of(r), 0);
const failed = reports.filter((r) => r.violations.length + r.differences.length > 0);
console.log(
  `\n${reports.length} seeds: ${sum((r) => r.sequences)} sequences, ${sum((r) => r.steps)} steps, ${sum((r) => r.durations.total).toFixed(0)} s; found something under ${failed.length}`,
);
/** How often each witness was seen, seed by seed; a seed that failed early says nothing. */
const whole = reports.filter((r) => r.violations.length === 0 && r.differences.length === 0);
const rows = (whole[0]?.properties ?? []).flatMap(({ id, witnesses }) =>
  Object.keys(witnesses).map((w) => ({
    name: `${id} “${w}”`,
    counts: whole.map((r) => r.properties.find((p) => p.id === id).witnesses[w]),
  })),
);
const seldom = rows
  .filter(({ counts }) => Math.min(...counts) < SELDOM)
  .sort((a, b) => Math.min(...a.counts) - Math.min(...b.counts));
console.log(`\n${rows.length} witnesses; those seen fewer than ${SELDOM} times under some seed`);
for (const { name, counts } of seldom)
  console.log(`${counts.map((n) => String(n).padStart(4)).join('')}  ${name}`);
process.exitCode = failed[0]?.exitCode ?? 0;
