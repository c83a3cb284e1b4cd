/** A process that searches and keeps its search very often, to be killed: `checkpoint.fixture.mjs FILE WORKERS new|resumed tiny|tenants`. */
import { BASE } from '../../model/vendors/base.ts';
import { PRESETS, type Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { exploreRun } from './run.ts';

const tiny = PRESETS.find((p) => p.id === 'tiny') as Preset;
/** Two guests that want one TDI; searched by symmetry. */
export const TENANTS: Preset = {
  ...tiny,
  sizes: { ...tiny.sizes, Guest: 2, Page: 0, Slot: 0, Queue: 0, Secret: 0 },
  facets: ['core'],
};

/** Prints what was found. */
export async function searchKept(
  file: string,
  workers: number,
  isResumed: boolean,
  isSymmetric: boolean,
): Promise<void> {
  const checkpoint = { file, every: 30, isResumed };
  const { report } = await exploreRun({
    backend: BASE,
    preset: isSymmetric ? TENANTS : tiny,
    isSymmetric,
    readings: {},
    properties: PROPERTIES.filter((p) => p.id.startsWith('tdi-') || p.kind === 'reach'),
    workers,
    isAwaited: true,
    checkpoint,
  });
  const { verdict, states, transitions, depth, properties } = report;
  console.log(JSON.stringify({ verdict, states, transitions, depth, properties }));
}
