/** Names and addresses of the platform on which the stack is driven: a PF, two VFs, one stream, a few pages. */

import type { Device, DeviceSetup } from '../../impl/stack/device/device.ts';
import { ideLink } from '../../impl/stack/device/ide-link.ts';
import { barAt, SRIOV_AT, streamBlockAt, vfBarAt } from '../../impl/stack/device/registers.ts';
import {
  makeDevice,
  PF,
  STREAM,
  VF1,
  VF2,
  write16,
  write32,
} from '../../impl/stack/device/sample.ts';
import type { TdiSetup } from '../../impl/stack/device/tdi.ts';

export { STREAM };
/** Function ids by TDI; the first is the PF. */
export const FUNCTIONS: readonly number[] = [PF, VF1, VF2];
/** An INTERFACE_ID that names no TDI of the device. */
export const FOREIGN_ID = 0x1fe;
export const requesterOf = (tdi: number): number => (FUNCTIONS[tdi] ?? 0) & 0xffff;

/** Where a BAR of the PF decodes; `overlapping` lies on the VFs' first BAR. */
export type Place = 'home' | 'moved' | 'overlapping';
const BAR_BASE: Readonly<Record<Place, bigint>> = {
  home: 0x1_0000_0000n,
  moved: 0x1_4000_0000n,
  overlapping: 0x2_0000_0000n,
};
/** The place of the range that begins at an address; a VF has one place only. */
export const placeOf = (address: bigint): Place =>
  (Object.keys(BAR_BASE) as Place[]).find((p) => p !== 'overlapping' && BAR_BASE[p] === address) ??
  (address === BAR_BASE.overlapping ? 'overlapping' : 'home');

/** The half of a guest's addresses. */
export type Space = 'shared' | 'private';
/** The address by which a TDI reaches a page in a half of the guest's addresses; each TDI has its own window. */
export const addressOf = (tdi: number, page: number, space: Space | 'legacy'): bigint =>
  (space === 'private' ? 1n << 46n : space === 'shared' ? 1n << 47n : 0n) +
  BigInt(tdi) * 0x100_0000n +
  BigInt(page) * 0x1000n;
/** Index of the range that holds what a TDI works on, and of the PF's range outside the TEE. */
export const TEE_RANGE = 0;
export const NON_TEE_RANGE = 1;
const VF_RANGES = [{ bar: 0, pages: 1 }] as const;
const TDIS: readonly TdiSetup[] = [
  {
    functionId: PF,
    kind: 'PF',
    ranges: [
      { bar: 0, pages: 1 },
      { bar: 2, pages: 1, nonTee: true },
    ],
  },
  { functionId: VF1, kind: 'VF', ranges: VF_RANGES },
  { functionId: VF2, kind: 'VF', ranges: VF_RANGES },
];
const NON_TEE_OFFSET = 0x1000_0000n;
/** The first byte of a range of the PF whose first BAR is at a place. */
export const mmioAddress = (place: Place, range: 'tee' | 'nonTee'): bigint =>
  BAR_BASE[place] + (range === 'tee' ? 0n : NON_TEE_OFFSET);

export function platformDevice(changes: Partial<DeviceSetup>): Device {
  const device = makeDevice({
    tdis: TDIS,
    link: ideLink,
    ...changes,
  });
  for (const functionId of FUNCTIONS) write16(device, functionId, COMMAND, 0);
  return device;
}

const COMMAND = 0x04;
const DEVICE_CONTROL = 0x88;
const PHANTOM = 1 << 9;
const VF_BARS_AT = 0x2_0000_0000n;

/** What the host has set up, and sets up again after a reset. */
export interface HostConfig {
  enabled: boolean;
  setup: 'oneDefault' | 'twoDefaults' | 'otherTrafficClass' | 'idMismatch';
  readonly phantom: boolean[];
}

/** Writes addresses and enables, as after power-on; Command registers stay clear. */
export function enumeratePlatform(device: Device, config: HostConfig): void {
  moveBar(device, 'home');
  write32(device, PF, vfBarAt(0), Number(VF_BARS_AT & 0xffffffffn));
  write32(device, PF, vfBarAt(0) + 4, Number(VF_BARS_AT >> 32n));
  write32(device, PF, SRIOV_AT + 0x10, 2);
  write32(device, PF, SRIOV_AT + 0x08, 0x9);
  for (const [tdi, phantom] of config.phantom.entries()) writePhantom(device, tdi, phantom);
  writeStream(device, config);
}
/** Moves both BARs of the PF. */
export function moveBar(device: Device, place: Place): void {
  for (const [bar, range] of [
    [0, 'tee'],
    [2, 'nonTee'],
  ] as const) {
    const address = mmioAddress(place, range);
    write32(device, PF, barAt(bar), Number(address & 0xffffffffn));
    write32(device, PF, barAt(bar) + 4, Number(address >> 32n));
  }
}
export function writePhantom(device: Device, tdi: number, on: boolean): void {
  const functionId = FUNCTIONS[tdi] as number;
  const now = read16(device, functionId, DEVICE_CONTROL);
  write16(device, functionId, DEVICE_CONTROL, on ? now | PHANTOM : now & ~PHANTOM);
}
/** Stream block 0 is that of the stream; it takes T=1 only, so that other traffic goes in the clear. */
export function writeStream(device: Device, { enabled, setup }: HostConfig): void {
  const control = (stream: number, isDefault: boolean, on: boolean, trafficClass = 0): number =>
    (stream << 24) | (1 << 23) | (isDefault ? 1 << 22 : 0) | (trafficClass << 19) | (on ? 1 : 0);
  const at = (block: number): number => streamBlockAt(block) + 4;
  const other = setup === 'otherTrafficClass' ? 1 : 0;
  write32(device, device.ideFunction, at(0), control(STREAM, true, enabled, other));
  write32(device, device.ideFunction, at(1), control(0xff, setup === 'twoDefaults', false));
}

const read16 = (device: Device, functionId: number, offset: number): number => {
  const [low = 0, high = 0] = device.configRead(functionId, offset, 2);
  return low | (high << 8);
};
export const command = (device: Device, tdi: number): { bme: boolean; mse: boolean } => {
  const value = read16(device, FUNCTIONS[tdi] as number, COMMAND);
  return { bme: (value & 4) !== 0, mse: (value & 2) !== 0 };
};
export function writeCommand(device: Device, tdi: number, bme: number, mse: number): void {
  write16(device, FUNCTIONS[tdi] as number, COMMAND, (bme << 2) | (mse << 1));
}
/** Where the first BAR of the PF decodes now. */
export const barPlace = (device: Device): Place => {
  const bytes = device.configRead(PF, barAt(0), 8);
  return placeOf(new DataView(bytes.buffer).getBigUint64(0, true) & ~0xfn);
};
export const isPhantom = (device: Device, tdi: number): boolean =>
  (read16(device, FUNCTIONS[tdi] as number, DEVICE_CONTROL) & PHANTOM) !== 0;
/** How the stream registers are set up, as LOCK looks at them. */
export function streamSetup(device: Device): HostConfig['setup'] {
  const controls = [0, 1].map((block) => {
    const bytes = device.configRead(device.ideFunction, streamBlockAt(block) + 4, 4);
    return new DataView(bytes.buffer).getUint32(0, true);
  });
  const [own = 0] = controls;
  if (own >>> 24 !== STREAM) return 'idMismatch';
  if (((own >> 19) & 7) !== 0) return 'otherTrafficClass';
  return controls.every((c) => (c & (1 << 22)) !== 0) ? 'twoDefaults' : 'oneDefault';
}
export const isStreamEnabled = (device: Device): boolean =>
  ((device.configRead(device.ideFunction, streamBlockAt(0) + 4, 1)[0] ?? 0) & 1) !== 0;
