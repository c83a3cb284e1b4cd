/** One request and its response: DOE, the envelope of a session if there is one, SPDM. */
import type { SecuredChannel } from '../crypto/secured.ts';
import {
  DOE_TYPE,
  decodeDoe,
  decodeSpdmResponse,
  encodeDoe,
  encodeSpdm,
  type SpdmContext,
  type SpdmMessageOf,
  type SpdmRequest,
  type SpdmResponse,
  whole,
  wireErrorText,
} from '../wire/index.ts';
import { type Dialogue, failure, type Outcome, success } from './dialogue.ts';

const DOE_PADDING_MAX = 3;

/** A response with the bytes of both messages, for transcripts. */
export interface Exchanged<K extends SpdmResponse['kind']> {
  readonly message: SpdmMessageOf<K>;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/** How an exchange travels. */
export interface Carriage {
  readonly context: SpdmContext;
  /** The keys that protect it; in the clear if undefined. */
  readonly channel: SecuredChannel | undefined;
  /** Called between the request and its response, for keys that change there. */
  readonly afterSend?: () => void;
}

/** Sends a request and expects a response of one kind. */
export function* exchange<K extends SpdmResponse['kind']>(
  message: SpdmRequest,
  kind: K,
  carriage: Carriage,
): Dialogue<Exchanged<K>> {
  const request = encodeSpdm(message);
  const answer = yield* carry(request, message.kind, carriage);
  if (!answer.ok) return answer;
  const padding = carriage.channel === undefined ? DOE_PADDING_MAX : 0;
  const bytes = answer.value;
  const decoded = decodeSpdmResponse(bytes, carriage.context, message);
  const response = whole(`answer to ${message.kind}`, bytes, decoded, padding);
  if (!response.ok) return failure('malformed', wireErrorText(response.error));
  if (response.value.kind === 'ERROR') {
    const { errorCode } = response.value;
    return failure('spdm-error', `${message.kind}: ERROR ${errorCode}`, errorCode);
  }
  const { version } = response.value;
  if (!isKind(response.value, kind)) {
    const text = `${message.kind}: expected ${kind}, got ${response.value.kind}`;
    return failure('unexpected', text);
  }
  if (version !== message.version) {
    return failure('unexpected', `${kind}: expected version ${message.version} in its header`);
  }
  return success({
    message: response.value,
    request,
    response: bytes.slice(0, response.size),
  });
}

const isKind = <K extends SpdmResponse['kind']>(
  response: SpdmResponse,
  kind: K,
): response is SpdmResponse & SpdmMessageOf<K> => response.kind === kind;

/** Sends SPDM bytes as they are; the bytes that came back, out of DOE object and envelope. */
export function* carry(
  request: Uint8Array,
  what: string,
  carriage: Pick<Carriage, 'channel' | 'afterSend'>,
): Dialogue<Uint8Array> {
  const { channel, afterSend } = carriage;
  const type = channel === undefined ? DOE_TYPE.spdm : DOE_TYPE.securedSpdm;
  const sealed = channel === undefined ? request : channel.seal(request);
  const object = encodeDoe(type, sealed);
  afterSend?.();
  const answer = yield object;
  if (answer === undefined) return failure('no-response', `${what}: no response`);
  return unwrap(answer, type, what, channel);
}

function unwrap(
  answer: Uint8Array,
  type: number,
  what: string,
  channel: SecuredChannel | undefined,
): Outcome<Uint8Array> {
  const object = decodeDoe(answer);
  if (!object.ok) return failure('malformed', wireErrorText(object.error));
  if (object.value.dataObjectType !== type) {
    return failure('unexpected', `${what}: expected a DOE object of type ${type}`);
  }
  if (channel === undefined) return success(object.value.payload);
  const opened = channel.open(object.value.payload);
  return opened.ok ? opened : failure('secured', `${what}: ${opened.error.text}`);
}
