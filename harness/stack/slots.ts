/** The key slots of one key set, as IDE_KM counts them. */
import type { Direction, KeySet, SlotId, SubStream } from '../../impl/stack/device/streams.ts';

export const RECEIVE = 0;
export const TRANSMIT = 1;
export const SUB_STREAMS = { PR: 0, NPR: 1, CPL: 2 } as const;
const ALL: readonly SubStream[] = [0, 1, 2];

/** The three slots of a set in a direction. */
export const slotsOf = (keySet: KeySet, direction: Direction): readonly SlotId[] =>
  ALL.map((subStream) => ({ keySet, direction, subStream }));
/** The slot at the other end of the link: what one end sends with, the other receives with. */
export const opposite = ({ keySet, direction, subStream }: SlotId): SlotId => ({
  keySet,
  direction: direction === RECEIVE ? TRANSMIT : RECEIVE,
  subStream,
});
export const SLOTS: readonly SlotId[] = ([0, 1] as const).flatMap((keySet) => [
  ...slotsOf(keySet, RECEIVE),
  ...slotsOf(keySet, TRANSMIT),
]);
