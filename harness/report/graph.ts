/** An abstract state graph as DOT and as SVG. */
import type { AbstractGraph, GraphEdge, GraphNode } from '../explore/graph.ts';
import { grouped } from './grouped.ts';
import { type Corner, placed, type Size } from './layered.ts';

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
const CHAR = 8;
const LINE = 16;
const PAD = 10;
/** Of the label of an edge. */
const SMALL_CHAR = 6;
const SMALL_LINE = 12;
const longest = (lines: readonly string[]): number => Math.max(...lines.map((l) => l.length));

/** A picture that needs no other tool: layers by distance from power-on, from top to bottom. */
export function svgText({ nodes, edges }: AbstractGraph): string {
  const sizes = nodes.map((n) => {
    const lines = linesOf(n);
    return { width: longest(lines) * CHAR + 2 * PAD, height: lines.length * LINE + 2 * PAD };
  });
  const depths = [...new Set(nodes.map((n) => n.depth))].toSorted((a, b) => a - b);
  const layers = nodes.map((n) => depths.indexOf(n.depth));
  const arcs = edges.map((e) => {
    const lines = labelOf(e);
    const size = { width: longest(lines) * SMALL_CHAR, height: lines.length * SMALL_LINE };
    return { from: e.from, to: e.to, size };
  });
  const at = placed(sizes, layers, arcs);
  const isDown = (e: GraphEdge): boolean => (layers[e.from] ?? 0) < (layers[e.to] ?? 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at.width} ${at.height}" width="${at.width}" height="${at.height}" font-family="sans-serif" font-size="12">`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#555"/></marker></defs>',
    `<rect width="${at.width}" height="${at.height}" fill="#fff"/>`,
    ...edges.map((e, i) => edgeText(e, at.arcs[i]?.points ?? [], isDown(e))),
    ...nodes.map((n, i) => boxText(n, at.boxes[i] as Corner & Size, i === 0)),
    '<g font-size="10" stroke="#fff" stroke-width="3" paint-order="stroke">',
    ...edges.map((e, i) => labelText(e, at.arcs[i]?.label as Corner, isDown(e))),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function boxText(
  node: GraphNode,
  { x, y, width, height }: Corner & Size,
  isFirst: boolean,
): string {
  const lines = linesOf(node);
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="#f4f6fa" stroke="#345" stroke-width="${isFirst ? 2.5 : 1}"/>`;
  const texts = lines.map(
    (l, i) =>
      `<text x="${x + width / 2}" y="${y + PAD + LINE * i + 12}" text-anchor="middle" fill="${i === lines.length - 1 ? '#777' : '#123'}">${escaped(l)}</text>`,
  );
  return [rect, ...texts].join('');
}
/** Straight up, down and across, and curves where both coordinates change. */
function edgeText(e: GraphEdge, points: readonly Corner[], isDown: boolean): string {
  const pieces = points.map(({ x, y }, i) => {
    const last = points[i - 1];
    if (last === undefined) return `M${x},${y}`;
    if (last.x === x) return last.y === y ? '' : `V${y}`;
    if (last.y === y) return `H${x}`;
    const bend = (last.y + y) / 2;
    return `C${last.x},${bend} ${x},${bend} ${x},${y}`;
  });
  return `<g><title>${escaped(e.rules.join('\n'))}</title><path d="${pieces.join(' ')}" fill="none" stroke="${isDown ? '#555' : '#a66'}" marker-end="url(#tip)"/></g>`;
}
function labelText(e: GraphEdge, { x, y }: Corner, isDown: boolean): string {
  const lines = labelOf(e).map(
    (l, i) => `<tspan x="${x}" y="${y + SMALL_LINE * i + 9}">${escaped(l)}</tspan>`,
  );
  return `<text fill="${isDown ? '#333' : '#844'}">${lines.join('')}</text>`;
}
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => ENTITIES[c] ?? c);
