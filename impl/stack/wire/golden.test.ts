// Goal: the bytes are those of the documents, not merely ones that we can read back. Method: bytes
// written down by hand from the layouts of DSP0274, DSP0277 and PCIe 6.x, chapters 6.30, 6.33, 11.
import { describe, expect, test } from 'vitest';
import {
  type Decoded,
  decodeDoe,
  decodeDoeDiscoveryRequest,
  decodeDoeDiscoveryResponse,
  decodeIdeKm,
  decodeMeasurementRecord,
  decodePciPayload,
  decodeSelectedVersion,
  decodeSocketFrame,
  decodeSpdmRequest,
  decodeSpdmResponse,
  decodeSupportedVersions,
  decodeTdiReport,
  decodeTdisp,
  encodeDoe,
  encodeDoeDiscoveryRequest,
  encodeDoeDiscoveryResponse,
  encodeIdeKm,
  encodeMeasurementRecord,
  encodePciPayload,
  encodeSecuredHeader,
  encodeSelectedVersion,
  encodeSocketFrame,
  encodeSpdm,
  encodeSupportedVersions,
  encodeTdiReport,
  encodeTdisp,
  type IdeKmMessage,
  nothingNegotiated,
  type SpdmRequest,
  type SpdmResponse,
  type TdispMessage,
} from './index.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const filled = (size: number, value: number): Uint8Array => new Uint8Array(size).fill(value);
const p256 = {
  ...nothingNegotiated,
  hashSize: 32,
  dheSize: 64,
  signatureSize: 64,
  requesterSignatureSize: 64,
};

/** Both ways: the bytes of the value, the value of the bytes. */
function both<T>(
  bytes: string,
  value: T,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => Decoded<T>,
): void {
  expect(text(encode(value))).toBe(text(hex(bytes)));
  expect(decode(hex(bytes))).toMatchObject({ ok: true, value });
}

describe('framing', () => {
  test('GET_VERSION in a DOE object in a socket frame', () => {
    const object = encodeDoe(1, hex('10840000'));
    const frame = { command: 'NORMAL', transport: 'PCI_DOE', payload: object } as const;
    both(
      '00000001 00000002 0000000c 01000100 03000000 10840000',
      frame,
      encodeSocketFrame,
      decodeSocketFrame,
    );
    expect(decodeDoe(object)).toMatchObject({
      ok: true,
      value: { vendorId: 1, dataObjectType: 1, payload: hex('10840000') },
    });
  });

  test('length 0 of a DOE object stands for the largest', () => {
    const largest = encodeDoe(2, new Uint8Array(4 * (2 ** 18 - 2)));
    expect(text(largest.subarray(0, 8))).toBe('0100020000000000');
    expect(decodeDoe(largest)).toMatchObject({ ok: true, size: 2 ** 20 });
    expect(() => encodeDoe(2, new Uint8Array(4 * (2 ** 18 - 2) + 1))).toThrow(/encodeDoe: 1048569/);
  });

  test('discovery', () => {
    both('02000000', { index: 2 }, encodeDoeDiscoveryRequest, decodeDoeDiscoveryRequest);
    both(
      '01000102',
      { vendorId: 1, dataObjectType: 1, nextIndex: 2 },
      encodeDoeDiscoveryResponse,
      decodeDoeDiscoveryResponse,
    );
  });

  test('associated data of a secured message', () => {
    expect(text(encodeSecuredHeader(0xffff1234, 0x0102))).toBe('3412ffff0201');
  });

  test('versions of secured messages in opaque data', () => {
    both(
      '01000000 00000700 01 01 02 0011 0012 00',
      [0x1100, 0x1200],
      encodeSupportedVersions,
      decodeSupportedVersions,
    );
    both('01000000 00000400 01 00 0012', 0x1200, encodeSelectedVersion, decodeSelectedVersion);
  });
});

describe('SPDM requests', () => {
  const nonce = filled(32, 0xaa);
  const N = 'aa'.repeat(32);
  const C = 'c1'.repeat(8);
  const cases: [string, SpdmRequest][] = [
    ['10840000', { kind: 'GET_VERSION', version: 0x10 }],
    [
      '12e10000 00 05 0000 c6620000 00120000 00800200',
      {
        kind: 'GET_CAPABILITIES',
        version: 0x12,
        attributes: 0,
        ctExponent: 5,
        flags: 0x62c6,
        dataTransferSize: 0x1200,
        maxSpdmMsgSize: 0x28000,
      },
    ],
    [
      `12e30300 2c00 01 02 80000000 02000000 ${'00'.repeat(12)} 00000000 02201000 03200200 05200100`,
      {
        kind: 'NEGOTIATE_ALGORITHMS',
        version: 0x12,
        measurementSpecification: 1,
        otherParams: 2,
        baseAsymAlgo: 0x80,
        baseHashAlgo: 2,
        melSpecification: 0,
        extAsym: [],
        extHash: [],
        algStructures: [
          { algType: 2, algSupported: 0x10, algExternal: [] },
          { algType: 3, algSupported: 2, algExternal: [] },
          { algType: 5, algSupported: 1, algExternal: [] },
        ],
      },
    ],
    [
      '13820100 0002 0004',
      {
        kind: 'GET_CERTIFICATE',
        version: 0x13,
        slotId: 1,
        attributes: 0,
        offset: 0x200,
        length: 0x400,
      },
    ],
    [
      `138300ff ${N} ${C}`,
      {
        kind: 'CHALLENGE',
        version: 0x13,
        slotId: 0,
        measurementSummaryHashType: 0xff,
        nonce,
        requesterContext: filled(8, 0xc1),
      },
    ],
    [
      `12e001ff ${N} 03`,
      {
        kind: 'GET_MEASUREMENTS',
        version: 0x12,
        attributes: 1,
        operation: 0xff,
        nonce,
        slotId: 3,
        requesterContext: new Uint8Array(0),
      },
    ],
    [
      `12e4ff00 3412 01 00 ${N} ${'bb'.repeat(64)} 0300 010203`,
      {
        kind: 'KEY_EXCHANGE',
        version: 0x12,
        measurementSummaryHashType: 0xff,
        slotId: 0,
        reqSessionId: 0x1234,
        sessionPolicy: 1,
        randomData: nonce,
        exchangeData: filled(64, 0xbb),
        opaqueData: hex('010203'),
      },
    ],
    [
      `12e50102 ${'dd'.repeat(64)} ${'ee'.repeat(32)}`,
      {
        kind: 'FINISH',
        version: 0x12,
        attributes: 1,
        slotId: 2,
        signature: filled(64, 0xdd),
        requesterVerifyData: filled(32, 0xee),
      },
    ],
    ['12e90321', { kind: 'KEY_UPDATE', version: 0x12, keyOperation: 3, tag: 0x21 }],
    ['12ec0100', { kind: 'END_SESSION', version: 0x12, attributes: 1 }],
  ];
  test.each(cases)('%s', (bytes, value) => {
    both(bytes, value, encodeSpdm, (b) => decodeSpdmRequest(b, p256));
  });
});

describe('SPDM responses', () => {
  const cases: [string, SpdmResponse][] = [
    [
      '10040000 00 02 0012 0013',
      { kind: 'VERSION', version: 0x10, versionNumberEntries: [0x1200, 0x1300] },
    ],
    [
      `12010003 ${'11'.repeat(32)} ${'22'.repeat(32)}`,
      {
        kind: 'DIGESTS',
        version: 0x12,
        supportedSlotMask: 0,
        provisionedSlotMask: 3,
        digests: [filled(32, 0x11), filled(32, 0x22)],
        keyPairIds: [],
        certificateInfos: [],
        keyUsageMasks: [],
      },
    ],
    [
      '12020000 0300 0500 0a0b0c',
      {
        kind: 'CERTIFICATE',
        version: 0x12,
        slotId: 0,
        certificateInfo: 0,
        certChain: hex('0a0b0c'),
        remainderLength: 5,
      },
    ],
    [
      `12600321 01 070000 01 01 0300 00 0000 ${'aa'.repeat(32)} 0000`,
      {
        kind: 'MEASUREMENTS',
        version: 0x12,
        numberOfIndices: 3,
        slotId: 1,
        contentChanged: 2,
        numberOfBlocks: 1,
        measurementRecord: hex('01010300000000'),
        nonce: filled(32, 0xaa),
        opaqueData: new Uint8Array(0),
        requesterContext: new Uint8Array(0),
        signature: new Uint8Array(0),
      },
    ],
    [
      `1263 0100 2800 01 02 08000000 80000000 02000000 ${'00'.repeat(12)} 0000 0000 05200100`,
      {
        kind: 'ALGORITHMS',
        version: 0x12,
        measurementSpecification: 1,
        otherParams: 2,
        measurementHashAlgo: 8,
        baseAsymSel: 0x80,
        baseHashSel: 2,
        melSpecification: 0,
        extAsym: [],
        extHash: [],
        algStructures: [{ algType: 5, algSupported: 1, algExternal: [] }],
      },
    ],
    [
      `1264f000 ffff 00 00 ${'aa'.repeat(32)} ${'bb'.repeat(64)} 0000 ${'cc'.repeat(64)} ${'dd'.repeat(32)}`,
      {
        kind: 'KEY_EXCHANGE_RSP',
        version: 0x12,
        heartbeatPeriod: 0xf0,
        rspSessionId: 0xffff,
        mutAuthRequested: 0,
        reqSlotId: 0,
        randomData: filled(32, 0xaa),
        exchangeData: filled(64, 0xbb),
        measurementSummaryHash: new Uint8Array(0),
        opaqueData: new Uint8Array(0),
        signature: filled(64, 0xcc),
        responderVerifyData: filled(32, 0xdd),
      },
    ],
    [
      '127f 42 00 02 85 07 01',
      {
        kind: 'ERROR',
        version: 0x12,
        errorCode: 'ResponseNotReady',
        errorData: 0,
        extendedErrorData: hex('02850701'),
      },
    ],
    ['12650000', { kind: 'FINISH_RSP', version: 0x12, responderVerifyData: new Uint8Array(0) }],
  ];
  test.each(cases)('%s', (bytes, value) => {
    both(bytes, value, encodeSpdm, (b) => decodeSpdmResponse(b, p256));
  });

  test('ENCAPSULATED_RESPONSE_ACK with a further request', () => {
    both<SpdmResponse>(
      '126b0201 01000000 12820000 0000ffff',
      {
        kind: 'ENCAPSULATED_RESPONSE_ACK',
        version: 0x12,
        requestId: 2,
        payloadType: 1,
        ackRequestId: 1,
        encapsulatedRequest: hex('128200000000ffff'),
      },
      encodeSpdm,
      (b) => decodeSpdmResponse(b, p256),
    );
  });

  test('a block of a measurement record', () => {
    both(
      '10 01 0b00 87 0800 0700000000000000',
      [{ index: 0x10, raw: true, valueType: 7, value: hex('0700000000000000') }],
      encodeMeasurementRecord,
      (b) => decodeMeasurementRecord(1, b),
    );
  });
});

describe('PCI-SIG protocols', () => {
  test('LOCK_INTERFACE_REQUEST in its envelope', () => {
    const lock: TdispMessage = {
      kind: 'LOCK_INTERFACE_REQUEST',
      version: 0x10,
      functionId: 0xbeef,
      flags: 1,
      defaultStreamId: 0,
      mmioReportingOffset: -0x1000n,
      bindP2pAddressMask: 0n,
    };
    const bytes = encodeSpdm({
      kind: 'VENDOR_DEFINED_REQUEST',
      version: 0x13,
      ...encodePciPayload('TDISP', encodeTdisp(lock)),
    });
    expect(text(bytes)).toBe(
      '13fe00000300020100250001' +
        '10830000efbe00000000000000000000' +
        '0100000000f0ffffffffffff0000000000000000',
    );
    const envelope = decodeSpdmRequest(bytes, nothingNegotiated);
    if (!envelope.ok || envelope.value.kind !== 'VENDOR_DEFINED_REQUEST')
      throw new Error('envelope');
    const payload = decodePciPayload(envelope.value);
    if (!payload.ok) throw new Error('payload');
    expect(decodeTdisp(payload.value.message)).toMatchObject({ ok: true, value: lock });
  });

  const header = { version: 0x10, functionId: 0x01020304 };
  const H = '00 00 04030201 0000000000000000';
  const tdisp: [string, TdispMessage][] = [
    [`10 01 ${H} 01 10`, { kind: 'TDISP_VERSION', ...header, versionNumEntries: [0x10] }],
    [
      `10 02 ${H} 00000000 fe${'00'.repeat(15)} 0700 000000 30 01 02`,
      {
        kind: 'TDISP_CAPABILITIES',
        ...header,
        dsmCaps: 0,
        reqMsgsSupported: hex(`fe${'00'.repeat(15)}`),
        lockInterfaceFlagsSupported: 7,
        devAddrWidth: 48,
        numReqThis: 1,
        numReqAll: 2,
      },
    ],
    [
      `10 04 ${H} 0200 2400 abcd`,
      {
        kind: 'DEVICE_INTERFACE_REPORT',
        ...header,
        reportBytes: hex('abcd'),
        remainderLength: 0x24,
      },
    ],
    [`10 05 ${H} 02`, { kind: 'DEVICE_INTERFACE_STATE', ...header, tdiState: 'RUN' }],
    [
      `10 8a ${H} 0100000000000000 02000000 0400 0300`,
      {
        kind: 'SET_MMIO_ATTRIBUTE_REQUEST',
        ...header,
        mmioRange: { firstPage: 1n, numberOfPages: 2, rangeAttributes: 4, rangeId: 3 },
      },
    ],
    [
      `10 7f ${H} 07000000 99000000`,
      {
        kind: 'TDISP_ERROR',
        ...header,
        errorCode: 'UNSUPPORTED_REQUEST',
        errorData: 0x99,
        extendedErrorData: new Uint8Array(0),
      },
    ],
  ];
  test.each(tdisp)('TDISP %s', (bytes, value) => both(bytes, value, encodeTdisp, decodeTdisp));

  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const selector = { streamId: 5, keySet: 1, direction: 'TX', subStream: 2, portIndex: 7 } as const;
  const ideKm: [string, IdeKmMessage][] = [
    ['00 00 03', { kind: 'QUERY', portIndex: 3 }],
    [
      '01 00 00 08 01 02 07 0a000000 0b000000',
      {
        kind: 'QUERY_RESP',
        portIndex: 0,
        devFunc: 8,
        bus: 1,
        segment: 2,
        maxPortIndex: 7,
        registers: [10, 11],
      },
    ],
    [
      '02 00 00 05 00 23 07' +
        '03020100 07060504 0b0a0908 0f0e0d0c 13121110 17161514 1b1a1918 1f1e1d1c' +
        '00000000 01000000',
      { kind: 'KEY_PROG', ...selector, key, ifv: 1n },
    ],
    ['03 00 00 05 02 23 07', { kind: 'KP_ACK', ...selector, status: 'UNSUPPORTED_PORT_INDEX' }],
    ['04 00 00 05 00 23 07', { kind: 'K_SET_GO', ...selector }],
    ['06 00 00 05 00 23 07', { kind: 'K_GOSTOP_ACK', ...selector }],
  ];
  test.each(ideKm)('IDE_KM %s', (bytes, value) => both(bytes, value, encodeIdeKm, decodeIdeKm));

  test('TDI report', () => {
    both(
      '0300 0000 0180 0000 00000000 01000000' +
        '0080000000000000 04000000 0800 0200' +
        '02000000 6f6b',
      {
        interfaceInfo: 3,
        msixMessageControl: 0x8001,
        lnrControl: 0,
        tphControl: 0,
        mmioRanges: [{ firstPage: 0x8000n, numberOfPages: 4, rangeAttributes: 8, rangeId: 2 }],
        deviceSpecificInfo: hex('6f6b'),
      },
      encodeTdiReport,
      decodeTdiReport,
    );
  });
});
