/** What a configuration write does to the TDIs of a device (TDISP 11.2.6). */
import type { Behaviour, Readings } from './behaviour.ts';
import type { RegisterWrite } from './config.ts';
import { BIT } from './registers.ts';

/**
 * `error`: the function's own TDI goes to ERROR. `hosted`: that and all its VFs. `reset`: a function
 * level reset, or a power transition that loses the same state. A stream block: its registers were
 * modified, which concerns every TDI bound to its stream.
 */
export type Effect = 'none' | 'error' | 'hosted' | 'reset' | { readonly block: number };

/** What the effect depends on beside the write. */
export interface TrackingContext {
  readonly behaviour: Behaviour;
  readonly readings: Readings;
  /** The MSI-X table of the function's TDI is locked and reported. */
  readonly msixLocked: boolean;
}

const ANY = -1;
const D3_HOT = 3;

/** The effect of one register write on a device whose TDIs are locked. */
export function effectOf(write: RegisterWrite, context: TrackingContext): Effect {
  const { behaviour, readings, msixLocked } = context;
  const { before, after, register } = write;
  const { tracking } = register;
  switch (tracking.kind) {
    case 'free':
      return 'none';
    case 'command':
      return clearsCommand(write, context) ? 'error' : 'none';
    case 'bar':
      return behaviour.barModified(before, after, readings) ? 'error' : 'none';
    case 'fields':
      return behaviour.fieldModified(before, after, tracking.bits) ? 'error' : 'none';
    case 'deviceControl':
      if ((after & BIT.deviceControl.flr) !== 0) return 'reset';
      return behaviour.fieldModified(before, after, tracking.bits) ? 'error' : 'none';
    case 'power':
      return losesState(before, after) ? 'reset' : 'none';
    case 'msix':
      return msixLocked && behaviour.fieldModified(before, after, ANY) ? 'error' : 'none';
    case 'sriov':
      return behaviour.fieldModified(before, after, ANY) ? 'hosted' : 'none';
    case 'stream':
      return behaviour.fieldModified(before, after, ANY) ? { block: tracking.block } : 'none';
  }
}

/** A write that does not reach a bit, or a bit that cannot be written, clears nothing. */
function clearsCommand(write: RegisterWrite, { behaviour, readings }: TrackingContext): boolean {
  const { before, after, writtenBits, register } = write;
  const reached = writtenBits & register.writableBits;
  return [BIT.command.memorySpace, BIT.command.busMaster].some(
    (bit) =>
      (reached & bit) !== 0 &&
      behaviour.commandCleared((before & bit) !== 0, (after & bit) !== 0, readings),
  );
}

/** Entering D3hot without No_Soft_Reset: the function comes back as after a reset. */
const losesState = (before: number, after: number): boolean =>
  (before & BIT.power.state) !== D3_HOT &&
  (after & BIT.power.state) === D3_HOT &&
  (after & BIT.power.noSoftReset) === 0;
