// Goal: every field has bits of its own, within a word, and the initial state is the declared one.
// Method: the places of the toy are checked against each other; sizes as large as the project needs
// must fit.
import { describe, expect, test } from 'vitest';
import { columnOf, indices, type Layout, layout, placeOf, WORD_BITS } from './layout.ts';
import type { Schema } from './schema.ts';
import { fullLayout, SIZES, TOY, toyLayout } from './toy.fixture.ts';

/** All bits of a layout, each with the fields that claim it. */
function claims(l: Layout): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const column of l.columns.values()) {
    if (column.bits === 0) continue;
    for (const index of indices(column.sizes)) {
      const { word, shift } = placeOf(column, index);
      for (let bit = shift; bit < shift + column.bits; bit++) {
        const key = `${word}:${bit}`;
        found.set(key, [...(found.get(key) ?? []), `${column.key}[${index.join()}]`]);
      }
    }
  }
  return found;
}

const field = { kind: 'epochRef', init: null, facet: 'core', by: undefined } as const;
const epoch = { kind: 'epoch', init: 0, facet: 'core' } as const;
const bool = { kind: 'bool', init: false, facet: 'core' } as const;
const group = (dims: readonly string[], fields: Schema[string]['fields']): Schema[string] => ({
  dims,
  fields,
});

describe('layout', () => {
  test.each([
    ['toy', toyLayout],
    ['toy with all facets', fullLayout],
  ])('%s: no bit is claimed twice, none outside its word', (_, l) => {
    const bits = claims(l);
    expect([...bits.values()].filter((fields) => fields.length > 1)).toEqual([]);
    for (const key of bits.keys()) expect(Number(key.split(':')[1])).toBeLessThan(WORD_BITS);
    expect(bits.size).toBe(l.bitCount);
  });

  test('facets off, epochs and choices of one take no bits', () => {
    expect(columnOf(toyLayout, 'hall.lamp').bits).toBe(0);
    expect(columnOf(toyLayout, 'desk.mood').bits).toBe(0);
    expect(columnOf(toyLayout, 'desk.session').bits).toBe(0);
    expect(columnOf(toyLayout, 'hall.sleeper').bits).toBe(2);
    expect(toyLayout.bitCount).toBeLessThan(fullLayout.bitCount);
    const l = layout(
      { g: group([], { f: { ...bool, kind: 'oneOf', values: ['a'], init: 'a' } }) },
      {},
    );
    expect([l.bitCount, l.wordCount]).toEqual([0, 1]);
  });

  test('a ref takes as few bits as its sort needs', () => {
    const bitsFor = (n: number): number =>
      layout({ g: group([], { f: { ...bool, kind: 'ref', sort: 'T', init: null } }) }, { T: n })
        .bitCount;
    expect([0, 1, 2, 3, 4, 7, 8].map(bitsFor)).toEqual([0, 1, 2, 2, 3, 3, 4]);
  });

  test('an init that is not code 0 is set in the initial state, in every row', () => {
    const l = layout(
      { g: group(['T'], { f: { ...bool, kind: 'oneOf', values: ['a', 'b', 'c'], init: 'c' } }) },
      { T: 3 },
    );
    expect([...l.initial]).toEqual([0b101010]);
  });

  test('a column of more than a word is split by its leading index', () => {
    const mark = columnOf(toyLayout, 'shelf.mark');
    expect([mark.split, mark.pieces.length]).toEqual([1, 3]);
    const leaf = columnOf(toyLayout, 'shelf.leaf');
    expect([leaf.bits, leaf.split, leaf.pieces.length]).toEqual([6, 2, 6]);
    const l = layout(
      { g: group([], { e: epoch }), h: group(['A', 'B', 'C'], { f: { ...field, of: 'g.e' } }) },
      { A: 4, B: 4, C: 15 },
    );
    expect(columnOf(l, 'h.f')).toMatchObject({ split: 2, bits: 2 });
    expect([...claims(l).values()].filter((fields) => fields.length > 1)).toEqual([]);
  });

  test('the largest sizes that the project means to use fit', () => {
    const all = { Tdi: 4, Page: 4, Guest: 2, Slot: 3, KeySet: 2 };
    const ref = (sort: string) => ({ ...bool, kind: 'ref', sort, init: null }) as const;
    const l = layout(
      {
        tdi: group(['Tdi'], { lock: epoch, owner: ref('Guest') }),
        grant: group(['Guest', 'Tdi'], { nonce: { ...field, of: 'tdi.lock' } }),
        dma: group(['Tdi', 'Page'], { by: ref('Guest'), lock: { ...field, of: 'tdi.lock' } }),
        key: group(['KeySet', 'Tdi'], { of: { ...field, of: 'tdi.lock' } }),
        tlp: group(['Slot'], {
          tdi: ref('Tdi'),
          page: ref('Page'),
          lock: { ...field, of: 'tdi.lock', by: 'tdi' },
        }),
      },
      all,
    );
    expect(columnOf(l, 'dma.lock')).toMatchObject({ split: 1, pieces: { length: 4 } });
    expect(l.wordCount).toBe(5);
  });

  test.each<[string, Schema, RegExp]>([
    ['a size not given', { g: group(['Q'], { f: bool }) }, /g\.f: size of sort Q is undefined/],
    ['a reserved group', { each: group([], { f: bool }) }, /'each'/],
    ['a reserved field', { g: group([], { set: bool }) }, /'set'/],
    ['a name that is none', { g: group([], { 'a b': bool }) }, /'a b'/],
    ['no such epoch', { g: group([], { f: { ...field, of: 'g.e' } }) }, /g\.f: g\.e is no epoch/],
    [
      'no index for the epoch',
      { g: group(['T'], { e: epoch }), h: group([], { f: { ...field, of: 'g.e' } }) },
      /h\.f: no index of sort T for g\.e/,
    ],
    [
      'a `by` that is no ref',
      { g: group(['T'], { e: epoch, b: bool, f: { ...field, of: 'g.e', by: 'b' } }) },
      /g\.f: 'b' is no ref/,
    ],
    [
      'a `by` that the epoch has no use for',
      {
        g: group(['T'], { e: epoch }),
        h: group(['T'], {
          b: { ...bool, kind: 'ref', sort: 'U', init: null },
          f: { ...field, of: 'g.e', by: 'b' },
        }),
      },
      /h\.f: g\.e has no index that 'b' could give/,
    ],
    [
      'an init that is no value',
      { g: group([], { f: { ...bool, kind: 'oneOf', values: ['a'], init: 'b' } }) },
      /g\.f: init 'b'/,
    ],
  ])('throws: %s', (_, schema, text) => {
    expect(() => layout(schema, { T: 2, U: 2 })).toThrow(text);
  });

  test('a reference that goes by an off ref is none for ever', () => {
    const by = { ...bool, kind: 'ref', sort: 'T', init: null, facet: 'off' } as const;
    const l = layout(
      {
        g: group(['T'], { e: epoch }),
        h: group([], { b: by, f: { ...field, of: 'g.e', by: 'b' } }),
      },
      { T: 2 },
      (facet) => facet === 'off',
    );
    expect(columnOf(l, 'h.f').bits).toBe(0);
  });

  test('fields declared together share a word, unless another order needs fewer words', () => {
    const bits = (...sizes: number[]): Layout => {
      const groups = sizes.map((n, i): [string, Schema[string]] => [
        `g${i}`,
        group([`T${n}`], { f: bool }),
      ]);
      const members = Object.fromEntries(sizes.map((n) => [`T${n}`, n]));
      return layout(Object.fromEntries(groups), members);
    };
    const wordsOf = (l: Layout): (number | undefined)[] =>
      [...l.columns.values()].map((c) => c.pieces[0]?.word);
    expect(wordsOf(bits(10, 12, 20, 11))).toEqual([0, 0, 1, 1]);
    expect(wordsOf(bits(6, 7, 24, 25))).toEqual([0, 1, 1, 0]);
  });

  test('the same declarations give the same layout', () => {
    expect(layout(TOY, SIZES, (f) => f === 'lamps')).toEqual(toyLayout);
  });
});
