/** A thread that takes the same states into a store as another one, at the same time. */
import { parentPort, workerData } from 'node:worker_threads';
import { Blocks, type Memory } from './blocks.ts';

export interface Race {
  readonly memory: Memory;
  readonly part: number;
  readonly states: Int32Array;
  /** How many threads have come to the next start, in shared memory. */
  readonly starts: Int32Array;
}
/** Words taken between two starts. */
const LAP = 128;

const { memory, part, states, starts } = workerData as Race;
const blocks = new Blocks(memory, part);
blocks.share();
let isDone = true;
for (let at = 0, lap = 1; at < states.length; at += LAP, lap++) {
  Atomics.add(starts, 0, 1);
  // The other one must not be ahead.
  while (Atomics.load(starts, 0) < 2 * lap);
  const end = Math.min(at + LAP, states.length);
  isDone &&= blocks.take(states, at, end, memory.width) === end;
}
parentPort?.postMessage(isDone ? blocks.count : -1);
