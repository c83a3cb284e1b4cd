/**
 * What decoding gives: a value, or where and why the bytes are none.
 *
 * Bytes come from a peer that may be hostile. Whatever they are, a decoder returns one of the two,
 * and never throws; an encoder throws on a value that cannot be written, which is its caller's bug.
 */

/** Why bytes are not the message they should be. */
export interface WireError {
  /** The message, and the field in it as a path: `KEY_EXCHANGE.opaqueData`. */
  readonly what: string;
  /** Offset, in bytes from the start of what was decoded, of the offending field. */
  readonly at: number;
  /** What should stand there. */
  readonly expected: string;
  /**
   * `length`: too few bytes, too many, or a length field that lies. `code`: no such message.
   * `value`: a field holds what it must not. Protocols answer them differently.
   */
  readonly fault: 'length' | 'code' | 'value';
}

/** A value and the number of bytes that it took, or a {@link WireError}. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly size: number }
  | { readonly ok: false; readonly error: WireError };

export const decoded = <T>(value: T, size: number): Decoded<T> => ({ ok: true, value, size });

/** A failed {@link Decoded}. */
export const malformed = (
  what: string,
  at: number,
  expected: string,
  fault: WireError['fault'] = 'value',
): { readonly ok: false; readonly error: WireError } => ({
  ok: false,
  error: { what, at, expected, fault },
});

/** One line for a person: `KEY_EXCHANGE.opaqueData at byte 136: expected …`. */
export const wireErrorText = ({ what, at, expected }: WireError): string =>
  `${what} at byte ${at}: expected ${expected}`;

/**
 * Accepts what was decoded only if it leaves no bytes, apart from at most `padding` of them.
 *
 * A DOE object is padded with up to three bytes; everything else ends where its message ends.
 */
export function whole<T>(
  what: string,
  bytes: Uint8Array,
  result: Decoded<T>,
  padding = 0,
): Decoded<T> {
  if (!result.ok || bytes.length - result.size <= padding) return result;
  return malformed(what, result.size, `the end, got ${bytes.length - result.size} more`, 'length');
}
