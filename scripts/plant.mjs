// Makes the planted corpus anew: counterexamples/planted/FAULT.json, one for each planted fault
// (harness/faults.ts), which `tdicheck check` replays first.
//
//   npm run plant             all of them; a few minutes
//   npm run plant -- ID…      these alone; the others stay as they are
//
// Run it when the model, the properties or the generator have changed and a planted trace does not come to
// its verdict any more, and read the difference: the steps should differ for the reason that you know.
// Fixed seeds decide everything, so a second run writes the same bytes.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BACKENDS } from '../harness/cli/backends.ts';
import { version } from '../harness/cli/version.ts';
import { PLANTED_FAULTS } from '../harness/faults.ts';
import { hunt, huntingGround } from '../harness/hunt.ts';
import { writeTrace } from '../harness/trace.ts';
import { attemptsToSteps } from '../harness/trace-steps.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';

/** The shortest of what these find is kept: a 1-minimal trace need not be the shortest there is. */
const SEEDS = [1, 2, 3, 4];
const folder = fileURLToPath(new URL('../counterexamples/planted', import.meta.url));
const only = process.argv.slice(2);
const strange = only.find((id) => !PLANTED_FAULTS.some((f) => f.id === id));
if (strange !== undefined) throw new Error(`plant: there is no planted fault ${strange}`);
const wanted = PLANTED_FAULTS.filter((f) => only.length === 0 || only.includes(f.id));
const preset = PRESETS.find((p) => p.id === 'small');
const setups = new Map(
  BACKENDS.map((b) => {
    const faults = PLANTED_FAULTS.filter((f) => f.backend === b.id);
    return [b.id, huntingGround(b, preset, faults, PROPERTIES)];
  }),
);

/** The trace of what one seed found. */
const traceOf = (fault, setup, seed, { sequences, caught }) => ({
  format: 'tdicheck-trace',
  version: 1,
  tool: version(),
  backend: fault.backend,
  preset: preset.id,
  readings: setup.preset.readings,
  subject: 'engine',
  mutant: fault.id,
  property: caught.property,
  difference: false,
  seed,
  path: `0:${caught.path}`,
  found: { sequences, steps: caught.foundLength },
  note: `${fault.title}.`,
  steps: attemptsToSteps(caught.steps, setup.attempts),
});

const traces = [];
for (const fault of wanted) {
  const found = [];
  const setup = setups.get(fault.backend);
  for (const seed of SEEDS) {
    const hunted = await hunt(setup, fault, seed);
    if (hunted.caught !== undefined) found.push(traceOf(fault, setup, seed, hunted));
  }
  if (found.length === 0) throw new Error(`plant: no seed of ${SEEDS} catches ${fault.id}`);
  const [best] = found.toSorted((a, b) => a.steps.length - b.steps.length);
  console.log(`${fault.id}: ${best.steps.length} steps, ${best.property}`);
  traces.push(best);
}
mkdirSync(folder, { recursive: true });
if (only.length === 0) for (const name of readdirSync(folder)) rmSync(join(folder, name));
for (const trace of traces) writeTrace(join(folder, `${trace.mutant}.json`), trace);
