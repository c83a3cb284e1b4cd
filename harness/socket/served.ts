/** The devices that `tdicheck device` can serve. */
import type { Device, DeviceSetup } from '../../impl/stack/device/device.ts';
import {
  entropyOf,
  makeDevice,
  STREAM,
  setStream,
  VF1,
  VF2,
} from '../../impl/stack/device/sample.ts';

/** sample: a PF and two VFs. emulator: what the public emulator's requester asks for. */
export const PROFILES = ['sample', 'emulator'] as const;
export type Profile = (typeof PROFILES)[number];

/** The interface id, port and stream that the emulator's requester has built in. */
const EMULATOR_FUNCTION = 0xbeef;
const EMULATOR_IDE_PORT = 1;
const EMULATOR_STREAM = 0;

/** A device of a profile, ready to be locked; the seed decides its nonces and keys. */
export function servedDevice(
  profile: Profile,
  seed: number,
  changes: Partial<DeviceSetup> = {},
): Device {
  const entropy = entropyOf(`device ${seed}`);
  const clear = { entropy, handshakeInTheClear: true };
  if (profile === 'sample') return makeDevice({ ...clear, ...changes });
  const device = makeDevice({
    ...clear,
    idePort: EMULATOR_IDE_PORT,
    tdis: [{ functionId: EMULATOR_FUNCTION, kind: 'FUNCTION', ranges: [{ bar: 0, pages: 1 }] }],
    ...changes,
  });
  setStream(device, 0, { stream: EMULATOR_STREAM, enabled: true, isDefault: true });
  return device;
}

/** How a device of a profile is spoken to. */
export interface Addresses {
  /** Function ids of the TDIs that are tried. */
  readonly tdis: readonly number[];
  /** A function id that it does not host. */
  readonly foreign: number;
  readonly stream: number;
  /** Port index of IDE_KM. */
  readonly idePort: number;
}
export const addressesOf = (profile: Profile): Addresses =>
  profile === 'sample'
    ? { tdis: [VF1, VF2], foreign: 0x7, stream: STREAM, idePort: 0 }
    : {
        tdis: [EMULATOR_FUNCTION],
        foreign: 0x7,
        stream: EMULATOR_STREAM,
        idePort: EMULATOR_IDE_PORT,
      };
