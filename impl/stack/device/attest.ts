/** Digests, certificates, challenge and measurements, as a responder (DSP0274, 10.6 to 10.11). */
import type { Entropy } from '../crypto/result.ts';
import { type SignatureLabel, sign } from '../crypto/signature.ts';
import type { MeasurementLog } from '../crypto/transcript.ts';
import { encodeSpdm, type SpdmMessageOf } from '../wire/index.ts';
import type { Agreed, Connection } from './connection.ts';
import { type Slot, slotMask } from './identity.ts';
import { type Measurement, recordOf, summaryHash } from './measurements.ts';

/** What the responder attests with. */
export interface Attesting {
  readonly connection: Connection;
  readonly agreed: Agreed;
  readonly measurements: readonly Measurement[];
  readonly entropy: Entropy;
}

const EMPTY = new Uint8Array(0);
/** Largest portion of a certificate chain in one response, bytes. */
const PORTION_MAX = 0x400;
const ALL = 0xff;
const SIGNED = 1;
const RAW = 2;
const NO_CHANGE = 2;

/** The signature of a slot over a transcript hash. */
export const signWith = (
  { suite }: Agreed,
  { identity }: Slot,
  label: SignatureLabel,
  transcriptHash: Uint8Array,
): Uint8Array => {
  const { version, hash, signature: curve } = suite;
  return sign({ version, hash, curve, label }, transcriptHash, identity.secretKey);
};

export function digests({ agreed, connection }: Attesting): Uint8Array {
  const mask = slotMask(agreed.slots);
  return encodeSpdm({
    kind: 'DIGESTS',
    version: connection.version,
    supportedSlotMask: agreed.suite.version >= 0x13 ? mask : 0,
    provisionedSlotMask: mask,
    digests: [...agreed.slots.values()].map(({ chainDigest }) => chainDigest),
    keyPairIds: [],
    certificateInfos: [],
    keyUsageMasks: [],
  });
}

export function certificate(
  { agreed, connection }: Attesting,
  { slotId, offset, length, attributes }: SpdmMessageOf<'GET_CERTIFICATE'>,
): Uint8Array {
  const chain = agreed.slots.get(slotId & 0xf)?.chain;
  if (chain === undefined) return connection.error('InvalidRequest');
  const { version } = connection;
  const sizeOnly = version >= 0x13 && (attributes & 1) !== 0;
  if (!sizeOnly && offset >= chain.length) return connection.error('InvalidRequest');
  const end = sizeOnly ? 0 : Math.min(chain.length, offset + Math.min(length, PORTION_MAX));
  const portion = chain.subarray(sizeOnly ? 0 : offset, end);
  return encodeSpdm({
    kind: 'CERTIFICATE',
    version,
    slotId: slotId & 0xf,
    // Certificate model 1 of 1.3: the device's own key pair and certificate.
    certificateInfo: version >= 0x13 ? 1 : 0,
    certChain: portion,
    remainderLength: chain.length - end,
  });
}

export function challenge(
  { agreed, connection, measurements, entropy }: Attesting,
  message: SpdmMessageOf<'CHALLENGE'>,
  request: Uint8Array,
): Uint8Array {
  const slot = agreed.slots.get(message.slotId);
  const { hash } = agreed.suite;
  const summary = summaryHash(measurements, message.measurementSummaryHashType, hash);
  if (slot === undefined || summary === undefined) return connection.error('InvalidRequest');
  const response = encodeSpdm({
    kind: 'CHALLENGE_AUTH',
    version: connection.version,
    slotId: message.slotId,
    slotMask: slotMask(agreed.slots),
    certChainHash: slot.chainDigest,
    nonce: entropy(32),
    measurementSummaryHash: summary,
    opaqueData: EMPTY,
    requesterContext: message.requesterContext,
    signature: EMPTY,
  });
  const transcriptHash = connection.transcript.challenge(request, response);
  connection.transcript.challengeDone();
  return appended(
    response,
    signWith(agreed, slot, 'responder-challenge_auth signing', transcriptHash),
  );
}

/** MEASUREMENTS; `log` is that of the session, or of the connection outside sessions. */
export function measure(
  { agreed, connection, measurements, entropy }: Attesting,
  message: SpdmMessageOf<'GET_MEASUREMENTS'>,
  request: Uint8Array,
  log: MeasurementLog,
): Uint8Array {
  const signed = (message.attributes & SIGNED) !== 0;
  const slot = agreed.slots.get(message.slotId & 0xf);
  const { operation } = message;
  const shown = measurements.filter(({ index }) => operation === ALL || index === operation);
  if ((signed && slot === undefined) || (operation !== 0 && shown.length === 0)) {
    return connection.error('InvalidRequest');
  }
  const raw = (message.attributes & RAW) !== 0;
  const response = encodeSpdm({
    kind: 'MEASUREMENTS',
    version: connection.version,
    numberOfIndices: operation === 0 ? measurements.length : 0,
    slotId: signed ? message.slotId & 0xf : 0,
    contentChanged: signed ? NO_CHANGE : 0,
    numberOfBlocks: shown.length,
    measurementRecord: recordOf(shown, agreed.suite.hash, raw),
    nonce: entropy(32),
    opaqueData: EMPTY,
    requesterContext: message.requesterContext,
    signature: EMPTY,
  });
  log.add(request, response);
  if (!signed || slot === undefined) return response;
  const transcriptHash = log.hash;
  log.clear();
  return appended(
    response,
    signWith(agreed, slot, 'responder-measurements signing', transcriptHash),
  );
}

/** Two byte strings, one after the other. */
export function appended(front: Uint8Array, back: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(front.length + back.length);
  bytes.set(front);
  bytes.set(back, front.length);
  return bytes;
}
