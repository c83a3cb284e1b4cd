/**
 * A toy for the engine's tests: a reading room, with every kind of field, off facets, a split
 * column, and references of every shape. Nothing in it means anything beyond that.
 */
import fc from 'fast-check';
import { compiler, type Engine } from './compile.ts';
import type { State } from './expr.ts';
import { type Layout, layout } from './layout.ts';
import type { RuleData } from './rules.ts';
import type { Field, Schema, Sizes, StateOf } from './schema.ts';
import type { Bool } from './values.ts';

const common = { facet: 'core' } as const;
const bool = (init = false) => ({ kind: 'bool', init, ...common }) as const;
const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) => {
  const field: { kind: 'oneOf'; values: readonly V[number][]; init: V[number]; facet: string } = {
    kind: 'oneOf',
    values,
    init: values[0],
    facet: 'core',
  };
  return field;
};
const ref = <const S extends string>(sort: S) =>
  ({ kind: 'ref', sort, init: null, ...common }) as const;
const epoch = { kind: 'epoch', init: 0, ...common } as const;
const epochRef = (of: string, by?: string) =>
  ({ kind: 'epochRef', of, by, init: null, ...common }) as const;
const lamps = <F extends object>(field: F): F => ({ ...field, facet: 'lamps' });

/** More values than a word has bits. */
export const LEAVES = [
  'blank',
  ...Array.from({ length: 39 }, (_, i) => `leaf ${i}` as const),
] as const satisfies readonly string[];

export const TOY = {
  hall: {
    dims: [],
    fields: {
      open: bool(true),
      alarm: oneOf('off', 'armed', 'ringing'),
      day: epoch,
      keeper: epochRef('hall.day'),
      lamp: lamps(bool(true)),
      night: lamps(epoch),
      guard: lamps(epochRef('hall.night')),
      sleeper: epochRef('hall.night'),
    },
  },
  desk: {
    dims: ['Desk'],
    fields: {
      state: oneOf('free', 'held', 'busy', 'broken'),
      lit: bool(),
      reader: ref('Reader'),
      session: epoch,
      pass: epochRef('desk.session'),
      mood: lamps(oneOf('calm', 'tense')),
      friend: lamps(ref('Reader')),
    },
  },
  pair: {
    dims: ['Reader', 'Desk'],
    fields: {
      seen: bool(),
      round: epoch,
      tag: epochRef('desk.session'),
      own: epochRef('pair.round'),
      day: epochRef('hall.day'),
    },
  },
  slot: {
    dims: ['Slot'],
    fields: {
      kind: oneOf('none', 'note', 'book'),
      desk: ref('Desk'),
      session: epochRef('desk.session', 'desk'),
      owner: ref('Reader'),
    },
  },
  ticket: {
    dims: ['Slot', 'Desk'],
    fields: { owner: ref('Reader'), round: epochRef('pair.round', 'owner') },
  },
  /** One word does not hold a column of this; of `leaf`, not even the rows of one desk. */
  shelf: {
    dims: ['Desk', 'Reader', 'Slot'],
    fields: {
      mark: epochRef('desk.session'),
      like: oneOf('no', 'some', 'much'),
      leaf: oneOf(...LEAVES),
    },
  },
} as const;
export type Toy = typeof TOY;
export const SIZES: Sizes = { Desk: 3, Reader: 2, Slot: 3 };
/** Lamps are off. */
export const toyLayout = layout(TOY, SIZES, (facet) => facet === 'lamps');
/** Everything is on. */
export const fullLayout = layout(TOY, SIZES);

/** A state in which a test may write. */
export type Plain = Open<StateOf<Toy>>;
type Open<T> = T extends readonly (infer U)[]
  ? Open<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Open<T[K]> }
    : T;

/** Any readable state of a schema; off fields stay at their initial values. */
function stateArbitrary<S extends Schema>(
  schema: S,
  sizes: Sizes,
  isOff: (facet: string) => boolean,
): fc.Arbitrary<Open<StateOf<S>>> {
  const groups = Object.entries(schema).map(([group, { dims, fields }]) => {
    const row = fc.record(
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          isOff(field.facet) ? fc.constant(field.init) : valueArbitrary(field, sizes),
        ]),
      ),
    );
    const nested = dims.reduceRight<fc.Arbitrary<unknown>>((inner, sort) => {
      const length = sizes[sort] ?? 0;
      return fc.array(inner, { minLength: length, maxLength: length });
    }, row);
    return [group, nested];
  });
  return fc.record(Object.fromEntries(groups)) as unknown as fc.Arbitrary<Open<StateOf<S>>>;
}

function valueArbitrary(field: Field, sizes: Sizes): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'bool':
      return fc.boolean();
    case 'oneOf':
      return fc.constantFrom(...field.values);
    case 'ref':
      return fc.constantFrom(null, ...Array.from({ length: sizes[field.sort] ?? 0 }, (_, i) => i));
    case 'epoch':
      return fc.integer({ min: 0, max: 2 });
    case 'epochRef':
      return fc.constantFrom(null, 0, 1, 2);
  }
}

export const toyStates: fc.Arbitrary<Plain> = stateArbitrary(TOY, SIZES, (f) => f === 'lamps');
export const fullStates: fc.Arbitrary<Plain> = stateArbitrary(TOY, SIZES, () => false);

const WORD = { kind: 'word', word: 'it', params: [] } as const;

/** An engine whose one attempt makes a change. */
export function engineOfChange(l: Layout<Toy>, change: (s: State<Toy>) => State<Toy>): Engine {
  const cases = [{ name: 'only', guards: [], effects: [WORD] }];
  const rule: RuleData = { id: 'change', over: {}, cases };
  const made = compiler({ layout: l, words: { it: change }, literalSorts: [] });
  return made.engine([{ rule, args: {} }]);
}

/** Compiles a question: a function from words to the answer. */
export function askOf(
  l: Layout<Toy>,
  question: (s: State<Toy>) => Bool,
): (q: Int32Array) => boolean {
  const cases = [{ name: 'yes', guards: [WORD], effects: [] }];
  const rule: RuleData = { id: 'ask', over: {}, cases };
  const made = compiler({ layout: l, words: { it: question }, literalSorts: [] });
  const engine = made.engine([{ rule, args: {} }]);
  const out = new Int32Array(l.wordCount);
  return (q) => engine.step(0, q, out) === 0;
}
