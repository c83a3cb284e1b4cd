/**
 * The authoring surface: everything a vendor file needs, and nothing else.
 *
 * Rules are plain data made of words. TypeScript checks that every word's roles are on offer where
 * it stands: a node carries a phantom `needs`, and contravariance lets a word with fewer roles stand where
 * more are on offer.
 */
import type { ClauseId } from './clauses.ts';
import type { Facet } from './fields.ts';
import type { Args, IndexSort, Party, Roles } from './sorts.ts';
import type { Readings } from './world.ts';

export { PCI_FACETS } from './fields.ts';
export { PARTIES, type Party } from './sorts.ts';

// ---------------------------------------------------------------- words

type Kind = 'guard' | 'effect' | 'term';
/** A word's signature: its kind, its roles, its sentence. Its meaning is elsewhere, twice. */
export interface Signature<K extends Kind, R extends Roles, P extends readonly unknown[]> {
  readonly kind: K;
  readonly roles: R;
  /** One documented fact in one sentence; `{role}` and `{0}` stand for roles and parameters. */
  readonly says: string;
  readonly clauses: readonly ClauseId[];
  /** Whether rule authors write it with parameters. */
  readonly takes: boolean;
  /** For terms: the sort of what it denotes. */
  readonly to?: IndexSort;
  readonly params?: (p: P) => void;
}
// biome-ignore lint/suspicious/noExplicitAny: a signature of any roles and parameters
export type AnySignature = Signature<Kind, any, any>;
export type Signatures = Readonly<Record<string, AnySignature>>;

const signature =
  <K extends Kind>(kind: K, takes: boolean) =>
  <const R extends Roles, P extends readonly unknown[]>(
    roles: R,
    says: string,
    ...clauses: readonly ClauseId[]
  ): Signature<K, R, P> =>
    Object.freeze({ kind, roles, says, clauses, takes });

/** Declares a yes-or-no question about the world. */
export const guard = <const R extends Roles>(
  roles: R,
  says: string,
  ...clauses: readonly ClauseId[]
): Signature<'guard', R, []> => signature('guard', false)(roles, says, ...clauses);
/** Declares a change of the world. */
export const effect = <const R extends Roles>(
  roles: R,
  says: string,
  ...clauses: readonly ClauseId[]
): Signature<'effect', R, []> => signature('effect', false)(roles, says, ...clauses);
/** A guard with parameters: `guardOf<[TdiState]>()(roles, sentence)`; the two steps are TypeScript's. */
export const guardOf =
  <P extends readonly unknown[]>() =>
  <const R extends Roles>(
    roles: R,
    says: string,
    ...clauses: readonly ClauseId[]
  ): Signature<'guard', R, P> =>
    signature('guard', true)(roles, says, ...clauses);
/** An effect with parameters. */
export const effectOf =
  <P extends readonly unknown[]>() =>
  <const R extends Roles>(
    roles: R,
    says: string,
    ...clauses: readonly ClauseId[]
  ): Signature<'effect', R, P> =>
    signature('effect', true)(roles, says, ...clauses);
/** Declares a name for a member that some field refers to, for use with `at`. */
export const term = <const R extends Roles, const S extends IndexSort>(
  roles: R,
  to: S,
  says: string,
): Signature<'term', R, []> & { readonly to: S } => ({
  kind: 'term',
  roles,
  says,
  clauses: [],
  takes: false,
  to,
});

// ---------------------------------------------------------------- nodes

export interface WordNode {
  readonly kind: 'word';
  readonly word: string;
  readonly params: readonly unknown[];
}
export type GuardNode =
  | WordNode
  | { readonly kind: 'not'; readonly of: GuardNode }
  | { readonly kind: 'anyOf'; readonly of: readonly GuardNode[] }
  | { readonly kind: 'allOf'; readonly of: readonly GuardNode[] }
  | { readonly kind: 'at'; readonly role: string; readonly term: string; readonly of: GuardNode };
export type EffectNode =
  | WordNode
  | {
      readonly kind: 'each';
      readonly role: string;
      readonly sort: IndexSort;
      readonly where: readonly GuardNode[];
      readonly of: readonly EffectNode[];
    }
  | { readonly kind: 'when'; readonly if: readonly GuardNode[]; readonly of: readonly EffectNode[] }
  | { readonly kind: 'at'; readonly role: string; readonly term: string; readonly of: EffectNode };

export type Guard<R extends Roles> = GuardNode & {
  readonly as?: 'guard';
  readonly needs?: (roles: R) => void;
};
export type Effect<R extends Roles> = EffectNode & {
  readonly as?: 'effect';
  readonly needs?: (roles: R) => void;
};
// biome-ignore lint/suspicious/noExplicitAny: a node that needs any roles
type AnyGuard = Guard<any>;
// biome-ignore lint/suspicious/noExplicitAny: a node that needs any roles
type AnyEffect = Effect<any>;

type NodeOf<S> =
  S extends Signature<'guard', infer R, infer _P>
    ? Guard<R>
    : S extends Signature<'effect', infer R, infer _P>
      ? Effect<R>
      : never;
type Authored<S> =
  S extends Signature<'term', infer R, infer _P>
    ? { readonly term: string; readonly needs?: (roles: R) => void }
    : S extends Signature<Kind, infer _R, infer P>
      ? [P] extends [readonly []]
        ? NodeOf<S>
        : (...params: P extends readonly unknown[] ? P : never) => NodeOf<S>
      : never;
/** The words as rule authors write them, made from the one list of signatures. */
export const authored = <const V extends Signatures>(
  signatures: V,
): { readonly [K in keyof V]: Authored<V[K]> } =>
  Object.fromEntries(
    Object.entries(signatures).map(([word, s]) => {
      if (s.kind === 'term') return [word, Object.freeze({ term: word })];
      if (!s.takes) return [word, Object.freeze({ kind: 'word', word, params: [] })];
      return [word, (...params: unknown[]) => Object.freeze({ kind: 'word', word, params })];
    }),
  ) as never;

/** What the reference side must supply for every word: a pure function of the world. */
export type ModelMeaning<V, W> = {
  readonly [K in keyof V]: V[K] extends Signature<infer Kd, infer R, infer P>
    ? (
        world: W,
        args: Args<R>,
        ...params: P extends readonly unknown[] ? P : never
      ) => Kd extends 'guard' ? boolean : Kd extends 'effect' ? W : number
    : never;
};

// ---------------------------------------------------------------- combinators

type Needs<N> = [N] extends [{ readonly needs?: (roles: infer R) => void }]
  ? R extends Roles
    ? R
    : Record<never, never>
  : Record<never, never>;
type Without<R, K> = { readonly [P in Exclude<keyof R, K>]: R[P] } extends infer X extends Roles
  ? X
  : Record<never, never>;
type Binding = {
  // biome-ignore lint/suspicious/noExplicitAny: a term that needs any roles
  readonly [role: string]: { readonly term: string; readonly needs?: (roles: any) => void };
};

/** The guard does not hold. */
export const not = <R extends Roles>(of: Guard<R>): Guard<R> => ({ kind: 'not', of });
/** At least one holds. */
export const anyOf = <const G extends readonly AnyGuard[]>(...of: G): Guard<Needs<G[number]>> => ({
  kind: 'anyOf',
  of,
});
/** All hold; for use inside `not` and `anyOf`. */
export const allOf = <const G extends readonly AnyGuard[]>(...of: G): Guard<Needs<G[number]>> => ({
  kind: 'allOf',
  of,
});
/** Reads a word about the member that a term names: `at({ tdi: senderOf }, mapped)`. */
export function at<const B extends Binding, N extends AnyGuard>(
  bind: B,
  of: N,
): Guard<Without<Needs<N>, keyof B> & Needs<B[keyof B]>>;
export function at<const B extends Binding, N extends AnyEffect>(
  bind: B,
  of: N,
): Effect<Without<Needs<N>, keyof B> & Needs<B[keyof B]>>;
export function at(bind: Binding, of: GuardNode | EffectNode): unknown {
  return Object.entries(bind).reduce<unknown>(
    (node, [role, t]) => ({ kind: 'at', role, term: t.term, of: node }),
    of,
  );
}
/** For every member of a sort for which the guards hold, in order. */
export const each = <
  const K extends string,
  const S extends IndexSort,
  const G extends readonly AnyGuard[],
  const E extends readonly AnyEffect[],
>(
  role: { readonly [X in K]: S },
  where: G,
  of: E,
): Effect<Without<Needs<G[number] | E[number]>, K>> => {
  const [name, sort] = Object.entries(role)[0] as [string, S];
  return { kind: 'each', role: name, sort, where, of };
};
/** The effects, if all guards hold at that point. */
export const when = <const G extends readonly AnyGuard[], const E extends readonly AnyEffect[]>(
  guards: G,
  of: E,
): Effect<Needs<G[number] | E[number]>> => ({ kind: 'when', if: guards, of });

// ---------------------------------------------------------------- cases and rules

/** What an attempt comes to. A refusal is a value of the model, never an exception. */
export type Outcome =
  | { readonly is: 'accepted' }
  /** Answered with an error; `code` is the protocol's code, or a backend's word in capitals. */
  | {
      readonly is: 'refused';
      readonly code: string;
      /** Codes that the documents permit as well for the same check. */
      readonly also?: readonly string[];
    }
  /** No answer at all, or the thing is lost; `code` says why. */
  | { readonly is: 'dropped'; readonly code: string };
export interface Case<R extends Roles> {
  /** Unique in its rule; stable, because mutants, coverage and pages name cases by it. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly guards: readonly GuardNode[];
  readonly effects: readonly EffectNode[];
  /** Why the case is never, or hardly ever, seen to decide; it stands for the fact all the same. */
  readonly idle?: string;
  readonly needs?: (roles: R) => void;
}
/** Marks a case that is never, or hardly ever, seen to decide, with the reason. */
export const idle = <C extends Case<never>>(why: string, c: C): C => ({ ...c, idle: why });
/** A case that accepts. */
export const accepted = <
  const G extends readonly AnyGuard[],
  const E extends readonly AnyEffect[] = [],
>(
  name: string,
  guards: G,
  effects?: E,
): Case<Needs<G[number] | E[number]>> => ({
  name,
  outcome: { is: 'accepted' },
  guards,
  effects: effects ?? [],
});
/** A case that answers with an error code; of several, each is permitted, and the first is the model's own. */
export const refused = <
  const G extends readonly AnyGuard[],
  const E extends readonly AnyEffect[] = [],
>(
  code: string | readonly [string, ...string[]],
  name: string,
  guards: G,
  effects?: E,
): Case<Needs<G[number] | E[number]>> => {
  const [own, ...also] = typeof code === 'string' ? [code] : code;
  return {
    name,
    outcome: also.length === 0 ? { is: 'refused', code: own } : { is: 'refused', code: own, also },
    guards,
    effects: effects ?? [],
  };
};
/** A case without an answer. */
export const dropped = <
  const G extends readonly AnyGuard[],
  const E extends readonly AnyEffect[] = [],
>(
  code: string,
  name: string,
  guards: G,
  effects?: E,
): Case<Needs<G[number] | E[number]>> => ({
  name,
  outcome: { is: 'dropped', code },
  guards,
  effects: effects ?? [],
});

/** How an attempt stands to the road to RUN; the generator's weights go by it. */
export type Role = 'progress' | 'optional' | 'hostile' | 'neutral';

/** With these arguments the rule has another role. */
interface Leaning {
  readonly when: Readonly<Record<string, number | string>>;
  readonly role: Role;
}
/** The role of a rule with given arguments. */
export const roleOf = (r: Rule, args: Readonly<Record<string, number | string>>): Role =>
  r.leanings.find(({ when: w }) => Object.entries(w).every(([role, v]) => args[role] === v))
    ?.role ?? r.role;

export interface Rule<R extends Roles = Roles> {
  readonly id: string;
  readonly by: Party;
  /** Builds towards DMA in RUN (optional: not always needed), works against it, or neither. */
  readonly role: Role;
  /** Where some arguments lean another way; the first that agrees decides. */
  readonly leanings: readonly Leaning[];
  readonly says: string;
  /**
   * What a party that means well looks at before; where it does not hold, a generator treats the attempt
   * as hostile. It decides nothing: attempts are legal all the same.
   */
  readonly sensible: readonly GuardNode[];
  /** Its outcome is what matters: worth an attempt even where it changes nothing. */
  readonly observed: boolean;
  readonly over: R;
  readonly clauses: readonly ClauseId[];
  /** The rule exists only where all these facets are on. */
  readonly facets: readonly Facet[];
  /** True where the documents fix no order of checks: any code whose case holds may be the answer. */
  readonly codesInAnyOrder: boolean;
  /** The common verb that a backend's command refines. */
  readonly refines?: string;
  /**
   * The rule of `base` that this is the backend's form of; properties know it by that id. It has that rule's
   * roles, and may have more.
   */
  readonly as?: string;
  /** The common rule whose place it takes, where that is not the one by which properties know it. */
  readonly instead?: string;
  readonly cases: readonly Case<Roles>[];
}
/** The id by which properties know a rule. */
export const commonIdOf = ({ as, id }: Pick<Rule, 'as' | 'id'>): string => as ?? id;
export interface RuleBody<R extends Roles> {
  readonly by: Party;
  readonly role?: Role;
  readonly leanings?: readonly Leaning[];
  readonly says: string;
  readonly sensible?: readonly Guard<NoInfer<R>>[];
  readonly observed?: boolean;
  readonly over: R;
  readonly clauses: readonly ClauseId[];
  readonly facets?: readonly Facet[];
  readonly codesInAnyOrder?: boolean;
  readonly refines?: string;
  readonly as?: string;
  readonly instead?: string;
  readonly cases: readonly Case<NoInfer<R>>[];
}
/** A rule: one event that one party may attempt in any state, as a decision table. */
export const rule = <const R extends Roles>(id: string, body: RuleBody<R>): Rule =>
  Object.freeze({
    id,
    by: body.by,
    role: body.role ?? 'neutral',
    leanings: body.leanings ?? [],
    says: body.says,
    sensible: body.sensible ?? [],
    observed: body.observed ?? false,
    over: body.over,
    clauses: body.clauses,
    facets: body.facets ?? [],
    codesInAnyOrder: body.codesInAnyOrder ?? false,
    ...(body.refines === undefined ? {} : { refines: body.refines }),
    ...(body.as === undefined ? {} : { as: body.as }),
    ...(body.instead === undefined ? {} : { instead: body.instead }),
    cases: body.cases as unknown as readonly Case<Roles>[],
  });

/** A backend: its rules, the facets of its world, and the readings that it fixes. */
export interface Backend {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly clauses: readonly ClauseId[];
  /** The facets that its world can have; without it those of a PCIe device behind a TSM (`PCI_FACETS`). */
  readonly facets?: readonly Facet[];
  /** Readings that are no matter of dispute here: facts about this backend. */
  readonly fixes?: Partial<Readings>;
  readonly rules: readonly Rule[];
}
/** Declares a backend. */
export const backend = (id: string, body: Omit<Backend, 'id'>): Backend =>
  Object.freeze({ id, ...body });
