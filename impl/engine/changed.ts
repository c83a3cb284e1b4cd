/**
 * Which states differ in fields of interest: one mask for each word, compared in generated code.
 */
import { generate } from './generate.ts';
import { columnOf, indices, type Layout, placeOf } from './layout.ts';

/** For each word, the bits of some fields. */
export type Mask = Int32Array;

/**
 * The bits of some fields ("group.field"), in all rows. An epoch has no bits, but its episodes end
 * where references to it age, so it stands for those. Fields that are constant have none.
 */
export function maskOf(layout: Layout, fields: Iterable<string>): Mask {
  const mask = new Int32Array(layout.wordCount);
  for (const key of fields) {
    const columns = layout.referrers.get(key) ?? [columnOf(layout, key)];
    for (const column of columns) {
      if (column.bits === 0) continue;
      for (const index of indices(column.sizes)) {
        const { word, shift } = placeOf(column, index);
        mask[word] = (mask[word] ?? 0) | ((2 ** column.bits - 1) << shift);
      }
    }
  }
  return mask;
}

/** Tells whether two states differ in a bit of a mask. */
export type Touches = (before: Int32Array, after: Int32Array, mask: Mask) => boolean;

/** Makes the comparison for the states of a layout. */
export function touchesOf({ wordCount }: Layout): Touches {
  const parts = Array.from({ length: wordCount }, (_, i) => `(a[${i}]^b[${i}])&m[${i}]`);
  return generate(`return(function(a,b,m){return(${parts.join('|')})!==0;})`);
}
