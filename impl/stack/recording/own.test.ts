// Goal: what our own device and TSM say to each other holds for a third reader, who has only packets
// and secrets; and what does not hold is found where it is. Method: the life of a TDI, recorded
// between the two as a packet file; then the same with one thing changed.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyPairOf, sharedSecret } from '../crypto/dhe.ts';
import { CURVES, type Curve } from '../crypto/suite.ts';
import { entropyOf, makeStack, STREAM, VF1 } from '../stack.fixture.ts';
import type { RequesterSetup } from '../tsm/requester.ts';
import { encodeDoe, encodePciPayload, encodeSpdm, encodeTdisp } from '../wire/index.ts';
import { examine, type Fact, readRecording } from './index.ts';

/** Public value in KEY_EXCHANGE and KEY_EXCHANGE_RSP, from the DOE header on. */
const EXCHANGE_DATA_AT = 48;
const KEY_EXCHANGE = 0xe4;
const DOE_SPDM = 1;

interface Recorded {
  readonly packets: readonly Uint8Array[];
  readonly secrets: string;
}

/** Connects, runs and ends a TDI over a carrier that keeps what it carries. */
function record(changes: Partial<RequesterSetup>, curve: Curve): Recorded {
  const packets: Uint8Array[] = [];
  const seeds: Uint8Array[] = [];
  const source = entropyOf('requester');
  const entropy = (byteCount: number) => {
    const bytes = source(byteCount);
    seeds.push(bytes.slice());
    return bytes;
  };
  const stack = makeStack({ handshakeInTheClear: true }, { ...changes, entropy });
  const { device, tsm, hold } = stack;
  stack.carry = (request) => {
    packets.push(request.slice());
    const response = device.doe(request);
    if (response) packets.push(response.slice());
    return response;
  };
  hold(tsm.connect(0, STREAM));
  const evidence = hold(tsm.bind(VF1, 1, { flags: 1, reportingOffset: 0n }));
  tsm.accept(VF1, 1, evidence.digest);
  hold(tsm.start(VF1));
  hold(tsm.updateKeys());
  hold(tsm.unbind(VF1));
  hold(tsm.disconnect());
  return { packets, secrets: secretsOf(packets, seeds, curve) };
}

/** The secrets file: the scalar is that seed whose public value was sent. */
function secretsOf(
  packets: readonly Uint8Array[],
  seeds: readonly Uint8Array[],
  curve: Curve,
): string {
  const at = packets.findIndex((p) => p[2] === DOE_SPDM && p[9] === KEY_EXCHANGE);
  const [request, response] = [
    packets[at] ?? new Uint8Array(0),
    packets[at + 1] ?? new Uint8Array(0),
  ];
  const publicValue = (packet: Uint8Array) =>
    packet.subarray(EXCHANGE_DATA_AT, EXCHANGE_DATA_AT + curve.pairSize);
  const scalar = seeds
    .filter(({ length }) => length === curve.noble.lengths.seed)
    .map((seed) => curve.noble.utils.randomSecretKey(seed))
    .find((key) => hex(keyPairOf(curve, key).publicValue) === hex(publicValue(request)));
  if (scalar === undefined) throw new Error('no seed gave the public value');
  const shared = sharedSecret(curve, scalar, publicValue(response));
  if (!shared.ok) throw new Error(shared.error.text);
  const id = hex(Uint8Array.from([...response.subarray(12, 14), ...request.subarray(12, 14)]));
  const bytes = id.match(/../g) ?? [];
  return JSON.stringify({
    sessions: [
      {
        kind: 'DHE',
        session_id: [bytes[1], bytes[0], bytes[3], bytes[2]].join(''),
        dhe_secret: hex(shared.value),
        requester_dhe_private_scalar: hex(scalar),
      },
    ],
    messages: [],
  });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function pcapOf(packets: readonly Uint8Array[]): Uint8Array {
  const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
  const header = words(0xa1b2c3d4, 0x00040002, 0, 0, 0x10000, 292);
  const parts = packets.flatMap((p) => [words(0, 0, p.length, p.length), p]);
  return Uint8Array.from(Buffer.concat([header, ...parts]));
}

function examined({ packets, secrets }: Recorded) {
  const read = readRecording(pcapOf(packets), secrets);
  if (!read.ok) throw new Error(read.error);
  return examine(read.value);
}

const SUITES: readonly (readonly [string, Curve, Partial<RequesterSetup>])[] = [
  [
    '1.2 P-256 ChaCha, clear handshake',
    CURVES.P_256,
    {
      versions: [0x12],
      curves: ['P_256'],
      hashes: ['SHA_256'],
      aeads: ['CHACHA20_POLY1305'],
      handshakeInTheClear: true,
    },
  ],
  [
    '1.3 P-256 with SHA-384 AES',
    CURVES.P_256,
    { versions: [0x13], curves: ['P_256'], hashes: ['SHA_384'], aeads: ['AES_256_GCM'] },
  ],
  [
    '1.3 P-384 AES',
    CURVES.P_384,
    { versions: [0x13], curves: ['P_384'], hashes: ['SHA_384'], aeads: ['AES_256_GCM'] },
  ],
];

/** The first packet that is an unsecured SPDM message of a code. */
const packetWith = ({ packets }: Recorded, code: number): number =>
  packets.findIndex((p) => p[2] === DOE_SPDM && p[9] === code);

describe('what does not hold is named', () => {
  const [, curve, changes] = SUITES[0] ?? ['', CURVES.P_256, {}];
  const recorded = record(changes, curve);

  // At an offset in the packet, from its end if below 0 and beyond the padding; found so many later.
  test.each([
    ['DIGESTS', 0x01, 12, 2, 'chain of slot 0 does not have the digest it should'],
    ['KEY_EXCHANGE_RSP', 0x64, -8, 0, 'signature fails: responder-key_exchange_rsp signing'],
    ['FINISH', 0xe5, -8, 0, 'RequesterVerifyData fails'],
    ['FINISH_RSP', 0x65, -8, 0, 'ResponderVerifyData fails'],
  ])('a changed byte of %s', (_, code, offset, later, text) => {
    const at = packetWith(recorded, code);
    const packets = recorded.packets.map((p) => p.slice());
    const target = packets[at] ?? new Uint8Array(0);
    const index = offset < 0 ? target.length + offset : offset;
    target[index] = (target[index] ?? 0) ^ 1;
    const { failure } = examined({ ...recorded, packets });
    expect(failure?.text).toBe(text);
    expect(failure?.packet).toBeGreaterThanOrEqual(at + later);
    expect(failure?.packet).toBeLessThanOrEqual(packetWith(recorded, KEY_EXCHANGE) + 3);
  });

  test('a response to something else', () => {
    const at = packetWith(recorded, 0x61);
    const version = recorded.packets[packetWith(recorded, 0x04)] ?? new Uint8Array(0);
    const packets = recorded.packets.with(at, version);
    expect(examined({ ...recorded, packets }).failure).toEqual({
      packet: at,
      text: 'VERSION does not answer the request',
    });
  });

  test('a malformed request that is not refused', () => {
    const header = { version: 0x10, functionId: 0 };
    const tdisp = (kind: 'VENDOR_DEFINED_REQUEST' | 'VENDOR_DEFINED_RESPONSE', m: Uint8Array) =>
      encodeDoe(DOE_SPDM, encodeSpdm({ kind, version: 0x12, ...encodePciPayload('TDISP', m) }));
    const unknown = encodeTdisp({ kind: 'GET_TDISP_VERSION', ...header }).with(1, 0x99);
    const state = encodeTdisp({ kind: 'DEVICE_INTERFACE_STATE', ...header, tdiState: 'RUN' });
    const packets = [
      tdisp('VENDOR_DEFINED_REQUEST', unknown),
      tdisp('VENDOR_DEFINED_RESPONSE', state),
    ];
    expect(examined({ ...recorded, packets }).failure).toEqual({
      packet: 1,
      text: expect.stringMatching(/^a malformed request is not refused: .*code/),
    });
  });

  test('a session id other than the recorded one', () => {
    const secrets = recorded.secrets.replace(/("session_id":")..../, '$1dead');
    const { failure } = examined({ ...recorded, secrets });
    expect(failure?.packet).toBe(packetWith(recorded, 0x64));
    expect(failure?.text).toMatch(/^session 0 has id [0-9a-f]+, not the recorded one$/);
  });
});

describe.each(SUITES)('%s', (_, curve, changes) => {
  let recorded: Recorded;
  beforeAll(() => {
    recorded = record(changes, curve);
  });

  test('holds, from the first packet to the last', () => {
    const { packets, failure } = examined(recorded);
    expect(failure).toBeUndefined();
    expect(packets).toHaveLength(recorded.packets.length);
    const facts = packets.flatMap(({ verified }) => verified);
    const count = (fact: Fact) => facts.filter((f) => f === fact).length;
    expect(count('record')).toBe(packets.filter((p) => p.dataObjectType === 2).length);
    expect(count('certificate chain')).toBe(1);
    expect(count('key agreement')).toBe(1);
    expect(count('verify data')).toBe(2);
    expect(count('signature')).toBeGreaterThanOrEqual(2);
    const tdisp = packets.flatMap((p) => (p.tdisp ? [p.tdisp.kind] : []));
    expect(tdisp).toContain('LOCK_INTERFACE_RESPONSE');
    expect(tdisp).toContain('START_INTERFACE_RESPONSE');
    expect(packets.some((p) => p.ideKm?.kind === 'KEY_PROG')).toBe(true);
    expect(packets.some((p) => p.spdm?.kind === 'KEY_UPDATE')).toBe(true);
  });

  test('a packet left out, put twice or changed is found', () => {
    const secured = recorded.packets.findIndex((p) => p[2] === 2);
    const spoiled = recorded.packets.map((p) => p.slice());
    const target = spoiled[secured + 3];
    if (target === undefined) throw new Error('no secured response');
    target[14] = (target[14] ?? 0) ^ 1;
    const pair = recorded.packets.slice(secured + 2, secured + 4);
    const before = recorded.packets.slice(0, secured + 2);
    const cases = {
      changed: spoiled,
      'left out': [...before, ...recorded.packets.slice(secured + 4)],
      'put twice': [...before, ...pair, ...recorded.packets.slice(secured + 2)],
    };
    for (const [name, packets] of Object.entries(cases)) {
      const { failure } = examined({ ...recorded, packets });
      const at = name === 'put twice' ? secured + 5 : secured + 3;
      expect(`${name}: ${failure?.packet}`).toBe(`${name}: ${at}`);
    }
  });

  test('a wrong plaintext beside the packets is found', () => {
    const packet = recorded.packets.findIndex((p) => p[2] === 2);
    const messages = [{ packet, dir: 'request', plaintext: '00' }];
    const secrets = JSON.stringify({ ...JSON.parse(recorded.secrets), messages });
    expect(examined({ ...recorded, secrets }).failure).toEqual({
      packet: packet + 1,
      text: 'the plaintext is not the recorded one',
    });
  });

  test('bytes changed anywhere never make the examination throw', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 0xff })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const packets = recorded.packets.map((p) => p.slice());
        for (const [packet, at, value] of all) {
          const target = packets[packet % packets.length];
          target?.fill(value, at % target.length, (at % target.length) + 1);
        }
        const { packets: understood, failure } = examined({ ...recorded, packets });
        expect(understood.length).toBe(failure ? (failure.packet >> 1) << 1 : packets.length);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test('a conversation that breaks off after a request is found', () => {
    const packets = recorded.packets.slice(0, 7);
    expect(examined({ ...recorded, packets }).failure).toEqual({
      packet: 6,
      text: 'no response follows',
    });
  });
});
