/** What a check, a replay and a shrink come to, with their files and exit codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTrace, readTrace } from '../trace.ts';
import { ask, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder.path));
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const QUICK = ['--preset', 'tiny', '--budget', '40', '--grep', '^tdi-legal-transitions$'];

describe('check', () => {
  test('the same seed gives the same JSON, durations apart', async () => {
    const first = await ask('check', ...QUICK, '--format', 'json');
    const second = await ask('check', ...QUICK, '--format', 'json');
    const { durations, ...report } = JSON.parse(first.out);
    const { durations: others, ...again } = JSON.parse(second.out);
    expect(again).toEqual(report);
    expect(Object.keys(durations)).toEqual(Object.keys(others));
    expect(report).toMatchObject({
      exitCode: first.code,
      seed: 1,
      backend: 'base',
      preset: 'tiny',
      subject: 'engine',
      sequences: 40,
      violations: [],
    });
    expect(report.steps).toBeGreaterThan(1000);
    expect(report.properties.map((p: { id: string }) => p.id)).toEqual(['tdi-legal-transitions']);
    const other = await ask('check', ...QUICK, '--format', 'json', '--seed', '2');
    expect(JSON.parse(other.out).steps).not.toBe(report.steps);
  });

  test('a fault that the preset cannot show is not hunted, and counted', async () => {
    const some = '^(tsm-unbind-ends-clean-or-lost|cfg-bme-clear-forces-error)$';
    const args = ['--preset', 'lifecycle', '--budget', '100', '--grep', some];
    const { out } = await ask('check', ...args, '--format', 'json');
    const { planted, unshowable } = JSON.parse(out);
    expect(planted.map((p: { id: string }) => p.id)).toEqual(['bme-clear-leaves-the-state']);
    expect(unshowable).toEqual(['stop-keeps-the-iotlb', 'unbind-does-not-drain']);
  });

  test('a fault that sequences of the preset seldom show is replayed, and not hunted', async () => {
    const some = '^(ide-old-keyset-retired|cfg-bme-clear-forces-error)$';
    const args = ['--preset', 'tiny', '--budget', '100', '--grep', some];
    const { planted, rare, corpus } = JSON.parse(
      (await ask('check', ...args, '--format', 'json')).out,
    );
    expect(planted.map((p: { id: string }) => p.id)).toEqual(['bme-clear-leaves-the-state']);
    expect(rare).toEqual(['old-key-write-lands']);
    expect(corpus).toContainEqual(
      expect.objectContaining({ property: 'ide-old-keyset-retired', asExpected: true }),
    );
    const { out } = await ask('check', ...args);
    expect(out).toMatch(/replayed, not hunted,.* seldom show them:\s+old-key-write-lands/);
    expect(out).toContain('without --backend, preset tiny is checked with base');
    expect((await ask('check', ...args, '--backend', 'base')).out).not.toContain(
      'without --backend',
    );
  });

  test('a path is one sequence', async () => {
    const { out } = await ask('check', ...QUICK, '--path', '1:3', '--format', 'json');
    const { sequences, rounds } = JSON.parse(out);
    expect(sequences).toBe(1);
    expect(rounds.map((r: { sequences: number }) => r.sequences)).toEqual([0, 1, 0]);
  });

  test('a mutant is caught, kept in a file, replayed and not overwritten', async () => {
    const args = ['--preset', 'tiny', '--budget', '400', '--grep', '^tdi-|^cfg-|^rst-'];
    const check = await ask('check', ...args, '--mutant', 'command.write:clears-under-lock');
    expect(check.code).toBe(1);
    const [name = ''] = readdirSync('counterexamples');
    expect(check.out).toContain(`npx tdicheck replay ${join('counterexamples', name)}`);
    const file = join('counterexamples', name);
    const trace = readTrace(file);
    expect(trace).toMatchObject({ mutant: 'command.write:clears-under-lock', seed: 1 });

    const replayed = await ask('replay', file);
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain(trace.property);
    expect((await ask('replay', file, '--subject', 'model')).code).toBe(1);
    const right = await ask('replay', file, '--mutant', 'none', '--format', 'json');
    expect(right.code).toBe(0);
    expect(JSON.parse(right.out)).toMatchObject({ verdict: 'holds', violations: [] });

    const path = trace.path ?? '';
    const again = await ask(
      ...['check', ...args, '--mutant', trace.mutant ?? '', '--path', path, '--format', 'json'],
    );
    expect(again.code).toBe(1);
    const [found] = JSON.parse(again.out).violations;
    expect(found).toMatchObject({ property: trace.property, length: trace.steps.length, file });
    expect(found.steps).toEqual(trace.steps);
    expect(readdirSync('counterexamples')).toEqual([name]);

    const minimal = await ask('shrink', file);
    expect(minimal.code).toBe(0);
    expect(minimal.out).toContain('minimal already');
    expect(readdirSync('counterexamples')).toEqual([name]);

    const longer = {
      ...trace,
      steps: [trace.steps[0], ...trace.steps].filter((s) => s !== undefined),
    };
    const text = formatTrace(longer);
    writeFileSync('longer.json', text);
    const shrunk = await ask('shrink', 'longer.json', '--out', 'shrunk', '--format', 'json');
    expect(JSON.parse(shrunk.out)).toMatchObject({
      from: trace.steps.length + 1,
      to: trace.steps.length,
      written: join('shrunk', name),
    });
    expect(readFileSync('longer.json', 'utf8')).toBe(text);
    expect(readTrace(join('shrunk', name)).steps).toEqual(trace.steps);
    expect((await ask('shrink', 'longer.json', '--in-place')).code).toBe(0);
    expect(readTrace('longer.json').steps).toEqual(trace.steps);

    // A mutant's trace that does not fail any more is a changed verdict.
    writeFileSync('harmless.json', formatTrace({ ...trace, steps: trace.steps.slice(0, 1) }));
    const harmless = await ask('replay', 'harmless.json');
    expect(harmless.code).toBe(6);
  });

  test('a difference that no property names is kept, and shrunk as a difference', async () => {
    const mutant = 'command.write:clears-under-lock';
    const args = [...QUICK, '--budget', '400', '--mutant', mutant, '--out', 'different'];
    const check = await ask('check', ...args);
    expect(check.code).toBe(5);
    const [name = ''] = readdirSync('different');
    expect(name).toMatch(/^difference\./);
    const { trace, file } = { trace: readTrace(join('different', name)), file: 'long.json' };
    writeFileSync(
      file,
      formatTrace({ ...trace, steps: [...trace.steps.slice(0, 1), ...trace.steps] }),
    );
    const shrunk = JSON.parse((await ask('shrink', file, '--format', 'json')).out);
    expect(shrunk).toMatchObject({ property: null, to: trace.steps.length, written: name });
  });

  test('without a place for counterexamples a check still runs', async () => {
    writeFileSync('counterexamples-file', '');
    expect(existsSync('nowhere')).toBe(false);
    const { code, err } = await ask('check', ...QUICK, '--out', 'nowhere', '--format', 'json');
    expect([0, 3]).toContain(code);
    expect(err).toBe('');
    // Nothing was found, so nothing was made.
    expect(existsSync('nowhere')).toBe(false);
  });
});
