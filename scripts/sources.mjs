// Writes docs/sources.md: for every fact its document, rules and cases, properties, scenarios.
//
//   npm run sources
//
// Run it when a clause, a rule, a property or a scenario has changed; a test compares the page.
import { writeFileSync } from 'node:fs';
import { loadScenarios } from '../examples/load.ts';
import { BACKENDS } from '../harness/cli/backends.ts';
import { sourcesPage } from '../harness/report/sources.ts';
import { PROPERTIES } from '../properties/index.ts';

const scenarios = (await loadScenarios()).flatMap((file) => file.scenarios);
const page = sourcesPage({ backends: BACKENDS, properties: PROPERTIES, scenarios });
writeFileSync(new URL('../docs/sources.md', import.meta.url), page);
