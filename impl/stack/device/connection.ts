/** From GET_VERSION to ALGORITHMS: how a responder's connection comes about (DSP0274, 10.2 to 10.4). */
import type { SpdmVersion, Suite } from '../crypto/suite.ts';
import { ConnectionTranscript } from '../crypto/transcript.ts';
import type { SpdmErrorCode } from '../wire/index.ts';
import {
  CAPABILITY,
  encodeSpdm,
  nothingNegotiated,
  SPDM_1_2,
  SPDM_1_3,
  type SpdmContext,
  type SpdmMessageOf,
} from '../wire/index.ts';
import { type DeviceIdentity, type Slot, slotsFor } from './identity.ts';
import {
  agree,
  contextOf,
  flagsContradict,
  responderFlags,
  sizesContradict,
  TRANSFER_BYTES,
} from './negotiation.ts';

/** The version that GET_VERSION, VERSION and early errors have in their headers. */
const SPDM_1_0 = 0x10;

/** What is agreed once ALGORITHMS was sent. */
export interface Agreed {
  readonly suite: Suite;
  readonly context: SpdmContext;
  readonly slots: ReadonlyMap<number, Slot>;
}

/** One connection of a responder; GET_VERSION begins a new one. */
export class Connection {
  phase: 'none' | 'version' | 'capabilities' | 'negotiated' = 'none';
  version: number = SPDM_1_0;
  transcript = new ConnectionTranscript();
  agreed: Agreed | undefined;
  #clearHandshake = false;
  readonly #setup: ConnectionSetup;

  constructor(setup: ConnectionSetup) {
    this.#setup = setup;
  }

  get context(): SpdmContext {
    return this.agreed?.context ?? nothingNegotiated;
  }

  /** The bytes of an ERROR response. */
  error(errorCode: SpdmErrorCode, errorData = 0): Uint8Array {
    return encodeSpdm({
      kind: 'ERROR',
      version: this.version,
      errorCode,
      errorData,
      extendedErrorData: new Uint8Array(0),
    });
  }

  getVersion(request: Uint8Array): Uint8Array {
    this.phase = 'version';
    this.version = SPDM_1_0;
    this.agreed = undefined;
    this.transcript = new ConnectionTranscript();
    const versionNumberEntries = this.#setup.versions.map((version) => version << 8);
    const response = encodeSpdm({ kind: 'VERSION', version: SPDM_1_0, versionNumberEntries });
    this.transcript.addToA(request, response);
    return response;
  }

  /** Whether a request of this header version may come now. */
  speaks(version: number): boolean {
    if (this.phase !== 'version') return version === this.version;
    return this.#setup.versions.some((known) => known === version);
  }

  getCapabilities(message: SpdmMessageOf<'GET_CAPABILITIES'>, request: Uint8Array): Uint8Array {
    if (this.phase !== 'version') return this.error('UnexpectedRequest');
    if (flagsContradict(message.flags) || sizesContradict(message)) {
      return this.error('InvalidRequest');
    }
    this.version = message.version;
    this.phase = 'capabilities';
    const { handshakeInTheClear } = this.#setup;
    this.#clearHandshake =
      handshakeInTheClear && (message.flags & CAPABILITY.HANDSHAKE_IN_THE_CLEAR) !== 0;
    const response = encodeSpdm({
      kind: 'CAPABILITIES',
      version: message.version,
      ctExponent: 0,
      flags: responderFlags(handshakeInTheClear),
      dataTransferSize: TRANSFER_BYTES,
      maxSpdmMsgSize: TRANSFER_BYTES,
    });
    this.transcript.addToA(request, response);
    return response;
  }

  negotiate(message: SpdmMessageOf<'NEGOTIATE_ALGORITHMS'>, request: Uint8Array): Uint8Array {
    if (this.phase !== 'capabilities') return this.error('UnexpectedRequest');
    const version: SpdmVersion = this.version === SPDM_1_3 ? SPDM_1_3 : SPDM_1_2;
    const curves = new Set(this.#setup.identities.map(({ curve }) => curve));
    const agreement = agree(version, message, curves);
    if (agreement === undefined) return this.error('InvalidRequest');
    const { suite } = agreement;
    this.phase = 'negotiated';
    this.agreed = {
      suite,
      context: contextOf(suite, this.#clearHandshake),
      slots: slotsFor(this.#setup.identities, suite.signature, suite.hash),
    };
    const response = encodeSpdm(agreement.response);
    this.transcript.addToA(request, response);
    this.transcript.negotiated(suite.hash);
    return response;
  }
}

export interface ConnectionSetup {
  /** Versions offered, by header byte. */
  readonly versions: readonly SpdmVersion[];
  readonly identities: readonly DeviceIdentity[];
  readonly handshakeInTheClear: boolean;
}
