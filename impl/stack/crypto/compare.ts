import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two byte strings are the same, in a time that depends on their lengths alone.
 *
 * Every comparison of a MAC, a digest or a nonce in the stack goes through here. Lengths are no
 * secret: they follow from what was negotiated.
 */
export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);
