/**
 * Mistakes in rules, made by hand: what the operators of `mutate.ts` cannot derive, or what is clearer said.
 *
 * An edit that finds nothing to change throws, so that a mistake cannot vanish with the rule that it was in.
 */
import type { Case, EffectNode, GuardNode, Rule } from '../model/author.ts';
import type { Roles } from '../model/sorts.ts';

type AnyCase = Case<Roles>;
/** Rules that have not what an edit is to change. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}
/** One change of one rule. */
export interface Edit {
  /** The id of the rule. */
  readonly rule: string;
  /** The rule with the change; throws `Misfit` if it has not what is to be changed. */
  readonly change: (rule: Rule) => Rule;
}

const editOf = (rule: string, change: (cases: readonly AnyCase[]) => readonly AnyCase[]): Edit => ({
  rule,
  change: (r) => Object.freeze({ ...r, cases: change(r.cases) }),
});
/** The cases with every one of a name changed; names may be shared. */
function withCase(
  rule: string,
  cases: readonly AnyCase[],
  name: string,
  change: (c: AnyCase) => readonly AnyCase[],
): readonly AnyCase[] {
  if (!cases.some((c) => c.name === name)) throw new Misfit(`${rule} has no case '${name}'`);
  return cases.flatMap((c) => (c.name === name ? change(c) : [c]));
}
/** Whether a word stands somewhere in a node. */
const mentions = (node: EffectNode | GuardNode, word: string): boolean =>
  JSON.stringify(node).includes(`"word":"${word}"`);
/** The nodes without those in which a word stands. */
function lacking<N extends EffectNode | GuardNode>(
  where: string,
  nodes: readonly N[],
  words: readonly string[],
): readonly N[] {
  const stray = words.find((w) => !nodes.some((n) => mentions(n, w)));
  if (stray !== undefined) throw new Misfit(`${where} has no ${stray}`);
  return nodes.filter((n) => !words.some((w) => mentions(n, w)));
}

/** Checks are missing: the rule lacks these cases, so later ones decide. */
export const without = (rule: string, ...names: readonly string[]): Edit =>
  editOf(rule, (cases) =>
    names.reduce((rest, name) => withCase(rule, rest, name, () => []), cases),
  );
/** A case decides without asking for what these words stand in. */
export const unasked = (rule: string, name: string, ...words: readonly string[]): Edit =>
  editOf(rule, (cases) =>
    withCase(rule, cases, name, (c) => [
      { ...c, guards: lacking(`${rule} '${name}'`, c.guards, words) },
    ]),
  );
/** A case lacks the effects in which these words stand. */
export const forgetting = (rule: string, name: string, ...words: readonly string[]): Edit =>
  editOf(rule, (cases) =>
    withCase(rule, cases, name, (c) => [
      { ...c, effects: lacking(`${rule} '${name}'`, c.effects, words) },
    ]),
  );
/** A case has further effects, before its own, which may clear what these are about. */
export const doing = (rule: string, name: string, ...effects: readonly EffectNode[]): Edit =>
  editOf(rule, (cases) =>
    withCase(rule, cases, name, (c) => [{ ...c, effects: [...effects, ...c.effects] }]),
  );
/** Another case stands in the place of one. */
export const instead = (rule: string, name: string, other: Case<never>): Edit =>
  // A case carries the roles that its words need only as a phantom of its type.
  editOf(rule, (cases) => withCase(rule, cases, name, () => [other as unknown as AnyCase]));
/** A case is asked before all others. */
export const first = (rule: string, other: Case<never>): Edit =>
  editOf(rule, (cases) => [other as unknown as AnyCase, ...cases]);

/** The rules with edits in them, one after the other; throws `Misfit` if something to change is missing. */
export function edited(rules: readonly Rule[], edits: readonly Edit[]): readonly Rule[] {
  return edits.reduce((all, { rule, change }) => {
    const at = all.findIndex((r) => r.id === rule);
    const found = all[at];
    if (found === undefined) throw new Misfit(`these rules have no ${rule}`);
    return all.with(at, change(found));
  }, rules);
}
