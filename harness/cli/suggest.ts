/** Longer names are no typing mistakes. */
const LENGTH_MAX = 100;
const SUGGESTIONS_MAX = 3;

/** Edits (insert, delete, replace, swap neighbours) from one word to another. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/** The known names nearest to one that is not known, best first; none, if nothing is near. */
export function suggest(name: string, known: readonly string[]): readonly string[] {
  if (name === '' || name.length > LENGTH_MAX) return [];
  const wanted = name.toLowerCase();
  const scored = known.flatMap((k) => {
    const other = k.toLowerCase();
    const inside = other.includes(wanted) || (other.length > 2 && wanted.includes(other));
    const edits = distance(wanted, other);
    const near = edits <= Math.max(1, Math.floor(wanted.length / 3));
    // A part of a name counts as near, the nearer the less is missing.
    return inside || near ? [{ k, score: near ? edits : 1 + edits / 4 }] : [];
  });
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ k }) => k);
}
