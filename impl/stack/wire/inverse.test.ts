// Goal: reading undoes writing, for every message with every value in range. Method: arbitrary
// messages, encoded, decoded, compared; the size that decoding tells is that of the bytes, also
// with zeros behind them, as DOE puts there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Decoded,
  decodeDoe,
  decodeIdeKm,
  decodeMeasurementRecord,
  decodeOpaqueData,
  decodePciPayload,
  decodeSecuredContent,
  decodeSecuredRecord,
  decodeSocketFrame,
  decodeSpdmRequest,
  decodeSpdmResponse,
  decodeTdiReport,
  decodeTdisp,
  encodeDoe,
  encodeIdeKm,
  encodeMeasurementRecord,
  encodeOpaqueData,
  encodePciPayload,
  encodeSecuredContent,
  encodeSecuredRecord,
  encodeSocketFrame,
  encodeSpdm,
  encodeTdiReport,
  encodeTdisp,
  socketFrameSize,
} from './index.ts';
import * as arbitrary from './messages.fixture.ts';

const some = fc.uint8Array({ maxLength: 40 });

/** Checks one way and back of a kind of message. */
const inverse = <T>(
  name: string,
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => Decoded<T>,
) =>
  test(name, () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        expect(decode(bytes)).toEqual({ ok: true, value, size: bytes.length });
      }),
      { numRuns: 300 },
    );
  });

inverse('TDISP', arbitrary.tdispMessages, encodeTdisp, decodeTdisp);
inverse('IDE_KM', arbitrary.ideKmMessages, encodeIdeKm, decodeIdeKm);
inverse('TDI report', arbitrary.tdiReports, encodeTdiReport, decodeTdiReport);
inverse('opaque data', arbitrary.opaqueElements, encodeOpaqueData, decodeOpaqueData);
inverse('socket frame', arbitrary.socketFrames, encodeSocketFrame, decodeSocketFrame);
inverse(
  'secured record',
  fc.record({ sessionId: fc.integer({ min: 0, max: 0xffffffff }), sealed: some }),
  encodeSecuredRecord,
  decodeSecuredRecord,
);
inverse(
  'secured content',
  fc.record({ message: some, randomData: some }),
  encodeSecuredContent,
  decodeSecuredContent,
);

test('measurement blocks', () => {
  fc.assert(
    fc.property(fc.array(arbitrary.measurementBlocks, { maxLength: 4 }), (blocks) => {
      const record = encodeMeasurementRecord(blocks);
      expect(decodeMeasurementRecord(blocks.length, record)).toEqual({
        ok: true,
        value: blocks,
        size: record.length,
      });
    }),
  );
});

test('DOE objects: the payload comes back, padded to words', () => {
  fc.assert(
    fc.property(arbitrary.doeTypes, some, (dataObjectType, message) => {
      const bytes = encodeDoe(dataObjectType, message);
      const payload = new Uint8Array(Math.ceil(message.length / 4) * 4);
      payload.set(message);
      expect(decodeDoe(bytes)).toEqual({
        ok: true,
        value: { vendorId: 1, dataObjectType, payload },
        size: bytes.length,
      });
    }),
  );
});

test('PCI-SIG payloads of VENDOR_DEFINED', () => {
  fc.assert(
    fc.property(fc.constantFrom('IDE_KM' as const, 'TDISP' as const), some, (protocol, message) => {
      const result = decodePciPayload(encodePciPayload(protocol, message));
      expect(result).toMatchObject({ ok: true, value: { protocol, message } });
    }),
  );
});

test('the size of a socket frame is known as soon as its header is there', () => {
  fc.assert(
    fc.property(arbitrary.socketFrames, fc.nat(60), (frame, length) => {
      const bytes = encodeSocketFrame(frame);
      const there = socketFrameSize(bytes.subarray(0, length));
      expect(there).toBe(length < 12 ? undefined : bytes.length);
    }),
  );
});

/** These take all bytes that there are. */
const UNBOUNDED = /^(CHUNK|CSR|GET_CSR|SET_CERT|.*EXTENSION_LOG|.*ENDPOINT|.*ENCAPSULATED_RE)/;

test('SPDM: every request, on every connection', () => {
  const kinds = new Set<string>();
  const cases = fc
    .tuple(arbitrary.contexts, arbitrary.versions)
    .chain(([context, version]) =>
      fc.tuple(fc.constant(context), arbitrary.spdmRequests(context, version)),
    );
  fc.assert(
    fc.property(cases, fc.nat(3), ([context, request], padding) => {
      const bytes = encodeSpdm(request);
      const behind = UNBOUNDED.test(request.kind) ? 0 : padding;
      const padded = new Uint8Array(bytes.length + behind);
      padded.set(bytes);
      const result = decodeSpdmRequest(padded, context);
      expect(result).toEqual({ ok: true, value: request, size: bytes.length });
      kinds.add(request.kind);
    }),
    { numRuns: 1500 },
  );
  expect(kinds.size).toBe(24);
});

test('SPDM: every response, to every request', () => {
  const kinds = new Set<string>();
  const cases = fc
    .tuple(arbitrary.contexts, arbitrary.versions)
    .chain(([context, version]) =>
      fc.tuple(fc.constant(context), arbitrary.spdmExchanges(context, version)),
    );
  fc.assert(
    fc.property(cases, fc.nat(3), ([context, { request, response }], padding) => {
      const bytes = encodeSpdm(response);
      const vendorError = response.kind === 'ERROR' && response.errorCode === 'VendorDefined';
      const behind = UNBOUNDED.test(response.kind) || vendorError ? 0 : padding;
      const padded = new Uint8Array(bytes.length + behind);
      padded.set(bytes);
      const result = decodeSpdmResponse(padded, context, request);
      expect(result).toEqual({ ok: true, value: response, size: bytes.length });
      kinds.add(response.kind);
    }),
    { numRuns: 1500 },
  );
  expect(kinds.size).toBe(24);
});
