/**
 * The graph of a finished search: all of it in the Aldebaran format, or what is left of it when only some fields are looked at.
 *
 * In the abstract graph a node is a setting of the chosen fields, and an edge says by which rules some state with the one
 * setting has a successor with the other. So a way through it need not be one that can be gone.
 */
import { attemptOf, type Engine, type Exploration, viewOf } from '../../impl/engine/index.ts';
import type { Attempt } from '../../model/step.ts';
import type { SCHEMA, World } from '../../model/world.ts';
import { attemptText } from '../report/attempt-text.ts';
import type { Setup } from '../setup.ts';
import { everyName, tell } from '../telling.ts';
import { StateIndex } from './state-index.ts';

export interface GraphNode {
  /** What the chosen fields hold, one line each. */
  readonly lines: readonly string[];
  /** Steps from power-on to the nearest of its states. */
  readonly depth: number;
  /** How many states have this setting. */
  readonly states: number;
}
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** The ids of the rules, in order of the alphabet. */
  readonly rules: readonly string[];
}
/** Node 0 has the state at power-on. */
export interface AbstractGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The names of the fields of a preset, "group.field" without members, that have a value to tell. */
export const fieldsOf = ({ preset, layout }: Setup): readonly string[] => [
  ...new Set(
    everyName(preset)
      .map(withoutMembers)
      .filter((f) => layout.columns.get(f)?.bits !== 0),
  ),
];
const withoutMembers = (name: string): string =>
  name.replace(/^([^.]+)\..*?([^.]+)$/, (_, group: string, field: string) => `${group}.${field}`);

/** The graph of some fields; undefined: it has more than so many nodes. */
export function abstractGraph(
  setup: Setup,
  engine: Engine,
  found: Exploration,
  fields: readonly string[],
  nodesMax: number,
): AbstractGraph | undefined {
  const names = everyName(setup.preset).filter((name) => fields.includes(withoutMembers(name)));
  const { state, bind } = viewOf<typeof SCHEMA, World>(setup.layout);
  const view: World = Object.assign(state, { readings: setup.preset.readings });
  const nodes: { lines: readonly string[]; depth: number; states: number }[] = [];
  const numbers = new Map<string, number>();
  const states = new StateIndex(found, engine.stride - 1);
  const nodeOf = new Int32Array(states.count);
  for (let n = 0, depth = 0, end = 0; n < states.count; n++) {
    while (n >= end + (found.levels[depth] as number)) end += found.levels[depth++] as number;
    bind(found.words(n));
    const lines = names.map((name) => `${name} ${tell(setup.preset, view, name)}`);
    const key = lines.join();
    const known = numbers.get(key) ?? nodes.length;
    if (known === nodes.length) {
      if (known === nodesMax) return undefined;
      numbers.set(key, known);
      nodes.push({ lines, depth, states: 0 });
    }
    (nodes[known] as { states: number }).states++;
    nodeOf[n] = known;
  }
  const edges = new Map<number, { from: number; to: number; rules: Set<string> }>();
  eachStep(engine, states, (n, to, via) => {
    const [a, b] = [nodeOf[n] as number, nodeOf[to] as number];
    if (a === b) return;
    const edge = edges.get(a * nodesMax + b) ?? { from: a, to: b, rules: new Set() };
    edges.set(a * nodesMax + b, edge);
    edge.rules.add(setup.attempts[attemptOf(via)]?.rule.id ?? '');
  });
  const sorted = [...edges.values()].toSorted((x, y) => x.from - y.from || x.to - y.to);
  return { nodes, edges: sorted.map((e) => ({ ...e, rules: [...e.rules].toSorted() })) };
}

/**
 * All of it as Aldebaran (.aut, as CADP and mCRL2 read it), in pieces. State 0 is that at power-on; a label is an attempt. Steps that
 * change nothing are left out.
 */
export function* aldebaran(
  attempts: readonly Attempt[],
  engine: Engine,
  found: Exploration,
): Generator<string> {
  const states = new StateIndex(found, engine.stride - 1);
  const labels = attempts.map((a) => JSON.stringify(attemptText(a)));
  yield `des (0, ${found.transitions}, ${found.states})\n`;
  let lines: string[] = [];
  for (let n = 0; n < states.count; n++) {
    stepsFrom(engine, states, n, (to, via) => {
      lines.push(`(${n}, ${labels[attemptOf(via)]}, ${to})\n`);
    });
    if (lines.length < LINES) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
/** Lines in a piece. */
const LINES = 4096;

function eachStep(
  engine: Engine,
  states: StateIndex,
  tell: (from: number, to: number, via: number) => void,
): void {
  for (let n = 0; n < states.count; n++)
    stepsFrom(engine, states, n, (to, via) => tell(n, to, via));
}
const outs = new WeakMap<Engine, Int32Array>();
function stepsFrom(
  engine: Engine,
  states: StateIndex,
  n: number,
  tell: (to: number, via: number) => void,
): void {
  const out = outs.get(engine) ?? new Int32Array(engine.succLengthMax);
  outs.set(engine, out);
  const end = engine.succ(states.words, n * states.width, out);
  for (let j = 0; j < end; j += engine.stride)
    tell(states.numberOf(out, j), out[j + engine.stride - 1] as number);
}
