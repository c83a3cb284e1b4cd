/**
 * Shrinking of concrete sequences of attempts, whether they were generated or read from a file.
 *
 * Every candidate is smaller than the trace in one well-founded order (`isSmaller`): fewer steps;
 * then lower members; then earlier choices; then attempts in their order. So greedy shrinking ends,
 * and one counterexample found twice ends in the same names and the same order.
 */
import { INDEX_SORTS, type IndexSort, isLiteral, LITERALS, type Sort } from '../model/sorts.ts';
import type { Attempt } from '../model/step.ts';

type Steps = readonly number[];
type Value = number | string;

/**
 * Pairs of changes are tried only in traces of at most so many steps: they grow with the square.
 */
const PAIRS_STEPS_MAX = 60;
/** Behind every VF: the PF is not just another one, so a trace speaks of it only if it must. */
const RANK_OF_PF = 1_000_000;

/** How far a member or a choice is from the simplest of its sort. */
function rankOf(sort: Sort, value: Value): number {
  if (isLiteral(sort)) return (LITERALS[sort] as readonly Value[]).indexOf(value);
  return sort === 'Tdi' && value === 0 ? RANK_OF_PF : Number(value);
}

const keyOf = ({ rule, args }: Attempt): string =>
  JSON.stringify([rule.id, ...Object.keys(rule.over).map((role) => args[role])]);
/** The attempts that there are, and the members that they speak of. */
interface Space {
  readonly indices: ReadonlyMap<string, number>;
  readonly members: Readonly<Record<IndexSort, readonly number[]>>;
}
const spaces = new WeakMap<readonly Attempt[], Space>();
/** Worked out once for each list of attempts. */
function spaceOf(attempts: readonly Attempt[]): Space {
  const known = spaces.get(attempts);
  if (known !== undefined) return known;
  const made: Space = {
    indices: new Map(attempts.map((a, n) => [keyOf(a), n])),
    members: Object.fromEntries(INDEX_SORTS.map((s) => [s, membersIn(attempts, s)])) as never,
  };
  spaces.set(attempts, made);
  return made;
}
/** The members of a sort that attempts speak of, in order. */
function membersIn(attempts: readonly Attempt[], sort: IndexSort): readonly number[] {
  const all = attempts.flatMap((a) => argsOf(a).filter((x) => x.sort === sort));
  return [...new Set(all.map((x) => Number(x.value)))].sort((a, b) => a - b);
}

const attemptAt = (attempts: readonly Attempt[], n: number): Attempt => {
  const found = attempts[n];
  if (found === undefined) throw new Error(`candidates: no attempt ${n}`);
  return found;
};
/** The arguments of an attempt with their sorts. */
const argsOf = ({ rule, args }: Attempt): readonly { role: string; sort: Sort; value: Value }[] =>
  Object.entries(rule.over).map(([role, sort]) => ({ role, sort, value: args[role] as Value }));

/** The attempts, by index, that speak of no members but those that a trace speaks of. */
export function attemptsAbout(trace: Steps, attempts: readonly Attempt[]): readonly number[] {
  const steps = trace.map((n) => attemptAt(attempts, n));
  const used = new Map<Sort, ReadonlySet<Value>>(
    INDEX_SORTS.map((sort) => [sort, new Set<Value>(membersIn(steps, sort))]),
  );
  const isUsed = (a: Attempt): boolean =>
    argsOf(a).every(({ sort, value }) => used.get(sort)?.has(value) ?? true);
  return [...attempts.keys()].filter((n) => isUsed(attemptAt(attempts, n)));
}

/** Everything that the order of traces looks at after their length. */
function measureOf(trace: Steps, attempts: readonly Attempt[]): readonly number[] {
  let members = 0;
  let choices = 0;
  for (const n of trace)
    for (const { sort, value } of argsOf(attemptAt(attempts, n))) {
      if (isLiteral(sort)) choices += rankOf(sort, value);
      else members += rankOf(sort, value);
    }
  return [members, choices, ...trace];
}
/** The order in which traces shrink. */
export function isSmaller(a: Steps, b: Steps, attempts: readonly Attempt[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const other = measureOf(b, attempts);
  for (const [i, x] of measureOf(a, attempts).entries()) {
    const y = other[i] ?? 0;
    if (x !== y) return x < y;
  }
  return false;
}

/** Without `length` steps in one place, for lengths from a half down to two. */
function* withoutSpans(trace: Steps): Generator<Steps> {
  for (let length = trace.length >> 1; length >= 2; length >>= 1)
    for (let at = 0; at < trace.length; at += length)
      yield [...trace.slice(0, at), ...trace.slice(at + length)];
}
function* withoutOne(trace: Steps): Generator<Steps> {
  for (const i of trace.keys()) yield trace.toSpliced(i, 1);
}
function* withoutTwo(trace: Steps): Generator<Steps> {
  if (trace.length > PAIRS_STEPS_MAX) return;
  for (const i of trace.keys())
    for (let j = i + 1; j < trace.length; j++) yield trace.toSpliced(j, 1).toSpliced(i, 1);
}

/** An attempt with other arguments; undefined: there is none. */
function changed(
  n: number,
  attempts: readonly Attempt[],
  change: (sort: Sort, value: Value, role: string) => Value,
): number | undefined {
  const { rule, args } = attemptAt(attempts, n);
  const other = Object.entries(rule.over).map(([role, sort]) => [
    role,
    change(sort, args[role] as Value, role),
  ]);
  return spaceOf(attempts).indices.get(keyOf({ rule, args: Object.fromEntries(other) }));
}
/** Each single step with one argument simpler, the simplest first. */
function* simplerSteps(
  trace: Steps,
  attempts: readonly Attempt[],
  which: (sort: Sort) => boolean,
): Generator<Steps> {
  for (const [i, n] of trace.entries())
    for (const { role, sort, value } of argsOf(attemptAt(attempts, n))) {
      if (!which(sort)) continue;
      for (const simpler of simplerThan(sort, value, attempts)) {
        const to = changed(n, attempts, (_, old, r) => (r === role ? simpler : old));
        if (to !== undefined) yield trace.with(i, to);
      }
    }
}
/** Without one step, and another one about the slot before its own: slots close up. */
function* withoutOneInFlight(trace: Steps, attempts: readonly Attempt[]): Generator<Steps> {
  if (trace.length > PAIRS_STEPS_MAX) return;
  for (const rest of withoutOne(trace)) yield* simplerSteps(rest, attempts, (s) => s === 'Slot');
}

/**
 * The values of a sort that are simpler than one, the simplest first; some may not exist in the
 * preset.
 */
function simplerThan(sort: Sort, value: Value, attempts: readonly Attempt[]): readonly Value[] {
  const all: readonly Value[] = isLiteral(sort) ? LITERALS[sort] : spaceOf(attempts).members[sort];
  return all
    .filter((v) => rankOf(sort, v) < rankOf(sort, value))
    .sort((a, b) => rankOf(sort, a) - rankOf(sort, b));
}
/** One member instead of another throughout, or both exchanged. */
function* renamed(trace: Steps, attempts: readonly Attempt[]): Generator<Steps> {
  for (const sort of INDEX_SORTS) {
    const used = membersIn(
      trace.map((n) => attemptAt(attempts, n)),
      sort,
    );
    for (const from of used)
      for (const to of simplerThan(sort, from, attempts) as readonly number[]) {
        const merge = (s: Sort, v: Value): Value => (s === sort && v === from ? to : v);
        const swap = (s: Sort, v: Value): Value => (s === sort && v === to ? from : merge(s, v));
        for (const rename of used.includes(to) ? [merge, swap] : [merge]) {
          const other = trace.map((n) => changed(n, attempts, rename));
          if (other.every((n) => n !== undefined) && isSmaller(other, trace, attempts)) yield other;
        }
      }
  }
}

/**
 * One choice instead of another throughout, for every sort that knows both; also without one step,
 * which may be needed for the first choice only.
 */
function* chosenOtherwise(trace: Steps, attempts: readonly Attempt[]): Generator<Steps> {
  const args = trace.flatMap((n) => argsOf(attemptAt(attempts, n)));
  const literals = args.filter(({ sort }) => isLiteral(sort));
  for (const from of new Set(literals.map((a) => a.value)))
    for (const to of new Set(literals.flatMap((a) => simplerThan(a.sort, from, attempts)))) {
      const change = (sort: Sort, v: Value): Value =>
        v === from && isLiteral(sort) && rankOf(sort, to) >= 0 ? to : v;
      const other = trace.map((n) => changed(n, attempts, change) ?? n);
      if (other.every((n, i) => n === trace[i])) continue;
      if (isSmaller(other, trace, attempts)) yield other;
      if (trace.length <= PAIRS_STEPS_MAX) yield* withoutOne(other);
    }
}
/** Two neighbours exchanged, where that is the order of the attempts. */
function* reordered(trace: Steps, attempts: readonly Attempt[]): Generator<Steps> {
  for (const [i, n] of trace.entries()) {
    const next = trace[i + 1];
    if (next === undefined) return;
    const other = trace.with(i, next).with(i + 1, n);
    if (isSmaller(other, trace, attempts)) yield other;
  }
}

/**
 * Ways of making a trace smaller when each single step of it is needed, from bold to fine. Pairs come last, because
 * they are many.
 */
export const FINER_WAYS: readonly ((
  trace: Steps,
  attempts: readonly Attempt[],
) => Iterable<Steps>)[] = [
  withoutOneInFlight,
  renamed,
  chosenOtherwise,
  (trace, attempts) => simplerSteps(trace, attempts, (sort) => !isLiteral(sort)),
  (trace, attempts) => simplerSteps(trace, attempts, isLiteral),
  reordered,
  withoutTwo,
];
/** Smaller traces to try, from bold to fine; made as they are asked for. */
export function* candidates(trace: Steps, attempts: readonly Attempt[]): Generator<Steps> {
  yield* withoutSpans(trace);
  yield* withoutOne(trace);
  for (const way of FINER_WAYS) yield* way(trace, attempts);
}
