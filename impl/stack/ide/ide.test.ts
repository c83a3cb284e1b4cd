// Goal: a TLP reads as it was written, and a port accepts exactly what the other port protected, in
// an order that PCIe allows. Method: arbitrary TLPs there and back, header bytes spelled out, two
// ports with a fabric between them that changes, drops, repeats and reorders.
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { entropyOf, text } from '../crypto/crypto.fixture.ts';
import { IdeKey, MAC_SIZE } from '../crypto/ide.ts';
import { IdePort, type IdeVerdict, isCheckFailed, type KeySlot } from './port.ts';
import { TlpRing } from './ring.ts';
import {
  dataAt,
  NO_STREAM,
  newTlp,
  readTlp,
  TLP_KIND,
  type Tlp,
  tlpSizeMax,
  writeTlp,
} from './tlp.ts';

const STREAM = 5;
const { MEMORY_READ, MEMORY_WRITE, COMPLETION } = TLP_KIND;
const SLOTS = [0, 1, 2] as const;

const tlpOf = (fields: Partial<Tlp>): Tlp => ({ ...newTlp(), ...fields });
const write = (tlp: Tlp, payload?: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(tlpSizeMax(4096));
  return bytes.subarray(0, writeTlp(bytes, new DataView(bytes.buffer), 0, tlp, payload));
};
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset);
const read = (bytes: Uint8Array): Tlp | string => {
  const tlp = newTlp();
  return readTlp(viewOf(bytes), 0, bytes.length, tlp) ?? tlp;
};

describe('bytes of a TLP', () => {
  const requester = { requesterId: 0x1234, tag: 0x2a7 };
  test.each([
    [
      'read below 4 GiB',
      { ...requester, kind: MEMORY_READ, addressLow: 0x80001000, byteCount: 64 },
      undefined,
      '00800010 1234a7ff 80001000',
    ],
    [
      'read of one word above',
      { ...requester, kind: MEMORY_READ, addressHigh: 1, addressLow: 0x23456780 },
      undefined,
      '20800001 1234a70f 00000001 23456780',
    ],
    [
      'translated write',
      { ...requester, kind: MEMORY_WRITE, addressLow: 0x1000, addressType: 2 },
      'deadbeef',
      '40800801 1234a70f 00001000 deadbeef',
    ],
    [
      'write of three bytes',
      { ...requester, kind: MEMORY_WRITE, addressLow: 0x1001, byteCount: 3 },
      'abcdef',
      '40800001 1234a70e 00001000 00abcdef',
    ],
    [
      'write across words',
      { ...requester, kind: MEMORY_WRITE, addressLow: 0x1003, byteCount: 6 },
      '010203040506',
      '40800003 1234a718 00001000 00000001 02030405 06000000',
    ],
    [
      'completion of bytes',
      { ...requester, kind: COMPLETION, addressLow: 0x42, byteCount: 3 },
      '010203',
      '4a800002 00000003 1234a742 00000102 03000000',
    ],
    [
      'completion with data',
      { ...requester, kind: COMPLETION, completerId: 0x5678, addressLow: 0x40 },
      'cafef00d',
      '4a800001 56780004 1234a740 cafef00d',
    ],
    [
      'completion without',
      { ...requester, kind: COMPLETION, completerId: 0x5678, byteCount: 0, status: 1 },
      undefined,
      '0a800000 56782000 1234a700',
    ],
    [
      'write on a stream',
      { kind: MEMORY_WRITE, stream: STREAM, t: true, requesterId: 1, tag: 2 },
      '01020304',
      '92a00500 40000001 0001020f 00000000 01020304 000000000000000000000000',
    ],
  ] as const)('%s', (_, fields, payload, expected) => {
    const tlp = tlpOf(fields);
    const bytes = write(tlp, payload && new Uint8Array(Buffer.from(payload, 'hex')));
    expect(text(bytes)).toBe(expected.replaceAll(' ', ''));
    expect(read(bytes)).toEqual(tlp);
  });

  const kinds = fc.constantFrom(MEMORY_READ, MEMORY_WRITE, COMPLETION);
  const id = fc.nat({ max: 0xffff });
  const arbitrary = fc
    .record({
      kind: kinds,
      stream: fc.integer({ min: NO_STREAM, max: 255 }),
      t: fc.boolean(),
      requesterId: id,
      tag: fc.nat({ max: 0x3ff }),
      addressHigh: fc.constantFrom(0, 1, 0xffffffff),
      addressLow: fc.nat({ max: 0xffffffff }),
      addressType: fc.nat({ max: 3 }),
      completerId: id,
      status: fc.nat({ max: 7 }),
      byteCount: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4093 })),
      payloadAt: fc.constant(0),
    })
    .map((t): Tlp => {
      const completion = t.kind === COMPLETION;
      return {
        ...t,
        t: t.t && t.stream !== NO_STREAM,
        addressHigh: completion ? 0 : t.addressHigh,
        addressLow: completion ? t.addressLow % 128 : t.addressLow,
        addressType: completion ? 0 : t.addressType,
        completerId: completion ? t.completerId : 0,
        status: completion ? t.status : 0,
      };
    });

  test('bytes that are not enabled carry nothing of what was there before', () => {
    const bytes = new Uint8Array(40).fill(0xee);
    const tlp = tlpOf({ kind: MEMORY_WRITE, addressLow: 0x1003, byteCount: 2 });
    const size = writeTlp(bytes, viewOf(bytes), 0, tlp, Uint8Array.of(1, 2));
    expect(text(bytes.subarray(12, size))).toBe('0000000102000000');
  });

  test('a completion without data has no length, wherever it belongs', () => {
    const tlp = tlpOf({ kind: COMPLETION, addressLow: 0x41, byteCount: 0, status: 4 });
    expect(text(write(tlp).subarray(2, 4))).toBe('0000');
  });

  test('the processing hint is no part of the address', () => {
    const bytes = write(tlpOf({ kind: MEMORY_READ, addressLow: 0x1000 }));
    bytes[11] = 3;
    expect(read(bytes)).toMatchObject({ addressLow: 0x1000, byteCount: 4 });
  });

  test('what is written is read', () => {
    fc.assert(
      fc.property(arbitrary, (tlp) => {
        const payload = tlp.kind === MEMORY_READ ? undefined : entropyOf('data')(tlp.byteCount);
        const bytes = write(tlp, payload);
        expect(read(bytes)).toEqual(tlp);
        const end = tlp.payloadAt + (payload?.length ?? 0);
        expect(bytes.slice(tlp.payloadAt, end)).toEqual(payload ?? new Uint8Array());
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('any bytes are a TLP of that length or a fault', () => {
    const start = fc.constantFrom([0x92, 0x80, 5, 0, 0x40], [0x92, 0x80], [0x60], [0x4a], []);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (first, rest) => {
        const bytes = new Uint8Array([...first, ...rest]);
        const tlp = read(bytes);
        if (typeof tlp === 'string') {
          expect(['length', 'kind']).toContain(tlp);
          return;
        }
        const data = tlp.kind === MEMORY_READ ? 0 : tlp.byteCount;
        const mac = tlp.stream === NO_STREAM ? 0 : MAC_SIZE;
        const words = data === 0 ? 0 : ((tlp.addressLow & 3) + data + 3) >> 2;
        expect(dataAt(tlp) + 4 * words + mac).toBe(bytes.length);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test.each([
    ['a word too few', '40000002 0001020f 00000000 01020304', 'length'],
    ['a word too many', '40000001 0001020f 00000000 01020304 00000000', 'length'],
    ['half a long header', '20000001 0001020f 00000000', 'length'],
    ['11 bytes', '00000001 0001020f 000000', 'length'],
    ['byte enables with a gap', '00000001 00010205 00000000', 'kind'],
    ['no byte enabled', '00000001 00010200 00000000', 'kind'],
    ['a last word that is not there', '00000001 000102f0 00000000', 'kind'],
    ['one word with a last one', '00000001 000102ff 00000000', 'kind'],
    ['a first word that ends early', '00000002 000102f7 00000000', 'kind'],
    ['a last word with a gap', '00000002 0001025f 00000000', 'kind'],
    ['a last word that begins late', '00000002 0001026f 00000000', 'kind'],
    ['a completion whose count is not its length', '4a000001 00000005 00000000 01020304', 'length'],
    ['a configuration request', '04000001 0001020f 00000000', 'kind'],
    ['a completion with a long header', '2a000000 00000000 00000000 00000000', 'kind'],
    ['a TLP inside an aggregation unit', '92200500 40000001 0001020f 00000000 01020304', 'kind'],
  ])('%s is refused', (_, bytes, fault) => {
    expect(read(new Uint8Array(Buffer.from(bytes.replaceAll(' ', ''), 'hex')))).toBe(fault);
  });

  test.each([
    [{ stream: 256 }, 'stream 256'],
    [{ t: true }, 'T without a stream'],
    [{ byteCount: -1 }, '-1 bytes'],
    [{ byteCount: 4094, addressLow: 3 }, '4094 bytes in 1024 words'],
    [{ byteCount: 0 }, 'no bytes'],
    [{ kind: MEMORY_WRITE }, 'payload of 0 bytes, expected 4'],
  ])('%o is a bug of the caller', (fields, message) => {
    expect(() => write(tlpOf(fields))).toThrow(message);
  });
});

describe('two ports', () => {
  const key = (slot: KeySlot): Uint8Array => entropyOf(JSON.stringify(slot))(32);
  /** Programs a key set for sending at one port and for receiving at the other. */
  function start(from: IdePort, to: IdePort, keySet: 0 | 1, subStreams: readonly (0 | 1 | 2)[]) {
    for (const subStream of subStreams) {
      const bytes = key({ keySet, direction: 1, subStream });
      to.started(STREAM, { keySet, direction: 0, subStream }, bytes, 1n);
      from.started(STREAM, { keySet, direction: 1, subStream }, bytes, 1n);
    }
  }
  let device: IdePort;
  let root: IdePort;
  beforeEach(() => {
    device = new IdePort();
    root = new IdePort();
    start(device, root, 0, SLOTS);
    start(root, device, 0, SLOTS);
  });

  let counter = 0;
  /** A protected TLP of a kind; its address tells it from others. */
  function sent(kind: Tlp['kind'], from = device, stream = STREAM): Uint8Array {
    const tlp = tlpOf({ kind, stream, t: true, addressLow: (counter++ % 30) * 4, byteCount: 8 });
    const bytes = write(tlp, kind === MEMORY_READ ? undefined : entropyOf(`${counter}`)(8));
    expect(from.protect(viewOf(bytes), 0, bytes.length, tlp)).toBe(true);
    return bytes;
  }
  /** The verdict on a copy. */
  const check = (bytes: Uint8Array, to = root): IdeVerdict => {
    const copy = bytes.slice();
    return to.check(viewOf(copy), 0, copy.length, newTlp());
  };
  const pr = (): Uint8Array => sent(MEMORY_WRITE);
  const npr = (): Uint8Array => sent(MEMORY_READ);
  const cpl = (): Uint8Array => sent(COMPLETION);

  test('what one sends the other accepts: same TLP, same payload, payload hidden on the way', () => {
    const tlp = tlpOf({ kind: MEMORY_WRITE, stream: STREAM, t: true, addressLow: 0x1000, tag: 9 });
    const payload = Uint8Array.of(1, 2, 3, 4);
    const bytes = write(tlp, payload);
    const clear = bytes.slice();
    expect(device.protect(viewOf(bytes), 0, bytes.length, tlp)).toBe(true);
    const at = tlp.payloadAt;
    expect(text(bytes.subarray(0, at))).toBe(text(clear.subarray(0, at)));
    expect(text(bytes.subarray(at, at + 4))).not.toBe(text(payload));
    const received = newTlp();
    expect(root.check(viewOf(bytes), 0, bytes.length, received)).toBe('accepted');
    expect(received).toEqual(tlp);
    expect(bytes.slice(at, at + 4)).toEqual(payload);
  });

  test('both directions and all sub-streams, with their own counters', () => {
    for (let i = 0; i < 3; i++) {
      for (const kind of [MEMORY_WRITE, MEMORY_READ, COMPLETION]) {
        expect(check(sent(kind, device), root)).toBe('accepted');
        expect(check(sent(kind, root), device)).toBe('accepted');
      }
    }
  });

  test('any bit changed on the way', () => {
    const bytes = pr();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(check(changed), `bit ${bit}`).not.toBe('accepted');
    }
    expect(check(bytes)).toBe('accepted');
  });

  test('T, stream, sub-stream and key set are under the MAC or decide before it', () => {
    const bytes = pr();
    const changed = (at: number, value: number): Uint8Array => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    const flags = bytes[1] ?? 0;
    expect(check(changed(1, flags ^ 0x20))).toBe('mac');
    expect(check(changed(1, flags | 0x10))).toBe('key');
    expect(check(changed(1, flags | 1))).toBe('sub-stream');
    expect(check(changed(1, flags | 7))).toBe('sub-stream');
    expect(check(changed(2, STREAM + 1))).toBe('misrouted');
    expect(check(changed(3, 1))).toBe('mac');
    expect(check(bytes.subarray(0, -1))).toBe('malformed');
    expect(check(bytes.slice(4, -MAC_SIZE))).toBe('clear');
  });

  test('replayed, dropped and reordered inside a sub-stream', () => {
    const [first, second, third] = [pr(), pr(), pr()];
    expect(check(second)).toBe('mac');
    expect(check(first)).toBe('accepted');
    expect(check(first)).toBe('mac');
    expect(check(third)).toBe('mac');
    expect(check(second)).toBe('accepted');
    expect(check(third)).toBe('accepted');
  });

  test('a posted request may pass others, and others may not pass it', () => {
    for (const other of [npr, cpl]) {
      const [before, posted] = [other(), pr()];
      expect(check(posted)).toBe('accepted');
      expect(check(before)).toBe('accepted');
      const [earlier, after] = [pr(), other()];
      expect(check(after)).toBe('order');
      expect(check(earlier)).toBe('accepted');
    }
  });

  test('more posted requests than the counter holds are no failure', () => {
    for (let i = 0; i < 600; i++) expect(check(pr())).toBe('accepted');
    for (let i = 0; i < 5; i++) expect(check(npr())).toBe('accepted');
    pr();
    expect(check(npr())).toBe('order');
  });

  test('a port that checks no order accepts one', () => {
    const lenient = new IdePort({ checksOrder: false });
    start(device, lenient, 0, SLOTS);
    pr();
    expect(check(npr(), lenient)).toBe('accepted');
  });

  test('refresh: the new set is used from its start, the old one until it stops', () => {
    const old = pr();
    start(device, root, 1, [0]);
    const fresh = pr();
    expect([(old[1] ?? 0) & 0x10, (fresh[1] ?? 0) & 0x10]).toEqual([0, 0x10]);
    expect(check(old)).toBe('accepted');
    expect(check(fresh)).toBe('accepted');
    expect(check(npr())).toBe('accepted');
    const late = pr();
    root.stopped(STREAM, { keySet: 1, direction: 0, subStream: 0 });
    expect(check(late)).toBe('key');
  });

  test('without a key nothing is sent, and nothing accepted', () => {
    const tlp = tlpOf({ stream: STREAM });
    const bytes = write(tlp);
    const send = (): boolean => device.protect(viewOf(bytes), 0, bytes.length, tlp);
    const received = npr();
    device.stopped(STREAM, { keySet: 0, direction: 1, subStream: 1 });
    expect(send()).toBe(false);
    expect(check(pr())).toBe('accepted');
    device.dropped(STREAM);
    const wiped = vi.spyOn(IdeKey.prototype, 'wipe');
    root.dropped(STREAM);
    expect(wiped).toHaveBeenCalledTimes(6);
    wiped.mockRestore();
    expect(send()).toBe(false);
    expect(check(received)).toBe('misrouted');
    const none = tlpOf({});
    const clear = write(none);
    expect(device.protect(viewOf(clear), 0, clear.length, none)).toBe(true);
    expect(check(clear)).toBe('clear');
  });

  test('a key that has used its counters sends nothing', () => {
    const bytes = key({ keySet: 0, direction: 1, subStream: 0 });
    device.started(STREAM, { keySet: 0, direction: 1, subStream: 0 }, bytes, 2n ** 64n - 1n);
    pr();
    const tlp = tlpOf({ kind: MEMORY_WRITE, stream: STREAM });
    const last = write(tlp, new Uint8Array(4));
    expect(device.protect(viewOf(last), 0, last.length, tlp)).toBe(false);
  });

  test('which verdicts are IDE Check Failed', () => {
    const all = [
      'accepted',
      'clear',
      'malformed',
      'misrouted',
      'sub-stream',
      'key',
      'mac',
      'order',
    ] as const;
    expect(all.filter(isCheckFailed)).toEqual(['sub-stream', 'key', 'mac', 'order']);
  });
});

test('a ring gives TLPs back in their order, around its end, and no more than it holds', () => {
  const ring = new TlpRing(3, tlpSizeMax(8));
  const tlp = newTlp();
  let [written, taken] = [0, 0];
  const put = (): void => {
    tlp.tag = written++;
    ring.push(writeTlp(ring.bytes, ring.view, ring.free, tlp));
  };
  const take = (): void => {
    const out = newTlp();
    expect(readTlp(ring.view, ring.start, ring.end, out)).toBeUndefined();
    expect(out.tag).toBe(taken++);
    ring.shift();
  };
  for (let round = 0; round < 5; round++) {
    while (!ring.full) put();
    expect(ring.count).toBe(3);
    expect(put).toThrow('full');
    written--;
    take();
    take();
  }
  take();
  expect(ring.count).toBe(0);
  expect(() => ring.shift()).toThrow('empty');
  expect(() => ring.push(tlpSizeMax(8) + 1)).toThrow('do not fit');
});
