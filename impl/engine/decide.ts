/**
 * The code of one attempt: the cases of its rule in order, each as nested tests around what it
 * does.
 *
 * A guard is tested only where the earlier ones of its case held, and what it computes on the way
 * is computed there, because most attempts of a search are refused by their first guards.
 */
import { initialState, wordsOf } from './builder.ts';
import type { Layout } from './layout.ts';
import { boundArgs, type CaseMeaning, caseMeaning } from './meaning.ts';
import type { CaseData, Meanings, RoleArgs, RuleData } from './rules.ts';
import type { Schema } from './schema.ts';
import { namesIn, Scope, wordsIn } from './scope.ts';

/** What a rule is compiled against. */
export interface Setting<S extends Schema> {
  readonly layout: Layout<S>;
  readonly words: Meanings<S>;
  readonly isLiteral: (sort: string) => boolean;
}

/** A case as code: `head` opens its tests, `tail` closes them, `act` stands between. */
export interface CaseCode {
  readonly index: number;
  readonly head: string;
  readonly tail: string;
  /** The statements that compute the words after the step. */
  readonly lines: string;
  /** Names of the words after the step; `s0`, `s1`, … for those that stay. */
  readonly after: readonly string[];
  /** "group.field" of what it may write. */
  readonly writes: ReadonlySet<string>;
  /** "group.field" of all that decides what it writes, other than what was there. */
  readonly effectReads: ReadonlySet<string>;
}

/**
 * The cases of an attempt that may decide it; those that cannot with these arguments are left out.
 */
export interface Decision {
  readonly cases: readonly CaseCode[];
  /** True if the last of them needs no test, so that some case always decides. */
  readonly total: boolean;
  /** "group.field" of all that the guards look at: it decides which case decides. */
  readonly reads: ReadonlySet<string>;
}

export function decide<S extends Schema>(
  setting: Setting<S>,
  rule: RuleData,
  args: RoleArgs,
): Decision {
  const bound = boundArgs(rule, args, setting.isLiteral);
  const cases: CaseCode[] = [];
  // The cases stand side by side in one block, so their names must differ.
  const block = new Scope();
  const reads = new Set<string>();
  for (const [index, cas] of rule.cases.entries()) {
    const meaning = caseMeaning(setting.words, rule, cas, bound);
    const code = codeOfCase(setting.layout, cas, index, meaning, block.child(), reads);
    if (code === undefined) continue;
    cases.push(code);
    if (code.tail === '') return { cases, total: true, reads };
  }
  return { cases, total: false, reads };
}

function codeOfCase<S extends Schema>(
  layout: Layout<S>,
  cas: CaseData,
  index: number,
  meaning: CaseMeaning<S>,
  scopeOfCase: Scope,
  reads: Set<string>,
): CaseCode | undefined {
  const tests: { scope: Scope; js: string }[] = [];
  let scope = scopeOfCase;
  for (const tree of cas.guards) {
    const holds = meaning.guard(tree, initialState(layout, scope, { reads, writes: new Set() }));
    if (holds.k === false) return undefined;
    if (holds.k === true) continue;
    tests.push({ scope, js: holds.js });
    scope = scope.child();
  }
  const writes = new Set<string>();
  const effectReads = new Set<string>();
  const touched = { reads: effectReads, writes };
  const end = wordsOf(meaning.effects(initialState(layout, scope, touched)));
  const after = end.map((word) => (word.isJust(word.base) ? word.base : scope.bind(word.js())));
  const needed = new Set(after);
  const lines = scope.linesFor(needed);
  return { index, ...nested(tests, needed), lines, after, writes, effectReads };
}

/** The tests around an act, each after the lines that it or what stands inside needs. */
function nested(
  tests: readonly { readonly scope: Scope; readonly js: string }[],
  needed: Set<string>,
): { head: string; tail: string } {
  return tests.reduceRight(
    ({ head, tail }, { scope, js }) => {
      for (const name of namesIn(js)) needed.add(name);
      return { head: `${scope.linesFor(needed)}if(${js}){${head}`, tail: `${tail}}` };
    },
    { head: '', tail: '' },
  );
}

/** Reads words of the state before the step, apart from those read already. */
export function loads(text: string, base: string, loaded: ReadonlySet<number>): string {
  const wanted = wordsIn(text).filter((word) => !loaded.has(word));
  if (wanted.length === 0) return '';
  return `const ${wanted.map((word) => `s${word}=q[${offset(base, word)}]`).join()};`;
}

/** JavaScript of an index: a base and a number. */
export const offset = (base: string, n: number): string => {
  if (base === '') return String(n);
  return n === 0 ? base : `${base}+${n}`;
};
