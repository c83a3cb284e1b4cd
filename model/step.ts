/**
 * What an attempt comes to: the reference semantics of rules.
 *
 * The host is hostile, so nothing is ever disabled: any rule may be attempted in any world with any
 * arguments, and evaluation is total. Three kinds of failure stay apart: a refusal is a value; an exhausted
 * limit belongs to the harness; a thrown error is a bug of ours.
 */
import type { Case, EffectNode, GuardNode, Outcome, Rule } from './author.ts';
import type { Sort } from './sorts.ts';
import { MEANING } from './vocabulary/index.ts';
import { areOn, isOn, membersOf, type Preset, SCHEMA, type World } from './world.ts';

/** The roles of a rule with what stands for them. */
export type AttemptArgs = Readonly<Record<string, number | string>>;
/** One thing that may be tried. */
export interface Attempt {
  readonly rule: Rule;
  readonly args: AttemptArgs;
}
/** What it came to. */
export interface Result {
  /** The deciding case, by its place in the rule. */
  readonly at: number;
  readonly outcome: Outcome;
  readonly world: World;
}

type Meaning = (w: World, args: AttemptArgs, ...params: readonly unknown[]) => unknown;
const meaning = (word: string): Meaning => {
  const found = (MEANING as unknown as Readonly<Record<string, Meaning>>)[word];
  if (found === undefined) throw new Error(`meaning: no word ${word}`);
  return found;
};

/** Whether a guard holds. */
function holds(node: GuardNode, w: World, args: AttemptArgs): boolean {
  switch (node.kind) {
    case 'word':
      return meaning(node.word)(w, args, ...node.params) as boolean;
    case 'not':
      return !holds(node.of, w, args);
    case 'anyOf':
      return node.of.some((g) => holds(g, w, args));
    case 'allOf':
      return node.of.every((g) => holds(g, w, args));
    case 'at':
      return holds(node.of, w, { ...args, [node.role]: meaning(node.term)(w, args) as number });
    default: {
      const never: never = node;
      throw new Error(`holds: unknown node ${JSON.stringify(never)}`);
    }
  }
}

/** Keeps fields whose facet is off at their constants. */
type Hold = (before: World, after: World) => World;
function holdOf(p: Preset): Hold {
  const off = Object.entries(SCHEMA).flatMap(([group, g]) => {
    const fields = Object.entries(g.fields).filter(([, f]) => !isOn(p, f.facet));
    const constants = fields.map(([field, { init }]) => [field, init] as const);
    return constants.length === 0 ? [] : [{ group: group as keyof typeof SCHEMA, constants }];
  });
  return (before, after) => {
    let w = after;
    for (const { group, constants } of off)
      if (w[group] !== before[group]) w = { ...w, [group]: pinned(w[group], constants) };
    return w;
  };
}
/** Rows of a group with these fields at these constants. */
function pinned(rows: unknown, constants: readonly (readonly [string, unknown])[]): unknown {
  if (Array.isArray(rows)) return rows.map((r) => pinned(r, constants));
  const record = rows as Readonly<Record<string, unknown>>;
  return constants.every(([field, init]) => record[field] === init)
    ? record
    : { ...record, ...Object.fromEntries(constants) };
}

function applyAll(
  nodes: readonly EffectNode[],
  w: World,
  args: AttemptArgs,
  p: Preset,
  hold: Hold,
): World {
  return nodes.reduce((x, n) => apply(n, x, args, p, hold), w);
}
function apply(node: EffectNode, w: World, args: AttemptArgs, p: Preset, hold: Hold): World {
  switch (node.kind) {
    case 'word':
      return hold(w, meaning(node.word)(w, args, ...node.params) as World);
    case 'when':
      return node.if.every((g) => holds(g, w, args)) ? applyAll(node.of, w, args, p, hold) : w;
    case 'at':
      return apply(
        node.of,
        w,
        { ...args, [node.role]: meaning(node.term)(w, args) as number },
        p,
        hold,
      );
    case 'each':
      return Array.from({ length: p.sizes[node.sort] }).reduce<World>((x, _, i) => {
        const inner = { ...args, [node.role]: i };
        return node.where.every((g) => holds(g, x, inner))
          ? applyAll(node.of, x, inner, p, hold)
          : x;
      }, w);
    default: {
      const never: never = node;
      throw new Error(`apply: unknown node ${JSON.stringify(never)}`);
    }
  }
}

const describe = ({ rule, args }: Attempt): string => `${rule.id} ${JSON.stringify(args)}`;

/** The reference model of one preset. */
export interface Model {
  readonly preset: Preset;
  /** Total: the first case whose guards all hold decides. */
  readonly attempt: (attempt: Attempt, world: World) => Result;
  /**
   * The codes that the documents permit where they fix no order of checks: those of every refusing case
   * whose guards hold. Only for attempts that were refused.
   */
  readonly permitted: (attempt: Attempt, world: World) => readonly string[];
}
/** Makes the reference model of a preset. */
export function modelOf(preset: Preset): Model {
  const hold = holdOf(preset);
  const met = (c: Case<never>, w: World, args: AttemptArgs): boolean =>
    c.guards.every((g) => holds(g, w, args));
  return {
    preset,
    attempt: (attempt, world) => {
      const { rule, args } = attempt;
      const at = rule.cases.findIndex((c) => met(c, world, args));
      const found = rule.cases[at];
      if (found === undefined)
        throw new Error(`attempt: ${describe(attempt)} is not total: no case holds`);
      const after = applyAll(found.effects, world, args, preset, hold);
      return { at, outcome: found.outcome, world: after };
    },
    permitted: ({ rule, args }, world) => {
      const refusing = rule.cases.filter((c) => c.outcome.is === 'refused' && met(c, world, args));
      const codes = refusing.map(({ outcome: o }) =>
        o.is === 'refused' ? [o.code, ...(o.also ?? [])] : [],
      );
      return [...new Set((rule.codesInAnyOrder ? codes : codes.slice(0, 1)).flat())];
    },
  };
}

/** Every way to fill roles with members and literals, the last role varying fastest. */
function argumentsOf(roles: readonly (readonly [string, Sort])[], preset: Preset): AttemptArgs[] {
  const [first, ...rest] = roles;
  if (first === undefined) return [{}];
  const [role, sort] = first;
  const others = argumentsOf(rest, preset);
  return membersOf(preset, sort).flatMap((v) => others.map((a) => ({ [role]: v, ...a })));
}

/** Every attempt there is in a preset, in a fixed order: rules as given, arguments in order of roles. */
export const attemptsOf = (rules: readonly Rule[], preset: Preset): readonly Attempt[] =>
  rules
    .filter((r) => areOn(preset, r.facets))
    .flatMap((rule) =>
      argumentsOf(Object.entries(rule.over), preset).map((args) => ({ rule, args })),
    );
