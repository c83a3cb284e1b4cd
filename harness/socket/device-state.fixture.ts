import type { Device } from '../../impl/stack/device/device.ts';
import { PF, STREAM, VF1, VF2 } from '../../impl/stack/device/sample.ts';
import { SLOTS } from '../stack/slots.ts';

/** Everything of a device that messages can change: sessions, TDIs, stream and keys, in a line. */
export const stateOf = (device: Device): string =>
  JSON.stringify({
    sessions: device.sessions(),
    tdis: [PF, VF1, VF2].map((functionId) => device.tdi(functionId)),
    secure: device.isSecure(STREAM),
    slots: SLOTS.map((slot) => device.keySlot(STREAM, slot)),
  });
