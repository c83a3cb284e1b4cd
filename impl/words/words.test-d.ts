/**
 * Type tests: what the table of packed meanings does not let pass. Each expected error stands alone on its
 * line; if one of them were no error any more, `tsc` would say so.
 */
import { effect, guard, guardOf, term } from '../../model/author.ts';
import { TRUE } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

const tdi = { tdi: 'Tdi' } as const;
const WORDS = {
  bmeSet: guard(tdi, 'Bus Master Enable of {tdi} is 1'),
  scrub: effect(tdi, '{tdi} holds nobody’s data'),
  tsmGuest: term(tdi, 'Guest', 'the guest that {tdi} is bound to'),
  stepIs: guardOf<['mse' | 'bme']>()({ step: 'EnableStep' }, 'the driver is at the step {0}'),
} as const;
type Table = PackedMeaning<typeof WORDS>;

export const good: Table = {
  bmeSet: (s, args) => s.tdi(args.tdi).bme,
  scrub: (s, args) => s.tdi(args.tdi).set({ holds: null }),
  tsmGuest: (s, args) => s.tsm(args.tdi).boundTo.ix,
  stepIs: (_, { step }, asked) => (step === asked ? TRUE : TRUE.not),
};
const { bmeSet: _bmeSet, ...others } = good;

// @ts-expect-error: a word is missing
export const missing: Table = others;

// @ts-expect-error: no such word is declared
export const surplus: Table = { ...others, bmeSet: good.bmeSet, bmeUnset: good.bmeSet };

export const ofWrongResult: Table = {
  ...good,
  // @ts-expect-error: an effect gives a state, not a Bool
  scrub: (s, args) => s.tdi(args.tdi).bme,
  // @ts-expect-error: a guard gives a Bool, not a state
  bmeSet: (s) => s,
  // @ts-expect-error: this term names a guest, not a TDI
  tsmGuest: (_, args) => args.tdi,
};

export const ofWrongRole: Table = {
  ...good,
  // @ts-expect-error: the role is not declared
  bmeSet: (s, args) => s.tdi(args.pf).bme,
  // @ts-expect-error: a page is chosen by a page, not by a TDI
  scrub: (s, args) => s.page(args.tdi).set({ data: null }),
};

export const ofWrongLiteral: Table = {
  ...good,
  // @ts-expect-error: the driver has no such step
  stepIs: (_, { step }) => (step === 'pme' ? TRUE : TRUE.not),
};

export const ofWrongParameter: Table = {
  ...good,
  // @ts-expect-error: the word has no such parameter
  stepIs: (_, __, asked) => (asked === 'both' ? TRUE : TRUE.not),
};
