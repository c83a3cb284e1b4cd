/** The corpus: stored traces that every check replays first. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../model/author.ts';
import { type Preset, withReadings } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import { UsageError } from './errors.ts';
import { Lockstep } from './lockstep.ts';
import type { Setup } from './setup.ts';
import type { SubjectName } from './subject.ts';
import { type Mistake, setupFor, subjectOf } from './subjects.ts';
import { readTrace, type Trace } from './trace.ts';
import { stepsToAttempts } from './trace-steps.ts';

/** A stored trace, and how to run it. */
export interface CorpusEntry {
  readonly file: string;
  readonly trace: Trace;
  /** Prepares subject and steps. */
  load(): { readonly lockstep: Lockstep; readonly steps: readonly number[] };
}
/** What the names in a trace stand for. */
export interface Known {
  readonly backends: readonly Backend[];
  readonly presets: readonly Preset[];
  readonly properties: readonly Property[];
  /** The mistake under an id. */
  readonly mistake: (id: string, subject: SubjectName, backend: Backend, where: string) => Mistake;
}

/** Entries in one world share what is compiled for it. */
const shared = new WeakMap<Known, Map<string, Setup>>();
function sharedSetup(known: Known, subject: SubjectName, backend: Backend, preset: Preset): Setup {
  const setups = shared.get(known) ?? new Map<string, Setup>();
  shared.set(known, setups);
  const key = JSON.stringify([subject, backend.id, preset.id, preset.readings]);
  const setup = setups.get(key) ?? setupFor(subject, backend, preset, known.properties);
  setups.set(key, setup);
  return setup;
}

/** The stored traces of some folders, by name; a folder that is not there holds none. */
export function corpusFiles(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => {
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch {
      return [];
    }
    return names
      .filter((n) => n.endsWith('.json'))
      .sort()
      .map((n) => join(folder, n));
  });
}

/** One stored trace. What it names and we do not know is a UsageError. */
export function corpusEntry(file: string, known: Known): CorpusEntry {
  const trace = readTrace(file);
  const named = <T extends { readonly id: string }>(
    kind: string,
    id: string,
    all: readonly T[],
  ): T => {
    const found = all.find((x) => x.id === id);
    if (found !== undefined) return found;
    throw new UsageError(
      `no ${kind} is called ${JSON.stringify(id)}`,
      `in ${file}`,
      `expected one of ${all.map((x) => x.id).join(', ')}`,
    );
  };
  const backend = named('backend', trace.backend, known.backends);
  const preset = named('preset', trace.preset, known.presets);
  return {
    file,
    trace,
    load: () => {
      const { subject, mutant, readings } = trace;
      const setup = sharedSetup(known, subject, backend, withReadings(preset, readings));
      const mistake =
        mutant === null ? undefined : known.mistake(mutant, subject, backend, `in ${file}`);
      return {
        lockstep: new Lockstep(setup, subjectOf(subject, setup, mistake)),
        steps: stepsToAttempts(trace, setup.attempts, file),
      };
    },
  };
}
