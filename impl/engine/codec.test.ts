// Goal: packing keeps all that a packed state is meant to keep, and unpacking gives a state that
// packs back. Method: random readable states of the toy, all kinds of fields in it, with and
// without the off facet.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec } from './codec.ts';
import { layout } from './layout.ts';
import type { StateOf } from './schema.ts';
import {
  fullLayout,
  fullStates,
  type Plain,
  type Toy,
  toyLayout,
  toyStates,
} from './toy.fixture.ts';

const packed = (l: typeof toyLayout, state: Plain): Int32Array => {
  const words = new Int32Array(l.wordCount);
  codec(l).pack(state, words);
  return words;
};

/** The representative of a state, computed from the readable state alone. */
function representative(state: Plain, lampsOff: boolean): Plain {
  const age = (held: number | null, current: number, is = 1): number | null => {
    if (held === null) return null;
    return held === current ? is : is - 1;
  };
  const { hall } = state;
  const night = lampsOff ? 0 : 1;
  return {
    hall: {
      ...hall,
      day: 1,
      keeper: age(hall.keeper, hall.day),
      night,
      guard: age(hall.guard, hall.night, night),
      sleeper: age(hall.sleeper, hall.night, night),
    },
    desk: state.desk.map((d) => ({ ...d, session: 1, pass: age(d.pass, d.session) })),
    pair: state.pair.map((row) =>
      row.map((p, d) => ({
        ...p,
        round: 1,
        tag: age(p.tag, state.desk[d]?.session ?? -1),
        own: age(p.own, p.round),
        day: age(p.day, hall.day),
      })),
    ),
    slot: state.slot.map((s) => ({
      ...s,
      session: s.desk === null ? null : age(s.session, state.desk[s.desk]?.session ?? -1),
    })),
    ticket: state.ticket.map((row) =>
      row.map((t, d) => ({
        ...t,
        round: t.owner === null ? null : age(t.round, state.pair[t.owner]?.[d]?.round ?? -1),
      })),
    ),
    shelf: state.shelf.map((plane, d) =>
      plane.map((row) =>
        row.map((s) => ({ ...s, mark: age(s.mark, state.desk[d]?.session ?? -1) })),
      ),
    ),
  };
}

describe('codec', () => {
  test('unpacking what was packed gives the representative', () => {
    fc.assert(
      fc.property(fullStates, (state) => {
        const words = packed(fullLayout, state);
        expect(codec(fullLayout).unpack(words)).toEqual(representative(state, false));
      }),
    );
  });

  test('with a facet off its fields unpack as they were initially', () => {
    fc.assert(
      fc.property(toyStates, (state) => {
        const words = packed(toyLayout, state);
        expect(codec(toyLayout).unpack(words)).toEqual(representative(state, true));
      }),
    );
  });

  test('packing the representative gives the same words', () => {
    fc.assert(
      fc.property(fullStates, (state) => {
        const words = packed(fullLayout, state);
        expect(packed(fullLayout, codec(fullLayout).unpack(words) as Plain)).toEqual(words);
      }),
    );
  });

  test('the initial state unpacks to the initial values and packs to the initial words', () => {
    const initial = codec(toyLayout).unpack(toyLayout.initial);
    expect(initial.hall).toEqual({
      open: true,
      alarm: 'off',
      day: 1,
      keeper: null,
      lamp: true,
      night: 0,
      guard: null,
      sleeper: null,
    });
    expect(packed(toyLayout, initial as Plain)).toEqual(toyLayout.initial);
  });

  test('a value that its field does not have is an error that names the field', () => {
    const state = codec(toyLayout).unpack(toyLayout.initial) as Plain;
    const words = new Int32Array(toyLayout.wordCount);
    const wrong = (change: (s: Plain) => void): (() => void) => {
      const copy = structuredClone(state);
      change(copy);
      return () => codec(toyLayout).pack(copy, words);
    };
    const put = (row: object | undefined, name: string, value: unknown): void => {
      Object.assign(row ?? {}, { [name]: value });
    };
    expect(wrong((s) => put(s.hall, 'alarm', 'loud'))).toThrow('codec: hall.alarm cannot be loud');
    expect(wrong((s) => put(s.hall, 'open', 1))).toThrow('codec: hall.open cannot be 1');
    expect(wrong((s) => put(s.slot[1], 'desk', 3))).toThrow('codec: slot.desk cannot be 3');
    expect(wrong((s) => put(s.slot[1], 'desk', undefined))).toThrow('slot.desk');
  });

  test('what a state has beside its groups is the same in all of them', () => {
    type Named = StateOf<Toy> & { readonly name: string };
    const named = codec<Toy, Named>(toyLayout, { name: 'reading room' });
    expect(named.unpack(toyLayout.initial).name).toBe('reading room');
    expect(named.unpack(toyLayout.initial).hall.alarm).toBe('off');
  });

  test('words that no state has are an error', () => {
    const l = layout({ g: { dims: [], fields: { f: oneOf3 } } }, {});
    expect(() => codec(l).unpack(Int32Array.of(3))).toThrow('codec: g.f cannot be code 3');
  });
});

const oneOf3 = { kind: 'oneOf', values: ['a', 'b', 'c'], init: 'a', facet: 'core' } as const;
