/**
 * What this side must supply for every declared word: a function that builds an expression on the
 * packed state. A missing word, a role that is not declared or a result of the wrong kind is a type error.
 */
import type { Signature } from '../../model/author.ts';
import type { IndexSort, LiteralSort, Literals, Roles } from '../../model/sorts.ts';
import type { Schema } from '../../model/world.ts';
import type { Bool, Ix, State } from '../engine/index.ts';

/** The packed state of the combined world. */
export type S = State<Schema>;
/** What stands for the roles: a literal comes as itself, because the attempt carries it. */
type PackedArgs<R extends Roles> = {
  readonly [K in keyof R]: R[K] extends LiteralSort
    ? Literals[R[K]][number]
    : R[K] extends IndexSort
      ? Ix<R[K]>
      : never;
};
/** A guard gives a Bool, an effect the state after it, a term the member that it names. */
type ResultOf<V> = V extends { readonly kind: 'guard' }
  ? Bool
  : V extends { readonly kind: 'effect' }
    ? S
    : V extends { readonly kind: 'term'; readonly to: infer T extends IndexSort }
      ? Ix<T>
      : never;
/** The packed meaning of every word of a list of signatures. */
export type PackedMeaning<V> = {
  readonly [K in keyof V]: V[K] extends Signature<infer _Kd, infer R, infer P>
    ? (
        s: S,
        args: PackedArgs<R>,
        ...params: P extends readonly unknown[] ? P : never
      ) => ResultOf<V[K]>
    : never;
};
