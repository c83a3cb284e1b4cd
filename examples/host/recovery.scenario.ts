/** Resets, removal, restarts: what the host must do, in order (host-guest C5, C6, C7, C14, R9). */
import { fabric, guest, host, now, type Scenario, scenario } from '../../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  connected,
  disconnect,
  enable,
  endUnbind,
  invalidate,
  openMmio,
  run,
  servesWithDma,
  start,
  stop,
  writes,
} from '../phrases.ts';
import { assign, bindInOrder, connectHost, release } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'containment in use, and recovery in order',
    {
      says: `C5: the port contains the device. It is no removal; nothing private leaves; no driver
        uses the device before it is torn down, restored, authenticated and keyed again.`,
      clauses: ['recover-dpc', 'recover-reset', 'recover-removal', 'rst-conventional'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      enable('VF1'),
      bindInOrder('VF1', 'G1'),
      attest('VF1', 'G1'),
      start('VF1'),
      openMmio('VF1', 'G1'),
      host('driver.use', { tdi: 'VF1' }).accepted('used'),
      fabric('port.contain')
        .accepted('contained')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('stream', { secure: false })
        .leaving('dsm', { recovery: 'contained', context: 'connected' })
        .keeping('fn.VF1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('INSECURE'),
      host('driver.use', { tdi: 'VF1' }).refused('EAGAIN'),
      host('hotplug.gone').refused('PRESENT').keeping('fn.VF1', 'dsm'),
      host('recover.restore').refused('EINVAL'),
      host('port.release')
        .accepted('released')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody' })
        .leaving('dsm', { recovery: 'reset', context: 'lost' })
        .keeping('fn.VF1'),
      host('driver.use', { tdi: 'VF1' }).refused('EAGAIN'),
      host('recover.restore').refused('EBUSY'),
      beginUnbind('VF1'),
      host('mmio.unmap', { tdi: 'VF1' }).accepted('unmapped'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      host('tsm.notice').accepted('noticed'),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('ENXIO').keeping('fn.VF1'),
      host('recover.authenticate').refused('EINVAL'),
      host('recover.restore').accepted('restored'),
      host('recover.authenticate').refused('EAGAIN', 'no new session'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      host('driver.use', { tdi: 'VF1' }).refused('EAGAIN'),
      connected,
      host('recover.authenticate')
        .accepted('authenticated')
        .leaving('dsm', { recovery: 'none', context: 'connected' }),
      host('driver.use', { tdi: 'VF1' }).accepted('used'),
      stop('VF1'),
      bindInOrder('VF1', 'G1'),
    ],
  ),

  scenario(
    'hot reset under two guests',
    {
      says: `C7: both TDIs fall, each guest’s acceptance is void, and after recovery each device is
        bound again for its own guest.`,
      clauses: ['rst-conventional', 'recover-reset', 'tsm-one-guest'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      assign('VF2', 'G2'),
      bindInOrder('VF1', 'G1'),
      bindInOrder('VF2', 'G2'),
      attest('VF1', 'G1'),
      attest('VF2', 'G2'),
      host('vfio.reset', { tdi: 'VF2' }).refused('EBUSY').keeping('tdi.VF1', 'tdi.VF2'),
      host('port.reset', { reset: 'hotReset' })
        .accepted('reset')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none' })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED', nonce: 'none' })
        .leaving('dsm', { context: 'lost', recovery: 'reset' })
        .keeping('fn.VF1', 'fn.VF2'),
      host('recover.restore').refused('EBUSY'),
      ...(['VF1', 'VF2'] as const).flatMap((tdi) => [
        beginUnbind(tdi),
        host('tsm.unbind.force', { tdi }).accepted('lost'),
        host('vfio.unbind', { tdi }).accepted('unbound'),
      ]),
      host('recover.restore').accepted('restored'),
      host('tsm.notice').accepted('noticed'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      connected,
      host('recover.authenticate').accepted('authenticated'),
      stop('VF1'),
      stop('VF2'),
      bindInOrder('VF1', 'G1'),
      bindInOrder('VF2', 'G2'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('STALE_EVIDENCE'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF2' }).refused('NOT_BOUND_TO_CALLER'),
    ],
  ),

  scenario(
    'surprise removal in the books of the kernel',
    {
      says: 'C6: the kernel forgets the functions only once the TDI is unbound by force.',
      clauses: ['recover-removal', 'tsm-force', 'hotplug'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      bindInOrder('VF1', 'G1'),
      host('device.remove').accepted('pulled').keeping('fn.VF1'),
      host('port.reset', { reset: 'd3cold' }).dropped('NO_DEVICE'),
      host('hotplug.gone').refused('EBUSY').keeping('fn.VF1'),
      beginUnbind('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      host('hotplug.gone')
        .accepted('functions vanish')
        .leaving('fn.VF1', { present: false, opener: 'nobody', driver: 'none', bound: 'no' })
        .leaving('dsm', { context: 'absent' }),
      host('fn.enumerate', { tdi: 'PF' }).dropped('NO_DEVICE'),
      host('device.insert').accepted('inserted'),
      host('fn.enumerate', { tdi: 'VF1' }).refused('ENODEV'),
      host('fn.enumerate', { tdi: 'PF' }).accepted('before connect'),
      host('fn.enumerate', { tdi: 'VF1' }).accepted('before connect'),
    ],
  ),

  scenario(
    'kexec of the host with a bound TDI',
    {
      says: `C14: the new kernel has no context and finds TSM state that it did not make; it connects
        only after that was unbound and disconnected.`,
      clauses: ['host-kexec', 'host-disconnect'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      enable('VF1'),
      bindInOrder('VF1', 'G1'),
      host('host.kexec')
        .accepted('started')
        .leaving('dsm', { context: 'absent', stale: true })
        .leaving('fn.VF1', { present: true, opener: 'nobody', bound: 'no', inStream: false })
        .keeping('tsm.VF1', 'tdi.VF1'),
      host('dsm.connect').refused('ESTALE').keeping('dsm'),
      host('host.clean-up').refused('EBUSY', 'a TDI is bound'),
      beginUnbind('VF1'),
      stop('VF1'),
      endUnbind('VF1'),
      host('host.clean-up').refused('EBUSY', 'the TSM holds a session'),
      disconnect,
      host('host.clean-up').accepted('clean').leaving('dsm', { stale: false }),
      host('dsm.connect').refused('ENXIO'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      connected,
      connectHost,
      assign('VF1', 'G2'),
      bindInOrder('VF1', 'G2'),
    ],
  ),

  scenario(
    'the TSM firmware restarts in use',
    {
      says: 'R9: no session, no acceptance, no way into memory; nothing resumes by itself.',
      clauses: ['firmware-restart'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      connectHost,
      writes('VF1', 'P1', 'G1'),
      host('firmware.restart')
        .accepted('restarted')
        .leaving('link', { session: 'none' })
        .leaving('tsm.VF1', { boundTo: 'G1', accepted: false, dma: false, nonce: 'none' })
        .leaving('dma.VF1.P1', { table: 'none' })
        .leaving('dsm', { context: 'lost' }),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_ACCEPTED'),
      host('tsm.relock', { tdi: 'VF1' }).refused('NOT_CONNECTED'),
      beginUnbind('VF1'),
      invalidate('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      host('page.take', { page: 'P1' }).accepted('taken').leaving('page.P1', { data: 'nobody' }),
    ],
  ),

  scenario(
    'FLR at the wish of a VM keeps the session',
    {
      says: 'R1, R10: refused while bound; after that the session and the context live on.',
      clauses: ['vfio-reset', 'rst-flr'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      assign('VF2', 'G2'),
      run('VF2', 'G2'),
      host('vfio.reset', { tdi: 'VF1' })
        .accepted('reset')
        .keeping('session', 'link', 'stream', 'dsm', 'tdi.VF2'),
      release('VF1'),
      now('session', { phase: 'established' }),
    ],
  ),
];
