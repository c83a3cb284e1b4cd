/** Violations, and the order by which one of several is told. */

/** A violation: of a state, or of the step `via` from it. */
export interface Found {
  readonly violated: number;
  /** Steps from the initial state, the violating one included. */
  readonly length: number;
  readonly state: Int32Array;
  readonly via: number | undefined;
}

/** Whether a state lies at a place. */
export function isAt(words: Int32Array, q: Int32Array, at: number): boolean {
  for (let w = 0; w < words.length; w++) if (words[w] !== q[at + w]) return false;
  return true;
}
/** The order of states by their words. */
export function compare(a: Int32Array, b: Int32Array): number {
  for (let w = 0; w < a.length; w++) {
    const by = (a[w] as number) - (b[w] as number);
    if (by !== 0) return by;
  }
  return 0;
}
/** Keeps a violation, unless one of the same thing is known that is shorter, or as short and comes first. */
export function keepFirst(known: Map<number, Found>, found: Found): void {
  const other = known.get(found.violated);
  if (other === undefined || isBefore(found, other)) known.set(found.violated, found);
}
function isBefore(a: Found, b: Found): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const by = compare(a.state, b.state);
  return by === 0 ? (a.via ?? -1) < (b.via ?? -1) : by < 0;
}
