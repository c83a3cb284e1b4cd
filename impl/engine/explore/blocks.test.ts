// Goal: of several threads that find a state at the same time one has found it. Method: two threads take the same states
// at the same time, each state in a block of its own, so that they race for every block, every bit and all memory.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Blocks, memoryOf } from './blocks.ts';
import type { Race } from './blocks-thread.fixture.ts';
import { beside } from './crew.ts';

const STATES = 20_000;

test('two threads take the same states: each is found by one of them', async () => {
  const memory = memoryOf({ width: 2, lowBits: 5 }, 3);
  const blocks = new Blocks(memory, 2);
  while (memory.directory.byteLength / 4 < 2 * STATES) blocks.rehash();
  const states = Int32Array.from({ length: 2 * STATES }, (_, i) => (i % 2 === 0 ? i << 5 : i));
  const starts = new Int32Array(new SharedArrayBuffer(4));
  const { href } = beside(import.meta.url, 'blocks-thread.fixture');
  const counts = await Promise.all(
    [0, 1].map(async (part) => {
      const race: Race & { entry: string } = { entry: href, memory, part, states, starts };
      const thread = new Worker(new URL('./start-source.mjs', import.meta.url), {
        workerData: race,
      });
      const [count] = await once(thread, 'message');
      return count as number;
    }),
  );
  expect(counts.every((n) => n > 0)).toBe(true);
  expect(counts.reduce((a, b) => a + b)).toBe(STATES);
  blocks.renew();
  const lists = blocks.lists.slice(0, 2);
  const found = lists.flatMap((list, part) => [...list.runs(0, counts[part] as number)]);
  const first = new Set(found.flatMap((run) => [...run].filter((_, i) => i % 2 === 1)));
  expect(first.size).toBe(STATES);
  for (let at = 0; at < states.length; at += 2000)
    expect(blocks.has(states.slice(at, at + 2))).toBe(true);
});
