/** A TDI in the hands of an orderly host, from connect to disconnect (host-guest C1, C9, C13). */
import { guest, host, now, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  closeMmio,
  connected,
  disconnect,
  enable,
  endUnbind,
  invalidate,
  openDma,
  openMmio,
  start,
  stop,
  takePage,
  writes,
} from '../phrases.ts';
import { assign, bindInOrder, connectHost, launch, newVm, release } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'assigned, bound, used and given back in order',
    {
      says: `C1: launch, hotplug, bind, use, unbind, close, disconnect. At each stage the kernel
        refuses what would be out of order, and in the end nothing is left.`,
      clauses: ['vfio-assign', 'vfio-bind', 'vfio-teardown', 'host-connect', 'host-disconnect'],
    },
    [
      newVm('G1'),
      launch('G1', 'P2'),
      host('dsm.connect').refused('ENXIO', 'the TSM has no session').keeping('dsm'),
      connected,
      host('vfio.open', { tdi: 'VF1', guest: 'G1' }).refused('ENODEV'),
      connectHost,
      host('dsm.connect').refused('EBUSY'),
      assign('VF1', 'G1'),
      host('vfio.vdevice', { tdi: 'VF1' }).refused('EEXIST').keeping('fn.VF1'),
      host('vfio.access', { tdi: 'VF1' }).accepted('done'),
      host('fn.remove', { tdi: 'VF1' }).refused('EBUSY', 'a VM has it open'),
      enable('VF1'),
      bindInOrder('VF1', 'G1'),
      host('vfio.access', { tdi: 'VF1' }).refused('SIGBUS'),
      attest('VF1', 'G1'),
      start('VF1'),
      openDma('VF1', 'G1', 'P1'),
      openMmio('VF1', 'G1'),
      host('vfio.fault', { tdi: 'VF1' }).accepted('mapped').leaving('fn.VF1', { bar: 'private' }),
      writes('VF1', 'P1', 'G1'),
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' }).accepted('private page'),

      host('vfio.reset', { tdi: 'VF1' }).refused('EBUSY', 'the TDI is bound').keeping('tdi.VF1'),
      host('vfio.close', { tdi: 'VF1' }).refused('EBUSY', 'the TDI is bound').keeping('fn.VF1'),
      host('vfio.zap', { tdi: 'VF1' }).refused('EBUSY', 'unbind comes first'),
      host('ioas.unmap', { guest: 'G1', page: 'P1' }).refused('EBUSY'),
      host('power.suspend', { tdi: 'VF1' }).refused('EBUSY').keeping('tdi.VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).refused('EBUSY', 'the TSM is not done'),
      host('dsm.disconnect').refused('EBUSY').keeping('dsm'),
      beginUnbind('VF1'),
      stop('VF1'),
      invalidate('VF1'),
      closeMmio('VF1'),
      endUnbind('VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).refused('EBUSY', 'private MMIO is mapped'),
      host('vfio.zap', { tdi: 'VF1' }).accepted('dropped'),
      host('vfio.unbind', { tdi: 'VF1' })
        .accepted('unbound')
        .leaving('fn.VF1', { bound: 'no', dte: 'shared', bar: 'mappable' }),
      release('VF1'),
      host('ioas.unmap', { guest: 'G1', page: 'P1' }).accepted('unmapped'),
      takePage('P1'),
      host('dsm.disconnect').refused('EAGAIN').keeping('dsm'),
      disconnect,
      host('dsm.disconnect').accepted('disconnected').leaving('dsm', { context: 'absent' }),
      now('tsm.VF1', { boundTo: 'nobody' }).and('ioas.G1.P1', { kind: 'unmapped' }),
    ],
  ),

  scenario(
    'a bind that fails is unwound by the kernel',
    {
      says: `The device refuses LOCK. While the TSM is at it the kernel waits; then everything is
        as before the bind, and the VM goes on with shared memory.`,
      clauses: ['vfio-bind'],
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      host('config.set', { tdi: 'VF1', config: 'tphMode' }).accepted('plain write'),
      host('vfio.bind.begin', { tdi: 'VF1' }).accepted('prepared'),
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('EBUSY').keeping('fn.VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1' }).accepted('request made'),
      host('vfio.bind.end', { tdi: 'VF1' }).refused('EAGAIN').keeping('fn.VF1'),
      tsm('tdisp.lock', { tdi: 'VF1' }).refused('INVALID_DEVICE_CONFIGURATION'),
      host('tsm.return').accepted('bind failed'),
      host('vfio.bind.end', { tdi: 'VF1' }).refused('EAGAIN'),
      stop('VF1'),
      endUnbind('VF1'),
      host('vfio.bind.end', { tdi: 'VF1' })
        .accepted('failed')
        .leaving('fn.VF1', { bound: 'no', dte: 'shared', bar: 'mappable', iommufd: 'vdevice' }),
      host('vfio.access', { tdi: 'VF1' }).accepted('done'),
    ],
  ),

  scenario(
    'private MMIO is unmapped only after the STOP, where the platform wants it so',
    {
      says: 'TSM and KVM refuse to drop the private mapping while the STOP is not answered.',
      clauses: ['mmio-unmap-order', 'vfio-teardown'],
      readings: { mmioUnmapVsStop: 'after' },
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
      host('vfio.fault', { tdi: 'VF1' }).accepted('mapped').leaving('fn.VF1', { bar: 'private' }),
      host('vfio.zap', { tdi: 'VF1' }).refused('EBUSY', 'unbind comes first').keeping('fn.VF1'),
      beginUnbind('VF1'),
      host('mmio.unmap', { tdi: 'VF1' }).refused('NOT_STOPPED').keeping('mmio.VF1'),
      host('vfio.zap', { tdi: 'VF1' }).refused('EBUSY', 'the STOP comes first').keeping('fn.VF1'),
      stop('VF1'),
      closeMmio('VF1'),
      endUnbind('VF1'),
      host('vfio.zap', { tdi: 'VF1' }).accepted('dropped').leaving('fn.VF1', { bar: 'revoked' }),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
    ],
  ),

  scenario(
    'private MMIO is unmapped before the STOP, where the platform wants it so',
    {
      says: 'The TSM asks the device to stop only once the private mapping is back.',
      clauses: ['mmio-unmap-order', 'vfio-teardown'],
      readings: { mmioUnmapVsStop: 'before' },
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
      host('vfio.fault', { tdi: 'VF1' }).accepted('mapped'),
      host('mmio.unmap', { tdi: 'VF1' }).refused('BOUND').keeping('mmio.VF1'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).refused('MMIO_MAPPED').keeping('tdi.VF1', 'relay'),
      closeMmio('VF1'),
      host('vfio.zap', { tdi: 'VF1' }).accepted('dropped').leaving('fn.VF1', { bar: 'revoked' }),
      stop('VF1'),
      endUnbind('VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
    ],
  ),

  scenario(
    'a TSM unregisters once nothing is connected through it',
    {
      says: 'H2, H8: without a TSM nothing can be connected; with a device connected it stays.',
      clauses: ['host-register', 'host-connect'],
    },
    [
      host('dsm.register').refused('EBUSY', 'there is one').keeping('dsm'),
      connected,
      connectHost,
      host('dsm.unregister').refused('EBUSY', 'the device is connected').keeping('dsm'),
      disconnect,
      host('dsm.disconnect').accepted('disconnected'),
      host('dsm.unregister').accepted('unregistered').leaving('dsm', { registered: false }),
      host('dsm.unregister').refused('ENXIO', 'there is none'),
      host('dsm.connect').refused('ENXIO', 'no TSM, or no function 0').keeping('dsm'),
      host('dsm.register').accepted('registered').leaving('dsm', { registered: true }),
      host('dsm.connect').refused('ENXIO', 'the TSM has no session'),
    ],
  ),

  scenario(
    'a VF that appears after connect is covered by the stream',
    {
      says: 'C13, where the range of the stream was made for all VFs that there may be.',
      clauses: ['stream-range', 'host-functions'],
    },
    [
      host('fn.remove', { tdi: 'VF1' }).accepted('removed').leaving('fn.VF1', { present: false }),
      connected,
      connectHost,
      host('vfio.driver', { tdi: 'VF1', driver: 'vfio' }).refused('ENODEV', 'it is not known'),
      host('fn.enumerate', { tdi: 'VF1' })
        .accepted('after connect, in the range of the stream')
        .leaving('fn.VF1', { present: true, inStream: true }),
      assign('VF1', 'G1'),
      bindInOrder('VF1', 'G1'),
      host('fn.remove', { tdi: 'VF1' }).refused('EBUSY', 'the TDI is bound').keeping('fn.VF1'),
    ],
  ),

  scenario(
    'a VF that appears after connect is outside of the stream',
    {
      says: 'C13, where the range was made for the VFs that were there: the bind is refused.',
      clauses: ['stream-range', 'host-functions'],
      readings: { streamRange: 'presentVfs' },
    },
    [
      host('fn.remove', { tdi: 'VF1' }).accepted('removed'),
      connected,
      connectHost,
      host('fn.enumerate', { tdi: 'VF1' })
        .accepted('after connect, outside of it')
        .leaving('fn.VF1', { present: true, inStream: false }),
      assign('VF1', 'G1'),
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('ERANGE').keeping('fn.VF1'),
      assign('VF2', 'G1'),
      bindInOrder('VF2', 'G1'),
    ],
  ),

  ...(['refuse', 'unbindFirst', 'passThrough'] as const).map((mseClearPolicy) =>
    scenario(
      `MSE is cleared through the VMM between LOCK and accept, which does: ${mseClearPolicy}`,
      {
        says: `C9: only where the write is let through, the TDI falls, and what its guest accepts
          then never runs.`,
        clauses: ['mse-clear-policy', 'cfg-command'],
        readings: { mseClearPolicy },
      },
      [
        connected,
        connectHost,
        assign('VF1', 'G1'),
        enable('VF1'),
        bindInOrder('VF1', 'G1'),
        ...(mseClearPolicy === 'passThrough'
          ? [
              guest('vmm.command', { tdi: 'VF1', bme: 1, mse: 0 })
                .accepted('clears under lock')
                .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' }),
              host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
              tsm('tdisp.report', { tdi: 'VF1' }).refused('INVALID_INTERFACE_STATE'),
              host('tsm.return').accepted('error'),
              guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('NO_EVIDENCE'),
            ]
          : [
              guest('vmm.command', { tdi: 'VF1', bme: 1, mse: 0 })
                .refused(mseClearPolicy === 'refuse' ? 'EPERM' : 'EAGAIN')
                .keeping('tdi.VF1'),
              guest('vmm.command', { tdi: 'VF1', bme: 1, mse: 1 })
                .accepted('plain write')
                .keeping('tdi.VF1'),
              attest('VF1', 'G1'),
              start('VF1'),
            ]),
      ],
    ),
  ),
];
