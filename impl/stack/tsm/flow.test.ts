// Goal: the whole life of a TDI, from connect to disconnect, works through bytes under every suite
// and version. Method: a TSM, a device and a platform in one process, and DMA both ways with the
// guest's bytes looked for at the other end.
import { expect, test } from 'vitest';
import { makeStack, PF, STREAM, VF1, VF2 } from '../stack.fixture.ts';
import type { RequesterSetup } from './requester.ts';

const GUEST = 1;
const PAGE = 3;
const IOVA = 0x4000n;
const OPTIONS = { flags: 0x1, reportingOffset: -0x1000n };

const SUITES: readonly (readonly [string, Partial<RequesterSetup>])[] = [
  ['1.2 P-384 AES', { versions: [0x12], curves: ['P_384'], hashes: ['SHA_384'] }],
  ['1.3 P-384 AES', { versions: [0x13], curves: ['P_384'], hashes: ['SHA_384'] }],
  [
    '1.2 P-256 ChaCha, clear handshake',
    {
      versions: [0x12],
      curves: ['P_256'],
      hashes: ['SHA_256'],
      aeads: ['CHACHA20_POLY1305'],
      handshakeInTheClear: true,
    },
  ],
  [
    '1.3 P-256 with SHA-384, clear handshake',
    { versions: [0x13], curves: ['P_256'], hashes: ['SHA_384'], handshakeInTheClear: true },
  ],
];

test.each(SUITES)(
  '%s: connect, bind, accept, start, DMA, refresh, unbind, disconnect',
  (_, suite) => {
    const stack = makeStack({ handshakeInTheClear: true, tdisp: { reportPortionMax: 33 } }, suite);
    const { device, tsm, iommu, memory, rootPort, hold } = stack;
    hold(tsm.connect(0, STREAM));
    expect(device.isSecure(STREAM)).toBe(true);
    const evidence = hold(tsm.bind(VF1, GUEST, OPTIONS));
    expect(device.tdi(VF1)).toMatchObject({
      state: 'CONFIG_LOCKED',
      nonce: expect.any(Uint8Array),
      stream: STREAM,
    });
    expect(evidence.measurements.blocks).toHaveLength(4);
    // The VF BARs lie at 0x2_0000_0000 and so on; one page is taken off every address.
    expect(evidence.report.report.mmioRanges.map(({ firstPage }) => firstPage)).toEqual([
      0x1fffffn,
      0x20ffffn,
      0x21ffffn,
    ]);
    expect(tsm.accept(VF1, GUEST, evidence.digest)).toEqual({ ok: true });
    hold(tsm.start(VF1));
    expect(hold(tsm.state(VF1))).toBe('RUN');
    expect(device.tdi(VF1)?.nonce).toBe(undefined);

    memory.give(PAGE, GUEST);
    memory.accept(PAGE, GUEST);
    iommu.mapGuest(GUEST, IOVA, PAGE);
    const secret = new TextEncoder().encode('a secret of a guest.');
    memory.bytes(PAGE, 0, secret.length)?.set(secret);

    const roundTrip = (offset: number) => {
      const transfer = { address: IOVA, range: 0, offset, byteLength: secret.length };
      const read = device.dmaRead(VF1, transfer);
      const arrival = rootPort.receive(read ?? new Uint8Array(0));
      expect(arrival).toMatchObject({ kind: 'read' });
      if (arrival.kind !== 'read' || arrival.completion === undefined) throw new Error('no data');
      expect(new TextDecoder().decode(arrival.completion)).not.toContain('secret');
      device.receive(arrival.completion);
      const write = device.dmaWrite(VF1, { ...transfer, address: IOVA + 0x100n });
      expect(rootPort.receive(write ?? new Uint8Array(0))).toEqual({ kind: 'written', page: PAGE });
      expect(memory.bytes(PAGE, 0x100, secret.length)).toEqual(secret);
    };
    roundTrip(0);
    hold(tsm.refresh());
    hold(tsm.updateKeys());
    roundTrip(64);
    expect(hold(tsm.state(VF1))).toBe('RUN');
    expect(device.tdi(VF1)?.isClean).toBe(false);

    hold(tsm.unbind(VF1));
    expect(device.tdi(VF1)).toMatchObject({ state: 'CONFIG_UNLOCKED', isClean: true });
    hold(tsm.disconnect());
    expect(device.sessions()).toEqual([]);
    expect(device.isSecure(STREAM)).toBe(false);
  },
);

test('two VFs serve two guests on one stream, and one TDI serves one after the other', () => {
  const { device, tsm, hold } = makeStack();
  hold(tsm.connect(0, STREAM));
  for (const [functionId, guest] of [
    [VF1, 1],
    [VF2, 2],
  ] as const) {
    const evidence = hold(tsm.bind(functionId, guest, OPTIONS));
    tsm.accept(functionId, guest, evidence.digest);
    hold(tsm.start(functionId));
  }
  hold(tsm.unbind(VF1));
  expect(device.tdi(VF2)?.state).toBe('RUN');
  const again = hold(tsm.bind(VF1, 3, OPTIONS));
  tsm.accept(VF1, 3, again.digest);
  hold(tsm.start(VF1));
  expect(device.tdi(VF1)).toMatchObject({ state: 'RUN', runEpoch: 2 });
  expect(device.tdi(PF)?.state).toBe('CONFIG_UNLOCKED');
});

test('a guest accepts its own TDI, this lock, and nothing starts before', () => {
  const { tsm, hold, device } = makeStack();
  hold(tsm.connect(0, STREAM));
  const first = hold(tsm.bind(VF1, GUEST, OPTIONS));
  expect(tsm.start(VF1).next()).toMatchObject({ value: { error: { fault: 'state' } } });
  expect(tsm.accept(VF1, 2, first.digest)).toMatchObject({ error: { fault: 'state' } });
  hold(tsm.unbind(VF1));
  const second = hold(tsm.bind(VF1, GUEST, { ...OPTIONS, reportingOffset: 0n }));
  expect(tsm.accept(VF1, GUEST, first.digest)).toMatchObject({ error: { fault: 'state' } });
  expect(tsm.accept(VF1, GUEST, second.digest)).toEqual({ ok: true });
  expect(device.tdi(VF1)?.state).toBe('CONFIG_LOCKED');
});
