/** Sequences of words that several rules share, so that a cascade is written once. */
import {
  accepted,
  anyOf,
  at,
  type Case,
  dropped,
  each,
  idle,
  not,
  type Rule,
  refused,
  when,
} from './author.ts';
import { W } from './words/index.ts';

/** A locked TDI goes to ERROR, and its nonce dies (TDISP 11.2, 11.3.9). */
export const fall = [W.tdiTo('ERROR'), W.dropNonce] as const;
/** The same, if the TDI is locked at all. */
export const fallIfLocked = when([W.tdiIs('CONFIG_LOCKED', 'RUN')], fall);
/** Every locked TDI of the device goes to ERROR. */
export const everyLockedTdiFalls = each({ tdi: 'Tdi' }, [W.tdiIs('CONFIG_LOCKED', 'RUN')], fall);
/** The stream becomes Insecure and takes every TDI bound to it along (TDISP 11.4.5). */
export const streamFalls = [W.insecure, everyLockedTdiFalls] as const;
/** Nothing is left at a device that was reset as a whole, stream and session included (TDISP 11.4.8). */
export const deviceResets = [W.resetDevice, W.endSession, W.insecure] as const;
/** A conventional reset leaves locked TDIs in ERROR. */
export const leavesError = W.readingIs('conventionalResetTarget', 'error');
/** What such a reset does instead. */
export const deviceResetsToError = [W.resetDeviceToError, W.endSession, W.insecure] as const;
/**
 * The session ends; streams keyed over it and TDIs locked over it fall with it (TDISP 11.4.5). A STOP that it asked
 * for has nobody to answer, and an error wins over it: what has fallen waits for another one.
 */
export const sessionFalls = [
  W.endSession,
  each({ tdi: 'Tdi' }, [W.stopping], [W.endStop]),
  ...streamFalls,
] as const;
/**
 * How `tsm.return` takes in the answers to requests that common rules make: parts of a report, an attribute.
 * They belong behind the case of an error, in every backend.
 */
export const partAnswers = [
  accepted(
    'first part of a report',
    [W.responseTo('reportPart'), W.carriedPartIs('first')],
    [at({ tdi: W.relayTdi }, W.tsmHearsPart), W.clearRelay],
  ),
  accepted(
    'last part of a report',
    [W.responseTo('reportPart')],
    [
      at({ tdi: W.relayTdi }, W.tsmHearsReport),
      at({ tdi: W.relayTdi }, W.tsmDropsPart),
      W.clearRelay,
    ],
  ),
  accepted('attribute set', [W.responseTo('setAttribute')], [W.clearRelay]),
] as const;
/** What was measured before is not fresh any more (backends 2.3, 11). */
export const measurementsAge = when([W.tioMeasuredIs('fresh')], [W.tioMeasured('valid')]);
/** FLR of a function; the PF takes its VFs along, and its stream if it has the IDE capability (tdisp-semantics 2.2). */
export const functionReset = [
  when([W.isPf, W.readingIs('ideCapability', 'pf')], [...streamFalls, W.dropP2p('first')]),
  when(
    [W.isPf],
    [each({ tdi: 'Tdi' }, [], [fallIfLocked]), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
  ),
  when([not(W.isPf)], [fallIfLocked, W.resetFunction]),
] as const;

/** The host writes the table that translates, and nobody looks; what is checked is checked after it (backends 2.4). */
export const hostTable = W.readingIs('translationTables', 'host');
/** A fault that the host causes costs its guest every device below that root complex (backends 2.2). */
export const fences = W.readingIs('hostFaultScope', 'guest');
export const ofHostTable = <C extends Case<never>>(c: C): C =>
  idle('decides only where the table is the host’s', c);

/** Nothing private is given to a VM that is not confidential. */
export const notForPlain = idle(
  'decides only where a VM may be plain',
  refused('NOT_CONFIDENTIAL', 'a plain VM', [W.vmPlain]),
);

/** A command for the second device without a session that carries it. */
export const peerNotConnected = refused('NOT_CONNECTED', 'no session with it', [not(W.peerOpen)]);

/** How a second device is bound to a guest, locked, and its report fetched, once a backend has nothing against it. */
export const peerBindCases = [
  peerNotConnected,
  refused('NOT_SECURE', 'its stream is not Secure', [not(W.peerSecure)]),
  refused('NO_VM', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
  notForPlain,
  refused('BOUND', 'bound already', [W.peerBound]),
  refused('LOST', 'unbound without a STOP, and not stopped since', [W.peerLost]),
  refused('BUSY', 'earlier work in flight', [not(W.peerDrained)]),
  accepted(
    'locked',
    [],
    [
      W.bindPeer,
      W.lockPeer,
      W.voidPeerConsent,
      W.peerTo('CONFIG_LOCKED'),
      when([W.readingIs('fenceBeforeRun', 'yes')], [W.fenceByDefault]),
    ],
  ),
] as const;

/** A VM that is paused or gone does nothing: the rule as it is for a guest that runs. */
export function whileRunning(r: Rule): Rule {
  if (r.by !== 'guest' || r.over.guest !== 'Guest') return r;
  const asleep = dropped('NOT_RUNNING', 'the guest does not run', [not(W.vmIs('running'))]);
  return Object.freeze({ ...r, cases: [asleep as Rule['cases'][number], ...r.cases] });
}
/** A kernel that has enumerated the TDI deals with it, unless a paravisor acts in its place (host-guest 3). */
export const kernelAway = anyOf(W.osModeIs('absent'), W.readingIs('policyHook', 'paravisor'));
/** Once the kernel of the guest has found the device, rules/os.ts are what that guest does. */
export const kernelActs = idle(
  'decides only where facet os is on',
  refused('EBUSY', 'the kernel of the guest deals with it', [not(kernelAway)]),
);

/** The guest can lose what it accepted only in this way: the lock session is over, or being ended. */
export const lockSessionOver = anyOf(not(W.boundTo), W.unbinding, not(W.acceptanceCurrent));
/** Nothing that acceptance grants is left in the kernel of a guest; the TDI must be unlocked first. */
export const kernelGivesUp = [
  W.osModeTo('broken'),
  W.rangesTo('unmapped', 'unmapped'),
  W.dmaOpsTo('bounce'),
  W.dropEvidence,
] as const;
/** And, while the TDI is still its own, nothing at the TSM. */
export const kernelRollsBack = [...kernelGivesUp, W.voidAcceptance, W.blockDma] as const;
/** How a kernel accepts DMA, which comes last: what refuses it, or takes all of the acceptance back. */
export const dmaAcceptChecks = [
  refused('EINVAL', 'not accepting', [not(W.osModeIs('accepting'))]),
  refused('ESTALE', 'rolled back: the lock session is over', [lockSessionOver], [...kernelGivesUp]),
  refused('EAGAIN', 'MMIO is not validated', [not(W.teeEncrypted)]),
  refused('EBADMSG', 'only the host says that it runs', [W.sourceIs('host')]),
  refused(
    'EIO',
    'rolled back: not in RUN as far as the TSM knows',
    [not(W.tsmBelieves('RUN'))],
    [...kernelRollsBack],
  ),
] as const;
/** A kernel under which a paravisor acts knows nothing of TDISP. */
export const kernelUnaware = refused('EOPNOTSUPP', 'a paravisor acts for this kernel', [
  W.readingIs('policyHook', 'paravisor'),
]);
