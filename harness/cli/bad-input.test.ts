/** Whatever is wrong with what the user gives: exit code 2, at most three lines, nothing else happens. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_READINGS } from '../../model/world.ts';
import { formatTrace, type Trace } from '../trace.ts';
import { ask, contentsOf, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
const before = process.cwd();
const GOOD: Trace = {
  format: 'tdicheck-trace',
  version: 1,
  tool: '0.0.0',
  backend: 'base',
  preset: 'tiny',
  readings: DEFAULT_READINGS,
  subject: 'engine',
  mutant: null,
  property: null,
  difference: false,
  seed: null,
  path: null,
  found: null,
  steps: [{ by: 'host', rule: 'ide.enable', args: { level: 1 } }],
};
const good = formatTrace(GOOD);

beforeAll(() => {
  process.chdir(folder.path);
  mkdirSync('folder');
  mkdirSync('bad-corpus');
  const files: Record<string, string | Uint8Array> = {
    'good.json': good,
    'empty.json': '',
    'truncated.json': good.slice(0, 300),
    'binary.json': Uint8Array.from({ length: 64 }, (_, i) => 128 + i),
    'number.json': '1',
    'version.json': good.replace('"version": 1', '"version": 2'),
    'field.json': good.replace('"tool"', '"tol"'),
    'backend.json': good.replace('"base"', '"bse"'),
    'preset.json': good.replace('"tiny"', '"tinny"'),
    'mutant.json': good.replace('"mutant": null', '"mutant": "tdisp.lock:nothing"'),
    'property.json': good.replace('"property": null', '"property": "no-such-property"'),
    'power.json': formatTrace({
      ...GOOD,
      preset: 'stack',
      steps: [{ by: 'host', rule: 'power.write', args: { tdi: 'PF', power: 'd3cold' } }],
    }),
    'rule.json': good.replace('"ide.enable"', '"ide.enabel"'),
    'argument.json': good.replace('"level": 1', '"level": 7'),
    'party.json': good.replace('"host"', '"guest"'),
    'bad-corpus/broken.json': '{',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(name, text);
});
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const traces = [
  'missing.json',
  'folder',
  'empty.json',
  'truncated.json',
  'binary.json',
  'number.json',
  'version.json',
  'field.json',
  'backend.json',
  'preset.json',
  'mutant.json',
  'property.json',
  'rule.json',
  'argument.json',
  'party.json',
  '/dev/null',
  'good.json\0',
];
const checks: readonly (readonly string[])[] = [
  ['--backend', 'bse'],
  ['--preset', 'smal'],
  ['--preset', 'tiny', 'extra'],
  ['--mutant', 'tdisp.lok:nothing'],
  ['--subject', 'stak'],
  ['--subject', 'stack', '--preset', 'tiny'],
  ['--subject', 'stack', '--backend', 'amd-sev-tio'],
  ['--subject', 'stack', '--reading', 'enableStyle=coalesced'],
  ['--subject', 'stack', '--mutant', 'bme-clear-leaves-the-state'],
  ['--subject', 'stack', '--mutant', 'nonce-survives-stopp'],
  ['--mutant', 'nonce-survives-stop'],
  ['--format', 'xml'],
  ['--grep', '('],
  ['--grep', 'no property has this'],
  ['--reading', 'commandClear'],
  ['--reading', 'comandClear=edge'],
  ['--reading', 'commandClear=both'],
  ['--reading', 'commandClear=edge', '--reading', 'commandClear=level'],
  ['--reading', '__proto__=edge'],
  ['--budget', '0'],
  ['--budget', '-1'],
  ['--budget', '1.5'],
  ['--budget', ''],
  ['--budget', '99999999999'],
  ['--seed', 'abc'],
  ['--seed', '1e3'],
  ['--seed', '4294967296'],
  ['--seed'],
  ['--path', '12'],
  ['--path', '9:0', '--preset', 'tiny'],
  ['--out', 'good.json'],
  ['--out', 'good.json/below'],
  ['--out', ''],
  ['--out', '/proc/nothing/here'],
  ['--out', 'bad-corpus'],
  ['--no-such-option'],
  ['--sed', '1'],
];
const others: readonly (readonly string[])[] = [
  [],
  ['chek'],
  ['--no-such-option'],
  ['help', 'chek'],
  ['replay'],
  ['replay', 'good.json', '--mutant', 'nothing'],
  ['replay', 'good.json', '--subject', 'stak'],
  ['replay', 'good.json', '--mutant', 'nonce-survives-stop'],
  ['replay', 'power.json', '--subject', 'stack'],
  ['replay', 'good.json', 'good.json'],
  ['shrink'],
  ['shrink', 'good.json'],
  ['shrink', 'good.json', '--in-place', '--out', 'folder'],
  ['shrink', 'good.json', '--out', 'empty.json'],
  ['list'],
  ['list', 'rule'],
  ['explore', '--mutant', 'nonce-survives-stop'],
  ['explore', '--witness', 'reach-nothing'],
  ['explore', '--witness', 'reach-run', '--checkpoint', 'new.json'],
  ['explore', '--witness', 'reach-run', '--lockstep'],
  ['explore', '--witness', 'reach-run', '--workers', '2'],
  ['explore', '--witness', 'reach-run', '--grep', 'reach'],
  ['explore', '--checkpoint', ''],
  ['explore', '--resume', ''],
  ['validate', 'missing.pcap'],
  ['validate', 'empty.json'],
  ['list', 'rules', 'words'],
  ['list', 'rules', '--backend', 'bse'],
  ['explain'],
  ['explain', 'tdisp.lok'],
  ['explain', '__proto__'],
  ['explain', 'x'.repeat(5000)],
];
const all = [
  ...checks.map((c) => ['check', ...c]),
  ...traces.flatMap((t) => [
    ['replay', t],
    ['shrink', t],
  ]),
  ...others,
];

describe('bad input', () => {
  test.each(all.map((argv) => [argv.join(' ').slice(0, 60), argv]))('%s', async (_, argv) => {
    const files = contentsOf(folder.path);
    const { code, out, err } = await ask(...(argv as string[]));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const lines = err.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines[0]).toMatch(/^tdicheck: [^ ]/);
    expect(err).not.toMatch(/^\s+at /m);
    for (const line of lines) expect(line.length).toBeLessThan(420);
    expect(contentsOf(folder.path)).toEqual(files);
  });
  test('names that are nearly right are suggested', async () => {
    const { err } = await ask('explain', 'tdisp.lok');
    expect(err).toContain('did you mean tdisp.lock');
    expect((await ask('check', '--backend', 'bse')).err).toContain('did you mean base?');
    expect((await ask('check', '--sed', '1')).err).toContain('--seed');
    expect((await ask('lsit')).err).toContain('list');
  });
  test('validate tells of the recording first, then of its secrets', async () => {
    expect((await ask('validate', 'missing.pcap')).err).toContain('cannot read missing.pcap');
    expect((await ask('validate', 'empty.json')).err).toContain('expected --secrets FILE');
  });
  test('what no longer fails is told apart from what never did', async () => {
    const trace = { ...GOOD, mutant: 'bme-clear-leaves-the-state', difference: true };
    writeFileSync('stale.json', formatTrace(trace));
    const { code, err } = await ask('shrink', 'stale.json');
    expect(code).toBe(2);
    expect(err).toContain('bme-clear-leaves-the-state no longer shows in it');
  });
  test('a fault of the stack is told to be one', async () => {
    const { err } = await ask('explore', '--mutant', 'nonce-survives-stop');
    expect(err).toMatch(/fault of the stack(.*\n)*.*--subject stack/);
  });
  test('the command that is to show all there is does', async () => {
    const { err } = await ask('explore', '--witness', 'reach-nothing');
    const [, command = '', count] = /npx tdicheck (.*) shows all (\d+)/.exec(err) ?? [];
    const listed = await ask(...command.split(' '), '--format', 'json');
    expect(JSON.parse(listed.out)).toHaveLength(Number(count));
  });
  test('the text says what, where and what was expected', async () => {
    expect((await ask('replay', 'argument.json')).err).toMatchInlineSnapshot(`
      "tdicheck: “level” cannot be 7 in this preset
        in argument.json, step 1 (ide.enable)
        expected one of 0, 1
      "
    `);
    expect((await ask('check', '--budget', '0')).err).toMatchInlineSnapshot(`
      "tdicheck: --budget cannot be "0"
        expected a whole number from 1 to 1,000,000,000
      "
    `);
    expect((await ask('check', '--out', join('good.json', 'below'))).err).toMatch(
      /not a folder|ENOTDIR/,
    );
  });
});
