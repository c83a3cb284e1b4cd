/**
 * A device to try things with: a PF and two VFs, sample identities, randomness from a seed. What
 * firmware and host do before anybody trusts a device is done to it.
 */
import { SAMPLE_IDENTITIES } from '../crypto/sample.ts';
import { digest, HASHES } from '../crypto/suite.ts';
import { Device, type DeviceSetup } from './device.ts';
import { ideLink } from './ide-link.ts';
import { barAt, SRIOV_AT, streamBlockAt, vfBarAt } from './registers.ts';
import type { TdiSetup } from './tdi.ts';

/** Bytes that depend on a seed and on how many were asked for before: for tests, never for keys that protect something. */
export function entropyOf(seed: string): (byteLength: number) => Uint8Array {
  let count = 0;
  return (byteLength) => {
    const bytes = new Uint8Array(byteLength);
    for (let at = 0; at < byteLength; at += 64) {
      const block = digest(HASHES.SHA_512, new TextEncoder().encode(`${seed} ${count++}`));
      bytes.set(block.subarray(0, Math.min(64, byteLength - at)), at);
    }
    return bytes;
  };
}

export const PF = 0x100;
export const VF1 = 0x101;
export const VF2 = 0x102;
export const STREAM = 7;

const TDIS: readonly TdiSetup[] = [
  { functionId: PF, kind: 'PF', ranges: [{ bar: 0, pages: 1 }] },
  ...[VF1, VF2].map(
    (functionId): TdiSetup => ({
      functionId,
      kind: 'VF',
      ranges: [
        { bar: 0, pages: 2, updatable: true },
        { bar: 2, pages: 1, nonTee: true },
        { bar: 4, pages: 1, msixTable: true },
      ],
      information: new TextEncoder().encode('sample'),
    }),
  ),
];

const IDENTITIES = (['P_256', 'P_384'] as const).map((curve) => ({
  slot: 0,
  curve,
  ...SAMPLE_IDENTITIES[curve],
}));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A device whose configuration can be locked. */
export function makeDevice(changes: Partial<DeviceSetup> = {}): Device {
  const device = new Device({
    tdis: TDIS,
    identities: IDENTITIES,
    measurements: [
      { index: 1, type: 0, value: text('rom') },
      { index: 2, type: 1, value: text('firmware') },
      { index: 3, type: 3, value: text('configuration') },
      { index: 0x10, type: 7, value: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), raw: true },
    ],
    entropy: entropyOf('device'),
    heartbeatPeriod: 10,
    link: ideLink,
    ...changes,
  });
  enumerate(device);
  return device;
}

/** What firmware and host do before anybody trusts: addresses, enables, a default stream. */
export function enumerate(device: Device): void {
  write64(device, PF, barAt(0), 0x1_0000_0000n);
  write64(device, PF, vfBarAt(0), 0x2_0000_0000n);
  write64(device, PF, vfBarAt(2), 0x2_1000_0000n);
  write64(device, PF, vfBarAt(4), 0x2_2000_0000n);
  write32(device, PF, SRIOV_AT + 0x10, 2);
  write32(device, PF, SRIOV_AT + 0x08, 0x9);
  for (const functionId of [PF, VF1, VF2]) write32(device, functionId, 0x04, 0x6);
  setStream(device, 0, { stream: STREAM, enabled: true, isDefault: true });
  setStream(device, 1, { stream: 0xff, enabled: false, isDefault: false });
}

/** Writes the control register of a stream block. */
export function setStream(
  device: Device,
  block: number,
  { stream, enabled, isDefault }: { stream: number; enabled: boolean; isDefault: boolean },
): void {
  const control = (stream << 24) | (isDefault ? 1 << 22 : 0) | (enabled ? 1 : 0);
  write32(device, device.ideFunction, streamBlockAt(block) + 4, control);
}

export function write32(device: Device, functionId: number, offset: number, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  device.configWrite(functionId, offset, bytes);
}

export function write16(device: Device, functionId: number, offset: number, value: number): void {
  device.configWrite(functionId, offset, Uint8Array.of(value & 0xff, value >> 8));
}

function write64(device: Device, functionId: number, offset: number, value: bigint): void {
  write32(device, functionId, offset, Number(value & 0xffffffffn));
  write32(device, functionId, offset + 4, Number(value >> 32n));
}
