/** Whether a planted fault can be caught in a world: a hunt that cannot end well only takes long. */
import { type IndexSort, isLiteral } from '../model/sorts.ts';
import { nameOf, type Preset } from '../model/world.ts';
import { UsageError } from './errors.ts';
import type { PlantedFault } from './faults.ts';
import { Lockstep } from './lockstep.ts';
import type { Setup } from './setup.ts';
import { engineSubject } from './subject.ts';
import type { Trace } from './trace.ts';
import { stepsToAttempts } from './trace-steps.ts';

type Steps = Trace['steps'];
type Members = ReadonlyMap<IndexSort, readonly string[]>;

/**
 * Whether the stored trace of a fault shows it in a setup, whichever members of the setup take part in it. False: the setup
 * has not the attempts or the members for it, or not the properties that name the fault.
 */
export function canShow(
  setup: Setup,
  fault: PlantedFault,
  { steps }: Pick<Trace, 'steps'>,
): boolean {
  const members = membersIn(setup, steps);
  if (members === undefined) return false;
  const lockstep = new Lockstep(setup, engineSubject(setup, fault.rules(setup.rules)));
  for (const renamed of renamings(setup.preset, members)) {
    const numbers = attemptsOf(setup, steps, renamed);
    if (numbers === undefined) continue;
    const { violations } = lockstep.run({ steps: numbers, results: undefined });
    if (violations.some((v) => fault.properties.includes(v.property.id))) return true;
  }
  return false;
}

/** The members that a trace speaks of, by sort; undefined: a rule of it makes no attempt here. */
function membersIn({ attempts }: Setup, steps: Steps): Members | undefined {
  const rules = new Map(attempts.map(({ rule }) => [rule.id, rule]));
  const found = new Map<IndexSort, Set<string>>();
  for (const { rule, args } of steps) {
    const over = rules.get(rule)?.over;
    if (over === undefined) return undefined;
    for (const [role, sort] of Object.entries(over))
      if (!isLiteral(sort)) found.set(sort, (found.get(sort) ?? new Set()).add(String(args[role])));
  }
  return new Map([...found].map(([sort, names]) => [sort, [...names]]));
}

/** All ways to put different members of a preset in the place of those of a trace, as "Sort name" to name. */
function* renamings(
  preset: Preset,
  members: Members,
  renamed: ReadonlyMap<string, string> = new Map(),
): Generator<ReadonlyMap<string, string>> {
  const next = [...members].flatMap(([sort, names]) => names.map((name) => ({ sort, name })));
  const first = next.find(({ sort, name }) => !renamed.has(`${sort} ${name}`));
  if (first === undefined) {
    yield renamed;
    return;
  }
  const { sort, name } = first;
  const names = Array.from({ length: preset.sizes[sort] }, (_, i) => nameOf(sort, i));
  const taken = (members.get(sort) ?? []).map((n) => renamed.get(`${sort} ${n}`));
  // Its own first: where it is there, the trace shows the fault as it stands.
  for (const other of [name, ...names.filter((n) => n !== name)])
    if (names.includes(other) && !taken.includes(other))
      yield* renamings(preset, members, new Map([...renamed, [`${sort} ${name}`, other]]));
}

function attemptsOf(
  setup: Setup,
  steps: Steps,
  renamed: ReadonlyMap<string, string>,
): readonly number[] | undefined {
  const rules = new Map(setup.rules.map((r) => [r.id, r]));
  const others = steps.map((step) => ({
    ...step,
    args: Object.fromEntries(
      Object.entries(step.args).map(([role, value]) => [
        role,
        renamed.get(`${rules.get(step.rule)?.over[role]} ${value}`) ?? value,
      ]),
    ),
  }));
  try {
    return stepsToAttempts({ steps: others }, setup.attempts);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
