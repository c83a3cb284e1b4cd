/** A view that notes what of a state was looked at. */
import { type Column, columnOf, type Layout, placeOf } from './layout.ts';
import type { Schema, StateOf } from './schema.ts';
import { type View, viewOf } from './view.ts';

/**
 * Like `viewOf`; each reading of a field also sets its bits in `looked`, which has as many words as a state. What has no
 * bits is the same in all states, and leaves no note.
 */
export function tracedViewOf<S extends Schema, W extends StateOf<S> = StateOf<S>>(
  layout: Layout<S>,
  looked: Int32Array,
  rest: Omit<W, keyof S> = {} as Omit<W, keyof S>,
): View<W> {
  const { state, bind } = viewOf<S>(layout);
  const groups = Object.entries(layout.schema).map(([group, { fields }]) => {
    const columns = Object.keys(fields).map((name) => columnOf(layout, `${group}.${name}`));
    return [group, traced((state as Record<string, unknown>)[group], columns, [], looked)];
  });
  return { state: { ...Object.fromEntries(groups), ...rest } as W, bind };
}

function traced(
  x: unknown,
  columns: readonly Column[],
  index: readonly number[],
  looked: Int32Array,
): unknown {
  if (Array.isArray(x)) return x.map((y, i) => traced(y, columns, [...index, i], looked));
  const row = x as Readonly<Record<string, unknown>>;
  const members = columns.map((column): [string, PropertyDescriptor] => {
    const { name, bits } = column;
    const { word, shift } = bits === 0 ? { word: 0, shift: 0 } : placeOf(column, index);
    const mask = (2 ** bits - 1) << shift;
    const get = (): unknown => {
      looked[word] = (looked[word] as number) | mask;
      return row[name];
    };
    return [name, { get }];
  });
  return Object.defineProperties({}, Object.fromEntries(members));
}
