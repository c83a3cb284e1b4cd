/** Everything that a run is about: backend, preset, attempts, the model, the packed layout, the properties. */
import {
  type Codec,
  type Compiler,
  codec,
  compiler,
  type Layout,
  layout,
} from '../impl/engine/index.ts';
import { packedWords } from '../impl/words/index.ts';
import { type Backend, commonIdOf, type Rule } from '../model/author.ts';
import { COMMON_RULES } from '../model/rules/index.ts';
import { type IndexSort, isLiteral, LITERALS, type Sort } from '../model/sorts.ts';
import { type Attempt, attemptsOf, type Model, modelOf } from '../model/step.ts';
import {
  areOn,
  type FieldName,
  isOn,
  type Preset,
  presetFor,
  type Readings,
  SCHEMA,
  type Schema,
  type World,
} from '../model/world.ts';
import type { Property } from '../properties/property.ts';

export interface Setup {
  readonly backend: Backend;
  readonly preset: Preset;
  readonly rules: readonly Rule[];
  /** Every attempt of the preset; elsewhere an attempt is known by its index here. */
  readonly attempts: readonly Attempt[];
  readonly model: Model;
  readonly layout: Layout<typeof SCHEMA>;
  readonly codec: Codec<World>;
  readonly compiler: Compiler;
  /** The properties that apply. */
  readonly properties: readonly Property[];
  /** The others, with the reason. */
  readonly notApplicable: ReadonlyMap<Property, string>;
}

/** The rules of the backends that were asked for: one list each, so that what is derived from it can be kept. */
const ruleLists = new WeakMap<Backend, readonly Rule[]>();
/** The rules of a backend: its own, and the common ones of which none of its own is the form. */
export function rulesOf(backend: Backend): readonly Rule[] {
  const { rules } = backend;
  const replaced = new Set(rules.map((r) => r.instead ?? r.as));
  const all = ruleLists.get(backend) ?? [
    ...COMMON_RULES.filter((r) => !replaced.has(r.id)),
    ...rules,
  ];
  ruleLists.set(backend, all);
  return all;
}

/** The group of "group.field". */
const groupOf = (f: FieldName): keyof Schema => f.slice(0, f.indexOf('.')) as keyof Schema;
/**
 * Why a property says nothing here: a facet is off, members are too few or none, or a rule that it speaks of is none of
 * the backend's. Of a backend with other commands it would be false, or true of nothing.
 */
function whyNotApplicable(p: Property, preset: Preset, rules: readonly Rule[]): string | undefined {
  const isEmpty = (s: Sort): boolean => !isLiteral(s) && preset.sizes[s] === 0;
  const off = p.facets.find((f) => !isOn(preset, f));
  if (off === undefined && !areOn(preset, p.facets)) return 'facet core is off';
  if (off !== undefined) return `facet ${off} is off`;
  const few = Object.entries(p.sizes ?? {}).find(([s, n]) => preset.sizes[s as IndexSort] < n);
  if (few !== undefined) return `fewer than ${few[1]} members of ${few[0]}`;
  const other = (Object.keys(p.readings ?? {}) as (keyof Readings)[]).find(
    (name) => p.readings?.[name] !== preset.readings[name],
  );
  if (other !== undefined) return `${other} is ${preset.readings[other]}`;
  const named = p.kind === 'invariant' ? [] : p.rules;
  const missing = named.find((id) => !rules.some((r) => commonIdOf(r) === id));
  if (missing !== undefined) return `no rule ${missing} in this backend`;
  const awake = rules.filter((r) => areOn(preset, r.facets));
  const lacks = (some: readonly Rule[]): boolean =>
    named.length > 0 && named.every((id) => !some.some((r) => commonIdOf(r) === id));
  if (lacks(awake)) return `the facet of rule ${named[0]} is off`;
  if (lacks(awake.filter((r) => !Object.values(r.over).some(isEmpty))))
    return `nothing that rule ${named[0]} is about`;
  const dims = p.reads.map((f): readonly IndexSort[] => SCHEMA[groupOf(f)].dims);
  const [gone] = dims.every((d) => d.some(isEmpty)) ? dims.flat().filter(isEmpty) : [];
  return gone === undefined ? undefined : `fewer than 1 members of ${gone}`;
}

/**
 * Prepares a run; the preset becomes what it is for the backend. `first`: the columns that are to lie lowest in
 * the packed state (impl/engine/explore/plan.ts).
 */
export function setupOf(
  backend: Backend,
  wanted: Preset,
  properties: readonly Property[],
  first: readonly string[] = [],
): Setup {
  const preset = presetFor(backend, wanted);
  const rules = rulesOf(backend);
  const packed = layout(
    SCHEMA,
    preset.sizes,
    (facet) => !preset.facets.some((f) => f === facet),
    first,
  );
  const notApplicable = new Map(
    properties.flatMap((p) => {
      const why = whyNotApplicable(p, preset, rules);
      return why === undefined ? [] : [[p, why] as const];
    }),
  );
  return {
    backend,
    preset,
    rules,
    attempts: attemptsOf(rules, preset),
    model: modelOf(preset),
    layout: packed,
    codec: codec(packed),
    compiler: compiler({
      layout: packed,
      words: packedWords(preset.readings),
      literalSorts: Object.keys(LITERALS),
    }),
    properties: properties.filter((p) => !notApplicable.has(p)),
    notApplicable,
  };
}

/** The same attempts, of other rules: a mutant has the roles of its original. */
export function attemptsUnder(setup: Setup, rules: readonly Rule[]): readonly Attempt[] {
  const byId = new Map(rules.map((r) => [r.id, r]));
  return setup.attempts.map(({ rule, args }) => {
    const other = byId.get(rule.id);
    if (other === undefined) throw new Error(`attemptsUnder: no rule ${rule.id}`);
    return { rule: other, args };
  });
}
