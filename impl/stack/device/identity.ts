/** Who the device is: certificate chains in slots, and the key that signs. */
import { encodeChain } from '../crypto/certificates.ts';
import type { Identity } from '../crypto/sample.ts';
import { type Curve, digest, type Hash } from '../crypto/suite.ts';

/** The certificates of one slot for one kind of key, and the leaf's secret key. */
export interface DeviceIdentity extends Identity {
  readonly slot: number;
  readonly curve: Curve['name'];
}

/** A slot as a connection sees it: the chain structure for its base hash. */
export interface Slot {
  readonly identity: DeviceIdentity;
  /** Length, reserved, root hash, certificates (DSP0274, certificate chain format). */
  readonly chain: Uint8Array;
  readonly chainDigest: Uint8Array;
}

/** The slots that hold a key of the curve, by slot number. */
export function slotsFor(
  identities: readonly DeviceIdentity[],
  curve: Curve,
  hash: Hash,
): ReadonlyMap<number, Slot> {
  const slots = new Map<number, Slot>();
  for (const identity of identities) {
    if (identity.curve !== curve.name) continue;
    const chain = encodeChain(hash, identity.certificates);
    slots.set(identity.slot, { identity, chain, chainDigest: digest(hash, chain) });
  }
  return slots;
}

/** Bit i is set where slot i is provisioned. */
export const slotMask = (slots: ReadonlyMap<number, Slot>): number =>
  [...slots.keys()].reduce((mask, slot) => mask | (1 << slot), 0);
