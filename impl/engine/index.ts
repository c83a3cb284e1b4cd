/**
 * A general explicit-state engine: typed expressions over packed states, compiled to straight-line
 * code.
 */
export { type Mask, maskOf, type Touches, touchesOf } from './changed.ts';
export { type Codec, codec } from './codec.ts';
export {
  attemptOf,
  CHUNK_CHARS_MAX,
  type Compiler,
  type CompilerInput,
  caseOf,
  compiler,
  type Engine,
  viaOf,
} from './compile.ts';
export type { Control, RowOf, SortOf, State, Values, Writes } from './expr.ts';
export { type Column, type Layout, layout, WORD_BITS } from './layout.ts';
export type {
  Attempt,
  CaseData,
  EffectTree,
  GuardTree,
  Meanings,
  RoleArgs,
  RuleData,
  WordUse,
} from './rules.ts';
export type * from './schema.ts';
export {
  type Judge,
  type SearchOptions,
  type SearchResult,
  search,
  type Violation,
} from './search.ts';
export { all, any, Bool, EpochVal, FALSE, Ix, ix, known, Ref, TRUE, Val } from './values.ts';
export { type View, viewOf } from './view.ts';
