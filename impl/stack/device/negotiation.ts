/** What a responder accepts and chooses before there is a session (DSP0274, 10.3 and 10.4). */
import { AEADS, CURVES, HASHES, type SpdmVersion, type Suite, suiteOf } from '../crypto/suite.ts';
import type { SpdmContext, SpdmMessageOf } from '../wire/index.ts';
import { ALGORITHM_TYPE, CAPABILITY } from '../wire/index.ts';

/** Largest message in one transfer, and in all: chunks are not spoken. */
export const TRANSFER_BYTES = 0x1200;
const TRANSFER_BYTES_MIN = 42;

const MEAS_WITH_SIGNATURE = 2 << 3;
const BASE_FLAGS =
  CAPABILITY.CERT |
  CAPABILITY.CHAL |
  MEAS_WITH_SIGNATURE |
  CAPABILITY.MEAS_FRESH |
  CAPABILITY.ENCRYPT |
  CAPABILITY.MAC |
  CAPABILITY.KEY_EX |
  CAPABILITY.HBEAT |
  CAPABILITY.KEY_UPD;

/** The flags of a device; a clear-text handshake is for those that ask for it. */
export const responderFlags = (handshakeInTheClear: boolean): number =>
  handshakeInTheClear ? BASE_FLAGS | CAPABILITY.HANDSHAKE_IN_THE_CLEAR : BASE_FLAGS;

const has = (flags: number, mask: number): boolean => (flags & mask) !== 0;

/** Whether the flags of a requester contradict each other (DSP0274, table of request flags). */
export function flagsContradict(flags: number): boolean {
  const { KEY_EX, PSK, MAC, ENCRYPT, CERT, PUB_KEY_ID, CHAL, MUT_AUTH } = CAPABILITY;
  const { HANDSHAKE_IN_THE_CLEAR, HBEAT, KEY_UPD, EVENT, EP_INFO, MULTI_KEY } = CAPABILITY;
  const exchanges = has(flags, KEY_EX | PSK);
  const identified = has(flags, CERT | PUB_KEY_ID);
  return (
    (exchanges && !has(flags, MAC | ENCRYPT)) ||
    (!exchanges && has(flags, MAC | ENCRYPT | HANDSHAKE_IN_THE_CLEAR | HBEAT | KEY_UPD | EVENT)) ||
    (has(flags, CERT) && has(flags, PUB_KEY_ID)) ||
    (identified && !has(flags, CHAL | KEY_EX)) ||
    (has(flags, CHAL | MUT_AUTH) && !identified) ||
    [PSK, EP_INFO, MULTI_KEY].some((field) => (flags & field) === field) ||
    (flags & PSK) === 2 << 10
  );
}

/** Whether the sizes of GET_CAPABILITIES are possible for a requester without chunks. */
export const sizesContradict = (
  message: Pick<SpdmMessageOf<'GET_CAPABILITIES'>, 'flags' | 'dataTransferSize' | 'maxSpdmMsgSize'>,
): boolean =>
  message.dataTransferSize < TRANSFER_BYTES_MIN ||
  message.maxSpdmMsgSize < message.dataTransferSize ||
  (!has(message.flags, CAPABILITY.CHUNK) && message.maxSpdmMsgSize !== message.dataTransferSize);

/** The strongest of `choices` whose bit is in `offered`. */
const strongest = (choices: readonly number[], offered: number): number | undefined =>
  choices.find((bit) => has(offered, bit));

const OPAQUE_FORMAT_1 = 2;
const MEASUREMENT_DMTF = 1;
const KEY_SCHEDULE_SPDM = 1;

/** What was agreed: the suite, and the ALGORITHMS response that says so. */
export interface Agreement {
  readonly suite: Suite;
  readonly response: SpdmMessageOf<'ALGORITHMS'>;
}

type Offer = SpdmMessageOf<'NEGOTIATE_ALGORITHMS'>;

function offeredStructure(offer: Offer, type: number): number {
  return offer.algStructures.find(({ algType }) => algType === type)?.algSupported ?? 0;
}

/** Whether the structures are in ascending order of type, each with something offered. */
const structuresHold = ({ algStructures }: Offer): boolean =>
  algStructures.every(
    ({ algType, algSupported }, i) =>
      algSupported !== 0 &&
      algType >= ALGORITHM_TYPE.dhe &&
      algType <= ALGORITHM_TYPE.keySchedule &&
      algType > (algStructures[i - 1]?.algType ?? 0),
  );

/**
 * Chooses the strongest of everything offered; undefined if the offer breaks a rule or leaves
 * nothing to choose. `curves` are those for which the device has a certificate.
 */
export function agree(
  version: SpdmVersion,
  offer: Offer,
  curves: ReadonlySet<string>,
): Agreement | undefined {
  if (!structuresHold(offer)) return undefined;
  const { P_256, P_384 } = CURVES;
  const { SHA_256, SHA_384 } = HASHES;
  const asymmetric = [P_384, P_256].filter(({ name }) => curves.has(name)).map(({ asym }) => asym);
  const baseAsym = strongest(asymmetric, offer.baseAsymAlgo);
  const baseHash = strongest([SHA_384.base, SHA_256.base], offer.baseHashAlgo);
  const { AES_256_GCM, CHACHA20_POLY1305 } = AEADS;
  const ciphers = [AES_256_GCM.algorithm, CHACHA20_POLY1305.algorithm];
  const dhe = strongest([P_384.dhe, P_256.dhe], offeredStructure(offer, ALGORITHM_TYPE.dhe));
  const aead = strongest(ciphers, offeredStructure(offer, ALGORITHM_TYPE.aead));
  if (
    baseAsym === undefined ||
    baseHash === undefined ||
    dhe === undefined ||
    aead === undefined ||
    !has(offeredStructure(offer, ALGORITHM_TYPE.keySchedule), KEY_SCHEDULE_SPDM) ||
    !has(offer.otherParams, OPAQUE_FORMAT_1) ||
    !has(offer.measurementSpecification, MEASUREMENT_DMTF)
  ) {
    return undefined;
  }
  const suite = suiteOf(version, { baseHash, baseAsym, dhe, aead });
  if (suite === undefined) return undefined;
  const choice: Readonly<Record<number, number>> = {
    [ALGORITHM_TYPE.dhe]: dhe,
    [ALGORITHM_TYPE.aead]: aead,
    [ALGORITHM_TYPE.keySchedule]: KEY_SCHEDULE_SPDM,
  };
  return {
    suite,
    response: {
      kind: 'ALGORITHMS',
      version,
      measurementSpecification: MEASUREMENT_DMTF,
      otherParams: OPAQUE_FORMAT_1,
      measurementHashAlgo: suite.hash.measurement,
      baseAsymSel: baseAsym,
      baseHashSel: baseHash,
      melSpecification: 0,
      extAsym: [],
      extHash: [],
      // One structure for each that was offered; 0 refuses a key of the requester's own.
      algStructures: offer.algStructures.map(({ algType }) => ({
        algType,
        algSupported: choice[algType] ?? 0,
        algExternal: [],
      })),
    },
  };
}

/** The sizes that the codecs need from an agreement. Mutual authentication is not spoken. */
export const contextOf = (suite: Suite, handshakeInTheClear: boolean): SpdmContext => ({
  hashSize: suite.hash.size,
  dheSize: suite.dhe.pairSize,
  signatureSize: suite.signature.pairSize,
  requesterSignatureSize: 0,
  handshakeInTheClear,
  multiKey: false,
});
