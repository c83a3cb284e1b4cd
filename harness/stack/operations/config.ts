/** Configuration writes, resets and removal. */
import { SRIOV_AT, streamBlockAt } from '../../../impl/stack/device/registers.ts';
import { write32 } from '../../../impl/stack/device/sample.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { FUNCTIONS, moveBar, type Place, STREAM, writeCommand, writePhantom } from '../platform.ts';
import type { StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

/** A bit of a register by its name in the model: offset, and the bit that is toggled. */
export const REGISTER_BITS: Readonly<Record<string, readonly [at: number, bit: number]>> = {
  cacheLineSize: [0x0c, 1 << 0],
  latencyTimer: [0x0c, 1 << 8],
  bist: [0x0c, 1 << 24],
  interruptLine: [0x3c, 1],
  msi: [0x50, 1 << 20],
  deviceControlMps: [0x88, 1 << 5],
  deviceControlTags: [0x88, 1 << 8],
  deviceControlNoSnoop: [0x88, 1 << 11],
  aerStatus: [0x108, 1],
  acs: [0x154, 1 << 16],
  ari: [0x15c, 1 << 16],
  ats: [0x164, 1 << 31],
  pageRequest: [0x16c, 1],
  pasid: [0x17c, 1 << 16],
  resizableBar: [0x1c8, 1 << 8],
  multicast: [0x1d4, 1 << 16],
  dvsec: [0x20c, 1],
  ltr: [0x224, 1],
};
const SRIOV_BIT = 1 << 2;
const ALGORITHM_BIT = 1 << 14;

function toggle(w: StackWorld, functionId: number, at: number, bit: number): void {
  const bytes = w.device.configRead(functionId, at, 4);
  const before = new DataView(bytes.buffer).getUint32(0, true);
  write32(w.device, functionId, at, (before ^ bit) >>> 0);
}
function writeRegister(w: StackWorld, tdi: number, register: string): StackOutcome {
  const functionId = FUNCTIONS[tdi] as number;
  const { ideFunction } = w.device;
  if (register === 'sriov' && tdi !== 0) return DROPPED;
  if (register === 'sriov') toggle(w, functionId, SRIOV_AT + 0x08, SRIOV_BIT);
  else if (register === 'ideStreamControl')
    toggle(w, ideFunction, streamBlockAt(0) + 4, ALGORITHM_BIT);
  else if (register === 'ideRidAssociation') toggle(w, ideFunction, streamBlockAt(0) + 12, 1 << 8);
  else if (register === 'ideAddressAssociation')
    toggle(w, ideFunction, streamBlockAt(0) + 20, 1 << 8);
  else {
    const found = REGISTER_BITS[register];
    if (found === undefined) throw new Error(`writeRegister: no register ${register}`);
    toggle(w, functionId, found[0], found[1]);
  }
  return ACCEPTED;
}

/** What only happens to a device that is there. */
const there =
  (act: (w: StackWorld, tdi: number) => StackOutcome | undefined) =>
  (w: StackWorld, { tdi }: Readonly<Record<string, unknown>>): StackOutcome =>
    w.present ? (act(w, Number(tdi ?? 0)) ?? ACCEPTED) : DROPPED;

function flr(w: StackWorld, tdi: number): undefined {
  w.device.flr(FUNCTIONS[tdi] as number);
  if (tdi === 0) w.wroteMse.fill(false);
  w.wroteMse[tdi] = false;
  if (tdi === 0) w.enumerate();
  else writePhantom(w.device, tdi, w.config.phantom[tdi] === true);
}
/** The device loses everything, by whatever does it. */
function loseAll(w: StackWorld, how: () => void): void {
  w.config.phantom.fill(false);
  w.wroteMse.fill(false);
  w.drained.fill(false);
  w.handshake = undefined;
  how();
  w.rootPort.streams.drop(STREAM);
}
function command(w: StackWorld, tdi: number, bme: number, mse: number): StackOutcome {
  writeCommand(w.device, tdi, bme, mse);
  w.wroteMse[tdi] = mse === 1;
  return ACCEPTED;
}

export const CONFIG_OPERATIONS: Operations = {
  'command.write': (w, args) =>
    there((_, tdi) => command(w, tdi, Number(args.bme), Number(args.mse)))(w, args),
  'guest.enable': (w, args) =>
    there((_, tdi) => {
      if (args.step === 'both') return refused('OTHER_STYLE');
      return command(w, tdi, args.step === 'mse' ? 0 : 1, 1);
    })(w, args),
  'bar.write': (w, args) =>
    there(() => {
      moveBar(w.device, args.place as Place);
      return ACCEPTED;
    })(w, args),
  'config.set': (w, args) =>
    there((_, tdi) => {
      w.config.phantom[tdi] = args.config === 'phantomFunctions';
      writePhantom(w.device, tdi, w.config.phantom[tdi] === true);
      return ACCEPTED;
    })(w, args),
  'config.write': (w, args) =>
    there((_, tdi) => writeRegister(w, tdi, String(args.register)))(w, args),
  'reset.flr': there(flr),
  'reset.conventional': there((w) => {
    loseAll(w, () => w.device.conventionalReset());
    w.enumerate();
    return ACCEPTED;
  }),
  'device.remove': there((w) => {
    loseAll(w, () => w.device.remove());
    w.present = false;
    return ACCEPTED;
  }),
  'device.insert': (w) => {
    if (w.present) return refused('SLOT_TAKEN');
    w.present = true;
    w.device.insert();
    w.enumerate();
    return ACCEPTED;
  },
  'device.error': there((w, tdi) => {
    w.device.internalError(FUNCTIONS[tdi] as number);
    return undefined;
  }),
  'device.leave-error': there((w, tdi) =>
    w.device.tdi(FUNCTIONS[tdi] as number)?.stopping !== true &&
    !w.hasFlying(tdi, ['write', 'read', 'completion']) &&
    w.device.leaveError(FUNCTIONS[tdi] as number)
      ? ACCEPTED
      : refused(),
  ),
};
