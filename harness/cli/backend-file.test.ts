/** Backends of users: a module named by its path works wherever an id does, and its mistakes are told. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrace } from '../trace.ts';
import { ask, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder.path));
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const pathOf = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url)).replaceAll('\\', '/');
const toy = pathOf('examples/vendors/toy.ts');
const imports =
  `import { accepted, at, backend, dropped, each, not, refused, rule, when } from '${pathOf('model/author.ts')}';\n` +
  `import { W } from '${pathOf('model/words/index.ts')}';\n`;

describe('the toy backend', () => {
  test('passes a check; what it lacks is told, and no fault is hunted in it', async () => {
    const args = ['--backend', toy, '--budget', '150', '--format', 'json'];
    const { code, out } = await ask('check', ...args);
    const report = JSON.parse(out);
    expect([0, 3]).toContain(code);
    expect(report).toMatchObject({
      backend: 'toy',
      violations: [],
      differences: [],
      planted: [],
    });
    type Line = { readonly id: string; readonly verdict: string; readonly reason: string | null };
    const lines: readonly Line[] = report.properties;
    expect(lines.filter((p) => p.verdict === 'violated')).toEqual([]);
    const idle = lines.filter((p) => p.verdict === 'not applicable');
    expect(new Map(idle.map((p) => [p.id, p.reason]))).toContainEqual([
      'tsm-disconnect-needs-no-bound',
      'no rule tsm.disconnect in this backend',
    ]);
    // Worlds of other vendors aside, few properties have nothing to judge.
    const elsewhere = /^facet (ap|tdx|tio|fence|peer|p2p|plainVm) is off$/;
    expect(idle.filter((p) => !elsewhere.test(p.reason ?? '')).length).toBeLessThan(15);
    // RUN is reached, so the rest says something.
    expect(lines.find((p) => p.id === 'reach-run')?.verdict).toBe('holds');
    expect(report.corpus.every((c: { asExpected: boolean }) => c.asExpected)).toBe(true);
  });

  test('is listed and explained', async () => {
    const rules = await ask('list', 'rules', '--backend', toy);
    expect(rules.out).toContain('tsm.toy-release');
    expect(rules.out).not.toContain('tsm.disconnect');
    expect((await ask('list', 'backends', '--backend', toy)).out).toMatch(/^base .*\n(.*\n)*toy /m);
    expect((await ask('explain', 'tsm.toy-ask', '--backend', toy)).out).toContain('TOY_BUSY');
    expect((await ask('explain', 'toy', '--backend', toy)).code).toBe(0);
    expect((await ask('explain', 'tsm.toy-ask')).code).toBe(2);
  });

  test('a mistake in it is caught, kept, replayed and shrunk with the module at hand', async () => {
    const mutant = ['--mutant', 'tsm.toy-release:TOY_DRAINING'];
    const check = await ask('check', '--backend', toy, ...mutant, '--budget', '1500');
    expect(check.code).toBe(1);
    expect(check.out).toContain(`--backend ${toy}`);
    const [name = ''] = readdirSync('counterexamples');
    const file = join('counterexamples', name);
    expect(readTrace(file)).toMatchObject({ backend: 'toy', mutant: mutant[1] });

    expect((await ask('replay', file, '--backend', toy)).code).toBe(1);
    expect((await ask('shrink', file, '--backend', toy)).out).toContain('minimal already');
    const alone = await ask('replay', file);
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('expected --backend with the module');

    // A check of another backend leaves it alone, and says so.
    const base = ['--preset', 'tiny', '--budget', '10', '--grep', 'tdi-legal', '--format', 'json'];
    const other = await ask('check', ...base);
    expect(other.err).toContain('1 stored trace of other backends not replayed');
    expect(JSON.parse(other.out).corpus).toEqual([]);
  });

  test('what a search finds in it is replayed by the command that is shown', async () => {
    const wrong = ['--mutant', 'bme-clear-leaves-the-state', '--out', 'found'];
    const { code, out } = await ask('explore', '--backend', toy, ...wrong);
    expect(code).toBe(1);
    const [, shown = ''] = out.match(/npx tdicheck (replay .*)/) ?? [];
    expect((await ask(...shown.split(' '))).code).toBe(1);
  });

  test('a copy of it elsewhere is told what to import', async () => {
    writeFileSync('copy.ts', readFileSync(toy, 'utf8'));
    const { code, err } = await ask('list', 'rules', '--backend', './copy.ts');
    expect(code).toBe(2);
    const [from, ...others] = [...err.matchAll(/tdicheck\/dist\/(model\/[\w/]+)\.js/g)];
    expect(others).toHaveLength(1);
    const page = readFileSync(pathOf('examples/vendors/README.md'), 'utf8');
    for (const [name = '', path = ''] of [from ?? [], ...others]) {
      expect(page).toContain(name);
      expect(existsSync(pathOf(`${path}.ts`))).toBe(true);
    }
  });

  test('a fault of base that it cannot have is a plain error', async () => {
    const { code, err } = await ask('check', '--backend', toy, '--mutant', 'unbind-does-not-drain');
    expect(code).toBe(2);
    expect(err).toContain('tsm.unbind.end:DRAINING');
  });
});

/** One rule with its last case given, or everything, in a backend with more fields. */
const one = (cases: string, more = '', fields = ''): string =>
  `${imports}export const MINE = backend('mine', { title: 't', says: 's', clauses: [], ${fields} rules: [
    rule('tsm.bind', { by: 'host', says: 's', over: { tdi: 'Tdi', guest: 'Guest' }, clauses: [], ${more}
      cases: [${cases}] }),
  ] });`;
const done = "accepted('done', [], [])";
const mistakes: Readonly<Record<string, readonly [text: string, says: string]>> = {
  'no TypeScript': ['export const = 1;', 'the module cannot be loaded'],
  'a missing import': ["import './nothing.ts';", 'nothing.ts'],
  'code that throws': ["throw new Error('boom');", 'boom'],
  'nothing exported': ['export const x = 1;', 'which exports x'],
  'several backends': [
    `${one(done)} export const OTHER = { ...MINE };`,
    'several backends: MINE, OTHER',
  ],
  'an export of that name': ['export const backend = { rules: [] };', '“id” is undefined'],
  'an id that is taken': [one(done).replace("'mine'", "'base'"), 'called “base” already'],
  'an id in capitals': [one(done).replace("'mine'", "'MINE'"), 'the backend’s id is “MINE”'],
  'a clause': [one(done).replace('clauses: []', "clauses: ['verb-bnd']"), 'did you mean verb-bind'],
  'a facet': [one(done, "facets: ['mmo'],"), 'did you mean mmio'],
  'a world without facets': [one(done, '', 'facets: [],'), '“facets” is empty'],
  'a facet of the world': [one(done, '', "facets: ['core', 'mmoi'],"), 'did you mean mmio'],
  'a facet of the world twice': [
    one(done, '', "facets: ['core', 'core'],"),
    '"core" is there twice',
  ],
  'a rule that its world cannot have': [
    one(done, "facets: ['mmio'],", "facets: ['core'],"),
    'the rule needs facet mmio, which this backend’s world has not',
  ],
  'a rule of the core in a world without it': [
    one(done, '', "facets: ['mmio'],"),
    'a rule that names none needs core',
  ],
  'fixes that are a list': [one(done, '', "fixes: ['commandClear'],"), '“fixes” is a list'],
  'a fixed reading': [
    one(done, '', "fixes: { comandClear: 'edge' },"),
    'did you mean commandClear',
  ],
  'a fixed value': [one(done, '', "fixes: { commandClear: 'ede' },"), 'expected edge or level'],
  'a common id': [one(done, "as: 'tsm.bnd',"), 'did you mean tsm.bind'],
  'a common rule to replace': [one(done, "instead: 'os.accpt',"), 'did you mean os.accept'],
  'a common id of other roles': [
    one(done, "as: 'tsm.bind',").replace(", guest: 'Guest' }", ' }'),
    'tsm.bind has a role “guest”, and this rule has none',
  ],
  'a common id with a role of another sort': [
    one(done, "as: 'tsm.bind',").replace("guest: 'Guest'", "guest: 'Page'"),
    'tsm.bind is over guest as a Guest, and this rule over a Page',
  ],
  'a sort': [one(done).replace("'Tdi'", "'TDI'"), 'did you mean Tdi'],
  'a party': [one(done).replace("'host'", "'vmm'"), 'no party is called "vmm"'],
  'a common rule': [one(done).replace("'tsm.bind'", "'tdisp.lock'"), 'is a common rule already'],
  'an id without tsm.': [one(done).replace("'tsm.bind'", "'bind'"), 'expected tsm. and'],
  'no cases': [one(''), 'not total'],
  'not total': [one("accepted('done', [W.bound], [])"), 'not total'],
  'dead cases': [one(`${done}, accepted('more', [], [])`), 'the cases after it never decide'],
  'two cases of a name': [one("accepted('done', [W.bound]), accepted('done', [])"), 'two cases'],
  'a code': [one(`refused('busy', 'b', [W.bound]), ${done}`), 'the code is "busy"'],
  'a word that is not there': [one("accepted('done', [], [W.bindToo])"), 'case “done”, effect 1'],
  'a word by hand': [
    one("accepted('done', [], [{ kind: 'word', word: 'bindToo', params: [] }])"),
    'did you mean bindTo',
  ],
  'a word without its parameters': [one("accepted('done', [], [W.tdiTo])"), 'is a function'],
  'a parameter': [one("accepted('done', [], [W.tdiTo('RUNN')])"), 'did you mean RUN'],
  'a list': [one("accepted('done', [], [[W.bindTo]])"), 'put ... before it'],
  'a guard among effects': [
    one("accepted('done', [], [W.bound])"),
    '“bound” is a guard, no effect',
  ],
  'effects among guards': [one("accepted('done', [W.bindTo])"), '“bindTo” is an effect, no guard'],
  'a term as a guard': [one("accepted('done', [], [W.relayTdi])"), 'at({ tdi: W.relayTdi }'],
  'a role': [one("accepted('done', [], [W.acceptPage])"), '“acceptPage” speaks of “page”'],
  'a role of another sort': [
    one("accepted('done', [], [each({ tdi: 'Page' }, [], [W.blockDma])])"),
    'speaks of tdi as a Tdi, and here it is a Page',
  ],
  'a term that may mean nothing': [
    one("accepted('done', [], [at({ tdi: W.relayTdi }, W.blockDma)])"),
    'expected a guard before it',
  ],
};

describe('facets and readings of a backend', () => {
  const command = one(
    done,
    "as: 'tsm.bind',",
    "facets: ['core'], fixes: { commandClear: 'level' },",
  )
    .replace("'tsm.bind', {", "'tsm.mine', {")
    .replace("guest: 'Guest' }", "guest: 'Guest', id: 'Interface' }");
  const narrow = './narrow.mjs';

  test('are listed and explained, with the common id of a command', async () => {
    writeFileSync(narrow, command);
    const list = await ask('list', 'backends', '--backend', narrow);
    expect(list.out).toMatch(/^base +\d+ +PCI +none /m);
    expect(list.out).toMatch(/^mine +1 +core +commandClear level /m);
    const page = await ask('explain', 'mine', '--backend', narrow);
    expect(page.out).toMatch(/facets +core\n/);
    expect(page.out).toMatch(/fixed readings +commandClear level\n/);
    expect(page.out).toContain('tsm.mine (as tsm.bind)');
  });
  test('a reading that is fixed otherwise cannot be asked for', async () => {
    writeFileSync(narrow, command);
    const args = ['check', '--backend', narrow, '--budget', '1', '--grep', '^tdi-legal'];
    const other = await ask(...args, '--reading', 'commandClear=edge');
    expect(other.code).toBe(2);
    expect(other.err).toContain('there commandClear is always level');
    const same = await ask(...args, '--reading', 'commandClear=level');
    expect(same.err).not.toContain('--reading');
  });
});

describe('a module that is no backend', () => {
  test.each(Object.entries(mistakes))('%s', async (_, [text, says]) => {
    writeFileSync('mine.ts', text);
    const { code, out, err } = await ask('list', 'rules', '--backend', './mine.ts');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(err).toContain('mine.ts');
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
    expect(err).not.toMatch(/^\s+at /m);
  });
  test('a path that is no module', async () => {
    expect((await ask('list', 'rules', '--backend', './none.ts')).err).toContain(
      'there is no file',
    );
    expect((await ask('list', 'rules', '--backend', '.')).code).toBe(2);
    expect((await ask('list', 'rules', '--backend', './')).code).toBe(2);
    expect((await ask('list', 'rules', '--backend', 'none')).err).toContain('./my-tsm.ts');
  });
  test('JavaScript and CommonJS are as good', async () => {
    writeFileSync('mine.mjs', one(done));
    writeFileSync(
      'mine.cjs',
      "exports.MINE = { id: 'mine', title: 't', says: 's', clauses: [], rules: [] };",
    );
    for (const file of ['./mine.mjs', './mine.cjs'])
      expect((await ask('list', 'backends', '--backend', file)).out).toContain('mine');
  });
});
