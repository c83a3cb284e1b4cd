/** The SPDM requester of a TSM: from GET_VERSION to a device whose identity is verified (DSP0274). */
import { decodeChain, verifyChain } from '../crypto/certificates.ts';
import { equal } from '../crypto/compare.ts';
import type { Entropy } from '../crypto/result.ts';
import { type SignatureLabel, verify } from '../crypto/signature.ts';
import {
  AEADS,
  type Aead,
  CURVES,
  type Curve,
  digest,
  HASHES,
  type Hash,
  type SpdmVersion,
  type Suite,
  suiteOf,
} from '../crypto/suite.ts';
import { ConnectionTranscript, type MeasurementLog } from '../crypto/transcript.ts';
import {
  ALGORITHM_TYPE,
  CAPABILITY,
  decodeMeasurementRecord,
  type MeasurementBlock,
  nothingNegotiated,
  SIGNATURE,
  type SpdmContext,
  type SpdmMessageOf,
  type SpdmRequest,
  type SpdmResponse,
  wireErrorText,
} from '../wire/index.ts';
import { type Dialogue, failure, type Outcome, success } from './dialogue.ts';
import { type Exchanged, exchange } from './exchange.ts';

/** What a requester offers and whom it trusts. */
export interface RequesterSetup {
  /** Versions, best first. */
  readonly versions: readonly SpdmVersion[];
  readonly hashes: readonly Hash['name'][];
  readonly curves: readonly Curve['name'][];
  readonly aeads: readonly Aead['name'][];
  readonly handshakeInTheClear: boolean;
  /** DER root certificates; `any` to talk to whoever holds the key of a chain, which proves no identity. */
  readonly roots: readonly Uint8Array[] | 'any';
  /** Milliseconds since 1970 at which certificates must be valid; not checked if left out. */
  readonly at?: number;
  readonly entropy: Entropy;
}

/** The device's identity in one slot, once verified. */
export interface Peer {
  readonly slot: number;
  /** The digest of its certificate chain structure. */
  readonly chainDigest: Uint8Array;
  readonly chain: Uint8Array;
  /** X || Y of the leaf's key. */
  readonly publicValue: Uint8Array;
}

/** Measurements with what binds them. */
export interface Measurements {
  readonly blocks: readonly MeasurementBlock[];
  /** The record that was signed. */
  readonly record: Uint8Array;
}

const SPDM_1_0 = 0x10;
const TRANSFER_BYTES = 0x1200;
const PORTION_BYTES = 0x400;
const OPAQUE_FORMAT_1 = 2;
const ALL = 0xff;
const BASE_FLAGS =
  CAPABILITY.CERT |
  CAPABILITY.CHAL |
  CAPABILITY.ENCRYPT |
  CAPABILITY.MAC |
  CAPABILITY.KEY_EX |
  CAPABILITY.HBEAT |
  CAPABILITY.KEY_UPD;
/** What a device must have for TDISP: signed measurements among them. */
const NEEDED =
  CAPABILITY.CERT |
  CAPABILITY.ENCRYPT |
  CAPABILITY.MAC |
  CAPABILITY.KEY_EX |
  (CAPABILITY.MEAS & (2 << 3));

const ones = (bits: readonly number[]): number => bits.reduce((mask, bit) => mask | bit, 0);
const isOneOf = (selected: number, offered: number): boolean =>
  selected !== 0 && (selected & (selected - 1)) === 0 && (selected & ~offered) === 0;

/** One connection of a TSM to a device. */
export class Requester {
  readonly setup: RequesterSetup;
  transcript = new ConnectionTranscript();
  context: SpdmContext = nothingNegotiated;
  #suite: Suite | undefined;
  #version: number = SPDM_1_0;

  constructor(setup: RequesterSetup) {
    this.setup = setup;
  }

  /** What was negotiated; undefined before. */
  get suite(): Suite | undefined {
    return this.#suite;
  }

  /** Begins anew: version, capabilities, algorithms. Everything of an older connection is void. */
  *negotiate(): Dialogue<Suite> {
    this.transcript = new ConnectionTranscript();
    this.context = nothingNegotiated;
    this.#suite = undefined;
    const version = yield* this.#agreeOnVersion();
    if (!version.ok) return version;
    this.#version = version.value;
    const flags = yield* this.#getCapabilities();
    if (!flags.ok) return flags;
    const suite = yield* this.#negotiateAlgorithms(version.value);
    if (!suite.ok) return suite;
    this.#suite = suite.value;
    this.transcript.negotiated(suite.value.hash);
    const clear = CAPABILITY.HANDSHAKE_IN_THE_CLEAR;
    this.context = {
      hashSize: suite.value.hash.size,
      dheSize: suite.value.dhe.pairSize,
      signatureSize: suite.value.signature.pairSize,
      requesterSignatureSize: 0,
      handshakeInTheClear: (this.#flags & flags.value & clear) !== 0,
      multiKey: false,
    };
    return suite;
  }

  get #flags(): number {
    const clear = this.setup.handshakeInTheClear ? CAPABILITY.HANDSHAKE_IN_THE_CLEAR : 0;
    return BASE_FLAGS | clear;
  }

  *#agreeOnVersion(): Dialogue<SpdmVersion> {
    const told = yield* this.plain({ kind: 'GET_VERSION', version: SPDM_1_0 }, 'VERSION');
    if (!told.ok) return told;
    this.transcript.addToA(told.value.request, told.value.response);
    const offered = told.value.message.versionNumberEntries.map((entry) => entry >> 8);
    const version = this.setup.versions.find((known) => offered.includes(known));
    if (version === undefined) return failure('negotiation', 'VERSION: no common version');
    return success(version);
  }

  *#getCapabilities(): Dialogue<number> {
    const told = yield* this.plain(
      {
        kind: 'GET_CAPABILITIES',
        version: this.#version,
        attributes: 0,
        ctExponent: 0,
        flags: this.#flags,
        dataTransferSize: TRANSFER_BYTES,
        maxSpdmMsgSize: TRANSFER_BYTES,
      },
      'CAPABILITIES',
    );
    if (!told.ok) return told;
    this.transcript.addToA(told.value.request, told.value.response);
    const { flags } = told.value.message;
    const missing = NEEDED & ~flags;
    if (missing !== 0) {
      return failure('negotiation', `CAPABILITIES: flags 0x${missing.toString(16)} are missing`);
    }
    return success(flags);
  }

  *#negotiateAlgorithms(version: SpdmVersion): Dialogue<Suite> {
    const { hashes, curves, aeads } = this.setup;
    const offer = {
      baseAsym: ones(curves.map((name) => CURVES[name].asym)),
      baseHash: ones(hashes.map((name) => HASHES[name].base)),
      dhe: ones(curves.map((name) => CURVES[name].dhe)),
      aead: ones(aeads.map((name) => AEADS[name].algorithm)),
    };
    const structure = (algType: number, algSupported: number) => ({
      algType,
      algSupported,
      algExternal: [],
    });
    const told = yield* this.plain(
      {
        kind: 'NEGOTIATE_ALGORITHMS',
        version,
        measurementSpecification: 1,
        otherParams: OPAQUE_FORMAT_1,
        baseAsymAlgo: offer.baseAsym,
        baseHashAlgo: offer.baseHash,
        melSpecification: 0,
        extAsym: [],
        extHash: [],
        algStructures: [
          structure(ALGORITHM_TYPE.dhe, offer.dhe),
          structure(ALGORITHM_TYPE.aead, offer.aead),
          structure(ALGORITHM_TYPE.keySchedule, 1),
        ],
      },
      'ALGORITHMS',
    );
    if (!told.ok) return told;
    this.transcript.addToA(told.value.request, told.value.response);
    const selection = selectionOf(told.value.message);
    const kept = (Object.keys(offer) as (keyof typeof offer)[]).every((field) =>
      isOneOf(selection[field], offer[field]),
    );
    const suite = kept ? suiteOf(version, selection) : undefined;
    if (suite === undefined || told.value.message.otherParams !== OPAQUE_FORMAT_1) {
      return failure('negotiation', 'ALGORITHMS: expected one of each kind that was offered');
    }
    return success(suite);
  }

  /** An exchange outside sessions. */
  plain<K extends SpdmResponse['kind']>(message: SpdmRequest, kind: K): Dialogue<Exchanged<K>> {
    this.transcript.request(message.kind);
    return exchange(message, kind, { context: this.context, channel: undefined });
  }

  /** Reads and verifies the certificate chain of a slot, up to a trusted root. */
  *identify(slot: number): Dialogue<Peer> {
    const suite = this.#suite;
    if (suite === undefined) return failure('state', 'identify: nothing is negotiated');
    const told = yield* this.plain({ kind: 'GET_DIGESTS', version: suite.version }, 'DIGESTS');
    if (!told.ok) return told;
    this.transcript.addToB(told.value.request, told.value.response);
    const claimed = digestOfSlot(told.value.message, slot);
    if (claimed === undefined) return failure('certificate', `DIGESTS: slot ${slot} is empty`);
    const read = yield* this.#readChain(slot, suite.version);
    if (!read.ok) return read;
    const chainDigest = digest(suite.hash, read.value);
    if (!equal(chainDigest, claimed)) {
      return failure('certificate', `slot ${slot}: expected the chain of the digest in DIGESTS`);
    }
    const publicValue = this.#verifiedKey(read.value, suite);
    if (!publicValue.ok) return publicValue;
    return success({ slot, chainDigest, chain: read.value, publicValue: publicValue.value });
  }

  *#readChain(slotId: number, version: SpdmVersion): Dialogue<Uint8Array> {
    const portions: Uint8Array[] = [];
    let offset = 0;
    for (;;) {
      const length = PORTION_BYTES;
      const told = yield* this.plain(
        { kind: 'GET_CERTIFICATE', version, slotId, attributes: 0, offset, length },
        'CERTIFICATE',
      );
      if (!told.ok) return told;
      const { certChain, remainderLength, slotId: answered } = told.value.message;
      if (answered !== slotId || certChain.length > length) {
        return failure('echo', 'CERTIFICATE: expected a portion of the slot asked for');
      }
      this.transcript.addToB(told.value.request, told.value.response);
      portions.push(certChain.slice());
      offset += certChain.length;
      if (remainderLength === 0) return success(joined(portions));
      if (certChain.length === 0 || offset + remainderLength > 0xffff) {
        return failure('malformed', 'CERTIFICATE: expected portions that end within 64 KiB');
      }
    }
  }

  #verifiedKey(bytes: Uint8Array, { hash, signature }: Suite): Outcome<Uint8Array> {
    const chain = decodeChain(hash, bytes);
    const { roots, at } = this.setup;
    const policy = { hash, curve: signature, roots };
    const key = chain.ok
      ? verifyChain(chain.value, at === undefined ? policy : { ...policy, at })
      : chain;
    return key.ok ? key : failure('certificate', key.error.text);
  }

  /** Lets the device sign a nonce, outside any session. */
  *challenge(peer: Peer): Dialogue<void> {
    const suite = this.#suite;
    if (suite === undefined) return failure('state', 'challenge: nothing is negotiated');
    const { version } = suite;
    const told = yield* this.plain(
      {
        kind: 'CHALLENGE',
        version,
        slotId: peer.slot,
        measurementSummaryHashType: ALL,
        nonce: this.setup.entropy(32),
        requesterContext: this.requesterContext(version),
      },
      'CHALLENGE_AUTH',
    );
    if (!told.ok) return told;
    const { message, request, response } = told.value;
    if (message.slotId !== peer.slot || !equal(message.certChainHash, peer.chainDigest)) {
      return failure('echo', 'CHALLENGE_AUTH: expected the slot and chain that were identified');
    }
    const unsigned = response.subarray(0, response.length - message.signature.length);
    const transcriptHash = this.transcript.challenge(request, unsigned);
    const label = 'responder-challenge_auth signing';
    if (!this.verifies(peer, label, transcriptHash, message.signature)) {
      return failure('signature', "CHALLENGE_AUTH: expected the leaf's signature");
    }
    this.transcript.challengeDone();
    return success(undefined);
  }

  /** Whether a signature over a transcript hash is the peer's. */
  verifies(
    peer: Peer,
    label: SignatureLabel,
    transcriptHash: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    if (this.#suite === undefined) return false;
    const { version, hash, signature: curve } = this.#suite;
    return verify({ version, hash, curve, label }, transcriptHash, signature, peer.publicValue);
  }

  /** Eight fresh bytes in 1.3, none before. */
  requesterContext(version: SpdmVersion): Uint8Array {
    return version >= 0x13 ? this.setup.entropy(8) : new Uint8Array(0);
  }

  /** The request for all measurements, signed with the peer's slot. */
  measurementRequest(peer: Peer, version: SpdmVersion): SpdmMessageOf<'GET_MEASUREMENTS'> {
    return {
      kind: 'GET_MEASUREMENTS',
      version,
      attributes: SIGNATURE,
      operation: ALL,
      nonce: this.setup.entropy(32),
      slotId: peer.slot,
      requesterContext: this.requesterContext(version),
    };
  }

  /** Checks signed measurements against the log that they were asked for in. */
  checkMeasurements(
    peer: Peer,
    asked: SpdmMessageOf<'GET_MEASUREMENTS'>,
    { message, request, response }: Exchanged<'MEASUREMENTS'>,
    log: MeasurementLog,
  ): Outcome<Measurements> {
    log.add(request, response.subarray(0, response.length - message.signature.length));
    const transcriptHash = log.hash;
    log.clear();
    if (!equal(message.requesterContext, asked.requesterContext)) {
      return failure('echo', 'MEASUREMENTS: expected the context of the request');
    }
    const label = 'responder-measurements signing';
    if (!this.verifies(peer, label, transcriptHash, message.signature)) {
      return failure('signature', "MEASUREMENTS: expected the leaf's signature");
    }
    const record = message.measurementRecord.slice();
    const blocks = decodeMeasurementRecord(message.numberOfBlocks, record);
    if (!blocks.ok) return failure('malformed', wireErrorText(blocks.error));
    return success({ blocks: blocks.value, record });
  }
}

function selectionOf(message: SpdmMessageOf<'ALGORITHMS'>) {
  const structure = (type: number): number =>
    message.algStructures.find(({ algType }) => algType === type)?.algSupported ?? 0;
  return {
    baseAsym: message.baseAsymSel,
    baseHash: message.baseHashSel,
    dhe: structure(ALGORITHM_TYPE.dhe),
    aead: structure(ALGORITHM_TYPE.aead),
  };
}

/** The digest of a slot: digests stand in the order of the bits of the mask. */
function digestOfSlot(message: SpdmMessageOf<'DIGESTS'>, slot: number): Uint8Array | undefined {
  const { provisionedSlotMask, digests } = message;
  if ((provisionedSlotMask & (1 << slot)) === 0) return undefined;
  let index = 0;
  for (let lower = 0; lower < slot; lower++) index += (provisionedSlotMask >> lower) & 1;
  return digests[index]?.slice();
}

/** Portions, one after the other. */
export function joined(portions: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(portions.reduce((length, portion) => length + portion.length, 0));
  let at = 0;
  for (const portion of portions) {
    bytes.set(portion, at);
    at += portion.length;
  }
  return bytes;
}
