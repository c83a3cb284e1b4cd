/** The hunt for a planted fault: a campaign against rules with the fault, until a property that must name it does. */
import type { Backend } from '../model/author.ts';
import type { Facet } from '../model/fields.ts';
import type { Preset } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import { campaign } from './campaign.ts';
import type { PlantedFault } from './faults.ts';
import { Lockstep } from './lockstep.ts';
import { minimiseFailure } from './replay.ts';
import type { FoundReport } from './result.ts';
import { type Setup, setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';

/**
 * Sequences after which the hunt is given up, however early the faulty rules only differ. The rarest fault that is hunted
 * takes 620 on average over thirty seeds, so one seed in thirty missed it within 3,000, and none in millions will within
 * so many.
 */
const SEQUENCES_MAX = 10_000;

/** What happens around a device, as against in it: faults of the common rules need none of it. */
const AROUND: readonly Facet[] = [
  'launch',
  'vfio',
  'recovery',
  'os',
  'events',
  'rootport',
  'reports',
  'firmware',
  'attributes',
  'interrupts',
];
/**
 * A setup to hunt faults in: without what happens around the device, and with the properties alone that are to
 * name them. A trace that is found there is one of the whole preset too.
 */
export function huntingGround(
  backend: Backend,
  preset: Preset,
  faults: readonly PlantedFault[],
  properties: readonly Property[],
): Setup {
  const wanted = new Set(faults.flatMap((f) => f.properties));
  const needed = new Set(faults.flatMap((f) => f.facets));
  return setupOf(
    backend,
    { ...preset, facets: preset.facets.filter((f) => needed.has(f) || !AROUND.includes(f)) },
    properties.filter((p) => wanted.has(p.id)),
  );
}

export interface Hunted {
  readonly sequences: number;
  /** Undefined: no property that must name the fault did. */
  readonly caught:
    | (Pick<FoundReport, 'property' | 'length' | 'steps' | 'foundLength'> & {
        /** fast-check's path to the sequence; with the seed it is found again. */
        readonly path: string;
      })
    | undefined;
  readonly stopped: boolean;
}

/** Hunts a fault in a setup that can show it; what is caught is minimised. */
export async function hunt(
  setup: Setup,
  fault: PlantedFault,
  seed: number,
  stopped?: () => boolean,
): Promise<Hunted> {
  const lockstep = new Lockstep(setup, engineSubject(setup, fault.rules(setup.rules)));
  const names = (v: { readonly property: { readonly id: string } }): boolean =>
    fault.properties.includes(v.property.id);
  const result = await campaign(setup, lockstep, {
    seed,
    budget: SEQUENCES_MAX,
    patience: SEQUENCES_MAX,
    fails: (run) => run.violations.some(names),
    ...(stopped === undefined ? {} : { stopped }),
  });
  const { failing, sequences } = result;
  const property = failing?.run.violations.find(names)?.property.id;
  if (failing === undefined || property === undefined)
    return { sequences, caught: undefined, stopped: result.stopped };
  const { length, steps } = minimiseFailure(setup, lockstep, failing, property);
  const { path } = failing;
  const foundLength = failing.steps.length;
  return { sequences, caught: { property, length, steps, path, foundLength }, stopped: false };
}
