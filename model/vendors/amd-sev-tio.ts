/**
 * `amd-sev-tio`: SEV-TIO, as its published host and guest drivers use it (backends 2).
 *
 * The platform firmware holds session, keys and contexts; the host calls it, carries its messages, and calls again. The
 * page table that translates for a device is the host's; the RMP is checked after translation, and a
 * fault that the host causes fences the guest. What the guest has to say comes after START, in messages.
 */
import {
  accepted,
  anyOf,
  at,
  backend,
  dropped,
  not,
  PCI_FACETS,
  refused,
  rule,
  when,
} from '../author.ts';
import { measurementsAge, partAnswers, whileRunning } from '../phrases.ts';
import { W } from '../words/index.ts';
import { DEVICE_RULES } from './amd-sev-tio/device.ts';
import { FENCE_RULES } from './amd-sev-tio/fence.ts';
import { GUEST_RULES } from './amd-sev-tio/guest.ts';
import { KERNEL_RULES } from './amd-sev-tio/kernel.ts';
import { PEER_COMMANDS } from './amd-sev-tio/peer.ts';
import { TDI_RULES } from './amd-sev-tio/tdi.ts';

const hears = { tdi: W.relayTdi };
/** A lock session ends where the next begins: nothing that was granted in it is left. */
const newLock = [
  at(hears, W.newLockSession),
  at(hears, W.voidAcceptance),
  at(hears, W.forgetEvidence),
  at(hears, W.blockDma),
  at(hears, W.tioVtomTo('split')),
  at(hears, W.unmapMmio),
  at(hears, W.tioDropHostTables),
  // Evidence is for the lock session that it was measured in (backends 11, antiRebindToken).
  measurementsAge,
] as const;

/** The command that waits, called again with the answer: one rule for all of them. */
const answer = rule('tsm.return', {
  by: 'host',
  role: 'progress',
  says: 'The host calls the command again with the answer: the firmware takes it in.',
  over: {},
  clauses: ['relay-loop', 'tsm-cached', 'tio-one-pending'],
  cases: [
    refused('NO_RESPONSE', 'no answer is on its way', [not(W.responseWaits)]),
    accepted('certificates', [W.responseTo('certificates')], [W.clearRelay]),
    accepted(
      'measurements',
      [W.responseTo('measurements')],
      [W.tioMeasured('fresh'), W.clearRelay],
    ),
    dropped(
      'NOT_BOUND',
      'unbound since the request',
      [
        not(anyOf(W.responseTo('stop'), W.responseTo('state'))),
        at(hears, anyOf(not(W.bound), W.unbinding)),
      ],
      [W.clearRelay],
    ),
    accepted(
      'bind failed',
      [W.responseError, W.responseTo('lock'), at(hears, not(W.tsmHasNonce))],
      [at(hears, W.beginUnbind), W.clearRelay],
    ),
    accepted('error', [W.responseError], [W.clearRelay]),
    accepted(
      'locked',
      [W.responseTo('lock')],
      [
        ...newLock,
        at(hears, W.tsmHearsNonce),
        at(hears, W.tsmCaches('CONFIG_LOCKED')),
        W.clearRelay,
      ],
    ),
    accepted('report', [W.responseTo('report')], [at(hears, W.tsmHearsReport), W.clearRelay]),
    ...partAnswers,
    accepted('state', [W.responseTo('state')], [at(hears, W.tsmHearsState), W.clearRelay]),
    accepted(
      'running',
      [W.responseTo('start')],
      [at(hears, W.tsmCaches('RUN')), at(hears, W.liftDefaultFence), W.clearRelay],
    ),
    accepted(
      'stopped',
      [],
      [
        at(hears, W.tsmCaches('CONFIG_UNLOCKED')),
        at(hears, when([W.unbinding], [W.noteStopAnswered])),
        at(hears, W.clearLost),
        W.clearRelay,
      ],
    ),
  ],
});
const notice = rule('tsm.notice', {
  by: 'host',
  role: 'progress',
  says: 'The firmware finds out that its session is dead: time-out, or an error it can verify.',
  over: {},
  clauses: ['relay-loop', 'spdm-session-end'],
  cases: [
    refused('NOT_CONNECTED', 'the firmware holds no session', [not(W.tsmHasSession)]),
    refused('ALIVE', 'the session is alive', [W.tsmSessionLive]),
    accepted('noticed', [], [W.tsmForgetsSession, W.clearRelay]),
  ],
});

export const AMD_SEV_TIO = backend('amd-sev-tio', {
  title: 'AMD SEV-TIO',
  says: 'The platform firmware of SEV-TIO: host commands, guest messages, RMP, secure device table and ASID fence.',
  clauses: ['tio-bind', 'tio-host-table', 'tio-fence', 'tio-digests'],
  // No stream between two devices: BIND_P2P is refused at bind.
  facets: [...PCI_FACETS.filter((f) => f !== 'p2p'), 'tio', 'fence'],
  fixes: {
    translationTables: 'host',
    hostFaultScope: 'guest',
    startAuthoriser: 'host',
    connectBy: 'command',
    mmioUnmapVsStop: 'either',
  },
  rules: [
    ...DEVICE_RULES,
    ...TDI_RULES,
    ...[...GUEST_RULES, ...KERNEL_RULES].map(whileRunning),
    ...FENCE_RULES,
    ...PEER_COMMANDS,
    answer,
    notice,
  ],
});
