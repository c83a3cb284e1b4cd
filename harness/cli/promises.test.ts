/**
 * What the tool promises to its users, as they run it: child processes in empty folders.
 *
 * That a checkout runs its sources as they stand, and that Ctrl-C ends a check with what it has, is in process.test.ts.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RULE_FAULTS } from '../rule-faults.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import { readTrace } from '../trace.ts';
import { askChild, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
afterAll(() => folder.remove());
/** A folder of its own for each process, so that none sees what another wrote. */
const inFolder = (name: string): string => {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const json = (text: string): Record<string, unknown> => JSON.parse(text);

test('the same seed gives the same report, whatever the folder, clock, language or time zone', async () => {
  // One of the planted faults is hunted as well.
  const args = ['check', '--seed', '7', '--budget', '60', '--grep', '^(cfg|tio)-'];
  const env = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
  const [first, second] = await Promise.all([
    askChild([...args, '--format', 'json'], { cwd: inFolder('first') }),
    askChild([...args, '--format', 'json'], { cwd: inFolder('second/below'), env }),
  ]);
  const { durations, corpus, ...report } = json(first.out);
  const { durations: others, corpus: again, ...same } = json(second.out);
  expect(same).toEqual(report);
  expect(second.code).toBe(first.code);
  expect(Object.keys(others as object)).toEqual(Object.keys(durations as object));
  // Files are named relative to the working directory.
  const verdicts = (x: unknown): unknown =>
    (x as readonly object[]).map((c) => ({ ...c, file: undefined }));
  expect(verdicts(again)).toEqual(verdicts(corpus));
  expect(report).toMatchObject({ seed: 7, sequences: 60 });
  expect((report.planted as readonly unknown[]).length).toBeGreaterThan(0);
});

describe('a planted fault', () => {
  const faults = [
    'bme-clear-leaves-the-state',
    'pf-flr-forgets-one-vf',
    'session-end-spares-the-stream',
  ];
  test.each(faults)('%s is found, kept, replayed and minimal', async (id) => {
    const cwd = inFolder(id);
    const check = await askChild(['check', '--mutant', id, '--out', 'found'], { cwd });
    expect(check).toMatchObject({ code: 1 });
    const [name = '', ...more] = readdirSync(join(cwd, 'found'));
    expect(more).toEqual([]);
    const file = join('found', name);
    expect(check.out).toContain(`npx tdicheck replay ${file}`);
    const { property, mutant, steps } = readTrace(join(cwd, file));
    expect(mutant).toBe(id);
    expect(property).not.toBeNull();

    const [replayed, shrunk] = await Promise.all([
      askChild(['replay', file, '--format', 'json'], { cwd }),
      askChild(['shrink', file, '--format', 'json'], { cwd }),
    ]);
    expect(replayed.code).toBe(1);
    expect(json(replayed.out)).toMatchObject({ recorded: property, asRecorded: true });
    expect(shrunk.code).toBe(0);
    const { length } = steps;
    expect(json(shrunk.out)).toMatchObject({ property, from: length, to: length, written: null });
  });
});

test('what there is can be listed as records with ids', async () => {
  const topics = ['rules', 'properties', 'mutants', 'faults'];
  const cwd = inFolder('lists');
  const answers = await Promise.all(
    topics.map((t) => askChild(['list', t, '--format', 'json'], { cwd })),
  );
  const [rules = [], properties = [], mutants = [], faults = []] = answers.map(
    ({ out }): readonly string[] => JSON.parse(out).map((r: { readonly id: string }) => r.id),
  );
  for (const ids of [rules, properties, mutants, faults]) {
    expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  }
  expect(rules).toContain('tdisp.lock');
  expect(properties).toContain('cfg-bme-clear-forces-error');
  expect(mutants.length).toBeGreaterThanOrEqual(200);
  const all = [...RULE_FAULTS, ...STACK_FAULTS];
  expect(faults).toEqual(all.map((f) => f.id));
});
