/**
 * Resets of the whole device, power and restarts, and the host's duties after them, in order (host-guest
 * 2.5, H9): tear down, restore the configuration, authenticate again, and only then use the device.
 */
import { accepted, anyOf, dropped, each, not, type Rule, refused, rule, when } from '../author.ts';
import {
  deviceResets,
  deviceResetsToError,
  functionReset,
  leavesError,
  sessionFalls,
  streamFalls,
} from '../phrases.ts';
import { W } from '../words/index.ts';

const tdi = { tdi: 'Tdi' } as const;
const facets = ['recovery', 'vfio'] as const;
const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);
/** The session is gone, and the kernel knows. */
const sessionLost = when([W.contextIs('connected')], [W.contextTo('lost')]);
/** The kernel knows of a reset of the whole device. */
const resetNoted = [sessionLost, W.recoveryTo('reset')] as const;

export const RECOVERY_RULES: readonly Rule[] = [
  rule('port.reset', {
    by: 'host',
    role: 'hostile',
    says: 'R2, R4: hot reset of the port, or a wake from D3cold or system sleep, by an orderly host.',
    over: { reset: 'WholeReset' },
    clauses: ['rst-conventional', 'rst-conventional-target', 'recover-reset'],
    facets,
    cases: [
      gone,
      accepted('reset that leaves ERROR', [leavesError], [...deviceResetsToError, ...resetNoted]),
      accepted('reset', [], [...deviceResets, ...resetNoted]),
    ],
  }),
  rule('port.contain', {
    by: 'fabric',
    role: 'hostile',
    says: 'R3: an uncorrectable error; the port takes the link down (DPC).',
    over: {},
    clauses: ['recover-dpc', 'tdisp-stream-loss'],
    facets,
    cases: [
      gone,
      dropped('CONTAINED', 'contained already', [W.recoveryIs('contained')]),
      accepted('contained', [], [...streamFalls, W.recoveryTo('contained')]),
    ],
  }),
  rule('port.release', {
    by: 'host',
    role: 'progress',
    says: 'R3: the kernel releases the port by a reset; the device that comes back is the same.',
    over: {},
    clauses: ['recover-dpc', 'rst-conventional', 'rst-conventional-target'],
    facets,
    cases: [
      refused('EINVAL', 'not contained', [not(W.recoveryIs('contained'))]),
      gone,
      accepted('released, in ERROR', [leavesError], [...deviceResetsToError, ...resetNoted]),
      accepted('released', [], [...deviceResets, ...resetNoted]),
    ],
  }),
  rule('recover.restore', {
    by: 'host',
    role: 'progress',
    says: 'The kernel restores the configuration, once every TDI is torn down.',
    over: {},
    clauses: ['recover-reset'],
    facets,
    cases: [
      refused('EINVAL', 'nothing was reset', [not(W.recoveryIs('reset'))]),
      gone,
      refused('EBUSY', 'a TDI is bound', [anyOf(W.someTdiBound, W.hostCountsBound)]),
      accepted('restored', [], [W.recoveryTo('restored')]),
    ],
  }),
  rule('recover.authenticate', {
    by: 'host',
    role: 'progress',
    says: 'The device is authenticated again, keyed again, and given back to its driver.',
    over: {},
    clauses: ['recover-reset'],
    facets,
    cases: [
      refused('EINVAL', 'the configuration is not restored', [not(W.recoveryIs('restored'))]),
      gone,
      accepted('never connected', [W.contextIs('absent')], [W.recoveryTo('none')]),
      refused('EAGAIN', 'no new session', [not(W.tsmSessionLive)]),
      refused('EAGAIN', 'the stream is not Secure', [not(W.streamSecure)]),
      accepted('authenticated', [], [W.contextTo('connected'), W.recoveryTo('none')]),
    ],
  }),
  rule('driver.use', {
    by: 'host',
    observed: true,
    says: 'A driver of the host, or VFIO for its VM, accesses the device.',
    over: tdi,
    clauses: ['recover-reset', 'recover-dpc'],
    facets,
    cases: [
      refused('ENODEV', 'no driver', [W.hostDriverIs('none')]),
      refused('EAGAIN', 'recovery is under way', [not(W.recoveryIs('none'))]),
      gone,
      accepted('used', [], []),
    ],
  }),
  rule('hotplug.gone', {
    by: 'host',
    role: 'optional',
    sensible: [not(W.devicePresent)],
    says: 'R6: the kernel concludes that the device was pulled; a link that went down is not enough.',
    over: {},
    clauses: ['recover-removal', 'recover-dpc'],
    facets: ['recovery', 'vfio', 'removal'],
    cases: [
      refused('PRESENT', 'a reset is no removal', [W.devicePresent]),
      refused('EBUSY', 'a TDI is bound', [W.someTdiBound]),
      accepted(
        'functions vanish',
        [],
        [each({ tdi: 'Tdi' }, [], [W.fnVanishes]), W.contextTo('absent'), W.recoveryTo('none')],
      ),
    ],
  }),
  rule('power.suspend', {
    by: 'host',
    role: 'hostile',
    says: 'R5: a function goes to D3hot and comes back; treated as a reset of it.',
    over: tdi,
    clauses: ['vfio-reset', 'rst-flr'],
    facets,
    cases: [
      refused('EBUSY', 'the TDI is bound', [anyOf(W.bound, not(W.hostSays('no')))]),
      refused('EBUSY', 'a TDI of the PF is bound', [W.isPf, W.someTdiBound]),
      gone,
      accepted('reset', [], [...functionReset]),
    ],
  }),
  rule('firmware.restart', {
    by: 'host',
    role: 'hostile',
    says: 'R9: the TSM firmware restarts: it knows no session, no guest is trusted, nothing is open.',
    over: {},
    clauses: ['firmware-restart', 'spdm-session-end'],
    facets,
    cases: [
      accepted(
        'restarted',
        [],
        [
          when([W.sessionBegun], sessionFalls),
          when([not(W.relayIdle)], [W.clearRelay]),
          W.tsmForgetsSession,
          W.tioPend('none'),
          W.tioForgetOldKeys,
          W.tioMeasured('none'),
          each(
            { tdi: 'Tdi' },
            [W.bound],
            [
              W.blockDma,
              W.voidAcceptance,
              W.forgetEvidence,
              W.newLockSession,
              each(
                { page: 'Page' },
                [W.readingIs('translationTables', 'trusted'), W.mapped],
                [W.unmapPage, W.noteFlushNeeded],
              ),
            ],
          ),
          sessionLost,
        ],
      ),
    ],
  }),
  rule('host.kexec', {
    by: 'host',
    role: 'hostile',
    says: 'H9: another host kernel starts and knows nothing of what the TSM still holds.',
    over: {},
    clauses: ['host-kexec'],
    facets,
    cases: [
      accepted(
        'started',
        [],
        [
          when([anyOf(W.someTdiBound, W.tsmHasSession)], [W.markStale]),
          each({ tdi: 'Tdi' }, [], [W.fnVanishes, when([W.devicePresent], [W.fnAppears])]),
          each({ guest: 'Guest' }, [], [each({ page: 'Page' }, [], [W.ioasUnmap])]),
          W.contextTo('absent'),
          W.recoveryTo('none'),
          W.tioUnreport,
        ],
      ),
    ],
  }),
  rule('host.clean-up', {
    by: 'host',
    role: 'progress',
    says: 'The kernel finds that nothing of its predecessor is left in the TSM.',
    over: {},
    clauses: ['host-kexec'],
    facets,
    cases: [
      refused('EINVAL', 'nothing is known to be stale', [not(W.staleState)]),
      refused('EBUSY', 'a TDI is bound', [W.someTdiBound]),
      refused('EBUSY', 'the TSM holds a session', [W.tsmHasSession]),
      accepted('clean', [], [W.clearStale]),
    ],
  }),
];
