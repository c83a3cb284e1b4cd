/** Says to a responder what the model speaks of, and what it never would, over a socket. */

import type { Entropy } from '../../impl/stack/crypto/result.ts';
import type { Outcome } from '../../impl/stack/tsm/dialogue.ts';
import { Requester } from '../../impl/stack/tsm/requester.ts';
import { openSession, type TsmSession } from '../../impl/stack/tsm/session.ts';
import {
  DOE_TYPE,
  decodeDoe,
  decodeIdeKm,
  decodePciPayload,
  decodeSpdmHeader,
  decodeSpdmResponse,
  decodeTdisp,
  encodeDoe,
  encodeIdeKm,
  encodePciPayload,
  encodeSpdm,
  encodeTdisp,
  type PciProtocol,
  type SpdmContext,
  type TdispMessage,
} from '../../impl/stack/wire/index.ts';
import { Link, type LinkOptions, PeerLost } from '../socket/link.ts';
import type { Answer, Ask, KeySlot, TdispRequest } from '../wire-model/ask.ts';

/** Whom to ask, and about what. */
export interface Target extends LinkOptions {
  /** The TDIs: function ids. */
  readonly tdis: readonly number[];
  /** A function id that the device does not host. */
  readonly foreign: number;
  readonly stream: number;
  readonly idePort: number;
  readonly entropy: Entropy;
}

const SPDM_VERSION = 0x12;
const SPDM_ERROR = 0x7f;
const VENDOR_RESPONSE = 0x7e;
const HEARTBEAT = 0xe8;
const TDISP_1_0 = 0x10;
const ACCEPTED: Answer = { is: 'accepted' };
const refused = (code: string): Answer => ({ is: 'refused', code });
/** Nothing decides what an error or an envelope says before there is a connection. */
const CONTEXT: SpdmContext = {
  hashSize: 32,
  dheSize: 64,
  signatureSize: 64,
  requesterSignatureSize: 0,
  handshakeInTheClear: false,
  multiKey: false,
};

/** A requester without manners. Throws `PeerLost` where the peer cannot be talked to. */
export class Driver {
  readonly #target: Target;
  #link: Link | undefined;
  #requester: Requester;
  #session: TsmSession | undefined;
  #reqSessionId = 0;
  readonly #nonces = new Map<number, Uint8Array>();

  constructor(target: Target) {
    this.#target = target;
    this.#requester = this.#newRequester();
  }

  get target(): Target {
    return this.#target;
  }

  #newRequester(): Requester {
    return new Requester({
      versions: [SPDM_VERSION],
      hashes: ['SHA_256', 'SHA_384'],
      curves: ['P_256', 'P_384'],
      aeads: ['AES_256_GCM'],
      handshakeInTheClear: false,
      roots: 'any',
      entropy: this.#target.entropy,
    });
  }

  async #connected(): Promise<Link> {
    if (this.#link?.usable) return this.#link;
    this.#session = undefined;
    this.#link = await Link.open(this.#target);
    return this.#link;
  }

  /** Closes the connection; the responder goes on. */
  async close(): Promise<void> {
    this.#session?.abandon();
    this.#session = undefined;
    await this.#link?.close();
    this.#link = undefined;
  }

  /** One request of the model. */
  async perform(ask: Ask): Promise<Answer> {
    switch (ask.kind) {
      case 'connect':
        return this.#connect();
      case 'end':
        return this.#end(ask.by);
      case 'KEY_PROG':
      case 'K_SET_GO':
      case 'K_SET_STOP':
        return this.ideKm(this.keyMessage(ask));
      case 'hello': {
        const body = ask.request === 'GET_TDISP_CAPABILITIES' ? { tsmCaps: 0 } : {};
        const message = { ...body, kind: ask.request, ...this.#header(ask.tdi) } as TdispMessage;
        return this.tdisp(encodeTdisp(message), ask.outside);
      }
      case 'tdisp':
        return this.#tdisp(ask);
      default: {
        const never: never = ask;
        throw new Error(`Driver.perform: unknown ask ${JSON.stringify(never)}`);
      }
    }
  }

  /** A well-formed IDE_KM message about a key; every call has another key. */
  keyMessage(
    slot: KeySlot & { readonly kind: 'KEY_PROG' | 'K_SET_GO' | 'K_SET_STOP' },
    changes: { readonly portIndex?: number; readonly ifv?: bigint } = {},
  ): Uint8Array {
    const { kind, stream: streamId, keySet, sub: subStream, direction } = slot;
    const about = {
      streamId,
      portIndex: this.#target.idePort,
      keySet,
      direction,
      subStream,
      ...changes,
    };
    return encodeIdeKm(
      kind === 'KEY_PROG'
        ? { kind, ifv: 1n, ...about, key: this.#target.entropy(32) }
        : { kind, ...about },
    );
  }

  #header(tdi: number | 'foreign') {
    const { tdis, foreign } = this.#target;
    const functionId = tdi === 'foreign' ? foreign : (tdis[tdi] ?? foreign);
    return { version: TDISP_1_0, functionId };
  }

  /** A TDISP request about a TDI, as bytes. */
  tdispMessage(
    request: TdispRequest,
    tdi: number | 'foreign',
    nonce?: 'last' | 'other',
  ): Uint8Array {
    const header = this.#header(tdi);
    switch (request) {
      case 'lock':
        return encodeTdisp({
          kind: 'LOCK_INTERFACE_REQUEST',
          ...header,
          flags: 0,
          defaultStreamId: this.#target.stream,
          mmioReportingOffset: 0n,
          bindP2pAddressMask: 0n,
        });
      case 'report':
        return encodeTdisp({
          kind: 'GET_DEVICE_INTERFACE_REPORT',
          ...header,
          offset: 0,
          length: 0xffff,
        });
      case 'state':
        return encodeTdisp({ kind: 'GET_DEVICE_INTERFACE_STATE', ...header });
      case 'start': {
        const last = this.#nonces.get(header.functionId) ?? new Uint8Array(32);
        const other = last.map((byte) => byte ^ 0xff);
        const startInterfaceNonce = nonce === 'other' ? other : last;
        return encodeTdisp({ kind: 'START_INTERFACE_REQUEST', ...header, startInterfaceNonce });
      }
      case 'stop':
        return encodeTdisp({ kind: 'STOP_INTERFACE_REQUEST', ...header });
      default: {
        const never: never = request;
        throw new Error(`Driver: unknown request ${String(never)}`);
      }
    }
  }

  async #tdisp({ request, tdi, nonce, outside }: Extract<Ask, { kind: 'tdisp' }>): Promise<Answer> {
    return this.tdisp(this.tdispMessage(request, tdi, nonce), outside);
  }

  // --- sessions --------------------------------------------------------------------------------

  async #connect(): Promise<Answer> {
    const link = await this.#connected();
    this.#requester = this.#newRequester();
    this.#reqSessionId = (this.#reqSessionId % 0xffff) + 1;
    const suite = await link.converse(this.#requester.negotiate());
    if (!suite.ok) return answerOf(suite);
    const peer = await link.converse(this.#requester.identify(0));
    if (!peer.ok) return answerOf(peer);
    const session = await link.converse(
      openSession(this.#requester, peer.value, this.#reqSessionId),
    );
    if (session.ok) this.#session = session.value;
    return answerOf(session);
  }

  async #end(by: 'END_SESSION' | 'GET_VERSION' | 'DecryptError'): Promise<Answer> {
    const link = await this.#connected();
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) throw new Error('Driver.perform: end, without a session');
    if (by === 'END_SESSION') return answerOf(await link.converse(session.end()));
    if (by === 'GET_VERSION') {
      session.abandon();
      const told = await this.plain(Uint8Array.of(0x10, 0x84, 0, 0));
      return told;
    }
    const told = answerOf(await link.converse(tampered(session.say(this.heartbeat()))));
    session.abandon();
    return told.is === 'refused' && told.code === 'DecryptError' ? ACCEPTED : told;
  }

  /** HEARTBEAT, as bytes. */
  heartbeat(): Uint8Array {
    return Uint8Array.of(SPDM_VERSION, HEARTBEAT, 0, 0);
  }

  // --- messages of any bytes -------------------------------------------------------------------

  /** SPDM bytes in the session; what the answer is by its error, state or status. */
  async say(message: Uint8Array): Promise<Answer> {
    const link = await this.#connected();
    const session = this.#session;
    if (session === undefined) return refused('no session');
    const told = await link.converse(session.say(message));
    return told.ok ? this.#read(told.value) : answerOf(told);
  }
  /** SPDM bytes outside any session. */
  async plain(message: Uint8Array): Promise<Answer> {
    const response = await this.doe(encodeDoe(DOE_TYPE.spdm, message));
    if (response === undefined) return { is: 'silent' };
    const object = decodeDoe(response);
    return object.ok ? this.#read(object.value.payload) : refused('malformed DOE object');
  }
  /** Any bytes in a frame; undefined for silence. */
  async doe(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const link = await this.#connected();
    const heard = await link.ask(bytes);
    if (heard.is === 'object') return heard.bytes;
    if (heard.is === 'silence') return undefined;
    throw new PeerLost(heard.is);
  }

  tdisp(message: Uint8Array, outside = false): Promise<Answer> {
    return this.#vendor('TDISP', message, outside);
  }
  ideKm(message: Uint8Array, outside = false): Promise<Answer> {
    return this.#vendor('IDE_KM', message, outside);
  }
  #vendor(protocol: PciProtocol, message: Uint8Array, outside: boolean): Promise<Answer> {
    const bytes = encodeSpdm({
      kind: 'VENDOR_DEFINED_REQUEST',
      version: SPDM_VERSION,
      ...encodePciPayload(protocol, message),
    });
    return outside ? this.plain(bytes) : this.say(bytes);
  }

  #read(bytes: Uint8Array): Answer {
    const head = decodeSpdmHeader(bytes);
    if (!head.ok) return refused('malformed SPDM message');
    if (head.value.code !== SPDM_ERROR && head.value.code !== VENDOR_RESPONSE) return ACCEPTED;
    const decoded = decodeSpdmResponse(bytes, CONTEXT, undefined);
    if (!decoded.ok) return refused('malformed SPDM message');
    if (decoded.value.kind === 'ERROR') return refused(decoded.value.errorCode);
    if (decoded.value.kind !== 'VENDOR_DEFINED_RESPONSE') return ACCEPTED;
    const pci = decodePciPayload(decoded.value);
    if (!pci.ok) return refused('malformed VENDOR_DEFINED_RESPONSE');
    return pci.value.protocol === 'TDISP'
      ? this.#readTdisp(pci.value.message)
      : readIdeKm(pci.value.message);
  }

  #readTdisp(bytes: Uint8Array): Answer {
    const told = decodeTdisp(bytes);
    if (!told.ok) return refused('malformed TDISP message');
    const { value } = told;
    if (value.kind === 'TDISP_ERROR') return refused(value.errorCode);
    if (value.kind === 'LOCK_INTERFACE_RESPONSE')
      this.#nonces.set(value.functionId, value.startInterfaceNonce.slice());
    return value.kind === 'DEVICE_INTERFACE_STATE'
      ? { is: 'accepted', state: value.tdiState }
      : ACCEPTED;
  }
}

function readIdeKm(bytes: Uint8Array): Answer {
  const told = decodeIdeKm(bytes);
  if (!told.ok) return refused('malformed IDE_KM message');
  const { value } = told;
  return value.kind === 'KP_ACK' && value.status !== 'SUCCESS' ? refused(value.status) : ACCEPTED;
}

function answerOf<T>(outcome: Outcome<T>): Answer {
  if (outcome.ok) return ACCEPTED;
  const { fault, code } = outcome.error;
  return fault === 'no-response' ? { is: 'silent' } : refused(code ?? fault);
}

/** The same conversation, with a bit of the last tag changed on its way. */
function* tampered<T>(dialogue: Generator<Uint8Array, T, Uint8Array | undefined>) {
  const { value, done } = dialogue.next();
  if (done) return value;
  // Up to three bytes of padding end the object.
  const at = -4;
  const answer: Uint8Array | undefined = yield value.with(at, (value.at(at) ?? 0) ^ 1);
  const last = dialogue.next(answer);
  if (!last.done) throw new Error('tampered: expected one exchange');
  return last.value;
}
