// Goal: a change or a question built on a packed state does what the same one does on the readable
// state. Method: each operation is written twice, on the builder and naively; random programs of
// them run on random states, and the results are compared packed, so that whatever packing keeps is
// compared.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec } from './codec.ts';
import type { State } from './expr.ts';
import {
  askOf,
  engineOfChange,
  fullLayout,
  fullStates,
  LEAVES,
  type Plain,
  type Toy,
  toyLayout,
  toyStates,
} from './toy.fixture.ts';
import { all, any, type Bool, type Ix, ix, known } from './values.ts';

type S = State<Toy>;
/** A change, twice. */
interface Op {
  readonly says: string;
  readonly packed: (s: S) => S;
  readonly plain: (w: Plain) => void;
}
/** A question, twice. */
interface Question {
  readonly says: string;
  readonly packed: (s: S) => Bool;
  readonly plain: (w: Plain) => boolean;
}

const DESKS = [0, 1, 2];
const READERS = [0, 1];
const SLOTS = [0, 1, 2];
const at = <T>(list: readonly T[], i: number | null): T => {
  const found = list[i ?? -1];
  if (found === undefined) throw new Error(`no row ${i}`);
  return found;
};
const desk = (k: number): Ix<'Desk'> => ix('Desk', k);
const reader = (k: number): Ix<'Reader'> => ix('Reader', k);
const slot = (k: number): Ix<'Slot'> => ix('Slot', k);

// ---------------------------------------------------------------- operations

const pickDesk = fc.constantFrom(...DESKS);
const pickReader = fc.constantFrom(...READERS);
const pickSlot = fc.constantFrom(...SLOTS);
const pickState = fc.constantFrom('free', 'held', 'busy', 'broken');

const setDesk = fc.record({ d: pickDesk, state: pickState, lit: fc.boolean() }).map(
  ({ d, state, lit }): Op => ({
    says: `desk ${d} ${state} ${lit}`,
    packed: (s) => s.desk(desk(d)).set({ state, lit }),
    plain: (w) => Object.assign(at(w.desk, d), { state, lit }),
  }),
);
const setHall = fc.record({ open: fc.boolean(), alarm: fc.constantFrom('off', 'ringing') }).map(
  ({ open, alarm }): Op => ({
    says: `hall ${open} ${alarm}`,
    packed: (s) => s.hall().set({ open, alarm }),
    plain: (w) => Object.assign(w.hall, { open, alarm }),
  }),
);
const setOff = fc.boolean().map(
  (lamp): Op => ({
    says: `lamp ${lamp}, which is off in one of the layouts`,
    packed: (s) => s.hall().set({ lamp, guard: lamp ? 'current' : 'none' }),
    plain: (w) => Object.assign(w.hall, { lamp, guard: lamp ? w.hall.night : null }),
  }),
);
const sit = fc.record({ d: pickDesk, r: fc.option(pickReader) }).map(
  ({ d, r }): Op => ({
    says: `reader ${r} sits at ${d}`,
    packed: (s) => s.desk(desk(d)).set({ reader: r === null ? null : reader(r), pass: 'current' }),
    plain: (w) => Object.assign(at(w.desk, d), { reader: r, pass: at(w.desk, d).session }),
  }),
);
const copyValues = fc.record({ d: pickDesk, e: pickDesk }).map(
  ({ d, e }): Op => ({
    says: `desk ${d} takes state, light and reader of ${e}; slot 0 takes its reader`,
    packed: (s) => {
      const { state, lit, reader: r } = s.desk(desk(e));
      return s.desk(desk(d)).set({ state, lit, reader: r }).slot(slot(0)).set({ owner: r });
    },
    plain: (w) => {
      const { state, lit, reader: r } = at(w.desk, e);
      Object.assign(at(w.desk, d), { state, lit, reader: r });
      at(w.slot, 0).owner = r;
    },
  }),
);
const computed = pickDesk.map(
  (d): Op => ({
    says: `hall opens if desk ${d} is lit and held; its light goes the other way`,
    packed: (s) => {
      const row = s.desk(desk(d));
      return s
        .hall()
        .set({ open: row.lit.and(row.state.is('held')) })
        .desk(desk(d))
        .set({
          lit: row.lit.not,
        });
    },
    plain: (w) => {
      const row = at(w.desk, d);
      w.hall.open = row.lit && row.state === 'held';
      row.lit = !row.lit;
    },
  }),
);
const fill = fc.record({ k: pickSlot, d: pickDesk, live: fc.boolean() }).map(
  ({ k, d, live }): Op => ({
    says: `slot ${k} is a note of desk ${d}, ${live}`,
    packed: (s) =>
      s.slot(slot(k)).set({ kind: 'note', desk: desk(d), session: live ? 'current' : 'none' }),
    plain: (w) =>
      Object.assign(at(w.slot, k), {
        kind: 'note',
        desk: d,
        session: live ? at(w.desk, d).session : null,
      }),
  }),
);
const copySlot = fc.record({ from: pickSlot, to: pickSlot }).map(
  ({ from, to }): Op => ({
    says: `slot ${from} to ${to}, then clear it`,
    packed: (s) =>
      s
        .slot(slot(to))
        .set(s.slot(slot(from)).copy())
        .slot(slot(from))
        .clear(),
    plain: (w) => {
      Object.assign(at(w.slot, to), at(w.slot, from));
      Object.assign(at(w.slot, from), { kind: 'none', desk: null, session: null, owner: null });
    },
  }),
);
const dropDesk = pickSlot.map(
  (k): Op => ({
    says: `slot ${k} names no desk`,
    packed: (s) => s.slot(slot(k)).set({ desk: null }),
    plain: (w) => Object.assign(at(w.slot, k), { desk: null }),
  }),
);
const renewSlot = pickSlot.map(
  (k): Op => ({
    says: `slot ${k} is of the current session of whichever desk it names`,
    packed: (s) => s.slot(slot(k)).set({ session: 'current' }),
    plain: (w) => {
      const row = at(w.slot, k);
      if (row.desk !== null) row.session = at(w.desk, row.desk).session;
    },
  }),
);
const moveOwner = fc.record({ k: pickSlot, d: pickDesk }).map(
  ({ k, d }): Op => ({
    says: `ticket ${k} of desk ${d} goes to the owner of slot ${k}, in the current round`,
    packed: (s) =>
      s.ticket(slot(k), desk(d)).set({ owner: s.slot(slot(k)).owner, round: 'current' }),
    plain: (w) => {
      const { owner } = at(w.slot, k);
      const round = owner === null ? null : at(at(w.pair, owner), d).round;
      Object.assign(at(at(w.ticket, k), d), { owner, round });
    },
  }),
);
/** Through a run-time index, guarded as meanings must guard it. */
const throughSlot = fc.record({ k: pickSlot, state: pickState }).map(
  ({ k, state }): Op => ({
    says: `the desk of slot ${k} is ${state}, lit, and taken by the slot's owner`,
    packed: (s) => {
      const { desk: d, owner } = s.slot(slot(k));
      return s.when(d.isNone.not, () =>
        s.desk(d.ix).set({ state, lit: s.desk(d.ix).lit.not, reader: owner, pass: 'current' }),
      );
    },
    plain: (w) => {
      const { desk: d, owner } = at(w.slot, k);
      if (d === null) return;
      const row = at(w.desk, d);
      Object.assign(row, { state, lit: !row.lit, reader: owner, pass: row.session });
    },
  }),
);
const throughTwo = fc.record({ k: pickSlot, tag: fc.boolean() }).map(
  ({ k, tag }): Op => ({
    says: `owner and desk of slot ${k} have seen each other, ${tag}`,
    packed: (s) => {
      const { desk: d, owner: r } = s.slot(slot(k));
      return s.when(d.isNone.or(r.isNone).not, () =>
        s.pair(r.ix, d.ix).set({
          seen: s.pair(r.ix, d.ix).seen.not,
          tag: tag ? s.desk(d.ix).pass : 'none',
          own: 'current',
        }),
      );
    },
    plain: (w) => {
      const { desk: d, owner: r } = at(w.slot, k);
      if (d === null || r === null) return;
      const row = at(at(w.pair, r), d);
      row.seen = !row.seen;
      row.tag = tag ? at(w.desk, d).pass : null;
      row.own = row.round;
    },
  }),
);
const throughSplit = fc
  .record({
    k: pickSlot,
    j: pickSlot,
    like: fc.constantFrom('some', 'much'),
    leaf: fc.constantFrom(...LEAVES),
  })
  .map(
    ({ k, j, like, leaf }): Op => ({
      says: `shelf of the desk and owner of slot ${k}, place ${j}: ${like}, marked, then copied`,
      packed: (s) => {
        const { desk: d, owner: r } = s.slot(slot(k));
        return s.when(d.isNone.or(r.isNone).not, (t) => {
          const u = t.shelf(d.ix, r.ix, slot(j)).set({ mark: 'current', like, leaf });
          const old = t.shelf(d.ix, r.ix, slot(j));
          return u
            .shelf(d.ix, reader(0), slot(2))
            .set({ like: old.like, leaf: old.leaf })
            .shelf(desk(2), reader(1), slot(1))
            .set({ leaf: old.leaf });
        });
      },
      plain: (w) => {
        const { desk: d, owner: r } = at(w.slot, k);
        if (d === null || r === null) return;
        const row = at(at(at(w.shelf, d), r), j);
        const old = { like: row.like, leaf: row.leaf };
        Object.assign(row, { mark: at(w.desk, d).session, like, leaf });
        Object.assign(at(at(at(w.shelf, d), 0), 2), old);
        at(at(at(w.shelf, 2), 1), 1).leaf = old.leaf;
      },
    }),
  );
const clearThrough = pickSlot.map(
  (k): Op => ({
    says: `the desk of slot ${k} is cleared`,
    packed: (s) => {
      const { desk: d } = s.slot(slot(k));
      return s.when(d.isNone, undefined_, () => s.desk(d.ix).clear());
    },
    plain: (w) => {
      const { desk: d } = at(w.slot, k);
      if (d === null) return;
      const cleared = { state: 'free', lit: false, reader: null, pass: null };
      Object.assign(at(w.desk, d), cleared, { mood: 'calm', friend: null });
    },
  }),
);
const undefined_ = (s: S): S => s;
const advanceDay: fc.Arbitrary<Op> = fc.constant({
  says: 'a new day',
  packed: (s) => s.advance('hall', 'day'),
  plain: (w) => {
    w.hall.day += 10;
  },
});
const advanceNight: fc.Arbitrary<Op> = fc.constant({
  says: 'a new night, which is off in one of the layouts',
  packed: (s) => s.advance('hall', 'night'),
  plain: (w) => {
    w.hall.night += 10;
  },
});
const advanceDesk = pickDesk.map(
  (d): Op => ({
    says: `a new session of desk ${d}`,
    packed: (s) => s.advance('desk', 'session', desk(d)),
    plain: (w) => {
      at(w.desk, d).session += 10;
    },
  }),
);
const advancePair = fc.record({ r: pickReader, d: pickDesk }).map(
  ({ r, d }): Op => ({
    says: `a new round of ${r} at ${d}`,
    packed: (s) => s.advance('pair', 'round', reader(r), desk(d)),
    plain: (w) => {
      at(at(w.pair, r), d).round += 10;
    },
  }),
);
const advanceThrough = pickSlot.map(
  (k): Op => ({
    says: `a new session of the desk of slot ${k}`,
    packed: (s) => {
      const { desk: d } = s.slot(slot(k));
      return s.when(d.isNone.not, (t) => t.advance('desk', 'session', d.ix));
    },
    plain: (w) => {
      const { desk: d } = at(w.slot, k);
      if (d !== null) at(w.desk, d).session += 10;
    },
  }),
);
const eachDesk = pickState.map(
  (state): Op => ({
    says: `desks in order: one that is ${state} lights the next, a lit one becomes ${state}`,
    packed: (s) =>
      s.each('Desk', (t, i) => {
        const next = desk(((i.k ?? 0) + 1) % 3);
        return t
          .when(t.desk(i).lit, (u) => u.desk(i).set({ state }))
          .when(t.desk(i).state.is(state), (u) => u.desk(next).set({ lit: true }));
      }),
    plain: (w) => {
      for (const i of DESKS) {
        const row = at(w.desk, i);
        const was = row.state === state;
        if (row.lit) row.state = state;
        if (was) at(w.desk, (i + 1) % 3).lit = true;
      }
    },
  }),
);
const firstFree = pickDesk.map(
  (d): Op => ({
    says: `the first free slot becomes a book of desk ${d}`,
    packed: (s) =>
      [...s.members('Slot')].reverse().reduce<S>(
        (rest, i) =>
          s.when(
            s.slot(i).kind.is('none'),
            () => s.slot(i).set({ kind: 'book', desk: desk(d), session: s.desk(desk(d)).pass }),
            () => rest,
          ),
        s,
      ),
    plain: (w) => {
      const free = w.slot.find((row) => row.kind === 'none');
      const { pass } = at(w.desk, d);
      if (free !== undefined) Object.assign(free, { kind: 'book', desk: d, session: pass });
    },
  }),
);

const firstByIndex = pickState.map(
  (state): Op => ({
    says: `the first lit desk becomes ${state}, and slot 2 names it or nobody`,
    packed: (s) => {
      const lit = s.first('Desk', (i) => s.desk(i).lit);
      return s.desk(lit).set({ state }).slot(slot(2)).set({ desk: lit, session: 'current' });
    },
    plain: (w) => {
      const d = w.desk.findIndex((row) => row.lit);
      const row = w.desk[d];
      if (row !== undefined) row.state = state;
      const named = { desk: d < 0 ? null : d, session: row?.session ?? null };
      Object.assign(at(w.slot, 2), named);
    },
  }),
);

const simple: fc.Arbitrary<Op> = fc.oneof(
  firstByIndex,
  setDesk,
  setHall,
  sit,
  copyValues,
  computed,
  fill,
  copySlot,
  dropDesk,
  renewSlot,
  moveOwner,
  throughSlot,
  throughTwo,
  throughSplit,
  clearThrough,
  advanceDay,
  advanceDesk,
  advancePair,
  advanceThrough,
  eachDesk,
  firstFree,
);

// ---------------------------------------------------------------- questions

const questions: fc.Arbitrary<Question> = fc.oneof(
  fc.record({ d: pickDesk, states: fc.uniqueArray(pickState) }).map(
    ({ d, states }): Question => ({
      says: `desk ${d} in ${states.join()}`,
      packed: (s) => s.desk(desk(d)).state.isIn(...states),
      plain: (w) => states.includes(at(w.desk, d).state),
    }),
  ),
  fc.record({ d: pickDesk, e: pickDesk }).map(
    ({ d, e }): Question => ({
      says: `desks ${d}, ${e} same state or same reader`,
      packed: (s) =>
        s
          .desk(desk(d))
          .state.same(s.desk(desk(e)).state)
          .or(s.desk(desk(d)).reader.same(s.desk(desk(e)).reader)),
      plain: (w) =>
        at(w.desk, d).state === at(w.desk, e).state ||
        at(w.desk, d).reader === at(w.desk, e).reader,
    }),
  ),
  fc.record({ d: pickDesk, r: pickReader, leaves: fc.subarray([...LEAVES]) }).map(
    ({ d, r, leaves }): Question => ({
      says: `the leaf of slot 1 at ${d}, ${r} is among ${leaves.length}`,
      packed: (s) => s.shelf(desk(d), reader(r), slot(1)).leaf.isIn(...leaves),
      plain: (w) => leaves.includes(at(at(at(w.shelf, d), r), 1).leaf),
    }),
  ),
  fc.record({ k: pickSlot, r: pickReader }).map(
    ({ k, r }): Question => ({
      says: `slot ${k} is of reader ${r}, and its desk, if any, is lit`,
      packed: (s) => {
        const { owner, desk: d } = s.slot(slot(k));
        return owner.is(reader(r)).and(d.isNone.or(s.desk(d.ix).lit));
      },
      plain: (w) => {
        const { owner, desk: d } = at(w.slot, k);
        return owner === r && (d === null || at(w.desk, d).lit);
      },
    }),
  ),
  fc.record({ k: pickSlot, j: pickSlot }).map(
    ({ k, j }): Question => ({
      says: `slots ${k} and ${j} name the same desk, which has a reader who likes it`,
      packed: (s) => {
        const { desk: d } = s.slot(slot(k));
        const { desk: e } = s.slot(slot(j));
        const r = s.desk(d.ix).reader;
        const like = s.shelf(d.ix, r.ix, slot(j)).like.is('much');
        return all([d.isNone.not, e.isNone.not, d.ix.is(e.ix), r.isNone.not, like]);
      },
      plain: (w) => {
        const { desk: d } = at(w.slot, k);
        const { desk: e } = at(w.slot, j);
        if (d === null || d !== e) return false;
        const { reader: r } = at(w.desk, d);
        return r !== null && at(at(at(w.shelf, d), r), j).like === 'much';
      },
    }),
  ),
  fc.constantFrom('isNone' as const, 'isStale' as const, 'isCurrent' as const).map(
    (is): Question => ({
      says: `some desk's pass or some pair's round ${is}`,
      packed: (s) =>
        any([
          s.some('Desk', (i) => s.desk(i).pass[is]),
          s.every('Reader', (r) => s.some('Desk', (d) => s.pair(r, d).own[is])),
        ]),
      plain: (w) => {
        const holds = (held: number | null, current: number): boolean => {
          if (held === null) return is === 'isNone';
          return held === current ? is === 'isCurrent' : is === 'isStale';
        };
        return (
          w.desk.some((d) => holds(d.pass, d.session)) ||
          w.pair.every((row) => row.some((p) => holds(p.own, p.round)))
        );
      },
    }),
  ),
);

const conditional = fc.record({ question: questions, yes: simple, no: simple }).map(
  ({ question, yes, no }): Op => ({
    says: `when (${question.says}) {${yes.says}} else {${no.says}}`,
    packed: (s) => s.when(question.packed(s), yes.packed, no.packed),
    plain: (w) => (question.plain(w) ? yes.plain(w) : no.plain(w)),
  }),
);
const programs = fc.array(fc.oneof(simple, conditional), { minLength: 1, maxLength: 6 });
const withLamps = fc.array(fc.oneof(setOff, advanceNight, simple), { minLength: 1, maxLength: 4 });

type AnyLayout = typeof toyLayout;

/** The words after a program, run both ways. */
function bothWays(l: AnyLayout, state: Plain, program: readonly Op[]): [Int32Array, Int32Array] {
  const { pack } = codec(l);
  const before = new Int32Array(l.wordCount);
  pack(state, before);
  const engine = engineOfChange(l, (s) => program.reduce((t, op) => op.packed(t), s));
  const got = new Int32Array(l.wordCount);
  engine.step(0, before, got);
  const world = structuredClone(state);
  for (const op of program) op.plain(world);
  const wanted = new Int32Array(l.wordCount);
  pack(world, wanted);
  return [got, wanted];
}

describe('changes', () => {
  test.each([
    ['set', fc.oneof(setDesk, setHall, sit)],
    ['set to values read', fc.oneof(copyValues, computed)],
    ['references with the ref they go by', fc.oneof(fill, dropDesk, renewSlot, moveOwner)],
    ['copy and clear', copySlot],
    ['through run-time indices', fc.oneof(throughSlot, throughTwo, clearThrough)],
    ['through a split column', throughSplit],
    ['advance', fc.oneof(advanceDay, advanceDesk, advancePair)],
    ['advance through a run-time index', advanceThrough],
    ['each, when and first', fc.oneof(eachDesk, firstFree, firstByIndex, conditional)],
  ])('%s: as on the readable state', (_, ops) => {
    fc.assert(
      fc.property(toyStates, ops, (state, op) => {
        const [got, wanted] = bothWays(toyLayout, state, [op]);
        expect(got).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('programs of several: later effects see what earlier ones wrote', () => {
    fc.assert(
      fc.property(toyStates, programs, (state, program) => {
        const [got, wanted] = bothWays(toyLayout, state, program);
        expect(got).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  test('with all facets on, the fields of those facets are written too', () => {
    fc.assert(
      fc.property(fullStates, withLamps, (state, program) => {
        const [got, wanted] = bothWays(fullLayout, state, program);
        expect(got).toEqual(wanted);
      }),
    );
  });

  test('writes to off fields and new episodes of off epochs change nothing', () => {
    const change = (s: S): S =>
      s.hall().set({ lamp: false, guard: 'current' }).advance('hall', 'night');
    const engine = engineOfChange(toyLayout, change);
    fc.assert(
      fc.property(toyStates, (state) => {
        const before = new Int32Array(toyLayout.wordCount);
        codec(toyLayout).pack(state, before);
        const after = new Int32Array(toyLayout.wordCount);
        engine.step(0, before, after);
        expect(after).toEqual(before);
      }),
    );
    expect(engine.writes(0, 0)).toEqual(new Set());
  });
});

describe('questions', () => {
  test('as on the readable state', () => {
    fc.assert(
      fc.property(toyStates, questions, (state, question) => {
        const words = new Int32Array(toyLayout.wordCount);
        codec(toyLayout).pack(state, words);
        expect(askOf(toyLayout, question.packed)(words)).toBe(question.plain(state));
      }),
      { numRuns: 500 },
    );
  });
});

describe('nobody', () => {
  // Guards come first; a mutant that lacks one must still leave a state that is one.
  const nobody = (s: S): Ix<'Desk'> => s.slot(slot(0)).desk.ix;

  test('a row of nobody reads as initial and is not written', () => {
    fc.assert(
      fc.property(toyStates, (state) => {
        at(state.slot, 0).desk = null;
        const words = new Int32Array(toyLayout.wordCount);
        codec(toyLayout).pack(state, words);
        const asked = (question: (s: S) => Bool): boolean => askOf(toyLayout, question)(words);
        expect(asked((s) => s.desk(nobody(s)).state.is('free'))).toBe(true);
        expect(asked((s) => s.desk(nobody(s)).reader.isNone)).toBe(true);
        expect(asked((s) => s.shelf(nobody(s), reader(1), slot(1)).like.is('no'))).toBe(true);
        const engine = engineOfChange(toyLayout, (s) =>
          s
            .desk(nobody(s))
            .set({ state: 'broken', lit: true, pass: 'current' })
            .shelf(nobody(s), reader(1), slot(1))
            .set({ like: 'much' })
            .advance('desk', 'session', nobody(s)),
        );
        const after = new Int32Array(toyLayout.wordCount);
        engine.step(0, words, after);
        expect(after).toEqual(words);
      }),
    );
  });
});

describe('folding', () => {
  const folded = (question: (s: S) => Bool): boolean | undefined => {
    let k: boolean | undefined;
    askOf(toyLayout, (s) => {
      const answer = question(s);
      k = answer.k;
      return answer;
    })(toyLayout.initial);
    return k;
  };

  test.each<[string, boolean | undefined, (s: S) => Bool]>([
    ['an off field', true, (s) => s.hall().lamp],
    ['an off choice', false, (s) => s.desk(desk(1)).mood.is('tense')],
    ['an off choice among several', true, (s) => s.desk(desk(1)).mood.isIn('calm', 'tense')],
    ['an off ref', true, (s) => s.desk(desk(1)).friend.isNone],
    ['an off ref and a member', false, (s) => s.desk(desk(1)).friend.is(reader(0))],
    ['an off reference', true, (s) => s.hall().guard.isNone],
    ['members', false, () => desk(0).is(desk(1))],
    ['a member and itself', true, () => desk(1).is(desk(1))],
    ['a value and itself', true, (s) => s.hall().alarm.same(s.hall().alarm)],
    ['all values of a list', true, (s) => s.hall().alarm.isIn('off', 'armed', 'ringing')],
    ['no value', false, (s) => s.hall().alarm.isIn()],
    ['false and unknown', false, (s) => known(false).and(s.hall().open)],
    ['unknown and false', false, (s) => s.hall().open.and(known(false))],
    ['true or unknown', true, (s) => known(true).or(s.hall().open)],
    ['unknown or true', true, (s) => s.hall().open.or(known(true))],
    ['true and unknown', undefined, (s) => known(true).and(s.hall().open)],
    ['not not', true, () => known(true).not.not],
    [
      'what was just written',
      true,
      (s) => s.hall().set({ alarm: 'armed' }).hall().alarm.is('armed'),
    ],
    [
      'what was written and then renewed',
      true,
      (s) => s.hall().set({ keeper: 'current' }).advance('hall', 'day').hall().keeper.isStale,
    ],
    [
      'what was written beside something unknown',
      false,
      (s) =>
        s
          .hall()
          .set({ open: s.desk(desk(0)).lit, alarm: 'off' })
          .hall()
          .alarm.is('armed'),
    ],
    [
      'what both branches wrote',
      true,
      (s) =>
        s
          .when(
            s.hall().open,
            (t) => t.hall().set({ alarm: 'armed', open: false }),
            (t) => t.hall().set({ alarm: 'armed' }),
          )
          .hall()
          .alarm.is('armed'),
    ],
    ['what nobody knows', undefined, (s) => s.hall().open],
  ])('%s', (_, wanted, question) => {
    expect(folded(question)).toBe(wanted);
  });

  test('a known condition builds one branch only', () => {
    const never = (): S => {
      throw new Error('built');
    };
    const change = (s: S): S =>
      s.when(s.hall().lamp.not, never, (t) => t.hall().set({ open: false }));
    expect(engineOfChange(toyLayout, change).writes(0, 0)).toEqual(new Set(['hall.open']));
  });
});

describe('errors', () => {
  const failing = (change: (s: S) => unknown): (() => unknown) => {
    const engine = engineOfChange(toyLayout, change as (s: S) => S);
    return () => engine.writes(0, 0);
  };

  test.each<[string, string, (s: S) => unknown]>([
    ['no such field', 'no field hall.door', (s) => s.hall().set({ door: true } as never)],
    ['a value not in the list', "'loud'", (s) => s.hall().set({ alarm: 'loud' } as never)],
    ['a value of another kind', 'hall.open', (s) => s.hall().set({ open: 1 } as never)],
    [
      'a member of another sort',
      'desk.reader',
      (s) => s.desk(desk(0)).set({ reader: desk(0) } as never),
    ],
    ['indices of another sort', '(Reader), not (Desk)', (s) => s.desk(reader(0) as never)],
    ['too few indices', '(), not (Desk)', (s) => (s as never as { desk(): S }).desk()],
    ['a member that is not there', 'no Desk 3 of 3', (s) => s.desk(desk(3))],
    [
      'an epoch written',
      'no field desk.session',
      (s) => s.desk(desk(0)).set({ session: 1 } as never),
    ],
    [
      'an epoch read',
      'desk.session',
      (s) => (s.desk(desk(0)) as never as { session: unknown }).session,
    ],
    [
      'somebody else without a new reference',
      'slot.desk changes whose episode slot.session is',
      (s) => s.slot(slot(0)).set({ desk: desk(1) }),
    ],
    [
      'an episode of another epoch',
      'an episode of hall.day',
      (s) => s.desk(desk(0)).set({ pass: s.hall().keeper }),
    ],
    [
      'an episode of another row',
      'an episode of desk.session [1]',
      (s) => s.desk(desk(0)).set({ pass: s.desk(desk(1)).pass }),
    ],
    ['no such epoch', 'no epoch desk.pass', (s) => s.advance('desk', 'pass' as never, desk(0))],
    ['no such sort', 'no sort Chair', (s) => s.members('Chair' as never)],
  ])('%s', (_, text, change) => {
    expect(failing(change)).toThrow(text);
  });
});
