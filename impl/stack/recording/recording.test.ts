// Goal: files that are no recording get one line that says what is wrong and where. Method: small
// files made by hand.
import { describe, expect, test } from 'vitest';
import { readRecording } from './index.ts';

const NO_SECRETS = '{"sessions": [], "messages": []}';

/** A packet file; each packet has the header fields given, else true ones. */
function pcapOf(
  packets: readonly { bytes: Uint8Array; captured?: number; original?: number }[],
  { magic = 0xa1b2c3d4, link = 292 } = {},
): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(link, 20);
  const parts: Uint8Array[] = [header];
  for (const { bytes, captured = bytes.length, original = captured } of packets) {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(captured, 8);
    head.writeUInt32LE(original, 12);
    parts.push(head, bytes);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
const bytes = Uint8Array.of(1, 2, 3, 4);

const lineOf = (pcap: Uint8Array, secrets = NO_SECRETS): string => {
  const read = readRecording(pcap, secrets);
  return read.ok ? 'accepted' : read.error;
};

test('packets and what is known of them', () => {
  const text = JSON.stringify({
    pcap: 'ignored',
    sessions: [
      { kind: 'DHE', session_id: 'ffff1234', dhe_secret: '0a0B', request_data_key: '11' },
      { kind: 'PSK', session_id: '00000001', request_finished_key: '22' },
    ],
    messages: [{ packet: 1, dir: 'response', plaintext: '33', note: 'why', doe_type: 2 }],
  });
  const read = readRecording(pcapOf([{ bytes }, { bytes: Uint8Array.of(9) }]), text);
  expect(read).toEqual({
    ok: true,
    value: {
      packets: [bytes, Uint8Array.of(9)],
      sessions: [
        {
          kind: 'DHE',
          sessionId: 0xffff1234,
          dheSecret: Uint8Array.of(0x0a, 0x0b),
          keys: { request_data_key: Uint8Array.of(0x11) },
        },
        { kind: 'PSK', sessionId: 1, keys: { request_finished_key: Uint8Array.of(0x22) } },
      ],
      notes: new Map([
        [1, { packet: 1, direction: 'response', plaintext: Uint8Array.of(0x33), note: 'why' }],
      ]),
    },
  });
});

describe('packet files', () => {
  test.each([
    ['empty', new Uint8Array(0), 'pcap at byte 0: expected a header of 24 bytes, got 0'],
    [
      'big endian',
      pcapOf([], { magic: 0xd4c3b2a1 }),
      'pcap at byte 0: expected the magic d4 c3 b2 a1 of little-endian pcap',
    ],
    [
      'another link type',
      pcapOf([], { link: 1 }),
      'pcap link type at byte 20: expected 292 (PCI DOE), got 1',
    ],
    [
      'cut in a packet header',
      pcapOf([{ bytes }]).subarray(0, 30),
      'pcap packet 0 at byte 24: expected a header of 16 bytes',
    ],
    [
      'cut in a packet',
      pcapOf([{ bytes, captured: 5 }]),
      'pcap packet 0 at byte 32: expected 5 bytes to follow, got 4',
    ],
    [
      'a packet that was not captured whole',
      pcapOf([{ bytes, original: 9 }]),
      'pcap packet 0 at byte 32: expected a whole packet of 9 bytes, got 4',
    ],
    [
      'a length beyond all',
      pcapOf([{ bytes, captured: 0xffffffff }]),
      'pcap packet 0 at byte 32: expected 4294967295 bytes to follow, got 4',
    ],
  ])('%s', (_, file, line) => {
    expect(lineOf(file)).toBe(line);
  });
});

describe('secrets files', () => {
  const session = (fields: object): string =>
    JSON.stringify({
      sessions: [{ kind: 'DHE', session_id: 'ffff1234', ...fields }],
      messages: [],
    });
  test.each([
    ['no object', '3', 'secrets: the whole text: expected Object, got 3'],
    ['no sessions', '{"messages": []}', 'secrets: sessions: expected "sessions", got undefined'],
    [
      'a session of another kind',
      '{"sessions": [{"kind": "X"}], "messages": []}',
      'secrets: sessions.0.kind: expected ("DHE" | "PSK"), got "X"',
    ],
    [
      'no secret',
      session({}),
      'secrets: sessions.0.dhe_secret: expected "dhe_secret", got undefined',
    ],
    [
      'half a byte',
      session({ dhe_secret: '012' }),
      'secrets: sessions.0.dhe_secret: expected bytes in hexadecimal',
    ],
    [
      'an id that is none',
      session({ session_id: '12', dhe_secret: '01' }),
      'secrets: sessions.0.session_id: expected eight hexadecimal digits',
    ],
    [
      'a packet number below 0',
      '{"sessions": [], "messages": [{"packet": -1, "dir": "request"}]}',
      'secrets: messages.0.packet: expected >=0, got -1',
    ],
    [
      'a packet that is not there',
      '{"sessions": [], "messages": [{"packet": 1, "dir": "request"}]}',
      'secrets: packet 1, expected one of 1',
    ],
  ])('%s', (_, text, line) => {
    expect(lineOf(pcapOf([{ bytes }]), text)).toBe(line);
  });

  test('no JSON', () => {
    // What follows is the platform's text.
    expect(lineOf(pcapOf([]), '{')).toMatch(/^secrets: not JSON: [^\n]+$/);
  });
});
