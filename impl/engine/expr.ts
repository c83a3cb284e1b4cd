/**
 * A packed state as an immutable value that meanings read and rewrite.
 *
 * `s.tdi(t).state` is a value of the state as it was when `s` was made; `s.tdi(t).set({ … })` is
 * another state. Behind each stands generated code; nothing is computed before the code runs,
 * except what is known already.
 */
import type { EpochField, Schema } from './schema.ts';
import type { Bool, EpochVal, Ix, Ref, Val } from './values.ts';

/** What reading a field gives. */
type ReadOf<F> = F extends { readonly kind: 'bool' }
  ? Bool
  : F extends { readonly kind: 'oneOf'; readonly values: readonly (infer V extends string)[] }
    ? Val<V>
    : F extends { readonly kind: 'ref'; readonly sort: infer S extends string }
      ? Ref<S>
      : F extends { readonly kind: 'epochRef' }
        ? EpochVal
        : never;
/** What may be written to a field. */
type WriteOf<F> = F extends { readonly kind: 'bool' }
  ? Bool | boolean
  : F extends { readonly kind: 'oneOf'; readonly values: readonly (infer V extends string)[] }
    ? Val<V> | V
    : F extends { readonly kind: 'ref'; readonly sort: infer S extends string }
      ? Ref<S> | Ix<S> | null
      : F extends { readonly kind: 'epochRef' }
        ? EpochVal | 'current' | 'none'
        : never;

type Stored<F> = { readonly [K in keyof F as F[K] extends EpochField ? never : K]: F[K] };
type EpochNames<F> = { [K in keyof F]: F[K] extends EpochField ? K : never }[keyof F] & string;
type Ixs<D extends readonly string[]> = { readonly [I in keyof D]: Ix<D[I]> };
type RefSorts<F> = { [K in keyof F]: F[K] extends { readonly sort: infer T } ? T : never }[keyof F];
/** The index sorts that a schema mentions. */
type SortOf<S extends Schema> = {
  [G in keyof S]: S[G]['dims'][number] | RefSorts<S[G]['fields']>;
}[keyof S] &
  string;

/** New values for some fields of a row. */
type Writes<F> = { readonly [K in keyof Stored<F>]?: WriteOf<F[K]> };
/** The values of all fields of a row. */
type Values<F> = { readonly [K in keyof Stored<F>]: ReadOf<F[K]> };
/** One row of a state. */
type RowOf<S extends Schema, F> = Values<F> & {
  /**
   * The state with these fields of the row replaced. Fields whose facet is off stay what they are.
   */
  set(writes: Writes<F>): State<S>;
  /** All fields of the row, to be set on another one. */
  copy(): Values<F>;
  /** The state with all fields of the row at their initial values. */
  clear(): State<S>;
};
/** What a state offers beside its groups. */
interface Control<S extends Schema> {
  /** One or the other, depending on what only the run may know; without `otherwise`, or nothing. */
  when(
    condition: Bool,
    then: (s: State<S>) => State<S>,
    otherwise?: (s: State<S>) => State<S>,
  ): State<S>;
  /** Changes for every member of a sort, in order; later ones see what earlier ones wrote. */
  each<T extends SortOf<S>>(sort: T, change: (s: State<S>, member: Ix<T>) => State<S>): State<S>;
  /** True if it holds for a member of a sort. */
  some<T extends SortOf<S>>(sort: T, holds: (member: Ix<T>) => Bool): Bool;
  /** True if it holds for all members of a sort. */
  every<T extends SortOf<S>>(sort: T, holds: (member: Ix<T>) => Bool): Bool;
  /** The first member of a sort for which it holds; nobody if there is none. */
  first<T extends SortOf<S>>(sort: T, holds: (member: Ix<T>) => Bool): Ix<T>;
  members<T extends SortOf<S>>(sort: T): readonly Ix<T>[];
  /**
   * A new episode begins: every reference to the current episode of that very row becomes stale.
   */
  advance<G extends keyof S & string, E extends EpochNames<S[G]['fields']>>(
    group: G,
    epoch: E,
    ...row: Ixs<S[G]['dims']>
  ): State<S>;
}
/** A state: a function from indices to a row for every group, and the controls. */
export type State<S extends Schema> = {
  readonly [G in keyof S]: (...row: Ixs<S[G]['dims']>) => RowOf<S, S[G]['fields']>;
} & Control<S>;
