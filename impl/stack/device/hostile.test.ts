// Goal: no bytes make the device throw, and none that are not sealed in a session move a TDI. Method:
// arbitrary and mutated DOE objects, TLPs and configuration writes against a running TDI; and
// arbitrary messages inside the session, where the TDI may move but nothing may be thrown.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PF, STREAM, VF1 } from '../stack.fixture.ts';
import { bring, LOCK, makeBench, REPORT, STOP } from '../tdi.fixture.ts';
import { converse } from '../tsm/dialogue.ts';
import {
  DOE_TYPE,
  encodeDoe,
  encodeIdeKm,
  encodePciPayload,
  encodeSpdm,
  encodeTdisp,
} from '../wire/index.ts';

const header = { version: 0x10, functionId: VF1 };
const slot = { portIndex: 0, keySet: 0, direction: 'RX', subStream: 0 } as const;
const vendor = (protocol: 'IDE_KM' | 'TDISP', bytes: Uint8Array): Uint8Array =>
  encodeSpdm({
    kind: 'VENDOR_DEFINED_REQUEST',
    version: 0x12,
    ...encodePciPayload(protocol, bytes),
  });
const MESSAGES = [
  ...[LOCK, REPORT, STOP].map((body) => vendor('TDISP', encodeTdisp({ ...body, ...header }))),
  vendor('IDE_KM', encodeIdeKm({ kind: 'QUERY', portIndex: 0 })),
  vendor('IDE_KM', encodeIdeKm({ kind: 'K_SET_GO', streamId: 9, ...slot })),
  encodeSpdm({ kind: 'GET_DIGESTS', version: 0x12 }),
];

/** A message with some bytes replaced and its length changed. */
const mutated = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.integer({ min: -6, max: 3 }),
  )
  .map(([message, changes, longer]) => {
    const bytes = new Uint8Array(Math.max(1, message.length + longer));
    bytes.set(message.subarray(0, bytes.length));
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes;
  });
const message = fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated);
const GET_VERSION_CODE = 0x84;

test('bytes outside the session move nothing', () => {
  const bench = makeBench();
  bring(bench, 'RUN');
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2, 3), message, fc.boolean(), (type, bytes, whole) => {
      // A GET_VERSION ends every session: that is what it is for.
      fc.pre(type !== DOE_TYPE.spdm || bytes[1] !== GET_VERSION_CODE);
      bench.device.doe(whole ? encodeDoe(type, bytes) : bytes);
      expect(bench.device.tdi(VF1)?.state).toBe('RUN');
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('any message inside the session is answered or dropped', () => {
  const bench = makeBench();
  const { device, session } = bench;
  const answers = new Set<string>();
  fc.assert(
    fc.property(message, (bytes) => {
      // An update of keys would have to be followed up to go on talking.
      fc.pre(bytes[1] !== 0xe9 && bytes[1] !== 0xec);
      const outcome = converse(session.say(bytes), (request) => device.doe(request));
      answers.add(outcome.ok ? `${outcome.value[1]} ${outcome.value[2]}` : outcome.error.fault);
      expect(session.alive).toBe(true);
    }),
    { numRuns: 2000, seed: 2 },
  );
  // Answers, errors and silence all came up.
  expect([...answers].some((answer) => answer.startsWith('126 '))).toBe(true);
  expect([...answers].some((answer) => answer.startsWith('127 '))).toBe(true);
  expect(answers).toContain('no-response');
});

test('any TLP and any configuration write', () => {
  const bench = makeBench();
  const { device } = bench;
  const offset = fc.nat(0x1100);
  const writes = fc.tuple(
    fc.constantFrom(PF, VF1, 0, 0x999),
    offset,
    fc.uint8Array({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), writes, (tlp, [functionId, at, bytes]) => {
      device.receive(tlp);
      device.configWrite(functionId, at, bytes);
      expect(device.configRead(functionId, at, 4)).toHaveLength(4);
    }),
    { numRuns: 2000, seed: 3 },
  );
  // Whatever was written, a reset makes it new: there is no way back to Secure without keys.
  device.conventionalReset();
  expect(device.isSecure(STREAM)).toBe(false);
});
