/**
 * The ways out of ERROR: STOP, a conventional reset, or the TDI itself (tdisp-semantics 1.1, 2.4).
 */
import { device, fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  beginUnbind,
  bind,
  connected,
  enable,
  relock,
  run,
  servesWithDma,
  stop,
} from './phrases.ts';

const leave = device('device.leave-error', { tdi: 'VF1' });
const fails = device('device.error', { tdi: 'VF1' });
const send = (access: 'write' | 'read') =>
  device('dma.issue', { tdi: 'VF1', page: 'P1', access, traffic: 'private' }).accepted('sent');
const deliver = fabric('fabric.deliver', { slot: 'S1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'ERROR is left by STOP',
    {
      says: `On a device that does not leave ERROR by itself, a STOP does it, and scrubs; nothing
        else that the host or the TSM tries.`,
      clauses: ['tdisp-error', 'tdisp-stop'],
      readings: { autoErrorExit: 'no' },
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      fails.accepted('locked TDI').leaving('tdi.VF1', { state: 'ERROR' }),
      fails.accepted('not locked').keeping('tdi.VF1'),
      leave.refused('NOT_ALLOWED').keeping('tdi.VF1'),
      enable('VF1'),
      host('reset.flr', { tdi: 'VF1' }).accepted('VF').leaving('tdi.VF1', { state: 'ERROR' }),
      host('tsm.relock', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
        .refused('INVALID_INTERFACE_STATE', 'not unlocked')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { boundTo: 'G1', teardown: 'none' }),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' }).refused('INVALID_INTERFACE_STATE').keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      beginUnbind('VF1'),
      stop('VF1'),
    ],
  ),

  scenario(
    'ERROR is left by conventional reset',
    { says: 'To CONFIG_UNLOCKED, with session and stream gone.', clauses: ['rst-conventional'] },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      fails.accepted('locked TDI'),
      host('reset.conventional')
        .accepted('reset')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody', session: 'none' })
        .leaving('session', { phase: 'none' }),
    ],
  ),

  scenario(
    'ERROR is left by the TDI itself',
    {
      says: `Only in ERROR, only with no work in flight, not during a STOP; and only to
        CONFIG_UNLOCKED.`,
      clauses: ['tdisp-error', 'tdisp-stop-tags'],
      readings: { autoErrorExit: 'yes' },
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      leave.refused('NOT_IN_ERROR').keeping('tdi.VF1'),
      send('read'),
      fails.accepted('locked TDI'),
      leave.refused('DRAINING').keeping('tdi.VF1'),
      deliver.accepted('read'),
      leave.refused('DRAINING').keeping('tdi.VF1'),
      deliver.dropped('STALE_EPISODE').leaving('tlp.S1', { kind: 'none' }),
      leave
        .accepted('unlocked')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody', session: 'none' })
        .leaving('tsm.VF1', { boundTo: 'G1', cached: 'RUN' }),
      leave.refused('NOT_IN_ERROR'),
      relock('VF1'),
      now('guest.G1.VF1', { accepted: 'past' }),
    ],
  ),

  scenario(
    'ERROR is not left during a STOP',
    {
      says: 'A STOP that was begun must end as one, or its scrubbing would be skipped.',
      clauses: ['tdisp-error', 'tdisp-stop'],
      readings: { autoErrorExit: 'yes' },
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      bind('VF2', 'G2'),
      fails.accepted('locked TDI').keeping('tdi.VF2'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' }).accepted('draining'),
      leave.refused('STOPPING').keeping('tdi.VF1'),
      device('tdisp.stop.drain', { tdi: 'VF1' }).accepted('drained'),
      leave.refused('STOPPING').keeping('tdi.VF1'),
      device('tdisp.stop.end', { tdi: 'VF1' })
        .accepted('stopped')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED' })
        .keeping('tdi.VF2'),
      host('tsm.return').accepted('stopped'),
    ],
  ),
];
