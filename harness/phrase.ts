import { match } from 'ts-pattern';
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
  return match(node)
    .with({ kind: 'word' }, (n) => sentence(n.word, n.params, names))
    .with({ kind: 'not' }, (n) => `it is not so that ${phraseOf(n.of, names)}`)
    .with({ kind: 'anyOf' }, (n) => list(n.of, ', or '))
    .with({ kind: 'allOf' }, (n) => list(n.of, ' and '))
    .with({ kind: 'at' }, (n) =>
      phraseOf(n.of, { ...names, [n.role]: sentence(n.term, [], names) }),
    )
    .with({ kind: 'when' }, (n) => `if ${list(n.if, ' and ')}: ${list(n.of, '; ')}`)
    .with({ kind: 'each' }, (n) => {
      const isTdi = n.sort === 'Tdi';
      const inner = { ...names, [n.role]: isTdi ? 'that TDI' : `that ${n.role}` };
      const which = n.where.length === 0 ? '' : ` for which ${list(n.where, ' and ', inner)}`;
      return `for every ${isTdi ? 'TDI' : n.role}${which}: ${list(n.of, '; ', inner)}`;
    })
    .exhaustive();
}
