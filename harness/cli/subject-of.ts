import type { SubjectName } from '../check.ts';
import type { Setup } from '../setup.ts';
import { engineSubject, modelSubject, type Subject } from '../subject.ts';
import type { NamedMutant } from './mutant-named.ts';

/** A subject by name, with the rules as they are or with a mistake in them. */
export function subjectOf(
  name: SubjectName,
  setup: Setup,
  mutant: NamedMutant | undefined,
): Subject {
  const rules = mutant?.rules(setup.rules) ?? setup.rules;
  return name === 'model' ? modelSubject(setup, rules) : engineSubject(setup, rules);
}
