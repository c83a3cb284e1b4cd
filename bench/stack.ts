/**
 * `npm run bench:stack [-- --format json]`: TLPs, handshakes and requests a second of the stack, each beside
 * the same primitives of node:crypto, so that the cost of protocol and of ciphers can be told apart.
 *
 * Every figure is the best of several turns taken in rotation. Both ends of everything run in this one
 * process: a TLP is written, protected and checked, a handshake or request is made by requester and device.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gcm } from '@noble/ciphers/aes.js';
import { decodeChain, encodeChain, verifyChain } from '../impl/stack/crypto/certificates.ts';
import { generateKeyPair, keyPairOf, sharedSecret } from '../impl/stack/crypto/dhe.ts';
import { MAC_SIZE, SUB_STREAM } from '../impl/stack/crypto/ide.ts';
import { SAMPLE_IDENTITIES } from '../impl/stack/crypto/sample.ts';
import { sign as stackSign, verify as stackVerify } from '../impl/stack/crypto/signature.ts';
import {
  AEADS,
  type Aead,
  CURVES,
  type Curve,
  HASHES,
  open,
  seal,
  TAG_SIZE,
} from '../impl/stack/crypto/suite.ts';
import { IdePort } from '../impl/stack/ide/port.ts';
import { TlpRing } from '../impl/stack/ide/ring.ts';
import { newTlp, readTlp, TLP_KIND, tlpSizeMax, writeTlp } from '../impl/stack/ide/tlp.ts';
import { makeDevice, makeRequester } from '../impl/stack/stack.fixture.ts';
import { openLink, type Traffic, traffic } from '../impl/stack/traffic.fixture.ts';
import { converse, type Dialogue } from '../impl/stack/tsm/dialogue.ts';
import { openSession, type TsmSession } from '../impl/stack/tsm/session.ts';

const { values } = parseArgs({ options: { format: { type: 'string', default: 'text' } } });
if (values.format !== 'text' && values.format !== 'json') {
  console.error(`bench:stack: --format ${values.format}, expected text or json`);
  process.exit(2);
}

const TURNS = 6;
const TURN_MILLISECONDS = 60;
/** TLPs between two looks at the heap: few, so that no collection comes between. */
const HEAP_TLPS = 1000;
const STREAM = 7;
const PAYLOADS = [64, 256] as const;

/** One figure: what is done once, and against which figure it is to be seen. */
interface Case {
  readonly group: string;
  readonly name: string;
  readonly once: () => void;
  /** Heap bytes that one of it takes; not measured for what nobody claims to be free of them. */
  readonly heap?: boolean;
}

function fail(what: string): never {
  throw new Error(`bench: ${what}`);
}

// ---------------------------------------------------------------- TLPs

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);

function tlpCases(payloadSize: number): Case[] {
  const [sender, receiver] = [new IdePort(), new IdePort()];
  const slot = { keySet: 0, subStream: SUB_STREAM.PR } as const;
  sender.started(STREAM, { ...slot, direction: 1 }, KEY, 1n);
  receiver.started(STREAM, { ...slot, direction: 0 }, KEY, 1n);
  const ring = new TlpRing(8, tlpSizeMax(payloadSize));
  const payload = new Uint8Array(payloadSize).fill(0x5a);
  const [sent, received] = [newTlp(), newTlp()];
  sent.kind = TLP_KIND.MEMORY_WRITE;
  sent.stream = STREAM;
  sent.t = true;
  sent.byteCount = payloadSize;

  const aad = new Uint8Array(16);
  const nonce = new Uint8Array(12);
  const group = `write of ${payloadSize} bytes, protect and check`;
  return [
    {
      group,
      name: 'stack: TLP, IDE, counters',
      heap: true,
      once: () => {
        const at = ring.free;
        const size = writeTlp(ring.bytes, ring.view, at, sent, payload);
        if (!sender.protect(ring.view, at, at + size, sent)) fail('not protected');
        ring.push(size);
        const verdict = receiver.check(ring.view, ring.start, ring.end, received);
        if (verdict !== 'accepted') fail(verdict);
        ring.shift();
      },
    },
    {
      group,
      name: 'stack: TLP alone, no cipher',
      heap: true,
      once: () => {
        ring.push(writeTlp(ring.bytes, ring.view, ring.free, sent, payload));
        if (readTlp(ring.view, ring.start, ring.end, received)) fail('not read');
        ring.shift();
      },
    },
    {
      group,
      name: 'node: aes-256-gcm, 12-byte tag',
      once: () => nodeAead('aes-256-gcm', KEY, nonce, aad, payload, MAC_SIZE),
    },
    {
      group,
      name: 'noble: gcm, key expanded each time',
      once: () => gcm(KEY, nonce, aad).decrypt(gcm(KEY, nonce, aad).encrypt(payload)),
    },
  ];
}

/** A TLP on its whole way between a TDI's memory and a guest's page: every check of both ends. */
function pathCases(payloadSize: number): Case[] {
  const group = `whole data path, ${payloadSize} bytes`;
  const [keyed, open] = [traffic(payloadSize), traffic(payloadSize, openLink)];
  const caseOf = (name: string, { once }: Traffic): Case => ({ group, name, heap: true, once });
  return [
    caseOf('device write -> root port -> memory', keyed['dma write']),
    caseOf('the same, no cipher', open['dma write']),
    caseOf('device read and its completion', keyed['dma read']),
    caseOf('the same, no cipher', open['dma read']),
  ];
}

/** Seals and opens once with node. */
function nodeAead(
  name: string,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
  authTagLength: number,
): void {
  // Node types each name apart; GCM's type fits both.
  const cipher = createCipheriv(name as 'aes-256-gcm', key, nonce, { authTagLength });
  cipher.setAAD(aad);
  const sealed = cipher.update(plain);
  cipher.final();
  const decipher = createDecipheriv(name as 'aes-256-gcm', key, nonce, { authTagLength });
  decipher.setAAD(aad);
  decipher.setAuthTag(cipher.getAuthTag());
  decipher.update(sealed);
  decipher.final();
}

// ---------------------------------------------------------------- sessions

interface Choice {
  readonly curve: Curve;
  readonly hash: 'SHA_256' | 'SHA_384';
  readonly aead: Aead;
  readonly nodeCurve: string;
  readonly nodeAead: string;
}
const CHOICES: readonly Choice[] = [
  {
    curve: CURVES.P_256,
    hash: 'SHA_256',
    aead: AEADS.CHACHA20_POLY1305,
    nodeCurve: 'prime256v1',
    nodeAead: 'chacha20-poly1305',
  },
  {
    curve: CURVES.P_384,
    hash: 'SHA_384',
    aead: AEADS.AES_256_GCM,
    nodeCurve: 'secp384r1',
    nodeAead: 'aes-256-gcm',
  },
];

/** Both ends, from GET_VERSION to FINISH_RSP: negotiation, certificates, key exchange. */
function connect({ curve, hash, aead }: Choice): { session: TsmSession; run: Run } {
  const device = makeDevice();
  const requester = makeRequester({ hashes: [hash], curves: [curve.name], aeads: [aead.name] });
  const run: Run = (dialogue) => {
    const outcome = converse(dialogue, (request) => device.doe(request));
    return outcome.ok ? outcome.value : fail(`${outcome.error.fault}: ${outcome.error.text}`);
  };
  run(requester.negotiate());
  const peer = run(requester.identify(0));
  return { session: run(openSession(requester, peer, 0x1234)), run };
}
type Run = <T>(dialogue: Dialogue<T>) => T;

/** What a handshake asks of elliptic curves: two key pairs, two secrets, one signature, a chain. */
function nodeHandshake({ curve, hash, nodeCurve }: Choice): () => void {
  const identity = SAMPLE_IDENTITIES[curve.name];
  const pair = createECDH(nodeCurve);
  pair.setPrivateKey(identity.secretKey);
  const point = pair.getPublicKey();
  const half = (from: number): string =>
    point.subarray(1 + from, 1 + from + curve.size).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: curve.name.replace('_', '-'),
    x: half(0),
    y: half(curve.size),
    d: Buffer.from(identity.secretKey).toString('base64url'),
  };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey(key);
  const algorithm = hash.toLowerCase().replace('_', '');
  const message = new Uint8Array(148);
  return () => {
    const ends = [createECDH(nodeCurve), createECDH(nodeCurve)] as const;
    const [a, b] = ends.map((end) => end.generateKeys()) as [Buffer, Buffer];
    ends[0].computeSecret(b);
    ends[1].computeSecret(a);
    if (!verify(algorithm, message, publicKey, sign(algorithm, message, key))) fail('signature');
    let issuer: X509Certificate | undefined;
    for (const der of identity.certificates) {
      const certificate = new X509Certificate(der);
      if (!certificate.verify((issuer ?? certificate).publicKey)) fail('certificate');
      issuer = certificate;
    }
  };
}

/** The same by the stack's own functions over noble, without any message. */
function nobleHandshake({ curve, hash: hashName }: Choice): () => void {
  const { certificates, secretKey } = SAMPLE_IDENTITIES[curve.name];
  const hash = HASHES[hashName];
  const { publicValue } = keyPairOf(curve, secretKey);
  const chain = decodeChain(hash, encodeChain(hash, certificates));
  if (!chain.ok) fail(chain.error.text);
  const label = 'responder-key_exchange_rsp signing';
  const signing = { version: 0x13, hash, curve, label } as const;
  const transcript = new Uint8Array(hash.size);
  const entropy = (byteCount: number): Uint8Array => new Uint8Array(randomBytes(byteCount));
  return () => {
    const [a, b] = [generateKeyPair(curve, entropy), generateKeyPair(curve, entropy)];
    if (!sharedSecret(curve, a.secretKey, b.publicValue).ok) fail('secret');
    if (!sharedSecret(curve, b.secretKey, a.publicValue).ok) fail('secret');
    const signature = stackSign(signing, transcript, secretKey);
    if (!stackVerify(signing, transcript, signature, publicValue)) fail('signature');
    if (!verifyChain(chain.value, { hash, curve, roots: certificates.slice(0, 1) }).ok)
      fail('chain');
  };
}

function sessionCases(choice: Choice): Case[] {
  const { session, run } = connect(choice);
  const text = `${choice.curve.name}, ${choice.aead.name}`;
  const [nonce, aad, message] = [new Uint8Array(12), new Uint8Array(6), new Uint8Array(6)];
  const handshake = `handshake, ${text}`;
  const request = `request, ${text}`;
  /** Once for the request and once for its answer. */
  const twice = (once: () => void) => (): void => {
    once();
    once();
  };
  const byNode = (): void => nodeAead(choice.nodeAead, KEY, nonce, aad, message, TAG_SIZE);
  const byNoble = (): void => {
    open(choice.aead, KEY, nonce, aad, seal(choice.aead, KEY, nonce, aad, message));
  };
  return [
    { group: handshake, name: 'stack: GET_VERSION to FINISH_RSP', once: () => connect(choice) },
    { group: handshake, name: 'noble: its curve operations', once: nobleHandshake(choice) },
    { group: handshake, name: 'node: its curve operations', once: nodeHandshake(choice) },
    {
      group: request,
      name: 'stack: HEARTBEAT and its answer',
      once: () => run(session.heartbeat()),
    },
    { group: request, name: 'noble: both sealed and opened', once: twice(byNoble) },
    { group: request, name: 'node: both sealed and opened', once: twice(byNode) },
  ];
}

// ---------------------------------------------------------------- measuring

const cases: readonly Case[] = [
  ...PAYLOADS.flatMap(tlpCases),
  ...PAYLOADS.flatMap(pathCases),
  ...CHOICES.flatMap(sessionCases),
];

/** How often a case ran in a turn, a second. */
function turn({ once }: Case): number {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < TURN_MILLISECONDS) {
    // The clock is looked at seldom enough not to matter for the fastest, often enough for the slowest.
    for (let i = 0; i < (count > 1000 ? 256 : 1); i++, count++) once();
    elapsed = performance.now() - start;
  }
  return (count / elapsed) * 1000;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Heap bytes that one run of a case takes, at least: the smallest of several looks. */
function heapOf({ once }: Case): number {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < TURNS; look++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < HEAP_TLPS; i++) once();
    const grown = process.memoryUsage().heapUsed - before;
    // A collection in between makes it shrink: that look says nothing.
    if (grown >= 0) least = Math.min(least, grown / HEAP_TLPS);
  }
  return least;
}

const best = new Map<Case, number>(cases.map((c) => [c, 0]));
for (let i = 0; i < TURNS; i++) {
  for (const c of cases) best.set(c, Math.max(best.get(c) ?? 0, turn(c)));
}
const results = cases.map((c) => {
  const first = cases.find(({ group }) => group === c.group) ?? c;
  const perSecond = best.get(c) ?? 0;
  return {
    group: c.group,
    name: c.name,
    perSecond: Math.round(perSecond),
    microseconds: Number((1e6 / perSecond).toFixed(2)),
    toStack: Number((perSecond / (best.get(first) ?? 1)).toFixed(2)),
    ...(c.heap && { heapBytes: Math.round(heapOf(c)) }),
  };
});

if (values.format === 'json') {
  console.log(JSON.stringify({ turns: TURNS, node: process.version, results }, undefined, 2));
} else {
  let group = '';
  for (const r of results) {
    if (r.group !== group) console.log(`\n${r.group.padEnd(44)}   a second       µs  to stack`);
    group = r.group;
    const heap = r.heapBytes === undefined ? '' : `  ${r.heapBytes} heap bytes each`;
    console.log(
      `  ${r.name.padEnd(42)}${String(r.perSecond).padStart(11)}` +
        `${r.microseconds.toFixed(1).padStart(9)}${r.toStack.toFixed(2).padStart(10)}${heap}`,
    );
  }
}
