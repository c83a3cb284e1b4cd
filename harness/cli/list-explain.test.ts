/** `list` and `explain`: everything that is there is listed, and everything that is listed is explained. */
import { describe, expect, test } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { rulesOf } from '../setup.ts';
import { BACKENDS } from './backends.ts';
import { ask } from './cli.fixture.ts';
import { DEFAULT_BACKEND } from './defaults.ts';
import { TOPICS } from './topics.ts';

const idsOf = async (topic: string): Promise<readonly string[]> => {
  const { out } = await ask('list', topic, '--format', 'json');
  return (JSON.parse(out) as readonly { readonly id: string }[]).map((r) => r.id);
};

describe('list', () => {
  test.each(TOPICS)('%s: records with unique ids, rows that fit', async (topic) => {
    const ids = await idsOf(topic);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    const { code, out } = await ask('list', topic);
    expect(code).toBe(0);
    for (const id of ids) expect(out).toContain(id);
    expect(out).not.toMatch(/[ \t]$/m);
  });
  test('nothing is left out', async () => {
    const assumed = BACKENDS.find((b) => b.id === DEFAULT_BACKEND);
    expect(await idsOf('rules')).toEqual(
      assumed === undefined ? [] : rulesOf(assumed).map((r) => r.id),
    );
    expect(await idsOf('properties')).toEqual(PROPERTIES.map((p) => p.id));
  });
  test('--grep selects', async () => {
    const { out } = await ask('list', 'rules', '--grep', '^tdisp\\.st', '--format', 'json');
    const ids = JSON.parse(out).map((r: { id: string }) => r.id);
    expect(ids).toContain('tdisp.start');
    expect(ids).not.toContain('tdisp.lock');
    const none = await ask('list', 'rules', '--grep', 'zzz');
    expect(none).toEqual({ code: 0, out: '', err: 'tdicheck: none of the rules matches /zzz/\n' });
    expect((await ask('list', 'rules', '--grep', 'zzz', '--format', 'json')).out).toBe('[]\n');
  });
});

describe('explain', () => {
  test('a rule: its decision table in words, and the clauses', async () => {
    const { code, out } = await ask('explain', 'tdisp.start');
    expect(code).toBe(0);
    expect(out).toContain('wrong nonce: refused INVALID_NONCE');
    expect(out).toMatch(/running: accepted\n +otherwise\n +then the TDI holds no nonce\n +and /);
    expect(out).toContain('11.3.14');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
  test('a property: what it demands, looks at, and must have seen', async () => {
    const { out } = await ask('explain', 'cfg-bme-clear-forces-error');
    expect(out).toContain('BME clear after lock forces ERROR');
    expect(out).toContain('tdi.bme');
    expect(out).toContain('bme-clear-leaves-the-state');
    expect(out).toContain('11.2.6');
  });
  test('a rule that only another backend has, unless a backend is given', async () => {
    expect((await ask('explain', 'tsm.bind')).code).toBe(0);
    expect((await ask('explain', 'tsm.bind', '--backend', DEFAULT_BACKEND)).code).toBe(2);
  });
  test('codes, verdicts and exit codes', async () => {
    expect((await ask('explain', 'INVALID_NONCE')).out).toContain('tdisp.start');
    const byNumber = await ask('explain', '5');
    expect(byNumber.out).toContain('exit code 5');
    expect((await ask('explain', 'differs')).out).toBe(byNumber.out);
  });
  test('whatever is listed can be explained, and no sentence has a gap', async () => {
    for (const topic of TOPICS) {
      // Mutants are many and all alike.
      const ids = await idsOf(topic);
      for (const id of topic === 'mutants' ? ids.slice(0, 5) : ids) {
        const { code, out } = await ask('explain', id, '--format', 'json');
        expect({ id, code }).toEqual({ id, code: 0 });
        const [page] = JSON.parse(out);
        expect(page.id).toBe(id);
        for (const c of topic === 'rules' ? page.cases : [])
          for (const phrase of [...c.guards, ...c.effects])
            expect(phrase).not.toMatch(/[{}]|undefined/);
      }
    }
  });
});
