// Goal: every refusal of TDISP has the code of the documents, and changes nothing. Method: a table of
// states and requests (TDISP 11.3, tdisp-semantics 1.2), each asked through a session; the TDI is
// looked at before and after.
import { describe, expect, test } from 'vitest';
import {
  PF,
  STREAM,
  sessionWith,
  setStream,
  VF1,
  VF2,
  write16,
  write32,
} from '../stack.fixture.ts';
import {
  ask,
  type Bench,
  bring,
  LOCK,
  lock,
  makeBench,
  REPORT,
  STOP,
  startWith,
} from '../tdi.fixture.ts';
import { Conversation, converse } from '../tsm/dialogue.ts';
import type { TsmSession } from '../tsm/session.ts';
import { encodeTdisp, LOCK_FLAG, type TdiState, type TdispMessage } from '../wire/index.ts';
import type { DeviceSetup } from './device.ts';
import { SRIOV_AT, vfBarAt } from './registers.ts';

const STATES: readonly TdiState[] = ['CONFIG_UNLOCKED', 'CONFIG_LOCKED', 'RUN', 'ERROR'];
const ZEROS = new Uint8Array(32);
const RANGE = { firstPage: 0n, numberOfPages: 2, rangeAttributes: 4, rangeId: 0 };
const OPTIONAL: Partial<DeviceSetup> = { tdisp: { p2p: true, mmioAttribute: true } };

const LEGAL: readonly (readonly [
  Parameters<typeof ask>[1],
  readonly TdiState[],
  Partial<DeviceSetup>?,
])[] = [
  [{ kind: 'GET_TDISP_VERSION' }, STATES],
  [{ kind: 'GET_TDISP_CAPABILITIES', tsmCaps: 0 }, STATES],
  [{ kind: 'GET_DEVICE_INTERFACE_STATE' }, STATES],
  [LOCK, ['CONFIG_UNLOCKED']],
  [REPORT, ['CONFIG_LOCKED', 'RUN']],
  [STOP, STATES],
  [{ kind: 'SET_MMIO_ATTRIBUTE_REQUEST', mmioRange: RANGE }, ['RUN'], OPTIONAL],
];

describe('legality by state (TDISP 11.3.1)', () => {
  for (const [body, legal, setup] of LEGAL) {
    test.each(STATES)(`${body.kind} in %s`, (state) => {
      const bench = makeBench(setup);
      bring(bench, state);
      const before = bench.device.tdi(VF1);
      expect(before?.state).toBe(state);
      const expected = legal.includes(state) ? 'ok' : 'INVALID_INTERFACE_STATE';
      expect(ask(bench, body)).toBe(expected);
      if (expected !== 'ok') expect(bench.device.tdi(VF1)).toEqual(before);
    });
  }

  test.each(STATES)('START in %s, with the live nonce where there is one', (state) => {
    const bench = makeBench();
    const nonce = state === 'CONFIG_LOCKED' ? lock(bench) : ZEROS;
    if (state !== 'CONFIG_LOCKED') bring(bench, state);
    const expected = state === 'CONFIG_LOCKED' ? 'ok' : 'INVALID_INTERFACE_STATE';
    expect(ask(bench, startWith(nonce))).toBe(expected);
  });
});

describe('refusals that are not about the state', () => {
  const cases: readonly (readonly [
    string,
    string,
    (bench: Bench) => string,
    Partial<DeviceSetup>?,
  ])[] = [
    ['an interface that is not hosted', 'INVALID_INTERFACE', (b) => ask(b, LOCK, 0x999)],
    [
      'a wrong nonce',
      'INVALID_NONCE',
      (b) => {
        lock(b);
        return ask(b, startWith(ZEROS));
      },
    ],
    [
      'a report offset past the end',
      'INVALID_REQUEST',
      (b) => {
        lock(b);
        return ask(b, { ...REPORT, offset: 0x400 });
      },
    ],
    [
      'a report of no bytes',
      'INVALID_REQUEST',
      (b) => {
        lock(b);
        return ask(b, { ...REPORT, length: 0 });
      },
    ],
    [
      'another stream than the default',
      'INVALID_REQUEST',
      (b) => ask(b, { ...LOCK, defaultStreamId: 9 }),
    ],
    [
      'two default streams',
      'INVALID_REQUEST',
      (b) => {
        setStream(b.device, 1, { stream: 8, enabled: false, isDefault: true });
        return ask(b, LOCK);
      },
    ],
    [
      'phantom functions',
      'INVALID_DEVICE_CONFIGURATION',
      (b) => {
        write16(b.device, VF1, 0x88, 0x2a10);
        return ask(b, LOCK);
      },
    ],
    [
      'overlapping VF BARs',
      'INVALID_DEVICE_CONFIGURATION',
      (b) => {
        write32(b.device, PF, vfBarAt(2), 0);
        write32(b.device, PF, vfBarAt(2) + 4, 2);
        return ask(b, LOCK);
      },
    ],
    [
      'another system page size',
      'INVALID_DEVICE_CONFIGURATION',
      (b) => {
        write32(b.device, PF, SRIOV_AT + 0x20, 4);
        return ask(b, LOCK);
      },
    ],
    [
      'no entropy',
      'INSUFFICIENT_ENTROPY',
      (b) => ask(b, LOCK),
      { behaviour: { nonce: () => undefined } },
    ],
    [
      'P2P that is not there',
      'UNSUPPORTED_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'BIND_P2P_STREAM_REQUEST', streamId: 1 });
      },
    ],
    [
      'SET_MMIO_ATTRIBUTE that is not there',
      'UNSUPPORTED_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'SET_MMIO_ATTRIBUTE_REQUEST', mmioRange: RANGE });
      },
    ],
    [
      'a VDM that is not there',
      'UNSUPPORTED_REQUEST',
      (b) =>
        ask(b, {
          kind: 'VDM_REQUEST',
          registryId: 0,
          vendorId: ZEROS.subarray(0, 2),
          vendorData: ZEROS,
        }),
    ],
    [
      'a P2P stream without keys',
      'INVALID_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'BIND_P2P_STREAM_REQUEST', streamId: 1 });
      },
      OPTIONAL,
    ],
    [
      'a P2P stream that is the default',
      'INVALID_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'BIND_P2P_STREAM_REQUEST', streamId: STREAM });
      },
      OPTIONAL,
    ],
    [
      'a P2P stream that is not bound',
      'INVALID_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'UNBIND_P2P_STREAM_REQUEST', streamId: 1 });
      },
      OPTIONAL,
    ],
    [
      'a range that is not updatable',
      'INVALID_REQUEST',
      (b) => {
        bring(b, 'RUN');
        return ask(b, { kind: 'SET_MMIO_ATTRIBUTE_REQUEST', mmioRange: { ...RANGE, rangeId: 2 } });
      },
      OPTIONAL,
    ],
    [
      'another request while STOP drains',
      'BUSY',
      (b) => {
        bring(b, 'RUN');
        ask(b, STOP);
        return ask(b, REPORT);
      },
      { tdisp: { stepwiseStop: true } },
    ],
  ];
  for (const [what, code, run, setup] of cases) {
    test(`${what}: ${code}`, () => expect(run(makeBench(setup))).toBe(code));
  }

  test('LOCK without keys, and with keys of another session', () => {
    const bench = makeBench();
    bench.device.endSession(bench.session.id);
    const session = sessionWith(bench.device, bench.requester, 2);
    expect(ask({ ...bench, session }, LOCK)).toBe('INVALID_REQUEST');
    const two = makeBench();
    const other = sessionWith(two.device, two.requester, 2);
    expect(ask({ ...two, session: other }, LOCK)).toBe('INVALID_REQUEST');
    expect(ask(two, LOCK)).toBe('ok');
    // A TDI belongs to the session that locked it.
    expect(ask({ ...two, session: other }, STOP)).toBe('INVALID_INTERFACE');
    expect(two.device.tdi(VF1)?.state).toBe('CONFIG_LOCKED');
  });
});

describe('bytes that are no request', () => {
  const send = (bench: Bench, bytes: Uint8Array): number | string => {
    const outcome = converse(bench.session.vendor('TDISP', bytes), (b) => bench.device.doe(b));
    if (!outcome.ok) return outcome.error.code ?? outcome.error.fault;
    return new DataView(outcome.value.buffer, outcome.value.byteOffset).getUint32(16, true);
  };
  const header = { version: 0x10, functionId: VF1 };
  const version = (fields: object): Uint8Array =>
    encodeTdisp({ kind: 'GET_TDISP_VERSION', ...header, ...fields } as TdispMessage);

  test.each([
    ['an unknown code, before anything else', () => version({ version: 0x20 }).with(1, 0x90), 0x07],
    ['a response', () => encodeTdisp({ kind: 'STOP_INTERFACE_RESPONSE', ...header }), 0x07],
    ['one byte too many', () => new Uint8Array([...version({}), 0]), 0x01],
    ['another version', () => version({ version: 0x11 }), 0x41],
    ['a truncated header', () => version({}).subarray(0, 15), 'InvalidRequest'],
  ] as const)('%s', (_, bytes, code) => {
    expect(send(makeBench(), bytes())).toBe(code);
  });
});

test('unsupported and reserved LOCK flags are not bound', () => {
  const bench = makeBench();
  lock(bench, VF1, 0xffe0 | LOCK_FLAG.BIND_P2P | LOCK_FLAG.NO_FW_UPDATE);
  const outcome = converse(
    bench.session.vendor('TDISP', encodeTdisp({ ...REPORT, version: 0x10, functionId: VF1 })),
    (b) => bench.device.doe(b),
  );
  // INTERFACE_INFO: no firmware update, DMA without PASID.
  expect(outcome.ok && outcome.value[20]).toBe(0x03);
});

test('STOP drains step by step: BUSY, no DMA, then the answer comes to the same session', () => {
  const bench = makeBench({ tdisp: { stepwiseStop: true } });
  bring(bench, 'RUN');
  const transfer = { address: 0n, range: 0, offset: 0, byteLength: 8 };
  expect(bench.device.dmaWrite(VF1, transfer)).toBeDefined();
  const stop = askStop(bench.session);
  expect(bench.device.doe(stop.request)).toBeUndefined();
  expect(bench.device.tdi(VF1)).toMatchObject({ state: 'RUN', stopping: true });
  expect(bench.device.dmaWrite(VF1, transfer)).toBeUndefined();
  expect(bench.device.drain(VF2)).toBeUndefined();
  const answer = bench.device.drain(VF1);
  expect(stop.take(answer)).toMatchObject({ done: true, outcome: { ok: true } });
  expect(bench.device.tdi(VF1)).toMatchObject({ state: 'CONFIG_UNLOCKED', stopping: false });
});

/** STOP as two halves, with the device's work in between. */
function askStop(session: TsmSession) {
  const request = encodeTdisp({ ...STOP, version: 0x10, functionId: VF1 });
  const conversation = new Conversation(session.vendor('TDISP', request));
  const first = conversation.begin();
  if (first.done) throw new Error('no request');
  return {
    request: first.request,
    take: (answer: Uint8Array | undefined) => conversation.take(answer),
  };
}
