// Goal: no device reaches memory that its guest has not accepted, however it asks. Method: real TLPs of
// a running TDI, with one thing wrong at the platform each time; the page is compared afterwards.
import { beforeEach, describe, expect, test } from 'vitest';
import { ideLink } from '../device/ide-link.ts';
import { IdeStreams } from '../device/streams.ts';
import { makeStack, STREAM, type Stack, VF1, VF2 } from '../stack.fixture.ts';
import type { Arrival } from './root-port.ts';

const GUEST = 1;
const OTHER = 2;
const PAGE = 3;
const IOVA = 0x4000n;
const NONE = new Uint8Array(0);
const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const ADDRESS = 0x2_0000_0000n;

let stack: Stack;

/** A running TDI with bytes to send, and a page of its guest where they may go. */
beforeEach(() => {
  stack = makeStack();
  const { tsm, hold, memory, iommu, rootPort, device } = stack;
  hold(tsm.connect(0, STREAM));
  const evidence = hold(tsm.bind(VF1, GUEST, { flags: 0, reportingOffset: 0n }));
  tsm.accept(VF1, GUEST, evidence.digest);
  hold(tsm.start(VF1));
  memory.give(PAGE, GUEST);
  memory.accept(PAGE, GUEST);
  iommu.mapGuest(GUEST, IOVA, PAGE);
  device.receive(rootPort.mmioWrite({ address: ADDRESS, t: true, stream: STREAM }, BYTES) ?? NONE);
});

const send = (address = IOVA): Uint8Array =>
  stack.device.dmaWrite(VF1, { address, range: 0, offset: 0, byteLength: 8 }) ?? NONE;
const page = (): Uint8Array | undefined => stack.memory.bytes(PAGE, 0, 8)?.slice();

test('the write of a running TDI lands', () => {
  expect(stack.rootPort.receive(send())).toEqual({ kind: 'written', page: PAGE });
  expect(page()).toEqual(BYTES);
});

describe('a write that does not', () => {
  const wrongs: readonly (readonly [string, () => Uint8Array, Arrival])[] = [
    ['unmapped', () => send(0x9000n), { kind: 'dropped', fault: 'mapping' }],
    [
      'page not accepted',
      () => {
        stack.memory.reclaim(PAGE);
        stack.memory.give(PAGE, GUEST);
        return send();
      },
      { kind: 'dropped', fault: 'owner' },
    ],
    [
      "another guest's page",
      () => {
        stack.memory.reclaim(PAGE);
        stack.memory.give(PAGE, OTHER);
        stack.memory.accept(PAGE, OTHER);
        return send();
      },
      { kind: 'dropped', fault: 'owner' },
    ],
    [
      'read-only mapping',
      () => {
        stack.iommu.invalidate();
        stack.iommu.mapGuest(GUEST, IOVA, PAGE, false);
        return send();
      },
      { kind: 'dropped', fault: 'permission' },
    ],
    [
      'blocked entry',
      () => {
        const tlp = send();
        stack.iommu.block(VF1);
        return tlp;
      },
      { kind: 'dropped', fault: 'entry' },
    ],
    [
      'entry for another stream',
      () => {
        stack.iommu.trust(VF1, { guest: GUEST, stream: 9 });
        return send();
      },
      { kind: 'dropped', fault: 'stream' },
    ],
    [
      'changed on the way',
      () => {
        const tlp = send();
        return tlp.with(-1, (tlp.at(-1) ?? 0) ^ 1);
      },
      { kind: 'check-failed', stream: STREAM },
    ],
    ['no TLP at all', () => Uint8Array.of(1, 2, 3), { kind: 'no-tlp' }],
  ];
  for (const [what, make, expected] of wrongs) {
    test(what, () => {
      const before = page();
      const tlp = make();
      const zeros = page();
      expect(stack.rootPort.receive(tlp)).toEqual(expected);
      expect(page()).toEqual(zeros);
      expect(before).toEqual(new Uint8Array(8));
    });
  }

  test('sent twice: the second fails the check, and the stream is gone', () => {
    const tlp = send();
    expect(stack.rootPort.receive(tlp).kind).toBe('written');
    expect(stack.rootPort.receive(tlp)).toEqual({ kind: 'check-failed', stream: STREAM });
    expect(stack.rootPort.receive(send())).toEqual({ kind: 'no-tlp' });
  });

  test('a stale copy in the IOTLB does not pass the owner of the page', () => {
    stack.rootPort.receive(send());
    stack.iommu.unmapGuest(GUEST, IOVA);
    // The copy still translates: that is what invalidation is for.
    expect(stack.rootPort.receive(send()).kind).toBe('written');
    stack.memory.reclaim(PAGE);
    stack.memory.give(PAGE, OTHER);
    stack.memory.accept(PAGE, OTHER);
    expect(stack.rootPort.receive(send())).toEqual({ kind: 'dropped', fault: 'owner' });
    stack.iommu.invalidate();
    expect(stack.rootPort.receive(send())).toEqual({ kind: 'dropped', fault: 'mapping' });
  });
});

test('a TDI that does not run sends nothing trusted, and its T=0 writes miss private pages', () => {
  const { device, iommu, rootPort } = stack;
  iommu.mapHost(VF2, IOVA, PAGE);
  const plain = device.dmaWrite(VF2, { address: IOVA, range: 0, offset: 0, byteLength: 8 });
  expect(rootPort.receive(plain ?? NONE)).toEqual({ kind: 'dropped', fault: 'owner' });
  device.internalError(VF1);
  expect(
    device.dmaWrite(VF1, { address: IOVA, range: 0, offset: 0, byteLength: 8 }),
  ).toBeUndefined();
});

describe('MMIO (TDISP 11.2.1)', () => {
  const read = (t: boolean, stream: number | undefined, address = ADDRESS) => {
    const answer = stack.device.receive(stack.rootPort.mmioRead({ address, t, stream }, 8) ?? NONE);
    const arrival = stack.rootPort.receive(answer ?? NONE);
    return arrival.kind === 'mmio' ? [arrival.status, arrival.data] : arrival.kind;
  };
  test('trusted and bound: served; untrusted or in the clear: refused', () => {
    expect(read(true, STREAM)).toEqual(['SC', BYTES]);
    expect(read(false, STREAM)).toEqual(['UR', NONE]);
    expect(read(false, undefined)).toEqual(['UR', NONE]);
    stack.device.internalError(VF1);
    expect(read(true, STREAM)).toEqual(['UR', NONE]);
  });
  test('a range that is no TEE memory is served in any state', () => {
    const nonTee = 0x2_1000_0000n;
    expect(read(false, undefined, nonTee)).toEqual(['SC', new Uint8Array(8)]);
    stack.device.internalError(VF1);
    expect(read(false, undefined, nonTee)).toEqual(['SC', new Uint8Array(8)]);
  });
  test('without VF memory space nothing decodes', () => {
    stack.device.configWrite(0x100, 0x188, Uint8Array.of(1));
    expect(read(false, undefined, 0x2_1000_0000n)).toEqual(['UR', NONE]);
  });
});

test('a completion in the clear does not answer a read on a stream', () => {
  const { rootPort, device } = stack;
  const request = rootPort.mmioRead({ address: ADDRESS, t: true, stream: STREAM }, 8) ?? NONE;
  const forged = ideLink(new IdeStreams()).send(
    { kind: 'COMPLETION', requesterId: 0, tag: 0, t: false, status: 'SC', data: new Uint8Array(8) },
    undefined,
  );
  expect(rootPort.receive(forged ?? NONE)).toEqual({ kind: 'unexpected' });
  const answer = rootPort.receive(device.receive(request) ?? NONE);
  expect(answer).toEqual({ kind: 'mmio', status: 'SC', data: BYTES });
});

test('a tag is taken until its completion comes, over STOP and LOCK; a refused read is an error', () => {
  const { device, rootPort, tsm, hold } = stack;
  const transfer = { address: 0x9000n, range: 0, offset: 0, byteLength: 8 };
  const read = (): Uint8Array => {
    const arrival = rootPort.receive(device.dmaRead(VF1, transfer) ?? NONE);
    expect(arrival).toMatchObject({ kind: 'read', fault: 'mapping' });
    return arrival.kind === 'read' ? (arrival.completion ?? NONE) : NONE;
  };
  const late = read();
  device.timeOut(VF1, 0);
  expect(device.tdi(VF1)).toMatchObject({ state: 'ERROR', tags: [0] });
  hold(tsm.unbind(VF1));
  const evidence = hold(tsm.bind(VF1, GUEST, { flags: 0, reportingOffset: 0n }));
  tsm.accept(VF1, GUEST, evidence.digest);
  hold(tsm.start(VF1));
  const refused = read();
  expect(device.tdi(VF1)?.tags).toEqual([0, 1]);
  device.receive(late);
  expect(device.tdi(VF1)).toMatchObject({ state: 'RUN', tags: [1] });
  device.receive(refused);
  expect(device.tdi(VF1)).toMatchObject({ state: 'ERROR', tags: [] });
});

test('a lost TLP is found by the next one of its sub-stream, at either end', () => {
  const { device, rootPort } = stack;
  send();
  expect(rootPort.receive(send())).toEqual({ kind: 'check-failed', stream: STREAM });
  expect(device.tdi(VF1)?.state).toBe('RUN');
});
