// Checks with a range of seeds, to see how much the default budget leaves to luck: which properties are vacuous under
// which seeds, which planted faults are missed, which witnesses are seen seldom.
//
//   npm run campaign -- 1 12                     seeds 1 to 12; about a quarter of a minute each
//   npm run campaign -- 1 12 --preset tiny       further options go to `tdicheck check`
//
// Ends with 0, or with the exit code of the first seed under which a property is violated or the subject differs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Witnesses that are seen more often under every seed are not shown. */
const SELDOM = 6;
const [from, to, ...options] = process.argv.slice(2);
const bin = fileURLToPath(new URL('../bin/tdicheck.mjs', import.meta.url));
const [first, last] = [Number(from), Number(to)];
if (!Number.isInteger(first) || !Number.isInteger(last) || first > last) {
  console.error(
    'campaign: expected the first and the last seed, for example: npm run campaign -- 1 12',
  );
  process.exit(2);
}

/** The report of one seed. What it finds is kept nowhere: the seed finds it again. */
function check(seed) {
  const out = mkdtempSync(join(tmpdir(), 'tdicheck-campaign-'));
  const args = ['check', '--seed', String(seed), '--format', 'json', '--out', out, ...options];
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
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
const bad = reports.find((r) => r.violations.length > 0 || r.differences.length > 0);
process.exitCode = bad?.exitCode ?? 0;
