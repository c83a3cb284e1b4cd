/**
 * A general explicit-state engine: typed expressions over packed states, compiled to straight-line
 * code.
 */
export { maskOf } from './changed.ts';
export { type Codec, codec } from './codec.ts';
export { attemptOf, type Compiler, caseOf, compiler, type Engine, viaOf } from './compile.ts';
export { beside, serve } from './explore/crew.ts';
export { type ExploreOptions, explore, explorePausing } from './explore/explore.ts';
export type { Found } from './explore/found.ts';
export { type Plan, planOf } from './explore/plan.ts';
export type { Exploration } from './explore/reached.ts';
export type { Judges, Keeping, Kept, Standing } from './explore/search.ts';
export { type Symmetry, symmetryOf } from './explore/symmetry.ts';
export { SymmetryCheck, type Unlike } from './explore/symmetry-check.ts';
export { namedWay } from './explore/symmetry-names.ts';
export type { State } from './expr.ts';
export { type Layout, layout } from './layout.ts';
export type { RuleData } from './rules.ts';
export { tracedViewOf } from './traced.ts';
export { all, any, type Bool, FALSE, type Ix, ix, known, TRUE, type Val } from './values.ts';
export { viewOf } from './view.ts';
