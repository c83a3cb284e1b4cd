/**
 * The seam between a port and its link: TLPs as values on this side, bytes on the other, and the
 * IDE protection in between.
 */

import type { TlpPort } from '../ide/send.ts';

/** How a completion ends a read: successful, unsupported request, completer abort. */
export type CompletionStatus = 'SC' | 'UR' | 'CA';

/** A TLP as far as TDISP cares. `t` is the T bit; addresses and lengths are in bytes. */
export type Tlp =
  | {
      readonly kind: 'MEMORY_WRITE';
      readonly requesterId: number;
      readonly t: boolean;
      readonly address: bigint;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'MEMORY_READ';
      readonly requesterId: number;
      readonly tag: number;
      readonly t: boolean;
      readonly address: bigint;
      readonly byteLength: number;
    }
  | {
      readonly kind: 'COMPLETION';
      /** Of the read that it answers. */
      readonly requesterId: number;
      readonly tag: number;
      readonly t: boolean;
      readonly status: CompletionStatus;
      readonly data: Uint8Array;
    };

/**
 * What arrived. `stream` is undefined for a TLP in the clear. After `check-failed` the stream is
 * Insecure; `misrouted` names no stream of this port; `malformed` is no TLP.
 */
export type Received =
  | { readonly ok: true; readonly tlp: Tlp; readonly stream: number | undefined }
  | { readonly ok: false; readonly fault: 'check-failed'; readonly stream: number }
  | { readonly ok: false; readonly fault: 'misrouted' | 'malformed' };

/** One end of a link. Bytes in and out are the caller's. */
export interface LinkPort {
  /**
   * The bytes of a TLP, protected on the stream, or in the clear if that is undefined. Undefined if
   * the stream has no key to protect it with.
   */
  send(tlp: Tlp, stream: number | undefined): Uint8Array | undefined;
  receive(bytes: Uint8Array): Received;
  /**
   * The port below, for TLPs where they lie, without a value or a copy. A link that has none is
   * asked by values instead.
   */
  readonly port?: TlpPort;
}
