/** Cases and effects that several commands of SEV-TIO share. */
import { not, refused } from '../../author.ts';
import { W } from '../../words/index.ts';

export const tdi = { tdi: 'Tdi' } as const;
export const pair = { guest: 'Guest', tdi: 'Tdi' } as const;
/** One exchange and one unfinished command for each device (backends 1.3). */
export const busy = refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]);
export const unfinished = refused('BUSY', 'another command is not finished', [
  not(W.tioPendingIs('none')),
]);
export const notConnected = refused('NOT_CONNECTED', 'the device context is not connected', [
  not(W.tioDeviceIs('connected')),
]);
export const noSession = refused('SPDM_ERROR', 'the firmware holds no session', [
  not(W.tsmHasSession),
]);
export const notBound = refused('NOT_BOUND', 'bound to nobody', [not(W.bound)]);
export const unbinding = refused('UNBINDING', 'an unbind is under way', [W.unbinding]);
export const small = refused('EXPAND_BUFFER', 'no error: the output needs larger buffers', [
  W.tioBuffersSmall,
]);
export const badFlags = refused('INVALID_PARAM', 'lock flags', [not(W.tioLockIs('asRequired'))]);
/** What the firmware forgets when a TDI is bound to nobody; the RMP keeps no validated page of it. */
export const release = [
  W.unbind,
  W.endUnbind,
  W.newLockSession,
  W.voidAcceptance,
  W.forgetEvidence,
  W.unmapMmio,
  W.tioVtomTo('split'),
  W.tioDropHostTables,
  W.fenceCauseLeaves,
  W.tioTdiTo('unbound'),
] as const;
