/** What examining a recording finds out. */
import type { IdeKmMessage, SpdmMessage, TdispMessage, WireError } from '../wire/index.ts';

/** Something about a packet that was computed anew and came out the same. */
export type Fact =
  /** A secured message opened under the keys that were derived. */
  | 'record'
  /** What was in it is what the recording says. */
  | 'plaintext'
  | 'signature'
  /** RequesterVerifyData or ResponderVerifyData. */
  | 'verify data'
  /** Root hash, issuers and signatures of a certificate chain. */
  | 'certificate chain'
  /** A digest of a certificate chain. */
  | 'digest'
  /** The public value and the shared secret, from the requester's scalar. */
  | 'key agreement'
  /** All recorded secrets and keys of a phase. */
  | 'handshake keys'
  | 'data keys'
  /** The blocks of a measurement record. */
  | 'measurements'
  /** A measurement summary hash. */
  | 'summary';

/** One packet, understood. */
export interface ExaminedPacket {
  /** From 0. */
  readonly number: number;
  readonly direction: Side;
  /** Type of the DOE data object. */
  readonly dataObjectType: number;
  /** Index of the session in the recording, for secured messages. */
  readonly session?: number;
  /** The SPDM message, its exact bytes. */
  readonly bytes?: Uint8Array;
  readonly spdm?: SpdmMessage;
  /** What a VENDOR_DEFINED message carries. */
  readonly tdisp?: TdispMessage;
  readonly ideKm?: IdeKmMessage;
  /** Why a request cannot be read or opened. Its response is an error, or the examination fails. */
  readonly malformed?: WireError;
  readonly verified: readonly Fact[];
}

/** A conversation, as far as everything in it holds. */
export interface Conversation {
  /** All packets; or, if something failed, those before it. */
  readonly packets: readonly ExaminedPacket[];
  /** The first thing that does not hold. */
  readonly failure?: { readonly packet: number; readonly text: string };
}

/** Whose packet of an exchange something is about. */
export type Side = 'request' | 'response';

/** Ends an examination; caught by `examine`. */
export class Failed extends Error {
  readonly side: Side;

  constructor(text: string, side: Side) {
    super(text);
    this.side = side;
  }
}

/** Ends the examination with a line that says what does not hold, unless it does. */
export function must(holds: boolean, text: string, side: Side = 'response'): asserts holds {
  if (!holds) throw new Failed(text, side);
}
