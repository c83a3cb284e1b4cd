// Runs a TypeScript module in a thread: the one that the thread was given as its entry.
import { workerData } from 'node:worker_threads';
import { tsImport } from 'tsx/esm/api';

await tsImport(workerData.entry, { parentURL: import.meta.url, tsconfig: false });
