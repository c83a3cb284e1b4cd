// Goal: the picture says what the graph says. Method: the paths in it are followed in steps of a few pixels; each begins and
// ends at the boxes that DOT names and meets no box and no label on its way.
import { describe, expect, test } from 'vitest';
import { ask } from '../cli/cli.fixture.ts';
import type { AbstractGraph } from '../explore/graph.ts';
import { dotText, svgText } from './graph.ts';

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
type Point = readonly [number, number];
const numbers = (text: string): readonly number[] => (text.match(/-?[\d.]+/g) ?? []).map(Number);

const boxesOf = (svg: string): readonly Area[] =>
  [...svg.matchAll(/<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/g)].map((found) => {
    const [x = 0, y = 0, width = 0, height = 0] = found.slice(1).map(Number);
    return { left: x, top: y, right: x + width, bottom: y + height };
  });
/** By what letters of ten pixels take. */
const labelsOf = (svg: string): readonly Area[] =>
  [...svg.matchAll(/<text fill="[^"]*">(.*?)<\/text>/g)].map(([, text = '']) => {
    const lines = [...text.matchAll(/x="(.*?)" y="(.*?)">(.*?)</g)].map(([, x, y, l = '']) => ({
      ...{ left: Number(x), top: Number(y) - 8, bottom: Number(y) + 2 },
      right: Number(x) + 5.8 * l.length,
    }));
    return {
      left: Math.min(...lines.map((l) => l.left)),
      top: Math.min(...lines.map((l) => l.top)),
      right: Math.max(...lines.map((l) => l.right)),
      bottom: Math.max(...lines.map((l) => l.bottom)),
    };
  });
/** Points along a path. */
function along(d: string): readonly Point[] {
  const points: Point[] = [];
  const STEPS = 60;
  for (const [piece] of d.matchAll(/[MVHC][^MVHC]*/g)) {
    const n = numbers(piece);
    const [x, y] = points.at(-1) ?? [0, 0];
    const [a = 0, b = 0] = n;
    const line = (tx: number, ty: number): readonly number[] => [x, y, tx, ty, tx, ty];
    const kind = piece[0];
    if (kind === 'M') points.push([a, b]);
    else {
      const curve = kind === 'V' ? line(x, a) : kind === 'H' ? line(a, y) : n;
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = curve;
      for (let i = 1; i <= STEPS; i++) {
        const t = i / STEPS;
        const at = (p0: number, p1: number, p2: number, p3: number): number =>
          (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t ** 2 * p2 + t ** 3 * p3;
        points.push([at(x, x1, x2, x3), at(y, y1, y2, y3)]);
      }
    }
  }
  return points;
}
const pathsOf = (svg: string): readonly (readonly Point[])[] =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d = '']) => along(d));

const holds = (a: Area, [x, y]: Point, by = 0.5): boolean =>
  x > a.left + by && x < a.right - by && y > a.top + by && y < a.bottom - by;
const overlap = (a: Area, b: Area): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const indicesOf = <T>(all: readonly T[], is: (one: T) => boolean): readonly number[] =>
  all.flatMap((one, i) => (is(one) ? [i] : []));

/** What is wrong with a picture. */
function faultsOf(svg: string): readonly string[] {
  const [boxes, labels, paths] = [boxesOf(svg), labelsOf(svg), pathsOf(svg)];
  const [width = 0, height = 0] = numbers(svg.match(/viewBox="0 0 (.*?)"/)?.[1] ?? '');
  const page = { left: 0, top: 0, right: width, bottom: height };
  return [
    ...(labels.length === paths.length ? [] : ['an edge has no label']),
    ...paths.flatMap((points, i) => [
      ...indicesOf(boxes, (b) => points.some((p) => holds(b, p))).map((b) => `path ${i} box ${b}`),
      ...indicesOf(labels, (l) => points.some((p) => holds(l, p))).map(
        (l) => `path ${i} label ${l}`,
      ),
      ...(points.every((p) => holds(page, p)) ? [] : [`path ${i} leaves the page`]),
    ]),
    ...labels.flatMap((label, i) => [
      ...indicesOf(boxes, (b) => overlap(label, b)).map((b) => `label ${i} box ${b}`),
      ...indicesOf(labels.slice(i + 1), (l) => overlap(label, l)).map(
        (l) => `label ${i} label ${l + i + 1}`,
      ),
      ...(label.right <= page.right && label.bottom <= page.bottom ? [] : [`label ${i} page`]),
    ]),
    ...boxes.flatMap((box, i) =>
      indicesOf(boxes.slice(i + 1), (b) => overlap(box, b)).map((b) => `box ${i} box ${b + i + 1}`),
    ),
  ];
}
/** The boxes between which the paths lead: on whose borders they begin and end. */
function endsOf(svg: string): readonly string[] {
  const boxes = boxesOf(svg);
  const at = (p: Point | undefined): string =>
    p === undefined ? '' : indicesOf(boxes, (b) => holds(b, p, -0.5)).join();
  return pathsOf(svg).map((points) => `n${at(points[0])} -> n${at(points.at(-1))}`);
}
const stepsOf = (dot: string): readonly string[] => dot.match(/n\d+ -> n\d+/g) ?? [];

describe('the picture', () => {
  test('as it is without options', async () => {
    const svg = await ask('graph', '--backend', 'base', '--format', 'svg');
    const dot = await ask('graph', '--backend', 'base');
    expect(pathsOf(svg.out).length).toBeGreaterThan(5);
    expect(faultsOf(svg.out)).toEqual([]);
    expect(endsOf(svg.out)).toEqual(stepsOf(dot.out));
  });

  test('of two fields', async () => {
    const fields = ['--fields', 'tdi.state,tsm.cached'];
    const svg = await ask('graph', '--backend', 'base', '--format', 'svg', ...fields);
    expect(pathsOf(svg.out).length).toBeGreaterThan(15);
    expect(faultsOf(svg.out)).toEqual([]);
  });

  test.each(Array.from({ length: 30 }, (_, i) => [i + 1] as const))(
    'of a graph by chance, %i',
    (seed) => {
      const graph = someGraph(seed);
      const svg = svgText(graph);
      expect(faultsOf(svg)).toEqual([]);
      expect(endsOf(svg)).toEqual(stepsOf(dotText(graph)));
      expect(svgText(graph)).toBe(svg);
    },
  );
});

/** With edges over many layers, back, within one layer and from a node to itself. */
function someGraph(seed: number): AbstractGraph {
  let state = seed;
  const below = (n: number): number => {
    state = (state * 48271) % 0x7fffffff;
    return state % n;
  };
  const size = 2 + below(14);
  const nodes = Array.from({ length: size }, (_, i) => ({
    lines: Array.from({ length: 1 + below(3) }, () => 'x'.repeat(1 + below(24))),
    depth: i === 0 ? 0 : below(6),
    states: 1 + below(2000),
  }));
  const edges = Array.from({ length: 2 * size }, () => ({
    from: below(size),
    to: below(size),
    rules: Array.from({ length: 1 + below(5) }, () => 'r'.repeat(3 + below(20))),
  }));
  return { nodes, edges: edges.toSorted((a, b) => a.from - b.from || a.to - b.to) };
}
