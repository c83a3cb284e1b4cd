/** VENDOR_DEFINED: DSP0274, and how PCI-SIG uses it for IDE_KM and TDISP (PCIe 6.x, 6.33 and 11). */
import {
  type Coder,
  counted,
  decodeWith,
  encodeWith,
  named,
  rest,
  struct,
  u8,
  u16,
} from './coder.ts';
import { type Decoded, malformed } from './decoded.ts';

/** StandardID and vendor id of PCI-SIG. */
const STANDARD_PCI_SIG = 3;
const VENDOR_PCI_SIG = Uint8Array.of(1, 0);

export const vendorDefined = struct({
  standardId: u16,
  vendorId: counted(u8),
  payload: counted(u16),
});

/** What follows the envelope, whoever's it is. */
export interface VendorPayload {
  readonly standardId: number;
  readonly vendorId: Uint8Array;
  readonly payload: Uint8Array;
}

/** Protocols of PCI-SIG. */
export type PciProtocol = 'IDE_KM' | 'TDISP';

/** A message of one of PCI-SIG's protocols. */
export interface PciPayload {
  readonly protocol: PciProtocol;
  /** The message, for {@link decodeIdeKm} or {@link decodeTdisp}. */
  readonly message: Uint8Array;
}

const pciPayload: Coder<PciPayload> = struct({
  protocol: named<PciProtocol>(u8, { IDE_KM: 0, TDISP: 1 }),
  message: rest,
});

/** The fields of VENDOR_DEFINED that carry a message of one of PCI-SIG's protocols. */
export const encodePciPayload = (protocol: PciProtocol, message: Uint8Array): VendorPayload => ({
  standardId: STANDARD_PCI_SIG,
  vendorId: VENDOR_PCI_SIG,
  payload: encodeWith('VENDOR_DEFINED', pciPayload, { protocol, message }),
});

/** Which of PCI-SIG's protocols a VENDOR_DEFINED message carries. Offsets count in the payload. */
export function decodePciPayload(envelope: VendorPayload): Decoded<PciPayload> {
  const { standardId, vendorId, payload } = envelope;
  if (standardId !== STANDARD_PCI_SIG) {
    return malformed('VENDOR_DEFINED.standardId', 4, `${STANDARD_PCI_SIG}, got ${standardId}`);
  }
  if (vendorId.length !== 2 || vendorId.some((byte, i) => byte !== VENDOR_PCI_SIG[i])) {
    return malformed('VENDOR_DEFINED.vendorId', 7, 'the two bytes 01 00');
  }
  return decodeWith('VENDOR_DEFINED', pciPayload, payload);
}
