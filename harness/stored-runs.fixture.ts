/** The stored runs of the checkout, and the setups of a check that makes them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../model/author.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { roundPlans } from './rounds.ts';
import { type Setup, setupOf } from './setup.ts';
import type { StoredRun } from './stored-runs.ts';
import { readTrace } from './trace.ts';

export const folder = fileURLToPath(new URL('../counterexamples/witnesses', import.meta.url));
export const runsOf = (backend: string): readonly StoredRun[] =>
  readdirSync(join(folder, backend)).map((file) => ({
    file,
    trace: readTrace(join(folder, backend, file)),
  }));
/** A setup for each round of a check of a preset. */
export function setupsOf(backend: Backend, id = 'small'): readonly Setup[] {
  const preset = PRESETS.find((p) => p.id === id);
  if (preset === undefined) throw new Error(`stored-runs: no preset ${id}`);
  return roundPlans('engine', backend, preset, {}).map((plan) =>
    setupOf(backend, plan.preset, PROPERTIES),
  );
}
