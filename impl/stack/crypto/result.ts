/** What can be wrong with what a peer sent; a closed list, so that users decide on it. */
export type CryptoFault =
  /** Not a point of the curve, or the point at infinity. */
  | 'public-value'
  /** A signature, MAC or digest does not fit what it is said to cover. */
  | 'mismatch'
  /** A secured message for another session. */
  | 'session-id'
  /** A length field that lies, or bytes that are missing or too many. */
  | 'length'
  /** An authentication tag fails: another key, another sequence number, or changed bytes. */
  | 'tag'
  /** A counter has no further value. */
  | 'exhausted'
  /** A certificate or a chain of them cannot be read or does not hold. */
  | 'certificate';

/** Why something that a peer sent is not accepted. */
interface CryptoError {
  readonly fault: CryptoFault;
  /** One line: what, and what was expected. */
  readonly text: string;
}

/** A value that passed its checks, or the first check that failed. Never thrown. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CryptoError };

/** A checked value. */
export const good = <T>(value: T): Checked<T> => ({ ok: true, value });
/** A failed check. */
export const bad = (fault: CryptoFault, text: string): Checked<never> => ({
  ok: false,
  error: { fault, text },
});

/** Random bytes, injected: the stack has no source of its own. Asked for a number of bytes. */
export type Entropy = (byteCount: number) => Uint8Array;
