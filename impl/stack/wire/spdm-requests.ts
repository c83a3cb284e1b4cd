/**
 * Layouts of SPDM requests: DSP0274 1.2 and 1.3, one entry for each request, its fields in the order
 * of their bytes. A field that a message may lack is empty, or 0, when it does.
 */
import {
  before,
  type Coder,
  counted,
  gap,
  joined,
  nothing,
  rest,
  sized,
  struct,
  u8,
  u16,
  wrap,
} from './coder.ts';
import { offer, structureCount } from './spdm-algorithms.ts';
import { capabilities } from './spdm-capabilities.ts';
import { contextSize, layout, short, sizeIf, unread } from './spdm-layout.ts';
import { lengthsFirst } from './spdm-psk.ts';
import { vendorDefined } from './spdm-vendor.ts';

/** Bit 0 of the attributes of GET_MEASUREMENTS and FINISH: a signature is asked for, is there. */
export const SIGNATURE = 1;

/** The slot of GET_MEASUREMENTS, there only when a signature is asked for. */
const slotIf = (present: boolean): Coder<number> =>
  wrap({
    encodeStream: (w, slot: number) => {
      if (present) u8.encodeStream(w, slot);
      else if (slot !== 0) throw w.err(`expected slot 0 without a signature, got ${slot}`);
    },
    decodeStream: (r) => (present ? u8.decodeStream(r) : 0),
  });

const reserved = gap(2, nothing);
const attributesParam = struct({ attributes: before(u8, 1) });
const slotAndSummary = struct({ slotId: u8, measurementSummaryHashType: u8 });
const summaryAndSlot = struct({ measurementSummaryHashType: u8, slotId: u8 });

export const REQUESTS = {
  GET_DIGESTS: short(0x81, reserved),
  /** `attributes` bit 0 asks for the size of the slot (1.3). */
  GET_CERTIFICATE: layout(0x82, struct({ slotId: u8, attributes: u8 }), () =>
    struct({ offset: u16, length: u16 }),
  ),
  /** `measurementSummaryHashType`: 0 none, 1 TCB, 0xff all. */
  CHALLENGE: layout(0x83, slotAndSummary, (facts) =>
    struct({ nonce: sized(32), requesterContext: sized(contextSize(facts)) }),
  ),
  GET_VERSION: short(0x84, reserved),
  CHUNK_SEND: unread(0x85),
  CHUNK_GET: unread(0x86),
  GET_ENDPOINT_INFO: unread(0x87),
  /** `attributes`: bit 0 signed, 1 raw bit stream, 2 fresh. `operation`: 0 count, 0xff all. */
  GET_MEASUREMENTS: layout(0xe0, struct({ attributes: u8, operation: u8 }), (facts, params) => {
    const signed = (params.attributes & SIGNATURE) !== 0;
    return struct({
      nonce: sized(signed ? 32 : 0),
      slotId: slotIf(signed),
      requesterContext: sized(contextSize(facts)),
    });
  }),
  /** `attributes` bit 0 asks for the algorithms as well (1.3). */
  GET_CAPABILITIES: layout(0xe1, attributesParam, () => capabilities),
  NEGOTIATE_ALGORITHMS: layout(0xe3, structureCount, offer),
  /** `exchangeData`: X and Y of the public value. */
  KEY_EXCHANGE: layout(0xe4, summaryAndSlot, (facts) =>
    struct({
      reqSessionId: u16,
      sessionPolicy: before(u8, 1),
      randomData: sized(32),
      exchangeData: sized(facts.dheSize),
      opaqueData: counted(u16),
    }),
  ),
  FINISH: layout(0xe5, struct({ attributes: u8, slotId: u8 }), (facts, params) =>
    struct({
      signature: sized(sizeIf((params.attributes & SIGNATURE) !== 0, facts.requesterSignatureSize)),
      requesterVerifyData: sized(facts.hashSize),
    }),
  ),
  PSK_EXCHANGE: layout(0xe6, summaryAndSlot, () =>
    joined(
      struct({ reqSessionId: u16 }),
      lengthsFirst(['pskHint', 'requesterContext', 'opaqueData'], nothing),
    ),
  ),
  PSK_FINISH: layout(0xe7, reserved, (facts) =>
    struct({ requesterVerifyData: sized(facts.hashSize) }),
  ),
  HEARTBEAT: short(0xe8, reserved),
  /** `keyOperation`: 1 UpdateKey, 2 UpdateAllKeys, 3 VerifyNewKey. */
  KEY_UPDATE: short(0xe9, struct({ keyOperation: u8, tag: u8 })),
  GET_ENCAPSULATED_REQUEST: short(0xea, reserved),
  /** `encapsulatedResponse` is an SPDM message, decoded on its own. */
  DELIVER_ENCAPSULATED_RESPONSE: layout(0xeb, struct({ requestId: before(u8, 1) }), () =>
    struct({ encapsulatedResponse: rest }),
  ),
  /** `attributes` bit 0: forget what was negotiated. */
  END_SESSION: short(0xec, attributesParam),
  GET_CSR: unread(0xed),
  SET_CERTIFICATE: unread(0xee),
  GET_MEASUREMENT_EXTENSION_LOG: unread(0xef),
  VENDOR_DEFINED_REQUEST: layout(0xfe, reserved, () => vendorDefined),
  RESPOND_IF_READY: short(0xff, struct({ originalRequestCode: u8, token: u8 })),
} as const;
