// Goal: a running TDI's traffic takes nothing from the heap, and a ring that is full or small stops it.
// Method: looks at the heap of a process of its own, which must see one small object; rings by hand.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TlpRing } from './ide/ring.ts';
import { tlpSizeMax } from './ide/tlp.ts';
import { makeStack, STREAM, VF1 } from './stack.fixture.ts';
import { traffic } from './traffic.fixture.ts';

/** Less than the smallest object has: bytes for each TLP. */
const BOUND = 24;

describe('heap bytes for each TLP', () => {
  const measured = (...args: string[]): [string, number][] => {
    const script = fileURLToPath(new URL('heap.fixture.ts', import.meta.url));
    const options = ['--expose-gc', '--import', 'tsx', script, ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return Object.entries<number>(JSON.parse(stdout));
  };
  const names = ['dma write', 'dma read', 'mmio write', 'mmio read'];

  test('none of the stack’s own', () => {
    const heap = measured();
    expect(heap.map(([name]) => name)).toEqual(names);
    for (const [name, bytes] of heap) expect(bytes, name).toBeLessThan(BOUND);
  });
  test('one small object would be seen', () => {
    for (const [name, bytes] of measured('leak')) expect(bytes, name).toBeGreaterThan(BOUND);
  });
});

test('under real keys the same traffic is served, time after time', () => {
  for (const { once } of Object.values(traffic(100))) for (let i = 0; i < 300; i++) once();
});

test('a ring without room takes nothing, and costs neither tag nor counter', () => {
  const { device, rootPort } = makeStack();
  const small = new TlpRing(1, tlpSizeMax(4));
  const transfer = { address: 0x4000n, range: 0, offset: 0, byteLength: 8 };
  expect(device.dmaWriteInto(small, VF1, transfer)).toBe(false);
  expect(device.dmaWriteInto(small, VF1, { ...transfer, byteLength: 4 })).toBe(true);
  expect(device.dmaReadInto(small, VF1, transfer)).toBe(false);
  expect(device.tdi(VF1)?.tags).toEqual([]);
  expect(() => rootPort.receiveFrom(small, small)).toThrow('no room for an answer');
  expect(small.count).toBe(1);
  const route = { address: 0n, t: false, stream: undefined };
  expect(rootPort.mmioReadInto(small, route, 4)).toBe(false);
  expect(rootPort.mmioWriteInto(small, { ...route, stream: STREAM }, Uint8Array.of(1))).toBe(false);
  const answers = new TlpRing(1, tlpSizeMax(4));
  expect(rootPort.receiveFrom(small, answers)).toMatchObject({ kind: 'dropped', fault: 'mapping' });
  expect(rootPort.mmioReadInto(small, route, 4)).toBe(true);
});
