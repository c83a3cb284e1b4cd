/** A connection from GET_VERSION on: what is negotiated, shown and signed outside sessions. */
import { equal } from '../crypto/compare.ts';
import { type SignatureLabel, type Signing, verify } from '../crypto/signature.ts';
import {
  CURVES,
  type Curve,
  digest,
  type SpdmVersion,
  type Suite,
  suiteOf,
} from '../crypto/suite.ts';
import {
  ConnectionTranscript,
  type MeasurementLog,
  type RunningTranscript,
} from '../crypto/transcript.ts';
import {
  ALGORITHM_TYPE,
  CAPABILITY,
  decodeMeasurementRecord,
  nothingNegotiated,
  SPDM_1_2,
  SPDM_1_3,
  type SpdmContext,
  type SpdmMessageOf,
  type SpdmResponse,
  wireErrorText,
} from '../wire/index.ts';
import { Chains } from './chains.ts';
import { type Fact, must } from './conversation.ts';

/** A message and its exact bytes. */
export interface Said<M> {
  readonly message: M;
  readonly bytes: Uint8Array;
}

/** The response, of which the kind follows from the request. */
export function answered<K extends SpdmResponse['kind']>(
  said: Said<SpdmResponse>,
  kind: K,
): Said<SpdmMessageOf<K>> {
  must(said.message.kind === kind, `expected ${kind}, got ${said.message.kind}`);
  // The line above is the check that the compiler cannot follow through a type parameter.
  return said as unknown as Said<SpdmMessageOf<K>>;
}

/** What exists once ALGORITHMS has come. */
interface Negotiated {
  readonly suite: Suite;
  readonly responder: Chains;
  readonly requester: Chains;
  /** Of the requester's signatures, with mutual authentication. */
  readonly requesterCurve: Curve;
}

/** All measurements, without raw bit streams. */
const ALL = 0xff;
const RAW = 2;
/** Of OtherParams: the requester offers it to the responder, the responder to the requester (1.3). */
const MULTI_KEY_CONN = 0x10;

const curveOf = (asym: number): Curve | undefined =>
  Object.values(CURVES).find((curve) => curve.asym === asym);

export class Connection {
  readonly transcript = new ConnectionTranscript();
  context: SpdmContext = nothingNegotiated;
  #negotiated: Negotiated | undefined;
  /** The last DIGESTS: with several key pairs, it enters the transcript, its request does not. */
  #digests: readonly Uint8Array[] = [];
  /** The record of all measurements, once it has been asked for. */
  #record: Uint8Array | undefined;

  constructor(request: Uint8Array, response: Uint8Array) {
    this.transcript.addToA(request, response);
  }

  get negotiated(): Negotiated {
    must(this.#negotiated !== undefined, 'nothing is negotiated yet');
    return this.#negotiated;
  }

  capabilities(
    request: Said<SpdmMessageOf<'GET_CAPABILITIES'>>,
    response: Said<SpdmMessageOf<'CAPABILITIES'>>,
  ): void {
    this.transcript.addToA(request.bytes, response.bytes);
    const both = request.message.flags & response.message.flags;
    const handshakeInTheClear = (both & CAPABILITY.HANDSHAKE_IN_THE_CLEAR) !== 0;
    this.context = { ...this.context, handshakeInTheClear };
  }

  algorithms(
    request: Said<SpdmMessageOf<'NEGOTIATE_ALGORITHMS'>>,
    response: Said<SpdmMessageOf<'ALGORITHMS'>>,
  ): void {
    const { version, baseHashSel, baseAsymSel, algStructures } = response.message;
    const selected = (type: number): number =>
      algStructures.find(({ algType }) => algType === type)?.algSupported ?? 0;
    must(version === SPDM_1_2 || version === SPDM_1_3, `SPDM version ${version} is not known`);
    const suite = suiteOf(version, {
      baseHash: baseHashSel,
      baseAsym: baseAsymSel,
      dhe: selected(ALGORITHM_TYPE.dhe),
      aead: selected(ALGORITHM_TYPE.aead),
    });
    must(suite !== undefined, 'ALGORITHMS selects an algorithm that is not known here');
    const requesterKeys = response.message.otherParams & MULTI_KEY_CONN;
    must(requesterKeys === 0, 'a requester with several key pairs is not known here');
    const requesterCurve = curveOf(selected(ALGORITHM_TYPE.requesterAsym)) ?? suite.signature;
    this.transcript.addToA(request.bytes, response.bytes);
    this.transcript.negotiated(suite.hash);
    this.#negotiated = {
      suite,
      responder: new Chains(suite.hash, suite.signature),
      requester: new Chains(suite.hash, requesterCurve),
      requesterCurve,
    };
    this.context = {
      ...this.context,
      hashSize: suite.hash.size,
      dheSize: suite.dhe.pairSize,
      signatureSize: suite.signature.pairSize,
      requesterSignatureSize: requesterCurve.pairSize,
      multiKey: (request.message.otherParams & MULTI_KEY_CONN) !== 0,
    };
  }

  digests(response: Said<SpdmMessageOf<'DIGESTS'>>): readonly Fact[] {
    this.#digests = [response.bytes];
    return this.negotiated.responder.digests(response.message);
  }

  /** The transcript of a new session that authenticates with the chain of a slot. */
  session(slot: number): RunningTranscript {
    const { digest: chainDigest } = this.negotiated.responder.slot(slot);
    return this.transcript.session(chainDigest, this.context.multiKey ? this.#digests : []);
  }

  /** A signature by the responder, with the leaf key of one of its slots. */
  signed(label: SignatureLabel, slot: number, hash: Uint8Array, signature: Uint8Array): Fact {
    const { suite, responder } = this.negotiated;
    return check(suite, suite.signature, label, responder.slot(slot).publicValue, hash, signature);
  }
  /** Likewise, by the requester. */
  signedByRequester(
    label: SignatureLabel,
    slot: number,
    hash: Uint8Array,
    signature: Uint8Array,
  ): Fact {
    const { suite, requester, requesterCurve } = this.negotiated;
    return check(suite, requesterCurve, label, requester.slot(slot).publicValue, hash, signature);
  }

  challenge(
    request: Said<SpdmMessageOf<'CHALLENGE'>>,
    response: Said<SpdmMessageOf<'CHALLENGE_AUTH'>>,
  ): readonly Fact[] {
    const { signature, certChainHash, measurementSummaryHash } = response.message;
    const { slotId, measurementSummaryHashType } = request.message;
    const { responder } = this.negotiated;
    const held = responder.slot(slotId);
    must(equal(certChainHash, held.digest), `CertChainHash is not that of slot ${slotId}`);
    const hash = this.transcript.challenge(request.bytes, without(response.bytes, signature));
    const fact = this.signed('responder-challenge_auth signing', slotId, hash, signature);
    this.transcript.challengeDone();
    return ['digest', fact, ...this.summary(measurementSummaryHashType, measurementSummaryHash)];
  }

  /** Measurements, outside of sessions or, with the log of one, inside. */
  measurements(
    request: Said<SpdmMessageOf<'GET_MEASUREMENTS'>>,
    response: Said<SpdmMessageOf<'MEASUREMENTS'>>,
    log: MeasurementLog,
  ): readonly Fact[] {
    const { signature, numberOfBlocks, measurementRecord } = response.message;
    const { operation, attributes, slotId } = request.message;
    const blocks = decodeMeasurementRecord(numberOfBlocks, measurementRecord);
    must(blocks.ok, blocks.ok ? '' : wireErrorText(blocks.error));
    if (operation === ALL && (attributes & RAW) === 0) this.#record = measurementRecord;
    log.add(request.bytes, without(response.bytes, signature));
    if (signature.length === 0) return ['measurements'];
    const fact = this.signed('responder-measurements signing', slotId, log.hash, signature);
    log.clear();
    return ['measurements', fact];
  }

  /** A summary of all measurements that agrees with them. One from another time need not. */
  summary(type: number, hash: Uint8Array): readonly Fact[] {
    if (type !== ALL || this.#record === undefined) return [];
    return equal(digest(this.negotiated.suite.hash, this.#record), hash) ? ['summary'] : [];
  }
}

/** A message without the field that ends it. */
export const without = (bytes: Uint8Array, end: Uint8Array): Uint8Array =>
  bytes.subarray(0, bytes.length - end.length);

function check(
  suite: { readonly version: SpdmVersion; readonly hash: Signing['hash'] },
  curve: Curve,
  label: SignatureLabel,
  publicValue: Uint8Array,
  hash: Uint8Array,
  signature: Uint8Array,
): Fact {
  const signing = { version: suite.version, hash: suite.hash, curve, label };
  must(verify(signing, hash, signature, publicValue), `signature fails: ${label}`);
  return 'signature';
}
