import type { AnySignature, Rule } from '../../../model/author.ts';
import { clauseRecords } from '../clause-lines.ts';
import { wordsIn } from '../words-in.ts';
import { clausesPart } from './clauses-part.ts';
import type { Page } from './page.ts';

const KINDS: Readonly<Record<AnySignature['kind'], string>> = {
  guard: 'a yes-or-no question about the world',
  effect: 'a change of the world',
  term: 'a name for a member of the world',
};

/** A word with its sentence and the rules that use it. */
export function wordPage(id: string, s: AnySignature, rules: readonly Rule[]): Page {
  const users = rules.filter((r) => wordsIn(r).has(id)).map((r) => r.id);
  const roles = Object.entries(s.roles as Readonly<Record<string, string>>);
  return {
    id,
    kind: `word, ${KINDS[s.kind]}`,
    says: `${s.says}.`,
    facts: [
      ['roles', roles.map(([name, sort]) => `${name} (${sort})`).join(', ')],
      ['takes', s.takes ? 'parameters: {0}, {1}, … in the sentence' : ''],
      ['meaning', 'model/vocabulary as a pure function; impl/words on the packed state'],
      ['used by', users.join(', ')],
    ],
    parts: [clausesPart(s.clauses)],
    record: { word: s.kind, roles: s.roles, rules: users, clauses: clauseRecords(s.clauses) },
  };
}
