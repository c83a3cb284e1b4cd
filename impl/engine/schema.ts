/**
 * What the engine knows of a state: groups of fields over index sorts.
 *
 * These types are structural copies, so that the engine depends on nobody's declarations: any
 * schema of this shape will do, with whatever more its records carry.
 */

interface Common<K extends string, T> {
  readonly kind: K;
  /** The value in the initial state, and the constant while the facet is off. */
  readonly init: T;
  readonly facet: string;
}
/** A yes or no. */
type BoolField = Common<'bool', boolean>;
/** One of a closed list. */
interface EnumField<V extends string = string> extends Common<'oneOf', V> {
  readonly values: readonly V[];
}
/** A member of a sort, or nobody. */
interface RefField<S extends string = string> extends Common<'ref', null> {
  readonly sort: S;
}
/** A counter of episodes. It takes no bits: the references to it say whether they are current. */
export type EpochField = Common<'epoch', number>;
/** Which episode somebody holds: none, a stale one or the current one. */
export interface EpochRefField extends Common<'epochRef', null> {
  /** "group.field" of the epoch. */
  readonly of: string;
  /** The ref of the same row that says whose epoch is meant; else the row's own indices say it. */
  readonly by: string | undefined;
}
export type Field = BoolField | EnumField | RefField | EpochField | EpochRefField;
type Fields = Readonly<Record<string, Field>>;
/** A record of fields for every combination of members of the sorts in `dims`. */
interface Group<D extends readonly string[] = readonly string[], F extends Fields = Fields> {
  readonly dims: D;
  readonly fields: F;
}
export type Schema = Readonly<Record<string, Group>>;
/** How many members each sort has. */
export type Sizes = Readonly<Record<string, number>>;

/** The value that a field holds in a readable state. */
type ValueOf<F> = F extends { readonly kind: 'bool' }
  ? boolean
  : F extends { readonly kind: 'oneOf'; readonly values: readonly (infer V)[] }
    ? V
    : F extends { readonly kind: 'ref' }
      ? number | null
      : F extends { readonly kind: 'epoch' }
        ? number
        : F extends { readonly kind: 'epochRef' }
          ? number | null
          : never;
/** One row of a readable state. */
type Row<F> = { readonly [K in keyof F]: ValueOf<F[K]> };
type Nest<D extends readonly string[], T> = D extends readonly [
  string,
  ...infer R extends readonly string[],
]
  ? readonly Nest<R, T>[]
  : T;
/**
 * The readable state that a schema describes: records, nested in one array for each of the dims.
 */
export type StateOf<S extends Schema> = {
  readonly [G in keyof S]: Nest<S[G]['dims'], Row<S[G]['fields']>>;
};
