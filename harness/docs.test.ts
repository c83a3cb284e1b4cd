/**
 * Goal: README and docs say what is so. Method: the commands that they show are run, and give the exit code and the
 * output that stand there; what they name exists; the tutorial is carried out on a copy of the sources.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLAUSES } from '../model/clauses.ts';
import { FACETS } from '../model/fields.ts';
import { SLICES } from '../model/slices.ts';
import { SIGNATURES } from '../model/words/index.ts';
import { PRESETS, READINGS, SCHEMA } from '../model/world.ts';
import { FAMILIES, PROPERTIES } from '../properties/index.ts';
import { BACKENDS } from './cli/backends.ts';
import { ask, askChild, emptyFolder } from './cli/cli.fixture.ts';
import { DEFAULT_BACKEND, DEFAULT_BUDGET } from './cli/defaults.ts';
import { version } from './cli/version.ts';
import {
  anchorsIn,
  applyEdit,
  type Block,
  blocksOf,
  codesIn,
  commandsIn,
  linksIn,
  proseOf,
  ROOT,
  textOf,
} from './docs.fixture.ts';
import { faultsOf, PLANTED_FAULTS } from './faults.ts';
import { mutantsOf } from './mutate.ts';
import { grouped } from './report/grouped.ts';
import { EXIT } from './result.ts';
import { rulesOf } from './setup.ts';
import { parseTrace } from './trace.ts';

const TUTORIAL = 'docs/writing.md';
const FILES = [
  'README.md',
  'CHANGELOG.md',
  'examples/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const TDICHECK = 'npx tdicheck ';

/** A folder in which commands find the stored traces of the checkout and leave nothing in it. */
const folder = emptyFolder();
const before = process.cwd();
beforeAll(() => {
  mkdirSync(join(folder.path, 'counterexamples'));
  const planted = join('counterexamples', 'planted');
  symlinkSync(join(ROOT, planted), join(folder.path, planted));
  symlinkSync(join(ROOT, 'examples'), join(folder.path, 'examples'));
  process.chdir(folder.path);
});
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

// ---------------------------------------------------------------- what is named

describe.each(FILES)('%s', (file) => {
  const text = textOf(file);

  test('relative links lead somewhere', () => {
    for (const link of linksIn(proseOf(text)).filter((l) => !/^https?:/.test(l))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      expect(existsSync(join(ROOT, target)), `${link} in ${file}`).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(textOf(target)), link).toContain(anchor);
    }
  });

  test('what is called by name exists', () => {
    const own = blocksOf(text).map((b) => `${b.info}\n${b.body}`);
    const unknown = codesIn(proseOf(text)).filter((code) => !isKnown(code, dirname(file), own));
    expect(unknown).toEqual([]);
  });

  test('lines are no longer than readers like', () => {
    const long = proseOf(text)
      .split('\n')
      .filter((line) => line.length > 120 && !line.startsWith('|'));
    expect(long).toEqual([]);
  });
});

const fields = Object.entries(SCHEMA).flatMap(([group, g]) =>
  Object.keys(g.fields).map((f) => `${group}.${f}`),
);
const rules = BACKENDS.flatMap(rulesOf);
const ids = new Set<string>([
  ...[...rules, ...PROPERTIES, ...mutantsOf(rules), ...PLANTED_FAULTS, ...PRESETS, ...BACKENDS].map(
    (x) => x.id,
  ),
  ...[CLAUSES, FACETS, READINGS, SIGNATURES].flatMap((r) => Object.keys(r)),
  ...fields,
  // `tdisp.*`: the rules of a family.
  ...rules.map((r) => `${r.id.split('.')[0]}.*`),
]);
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object };
/** Everything that the sources say, for names that are no ids. */
const sources = ['model', 'properties', 'impl', 'harness', 'examples']
  .flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.startsWith('docs.'))
      .map((name) => textOf(join(room, name))),
  )
  .join('\n');

/** Whether there is what a text calls so, in the project or in the text's own examples. */
function isKnown(code: string, from: string, own: readonly string[]): boolean {
  if (ids.has(code) || /[ (…*]/.test(code)) return true;
  if (own.some((body) => body.includes(code))) return true;
  if (/^[\w.-]+\/|\.(ts|md|yml|json|mjs)$/.test(code))
    return [ROOT, join(ROOT, from), join(ROOT, 'impl/stack')].some((place) =>
      existsSync(join(place, code)),
    );
  const isId = /^[a-z][a-z0-9]*([.:-][A-Za-z0-9#-]+)+$/.test(code);
  return sources.includes(`'${code}'`) || (!isId && (code in scripts || sources.includes(code)));
}

// ---------------------------------------------------------------- what is run

/** Takes what differs from run to run out of an output. */
const timeless = (text: string): string => text.replace(/\d+\.\d s\b/g, '… s').trimEnd();
const readme = textOf('README.md');
const outputs = blocksOf(readme).filter((b) => b.language === 'text');
const shown = FILES.filter((file) => file !== TUTORIAL).flatMap((file) => {
  const text = textOf(file);
  const blocks = blocksOf(text).filter((b) => b.language === 'sh');
  const inline = codesIn(proseOf(text)).map((code) => `${code}\n`);
  return [...blocks.map((b) => b.body), ...inline].flatMap((body) => commandsIn(body, TDICHECK));
});
const commands = new Map(shown.map((c) => [c.argv.join(' '), c]));

describe('the commands', () => {
  test('are many', () => {
    expect(commands.size).toBeGreaterThan(15);
  });
  // A server and its client run until somebody ends them; they have tests of their own.
  const ending = [...commands].filter(
    ([, { argv }]) => !['device', 'conform'].includes(argv[0] ?? ''),
  );
  test.each(ending)('%s', async (_, { argv, code }) => {
    // Of a check whose end nobody tells, one sequence shows that the command line is right.
    const isLong = argv[0] === 'check' && code === undefined;
    if (argv.includes('start-to-finish.json')) writeFileSync('start-to-finish.json', anyTrace());
    const got = await ask(...argv, ...(isLong ? ['--path', '0:0'] : []));
    // A run that takes long says how far it is.
    const said =
      /^tdicheck: .*(sequences|states|possible|attempts|of other backends not replayed)( .*)?\n/gm;
    expect(got.err.replace(said, '')).toBe('');
    if (code === undefined) expect(got.code).not.toBe(EXIT.usage);
    else expect(got.code).toBe(code);
  });
});
/** A trace that holds. */
const anyTrace = (): string => {
  const { code, out } = node(ROOT, 'tsx/dist/cli.mjs', 'examples/to-trace.ts', 'start to finish');
  expect(code).toBe(0);
  return out;
};

/** How many properties of a family a report tells of, whatever became of them. */
function total(report: string, family: string): number {
  const [, cells = ''] = new RegExp(`^  ${family} ([ ·\\d]+)$`, 'm').exec(report) ?? [];
  return cells.split(/ +/).reduce((sum, cell) => sum + (Number(cell) || 0), 0);
}

describe('the README', () => {
  test('shows the failure that one gets', async () => {
    // What other commands found would be replayed as well.
    for (const name of readdirSync('counterexamples').filter((n) => n.endsWith('.json')))
      rmSync(join('counterexamples', name));
    const { code, out } = await ask('check', '--mutant', 'bme-clear-leaves-the-state');
    expect(code).toBe(EXIT.violated);
    expect(timeless(outputs[1]?.body ?? '')).toBe(timeless(out));
  });

  test('shows a clean check as it ends today', async () => {
    const clean = outputs[0]?.body ?? '';
    const [first] = clean.split('\n');
    expect(first).toBe(
      `tdicheck ${version()}  backend ${DEFAULT_BACKEND} · preset small · subject engine · seed 1`,
    );
    expect(clean).toContain(PRESETS.find((p) => p.id === 'small')?.says);
    expect(clean).toContain(`${grouped(DEFAULT_BUDGET)} sequences, `);
    expect(clean).toContain(`properties  ${PROPERTIES.length} properties, judged `);
    const rows = Object.entries({ ...FAMILIES, all: PROPERTIES });
    for (const [family, { length }] of rows)
      expect([family, total(clean, family)]).toEqual([family, length]);
    // Those of the preset `full` are not made in `small`.
    const runs = readdirSync(join(ROOT, 'counterexamples', 'witnesses', DEFAULT_BACKEND)).filter(
      (name) => !name.startsWith('full.'),
    );
    const n = PLANTED_FAULTS.length + runs.length;
    const own = faultsOf({ id: DEFAULT_BACKEND }).length;
    expect(clean).toContain(`corpus  ${n} of ${n} entries came to the recorded verdict`);
    expect(clean).toContain(`planted faults caught ${own} of ${own} (`);
    expect(clean).toContain('✓ holds  exit code 0 · ');

    // The parts of the report, and what it says at the end, are those of a small check that holds.
    const { out } = await ask('check', '--grep', '^spdm-end-cascades$', '--budget', '100');
    const partsOf = (text: string): readonly string[] =>
      text.split('\n\n').map((part) => part.split(/ {2}|\n| \d/)[0] ?? '');
    expect(partsOf(clean)).toEqual(partsOf(out));
  });

  test('shows the conformance table of the page about it, which a test compares', () => {
    const tables = blocksOf(textOf('docs/conform.md')).filter((b) => b.language === 'text');
    const shown = outputs.find((b) => b.body.includes('request: case that decides'))?.body;
    expect(shown).toContain('✓ conforms');
    expect(tables.map((b) => b.body)).toContain(shown);
  });

  test('and the changes of a version count the slices', () => {
    for (const text of [readme, textOf('CHANGELOG.md')])
      expect(/\b(\d+) slices/.exec(text)?.[1]).toBe(String(SLICES.length));
  });

  test('and docs tell every exit code', () => {
    for (const [verdict, code] of Object.entries(EXIT))
      expect(readme).toContain(`| ${code} | ${verdict} |`);
  });
});

test('the trace in docs/counterexamples.md is one', () => {
  const [block] = blocksOf(textOf('docs/counterexamples.md')).filter((b) => b.language === 'json');
  const trace = parseTrace(block?.body ?? '', 'the document');
  const file = 'counterexamples/planted/bme-clear-leaves-the-state.json';
  const { found: _, path: __, tool: ___, steps, ...head } = parseTrace(textOf(file), file);
  expect(trace).toMatchObject(head);
  expect(Object.keys(trace).length).toBe(Object.keys(head).length + 4);
  // It names some of the readings; the others have their first values.
  expect(Object.keys(JSON.parse(block?.body ?? '').readings).length).toBeLessThan(
    Object.keys(READINGS).length,
  );
  for (const { rule } of trace.steps) expect(steps.map((s) => s.rule)).toContain(rule);
});

// ---------------------------------------------------------------- the tutorial

const tool = (name: string): string => join(ROOT, 'node_modules', name);
/** Runs a script of a dependency. */
function node(
  cwd: string,
  script: string,
  ...argv: string[]
): { code: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool(script), ...argv], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  return { code: status, out: `${stdout}${stderr}` };
}
/** A copy of the sources, in which one may write. */
function copyOfSources(): string {
  const copy = join(folder.path, 'copy');
  for (const name of [
    ...['model', 'properties', 'impl', 'harness', 'examples', 'bench', 'bin', 'counterexamples'],
    ...['package.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json', '.gitignore'],
  ])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(tool(''), join(copy, 'node_modules'));
  return copy;
}

test('the tutorial can be followed', { timeout: 600_000 }, async () => {
  const copy = copyOfSources();
  const bin = join(copy, 'bin', 'tdicheck.mjs');
  const edited: string[] = [];
  const run = async ({ body }: Block): Promise<void> => {
    for (const line of body.split('\n')) {
      for (const { argv, code } of commandsIn(line, 'npx vitest run ')) {
        const got = node(copy, 'vitest/vitest.mjs', 'run', ...argv);
        expect(got.code, `${line}\n${got.out}`).toBe(code);
        expect(got.out).toMatch(/Tests +.*[1-9]\d* passed/);
      }
      for (const { argv, code } of commandsIn(line, TDICHECK)) {
        const got = await askChild(argv, { cwd: copy, bin });
        expect(got.code, `${line}\n${got.out}${got.err}`).toBe(code);
      }
    }
  };
  for (const block of blocksOf(textOf(TUTORIAL))) {
    if (applyEdit(block, copy)) edited.push(block.info.split(' ')[0] ?? '');
    else if (block.language === 'sh') await run(block);
  }
  expect(edited.length).toBeGreaterThan(10);
  const types = node(copy, 'typescript/bin/tsc');
  expect(types.code, types.out).toBe(0);
  const lint = node(copy, '@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...edited);
  expect(lint.code, lint.out).toBe(0);
});
