/** Replays a recording: opens and reads every packet, computes anew all that can be, compares. */
import {
  DOE_TYPE,
  decodeSpdmRequest,
  decodeSpdmResponse,
  nothingNegotiated,
  type SpdmContext,
  type SpdmMessageOf,
  type SpdmRequest,
  type SpdmResponse,
  type WireError,
  wireErrorText,
} from '../wire/index.ts';
import { answered, Connection, type Said } from './connection.ts';
import {
  type Conversation,
  type ExaminedPacket,
  type Fact,
  Failed,
  must,
  type Side,
} from './conversation.ts';
import { type Begun, finish, keyExchange, type Next, pskExchange, pskFinish } from './handshake.ts';
import { exact, type Inner, innerOf, type Opened, openPacket } from './packet.ts';
import type { Recording } from './recording.ts';
import type { Session } from './session.ts';

/** Operations of KEY_UPDATE. */
const UPDATE_KEY = 1;
const UPDATE_ALL_KEYS = 2;
const VERIFY_NEW_KEY = 3;
/** Payload type of ENCAPSULATED_RESPONSE_ACK: one more request. */
const REQUEST_PRESENT = 1;

/** A packet under examination; facts are added to it. */
interface Draft<M extends SpdmRequest | SpdmResponse> {
  readonly number: number;
  readonly direction: Side;
  readonly opened: Opened;
  /** Absent for discovery, and if the bytes are no message. */
  readonly said: Said<M> | undefined;
  readonly inner: Inner;
  readonly verified: Fact[];
}

const packetOf = (draft: Draft<SpdmRequest> | Draft<SpdmResponse>): ExaminedPacket => {
  const { number, direction, opened, said, inner, verified } = draft;
  const { dataObjectType, session } = opened;
  return {
    number,
    direction,
    dataObjectType,
    ...(session && { session: session.index }),
    ...(said && { bytes: said.bytes, spdm: said.message }),
    ...(opened.malformed && { malformed: opened.malformed }),
    ...inner,
    verified,
  };
};

const draftOf = (number: number, direction: Side, opened: Opened) => ({
  number,
  direction,
  opened,
  verified: [...opened.facts],
});

class Examiner {
  readonly #recording: Recording;
  #connection: Connection | undefined;
  /** Those that are alive, in order of creation. */
  #sessions: Session[] = [];
  #begun = 0;
  /** What the responder has asked inside a session and was not yet told. */
  #encapsulated: SpdmRequest | undefined;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** The two packets of the exchange that begins with packet `number`. */
  exchange(number: number): readonly ExaminedPacket[] {
    const request = this.#request(number);
    must(number + 1 < this.#recording.packets.length, 'no response follows', 'request');
    if (request.said?.message.kind === 'KEY_UPDATE')
      this.#beforeUpdated(request.said.message, request.opened.session);
    const response = this.#response(number + 1, request.said?.message);
    if (request.opened.dataObjectType !== DOE_TYPE.discovery) this.#judge(request, response);
    return [packetOf(request), packetOf(response)];
  }

  /** At the end, all sessions whose secrets are recorded have been seen. */
  end(): void {
    const { length } = this.#recording.sessions;
    must(this.#begun === length, `${length} sessions are recorded, ${this.#begun} began`);
  }

  get #context(): SpdmContext {
    return this.#connection?.context ?? nothingNegotiated;
  }

  #open(number: number, direction: Side): Opened {
    const notes = this.#recording.notes.get(number);
    const said = notes?.direction ?? direction;
    must(said === direction, `the packet is a ${direction}, recorded as a ${said}`, direction);
    const packet = this.#recording.packets[number] ?? new Uint8Array(0);
    return openPacket(packet, direction, this.#sessions, notes);
  }

  /** A request may be anything: whoever recorded may have tried what happens. */
  #request(number: number): Draft<SpdmRequest> {
    const opened = this.#open(number, 'request');
    const draft = draftOf(number, 'request', opened);
    if (opened.payload === undefined) return { ...draft, said: undefined, inner: {} };
    const result = exact(opened, decodeSpdmRequest(opened.payload, this.#context));
    if (!result.ok) return { ...draft, said: undefined, inner: { malformed: result.error } };
    const said = { message: result.value, bytes: opened.payload.subarray(0, result.size) };
    return { ...draft, said, inner: innerOf(result.value) };
  }

  #response(number: number, request: SpdmRequest | undefined): Draft<SpdmResponse> {
    const opened = this.#open(number, 'response');
    const draft = draftOf(number, 'response', opened);
    must(opened.malformed === undefined, opened.malformed?.expected ?? '');
    if (opened.payload === undefined) return { ...draft, said: undefined, inner: {} };
    const result = exact(opened, decodeSpdmResponse(opened.payload, this.#context, request));
    must(result.ok, result.ok ? '' : wireErrorText(result.error));
    const inner = innerOf(result.value);
    must(inner.malformed === undefined, inner.malformed ? wireErrorText(inner.malformed) : '');
    const said = { message: result.value, bytes: opened.payload.subarray(0, result.size) };
    return { ...draft, said, inner };
  }

  /** What an exchange means for the connection and its sessions. */
  #judge(request: Draft<SpdmRequest>, response: Draft<SpdmResponse>): void {
    const answer = response.said;
    must(answer !== undefined, 'the response is no SPDM message');
    const { session } = request.opened;
    const refused = answer.message.kind === 'ERROR';
    if (request.said && session === undefined) {
      this.#connection?.transcript.request(request.said.message.kind);
    }
    if (request.said) session?.measurements.request(request.said.message.kind);
    if (refused) {
      if (answer.message.errorCode === 'DecryptError' && session?.established) this.#drop(session);
      return;
    }
    if (request.inner.malformed !== undefined && request.said !== undefined) {
      const refusal = response.inner.tdisp?.kind === 'TDISP_ERROR';
      must(refusal, notRefused(request.inner.malformed));
      return;
    }
    const wrong = request.opened.malformed ?? request.inner.malformed;
    must(request.said !== undefined, notRefused(wrong));
    const expected = (request.said.bytes[1] ?? 0) & 0x7f;
    must(answer.bytes[1] === expected, `${answer.message.kind} does not answer the request`);
    const [ofRequest, ofResponse] = this.#facts(request.said, answer, session);
    request.verified.push(...ofRequest);
    response.verified.push(...ofResponse);
  }

  /** What an exchange that was not refused does, and what about its two messages is verified. */
  #facts(
    request: Said<SpdmRequest>,
    response: Said<SpdmResponse>,
    session: Session | undefined,
  ): readonly [readonly Fact[], readonly Fact[]] {
    const { message } = request;
    if (message.kind === 'GET_VERSION') {
      this.#connection = new Connection(request.bytes, response.bytes);
      this.#sessions = [];
      return [[], []];
    }
    // Some protocols of vendors answer before there is a connection.
    if (message.kind === 'VENDOR_DEFINED_REQUEST') return [[], []];
    const connection = this.#connection;
    must(connection !== undefined, 'no GET_VERSION has begun a connection', 'request');
    const said = { ...request, message };
    switch (message.kind) {
      case 'FINISH': {
        const current = session ?? this.#sessions.findLast(({ established }) => !established);
        must(current !== undefined, 'FINISH belongs to no session', 'request');
        return finish(connection, current, { ...said, message }, answered(response, 'FINISH_RSP'));
      }
      case 'PSK_FINISH':
        must(session !== undefined, 'PSK_FINISH belongs to no session', 'request');
        return pskFinish(session, { ...said, message }, answered(response, 'PSK_FINISH_RSP'));
      case 'DELIVER_ENCAPSULATED_RESPONSE':
        return [this.#delivered(connection, message), this.#acknowledged(response)];
      default:
        return [[], this.#responseFacts(connection, said, response, session)];
    }
  }

  #responseFacts(
    connection: Connection,
    { message, bytes }: Said<SpdmRequest>,
    response: Said<SpdmResponse>,
    session: Session | undefined,
  ): readonly Fact[] {
    const { transcript } = connection;
    const outside = session === undefined;
    switch (message.kind) {
      case 'GET_CAPABILITIES':
        connection.capabilities({ message, bytes }, answered(response, 'CAPABILITIES'));
        return [];
      case 'NEGOTIATE_ALGORITHMS':
        connection.algorithms({ message, bytes }, answered(response, 'ALGORITHMS'));
        return [];
      case 'GET_DIGESTS':
        if (outside) transcript.addToB(bytes, response.bytes);
        return connection.digests(answered(response, 'DIGESTS'));
      case 'GET_CERTIFICATE': {
        if (outside) transcript.addToB(bytes, response.bytes);
        const portion = answered(response, 'CERTIFICATE').message;
        return connection.negotiated.responder.certificate(message, portion);
      }
      case 'CHALLENGE':
        return connection.challenge({ message, bytes }, answered(response, 'CHALLENGE_AUTH'));
      case 'GET_MEASUREMENTS': {
        const log = session?.measurements ?? transcript.measurements;
        return connection.measurements({ message, bytes }, answered(response, 'MEASUREMENTS'), log);
      }
      case 'KEY_EXCHANGE': {
        const answer = answered(response, 'KEY_EXCHANGE_RSP');
        return this.#begin(keyExchange(connection, { message, bytes }, answer, this.#next()));
      }
      case 'PSK_EXCHANGE': {
        const answer = answered(response, 'PSK_EXCHANGE_RSP');
        return this.#begin(pskExchange(connection, { message, bytes }, answer, this.#next()));
      }
      case 'KEY_UPDATE':
        this.#afterUpdated(message, session);
        return [];
      case 'GET_ENCAPSULATED_REQUEST':
        this.#ask(answered(response, 'ENCAPSULATED_REQUEST').message.encapsulatedRequest);
        return [];
      case 'END_SESSION':
        this.#drop(session);
        return [];
      default:
        return [];
    }
  }

  #next(): Next {
    const secrets = this.#recording.sessions[this.#begun];
    must(secrets !== undefined, `secrets of session ${this.#begun} are not recorded`);
    return { index: this.#begun, secrets };
  }
  #begin({ session, facts }: Begun): readonly Fact[] {
    this.#begun++;
    this.#sessions.push(session);
    return facts;
  }
  #drop(session: Session | undefined): void {
    this.#sessions = this.#sessions.filter((other) => other !== session);
  }

  /** The answer to UpdateAllKeys already comes under the new keys (DSP0274, KEY_UPDATE). */
  #beforeUpdated(message: SpdmMessageOf<'KEY_UPDATE'>, session: Session | undefined): void {
    if (message.keyOperation === UPDATE_ALL_KEYS) session?.update('response');
  }
  #afterUpdated({ keyOperation }: SpdmMessageOf<'KEY_UPDATE'>, session: Session | undefined): void {
    if (keyOperation === UPDATE_KEY || keyOperation === UPDATE_ALL_KEYS) session?.update('request');
    if (keyOperation === VERIFY_NEW_KEY) session?.confirm();
  }

  /** The responder asks, in a response. */
  #ask(encapsulatedRequest: Uint8Array): void {
    const request = decodeSpdmRequest(encapsulatedRequest, this.#context);
    must(request.ok, request.ok ? '' : `encapsulated ${wireErrorText(request.error)}`);
    this.#encapsulated = request.value;
  }
  #acknowledged(response: Said<SpdmResponse>): readonly Fact[] {
    const { payloadType, encapsulatedRequest } = answered(
      response,
      'ENCAPSULATED_RESPONSE_ACK',
    ).message;
    this.#encapsulated = undefined;
    if (payloadType === REQUEST_PRESENT) this.#ask(encapsulatedRequest);
    return [];
  }
  /** The requester answers, in a request: with its own digests and certificates. */
  #delivered(
    connection: Connection,
    { encapsulatedResponse }: SpdmMessageOf<'DELIVER_ENCAPSULATED_RESPONSE'>,
  ): readonly Fact[] {
    const asked = this.#encapsulated;
    const response = decodeSpdmResponse(encapsulatedResponse, this.#context, asked);
    must(
      response.ok,
      response.ok ? '' : `encapsulated ${wireErrorText(response.error)}`,
      'request',
    );
    const { requester } = connection.negotiated;
    if (response.value.kind === 'DIGESTS') return requester.digests(response.value);
    if (response.value.kind === 'CERTIFICATE' && asked?.kind === 'GET_CERTIFICATE') {
      return requester.certificate(asked, response.value);
    }
    return [];
  }
}

/**
 * Understands and verifies a conversation, from its first packet to its last.
 *
 * Every packet is decoded, every secured one decrypted; every signature, MAC, certificate chain,
 * secret and key that the packets and secrets allow to compute is computed and compared. A request
 * may be malformed, if it is refused. What a responder should have answered is not judged.
 */
export function examine(recording: Recording): Conversation {
  const examiner = new Examiner(recording);
  const packets: ExaminedPacket[] = [];
  try {
    while (packets.length < recording.packets.length) {
      packets.push(...examiner.exchange(packets.length));
    }
    examiner.end();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const packet = packets.length + (error.side === 'response' ? 1 : 0);
    return { packets, failure: { packet, text: error.message } };
  }
  return { packets };
}

/** What is wrong with a request that was answered as if nothing were. */
const notRefused = (wrong: WireError | undefined): string =>
  `a malformed request is not refused${wrong === undefined ? '' : `: ${wireErrorText(wrong)}`}`;
