// Goal: every way in which a session ends has the same consequences (TDISP 11.4.5): its streams are
// Insecure, its TDIs in ERROR, and nothing under it is accepted any more. Method: two sessions, the
// one with keys and a running TDI is ended in each way; then the TDI is given to a new session.
import { describe, expect, test } from 'vitest';
import { CHEAP, keyed, makeRequester, STREAM, sessionWith, VF1, VF2 } from '../stack.fixture.ts';
import { ask, type Bench, bring, LOCK, makeBench, STOP } from '../tdi.fixture.ts';
import { converse } from '../tsm/dialogue.ts';
import { DOE_TYPE, encodeDoe, encodeSpdm } from '../wire/index.ts';

const GET_VERSION = encodeDoe(DOE_TYPE.spdm, Uint8Array.of(0x10, 0x84, 0, 0));
const HEARTBEAT = encodeSpdm({ kind: 'HEARTBEAT', version: 0x12 });

/** ERROR DecryptError, which is sealed under the keys that are about to go. */
const DECRYPT_ERROR = Uint8Array.of(0x12, 0x7f, 6, 0);

/** Sends a record of the session with one bit changed; the device's answer. */
const tampered = ({ device, session }: Bench) =>
  converse(session.say(HEARTBEAT), (bytes) => device.doe(bytes.with(-3, (bytes.at(-3) ?? 0) ^ 1)));

const ENDS: readonly (readonly [string, (bench: Bench) => void])[] = [
  [
    'END_SESSION',
    ({ device, session }) => {
      converse(session.end(), (b) => device.doe(b));
    },
  ],
  [
    'GET_VERSION in the clear',
    ({ device }) => {
      device.doe(GET_VERSION);
    },
  ],
  [
    'a record that does not open',
    (bench) => {
      expect(tampered(bench)).toEqual({ ok: true, value: DECRYPT_ERROR });
    },
  ],
  ['heartbeat expiry', ({ device, session }) => device.endSession(session.id, 'heartbeat-expired')],
  ['the device itself', ({ device, session }) => device.endSession(session.id)],
];

describe.each(ENDS)('%s', (_, end) => {
  test('drops the stream, takes TDIs to ERROR, and the next session starts from there', () => {
    const bench = makeBench();
    const { device } = bench;
    bring(bench, 'RUN', VF1);
    bring(bench, 'CONFIG_LOCKED', VF2);
    end(bench);
    expect(device.sessions()).not.toContain(bench.session.id);
    expect(device.isSecure(STREAM)).toBe(false);
    expect([VF1, VF2].map((id) => device.tdi(id)?.state)).toEqual(['ERROR', 'ERROR']);
    expect(device.tdi(VF2)?.nonce).toBe(undefined);
    expect(ask(bench, STOP)).not.toBe('ok');
    expect(device.tdi(VF1)?.state).toBe('ERROR');

    const session = sessionWith(device, makeRequester(CHEAP), 9);
    keyed(device, session);
    const next = { ...bench, session };
    expect(ask(next, LOCK)).toBe('INVALID_INTERFACE_STATE');
    expect(ask(next, STOP)).toBe('ok');
    expect(ask(next, LOCK)).toBe('ok');
  });
});

test('the end of one session leaves another alone', () => {
  const bench = makeBench();
  const other = sessionWith(bench.device, bench.requester, 2);
  bring(bench, 'RUN');
  converse(other.end(), (b) => bench.device.doe(b));
  expect(bench.device.tdi(VF1)?.state).toBe('RUN');
  expect(bench.device.isSecure(STREAM)).toBe(true);
});

test('GET_VERSION inside a session, or malformed, ends nothing', () => {
  const bench = makeBench();
  bring(bench, 'RUN');
  const inside = converse(bench.session.say(Uint8Array.of(0x10, 0x84, 0, 0)), (b) =>
    bench.device.doe(b),
  );
  expect(inside).toMatchObject({ ok: true, value: Uint8Array.of(0x12, 0x7f, 4, 0) });
  bench.device.doe(encodeDoe(DOE_TYPE.spdm, Uint8Array.of(0x12, 0x84, 0, 0)));
  expect(bench.device.tdi(VF1)?.state).toBe('RUN');
});

test('there are four sessions; ids are not used again', () => {
  const bench = makeBench();
  const ids = [bench.session.id];
  for (let i = 2; i <= 4; i++) ids.push(sessionWith(bench.device, bench.requester, i).id);
  expect(() => sessionWith(bench.device, bench.requester, 5)).toThrow('SessionLimitExceeded');
  bench.device.endSession(ids[1] ?? 0);
  ids.push(sessionWith(bench.device, bench.requester, 2).id);
  expect(new Set(ids).size).toBe(5);
  expect(bench.device.sessions()).toHaveLength(4);
});
