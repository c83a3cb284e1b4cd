/**
 * Prints a scenario as a trace file, for `tdicheck replay`:
 *
 *     npx tsx examples/to-trace.ts 'start to finish' > start-to-finish.json
 */
import { readFileSync } from 'node:fs';
import { traceOf } from '../harness/scenario-trace.ts';
import { formatTrace } from '../harness/trace.ts';
import { loadScenarios } from './load.ts';

const wanted = process.argv[2];
const loaded = await loadScenarios();
const all = loaded.flatMap(({ scenarios }) => scenarios);
const found = all.find((s) => s.title === wanted);
if (found === undefined) {
  process.stderr.write(`no scenario '${wanted}'; there are\n`);
  for (const { title } of all) process.stderr.write(`  ${title}\n`);
  process.exitCode = 2;
} else {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  process.stdout.write(formatTrace(traceOf(found, version)));
}
