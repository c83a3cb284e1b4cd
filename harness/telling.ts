/**
 * A world told in people's words: `tdi.VF1.state` is `RUN`, `tsm.VF1.boundTo` is `G1`, and an
 * episode is `current`, `past` or `none`. Names and values are checked by TypeScript where they are
 * literal.
 */
import type {
  BoolField,
  EnumField,
  EpochRefField,
  Field,
  Group,
  RefField,
} from '../model/fields.ts';
import type { IndexSort } from '../model/sorts.ts';
import { nameOf, type Preset, SCHEMA, type Schema, type World } from '../model/world.ts';

interface Names {
  readonly Tdi: 'PF' | `VF${number}`;
  readonly Guest: `G${number}`;
  readonly Page: `P${number}`;
  readonly Slot: `S${number}`;
  readonly KeySet: `K${number}`;
  readonly Queue: `Q${number}`;
  readonly Secret: `X${number}`;
}
/** How people call a member of a sort. */
export type Name<S extends IndexSort = IndexSort> = Names[S];
/** What stands where a reference names no member. */
const NOBODY = {
  Tdi: 'nobody',
  Guest: 'nobody',
  Page: 'none',
  Slot: 'none',
  KeySet: 'none',
  Queue: 'none',
  Secret: 'none',
} as const;
type Nobody<S extends IndexSort> = (typeof NOBODY)[S];

type GroupName = keyof Schema & string;
type RowNameIn<G extends GroupName> = Schema[G]['dims'] extends readonly [
  infer A extends IndexSort,
  infer B extends IndexSort,
]
  ? `${G}.${Name<A>}.${Name<B>}`
  : Schema[G]['dims'] extends readonly [infer A extends IndexSort]
    ? `${G}.${Name<A>}`
    : G;
/** One record of the world: `stream`, `tdi.VF1`, `dma.VF1.P1`. */
export type RowName = { [G in GroupName]: RowNameIn<G> }[GroupName];

type Told<F> =
  F extends EnumField<infer V>
    ? V
    : F extends RefField<infer S>
      ? Name<S> | Nobody<S>
      : F extends BoolField
        ? boolean
        : F extends EpochRefField
          ? 'current' | 'past' | 'none'
          : never;
type GroupOf<N> = N extends GroupName
  ? N
  : N extends `${infer G extends GroupName}.${string}`
    ? G
    : never;
type ToldFields<F> = {
  readonly [K in keyof F as Told<F[K]> extends never ? never : K]?: Told<F[K]>;
};
/** Fields of a record, each with its value. Counters of episodes have no value to tell. */
export type ToldOf<N extends RowName> = ToldFields<Schema[GroupOf<N>]['fields']>;
export type ToldValue = string | boolean;
/** Fields by their full names. */
export type Telling = Readonly<Record<string, ToldValue>>;
/** The fields of a record by their full names. */
export const telling = <N extends RowName>(row: N, fields: ToldOf<N>): Telling =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [`${row}.${field}`, value as ToldValue]),
  );

const groupNamed = (name: string): Group | undefined =>
  (SCHEMA as Readonly<Record<string, Group>>)[name];
/** The field of a group, by "group.field". */
function fieldNamed(name: string): { group: Group; field: Field } {
  const [groupName = '', fieldName = ''] = name.split('.');
  const group = groupNamed(groupName);
  const field = group?.fields[fieldName];
  if (group === undefined || field === undefined) throw new Error(`fieldNamed: no field ${name}`);
  return { group, field };
}

/** The member of a sort that people call so; an error if the preset has none. */
export function memberNamed(preset: Preset, sort: IndexSort, name: string): number {
  const size = preset.sizes[sort];
  const all = Array.from({ length: size }, (_, i) => nameOf(sort, i));
  const member = all.indexOf(name);
  if (member < 0)
    throw new Error(
      `memberNamed: no ${sort} ${name} in preset ${preset.id}, only ${all.join(', ')}`,
    );
  return member;
}

type RowValue = Readonly<Record<string, unknown>>;
/** The record of a group at the given indices. */
function rowAt(world: World, group: string, at: readonly number[]): RowValue {
  const found = at.reduce<unknown>(
    (rows, i) => (rows as readonly unknown[] | undefined)?.[i],
    (world as unknown as Readonly<Record<string, unknown>>)[group],
  );
  if (found === undefined) throw new RangeError(`rowAt: no ${group} at ${at.join()}`);
  return found as RowValue;
}
/** The record that a name means, and what is left of the name. */
function placed(preset: Preset, name: string): { group: string; at: number[]; rest: string[] } {
  const [group = '', ...parts] = name.split('.');
  const dims = groupNamed(group)?.dims;
  if (dims === undefined) throw new Error(`placed: ${name}: the world has no group ${group}`);
  if (parts.length < dims.length)
    throw new Error(`placed: ${name}: ${group} is told by ${dims.join(' and ')}`);
  const at = dims.map((sort, i) => memberNamed(preset, sort, parts[i] ?? ''));
  return { group, at, rest: parts.slice(dims.length) };
}

/** Whether an episode reference is to the episode that is current now. */
function episode(world: World, group: string, at: readonly number[], f: EpochRefField): ToldValue {
  const row = rowAt(world, group, at);
  const held = Object.entries(groupNamed(group)?.fields ?? {}).find(([, other]) => other === f);
  const value = held && row[held[0]];
  if (value === null || value === undefined) return 'none';
  const [target = '', counter = ''] = f.of.split('.');
  const { group: counted } = fieldNamed(f.of);
  const own = groupNamed(group)?.dims ?? [];
  const index = counted.dims.map((sort) =>
    f.by === undefined ? at[own.indexOf(sort)] : row[f.by],
  );
  if (index.includes(null)) return 'past';
  return rowAt(world, target, index as number[])[counter] === value ? 'current' : 'past';
}

/** Reads one field, such as `tdi.VF1.state`, as people tell it. */
export function tell(preset: Preset, world: World, name: string): ToldValue {
  const { group, at, rest } = placed(preset, name);
  const [fieldName = '', ...more] = rest;
  const field = groupNamed(group)?.fields[fieldName];
  if (field === undefined || more.length > 0)
    throw new Error(`tell: ${name}: ${group} has no field ${rest.join('.')}`);
  const value = rowAt(world, group, at)[fieldName];
  switch (field.kind) {
    case 'bool':
      return value as boolean;
    case 'oneOf':
      return value as string;
    case 'ref':
      return value === null ? NOBODY[field.sort] : nameOf(field.sort, value as number);
    case 'epochRef':
      return episode(world, group, at, field);
    case 'epoch':
      throw new Error(`tell: ${name} counts episodes; tell a reference to it instead`);
    default: {
      const never: never = field;
      throw new Error(`tell: unknown field ${JSON.stringify(never)}`);
    }
  }
}
/** The fields of a record that differ between two worlds, counters of episodes included. */
export function changedIn(preset: Preset, before: World, after: World, name: RowName): string[] {
  const { group, at, rest } = placed(preset, name);
  if (rest.length > 0) throw new Error(`changedIn: ${name} is no record`);
  const was = rowAt(before, group, at);
  const is = rowAt(after, group, at);
  return Object.keys(is)
    .filter((field) => was[field] !== is[field])
    .map((field) => `${name}.${field}`);
}
/** The names of all fields that can be told, in a preset. */
export function everyName(preset: Preset): readonly string[] {
  return Object.entries(SCHEMA as Readonly<Record<string, Group>>).flatMap(
    ([group, { dims, fields }]) => {
      const rows = dims.reduce<string[]>(
        (some, sort) =>
          some.flatMap((row) =>
            Array.from({ length: preset.sizes[sort] }, (_, i) => `${row}.${nameOf(sort, i)}`),
          ),
        [group],
      );
      const told = Object.entries(fields).filter(([, f]) => f.kind !== 'epoch');
      return rows.flatMap((row) => told.map(([field]) => `${row}.${field}`));
    },
  );
}

const LETTER = { CONFIG_UNLOCKED: 'U', CONFIG_LOCKED: 'L', RUN: 'R', ERROR: 'E' } as const;
/**
 * The world on one line, for failures: TDI states with their guests, stream, session, exchange,
 * TLPs.
 */
export function stateLine(world: World): string {
  const guest = (g: number | null): string => (g === null ? '' : `(${nameOf('Guest', g)})`);
  const tdis = world.tdi.map((t, i) => {
    const stop = t.stop === 'idle' ? '' : ` ${t.stop}`;
    return `${nameOf('Tdi', i)} ${LETTER[t.state]}${guest(world.tsm[i]?.boundTo ?? null)}${stop}`;
  });
  const { stream, relay, session } = world;
  const keys = stream.sending === null ? '' : ` ${nameOf('KeySet', stream.sending)}`;
  const about = relay.tdi === null ? '' : ` ${relay.request} ${nameOf('Tdi', relay.tdi)}`;
  const tlps = world.tlp.flatMap((t) =>
    t.kind === 'none' || t.tdi === null || t.page === null
      ? []
      : [`${t.kind} ${t.traffic} ${nameOf('Tdi', t.tdi)} ${nameOf('Page', t.page)}`],
  );
  return [
    ...tdis,
    `stream ${stream.secure ? 'Secure' : 'Insecure'}${keys}`,
    `session ${session.phase}`,
    `relay ${relay.stage}${about}`,
    ...tlps,
  ].join(' · ');
}
