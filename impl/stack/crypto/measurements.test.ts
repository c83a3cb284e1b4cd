// Goal: summaries cover the blocks they name. Method: two blocks, one of the trusted base.
import { expect, test } from 'vitest';
import { nodeDigest } from './crypto.fixture.ts';
import { measurementHashOf, measurementSummary, SUMMARY } from './measurements.ts';
import { HASHES } from './suite.ts';

test('measurement summaries', () => {
  const hash = HASHES.SHA_384;
  const [rom, config] = [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(2, 1, 0, 0)];
  const measured = [
    { block: rom, tcb: true },
    { block: config, tcb: false },
  ];
  expect(measurementSummary(hash, SUMMARY.NONE, measured)).toHaveLength(0);
  expect(measurementSummary(hash, SUMMARY.TCB, measured)).toEqual(nodeDigest(hash.size, rom));
  expect(measurementSummary(hash, SUMMARY.ALL, measured)).toEqual(
    nodeDigest(hash.size, rom, config),
  );
});

test('MeasurementHashAlgo has its own bits', () => {
  expect([1, 2, 4, 8, 16].map((bit) => measurementHashOf(bit)?.name)).toEqual([
    undefined,
    'SHA_256',
    'SHA_384',
    'SHA_512',
    undefined,
  ]);
});
