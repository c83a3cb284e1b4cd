/** SPDM messages 1.2 and 1.3 as values: DSP0274. */
import { type Coder, decodeFront, encodeWith, struct, u8, wrap } from './coder.ts';
import { SPDM_1_2, SPDM_1_3, type SpdmContext } from './context.ts';
import { type Decoded, malformed } from './decoded.ts';
import { type Flat, kindOf, type Values } from './kinds.ts';
import type { Asked, Layout, LayoutFacts } from './spdm-layout.ts';
import { REQUESTS, SIGNATURE } from './spdm-requests.ts';
import { RESPONSES } from './spdm-responses.ts';

const MESSAGES = { ...REQUESTS, ...RESPONSES };

type Requests = typeof REQUESTS;
type Responses = typeof RESPONSES;
type Fields<L> = L extends Layout<infer P, infer B> ? P & B : never;
type Message<K, L> = Flat<{ kind: K; version: number } & Fields<L>>;

/** A request, told by its `kind`; `version` is that of its header, 0x12 for SPDM 1.2. */
export type SpdmRequest = Values<{ [K in keyof Requests]: Message<K, Requests[K]> }>;
/** A response, told by its `kind`; `version` is that of its header, 0x12 for SPDM 1.2. */
export type SpdmResponse = Values<{ [K in keyof Responses]: Message<K, Responses[K]> }>;
/** Any SPDM message. */
export type SpdmMessage = SpdmRequest | SpdmResponse;
/** The message of a kind. */
export type SpdmMessageOf<K extends SpdmMessage['kind']> = Extract<SpdmMessage, { kind: K }>;

/** The four bytes that every message starts with. */
export interface SpdmHeader {
  readonly version: number;
  readonly code: number;
  readonly param1: number;
  readonly param2: number;
}

const header: Coder<SpdmHeader> = struct({ version: u8, code: u8, param1: u8, param2: u8 });

/** The header of any message, whether or not the rest of it can be read. */
export const decodeSpdmHeader = (bytes: Uint8Array): Decoded<SpdmHeader> =>
  decodeFront('SPDM', header, bytes);

/** The layout of a whole message as a coder of its fields. */
const messageCoder = (
  layout: Layout<object, object>,
  facts: LayoutFacts,
): Coder<{ version: number }> =>
  wrap({
    encodeStream: (w, message: { version: number }) => {
      u8.encodeStream(w, message.version);
      u8.encodeStream(w, layout.code);
      layout.params.encodeStream(w, message);
      layout.body(facts, message).encodeStream(w, message);
    },
    decodeStream: (r) => {
      const { version } = struct({ version: u8, code: u8 }).decodeStream(r);
      const params = layout.params.decodeStream(r);
      return { version, ...params, ...layout.body(facts, params).decodeStream(r) };
    },
  });

/** These exist in every version alike, and tell the peers which versions there are. */
const ANY_VERSION: readonly string[] = ['GET_VERSION', 'VERSION', 'ERROR'];

function decodeMessage<M extends SpdmMessage>(
  table: Readonly<Record<M['kind'], { readonly code: number }>>,
  bytes: Uint8Array,
  facts: SpdmContext & Asked,
): Decoded<M> {
  const head = decodeSpdmHeader(bytes);
  if (!head.ok) return head;
  const { version, code, param1 } = head.value;
  const kind = kindOf(table, code);
  if (kind === undefined) {
    return malformed('SPDM.code', 1, `a code of this direction, got ${code}`, 'code');
  }
  if (version !== SPDM_1_2 && version !== SPDM_1_3 && !ANY_VERSION.includes(kind)) {
    return malformed(`${kind}.version`, 0, `0x12 or 0x13, got 0x${version.toString(16)}`);
  }
  const result = decodeFront(
    kind,
    messageCoder(layoutOf(kind), { ...facts, version, param1 }),
    bytes,
  );
  if (!result.ok) return result;
  // The table ties the kind to the fields that its layout has read; the loop over it does not.
  return { ...result, value: { kind, ...result.value } as M };
}

/** The layout of a kind, its fields forgotten: what the table holds, a union, cannot be called. */
const layoutOf = (kind: SpdmMessage['kind']): Layout<object, object> =>
  MESSAGES[kind] as unknown as Layout<object, object>;

/**
 * Reads a request from the front of `bytes`.
 *
 * `size` of the result is the true length of the message, computed from its own fields: what the
 * DOE object holds besides is padding, and enters no transcript. Messages whose last field has no
 * length of its own (`DELIVER_ENCAPSULATED_RESPONSE`, those with a `body`) take all bytes.
 * Byte fields of the result are views of `bytes`.
 */
export const decodeSpdmRequest = (bytes: Uint8Array, context: SpdmContext): Decoded<SpdmRequest> =>
  decodeMessage<SpdmRequest>(REQUESTS, bytes, { ...context, summaryHash: false, signed: false });

/** What `request` asks for that its response does not say it has. */
const askedBy = (request: SpdmRequest | undefined): Asked => ({
  summaryHash:
    request !== undefined &&
    'measurementSummaryHashType' in request &&
    request.measurementSummaryHashType !== 0,
  signed: request?.kind === 'GET_MEASUREMENTS' && (request.attributes & SIGNATURE) !== 0,
});

/**
 * Reads the response to `request` from the front of `bytes`; see {@link decodeSpdmRequest}.
 *
 * The request decides whether there is a signature (MEASUREMENTS) or a summary hash. Without it
 * there is neither.
 */
export const decodeSpdmResponse = (
  bytes: Uint8Array,
  context: SpdmContext,
  request?: SpdmRequest,
): Decoded<SpdmResponse> =>
  decodeMessage<SpdmResponse>(RESPONSES, bytes, { ...context, ...askedBy(request) });

/** Writes any message. Throws a RangeError that names the field if a value does not fit. */
export const encodeSpdm = (message: SpdmMessage): Uint8Array =>
  encodeWith(
    message.kind,
    messageCoder(layoutOf(message.kind), { version: message.version }),
    message,
  );
