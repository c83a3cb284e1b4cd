import type { Backend } from '../../model/author.ts';
import { PRESETS, withReadings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { SubjectName } from '../check.ts';
import { UsageError } from '../errors.ts';
import { Lockstep } from '../lockstep.ts';
import { type Setup, setupOf } from '../setup.ts';
import type { Subject } from '../subject.ts';
import { readTrace, type Trace } from '../trace.ts';
import { stepsToAttempts } from '../trace-steps.ts';
import { backendFor } from './backend-for.ts';
import { BACKENDS, withKnown } from './backends.ts';
import { mutantNamed } from './mutant-named.ts';
import { hintFor } from './pick.ts';
import { subjectOf } from './subject-of.ts';
import { suggest } from './suggest.ts';

/** A stored trace, ready to be run. */
export interface LoadedTrace {
  readonly trace: Trace;
  readonly setup: Setup;
  readonly subject: Subject;
  readonly lockstep: Lockstep;
  /** Its attempts by index. */
  readonly steps: readonly number[];
}
/** What is taken instead of what the trace names. */
export interface TraceOverrides {
  readonly subject: SubjectName | undefined;
  /** Null: no mutant. Undefined: that of the trace. */
  readonly mutant: string | null | undefined;
  /** An id or a file, where the trace is of a backend that is not known by name. */
  readonly backend: string | undefined;
}

function named<T extends { readonly id: string }>(
  what: string,
  id: string,
  known: readonly T[],
  file: string,
): T {
  const found = known.find((k) => k.id === id);
  if (found !== undefined) return found;
  throw new UsageError(
    `no ${what} is called ${JSON.stringify(id)}`,
    `in ${file}`,
    hintFor(
      id,
      known.map((k) => k.id),
      `npx tdicheck list ${what}s`,
    ),
  );
}

/** The backend that a trace is of; a module has to be given. */
async function backendOf(trace: Trace, file: string, given: string | undefined): Promise<Backend> {
  const brought = given === undefined ? undefined : await backendFor(given);
  const found = withKnown(brought).find((b) => b.id === trace.backend);
  const [near] = suggest(
    trace.backend,
    BACKENDS.map((b) => b.id),
  );
  if (found === undefined)
    throw new UsageError(
      `no backend is called ${JSON.stringify(trace.backend)}`,
      `in ${file}`,
      near === undefined
        ? 'expected --backend with the module that exports it'
        : `did you mean ${near}?`,
    );
  if (brought === undefined || brought === found) return found;
  throw new UsageError(
    `the trace is of backend ${trace.backend}, not of ${brought.id}`,
    `in ${file}`,
    `expected --backend ${trace.backend}, or none`,
  );
}

/** Reads a trace file and prepares the subject that it names. */
export async function loadTrace(file: string, o: TraceOverrides): Promise<LoadedTrace> {
  const trace = readTrace(file);
  const backend = await backendOf(trace, file, o.backend);
  const preset = named('preset', trace.preset, PRESETS, file);
  if (trace.property !== null) named('property', trace.property, PROPERTIES, file);
  const id = o.mutant === undefined ? trace.mutant : o.mutant;
  const where = o.mutant === undefined ? `in ${file}` : undefined;
  const mutant = id === null ? undefined : mutantNamed(id, backend, where);
  const setup = setupOf(backend, withReadings(preset, trace.readings), PROPERTIES);
  const steps = stepsToAttempts(trace, setup.attempts, file);
  const subject = subjectOf(o.subject ?? trace.subject, setup, mutant);
  return { trace, setup, subject, lockstep: new Lockstep(setup, subject), steps };
}
