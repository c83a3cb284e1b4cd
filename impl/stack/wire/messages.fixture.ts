/** Arbitrary messages of every kind, all of their fields in range. */
import fc from 'fast-check';
import {
  DOE_TYPE,
  type IdeKmMessage,
  type IdeKmMessageOf,
  KP_ACK_STATUS,
  type KpAckStatus,
  type MeasurementBlock,
  SIGNATURE,
  SPDM_1_2,
  SPDM_1_3,
  SPDM_ERROR_CODE,
  type SpdmContext,
  type SpdmErrorCode,
  type SpdmMessageOf,
  type SpdmRequest,
  type SpdmResponse,
  TDI_STATE,
  TDISP_ERROR_CODE,
  type TdiReport,
  type TdiState,
  type TdispErrorCode,
  type TdispMessage,
  type TdispMessageOf,
} from './index.ts';

const u4 = fc.integer({ min: 0, max: 15 });
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = (size: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: size, maxLength: size });
const some = fc.uint8Array({ maxLength: 40 });
const tiny = fc.uint8Array({ maxLength: 4 });
const namesOf = <N extends string>(codes: Readonly<Record<N, number>>): fc.Arbitrary<N> =>
  fc.constantFrom(...(Object.keys(codes) as N[]));

type Of<T> = { readonly [K in keyof T]: fc.Arbitrary<T[K]> };
/** Arbitraries of the fields of a message, `kind` and what `C` names apart. */
type FieldsOf<M, C extends string> = Of<Omit<M, 'kind' | C>>;

/** One arbitrary for each kind of a table of fields, `common` fields added. */
function messagesOf<M extends { readonly kind: string }>(
  table: Readonly<Record<M['kind'], Readonly<Record<string, fc.Arbitrary<unknown>>>>>,
  common: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<M> {
  const kinds = Object.keys(table) as M['kind'][];
  const one = (kind: M['kind']) =>
    fc.record({ kind: fc.constant(kind), ...common, ...table[kind] }) as unknown;
  return fc.oneof(...kinds.map((kind) => one(kind) as fc.Arbitrary<M>));
}

/** Contexts of the two sizes, every flag either way. */
export const contexts: fc.Arbitrary<SpdmContext> = fc.record({
  hashSize: fc.constantFrom(32, 48),
  dheSize: fc.constantFrom(64, 96),
  signatureSize: fc.constantFrom(64, 96),
  requesterSignatureSize: fc.constantFrom(64, 96),
  handshakeInTheClear: fc.boolean(),
  multiKey: fc.boolean(),
});
export const versions = fc.constantFrom(SPDM_1_2, SPDM_1_3);

const raw = { param1: u8, param2: u8, body: some };
const capabilities = { ctExponent: u8, flags: u32, dataTransferSize: u32, maxSpdmMsgSize: u32 };
const algorithms = {
  measurementSpecification: u8,
  otherParams: u8,
  melSpecification: u8,
  extAsym: fc.array(u32, { maxLength: 2 }),
  extHash: fc.array(u32, { maxLength: 2 }),
  algStructures: fc.array(
    fc.record({ algType: u8, algSupported: u16, algExternal: fc.array(u32, { maxLength: 2 }) }),
    { maxLength: 4 },
  ),
};
const vendor = { standardId: u16, vendorId: tiny, payload: some };

/** Requests of a version on a connection. */
export function spdmRequests(c: SpdmContext, version: number): fc.Arbitrary<SpdmRequest> {
  const requesterContext = bytes(version === SPDM_1_3 ? 8 : 0);
  type Fields<K extends SpdmRequest['kind']> = FieldsOf<SpdmMessageOf<K>, 'version'>;
  const table: {
    readonly [K in Exclude<SpdmRequest['kind'], 'GET_MEASUREMENTS' | 'FINISH'>]: Fields<K>;
  } = {
    GET_DIGESTS: {},
    GET_CERTIFICATE: { slotId: u8, attributes: u8, offset: u16, length: u16 },
    CHALLENGE: { slotId: u8, measurementSummaryHashType: u8, nonce: bytes(32), requesterContext },
    GET_VERSION: {},
    CHUNK_SEND: raw,
    CHUNK_GET: raw,
    GET_ENDPOINT_INFO: raw,
    GET_CAPABILITIES: { attributes: u8, ...capabilities },
    NEGOTIATE_ALGORITHMS: { ...algorithms, baseAsymAlgo: u32, baseHashAlgo: u32 },
    KEY_EXCHANGE: {
      measurementSummaryHashType: u8,
      slotId: u8,
      reqSessionId: u16,
      sessionPolicy: u8,
      randomData: bytes(32),
      exchangeData: bytes(c.dheSize),
      opaqueData: some,
    },
    PSK_EXCHANGE: {
      measurementSummaryHashType: u8,
      slotId: u8,
      reqSessionId: u16,
      pskHint: tiny,
      requesterContext: some,
      opaqueData: some,
    },
    PSK_FINISH: { requesterVerifyData: bytes(c.hashSize) },
    HEARTBEAT: {},
    KEY_UPDATE: { keyOperation: u8, tag: u8 },
    GET_ENCAPSULATED_REQUEST: {},
    DELIVER_ENCAPSULATED_RESPONSE: { requestId: u8, encapsulatedResponse: some },
    END_SESSION: { attributes: u8 },
    GET_CSR: raw,
    SET_CERTIFICATE: raw,
    GET_MEASUREMENT_EXTENSION_LOG: raw,
    VENDOR_DEFINED_REQUEST: vendor,
    RESPOND_IF_READY: { originalRequestCode: u8, token: u8 },
  };
  const measurements = (signed: boolean): fc.Arbitrary<SpdmRequest> =>
    fc.record({
      kind: fc.constant('GET_MEASUREMENTS' as const),
      version: fc.constant(version),
      attributes: u8.map((a) => (signed ? a | SIGNATURE : a & ~SIGNATURE)),
      operation: u8,
      nonce: bytes(signed ? 32 : 0),
      slotId: signed ? u8 : fc.constant(0),
      requesterContext,
    });
  const finish = (signed: boolean): fc.Arbitrary<SpdmRequest> =>
    fc.record({
      kind: fc.constant('FINISH' as const),
      version: fc.constant(version),
      attributes: u8.map((a) => (signed ? a | SIGNATURE : a & ~SIGNATURE)),
      slotId: u8,
      signature: bytes(signed ? c.requesterSignatureSize : 0),
      requesterVerifyData: bytes(c.hashSize),
    });
  const others = messagesOf<Exclude<SpdmRequest, { kind: 'GET_MEASUREMENTS' | 'FINISH' }>>(table, {
    version: fc.constant(version),
  });
  return fc.oneof(
    { weight: 20, arbitrary: others },
    { weight: 2, arbitrary: fc.boolean().chain(measurements) },
    { weight: 2, arbitrary: fc.boolean().chain(finish) },
  );
}

/** A request and a response to it: what the request asks for is there. */
export function spdmExchanges(
  c: SpdmContext,
  version: number,
): fc.Arbitrary<{ request: SpdmRequest | undefined; response: SpdmResponse }> {
  return fc
    .option(spdmRequests(c, version), { nil: undefined })
    .chain((request) =>
      spdmResponses(c, version, request).map((response) => ({ request, response })),
    );
}

function spdmResponses(
  c: SpdmContext,
  version: number,
  request: SpdmRequest | undefined,
): fc.Arbitrary<SpdmResponse> {
  const summarised =
    request !== undefined &&
    'measurementSummaryHashType' in request &&
    request.measurementSummaryHashType !== 0;
  const signed = request?.kind === 'GET_MEASUREMENTS' && (request.attributes & SIGNATURE) !== 0;
  const requesterContext = bytes(version === SPDM_1_3 ? 8 : 0);
  const measurementSummaryHash = bytes(summarised ? c.hashSize : 0);
  const verifyData = bytes(c.hashSize);
  type Fields<K extends SpdmResponse['kind']> = FieldsOf<SpdmMessageOf<K>, 'version'>;
  const table: {
    readonly [K in Exclude<SpdmResponse['kind'], 'DIGESTS' | 'ERROR'>]: Fields<K>;
  } = {
    CERTIFICATE: { slotId: u4, certificateInfo: u8, certChain: some, remainderLength: u16 },
    CHALLENGE_AUTH: {
      slotId: u4,
      slotMask: u8,
      certChainHash: verifyData,
      nonce: bytes(32),
      measurementSummaryHash,
      opaqueData: some,
      requesterContext,
      signature: bytes(c.signatureSize),
    },
    VERSION: { versionNumberEntries: fc.array(u16, { maxLength: 5 }) },
    CHUNK_SEND_ACK: raw,
    CHUNK_RESPONSE: raw,
    ENDPOINT_INFO: raw,
    MEASUREMENTS: {
      numberOfIndices: u8,
      slotId: u4,
      contentChanged: fc.integer({ min: 0, max: 3 }),
      numberOfBlocks: u8,
      measurementRecord: some,
      nonce: bytes(32),
      opaqueData: some,
      requesterContext,
      signature: bytes(signed ? c.signatureSize : 0),
    },
    CAPABILITIES: capabilities,
    ALGORITHMS: { ...algorithms, measurementHashAlgo: u32, baseAsymSel: u32, baseHashSel: u32 },
    KEY_EXCHANGE_RSP: {
      heartbeatPeriod: u8,
      rspSessionId: u16,
      mutAuthRequested: u8,
      reqSlotId: u8,
      randomData: bytes(32),
      exchangeData: bytes(c.dheSize),
      measurementSummaryHash,
      opaqueData: some,
      signature: bytes(c.signatureSize),
      responderVerifyData: bytes(c.handshakeInTheClear ? 0 : c.hashSize),
    },
    FINISH_RSP: { responderVerifyData: bytes(c.handshakeInTheClear ? c.hashSize : 0) },
    PSK_EXCHANGE_RSP: {
      heartbeatPeriod: u8,
      rspSessionId: u16,
      responderContext: some,
      opaqueData: some,
      measurementSummaryHash,
      responderVerifyData: verifyData,
    },
    PSK_FINISH_RSP: {},
    HEARTBEAT_ACK: {},
    KEY_UPDATE_ACK: { keyOperation: u8, tag: u8 },
    ENCAPSULATED_REQUEST: { requestId: u8, encapsulatedRequest: some },
    ENCAPSULATED_RESPONSE_ACK: {
      requestId: u8,
      payloadType: u8,
      ackRequestId: u8,
      encapsulatedRequest: some,
    },
    END_SESSION_ACK: {},
    CSR: raw,
    SET_CERTIFICATE_RSP: raw,
    MEASUREMENT_EXTENSION_LOG: raw,
    VENDOR_DEFINED_RESPONSE: vendor,
  };
  const list = <T>(n: number, of: fc.Arbitrary<T>) => fc.array(of, { minLength: n, maxLength: n });
  const digests: fc.Arbitrary<SpdmResponse> = u8.chain((provisionedSlotMask) => {
    const slots = [...Array(8).keys()].filter((i) => provisionedSlotMask & (1 << i)).length;
    const keys = c.multiKey ? slots : 0;
    return fc.record({
      kind: fc.constant('DIGESTS' as const),
      version: fc.constant(version),
      supportedSlotMask: u8,
      provisionedSlotMask: fc.constant(provisionedSlotMask),
      digests: list(slots, verifyData),
      keyPairIds: list(keys, u8),
      certificateInfos: list(keys, u8),
      keyUsageMasks: list(keys, u16),
    });
  });
  const errors: fc.Arbitrary<SpdmResponse> = namesOf<SpdmErrorCode>(SPDM_ERROR_CODE).chain(
    (errorCode) => {
      const sizes: Partial<Record<SpdmErrorCode, number>> = {
        LargeResponse: 1,
        ResponseNotReady: 4,
      };
      const vendorDefined = errorCode === 'VendorDefined';
      return fc.record({
        kind: fc.constant('ERROR' as const),
        version: u8,
        errorCode: fc.constant(errorCode),
        errorData: u8,
        extendedErrorData: vendorDefined ? some : bytes(sizes[errorCode] ?? 0),
      });
    },
  );
  const others = messagesOf<Exclude<SpdmResponse, { kind: 'DIGESTS' | 'ERROR' }>>(table, {
    version: fc.constant(version),
  });
  return fc.oneof(
    { weight: 20, arbitrary: others },
    { weight: 2, arbitrary: digests },
    { weight: 2, arbitrary: errors },
  );
}

const keySelector = {
  keySet: fc.integer({ min: 0, max: 1 }),
  direction: fc.constantFrom('RX' as const, 'TX' as const),
  subStream: u4,
};
const keyNamed = { streamId: u8, ...keySelector, portIndex: u8 };
const ideKmTable: { readonly [K in IdeKmMessage['kind']]: FieldsOf<IdeKmMessageOf<K>, never> } = {
  QUERY: { portIndex: u8 },
  QUERY_RESP: {
    portIndex: u8,
    devFunc: u8,
    bus: u8,
    segment: u8,
    maxPortIndex: u8,
    registers: fc.array(u32, { maxLength: 8 }),
  },
  KEY_PROG: { ...keyNamed, key: bytes(32), ifv: u64 },
  KP_ACK: { ...keyNamed, status: namesOf<KpAckStatus>(KP_ACK_STATUS) },
  K_SET_GO: keyNamed,
  K_SET_STOP: keyNamed,
  K_GOSTOP_ACK: keyNamed,
};
export const ideKmMessages = messagesOf<IdeKmMessage>(ideKmTable, {});

const mmioRange = fc.record({
  firstPage: u64,
  numberOfPages: u32,
  rangeAttributes: u16,
  rangeId: u16,
});
const startInterfaceNonce = bytes(32);
const vdm = { registryId: u8, vendorId: tiny, vendorData: some };
const tdispTable: {
  readonly [K in TdispMessage['kind']]: FieldsOf<TdispMessageOf<K>, 'version' | 'functionId'>;
} = {
  GET_TDISP_VERSION: {},
  GET_TDISP_CAPABILITIES: { tsmCaps: u32 },
  LOCK_INTERFACE_REQUEST: {
    flags: u16,
    defaultStreamId: u8,
    mmioReportingOffset: i64,
    bindP2pAddressMask: u64,
  },
  GET_DEVICE_INTERFACE_REPORT: { offset: u16, length: u16 },
  GET_DEVICE_INTERFACE_STATE: {},
  START_INTERFACE_REQUEST: { startInterfaceNonce },
  STOP_INTERFACE_REQUEST: {},
  BIND_P2P_STREAM_REQUEST: { streamId: u8 },
  UNBIND_P2P_STREAM_REQUEST: { streamId: u8 },
  SET_MMIO_ATTRIBUTE_REQUEST: { mmioRange },
  VDM_REQUEST: vdm,
  TDISP_VERSION: { versionNumEntries: fc.array(u8, { maxLength: 4 }) },
  TDISP_CAPABILITIES: {
    dsmCaps: u32,
    reqMsgsSupported: bytes(16),
    lockInterfaceFlagsSupported: u16,
    devAddrWidth: u8,
    numReqThis: u8,
    numReqAll: u8,
  },
  LOCK_INTERFACE_RESPONSE: { startInterfaceNonce },
  DEVICE_INTERFACE_REPORT: { reportBytes: some, remainderLength: u16 },
  DEVICE_INTERFACE_STATE: { tdiState: namesOf<TdiState>(TDI_STATE) },
  START_INTERFACE_RESPONSE: {},
  STOP_INTERFACE_RESPONSE: {},
  BIND_P2P_STREAM_RESPONSE: {},
  UNBIND_P2P_STREAM_RESPONSE: {},
  SET_MMIO_ATTRIBUTE_RESPONSE: {},
  VDM_RESPONSE: vdm,
  TDISP_ERROR: {
    errorCode: namesOf<TdispErrorCode>(TDISP_ERROR_CODE),
    errorData: u32,
    extendedErrorData: some,
  },
};
export const tdispMessages = messagesOf<TdispMessage>(tdispTable, { version: u8, functionId: u32 });

export const tdiReports: fc.Arbitrary<TdiReport> = fc.record({
  interfaceInfo: u16,
  msixMessageControl: u16,
  lnrControl: u16,
  tphControl: u32,
  mmioRanges: fc.array(mmioRange, { maxLength: 4 }),
  deviceSpecificInfo: some,
});

export const measurementBlocks: fc.Arbitrary<MeasurementBlock> = fc.record({
  index: u8,
  raw: fc.boolean(),
  valueType: fc.integer({ min: 0, max: 0x7f }),
  value: some,
});

export const opaqueElements = fc.array(fc.record({ id: u8, vendorId: tiny, data: some }), {
  maxLength: 3,
});

export const socketFrames = fc.record({
  command: fc.constantFrom('NORMAL' as const, 'CONTINUE' as const, 'SHUTDOWN' as const),
  transport: fc.constantFrom('NONE' as const, 'PCI_DOE' as const),
  payload: some,
});

export const doeTypes = fc.constantFrom(...Object.values(DOE_TYPE));
