// Goal: we read, decrypt and verify what a real responder has said. Method: recordings of it, from
// the folder that TDICHECK_INTEROP names (skipped without); what they hold was counted apart, and
// what each packet is called and says under its keys stands beside it. Then one bit changes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Conversation, examine, type Fact, type Recording, readRecording } from './index.ts';

const folder = process.env.TDICHECK_INTEROP ?? '';

const files = (name: string): [Buffer, string] => [
  readFileSync(join(folder, `${name}.pcap`)),
  readFileSync(join(folder, `${name}.json`), 'utf8'),
];
function load(name: string): Recording {
  const read = readRecording(...files(name));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function factsOf({ packets }: Conversation): Partial<Record<Fact, number>> {
  const facts: Partial<Record<Fact, number>> = {};
  for (const fact of packets.flatMap(({ verified }) => verified)) {
    facts[fact] = (facts[fact] ?? 0) + 1;
  }
  return facts;
}

/** What each packet is called: by its innermost message, or by why it is none. */
const kindsOf = ({ packets }: Conversation): string[] =>
  packets.map(({ tdisp, ideKm, spdm, malformed, dataObjectType }) => {
    if (malformed) return 'malformed';
    return (tdisp ?? ideKm ?? spdm)?.kind ?? (dataObjectType === 0 ? 'DOE_DISCOVERY' : 'nothing');
  });

/** Packets, of them malformed requests, and what is verified in them. */
const TABLE: Readonly<Record<string, [number, number, Partial<Record<Fact, number>>]>> = {
  probe_spdm13_p384_full: [
    108,
    0,
    {
      'certificate chain': 1,
      digest: 2,
      signature: 4,
      measurements: 3,
      summary: 1,
      'key agreement': 1,
      'handshake keys': 1,
      'data keys': 1,
      'verify data': 2,
      record: 78,
      plaintext: 78,
    },
  ],
  probe_spdm12_p256_clear_full: [
    106,
    0,
    {
      'certificate chain': 1,
      digest: 2,
      signature: 4,
      measurements: 3,
      summary: 1,
      'key agreement': 1,
      'handshake keys': 1,
      'data keys': 1,
      'verify data': 2,
      record: 76,
      plaintext: 76,
    },
  ],
  // One record, the last request, does not open: its tag was changed on purpose.
  probe_spdm12_p384_errors: [
    162,
    15,
    {
      'certificate chain': 1,
      digest: 1,
      signature: 1,
      'key agreement': 1,
      'handshake keys': 1,
      'data keys': 1,
      'verify data': 2,
      record: 135,
      plaintext: 135,
    },
  ],
  // Three sessions, one of them of a pre-shared key, of which only the keys are recorded.
  emu_spdm12_p384_aesgcm: [
    250,
    0,
    {
      'certificate chain': 3,
      digest: 8,
      signature: 6,
      measurements: 3,
      summary: 3,
      'handshake keys': 2,
      'data keys': 2,
      'verify data': 6,
      record: 216,
      plaintext: 216,
    },
  ],
  emu_spdm13_p256_chacha: [
    250,
    0,
    {
      'certificate chain': 3,
      digest: 8,
      signature: 6,
      measurements: 3,
      summary: 3,
      'handshake keys': 2,
      'data keys': 2,
      'verify data': 6,
      record: 212,
      plaintext: 212,
    },
  ],
  // Both sides sign: two KEY_EXCHANGE_RSP, two FINISH.
  emu_spdm12_p384_mutauth: [
    52,
    0,
    {
      'certificate chain': 5,
      digest: 10,
      signature: 4,
      'handshake keys': 2,
      'data keys': 2,
      'verify data': 4,
      record: 24,
      plaintext: 24,
    },
  ],
};

/** What the recordings call a message where it differs from the specification. */
const canonical = (name: string): string =>
  name
    .replace(/_INTERFACE_REQ$/, '_INTERFACE_REQUEST')
    .replace(/_INTERFACE_RSP$/, '_INTERFACE_RESPONSE');

describe.skipIf(folder === '')('recordings of a real responder (TDICHECK_INTEROP)', () => {
  describe.each(Object.entries(TABLE))('%s', (name, [packets, malformed, facts]) => {
    const conversation = folder === '' ? { packets: [] } : examine(load(name));

    test('everything in it holds', () => {
      expect(conversation.failure).toBeUndefined();
      expect(conversation.packets).toHaveLength(packets);
      expect(factsOf(conversation)).toEqual(facts);
      expect(kindsOf(conversation).filter((kind) => kind === 'malformed')).toHaveLength(malformed);
    });

    test('every recorded plaintext is that of a packet', () => {
      const recorded = [...load(name).notes.values()].filter(({ plaintext }) => plaintext);
      const opened = conversation.packets.filter(({ verified }) => verified.includes('plaintext'));
      // A tampered record was recorded with what it was made from.
      const tampered = recorded.filter(({ packet }) => conversation.packets[packet]?.malformed);
      const unopened = tampered.filter(
        ({ packet }) => !opened.some(({ number }) => number === packet),
      );
      expect(opened.length + unopened.length).toBe(recorded.length);
    });
  });

  test.each(Object.keys(TABLE).filter((name) => name.startsWith('emu_')))(
    '%s: every packet is the message that the recording says',
    (name) => {
      const { messages } = JSON.parse(files(name)[1]) as {
        messages: { name: string; vdm?: { name: string } }[];
      };
      // CXL's protocols are no PCI-SIG ones: of theirs only the envelope is read.
      const names = messages.map((m) => {
        const inner = m.vdm && m.vdm.name !== 'CXL' ? m.vdm.name : undefined;
        return canonical(inner ?? m.name);
      });
      expect(kindsOf(examine(load(name)))).toEqual(names);
    },
  );

  test('probe_spdm13_p384_full: the messages by kind', () => {
    const counts = new Map<string, number>();
    for (const kind of kindsOf(examine(load('probe_spdm13_p384_full')))) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    expect([...counts].map(([kind, count]) => `${kind} ${count}`)).toMatchInlineSnapshot(`
      [
        "DOE_DISCOVERY 6",
        "GET_VERSION 1",
        "VERSION 1",
        "GET_CAPABILITIES 1",
        "CAPABILITIES 1",
        "NEGOTIATE_ALGORITHMS 1",
        "ALGORITHMS 1",
        "GET_DIGESTS 1",
        "DIGESTS 1",
        "GET_CERTIFICATE 4",
        "CERTIFICATE 4",
        "CHALLENGE 1",
        "CHALLENGE_AUTH 1",
        "GET_MEASUREMENTS 3",
        "MEASUREMENTS 3",
        "KEY_EXCHANGE 1",
        "KEY_EXCHANGE_RSP 1",
        "FINISH 1",
        "FINISH_RSP 1",
        "HEARTBEAT 1",
        "HEARTBEAT_ACK 1",
        "QUERY 1",
        "QUERY_RESP 1",
        "KEY_PROG 6",
        "KP_ACK 6",
        "K_SET_GO 6",
        "K_GOSTOP_ACK 12",
        "GET_TDISP_VERSION 1",
        "TDISP_VERSION 1",
        "GET_TDISP_CAPABILITIES 1",
        "TDISP_CAPABILITIES 1",
        "GET_DEVICE_INTERFACE_STATE 5",
        "DEVICE_INTERFACE_STATE 5",
        "LOCK_INTERFACE_REQUEST 1",
        "LOCK_INTERFACE_RESPONSE 1",
        "GET_DEVICE_INTERFACE_REPORT 2",
        "DEVICE_INTERFACE_REPORT 2",
        "START_INTERFACE_REQUEST 1",
        "START_INTERFACE_RESPONSE 1",
        "KEY_UPDATE 4",
        "KEY_UPDATE_ACK 4",
        "STOP_INTERFACE_REQUEST 1",
        "STOP_INTERFACE_RESPONSE 1",
        "K_SET_STOP 6",
        "END_SESSION 1",
        "END_SESSION_ACK 1",
      ]
    `);
  });

  test('one changed bit in any packet but discovery is found, there or where it is signed', () => {
    const name = 'probe_spdm12_p256_clear_full';
    const [pcap, secrets] = files(name);
    const found: string[] = [];
    let at = 24;
    for (let packet = 0; at < pcap.length; packet++) {
      const size = pcap.readUInt32LE(at + 8);
      // Every packet up to the session, then some: those of a session are all alike.
      if (packet >= 6 && (packet < 32 || packet % 9 === 0)) {
        const changed = Uint8Array.from(pcap);
        const byte = at + 16 + 8 + Math.floor((size - 8) / 2);
        changed[byte] = (changed[byte] ?? 0) ^ 0x10;
        const read = readRecording(changed, secrets);
        if (!read.ok) throw new Error(read.error);
        const { failure } = examine(read.value);
        if (failure === undefined || failure.packet < packet) found.push(`${packet}: unnoticed`);
      }
      at += 16 + size;
    }
    expect(found).toEqual([]);
  });

  test('CertChainHash of another chain is named, not only the signature over it', () => {
    const [pcap, secrets] = files('probe_spdm12_p256_clear_full');
    const { packets } = examine(load('probe_spdm12_p256_clear_full'));
    const at = packets.findIndex(({ spdm }) => spdm?.kind === 'CHALLENGE_AUTH');
    const changed = Uint8Array.from(pcap);
    const offset = pcap.indexOf(Buffer.from(packets[at]?.bytes ?? [])) + 4;
    changed[offset] = (changed[offset] ?? 0) ^ 1;
    const read = readRecording(changed, secrets);
    if (!read.ok) throw new Error(read.error);
    const text = 'CertChainHash is not that of slot 0';
    expect(examine(read.value).failure).toEqual({ packet: at, text });
  });

  test.each([
    ['dhe_secret', 'packet 27: dhe_secret is not that of the scalar'],
    ['response_handshake_secret', 'packet 27: response_handshake_secret is not the recorded one'],
    ['response_data_key', 'packet 29: response_data_key is not the recorded one'],
    ['session_id', 'packet 27: session 0 has id ffff1234, not the recorded one'],
  ])('a wrong %s in the secrets is named', (field, line) => {
    const [pcap, text] = files('probe_spdm12_p256_clear_full');
    const wrong = text.replace(new RegExp(`("${field}": ")(.)`), (_, key, digit) =>
      [key, digit === '0' ? '1' : '0'].join(''),
    );
    const read = readRecording(pcap, wrong);
    if (!read.ok) throw new Error(read.error);
    const { failure } = examine(read.value);
    expect(`packet ${failure?.packet}: ${failure?.text}`).toBe(line);
  });
});
