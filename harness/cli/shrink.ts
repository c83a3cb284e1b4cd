import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { minimiseFailure } from '../replay.ts';
import { counted } from '../report/grouped.ts';
import type { SubjectName } from '../subject.ts';
import { paceOf } from '../subjects.ts';
import { type Trace, traceFileName, writeTrace } from '../trace.ts';
import { attemptsToSteps } from '../trace-steps.ts';
import { loadTrace } from './load-trace.ts';
import { outputFolder } from './output-folder.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface ShrinkOptions {
  readonly backend?: string;
  readonly subject?: SubjectName;
  readonly out?: string;
  readonly inPlace?: boolean;
  readonly format: 'pretty' | 'json';
}

/** `shrink`: the smallest trace that fails in the same way, in a file of its own. */
export async function shrinkCommand(
  file: string,
  o: ShrinkOptions,
  terminal: Terminal,
): Promise<number> {
  if (o.inPlace === true && o.out !== undefined)
    throw new UsageError(
      '--in-place and --out exclude each other',
      'expected one of them or neither',
    );
  const { trace, setup, lockstep, steps } = await loadTrace(file, {
    subject: o.subject,
    mutant: undefined,
    backend: o.backend,
  });
  const name = o.subject ?? trace.subject;
  const folder = outputFolder(o.out ?? dirname(file), terminal);
  if (folder === undefined) throw new Error(`shrinkCommand: no folder for ${file}`);
  const run = lockstep.run({ steps, results: undefined });
  const property =
    trace.property ?? (trace.difference ? null : (run.violations[0]?.property.id ?? null));
  const fails =
    property === null
      ? run.difference !== undefined
      : run.violations.some((v) => v.property.id === property);
  if (!fails)
    throw new UsageError(
      `the trace does not ${property === null ? 'fail' : `violate ${property}`}, so there is nothing to keep`,
      `in ${file}`,
      trace.mutant === null
        ? 'expected a trace that violates a property or differs from the model'
        : `the rules or the stack may have changed since, so that ${trace.mutant} no longer shows in it: npx tdicheck replay tells what it comes to`,
    );
  // A difference stays a difference, even where a property names the fault by now.
  const failing = property === null ? { ...run, violations: [] } : run;
  const small = minimiseFailure(setup, lockstep, { steps, run: failing }, property, paceOf(name));
  const shorter: Trace = {
    ...trace,
    tool: version(),
    property: small.property,
    difference: small.property === null,
    subject: name,
    preset: setup.preset.id,
    steps: attemptsToSteps(small.steps, setup.attempts),
  };
  const isMinimal = JSON.stringify(small.steps) === JSON.stringify(steps);
  const target = targetFor(file, folder, shorter, o, isMinimal);
  if (target !== undefined) {
    mkdirSync(dirname(target), { recursive: true });
    writeTrace(target, shorter);
  }
  const written = target ?? null;
  terminal.out(
    o.format === 'json'
      ? `${JSON.stringify({ file, from: steps.length, to: small.length, property: small.property, why: small.why, written }, undefined, 2)}\n`
      : `${steps.length} → ${counted(small.length, 'step')}  ${small.property ?? 'difference'}\n` +
          `${small.why}\n` +
          (written === null
            ? 'minimal already; nothing was written\n'
            : `written to ${written}\n  npx tdicheck replay ${written}\n`),
  );
  return 0;
}

/** Where the result goes; undefined: nowhere, it is what the input is already. */
function targetFor(
  file: string,
  folder: string,
  shorter: Trace,
  o: ShrinkOptions,
  isMinimal: boolean,
): string | undefined {
  if (isMinimal && o.out === undefined) return undefined;
  if (o.inPlace === true) return file;
  const target = join(folder, traceFileName(shorter));
  if (!isSame(target, file)) return target;
  if (isMinimal) return undefined;
  throw new UsageError(
    'the result has the name of the input',
    `at ${target}`,
    'expected --in-place, or --out with another folder',
  );
}
/** Whether two names stand for one file. */
const isSame = (a: string, b: string): boolean =>
  existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
