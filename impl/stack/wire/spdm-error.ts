/** ERROR: DSP0274, error codes and their extended data. */
import { type Coder, named, rest, sized, struct, u8 } from './coder.ts';

/** Codes by the names that DSP0274 gives them. */
export const SPDM_ERROR_CODE = {
  InvalidRequest: 0x01,
  Busy: 0x03,
  UnexpectedRequest: 0x04,
  Unspecified: 0x05,
  DecryptError: 0x06,
  UnsupportedRequest: 0x07,
  RequestInFlight: 0x08,
  InvalidResponseCode: 0x09,
  SessionLimitExceeded: 0x0a,
  SessionRequired: 0x0b,
  ResetRequired: 0x0c,
  ResponseTooLarge: 0x0d,
  RequestTooLarge: 0x0e,
  LargeResponse: 0x0f,
  MessageLost: 0x10,
  InvalidPolicy: 0x11,
  VersionMismatch: 0x41,
  ResponseNotReady: 0x42,
  RequestResynch: 0x43,
  OperationFailed: 0x44,
  NoPendingRequests: 0x45,
  VendorDefined: 0xff,
} as const;
export type SpdmErrorCode = keyof typeof SPDM_ERROR_CODE;

export const errorParams = struct({
  errorCode: named<SpdmErrorCode>(u8, SPDM_ERROR_CODE),
  errorData: u8,
});

/** LargeResponse: a handle. ResponseNotReady: exponent, request code, token, multiplier. */
function extendedData(code: SpdmErrorCode): Coder<Uint8Array> {
  switch (code) {
    case 'LargeResponse':
      return sized(1);
    case 'ResponseNotReady':
      return sized(4);
    case 'VendorDefined':
      return rest;
    default:
      return sized(0);
  }
}

export const errorBody = (params: { errorCode: SpdmErrorCode }) =>
  struct({ extendedErrorData: extendedData(params.errorCode) });
