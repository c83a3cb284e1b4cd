/** Words about a report that is read in parts (tdisp-semantics 1.6). */
import { effect, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;

export const REPORTS = {
  readingReport: guard(
    tdi,
    'the first part of a report of {tdi} was served and the last one not yet',
    'tdisp-report-parts',
  ),
  beginReading: effect(tdi, 'a report of {tdi} is being read in parts', 'tdisp-report-parts'),
  endReading: effect(tdi, 'no report of {tdi} is being read in parts', 'tdisp-report-parts'),
  asksPart: guardOf<[Literals['Offset'][number]]>()(
    { offset: 'Offset' },
    'the part is the {0} one',
  ),
  attachOffset: effect(
    { offset: 'Offset' },
    'the carried request asks for the part {offset} of the report',
  ),
  carriedPartIs: guardOf<[Literals['Offset'][number]]>()(
    {},
    'the carried exchange is about the part {0} of the report',
  ),
  tsmHasPart: guard(tdi, 'the TSM holds the first part of a report for {tdi}, old or not'),
  tsmHearsPart: effect(
    tdi,
    'the TSM holds, for {tdi}, the first part of the report of the lock episode that the response speaks of',
  ),
  tsmDropsPart: effect(tdi, 'the TSM holds no part of a report for {tdi}'),
} as const;
