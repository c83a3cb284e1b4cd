// Goal: a word under construction is, at every point, the number that the same writes make of a
// number. Method: random writes, selections and renewals on both; the generated text is evaluated.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesIn, Scope } from './scope.ts';
import { Bool, Code } from './values.ts';
import { Word } from './word.ts';

/**
 * Bits of the fields of the word, from bit 0 up; `s0` is the word before, `s1` gives run-time
 * values.
 */
const WIDTHS = [1, 3, 2, 2, 1, 5, 4, 2, 8, 3];
const SHIFTS = WIDTHS.map((_, i) => WIDTHS.slice(0, i).reduce((a, b) => a + b, 0));

interface Both {
  readonly word: Word;
  readonly number: number;
}
type Change = (both: Both, s1: number, scope: Scope) => Both;

const fields = fc.nat({ max: WIDTHS.length - 1 });
const put = (n: number, f: number, code: number): number => {
  const mask = 2 ** (WIDTHS[f] ?? 0) - 1;
  return (n & ~(mask << (SHIFTS[f] ?? 0))) | ((code & mask) << (SHIFTS[f] ?? 0));
};
const get = (n: number, f: number): number =>
  (n >>> (SHIFTS[f] ?? 0)) & (2 ** (WIDTHS[f] ?? 0) - 1);

const writeKnown = fc.record({ f: fields, code: fc.nat({ max: 255 }) }).map(
  ({ f, code }): Change =>
    (both, _, scope) => {
      const k = Code.known(code & (2 ** (WIDTHS[f] ?? 0) - 1));
      const word = both.word.write(SHIFTS[f] ?? 0, WIDTHS[f] ?? 0, k, scope);
      return { word, number: put(both.number, f, code) };
    },
);
const writeUnknown = fields.map(
  (f): Change =>
    (both, s1, scope) => {
      const code = new Code(`(s1&${2 ** (WIDTHS[f] ?? 0) - 1})`, 0);
      const word = both.word.write(SHIFTS[f] ?? 0, WIDTHS[f] ?? 0, code, scope);
      return { word, number: put(both.number, f, s1) };
    },
);
const copy = fc.record({ from: fields, to: fields }).map(
  ({ from, to }): Change =>
    (both, _, scope) => {
      if ((WIDTHS[from] ?? 0) > (WIDTHS[to] ?? 0)) return both;
      const code = both.word.read(SHIFTS[from] ?? 0, WIDTHS[from] ?? 0);
      const word = both.word.write(SHIFTS[to] ?? 0, WIDTHS[to] ?? 0, code, scope);
      return { word, number: put(both.number, to, get(both.number, from)) };
    },
);
const bump: Change = (both, _, scope) => {
  // Changes bits 0 and 1 to 3 of the base; allowed only while they are the base's.
  if (!both.word.keeps(15)) return both;
  return { word: both.word.rebase((base) => `${base}^15`, scope), number: both.number ^ 15 };
};
const chosen = (changes: fc.Arbitrary<Change[]>): fc.Arbitrary<Change> =>
  fc.record({ bit: fc.nat({ max: 30 }), one: changes, two: changes }).map(
    ({ bit, one, two }): Change =>
      (both, s1, scope) => {
        const run = (list: Change[]): Both =>
          list.reduce((b, change) => change(b, s1, scope), both);
        const yes = run(one);
        const no = run(two);
        const holds = ((s1 >>> bit) & 1) === 1;
        const condition = new Bool(`((s1>>>${bit}&1)!==0)`);
        const word = yes.word.orElse(condition, no.word, scope);
        return { word, number: holds ? yes.number : no.number };
      },
  );
const plain = fc.array(fc.oneof(writeKnown, writeUnknown, copy, fc.constant(bump)), {
  maxLength: 4,
});
const programs = fc.array(fc.oneof(writeKnown, writeUnknown, copy, chosen(plain)), {
  maxLength: 8,
});

const evaluate = (scope: Scope, js: string, s0: number, s1: number): unknown =>
  new Function('s0', 's1', `${scope.linesFor(new Set(namesIn(js)))}return ${js}`)(s0, s1);
const words = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('writes, copies and selections give the number they should', () => {
  fc.assert(
    fc.property(words, words, programs, (s0, s1, program) => {
      const scope = new Scope();
      const start: Both = { word: new Word('s0'), number: s0 };
      const { word, number } = program.reduce((b, change) => change(b, s1, scope), start);
      expect(evaluate(scope, word.js(), s0, s1)).toBe(number);
      for (const f of WIDTHS.keys()) {
        const code = word.read(SHIFTS[f] ?? 0, WIDTHS[f] ?? 0);
        expect(evaluate(scope, code.value, s0, s1)).toBe(get(number, f));
      }
    }),
    { numRuns: 1000 },
  );
});

test('many known writes are one expression', () => {
  const scope = new Scope();
  const word = [0, 1, 2, 3].reduce(
    (w, f) => w.write(SHIFTS[f] ?? 0, WIDTHS[f] ?? 0, Code.known(1), scope),
    new Word('s0'),
  );
  expect(word.js()).toBe(`(s0&${2 ** 31 - 1 - 255}|83)`);
  expect(word.write(0, 8, Code.known(255), scope).js()).toBe('(s0|255)');
});

test('equal expressions are bound once, and lines that nothing needs are left out', () => {
  const scope = new Scope();
  const a = scope.bind('s0+1');
  const b = scope.bind(`${a}+2`);
  const inner = scope.child();
  expect(inner.bind('s0+1')).toBe(a);
  const c = inner.bind('s0+3');
  expect(scope.bind('s0+4')).not.toBe(c);
  expect(scope.bind('s0')).toBe('s0');
  expect(scope.linesFor(new Set([b]))).toBe(`const ${a}=s0+1;const ${b}=${a}+2;`);
  expect(inner.linesFor(new Set([b]))).toBe('');
});
