/**
 * Packed words that look like the readable state they stand for.
 *
 * Nothing is decoded ahead: a property of a row is a getter which reads its bits. There is one
 * class for each group of a layout, shared by all views of it, so that a place in the code which
 * reads the states before and after a step sees one class and stays fast.
 */
import { constantText, valuesOf } from './codec.ts';
import { generate } from './generate.ts';
import { type Column, columnOf, indices, type Layout } from './layout.ts';
import type { Schema, StateOf } from './schema.ts';

/** A readable state over whichever words it is bound to. */
export interface View<W> {
  /**
   * Has the shape and the values of what the codec unpacks; its rows have getters, no own
   * properties.
   */
  readonly state: W;
  /** Makes the state show these words, as they are at each reading. */
  bind(words: Int32Array): void;
}

/** The words that the rows of a view read. */
interface Holder {
  q: Int32Array;
}
type RowClass = new (holder: Holder, n: number) => object;

const classes = new WeakMap<Layout, ReadonlyMap<string, RowClass>>();

/**
 * A new view; bind it before reading. `W` may be a narrower type of readable state; whatever else
 * it has beside the groups is in `rest`, the same in all states.
 */
export function viewOf<S extends Schema, W extends StateOf<S> = StateOf<S>>(
  layout: Layout<S>,
  rest: Omit<W, keyof S> = {} as Omit<W, keyof S>,
): View<W> {
  const rows = classes.get(layout) ?? rowClassesOf(layout);
  classes.set(layout, rows);
  const holder: Holder = { q: layout.initial };
  const state = Object.fromEntries(
    Object.entries(layout.schema).map(([group, { dims }]) => {
      const row = rows.get(group) ?? Object;
      let n = 0;
      const make = (): object => new row(holder, n++);
      return [
        group,
        nested(
          dims.map((sort) => layout.sizes[sort] ?? 0),
          make,
        ),
      ];
    }),
  );
  return {
    state: { ...state, ...rest } as unknown as W,
    bind(words) {
      holder.q = words;
    },
  };
}

function nested(sizes: readonly number[], make: () => object): unknown {
  const [size, ...rest] = sizes;
  if (size === undefined) return make();
  return Array.from({ length: size }, () => nested(rest, make));
}

function rowClassesOf(layout: Layout): Map<string, RowClass> {
  return new Map(
    Object.entries(layout.schema).map(([group, { fields }]) => {
      const columns = Object.keys(fields).map((name) => columnOf(layout, `${group}.${name}`));
      return [group, rowClassOf(layout, columns)];
    }),
  );
}

function rowClassOf(layout: Layout, columns: readonly Column[]): RowClass {
  const context: Record<string, unknown> = {};
  const members = columns.map((column) => {
    const constant = constantText(layout, column);
    if (constant !== undefined) return `get ${column.name}(){return ${constant};}`;
    return getterText(layout, column, context);
  });
  const split = columns.filter((c) => c.bits > 0 && c.split > 0);
  const fields = split.map((c) => `#w_${c.name};#s_${c.name};`).join('');
  const set = split.map((c) => {
    context[`p_${c.name}`] = placesOf(c);
    return `this.#w_${c.name}=p_${c.name}[n].word;this.#s_${c.name}=p_${c.name}[n].shift;`;
  });
  const text = `return class{#h;#n;${fields}
constructor(h,n){this.#h=h;this.#n=n;${set.join('')}}
${members.join('\n')}}`;
  return generate(text, context);
}

function getterText(layout: Layout, column: Column, context: Record<string, unknown>): string {
  const { name, bits, split, pieces, sizes } = column;
  const piece = pieces[0] ?? { word: 0, shift: 0 };
  const single = sizes.length === 0 ? `${piece.shift}` : `(this.#n*${bits}+${piece.shift})`;
  const [word, shift] = split > 0 ? [`this.#w_${name}`, `this.#s_${name}`] : [piece.word, single];
  const code = `this.#h.q[${word}]>>>${shift}&${2 ** bits - 1}`;
  if (column.field.kind === 'bool') return `get ${name}(){return(${code})!==0;}`;
  context[`t_${name}`] = valuesOf(layout, column);
  return `get ${name}(){return t_${name}[${code}];}`;
}

/** The places of all rows of a split column. */
function placesOf(column: Column): { word: number; shift: number }[] {
  const { sizes, split, bits, pieces } = column;
  const rows = sizes.slice(split).reduce((a, b) => a * b, 1);
  return indices(sizes).map((_, n) => {
    const { word, shift } = pieces[Math.floor(n / rows)] ?? { word: 0, shift: 0 };
    return { word, shift: shift + (n % rows) * bits };
  });
}
