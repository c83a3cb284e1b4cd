/** The host unbinds and binds again behind the guest's back (host-guest C3, B16). */
import { device, guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  bind,
  connected,
  relock,
  report,
  start,
  stop,
  unbind,
} from './phrases.ts';

const accept = guest('guest.accept', { guest: 'G1', tdi: 'VF1' });
const evidence = guest('guest.evidence', { guest: 'G1', tdi: 'VF1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'rebind between evidence and accept',
    {
      says: `Evidence is for one lock session. The guest must not accept a configuration that it
        never saw.`,
      clauses: ['lock-session', 'guest-accept', 'tdisp-nonce'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      report('VF1'),
      evidence.accepted('read').leaving('guest.G1.VF1', { evidence: 'current' }),
      unbind('VF1'),
      bind('VF1', 'G1'),
      accept
        .refused('STALE_EVIDENCE')
        .leaving('guest.G1.VF1', { evidence: 'past', accepted: 'none' })
        .leaving('tsm.VF1', { accepted: false }),
      host('tsm.start', { tdi: 'VF1' }).refused('NOT_ACCEPTED').leaving('relay', { stage: 'idle' }),
      evidence.refused('NO_REPORT'),
      attest('VF1', 'G1'),
      start('VF1'),
    ],
  ),

  scenario(
    'relock between evidence and accept',
    {
      says: `The TDI stays bound: it leaves ERROR by itself, or by a reset, and is locked again.
        That is a new lock session all the same.`,
      clauses: ['lock-session', 'guest-accept', 'tdisp-error'],
      readings: { autoErrorExit: 'yes' },
    },
    [
      connected,
      bind('VF1', 'G1'),
      report('VF1'),
      evidence.accepted('read'),
      host('reset.flr', { tdi: 'VF1' }).accepted('VF').leaving('tdi.VF1', { state: 'ERROR' }),
      host('tsm.relock', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
        .refused('INVALID_INTERFACE_STATE', 'not unlocked')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error').leaving('guest.G1.VF1', { evidence: 'current' }),
      device('device.leave-error', { tdi: 'VF1' })
        .accepted('unlocked')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED' }),
      relock('VF1'),
      accept.refused('STALE_EVIDENCE').leaving('guest.G1.VF1', { accepted: 'none' }),
      attest('VF1', 'G1'),
      start('VF1'),
    ],
  ),

  scenario(
    'rebind between accept and START',
    {
      says: 'Acceptance dies with the lock session that it was given for.',
      clauses: ['lock-session', 'guest-accept'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      unbind('VF1'),
      bind('VF1', 'G1'),
      host('tsm.start', { tdi: 'VF1' })
        .refused('NOT_ACCEPTED')
        .leaving('guest.G1.VF1', { evidence: 'past', accepted: 'past' })
        .leaving('tsm.VF1', { accepted: false }),
    ],
  ),

  scenario(
    'rebind to another guest between evidence and accept',
    {
      says: 'The first guest’s evidence opens nothing, and the second guest has read none.',
      clauses: ['lock-session', 'tsm-one-guest'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      report('VF1'),
      evidence.accepted('read'),
      unbind('VF1'),
      bind('VF1', 'G2'),
      accept.refused('NOT_BOUND_TO_CALLER').keeping('guest.G1.VF1', 'tsm.VF1'),
      guest('guest.accept', { guest: 'G2', tdi: 'VF1' }).refused('NO_EVIDENCE').keeping('tsm.VF1'),
    ],
  ),

  scenario(
    'unbind begun between evidence and accept',
    {
      says: 'From its first step on, an unbind leaves nothing to read, accept or start.',
      clauses: ['verb-unbind', 'guest-accept'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      report('VF1'),
      evidence.accepted('read'),
      beginUnbind('VF1'),
      evidence.refused('UNBINDING'),
      accept.refused('UNBINDING').leaving('guest.G1.VF1', { accepted: 'none' }),
      host('tsm.start', { tdi: 'VF1' }).refused('UNBINDING'),
      host('tsm.report', { tdi: 'VF1' }).refused('UNBINDING'),
      stop('VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('BOUND'),
    ],
  ),
];
