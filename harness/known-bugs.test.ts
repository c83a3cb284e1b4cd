/**
 * Goal: every bug of the catalogue that the world can express is named by its properties, and the list of those that
 * it cannot is complete. Method: the run of each bug in examples/known-bugs is played on the engine, under every
 * property, with the rules as they are and with the bug in them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../examples/load.ts';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { IBM_SE_AP } from '../model/vendors/ibm-se-ap.ts';
import { PROPERTIES } from '../properties/index.ts';
import { BACKENDS } from './cli/backends.ts';
import { ask } from './cli/cli.fixture.ts';
import { KNOWN_BUGS, type KnownBug, lackedBy } from './known-bugs.ts';
import { Lockstep } from './lockstep.ts';
import type { Scenario } from './scenario.ts';
import { rulesOf, type Setup, setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';

const loaded = await loadScenarios();
const runs = loaded
  .filter(({ file }) => file.startsWith('known-bugs/'))
  .flatMap(({ scenarios }) => scenarios);
const idOf = ({ title }: Scenario): string => title.slice(0, title.indexOf(':'));
function runOf(bug: KnownBug): Scenario {
  const [run, ...others] = runs.filter((s) => idOf(s) === bug.id);
  if (run === undefined || others.length > 0) throw new Error(`not one run of ${bug.id}`);
  return run;
}

/** What a preset needs is compiled once. */
const setups = new Map<string, Setup>();
function setupFor({ backend, preset }: Scenario): Setup {
  const key = `${backend.id} ${JSON.stringify(preset.readings)}`;
  const setup = setups.get(key) ?? setupOf(backend, preset, PROPERTIES);
  setups.set(key, setup);
  return setup;
}
/** The properties that a run violates under these rules. */
function violated(run: Scenario, rules: (base: readonly Rule[]) => readonly Rule[]): string[] {
  const setup = setupFor(run);
  const keyOf = (rule: string, args: object): string => `${rule} ${JSON.stringify(args)}`;
  const numbers = new Map(setup.attempts.map((a, n) => [keyOf(a.rule.id, a.args), n]));
  const steps = run.steps.flatMap(({ attempt }) =>
    attempt === undefined ? [] : [numbers.get(keyOf(attempt.rule.id, attempt.args)) ?? -1],
  );
  const { violations } = new Lockstep(setup, engineSubject(setup, rules(setup.rules))).run({
    steps,
    results: undefined,
  });
  return violations.map((v) => v.property.id);
}

describe.each(KNOWN_BUGS.map((b) => [`${b.id}: ${b.title}`, b] as const))('%s', (_, bug) => {
  it('is named by its properties in its run, and without it nothing is', () => {
    const run = runOf(bug);
    expect(violated(run, (rules) => rules)).toEqual([]);
    expect(violated(run, bug.rules)).toEqual(expect.arrayContaining([...bug.properties]));
  });
  it('is in the rules of its backend, and its run is in that world', () => {
    const run = runOf(bug);
    expect(run.backend.id).toBe(bug.backend);
    expect(run.preset.readings).toMatchObject(bug.readings);
    const backend = BACKENDS.find(({ id }) => id === bug.backend);
    if (backend === undefined) throw new Error(`no backend ${bug.backend}`);
    const rules = rulesOf(backend);
    expect(lackedBy(backend, rules, bug)).toBeUndefined();
    const changed = bug.rules(rules).filter((r, i) => r !== rules[i]);
    expect(changed.length).toBeGreaterThan(0);
    // The last case decides whatever comes; a bug must not take it away.
    for (const r of changed) expect(r.cases.at(-1)?.guards).toEqual([]);
  });
});

describe('a bug in another backend', () => {
  const named = (id: string) => KNOWN_BUGS.find((b) => b.id === id) as KnownBug;
  it('is told apart from one that can show there', () => {
    expect(lackedBy(IBM_SE_AP, rulesOf(IBM_SE_AP), named('B39'))).toBe(
      'its world has not the facet vfio',
    );
    expect(lackedBy(BASE, rulesOf(BASE), named('B36'))).toBe('these rules have no tsm.ap-show');
    const noCase = rulesOf(BASE).map((r) =>
      r.id === 'fn.remove' ? { ...r, cases: r.cases.slice(-1) } : r,
    );
    expect(lackedBy(BASE, noCase, named('B39'))).toBe("fn.remove has no case 'the TDI is bound'");
  });
});

describe('on the command line', () => {
  it('a bug has a page, stands among the faults, and wants rules that it fits', async () => {
    expect((await ask('explain', 'B12')).out).toContain('command-reg-stable-while-locked');
    expect((await ask('list', 'faults', '--grep', '^B12$')).out).toContain('Removing a driver');
    const other = await ask('check', '--backend', 'ibm-se-ap', '--mutant', 'B12');
    expect(other.code).toBe(2);
    expect(other.err).toContain('backend ibm-se-ap has not the rules for the known bug B12');
    expect(other.err).toContain('expected --backend base');
  });
});

/** The catalogue: numbers 1 to 45, some of which stand for several bugs. */
const PARTS: Readonly<Record<number, string>> = {
  27: 'abcd',
  28: 'ab',
  31: 'abcdefgh',
  34: 'ab',
  35: 'abc',
};
const CATALOGUE = Array.from({ length: 45 }, (_, i) => i + 1).flatMap((n) =>
  PARTS[n] === undefined ? [`B${n}`] : [...PARTS[n]].map((part) => `B${n}${part}`),
);
/** The rows of the tables of a page: what is between the bars. */
const rowsOf = (page: string): readonly (readonly string[])[] =>
  readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| B'))
    .map((line) => line.slice(2, -2).split(' | '));

describe('docs/known-bugs.md', () => {
  const rows = rowsOf('known-bugs.md');
  const faults = rows.filter((row) => row.length === 4);
  const others = rows.filter((row) => row.length === 2);

  it('has every bug of the catalogue once: as a fault, or with the reason why not', () => {
    const ids = rows.map(([id]) => id);
    expect(ids.toSorted()).toEqual(CATALOGUE.toSorted());
    expect(others.map(([id]) => id)).toEqual(
      CATALOGUE.filter((id) => !KNOWN_BUGS.some((b) => b.id === id)),
    );
    for (const [, reason] of others) expect(reason).toMatch(/\S \S+ \S/);
  });
  it('says of the faults what they are', () => {
    const said = KNOWN_BUGS.map((b) => [
      b.id,
      b.title,
      b.backend,
      b.properties.map((id) => `\`${id}\``).join(', '),
    ]);
    expect(faults).toEqual(
      said.toSorted((a, b) => CATALOGUE.indexOf(a[0] ?? '') - CATALOGUE.indexOf(b[0] ?? '')),
    );
  });
});
