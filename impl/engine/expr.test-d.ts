// Goal: the types of the builder say what a meaning may do. Method: what must not compile is
// expected not to.

import type { Schema as ModelSchema, StateOf as ModelStateOf } from '../../model/fields.ts';
import { codec } from './codec.ts';
import type { State } from './expr.ts';
import type { Meanings } from './rules.ts';
import type { Schema, StateOf } from './schema.ts';
import { type Toy, toyLayout } from './toy.fixture.ts';
import { type Bool, type EpochVal, type Ix, ix, type Ref, type Val } from './values.ts';
import { viewOf } from './view.ts';

declare const s: State<Toy>;
const desk = ix('Desk', 0);
const reader = ix('Reader', 0);
const slot = ix('Slot', 0);

// What a field reads as follows from its kind.
s.desk(desk).lit satisfies Bool;
s.desk(desk).state satisfies Val<'free' | 'held' | 'busy' | 'broken'>;
s.desk(desk).reader satisfies Ref<'Reader'>;
s.desk(desk).reader.ix satisfies Ix<'Reader'>;
s.desk(desk).pass satisfies EpochVal;
// @ts-expect-error an epoch has no value
s.desk(desk).session;
// @ts-expect-error no such field
s.desk(desk).colour;
// @ts-expect-error no such group
s.chair(desk);

// Rows take indices of their sorts, in order.
s.pair(reader, desk);
// @ts-expect-error the other way round
s.pair(desk, reader);
// @ts-expect-error one too few
s.pair(reader);
// @ts-expect-error one too many
s.hall(desk);
// @ts-expect-error a number is no member
s.desk(0);
// @ts-expect-error a reader's desk is no reader
s.desk(s.slot(slot).owner.ix);

// Fields take values of their kind.
s.desk(desk).set({ state: 'busy', lit: true, reader, pass: 'current' });
s.desk(desk).set({ state: s.desk(desk).state, lit: s.desk(desk).lit, reader: null, pass: 'none' });
s.desk(desk).set({ reader: s.slot(slot).owner, pass: s.desk(desk).pass });
s.slot(slot).set(s.slot(ix('Slot', 1)).copy());
s.desk(desk).clear() satisfies State<Toy>;
// @ts-expect-error no such state
s.desk(desk).set({ state: 'lost' });
// @ts-expect-error a choice of another field
s.desk(desk).set({ state: s.hall().alarm });
// @ts-expect-error a member of another sort
s.desk(desk).set({ reader: desk });
// @ts-expect-error a ref to another sort
s.slot(slot).set({ owner: s.slot(slot).desk });
// @ts-expect-error nobody writes a stale reference
s.desk(desk).set({ pass: 'stale' });
// @ts-expect-error episodes advance, nobody writes them
s.desk(desk).set({ session: 2 });
// @ts-expect-error no such field
s.desk(desk).set({ colour: 'red' });
// @ts-expect-error a row of another group
s.desk(desk).set(s.slot(slot).copy());

// Questions compare like with like.
s.desk(desk).state.is('held').and(s.hall().open) satisfies Bool;
// @ts-expect-error no such state
s.desk(desk).state.is('lost');
// @ts-expect-error no such state among them
s.desk(desk).state.isIn('held', 'lost');
// @ts-expect-error members of two sorts
s.slot(slot).desk.is(reader);
// @ts-expect-error refs to two sorts
s.slot(slot).desk.same(s.slot(slot).owner);

// Controls know the sorts and the epochs.
s.each('Desk', (t, i) => t.desk(i).set({ lit: false })) satisfies State<Toy>;
s.first('Slot', (i) => s.slot(i).owner.isNone) satisfies Ix<'Slot'>;
s.some('Reader', (r) => s.pair(r, desk).seen) satisfies Bool;
s.when(s.hall().open, (t) => t.hall().clear()) satisfies State<Toy>;
s.advance('pair', 'round', reader, desk) satisfies State<Toy>;
s.advance('hall', 'day') satisfies State<Toy>;
// @ts-expect-error no such sort
s.each('Chair', (t) => t);
// @ts-expect-error members of another sort
s.each('Desk', (t, i) => t.slot(i).clear());
// @ts-expect-error a reference is no epoch
s.advance('desk', 'pass', desk);
// @ts-expect-error the epoch of a desk needs a desk
s.advance('desk', 'session');
// @ts-expect-error a Bool is no condition of JavaScript's
if (s.hall().open === true) s.hall();

// Meanings fit the compiler whatever their roles and parameters.
const words = {
  held: (t: State<Toy>, a: { readonly desk: Ix<'Desk'> }) => t.desk(a.desk).state.is('held'),
  put: (t: State<Toy>, _: object, open: boolean) => t.hall().set({ open }),
  deskOf: (t: State<Toy>, a: { readonly slot: Ix<'Slot'> }) => t.slot(a.slot).desk.ix,
};
words satisfies Meanings<Toy>;
// @ts-expect-error a meaning gives a Bool, a State or an Ix
({ bad: () => 3 }) satisfies Meanings<Toy>;

// Readable states have the shape of the schema; a codec and a view may be asked for a narrower
// type.
declare const state: StateOf<Toy>;
state.shelf[0]?.[0]?.[0]?.like satisfies 'no' | 'some' | 'much' | undefined;
state.desk[0]?.session satisfies number | undefined;
type Branded = { [K in keyof StateOf<Toy>]: StateOf<Toy>[K] & { readonly __is?: K } };
codec<Toy, Branded>(toyLayout).unpack(toyLayout.initial) satisfies Branded;
viewOf<Toy, Branded>(toyLayout).state satisfies Branded;

// The model's declarations are declarations of the engine, and its states the engine's states.
export type ModelFits = [ModelSchema] extends [Schema] ? true : never;
export const modelFits: ModelFits = true;
export type StatesFit = ModelStateOf<ModelSchema> extends StateOf<ModelSchema> ? true : never;
export const statesFit: StatesFit = true;
