/** Certificate chains as SPDM carries them (DSP0274, certificate chain structure). */
import { X509Certificate } from 'node:crypto';
import { equal } from './compare.ts';
import { bad, type Checked, good } from './result.ts';
import { type Curve, digest, type Hash } from './suite.ts';

/** Length (u16) and a reserved u16. */
const HEADER_SIZE = 4;
const CHAIN_MAX = 0xffff;

/** A chain structure taken apart. */
export interface Chain {
  /** Digest of the root certificate, by the chain itself. */
  readonly rootHash: Uint8Array;
  /** DER certificates, root first, leaf last; at least one. */
  readonly certificates: readonly Uint8Array[];
}

/** The chain structure of DER certificates, root first. Throws if they do not fit. */
export function encodeChain(hash: Hash, certificates: readonly Uint8Array[]): Uint8Array {
  const [root] = certificates;
  if (root === undefined) throw new Error('encodeChain: no certificate');
  const parts = [digest(hash, root), ...certificates];
  const length = parts.reduce((n, part) => n + part.length, HEADER_SIZE);
  if (length > CHAIN_MAX) throw new Error(`encodeChain: ${length} bytes are too many`);
  const out = new Uint8Array(length);
  new DataView(out.buffer).setUint16(0, length, true);
  let at = HEADER_SIZE;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Takes a chain structure apart; checks lengths alone, see {@link verifyChain}. */
export function decodeChain(hash: Hash, bytes: Uint8Array): Checked<Chain> {
  const start = HEADER_SIZE + hash.size;
  if (bytes.length <= start) {
    return bad('length', `certificate chain: ${bytes.length} bytes hold no certificate`);
  }
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  if (length !== bytes.length) {
    return bad('length', `certificate chain: length ${length}, expected ${bytes.length}`);
  }
  const certificates: Uint8Array[] = [];
  for (let at = start; at < bytes.length; ) {
    const size = sequenceSize(bytes.subarray(at));
    if (size === undefined) {
      return bad('certificate', `certificate chain: expected a DER sequence at byte ${at}`);
    }
    certificates.push(bytes.slice(at, at + size));
    at += size;
  }
  return good({ rootHash: bytes.slice(HEADER_SIZE, start), certificates });
}

/** Bytes of the DER sequence at the start, header included; undefined if there is none. */
function sequenceSize(bytes: Uint8Array): number | undefined {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return undefined;
  const wide = first & 0x80 ? first & 0x7f : 0;
  // Four bytes of length would exceed any chain; 0x80 alone is the indefinite form, not in DER.
  if (first === 0x80 || wide > 3 || bytes.length < 2 + wide) return undefined;
  let length = wide === 0 ? first : 0;
  for (const byte of bytes.subarray(2, 2 + wide)) length = length * 256 + byte;
  const size = 2 + wide + length;
  return size <= bytes.length ? size : undefined;
}

/** What a chain must satisfy beside being one. */
export interface ChainPolicy {
  readonly hash: Hash;
  /** The curve of the leaf's key: that of the negotiated BaseAsymAlgo. */
  readonly curve: Curve;
  /** DER certificates that may be the root. */
  readonly roots: readonly Uint8Array[] | 'any';
  /** Milliseconds since 1970 at which all certificates must be valid; not checked if undefined. */
  readonly at?: number;
}

/**
 * Verifies a chain and gives the leaf's public value X || Y.
 *
 * The root is one of `roots` and has the digest that the chain claims; each certificate names the
 * one before it as its issuer and is signed with its key; all but the leaf are authorities and the
 * leaf is none, unless the chain is a single certificate; all are valid at the time given.
 *
 * Left out: revocation, name constraints, key usage beyond what issuing needs, and the optional
 * SPDM extensions of the leaf.
 */
export function verifyChain(chain: Chain, policy: ChainPolicy): Checked<Uint8Array> {
  const [root, leaf] = [chain.certificates[0], chain.certificates.at(-1)];
  if (root === undefined || leaf === undefined) return bad('certificate', 'chain: empty');
  if (!equal(chain.rootHash, digest(policy.hash, root))) {
    return bad('mismatch', 'certificate chain: root hash, expected that of the first certificate');
  }
  if (policy.roots !== 'any' && !policy.roots.some((trusted) => equal(trusted, root))) {
    return bad('certificate', 'certificate 0: expected one of the trusted roots');
  }
  let issuer: X509Certificate | undefined;
  for (const [i, der] of chain.certificates.entries()) {
    const certificate = parse(der);
    const last = i === chain.certificates.length - 1;
    const wrong = certificate
      ? whatIsWrong(certificate, issuer ?? certificate, last, policy.at)
      : 'an X.509 certificate';
    if (wrong !== undefined || certificate === undefined) {
      return bad('certificate', `certificate ${i}: expected ${wrong}`);
    }
    issuer = certificate;
  }
  return leafPublicValue(leaf, policy.curve);
}

function whatIsWrong(
  certificate: X509Certificate,
  issuer: X509Certificate,
  last: boolean,
  at: number | undefined,
): string | undefined {
  const root = certificate === issuer;
  if (!certificate.checkIssued(issuer)) return 'the certificate before it as its issuer';
  if (!certificate.verify(issuer.publicKey)) return "a signature with its issuer's key";
  if (!last && !certificate.ca) return 'an authority, since it is not the last';
  if (last && certificate.ca && !root) return 'no authority, since it is the last';
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (at !== undefined && (at < from || at > to)) return 'to be valid at the given time';
  return undefined;
}

/** The public value X || Y of a certificate; fails if its key is not on that curve. */
export function leafPublicValue(der: Uint8Array, curve: Curve): Checked<Uint8Array> {
  const key = parse(der)?.publicKey;
  const jwk = key?.asymmetricKeyType === 'ec' ? key.export({ format: 'jwk' }) : undefined;
  if (jwk?.crv !== curve.name.replace('_', '-') || jwk.x === undefined || jwk.y === undefined) {
    return bad('certificate', `leaf certificate: expected a key on ${curve.name}`);
  }
  const value = new Uint8Array(curve.pairSize);
  value.set(Buffer.from(jwk.x, 'base64url'));
  value.set(Buffer.from(jwk.y, 'base64url'), curve.size);
  return good(value);
}

/** A certificate; undefined if node, which throws, cannot read it. */
function parse(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
