/** PCI DOE data objects and discovery: PCIe 6.x, 6.30. */
import { before, type Coder, decodeWith, encodeWith, struct, u8, u16, u32 } from './coder.ts';
import { type Decoded, decoded, malformed } from './decoded.ts';

/** Vendor id of PCI-SIG, whose types these are. */
export const DOE_VENDOR_PCI_SIG = 1;
/** Types of data objects. */
export const DOE_TYPE = { discovery: 0, spdm: 1, securedSpdm: 2 } as const;

/** One data object, from its header on. */
export interface DoeObject {
  readonly vendorId: number;
  /** One of {@link DOE_TYPE}, or a type that is not known here. */
  readonly dataObjectType: number;
  /** A multiple of four bytes: a message and its padding. */
  readonly payload: Uint8Array;
}

const HEADER_SIZE = 8;
/** Length is 18 bits wide and counts words; 0 stands for 2^18. */
const WORDS_MAX = 2 ** 18;

const header = struct({ vendorId: u16, dataObjectType: before(u8, 1), length: u32 });

/** Reads one object, which has to fill `bytes`. */
export function decodeDoe(bytes: Uint8Array): Decoded<DoeObject> {
  const head = decodeWith('DOE', header, bytes.subarray(0, HEADER_SIZE));
  if (!head.ok) return head;
  const { vendorId, dataObjectType, length } = head.value;
  const size = 4 * (length % WORDS_MAX || WORDS_MAX);
  if (size !== bytes.length) {
    const expected = `the length of the object, ${bytes.length} bytes, got ${size}`;
    return malformed('DOE.length', 4, expected, 'length');
  }
  const payload = bytes.subarray(HEADER_SIZE);
  return decoded({ vendorId, dataObjectType, payload }, size);
}

/** Writes one object of PCI-SIG's, padding the payload with zeros to a multiple of four bytes. */
export function encodeDoe(dataObjectType: number, message: Uint8Array): Uint8Array {
  const words = Math.ceil(message.length / 4) + 2;
  if (words > WORDS_MAX) {
    throw new RangeError(`encodeDoe: ${message.length} bytes do not fit into an object`);
  }
  const bytes = new Uint8Array(4 * words);
  const vendorId = DOE_VENDOR_PCI_SIG;
  bytes.set(encodeWith('DOE', header, { vendorId, dataObjectType, length: words % WORDS_MAX }));
  bytes.set(message, HEADER_SIZE);
  return bytes;
}

/** Asks for the entry of an index, from 0 up. */
export interface DoeDiscoveryRequest {
  readonly index: number;
}

/** One type that the function has, and the index of the next, 0 after the last. */
export interface DoeDiscoveryResponse {
  readonly vendorId: number;
  readonly dataObjectType: number;
  readonly nextIndex: number;
}

const discoveryRequest: Coder<DoeDiscoveryRequest> = struct({ index: before(u8, 3) });
const discoveryResponse: Coder<DoeDiscoveryResponse> = struct({
  vendorId: u16,
  dataObjectType: u8,
  nextIndex: u8,
});

export const encodeDoeDiscoveryRequest = (request: DoeDiscoveryRequest): Uint8Array =>
  encodeWith('DOE discovery request', discoveryRequest, request);
export const decodeDoeDiscoveryRequest = (payload: Uint8Array): Decoded<DoeDiscoveryRequest> =>
  decodeWith('DOE discovery request', discoveryRequest, payload);
export const encodeDoeDiscoveryResponse = (response: DoeDiscoveryResponse): Uint8Array =>
  encodeWith('DOE discovery response', discoveryResponse, response);
export const decodeDoeDiscoveryResponse = (payload: Uint8Array): Decoded<DoeDiscoveryResponse> =>
  decodeWith('DOE discovery response', discoveryResponse, payload);
