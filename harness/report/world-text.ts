/** A preset as the world of a backend has it, in words. */
import type { Facet } from '../../model/fields.ts';
import type { Sort } from '../../model/sorts.ts';
import type { Attempt } from '../../model/step.ts';
import type { Preset } from '../../model/world.ts';

/** How many members there are of each sort that an attempt is about. */
export function membersOf(
  attempts: readonly Attempt[],
  preset: Preset,
): Readonly<Record<string, number>> {
  const sorts = new Set(attempts.flatMap(({ rule }) => Object.values(rule.over)));
  return Object.fromEntries(Object.entries(preset.sizes).filter(([s]) => sorts.has(s as Sort)));
}
/** What is left of a preset whose own words would tell of more. */
export function restText(
  id: string,
  backend: string,
  facets: readonly Facet[],
  members: Readonly<Record<string, number>>,
): string {
  const sizes = Object.entries(members).map(([sort, n]) => `${n} ${sort}`);
  return `What of preset ${id} is in the world of ${backend}: facets ${facets.join(', ')}; members ${sizes.join(', ')}.`;
}
