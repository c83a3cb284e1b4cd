/**
 * The page of sources: for every fact that the model is built on, its document and section, and where it
 * went: rules and cases, properties, scenarios.
 */
import type { Backend, Rule } from '../../model/author.ts';
import { CLAUSES, type Clause, type ClauseId } from '../../model/clauses.ts';
import { COMMON_RULES } from '../../model/rules/index.ts';
import { SIGNATURES } from '../../model/words/index.ts';
import type { Property } from '../../properties/property.ts';
import type { Scenario } from '../scenario.ts';
import { wordsInCase } from './words-in.ts';

/** What the page is made of. */
export interface SourcesParts {
  readonly backends: readonly Backend[];
  readonly properties: readonly Property[];
  readonly scenarios: readonly Scenario[];
}
type Cites = { readonly clauses: readonly ClauseId[] };

const cites = (x: Cites, id: ClauseId): boolean => x.clauses.includes(id);
const code = (text: string): string => `\`${text}\``;
const list = (names: readonly string[]): string => names.map(code).join(', ');
/** So many scenarios of a fact are named; the rest is counted. */
const SCENARIOS_MAX = 4;
const some = (names: readonly string[]): string => {
  const rest = names.length - SCENARIOS_MAX;
  return `${list(names.slice(0, SCENARIOS_MAX))}${rest > 0 ? ` and ${rest} more` : ''}`;
};

/** The rules of all backends, each once, by whoever brings them. */
function rulesOfAll(backends: readonly Backend[]): readonly Rule[] {
  const own = backends.flatMap((b) => b.rules.filter((r) => !COMMON_RULES.includes(r)));
  return [...new Set([...COMMON_RULES, ...own])];
}
/** Where a fact is at work: the cases whose words cite it, and the rules that cite it as a whole. */
function rulesFor(id: ClauseId, rules: readonly Rule[]): string {
  const words = new Set(
    Object.entries(SIGNATURES).flatMap(([name, s]) => (cites(s, id) ? [name] : [])),
  );
  return rules
    .flatMap((rule) => {
      const cases = rule.cases.filter((c) => [...wordsInCase(c)].some((w) => words.has(w)));
      if (cases.length === 0) return cites(rule, id) ? [code(rule.id)] : [];
      const named =
        cases.length === rule.cases.length ? '' : `: ${cases.map((c) => c.name).join('; ')}`;
      return [`${code(rule.id)}${named}`];
    })
    .join('<br>');
}
const escaped = (text: string): string => text.replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;

/** The page as Markdown. */
export function sourcesPage({ backends, properties, scenarios }: SourcesParts): string {
  const rules = rulesOfAll(backends);
  const clauses = Object.entries(CLAUSES) as readonly [ClauseId, Clause][];
  const documents = [...new Set(clauses.map(([, c]) => c.document))];
  const rowOf = ([id, c]: readonly [ClauseId, Clause]): string =>
    row([
      c.section,
      `${code(id)} ${c.says}${c.specified ? '' : ' *(the documents are silent: our choice)*'}`,
      rulesFor(id, rules) || '**no rule**',
      list(properties.filter((p) => cites(p, id)).map((p) => p.id)) || '**none**',
      some(scenarios.filter((s) => cites(s, id)).map((s) => s.title)) || '**none**',
    ]);
  const without = clauses.filter(([id]) => rulesFor(id, rules) === '').map(([id]) => id);
  return [
    '# Sources',
    '',
    'Every fact that the model states, by document. Made from the sources by `npm run sources`; a test compares.',
    'A case is named where a word in it cites the fact, a rule alone where it cites the fact as a whole.',
    '',
    `${clauses.length} facts, ${rules.length} rules of ${backends.length} backends, ${properties.length} properties, ` +
      `${scenarios.length} scenarios.`,
    without.length === 0
      ? 'Every fact is at work in a rule.'
      : `Facts that no rule states (${without.length}): ${list(without)}.`,
    ...documents.flatMap((document) => [
      '',
      `## ${document}`,
      '',
      row(['section', 'fact', 'rule: case', 'property', 'scenario']),
      row(['---', '---', '---', '---', '---']),
      ...clauses.filter(([, c]) => c.document === document).map(rowOf),
    ]),
    '',
  ].join('\n');
}
