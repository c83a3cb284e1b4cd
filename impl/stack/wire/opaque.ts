/** General opaque data, format 1 (DSP0274), and what secured messages put into it (DSP0277). */
import {
  before,
  type Coder,
  counted,
  decodeWith,
  encodeWith,
  list,
  struct,
  u8,
  u16,
  wrap,
} from './coder.ts';
import { type Decoded, decoded, malformed } from './decoded.ts';

/** One element of opaque data. */
export interface OpaqueElement {
  /** Registry of the vendor id; 0 for DMTF. */
  readonly id: number;
  readonly vendorId: Uint8Array;
  readonly data: Uint8Array;
}

const element: Coder<OpaqueElement> = struct({
  id: u8,
  vendorId: counted(u8),
  data: counted(u16),
});

/** Pads each element with zeros to a multiple of four bytes, counted from its first. */
const padded: Coder<OpaqueElement> = wrap({
  encodeStream: (w, value: OpaqueElement) => {
    const bytes = element.encode(value);
    w.bytes(bytes);
    w.bytes(new Uint8Array(-bytes.length & 3));
  },
  decodeStream: (r) => {
    const start = r.pos;
    const value = element.decodeStream(r);
    before(struct({}), (start - r.pos) & 3).decodeStream(r);
    return value;
  },
});

const opaqueData: Coder<{ readonly elements: readonly OpaqueElement[] }> = struct({
  elements: list(before(u8, 3), padded),
});

/** Reads opaque data that fills `bytes`; none at all has no elements. */
export function decodeOpaqueData(bytes: Uint8Array): Decoded<readonly OpaqueElement[]> {
  if (bytes.length === 0) return decoded([], 0);
  const result = decodeWith('opaque data', opaqueData, bytes);
  return result.ok ? decoded(result.value.elements, result.size) : result;
}

export const encodeOpaqueData = (elements: readonly OpaqueElement[]): Uint8Array =>
  encodeWith('opaque data', opaqueData, { elements });

/** Registry id of DMTF, whose elements these are. */
const DMTF = 0;
const STRUCTURE_VERSION = 1;
const SELECTED = 0;
const SUPPORTED = 1;

const supported = struct({ structureVersion: u8, structureId: u8, versions: list(u8, u16) });
const selected = struct({ structureVersion: u8, structureId: u8, version: u16 });

const opaqueOf = (bytes: Uint8Array): Uint8Array =>
  encodeOpaqueData([{ id: DMTF, vendorId: new Uint8Array(0), data: bytes }]);

/** Opaque data of KEY_EXCHANGE: versions of secured messages, 0x1200 for 1.2. */
export const encodeSupportedVersions = (versions: readonly number[]): Uint8Array =>
  opaqueOf(
    encodeWith('supported versions', supported, {
      structureVersion: STRUCTURE_VERSION,
      structureId: SUPPORTED,
      versions,
    }),
  );

/** Opaque data of KEY_EXCHANGE_RSP: the version of secured messages that was selected. */
export const encodeSelectedVersion = (version: number): Uint8Array =>
  opaqueOf(
    encodeWith('selected version', selected, {
      structureVersion: STRUCTURE_VERSION,
      structureId: SELECTED,
      version,
    }),
  );

/** The element of DMTF with a structure id. */
function dmtfData(bytes: Uint8Array, structureId: number, what: string): Decoded<Uint8Array> {
  const elements = decodeOpaqueData(bytes);
  if (!elements.ok) return elements;
  for (const { id, data: body } of elements.value) {
    if (id === DMTF && body[0] === STRUCTURE_VERSION && body[1] === structureId) {
      return decoded(body, bytes.length);
    }
  }
  return malformed(what, 0, `an element of DMTF with structure id ${structureId}`);
}

/** Versions that a requester supports, from the opaque data of its KEY_EXCHANGE. */
export function decodeSupportedVersions(bytes: Uint8Array): Decoded<readonly number[]> {
  const body = dmtfData(bytes, SUPPORTED, 'supported versions');
  if (!body.ok) return body;
  const result = decodeWith('supported versions', supported, body.value);
  return result.ok ? decoded(result.value.versions, bytes.length) : result;
}

/** The version that a responder selected, from the opaque data of its KEY_EXCHANGE_RSP. */
export function decodeSelectedVersion(bytes: Uint8Array): Decoded<number> {
  const body = dmtfData(bytes, SELECTED, 'selected version');
  if (!body.ok) return body;
  const result = decodeWith('selected version', selected, body.value);
  return result.ok ? decoded(result.value.version, bytes.length) : result;
}
