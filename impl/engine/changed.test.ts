// Goal: `touches` says exactly whether a field of interest differs between two states. Method:
// pairs of random states of the toy that share some groups; compared with the unpacked fields.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskOf, touchesOf } from './changed.ts';
import { codec } from './codec.ts';
import { type Plain, TOY, toyLayout, toyStates } from './toy.fixture.ts';

const KEYS = Object.entries(TOY).flatMap(([group, { fields }]) =>
  Object.entries(fields).map(([name, { kind }]) => ({
    group,
    name,
    key: `${group}.${name}`,
    kind,
  })),
);
const { pack, unpack } = codec(toyLayout);
const packed = (state: Plain): Int32Array => {
  const words = new Int32Array(toyLayout.wordCount);
  pack(state, words);
  return words;
};
/** All rows of one field, as text. */
function rowsOf(words: Int32Array, { group, name }: { group: string; name: string }): string {
  const read = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(read) : (value as Record<string, unknown>)[name];
  return JSON.stringify(read((unpack(words) as Record<string, unknown>)[group]));
}

test('touches: some field of the mask differs', () => {
  const touches = touchesOf(toyLayout);
  const stored = KEYS.filter(({ kind }) => kind !== 'epoch');
  const groups = fc.subarray(Object.keys(TOY));
  const fields = fc.subarray(stored, { maxLength: 4 });
  fc.assert(
    fc.property(toyStates, toyStates, groups, fields, (a, other, shared, keys) => {
      const b = { ...other, ...Object.fromEntries(shared.map((g) => [g, a[g as keyof Plain]])) };
      const before = packed(a);
      const after = packed(b as Plain);
      const mask = maskOf(
        toyLayout,
        keys.map(({ key }) => key),
      );
      const wanted = keys.some((field) => rowsOf(before, field) !== rowsOf(after, field));
      expect(touches(before, after, mask)).toBe(wanted);
      expect(touches(before, before, mask)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('an epoch stands for the references to it', () => {
  expect(maskOf(toyLayout, ['pair.round'])).toEqual(
    maskOf(toyLayout, ['pair.own', 'ticket.round']),
  );
  expect(maskOf(toyLayout, ['pair.round']).some((bits) => bits !== 0)).toBe(true);
});

test('all fields together cover the bits of the layout, off fields none', () => {
  const bits = (mask: Int32Array): number =>
    mask.reduce((n, word) => n + word.toString(2).replaceAll('0', '').length, 0);
  expect(
    bits(
      maskOf(
        toyLayout,
        KEYS.map(({ key }) => key),
      ),
    ),
  ).toBe(toyLayout.bitCount);
  expect(bits(maskOf(toyLayout, ['hall.lamp', 'desk.friend']))).toBe(0);
});

test('a field that is not declared is an error', () => {
  expect(() => maskOf(toyLayout, ['hall.door'])).toThrow('no field hall.door');
});
