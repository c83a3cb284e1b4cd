import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const KNOWN = ['tdisp.lock', 'tdisp.start', 'tdisp.stop.begin', 'tsm.bind', 'base'];

test('typing mistakes and parts of names find the nearest, best first', () => {
  expect(suggest('tdisp.lok', KNOWN)).toEqual(['tdisp.lock']);
  expect(suggest('TDISP.START', KNOWN)).toEqual(['tdisp.start']);
  expect(suggest('stop', KNOWN)).toEqual(['tdisp.stop.begin']);
  expect(suggest('tdisp.statee', ['tdisp.stop', 'tdisp.start', 'tdisp.state'])[0]).toBe(
    'tdisp.state',
  );
  expect(suggest('tdisp.stort', ['tdisp.stop', 'tdisp.start', 'tdisp.state'])[0]).toBe(
    'tdisp.start',
  );
  // Two letters that changed places are one mistake.
  expect(suggest('bsae', KNOWN)).toEqual(['base']);
  expect(suggest('tdisp.', KNOWN)).toHaveLength(3);
});

test('what is like nothing finds nothing', () => {
  expect(suggest('completely different', KNOWN)).toEqual([]);
  expect(suggest('', KNOWN)).toEqual([]);
  expect(suggest('x'.repeat(100_000), KNOWN)).toEqual([]);
});
