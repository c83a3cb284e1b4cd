import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { explorePausing, planOf } from '../../impl/engine/index.ts';
import { PRESETS, type Readings, withReadings } from '../../model/world.ts';
import { UsageError } from '../errors.ts';
import { abstractGraph, aldebaran, fieldsOf } from '../explore/graph.ts';
import { dotText, svgText } from '../report/graph.ts';
import { grouped } from '../report/grouped.ts';
import { EXIT } from '../result.ts';
import { setupOf } from '../setup.ts';
import { backendFor } from './backend-for.ts';
import { watchInterrupts } from './interrupt.ts';
import { readingsFor } from './options.ts';
import { pick } from './pick.ts';
import { suggest } from './suggest.ts';
import type { Terminal } from './terminal.ts';
import { assertJudges, searchedBackendFor } from './world-for.ts';

export interface GraphOptions {
  /** Undefined: that of the slice. */
  readonly backend?: string;
  readonly preset: string;
  /** "group.field", separated by commas; undefined: the state of each TDI. */
  readonly fields?: string;
  readonly reading?: Partial<Readings>;
  readonly states: number;
  readonly format: 'dot' | 'svg' | 'aut';
}
/** Nodes that a reader can make something of. */
const NODES_MAX = 200;
const FIELDS = 'tdi.state';

/** Waits until stdout has room; false: its reader has gone away (pipes.ts ends the run for other reasons). */
const isWanted = async (): Promise<boolean> =>
  !process.stdout.writableNeedDrain ||
  once(process.stdout, 'drain').then(
    () => true,
    () => false,
  );

/** What may have been meant: a field that is near, the fields of the group, or the groups. */
function fieldHint(stray: string, known: readonly string[]): string {
  const near = suggest(stray, known);
  const [group = ''] = stray.split('.');
  const fields = known.filter((f) => f.startsWith(`${group}.`));
  if (fields.length > 0 && (near.length === 0 || stray === group))
    return `expected one of ${fields.join(', ')}`;
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  const groups = [...new Set(known.map((f) => f.split('.')[0]))];
  return `expected group.field, for example tdi.state; the groups are ${groups.join(', ')}, and --fields GROUP shows the fields of one`;
}

/** `graph`: the state graph of a preset, on stdout; gives the exit code. */
export async function graphCommand(o: GraphOptions, terminal: Terminal): Promise<number> {
  if (o.format === 'aut' && o.fields !== undefined)
    throw new UsageError(
      '--fields and --format aut exclude each other',
      'aut tells every state and step, whatever the fields; expected --format dot or svg',
    );
  const wanted = pick('preset', o.preset, PRESETS);
  const backend = await backendFor(searchedBackendFor(o.backend, wanted.id));
  const preset = withReadings(wanted, readingsFor(backend, o.reading));
  assertJudges(backend, preset, undefined);
  const draft = setupOf(backend, preset, []);
  const fields = (o.fields ?? FIELDS).split(',').map((f) => f.trim());
  const known = fieldsOf(draft);
  const stray = o.format === 'aut' ? undefined : fields.find((f) => !known.includes(f));
  if (stray !== undefined)
    throw new UsageError(
      `preset ${preset.id} has no field ${JSON.stringify(stray)} that can change`,
      fieldHint(stray, known),
    );
  const interrupts = watchInterrupts(() => terminal.err('tdicheck: ending\n'));
  try {
    const plan = planOf(draft.compiler.engine(draft.attempts));
    const setup = setupOf(backend, preset, [], plan.first);
    const engine = setup.compiler.engine(setup.attempts);
    const options = { plan, stopped: interrupts.stopped, statesMax: o.states };
    const found = await explorePausing(engine, options, () => setImmediate());
    if (found.end === 'stopped') return EXIT.interrupted;
    if (found.end !== 'complete') {
      terminal.err(
        `tdicheck: preset ${preset.id} has more than ${grouped(o.states)} states; nothing was drawn\n  --states N allows more; smaller presets are tiny, relay and td-launch\n`,
      );
      return EXIT.inconclusive;
    }
    if (o.format === 'aut') {
      for (const piece of aldebaran(setup.attempts, engine, found)) {
        if (interrupts.stopped()) return EXIT.interrupted;
        terminal.out(piece);
        if (!(await isWanted())) break;
      }
      return EXIT.holds;
    }
    const graph = abstractGraph(setup, engine, found, fields, NODES_MAX);
    if (graph === undefined)
      throw new UsageError(
        `the graph has more than ${NODES_MAX} nodes`,
        'expected fewer fields, or --format aut for all of it',
      );
    terminal.out(o.format === 'dot' ? dotText(graph) : svgText(graph));
    return EXIT.holds;
  } finally {
    interrupts.release();
  }
}
