/**
 * Mutants: the rules with one small mistake in one of them, derived from the rules as data.
 *
 * A mutant that makes a partial word mean nothing is left out (well-formed.ts), and no operator
 * drops the last, unconditional case: every mutant is as total as its original.
 */
import { type Case, type EffectNode, type GuardNode, not, type Rule } from '../model/author.ts';
import type { Roles } from '../model/sorts.ts';
import { W } from '../model/words/index.ts';
import { nameOf } from '../model/world.ts';
import { phraseOf } from './phrase.ts';
import { isWellFormed } from './well-formed.ts';

/** What was done to the rule. */
export const MUTATIONS = ['drop-effect', 'drop-guard', 'drop-case', 'forget-member'] as const;
type Mutation = (typeof MUTATIONS)[number];
export interface Mutant {
  /**
   * Stable and safe in a shell: rule, case, and what was dropped; `#2` where that is not unique.
   */
  readonly id: string;
  /** The id of the mutated rule. */
  readonly rule: string;
  readonly kind: Mutation;
  /** One sentence. */
  readonly says: string;
  /** All rules. Only the mutated one is another object; compiled code is cached by identity. */
  rules(): readonly Rule[];
}

/** Members that an `each` over TDIs forgets: the last VF of the larger presets, and the PF. */
const FORGOTTEN = [2, 0] as const;

/** Longer sentences are cut: they say with everything else what the case does anyway. */
const SENTENCE_CHARS_MAX = 200;
/** The sentence of an effect or a guard; of a long one the first part, or the words inside. */
function briefly(node: EffectNode | GuardNode): string {
  const sentence = phraseOf(node);
  if (node.kind === 'word') return sentence.split(';')[0] ?? '';
  if (sentence.length <= SENTENCE_CHARS_MAX || (node.kind !== 'when' && node.kind !== 'each'))
    return sentence;
  return `${phraseOf({ ...node, of: [] })}${node.of.map(labelOf).join(', ')}`;
}

/** A list of nodes with one change, and how to speak of the change. */
interface Edit<N> {
  readonly label: string;
  readonly says: string;
  readonly to: N;
}
const without = <T>(list: readonly T[], i: number): readonly T[] => list.toSpliced(i, 1);

/** What an effect or a guard is called in an id: its word, or the word that it stands around. */
function labelOf(node: EffectNode | GuardNode): string {
  switch (node.kind) {
    case 'word':
      return node.word;
    case 'not':
      return `not-${labelOf(node.of)}`;
    case 'at':
      return labelOf(node.of);
    case 'anyOf':
    case 'allOf':
      return node.kind;
    case 'each':
    case 'when': {
      const [only, ...others] = node.of;
      if (only !== undefined && others.length === 0) return labelOf(only);
      return node.kind === 'each' ? `each-${node.role}` : `when-${node.if.map(labelOf).join('-')}`;
    }
    default: {
      const never: never = node;
      throw new Error(`labelOf: unknown node ${JSON.stringify(never)}`);
    }
  }
}

/**
 * Lists of which one node, or a part of one, is changed. `inside` gives the changes within a node.
 */
function* within<N>(
  nodes: readonly N[],
  inside: (node: N) => Iterable<Edit<N>>,
): Generator<Edit<readonly N[]>> {
  for (const [i, node] of nodes.entries())
    for (const e of inside(node)) yield { ...e, to: nodes.with(i, e.to) };
}
/** Lists without one node. */
function* less<N extends EffectNode | GuardNode>(
  nodes: readonly N[],
): Generator<Edit<readonly N[]>> {
  for (const [i, node] of nodes.entries())
    yield { label: labelOf(node), says: briefly(node), to: without(nodes, i) };
}
/** As many edits of a node as there are of a part of it. */
function* rewrap<P, N>(edits: Iterable<Edit<P>>, wrap: (part: P) => N): Generator<Edit<N>> {
  for (const e of edits) yield { ...e, to: wrap(e.to) };
}

/** An effect that lacks one inside. A lone inner effect is not dropped: its container is. */
function* effectLacking(node: EffectNode): Generator<Edit<EffectNode>> {
  if (node.kind === 'word') return;
  if (node.kind === 'at') {
    yield* rewrap(effectLacking(node.of), (of) => ({ ...node, of }));
    return;
  }
  const lists = node.of.length > 1 ? effectsLacking(node.of) : within(node.of, effectLacking);
  yield* rewrap(lists, (of) => ({ ...node, of }));
}
function* effectsLacking(nodes: readonly EffectNode[]): Generator<Edit<readonly EffectNode[]>> {
  yield* less(nodes);
  yield* within(nodes, effectLacking);
}

/** A guard that lacks one inside. */
function* guardLacking(node: GuardNode): Generator<Edit<GuardNode>> {
  switch (node.kind) {
    case 'word':
      return;
    case 'not':
    case 'at':
      yield* rewrap(guardLacking(node.of), (of) => ({ ...node, of }));
      return;
    case 'anyOf':
    case 'allOf':
      yield* rewrap(guardsLacking(node.of), (of) => ({ ...node, of }));
      return;
    default: {
      const never: never = node;
      throw new Error(`guardLacking: unknown node ${JSON.stringify(never)}`);
    }
  }
}
/**
 * At least one guard is left: a case without its only guard is a dropped case, or would decide
 * always.
 */
function* guardsLacking(nodes: readonly GuardNode[]): Generator<Edit<readonly GuardNode[]>> {
  if (nodes.length > 1) yield* less(nodes);
  yield* within(nodes, guardLacking);
}

/** An effect in which an `each` over TDIs passes over one of them. */
function* effectForgetting(node: EffectNode): Generator<Edit<EffectNode>> {
  if (node.kind === 'word') return;
  if (node.kind === 'at') {
    yield* rewrap(effectForgetting(node.of), (of) => ({ ...node, of }));
    return;
  }
  // The word speaks of a role called tdi.
  if (node.kind === 'each' && node.sort === 'Tdi' && node.role === 'tdi')
    for (const member of FORGOTTEN)
      yield {
        label: `each-forgets-${nameOf('Tdi', member)}`,
        says: `${nameOf('Tdi', member)} is left out of what is done ${briefly(node)}`,
        to: { ...node, where: [...node.where, not(W.tdiIsMember(member))] },
      };
  yield* rewrap(within(node.of, effectForgetting), (of) => ({ ...node, of }));
}

const kebab = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** A mutated rule: its place in the id, what was done, and the sentence about it. */
interface Change {
  readonly name: string;
  readonly kind: Mutation;
  readonly says: string;
  readonly to: Rule;
}
function* changesOfCase(rule: Rule, at: number, c: Case<Roles>): Generator<Change> {
  const name = kebab(c.name);
  const say = (text: string): string => `${rule.id}, “${c.name}”: ${text}.`;
  const to = (change: Partial<Case<Roles>>): Rule =>
    Object.freeze({ ...rule, cases: rule.cases.with(at, { ...c, ...change }) });

  if (c.guards.length > 0) {
    const code = c.outcome.is === 'accepted' ? undefined : c.outcome.code;
    const sharing = rule.cases.filter(
      (x) => x.outcome.is !== 'accepted' && x.outcome.code === code,
    );
    yield {
      name: code !== undefined && sharing.length === 1 ? code : name,
      kind: 'drop-case',
      says: say('the case is missing, so a later one decides'),
      to: Object.freeze({ ...rule, cases: without(rule.cases, at) }),
    };
  }
  for (const e of guardsLacking(c.guards))
    yield {
      name: `${name}-${e.label}`,
      kind: 'drop-guard',
      says: say(
        `the case decides without asking whether ${e.says.replace(/^it is not so that /, '')}`,
      ),
      to: to({ guards: e.to }),
    };
  for (const e of effectsLacking(c.effects))
    yield {
      name: `${name}-${e.label}`,
      kind: 'drop-effect',
      says: say(`one effect is missing (${e.says})`),
      to: to({ effects: e.to }),
    };
  for (const e of within(c.effects, effectForgetting))
    yield {
      name: `${name}:${e.label}`,
      kind: 'forget-member',
      says: say(e.says),
      to: to({ effects: e.to }),
    };
}

/** The mutants of lists of rules that were asked for: deriving those of a backend takes a quarter of a second. */
const derived = new WeakMap<readonly Rule[], readonly Mutant[]>();
/** Every mutant of the rules, in the order of rules and cases. */
export function mutantsOf(rules: readonly Rule[]): readonly Mutant[] {
  const known = derived.get(rules) ?? derive(rules);
  derived.set(rules, known);
  return known;
}
function derive(rules: readonly Rule[]): readonly Mutant[] {
  return rules.flatMap((rule, place) => {
    const used = new Map<string, number>();
    const changes = rule.cases.flatMap((c, at) => [...changesOfCase(rule, at, c)]);
    return changes
      .map(({ name, kind, says, to }) => {
        const n = (used.get(name) ?? 0) + 1;
        used.set(name, n);
        const id = `${rule.id}:${name}${n === 1 ? '' : `#${n}`}`;
        const all = (): readonly Rule[] => rules.with(place, to);
        return { mutant: Object.freeze({ id, rule: rule.id, kind, says, rules: all }), to };
      })
      .filter(({ to }) => isWellFormed(to))
      .map(({ mutant }) => mutant);
  });
}
