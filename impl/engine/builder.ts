/**
 * What stands behind a `State`: reads become expressions over words, writes become other words.
 *
 * One class for the states of a layout and one for the rows of each group, made once: a state is
 * made for every effect of every attempt, so this decides how long compiling takes.
 */
import { choose, type RowIxs, readColumn, type Writing, writeRow } from './access.ts';
import { endEpisode, rowReferredTo, withReferences } from './epochs.ts';
import type { State } from './expr.ts';
import { type Column, EPOCH_CURRENT, EPOCH_NONE, type Layout } from './layout.ts';
import type { Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import { all, any, Bool, Code, codeOf, EpochVal, Ix, ix, Ref, sameList, Val } from './values.ts';
import { Word } from './word.ts';

/** Keys of the columns that were read and set. */
export interface Touched {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}
/** The state before the step, whose words are named `s0`, `s1`, …; `touched` collects columns. */
export function initialState<S extends Schema>(
  layout: Layout<S>,
  scope: Scope,
  touched: Touched,
): State<S> {
  const { make, words } = plans.get(layout) ?? planOf(layout);
  return make({ words, scope, ...touched }) as unknown as State<S>;
}
/** The words of a state. */
export function wordsOf(state: unknown): readonly Word[] {
  if (!(state instanceof PackedState)) throw new Error(`wordsOf: no state: ${String(state)}`);
  return insideOf(state).words;
}
/** True of what a meaning of an effect must return. */
export const isState = (value: unknown): boolean => value instanceof PackedState;

interface Inside extends Touched {
  readonly words: readonly Word[];
  readonly scope: Scope;
}
/** What is made once for a layout. */
interface Plan {
  readonly layout: Layout;
  /** The words before the step. */
  readonly words: readonly Word[];
  readonly make: (inside: Inside) => PackedState;
}
const plans = new WeakMap<Layout, Plan>();

// A state and a row have no members but those of their types: any other name may be a group's or a
// field's.
let insideOf: (state: PackedState) => Inside;
let withWords: (state: PackedState, words: readonly Word[]) => PackedState;
let readField: (row: PackedRow, column: Column) => AnyValue;
type Change = (s: PackedState) => PackedState;

class PackedState {
  readonly #plan: Plan;
  readonly #inside: Inside;
  static {
    insideOf = (state) => state.#inside;
    withWords = (state, words) => state.#with(words);
  }

  constructor(plan: Plan, inside: Inside) {
    this.#plan = plan;
    this.#inside = inside;
  }
  when(condition: Bool, then: Change, otherwise: Change = (s) => s): PackedState {
    if (condition.k !== undefined) return condition.k ? then(this) : otherwise(this);
    const { scope } = this.#inside;
    const bound = new Bool(scope.bind(condition.js));
    const yes = wordsOf(then(this));
    const no = wordsOf(otherwise(this));
    return this.#with(yes.map((word, i) => word.orElse(bound, no[i] ?? word, scope)));
  }
  members(sort: string): Ix[] {
    const size = this.#plan.layout.sizes[sort];
    if (size === undefined) throw new Error(`members: no sort ${sort}`);
    return Array.from({ length: size }, (_, k) => ix(sort, k));
  }
  each(sort: string, change: (s: PackedState, member: Ix) => PackedState): PackedState {
    return this.members(sort).reduce<PackedState>((s, member) => change(s, member), this);
  }
  some(sort: string, holds: (member: Ix) => Bool): Bool {
    return any(this.members(sort).map(holds));
  }
  every(sort: string, holds: (member: Ix) => Bool): Bool {
    return all(this.members(sort).map(holds));
  }
  first(sort: string, holds: (member: Ix) => Bool): Ix {
    const code = this.members(sort).reduceRight(
      (rest, member) => choose(holds(member), member.code, rest),
      Code.known(0),
    );
    return new Ix(sort, code);
  }
  advance(group: string, epoch: string, ...row: Ix[]): PackedState {
    const key = `${group}.${epoch}`;
    const { layout } = this.#plan;
    const referrers = layout.referrers.get(key);
    const column = layout.columns.get(key);
    if (referrers === undefined || column === undefined)
      throw new Error(`advance: no epoch ${key}`);
    const { words, scope, reads, writes } = this.#inside;
    const rows = rowIxs(column, row, scope);
    if (layout.off.has(key) || rows.some((i) => i.k === -1)) return this;
    const read = (c: Column, r: RowIxs): Code => {
      if (c.bits > 0) reads.add(c.key);
      return readColumn(words, c, r, scope);
    };
    const end = endEpisode(words, referrers, rows, read, scope);
    writes.add(key);
    for (const referrer of end.written) writes.add(referrer.key);
    return this.#with(end.words);
  }
  #with(words: readonly Word[]): PackedState {
    return this.#plan.make({ ...this.#inside, words });
  }
}

function planOf(layout: Layout): Plan {
  class StateOfLayout extends PackedState {}
  const words = Array.from({ length: layout.wordCount }, (_, i) => new Word(`s${i}`));
  const plan: Plan = { layout, words, make: (inside) => new StateOfLayout(plan, inside) };
  for (const group of Object.keys(layout.schema)) {
    const columns = [...layout.columns.values()].filter((c) => c.group === group);
    const row = rowClassOf(group, columns);
    Object.defineProperty(StateOfLayout.prototype, group, {
      value(this: PackedState, ...ixs: Ix[]): PackedRow {
        return new row(this, ixs);
      },
    });
  }
  plans.set(layout, plan);
  return plan;
}

/** Indices fit for a column: of the right sorts, within bounds, bound to names where not known. */
function rowIxs(
  { group, dims, sizes }: Pick<Column, 'group' | 'dims' | 'sizes'>,
  row: RowIxs,
  scope: Scope,
): RowIxs {
  if (row.length !== dims.length || row.some((i, d) => i.sort !== dims[d])) {
    throw new Error(`${group}: indices (${row.map((i) => i.sort).join()}), not (${dims.join()})`);
  }
  return row.map((i, d) => {
    if (i.k === undefined) return new Ix(i.sort, new Code(scope.bind(i.code.value), 0));
    if (i.k >= (sizes[d] ?? 0)) throw new Error(`${group}: no ${i.sort} ${i.k} of ${sizes[d]}`);
    return i;
  });
}

type AnyValue = Bool | Val | Ref | EpochVal;
/** What the rows of a group have in common. */
interface RowPlan {
  readonly group: string;
  readonly dims: readonly string[];
  readonly sizes: readonly number[];
  /** The fields, epochs left out. */
  readonly columns: readonly Column[];
}

class PackedRow {
  readonly #plan: RowPlan;
  readonly #state: PackedState;
  readonly #row: RowIxs;
  static {
    readField = (row, column) => row.#read(column);
  }

  constructor(plan: RowPlan, state: PackedState, row: RowIxs) {
    this.#plan = plan;
    this.#state = state;
    this.#row = rowIxs(plan, row, insideOf(state).scope);
  }
  set(writes: Readonly<Record<string, unknown>>): PackedState {
    const { columns } = this.#plan;
    const writings = Object.entries(writes).map(([name, value]) => {
      const column = columns.find((c) => c.name === name);
      if (column === undefined) throw new Error(`set: no field ${this.#plan.group}.${name}`);
      return { column, code: encode(column, value) };
    });
    for (const { column } of writings) this.#checkEpisode(column, writes[column.name], writings);
    return this.#write(withReferences(writings, columns, (column) => this.#code(column)));
  }
  copy(): Record<string, AnyValue> {
    const { columns } = this.#plan;
    return Object.fromEntries(columns.map((column) => [column.name, this.#read(column)]));
  }
  clear(): PackedState {
    const { columns } = this.#plan;
    return this.#write(columns.map((column) => ({ column, code: Code.known(column.codeInit) })));
  }
  #write(writings: readonly Writing[]): PackedState {
    const { words, scope, writes } = insideOf(this.#state);
    for (const { column } of writings) if (column.bits > 0) writes.add(column.key);
    return withWords(this.#state, writeRow(words, writings, this.#row, scope));
  }
  #code(column: Column): Code {
    const { words, scope, reads } = insideOf(this.#state);
    if (column.bits > 0) reads.add(column.key);
    return readColumn(words, column, this.#row, scope);
  }
  #read(column: Column): AnyValue {
    const { field } = column;
    const code = this.#code(column);
    switch (field.kind) {
      case 'bool':
        return code.is(0).not;
      case 'oneOf':
        return new Val(field.values, code);
      case 'ref':
        return new Ref(field.sort, code);
      case 'epochRef': {
        const row = rowReferredTo(column, (by) => this.#code(by), this.#row);
        return new EpochVal(field.of, row, code);
      }
      case 'epoch':
        throw new Error(`${column.key}: an epoch has no value here; ask the references to it`);
    }
  }
  /** An episode of one row is none of another's. */
  #checkEpisode(column: Column, value: unknown, writings: readonly Writing[]): void {
    if (!(value instanceof EpochVal)) return;
    const after = (by: Column): Code =>
      writings.find((w) => w.column === by)?.code ?? this.#code(by);
    const row = rowReferredTo(column, after, this.#row);
    const clash = row.some((k, d) => k !== undefined && k !== (value.row[d] ?? k));
    if (column.target?.epoch !== value.of || clash) {
      const source = `${value.of} [${value.row.join()}]`;
      throw new Error(`set: ${column.key} [${row.join()}]: an episode of ${source}`);
    }
  }
}

function rowClassOf(
  group: string,
  columns: readonly Column[],
): new (
  state: PackedState,
  row: RowIxs,
) => PackedRow {
  const { dims, sizes } = columns[0] ?? { dims: [], sizes: [] };
  const stored = columns.filter((c) => c.field.kind !== 'epoch');
  const plan: RowPlan = { group, dims, sizes, columns: stored };
  class RowOfGroup extends PackedRow {
    constructor(state: PackedState, row: RowIxs) {
      super(plan, state, row);
    }
  }
  for (const column of columns) {
    Object.defineProperty(RowOfGroup.prototype, column.name, {
      get(this: PackedRow): AnyValue {
        return readField(this, column);
      },
    });
  }
  return RowOfGroup;
}

/** The code of a value to be written; throws if the field cannot hold it. */
function encode(column: Column, value: unknown): Code {
  const { field } = column;
  const code = codeIn(column, value);
  if (code !== undefined) return code;
  const sort = field.kind === 'ref' ? ` of ${field.sort}` : '';
  throw new Error(`set: ${column.key}: no value of a ${field.kind}${sort}: ${shown(value)}`);
}

function codeIn({ field }: Column, value: unknown): Code | undefined {
  switch (field.kind) {
    case 'bool':
      if (typeof value === 'boolean') return Code.known(value ? 1 : 0);
      if (!(value instanceof Bool)) return undefined;
      return value.k === undefined ? new Code(`(${value.js}?1:0)`, 0) : Code.known(value.k ? 1 : 0);
    case 'oneOf':
      if (typeof value === 'string') return Code.known(codeOf(field.values, value));
      return value instanceof Val ? recode(value, field.values) : undefined;
    case 'ref':
      if (value === null) return Code.known(0);
      if (!(value instanceof Ref || value instanceof Ix)) return undefined;
      return value.sort === field.sort ? value.code : undefined;
    case 'epochRef':
      if (value === 'none') return Code.known(EPOCH_NONE);
      if (value === 'current') return Code.known(EPOCH_CURRENT);
      return value instanceof EpochVal ? value.code : undefined;
    case 'epoch':
      return undefined;
  }
}

/** The code of a value in another list of values, which must have them all. */
function recode(value: Val, values: readonly string[]): Code {
  if (value.code.k !== undefined) return Code.known(codeOf(values, value.values[value.code.k]));
  if (sameList(value.values, values.slice(0, value.values.length))) return value.code;
  const codes = value.values.map((v) => codeOf(values, v));
  const last = codes.length - 1;
  const js = codes.reduceRight((rest, code, i) => {
    if (i === last) return String(code);
    return `${value.code.is(i).js}?${code}:${rest}`;
  }, '');
  return new Code(`(${js})`, 0);
}

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor.name : String(value);
