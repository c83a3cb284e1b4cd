/** The device is pulled while it serves a guest (host-guest C6, R6). */
import {
  device,
  fabric,
  guest,
  host,
  now,
  type Scenario,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import {
  beginUnbind,
  closeMmio,
  connected,
  enable,
  endUnbind,
  invalidate,
  openMmio,
  run,
  servesWithDma,
  stop,
  takePage,
  writes,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'surprise removal',
    {
      says: `Nobody answers any more. Unbind and disconnect still complete, in steps that need no
        device; what comes into the slot later is not trusted for what was there before.`,
      clauses: ['hotplug', 'verb-unbind', 'tsm-force', 'verb-disconnect', 'page-scrub'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      openMmio('VF1', 'G1'),
      writes('VF1', 'P1', 'G1'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),

      host('device.remove')
        .accepted('pulled')
        .leaving('device', { present: false })
        .leaving('session', { phase: 'none' })
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody' })
        .leaving('link', { session: 'past' })
        .leaving('tsm.VF1', { boundTo: 'G1', cached: 'RUN', dma: true }),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NO_DEVICE'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).dropped('NO_DEVICE'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 }).dropped('NO_DEVICE').keeping('tdi.VF1'),
      guest('guest.enable', { tdi: 'VF1', step: 'mse' }).dropped('NO_DEVICE').keeping('tdi.VF1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' }).dropped('NO_DEVICE').keeping('tdi.VF1'),
      host('config.set', { tdi: 'VF1', config: 'tphMode' }).dropped('NO_DEVICE').keeping('tdi.VF1'),
      host('config.write', { tdi: 'VF1', register: 'bist' }).dropped('NO_DEVICE'),
      host('reset.flr', { tdi: 'VF1' }).dropped('NO_DEVICE'),
      host('reset.conventional').dropped('NO_DEVICE'),
      host('device.remove').dropped('NO_DEVICE'),
      device('device.error', { tdi: 'VF1' }).dropped('NO_DEVICE'),
      device('device.leave-error', { tdi: 'VF1' }).dropped('NO_DEVICE'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'legacy' }).dropped(
        'NO_DEVICE',
      ),
      fabric('fabric.deliver', { slot: 'S1' })
        .dropped('INSECURE')
        .leaving('tlp.S1', { kind: 'none' }),

      host('tsm.disconnect').refused('BOUND'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' }).dropped('NO_SESSION'),
      host('relay.abort').accepted('given up'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('NOT_STOPPED'),
      host('tsm.unbind.force', { tdi: 'VF1' }).refused('NOT_FLUSHED'),
      invalidate('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).refused('MMIO_MAPPED'),
      closeMmio('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' })
        .accepted('lost')
        .leaving('tsm.VF1', { boundTo: 'nobody', teardown: 'none', lost: true, dma: false }),
      host('tsm.disconnect').accepted('disconnected').leaving('link', { session: 'none' }),
      takePage('P1'),

      tsm('spdm.connect.begin').dropped('NO_DEVICE'),
      host('device.insert').accepted('inserted').leaving('device', { present: true }),
      host('device.insert').refused('SLOT_TAKEN'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('NOT_CONNECTED'),
      now('stream', { enabled: true, secure: false }),
    ],
  ),

  scenario(
    'surprise removal and another device',
    {
      says: `The TDI that was lost is stopped once on the new device before it is bound again; no
        other TDI is held up.`,
      clauses: ['hotplug', 'tsm-force', 'ide-insecure'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      host('device.remove').accepted('pulled'),
      beginUnbind('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      host('tsm.notice').accepted('noticed').leaving('link', { session: 'none' }),
      host('device.insert').accepted('inserted'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      connected,
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('LOST'),
      run('VF2', 'G2'),
      stop('VF1'),
      run('VF1', 'G1'),
      beginUnbind('VF1'),
      stop('VF1'),
      endUnbind('VF1'),
    ],
  ),
];
