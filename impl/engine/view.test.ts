// Goal: a view reads what the codec unpacks, of whichever words it is bound to, without decoding
// ahead. Method: random states of the toy; the view is read field by field through its getters.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskOf } from './changed.ts';
import { codec } from './codec.ts';
import { layout } from './layout.ts';
import type { StateOf } from './schema.ts';
import {
  fullLayout,
  fullStates,
  type Plain,
  SIZES,
  TOY,
  type Toy,
  toyLayout,
  toyStates,
} from './toy.fixture.ts';
import { tracedViewOf } from './traced.ts';
import { viewOf } from './view.ts';

type AnyLayout = typeof toyLayout;
const packed = (l: AnyLayout, state: Plain): Int32Array => {
  const words = new Int32Array(l.wordCount);
  codec(l).pack(state, words);
  return words;
};

/** A copy of what a view shows, read by the names that the schema declares. */
function shown(state: object): unknown {
  const groups = Object.entries(TOY).map(([group, { fields }]) => {
    const row = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(row);
      const record = value as Record<string, unknown>;
      return Object.fromEntries(Object.keys(fields).map((name) => [name, record[name]]));
    };
    return [group, row((state as Record<string, unknown>)[group])];
  });
  return Object.fromEntries(groups);
}

describe('view', () => {
  test.each([
    ['with a facet off', toyLayout, toyStates],
    ['with all facets on', fullLayout, fullStates],
  ])('%s, it shows what the codec unpacks', (_, l, states) => {
    const view = viewOf(l);
    fc.assert(
      fc.property(states, (state) => {
        const words = packed(l, state);
        view.bind(words);
        expect(shown(view.state)).toEqual(codec(l).unpack(words));
      }),
    );
  });

  test('it reads the words as they are, and another array after bind', () => {
    const { state, bind } = viewOf(toyLayout);
    const words = toyLayout.initial.slice();
    bind(words);
    expect(state.hall.alarm).toBe('off');
    words.set(
      packed(
        toyLayout,
        change((s) => Object.assign(s.hall, { alarm: 'ringing' })),
      ),
    );
    expect(state.hall.alarm).toBe('ringing');
    bind(toyLayout.initial);
    expect(state.hall.alarm).toBe('off');
  });

  test('two views show two states at once, with rows of one class', () => {
    const before = viewOf(toyLayout);
    const after = viewOf(toyLayout);
    before.bind(toyLayout.initial);
    after.bind(
      packed(
        toyLayout,
        change((s) => Object.assign(s.desk[2] ?? {}, { lit: true })),
      ),
    );
    expect([before.state.desk[2]?.lit, after.state.desk[2]?.lit]).toEqual([false, true]);
    const classOf = (row: object | undefined): unknown => Object.getPrototypeOf(row);
    expect(classOf(before.state.desk[0])).toBe(classOf(after.state.desk[2]));
  });

  test('rows lie in real arrays', () => {
    const { state, bind } = viewOf(toyLayout);
    bind(
      packed(
        toyLayout,
        change((s) => Object.assign(s.desk[1] ?? {}, { reader: 1 })),
      ),
    );
    expect(state.desk).toHaveLength(3);
    expect(state.desk.map((d) => d.reader)).toEqual([null, 1, null]);
    expect(state.desk.find((d) => d.reader === 1)).toBe(state.desk[1]);
    expect(state.pair.flat().every((p) => p.seen)).toBe(false);
    expect(state.shelf[2]?.[1]?.[2]?.like).toBe('no');
  });

  test('what a state has beside its groups is there as well', () => {
    type Named = StateOf<Toy> & { readonly name: string };
    const { state } = viewOf<Toy, Named>(toyLayout, { name: 'reading room' });
    expect([state.name, state.hall.alarm]).toEqual(['reading room', 'off']);
  });

  test('a reading costs no allocation of rows', () => {
    const { state } = viewOf(layout(TOY, SIZES));
    expect(state.desk[0]).toBe(state.desk[0]);
    expect(state.hall).toBe(state.hall);
  });
});

function change(make: (state: Plain) => void): Plain {
  const state = codec(toyLayout).unpack(toyLayout.initial) as Plain;
  make(state);
  return state;
}

describe('traced view', () => {
  test('it shows what the codec unpacks', () => {
    const view = tracedViewOf(fullLayout, fullLayout.initial.slice());
    fc.assert(
      fc.property(fullStates, (state) => {
        const words = packed(fullLayout, state);
        view.bind(words);
        expect(shown(view.state)).toEqual(codec(fullLayout).unpack(words));
      }),
    );
  });
  test('it notes the bits of what was looked at, and no others', () => {
    const looked = new Int32Array(fullLayout.wordCount);
    const view = tracedViewOf(fullLayout, looked);
    expect([...looked]).toEqual([...looked].fill(0));
    expect(view.state.hall.alarm).toBe('off');
    expect([...looked]).toEqual([...maskOf(fullLayout, ['hall.alarm'])]);
    // All of it: each bit that some field has.
    shown(view.state);
    const fields = [...fullLayout.columns.values()].filter((c) => c.field.kind !== 'epoch');
    expect([...looked]).toEqual([
      ...maskOf(
        fullLayout,
        fields.map((c) => c.key),
      ),
    ]);
  });
});
