/** Attempts under other names, and ways of states that stand for others told with the names that were there at first. */
import { attemptOf, caseOf, type Engine, viaOf } from '../compile.ts';
import type { Attempt } from '../rules.ts';
import type { Symmetry } from './symmetry.ts';

/**
 * For each exchange and each attempt the number of the attempt with these members exchanged. Throws if there is none: of
 * members that are alike all or none must be tried.
 */
export function imagesOf(
  attempts: readonly Attempt[],
  symmetry: Symmetry,
): readonly (readonly number[])[] {
  const numbers = new Map(attempts.map((a, n) => [keyOf(a), n]));
  return symmetry.exchanges.map(({ sort, member }) =>
    attempts.map(({ rule, args }) => {
      const renamed = Object.entries(args).map(([role, k]) => {
        if (rule.over[role] !== sort) return [role, k];
        return [role, k === member ? member + 1 : k === member + 1 ? member : k];
      });
      const image = { rule, args: Object.fromEntries(renamed) };
      const n = numbers.get(keyOf(image));
      if (n === undefined) throw new Error(`imagesOf: no attempt ${keyOf(image)}`);
      return n;
    }),
  );
}
const keyOf = ({ rule, args }: Attempt): string =>
  JSON.stringify([rule.id, ...Object.keys(rule.over).map((role) => args[role])]);

/**
 * The steps that are to be made, one after another, from the initial state, given steps (`via`) each of which was made
 * from the state that stands for where the one before it led.
 */
export function namedWay(
  engine: Engine,
  symmetry: Symmetry,
  way: readonly number[],
): readonly number[] {
  const images = imagesOf(engine.attempts, symmetry);
  const state = engine.initial.slice();
  const standing = engine.initial.slice();
  let names: readonly number[] = [];
  return way.map((via) => {
    const attempt = names.reduce((n, exchange) => images[exchange]?.[n] ?? n, attemptOf(via));
    engine.step(attempt, state, state);
    engine.step(attemptOf(via), standing, standing);
    symmetry.canonical(standing, standing.length, standing.length);
    names = renaming(symmetry, standing, state);
    return viaOf(attempt, caseOf(via));
  });
}
/** Exchanges that lead from a state to another one of its orbit. */
function renaming(symmetry: Symmetry, from: Int32Array, to: Int32Array): readonly number[] {
  const state = from.slice();
  const isThere = (): boolean => state.every((x, w) => x === to[w]);
  const last = [-1, ...symmetry.tour.keys()].findIndex((i) => {
    const exchange = symmetry.tour[i];
    if (exchange !== undefined) symmetry.exchange(exchange, state, 0);
    return isThere();
  });
  if (last < 0) throw new Error(`namedWay: [${to.join()}] is no renaming of [${from.join()}]`);
  return symmetry.tour.slice(0, last);
}
