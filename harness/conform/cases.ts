/** Requests that the model does not speak of: malformed, out of place, or not TDISP at all. */
import { DOE_TYPE, encodeDoe, encodePciPayload, encodeSpdm } from '../../impl/stack/wire/index.ts';
import { type Answer, answerText } from '../wire-model/ask.ts';
import type { Driver } from './driver.ts';

/** One request with the answers that the documents let a device give. */
export interface NegativeCase {
  readonly name: string;
  readonly clause: string;
  /** Names of errors, `accepted` or `no answer`. */
  readonly expected: readonly string[];
  /** Where the public emulator is known to differ: its answer, and the name of the deviation. */
  readonly known?: readonly [got: string, name: string];
  readonly send: (driver: Driver) => Promise<Answer>;
}

const spdm = (code: number, ...rest: readonly number[]): Uint8Array =>
  Uint8Array.of(0x12, code, ...rest);
const vendor = (standardId: number, vendorId: readonly number[], payload: readonly number[]) =>
  encodeSpdm({
    kind: 'VENDOR_DEFINED_REQUEST',
    version: 0x12,
    standardId,
    vendorId: Uint8Array.from(vendorId),
    payload: Uint8Array.from(payload),
  });
const slot = { keySet: 0, sub: 0, direction: 'RX' } as const;
/** A key that nothing else in a run uses: of the second set. */
const keyProg = (
  driver: Driver,
  changes: Parameters<Driver['keyMessage']>[1],
  sub = 0,
): Uint8Array =>
  driver.keyMessage(
    { kind: 'KEY_PROG', ...slot, keySet: 1, sub, stream: driver.target.stream },
    changes,
  );
const silent = async (answer: Promise<Uint8Array | undefined>): Promise<Answer> =>
  (await answer) === undefined ? { is: 'silent' } : { is: 'accepted' };

const BAD_PORT = 200;
const SPDM_ERROR_OF_IDE = ['InvalidRequest', 'ide-km-spdm-error'] as const;

export const NEGATIVE_CASES: readonly NegativeCase[] = [
  {
    name: 'TDISP: unknown code 0x90',
    clause: 'TDISP 11.3.19',
    expected: ['UNSUPPORTED_REQUEST'],
    send: (d) => d.tdisp(d.tdispMessage('state', 0).with(1, 0x90)),
  },
  {
    name: 'TDISP: the code of a response',
    clause: 'TDISP 11.3.19',
    expected: ['UNSUPPORTED_REQUEST', 'INVALID_REQUEST'],
    send: (d) => d.tdisp(d.tdispMessage('state', 0).with(1, 0x05)),
  },
  {
    name: 'TDISP: header version 0x11',
    clause: 'TDISP 11.3.2',
    expected: ['VERSION_MISMATCH'],
    send: (d) => d.tdisp(d.tdispMessage('state', 0).with(0, 0x11)),
  },
  {
    name: 'TDISP: LOCK one byte short',
    clause: 'TDISP 11.3.8',
    expected: ['INVALID_REQUEST'],
    send: (d) => d.tdisp(d.tdispMessage('lock', 0).subarray(0, -1)),
  },
  {
    name: 'TDISP: START one byte too long',
    clause: 'TDISP 11.3.14',
    expected: ['INVALID_REQUEST'],
    send: (d) => d.tdisp(Uint8Array.from([...d.tdispMessage('start', 0, 'other'), 0])),
  },
  {
    name: 'TDISP: half a header',
    clause: 'TDISP 11.3.2',
    expected: ['InvalidRequest', 'INVALID_REQUEST'],
    send: (d) => d.tdisp(d.tdispMessage('state', 0).subarray(0, 8)),
  },
  {
    name: 'VENDOR_DEFINED: PCI-SIG protocol 2',
    clause: 'DSP0274 VENDOR_DEFINED',
    expected: ['InvalidRequest', 'UnsupportedRequest'],
    send: (d) => d.say(vendor(3, [1, 0], [2, 0, 0])),
  },
  {
    name: 'VENDOR_DEFINED: another vendor',
    clause: 'DSP0274 VENDOR_DEFINED',
    expected: ['InvalidRequest', 'UnsupportedRequest'],
    send: (d) => d.say(vendor(3, [0x86, 0x80], [1, 0, 0])),
  },
  {
    name: 'VENDOR_DEFINED: another standard',
    clause: 'DSP0274 VENDOR_DEFINED',
    expected: ['InvalidRequest', 'UnsupportedRequest'],
    send: (d) => d.say(vendor(0, [1, 0], [1, 0, 0])),
  },
  {
    name: 'IDE_KM: KEY_PROG one byte short',
    clause: 'IDE_KM status 1',
    expected: ['INCORRECT_LENGTH'],
    known: SPDM_ERROR_OF_IDE,
    send: (d) => d.ideKm(keyProg(d, {}).subarray(0, -1)),
  },
  {
    name: 'IDE_KM: KEY_PROG of port 200',
    clause: 'IDE_KM status 2',
    expected: ['UNSUPPORTED_PORT_INDEX'],
    known: SPDM_ERROR_OF_IDE,
    send: (d) => d.ideKm(keyProg(d, { portIndex: BAD_PORT })),
  },
  {
    name: 'IDE_KM: KEY_PROG of sub-stream 15',
    clause: 'IDE_KM status 3',
    expected: ['UNSUPPORTED_VALUE'],
    known: ['accepted', 'ide-km-any-value'],
    send: (d) => d.ideKm(keyProg(d, {}, 15)),
  },
  {
    name: 'IDE_KM: KEY_PROG with IFV 5',
    clause: 'IDE_KM status 3',
    expected: ['UNSUPPORTED_VALUE'],
    known: ['accepted', 'ide-km-any-value'],
    send: (d) => d.ideKm(keyProg(d, { ifv: 5n })),
  },
  {
    name: 'IDE_KM: object id 7',
    clause: 'IDE_KM object ids',
    expected: ['InvalidRequest', 'no answer'],
    send: (d) => d.ideKm(Uint8Array.of(7, 0, d.target.idePort)),
  },
  {
    name: 'IDE_KM: QUERY outside a session',
    clause: 'TDISP 11.2.2',
    expected: ['no answer'],
    known: ['accepted', 'answers-outside-session'],
    send: (d) => d.ideKm(Uint8Array.of(0, 0, d.target.idePort), true),
  },
  {
    name: 'SPDM: GET_VERSION in a session',
    clause: 'DSP0274 10.3',
    expected: ['UnexpectedRequest'],
    send: (d) => d.say(Uint8Array.of(0x10, 0x84, 0, 0)),
  },
  {
    name: 'SPDM: unknown code 0x90 in a session',
    clause: 'DSP0274 ERROR',
    expected: ['UnsupportedRequest'],
    known: ['InvalidRequest', 'unknown-code-invalid'],
    send: (d) => d.say(spdm(0x90, 0, 0)),
  },
  {
    name: 'SPDM: header version 0x11 in a session',
    clause: 'DSP0274 ERROR',
    expected: ['VersionMismatch'],
    send: (d) => d.say(d.heartbeat().with(0, 0x11)),
  },
  {
    name: 'SPDM: KEY_UPDATE operation 4',
    clause: 'DSP0274 KEY_UPDATE',
    expected: ['InvalidRequest'],
    send: (d) => d.say(spdm(0xe9, 4, 1)),
  },
  {
    name: 'SPDM: VerifyNewKey without an update',
    clause: 'DSP0274 KEY_UPDATE',
    expected: ['InvalidRequest', 'UnexpectedRequest'],
    send: (d) => d.say(spdm(0xe9, 3, 1)),
  },
  {
    name: 'SPDM: HEARTBEAT outside a session',
    clause: 'DSP0274 ERROR',
    expected: ['SessionRequired', 'UnexpectedRequest'],
    send: (d) => d.plain(d.heartbeat()),
  },
  {
    name: 'SPDM: GET_VERSION with header version 0x12',
    clause: 'DSP0274 GET_VERSION',
    expected: ['VersionMismatch'],
    send: (d) => d.plain(spdm(0x84, 0, 0)),
  },
  {
    name: 'DOE: another vendor id',
    clause: 'PCIe 6.30.1',
    expected: ['no answer'],
    send: (d) => silent(d.doe(encodeDoe(DOE_TYPE.spdm, d.heartbeat()).with(0, 2))),
  },
  {
    name: 'DOE: a length of more than there is',
    clause: 'PCIe 6.30.1',
    expected: ['no answer'],
    send: (d) => silent(d.doe(encodeDoe(DOE_TYPE.spdm, d.heartbeat()).with(4, 9))),
  },
  {
    name: 'DOE: nothing at all',
    clause: 'PCIe 6.30.1',
    expected: ['no answer'],
    send: (d) => silent(d.doe(new Uint8Array(0))),
  },
  {
    name: 'VENDOR_DEFINED: a length of more than there is',
    clause: 'DSP0274 VENDOR_DEFINED',
    expected: ['InvalidRequest'],
    send: (d) => {
      const { payload, vendorId, standardId } = encodePciPayload(
        'TDISP',
        d.tdispMessage('state', 0),
      );
      const bytes = vendor(standardId, [...vendorId], [...payload]);
      // The length says more than there is.
      return d.say(bytes.with(9, (bytes[9] ?? 0) + 4));
    },
  },
];

/** Whether an answer is one of those that the documents let a device give. */
export const isExpected = ({ expected }: NegativeCase, answer: Answer): boolean =>
  expected.includes(answer.is === 'accepted' ? 'accepted' : answerText(answer));
