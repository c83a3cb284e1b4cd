import type { Rule } from '../../../model/author.ts';
import type { CLAUSES, ClauseId } from '../../../model/clauses.ts';
import type { Property } from '../../../properties/property.ts';
import type { Page } from './page.ts';

/** A clause: where it stands, what it says, and who cites it. */
export function clausePage(
  id: ClauseId,
  clause: (typeof CLAUSES)[ClauseId],
  cites: {
    readonly rules: readonly Rule[];
    readonly properties: readonly Property[];
    readonly words: readonly string[];
  },
): Page {
  const has = (x: { readonly clauses: readonly ClauseId[] }): boolean => x.clauses.includes(id);
  const rules = cites.rules.filter(has).map((r) => r.id);
  const properties = cites.properties.filter(has).map((p) => p.id);
  return {
    id,
    kind: 'clause, in our own words',
    says: clause.says,
    facts: [
      ['document', clause.document],
      ['section', clause.section],
      ['specified', clause.specified ? '' : 'no: the documents are silent, and the choice is ours'],
      ['rules', rules.join(', ')],
      ['words', cites.words.join(', ')],
      ['properties', properties.join(', ')],
    ],
    parts: [],
    record: {
      document: clause.document,
      section: clause.section,
      specified: clause.specified,
      rules,
      words: cites.words,
      properties,
    },
  };
}
