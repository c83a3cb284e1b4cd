/**
 * One word of a state under construction: the word it started from and what was written over it.
 *
 * Remembering the writes instead of applying them folds a read of what an earlier effect wrote,
 * lets later writes replace earlier ones, and makes one expression of many writes to one word.
 */
import { WORD_BITS } from './layout.ts';
import type { Scope } from './scope.ts';
import { type Bool, Code } from './values.ts';

/** All bits that a state may use. */
const ALL = 2 ** WORD_BITS - 1;

/** Bits whose values only the run knows; `js` has no bit outside the mask. Masks are disjoint. */
interface Patch {
  readonly mask: number;
  readonly js: string;
}

export class Word {
  /** The name of the word it started from. */
  readonly base: string;
  /** Bits that are still those of the base. */
  readonly keep: number;
  /** The known ones among the others. */
  readonly ones: number;
  readonly patches: readonly Patch[];

  constructor(base: string, keep = ALL, ones = 0, patches: readonly Patch[] = []) {
    this.base = base;
    this.keep = keep;
    this.ones = ones;
    this.patches = patches;
  }
  /** True if nothing was written over that word. */
  isJust(base: string): boolean {
    return this.base === base && this.keep === ALL;
  }
  read(shift: number, bits: number): Code {
    const slice = this.#slice(((1 << bits) - 1) << shift);
    return typeof slice === 'number' ? Code.known(slice >>> shift) : new Code(slice, shift);
  }
  write(shift: number, bits: number, code: Code, scope: Scope): Word {
    const mask = ((1 << bits) - 1) << shift;
    const rest = this.#without(mask, scope);
    if (code.k !== undefined) {
      return new Word(rest.base, rest.keep, rest.ones | (code.k << shift), rest.patches);
    }
    const patch = { mask, js: scope.bind(code.at(shift)) };
    return new Word(rest.base, rest.keep, rest.ones, [...rest.patches, patch]);
  }
  /** JavaScript of the whole word. */
  js(): string {
    const { base, keep, ones, patches } = this;
    // Only ones written: no need to clear first.
    if (patches.length === 0 && (keep | ones) === ALL)
      return ones === 0 ? base : `(${base}|${ones})`;
    return String(this.#slice(ALL));
  }
  /** This word where the condition holds, the other where not. */
  orElse(condition: Bool, other: Word, scope: Scope): Word {
    if (this === other || condition.k === true) return this;
    if (condition.k === false) return other;
    const name = scope.bind(condition.js);
    if (this.base !== other.base) return new Word(scope.bind(`${name}?${this.js()}:${other.js()}`));
    const keep = this.keep & other.keep;
    const constant = this.#known() & other.#known() & ~(this.ones ^ other.ones);
    const patches = this.patches.filter((p) =>
      other.patches.some((q) => q.mask === p.mask && q.js === p.js),
    );
    const same = patches.reduce((mask, p) => mask | p.mask, keep | constant);
    const differ = ALL & ~same;
    if (differ === 0) return this;
    const js = scope.bind(`${name}?${this.#slice(differ)}:${other.#slice(differ)}`);
    return new Word(this.base, keep, this.ones & constant, [...patches, { mask: differ, js }]);
  }
  /**
   * Replaces the base by an expression of it that changes only bits still those of the base.
   */
  rebase(js: (base: string) => string, scope: Scope): Word {
    return new Word(scope.bind(js(this.base)), this.keep, this.ones, this.patches);
  }
  /** True if all these bits are still those of the base. */
  keeps(mask: number): boolean {
    return (this.keep & mask) === mask;
  }
  #known(): number {
    return this.patches.reduce((mask, p) => mask & ~p.mask, ALL & ~this.keep);
  }
  /** The bits under a mask, in place. */
  #slice(mask: number): number | string {
    const parts: string[] = [];
    const kept = this.keep & mask;
    if (kept === ALL) return this.base;
    if (kept !== 0) parts.push(`${this.base}&${kept}`);
    for (const patch of this.patches) {
      const bits = patch.mask & mask;
      if (bits !== 0) parts.push(bits === patch.mask ? patch.js : `${patch.js}&${bits}`);
    }
    const ones = this.ones & mask;
    if (parts.length === 0) return ones;
    if (ones !== 0) parts.push(String(ones));
    return parts.length === 1 && NAME.test(parts[0] ?? '')
      ? (parts[0] ?? '')
      : `(${parts.join('|')})`;
  }
  #without(mask: number, scope: Scope): Word {
    const patches = this.patches.flatMap((patch) => {
      const bits = patch.mask & ~mask;
      if (bits === patch.mask) return [patch];
      return bits === 0 ? [] : [{ mask: bits, js: scope.bind(`${patch.js}&${bits}`) }];
    });
    return new Word(this.base, this.keep & ~mask, this.ones & ~mask, patches);
  }
}
const NAME = /^\w+$/;
