/** How sessions begin: KEY_EXCHANGE and FINISH, PSK_EXCHANGE and PSK_FINISH. */
import { equal } from '../crypto/compare.ts';
import { keyPairOf, sharedSecret } from '../crypto/dhe.ts';
import type { SpdmMessageOf } from '../wire/index.ts';
import { type Connection, type Said, without } from './connection.ts';
import { type Fact, must } from './conversation.ts';
import type { SessionSecrets } from './secrets.ts';
import { Session } from './session.ts';

/** Bytes of a message without any body. */
const HEADER_SIZE = 4;

/** A session that has begun, and what has been verified in the response that began it. */
export interface Begun {
  readonly session: Session;
  readonly facts: readonly Fact[];
}

/** The secrets of the next session, which have to be for it. */
export interface Next {
  readonly index: number;
  readonly secrets: SessionSecrets;
}

function sessionId(
  request: { readonly reqSessionId: number },
  response: { readonly rspSessionId: number },
  { secrets, index }: Next,
): number {
  const id = request.reqSessionId + response.rspSessionId * 0x10000;
  must(
    id === secrets.sessionId,
    `session ${index} has id ${id.toString(16)}, not the recorded one`,
  );
  return id;
}

/** Whether the recorded scalar of the requester gives its public value and the common secret. */
function agreement(
  connection: Connection,
  { secrets }: Next,
  request: SpdmMessageOf<'KEY_EXCHANGE'>,
  response: SpdmMessageOf<'KEY_EXCHANGE_RSP'>,
): readonly Fact[] {
  const { dheSecret, requesterScalar } = secrets;
  must(dheSecret !== undefined, 'the session is recorded as one of a pre-shared key');
  if (requesterScalar === undefined) return [];
  const { dhe } = connection.negotiated.suite;
  const { publicValue } = keyPairOf(dhe, requesterScalar);
  must(
    equal(publicValue, request.exchangeData),
    'ExchangeData is not that of the scalar',
    'request',
  );
  const shared = sharedSecret(dhe, requesterScalar, response.exchangeData);
  must(shared.ok && equal(shared.value, dheSecret), 'dhe_secret is not that of the scalar');
  return ['key agreement'];
}

/** A key exchange, up to the keys of the handshake. */
export function keyExchange(
  connection: Connection,
  request: Said<SpdmMessageOf<'KEY_EXCHANGE'>>,
  response: Said<SpdmMessageOf<'KEY_EXCHANGE_RSP'>>,
  next: Next,
): Begun {
  const { slotId, measurementSummaryHashType } = request.message;
  const { signature, responderVerifyData, measurementSummaryHash } = response.message;
  const id = sessionId(request.message, response.message, next);
  const agreed = agreement(connection, next, request.message, response.message);
  const { transcript } = connection;
  const session = new Session(connection.negotiated.suite, {
    ...next,
    id,
    slotId,
    transcript: connection.session(slotId),
    measurements: transcript.sessionMeasurements(),
  });
  const upToSignature = without(without(response.bytes, responderVerifyData), signature);
  const { hash } = session.transcript.add(request.bytes, upToSignature);
  const label = 'responder-key_exchange_rsp signing';
  const signed = connection.signed(label, slotId, hash, signature);
  session.transcript.add(signature);
  session.beginHandshake();
  const facts: Fact[] = [...agreed, signed, 'handshake keys'];
  if (responderVerifyData.length > 0) {
    must(session.verifies('response', responderVerifyData), 'ResponderVerifyData fails');
    facts.push('verify data');
  }
  session.transcript.add(responderVerifyData);
  const summary = connection.summary(measurementSummaryHashType, measurementSummaryHash);
  return { session, facts: [...facts, ...summary] };
}

/** Of the request, of the response. */
type FactsOfBoth = readonly [readonly Fact[], readonly Fact[]];

/** The end of a handshake. With mutual authentication the requester signs it. */
export function finish(
  connection: Connection,
  session: Session,
  request: Said<SpdmMessageOf<'FINISH'>>,
  response: Said<SpdmMessageOf<'FINISH_RSP'>>,
): FactsOfBoth {
  const { signature, requesterVerifyData, slotId } = request.message;
  const { responderVerifyData } = response.message;
  const { transcript } = session;
  const signed: Fact[] = [];
  const upToSignature = without(without(request.bytes, requesterVerifyData), signature);
  if (signature.length > 0) {
    transcript.add(connection.negotiated.requester.slot(slotId).digest, upToSignature);
    const label = 'requester-finish signing';
    signed.push(connection.signedByRequester(label, slotId, transcript.hash, signature));
  } else {
    transcript.add(upToSignature);
  }
  transcript.add(signature);
  must(session.verifies('request', requesterVerifyData), 'RequesterVerifyData fails', 'request');
  transcript.add(requesterVerifyData, response.bytes.subarray(0, HEADER_SIZE));
  const clear = responderVerifyData.length > 0;
  if (clear) must(session.verifies('response', responderVerifyData), 'ResponderVerifyData fails');
  transcript.add(responderVerifyData);
  session.establish();
  return [[...signed, 'verify data'], clear ? ['verify data', 'data keys'] : ['data keys']];
}

/** A session from a pre-shared key; no certificate enters its transcript. */
export function pskExchange(
  connection: Connection,
  request: Said<SpdmMessageOf<'PSK_EXCHANGE'>>,
  response: Said<SpdmMessageOf<'PSK_EXCHANGE_RSP'>>,
  next: Next,
): Begun {
  const { slotId, measurementSummaryHashType } = request.message;
  const { responderVerifyData, measurementSummaryHash } = response.message;
  const session = new Session(connection.negotiated.suite, {
    ...next,
    id: sessionId(request.message, response.message, next),
    slotId,
    transcript: connection.transcript.session(new Uint8Array(0)),
    measurements: connection.transcript.sessionMeasurements(),
  });
  session.transcript.add(request.bytes, without(response.bytes, responderVerifyData));
  session.beginHandshake();
  must(session.verifies('response', responderVerifyData), 'ResponderVerifyData fails');
  session.transcript.add(responderVerifyData);
  const summary = connection.summary(measurementSummaryHashType, measurementSummaryHash);
  return { session, facts: ['verify data', ...summary] };
}

/** The end of the handshake of a pre-shared key. */
export function pskFinish(
  session: Session,
  request: Said<SpdmMessageOf<'PSK_FINISH'>>,
  response: Said<SpdmMessageOf<'PSK_FINISH_RSP'>>,
): FactsOfBoth {
  const { requesterVerifyData } = request.message;
  session.transcript.add(without(request.bytes, requesterVerifyData));
  must(session.verifies('request', requesterVerifyData), 'RequesterVerifyData fails', 'request');
  session.transcript.add(requesterVerifyData, response.bytes);
  session.establish();
  return [['verify data'], []];
}
