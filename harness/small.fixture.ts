/** Setups that the tests share, and rules with one known mistake. */
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type Preset, type Readings, withReadings } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { mutantsOf } from './mutate.ts';
import { type Setup, setupOf } from './setup.ts';

function presetNamed(id: string, readings: Partial<Readings> = {}): Preset {
  const found = PRESETS.find((p) => p.id === id);
  if (found === undefined) throw new Error(`presetNamed: no preset ${id}`);
  return withReadings(found, readings);
}
/** The base backend on preset `small`, with all properties. */
export const smallSetup = (readings: Partial<Readings> = {}): Setup =>
  setupOf(BASE, presetNamed('small', readings), PROPERTIES);

/** The rules under a mutant. */
export function mutated(setup: Setup, id: string): readonly Rule[] {
  const found = mutantsOf(setup.rules).find((m) => m.id === id);
  if (found === undefined) throw new Error(`mutated: no mutant ${id}`);
  return found.rules();
}
