import type { Backend, Rule } from '../../model/author.ts';
import { UsageError } from '../errors.ts';
import { SLICE_FAULTS } from '../explore/slices.ts';
import { isMadeOf, PLANTED_FAULTS } from '../faults.ts';
import { KNOWN_BUGS, lackedBy } from '../known-bugs.ts';
import { mutantsOf } from '../mutate.ts';
import { RULE_FAULTS } from '../rule-faults.ts';
import { rulesOf } from '../setup.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import { hintFor } from './pick.ts';

/** Rules with a mistake, by name. */
export interface NamedMutant {
  readonly id: string;
  readonly rules: (base: readonly Rule[]) => readonly Rule[];
  /** Of a planted fault, a known bug or a fault of a slice: the properties that should name it. */
  readonly properties?: readonly string[];
}

/** The mutant, planted fault, known bug or fault of a slice with an id; `where` tells where the id was found. */
export function mutantNamed(id: string, backend: Backend, where?: string): NamedMutant {
  const rules = rulesOf(backend);
  const mutants = mutantsOf(rules);
  const mutant = mutants.find((m) => m.id === id);
  if (mutant !== undefined) return mutant;
  const fault = PLANTED_FAULTS.find((f) => f.id === id);
  if (fault !== undefined && isMadeOf(fault, rules)) return fault;
  if (fault !== undefined)
    throw new UsageError(
      `backend ${backend.id} has not the rules for the fault ${id}`,
      `it is made of ${fault.mutants.join(', ')}`,
      'npx tdicheck list mutants shows those of a backend',
    );
  const bug = [...KNOWN_BUGS, ...SLICE_FAULTS].find((b) => b.id === id);
  if (bug !== undefined) {
    const lacked = lackedBy(backend, rules, bug);
    if (lacked === undefined) return bug;
    throw new UsageError(
      `backend ${backend.id} has not the rules for the ${'slice' in bug ? 'fault' : 'known bug'} ${id}`,
      lacked,
      `expected --backend ${bug.backend}`,
    );
  }
  if (STACK_FAULTS.some((f) => f.id === id))
    throw new UsageError(
      `${id} is a fault of the stack, not of rules`,
      ...(where === undefined ? [] : [where]),
      'expected --subject stack, with check, replay or shrink',
    );
  const known = [...RULE_FAULTS, ...mutants].map((m) => m.id);
  const hint = hintFor(id, known, 'npx tdicheck list mutants');
  const what = `no mutant is called ${JSON.stringify(id)}`;
  throw where === undefined ? new UsageError(what, hint) : new UsageError(what, where, hint);
}
