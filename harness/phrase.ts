import type { AnySignature, EffectNode, GuardNode } from '../model/author.ts';
import { SIGNATURES } from '../model/words/index.ts';

/** What stands for a role in a sentence, where no `at` or `each` says otherwise. */
const ROLES: Readonly<Record<string, string>> = {
  tdi: 'the TDI',
  keySet: 'the key set',
  sub: 'the sub-stream',
  level: 'that is written',
  setup: 'given',
  config: 'the one given',
  space: 'chosen',
};
type Names = Readonly<Record<string, string>>;

/** The sentence of a word, with roles and parameters in their places. */
function sentence(word: string, params: readonly unknown[], names: Names): string {
  const signature = (SIGNATURES as Readonly<Record<string, AnySignature>>)[word];
  if (signature === undefined) throw new Error(`phraseOf: no word ${word}`);
  return signature.says
    .replace(/\{0\}…/g, params.join(', '))
    .replace(/\{(\w+)\}/g, (_, key: string) =>
      /^\d+$/.test(key) ? String(params[Number(key)]) : (names[key] ?? `the ${key}`),
    );
}

/** A guard or an effect as part of an English sentence, made of the sentences of its words. */
export function phraseOf(node: GuardNode | EffectNode, names: Names = ROLES): string {
  const list = (nodes: readonly (GuardNode | EffectNode)[], by: string, inner = names): string =>
    nodes.map((n) => phraseOf(n, inner)).join(by);
  switch (node.kind) {
    case 'word':
      return sentence(node.word, node.params, names);
    case 'not':
      return `it is not so that ${phraseOf(node.of, names)}`;
    case 'anyOf':
      return list(node.of, ', or ');
    case 'allOf':
      return list(node.of, ' and ');
    case 'at':
      return phraseOf(node.of, { ...names, [node.role]: sentence(node.term, [], names) });
    case 'when':
      return `if ${list(node.if, ' and ')}: ${list(node.of, '; ')}`;
    case 'each': {
      const inner = {
        ...names,
        [node.role]: node.sort === 'Tdi' ? 'that TDI' : `that ${node.role}`,
      };
      const which = node.where.length === 0 ? '' : ` for which ${list(node.where, ' and ', inner)}`;
      const sort = node.sort === 'Tdi' ? 'TDI' : node.role;
      return `for every ${sort}${which}: ${list(node.of, '; ', inner)}`;
    }
    default: {
      const never: never = node;
      throw new Error(`phraseOf: unknown node ${JSON.stringify(never)}`);
    }
  }
}
