import type { Backend } from '../../model/author.ts';
import { attemptsOf } from '../../model/step.ts';
import { withReadings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { UsageError } from '../errors.ts';
import { Lockstep } from '../lockstep.ts';
import type { Setup } from '../setup.ts';
import { LEFT_OUT, STACK_PRESET } from '../stack/preset.ts';
import type { Subject, SubjectName } from '../subject.ts';
import { KNOWN_PRESETS, setupFor, subjectOf } from '../subjects.ts';
import { readTrace, type Trace } from '../trace.ts';
import { stepsToAttempts } from '../trace-steps.ts';
import { backendFor } from './backend-for.ts';
import { BACKENDS, withKnown } from './backends.ts';
import { mistakeNamed } from './mistake-named.ts';
import { hintFor } from './pick.ts';
import { suggest } from './suggest.ts';
import { assertSpeaks } from './world-for.ts';

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

/** Refuses a trace with steps that the stack cannot carry out, and says why it cannot. */
function assertCarriedOut(trace: Trace, { rules, preset }: Setup, file: string): void {
  const attempts = attemptsOf(rules, preset);
  stepsToAttempts(trace, attempts, file).forEach((n, i) => {
    const attempt = attempts[n];
    const found = LEFT_OUT.find(({ is }) => attempt !== undefined && is(attempt));
    if (found !== undefined)
      throw new UsageError(
        `the stack cannot carry out ${found.what}: ${found.why}`,
        `in ${file}, step ${i + 1}`,
        'expected --subject engine or model',
      );
  });
}

/** Reads a trace file and prepares the subject that it names. */
export async function loadTrace(file: string, o: TraceOverrides): Promise<LoadedTrace> {
  const trace = readTrace(file);
  const backend = await backendOf(trace, file, o.backend);
  const name = o.subject ?? trace.subject;
  assertSpeaks(name, backend);
  const recorded = named('preset', trace.preset, KNOWN_PRESETS, file);
  // The stack has one world. A trace of another can be run in it if the stack can make its steps.
  const preset = name === 'stack' ? STACK_PRESET : recorded;
  if (trace.property !== null) named('property', trace.property, PROPERTIES, file);
  const id = o.mutant === undefined ? trace.mutant : o.mutant;
  const where = o.mutant === undefined ? `in ${file}` : undefined;
  const mutant = id === null ? undefined : mistakeNamed(id, name, backend, where);
  const setup = setupFor(name, backend, withReadings(preset, trace.readings), PROPERTIES);
  if (name === 'stack') assertCarriedOut(trace, setup, file);
  const steps = stepsToAttempts(trace, setup.attempts, file);
  const subject = subjectOf(name, setup, mutant);
  return { trace, setup, subject, lockstep: new Lockstep(setup, subject), steps };
}
