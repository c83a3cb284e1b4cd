/**
 * Goal: the pages that answer to lists of the field, of parameters and of properties, say what is so and leave nothing
 * out. Method: their tables are read and compared with readings, backends and properties.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { READINGS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { BACKENDS } from './cli/backends.ts';

/** The rows of the tables of a page, by the heading above them. */
function tablesOf(page: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const rows = lines.filter((line) => line.startsWith('| ')).slice(2);
      return [heading, rows.map((row) => row.slice(2, -2).split(' | '))];
    }),
  );
}
/** The names in back quotes of a list of nothing else; undefined: it is a sentence. */
const namesIn = (cell: string): readonly string[] | undefined =>
  /^(`[\w.-]+`(, )?)+$/.test(cell) ? cell.split(', ').map((x) => x.slice(1, -1)) : undefined;

describe('docs/parameters.md', () => {
  const tables = tablesOf('parameters.md');
  it('has every reading with its values, and the backends that fix it', () => {
    const expected = Object.entries(READINGS).map(([reading, values]) => {
      const fixed = BACKENDS.flatMap(({ id, fixes = {} }) => {
        const value = fixes[reading as keyof typeof READINGS];
        return value === undefined ? [] : [`${id}: ${value}`];
      });
      return [`\`${reading}\``, values.join(', '), fixed.join('; ') || 'none'];
    });
    const said = tables
      .get('Readings')
      ?.map(([reading, values, , fixed]) => [reading, values, fixed]);
    expect(said).toEqual(expected);
  });
  it('has a reason for what is no reading', () => {
    const others = tables.get('No readings') ?? [];
    // The parameters of platforms and documents, less those that are readings.
    expect(others.length).toBe(30);
    for (const [names = '', reason] of others) {
      for (const name of names.split(', ')) expect(Object.keys(READINGS)).not.toContain(name);
      expect(reason).toMatch(/\S \S+ \S/);
    }
  });
});

describe('docs/properties.md', () => {
  const tables = tablesOf('properties.md');
  const ids = PROPERTIES.map((p) => p.id);
  const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

  it('has as many names as the lists that it answers to', () => {
    expect([...tables.values()].map((rows) => rows.length)).toEqual([26, 22, 16, 67]);
    const names = [...tables.values()].flat().map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
  it('says of each where it is, or why there is none', () => {
    for (const [name = '', here = ''] of [...tables.values()].flat()) {
      const named = namesIn(here);
      if (named !== undefined) expect(ids, name).toEqual(expect.arrayContaining([...named]));
      // What is said to be missing must not be there under its own name.
      else expect(ids).not.toContain(kebab(name));
      // What is there under its own name is not to be looked for elsewhere.
      if (ids.includes(kebab(name))) expect(named, name).toContain(kebab(name));
    }
  });
});
