/** A process that searches and keeps its search very often, to be killed: `checkpoint.fixture.mjs FILE WORKERS new|resumed`. */
import { BASE } from '../../model/vendors/base.ts';
import { PRESETS } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { exploreRun } from './run.ts';

/** Prints what was found. */
export async function searchKept(file: string, workers: number, isResumed: boolean): Promise<void> {
  const preset = PRESETS.find((p) => p.id === 'tiny');
  if (preset === undefined) throw new Error('no preset tiny');
  const checkpoint = { file, every: 30, isResumed };
  const { report } = await exploreRun({
    backend: BASE,
    preset,
    readings: {},
    properties: PROPERTIES.filter((p) => p.id.startsWith('tdi-') || p.kind === 'reach'),
    workers,
    isAwaited: true,
    checkpoint,
  });
  const { verdict, states, transitions, depth, properties } = report;
  console.log(JSON.stringify({ verdict, states, transitions, depth, properties }));
}
