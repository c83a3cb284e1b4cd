/** An abstract state graph as DOT and as SVG. */
import type { AbstractGraph, GraphEdge, GraphNode } from '../explore/graph.ts';
import { grouped } from './grouped.ts';

/** Of the rules on an edge so many are named. */
const RULES_MAX = 3;
function labelOf({ rules }: GraphEdge): readonly string[] {
  const more = rules.length - RULES_MAX;
  return more > 0 ? [...rules.slice(0, RULES_MAX), `and ${more} more`] : rules;
}
const linesOf = ({ lines, states }: GraphNode): readonly string[] => [
  ...lines,
  `${grouped(states)} ${states === 1 ? 'state' : 'states'}`,
];

/** For Graphviz. */
export function dotText({ nodes, edges }: AbstractGraph): string {
  const quoted = (lines: readonly string[]): string =>
    `"${lines.map((l) => l.replace(/["\\]/g, '\\$&')).join('\\n')}"`;
  return [
    'digraph states {',
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map(
      (n, i) => `  n${i} [label=${quoted(linesOf(n))}${i === 0 ? ', penwidth=2' : ''}];`,
    ),
    ...edges.map((e) => `  n${e.from} -> n${e.to} [label=${quoted(labelOf(e))}];`),
    '}',
    '',
  ].join('\n');
}

// All in pixels.
const CHAR = 7;
const LINE = 16;
const PAD = 10;
const GAP = 60;
/** Room between layers: labels of edges are there. */
const LAYER_GAP = 130;
/** So many times the nodes of each layer are put in the order of what leads to them. */
const SWEEPS = 4;

interface Box {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

/** A picture that needs no other tool: layers by distance from power-on, from top to bottom. */
export function svgText(graph: AbstractGraph): string {
  const boxes = laidOut(graph);
  const right = Math.max(...boxes.map((b) => b.x + b.width / 2)) + GAP;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height / 2)) + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right} ${bottom}" width="${right}" height="${bottom}" font-family="sans-serif" font-size="12">`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#555"/></marker></defs>',
    `<rect width="${right}" height="${bottom}" fill="#fff"/>`,
    ...graph.edges.map((e) => edgeText(e, boxes)),
    ...boxes.map((b, i) => boxText(b, i === 0)),
    '</svg>',
    '',
  ].join('\n');
}

/** Places the nodes: a layer for each distance that occurs, in each the order that its predecessors have. */
function laidOut({ nodes, edges }: AbstractGraph): readonly Box[] {
  const boxes = nodes.map((node): Box => {
    const lines = linesOf(node);
    const width = Math.max(...lines.map((l) => l.length)) * CHAR + 2 * PAD;
    return { node, width, height: lines.length * LINE + 2 * PAD, x: 0, y: 0 };
  });
  const depths = [...new Set(nodes.map((n) => n.depth))].toSorted((a, b) => a - b);
  const layers = depths.map((d) => boxes.filter((b) => b.node.depth === d));
  const inLine = (layer: readonly Box[]): void => {
    let x = GAP;
    for (const b of layer) {
      b.x = x + b.width / 2;
      x += b.width + GAP;
    }
  };
  let y = GAP;
  for (const layer of layers) {
    const height = Math.max(...layer.map((b) => b.height));
    for (const b of layer) b.y = y + height / 2;
    y += height + LAYER_GAP;
    inLine(layer);
  }
  const before = boxes.map((_, i) => edges.filter((e) => e.to === i).map((e) => boxes[e.from]));
  const mean = (b: Box): number => {
    const from = (before[boxes.indexOf(b)] ?? []).filter((x) => x !== undefined && x.y < b.y);
    return from.length === 0 ? b.x : from.reduce((sum, x) => sum + (x?.x ?? 0), 0) / from.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const layer of layers) {
      const means = new Map(layer.map((b) => [b, mean(b)]));
      layer.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
      inLine(layer);
    }
  return boxes;
}

function boxText(b: Box, isFirst: boolean): string {
  const lines = linesOf(b.node);
  const top = b.y - b.height / 2;
  const rect = `<rect x="${b.x - b.width / 2}" y="${top}" width="${b.width}" height="${b.height}" rx="8" fill="#f4f6fa" stroke="#345" stroke-width="${isFirst ? 2.5 : 1}"/>`;
  const texts = lines.map(
    (l, i) =>
      `<text x="${b.x}" y="${top + PAD + LINE * i + 12}" text-anchor="middle" fill="${i === lines.length - 1 ? '#777' : '#123'}">${escaped(l)}</text>`,
  );
  return [rect, ...texts].join('');
}
/** Edges down and edges back lie beside each other; those within a layer go through the gap above it. */
function edgeText(e: GraphEdge, boxes: readonly Box[]): string {
  const from = boxes[e.from] as Box;
  const to = boxes[e.to] as Box;
  const isDown = to.y > from.y;
  const isBack = to.y < from.y;
  const side = isDown ? -1 : 1;
  const x1 = from.x + (side * from.width) / 5;
  const x2 = to.x + (side * to.width) / 5;
  const y1 = from.y + (isDown ? from.height / 2 : -from.height / 2);
  const y2 = isBack ? to.y + to.height / 2 : to.y - to.height / 2;
  const bend = isDown || isBack ? (y1 + y2) / 2 : Math.min(y1, y2) - LAYER_GAP / 2;
  const path = `M${x1},${y1} C${x1},${bend} ${x2},${bend} ${x2},${y2}`;
  const [x, y] = [(x1 + x2) / 2, isDown || isBack ? bend : (y1 + 3 * bend) / 4];
  const label = labelOf(e).map(
    (l, i) => `<tspan x="${x}" dy="${i === 0 ? 0 : 11}">${escaped(l)}</tspan>`,
  );
  return `<g><title>${escaped(e.rules.join('\n'))}</title><path d="${path}" fill="none" stroke="${isDown ? '#555' : '#a66'}" marker-end="url(#tip)"/><text x="${x}" y="${y}" font-size="10" text-anchor="middle" fill="${isDown ? '#333' : '#844'}">${label.join('')}</text></g>`;
}
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => ENTITIES[c] ?? c);
