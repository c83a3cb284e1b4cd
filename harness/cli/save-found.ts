import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Attempt } from '../../model/step.ts';
import type { CheckReport, FoundReport } from '../result.ts';
import { type Trace, traceFileName, writeTrace } from '../trace.ts';
import { attemptsToSteps } from '../trace-steps.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** A found failure as a trace that can be replayed. */
function traceOf(f: FoundReport, r: CheckReport, attempts: readonly Attempt[]): Trace {
  return {
    format: 'tdicheck-trace',
    version: 1,
    tool: version(),
    backend: r.backend,
    preset: r.preset,
    readings: f.readings,
    subject: r.subject as Trace['subject'],
    mutant: r.mutant,
    property: f.property,
    difference: f.property === null,
    seed: r.seed,
    path: f.path,
    found: { sequences: f.sequence, steps: f.foundLength },
    steps: attemptsToSteps(f.steps, attempts),
  };
}

/** Writes a found failure into a folder; gives the file, relative to the working directory. */
export function saveFound(
  f: FoundReport,
  r: CheckReport,
  attempts: readonly Attempt[],
  folder: string,
): string {
  return saveTrace(traceOf(f, r, attempts), folder);
}

/** Writes a trace into a folder; gives the file, relative to the working directory. */
export function saveTrace(trace: Trace, folder: string): string {
  const path = join(folder, traceFileName(trace));
  mkdirSync(folder, { recursive: true });
  writeTrace(path, trace);
  return relative(process.cwd(), path) || path;
}

/** A finding with the file that `save` writes for it. It is not lost because it cannot be written. */
export function withFile<T extends { readonly file: string | null }>(
  finding: T,
  save: () => string,
  terminal: Terminal,
): T {
  try {
    return { ...finding, file: save() };
  } catch (error) {
    terminal.err(
      `tdicheck: the counterexample could not be written: ${(error as Error).message}\n`,
    );
    return finding;
  }
}
