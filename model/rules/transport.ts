/** What every TDISP request meets first at the device (tdisp-semantics 1.2). */
import { dropped, not, refused } from '../author.ts';
import type { Literals } from '../sorts.ts';
import { W } from '../words/index.ts';

/** It must exist, and be sealed in the live session. */
export const transport = (request: Literals['Request'][number]) =>
  [
    dropped('NO_REQUEST', 'nothing to carry', [not(W.requested(request))]),
    dropped('NO_SESSION', 'not in a live secured session', [not(W.requestInLiveSession)]),
  ] as const;
/** A STOP is under way. */
export const busy = refused('BUSY', 'a STOP is under way', [W.stopping], [W.answerError]);
/** Another command in the middle of a report: the read is over. */
export const interrupted = refused(
  'INVALID_INTERFACE_STATE',
  'a report is being read in parts',
  [W.readingReport],
  [W.endReading, W.answerError],
);
