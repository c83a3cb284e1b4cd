/** IDE_KM as a TSM speaks it, and the same keys into its own root port (PCIe 6.33.3). */
import type { Entropy } from '../crypto/result.ts';
import { wipe } from '../crypto/wipe.ts';
import type { Direction, IdeStreams, KeySet, SlotId, SubStream } from '../device/streams.ts';
import {
  decodeIdeKm,
  encodeIdeKm,
  type IdeKmMessage,
  type IdeKmMessageOf,
  type KeySelector,
  wireErrorText,
} from '../wire/index.ts';
import { type Dialogue, failure, success } from './dialogue.ts';
import type { TsmSession } from './session.ts';

const PORT = 0;
const IFV_FIRST = 1n;
const KEY_BYTES = 32;
const RECEIVE = 0;
const TRANSMIT = 1;
const SUB_STREAMS: readonly SubStream[] = [0, 1, 2];

/** A stream to be keyed, and the end that is on this side. */
export interface StreamEnds {
  readonly session: TsmSession;
  /** Of the root port. */
  readonly streams: IdeStreams;
  readonly stream: number;
  readonly entropy: Entropy;
}

/** Programs six keys at both ends, and starts them: receivers first, so that nothing is lost. */
export function* keyStream(ends: StreamEnds, keySet: KeySet): Dialogue<void> {
  const programmed = yield* programKeys(ends, keySet);
  return programmed.ok ? yield* startKeys(ends, keySet) : programmed;
}

/** A new key set in place of `from`, while the stream stays Secure (tdisp-semantics: 3.2). */
export function* refreshKeys(ends: StreamEnds, from: KeySet): Dialogue<KeySet> {
  const keySet = from === 0 ? 1 : 0;
  const keyed = yield* keyStream(ends, keySet);
  if (!keyed.ok) return keyed;
  const stopped = yield* stopKeys(ends, from);
  return stopped.ok ? success(keySet) : stopped;
}

/** Takes a key set out of use, and its keys out of both ends. */
export function* stopKeys(ends: StreamEnds, keySet: KeySet): Dialogue<void> {
  for (const direction of [TRANSMIT, RECEIVE] as const) {
    const stopped = yield* goStop(ends, 'K_SET_STOP', keySet, direction);
    if (!stopped.ok) return stopped;
    for (const subStream of SUB_STREAMS) {
      ends.streams.stop(ends.stream, { keySet, direction, subStream });
    }
  }
  return success(undefined);
}

/** How many stream register blocks and ports the device has, or why it does not say. */
export function* query(session: TsmSession): Dialogue<IdeKmMessageOf<'QUERY_RESP'>> {
  return yield* ask(session, { kind: 'QUERY', portIndex: PORT }, 'QUERY_RESP');
}

function* programKeys(ends: StreamEnds, keySet: KeySet): Dialogue<void> {
  const { session, streams, stream, entropy } = ends;
  for (const direction of [RECEIVE, TRANSMIT] as const) {
    for (const subStream of SUB_STREAMS) {
      const key = entropy(KEY_BYTES);
      const selector = selectorOf({ keySet, direction, subStream });
      const told = yield* ask(
        session,
        {
          kind: 'KEY_PROG',
          streamId: stream,
          portIndex: PORT,
          ...selector,
          key,
          ifv: IFV_FIRST,
        },
        'KP_ACK',
      );
      // What the device receives with, the root port transmits with.
      const mine: SlotId = { keySet, direction: opposite(direction), subStream };
      const stored = told.ok && streams.program(stream, mine, key, IFV_FIRST, session.id);
      wipe(key);
      if (!told.ok) return told;
      if (told.value.status !== 'SUCCESS') {
        const { status } = told.value;
        return failure('ide-status', `KEY_PROG: status ${status}`, status);
      }
      if (!repeats(told.value, stream, selector)) {
        return failure('echo', 'KP_ACK: expected stream and slot of the request');
      }
      if (!stored) return failure('state', 'KEY_PROG: the slot of the root port is in use');
    }
  }
  return success(undefined);
}

/** Receivers at both ends, then transmitters. */
function* startKeys(ends: StreamEnds, keySet: KeySet): Dialogue<void> {
  for (const direction of [RECEIVE, TRANSMIT] as const) {
    for (const subStream of SUB_STREAMS) {
      ends.streams.start(ends.stream, { keySet, direction: RECEIVE, subStream });
    }
    const started = yield* goStop(ends, 'K_SET_GO', keySet, direction);
    if (!started.ok) return started;
  }
  for (const subStream of SUB_STREAMS) {
    ends.streams.start(ends.stream, { keySet, direction: TRANSMIT, subStream });
  }
  ends.streams.secure(ends.stream);
  return success(undefined);
}

function* goStop(
  { session, stream }: StreamEnds,
  kind: 'K_SET_GO' | 'K_SET_STOP',
  keySet: KeySet,
  direction: Direction,
): Dialogue<void> {
  for (const subStream of SUB_STREAMS) {
    const selector = selectorOf({ keySet, direction, subStream });
    const request = { kind, streamId: stream, portIndex: PORT, ...selector };
    const told = yield* ask(session, request, 'K_GOSTOP_ACK');
    if (!told.ok) return told;
    if (!repeats(told.value, stream, selector)) {
      return failure('echo', 'K_GOSTOP_ACK: expected stream and slot of the request');
    }
  }
  return success(undefined);
}

const opposite = (direction: Direction): Direction => (direction === RECEIVE ? TRANSMIT : RECEIVE);

const selectorOf = ({ keySet, direction, subStream }: SlotId): KeySelector => ({
  keySet,
  direction: direction === TRANSMIT ? 'TX' : 'RX',
  subStream,
});

const repeats = (
  answer: KeySelector & { readonly streamId: number; readonly portIndex: number },
  stream: number,
  { keySet, direction, subStream }: KeySelector,
): boolean =>
  answer.streamId === stream &&
  answer.portIndex === PORT &&
  answer.keySet === keySet &&
  answer.direction === direction &&
  answer.subStream === subStream;

function* ask<K extends IdeKmMessage['kind']>(
  session: TsmSession,
  message: IdeKmMessage,
  kind: K,
): Dialogue<IdeKmMessageOf<K>> {
  const told = yield* session.vendor('IDE_KM', encodeIdeKm(message));
  if (!told.ok) return told;
  const decoded = decodeIdeKm(told.value);
  if (!decoded.ok) return failure('malformed', wireErrorText(decoded.error));
  const answer = decoded.value;
  return isKind(answer, kind)
    ? success(answer)
    : failure('unexpected', `${message.kind}: expected ${kind}, got ${answer.kind}`);
}

const isKind = <K extends IdeKmMessage['kind']>(
  answer: IdeKmMessage,
  kind: K,
): answer is IdeKmMessage & IdeKmMessageOf<K> => answer.kind === kind;
