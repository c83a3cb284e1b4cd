/** One session of a responder: KEY_EXCHANGE, FINISH, and the keys between and after (DSP0274, 10.16). */
import { equal } from '../crypto/compare.ts';
import { generateKeyPair, sharedSecret } from '../crypto/dhe.ts';
import {
  dataSecrets,
  type HandshakeSecrets,
  handshakeSecrets,
  verifyData,
} from '../crypto/schedule.ts';
import { SecuredChannel } from '../crypto/secured.ts';
import type { MeasurementLog, RunningTranscript } from '../crypto/transcript.ts';
import { wipe } from '../crypto/wipe.ts';
import {
  decodeSupportedVersions,
  encodeSelectedVersion,
  encodeSpdm,
  type SpdmMessageOf,
} from '../wire/index.ts';
import { type Attesting, appended, signWith } from './attest.ts';
import type { Agreed } from './connection.ts';
import type { Slot } from './identity.ts';
import { summaryHash } from './measurements.ts';

const EMPTY = new Uint8Array(0);
/** Versions of secured messages that the device speaks, best first: 1.2, 1.1, 1.0. */
const SECURED_VERSIONS = [0x1200, 0x1100, 0x1000] as const;

/** A session from KEY_EXCHANGE_RSP to its end. */
export class Session {
  readonly id: number;
  readonly slot: Slot;
  readonly measurements: MeasurementLog;
  phase: 'handshake' | 'established' = 'handshake';
  channel: SecuredChannel;
  /** UpdateAllKeys has changed the sending keys, and no VerifyNewKey has come yet. */
  updatingAll = false;
  readonly #agreed: Agreed;
  readonly #secrets: HandshakeSecrets;
  readonly #transcript: RunningTranscript;

  constructor(
    id: number,
    slot: Slot,
    agreed: Agreed,
    secrets: HandshakeSecrets,
    transcript: RunningTranscript,
    measurements: MeasurementLog,
  ) {
    this.id = id;
    this.slot = slot;
    this.measurements = measurements;
    this.#agreed = agreed;
    this.#secrets = secrets;
    this.#transcript = transcript;
    this.channel = new SecuredChannel(agreed.suite, id, 'responder', secrets);
  }

  /**
   * FINISH_RSP for a FINISH whose MAC holds; undefined if it does not. The data keys are in use
   * when `establish` is called, after the response has left under the handshake keys.
   */
  finish(message: SpdmMessageOf<'FINISH'>, request: Uint8Array): Uint8Array | undefined {
    const { suite, context } = this.#agreed;
    const macSize = suite.hash.size;
    const transcript = this.#transcript.add(request.subarray(0, request.length - macSize));
    const expected = verifyData(suite.hash, this.#secrets.requestFinished, transcript.hash);
    if (message.attributes !== 0 || !equal(expected, message.requesterVerifyData)) return undefined;
    transcript.add(message.requesterVerifyData);
    const header = encodeSpdm({
      kind: 'FINISH_RSP',
      version: suite.version,
      responderVerifyData: EMPTY,
    });
    transcript.add(header);
    if (!context.handshakeInTheClear) return header;
    const mac = verifyData(suite.hash, this.#secrets.responseFinished, transcript.hash);
    transcript.add(mac);
    return appended(header, mac);
  }

  /** To the data phase: TH2 is complete. */
  establish(): void {
    const { suite } = this.#agreed;
    const secrets = dataSecrets(suite, this.#secrets.handshake, this.#transcript.hash);
    this.channel.wipe();
    this.channel = new SecuredChannel(suite, this.id, 'responder', secrets);
    wipe(secrets.master, secrets.request, secrets.response, secrets.exportMaster);
    this.#wipeHandshake();
    this.phase = 'established';
  }

  /** Overwrites every key. */
  wipe(): void {
    this.channel.wipe();
    this.#wipeHandshake();
  }

  #wipeHandshake(): void {
    const { handshake, request, response, requestFinished, responseFinished } = this.#secrets;
    wipe(handshake, request, response, requestFinished, responseFinished);
  }
}

/** A session that KEY_EXCHANGE opened, and the response that tells of it. */
export interface Opened {
  readonly session: Session;
  readonly response: Uint8Array;
}

/** Answers KEY_EXCHANGE; undefined if a field of it is not acceptable. */
export function openSession(
  attesting: Attesting,
  message: SpdmMessageOf<'KEY_EXCHANGE'>,
  request: Uint8Array,
  { rspSessionId, heartbeatPeriod }: { rspSessionId: number; heartbeatPeriod: number },
): Opened | undefined {
  const { agreed, connection, measurements, entropy } = attesting;
  const { suite, context } = agreed;
  const slot = agreed.slots.get(message.slotId);
  const summary = summaryHash(measurements, message.measurementSummaryHashType, suite.hash);
  const opaqueData = securedVersion(message.opaqueData);
  if (slot === undefined || summary === undefined || opaqueData === undefined) return undefined;
  const pair = generateKeyPair(suite.dhe, entropy);
  const shared = sharedSecret(suite.dhe, pair.secretKey, message.exchangeData);
  wipe(pair.secretKey);
  if (!shared.ok) return undefined;
  const unsigned = encodeSpdm({
    kind: 'KEY_EXCHANGE_RSP',
    version: connection.version,
    heartbeatPeriod,
    rspSessionId,
    mutAuthRequested: 0,
    reqSlotId: 0,
    randomData: entropy(32),
    exchangeData: pair.publicValue,
    measurementSummaryHash: summary,
    opaqueData,
    signature: EMPTY,
    responderVerifyData: EMPTY,
  });
  const transcript = connection.transcript.session(slot.chainDigest).add(request, unsigned);
  const label = 'responder-key_exchange_rsp signing';
  const signature = signWith(agreed, slot, label, transcript.hash);
  const th1 = transcript.add(signature).hash;
  const secrets = handshakeSecrets(suite, shared.value, th1);
  wipe(shared.value);
  const mac = context.handshakeInTheClear
    ? EMPTY
    : verifyData(suite.hash, secrets.responseFinished, th1);
  transcript.add(mac);
  const id = ((rspSessionId << 16) | message.reqSessionId) >>> 0;
  const log = connection.transcript.sessionMeasurements();
  return {
    session: new Session(id, slot, agreed, secrets, transcript, log),
    response: appended(appended(unsigned, signature), mac),
  };
}

/** The opaque data that selects the highest common version; none for none; undefined without one. */
function securedVersion(opaqueData: Uint8Array): Uint8Array | undefined {
  if (opaqueData.length === 0) return EMPTY;
  const offered = decodeSupportedVersions(opaqueData);
  if (!offered.ok) return undefined;
  const version = SECURED_VERSIONS.find((known) => offered.value.includes(known));
  return version === undefined ? undefined : encodeSelectedVersion(version);
}
