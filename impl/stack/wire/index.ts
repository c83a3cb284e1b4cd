/** Bytes on the wire as values, and back: no cryptography, no state. */
export * from './context.ts';
export * from './decoded.ts';
export * from './doe.ts';
export * from './ide-km.ts';
export * from './measurements.ts';
export * from './opaque.ts';
export * from './report.ts';
export * from './secured.ts';
export * from './socket.ts';
export * from './spdm.ts';
export { ALGORITHM_TYPE } from './spdm-algorithms.ts';
export { CAPABILITY } from './spdm-capabilities.ts';
export { SPDM_ERROR_CODE, type SpdmErrorCode } from './spdm-error.ts';
export { SIGNATURE } from './spdm-requests.ts';
export { decodePciPayload, encodePciPayload, type PciProtocol } from './spdm-vendor.ts';
export * from './tdisp.ts';
