// Makes impl/stack/crypto/sample.ts: a certificate chain (root, intermediate, leaf) and the leaf's
// secret key for each curve.
//
//   npm run sample-chains
//
// The keys are derived from fixed texts and are public: they protect nothing. Names, serial numbers and times are fixed
// too; only the signatures differ from run to run, since ECDSA in Web Crypto takes fresh randomness.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { p256, p384 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);
const CHOICES = {
  P_256: { noble: p256, namedCurve: 'P-256', hash: 'SHA-256' },
  P_384: { noble: p384, namedCurve: 'P-384', hash: 'SHA-384' },
};
const ROLES = ['root', 'intermediate', 'leaf'];
const LINE = 92;

/** The key pair of a role, for noble and for Web Crypto. */
async function keysOf({ noble, namedCurve }, role) {
  const text = new TextEncoder().encode(`tdicheck sample ${namedCurve} ${role}`);
  const seed = hkdf(sha512, text, undefined, undefined, noble.lengths.seed);
  const secretKey = noble.utils.randomSecretKey(seed);
  const point = noble.getPublicKey(secretKey, false);
  const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
  const half = noble.lengths.secretKey;
  const jwk = {
    kty: 'EC',
    crv: namedCurve,
    x: base64url(point.slice(1, 1 + half)),
    y: base64url(point.slice(1 + half)),
  };
  const take = (key, use) =>
    webcrypto.subtle.importKey('jwk', key, { name: 'ECDSA', namedCurve }, true, [use]);
  return {
    secretKey,
    privateKey: await take({ ...jwk, d: base64url(secretKey) }, 'sign'),
    publicKey: await take(jwk, 'verify'),
  };
}

async function chainOf(choice) {
  const certificates = [];
  let issuer;
  for (const [i, role] of ROLES.entries()) {
    const keys = await keysOf(choice, role);
    const name = `CN=tdicheck sample ${choice.namedCurve} ${role}`;
    const ca = role !== 'leaf';
    issuer ??= { name, keys };
    const certificate = await X509CertificateGenerator.create({
      serialNumber: `0${i + 1}`,
      subject: name,
      issuer: issuer.name,
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('9999-12-31T23:59:59Z'),
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: { name: 'ECDSA', hash: choice.hash },
      extensions: [
        new BasicConstraintsExtension(ca, undefined, true),
        new KeyUsagesExtension(
          ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature,
          true,
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    certificates.push(new Uint8Array(certificate.rawData));
    issuer = { name, keys };
  }
  return { certificates, secretKey: issuer.keys.secretKey };
}

/** A call of base64 on string literals of one line each. */
function literal(bytes, indent) {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE - indent}}`, 'g'));
  return `base64(\n${lines.map((line) => `${' '.repeat(indent)}'${line}',\n`).join('')})`;
}

let out = `/**
 * Certificate chains and keys to try the stack with, for each curve. Made by
 * \`npm run sample-chains\`. The secret keys are public and protect nothing.
 */
import type { Curve } from './suite.ts';

/** What a device proves its identity with. */
export interface Identity {
  /** DER certificates: root, intermediate, leaf. */
  readonly certificates: readonly Uint8Array[];
  /** The leaf's secret scalar, big endian. */
  readonly secretKey: Uint8Array;
}

const base64 = (...lines: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.from(lines.join(''), 'base64'));

/** Sample identities by curve. */
export const SAMPLE_IDENTITIES: Readonly<Record<Curve['name'], Identity>> = {\n`;
for (const [name, choice] of Object.entries(CHOICES)) {
  const { certificates, secretKey } = await chainOf(choice);
  const list = certificates.map((der) => `${literal(der, 8)},\n`).join('');
  out += `${name}: {\ncertificates: [\n${list}],\nsecretKey: ${literal(secretKey, 6)},\n},\n`;
}
out += '};\n';
writeFileSync(fileURLToPath(new URL('../impl/stack/crypto/sample.ts', import.meta.url)), out);
