import type { Case, EffectNode, GuardNode, Rule } from '../../model/author.ts';

/** The words of a guard or an effect, terms among them. */
function wordsOf(node: GuardNode | EffectNode): readonly string[] {
  switch (node.kind) {
    case 'word':
      return [node.word];
    case 'not':
      return wordsOf(node.of);
    case 'anyOf':
    case 'allOf':
      return node.of.flatMap(wordsOf);
    case 'at':
      return [node.term, ...wordsOf(node.of)];
    case 'when':
      return [...node.if, ...node.of].flatMap(wordsOf);
    case 'each':
      return [...node.where, ...node.of].flatMap(wordsOf);
    default: {
      const never: never = node;
      throw new Error(`wordsOf: unknown node ${JSON.stringify(never)}`);
    }
  }
}
/** The words that a case uses. */
export const wordsInCase = ({ guards, effects }: Case<never>): ReadonlySet<string> =>
  new Set([...guards, ...effects].flatMap(wordsOf));
/** The words that a rule uses. */
export const wordsIn = (rule: Rule): ReadonlySet<string> =>
  new Set(rule.cases.flatMap((c) => [...wordsInCase(c)]));
