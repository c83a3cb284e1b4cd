import type { Backend } from '../../model/author.ts';
import { PCI_FACETS } from '../../model/fields.ts';
import type { Attempt } from '../../model/step.ts';
import { lackedBy, type Preset, type Readings, withReadings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Property } from '../../properties/property.ts';
import { check } from '../check.ts';
import type { CorpusEntry } from '../corpus.ts';
import { UsageError } from '../errors.ts';
import { faultsOf } from '../faults.ts';
import { ALL_PROFILES } from '../generate.ts';
import { counted } from '../report/grouped.ts';
import { reportJson } from '../report/json.ts';
import { summaryText } from '../report/summary/summary.ts';
import { membersOf } from '../report/world-text.ts';
import type { CheckReport, FoundReport } from '../result.ts';
import type { SubjectName } from '../subject.ts';
import { setupFor, subjectOf } from '../subjects.ts';
import { backendFor } from './backend-for.ts';
import { corpusFor, storedRunsFor } from './corpus-for.ts';
import {
  DEFAULT_BACKEND,
  DEFAULT_BUDGET,
  DEFAULT_OUT,
  DEFAULT_STACK_BUDGET,
  SAMPLED_PRESETS,
} from './defaults.ts';
import { watchInterrupts } from './interrupt.ts';
import { mistakeNamed } from './mistake-named.ts';
import { propertiesFor } from './options.ts';
import { outputFolder } from './output-folder.ts';
import { pick } from './pick.ts';
import { progressOn } from './progress-on.ts';
import { saveFound, withFile } from './save-found.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';
import { assertJudges, assertSpeaks, backendIdFor, presetOf, readingsFixed } from './world-for.ts';

export interface CheckCommandOptions {
  /** Backend, preset and budget: undefined for what the subject is usually checked with. */
  readonly backend?: string;
  readonly preset?: string;
  readonly seed: number;
  readonly budget?: number;
  readonly subject: SubjectName;
  readonly mutant?: string;
  readonly grep?: RegExp;
  readonly reading?: Partial<Readings>;
  /** A kind of sequences; undefined: the usual mix. */
  readonly profile?: string;
  readonly path?: string;
  readonly out?: string;
  readonly format: 'pretty' | 'json';
  readonly verbose?: boolean;
}

/** `check`: the corpus, a campaign, the planted faults; gives the exit code of the verdict. */
export async function checkCommand(o: CheckCommandOptions, terminal: Terminal): Promise<number> {
  const given = backendIdFor(o.subject, o.backend, o.preset);
  const backend = await backendFor(given);
  assertSpeaks(o.subject, backend);
  const preset = presetOf(o.subject, o.preset);
  const properties = propertiesFor(o.grep, PROPERTIES);
  // What is true under some readings only may be judged in a later round.
  const isOfAll = properties.every((p) => p.readings === undefined);
  const readings = readingsFixed(o.subject, backend, o.reading);
  assertJudges(backend, withReadings(preset, readings), isOfAll ? properties : undefined);
  const mutant = o.mutant === undefined ? undefined : mistakeNamed(o.mutant, o.subject, backend);
  const profiles = o.profile === undefined ? undefined : [pick('profile', o.profile, ALL_PROFILES)];
  const out = outputFolder(o.out, terminal);
  const one = o.path !== undefined;
  const budget = o.budget ?? (o.subject === 'stack' ? DEFAULT_STACK_BUDGET : DEFAULT_BUDGET);
  const corpus = one ? [] : corpusWithout(o, properties, backend, terminal);

  const progress = await progressOn(terminal);
  const interrupts = watchInterrupts(() => {
    // The panel must not redraw over the line.
    progress.end();
    terminal.err('tdicheck: ending; Ctrl-C again ends at once\n');
  });
  let report: CheckReport;
  try {
    report = await check({
      backend,
      preset,
      properties,
      readings,
      seed: o.seed,
      // A path names one sequence; without a budget of one the campaign would go on behind it.
      budget: one ? 1 : budget,
      subject: o.subject,
      ...(mutant === undefined ? {} : { mutant }),
      ...(profiles === undefined ? {} : { profiles }),
      ...(o.path === undefined ? {} : { path: o.path }),
      corpus,
      storedRuns: one ? [] : storedRunsFor(properties, backend),
      // Faults are planted in rules, and the stack runs none.
      planted:
        one || o.subject === 'stack'
          ? []
          : faultsOf(backend).filter((f) => named(f.properties, properties)),
      onProgress: progress.update,
      stopped: interrupts.stopped,
    });
  } finally {
    interrupts.release();
    progress.end();
  }
  const rounds = report.rounds.length;
  if (one && Number(o.path?.split(':')[0]) >= rounds)
    throw new UsageError(
      `--path cannot be ${JSON.stringify(o.path)}`,
      `expected a round from 0 to ${rounds - 1}, as these readings have`,
    );
  const { attempts } = setupFor(o.subject, backend, preset, properties);
  const saved = out === undefined ? report : withFiles(report, attempts, out, terminal);
  terminal.out(
    o.format === 'json'
      ? reportJson(saved, version(), attempts)
      : summaryText(saved, {
          version: version(),
          backend: given,
          assumed: assumedText(o, given, preset),
          preset,
          lacks: lackedBy(backend, preset),
          world: backend.facets ?? PCI_FACETS,
          members: membersOf(attempts, preset),
          readings,
          grep: o.grep?.source,
          profile: o.profile,
          verbose: o.verbose ?? false,
          columns: terminal.columns,
          paint: terminal.paint,
          subjectFor: (r) => {
            const setup = setupFor(o.subject, backend, withReadings(preset, r), properties);
            return { setup, subject: subjectOf(o.subject, setup, mutant) };
          },
        }),
  );
  return saved.exitCode;
}

/** Why the backend is another than most checks have, where nobody named it. */
const assumedText = (o: CheckCommandOptions, id: string, preset: Preset): string | undefined =>
  o.backend !== undefined || o.subject === 'stack' || id === DEFAULT_BACKEND
    ? undefined
    : `without --backend, preset ${preset.id} is checked with ${id}; ${SAMPLED_PRESETS.join(' and ')} are with ${DEFAULT_BACKEND}`;

/** The stored traces to replay; tells of those that are for another check. */
function corpusWithout(
  o: CheckCommandOptions,
  properties: readonly Property[],
  backend: Backend,
  terminal: Terminal,
): readonly CorpusEntry[] {
  const { entries, ofOthers } = corpusFor(o.out ?? DEFAULT_OUT, properties, backend);
  if (ofOthers.length > 0)
    terminal.err(
      `tdicheck: ${counted(ofOthers.length, 'stored trace')} of other backends not replayed\n`,
    );
  return entries;
}
/** Whether one of these properties is among those that are judged. */
const named = (ids: readonly string[], properties: readonly Property[]): boolean =>
  properties.some((p) => ids.includes(p.id));

/** Writes what was found. */
function withFiles(
  r: CheckReport,
  attempts: readonly Attempt[],
  folder: string,
  terminal: Terminal,
): CheckReport {
  const save = (f: FoundReport): FoundReport =>
    withFile(f, () => saveFound(f, r, attempts, folder), terminal);
  return { ...r, violations: r.violations.map(save), differences: r.differences.map(save) };
}
