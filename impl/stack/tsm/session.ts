/** A secure session of a TSM: KEY_EXCHANGE to END_SESSION, as the requester (DSP0274, 10.16). */
import { equal } from '../crypto/compare.ts';
import { generateKeyPair, sharedSecret } from '../crypto/dhe.ts';
import { dataSecrets, handshakeSecrets, verifyData } from '../crypto/schedule.ts';
import { SecuredChannel } from '../crypto/secured.ts';
import type { MeasurementLog } from '../crypto/transcript.ts';
import { wipe } from '../crypto/wipe.ts';
import {
  decodePciPayload,
  decodeSelectedVersion,
  encodePciPayload,
  encodeSupportedVersions,
  type PciProtocol,
  type SpdmMessageOf,
  type SpdmRequest,
  type SpdmResponse,
  wireErrorText,
} from '../wire/index.ts';
import { type Dialogue, failure, success } from './dialogue.ts';
import { type Carriage, carry, type Exchanged, exchange } from './exchange.ts';
import type { Measurements, Peer, Requester } from './requester.ts';

const SECURED_VERSIONS = [0x1100, 0x1200];
const UPDATE_KEY = 1;
const UPDATE_ALL_KEYS = 2;
const VERIFY_NEW_KEY = 3;

/** An established session. It dies of END_SESSION, and of the first message that does not open. */
export class TsmSession {
  readonly id: number;
  readonly peer: Peer;
  readonly #requester: Requester;
  readonly #channel: SecuredChannel;
  readonly #log: MeasurementLog;
  #alive = true;
  #updateTag = 0;

  constructor(requester: Requester, peer: Peer, channel: SecuredChannel) {
    this.id = channel.sessionId;
    this.peer = peer;
    this.#requester = requester;
    this.#channel = channel;
    this.#log = requester.transcript.sessionMeasurements();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Forgets the keys: the other end is not told. */
  abandon(): void {
    this.#alive = false;
    this.#channel.wipe();
  }

  *heartbeat(): Dialogue<void> {
    const told = yield* this.#exchange(
      { kind: 'HEARTBEAT', version: this.#version },
      'HEARTBEAT_ACK',
    );
    return told.ok ? success(undefined) : told;
  }

  /** Signed measurements, asked for with a fresh nonce. */
  *measure(): Dialogue<Measurements> {
    const asked = this.#requester.measurementRequest(this.peer, this.#version);
    const told = yield* this.#exchange(asked, 'MEASUREMENTS');
    if (!told.ok) return told;
    return this.#requester.checkMeasurements(this.peer, asked, told.value, this.#log);
  }

  /** Sends a message of a PCI-SIG protocol and gives the answer's bytes. */
  *vendor(protocol: PciProtocol, message: Uint8Array): Dialogue<Uint8Array> {
    const told = yield* this.#exchange(
      {
        kind: 'VENDOR_DEFINED_REQUEST',
        version: this.#version,
        ...encodePciPayload(protocol, message),
      },
      'VENDOR_DEFINED_RESPONSE',
    );
    if (!told.ok) return told;
    const payload = decodePciPayload(told.value.message);
    if (!payload.ok) return failure('malformed', wireErrorText(payload.error));
    if (payload.value.protocol !== protocol) {
      return failure('unexpected', `VENDOR_DEFINED: expected ${protocol}`);
    }
    return success(payload.value.message.slice());
  }

  /** Says any SPDM bytes under the keys of the session, and gives the answer's: to probe a device. */
  *say(message: Uint8Array): Dialogue<Uint8Array> {
    if (!this.#alive) return failure('state', 'say: the session is over');
    const told = yield* carry(message, 'say', { channel: this.#channel });
    if (!told.ok && isFatal(told.error)) this.abandon();
    return told;
  }

  /** New keys for this side's direction, or for both; then makes sure that they work. */
  *updateKeys(all: boolean): Dialogue<void> {
    const keyOperation = all ? UPDATE_ALL_KEYS : UPDATE_KEY;
    // The ack to UpdateAllKeys comes under the new key of the other side already.
    const afterSend = all ? () => this.#channel.updateReceive() : undefined;
    const updated = yield* this.#keyUpdate(keyOperation, afterSend);
    if (!updated.ok) return updated;
    this.#channel.updateSend();
    const verified = yield* this.#keyUpdate(VERIFY_NEW_KEY);
    if (verified.ok) this.#channel.confirm();
    return verified;
  }

  *#keyUpdate(keyOperation: number, afterSend?: () => void): Dialogue<void> {
    this.#updateTag = (this.#updateTag + 1) & 0xff;
    const tag = this.#updateTag;
    const told = yield* this.#exchange(
      { kind: 'KEY_UPDATE', version: this.#version, keyOperation, tag },
      'KEY_UPDATE_ACK',
      afterSend,
    );
    if (!told.ok) return told;
    const { message } = told.value;
    return message.keyOperation === keyOperation && message.tag === tag
      ? success(undefined)
      : failure('echo', 'KEY_UPDATE_ACK: expected operation and tag of the request');
  }

  /** Ends the session at both ends. Whatever comes back, it is over at this one. */
  *end(): Dialogue<void> {
    const told = yield* this.#exchange(
      { kind: 'END_SESSION', version: this.#version, attributes: 0 },
      'END_SESSION_ACK',
    );
    this.abandon();
    return told.ok ? success(undefined) : told;
  }

  get #version() {
    return this.#requester.suite?.version ?? 0x12;
  }

  *#exchange<K extends SpdmResponse['kind']>(
    message: SpdmRequest,
    kind: K,
    afterSend?: () => void,
  ): Dialogue<Exchanged<K>> {
    if (!this.#alive) return failure('state', `${message.kind}: the session is over`);
    this.#log.request(message.kind);
    const carriage: Carriage = { context: this.#requester.context, channel: this.#channel };
    const told = yield* exchange(
      message,
      kind,
      afterSend === undefined ? carriage : { ...carriage, afterSend },
    );
    if (!told.ok && isFatal(told.error)) this.abandon();
    return told;
  }
}

/** After a message that did not open, neither end knows which number the other expects. */
const isFatal = ({ fault, code }: { readonly fault: string; readonly code?: string }): boolean =>
  fault === 'secured' || code === 'DecryptError';

/**
 * KEY_EXCHANGE and FINISH with a device that was identified. However it ends, the secrets of the
 * handshake are wiped; those of a dialogue that is never resumed are once it is told to `return`.
 */
export function* openSession(
  requester: Requester,
  peer: Peer,
  reqSessionId: number,
): Dialogue<TsmSession> {
  const held: Uint8Array[] = [];
  try {
    return yield* exchangeKeys(requester, peer, reqSessionId, held);
  } finally {
    wipe(...held);
  }
}

/** Adds to `held` whatever is to be wiped in the end. */
function* exchangeKeys(
  requester: Requester,
  peer: Peer,
  reqSessionId: number,
  held: Uint8Array[],
): Dialogue<TsmSession> {
  const { suite, context, setup } = requester;
  if (suite === undefined) return failure('state', 'openSession: nothing is negotiated');
  const { version, hash } = suite;
  const pair = generateKeyPair(suite.dhe, setup.entropy);
  held.push(pair.secretKey);
  const told = yield* requester.plain(
    {
      kind: 'KEY_EXCHANGE',
      version,
      measurementSummaryHashType: 0xff,
      slotId: peer.slot,
      reqSessionId,
      sessionPolicy: 0,
      randomData: setup.entropy(32),
      exchangeData: pair.publicValue,
      opaqueData: encodeSupportedVersions(SECURED_VERSIONS),
    },
    'KEY_EXCHANGE_RSP',
  );
  if (!told.ok) return told;
  const { message, request, response } = told.value;
  const refused = refusal(message);
  if (refused !== undefined) return failure('negotiation', `KEY_EXCHANGE_RSP: ${refused}`);
  const macSize = message.responderVerifyData.length;
  const signedSize = response.length - macSize - message.signature.length;
  const transcript = requester.transcript.session(peer.chainDigest);
  transcript.add(request, response.subarray(0, signedSize));
  const label = 'responder-key_exchange_rsp signing';
  if (!requester.verifies(peer, label, transcript.hash, message.signature)) {
    return failure('signature', "KEY_EXCHANGE_RSP: expected the leaf's signature");
  }
  const shared = sharedSecret(suite.dhe, pair.secretKey, message.exchangeData);
  wipe(pair.secretKey);
  if (!shared.ok) return failure('malformed', `KEY_EXCHANGE_RSP: ${shared.error.text}`);
  const th1 = transcript.add(message.signature).hash;
  const secrets = handshakeSecrets(suite, shared.value, th1);
  wipe(shared.value);
  held.push(...Object.values(secrets));
  const sessionId = ((message.rspSessionId << 16) | reqSessionId) >>> 0;
  if (!context.handshakeInTheClear) {
    const mac = verifyData(hash, secrets.responseFinished, th1);
    if (!equal(mac, message.responderVerifyData)) {
      return failure('mac', 'KEY_EXCHANGE_RSP: expected the MAC of TH1');
    }
    transcript.add(mac);
  }
  const handshake = new SecuredChannel(suite, sessionId, 'requester', secrets);
  try {
    const finished = yield* finish(requester, { suite, secrets, transcript, handshake });
    if (!finished.ok) return finished;
  } finally {
    handshake.wipe();
  }
  const data = dataSecrets(suite, secrets.handshake, transcript.hash);
  const channel = new SecuredChannel(suite, sessionId, 'requester', data);
  wipe(data.master, data.request, data.response, data.exportMaster);
  return success(new TsmSession(requester, peer, channel));
}

/** Why a KEY_EXCHANGE_RSP cannot be gone along with, whoever signed it. */
function refusal(message: SpdmMessageOf<'KEY_EXCHANGE_RSP'>): string | undefined {
  if (message.mutAuthRequested !== 0) return 'mutual authentication is not spoken';
  const selected = decodeSelectedVersion(message.opaqueData);
  if (!selected.ok) return wireErrorText(selected.error);
  if (!SECURED_VERSIONS.includes(selected.value)) return 'expected a secured version on offer';
  return undefined;
}

interface Finishing {
  readonly suite: NonNullable<Requester['suite']>;
  readonly secrets: ReturnType<typeof handshakeSecrets>;
  readonly transcript: ReturnType<Requester['transcript']['session']>;
  readonly handshake: SecuredChannel;
}

function* finish(
  requester: Requester,
  { suite, secrets, transcript, handshake }: Finishing,
): Dialogue<void> {
  const { context } = requester;
  const { version, hash } = suite;
  // The header of FINISH is what its own MAC covers of it.
  transcript.add(Uint8Array.of(version, 0xe5, 0, 0));
  const requesterVerifyData = verifyData(hash, secrets.requestFinished, transcript.hash);
  transcript.add(requesterVerifyData);
  requester.transcript.request('FINISH');
  const told = yield* exchange(
    {
      kind: 'FINISH',
      version,
      attributes: 0,
      slotId: 0,
      signature: new Uint8Array(0),
      requesterVerifyData,
    },
    'FINISH_RSP',
    { context, channel: context.handshakeInTheClear ? undefined : handshake },
  );
  if (!told.ok) return told;
  const { message, response } = told.value;
  transcript.add(response.subarray(0, response.length - message.responderVerifyData.length));
  if (context.handshakeInTheClear) {
    const mac = verifyData(hash, secrets.responseFinished, transcript.hash);
    if (!equal(mac, message.responderVerifyData)) {
      return failure('mac', 'FINISH_RSP: expected the MAC of the transcript');
    }
    transcript.add(mac);
  }
  return success(undefined);
}
