// Goal: every transcript holds exactly the messages it should, at every moment. Method: one-letter
// messages, so that what a hash covers is spelled out; hashes are computed with node.
import { expect, test } from 'vitest';
import { entropyOf, nodeDigest } from './crypto.fixture.ts';
import { HASHES } from './suite.ts';
import { ConnectionTranscript, RunningTranscript } from './transcript.ts';

const hash = HASHES.SHA_256;
const bytes = (s: string): Uint8Array => new TextEncoder().encode(s);
const hashed = (s: string): Uint8Array => nodeDigest(hash.size, bytes(s));

/** A connection whose A is `vVcCaA`. */
function connected(): ConnectionTranscript {
  const t = new ConnectionTranscript();
  for (const pair of ['vV', 'cC', 'aA']) t.addToA(bytes(pair.slice(0, 1)), bytes(pair.slice(1)));
  t.negotiated(hash);
  return t;
}
/** Exchanges `dD` for GET_DIGESTS, `xX` for GET_CERTIFICATE. */
function authenticate(t: ConnectionTranscript, certificates = 1): void {
  t.request('GET_DIGESTS');
  t.addToB(bytes('d'), bytes('D'));
  for (let i = 0; i < certificates; i++) {
    t.request('GET_CERTIFICATE');
    t.addToB(bytes('x'), bytes('X'));
  }
}
/** What M1/M2 is with a CHALLENGE `h` and a CHALLENGE_AUTH `H`. */
function challenged(t: ConnectionTranscript): Uint8Array {
  t.request('CHALLENGE');
  return t.challenge(bytes('h'), bytes('H'));
}

test('a running hash can be asked on the way, in pieces of any size', () => {
  const message = entropyOf('message')(1000);
  for (const size of Object.values(HASHES)) {
    const running = new RunningTranscript(size);
    for (let at = 0; at < message.length; at += 77) {
      expect(running.hash).toEqual(nodeDigest(size.size, message.subarray(0, at)));
      running.add(message.subarray(at, at + 77));
    }
  }
});

test('M1/M2 is A, B, C; certificates count as often as they were asked for', () => {
  const t = connected();
  authenticate(t, 2);
  expect(challenged(t)).toEqual(hashed('vVcCaAdDxXxXhH'));
});

test('a GET_DIGESTS begins a new B', () => {
  const t = connected();
  authenticate(t, 3);
  authenticate(t);
  expect(challenged(t)).toEqual(hashed('vVcCaAdDxXhH'));
});

test('a challenge that did not succeed stays in C, one that did clears B and C', () => {
  const t = connected();
  authenticate(t);
  challenged(t);
  expect(challenged(t)).toEqual(hashed('vVcCaAdDxXhHhH'));
  t.challengeDone();
  expect(challenged(t)).toEqual(hashed('vVcCaAhH'));
});

test.each(['KEY_EXCHANGE', 'GET_MEASUREMENTS', 'FINISH', 'HEARTBEAT', 'KEY_UPDATE', 'END_SESSION'])(
  '%s clears B and C until a challenge succeeds, and not afterwards',
  (kind) => {
    const t = connected();
    authenticate(t);
    t.request(kind);
    expect(challenged(t)).toEqual(hashed('vVcCaAhH'));
    t.challengeDone();
    authenticate(t);
    t.request(kind);
    expect(challenged(t)).toEqual(hashed('vVcCaAdDxXhH'));
  },
);

test('other requests leave B', () => {
  const t = connected();
  authenticate(t);
  t.request('VENDOR_DEFINED_REQUEST');
  expect(challenged(t)).toEqual(hashed('vVcCaAdDxXhH'));
});

test('L is A and the measurements since any other request, apart for each session', () => {
  const t = connected();
  const session = t.sessionMeasurements();
  for (let i = 0; i < 2; i++) {
    t.request('GET_MEASUREMENTS');
    t.measurements.add(bytes('m'), bytes('M'));
  }
  session.request('GET_MEASUREMENTS');
  session.add(bytes('s'), bytes('S'));
  expect(t.measurements.hash).toEqual(hashed('vVcCaAmMmM'));
  expect(session.hash).toEqual(hashed('vVcCaAsS'));
  t.request('GET_DIGESTS');
  expect(t.measurements.hash).toEqual(hashed('vVcCaA'));
  expect(session.hash).toEqual(hashed('vVcCaAsS'));
  session.request('HEARTBEAT');
  expect(session.hash).toEqual(hashed('vVcCaA'));
});

test('a session begins with A, the digests of a multi-key connection, and Ct', () => {
  const t = connected();
  authenticate(t);
  expect(t.session(bytes('#')).add(bytes('k'), bytes('K')).hash).toEqual(hashed('vVcCaA#kK'));
  expect(t.session(bytes('#'), [bytes('d'), bytes('D')]).hash).toEqual(hashed('vVcCaAdD#'));
});

test('messages are copied: what the caller does with its buffer later does not enter', () => {
  const t = new ConnectionTranscript();
  const [buffer, other] = [bytes('v'), bytes('V')];
  t.addToA(buffer, other);
  buffer.fill(0);
  other.fill(0);
  t.negotiated(hash);
  t.addToB(buffer, other);
  buffer.fill(1);
  expect(challenged(t)).toEqual(hashed('vV\0\0hH'));
});

test('calls out of order are bugs of the caller', () => {
  expect(() => new ConnectionTranscript().session(bytes('#'))).toThrow('no base hash');
  expect(() => new ConnectionTranscript().measurements).toThrow('no base hash');
  expect(() => connected().addToA(bytes('v'), bytes('V'))).toThrow('A ends with ALGORITHMS');
});
