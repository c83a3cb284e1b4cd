/**
 * What a property is. Properties are written once, over a read-only view of the world, and are judged on
 * the subject's own state; they use neither words nor rules, or they would repeat the guard that they judge.
 */
import type { ClauseId } from '../model/clauses.ts';
import type { Facet } from '../model/fields.ts';
import type { IndexSort, Party } from '../model/sorts.ts';
import type { FieldName, Readings, WorldView } from '../model/world.ts';

/** What an attempt came to. */
export interface Verdict {
  readonly is: 'accepted' | 'refused' | 'dropped';
  /** The protocol's or backend's code; empty when accepted. */
  readonly code: string;
}
/** One executed attempt. `before` and `after` are views: use them while judging, keep nothing of them. */
export interface Step {
  readonly before: WorldView;
  readonly rule: string;
  /** The roles of the rule: a number for a member of an index sort or a level, otherwise the literal. */
  readonly args: Readonly<Record<string, number | string>>;
  readonly outcome: Verdict;
  readonly after: WorldView;
}
/** Situations without which the property says nothing; each must have been seen on an executed step. */
export type Witnesses = Readonly<Record<string, (step: Step) => boolean>>;

interface Common {
  /** Kebab-case, as in the reference. */
  readonly id: string;
  /** A sentence that a security engineer would put in a review. */
  readonly title: string;
  readonly clauses: readonly ClauseId[];
  /** Not applicable in a preset in which one of these is off. */
  readonly facets: readonly Facet[];
  /** Not applicable in a preset with fewer members: what it is about cannot occur there. */
  readonly sizes?: Readonly<Partial<Record<IndexSort, number>>>;
  /** Not applicable where these things are read otherwise. */
  readonly readings?: Readonly<Partial<Readings>>;
  /** The fields that it looks at; it is judged after a step that changed one of them. */
  readonly reads: readonly FieldName[];
  /** What to tell a reader about a violation, in one line; without it the title must do. */
  readonly why?: (step: Step) => string;
}
/** Must hold in every world. */
export interface Invariant extends Common {
  readonly kind: 'invariant';
  readonly holds: (world: WorldView) => boolean;
  readonly witnesses: Witnesses;
}
/** Must hold of every step. Judged also after every attempt of `rules`, whether anything changed or not. */
export interface StepProperty extends Common {
  readonly kind: 'step';
  readonly rules: readonly string[];
  /**
   * Those of `reads` without whose change it says nothing (unless after `rules`): it is judged after a change of
   * one of these. Without it: all of `reads`.
   */
  readonly triggers?: readonly FieldName[];
  /** It only forbids changes: an attempt that changes nothing cannot violate it. A search then need not ask it of those. */
  readonly forbidsChange?: true;
  readonly holds: (step: Step) => boolean;
  readonly witnesses: Witnesses;
}
/** Must be possible: a run in which it is never reached shows a model that is too strict. */
export interface Reach extends Common {
  readonly kind: 'reach';
  readonly rules: readonly string[];
  readonly reached: (step: Step) => boolean;
}
/** An attempt that a strategy makes: of this rule, about the member in question, with these literal arguments. */
export interface Move {
  readonly rule: string;
  readonly args?: Readonly<Record<string, number | string>>;
}
/**
 * What must be possible from every world, decided from worlds that runs come to: the named parties make the first
 * of the moves that changes anything, again and again, and reach the goal.
 *
 * `recover`: nobody else does anything; where the first move is not good enough, every order of moves is tried.
 * `bounded`: the others may do nothing, or anything at all in between; the goal is reached all the same.
 */
export interface Live extends Common {
  readonly kind: 'recover' | 'bounded';
  /** Whether the goal is one for each TDI, or for the world. */
  readonly of: 'Tdi' | 'world';
  /** The parties that do their part. */
  readonly by: readonly Party[];
  readonly moves: readonly Move[];
  /** The rules of the moves. */
  readonly rules: readonly string[];
  /** So many moves must do. */
  readonly within: number;
  readonly goal: (world: WorldView, tdi: number) => boolean;
  /** The goal in a few words. */
  readonly wants: string;
  /** Asked of a start from which there was something to do; both worlds of the step are that start. */
  readonly witnesses: Witnesses;
}
export type Property = Invariant | StepProperty | Reach | Live;
/** Properties that are judged on worlds and steps, and not by trying what can still be done. */
export type Safety = Exclude<Property, Live>;
export const isLive = (p: Property): p is Live => p.kind === 'recover' || p.kind === 'bounded';

type Body<P> = Omit<P, 'kind' | 'facets'> & { readonly facets?: readonly Facet[] };
/** Declares an invariant. */
export const invariant = (p: Body<Invariant>): Invariant =>
  Object.freeze({ kind: 'invariant', facets: [], ...p });
/** Declares a property of steps. */
export const step = (p: Body<StepProperty>): StepProperty =>
  Object.freeze({ kind: 'step', facets: [], ...p });
/** Declares something that must be possible. */
export const reach = (p: Body<Reach>): Reach => Object.freeze({ kind: 'reach', facets: [], ...p });

type LiveBody = Omit<Body<Live>, 'rules'>;
const live = (kind: Live['kind'], p: LiveBody): Live =>
  Object.freeze({ kind, facets: [], ...p, rules: [...new Set(p.moves.map((m) => m.rule))] });
/** Declares what can be recovered from every world if those concerned want it. */
export const recover = (p: LiveBody): Live => live('recover', p);
/** Declares what some parties can bring about whatever the others do. */
export const bounded = (p: LiveBody): Live => live('bounded', p);
