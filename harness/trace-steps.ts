/** Between the steps of a trace, which people read, and attempts of a setup, which are run. */
import { isLiteral, type Sort } from '../model/sorts.ts';
import type { Attempt } from '../model/step.ts';
import { nameOf } from '../model/world.ts';
import { UsageError } from './errors.ts';
import type { StepArgs, Trace, TraceStep } from './trace.ts';

/** A member or a choice as a trace spells it. */
const spell = (sort: Sort, value: number | string): number | string =>
  isLiteral(sort) ? value : nameOf(sort, Number(value));
const spelled = ({ rule, args }: Attempt): StepArgs =>
  Object.fromEntries(Object.entries(rule.over).map(([r, s]) => [r, spell(s, args[r] as number)]));
const keyOf = (rule: string, roles: readonly string[], args: StepArgs): string =>
  JSON.stringify([rule, ...roles.map((r) => args[r])]);

/** The steps of a trace, given attempts by their indices. */
export function attemptsToSteps(
  indices: readonly number[],
  attempts: readonly Attempt[],
): readonly TraceStep[] {
  return indices.map((n) => {
    const attempt = attempts[n];
    if (attempt === undefined) throw new Error(`attemptsToSteps: no attempt ${n}`);
    const { rule } = attempt;
    return { by: rule.by, rule: rule.id, args: spelled(attempt) };
  });
}

/**
 * The indices of the attempts that a trace makes. A step that is no attempt of the backend and
 * preset is a UsageError that names `where` and the step.
 */
export function stepsToAttempts(
  trace: Pick<Trace, 'steps'>,
  attempts: readonly Attempt[],
  where = 'the trace',
): readonly number[] {
  const indices = new Map(
    attempts.map((a, n) => [keyOf(a.rule.id, Object.keys(a.rule.over), spelled(a)), n]),
  );
  const ofRule = new Map<string, Attempt[]>();
  for (const a of attempts) {
    const some = ofRule.get(a.rule.id);
    if (some === undefined) ofRule.set(a.rule.id, [a]);
    else some.push(a);
  }
  return trace.steps.map((step, i) => {
    const some = ofRule.get(step.rule) ?? [];
    const roles = Object.keys(some[0]?.rule.over ?? {});
    const wrong = whatIsWrong(step, some, [...ofRule.keys()]);
    const n = indices.get(keyOf(step.rule, roles, step.args));
    if (wrong === undefined && n !== undefined) return n;
    const [what, expected] = wrong ?? ['this attempt does not exist', 'another one'];
    throw new UsageError(what, `in ${where}, step ${i + 1} (${step.rule})`, `expected ${expected}`);
  });
}

/** What keeps a step from being an attempt, and what would do; undefined: nothing. */
function whatIsWrong(
  { by, rule, args }: TraceStep,
  attempts: readonly Attempt[],
  rules: readonly string[],
): readonly [what: string, expected: string] | undefined {
  const [first] = attempts;
  if (first === undefined) {
    const family = `${rule.split('.')[0]}.`;
    const near = rules.filter((r) => r.startsWith(family));
    const some = near.length > 0 ? near : rules;
    return [`there is no rule “${rule}” in this backend and preset`, oneOf(some)];
  }
  const { over } = first.rule;
  if (by !== first.rule.by) return [`“${by}” does not attempt ${rule}`, `“${first.rule.by}”`];
  for (const role of Object.keys(args))
    if (!Object.hasOwn(over, role))
      return [
        `${rule} has no “${role}”`,
        Object.keys(over).length === 0 ? 'no arguments' : `only ${Object.keys(over).join(', ')}`,
      ];
  for (const [role, sort] of Object.entries(over)) {
    const given = args[role];
    const there = [...new Set(attempts.map((a) => spell(sort, a.args[role] as number)))];
    if (given === undefined) return [`“${role}” is missing`, oneOf(there)];
    if (!there.includes(given))
      return [`“${role}” cannot be ${JSON.stringify(given)} in this preset`, oneOf(there)];
  }
  return undefined;
}
const oneOf = (some: readonly (string | number)[]): string =>
  some.length === 1 ? String(some[0]) : `one of ${some.map(String).join(', ')}`;
