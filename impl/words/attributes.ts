/** Packed meaning of the words about SET_MMIO_ATTRIBUTE (TDISP 11.3.22). */
import type { ATTRIBUTES } from '../../model/words/attributes.ts';
import type { PackedMeaning } from './meaning.ts';

export const attributesWords: PackedMeaning<typeof ATTRIBUTES> = {
  attachAttribute: (s, { attribute }) => s.relay().set({ attribute }),
  carriedRangeFixed: (s) => s.relay().attribute.is('fixedRange'),
  takeAttribute: (s, { tdi }) => s.tdi(tdi).set({ nonTee: s.relay().attribute.is('nonTee') }),
};
