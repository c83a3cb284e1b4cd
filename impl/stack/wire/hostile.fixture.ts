/** Decoders, good input for each, what is made of it to do harm, and what must hold all the same. */
import fc from 'fast-check';
import {
  type Decoded,
  decodeDoe,
  decodeDoeDiscoveryRequest,
  decodeDoeDiscoveryResponse,
  decodeIdeKm,
  decodeMeasurementRecord,
  decodeOpaqueData,
  decodePciPayload,
  decodeSecuredContent,
  decodeSecuredRecord,
  decodeSelectedVersion,
  decodeSocketFrame,
  decodeSpdmRequest,
  decodeSpdmResponse,
  decodeSupportedVersions,
  decodeTdiReport,
  decodeTdisp,
  encodeDoe,
  encodeIdeKm,
  encodeMeasurementRecord,
  encodeOpaqueData,
  encodeSecuredContent,
  encodeSecuredRecord,
  encodeSelectedVersion,
  encodeSocketFrame,
  encodeSpdm,
  encodeSupportedVersions,
  encodeTdiReport,
  encodeTdisp,
  nothingNegotiated,
  SPDM_1_3,
  type SpdmContext,
  type SpdmRequest,
} from './index.ts';
import * as arbitrary from './messages.fixture.ts';

/** A decoder under attack. */
export interface Target {
  readonly name: string;
  readonly good: fc.Arbitrary<Uint8Array>;
  readonly decode: (bytes: Uint8Array) => Decoded<unknown>;
  /** Writes what was decoded; undefined where nothing writes it. */
  readonly encode: ((value: never) => Uint8Array) | undefined;
}

const target = <T>(
  name: string,
  good: fc.Arbitrary<Uint8Array>,
  decode: (bytes: Uint8Array) => Decoded<T>,
  encode?: (value: T) => Uint8Array,
): Target => ({ name, good, decode, encode });

const some = fc.uint8Array({ maxLength: 40 });
const u16s = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 });
const context: SpdmContext = {
  hashSize: 48,
  dheSize: 96,
  signatureSize: 96,
  requesterSignatureSize: 96,
  handshakeInTheClear: false,
  multiKey: true,
};
/** Its response has all optional parts. */
const asking: SpdmRequest = {
  kind: 'GET_MEASUREMENTS',
  version: SPDM_1_3,
  attributes: 1,
  operation: 0xff,
  nonce: new Uint8Array(32),
  slotId: 0,
  requesterContext: new Uint8Array(8),
};
const exchanges = arbitrary.versions.chain((v) => arbitrary.spdmExchanges(context, v));
const requests = arbitrary.versions.chain((v) => arbitrary.spdmRequests(context, v));
const blocks = fc.array(arbitrary.measurementBlocks, { minLength: 2, maxLength: 2 });

/** Every decoder of the wire. */
export const TARGETS: readonly Target[] = [
  target(
    'DOE',
    fc.tuple(arbitrary.doeTypes, some).map(([type, message]) => encodeDoe(type, message)),
    decodeDoe,
  ),
  target('DOE discovery request', fc.uint8Array({ maxLength: 5 }), decodeDoeDiscoveryRequest),
  target('DOE discovery response', fc.uint8Array({ maxLength: 5 }), decodeDoeDiscoveryResponse),
  target(
    'socket frame',
    arbitrary.socketFrames.map(encodeSocketFrame),
    decodeSocketFrame,
    encodeSocketFrame,
  ),
  target(
    'secured record',
    some.map((sealed) => encodeSecuredRecord({ sessionId: 1, sealed })),
    decodeSecuredRecord,
    encodeSecuredRecord,
  ),
  target(
    'secured content',
    some.map((message) => encodeSecuredContent({ message, randomData: new Uint8Array(3) })),
    decodeSecuredContent,
    encodeSecuredContent,
  ),
  target(
    'SPDM request',
    requests.map(encodeSpdm),
    (bytes) => decodeSpdmRequest(bytes, context),
    encodeSpdm,
  ),
  target(
    'SPDM request before negotiation',
    requests.map(encodeSpdm),
    (bytes) => decodeSpdmRequest(bytes, nothingNegotiated),
    encodeSpdm,
  ),
  target(
    'SPDM response',
    exchanges.map(({ response }) => encodeSpdm(response)),
    (bytes) => decodeSpdmResponse(bytes, context),
    encodeSpdm,
  ),
  target(
    'SPDM response to signed GET_MEASUREMENTS',
    exchanges.map(({ response }) => encodeSpdm(response)),
    (bytes) => decodeSpdmResponse(bytes, context, asking),
    encodeSpdm,
  ),
  target(
    'measurement record',
    blocks.map(encodeMeasurementRecord),
    (bytes) => decodeMeasurementRecord(2, bytes),
    encodeMeasurementRecord,
  ),
  target(
    'opaque data',
    arbitrary.opaqueElements.map(encodeOpaqueData),
    decodeOpaqueData,
    encodeOpaqueData,
  ),
  target(
    'supported versions',
    u16s.map(encodeSupportedVersions),
    decodeSupportedVersions,
    encodeSupportedVersions,
  ),
  target(
    'selected version',
    fc.integer({ min: 0, max: 0xffff }).map(encodeSelectedVersion),
    decodeSelectedVersion,
    encodeSelectedVersion,
  ),
  target('PCI-SIG payload', some, (payload) =>
    decodePciPayload({ standardId: 3, vendorId: Uint8Array.of(1, 0), payload }),
  ),
  target('IDE_KM', arbitrary.ideKmMessages.map(encodeIdeKm), decodeIdeKm, encodeIdeKm),
  target('TDISP', arbitrary.tdispMessages.map(encodeTdisp), decodeTdisp, encodeTdisp),
  target('TDI report', arbitrary.tdiReports.map(encodeTdiReport), decodeTdiReport, encodeTdiReport),
];

/** Values that lengths and counts go wrong at. */
const edges = fc.constantFrom(0, 1, 2, 3, 4, 0x7f, 0x80, 0xfe, 0xff);
const byte = fc.oneof(edges, fc.integer({ min: 0, max: 0xff }));

type Change = (bytes: Uint8Array) => Uint8Array;
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), byte).map(
    ([at, value]): Change =>
      (bytes) =>
        bytes.length === 0 ? bytes : bytes.with(at % bytes.length, value),
  ),
  fc.nat().map(
    (at): Change =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.uint8Array({ maxLength: 8 }).map(
    (more): Change =>
      (bytes) =>
        Uint8Array.from([...bytes, ...more]),
  ),
  fc.tuple(fc.nat(), fc.nat(8)).map(
    ([at, size]): Change =>
      (bytes) => {
        const from = at % (bytes.length + 1);
        return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + size)]);
      },
  ),
);

/** Bytes for a target: good ones with up to four changes, or any at all. */
export const hostile = ({ good }: Pick<Target, 'good'>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    {
      weight: 7,
      arbitrary: fc
        .tuple(good, fc.array(changes, { maxLength: 4 }))
        .map(([bytes, all]) => all.reduce((b, change) => change(b), bytes)),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }) },
  );

const sameValue = (a: unknown, b: unknown): boolean => show(a) === show(b);
const show = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));

/**
 * What is wrong with how a target takes some bytes; nothing, if all is well.
 *
 * It does not throw and leaves the bytes as they were; an error names a field and an offset within
 * the bytes; a value writes bytes that read as that value again.
 */
export function lastingFaults({ decode, encode }: Target, bytes: Uint8Array): readonly string[] {
  const copy = bytes.slice();
  const faults: string[] = [];
  try {
    const result = decode(bytes);
    if (!result.ok) {
      const { what, at, expected } = result.error;
      if (!what || !expected) faults.push(`an error that says nothing: ${show(result.error)}`);
      if (at < 0 || at > bytes.length) faults.push(`an offset outside: ${at} of ${bytes.length}`);
    } else {
      if (result.size > bytes.length) faults.push(`${result.size} bytes of ${bytes.length}`);
      if (encode) {
        const again = decode(encode(result.value as never));
        if (!again.ok || !sameValue(again.value, result.value)) {
          faults.push(`${show(result.value)} reads back as ${show(again)}`);
        }
      }
    }
  } catch (error) {
    faults.push(`thrown: ${error}`);
  }
  if (!sameValue(copy, bytes)) faults.push('the bytes were changed');
  return faults;
}
