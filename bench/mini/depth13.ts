/** A whole process that finds the shortest counterexample to the first seeded bug, of 13 steps, and prints its length. */
import { explore } from '../../impl/engine/index.ts';
import { mini } from './mini.ts';

const { engine, plan, judges } = mini(2, 2, 1);
const { found, wayTo } = explore(engine, { plan, judges });
console.log(found.map((f) => wayTo(f.state).length).join());
