/**
 * Layouts of SPDM responses: DSP0274 1.2 and 1.3, one entry for each response, its fields in the
 * order of their bytes. A field that a message may lack is empty when it does.
 */
import {
  before,
  type Coder,
  counted,
  gap,
  joined,
  list,
  many,
  nothing,
  portion,
  rest,
  sized,
  struct,
  u8,
  u16,
  u24,
  wrap,
} from './coder.ts';
import { selection, structureCount } from './spdm-algorithms.ts';
import { capabilities } from './spdm-capabilities.ts';
import { errorBody, errorParams } from './spdm-error.ts';
import { contextSize, type LayoutFacts, layout, short, sizeIf, unread } from './spdm-layout.ts';
import { lengthsFirst } from './spdm-psk.ts';
import { vendorDefined } from './spdm-vendor.ts';

const reserved = gap(2, nothing);
const summaryHash = (facts: LayoutFacts) => sized(sizeIf(facts.summaryHash, facts.hashSize));
const bitCount = (mask: number): number => mask.toString(2).replaceAll('0', '').length;

/** A byte with the slot in its lower four bits; the others are reserved. */
const slotNibble: Coder<number> = wrap({
  encodeStream: (w, slot: number) => {
    w.bits(0, 4);
    w.bits(slot, 4);
  },
  decodeStream: (r) => r.byte() & 15,
});

/** The last header byte of MEASUREMENTS: two reserved bits, ContentChanged, SlotID. */
const slotAndChange: Coder<{ slotId: number; contentChanged: number }> = wrap({
  encodeStream: (w, { slotId, contentChanged }) => {
    w.bits(0, 2);
    w.bits(contentChanged, 2);
    w.bits(slotId, 4);
  },
  decodeStream: (r) => {
    r.bits(2);
    const contentChanged = r.bits(2);
    return { slotId: r.bits(4), contentChanged };
  },
});

/** Number of blocks, then the length of their record and the record: `u8, u24, bytes`. */
const measurements = struct({ numberOfBlocks: u8, measurementRecord: counted(u24) });

/** What follows the header of ENCAPSULATED_RESPONSE_ACK (1.2 and later). */
const acknowledged = struct({ ackRequestId: before(u8, 3), encapsulatedRequest: rest });

export const RESPONSES = {
  /** One digest for each set bit of the mask, lowest first; key pairs only with MULTI_KEY_CONN. */
  DIGESTS: layout(
    0x01,
    struct({ supportedSlotMask: u8, provisionedSlotMask: u8 }),
    (facts, { provisionedSlotMask }) => {
      const slots = bitCount(provisionedSlotMask);
      const keys = sizeIf(facts.multiKey, slots);
      return struct({
        digests: many(slots, sized(facts.hashSize)),
        keyPairIds: many(keys, u8),
        certificateInfos: many(keys, u8),
        keyUsageMasks: many(keys, u16),
      });
    },
  ),
  CERTIFICATE: layout(0x02, struct({ slotId: slotNibble, certificateInfo: u8 }), () =>
    portion('certChain'),
  ),
  CHALLENGE_AUTH: layout(0x03, struct({ slotId: slotNibble, slotMask: u8 }), (facts) =>
    struct({
      certChainHash: sized(facts.hashSize),
      nonce: sized(32),
      measurementSummaryHash: summaryHash(facts),
      opaqueData: counted(u16),
      requesterContext: sized(contextSize(facts)),
      signature: sized(facts.signatureSize),
    }),
  ),
  /** Entries: major, minor, update, alpha, four bits each from the top. */
  VERSION: layout(0x04, reserved, () => struct({ versionNumberEntries: gap(1, list(u8, u16)) })),
  CHUNK_SEND_ACK: unread(0x05),
  CHUNK_RESPONSE: unread(0x06),
  ENDPOINT_INFO: unread(0x07),
  /** `numberOfIndices` only answers operation 0. `contentChanged`: 0 unknown, 1 changed, 2 not. */
  MEASUREMENTS: layout(0x60, joined(struct({ numberOfIndices: u8 }), slotAndChange), (facts) =>
    joined(
      measurements,
      struct({
        nonce: sized(32),
        opaqueData: counted(u16),
        requesterContext: sized(contextSize(facts)),
        signature: sized(sizeIf(facts.signed, facts.signatureSize)),
      }),
    ),
  ),
  CAPABILITIES: layout(0x61, reserved, () => capabilities),
  ALGORITHMS: layout(0x63, structureCount, selection),
  /** `heartbeatPeriod` in seconds. */
  KEY_EXCHANGE_RSP: layout(0x64, struct({ heartbeatPeriod: before(u8, 1) }), (facts) =>
    struct({
      rspSessionId: u16,
      mutAuthRequested: u8,
      reqSlotId: u8,
      randomData: sized(32),
      exchangeData: sized(facts.dheSize),
      measurementSummaryHash: summaryHash(facts),
      opaqueData: counted(u16),
      signature: sized(facts.signatureSize),
      responderVerifyData: sized(facts.handshakeInTheClear ? 0 : facts.hashSize),
    }),
  ),
  FINISH_RSP: layout(0x65, reserved, (facts) =>
    struct({ responderVerifyData: sized(sizeIf(facts.handshakeInTheClear, facts.hashSize)) }),
  ),
  PSK_EXCHANGE_RSP: layout(0x66, struct({ heartbeatPeriod: before(u8, 1) }), (facts) =>
    joined(
      struct({ rspSessionId: before(u16, 2) }),
      joined(
        lengthsFirst(
          ['responderContext', 'opaqueData'],
          struct({ measurementSummaryHash: summaryHash(facts) }),
        ),
        struct({ responderVerifyData: sized(facts.hashSize) }),
      ),
    ),
  ),
  PSK_FINISH_RSP: short(0x67, reserved),
  HEARTBEAT_ACK: short(0x68, reserved),
  KEY_UPDATE_ACK: short(0x69, struct({ keyOperation: u8, tag: u8 })),
  /** `encapsulatedRequest` is an SPDM message, decoded on its own. */
  ENCAPSULATED_REQUEST: layout(0x6a, struct({ requestId: before(u8, 1) }), () =>
    struct({ encapsulatedRequest: rest }),
  ),
  /** `payloadType`: 0 none, 1 a request, 2 the slot that the requester shall use. */
  ENCAPSULATED_RESPONSE_ACK: layout(
    0x6b,
    struct({ requestId: u8, payloadType: u8 }),
    () => acknowledged,
  ),
  END_SESSION_ACK: short(0x6c, reserved),
  CSR: unread(0x6d),
  SET_CERTIFICATE_RSP: unread(0x6e),
  MEASUREMENT_EXTENSION_LOG: unread(0x6f),
  VENDOR_DEFINED_RESPONSE: layout(0x7e, reserved, () => vendorDefined),
  ERROR: layout(0x7f, errorParams, (_, params) => errorBody(params)),
} as const;
