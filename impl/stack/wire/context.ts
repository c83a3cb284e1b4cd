/** What must be known beside the bytes to read an SPDM message: sizes of what was negotiated. */

/** SPDM versions as header bytes: major in the upper four bits. */
export const SPDM_1_2 = 0x12;
export const SPDM_1_3 = 0x13;

/**
 * Sizes in bytes and facts of a connection, from CAPABILITIES and ALGORITHMS. Sizes of what is not
 * negotiated (yet) are 0.
 */
export interface SpdmContext {
  /** H: output of the base hash. */
  readonly hashSize: number;
  /** D: public value of the key exchange, X and Y. */
  readonly dheSize: number;
  /** S: signature of the responder. */
  readonly signatureSize: number;
  /** Signature of the requester, for mutual authentication. */
  readonly requesterSignatureSize: number;
  /** Both sides have HANDSHAKE_IN_THE_CLEAR_CAP. */
  readonly handshakeInTheClear: boolean;
  /** MULTI_KEY_CONN was negotiated (1.3). */
  readonly multiKey: boolean;
}

/** Of a connection that has negotiated nothing. */
export const nothingNegotiated: SpdmContext = {
  hashSize: 0,
  dheSize: 0,
  signatureSize: 0,
  requesterSignatureSize: 0,
  handshakeInTheClear: false,
  multiKey: false,
};
