import { expect, test } from 'vitest';
import type { Progress } from '../check.ts';
import { panelText } from './panel.ts';
import { plainProgress, progressText } from './progress.ts';

const half: Progress = {
  phase: 'campaign',
  done: 1000,
  total: 2000,
  steps: 210_000,
  what: 'commandClear edge',
};

test('a progress line says what, how much, and under which reading', () => {
  expect(progressText(half)).toBe('sequences 1,000 of 2,000 · 210,000 steps · commandClear edge');
  expect(progressText({ ...half, done: 2002, steps: 0, what: '' })).toBe(
    'sequences 2,000 of 2,000',
  );
});

test('plain lines come rarely: none in a short run, then one every few seconds', () => {
  let now = 0;
  const lines: string[] = [];
  const view = plainProgress(
    (text) => lines.push(text),
    () => now,
  );
  for (now = 0; now < 4900; now += 100) view.update(half);
  expect(lines).toEqual([]);
  for (; now <= 20_000; now += 100) view.update(half);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^tdicheck: sequences [^\n]*\n$/);
});

test('the panel shows a bar, a rate and the time that is left', () => {
  expect(panelText(half, 10_000)).toMatchInlineSnapshot(`
    "███████████████░░░░░░░░░░░░░░░  50 %  21,000 steps/s · about 10 s left
    sequences 1,000 of 2,000 · 210,000 steps · commandClear edge · Ctrl-C ends"
  `);
  // Nothing is extrapolated from the first moment.
  expect(panelText({ ...half, done: 1 }, 10)).not.toContain('left');
});
