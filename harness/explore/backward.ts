/** Passes that go back from goals over the edges of a graph whose nodes are numbers. */

/** Edges by the node that they lead to. */
class Edges {
  #from = new Int32Array(1 << 12);
  #to = new Int32Array(1 << 12);
  #count = 0;

  add(from: number, to: number): void {
    if (this.#count === this.#from.length) {
      this.#from = enlarged(this.#from);
      this.#to = enlarged(this.#to);
    }
    this.#from[this.#count] = from;
    this.#to[this.#count++] = to;
  }
  /** For each of so many nodes where in `from` those begin that lead to it. */
  reversed(nodes: number): { readonly starts: Int32Array; readonly from: Int32Array } {
    const starts = new Int32Array(nodes + 1);
    for (let i = 0; i < this.#count; i++) bump(starts, (this.#to[i] as number) + 1);
    for (let n = 0; n < nodes; n++) bump(starts, n + 1, starts[n] as number);
    const next = starts.slice();
    const from = new Int32Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const to = this.#to[i] as number;
      from[next[to] as number] = this.#from[i] as number;
      bump(next, to);
    }
    return { starts, from };
  }
}
const bump = (a: Int32Array, i: number, by = 1): void => {
  a[i] = (a[i] as number) + by;
};
function enlarged(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const array = new Int32Array(2 * old.length);
  array.set(old);
  return array;
}

/** Of a node that leads to no goal. */
export const NEVER = -1;

/** A graph, and which of its nodes are goals. */
export interface Towards {
  readonly nodes: number;
  readonly isGoal: (node: number) => boolean;
  /** Gives the nodes that a node leads to; asked once of each that is no goal. */
  readonly edges: (node: number, to: (other: number) => void) => void;
}

/** Nodes that are looked at between two yields. */
const PACE = 1 << 10;

/** A pass: yields now and then how much of it is done, from 0 to 1. */
export type Pass = Generator<number, Int32Array>;
/** For each node the edges of a shortest way to a goal, or NEVER. */
export const nearest = (t: Towards): Pass => distances(t, () => 1);
/** For each node the edges after which a goal was reached whichever way was gone, or NEVER where some way avoids all. */
export const surest = (t: Towards): Pass => distances(t, (edges) => edges);

/** `wanted`: of so many edges how many must lead to nodes whose distance is known. */
function* distances({ nodes, isGoal, edges }: Towards, wanted: (edges: number) => number): Pass {
  const distance = new Int32Array(nodes).fill(NEVER);
  const missing = new Int32Array(nodes);
  const all = new Edges();
  const queue = new Int32Array(nodes);
  let known = 0;
  const settle = (node: number, at: number): void => {
    distance[node] = at;
    queue[known++] = node;
  };
  for (let node = 0; node < nodes; node++) {
    if (node % PACE === 0) yield node / nodes;
    if (isGoal(node)) {
      settle(node, 0);
      continue;
    }
    let count = 0;
    edges(node, (other) => {
      count++;
      all.add(node, other);
    });
    missing[node] = Math.max(1, wanted(count));
  }
  const { starts, from } = all.reversed(nodes);
  for (let i = 0; i < known; i++) {
    const node = queue[i] as number;
    for (let k = starts[node] as number; k < (starts[node + 1] as number); k++) {
      const before = from[k] as number;
      bump(missing, before, -1);
      // Nodes are settled in order of distance, so the one that settles it is the farthest of those that were wanted.
      if (missing[before] === 0) settle(before, (distance[node] as number) + 1);
    }
  }
  return distance;
}
