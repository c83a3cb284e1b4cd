/** Why a case may never have decided. */
import type { Case, Rule } from '../model/author.ts';
import { isOn, type Preset } from '../model/world.ts';

/** The reason, if one is known: a facet that is off, or what the case itself says. */
export function reasonFor(rule: Rule, c: Case<never>, preset: Preset | undefined): string | null {
  const needed = rule.facets.length === 0 ? (['core'] as const) : rule.facets;
  const off = preset === undefined ? [] : needed.filter((f) => !isOn(preset, f));
  if (off.length > 0) return `facet ${off.join(', ')} is off`;
  return c.idle ?? null;
}
