import { expect, test } from 'vitest';
import { isColoured } from './terminal.ts';

test('colour is for terminals, unless the environment says otherwise', () => {
  expect(isColoured(true, {})).toBe(true);
  expect(isColoured(false, {})).toBe(false);
  expect(isColoured(true, { NO_COLOR: '1' })).toBe(false);
  // As no-color.org has it, an empty value means nothing.
  expect(isColoured(true, { NO_COLOR: '' })).toBe(true);
  expect(isColoured(true, { TERM: 'dumb' })).toBe(false);
  expect(isColoured(false, { FORCE_COLOR: '1' })).toBe(true);
  expect(isColoured(true, { FORCE_COLOR: '0' })).toBe(false);
  expect(isColoured(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
});
