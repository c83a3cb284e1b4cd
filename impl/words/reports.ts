/** Packed meaning of the words about a report that is read in parts (tdisp-semantics 1.6). */
import type { REPORTS } from '../../model/words/reports.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const reportsWords: PackedMeaning<typeof REPORTS> = {
  readingReport: (s, { tdi }) => s.tdi(tdi).reading,
  beginReading: (s, { tdi }) => s.tdi(tdi).set({ reading: true }),
  endReading: (s, { tdi }) => s.tdi(tdi).set({ reading: false }),
  asksPart: (_, { offset }, asked) => known(offset === asked),
  attachOffset: (s, { offset }) => s.relay().set({ offset }),
  carriedPartIs: (s, _, asked) => s.relay().offset.is(asked),
  tsmHasPart: (s, { tdi }) => s.tsm(tdi).part.isNone.not,
  tsmHearsPart: (s, { tdi }) => s.tsm(tdi).set({ part: s.relay().episode }),
  tsmDropsPart: (s, { tdi }) => s.tsm(tdi).set({ part: 'none' }),
};
