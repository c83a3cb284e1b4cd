/** For tests: rules with one mistake made by hand, and which properties an attempt on them violates. */

import { type Backend, commonIdOf, type EffectNode, type Rule } from '../model/author.ts';
import { modelOf } from '../model/step.ts';
import { type Preset, presetFor, type Readings, type World } from '../model/world.ts';
import { judged } from '../properties/guarded.fixture.ts';
import type { Property } from '../properties/property.ts';
import { rulesOf } from './setup.ts';

export type Args = Readonly<Record<string, number | string>>;
export type Change = (r: Rule) => Rule;

/** The rule without the cases of these names. */
export const without =
  (...names: readonly string[]): Change =>
  (r) => ({ ...r, cases: r.cases.filter((c) => !names.includes(c.name)) });
/** The rule without one effect of a case. */
export const forgetting =
  (name: string, word: string): Change =>
  (r) => ({
    ...r,
    cases: r.cases.map((c) =>
      c.name === name
        ? { ...c, effects: c.effects.filter((e) => !JSON.stringify(e).includes(`"${word}"`)) }
        : c,
    ),
  });
/** The rule with one more effect, in one case or in each. */
export const doing =
  (name: string | undefined, effect: EffectNode): Change =>
  (r) => ({
    ...r,
    cases: r.cases.map((c) =>
      name === undefined || c.name === name ? { ...c, effects: [effect, ...c.effects] } : c,
    ),
  });

/** Those of some properties that an attempt of a rule, changed, violates in a world under the readings of the preset. */
export function violatedBy(
  properties: readonly Property[],
  backend: Backend,
  wanted: Preset,
  [id, args, from]: readonly [rule: string, args: Args, from: World],
  change: Change,
): readonly string[] {
  const right = rulesOf(backend).find((r) => r.id === id);
  if (right === undefined) throw new Error(`violatedBy: no rule ${id}`);
  const rule = change(right);
  const preset = presetFor(backend, wanted);
  const before = { ...from, readings: preset.readings };
  const { outcome, world } = modelOf(preset).attempt({ rule, args }, before);
  const code = outcome.is === 'accepted' ? '' : outcome.code;
  const step = {
    before,
    rule: commonIdOf(rule),
    args,
    outcome: { is: outcome.is, code },
    after: world,
  };
  const applies = ({ readings = {} }: Property): boolean =>
    Object.entries(readings).every(([name, v]) => preset.readings[name as keyof Readings] === v);
  return properties.filter((p) => applies(p) && !judged(p, step)).map((p) => p.id);
}
