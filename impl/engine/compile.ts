/**
 * From rules to code: one function for each attempt, and one that gives all successors of a state.
 *
 * Nothing is compiled before it is used. What was compiled for a rule object is kept, so an engine
 * whose rules are another's but for one (a mutant) compiles that one only.
 */
import { type CaseCode, type Decision, decide, loads, offset, type Setting } from './decide.ts';
import { generate } from './generate.ts';
import type { Layout } from './layout.ts';
import type { Attempt, Meanings, RoleArgs, RuleData } from './rules.ts';
import type { Schema } from './schema.ts';
import { wordsIn } from './scope.ts';

/** Bits of a `via` that hold the number of the case; the others hold that of the attempt. */
const CASE_BITS = 6;
/** The attempt that led to a successor. */
export const attemptOf = (via: number): number => via >>> CASE_BITS;
/** The case that decided it. */
export const caseOf = (via: number): number => via & (2 ** CASE_BITS - 1);
/** How a successor came about, as one number. */
export const viaOf = (attempt: number, index: number): number => (attempt << CASE_BITS) | index;

/**
 * V8 does not optimise functions of more than about 60 kB of bytecode (12 times slower, measured on
 * the mini model). A character here gives about a byte of bytecode.
 */
export const CHUNK_CHARS_MAX = 40_000;

/** The transition function of some attempts over packed states. */
export interface Engine {
  /** As given; attempts are known by their index here. */
  readonly attempts: readonly Attempt[];
  readonly layout: Layout;
  readonly initial: Int32Array;
  /**
   * Makes one attempt: writes the state after it to `out`, which may be `q` itself, and gives the
   * index of the case that decided; −1, and nothing written, if none does.
   */
  step(n: number, q: Int32Array, out: Int32Array): number;
  /**
   * Writes all successors of the state at `q[b]` that differ from it (or all, if loops were asked for), each as its words and its
   * `via`; gives the number of array elements written, at most `succLengthMax`.
   */
  succ(q: Int32Array, b: number, out: Int32Array): number;
  /** Array elements that a successor takes: the words of a state, and the `via`. */
  readonly stride: number;
  readonly succLengthMax: number;
  /** "group.field" of all that a case of an attempt may write; empty if it cannot decide. */
  writes(n: number, index: number): ReadonlySet<string>;
  /** "group.field" of all that decides what a case of an attempt writes there, other than what was there. */
  effectReads(n: number, index: number): ReadonlySet<string>;
  /** "group.field" of all that decides which case of an attempt decides. */
  reads(n: number): ReadonlySet<string>;
  /** The generated code of one attempt. */
  stepSource(n: number): string;
  /** The generated functions behind `succ`. */
  succSources(): readonly string[];
}

/** Compiles engines over one layout and one set of meanings, sharing what they have in common. */
export interface Compiler {
  engine(attempts: readonly Attempt[]): Engine;
}

/** Of which cases steps that change nothing are wanted: `effective`, or those of whose rule, arguments and case it is true. */
type Loops = 'effective' | ((rule: RuleData, args: RoleArgs, index: number) => boolean);

/** What a compiler is made of. */
export interface CompilerInput<S extends Schema> {
  readonly layout: Layout<S>;
  readonly words: Meanings<S>;
  /** Sorts whose values an attempt carries literally. */
  readonly literalSorts: readonly string[];
  /**
   * The cases of which `succ` also gives what came to the same state. `effective`: those that could have changed
   * it, for counts that are to be compared with other tools'. Default: none.
   */
  readonly loops?: Loops;
}

type Step = (q: Int32Array, out: Int32Array) => number;
type Chunk = (q: Int32Array, b: number, out: Int32Array, k: number, n: number) => number;

/** What is kept of one attempt. */
interface Compiled {
  readonly decision: Decision;
  step?: Step;
}
/** Successors of consecutive attempts of one rule. */
interface ChunkCode {
  readonly source: string;
  readonly fn: Chunk;
  readonly count: number;
  /** No attempt of it can change a state. */
  readonly isEmpty: boolean;
}

export function compiler<S extends Schema>(input: CompilerInput<S>): Compiler {
  const literals = new Set(input.literalSorts);
  const setting: Setting<S> = { ...input, isLiteral: (sort) => literals.has(sort) };
  const loops = input.loops ?? (() => false);
  const kept = new WeakMap<RuleData, RuleCache>();
  const cacheOf = (rule: RuleData): RuleCache => {
    const cache =
      kept.get(rule) ?? new RuleCache(setting as unknown as Setting<Schema>, rule, loops);
    kept.set(rule, cache);
    return cache;
  };
  return { engine: (attempts) => engineOf(attempts, setting.layout, cacheOf) };
}

function engineOf(
  attempts: readonly Attempt[],
  layout: Layout,
  cacheOf: (rule: RuleData) => RuleCache,
): Engine {
  const compiled = (n: number): Compiled => {
    const attempt = attempts[n];
    if (attempt === undefined) throw new Error(`engine: no attempt ${n} of ${attempts.length}`);
    return cacheOf(attempt.rule).compiled(attempt.args);
  };
  const caseOfAttempt = (n: number, index: number): CaseCode | undefined =>
    compiled(n).decision.cases.find((c) => c.index === index);
  // Each place holds a function from the start, so that a step is one call without a test.
  const steps = attempts.map(
    (attempt, n): Step =>
      (q, out) => {
        const step = cacheOf(attempt.rule).step(attempt.args);
        steps[n] = step;
        return step(q, out);
      },
  );
  const chunks = (): readonly ChunkCode[] =>
    runsOf(attempts).flatMap(({ rule, args }) => cacheOf(rule).chunks(args));
  let succ = (q: Int32Array, b: number, out: Int32Array): number => {
    succ = dispatcher(chunks());
    return succ(q, b, out);
  };
  const stride = layout.wordCount + 1;
  return {
    attempts,
    layout,
    initial: layout.initial,
    stride,
    succLengthMax: attempts.length * stride,
    step(n, q, out) {
      const step = steps[n];
      if (step === undefined) throw new Error(`step: no attempt ${n} of ${attempts.length}`);
      return step(q, out);
    },
    succ: (q, b, out) => succ(q, b, out),
    writes: (n, index) => caseOfAttempt(n, index)?.writes ?? NOTHING,
    effectReads: (n, index) => caseOfAttempt(n, index)?.effectReads ?? NOTHING,
    reads: (n) => compiled(n).decision.reads,
    stepSource: (n) => stepText(compiled(n).decision),
    succSources: () => chunks().map((chunk) => chunk.source),
  };
}
const NOTHING: ReadonlySet<string> = new Set();

/** Everything compiled for one rule object. */
class RuleCache {
  readonly #setting: Setting<Schema>;
  readonly #rule: RuleData;
  readonly #loops: Loops;
  readonly #compiled = new Map<string, Compiled>();
  readonly #chunks = new Map<string, readonly ChunkCode[]>();

  constructor(setting: Setting<Schema>, rule: RuleData, loops: Loops) {
    if (rule.cases.length > 2 ** CASE_BITS) {
      throw new Error(`${rule.id}: ${rule.cases.length} cases; at most ${2 ** CASE_BITS}`);
    }
    this.#setting = setting;
    this.#rule = rule;
    this.#loops = loops;
  }
  compiled(args: RoleArgs): Compiled {
    const key = this.#key(args);
    const found = this.#compiled.get(key) ?? {
      decision: decide(this.#setting, this.#rule, args),
    };
    this.#compiled.set(key, found);
    return found;
  }
  step(args: RoleArgs): Step {
    const found = this.compiled(args);
    found.step ??= generate<Step>(`return(function(q,out){${stepText(found.decision)}})`);
    return found.step;
  }
  chunks(args: readonly RoleArgs[]): readonly ChunkCode[] {
    const key = args.map((a) => this.#key(a)).join();
    const found =
      this.#chunks.get(key) ??
      chunked(
        args.map((a) => ({ decision: this.compiled(a).decision, wants: this.#wants(a) })),
        this.#setting.layout.wordCount,
      );
    this.#chunks.set(key, found);
    return found;
  }
  /** Whether a step that changes nothing is given. */
  #wants(args: RoleArgs): Wants {
    const loops = this.#loops;
    return loops === 'effective'
      ? (_, isEffective) => isEffective
      : (index) => loops(this.#rule, args, index);
  }
  #key(args: RoleArgs): string {
    return JSON.stringify(Object.keys(this.#rule.over).map((role) => args[role]));
  }
}

function stepText({ cases, total }: Decision): string {
  const loaded = new Set(wordsIn(cases.map((c) => c.head).join()));
  const body = cases.map(({ index, head, lines, after, tail }) => {
    const stores = after.map((name, word) => `out[${word}]=${name};`).join('');
    return `${head}${loads(lines + stores, '', loaded)}${lines}${stores}return ${index};${tail}`;
  });
  const first = loads(cases.map((c) => c.head).join(), '', NONE);
  return `${first}\n${body.join('\n')}${total ? '' : '\nreturn -1;'}`;
}
const NONE: ReadonlySet<number> = new Set();

/** Consecutive attempts of one rule. */
function runsOf(attempts: readonly Attempt[]): { rule: RuleData; args: RoleArgs[] }[] {
  const runs: { rule: RuleData; args: RoleArgs[] }[] = [];
  for (const { rule, args } of attempts) {
    const last = runs.at(-1);
    if (last?.rule === rule) last.args.push(args);
    else runs.push({ rule, args: [args] });
  }
  return runs;
}

type Wants = (index: number, isEffective: boolean) => boolean;
/** An attempt as `succ` needs it. */
interface Told {
  readonly decision: Decision;
  readonly wants: Wants;
}
/** The successor functions of a run of attempts, none of them too long for V8. */
function chunked(told: readonly Told[], wordCount: number): ChunkCode[] {
  const chunks: ChunkCode[] = [];
  let first = 0;
  while (first < told.length) {
    const texts: Effective[] = [];
    let chars = 0;
    while (first + texts.length < told.length) {
      const n = texts.length;
      const next = effective(told[first + n], n, wordCount);
      // At least one, or there would be no progress.
      if (n > 0 && chars + next.chars > CHUNK_CHARS_MAX - LOADS_CHARS * wordCount) break;
      texts.push(next);
      chars += next.chars;
    }
    chunks.push(chunkOf(texts));
    first += texts.length;
  }
  return chunks;
}
/** Characters that reading a word takes at most. */
const LOADS_CHARS = 20;

/**
 * The code of an attempt in a chunk, before it is known which words the chunk reads at its start.
 */
interface Effective {
  readonly cases: readonly { readonly cas: CaseCode; readonly act: string }[];
  readonly chars: number;
}

function effective(told: Told | undefined, n: number, wordCount: number): Effective {
  const cases = (told?.decision.cases ?? []).map((cas) => ({
    cas,
    act: successor(cas, n, wordCount, told?.wants ?? (() => false)),
  }));
  // A case without effect matters only where it keeps a later one from deciding.
  while (cases.at(-1)?.act === '') cases.pop();
  const chars = cases.reduce(
    (sum, { cas, act }) => sum + cas.head.length + act.length + cas.tail.length + 30,
    0,
  );
  return { cases, chars };
}

function successor(
  { index, lines, after }: CaseCode,
  n: number,
  wordCount: number,
  wants: Wants,
): string {
  const changed = after.flatMap((name, word) =>
    name === `s${word}` ? [] : [`${name}!==s${word}`],
  );
  const isWanted = wants(index, changed.length > 0);
  if (changed.length === 0 && !isWanted) return '';
  const stores = after.map((name, word) => `out[${offset('k', word)}]=${name};`).join('');
  const via = `out[${offset('k', wordCount)}]=${offset('n', n)}<<${CASE_BITS}|${index};`;
  const give = `${stores}${via}k+=${wordCount + 1};`;
  return isWanted ? `${lines}${give}` : `${lines}if(${changed.join('||')}){${give}}`;
}

function chunkOf(texts: readonly Effective[]): ChunkCode {
  const heads = texts.flatMap(({ cases }) => cases.map(({ cas }) => cas.head)).join();
  const loaded = new Set(wordsIn(heads));
  const body = texts.map(({ cases }) => {
    const text = cases.map(({ cas, act }, i) => {
      const leave = i === cases.length - 1 ? '' : 'break a;';
      return `${cas.head}${loads(act, 'b', loaded)}${act}${leave}${cas.tail}`;
    });
    return text.length === 0 ? '' : `a:{${text.join('\n')}}\n`;
  });
  const source = `(q,b,out,k,n){${loads(heads, 'b', NONE)}\n${body.join('')}return k;}`;
  const fn = generate<Chunk>(`return(function${source})`);
  return { source, fn, count: texts.length, isEmpty: body.join('') === '' };
}

/** Calls the chunks in turn; each call names its function, so V8 can bind and inline it. */
function dispatcher(
  chunks: readonly ChunkCode[],
): (q: Int32Array, b: number, out: Int32Array) => number {
  let n = 0;
  const calls = chunks.map(({ count, isEmpty }, i) => {
    const call = isEmpty ? '' : `k=f${i}(q,b,out,k,${n});`;
    n += count;
    return call;
  });
  const context = Object.fromEntries(chunks.map(({ fn }, i) => [`f${i}`, fn]));
  return generate(`return(function(q,b,out){let k=0;${calls.join('')}return k;})`, context);
}
