/** Sending a TLP: written into a ring and protected there. */
import type { IdePort } from './port.ts';
import type { TlpRing } from './ring.ts';
import { isSendable, roomFor, type Tlp, writeTlpFrom } from './tlp.ts';

/** What protects TLPs where they lie, and checks them there. */
export type TlpPort = Pick<IdePort, 'protect' | 'check'>;

/**
 * Adds a TLP to a ring, its payload the bytes of `source` from `from` on; whether it was sent.
 *
 * It is not if the port cannot protect it, if no TLP has such fields, or if the ring has no room.
 */
export function sendTlp(
  ring: TlpRing,
  port: TlpPort,
  tlp: Tlp,
  source: Uint8Array,
  from: number,
): boolean {
  if (ring.full || !isSendable(tlp) || roomFor(tlp) > ring.slotSize) return false;
  const at = ring.free;
  const size = writeTlpFrom(ring.bytes, ring.view, at, tlp, source, from);
  if (!port.protect(ring.view, at, at + size, tlp)) return false;
  ring.push(size);
  return true;
}
