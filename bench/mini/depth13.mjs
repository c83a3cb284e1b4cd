// A whole process that finds the shortest counterexample to the first seeded bug, of 13 steps, and prints its length.
import { tsImport } from 'tsx/esm/api';

const from = { parentURL: import.meta.url, tsconfig: false };
const { explore } = await tsImport('../../impl/engine/index.ts', from);
const { mini } = await tsImport('./mini.ts', from);
const { engine, plan, judges } = mini(2, 2, 1);
const { found, wayTo } = explore(engine, { plan, judges });
console.log(wayTo(found[0].state).length);
