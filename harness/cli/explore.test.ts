// Goal: `explore` gives the shortest trace to what a planted fault breaks, one that replays, and says honestly how far it came.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ask, emptyFolder } from './cli.fixture.ts';

interface Json {
  readonly verdict: string;
  readonly exitCode: number;
  readonly preset: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly properties: readonly { id: string; verdict: string }[];
  readonly violations: readonly { property: string; length: number; file: string }[];
}
const folder = emptyFolder();
const before = process.cwd();
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

describe('explore', () => {
  test('finds the shortest trace to a planted fault, and writes it', async () => {
    process.chdir(folder.path);
    const answer = await ask(
      'explore',
      '--mutant',
      'bme-clear-leaves-the-state',
      '--format',
      'json',
    );
    expect(answer.err).toBe('');
    const r = JSON.parse(answer.out) as Json;
    expect(r).toMatchObject({ verdict: 'violated', exitCode: 1, preset: 'tiny' });
    expect(answer.code).toBe(1);
    const [v] = r.violations;
    // Session, keys, stream, bind, LOCK: nothing shorter locks a TDI. Then BME, which the guest need not have set, or has.
    expect(v).toMatchObject({ property: 'cfg-bme-clear-forces-error', length: 11 });
    expect(r.depth).toBe(10);
    const replayed = await ask('replay', join(folder.path, v?.file ?? ''), '--format', 'json');
    expect(replayed.code).toBe(1);
  });

  test('holds on all of tiny, which is small enough to be compared everywhere', async () => {
    process.chdir(folder.path);
    const answer = await ask('explore', '--format', 'json');
    const r = JSON.parse(answer.out) as Json;
    expect(r).toMatchObject({ verdict: 'holds', exitCode: 0, violations: [] });
    expect(r.states).toBeLessThanOrEqual(200_000);
    expect(r.properties.filter((p) => p.verdict === 'holds').length).toBeGreaterThan(90);
  });

  test('says what was covered when a limit ends it', async () => {
    process.chdir(folder.path);
    const answer = await ask('explore', '--states', '5000');
    expect(answer.code).toBe(4);
    expect(answer.out).toMatch(/not complete: everything within \d+ steps, and some beyond/);
    const [, within = ''] = /everything within (\d+) steps/.exec(answer.out) ?? [];
    expect(answer.out.replace(/\s+/g, ' ')).toContain(`within ${within} steps nothing is violated`);
    expect(answer.out).toMatch(/\d+ inconclusive/);
    // Within 11 steps a TDI can be brought into ERROR, and that is all that the property wants.
    const some = [
      'explore',
      '--states',
      '30000',
      '--grep',
      '^(reach-error-bme|tdi-legal-transitions|reach-run)$',
    ];
    const { properties, reached } = JSON.parse((await ask(...some, '--format', 'json')).out);
    const verdicts = Object.fromEntries(
      properties.map((p: Json['properties'][number]) => [p.id, p.verdict]),
    );
    expect(verdicts).toEqual({
      'reach-error-bme': 'holds',
      'reach-run': 'inconclusive',
      'tdi-legal-transitions': 'inconclusive',
    });
    expect(reached).toEqual([{ property: 'reach-error-bme', length: 11 }]);
    const violated = ['explore', '--mutant', 'bme-clear-leaves-the-state'];
    expect((await ask(...violated)).out).not.toContain('nothing is violated');
  });

  test('writes over nothing, and says how to go on with what it keeps', async () => {
    process.chdir(folder.path);
    writeFileSync('precious.md', 'precious');
    const some = ['explore', '--states', '5000', '--checkpoint'];
    const { code, err, out } = await ask(...some, 'precious.md');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/precious\.md is there already\n.*--resume FILE/);
    expect(readFileSync('precious.md', 'utf8')).toBe('precious');
    const nowhere = await ask(...some, 'none/x.json');
    expect(nowhere).toMatchObject({ code: 2, out: '' });
    expect(nowhere.err).toMatch(/ENOENT.*\n.*a folder that exists/);
    const kept = await ask(...some, 'kept.json');
    expect(kept.code).toBe(4);
    expect(kept.out).toContain('with --resume kept.json, without --checkpoint');
    expect((await ask(...some, 'kept.json')).code).toBe(2);
    expect((await ask('explore', '--resume', 'kept.json')).code).toBe(0);
  });

  test('a slice is searched with its backend; a world without anything is refused', async () => {
    process.chdir(folder.path);
    const json = ['--format', 'json', '--states', '100'];
    const report = async (...argv: string[]) => JSON.parse((await ask(...argv, ...json)).out);
    expect(await report('explore', '--preset', 'ap-queues')).toMatchObject({
      backend: 'ibm-se-ap',
    });
    expect(await report('explore', '--preset', 'reset')).toMatchObject({ backend: 'base' });
    for (const command of ['explore', 'graph', 'check']) {
      const wrong = await ask(command, '--preset', 'ap-queues', '--backend', 'base');
      expect(wrong).toMatchObject({ code: 2, out: '' });
      expect(wrong.err).toMatch(
        /base can do nothing in preset ap-queues(.*\n)*.*--backend ibm-se-ap/,
      );
    }
    const none = await ask('explore', '--grep', '^tdx-no-residue$');
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('tdx-no-residue: facet tdx is off');
    const presets = await ask('list', 'presets', '--grep', 'sev-tio', '--format', 'json');
    expect(JSON.parse(presets.out)).toMatchObject([{ id: 'sev-tio', backend: 'amd-sev-tio' }]);
    expect((await ask('explain', 'td-launch')).out).toMatch(/backend +kvm-tdx/);
  });

  test('a backend that connects to no device in a preset is refused there', async () => {
    process.chdir(folder.path);
    for (const preset of ['tiny', 'lifecycle'])
      for (const command of ['explore', 'graph', 'check']) {
        const wrong = await ask(command, '--preset', preset, '--backend', 'amd-sev-tio');
        expect(wrong).toMatchObject({ code: 2, out: '' });
        expect(wrong.err).toMatch(/amd-sev-tio connects to no device in preset .*facet tio is off/);
        expect(wrong.err).toContain('expected --preset small, full, sev-tio, or another backend');
      }
    const reading = ['--backend', 'base', '--reading', 'connectBy=command'];
    const none = await ask('check', ...reading);
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('--reading connectBy=tsm');
    const presets = JSON.parse((await ask('list', 'presets', '--format', 'json')).out);
    const tiny = presets.find((p: { id: string }) => p.id === 'tiny');
    expect(tiny).toMatchObject({ backend: null, backends: ['base', 'ibm-se-ap', 'kvm-tdx'] });
    expect((await ask('explain', 'tiny')).out).toMatch(/backend +base, ibm-se-ap, kvm-tdx/);
    expect((await ask('explain', 'small')).out).toMatch(/backend +any/);
  });

  test('a mutant that changes nothing in the preset proves nothing', async () => {
    process.chdir(folder.path);
    // Its rule is not in this world; its rule is, but what it needs never comes.
    const absent = await ask('explore', '--mutant', 'B41');
    expect(absent.code).toBe(3);
    expect(absent.out).toMatch(/makes no difference(.*\n)+.*check --backend base --preset small/);
    const idle = JSON.parse(
      (await ask('explore', '--mutant', 'spdm.connect.begin:NO_DEVICE', '--format', 'json')).out,
    );
    expect(idle).toMatchObject({ verdict: 'vacuous', exitCode: 3 });
    expect(idle.elsewhere).toContain('lifecycle');
    // One that is seen, though nothing is said of it: it holds.
    const seen = ['--mutant', 'bme-clear-leaves-the-state', '--grep', '^tdi-legal-transitions$'];
    const other = JSON.parse((await ask('explore', ...seen, '--format', 'json')).out);
    expect(other).toMatchObject({ verdict: 'holds', elsewhere: null });
  });

  test('a slice that the backend has in part only is not told of as if it had all', async () => {
    const part = ['explore', '--states', '100', '--preset', 'sev-tio'];
    const { out } = await ask(...part, '--backend', 'base');
    const words = out.replace(/\s+/g, ' ');
    expect(words).toContain('What of preset sev-tio is in the world of base: facets core; members');
    expect(words).not.toContain('firmware');
    expect(words).not.toContain('bytes a state');
    expect((await ask(...part)).out.replace(/\s+/g, ' ')).toContain('of SEV-TIO firmware around');
  });

  test('the command for a larger world is for the same backend and readings', async () => {
    const some = ['explore', '--preset', 'td-launch', '--grep', '^tdx-'];
    const hint = async (...argv: string[]): Promise<string | undefined> =>
      /at random\n +(.*)\n/.exec((await ask(...some, ...argv)).out)?.[1];
    expect(await hint()).toBe('npx tdicheck check');
    expect(await hint('--backend', 'kvm-tdx', '--reading', 'commandClear=level')).toBe(
      'npx tdicheck check --backend kvm-tdx --reading commandClear=level',
    );
  });

  test('model and engine that differ at power-on agree nowhere before', async () => {
    process.chdir(folder.path);
    const fault = 'spdm.connect.begin:no-connect-is-under-way-readingIs';
    const some = ['explore', '--lockstep', '--states', '1', '--grep', '^tdi-legal-transitions$'];
    const { code, out } = await ask(...some, '--mutant', fault);
    expect(code).toBe(5);
    expect(out).toContain('nearest: model and engine differ at power-on');
  });

  test('--memory is of MiB, and the search ends soon after', async () => {
    const small = ['explore', '--preset', 'small', '--memory', '5', '--grep', '^tdi-legal'];
    const { code, out } = await ask(...small);
    expect(code).toBe(4);
    const words = out.replace(/\s+/g, ' ');
    expect(words).toMatch(/not complete: everything within \d+ steps, .* store 5\.\d MiB/);
    expect(words).toContain('raise --states or --memory');
  });

  test('--workers are threads that search', async () => {
    process.chdir(folder.path);
    const some = ['explore', '--preset', 'reset', '--grep', '^tdi-legal'];
    const limit = (n: number) => ['--states', `${n}`];
    expect((await ask(...some, ...limit(2000), '--checkpoint', 'two.json')).code).toBe(4);
    // Who goes on waits for all threads; who begins does not.
    const resumed = [...some, '--resume', 'two.json'];
    expect((await ask(...resumed, ...limit(20_000), '--workers', '2')).code).toBe(4);
    expect((await ask(...resumed)).err).toMatch(/by 2 threads\n.*--workers 2, or more/);
  });

  test('takes no number that is none', async () => {
    const answer = await ask('explore', '--states', 'many');
    expect(answer.code).toBe(2);
    expect(answer.err).toContain('--states cannot be "many"');
  });
});
