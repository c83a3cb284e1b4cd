/** The SPDM responder: which request is legal when, and who answers it (DSP0274). */
import type { Entropy } from '../crypto/result.ts';
import {
  decodePciPayload,
  decodeSpdmHeader,
  decodeSpdmRequest,
  encodePciPayload,
  encodeSpdm,
  type PciProtocol,
  type SpdmMessageOf,
  type SpdmRequest,
  whole,
} from '../wire/index.ts';
import { type Attesting, certificate, challenge, digests, measure } from './attest.ts';
import { Connection, type ConnectionSetup } from './connection.ts';
import type { Measurement } from './measurements.ts';
import { openSession, type Session } from './session.ts';

/** Why a session ended. */
export type SessionEnd =
  | 'END_SESSION'
  | 'GET_VERSION'
  | 'decrypt-error'
  | 'finish-failed'
  | 'heartbeat-expired'
  | 'terminated'
  | 'reset';

/** What the owner of the responder does with what it carries, and learns. */
export interface ResponderHooks {
  /**
   * A PCI-SIG message in an established session; `session` is undefined outside one. An answer,
   * `silence`, or `invalid` for an InvalidRequest of SPDM.
   */
  vendor(
    protocol: PciProtocol,
    message: Uint8Array,
    session: number | undefined,
  ): Uint8Array | 'silence' | 'invalid';
  sessionEnded(session: number, why: SessionEnd): void;
}

export interface ResponderSetup extends ConnectionSetup {
  readonly measurements: readonly Measurement[];
  readonly entropy: Entropy;
  /** Seconds; 0 for no heartbeat. */
  readonly heartbeatPeriod: number;
}

const SESSION_COUNT_MAX = 4;
const DOE_PADDING_MAX = 3;
const RSP_SESSION_ID_FIRST = 0xffff;
const GET_VERSION_CODE = 0x84;

/** Requests that only mean something inside a session. */
const SESSION_ONLY: ReadonlySet<string> = new Set(['HEARTBEAT', 'KEY_UPDATE', 'END_SESSION']);

/** A responder with one connection and up to four sessions. */
export class Responder {
  readonly #setup: ResponderSetup;
  readonly #hooks: ResponderHooks;
  readonly #connection: Connection;
  readonly #sessions = new Map<number, Session>();
  #rspSessionId = RSP_SESSION_ID_FIRST;
  /** The session whose FINISH will come in the clear. */
  #finishing: Session | undefined;

  constructor(setup: ResponderSetup, hooks: ResponderHooks) {
    this.#setup = setup;
    this.#hooks = hooks;
    this.#connection = new Connection(setup);
  }

  /** Ids of the sessions that are established. */
  sessions(): number[] {
    return [...this.#sessions.values()]
      .filter(({ phase }) => phase === 'established')
      .map(({ id }) => id);
  }

  /** Ends a session from this side: heartbeat expiry, device policy. Unknown ids are left alone. */
  end(session: number, why: SessionEnd): void {
    const found = this.#sessions.get(session);
    if (found === undefined) return;
    this.#sessions.delete(session);
    if (this.#finishing === found) this.#finishing = undefined;
    found.wipe();
    this.#hooks.sessionEnded(session, why);
  }

  /** Forgets sessions and negotiation, as a reset of the device does. */
  reset(): void {
    this.#endAll('reset');
    this.#connection.phase = 'none';
    this.#connection.agreed = undefined;
  }

  /** Answers a message outside sessions; `payload` may end with DOE padding. */
  plain(payload: Uint8Array): Uint8Array | undefined {
    const connection = this.#connection;
    const head = decodeSpdmHeader(payload);
    if (!head.ok) return undefined;
    if (head.value.code === GET_VERSION_CODE) return this.#getVersion(payload, head.value.version);
    if (connection.phase === 'none') return connection.error('UnexpectedRequest');
    const request = this.#decode(payload, DOE_PADDING_MAX);
    return request instanceof Uint8Array ? request : this.#outside(request.message, request.bytes);
  }

  /** Answers a secured record; undefined for one that belongs to no session. */
  secured(record: Uint8Array): Uint8Array | undefined {
    if (record.length < 4) return undefined;
    const id = new DataView(record.buffer, record.byteOffset, 4).getUint32(0, true);
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    // A clear handshake has no messages under the handshake keys.
    const message = session.channel.open(record);
    if (!message.ok) {
      const answer = session.channel.seal(this.#connection.error('DecryptError'));
      this.end(id, 'decrypt-error');
      return answer;
    }
    return this.#inside(session, message.value);
  }

  /** Seals a message that the device sends later than its request; the session must be alive. */
  sealVendor(session: number, protocol: PciProtocol, message: Uint8Array): Uint8Array | undefined {
    return this.#sessions.get(session)?.channel.seal(this.#envelope(protocol, message));
  }

  #getVersion(payload: Uint8Array, version: number): Uint8Array {
    if (version !== 0x10) return this.#connection.error('VersionMismatch');
    this.#endAll('GET_VERSION');
    this.#rspSessionId = RSP_SESSION_ID_FIRST;
    return this.#connection.getVersion(payload.subarray(0, 4));
  }

  #endAll(why: SessionEnd): void {
    for (const id of [...this.#sessions.keys()]) this.end(id, why);
  }

  /** The request, or the error that answers it. */
  #decode(
    payload: Uint8Array,
    padding: number,
  ): { readonly message: SpdmRequest; readonly bytes: Uint8Array } | Uint8Array {
    const connection = this.#connection;
    const head = decodeSpdmHeader(payload);
    if (!head.ok) return connection.error('InvalidRequest');
    const { version, code } = head.value;
    // GET_VERSION has its own version, in which it is to be refused like any other message.
    if (code !== GET_VERSION_CODE && !connection.speaks(version)) {
      return connection.error('VersionMismatch');
    }
    const request = whole(
      'request',
      payload,
      decodeSpdmRequest(payload, connection.context),
      padding,
    );
    if (request.ok) return { message: request.value, bytes: payload.subarray(0, request.size) };
    return request.error.fault === 'code'
      ? connection.error('UnsupportedRequest', code)
      : connection.error('InvalidRequest');
  }

  #outside(message: SpdmRequest, bytes: Uint8Array): Uint8Array | undefined {
    const connection = this.#connection;
    if (message.kind === 'GET_CAPABILITIES') return connection.getCapabilities(message, bytes);
    if (message.kind === 'NEGOTIATE_ALGORITHMS') return connection.negotiate(message, bytes);
    if (message.kind === 'VENDOR_DEFINED_REQUEST') return this.#vendor(message, undefined);
    if (SESSION_ONLY.has(message.kind)) return connection.error('SessionRequired');
    const { agreed } = connection;
    if (agreed === undefined) return connection.error('UnexpectedRequest');
    connection.transcript.request(message.kind);
    const attesting = { ...this.#setup, connection, agreed };
    switch (message.kind) {
      case 'GET_DIGESTS':
      case 'GET_CERTIFICATE': {
        const response =
          message.kind === 'GET_DIGESTS' ? digests(attesting) : certificate(attesting, message);
        if (!isError(response)) connection.transcript.addToB(bytes, response);
        return response;
      }
      case 'CHALLENGE':
        return challenge(attesting, message, bytes);
      case 'GET_MEASUREMENTS':
        return measure(attesting, message, bytes, connection.transcript.measurements);
      case 'KEY_EXCHANGE':
        return this.#keyExchange(attesting, message, bytes);
      case 'FINISH':
        return this.#clearFinish(message, bytes);
      default:
        return connection.error('UnsupportedRequest', requestCode(bytes));
    }
  }

  #keyExchange(
    attesting: Attesting,
    message: SpdmMessageOf<'KEY_EXCHANGE'>,
    bytes: Uint8Array,
  ): Uint8Array {
    const connection = this.#connection;
    if (this.#sessions.size >= SESSION_COUNT_MAX) return connection.error('SessionLimitExceeded');
    const rspSessionId = this.#rspSessionId;
    const { heartbeatPeriod } = this.#setup;
    const opened = openSession(attesting, message, bytes, { rspSessionId, heartbeatPeriod });
    if (opened === undefined) return connection.error('InvalidRequest');
    // Ids are handed out downwards and not twice, so that none refers to an older session.
    this.#rspSessionId = rspSessionId === 1 ? RSP_SESSION_ID_FIRST : rspSessionId - 1;
    this.end(opened.session.id, 'terminated');
    this.#sessions.set(opened.session.id, opened.session);
    if (connection.context.handshakeInTheClear) this.#finishing = opened.session;
    return opened.response;
  }

  #clearFinish(message: SpdmMessageOf<'FINISH'>, bytes: Uint8Array): Uint8Array {
    const session = this.#finishing;
    if (session === undefined) return this.#connection.error('SessionRequired');
    this.#finishing = undefined;
    const response = session.finish(message, bytes);
    if (response === undefined) {
      this.end(session.id, 'finish-failed');
      return this.#connection.error('DecryptError');
    }
    session.establish();
    return response;
  }

  #inside(session: Session, payload: Uint8Array): Uint8Array | undefined {
    const request = this.#decode(payload, 0);
    if (request instanceof Uint8Array) return session.channel.seal(request);
    const { message, bytes } = request;
    if (session.phase === 'handshake') return this.#handshake(session, message, bytes);
    session.measurements.request(message.kind);
    if (message.kind === 'KEY_UPDATE') return this.#keyUpdate(session, message);
    const response = this.#established(session, message, bytes);
    const sealed = response && session.channel.seal(response);
    if (message.kind === 'END_SESSION') this.end(session.id, 'END_SESSION');
    return sealed;
  }

  #handshake(session: Session, message: SpdmRequest, bytes: Uint8Array): Uint8Array | undefined {
    const connection = this.#connection;
    if (message.kind === 'VENDOR_DEFINED_REQUEST') return undefined;
    if (message.kind !== 'FINISH' || connection.context.handshakeInTheClear) {
      return session.channel.seal(connection.error('UnexpectedRequest'));
    }
    connection.transcript.request(message.kind);
    const response = session.finish(message, bytes);
    const sealed = session.channel.seal(response ?? connection.error('DecryptError'));
    if (response === undefined) this.end(session.id, 'finish-failed');
    else session.establish();
    return sealed;
  }

  #established(session: Session, message: SpdmRequest, bytes: Uint8Array): Uint8Array | undefined {
    const connection = this.#connection;
    const { agreed, version } = connection;
    if (agreed === undefined) return connection.error('UnexpectedRequest');
    const attesting = { ...this.#setup, connection, agreed };
    switch (message.kind) {
      case 'GET_DIGESTS':
        return digests(attesting);
      case 'GET_CERTIFICATE':
        return certificate(attesting, message);
      case 'GET_MEASUREMENTS':
        return measure(attesting, message, bytes, session.measurements);
      case 'HEARTBEAT':
        return this.#setup.heartbeatPeriod === 0
          ? connection.error('UnexpectedRequest')
          : encodeSpdm({ kind: 'HEARTBEAT_ACK', version });
      case 'END_SESSION':
        return encodeSpdm({ kind: 'END_SESSION_ACK', version });
      case 'VENDOR_DEFINED_REQUEST':
        return this.#vendor(message, session.id);
      case 'GET_VERSION':
      case 'GET_CAPABILITIES':
      case 'NEGOTIATE_ALGORITHMS':
      case 'CHALLENGE':
      case 'KEY_EXCHANGE':
      case 'FINISH':
        return connection.error('UnexpectedRequest');
      default:
        return connection.error('UnsupportedRequest', requestCode(bytes));
    }
  }

  /** KEY_UPDATE; the order of the two ends is in `SecuredChannel`. */
  #keyUpdate(session: Session, message: SpdmMessageOf<'KEY_UPDATE'>): Uint8Array {
    const { channel } = session;
    const { keyOperation, tag } = message;
    const verifying = keyOperation === 3;
    if (keyOperation < 1 || keyOperation > 3 || verifying !== channel.unconfirmed) {
      return channel.seal(this.#connection.error('InvalidRequest'));
    }
    if (verifying) {
      channel.confirm();
      session.updatingAll = false;
    }
    // A second UpdateAllKeys under the old keys repeats one whose ack was lost.
    if (keyOperation === 2 && !session.updatingAll) {
      channel.updateSend();
      session.updatingAll = true;
    }
    const { version } = this.#connection;
    const ack = channel.seal(encodeSpdm({ kind: 'KEY_UPDATE_ACK', version, keyOperation, tag }));
    if (!verifying) channel.updateReceive();
    return ack;
  }

  #vendor(
    message: SpdmMessageOf<'VENDOR_DEFINED_REQUEST'>,
    session: number | undefined,
  ): Uint8Array | undefined {
    const pci = decodePciPayload(message);
    if (!pci.ok) return this.#connection.error('InvalidRequest');
    const { protocol } = pci.value;
    const answer = this.#hooks.vendor(protocol, pci.value.message, session);
    if (answer === 'silence') return undefined;
    if (answer === 'invalid') return this.#connection.error('InvalidRequest');
    return this.#envelope(protocol, answer);
  }

  #envelope(protocol: PciProtocol, message: Uint8Array): Uint8Array {
    const { version } = this.#connection;
    const envelope = encodePciPayload(protocol, message);
    return encodeSpdm({ kind: 'VENDOR_DEFINED_RESPONSE', version, ...envelope });
  }
}

const ERROR_CODE = 0x7f;
const isError = (response: Uint8Array): boolean => response[1] === ERROR_CODE;
const requestCode = (bytes: Uint8Array): number => bytes[1] ?? 0;
