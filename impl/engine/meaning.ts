/**
 * From trees of words to Bools and States: the evaluator that the compiler runs on expressions.
 */
import { isState } from './builder.ts';
import type { State } from './expr.ts';
import type { CaseData, EffectTree, GuardTree, Meanings, RoleArgs, RuleData } from './rules.ts';
import type { Schema } from './schema.ts';
import { all, any, Bool, Ix, ix } from './values.ts';

/** What the roles stand for while a word is evaluated. */
type Bound = Readonly<Record<string, Ix | number | string>>;

/** The trees of one case, evaluated for one attempt. */
export interface CaseMeaning<S extends Schema> {
  guard(tree: GuardTree, s: State<S>): Bool;
  effects(s: State<S>): State<S>;
}

/** Binds the roles of a rule to the arguments of an attempt. */
export function boundArgs(
  rule: RuleData,
  args: RoleArgs,
  isLiteral: (s: string) => boolean,
): Bound {
  const bound = Object.entries(rule.over).map(([role, sort]): [string, Bound[string]] => {
    const value = args[role];
    if (value === undefined) throw new Error(`${rule.id}: no argument for role '${role}'`);
    if (isLiteral(sort)) return [role, value];
    if (typeof value === 'number' && value >= 0) return [role, ix(sort, value)];
    throw new Error(`${rule.id}: '${value}' for role '${role}' is no member of ${sort}`);
  });
  return Object.fromEntries(bound);
}

/** The meaning of a case; errors name the rule, the case and the word. */
export function caseMeaning<S extends Schema>(
  words: Meanings<S>,
  rule: RuleData,
  cas: CaseData,
  bound: Bound,
): CaseMeaning<S> {
  const where = `${rule.id}, case '${cas.name}'`;

  function call<T>(word: string, params: readonly unknown[], s: State<S>, a: Bound, is: Is<T>): T {
    const meaning = words[word];
    if (meaning === undefined) throw new Error(`${where}: no meaning for word '${word}'`);
    let value: unknown;
    try {
      value = meaning(s, a, ...params);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${where}, word '${word}': ${reason}`, { cause: error });
    }
    if (is.test(value)) return value;
    throw new Error(`${where}, word '${word}': gave no ${is.name}: ${String(value)}`);
  }

  function guard(tree: GuardTree, s: State<S>, a: Bound): Bool {
    switch (tree.kind) {
      case 'word':
        return call(tree.word, tree.params, s, a, BOOL);
      case 'not':
        return guard(tree.of, s, a).not;
      case 'anyOf':
        return any(tree.of.map((t) => guard(t, s, a)));
      case 'allOf':
        return all(tree.of.map((t) => guard(t, s, a)));
      case 'at':
        return guard(tree.of, s, { ...a, [tree.role]: call(tree.term, [], s, a, INDEX) });
    }
  }

  function effect(tree: EffectTree, s: State<S>, a: Bound): State<S> {
    switch (tree.kind) {
      case 'word':
        return call(tree.word, tree.params, s, a, STATE as Is<State<S>>);
      case 'at':
        return effect(tree.of, s, { ...a, [tree.role]: call(tree.term, [], s, a, INDEX) });
      case 'when':
        return guarded(tree.if, tree.of, s, a);
      case 'each': {
        // The sorts of a tree are data; the state knows them by name.
        const members: readonly Ix[] = s.members(tree.sort as never);
        return members.reduce(
          (t, member) => guarded(tree.where, tree.of, t, { ...a, [tree.role]: member }),
          s,
        );
      }
    }
  }

  function guarded(
    guards: readonly GuardTree[],
    effects: readonly EffectTree[],
    s: State<S>,
    a: Bound,
  ): State<S> {
    return s.when(all(guards.map((g) => guard(g, s, a))), (t) => inOrder(effects, t, a));
  }
  const inOrder = (effects: readonly EffectTree[], s: State<S>, a: Bound): State<S> =>
    effects.reduce((t, tree) => effect(tree, t, a), s);

  return {
    guard: (tree, s) => guard(tree, s, bound),
    effects: (s) => inOrder(cas.effects, s, bound),
  };
}

/** What a word must give. */
interface Is<T> {
  readonly name: string;
  readonly test: (value: unknown) => value is T;
}
const BOOL: Is<Bool> = { name: 'Bool', test: (v) => v instanceof Bool };
const INDEX: Is<Ix> = { name: 'Ix', test: (v) => v instanceof Ix };
const STATE: Is<unknown> = { name: 'State', test: (v): v is unknown => isState(v) };
