import type { GuardNode, Rule } from './author.ts';

/** What a rule's `sensible` asks, as cases without effects. */
interface Question {
  readonly id: string;
  readonly over: Rule['over'];
  readonly cases: readonly {
    readonly name: string;
    readonly guards: readonly GuardNode[];
    readonly effects: readonly [];
  }[];
}

/**
 * For each attempt, in the same order, the question whether a party that means well would make it now: case 0 means yes.
 * One question for each rule, so that what is compiled of it is shared by its attempts.
 */
export function questionsOf<Args>(
  attempts: readonly { readonly rule: Rule; readonly args: Args }[],
): readonly { readonly rule: Question; readonly args: Args }[] {
  const asked = new Map<Rule, Question>();
  return attempts.map(({ rule, args }) => {
    const question = asked.get(rule) ?? {
      id: `${rule.id} sensible`,
      over: rule.over,
      cases: [
        { name: 'yes', guards: rule.sensible, effects: [] },
        { name: 'no', guards: [], effects: [] },
      ],
    };
    asked.set(rule, question);
    return { rule: question, args };
  });
}
