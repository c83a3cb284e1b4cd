// Goal: no bytes make a decoder throw or hang, and what it says of bad ones is of use: the field and
// its offset. Method: arbitrary bytes, and good messages with bytes changed, cut and added; then one
// lie in each kind of length field.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostile, lastingFaults, TARGETS } from './hostile.fixture.ts';
import {
  decodeDoe,
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
  decodeTdiReport,
  decodeTdisp,
  encodeSpdm,
  encodeTdisp,
  nothingNegotiated,
  type WireError,
  whole,
  wireErrorText,
} from './index.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const p256 = { ...nothingNegotiated, hashSize: 32, dheSize: 64, signatureSize: 64 };

test.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s: hostile bytes',
  (_, target) => {
    fc.assert(
      fc.property(hostile(target), (bytes) => {
        expect(lastingFaults(target, bytes)).toEqual([]);
      }),
      { numRuns: 1000, seed: 1 },
    );
  },
);

const H = '00 00 00000000 0000000000000000';
const KEY_EXCHANGE = `12e40000 3412 00 00 ${'aa'.repeat(32)} ${'bb'.repeat(64)}`;

describe('a length field that lies is named, with its offset', () => {
  const request = (text: string) => decodeSpdmRequest(hex(text), p256);
  const response = (text: string) => decodeSpdmResponse(hex(text), p256);
  const cases: [string, { ok: boolean; error?: WireError }][] = [
    ['DOE length', decodeDoe(hex('01000100 04000000 10840000'))],
    ['DOE length short of the object', decodeDoe(hex('01000100 02000000 10840000'))],
    ['DOE length 0', decodeDoe(hex('01000100 00000000 10840000'))],
    ['socket frame', decodeSocketFrame(hex('00000001 00000002 ffffffff 00'))],
    ['secured record', decodeSecuredRecord(hex('01000000 ffff 00'))],
    ['secured content', decodeSecuredContent(hex('0400 010203'))],
    ['opaque elements', decodeOpaqueData(hex('02000000 0000 0000'))],
    ['opaque data', decodeOpaqueData(hex('01000000 0000 0500 01020304'))],
    ['opaque padding', decodeOpaqueData(hex('01000000 0000 0100 01'))],
    ['VENDOR_DEFINED vendor id', request('12fe0000 0300 ff 0100')],
    ['VENDOR_DEFINED payload', request('12fe0000 0300 02 0100 0200 00')],
    ['NEGOTIATE_ALGORITHMS length', request(`12e30000 2100 ${'00'.repeat(26)}`)],
    ['NEGOTIATE_ALGORITHMS structures', request(`12e30100 2000 ${'00'.repeat(26)}`)],
    ['KEY_EXCHANGE opaque', request(`${KEY_EXCHANGE} 0100`)],
    ['PSK_EXCHANGE hint', request('12e60000 0100 0300 0000 0000 0102')],
    ['VERSION entries', response('10040000 00 02 0012')],
    ['CERTIFICATE portion', response('12020000 0200 0000 01')],
    ['MEASUREMENTS record', response('12600000 01 ffffff 00')],
    ['measurement block', decodeMeasurementRecord(1, hex('01 01 0500 00 0100 55'))],
    ['measurement value', decodeMeasurementRecord(1, hex('01 01 0400 00 0200 55'))],
    ['TDISP_VERSION', decodeTdisp(hex(`10 01 ${H} 02 10`))],
    ['DEVICE_INTERFACE_REPORT', decodeTdisp(hex(`10 04 ${H} 0300 0000 abcd`))],
    ['VDM vendor id', decodeTdisp(hex(`10 8b ${H} 00 03 0102`))],
    ['QUERY_RESP registers', decodeIdeKm(hex('01000000000000 0102'))],
    ['KEY_PROG', decodeIdeKm(hex('02000000000000 0102'))],
    ['report ranges', decodeTdiReport(hex(`${'00'.repeat(12)} ffffffff 00000000`))],
    ['report device bytes', decodeTdiReport(hex(`${'00'.repeat(16)} 01000000`))],
  ];
  test.each(cases)('%s', (_, result) => {
    expect(result.ok).toBe(false);
    expect(result.error?.fault).toBe('length');
  });

  test('texts', () => {
    const texts = cases.map(([name, { error }]) => `${name}: ${error ? wireErrorText(error) : ''}`);
    expect(texts).toMatchInlineSnapshot(`
      [
        "DOE length: DOE.length at byte 4: expected the length of the object, 12 bytes, got 16",
        "DOE length short of the object: DOE.length at byte 4: expected the length of the object, 12 bytes, got 8",
        "DOE length 0: DOE.length at byte 4: expected the length of the object, 12 bytes, got 1048576",
        "socket frame: socket frame.payload at byte 8: expected 4294967295 bytes to follow, got 1",
        "secured record: secured message.sealed at byte 4: expected 65535 bytes to follow, got 1",
        "secured content: secured content.message at byte 0: expected 4 bytes to follow, got 3",
        "opaque elements: opaque data.elements.id at byte 8: expected more bytes",
        "opaque data: opaque data.elements.data at byte 6: expected 5 bytes to follow, got 4",
        "opaque padding: opaque data.elements at byte 9: expected 3 bytes to follow, got 0",
        "VENDOR_DEFINED vendor id: VENDOR_DEFINED_REQUEST.vendorId at byte 6: expected 255 bytes to follow, got 2",
        "VENDOR_DEFINED payload: VENDOR_DEFINED_REQUEST.payload at byte 9: expected 2 bytes to follow, got 1",
        "NEGOTIATE_ALGORITHMS length: NEGOTIATE_ALGORITHMS.length at byte 4: expected 32, got 33",
        "NEGOTIATE_ALGORITHMS structures: NEGOTIATE_ALGORITHMS.algStructures at byte 32: expected more bytes",
        "KEY_EXCHANGE opaque: KEY_EXCHANGE.opaqueData at byte 104: expected 1 bytes to follow, got 0",
        "PSK_EXCHANGE hint: PSK_EXCHANGE.pskHint at byte 12: expected 3 bytes to follow, got 2",
        "VERSION entries: VERSION.versionNumberEntries at byte 8: expected more bytes",
        "CERTIFICATE portion: CERTIFICATE.certChain at byte 4: expected 2 bytes to follow, got 1",
        "MEASUREMENTS record: MEASUREMENTS.measurementRecord at byte 5: expected 16777215 bytes to follow, got 1",
        "measurement block: MEASUREMENTS.blocks at byte 2: expected size 4, got 5",
        "measurement value: MEASUREMENTS.blocks.value at byte 5: expected 2 bytes to follow, got 1",
        "TDISP_VERSION: TDISP_VERSION.versionNumEntries at byte 16: expected 2 elements to follow in 1 bytes",
        "DEVICE_INTERFACE_REPORT: DEVICE_INTERFACE_REPORT.reportBytes at byte 16: expected 3 bytes to follow, got 2",
        "VDM vendor id: VDM_REQUEST.vendorId at byte 17: expected 3 bytes to follow, got 2",
        "QUERY_RESP registers: QUERY_RESP.registers at byte 7: expected more bytes",
        "KEY_PROG: KEY_PROG.key at byte 7: expected more bytes",
        "report ranges: TDI report.mmioRanges at byte 12: expected 4294967295 elements to follow in 4 bytes",
        "report device bytes: TDI report.deviceSpecificInfo at byte 16: expected 1 bytes to follow, got 0",
      ]
    `);
  });
});

describe('what else is refused', () => {
  test('a code of the other direction, or of none', () => {
    const error = { fault: 'code', at: 1, what: 'SPDM.code' };
    expect(decodeSpdmRequest(hex('10040000 0000'), p256)).toMatchObject({ ok: false, error });
    expect(decodeSpdmResponse(hex('10840000'), p256)).toMatchObject({ ok: false, error });
    expect(decodeSpdmRequest(hex('12900000'), p256)).toMatchObject({ ok: false, error });
    expect(decodeTdisp(hex(`10 99 ${H}`))).toMatchObject({
      ok: false,
      error: { fault: 'code', at: 1 },
    });
    expect(decodeIdeKm(hex('070000'))).toMatchObject({
      ok: false,
      error: { fault: 'code', at: 0 },
    });
    expect(decodeIdeKm(hex(''))).toMatchObject({ ok: false, error: { fault: 'length', at: 0 } });
  });

  test('a version whose layouts are not known, unless the message is the same in all', () => {
    const error = { fault: 'value', at: 0, what: 'GET_DIGESTS.version' };
    for (const version of ['10', '11', '14']) {
      expect(decodeSpdmRequest(hex(`${version}810000`), p256)).toMatchObject({ ok: false, error });
      expect(decodeSpdmRequest(hex(`${version}840000`), p256).ok).toBe(true);
    }
  });

  test('names that stand for no value', () => {
    const state = decodeTdisp(hex(`10 05 ${H} 04`));
    expect(!state.ok && wireErrorText(state.error)).toBe(
      'DEVICE_INTERFACE_STATE.tdiState at byte 16: expected one of 0, 1, 2, 3, got 4',
    );
    const error = decodeSpdmResponse(hex('127f0200'), p256);
    expect(error).toMatchObject({ ok: false, error: { what: 'ERROR.errorCode', at: 2 } });
  });

  test('more bytes than the message has', () => {
    const state = hex(`10 05 ${H} 00 00`);
    expect(decodeTdisp(state)).toMatchObject({ ok: false, error: { fault: 'length', at: 17 } });
    const padded = hex('10840000 000000');
    const result = decodeSpdmRequest(padded, p256);
    expect(whole('GET_VERSION', padded, result, 3).ok).toBe(true);
    expect(whole('GET_VERSION', padded, result, 2)).toMatchObject({
      ok: false,
      error: { at: 4, fault: 'length' },
    });
  });

  test('vendors other than PCI-SIG, and protocols that it does not have', () => {
    const sig = { standardId: 3, vendorId: hex('0100'), payload: hex('02') };
    const wrong = [sig, { ...sig, standardId: 0 }, { ...sig, vendorId: hex('0200') }];
    const where = wrong.map((envelope) => {
      const result = decodePciPayload(envelope);
      return result.ok ? '' : result.error.what;
    });
    expect(where).toEqual([
      'VENDOR_DEFINED.protocol',
      'VENDOR_DEFINED.standardId',
      'VENDOR_DEFINED.vendorId',
    ]);
  });

  test('opaque data without the element that is looked for', () => {
    expect(decodeSelectedVersion(hex(''))).toMatchObject({ ok: false });
    expect(decodeSelectedVersion(hex('01000000 00000400 01 07 0012'))).toMatchObject({ ok: false });
  });
});

describe('values that do not fit are a bug of the caller', () => {
  test('encoders throw, naming message and field', () => {
    expect(() =>
      encodeTdisp({ kind: 'BIND_P2P_STREAM_REQUEST', version: 16, functionId: 0, streamId: 256 }),
    ).toThrow(/encode BIND_P2P_STREAM_REQUEST: Writer\(streamId\)/);
    expect(() =>
      encodeSpdm({
        kind: 'CHALLENGE',
        version: 0x12,
        slotId: 0,
        measurementSummaryHashType: 0,
        nonce: new Uint8Array(31),
        requesterContext: new Uint8Array(0),
      }),
    ).toThrow(/encode CHALLENGE: .*nonce.*expected 32 bytes, got 31/);
  });
});
