/**
 * Goal: no word is declared twice. Families are spread into one list, where the later of two words of a name
 * would silently stand for both.
 */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every word is declared in one family', async () => {
  const here = new URL('.', import.meta.url);
  const files = readdirSync(here).filter((f) => f !== 'index.ts' && !f.endsWith('.test.ts'));
  const families = await Promise.all(
    files.map((f) => import(new URL(f, here).href) as Promise<Readonly<Record<string, object>>>),
  );
  const words = families.flatMap((m) => Object.values(m).flatMap((v) => Object.keys(v)));
  expect(words.length).toBeGreaterThan(200);
  expect(words.filter((w, i) => words.indexOf(w) !== i)).toEqual([]);
});
