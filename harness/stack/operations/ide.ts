/** IDE_KM and the stream registers, by bytes. */
import type { Direction, KeySet, SlotId } from '../../../impl/stack/device/streams.ts';
import { type Dialogue, failure, success } from '../../../impl/stack/tsm/dialogue.ts';
import type { TsmSession } from '../../../impl/stack/tsm/session.ts';
import { decodeIdeKm, encodeIdeKm, type IdeKmMessage } from '../../../impl/stack/wire/index.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { STREAM, writeStream } from '../platform.ts';
import { opposite, RECEIVE, SUB_STREAMS, slotsOf, TRANSMIT } from '../slots.ts';
import type { StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

const PORT = 0;
const IFV_FIRST = 1n;

/** One IDE_KM message and its answer. */
function* tell(session: TsmSession, message: IdeKmMessage): Dialogue<IdeKmMessage> {
  const told = yield* session.vendor('IDE_KM', encodeIdeKm(message));
  if (!told.ok) return told;
  const answer = decodeIdeKm(told.value);
  return answer.ok ? success(answer.value) : failure('malformed', 'IDE_KM: expected an answer');
}
const selector = ({ keySet, direction, subStream }: SlotId) =>
  ({
    streamId: STREAM,
    portIndex: PORT,
    keySet,
    direction: direction === TRANSMIT ? 'TX' : 'RX',
    subStream,
  }) as const;

const keySetOf = (value: unknown): KeySet => (value === 1 ? 1 : 0);
const isStarted = (w: StackWorld, keySet: KeySet): boolean =>
  slotsOf(keySet, RECEIVE).every((id) => w.device.keySlot(STREAM, id) === 'started');
/** The set under which the root port sends, if it has its keys. */
export function sendingSet(w: StackWorld): KeySet | null {
  const keySet = w.rootPort.streams.get(STREAM)?.active[TRANSMIT * 3];
  if (keySet === undefined) return null;
  const [first] = slotsOf(keySet, TRANSMIT);
  return first !== undefined && w.tsm.keyed(first) === 'started' ? keySet : null;
}

/** One sub-stream, both directions, both ends. */
function program(w: StackWorld, keySet: KeySet, sub: keyof typeof SUB_STREAMS): StackOutcome {
  const { session } = w.tsm;
  if (session === undefined || !w.sessionLives) return DROPPED;
  if (w.tsm.exchange?.stage === 'response') return refused('BUSY');
  if (isStarted(w, keySet)) return refused('KEY_IN_USE');
  for (const direction of [RECEIVE, TRANSMIT] as const) {
    const id: SlotId = { keySet, direction, subStream: SUB_STREAMS[sub] };
    const key = w.entropy(32);
    const told = w.hold(
      tell(session, { kind: 'KEY_PROG', ...selector(id), key: key.slice(), ifv: IFV_FIRST }),
    );
    if (!told.ok) return DROPPED;
    if (told.value.kind !== 'KP_ACK' || told.value.status !== 'SUCCESS') return refused();
    w.rootPort.streams.program(STREAM, opposite(id), key, IFV_FIRST, session.id);
  }
  return ACCEPTED;
}

/** K_SET_GO or K_SET_STOP for slots of the device; whether each was answered. */
const tellAll = (
  w: StackWorld,
  session: TsmSession,
  kind: 'K_SET_GO' | 'K_SET_STOP',
  slots: readonly SlotId[],
): boolean => slots.every((id) => w.hold(tell(session, { kind, ...selector(id) })).ok);
const startAtPort = (w: StackWorld, slots: readonly SlotId[]): void => {
  for (const id of slots) w.rootPort.streams.start(STREAM, id);
};
/** Both ends send under a set from now on. */
function sendUnder(w: StackWorld, session: TsmSession, keySet: KeySet): boolean {
  const told = tellAll(w, session, 'K_SET_GO', slotsOf(keySet, TRANSMIT));
  startAtPort(w, slotsOf(keySet, TRANSMIT));
  return told;
}

/** Receivers at both ends; where nothing is sent yet, senders after them. */
function go(w: StackWorld, keySet: KeySet): StackOutcome {
  const { session } = w.tsm;
  if (session === undefined || !w.sessionLives) return DROPPED;
  if (w.tsm.exchange?.stage === 'response') return refused('BUSY');
  const directions: readonly Direction[] = [RECEIVE, TRANSMIT];
  const all = directions.flatMap((direction) => slotsOf(keySet, direction));
  if (all.some((id) => w.device.keySlot(STREAM, id) === 'empty')) return refused('NOT_KEYED');
  if (isStarted(w, keySet)) return refused('ALREADY_STARTED');
  const first = sendingSet(w) === null;
  startAtPort(w, slotsOf(keySet, RECEIVE));
  if (!tellAll(w, session, 'K_SET_GO', slotsOf(keySet, RECEIVE))) return DROPPED;
  return !first || sendUnder(w, session, keySet) ? ACCEPTED : DROPPED;
}

function switchTo(w: StackWorld, keySet: KeySet): StackOutcome {
  const { session } = w.tsm;
  if (session === undefined || !w.sessionLives) return DROPPED;
  if (w.tsm.exchange?.stage === 'response') return refused('BUSY');
  if (!w.secure) return refused('NOT_SECURE');
  if (!isStarted(w, keySet)) return refused('NOT_STARTED');
  if (sendingSet(w) === keySet) return refused('SAME_SET');
  return sendUnder(w, session, keySet) ? ACCEPTED : DROPPED;
}

function stop(w: StackWorld, keySet: KeySet): StackOutcome {
  const { session } = w.tsm;
  if (session === undefined || !w.sessionLives) return DROPPED;
  if (w.tsm.exchange?.stage === 'response') return refused('BUSY');
  if (!isStarted(w, keySet)) return refused('NOT_STARTED');
  const slots = [...slotsOf(keySet, TRANSMIT), ...slotsOf(keySet, RECEIVE)];
  tellAll(w, session, 'K_SET_STOP', slots);
  for (const id of slots) w.rootPort.streams.stop(STREAM, id);
  return ACCEPTED;
}

function setUp(w: StackWorld, change: Partial<StackWorld['config']>): StackOutcome {
  Object.assign(w.config, change);
  writeStream(w.device, w.config);
  return ACCEPTED;
}

export const IDE_OPERATIONS: Operations = {
  'ide.key-prog': (w, { keySet, sub }) =>
    program(w, keySetOf(keySet), sub as keyof typeof SUB_STREAMS),
  'ide.set-go': (w, { keySet }) => go(w, keySetOf(keySet)),
  'ide.switch': (w, { keySet }) => switchTo(w, keySetOf(keySet)),
  'ide.set-stop': (w, { keySet }) => stop(w, keySetOf(keySet)),
  'ide.enable': (w, { level }) => setUp(w, { enabled: level === 1 }),
  'ide.setup': (w, { setup }) => setUp(w, { setup: setup as StackWorld['config']['setup'] }),
};
