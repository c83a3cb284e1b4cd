/**
 * Goal: no script is broken by a change elsewhere without anybody noticing, for scripts are not type-checked and seldom
 * run. Method: every name that a script imports from the sources must be exported there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../scripts/', import.meta.url);
/** Of each import of our own: the names, and the module. */
const IMPORT = /^import \{([^}]+)\} from '(\.\.?\/[^']+)';$/gm;
const imports = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(IMPORT)].map(([, names, from]) => ({
      file,
      from: from as string,
      names: (names as string).split(',').map((name) => name.trim().split(' as ')[0] as string),
    })),
  );

it('finds what scripts import', () => {
  expect(imports.map(({ file }) => file)).toContain('witnesses.mjs');
});
it.each(imports)('$file finds what it wants in $from', async ({ from, names }) => {
  const found: object = await import(new URL(from, folder).href);
  for (const name of names.filter((n) => n !== '')) expect(found).toHaveProperty(name);
});
