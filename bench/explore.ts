/**
 * `npm run bench:explore [-- --sizes 2,1 3,1 --turns 3 --format json]`: the explorer on the mini model, in one thread and in two,
 * beside a C program and SPIN where they are installed (scripts/install-spin.sh); then on `tiny` and some slices.
 *
 * Counts are asserted. The tools take turns in one run, because machines are noisy; the best turn of each counts. Quote
 * ratios, not figures. Seconds are those of the search: starting a process is not in them, but for the last line.
 */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { prepared, type Task } from '../harness/explore/prepared.ts';
import { setupOf } from '../harness/setup.ts';
import { beside, explore, explorePausing, planOf } from '../impl/engine/index.ts';
import { BASE } from '../model/vendors/base.ts';
import { boot, PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { compiled } from './mini/compiled.ts';
import { mini } from './mini/mini.ts';
import { type Measured, type Tool, toolsFor } from './mini/tools.ts';

/** States, transitions, depth: what C, SPIN, TLC and two TypeScript programs agree on. */
const EXPECTED: Readonly<Record<string, readonly [number, number, number]>> = {
  '1,1': [448, 3_202, 14],
  '2,1': [33_920, 439_616, 23],
  '2,2': [752_256, 12_005_600, 30],
  '3,1': [3_613_696, 70_374_400, 32],
  '2,3': [17_414_240, 328_638_016, 37],
};
/** What the first of two should be to the second: at least so many times as fast. */
const GOALS: readonly (readonly [string, string, number])[] = [
  ['1 thread', 'SPIN BFS', 6],
  ['2 threads', 'SPIN BFS_PAR, 2 cores', 8],
  ['1 thread', 'C', 0.5],
  ['2 threads', '1 thread', 1.7],
  ['by symmetry', 'C', 1.5],
];
/** Ratios are told of searches of so many states; shorter ones are over before code is compiled. */
const STATES_MIN = 500_000;
const NAIVE_STATES = 3000;
/** The first is compared with a naive search. */
const ON_PRESETS = ['tiny', 'relay', 'interrupts', 'window', 'lifecycle'] as const;

const { values, positionals } = parseArgs({
  options: {
    sizes: { type: 'string', multiple: true, default: [] },
    turns: { type: 'string', default: '3' },
    format: { type: 'string', default: 'text' },
  },
  // The sizes after the first.
  allowPositionals: true,
});
const asked = [...values.sizes, ...positionals];
const sizes = asked.length === 0 ? Object.keys(EXPECTED) : asked;
const turns = Number(values.turns);
const wrong = sizes.find((s) => EXPECTED[s] === undefined);
if (wrong !== undefined || !(turns >= 1) || !['text', 'json'].includes(values.format)) {
  console.error(
    `bench:explore: ${wrong ?? `--turns ${values.turns} --format ${values.format}`}, ` +
      `expected sizes ${Object.keys(EXPECTED).join(' ')}, a number of turns, text or json`,
  );
  process.exit(2);
}

/** Runs in turns; the fastest of each, each asserted. */
interface Row extends Measured {
  readonly name: string;
  readonly bytesPerState: number | null;
}
interface Ours extends Measured {
  readonly bytesPerState: number;
}
async function ours(tdis: number, pages: number, others: number): Promise<Ours> {
  const began = performance.now();
  const { engine, plan, judges } = mini(tdis, pages);
  const entry = beside(new URL('./mini/mini.ts', import.meta.url).href, 'worker');
  const data = { tdis, pages, bug: 0, isJudged: true };
  const crew = others === 0 ? {} : { crew: { entry, others, data, isAwaited: true } };
  // The wait for a thread to be loaded is no search.
  let start = began;
  const onProgress = (): void => {
    if (start === began) start = performance.now();
  };
  const all = await explorePausing(engine, { plan, judges, onProgress, ...crew }, () =>
    setImmediate(),
  );
  assert.deepEqual([all.end, all.found], ['complete', []]);
  const { states, transitions, depth } = all;
  const seconds = (performance.now() - (others === 0 ? began : start)) / 1000;
  return { states, transitions, depth, seconds, bytesPerState: all.bytes / states };
}
/** One state for all its renamings; what is counted are all of them. */
async function bySymmetry(tdis: number, pages: number): Promise<Ours> {
  const began = performance.now();
  const { engine, plan, judges, symmetry } = mini(tdis, pages);
  const { canonical, orbit } = symmetry;
  const all = explore(engine, { plan, judges, canonical, orbit });
  assert.deepEqual([all.end, all.found], ['complete', []]);
  const seconds = (performance.now() - began) / 1000;
  const { states, transitions } = all.covered;
  return { states, transitions, depth: all.depth, seconds, bytesPerState: all.bytes / all.states };
}
async function atSize(size: string): Promise<readonly Row[]> {
  const [tdis = 1, pages = 1] = size.split(',').map(Number);
  const [states, transitions, depth] = EXPECTED[size] as readonly [number, number, number];
  const folder = mkdtempSync(join(tmpdir(), 'tdicheck-bench-'));
  try {
    const all: (Tool | { readonly name: string; readonly run: () => Promise<Ours> })[] = [
      { name: '1 thread', run: () => ours(tdis, pages, 0) },
      { name: '2 threads', run: () => ours(tdis, pages, 1) },
      { name: 'by symmetry', run: () => bySymmetry(tdis, pages) },
      ...toolsFor(tdis, pages, states, folder),
    ];
    const best = new Map<string, Row>();
    for (let turn = 0; turn < turns; turn++) {
      for (const { name, run } of all) {
        const row = { bytesPerState: null, ...(await run()), name };
        assert.deepEqual(
          [row.states, rounded(row.transitions, row.digits), row.depth],
          [states, rounded(transitions, row.digits), depth],
          name,
        );
        const known = best.get(name);
        if (known === undefined || row.seconds < known.seconds) best.set(name, row);
      }
    }
    return [...best.values()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const rounded = (n: number, digits: number | undefined): number =>
  digits === undefined ? n : Number(n.toPrecision(digits));
function ratios(rows: readonly Row[]): { of: string; to: string; ratio: number; goal: number }[] {
  const seconds = (name: string) =>
    rows.find((r) => r.name === name && r.states >= STATES_MIN)?.seconds;
  return GOALS.flatMap(([of, to, goal]) => {
    const [a, b] = [seconds(of), seconds(to)];
    return a === undefined || b === undefined ? [] : [{ of, to, ratio: b / a, goal }];
  });
}

interface OfPreset {
  readonly preset: string;
  readonly states: number;
  readonly attempts: number;
  /** Seconds. */
  readonly unjudged: number;
  readonly judged: number;
}
/** A preset, unjudged and judged. Engine and judge are new each turn: neither is warm, and nothing is known to be judged. */
function onPreset(id: string): OfPreset {
  const draft = draftOf(id);
  const task: Task = {
    backend: BASE,
    preset: draft.preset,
    rules: draft.rules,
    properties: PROPERTIES.map((p) => p.id),
    sought: null,
    isSymmetric: false,
    plan: planOf(draft.compiler.engine(draft.attempts)),
  };
  const best = { unjudged: Infinity, judged: Infinity };
  const seen = new Set<number>();
  for (let turn = 0; turn < turns; turn++) {
    for (const how of ['unjudged', 'judged'] as const) {
      const { engine, search } = prepared(task);
      const began = performance.now();
      const all = explore(engine, how === 'judged' ? search : { plan: task.plan });
      best[how] = Math.min(best[how], (performance.now() - began) / 1000);
      assert.deepEqual([all.end, all.found], ['complete', []]);
      seen.add(all.states);
    }
  }
  assert.equal(seen.size, 1);
  return { preset: id, states: [...seen][0] as number, attempts: draft.attempts.length, ...best };
}
function draftOf(id: string): ReturnType<typeof setupOf> {
  const preset = PRESETS.find((p) => p.id === id);
  if (preset === undefined) throw new Error(`bench: no preset ${id}`);
  return setupOf(BASE, preset, PROPERTIES);
}
/** States a second of a search over plain worlds, known by their text. */
function naiveRate(setup: ReturnType<typeof setupOf>): number {
  const first = boot(setup.preset);
  const seen = new Set([JSON.stringify(first)]);
  const queue = [first];
  const began = performance.now();
  for (const [n, world] of queue.entries()) {
    if (n === NAIVE_STATES) break;
    for (const attempt of setup.attempts) {
      const next = setup.model.attempt(attempt, world).world;
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return (NAIVE_STATES / (performance.now() - began)) * 1000;
}
/** Seconds of a whole process that finds a counterexample of 13 steps, compiled as the published package is. */
function depth13(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tdicheck-bench-'));
  try {
    const path = compiled('depth13', folder);
    const times = Array.from({ length: 3 * turns }, () => {
      const began = performance.now();
      const { stdout } = spawnSync(process.execPath, [path], { encoding: 'utf8' });
      assert.equal(stdout.trim(), '13');
      return (performance.now() - began) / 1000;
    });
    return Math.min(...times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isText = values.format === 'text';
const machine = {
  cores: availableParallelism(),
  node: process.version,
  load: loadavg().map((n) => Number(n.toFixed(1))),
};
/** A table is no wider than a terminal. */
const inColumn = (text: string, i: number): string =>
  i === 0 ? text.padEnd(14) : text.padStart(14);
const say = (text: string): void => {
  if (isText) console.log(text);
};
say(
  `${machine.cores} cores, Node ${machine.node}, load ${machine.load.join(' ')}; best of ${turns}`,
);
const results = [];
for (const size of sizes) {
  const rows = await atSize(size);
  results.push({ size, rows, ratios: ratios(rows) });
  const [first] = rows as [Row];
  say(
    `\n(${size}): ${first.states} states, ${first.transitions} transitions, depth ${first.depth}`,
  );
  for (const { name, seconds, states, bytesPerState } of rows) {
    const rate = seconds === 0 ? '' : `${(states / seconds / 1000).toFixed(0)} k/s`.padStart(11);
    const bytes = bytesPerState === null ? '' : `  ${bytesPerState.toFixed(1)} bytes a state`;
    say(`  ${name.padEnd(22)}${seconds.toFixed(3).padStart(9)} s${rate}${bytes}`);
  }
  for (const { of, to, ratio, goal } of ratios(rows)) {
    say(`  ${of} : ${to}  ${ratio.toFixed(2)}  goal ${goal} ${ratio >= goal ? 'met' : 'NOT met'}`);
  }
}
const columns = ['', 'states', 'k states/s', 'M attempts/s', 'judged', 'M attempts/s', 'times'];
say(`\n${columns.map(inColumn).join('')}`);
const onPresets = [];
for (const id of ON_PRESETS) {
  const of = onPreset(id);
  onPresets.push(of);
  const { states, attempts, unjudged, judged } = of;
  const rates = [unjudged, judged].flatMap((seconds) => [
    (states / seconds / 1e3).toFixed(0),
    ((states * attempts) / seconds / 1e6).toFixed(1),
  ]);
  say([id, `${states}`, ...rates, (judged / unjudged).toFixed(2)].map(inColumn).join(''));
}
const [tiny] = onPresets as [OfPreset];
const judgedTo = tiny.judged / tiny.unjudged;
say(
  `  tiny: judged takes ${judgedTo.toFixed(2)} times unjudged  goal 2 ${judgedTo <= 2 ? 'met' : 'NOT met'}`,
);
const naive = naiveRate(draftOf('tiny'));
const toNaive = tiny.states / tiny.judged / naive;
say(
  `  tiny: judged to a naive search with the model (${naive.toFixed(0)} states/s, unjudged)  ` +
    `${toNaive.toFixed(0)}  goal 50 ${toNaive >= 50 ? 'met' : 'NOT met'}`,
);
const seconds13 = depth13();
say(
  `\na counterexample of 13 steps, whole process: ${seconds13.toFixed(2)} s  goal 0.3 ` +
    `${seconds13 <= 0.3 ? 'met' : 'NOT met'}`,
);
if (!isText)
  console.log(
    JSON.stringify({ machine, turns, results, onPresets, naive, seconds13 }, undefined, 2),
  );
