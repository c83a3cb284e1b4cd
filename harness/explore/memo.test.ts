// Goal: a memo never takes a question for answered whose answer differs from all that were kept. Method: questions that are random
// decision trees over bits of a step, of whose path the memo learns as it goes; beside it the answers themselves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Memo } from './memo.ts';

const WORDS = 2;
/** A bit of one side, and what to look at next if it is clear or set; at the end an answer. */
type Tree = number | { readonly at: number; readonly bit: number; readonly next: [Tree, Tree] };
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.nat({ max: 1000 }),
    fc.record({
      at: fc.nat({ max: 2 * WORDS - 1 }),
      bit: fc.nat({ max: 3 }),
      next: fc.tuple(tie('tree'), tie('tree')),
    }),
  ),
}));
function answer(of: Tree, step: readonly number[], looked: Int32Array): number {
  if (typeof of === 'number') return of;
  const { at, bit, next } = of;
  looked[at] = (looked[at] as number) | (1 << bit);
  return answer(next[((step[at] as number) >>> bit) & 1] as Tree, step, looked);
}
const step = fc.array(fc.nat({ max: 15 }), { minLength: 2 * WORDS, maxLength: 2 * WORDS });

test.each([1, 2] as const)('what a memo knows of %i sides was answered', (sides) => {
  let known = 0;
  let asked = 0;
  fc.assert(
    fc.property(
      fc.array(tree, { minLength: 1, maxLength: 4 }),
      fc.array(step, { minLength: 100, maxLength: 1500 }),
      (trees, steps) => {
        const memo = new Memo(WORDS, sides);
        const questions = trees.map((of) => ({ of, n: memo.question(), given: new Set<number>() }));
        for (const any of steps) {
          const q = Int32Array.from(any.slice(0, WORDS));
          const out = sides === 2 ? Int32Array.from(any.slice(WORDS)) : q;
          const all = [...q, ...out];
          for (const { of, n, given } of questions) {
            const looked = new Int32Array(2 * WORDS);
            const is = answer(of, all, looked);
            asked++;
            if (memo.has(n, q, 0, out, 0)) {
              known++;
              expect(given).toContain(is);
              continue;
            }
            given.add(is);
            for (let w = 0; w < WORDS && sides === 1; w++)
              looked[w] = (looked[w] as number) | (looked[WORDS + w] as number);
            memo.learn(n, looked);
            memo.add(n, q, 0, out, 0);
            expect(memo.has(n, q, 0, out, 0)).toBe(true);
          }
        }
      },
    ),
    { seed: 1, numRuns: 60 },
  );
  // It would be of no use if it forgot.
  expect(known / asked).toBeGreaterThan(0.9);
});

test('a group of questions is answered only where all of them are', () => {
  const memo = new Memo(1, 1);
  const [one, other, all] = [memo.question(), memo.question(), memo.question()];
  memo.learn(one, Int32Array.of(0b01));
  memo.learn(other, Int32Array.of(0b10));
  for (const n of [one, other]) memo.learnFrom(all, n);
  expect(memo.width(all)).toBe(2);
  expect(memo.widthWith(one, Int32Array.of(0b100))).toBe(2);
  const q = Int32Array.of(0b101, 0b110);
  memo.add(all, q, 0, q, 0);
  expect([0, 1].map((b) => memo.has(all, q, b, q, b))).toEqual([true, false]);
});

test('a memo that is full forgets, and goes on', () => {
  const memo = new Memo(1, 1, 2 ** 14);
  const question = memo.question();
  memo.learn(question, Int32Array.of(-1));
  const states = Int32Array.from({ length: 5000 }, (_, i) => i);
  const knows = (i: number): boolean => memo.has(question, states, i, states, i);
  for (const i of states.keys()) {
    expect(knows(i)).toBe(false);
    memo.add(question, states, i, states, i);
  }
  const known = [...states.keys()].filter(knows);
  // A place takes 8 bytes, and half of them are taken at most.
  expect(known.length).toBeLessThanOrEqual(1024);
  expect(known.length).toBeGreaterThan(0);
  const [first] = known;
  expect(known).toEqual(known.map((_, i) => (first as number) + i));
});
