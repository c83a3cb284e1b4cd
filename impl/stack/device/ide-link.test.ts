// Goal: a link end hands over the TLP that the other end sent, and says what it cannot take. Method:
// two ends keyed as IDE_KM keys them; every kind of TLP, and bytes spoilt on the way.
import { expect, test } from 'vitest';
import { entropyOf } from '../crypto/crypto.fixture.ts';
import { ideLink } from './ide-link.ts';
import type { Tlp } from './link.ts';
import { IdeStreams } from './streams.ts';

const STREAM = 9;

/** Two ends whose streams hold the same keys, one's receivers being the other's senders. */
function ends() {
  const streams = [new IdeStreams(), new IdeStreams()] as const;
  const links = streams.map(ideLink) as [ReturnType<typeof ideLink>, ReturnType<typeof ideLink>];
  for (const subStream of [0, 1, 2] as const) {
    for (const direction of [0, 1] as const) {
      const key = entropyOf(`${subStream} ${direction}`)(32);
      for (const [i, end] of streams.entries()) {
        const slot = { keySet: 0, subStream, direction: i === direction ? 0 : 1 } as const;
        end.program(STREAM, slot, key, 1n, 1);
        end.start(STREAM, slot);
      }
    }
  }
  return { streams, links };
}

const requester = { requesterId: 0x101, t: true } as const;
const address = 0xfedc_ba98_7654_3211n;
const TLPS: readonly Tlp[] = [
  { kind: 'MEMORY_WRITE', ...requester, address, data: Uint8Array.of(1, 2, 3, 4, 5) },
  { kind: 'MEMORY_WRITE', ...requester, address: 0x1000n, data: new Uint8Array(4096).fill(7) },
  { kind: 'MEMORY_READ', ...requester, tag: 255, address, byteLength: 6 },
  { kind: 'COMPLETION', ...requester, tag: 0x3ff, status: 'SC', data: Uint8Array.of(9) },
  { kind: 'COMPLETION', ...requester, tag: 0, status: 'UR', data: new Uint8Array() },
  { kind: 'COMPLETION', ...requester, tag: 1, status: 'CA', data: new Uint8Array() },
];

test.each(TLPS.map((tlp) => [tlp.kind, tlp] as const))('%s comes out as it went in', (_, tlp) => {
  const { links } = ends();
  for (const [from, to] of [links, [links[1], links[0]] as const]) {
    const bytes = from.send(tlp, STREAM);
    expect(bytes && to.receive(bytes)).toEqual({ ok: true, tlp, stream: STREAM });
    const clear = { ...tlp, t: false };
    const open = from.send(clear, undefined);
    expect(open && to.receive(open)).toEqual({ ok: true, tlp: clear, stream: undefined });
  }
});

test('bytes handed out are the receiver’s, whatever is sent next', () => {
  const { links } = ends();
  const sent = TLPS.map((tlp) => links[0].send(tlp, STREAM) ?? new Uint8Array());
  for (const [i, tlp] of TLPS.entries()) {
    expect(links[1].receive(sent[i] ?? new Uint8Array())).toMatchObject({ ok: true, tlp });
  }
});

test('what cannot be sent or taken', () => {
  const { streams, links } = ends();
  const [from, to] = links;
  const [tlp] = TLPS as [Tlp];
  expect(from.send(tlp, undefined)).toBeUndefined();
  expect(from.send(tlp, STREAM + 1)).toBeUndefined();
  const bytes = from.send(tlp, STREAM) ?? new Uint8Array();
  const changed = bytes.slice();
  changed[bytes.length - 1] = (changed[bytes.length - 1] ?? 0) ^ 1;
  expect(to.receive(changed)).toEqual({ ok: false, fault: 'check-failed', stream: STREAM });
  expect(to.receive(new Uint8Array(3))).toEqual({ ok: false, fault: 'malformed' });
  expect(to.receive(new Uint8Array(9999))).toEqual({ ok: false, fault: 'malformed' });
  const copy = bytes.slice();
  expect(to.receive(bytes)).toMatchObject({ ok: true });
  expect(bytes).toEqual(copy);
  streams[1].drop(STREAM);
  expect(to.receive(bytes)).toEqual({ ok: false, fault: 'misrouted' });
  // Completion status 2 is for configuration requests; a memory read takes it as UR (PCIe 2.3.2).
  const retry = from.send(
    { ...requester, kind: 'COMPLETION', t: false, tag: 0, status: 'UR', data: new Uint8Array() },
    undefined,
  );
  retry?.set([0x40], 6);
  expect(retry && to.receive(retry)).toMatchObject({ ok: true, tlp: { status: 'UR' } });
});
