import type { Backend, Rule } from '../../model/author.ts';
import { UsageError } from '../errors.ts';
import { PLANTED_FAULTS } from '../faults.ts';
import { mutantsOf } from '../mutate.ts';
import { rulesOf } from '../setup.ts';
import { hintFor } from './pick.ts';

/** Rules with a mistake, by name. */
export interface NamedMutant {
  readonly id: string;
  readonly rules: (base: readonly Rule[]) => readonly Rule[];
  /** Of a planted fault: the properties that should name it. */
  readonly properties?: readonly string[];
}

/** The mutant or planted fault with an id; `where` tells where the id was found. */
export function mutantNamed(id: string, backend: Backend, where?: string): NamedMutant {
  const mutants = mutantsOf(rulesOf(backend));
  const found = mutants.find((m) => m.id === id) ?? PLANTED_FAULTS.find((f) => f.id === id);
  if (found !== undefined) return found;
  const known = [...PLANTED_FAULTS, ...mutants].map((m) => m.id);
  const hint = hintFor(id, known, 'npx tdicheck list mutants');
  const what = `no mutant is called ${JSON.stringify(id)}`;
  throw where === undefined ? new UsageError(what, hint) : new UsageError(what, where, hint);
}
