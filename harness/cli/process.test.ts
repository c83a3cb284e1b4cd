/** The command line as a process: streams, signals, colours, sources as they stand. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { askChild, BIN, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
afterAll(() => folder.remove());
const cwd = folder.path;
const ESCAPE = '\u001b';
/** Long enough to be interrupted, and without planted faults to hunt. */
const LONG = ['check', '--budget', '100000000', '--grep', '^tdi-legal-transitions$'];

describe('the process', () => {
  test('colour is for terminals, and for those who insist', async () => {
    const plain = await askChild(['explain', 'tdisp.lock'], { cwd });
    expect(plain).toMatchObject({ code: 0, err: '' });
    expect(plain.out).toContain('LOCK_INTERFACE_REQUEST');
    expect(plain.out).not.toContain(ESCAPE);
    const forced = await askChild(['explain', 'tdisp.lock'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(forced.out).toContain(ESCAPE);
    const not = await askChild(['explain', 'tdisp.lock'], { cwd, env: { NO_COLOR: '1' } });
    expect(not.out).toBe(plain.out);
  });

  test('errors go to stderr and into the exit code', async () => {
    const { code, out, err } = await askChild(['explain', 'tdisp.lok'], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('did you mean tdisp.lock');
  });

  test('a reader that goes away is no error', async () => {
    const child = spawn(process.execPath, [BIN, 'list', 'mutants', '--format', 'json'], { cwd });
    let err = '';
    child.stderr.on('data', (data) => {
      err += String(data);
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('Ctrl-C ends a check with what it has', async () => {
    let asked = false;
    const { code, out, err } = await askChild([...LONG, '--format', 'json'], {
      cwd,
      onErr: (text, kill) => {
        // The first progress line says that it is under way.
        if (asked || !text.includes('sequences')) return;
        asked = true;
        kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ verdict: 'interrupted', exitCode: 130 });
    expect(report.sequences).toBeGreaterThan(0);
    expect(err).toMatch(/^tdicheck: sequences \d[\d,]* of 100,000,000 · /);
    expect(err).not.toContain(ESCAPE);
  });

  test('Ctrl-C keeps a search that is to be kept, and says how to go on', async () => {
    let asked = false;
    const searched = ['explore', '--preset', 'reset', '--checkpoint', 'kept.json'];
    const { code, out } = await askChild(searched, {
      cwd,
      onErr: (text, kill) => {
        if (asked || !text.includes('frontier')) return;
        asked = true;
        kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(out).toMatch(/interrupted.*\n.*--resume kept\.json/);
    expect(existsSync(join(cwd, 'kept.json'))).toBe(true);
  });

  test('a second Ctrl-C ends it at once', async () => {
    let asked = false;
    const { code, out } = await askChild(LONG, {
      cwd,
      onErr: (text, kill) => {
        if (asked || !text.includes('sequences')) return;
        asked = true;
        kill('SIGINT');
        kill('SIGINT');
        setTimeout(() => kill('SIGINT'), 1);
      },
    });
    expect(code).toBe(130);
    // Either the second came in time, or the run had ended by then with a report.
    expect(out === '' || out.includes('interrupted')).toBe(true);
  });

  test('a checkout runs its sources as they stand', async () => {
    const root = join(dirname(BIN), '..');
    const copy = join(cwd, 'checkout');
    for (const name of ['bin', 'model', 'properties', 'impl', 'harness', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const bin = join(copy, 'bin', 'tdicheck.mjs');
    const words = join(copy, 'impl', 'words', 'pcie.ts');
    const source = readFileSync(words, 'utf8');
    const args = ['check', '--preset', 'tiny', '--budget', '40', '--grep', 'tdi-legal'];

    // One packed word is wrong: the engine parts from the model, and perhaps a property sees it.
    const wrong = source.replace('bme: bme === 1, mse', 'bme: bme === 0, mse');
    expect(wrong).not.toBe(source);
    writeFileSync(words, wrong);
    const differs = await askChild(args, { cwd: copy, bin });
    expect(differs.code).toBe(5);
    expect(differs.out).toContain('bme');
    expect(readdirSync(join(copy, 'counterexamples')).join()).toMatch(/^difference\.\w+\.json$/);

    // One packed word throws: that is our bug, told in two lines.
    const throwing = source.replace('s.device().present,', "{ throw new Error('boom'); },");
    expect(throwing).not.toBe(source);
    writeFileSync(words, throwing);
    const bug = await askChild([...args, '--seed', '7'], { cwd: copy, bin });
    expect({ code: bug.code, out: bug.out }).toEqual({ code: 70, out: '' });
    expect(bug.err.split('\n')).toHaveLength(3);
    expect(bug.err).toMatch(
      /^tdicheck: internal error in \w+ \(impl\/[\w/]+\.ts:\d+:\d+\): .*boom$/m,
    );
    expect(bug.err).toMatch(/report it .*seed 7 and version \d/);
    expect(existsSync(join(copy, 'dist'))).toBe(false);
  });
});
