import type { Rule } from '../../../model/author.ts';
import type { Page } from './page.ts';

/** A code that refusals and drops carry: which cases of which rules give it. */
export function codePage(code: string, rules: readonly Rule[]): Page | undefined {
  const givers = rules.flatMap((r) =>
    r.cases.flatMap((c) =>
      c.outcome.is !== 'accepted' && c.outcome.code === code
        ? [{ rule: r.id, case: c.name, is: c.outcome.is }]
        : [],
    ),
  );
  if (givers.length === 0) return undefined;
  return {
    id: code,
    kind: 'outcome code',
    says: 'The code of an attempt that was refused, or dropped without an answer.',
    facts: [],
    parts: [
      {
        title: 'given by',
        lines: () => givers.map((g) => `  ${g.rule}, “${g.case}” (${g.is})`),
      },
    ],
    record: { cases: givers },
  };
}
/** Every code of the rules. */
export const codesOf = (rules: readonly Rule[]): readonly string[] => [
  ...new Set(
    rules.flatMap((r) =>
      r.cases.flatMap((c) => (c.outcome.is === 'accepted' ? [] : [c.outcome.code])),
    ),
  ),
];
