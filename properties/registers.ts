/** The table of tracked registers (TDISP 11.2.6), as properties know it: by consequence. */
import type { WorldView } from '../model/world.ts';

const includes = (list: readonly string[], register: unknown): boolean =>
  list.some((name) => name === register);
/** At the PF, about all its VFs. */
export const isPfRegister = (register: unknown): boolean =>
  includes(['sriov', 'vfResizableBar'], register);
/** Of the stream that locked TDIs are bound to: an error for all of them. */
export const isStreamRegister = (register: unknown): boolean =>
  includes(['ideStreamControl', 'ideRidAssociation', 'ideAddressAssociation'], register);
/** A write that takes the link down: an error by way of the stream. */
export const isLinkRegister = (register: unknown): boolean => register === 'linkDisable';
const ALWAYS = [
  'bist',
  'expansionRom',
  'deviceControlTags',
  'deviceControlPhantom',
  'deviceControlNoSnoop',
  'powerAllocationUnreliable',
  'pageRequest',
  'pasid',
  'ari',
  'enhancedAllocation',
  'resizableBar',
  'multicast',
] as const;
/** An error for the function's own TDI if that is locked; some by reading, MSI-X if its table is locked. */
export const isTracked = (register: unknown, w: WorldView, t: number): boolean => {
  const { msixLocked } = w.tdi[t]!;
  const { atsCapWriteIsError, vendorCapWrite } = w.readings;
  return (
    includes(ALWAYS, register) ||
    (register === 'ats' && atsCapWriteIsError === 'yes') ||
    (register === 'msix' && msixLocked) ||
    (includes(['tph', 'vendorSpecific', 'dvsec'], register) && vendorCapWrite === 'error')
  );
};
