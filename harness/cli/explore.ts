import { createLogUpdate } from 'log-update';
import { PRESETS, type Readings, withReadings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { UsageError } from '../errors.ts';
import { type ExploreReport, type ExploreViolation, exploreRun } from '../explore/run.ts';
import { exploreText } from '../report/explore.ts';
import { exploreProgress, type Shows } from '../report/explore-progress.ts';
import type { Setup } from '../setup.ts';
import { engineSubject } from '../subject.ts';
import type { Trace } from '../trace.ts';
import { attemptsToSteps } from '../trace-steps.ts';
import { backendFor } from './backend-for.ts';
import { watchInterrupts } from './interrupt.ts';
import { mutantNamed } from './mutant-named.ts';
import { propertiesFor, readingsFor } from './options.ts';
import { outputFolder } from './output-folder.ts';
import { pick } from './pick.ts';
import { saveTrace, withFile } from './save-found.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';
import { assertJudges, searchedBackendFor } from './world-for.ts';

export interface ExploreCommandOptions {
  /** Undefined: that of the slice. */
  readonly backend?: string;
  readonly preset: string;
  readonly mutant?: string;
  readonly grep?: RegExp;
  readonly reading?: Partial<Readings>;
  readonly states?: number;
  /** MiB. */
  readonly memory?: number;
  readonly workers?: number;
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly out?: string;
  /** The id of a reach property. */
  readonly witness?: string;
  readonly lockstep?: boolean;
  readonly symmetry?: boolean;
  readonly format: 'pretty' | 'json';
}
const MIB = 2 ** 20;
const CHECKPOINT_MS = 30_000;
/** Options that mean nothing where one run is sought. */
const IGNORED = ['lockstep', 'workers', 'grep'] as const;

/** `explore`: everything that can be reached; gives the exit code of the verdict. */
export async function exploreCommand(
  o: ExploreCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const preset = pick('preset', o.preset, PRESETS);
  const given = searchedBackendFor(o.backend, preset.id);
  const backend = await backendFor(given);
  const properties = propertiesFor(o.grep, PROPERTIES);
  const mutant = o.mutant === undefined ? undefined : mutantNamed(o.mutant, backend);
  const unheard = o.witness === undefined ? undefined : IGNORED.find((name) => o[name]);
  if (unheard !== undefined)
    throw new UsageError(
      `--witness and --${unheard} exclude each other`,
      'one thread searches for one run, of the one property that is named',
    );
  for (const name of ['checkpoint', 'resume'] as const)
    if (o[name] === '')
      throw new UsageError(`--${name} cannot be ""`, 'expected the name of a file');
  if (o.symmetry && o.lockstep)
    throw new UsageError(
      '--symmetry and --lockstep exclude each other',
      'model and engine are compared at every state, not at one for all its renamings',
    );
  if (o.checkpoint !== undefined && o.resume !== undefined)
    throw new UsageError(
      '--checkpoint and --resume exclude each other',
      '--resume goes on keeping the search in the file that it is given',
    );
  const readings = readingsFor(backend, o.reading);
  const isJudged = o.lockstep !== true && o.witness === undefined;
  assertJudges(backend, withReadings(preset, readings), isJudged ? properties : undefined);
  const file = o.resume ?? o.checkpoint;
  if (o.witness !== undefined && file !== undefined)
    throw new UsageError(
      '--witness and --checkpoint or --resume exclude each other',
      'the search for one run is not kept',
    );
  const out = outputFolder(o.out, terminal);
  const interrupts = watchInterrupts(() =>
    terminal.err('tdicheck: ending; Ctrl-C again ends at once\n'),
  );
  const progress = exploreProgress(shownOn(terminal), () => performance.now());
  try {
    const where = {
      backend,
      preset,
      readings,
      ...(mutant === undefined ? {} : { mutant }),
      ...(o.states === undefined ? {} : { statesMax: o.states }),
      ...(o.memory === undefined ? {} : { bytesMax: o.memory * MIB }),
      isSymmetric: o.symmetry === true,
      stopped: interrupts.stopped,
      onProgress: progress.update,
      onPhase: progress.phase,
    };
    if (o.witness !== undefined) {
      const { witnessCommand } = await import('./witness.ts');
      return await witnessCommand(o.witness, where, o.format, terminal);
    }
    const { report, setup } = await exploreRun({
      ...where,
      properties,
      ...(o.workers === undefined ? {} : { workers: o.workers }),
      ...(file === undefined
        ? {}
        : { checkpoint: { file, every: CHECKPOINT_MS, isResumed: o.resume !== undefined } }),
      lockstep: o.lockstep === true,
    });
    progress.end();
    const save = (v: ExploreViolation): ExploreViolation =>
      out === undefined
        ? v
        : withFile(v, () => saveTrace(traceOf(v, report, setup), out), terminal);
    const r = { ...report, violations: report.violations.map(save) };
    const subject = engineSubject(setup, mutant?.rules(setup.rules) ?? setup.rules);
    terminal.out(
      o.format === 'json'
        ? json(r, setup)
        : exploreText(r, {
            version: version(),
            backend: given,
            given: { backend: o.backend, readings: o.reading ?? {} },
            setup,
            subject,
            columns: terminal.columns,
            paint: terminal.paint,
          }),
    );
    return r.exitCode;
  } finally {
    progress.end();
    interrupts.release();
  }
}

function json(r: ExploreReport, setup: Setup): string {
  const violations = r.violations.map((v) => ({
    ...v,
    steps: attemptsToSteps(v.steps, setup.attempts),
  }));
  return `${JSON.stringify({ version: version(), ...r, violations }, undefined, 2)}\n`;
}

/** A shortest trace as one that can be replayed. */
function traceOf(v: ExploreViolation, r: ExploreReport, setup: Setup): Trace {
  return {
    format: 'tdicheck-trace',
    version: 1,
    tool: version(),
    backend: r.backend,
    preset: r.preset,
    readings: r.readings,
    subject: 'engine',
    mutant: r.mutant,
    property: v.property,
    difference: v.property === null,
    seed: null,
    path: null,
    found: null,
    note: 'The shortest there is: found by exploring all that can be reached.',
    steps: attemptsToSteps(v.steps, setup.attempts),
  };
}

/** Where it is shown how far an exploration is. */
function shownOn(terminal: Terminal): Shows {
  if (!terminal.live) return { write: terminal.err };
  const draw = createLogUpdate(process.stderr);
  return { draw, clear: draw.clear };
}
