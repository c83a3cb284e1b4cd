/**
 * Between readable states and packed ones: generated straight-line code in both directions.
 *
 * Packing forgets which number an episode has and keeps whether it is the current one. Unpacking
 * gives a representative: the current episode is 1, stale ones are 0.
 */
import { generate } from './generate.ts';
import {
  type Column,
  columnOf,
  EPOCH_CURRENT,
  EPOCH_STALE,
  indices,
  type Layout,
  type Place,
  placeOf,
} from './layout.ts';
import type { Schema, StateOf } from './schema.ts';

/** Reads and writes packed states. */
export interface Codec<W> {
  /** Packs a readable state into `out`; throws on a value that its field does not have. */
  pack(world: W, out: Int32Array): void;
  /** A readable state which packs to these words. */
  unpack(words: Int32Array): W;
}

/**
 * The codec of a layout. `W` may be a narrower type of readable state, with branded members;
 * whatever else it has beside the groups is in `rest`, the same in all states.
 */
export function codec<S extends Schema, W extends StateOf<S> = StateOf<S>>(
  layout: Layout<S>,
  rest: Omit<W, keyof S> = {} as Omit<W, keyof S>,
): Codec<W> {
  return {
    pack: generate(packText(layout), { wrong }),
    unpack: generate(unpackText(layout, Object.keys(rest)), { wrong, rest }),
  };
}

function wrong(key: string, value: unknown): never {
  throw new Error(`codec: ${key} cannot be ${String(value)}`);
}

/** The values of a field by their codes, in a representative. */
export function valuesOf(layout: Layout, { field }: Column): readonly (string | number | null)[] {
  switch (field.kind) {
    case 'oneOf':
      return field.values;
    case 'ref':
      return [null, ...Array.from({ length: layout.sizes[field.sort] ?? 0 }, (_, i) => i)];
    case 'epochRef': {
      const current = currentOf(layout, field.of);
      return [null, current - 1, current];
    }
    default:
      throw new Error(`valuesOf: a ${field.kind} needs no table`);
  }
}

/** The number of the current episode in a representative. */
function currentOf(layout: Layout, epoch: string): number {
  const { field } = columnOf(layout, epoch);
  return layout.off.has(epoch) && field.kind === 'epoch' ? field.init : 1;
}

/**
 * JavaScript of the value of a field that is the same in all states; undefined if there is none.
 */
export function constantText(layout: Layout, column: Column): string | undefined {
  if (column.field.kind === 'epoch') return String(currentOf(layout, column.key));
  return column.bits === 0 ? JSON.stringify(column.field.init) : undefined;
}

// ---------------------------------------------------------------- packing

/** The name of a row in generated code. */
const rowName = (group: string, index: readonly number[]): string => [group, ...index].join('_');

function packText(layout: Layout): string {
  const words = Array.from({ length: layout.wordCount }, (): string[] => []);
  const lines: string[] = [];
  for (const column of layout.columns.values()) {
    if (column.bits === 0) continue;
    for (const index of indices(column.sizes)) {
      const { word, shift } = placeOf(column, index);
      const name = `x${lines.length}`;
      lines.push(`const ${name}=${rowName(column.group, index)}.${column.name};`);
      words[word]?.push(codeText(layout, column, index, name, shift));
    }
  }
  const stores = words.map((parts, i) => `out[${i}]=${parts.join('|') || '0'};`);
  const body = [rowLines(layout), ...lines, ...stores].join('\n');
  return `return(function(w,out){\n${body}})`;
}

function rowLines(layout: Layout): string {
  return Object.entries(layout.schema)
    .flatMap(([group, { dims }]) =>
      indices(dims.map((sort) => layout.sizes[sort] ?? 0)).map((index) => {
        const path = index.map((i) => `[${i}]`).join('');
        return `const ${rowName(group, index)}=w.${group}${path};`;
      }),
    )
    .join('\n');
}

function codeText(
  layout: Layout,
  column: Column,
  index: readonly number[],
  x: string,
  shift: number,
): string {
  const { field, key } = column;
  const bad = `wrong('${key}',${x})`;
  switch (field.kind) {
    case 'bool':
      return `(${x}===true?${1 << shift}:${x}===false?0:${bad})`;
    case 'oneOf': {
      // Comparing interned strings costs a nanosecond; looking them up in an object ten.
      const tests = field.values.map((v, code) => `${x}===${JSON.stringify(v)}?${code << shift}:`);
      return `(${tests.join('')}${bad})`;
    }
    case 'ref': {
      const size = layout.sizes[field.sort];
      return `(${x}===null?0:${x}>=0&&${x}<${size}?${x}+1<<${shift}:${bad})`;
    }
    case 'epochRef': {
      const { none, current } = episodeText(column, index);
      const codes = [EPOCH_CURRENT, EPOCH_STALE].map((code) => code << shift).join(':');
      return `(${[`${x}===null`, ...none].join('||')}?0:${x}===${current}?${codes})`;
    }
    case 'epoch':
      return '0';
  }
}

/** Where the current episode of a reference stands, and what makes there be none. */
function episodeText(
  column: Column,
  index: readonly number[],
): { none: string[]; current: string } {
  const { epoch = '', from = [] } = column.target ?? {};
  const none: string[] = [];
  const path = from.map((f) => {
    if ('own' in f) return `[${index[f.own]}]`;
    const by = `${rowName(column.group, index)}.${f.by.name}`;
    none.push(`${by}===null`);
    return `[${by}]`;
  });
  const [group, name] = epoch.split('.');
  return { none: none.slice(0, 1), current: `w.${group}${path.join('')}.${name}` };
}

// ---------------------------------------------------------------- unpacking

function unpackText(layout: Layout, rest: readonly string[]): string {
  const tables: string[] = [];
  const groups = Object.entries(layout.schema).map(([group, { dims, fields }]) => {
    const columns = Object.keys(fields).map((name) => {
      const column = columnOf(layout, `${group}.${name}`);
      return { column, table: tableText(layout, column, tables) };
    });
    const row = (index: readonly number[]): string => {
      const entries = columns.map(({ column, table }) => {
        const text = constantText(layout, column) ?? table(placeOf(column, index));
        return `${column.name}:${text}`;
      });
      return `{${entries.join()}}`;
    };
    const sizes = dims.map((sort) => layout.sizes[sort] ?? 0);
    return `${group}:${nestedText(sizes, row)}`;
  });
  const others = rest.map((name) => JSON.stringify(name)).map((name) => `${name}:rest[${name}]`);
  const members = [...groups, ...others].join(',\n');
  return `${tables.join('')}return(function(q){return{${members}}})`;
}

/**
 * How a field is read at a place; its table of values, if it needs one, is put before the function.
 */
function tableText(layout: Layout, column: Column, tables: string[]): (place: Place) => string {
  if (column.bits === 0) return () => '';
  if (column.field.kind === 'bool') {
    return ({ word, shift }) => `(q[${word}]&${1 << shift})!==0`;
  }
  const name = `t${tables.length}`;
  tables.push(
    `const ${name}_=${JSON.stringify(valuesOf(layout, column))};` +
      `const ${name}=(c)=>c<${name}_.length?${name}_[c]:wrong('${column.key}','code '+c);\n`,
  );
  const mask = 2 ** column.bits - 1;
  return ({ word, shift }) => `${name}(q[${word}]>>>${shift}&${mask})`;
}

function nestedText(
  sizes: readonly number[],
  row: (index: readonly number[]) => string,
  index: readonly number[] = [],
): string {
  const [size, ...rest] = sizes;
  if (size === undefined) return row(index);
  const members = Array.from({ length: size }, (_, i) => nestedText(rest, row, [...index, i]));
  return `[${members.join()}]`;
}
