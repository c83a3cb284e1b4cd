// Goal: a search that is killed and gone on with comes to the same end as one that is not. Method: a child process, killed at
// random moments after it has kept something.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Rule } from '../../model/author.ts';
import { BASE } from '../../model/vendors/base.ts';
import { PRESETS, type Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { isLive } from '../../properties/property.ts';
import { TENANTS } from './checkpoint.fixture.ts';
import { type ExploreReport, exploreRun, type PhaseProgress } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tdicheck-kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = fileURLToPath(new URL('./checkpoint.fixture.mjs', import.meta.url));
const tiny = PRESETS.find((p) => p.id === 'tiny') as Preset;
const properties = PROPERTIES.filter((p) => p.id.startsWith('tdi-') || p.kind === 'reach');
const search = async (o: Partial<Parameters<typeof exploreRun>[0]> = {}): Promise<ExploreReport> =>
  (await exploreRun({ backend: BASE, preset: tiny, readings: {}, properties, ...o })).report;
/** Rules that are others, and do the same. */
const copies = (rules: readonly Rule[]): readonly Rule[] => rules.map((r) => ({ ...r }));

/** What a search finds that nobody ended: the same for all, so it is made once. */
let whole: Promise<ExploreReport> | undefined;
const wholeSearch = (): Promise<ExploreReport> => {
  whole ??= search();
  return whole;
};

/** Moments of a fixed seed, ms: a killed process may have had just these. */
let seed = 7;
const moment = (): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % 100;
};
const start = (
  file: string,
  workers: number,
  how: 'new' | 'resumed',
  what: 'tiny' | 'tenants' = 'tiny',
): ChildProcess =>
  spawn(process.execPath, [program, file, `${workers}`, how, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()));

/** How many threads kept something. */
const partsOf = (file: string): number =>
  (JSON.parse(readFileSync(file, 'utf8')) as { parts: unknown[] }).parts.length;

/** Kills a search some time after it has kept more states than before; whether it was killed before its end. */
async function killed(child: ChildProcess, file: string): Promise<boolean> {
  const before = keptStates(file);
  const over = ended(child);
  while (child.exitCode === null && keptStates(file) <= before) await setTimeout(5);
  await setTimeout(moment());
  child.kill('SIGKILL');
  await over;
  return child.signalCode === 'SIGKILL';
}
/** 0: nothing is kept. */
function keptStates(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return 0;
  }
  const { parts } = JSON.parse(text) as { parts: { states: number }[] };
  return parts.reduce((n, p) => n + p.states, 0);
}

test.each([1, 2])('%i threads, killed twice: the same counts and verdicts', async (workers) => {
  const file = join(folder, `killed-${workers}`);
  expect(await killed(start(file, workers, 'new'), file)).toBe(true);
  const atFirst = keptStates(file);
  expect(partsOf(file)).toBe(workers);
  expect(await killed(start(file, workers, 'resumed'), file)).toBe(true);
  expect(keptStates(file)).toBeGreaterThan(atFirst);
  const last = start(file, workers, 'resumed');
  let out = '';
  last.stdout?.on('data', (text) => {
    out += text;
  });
  await ended(last);
  const { verdict, states, transitions, depth, properties: judged } = await wholeSearch();
  expect(JSON.parse(out)).toEqual({ verdict, states, transitions, depth, properties: judged });
  // It has come to its end: there is nothing to go on with.
  expect(readdirSync(folder).filter((f) => f.startsWith(`killed-${workers}`))).toEqual([]);
});

test('by symmetry, killed once: the same counts and verdicts', async () => {
  const file = join(folder, 'symmetric');
  expect(await killed(start(file, 1, 'new', 'tenants'), file)).toBe(true);
  expect(keptStates(file)).toBeGreaterThan(0);
  const last = start(file, 1, 'resumed', 'tenants');
  let out = '';
  last.stdout?.on('data', (text) => {
    out += text;
  });
  await ended(last);
  const all = await search({ preset: TENANTS, isSymmetric: true });
  expect(all.symmetry?.visited).toBeLessThan(all.states);
  const { verdict, states, transitions, depth, properties: judged } = all;
  expect(JSON.parse(out)).toEqual({ verdict, states, transitions, depth, properties: judged });
});

test('a search is gone on with by as many threads as kept it, or more', async () => {
  const file = join(folder, 'threads');
  const at = (isResumed: boolean) => ({ file, every: 1e9, isResumed });
  const limits = { statesMax: 20_000, isAwaited: true };
  await search({ checkpoint: at(false), statesMax: 10_000 });
  expect(partsOf(file)).toBe(1);
  const two = { checkpoint: at(true), workers: 2 };
  expect(await search({ ...two, ...limits })).toMatchObject({ end: 'states' });
  expect(partsOf(file)).toBe(2);
  await expect(search({ checkpoint: at(true) })).rejects.toThrow('expected --workers 2, or more');
  const { verdict, states, transitions, depth, properties: judged } = await wholeSearch();
  expect(await search(two)).toMatchObject({
    verdict,
    states,
    transitions,
    depth,
    properties: judged,
  });
});

test('a search that a limit ends is kept, and others are told from it', async () => {
  const file = join(folder, 'limited');
  const at = (isResumed: boolean) => ({ file, every: 1e9, isResumed });
  const some = await search({ checkpoint: at(false), statesMax: 20_000 });
  expect(some).toMatchObject({ end: 'states', verdict: 'inconclusive', kept: file });
  const resumed = { checkpoint: at(true) };
  await expect(search({ ...resumed, properties: [] })).rejects.toThrow('what differs is --grep');
  await expect(search({ ...resumed, isSymmetric: true })).rejects.toThrow('differs is --symmetry');
  const readings = { commandClear: 'level' } as const;
  await expect(search({ ...resumed, readings })).rejects.toThrow('what differs is --reading');
  const mutant = { id: 'reversed', rules: <T>(r: readonly T[]): readonly T[] => r.toReversed() };
  await expect(search({ ...resumed, mutant })).rejects.toThrow('what differs is --mutant');
  const states = readFileSync(`${file}.0.states`);
  writeFileSync(`${file}.0.states`, states.subarray(0, states.length - 8));
  await expect(search(resumed)).rejects.toThrow('it has fewer than');
  // More than the header counts: what a killed process had written after it.
  writeFileSync(`${file}.0.states`, Buffer.concat([states, Buffer.alloc(20, 1)]));
  const { seconds: _, bytes: __, before, ...all } = await search(resumed);
  const { seconds: ___, bytes: ____, before: none, ...same } = await wholeSearch();
  // What the rate leaves out.
  expect({ before, none }).toEqual({ before: some.states, none: 0 });
  // How few steps reach what was reached before the limit is known from what was kept only.
  expect(same.reached.some((r) => r.length < 20)).toBe(true);
  expect(all).toEqual(same);
  for (const text of ['{}', 'garbage', '']) {
    writeFileSync(file, text);
    await expect(search(resumed)).rejects.toThrow(
      /is no kept search\n.*expected a file that --checkpoint wrote$/,
    );
  }
  await expect(search({ checkpoint: { ...at(true), file: `${file}-none` } })).rejects.toThrow(
    'there is no such file',
  );
});

test('what comes after the search can be ended, and gone on with from the end of the search', async () => {
  const file = join(folder, 'later');
  const live = PROPERTIES.filter((p) => p.id === 'tdi-legal-transitions' || isLive(p));
  const at = (isResumed: boolean) => ({
    properties: live,
    checkpoint: { file, every: 1e9, isResumed },
  });
  const whole = await search({ properties: live });
  const { verdict, states, transitions, depth, properties: judged } = whole;
  const all = { verdict, states, transitions, depth, properties: judged, kept: null };
  const phases: string[] = [];
  const until = (end: PhaseProgress['phase'], share: number) => {
    let isStopped = false;
    return {
      onPhase: ({ phase, done, total }: PhaseProgress) => {
        phases.push(phase);
        if (phase === end && done >= share * total) isStopped = true;
      },
      stopped: () => isStopped,
    };
  };
  const first = await search({ ...at(false), ...until('deciding', 0.6) });
  expect(first).toMatchObject({
    verdict: 'interrupted',
    exitCode: 130,
    end: 'complete',
    kept: file,
  });
  expect(first).toMatchObject({ states, transitions, depth });
  const open = first.properties.filter((p) => p.verdict === 'inconclusive').map((p) => p.id);
  expect(open).toEqual(['live-stop-terminates']);
  // As if it were killed there: nothing was removed.
  const killed = {
    onPhase: () => {
      throw new Error('killed');
    },
  };
  await expect(search({ ...at(true), ...killed })).rejects.toThrow('killed');
  phases.length = 0;
  const second = await search({ ...at(true), ...until('comparing', 0.01), lockstep: true });
  expect(second).toMatchObject({ verdict: 'interrupted', before: states, kept: file });
  expect(second.properties).toEqual(judged);
  expect(second.compared).toBeGreaterThan(0);
  expect(second.compared).toBeLessThan(Number(second.comparable));
  expect(Number(second.comparable) % states).toBe(0);
  expect([...new Set(phases)]).toEqual(['deciding', 'comparing']);
  expect(await search(at(true))).toMatchObject(all);
  expect(readdirSync(folder).filter((f) => f.startsWith('later'))).toEqual([]);
  // Whether a mutant shows is not known, so it is not said that anything holds.
  const rules = { mutant: { id: 'copies', rules: copies }, ...until('showing', 0.1) };
  expect(await search({ ...rules, properties: live.slice(0, 1) })).toMatchObject({
    verdict: 'interrupted',
    elsewhere: null,
  });
});

test('nothing that is there is written over, and a place that cannot be written to is told at once', async () => {
  const at = (file: string) => ({ checkpoint: { file, every: 0, isResumed: false }, statesMax: 2 });
  const mine = join(folder, 'precious.md');
  for (const path of [mine, `${mine}.0.states`]) {
    writeFileSync(path, 'precious');
    await expect(search(at(mine))).rejects.toThrow('cannot be written to');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    rmSync(path);
    expect(readdirSync(folder).filter((f) => f.startsWith('precious'))).toEqual([]);
  }
  await expect(search(at(folder))).rejects.toThrow('cannot be written to');
  await expect(search(at(join(folder, 'none', 'x.json')))).rejects.toThrow('cannot be written to');
});

test('a write that fails later ends the keeping, not the search; what was kept stays', async () => {
  const file = join(folder, 'full');
  const at = (isResumed: boolean) => ({ checkpoint: { file, every: 0, isResumed } });
  await search({ ...at(false), statesMax: 10_000 });
  const before = readFileSync(file, 'utf8');
  // The next header cannot be written.
  mkdirSync(`${file}.next`);
  const some = await search({ ...at(true), statesMax: 20_000 });
  expect(some).toMatchObject({ verdict: 'inconclusive', kept: file });
  expect(some.unkept).toMatch(/EISDIR/);
  expect(readFileSync(file, 'utf8')).toBe(before);
  rmdirSync(`${file}.next`);
  const { verdict, states, transitions, depth, properties: judged } = await wholeSearch();
  const all = { verdict, states, transitions, depth, properties: judged, unkept: null };
  expect(await search(at(true))).toMatchObject(all);

  const other = join(folder, 'never');
  let isFirst = true;
  const never = await search({
    checkpoint: { file: other, every: 0, isResumed: false },
    statesMax: 10_000,
    stopped: () => {
      if (isFirst) mkdirSync(`${other}.0.states`);
      isFirst = false;
      return false;
    },
  });
  expect(never).toMatchObject({ verdict: 'inconclusive', kept: null });
  expect(never.unkept).toMatch(/EISDIR/);
});
