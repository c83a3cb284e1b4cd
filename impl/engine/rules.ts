/**
 * Rules as the engine sees them: decision tables of words. Structural, so that any rule data of
 * this shape compiles; what else the records carry is nobody's business here.
 */
import type { State } from './expr.ts';
import type { Schema } from './schema.ts';
import type { Bool, Ix } from './values.ts';

export interface WordUse {
  readonly kind: 'word';
  readonly word: string;
  readonly params: readonly unknown[];
}
export type GuardTree =
  | WordUse
  | { readonly kind: 'not'; readonly of: GuardTree }
  | { readonly kind: 'anyOf'; readonly of: readonly GuardTree[] }
  | { readonly kind: 'allOf'; readonly of: readonly GuardTree[] }
  | { readonly kind: 'at'; readonly role: string; readonly term: string; readonly of: GuardTree };
export type EffectTree =
  | WordUse
  | {
      readonly kind: 'each';
      readonly role: string;
      readonly sort: string;
      readonly where: readonly GuardTree[];
      readonly of: readonly EffectTree[];
    }
  | { readonly kind: 'when'; readonly if: readonly GuardTree[]; readonly of: readonly EffectTree[] }
  | { readonly kind: 'at'; readonly role: string; readonly term: string; readonly of: EffectTree };
export interface CaseData {
  readonly name: string;
  readonly guards: readonly GuardTree[];
  readonly effects: readonly EffectTree[];
}
/** The first case whose guards all hold decides. */
export interface RuleData {
  readonly id: string;
  /** Its roles: a name, and the sort that it ranges over. */
  readonly over: Readonly<Record<string, string>>;
  readonly cases: readonly CaseData[];
}
/** What stands for the roles: a member's number, or a literal. */
export type RoleArgs = Readonly<Record<string, number | string>>;
/** One rule with arguments. */
export interface Attempt {
  readonly rule: RuleData;
  readonly args: RoleArgs;
}

/**
 * What words mean on a packed state: a guard gives a Bool, an effect a State, a term an Ix. An
 * index role comes as an Ix, a literal role as the literal itself.
 */
export type Meanings<S extends Schema> = Readonly<
  Record<
    string,
    // biome-ignore lint/suspicious/noExplicitAny: words differ in their roles and parameters
    (s: State<S>, args: any, ...params: any[]) => Bool | State<S> | Ix
  >
>;
