/** The exchanges of a recording that the model speaks of. */
import type { ExaminedPacket } from '../../impl/stack/recording/index.ts';
import type { TdispMessage } from '../../impl/stack/wire/index.ts';
import type { Answer, Ask, TdispRequest } from '../wire-model/ask.ts';

/** An exchange with the number of its request. */
export interface Exchange {
  readonly packet: number;
  readonly ask: Ask;
  readonly answer: Answer;
}

const REQUESTS: Readonly<Record<string, TdispRequest>> = {
  LOCK_INTERFACE_REQUEST: 'lock',
  GET_DEVICE_INTERFACE_REPORT: 'report',
  GET_DEVICE_INTERFACE_STATE: 'state',
  START_INTERFACE_REQUEST: 'start',
  STOP_INTERFACE_REQUEST: 'stop',
};
const TDISP_1_0 = 0x10;

/** The function ids that the device has answered for, in the order in which they came. */
export function hostedIn(packets: readonly ExaminedPacket[]): readonly number[] {
  const hosted = packets.flatMap(({ tdisp, direction }) =>
    tdisp === undefined || direction === 'request' || tdisp.kind === 'TDISP_ERROR'
      ? []
      : [tdisp.functionId],
  );
  return [...new Set(hosted)];
}

/**
 * What a model of one session, one stream and the TDIs of the recording can follow. Left out: what it does not speak
 * of (certificates, measurements, key updates), sessions beside the first that is alive, and requests that are
 * malformed on purpose: that those are refused is part of the examination.
 */
export function exchangesIn(packets: readonly ExaminedPacket[]): readonly Exchange[] {
  const reader = new Reader(hostedIn(packets));
  const found: Exchange[] = [];
  for (let number = 0; number + 1 < packets.length; number += 2) {
    const [request, response] = [packets[number], packets[number + 1]];
    if (request === undefined || response === undefined) break;
    for (const [ask, answer] of reader.read(request, response))
      found.push({ packet: number, ask, answer });
  }
  return found;
}

type Pair = readonly [Ask, Answer];
const ACCEPTED: Answer = { is: 'accepted' };

class Reader {
  readonly #hosted: readonly number[];
  /** Index of the session that is followed. */
  #session: number | undefined;
  /** Index of the one that FINISH will establish. */
  #finishing: number | undefined;
  #sessionCount = 0;
  readonly #nonces = new Map<number, string>();

  constructor(hosted: readonly number[]) {
    this.#hosted = hosted;
  }

  read(request: ExaminedPacket, response: ExaminedPacket): readonly Pair[] {
    const { session } = request;
    const kind = request.spdm?.kind;
    const failed = response.spdm?.kind === 'ERROR' ? response.spdm.errorCode : undefined;
    if (failed === 'DecryptError' && session === this.#session && session !== undefined)
      return this.#over('DecryptError');
    if (failed === undefined && (kind === 'KEY_EXCHANGE' || kind === 'PSK_EXCHANGE'))
      this.#exchanged(kind);
    if (failed === undefined && kind === 'GET_VERSION' && this.#session !== undefined)
      return this.#over('GET_VERSION');
    if (failed === undefined && kind === 'FINISH' && this.#finishing !== undefined)
      return this.#begun();
    if (kind === 'END_SESSION' && failed === undefined && this.#isFollowed(session))
      return this.#over('END_SESSION');
    if (request.malformed !== undefined) return [];
    if (request.tdisp !== undefined) return this.#tdisp(request, response, failed);
    if (request.ideKm !== undefined && this.#isFollowed(session))
      return this.#ideKm(request, response, failed);
    return [];
  }

  #exchanged(kind: 'KEY_EXCHANGE' | 'PSK_EXCHANGE'): void {
    const index = this.#sessionCount++;
    if (kind === 'KEY_EXCHANGE' && this.#session === undefined) this.#finishing = index;
  }
  #isFollowed(session: number | undefined): boolean {
    return session !== undefined && session === this.#session;
  }
  /** A FINISH in the clear does not name its session: it is that of the KEY_EXCHANGE before. */
  #begun(): readonly Pair[] {
    this.#session = this.#finishing;
    this.#finishing = undefined;
    return [[{ kind: 'connect' }, ACCEPTED]];
  }
  #over(by: 'END_SESSION' | 'GET_VERSION' | 'DecryptError'): readonly Pair[] {
    this.#session = undefined;
    return [[{ kind: 'end', by }, ACCEPTED]];
  }

  #tdisp(
    { tdisp: asked, session }: ExaminedPacket,
    { tdisp: told }: ExaminedPacket,
    failed: string | undefined,
  ): readonly Pair[] {
    if (asked === undefined || (session !== undefined && session !== this.#session)) return [];
    // A wrong version is malformed on purpose.
    if (asked.version !== TDISP_1_0) return [];
    const index = this.#hosted.indexOf(asked.functionId);
    const tdi = index < 0 ? 'foreign' : index;
    const outside = session === undefined;
    const answer = answerOf(told, failed);
    if (asked.kind === 'GET_TDISP_VERSION' || asked.kind === 'GET_TDISP_CAPABILITIES')
      return [[{ kind: 'hello', request: asked.kind, tdi, outside }, answer]];
    const request = REQUESTS[asked.kind];
    if (request === undefined || isBadPortion(asked, told)) return [];
    const nonce = this.#nonce(asked);
    if (told?.kind === 'LOCK_INTERFACE_RESPONSE')
      this.#nonces.set(told.functionId, hex(told.startInterfaceNonce));
    return [[{ kind: 'tdisp', request, tdi, outside, ...(nonce && { nonce }) }, answer]];
  }

  #nonce(asked: TdispMessage): 'last' | 'other' | undefined {
    if (asked.kind !== 'START_INTERFACE_REQUEST') return undefined;
    const known = this.#nonces.get(asked.functionId);
    return known === hex(asked.startInterfaceNonce) ? 'last' : 'other';
  }

  #ideKm(
    { ideKm: asked }: ExaminedPacket,
    { ideKm: told }: ExaminedPacket,
    failed: string | undefined,
  ): readonly Pair[] {
    if (asked === undefined) return [];
    const { kind } = asked;
    if (kind !== 'KEY_PROG' && kind !== 'K_SET_GO' && kind !== 'K_SET_STOP') return [];
    const { streamId: stream, keySet, subStream: sub, direction } = asked;
    // There are three sub-streams; others are malformed on purpose.
    if (sub > 2) return [];
    const status = told?.kind === 'KP_ACK' && told.status !== 'SUCCESS' ? told.status : failed;
    const answer: Answer = status === undefined ? ACCEPTED : { is: 'refused', code: status };
    return [[{ kind, stream, keySet, sub, direction }, answer]];
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Length 0, or an offset that is not in the report: refused for its fields, in whatever state. */
const isBadPortion = (asked: TdispMessage, told: TdispMessage | undefined): boolean =>
  asked.kind === 'GET_DEVICE_INTERFACE_REPORT' &&
  (asked.length === 0 || asked.offset > 0) &&
  told?.kind === 'TDISP_ERROR' &&
  told.errorCode === 'INVALID_REQUEST';

function answerOf(told: TdispMessage | undefined, failed: string | undefined): Answer {
  if (failed !== undefined) return { is: 'refused', code: failed };
  if (told?.kind === 'TDISP_ERROR') return { is: 'refused', code: told.errorCode };
  return told?.kind === 'DEVICE_INTERFACE_STATE'
    ? { is: 'accepted', state: told.tdiState }
    : ACCEPTED;
}
