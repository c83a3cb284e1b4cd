import { createLogUpdate } from 'log-update';
import { PRESETS, type Readings, withReadings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { UsageError } from '../errors.ts';
import { type ExploreReport, type ExploreViolation, exploreRun } from '../explore/run.ts';
import { exploreText } from '../report/explore.ts';
import { grouped } from '../report/grouped.ts';
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
const FRAME_MS = 200;
const FIRST_MS = 2000;
const CHECKPOINT_MS = 30_000;

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
  const progress = panel(terminal);
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

type Update = NonNullable<Parameters<typeof exploreRun>[0]['onProgress']>;
/**
 * Guesses the seconds that are left, once levels get smaller: from then on there is about as much to come as there was
 * before. Until then nobody knows.
 */
function estimator(): (p: Parameters<Update>[0], seconds: number) => number | undefined {
  /** The states known at the start of each level. */
  const starts: number[] = [0];
  return ({ depth, states, frontier }, seconds) => {
    while (starts.length <= depth) starts.push(states);
    const sizes = starts.slice(1).map((start, i) => start - (starts[i] as number));
    const peak = sizes.indexOf(Math.max(...sizes));
    if (peak < 0 || peak + 2 > sizes.length - 1) return undefined;
    const half = ((starts[peak] as number) + (starts[peak + 1] as number)) / 2;
    return Math.round((Math.max(frontier, 2 * half - states) * seconds) / states);
  };
}
/** How far the search is, in one line that redraws itself. */
function panel(terminal: Terminal): { update: Update; end: () => void } {
  const began = performance.now();
  const draw = terminal.live ? createLogUpdate(process.stderr) : undefined;
  const estimate = estimator();
  let next = began + FIRST_MS;
  /** States that there were at first: many, if a search is gone on with. */
  let before: number | undefined;
  return {
    update: (p) => {
      const { depth, states, transitions, frontier, bytes } = p;
      const now = performance.now();
      before ??= states;
      const left = estimate(p, (now - began) / 1000);
      if (now < next) return;
      next = now + (draw === undefined ? 10 * FIRST_MS : FRAME_MS);
      const rate = Math.round((states - before) / ((now - began) / 1000));
      const text =
        `${grouped(states)} states · ${grouped(transitions)} transitions · depth ${depth} · ` +
        `frontier ${grouped(frontier)} · ${grouped(rate)} states/s · ${Math.round(bytes / MIB)} MiB` +
        (left === undefined ? '' : ` · perhaps ${grouped(left)} s left`);
      if (draw === undefined) terminal.err(`tdicheck: ${text}\n`);
      else draw(`${text} · Ctrl-C ends`);
    },
    end: () => draw?.clear(),
  };
}
