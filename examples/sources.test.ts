// Goal: docs/sources.md says what the sources say.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BACKENDS } from '../harness/cli/backends.ts';
import { sourcesPage } from '../harness/report/sources.ts';
import { PROPERTIES } from '../properties/index.ts';
import { loadScenarios } from './load.ts';

test('the page of sources is what `npm run sources` writes', async () => {
  const scenarios = (await loadScenarios()).flatMap((file) => file.scenarios);
  const page = sourcesPage({ backends: BACKENDS, properties: PROPERTIES, scenarios });
  expect(page).toBe(readFileSync(new URL('../docs/sources.md', import.meta.url), 'utf8'));
});
