// Goal: where the device answers a bad request otherwise than a known peer, we know it and can say
// why. Method: the annotated requests of a recording (TDICHECK_INTEROP, skipped without) are put to
// our device one by one, in a session of the same suite with a TDI of the same id; every answer is
// the recorded one, or stands in the table below, and then it differs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecording } from '../recording/index.ts';
import { keyed, makeDevice, makeRequester, sessionWith, setStream } from '../stack.fixture.ts';
import { converse } from '../tsm/dialogue.ts';
import { encodeDoe } from '../wire/index.ts';
import { barAt } from './registers.ts';

const FOLDER = process.env.TDICHECK_INTEROP;
const NAME = 'probe_spdm12_p384_errors';
const TDI = 0xbeef;

/** TDISP_ERROR about the TDI, with its code and data as they are on the wire. */
const tdispError = (code: string, data = '00000000'): string =>
  `127e00000300020100190001107f0000efbe00000000000000000000${code}${data}`;
const kpAck = (status: string, subStream: string, port: string): string =>
  `127e0000030002010008000003000000${status}${subStream}${port}`;
const state = (value: string): string =>
  `127e0000030002010012000110050000efbe00000000000000000000${value}`;

/** What our device answers instead, by packet number, and why. A trailing … stands for the rest. */
const DEVIATIONS: Readonly<Record<number, readonly [answer: string, why: string]>> = {
  22: [
    '127e000003000201002d000110020000efbe00…',
    'TDISP 11.3.3: a hosted interface is there before GET_TDISP_VERSION too (wire 13)',
  ],
  26: [tdispError('41000000'), 'TDISP 11.3.2: the version of a response is one that exists'],
  30: [tdispError('41000000'), 'TDISP 11.3.2: the version of a response is one that exists'],
  36: [
    '127e000003000201002d000110020000efbe0000000000000000000000000000fe0000000000000000000000000000000700000000340101',
    'TDISP 11.3.6: address width and outstanding requests are those of this device',
  ],
  40: [
    '127e0000030002010011000110070000efbe00000000000000000000',
    'TDISP 11.3.1: STOP is legal in CONFIG_UNLOCKED (wire 13)',
  ],
  42: [tdispError('04000000'), 'TDISP 11.3.10: no report in CONFIG_UNLOCKED (wire 13)'],
  54: [tdispError('04000000'), 'TDISP 11.3.10: no report in CONFIG_UNLOCKED (wire 13)'],
  60: [
    '127e0000030002010055000110040000efbe0000000000000000000040002400…',
    "TDISP 11.3.11: a portion of this device's report",
  ],
  62: [
    '127e0000030002010039000110040000efbe0000000000000000000024000000…',
    "TDISP 11.3.11: a portion of this device's report",
  ],
  96: [state('02'), 'TDISP 11.3.4: GET_TDISP_VERSION has no effect on the state (wire 13)'],
  98: ['no-response', 'TDISP 11.2.2: no answer outside a session (wire 13)'],
  100: ['no-response', 'TDISP 11.2.2: no answer outside a session (wire 13)'],
  102: [state('02'), 'TDISP 11.3.4: GET_TDISP_VERSION has no effect on the state (wire 13)'],
  116: [kpAck('02', '00', '01'), 'IDE_KM: status 2 for a port that is not there (wire 10)'],
  118: ['127f0100', 'IDE_KM: the device has port 0 alone, and QUERY_RESP no status (wire 10)'],
  120: [kpAck('02', '00', '01'), 'IDE_KM: status 2 for a port that is not there (wire 10)'],
  122: [kpAck('04', '00', '00'), 'IDE: a live key is not written again, or a counter would repeat'],
  124: ['127f0100', 'IDE_KM: the device has port 0 alone, and QUERY_RESP no status (wire 10)'],
  126: ['127e00000300020100500000010000000000…', 'IDE_KM: registers of this device (wire 10)'],
  130: ['no-response', 'IDE_KM: K_GOSTOP_ACK has no status for a GO without a key (wire 10)'],
  134: [kpAck('01', '00', '00'), 'IDE_KM: status 1 for a wrong length (wire 10)'],
  136: [kpAck('03', 'f0', '00'), 'IDE_KM: status 3 for a sub-stream above 2 (wire 10)'],
  138: ['no-response', 'IDE_KM: K_GOSTOP_ACK has no status for a port that is not there (wire 10)'],
  152: ['127f0790', 'DSP0274: UnsupportedRequest with the code, not InvalidRequest (wire 12)'],
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

interface Probe {
  readonly packet: number;
  readonly note: string;
  readonly secured: boolean;
  readonly request: string;
  readonly response: string;
}

/** The annotated requests with their answers, both as SPDM messages in the clear. */
function probes(folder: string): Probe[] {
  const read = readRecording(
    readFileSync(join(folder, `${NAME}.pcap`)),
    readFileSync(join(folder, `${NAME}.json`), 'utf8'),
  );
  if (!read.ok) throw new Error(read.error);
  const { packets, notes } = read.value;
  const textOf = (packet: number): string =>
    hex(notes.get(packet)?.plaintext ?? packets[packet]?.subarray(DOE_HEADER) ?? new Uint8Array(0));
  return [...notes.values()].flatMap(({ packet, note, plaintext }) =>
    note === undefined
      ? []
      : {
          packet,
          note,
          secured: plaintext !== undefined,
          request: textOf(packet),
          response: textOf(packet + 1),
        },
  );
}

const DOE_HEADER = 8;
const LOCK_RESPONSE = '127e000003000201003100011003';
const NONCE_AT = 2 * 28;

/** Our device and an established session with it, keyed as LOCK asks for. */
function prepared() {
  const device = makeDevice({
    tdis: [
      {
        functionId: TDI,
        kind: 'FUNCTION',
        ranges: [
          { bar: 0, pages: 1 },
          { bar: 2, pages: 1 },
          { bar: 4, pages: 1 },
        ],
        // Makes the report as long as the recorded one: 100 bytes.
        information: new Uint8Array(32),
      },
    ],
    tdisp: { reportPortionMax: 64 },
  });
  for (const bar of [2, 4]) device.configWrite(TDI, barAt(bar) + 3, Uint8Array.of(bar));
  setStream(device, 0, { stream: 0, enabled: true, isDefault: true });
  const suite = { versions: [0x12], curves: ['P_384'], hashes: ['SHA_384'] } as const;
  const session = sessionWith(device, makeRequester(suite), 0x1234);
  keyed(device, session, 0);
  return { device, session };
}

test.skipIf(FOLDER === undefined)('70 annotated requests of a recording', () => {
  const { device, session } = prepared();
  let nonce = { theirs: '-', ours: '-' };
  const equal: number[] = [];
  const all = probes(FOLDER ?? '');
  for (const { packet, note, secured, request, response } of all) {
    // The last request is a record with a changed tag; ours is under our own keys.
    const tampered = !secured && request.startsWith('3412ffff');
    const message = tampered ? '12e80000' : request.replace(nonce.theirs, nonce.ours);
    const outcome =
      secured || tampered
        ? converse(session.say(bytesOf(message)), (bytes) =>
            device.doe(tampered ? bytes.with(-3, (bytes.at(-3) ?? 0) ^ 1) : bytes),
          )
        : undefined;
    const plain = outcome ? undefined : device.doe(inObject(message));
    const answer = outcome
      ? outcome.ok
        ? hex(outcome.value)
        : outcome.error.fault
      : plain
        ? hex(plain.subarray(DOE_HEADER))
        : 'no-response';
    const [expected, why] = DEVIATIONS[packet] ?? [response, 'as recorded'];
    const where = `${packet} ${note}: ${why}`;
    if (secured && response.startsWith(LOCK_RESPONSE) && answer.startsWith(LOCK_RESPONSE)) {
      // The nonce is each device's own.
      nonce = { theirs: response.slice(NONCE_AT), ours: answer.slice(NONCE_AT) };
      expect(answer.slice(0, NONCE_AT), where).toBe(response.slice(0, NONCE_AT));
      equal.push(packet);
    } else if (expected.endsWith('…')) {
      expect(answer.slice(0, expected.length - 1), where).toBe(expected.slice(0, -1));
    } else expect(answer, where).toBe(expected);
    if (answer === response) equal.push(packet);
    if (packet in DEVIATIONS) expect(answer, where).not.toBe(response);
  }
  expect(all).toHaveLength(70);
  expect(equal).toHaveLength(70 - Object.keys(DEVIATIONS).length);
  expect(device.sessions()).toEqual([]);
  expect(device.tdi(TDI)?.state).toBe('ERROR');
});

const inObject = (message: string): Uint8Array => encodeDoe(1, bytesOf(message));
