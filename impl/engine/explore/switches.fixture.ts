// Systems of switches, whose states and distances are known.
import { compiler, type Engine } from '../compile.ts';
import type { State } from '../expr.ts';
import { layout } from '../layout.ts';
import type { Attempt, RuleData } from '../rules.ts';
import type { Ix } from '../values.ts';

const on = { kind: 'bool', init: false, facet: 'core' } as const;
const SCHEMA = {
  left: { dims: ['Switch'], fields: { on } },
  right: { dims: ['Switch'], fields: { on } },
} as const;

/** Switches that can be set, so many of 31 on either side, from a place on. */
export function switches(left: number, right: number, first: readonly string[] = []): Engine {
  const packed = layout(SCHEMA, { Switch: 31 }, undefined, first);
  const press =
    (group: 'left' | 'right') => (s: State<typeof SCHEMA>, a: { readonly it: Ix<'Switch'> }) =>
      s[group](a.it).set({ on: true });
  const rule = (word: string): RuleData => {
    const effects = [{ kind: 'word', word, params: [] } as const];
    return { id: word, over: { it: 'Switch' }, cases: [{ name: 'only', guards: [], effects }] };
  };
  const attempts = [
    { r: rule('left'), from: 1, count: left },
    { r: rule('right'), from: 8, count: right },
  ].flatMap(({ r, from, count }) =>
    Array.from({ length: count }, (_, i): Attempt => ({ rule: r, args: { it: 2 * i + from } })),
  );
  const words = { left: press('left'), right: press('right') };
  return compiler({ layout: packed, words, literalSorts: [] }).engine(attempts);
}
/** As many blocks as there can be. */
export const PLAN = { first: [], lowBits: 5 };
