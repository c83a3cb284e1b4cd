import type { Case, EffectNode, GuardNode, Outcome, Rule } from '../../../model/author.ts';
import type { ClauseId } from '../../../model/clauses.ts';
import { isLiteral, LITERALS, type Roles, type Sort } from '../../../model/sorts.ts';
import { phraseOf } from '../../phrase.ts';
import { clauseRecords } from '../clause-lines.ts';
import { signatureOf } from '../signature-of.ts';
import { wordsIn } from '../words-in.ts';
import { hang } from '../wrap.ts';
import { clausesPart } from './clauses-part.ts';
import type { Page } from './page.ts';

/** A rule with its decision table in words. */
export function rulePage(rule: Rule): Page {
  const { id, by, role, says, over, facets, refines, cases, codesInAnyOrder } = rule;
  const cited = clausesOf(rule);
  return {
    id,
    kind: `rule, attempted by the ${by === 'tsm' ? 'TSM' : by}`,
    says,
    facts: [
      ['over', rolesText(over)],
      ['role', ROLES[role]],
      ['facets', facets.length === 0 ? '' : `only where ${facets.join(', ')} is on`],
      ['refines', refines ?? ''],
      [
        'order',
        codesInAnyOrder
          ? 'the first case whose conditions all hold decides; the documents fix no order, so the code of any refusing case that holds will do'
          : 'the first case whose conditions all hold decides',
      ],
      ['words', [...wordsIn(rule)].join(', ')],
    ],
    parts: [
      { title: 'cases', lines: (columns) => cases.flatMap((c, i) => caseLines(c, i, columns)) },
      clausesPart(cited),
    ],
    record: {
      by,
      role,
      over,
      facets,
      codesInAnyOrder,
      ...(refines === undefined ? {} : { refines }),
      cases: cases.map((c) => ({
        name: c.name,
        outcome: c.outcome,
        guards: c.guards.map((g) => phraseOf(g)),
        effects: c.effects.map((e) => phraseOf(e)),
        ...(c.idle === undefined ? {} : { idle: c.idle }),
      })),
      clauses: clauseRecords(cited),
    },
  };
}

const ROLES: Readonly<Record<Rule['role'], string>> = {
  progress: 'builds towards DMA in RUN',
  optional: 'builds towards DMA in RUN, where that is wanted',
  hostile: 'works against it',
  neutral: 'neither builds towards DMA in RUN nor works against it',
};
const sortText = (sort: Sort): string =>
  isLiteral(sort) ? LITERALS[sort].map(String).join(', ') : `a ${sort}`;
const rolesText = (over: Roles): string =>
  Object.entries(over)
    .map(([name, sort]) => `${name} (${sortText(sort)})`)
    .join('; ');
const outcomeText = (o: Outcome): string =>
  o.is === 'accepted' ? 'accepted' : `${o.is} ${o.code}`;

/** The clauses of the rule, then those of the words that it uses. */
function clausesOf(rule: Rule): readonly ClauseId[] {
  const ofWords = [...wordsIn(rule)].flatMap((word) => signatureOf(word)?.clauses ?? []);
  return [...new Set([...rule.clauses, ...ofWords])];
}

function caseLines(c: Case<Roles>, i: number, columns: number): readonly string[] {
  const list = (label: string, nodes: readonly (GuardNode | EffectNode)[]): readonly string[] =>
    nodes.flatMap((n, at) =>
      hang(`      ${(at === 0 ? label : 'and').padEnd(5)}`, phraseOf(n), columns),
    );
  return [
    `  ${String(i + 1).padStart(2)}  ${c.name}: ${outcomeText(c.outcome)}`,
    ...(c.guards.length === 0 ? ['      otherwise'] : list('if', c.guards)),
    ...(c.effects.length === 0 ? ['      then nothing changes'] : list('then', c.effects)),
    ...(c.idle === undefined ? [] : hang('      idle ', c.idle, columns)),
  ];
}
