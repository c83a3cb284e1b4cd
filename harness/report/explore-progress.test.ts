// Goal: what is said while an exploration runs is right, of one that is gone on with too, and one that is over soon says nothing.
import { describe, expect, test } from 'vitest';
import {
  estimator,
  exploreProgress,
  phaseText,
  type SearchProgress,
  searchText,
} from './explore-progress.ts';

const at = (depth: number, states: number): SearchProgress => ({
  depth,
  states,
  transitions: 5 * states,
  frontier: 0,
  bytes: 3 * 2 ** 20,
});
/** Levels that grow and then shrink; each state costs 100 ms. */
const LEVELS = [10, 90, 150, 200, 300, 200, 100, 40, 10];
/** The guesses at the start of each level, of a search that begins or is gone on with at one. */
function guesses(from: number): readonly (number | undefined)[] {
  const estimate = estimator();
  const known = LEVELS.map((_, d) => LEVELS.slice(0, d + 1).reduce((a, b) => a + b, 0));
  const before = from === 0 ? 0 : (known[from] as number);
  return known.slice(from).map((n, i) => estimate(at(from + i, n), (n - before) / 10));
}
const none = (n: number): undefined[] => Array.from({ length: n }, () => undefined);

describe('the seconds that are left', () => {
  test('are guessed once two levels came after the largest', () => {
    expect(guesses(0)).toEqual([...none(6), 15, 11, 10]);
  });
  test('are as many when the search is gone on with', () => {
    expect(guesses(1)).toEqual([...none(5), 15, 11, 10]);
  });
  test.each([2, 4, 6])(
    'are not guessed where the largest may have been before level %i',
    (from) => {
      expect(guesses(from)).toEqual(none(LEVELS.length - from));
    },
  );
});

test('the rate is of the states of this run', () => {
  expect(searchText(at(7, 12_000), 2, 10_000, undefined)).toBe(
    '12,000 states · 60,000 transitions · depth 7 · frontier 0 · 1,000 states/s · 3 MiB',
  );
  expect(searchText(at(7, 12_000), 2, 0, 3)).toMatch(/ 6,000 states.s .* perhaps 3 s left$/);
});

test('what comes after the search is told of', () => {
  const text = phaseText({ phase: 'deciding', done: 2.5, total: 7 });
  expect(text).toBe('deciding what must stay possible … 3 of 7, 35 %');
  expect(phaseText({ phase: 'deciding', done: 7, total: 7 })).toContain('7 of 7, 100 %');
  expect(phaseText({ phase: 'comparing', done: 2_610_000, total: 8_865_068 })).toBe(
    'comparing model and engine … 2.6 of 8.9 million attempts',
  );
  expect(phaseText({ phase: 'showing', done: 4096, total: 9000 })).toBe(
    'looking where the mutant makes a difference … 4,096 of 9,000 states',
  );
});

test('lines come now and then, of each phase one at once, and none of what is over soon', () => {
  let now = 500;
  const lines: string[] = [];
  const view = exploreProgress({ write: (line) => void lines.push(line) }, () => now);
  const after = (ms: number, what: () => void): number => {
    now += ms;
    what();
    return lines.length;
  };
  const search = () => view.update(at(3, 100 + now));
  const compare = () => view.phase({ phase: 'comparing', done: now, total: 90_000 });
  expect(after(0, search)).toBe(0);
  expect(after(1900, search)).toBe(0);
  expect(after(200, search)).toBe(1);
  // 600 states were there at first.
  expect(lines[0]).toMatch(/^tdicheck: 2,700 states .* 1,000 states.s .*\n$/);
  expect(after(3000, search)).toBe(1);
  expect(after(100, compare)).toBe(2);
  expect(after(100, compare)).toBe(2);
  expect(after(20_000, compare)).toBe(3);
  const soon = exploreProgress({ write: (line) => void lines.push(line) }, () => 0);
  soon.phase({ phase: 'comparing', done: 0, total: 1 });
  expect(lines).toHaveLength(3);
});

test('a panel is drawn often, and taken away', () => {
  let now = 0;
  const drawn: string[] = [];
  const shows = { draw: (text: string) => void drawn.push(text), clear: () => void drawn.push('') };
  const view = exploreProgress(shows, () => now);
  for (; now <= 2600; now += 100) view.update(at(3, now));
  view.end();
  expect(drawn).toHaveLength(5);
  expect(drawn[0]).toMatch(/ · Ctrl-C ends$/);
  expect(drawn.at(-1)).toBe('');
  for (const [d, n] of [10, 20, 30, 60, 70, 75].entries()) {
    now += 1000;
    view.update(at(3 + d, 10_000 * n));
  }
  expect(drawn.at(-1)).toMatch(/ · perhaps \d+ s left · Ctrl-C ends$/);
});
