/**
 * Where each field lies in the packed state.
 *
 * A column is one field of a group with all its rows. It lies in one word, so that a row chosen at
 * run time costs one variable shift. A column of more than a word is split by its leading index
 * (then by the next), and choosing among the parts costs a comparison each.
 */
import type { EpochRefField, Field, Schema, Sizes } from './schema.ts';

/** Bits of a word that a state may use; bit 31 is left to whoever stores states. */
export const WORD_BITS = 31;

/** A run of bits. */
export interface Place {
  readonly word: number;
  readonly shift: number;
}

/** One field of a group, in all rows. */
export interface Column {
  /** "group.field". */
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly field: Field;
  readonly dims: readonly string[];
  /** How many members each of the dims has. */
  readonly sizes: readonly number[];
  /** Bits of one row; 0 for a constant, which is then the initial value everywhere. */
  readonly bits: number;
  /** The code of the initial value. */
  readonly codeInit: number;
  /** How many leading dims choose the piece. */
  readonly split: number;
  /** One place, or one for every combination of the leading dims, row-major. */
  readonly pieces: readonly Place[];
  /** For an epochRef: which row of the epoch's group it refers to. */
  readonly target: Target | undefined;
}

/**
 * How a reference finds the row of its epoch: for each dim of that row, where the index comes from.
 */
interface Target {
  /** "group.field" of the epoch. */
  readonly epoch: string;
  readonly from: readonly ({ readonly own: number } | { readonly by: Column })[];
}

/** A schema packed for given sizes and facets. */
export interface Layout<S extends Schema = Schema> {
  readonly schema: S;
  readonly sizes: Sizes;
  readonly wordCount: number;
  readonly bitCount: number;
  /** By "group.field", in the order of declaration; constants and epochs included. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The references to each epoch, by "group.field" of the epoch. */
  readonly referrers: ReadonlyMap<string, readonly Column[]>;
  /** Keys of the fields whose facet is off. */
  readonly off: ReadonlySet<string>;
  readonly initial: Int32Array;
}

/** The codes of an epochRef. */
export const EPOCH_NONE = 0;
export const EPOCH_STALE = 1;
export const EPOCH_CURRENT = 2;

/** Names that the builder gives to other things. */
const RESERVED_GROUPS = new Set([
  'when',
  'each',
  'some',
  'every',
  'first',
  'members',
  'advance',
  'constructor',
]);
const RESERVED_FIELDS = new Set(['set', 'copy', 'clear', 'constructor']);

/**
 * Packs a schema: decides for every field in which bits of which word it lies. `first` names columns that get
 * the lowest bits of the first word, in that order; they must fit into one word.
 */
export function layout<S extends Schema>(
  schema: S,
  sizes: Sizes,
  isOff: (facet: string) => boolean = () => false,
  first: readonly string[] = [],
): Layout<S> {
  const off = new Set<string>();
  const columns = new Map<string, Draft>();
  for (const [group, { dims, fields }] of Object.entries(schema)) {
    checkName(group, RESERVED_GROUPS);
    for (const [name, field] of Object.entries(fields)) {
      checkName(name, RESERVED_FIELDS);
      const key = `${group}.${name}`;
      if (isOff(field.facet)) off.add(key);
      columns.set(key, draft(group, name, field, dims, sizes, off.has(key)));
    }
  }
  for (const column of columns.values()) column.target = targetOf(column, columns, schema);
  const packed = pack(
    [...columns.values()].filter((c) => c.bits > 0),
    first,
  );
  return {
    schema,
    sizes,
    ...packed,
    columns,
    referrers: referrersOf(columns),
    off,
    initial: initialOf(columns, packed.wordCount),
  };
}

/** The place of one row of a column that is no constant. */
export function placeOf(column: Column, index: readonly number[]): Place {
  const { sizes, split, pieces, bits } = column;
  const piece = pieces[linear(index.slice(0, split), sizes)];
  if (piece === undefined || index.length !== sizes.length) {
    throw new Error(`placeOf: no row [${index.join()}] of ${column.key} [${sizes.join()}]`);
  }
  const rest = linear(index.slice(split), sizes.slice(split));
  return { word: piece.word, shift: piece.shift + rest * bits };
}

/** All combinations of indices, row-major. */
export function indices(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (all, n) => all.flatMap((ix) => Array.from({ length: n }, (_, i) => [...ix, i])),
    [[]],
  );
}

/** The column of a field. */
export function columnOf(layout: Layout, key: string): Column {
  const column = layout.columns.get(key);
  if (column === undefined) throw new Error(`columnOf: no field ${key}`);
  return column;
}

type Draft = { -readonly [K in keyof Column]: Column[K] };

function checkName(name: string, reserved: ReadonlySet<string>): void {
  // Names stand in generated code, and beside the builder's own methods.
  if (!/^[A-Za-z]\w*$/.test(name) || reserved.has(name)) {
    throw new Error(`layout: '${name}' cannot be the name of a group or field`);
  }
}

function draft(
  group: string,
  name: string,
  field: Field,
  dims: readonly string[],
  sizes: Sizes,
  isOff: boolean,
): Draft {
  const key = `${group}.${name}`;
  const bits = isOff ? 0 : widthOf(field, sizes, key);
  const counts = dims.map((sort) => sizeOf(sizes, sort, key));
  const column = { key, group, name, field, dims, sizes: counts, bits, target: undefined };
  const codeInit = codeOfInit(field, key);
  return { ...column, codeInit, split: splitOf(bits, counts, key), pieces: [] };
}

function sizeOf(sizes: Sizes, sort: string, key: string): number {
  const size = sizes[sort];
  if (size === undefined || !Number.isInteger(size) || size < 0) {
    throw new Error(`layout: ${key}: size of sort ${sort} is ${size}`);
  }
  return size;
}

/** Bits that tell so many codes apart. */
const widthFor = (codes: number): number => (codes <= 1 ? 0 : 32 - Math.clz32(codes - 1));

function widthOf(field: Field, sizes: Sizes, key: string): number {
  switch (field.kind) {
    case 'bool':
      return 1;
    case 'oneOf':
      return widthFor(field.values.length);
    case 'ref':
      return widthFor(sizeOf(sizes, field.sort, key) + 1);
    case 'epoch':
      return 0;
    case 'epochRef':
      return 2;
  }
}

function codeOfInit(field: Field, key: string): number {
  switch (field.kind) {
    case 'bool':
      return field.init ? 1 : 0;
    case 'oneOf': {
      const code = field.values.indexOf(field.init);
      if (code < 0) throw new Error(`layout: ${key}: init '${field.init}' is not in its values`);
      return code;
    }
    default:
      return 0;
  }
}

function splitOf(bits: number, sizes: readonly number[], key: string): number {
  for (let split = 0; split <= sizes.length; split++) {
    if (bits * product(sizes.slice(split)) <= WORD_BITS) return split;
  }
  throw new Error(
    `layout: ${key} [${sizes.join()}] needs ${bits} bits a row; at most ${WORD_BITS}`,
  );
}

const product = (ns: readonly number[]): number => ns.reduce((a, b) => a * b, 1);
const linear = (index: readonly number[], sizes: readonly number[]): number =>
  index.reduce((n, i, d) => n * (sizes[d] ?? 0) + i, 0);

function targetOf(
  column: Draft,
  columns: ReadonlyMap<string, Draft>,
  schema: Schema,
): Target | undefined {
  const { field, key, group } = column;
  if (field.kind !== 'epochRef') return undefined;
  const epoch = columns.get(field.of);
  if (epoch?.field.kind !== 'epoch') throw new Error(`layout: ${key}: ${field.of} is no epoch`);
  const by = byOf(field, columns, group, key);
  // A reference by somebody who is always nobody is always none.
  if (by?.bits === 0) Object.assign(column, { bits: 0, split: 0 });
  const from = (schema[epoch.group]?.dims ?? []).map((sort) => {
    if (by?.field.kind === 'ref' && by.field.sort === sort) return { by: by as Column };
    const own = column.dims.indexOf(sort);
    if (own < 0) throw new Error(`layout: ${key}: no index of sort ${sort} for ${field.of}`);
    return { own };
  });
  if (by !== undefined && !from.some((f) => 'by' in f)) {
    throw new Error(`layout: ${key}: ${field.of} has no index that '${by.name}' could give`);
  }
  return { epoch: field.of, from };
}

function byOf(
  field: EpochRefField,
  columns: ReadonlyMap<string, Draft>,
  group: string,
  key: string,
): Draft | undefined {
  if (field.by === undefined) return undefined;
  const by = columns.get(`${group}.${field.by}`);
  if (by?.field.kind !== 'ref')
    throw new Error(`layout: ${key}: '${field.by}' is no ref beside it`);
  return by;
}

function referrersOf(columns: ReadonlyMap<string, Column>): Map<string, Column[]> {
  const found = new Map<string, Column[]>();
  for (const column of columns.values()) {
    if (column.field.kind === 'epoch') found.set(column.key, []);
  }
  for (const column of columns.values()) {
    if (column.target !== undefined) found.get(column.target.epoch)?.push(column);
  }
  return found;
}

interface Part {
  /** The places of the column's pieces, of which this is one. */
  readonly places: Place[];
  readonly index: number;
  readonly size: number;
  /** Its turn among the columns that come first; Infinity: among the others. */
  readonly rank: number;
}

/**
 * First fit in the order of declaration, so that fields of a group share words and an attempt
 * touches few of them; largest first only where that saves a word.
 */
function pack(
  columns: readonly Draft[],
  first: readonly string[],
): { wordCount: number; bitCount: number } {
  const rank = ({ key }: Draft): number => (first.includes(key) ? first.indexOf(key) : Infinity);
  const parts = columns.flatMap((column) => {
    const size = column.bits * product(column.sizes.slice(column.split));
    const count = product(column.sizes.slice(0, column.split));
    const places: Place[] = Array.from({ length: count }, () => ({ word: 0, shift: 0 }));
    column.pieces = places;
    return places.map((_, index): Part => ({ places, index, size, rank: rank(column) }));
  });
  const early = parts.filter((p) => p.rank < Infinity).sort((a, b) => a.rank - b.rank);
  const others = parts.filter((p) => p.rank === Infinity);
  const declared = [...early, ...others];
  const bySize = [...early, ...others.toSorted((a, b) => b.size - a.size)];
  // The last to run decides the places.
  const isShorter = firstFit(bySize).length < firstFit(declared).length;
  const used = firstFit(isShorter ? bySize : declared);
  const bitCount = used.reduce((sum, bits) => sum + bits, 0);
  // A state always has a word, so that stores and generated code need no special case.
  return { wordCount: Math.max(1, used.length), bitCount };
}

/** Gives each part a place; the bits used of each word. */
function firstFit(parts: readonly Part[]): number[] {
  const used: number[] = [];
  for (const { places, index, size } of parts) {
    const fit = used.findIndex((bits) => bits + size <= WORD_BITS);
    const word = fit < 0 ? used.length : fit;
    const shift = used[word] ?? 0;
    places[index] = { word, shift };
    used[word] = shift + size;
  }
  return used;
}

function initialOf(columns: ReadonlyMap<string, Column>, wordCount: number): Int32Array {
  const initial = new Int32Array(wordCount);
  for (const column of columns.values()) {
    if (column.bits === 0) continue;
    for (const index of indices(column.sizes)) {
      const { word, shift } = placeOf(column, index);
      initial[word] = (initial[word] ?? 0) | (column.codeInit << shift);
    }
  }
  return initial;
}
