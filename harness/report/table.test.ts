import { expect, test } from 'vitest';
import { paintFor } from './paint.ts';
import { table } from './table.ts';
import { hang, wrap } from './wrap.ts';

test('columns are aligned, the last one wraps, and no line ends in spaces', () => {
  const rows = [
    ['tdisp.lock', '20', 'LOCK_INTERFACE_REQUEST reaches the device.'],
    ['tsm.bind', '6', 'Bind: the TSM binds a TDI to a guest and asks the device to lock it.'],
  ];
  const lines = table(rows, { head: ['rule', 'cases', 'says'], columns: 60, right: [1] });
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "rule        cases  says
    tdisp.lock     20  LOCK_INTERFACE_REQUEST reaches the
                       device.
    tsm.bind        6  Bind: the TSM binds a TDI to a guest and
                       asks the device to lock it."
  `);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
});

test('the longest word of the last column is never cut', () => {
  const long = 'INVALID_DEVICE_CONFIGURATION';
  const lines = table([['x'.repeat(70), `${long} or INVALID_REQUEST`]], { columns: 80 });
  expect(lines.join('\n')).toContain(`${long}\n`);
});

test('colours take no columns', () => {
  const paint = paintFor(true);
  const [coloured = ''] = table([[paint.bad('✗'), 'x', 'y']], { columns: 40 });
  const [plain = ''] = table([['✗', 'x', 'y']], { columns: 40 });
  expect(coloured.replace(paint.bad('✗'), '✗')).toBe(plain);
  expect(hang(paint.bad('ab  '), 'one two three four five six', 24)[1]).toBe('    five six');
});

test('text wraps at spaces; a word that is too long has its own line', () => {
  expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
  expect(wrap('unbreakable', 5)).toEqual(['unbreakable']);
});
