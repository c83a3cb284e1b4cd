// Goal: a rule that tells members apart is found, wherever it does. Method: lamps that are alike, and rules that name one of
// them in a guard, in an effect, in the order of a loop, or for one attempt only.
import { describe, expect, test } from 'vitest';
import { attemptOf, compiler } from '../compile.ts';
import type { State } from '../expr.ts';
import { layout } from '../layout.ts';
import type { Attempt, RuleData, WordUse } from '../rules.ts';
import { type Bool, type Ix, ix } from '../values.ts';
import { explore } from './explore.ts';
import { symmetryOf } from './symmetry.ts';
import { SymmetryCheck } from './symmetry-check.ts';
import { imagesOf, namedWay } from './symmetry-names.ts';

const bool = { kind: 'bool', init: false, facet: 'core' } as const;
const SCHEMA = {
  room: {
    dims: [],
    fields: { lead: { kind: 'ref', sort: 'Lamp', init: null, facet: 'core' } },
  },
  lamp: { dims: ['Lamp'], fields: { on: bool, broken: bool } },
} as const;
type S = State<typeof SCHEMA>;
type Lamp = Ix<'Lamp'>;
interface Roles {
  readonly it: Lamp;
}

const WORDS = {
  off: (s: S, { it }: Roles): Bool => s.lamp(it).on.not,
  isSecond: (_: S, { it }: Roles): Bool => it.is(ix('Lamp', 1)),
  turnOn: (s: S, { it }: Roles) => s.lamp(it).set({ on: true }),
  lead: (s: S, { it }: Roles) => s.room().set({ lead: it }),
  breakSecond: (s: S) => s.lamp(ix('Lamp', 1)).set({ broken: true }),
  /** The last lamp that is on leads: which that is depends on their order. */
  lastLeads: (s: S) =>
    s.each('Lamp', (t, it) => t.when(t.lamp(it).on, (u) => u.room().set({ lead: it }))),
};
const word = (name: keyof typeof WORDS): WordUse => ({ kind: 'word', word: name, params: [] });
const rule = (id: string, guards: readonly WordUse[], ...effects: WordUse[]): RuleData => ({
  id,
  over: { it: 'Lamp' },
  cases: [
    { name: 'does', guards, effects },
    { name: 'does not', guards: [], effects: [] },
  ],
});
const SWITCH = rule('switch', [word('off')], word('turnOn'), word('lead'));

const LAMPS = 3;
const packed = layout(SCHEMA, { Lamp: LAMPS });
const symmetry = symmetryOf(packed, { Lamp: 0 });
const engineOf = (...rules: readonly RuleData[]) =>
  compiler({ layout: packed, words: WORDS, literalSorts: [] }).engine(
    rules.flatMap((r) =>
      Array.from({ length: LAMPS }, (_, it): Attempt => ({ rule: r, args: { it } })),
    ),
  );
const PLAN = { first: [], lowBits: 5 };
const { canonical, orbit } = symmetry;

describe('symmetry check', () => {
  test('of lamps that are alike one state stands for all', () => {
    const engine = engineOf(SWITCH);
    const check = new SymmetryCheck(engine, symmetry);
    const full = explore(engine, { plan: PLAN });
    for (let n = 0; n < full.states; n++) {
      expect(check.attempts(full.words(n), 0)).toBeUndefined();
      expect(check.steps(full.words(n), 0)).toBeUndefined();
    }
    const some = explore(engine, { plan: PLAN, canonical, orbit });
    expect(some.states).toBe(LAMPS + 1);
    const { states, transitions } = full;
    expect(some.covered).toEqual({ states, transitions });
  });

  const OTHERS: readonly (readonly [string, RuleData])[] = [
    ['in a guard', rule('other', [word('off'), word('isSecond')], word('turnOn'))],
    ['in an effect', rule('other', [], word('breakSecond'))],
    ['in the order of a loop', rule('other', [], word('lastLeads'))],
  ];
  test.each(OTHERS)('a member that is named %s is found out', (_, other) => {
    const engine = engineOf(SWITCH, other);
    const { states, words } = explore(engine, { plan: PLAN, canonical, orbit });
    const found = Array.from({ length: states }, (__, n) => {
      const check = new SymmetryCheck(engine, symmetry);
      return [check.attempts(words(n), 0), check.steps(words(n), 0)];
    });
    for (const unlike of [0, 1]) {
      const first = found.map((f) => f[unlike]).find((f) => f !== undefined);
      expect(engine.attempts[first?.attempt ?? 0]?.rule.id).toBe('other');
      const exchanged = symmetry.exchanges[first?.exchange ?? -1];
      expect(exchanged?.sort).toBe('Lamp');
      // What was said to differ does.
      const { attempt = 0, exchange = 0, state = new Int32Array(0) } = first ?? {};
      const image = imagesOf(engine.attempts, symmetry)[exchange]?.[attempt] ?? -1;
      const after = state.slice();
      const renamed = state.slice();
      const decided = engine.step(attempt, after, after);
      symmetry.exchange(exchange, renamed, 0);
      const decidedThen = engine.step(image, renamed, renamed);
      symmetry.exchange(exchange, after, 0);
      expect([decided, after]).not.toEqual([decidedThen, renamed]);
    }
  });

  test('a refusal of one member only is found out, though no step shows it', () => {
    const refuse: RuleData = {
      ...rule('other', []),
      cases: [
        { name: 'second', guards: [word('isSecond')], effects: [] },
        { name: 'does not', guards: [], effects: [] },
      ],
    };
    const engine = engineOf(SWITCH, refuse);
    const check = new SymmetryCheck(engine, symmetry);
    expect(check.steps(engine.initial, 0)).toBeUndefined();
    expect(check.attempts(engine.initial, 0)).toMatchObject({ attempt: LAMPS, exchange: 0 });
  });

  test('of alike members all or none must be tried', () => {
    const engine = engineOf(SWITCH);
    const attempts = engine.attempts.slice(1);
    expect(() => imagesOf(attempts, symmetry)).toThrow('no attempt ["switch",0]');
  });
});

test('a way that was renamed at every step is told with the names of the start', () => {
  const engine = engineOf(SWITCH);
  const { wayTo, words, states } = explore(engine, { plan: PLAN, canonical, orbit });
  const way = wayTo(words(states - 1));
  const named = namedWay(engine, symmetry, way);
  const state = engine.initial.slice();
  for (const via of named) {
    const before = state.slice();
    engine.step(attemptOf(via), state, state);
    expect(state).not.toEqual(before);
  }
  canonical(state, state.length, state.length);
  expect(state).toEqual(words(states - 1));
  // The canonical state changes names on the way: its own steps do not lead anywhere from the start.
  expect(named).not.toEqual(way);
});
