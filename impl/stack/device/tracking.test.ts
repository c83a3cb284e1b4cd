// Goal: a configuration write, reset or failure does to a TDI what TDISP 11.2.6 and 11.4 say, and no
// more. Method: the rows of the register table, each written at a running TDI; the other TDIs, the
// stream and the session are looked at too.
import { describe, expect, test } from 'vitest';
import {
  enumerate,
  PF,
  STREAM,
  sessionWith,
  setStream,
  VF1,
  VF2,
  write16,
  write32,
} from '../stack.fixture.ts';
import { ask, type Bench, bring, LOCK, lock, makeBench } from '../tdi.fixture.ts';
import { LOCK_FLAG } from '../wire/index.ts';
import type { Readings } from './behaviour.ts';
import { barAt, SRIOV_AT, streamBlockAt } from './registers.ts';

const states = ({ device }: Bench) => [PF, VF1, VF2].map((id) => device.tdi(id)?.state);

/** Register, offset, value written by 16 bits, and what becomes of the TDI of the function. */
const WRITES: readonly (readonly [string, number, number, 'RUN' | 'ERROR'])[] = [
  ['Command: BME cleared', 0x04, 0x2, 'ERROR'],
  ['Command: other bits', 0x04, 0x446, 'RUN'],
  ['Cache Line Size', 0x0c, 0x10, 'RUN'],
  ['BIST', 0x0e, 0x4000, 'ERROR'],
  ['Interrupt Line', 0x3c, 5, 'RUN'],
  ['PMCSR to D3hot', 0x44, 3, 'ERROR'],
  ['PMCSR: PME enable', 0x44, 0x100, 'RUN'],
  ['MSI Control', 0x52, 1, 'RUN'],
  ['MSI-X Control, table not locked', 0x72, 0x8000, 'RUN'],
  ['Device Control: extended tag', 0x88, 0x2910, 'ERROR'],
  ['Device Control: phantom functions', 0x88, 0x2a10, 'ERROR'],
  ['Device Control: no snoop', 0x88, 0x2010, 'ERROR'],
  ['Device Control: MPS and MRRS', 0x88, 0x5830, 'RUN'],
  ['Device Control: FLR', 0x88, 0xa810, 'ERROR'],
  ['Link Control', 0x90, 3, 'RUN'],
  ['Device Control 2: 10-bit tags', 0xa8, 0x1000, 'ERROR'],
  ['Device Control 2: other bits', 0xa8, 0x000f, 'RUN'],
  ['Device Control 3: 14-bit tags', 0x238, 4, 'ERROR'],
  ['AER', 0x108, 1, 'RUN'],
  ['ACS', 0x156, 1, 'RUN'],
  ['ARI', 0x15e, 1, 'ERROR'],
  ['ATS', 0x166, 0x8000, 'RUN'],
  ['Page Request', 0x16c, 1, 'ERROR'],
  ['PASID', 0x17e, 1, 'ERROR'],
  ['Resizable BAR', 0x1c8, 0x100, 'ERROR'],
  ['Multicast', 0x1d6, 0x8000, 'ERROR'],
  ['DVSEC', 0x20c, 1, 'ERROR'],
  ['LTR', 0x224, 1, 'RUN'],
  ['an address without a register', 0xff0, 0xffff, 'RUN'],
];

describe('writes at a running VF', () => {
  const bench = makeBench();
  test.each(WRITES)('%s', (_, offset, value, expected) => {
    const { device } = bench;
    enumerate(device);
    for (const id of [VF1, VF2]) ask(bench, { kind: 'STOP_INTERFACE_REQUEST' }, id);
    for (const id of [VF1, VF2]) bring(bench, 'RUN', id);
    write16(device, VF1, offset, value);
    expect(states(bench)).toEqual(['CONFIG_UNLOCKED', expected, 'RUN']);
    expect(device.isSecure(STREAM)).toBe(true);
    expect(device.sessions()).toHaveLength(1);
    device.flr(VF1);
  });

  test('writing what is there is no modification, and it takes effect otherwise', () => {
    const fresh = makeBench();
    bring(fresh, 'RUN');
    write16(fresh.device, VF1, 0x88, 0x2810);
    write16(fresh.device, VF1, 0x15e, 0);
    expect(fresh.device.tdi(VF1)?.state).toBe('RUN');
    write16(fresh.device, VF1, 0x15e, 1);
    expect(fresh.device.configRead(VF1, 0x15e, 2)).toEqual(Uint8Array.of(1, 0));
  });
});

describe('writes at the PF', () => {
  test.each([
    ['VF Enable cleared', SRIOV_AT + 0x08, 0],
    ['NumVFs', SRIOV_AT + 0x10, 1],
    ['VF BAR', SRIOV_AT + 0x26, 0x40],
  ] as const)('%s takes every locked VF', (_, offset, value) => {
    const bench = makeBench();
    bring(bench, 'CONFIG_LOCKED', VF1);
    bring(bench, 'RUN', VF2);
    write16(bench.device, PF, offset, value);
    expect(states(bench)).toEqual(['CONFIG_UNLOCKED', 'ERROR', 'ERROR']);
  });

  test('a BAR or Command of the PF is its own affair', () => {
    const bench = makeBench();
    for (const id of [PF, VF1]) bring(bench, 'RUN', id);
    write32(bench.device, PF, barAt(0) + 4, 9);
    expect(states(bench)).toEqual(['ERROR', 'RUN', 'CONFIG_UNLOCKED']);
  });
});

test('MSI-X Control is tracked once its table is locked and reported', () => {
  const bench = makeBench();
  lock(bench, VF1, LOCK_FLAG.LOCK_MSIX);
  write16(bench.device, VF1, 0x72, 0x8000);
  expect(bench.device.tdi(VF1)?.state).toBe('ERROR');
});

describe('IDE registers', () => {
  test('of the bound stream take every TDI bound to it, but not the stream', () => {
    const bench = makeBench();
    bring(bench, 'RUN', VF1);
    bring(bench, 'CONFIG_LOCKED', VF2);
    write32(bench.device, bench.device.ideFunction, streamBlockAt(0) + 12, 0xff00);
    expect(states(bench)).toEqual(['CONFIG_UNLOCKED', 'ERROR', 'ERROR']);
    expect(bench.device.isSecure(STREAM)).toBe(true);
  });

  test('that clear Stream Enable end the stream, and its keys with it', () => {
    const bench = makeBench();
    bring(bench, 'RUN', VF1);
    write32(bench.device, bench.device.ideFunction, streamBlockAt(0) + 4, STREAM << 24);
    expect(bench.device.isSecure(STREAM)).toBe(false);
    expect(bench.device.keySlot(STREAM, { keySet: 0, direction: 0, subStream: 0 })).toBe('empty');
  });

  test('of another stream change nothing; the status register shows what is', () => {
    const bench = makeBench();
    const { device } = bench;
    const status = () => device.configRead(device.ideFunction, streamBlockAt(0) + 8, 1)[0];
    bring(bench, 'RUN');
    setStream(device, 1, { stream: 0x33, enabled: true, isDefault: false });
    expect(device.tdi(VF1)?.state).toBe('RUN');
    expect(status()).toBe(2);
    setStream(device, 0, { stream: 0x44, enabled: true, isDefault: true });
    expect(status()).toBe(0);
    expect(device.tdi(VF1)?.state).toBe('ERROR');
  });
});

describe('readings', () => {
  const locked = (readings: Partial<Readings>, command: number): Bench => {
    const bench = makeBench({ readings });
    write16(bench.device, VF1, 0x04, command);
    lock(bench);
    return bench;
  };
  test.each([
    ['edge', 'CONFIG_LOCKED'],
    ['level', 'ERROR'],
  ] as const)('commandClear %s: 0 over 0 leaves %s', (commandClear, expected) => {
    const bench = locked({ commandClear }, 0);
    write16(bench.device, VF1, 0x04, 0x2);
    expect(bench.device.tdi(VF1)?.state).toBe(expected);
  });
  test('a write that does not reach the byte of BME clears nothing', () => {
    const bench = locked({ commandClear: 'level' }, 0);
    bench.device.configWrite(VF1, 0x05, Uint8Array.of(0));
    expect(bench.device.tdi(VF1)?.state).toBe('CONFIG_LOCKED');
  });
  test.each([
    ['harmless', 'RUN'],
    ['error', 'ERROR'],
  ] as const)('sameValueBarWrite %s leaves %s', (sameValueBarWrite, expected) => {
    const bench = makeBench({ readings: { sameValueBarWrite } });
    bring(bench, 'RUN', PF);
    write32(bench.device, PF, barAt(0) + 4, 1);
    expect(bench.device.tdi(PF)?.state).toBe(expected);
  });
  test.each([
    ['no', 'ERROR'],
    ['yes', 'CONFIG_UNLOCKED'],
  ] as const)('autoErrorExit %s leaves %s', (autoErrorExit, expected) => {
    const bench = makeBench({ readings: { autoErrorExit } });
    bring(bench, 'RUN');
    expect(bench.device.leaveError(VF1)).toBe(false);
    bench.device.internalError(VF1);
    expect(bench.device.leaveError(VF1)).toBe(autoErrorExit === 'yes');
    expect(bench.device.tdi(VF1)?.state).toBe(expected);
  });
  test.each([
    ['otherFunction', true],
    ['pf', false],
  ] as const)(
    'ideCapability %s: the stream outlives an FLR of the PF: %s',
    (ideCapability, lives) => {
      const bench = makeBench({ readings: { ideCapability } });
      bench.device.flr(PF);
      expect(bench.device.isSecure(STREAM)).toBe(lives);
    },
  );
});

describe('resets', () => {
  test('FLR of a VF is its own; that of the PF takes the VFs', () => {
    const bench = makeBench();
    for (const id of [PF, VF1, VF2]) bring(bench, 'RUN', id);
    bench.device.flr(VF1);
    expect(states(bench)).toEqual(['RUN', 'ERROR', 'RUN']);
    bench.device.flr(PF);
    expect(states(bench)).toEqual(['ERROR', 'ERROR', 'ERROR']);
    expect(bench.device.sessions()).toHaveLength(1);
  });

  test('a conventional reset leaves nothing: no session, no key, no lock, no enable', () => {
    const bench = makeBench();
    bring(bench, 'RUN');
    bench.device.conventionalReset();
    expect(states(bench)).toEqual(['CONFIG_UNLOCKED', 'CONFIG_UNLOCKED', 'CONFIG_UNLOCKED']);
    expect(bench.device.sessions()).toEqual([]);
    expect(bench.device.isSecure(STREAM)).toBe(false);
    expect(bench.device.configRead(VF1, 0x04, 2)).toEqual(Uint8Array.of(0, 0));
    expect(ask(bench, LOCK)).toBe('no-response');
  });

  test('a removed device answers nothing and reads as ones; put back, it is as new', () => {
    const bench = makeBench();
    bring(bench, 'RUN');
    bench.device.remove();
    expect(bench.device.configRead(VF1, 0x04, 2)).toEqual(Uint8Array.of(0xff, 0xff));
    expect(ask(bench, LOCK)).toBe('no-response');
    bench.device.insert();
    enumerate(bench.device);
    expect(states(bench)[1]).toBe('CONFIG_UNLOCKED');
    bench.requester.transcript.request('GET_VERSION');
    expect(() => sessionWith(bench.device, bench.requester, 3)).toThrow('UnexpectedRequest');
  });
});
