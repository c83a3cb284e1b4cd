/**
 * Places a graph in layers, from top to bottom.
 *
 * Rows of boxes and rows of labels take turns. In every row between its ends an edge has a lane of its own, in one of them
 * with its label beside it, and it bends only between rows. So no edge meets a box or a label of others, and no label meets
 * another, whatever the graph.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Corner {
  readonly x: number;
  readonly y: number;
}
export interface Arc {
  readonly from: number;
  readonly to: number;
  /** Of its label. */
  readonly size: Size;
}
export interface Placed extends Size {
  /** Of each box its upper left corner; it may have become wider. */
  readonly boxes: readonly (Corner & Size)[];
  /** Of each edge the corner of its label, and the points that it goes through: bends where both coordinates change. */
  readonly arcs: readonly { readonly label: Corner; readonly points: readonly Corner[] }[];
}

// All in pixels.
const MARGIN = 24;
/** Between what stands in one row. */
const GAP = 22;
/** Between rows: here edges bend. */
const BEND = 44;
/** Between a label and its edge. */
const ASIDE = 5;
/** Between the ends of edges at a box, at least. */
const PORT = 12;
/** So many times the rows are put in the order of what they are joined to, then moved towards it. */
const SWEEPS = 8;

/** What has a place in a row. */
interface Item extends Size {
  /** The left end. */
  x: number;
  /** Where its line is; of a box the middle. */
  readonly at: number;
  readonly above: Item[];
  readonly below: Item[];
}
const item = (width: number, height: number, at: number): Item => ({
  width,
  height,
  x: 0,
  at,
  above: [],
  below: [],
});
function join(upper: Item, lower: Item): void {
  upper.below.push(lower);
  lower.above.push(upper);
}

/** An edge: what it goes through from its upper end to its lower end, boxes included. */
interface Way {
  readonly chain: readonly Item[];
  readonly label: Item;
  readonly isDown: boolean;
  /** Both ends are in one layer; it turns below its label. */
  readonly isTurn: boolean;
}

/** Boxes with the layer of each, 0 being the uppermost, and edges between them. */
export function placed(
  sizes: readonly Size[],
  layers: readonly number[],
  edges: readonly Arc[],
): Placed {
  const layerOf = (box: number): number => layers[box] as number;
  const rows = Array.from({ length: 2 * Math.max(...layers) + 2 }, (): Item[] => []);
  const put = (row: number, it: Item): Item => {
    rows[row]?.push(it);
    return it;
  };
  const boxes = sizes.map(({ width, height }, i) => {
    const ends = edges.filter((e) => e.from === i || e.to === i).length + 1;
    const wide = Math.max(width, ends * PORT);
    return put(2 * layerOf(i), item(wide, height, wide / 2));
  });
  const ways = edges.map(({ from, to, size }): Way => {
    const [a, b] = [layerOf(from), layerOf(to)];
    const [first, last] = [boxes[from], boxes[to]] as [Item, Item];
    if (a === b) {
      const width = size.width + 2 * ASIDE;
      const label = put(2 * a + 1, item(width, size.height + ASIDE, width / 2));
      join(first, label);
      join(last, label);
      return { chain: [first, label, last], label, isDown: true, isTurn: true };
    }
    const isDown = a < b;
    const [top, bottom] = isDown ? [a, b] : [b, a];
    const label = item(size.width + ASIDE, size.height, 0);
    // Beside the start, where what leaves a box is read.
    const named = isDown ? 2 * a + 1 : 2 * a - 1;
    const lanes = Array.from({ length: 2 * (bottom - top) - 1 }, (_, i) => {
      const row = 2 * top + 1 + i;
      return put(row, row === named ? label : item(0, 0, 0));
    });
    const chain = isDown ? [first, ...lanes, last] : [last, ...lanes, first];
    for (const [i, lower] of chain.entries()) {
      const upper = chain[i - 1];
      if (upper !== undefined) join(upper, lower);
    }
    return { chain, label, isDown, isTurn: false };
  });
  arrange(rows);
  return drawn(rows, boxes, ways);
}

const middle = (it: Item): number => it.x + it.at;
const mean = (of: readonly Item[], or: Item): number =>
  of.length === 0 ? middle(or) : of.reduce((sum, it) => sum + middle(it), 0) / of.length;

/** Sets every `x`, from `MARGIN` on. */
function arrange(rows: readonly Item[][]): void {
  const upwards = rows.toReversed();
  for (const row of rows) settle(row, () => 0);
  for (let n = 0; n < SWEEPS; n++) {
    for (const row of rows) reorder(row, (it) => mean(it.above, it));
    for (const row of upwards) reorder(row, (it) => mean(it.below, it));
  }
  for (let n = 0; n < SWEEPS; n++)
    for (const row of n % 2 === 0 ? rows : upwards)
      settle(row, (it) => mean([...it.above, ...it.below], it));
  const left = Math.min(...rows.flat().map((it) => it.x));
  for (const it of rows.flat()) it.x = Math.round(it.x - left) + MARGIN;
}
function reorder(row: Item[], wish: (it: Item) => number): void {
  const wishes = new Map(row.map((it) => [it, wish(it)]));
  row.sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
  settle(row, (it) => wishes.get(it) ?? 0);
}
/** As near as can be to where each would be in the middle, in the order in which they are: neighbours in each other's way share. */
function settle(row: readonly Item[], wish: (it: Item) => number): void {
  const groups: { items: Item[]; sum: number }[] = [];
  const at = (g: { items: Item[]; sum: number }): number => g.sum / g.items.length;
  let taken = 0;
  for (const it of row) {
    let last = { items: [it], sum: wish(it) - it.at - taken };
    taken += it.width + GAP;
    for (let g = groups.at(-1); g !== undefined && at(g) > at(last); g = groups.at(-1)) {
      groups.pop();
      last = { items: [...g.items, ...last.items], sum: g.sum + last.sum };
    }
    groups.push(last);
  }
  taken = 0;
  for (const g of groups)
    for (const it of g.items) {
      it.x = at(g) + taken;
      taken += it.width + GAP;
    }
}

interface Band {
  readonly top: number;
  readonly bottom: number;
}
function drawn(rows: readonly Item[][], boxes: readonly Item[], ways: readonly Way[]): Placed {
  const bandOf = new Map<Item, Band>();
  let y = MARGIN;
  for (const row of rows) {
    const band = { top: y, bottom: y + Math.max(0, ...row.map((it) => it.height)) };
    for (const it of row) bandOf.set(it, band);
    y = band.bottom + BEND;
  }
  const band = (it: Item): Band => bandOf.get(it) ?? { top: 0, bottom: 0 };
  const topOf = (it: Item): number => (band(it).top + band(it).bottom - it.height) / 2;

  // In the order of where they go to, so that they do not cross at the box.
  const ends = ways.flatMap((way) => {
    const { chain, isTurn } = way;
    const { from, to } = isTurn
      ? turnOf(way)
      : { from: middle(chain[1] as Item), to: middle(chain.at(-2) as Item) };
    return [
      { way, end: 0, box: chain[0], isBelow: true, x: from },
      { way, end: 1, box: chain.at(-1), isBelow: isTurn, x: to },
    ];
  });
  const ports = new Map(ways.map((w) => [w, [0, 0]]));
  for (const box of boxes)
    for (const isBelow of [true, false]) {
      const here = ends.filter((e) => e.box === box && e.isBelow === isBelow);
      for (const [i, { way, end }] of here.toSorted((a, b) => a.x - b.x).entries()) {
        const x = box.x + (box.width * (i + 1)) / (here.length + 1);
        ports.set(way, (ports.get(way) ?? []).with(end, Math.round(x)));
      }
    }

  const arcs = ways.map((way) => {
    const { chain, label, isDown, isTurn } = way;
    const [first, last] = [chain[0], chain.at(-1)] as [Item, Item];
    const [x1 = 0, x2 = 0] = ports.get(way) ?? [];
    const points: Corner[] = [
      { x: x1, y: topOf(first) + first.height },
      { x: x1, y: band(first).bottom },
    ];
    if (isTurn) {
      const { from, to } = turnOf(way);
      const turn = band(label).top + label.height;
      points.push({ x: from, y: band(label).top }, { x: from, y: turn });
      points.push({ x: to, y: turn }, { x: to, y: band(label).top });
      points.push({ x: x2, y: band(last).bottom }, { x: x2, y: topOf(last) + last.height });
    } else {
      for (const it of chain.slice(1, -1))
        points.push({ x: middle(it), y: band(it).top }, { x: middle(it), y: band(it).bottom });
      points.push({ x: x2, y: band(last).top }, { x: x2, y: topOf(last) });
    }
    return {
      label: { x: label.x + ASIDE, y: band(label).top },
      points: isDown ? points : points.toReversed(),
    };
  });
  return {
    width: Math.max(...rows.flat().map((it) => it.x + it.width)) + MARGIN,
    height: y - BEND + MARGIN,
    boxes: boxes.map((b) => ({ x: b.x, y: topOf(b), width: b.width, height: b.height })),
    arcs,
  };
}
/** The lanes of an edge that turns, on both sides of its label. */
function turnOf({ chain, label }: Way): { readonly from: number; readonly to: number } {
  const [first, last] = [chain[0], chain.at(-1)] as [Item, Item];
  const [left, right] = [label.x, label.x + label.width];
  return middle(first) <= middle(last) ? { from: left, to: right } : { from: right, to: left };
}
