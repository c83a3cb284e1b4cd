// Goal: one state stands for each orbit, and it is known how many it stands for. Method: random states of a schema with rows,
// references, episodes and split columns; renaming is done a second time, on readable states, and orbits are made in full.
import { describe, expect, test } from 'vitest';
import { codec } from '../codec.ts';
import { indices, type Layout, layout, placeOf } from '../layout.ts';
import type { Schema, Sizes } from '../schema.ts';
import { type Alike, symmetryOf } from './symmetry.ts';

const core = { facet: 'core' } as const;
const bool = { kind: 'bool', init: false, ...core } as const;
const guest = { kind: 'ref', sort: 'Guest', init: null, ...core } as const;
const page = { kind: 'ref', sort: 'Page', init: null, ...core } as const;
const SCHEMA = {
  link: { dims: [], fields: { up: bool, lead: { ...guest, sort: 'Tdi' } } },
  tdi: {
    dims: ['Tdi'],
    fields: {
      state: { kind: 'oneOf', values: ['U', 'L', 'R'], init: 'U', ...core },
      owner: guest,
      run: { kind: 'epoch', init: 0, ...core },
      mine: { kind: 'epochRef', of: 'tdi.run', by: undefined, init: null, ...core },
    },
  },
  dma: { dims: ['Tdi', 'Page'], fields: { map: bool, tlb: bool } },
  page: { dims: ['Page'], fields: { owner: guest, twin: page } },
  view: { dims: ['Guest', 'Page'], fields: { seen: bool } },
  slot: {
    dims: ['Slot'],
    fields: {
      tdi: { ...guest, sort: 'Tdi' },
      page,
      run: { kind: 'epochRef', of: 'tdi.run', by: 'tdi', init: null, ...core },
    },
  },
} as const satisfies Schema;
const ALIKE = { Guest: 0, Tdi: 1, Page: 0 };

/** A number generator with a seed, as good as is needed here. */
function dice(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (Math.imul(x, 0x41c64e6d) + 12345) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}
/** A state with a random code in every row; `few`: mostly the first codes, so that members often are equal. */
function randomState(l: Layout, roll: (below: number) => number, few: boolean): Int32Array {
  const words = new Int32Array(l.wordCount);
  for (const column of l.columns.values()) {
    const { field, sizes } = column;
    if (column.bits === 0) continue;
    const codes =
      field.kind === 'bool'
        ? 2
        : field.kind === 'oneOf'
          ? field.values.length
          : field.kind === 'ref'
            ? (l.sizes[field.sort] ?? 0) + 1
            : 3;
    for (const index of indices(sizes)) {
      const { word, shift } = placeOf(column, index);
      const code = few && roll(4) > 0 ? 0 : roll(codes);
      words[word] = (words[word] as number) | (code << shift);
    }
  }
  // A reference by nobody is none.
  const { pack, unpack } = codec(l);
  pack(unpack(words), words);
  return words;
}

/** Exchanges two members in a readable state: rows wherever the sort is an index, and references. */
function renamed(schema: Schema, state: unknown, sort: string, a: number): unknown {
  const other = (i: number): number => (i === a ? a + 1 : i === a + 1 ? a : i);
  const rowsOf = (
    dims: readonly string[],
    rows: unknown,
    row: (r: unknown) => unknown,
  ): unknown => {
    const [first, ...rest] = dims;
    if (first === undefined) return row(rows);
    const list = rows as readonly unknown[];
    return list.map((_, i) => rowsOf(rest, list[first === sort ? other(i) : i], row));
  };
  const groups = Object.entries(schema).map(([name, { dims, fields }]) => {
    const row = (r: unknown): unknown =>
      Object.fromEntries(
        Object.entries(r as Record<string, unknown>).map(([key, value]) => {
          const field = fields[key];
          const isName = field?.kind === 'ref' && field.sort === sort && value !== null;
          return [key, isName ? other(Number(value)) : value];
        }),
      );
    return [name, rowsOf(dims, (state as Record<string, unknown>)[name], row)];
  });
  return Object.fromEntries(groups);
}

const WORLDS: readonly (readonly [string, Schema, Sizes, Alike])[] = [
  ['all at once', SCHEMA, { Tdi: 3, Guest: 2, Page: 2, Slot: 2 }, ALIKE],
  ['three alike', SCHEMA, { Tdi: 2, Guest: 3, Page: 3, Slot: 1 }, ALIKE],
  ['four alike', SCHEMA, { Tdi: 5, Guest: 1, Page: 1, Slot: 2 }, ALIKE],
  ['pages that name pages', SCHEMA, { Tdi: 1, Guest: 1, Page: 4, Slot: 1 }, ALIKE],
  ['a split column', SCHEMA, { Tdi: 5, Guest: 1, Page: 7, Slot: 1 }, { Tdi: 1 }],
  ['rows of a split column', SCHEMA, { Tdi: 5, Guest: 2, Page: 7, Slot: 1 }, { Guest: 0, Page: 3 }],
  [
    'no names of pages',
    { ...SCHEMA, page: { dims: ['Page'], fields: { owner: guest } } },
    { Tdi: 3, Guest: 2, Page: 4, Slot: 1 },
    ALIKE,
  ],
];

describe.each(WORLDS)('symmetry: %s', (_, schema, sizes, alike) => {
  const l = layout(schema, sizes);
  const { exchange, exchanges, tour, canonical, orbit } = symmetryOf(l, alike);
  const roll = dice(7);
  const states = Array.from({ length: 120 }, (_, i) => randomState(l, roll, i % 3 > 0));
  const orbitOf = (state: Int32Array): Int32Array[] => {
    const all = [state];
    for (const n of tour) {
      const next = (all.at(-1) ?? state).slice();
      exchange(n, next, 0);
      all.push(next);
    }
    return all;
  };
  const standing = (state: Int32Array): string => {
    const q = state.slice();
    canonical(q, q.length, q.length);
    return q.join();
  };

  test('an exchange renames', () => {
    const { pack, unpack } = codec(l);
    const packed = new Int32Array(l.wordCount);
    for (const state of states) {
      for (const [n, { sort, member }] of exchanges.entries()) {
        const q = state.slice();
        exchange(n, q, 0);
        pack(renamed(schema, unpack(state), sort, member) as never, packed);
        expect(q).toEqual(packed);
      }
    }
  });

  test('the tour leads through every renaming once', () => {
    const members = Object.entries(alike).map(([sort, first]) => (sizes[sort] ?? 0) - first);
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    expect(tour).toHaveLength(members.reduce((n, m) => n * factorial(m), 1) - 1);
    // Nobody is alike in a state that names every member in its own way.
    const most = Math.max(...states.map((s) => new Set(orbitOf(s).map(String)).size));
    expect(most).toBe(tour.length + 1);
  });

  test('one state stands for an orbit, is in it, and tells its size', () => {
    let least = tour.length + 1;
    for (const state of states) {
      const all = orbitOf(state);
      const names = new Set(all.map(String));
      const stands = standing(state);
      expect(names.has(stands)).toBe(true);
      for (const other of all.slice(0, 40)) {
        expect(standing(other)).toBe(stands);
        expect(orbit(other, 0)).toBe(names.size);
      }
      least = Math.min(least, names.size);
    }
    expect(least).toBeLessThan(tour.length + 1);
  });
});

describe('symmetry', () => {
  const l = layout(SCHEMA, { Tdi: 3, Guest: 2, Page: 2, Slot: 2 });

  test('states side by side are dealt with one by one', () => {
    const roll = dice(3);
    const { canonical } = symmetryOf(l, ALIKE);
    const stride = l.wordCount + 1;
    const states = Array.from({ length: 20 }, () => randomState(l, roll, true));
    const out = new Int32Array(20 * stride).fill(99);
    for (const [i, s] of states.entries()) out.set(s, i * stride);
    canonical(out, 19 * stride, stride);
    for (const [i, s] of states.entries()) {
      if (i < 19) canonical(s, s.length, s.length);
      expect(out.slice(i * stride, (i + 1) * stride)).toEqual(Int32Array.from([...s, 99]));
    }
  });

  test('the initial state stands for itself alone', () => {
    const { canonical, orbit } = symmetryOf(l, ALIKE);
    const q = l.initial.slice();
    canonical(q, q.length, q.length);
    expect(q).toEqual(l.initial);
    expect(orbit(q, 0)).toBe(1);
  });

  test('members of whom there is one are alike with nobody', () => {
    const { exchanges, tour, canonical, orbit } = symmetryOf(l, { Tdi: 2 });
    expect({ exchanges, tour }).toEqual({ exchanges: [], tour: [] });
    const q = randomState(l, dice(1), false);
    const before = q.slice();
    canonical(q, q.length, q.length);
    expect(q).toEqual(before);
    expect(orbit(q, 0)).toBe(1);
  });

  test('what cannot be exchanged is told', () => {
    expect(() => symmetryOf(l, { Dog: 0 })).toThrow('no sort Dog');
    const pairs = { pair: { dims: ['Page', 'Page'], fields: { linked: bool } } } as const;
    expect(() => symmetryOf(layout(pairs, { Page: 2 }), { Page: 0 })).toThrow(
      'pair.linked has two indices of Page',
    );
  });
});
