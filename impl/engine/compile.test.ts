// Goal: an engine decides attempts as its rules say: first case whose guards hold, effects in
// order. Method: random rules over a small vocabulary with a second, naive meaning on readable
// states; then laziness, sharing and the size of generated functions, by counting how often
// meanings are asked and what was generated.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec } from './codec.ts';
import { attemptOf, CHUNK_CHARS_MAX, caseOf, compiler, type Engine, viaOf } from './compile.ts';
import type { State } from './expr.ts';
import type {
  Attempt,
  CaseData,
  EffectTree,
  GuardTree,
  Meanings,
  RoleArgs,
  RuleData,
  WordUse,
} from './rules.ts';
import { type Plain, SIZES, type Toy, toyLayout, toyStates } from './toy.fixture.ts';
import type { Ix } from './values.ts';

type S = State<Toy>;
const STATES = ['free', 'held', 'busy', 'broken'] as const;
type DeskState = (typeof STATES)[number];
interface Desk {
  readonly desk: Ix<'Desk'>;
}
interface SlotRole {
  readonly slot: Ix<'Slot'>;
}

// ---------------------------------------------------------------- a vocabulary, twice

const WORDS = {
  deskIs: (s: S, { desk }: Desk, ...states: DeskState[]) => s.desk(desk).state.isIn(...states),
  lit: (s: S, { desk }: Desk) => s.desk(desk).lit,
  named: (s: S, { slot }: SlotRole) => s.slot(slot).desk.isNone.not,
  stale: (s: S, { desk }: Desk) => s.desk(desk).pass.isStale,
  levelIs: (s: S, { level }: { level: number }, wanted: number) =>
    level === wanted ? s.hall().lamp : s.hall().lamp.not,
  deskTo: (s: S, { desk }: Desk, state: DeskState) => s.desk(desk).set({ state }),
  flip: (s: S, { desk }: Desk) => s.desk(desk).set({ lit: s.desk(desk).lit.not }),
  newSession: (s: S, { desk }: Desk) => s.advance('desk', 'session', desk),
  admit: (s: S, { desk }: Desk) => s.desk(desk).set({ pass: 'current' }),
  take: (s: S, { slot, desk }: SlotRole & Desk) =>
    s.slot(slot).set({ kind: 'note', desk, session: 'current' }),
  nothing: (s: S) => s,
  deskOf: (s: S, { slot }: SlotRole) => s.slot(slot).desk.ix,
};

type PlainArgs = Readonly<Record<string, number | null>>;
/** The row of a desk; that of nobody is initial, and what is written to it is lost. */
const rowOf = (w: Plain, a: PlainArgs): Plain['desk'][number] =>
  w.desk[a.desk ?? -1] ?? {
    state: 'free',
    lit: false,
    reader: null,
    session: 1,
    pass: null,
    mood: 'calm',
    friend: null,
  };
const slotOf = (w: Plain, a: PlainArgs): Plain['slot'][number] => {
  const row = w.slot[a.slot ?? -1];
  if (row === undefined) throw new Error(`no slot ${a.slot}`);
  return row;
};
const PLAIN_GUARDS: Record<string, (w: Plain, a: PlainArgs, ...p: readonly unknown[]) => boolean> =
  {
    deskIs: (w, a, ...states) => states.includes(rowOf(w, a).state),
    lit: (w, a) => rowOf(w, a).lit,
    named: (w, a) => slotOf(w, a).desk !== null,
    stale: (w, a) => rowOf(w, a).pass !== null && rowOf(w, a).pass !== rowOf(w, a).session,
    levelIs: (_, a, wanted) => a.level === wanted,
  };
const PLAIN_EFFECTS: Record<string, (w: Plain, a: PlainArgs, ...p: readonly unknown[]) => void> = {
  deskTo: (w, a, state) => Object.assign(rowOf(w, a), { state }),
  flip: (w, a) => Object.assign(rowOf(w, a), { lit: !rowOf(w, a).lit }),
  newSession: (w, a) => Object.assign(rowOf(w, a), { session: rowOf(w, a).session + 10 }),
  admit: (w, a) => Object.assign(rowOf(w, a), { pass: rowOf(w, a).session }),
  take: (w, a) =>
    Object.assign(slotOf(w, a), { kind: 'note', desk: a.desk, session: rowOf(w, a).session }),
  nothing: () => undefined,
};

function holds(tree: GuardTree, w: Plain, a: PlainArgs): boolean {
  switch (tree.kind) {
    case 'word':
      return PLAIN_GUARDS[tree.word]?.(w, a, ...tree.params) === true;
    case 'not':
      return !holds(tree.of, w, a);
    case 'anyOf':
      return tree.of.some((t) => holds(t, w, a));
    case 'allOf':
      return tree.of.every((t) => holds(t, w, a));
    case 'at':
      return holds(tree.of, w, { ...a, [tree.role]: slotOf(w, a).desk });
  }
}
function make(trees: readonly EffectTree[], w: Plain, a: PlainArgs): void {
  for (const tree of trees) {
    if (tree.kind === 'word') PLAIN_EFFECTS[tree.word]?.(w, a, ...tree.params);
    else if (tree.kind === 'at') make([tree.of], w, { ...a, [tree.role]: slotOf(w, a).desk });
    else if (tree.kind === 'when') {
      if (tree.if.every((g) => holds(g, w, a))) make(tree.of, w, a);
    } else {
      for (let i = 0; i < (SIZES[tree.sort] ?? 0); i++) {
        const b = { ...a, [tree.role]: i };
        if (tree.where.every((g) => holds(g, w, b))) make(tree.of, w, b);
      }
    }
  }
}

// ---------------------------------------------------------------- random rules

const word = (name: string, ...params: unknown[]): WordUse => ({
  kind: 'word',
  word: name,
  params,
});
const atDesk = <T>(of: T) => ({ kind: 'at', role: 'desk', term: 'deskOf', of }) as const;

const guardWords: fc.Arbitrary<GuardTree> = fc.oneof(
  fc.subarray([...STATES]).map((states) => word('deskIs', ...states)),
  fc.constantFrom(word('lit'), word('named'), word('stale')),
  fc.constantFrom(0, 1).map((level) => word('levelIs', level)),
);
const { guard } = fc.letrec<{ guard: GuardTree }>((tie) => ({
  guard: fc.oneof(
    { maxDepth: 3 },
    guardWords,
    tie('guard').map((of): GuardTree => ({ kind: 'not', of })),
    fc.array(tie('guard'), { maxLength: 3 }).map((of): GuardTree => ({ kind: 'anyOf', of })),
    fc.array(tie('guard'), { maxLength: 3 }).map((of): GuardTree => ({ kind: 'allOf', of })),
    tie('guard').map((of): GuardTree => atDesk(of)),
  ),
}));
const guards = fc.array(guard, { maxLength: 3 });
const effectWords: fc.Arbitrary<EffectTree> = fc.oneof(
  fc.constantFrom(...STATES).map((state) => word('deskTo', state)),
  fc.constantFrom(...['flip', 'newSession', 'admit', 'take', 'nothing'].map((w) => word(w))),
);
const { effect } = fc.letrec<{ effect: EffectTree }>((tie) => ({
  effect: fc.oneof(
    { maxDepth: 2 },
    effectWords,
    // `take` at the desk of a slot that names none would be nonsense; guards of authors prevent it.
    fc
      .constantFrom(word('flip'), word('newSession'), word('deskTo', 'busy'))
      .map((of): EffectTree => atDesk(of)),
    fc
      .record({ if: guards, of: fc.array(tie('effect'), { maxLength: 3 }) })
      .map((tree): EffectTree => ({ kind: 'when', ...tree })),
    fc
      .record({ where: guards, of: fc.array(tie('effect'), { maxLength: 2 }) })
      .map((tree): EffectTree => ({ kind: 'each', role: 'desk', sort: 'Desk', ...tree })),
  ),
}));
const cases = fc
  .array(fc.record({ guards, effects: fc.array(effect, { maxLength: 3 }) }), { maxLength: 4 })
  .map((list) => list.map((c, i): CaseData => ({ name: `case ${i}`, ...c })));

const OVER = { desk: 'Desk', slot: 'Slot', level: 'Level' };
const ARGS: readonly RoleArgs[] = [0, 1, 2].flatMap((desk) =>
  [0, 2].flatMap((slot) => [0, 1].map((level) => ({ desk, slot, level }))),
);
const attemptsOf = (rules: readonly RuleData[]): Attempt[] =>
  rules.flatMap((rule) => ARGS.map((args) => ({ rule, args })));
const ruleOf = (id: string, list: readonly CaseData[]): RuleData => ({
  id,
  over: OVER,
  cases: list,
});

const made = (words: Meanings<Toy> = WORDS) =>
  compiler({ layout: toyLayout, words, literalSorts: ['Level'] });
const { pack } = codec(toyLayout);
const packed = (state: Plain): Int32Array => {
  const words = new Int32Array(toyLayout.wordCount);
  pack(state, words);
  return words;
};

describe('step', () => {
  test('the first case whose guards hold decides, and its effects are made in order', () => {
    fc.assert(
      fc.property(cases, fc.array(toyStates, { minLength: 1, maxLength: 3 }), (list, states) => {
        const engine = made().engine(attemptsOf([ruleOf('r', list)]));
        const out = new Int32Array(toyLayout.wordCount);
        for (const state of states) {
          for (const [n, args] of ARGS.entries()) {
            const a = args as PlainArgs;
            const wanted = list.findIndex((c) => c.guards.every((g) => holds(g, state, a)));
            const after = structuredClone(state);
            make(list[wanted]?.effects ?? [], after, a);
            expect(engine.step(n, packed(state), out)).toBe(wanted);
            if (wanted >= 0) expect(out).toEqual(packed(after));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('without a case that holds, nothing is written; with one, all words are', () => {
    const engine = made().engine([
      { rule: ruleOf('r', [{ name: 'lit', guards: [word('lit')], effects: [] }]), args: at(0) },
    ]);
    const out = new Int32Array(toyLayout.wordCount).fill(7);
    expect(engine.step(0, toyLayout.initial, out)).toBe(-1);
    expect([...new Set(out)]).toEqual([7]);
    const lit = packed(state((s) => Object.assign(s.desk[0] ?? {}, { lit: true })));
    expect(engine.step(0, lit, out)).toBe(0);
    expect(out).toEqual(lit);
  });

  test('the state may be replaced in place', () => {
    const engine = made().engine(attemptsOf([ruleOf('r', SWAP)]));
    fc.assert(
      fc.property(toyStates, (s) => {
        const out = new Int32Array(toyLayout.wordCount);
        const inPlace = packed(s);
        engine.step(0, packed(s), out);
        engine.step(0, inPlace, inPlace);
        expect(inPlace).toEqual(out);
      }),
    );
  });
});

describe('succ', () => {
  test('gives the steps that change the state, in order of attempts', () => {
    fc.assert(
      fc.property(cases, cases, toyStates, (one, two, s) => {
        const engine = made().engine(attemptsOf([ruleOf('r', one), ruleOf('q', two)]));
        expect(successors(engine, packed(s))).toEqual(changingSteps(engine, packed(s)));
      }),
      { numRuns: 300 },
    );
  });

  test('reads a state from the middle of an array', () => {
    const engine = made().engine(attemptsOf([ruleOf('r', SWAP)]));
    const wanted = successors(engine, toyLayout.initial);
    const queue = new Int32Array(5 + toyLayout.wordCount).fill(-1);
    queue.set(toyLayout.initial, 5);
    const out = new Int32Array(engine.succLengthMax);
    const end = engine.succ(queue, 5, out);
    expect(end).toBe(wanted.length * engine.stride);
    expect([...out.subarray(0, engine.stride - 1)]).toEqual(wanted[0]?.words);
  });

  test('no generated function is too long for V8, and together they give all successors', () => {
    const effects = STATES.flatMap((state): EffectTree[] => [
      atDesk(word('deskTo', state)),
      { kind: 'each', role: 'desk', sort: 'Desk', where: [word('stale')], of: [word('flip')] },
      word('newSession'),
      atDesk(word('newSession')),
    ]);
    const big = ruleOf('big', [
      ...STATES.map((state) => ({ name: state, guards: [word('deskIs', state)], effects })),
    ]);
    const engine = made().engine(attemptsOf([big, ruleOf('swap', SWAP)]));
    const sizes = engine.succSources().map((source) => source.length);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeGreaterThan(CHUNK_CHARS_MAX);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK_CHARS_MAX);
    fc.assert(
      fc.property(toyStates, (s) => {
        expect(successors(engine, packed(s))).toEqual(changingSteps(engine, packed(s)));
      }),
      { numRuns: 20 },
    );
  });
});

describe('writes', () => {
  test('every field that a step changes is among them', () => {
    fc.assert(
      fc.property(cases, toyStates, (list, s) => {
        const engine = made().engine(attemptsOf([ruleOf('r', list)]));
        const out = new Int32Array(toyLayout.wordCount);
        const words = packed(s);
        for (const n of ARGS.keys()) {
          const index = engine.step(n, words, out);
          if (index < 0) continue;
          for (const key of changedFields(words, out))
            expect(engine.writes(n, index)).toContain(key);
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, string[], EffectTree[]]>([
    ['a set', ['desk.state'], [word('deskTo', 'busy')]],
    ['a ref and its reference', ['slot.kind', 'slot.desk', 'slot.session'], [word('take')]],
    [
      'one branch, if it is known',
      [],
      [{ kind: 'when', if: [word('levelIs', 1)], of: [word('flip')] }],
    ],
    [
      'either branch, if not',
      ['desk.lit'],
      [{ kind: 'when', if: [word('lit')], of: [word('flip')] }],
    ],
    [
      'a new episode: the epoch and the references that can be to it',
      ['desk.session', 'desk.pass', 'pair.tag', 'slot.session', 'shelf.mark'],
      [word('newSession')],
    ],
    ['nothing', [], [word('nothing')]],
  ])('%s', (_, wanted, effects) => {
    const rule = ruleOf('r', [{ name: 'only', guards: [], effects }]);
    const engine = made().engine([{ rule, args: at(0) }]);
    expect([...engine.writes(0, 0)].sort()).toEqual([...wanted].sort());
  });

  test('a case that cannot decide writes nothing', () => {
    const never = { name: 'never', guards: [word('levelIs', 1)], effects: [word('flip')] };
    const engine = made().engine([{ rule: ruleOf('r', [never]), args: at(0) }]);
    expect(engine.writes(0, 0)).toEqual(new Set());
    expect(engine.stepSource(0)).toBe('\n\nreturn -1;');
  });
});

describe('what is compiled, and when', () => {
  /** The vocabulary, counting how often each meaning is asked. */
  function counted(): { words: Meanings<Toy>; asked: Map<string, number> } {
    const asked = new Map<string, number>();
    const words = Object.entries(WORDS as Meanings<Toy>).map(([name, meaning]) => {
      const counting: Meanings<Toy>[string] = (s, args, ...params) => {
        asked.set(name, (asked.get(name) ?? 0) + 1);
        return meaning(s, args, ...params);
      };
      return [name, counting];
    });
    return { words: Object.fromEntries(words), asked };
  }
  const one = (id: string, ...effects: EffectTree[]): RuleData =>
    ruleOf(id, [{ name: 'only', guards: [], effects }]);

  test('nothing before it is used; then one attempt at a time', () => {
    const { words, asked } = counted();
    const engine = made(words).engine(
      attemptsOf([one('flip', word('flip')), one('admit', word('admit'))]),
    );
    expect(asked.size).toBe(0);
    const out = new Int32Array(toyLayout.wordCount);
    engine.step(1, toyLayout.initial, out);
    engine.step(1, toyLayout.initial, out);
    expect([...asked]).toEqual([['flip', 1]]);
    engine.writes(1, 0);
    engine.succ(toyLayout.initial, 0, new Int32Array(engine.succLengthMax));
    expect([...asked]).toEqual([
      ['flip', ARGS.length],
      ['admit', ARGS.length],
    ]);
  });

  test('an engine of the same rules but one compiles that one only', () => {
    const { words, asked } = counted();
    const shared = [one('flip', word('flip')), one('take', word('take'))];
    const compile = made(words);
    const original = compile.engine(attemptsOf([...shared, one('admit', word('admit'))]));
    const buffer = new Int32Array(original.succLengthMax);
    original.succ(toyLayout.initial, 0, buffer);
    asked.clear();
    const mutant = compile.engine(attemptsOf([...shared, one('admit', word('newSession'))]));
    mutant.succ(toyLayout.initial, 0, buffer);
    const out = new Int32Array(toyLayout.wordCount);
    for (const n of mutant.attempts.keys()) mutant.step(n, toyLayout.initial, out);
    expect([...asked]).toEqual([['newSession', ARGS.length]]);
  });

  test('a rule of equal content is another rule', () => {
    const compile = made();
    const [a, b] = [one('r', word('flip')), one('r', word('admit'))];
    const out = new Int32Array(toyLayout.wordCount);
    compile.engine([{ rule: a, args: at(0) }]).step(0, toyLayout.initial, out);
    const flipped = [...out];
    compile.engine([{ rule: b, args: at(0) }]).step(0, toyLayout.initial, out);
    expect([...out]).not.toEqual(flipped);
    const both = compile.engine([
      { rule: a, args: at(0) },
      { rule: b, args: at(0) },
    ]);
    expect(successors(both, toyLayout.initial).map(({ words }) => words)).toEqual([
      flipped,
      [...out],
    ]);
  });
});

describe('errors', () => {
  const failing = (words: Meanings<Toy>, args: RoleArgs, c: Partial<CaseData>): (() => void) => {
    const rule = ruleOf('desk.take', [{ name: 'busy', guards: [], effects: [], ...c }]);
    const engine = made({ ...WORDS, ...words }).engine([{ rule, args }]);
    return () => void engine.writes(0, 0);
  };
  const broken = (): never => {
    throw new Error('no such thing');
  };

  test.each<[string, string, () => void]>([
    [
      'a meaning that throws',
      "desk.take, case 'busy', word 'bad': no such thing",
      failing({ bad: broken }, at(0), { guards: [word('bad')] }),
    ],
    [
      'a meaning that is missing',
      "desk.take, case 'busy': no meaning for word 'gone'",
      failing({}, at(0), { effects: [word('gone')] }),
    ],
    [
      'an effect where a guard should be',
      "desk.take, case 'busy', word 'flip': gave no Bool",
      failing({}, at(0), { guards: [word('flip')] }),
    ],
    [
      'a guard where an effect should be',
      "desk.take, case 'busy', word 'lit': gave no State",
      failing({}, at(0), { effects: [word('lit')] }),
    ],
    [
      'a guard where a term should be',
      "desk.take, case 'busy', word 'lit': gave no Ix",
      failing({}, at(0), { guards: [{ kind: 'at', role: 'desk', term: 'lit', of: word('lit') }] }),
    ],
    [
      'an argument that is missing',
      "desk.take: no argument for role 'level'",
      failing({}, { desk: 0, slot: 0 }, {}),
    ],
    [
      'an argument that is no member',
      "desk.take: 'one' for role 'desk' is no member of Desk",
      failing({}, { ...at(0), desk: 'one' }, {}),
    ],
    [
      'a member that is not there',
      "desk.take, case 'busy', word 'lit': desk: no Desk 3 of 3",
      failing({}, at(3), { guards: [word('lit')] }),
    ],
  ])('%s', (_, text, fail) => {
    expect(fail).toThrow(text);
  });

  test('an attempt that is not there', () => {
    const engine = made().engine([]);
    const out = new Int32Array(toyLayout.wordCount);
    expect(() => engine.step(0, toyLayout.initial, out)).toThrow('step: no attempt 0 of 0');
    expect(() => engine.writes(3, 0)).toThrow('engine: no attempt 3 of 0');
  });

  test('more cases than a successor can name', () => {
    const list = Array.from({ length: 65 }, () => ({ name: 'c', guards: [], effects: [] }));
    const engine = made().engine([{ rule: ruleOf('many', list), args: at(0) }]);
    expect(() => engine.writes(0, 0)).toThrow('many: 65 cases; at most 64');
  });
});

test('a via holds an attempt and a case', () => {
  expect([attemptOf(viaOf(12345, 63)), caseOf(viaOf(12345, 63))]).toEqual([12345, 63]);
});

// ---------------------------------------------------------------- helpers

/** Two cases that change much. */
const SWAP: readonly CaseData[] = [
  { name: 'lit', guards: [word('lit')], effects: [word('flip'), word('newSession')] },
  { name: 'dark', guards: [], effects: [word('deskTo', 'held'), word('admit'), word('take')] },
];

function at(desk: number): RoleArgs {
  return { desk, slot: 0, level: 0 };
}
function state(change: (s: Plain) => void): Plain {
  const initial = codec(toyLayout).unpack(toyLayout.initial) as Plain;
  change(initial);
  return initial;
}

interface Successor {
  readonly words: number[];
  readonly attempt: number;
  readonly index: number;
}
function successors(engine: Engine, q: Int32Array): Successor[] {
  const out = new Int32Array(engine.succLengthMax);
  const end = engine.succ(q, 0, out);
  return Array.from({ length: end / engine.stride }, (_, i) => {
    const words = [...out.subarray(i * engine.stride, (i + 1) * engine.stride)];
    const via = words.pop() ?? -1;
    return { words, attempt: attemptOf(via), index: caseOf(via) };
  });
}
function changingSteps(engine: Engine, q: Int32Array): Successor[] {
  const out = new Int32Array(q.length);
  return [...engine.attempts.keys()].flatMap((attempt) => {
    const index = engine.step(attempt, q, out);
    const same = index < 0 || out.every((word, i) => word === q[i]);
    return same ? [] : [{ words: [...out], attempt, index }];
  });
}
function changedFields(before: Int32Array, after: Int32Array): string[] {
  const { unpack } = codec(toyLayout);
  const fields = (words: Int32Array): Map<string, string> => {
    const found = new Map<string, string>();
    const visit = (group: string, value: unknown): void => {
      if (Array.isArray(value)) for (const row of value) visit(group, row);
      else
        for (const [name, x] of Object.entries(value as object)) {
          const key = `${group}.${name}`;
          found.set(key, `${found.get(key) ?? ''}${x},`);
        }
    };
    for (const [group, value] of Object.entries(unpack(words))) visit(group, value);
    return found;
  };
  const was = fields(before);
  return [...fields(after)].filter(([key, text]) => was.get(key) !== text).map(([key]) => key);
}
