import type { Backend } from '../../model/author.ts';
import { UsageError } from '../errors.ts';
import { mutantsOf } from '../mutate.ts';
import { RULE_FAULTS } from '../rule-faults.ts';
import { rulesOf } from '../setup.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import type { SubjectName } from '../subject.ts';
import type { Mistake } from '../subjects.ts';
import { mutantNamed } from './mutant-named.ts';
import { hintFor } from './pick.ts';

const LISTING = 'npx tdicheck list faults';

/**
 * The mistake with an id that a subject can be given: a mutant, planted fault, known bug or fault of a slice, of rules, or a fault of the stack.
 * `where` tells where the id was found.
 */
export function mistakeNamed(
  id: string,
  subject: SubjectName,
  backend: Backend,
  where?: string,
): Mistake {
  if (subject !== 'stack') return mutantNamed(id, backend, where);
  const fault = STACK_FAULTS.find((f) => f.id === id);
  if (fault !== undefined) return fault;
  const mistakes = [...RULE_FAULTS, ...mutantsOf(rulesOf(backend))];
  const ofRules = mistakes.some((m) => m.id === id);
  const no = (what: string, ...hints: readonly string[]): UsageError =>
    new UsageError(what, ...(where === undefined ? [] : [where]), ...hints);
  if (ofRules)
    throw no(
      `${id} is a mistake in rules, and the stack runs none`,
      `expected a fault of the stack, as ${LISTING} shows them`,
    );
  const ids = STACK_FAULTS.map((f) => f.id);
  throw no(`the stack has no fault ${JSON.stringify(id)}`, hintFor(id, ids, LISTING));
}
