/** What the words of words/reports.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { REPORTS } from '../words/reports.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

export const REPORTS_MEANING: ModelMeaning<typeof REPORTS, World> = {
  readingReport: (w, { tdi }) => row(w, 'tdi', tdi).reading,
  beginReading: (w, { tdi }) => patch(w, 'tdi', tdi, { reading: true }),
  endReading: (w, { tdi }) => patch(w, 'tdi', tdi, { reading: false }),
  asksPart: (_, { offset }, wanted) => offset === wanted,
  attachOffset: (w, { offset }) => patchOne(w, 'relay', { offset }),
  carriedPartIs: (w, _, wanted) => w.relay.offset === wanted,
  tsmHasPart: (w, { tdi }) => row(w, 'tsm', tdi).part !== null,
  tsmHearsPart: (w, { tdi }) => patch(w, 'tsm', tdi, { part: w.relay.episode }),
  tsmDropsPart: (w, { tdi }) => patch(w, 'tsm', tdi, { part: null }),
};
