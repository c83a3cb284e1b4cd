/**
 * Values of a state under construction: what a meaning computes with.
 *
 * Each is known while compiling (`k`), or a piece of JavaScript over the words of the state.
 * Operations on known values are done at once, so that whatever depends on arguments, sizes or
 * facets alone leaves no code behind.
 */

/** A yes or no. */
export class Bool {
  /** JavaScript of type boolean, safe as an operand of any operator. */
  readonly js: string;
  readonly k: boolean | undefined;
  /** JavaScript of the opposite. */
  readonly #inverse: string;

  constructor(js: string, k?: boolean, inverse = `!${js}`) {
    this.js = k === undefined ? js : String(k);
    this.k = k;
    this.#inverse = inverse;
  }
  and(other: Bool): Bool {
    if (this.k === false || other.k === true || this.js === other.js) return this;
    if (this.k === true || other.k === false) return other;
    return new Bool(`(${this.js}&&${other.js})`);
  }
  or(other: Bool): Bool {
    if (this.k === true || other.k === false || this.js === other.js) return this;
    if (this.k === false || other.k === true) return other;
    return new Bool(`(${this.js}||${other.js})`);
  }
  get not(): Bool {
    if (this.k !== undefined) return this.k ? FALSE : TRUE;
    return new Bool(this.#inverse, undefined, this.js);
  }
}
export const TRUE = new Bool('', true);
export const FALSE = new Bool('', false);
/** A Bool known while compiling. */
export const known = (b: boolean): Bool => (b ? TRUE : FALSE);
/** All hold; true of none. */
export const all = (bools: readonly Bool[]): Bool => bools.reduce((a, b) => a.and(b), TRUE);
/** At least one holds; false of none. */
export const any = (bools: readonly Bool[]): Bool => bools.reduce((a, b) => a.or(b), FALSE);

/**
 * The code of a field: known, or the bits of `js` from `shift` up.
 *
 * Keeping the shift apart lets a test against a known code compare in place, without shifting, and
 * a copy to the same position of another word do nothing at all.
 */
export class Code {
  readonly k: number | undefined;
  readonly js: string;
  readonly shift: number;

  constructor(js: string, shift: number, k?: number) {
    this.js = js;
    this.shift = shift;
    this.k = k;
  }
  static known(k: number): Code {
    return new Code('', 0, k);
  }
  /** JavaScript of the code itself. */
  get value(): string {
    if (this.k !== undefined) return String(this.k);
    return this.shift === 0 ? this.js : `(${this.js}>>>${this.shift})`;
  }
  /** JavaScript of the code shifted to a position. */
  at(shift: number): string {
    if (this.k !== undefined) return String(this.k << shift);
    if (this.shift === shift) return this.js;
    return shift === 0 ? this.value : `(${this.value}<<${shift})`;
  }
  is(code: number): Bool {
    if (this.k !== undefined) return known(this.k === code);
    return equal(this.js, String(code << this.shift));
  }
  same(other: Code): Bool {
    if (other.k !== undefined) return this.is(other.k);
    if (this.k !== undefined) return other.is(this.k);
    if (this.shift === other.shift) return equal(this.js, other.js);
    return equal(this.value, other.value);
  }
}
const equal = (a: string, b: string): Bool =>
  a === b ? TRUE : new Bool(`(${a}===${b})`, undefined, `(${a}!==${b})`);

/** A member of a sort: known, or read from a ref. `k` is −1 for nobody. */
export class Ix<S extends string = string> {
  readonly sort: S;
  /** As in a ref: 0 is nobody, else the index and one. */
  readonly code: Code;

  constructor(sort: S, code: Code) {
    this.sort = sort;
    this.code = code;
  }
  get k(): number | undefined {
    return this.code.k === undefined ? undefined : this.code.k - 1;
  }
  is(other: Ix<S>): Bool {
    return this.code.same(other.code);
  }
}
/** A known member of a sort. */
export const ix = <const S extends string>(sort: S, k: number): Ix<S> =>
  new Ix(sort, Code.known(k + 1));

/** One of a closed list. */
export class Val<V extends string = string> {
  readonly values: readonly V[];
  readonly code: Code;

  constructor(values: readonly V[], code: Code) {
    this.values = values;
    this.code = code;
  }
  get k(): V | undefined {
    return this.code.k === undefined ? undefined : this.values[this.code.k];
  }
  is(value: V): Bool {
    return this.code.is(codeOf(this.values, value));
  }
  /** One mask and one test, however many are listed. */
  isIn(...listed: readonly V[]): Bool {
    const codes = new Set(listed.map((value) => codeOf(this.values, value)));
    if (this.code.k !== undefined) return known(codes.has(this.code.k));
    if (codes.size === this.values.length) return TRUE;
    if (codes.size < 2 || this.values.length > 31) {
      return any([...codes].map((code) => this.code.is(code)));
    }
    const mask = [...codes].reduce((m, code) => m | (1 << code), 0);
    return new Bool(`((${mask}>>>${this.code.value}&1)!==0)`);
  }
  same(other: Val<V>): Bool {
    if (sameList(this.values, other.values)) return this.code.same(other.code);
    const shared = this.values.filter((value) => other.values.includes(value));
    return any(shared.map((value) => this.is(value).and(other.is(value))));
  }
}
/** The code of a value in its list. */
export function codeOf<V>(values: readonly V[], value: V): number {
  const code = values.indexOf(value);
  if (code < 0) throw new Error(`'${String(value)}' is none of ${values.join(', ')}`);
  return code;
}
export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((x, i) => x === b[i]));

/** A member of a sort, or nobody. */
export class Ref<S extends string = string> {
  readonly sort: S;
  readonly code: Code;

  constructor(sort: S, code: Code) {
    this.sort = sort;
    this.code = code;
  }
  get k(): number | null | undefined {
    if (this.code.k === undefined) return undefined;
    return this.code.k === 0 ? null : this.code.k - 1;
  }
  get isNone(): Bool {
    return this.code.is(0);
  }
  is(member: Ix<S>): Bool {
    return this.code.same(member.code);
  }
  same(other: Ref<S>): Bool {
    return this.code.same(other.code);
  }
  /**
   * Whom it names. Of nobody it is meaningless, so guard that first; the engine then stays
   * harmless: a row of nobody reads as initial, and writing to it changes nothing.
   */
  get ix(): Ix<S> {
    return new Ix(this.sort, this.code);
  }
}

/** Which episode somebody holds: none, a stale one or the current one. */
export class EpochVal {
  /** "group.field" of the epoch. */
  readonly of: string;
  /** The known indices of the row whose epoch it is; undefined where only the run knows. */
  readonly row: readonly (number | undefined)[];
  readonly code: Code;

  constructor(of: string, row: readonly (number | undefined)[], code: Code) {
    this.of = of;
    this.row = row;
    this.code = code;
  }
  get k(): 'none' | 'stale' | 'current' | undefined {
    return this.code.k === undefined ? undefined : EPOCH_NAMES[this.code.k];
  }
  get isNone(): Bool {
    return this.code.is(0);
  }
  get isStale(): Bool {
    return this.code.is(1);
  }
  get isCurrent(): Bool {
    return this.code.is(2);
  }
}
const EPOCH_NAMES = ['none', 'stale', 'current'] as const;
