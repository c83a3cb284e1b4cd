/** A device in the hands of a guest’s kernel, from shared to accepted and back (host-guest 3.1). */
import { guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { beginUnbind, closeMmio, connected, enable, endUnbind, stop } from '../phrases.ts';
import { accept, allowed, found, inUse, lock } from './phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const row = 'os.G1.VF1' as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a kernel takes a device from shared to accepted and gives it back',
    {
      says: `Bounce buffers while it is shared; then the driver goes, the device is locked, attested and
        accepted, and a driver with private buffers works with it.`,
      clauses: ['os-enumerate', 'os-lock', 'os-accept', 'os-bounce', 'os-mode', 'os-unlock'],
    },
    [
      connected,
      found('VF1', 'G1'),
      guest('os.driver.probe', own)
        .accepted('shared')
        .leaving(row, { driver: 'real', tee: 'shared', nonTee: 'shared' }),
      guest('os.enable', { ...own, step: 'mse' }).accepted('MSE before BME'),
      guest('os.enable', { ...own, step: 'bme' })
        .accepted('enabled')
        .leaving('tdi.VF1', { bme: true, mse: true }),
      guest('os.buffer.map', { ...own, page: 'P2' })
        .accepted('bounce buffer')
        .leaving(row, { buffer: 'P2' }),
      guest('os.lock', own).refused('EBUSY', 'a driver is attached'),
      guest('os.convert.begin', { guest: 'G1', page: 'P2' }).refused('EBUSY'),
      guest('os.driver.remove', own)
        .accepted('bus mastering off')
        .leaving(row, { driver: 'none', tee: 'unmapped' })
        .leaving('tdi.VF1', { bme: false, mse: true }),
      guest('os.lock', own).refused('ENXIO', 'not bound to this guest'),
      lock('VF1', 'G1'),
      allowed('VF1', 'G1'),
      guest('os.accept', own).refused('EBUSY', 'a mapping is alive').keeping(row),
      guest('os.buffer.unmap', own).accepted('unmapped'),
      accept('VF1', 'G1'),
      guest('os.driver.probe', own).accepted('accepted').leaving(row, { driver: 'real' }),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 }).accepted(),
      guest('os.convert.begin', { guest: 'G1', page: 'P1' }).accepted('asked'),
      guest('os.buffer.map', { ...own, page: 'P1' }).refused('EFAULT'),
      host('page.give', { page: 'P1', guest: 'G1' }).accepted('given'),
      guest('page.accept', { page: 'P1', guest: 'G1' })
        .accepted()
        .leaving('view.G1.P1', { now: 'private' }),
      guest('os.buffer.map', { ...own, page: 'P1' }).accepted('private page'),
      guest('mmio.private', { ...own, range: 'tee' }).accepted('served'),
      guest('os.unlock', own).refused('EBUSY', 'a driver is attached'),
      guest('os.driver.remove', own)
        .accepted('Command register kept')
        .leaving('tdi.VF1', { bme: true, mse: true, state: 'RUN' }),
      guest('os.buffer.unmap', own).accepted('unmapped'),
      beginUnbind('VF1'),
      stop('VF1'),
      closeMmio('VF1'),
      endUnbind('VF1'),
      guest('os.unlock', own)
        .accepted('unlocked')
        .leaving(row, { mode: 'shared', dmaops: 'bounce', tee: 'unmapped', verdict: 'none' })
        .leaving('guest.G1.VF1', { evidence: 'none', accepted: 'none' }),
    ],
  ),

  scenario(
    'unlock fails, and is seen to fail',
    {
      says: 'The host does not unbind. The device is broken and not shared; later it is given up all the same.',
      clauses: ['os-unlock', 'os-recover'],
    },
    [
      connected,
      inUse('VF1', 'G1'),
      guest('os.unlock', own)
        .refused('EIO')
        .leaving(row, { mode: 'broken', tee: 'unmapped', dmaops: 'bounce' })
        .leaving('tsm.VF1', { boundTo: 'G1', accepted: false, dma: false }),
      guest('os.lock', own).refused('EINVAL').keeping(row),
      guest('os.accept', own).refused('EINVAL').keeping(row),
      beginUnbind('VF1'),
      closeMmio('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      guest('os.unlock', own).accepted('unlocked').leaving(row, { mode: 'shared' }),
    ],
  ),

  scenario(
    'an error is found by reading all ones, and there is no short way back',
    {
      says: 'Nobody tells the guest that the host cleared BME. A read comes back as all ones; the TSM has heard nothing yet.',
      clauses: ['os-error', 'os-recover', 'tsm-cached'],
    },
    [
      connected,
      enable('VF1'),
      inUse('VF1', 'G1'),
      guest('os.error', { ...own, sign: 'allOnes' })
        .accepted('no sign of one')
        .keeping(row),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      guest('os.error', { ...own, sign: 'poll' })
        .accepted('no sign of one')
        .keeping(row),
      guest('os.error', { ...own, sign: 'allOnes' })
        .accepted('all ones')
        .leaving(row, { mode: 'broken' }),
      guest('os.accept.dma', { ...own, source: 'tsm' })
        .refused('EINVAL')
        .keeping(row),
    ],
  ),

  scenario(
    'suspend and a changed measurement break what was accepted',
    {
      says: 'After either, only unlock is left.',
      clauses: ['os-suspend', 'os-reattest'],
    },
    [
      connected,
      inUse('VF1', 'G1'),
      guest('os.reattest', { ...own, measured: 'same' })
        .accepted('the same measurement')
        .keeping(row),
      guest('os.reattest', { ...own, measured: 'changed' })
        .accepted('another measurement')
        .leaving(row, { mode: 'broken' }),
      guest('os.suspend', { guest: 'G1' }).accepted().leaving(row, { mode: 'broken' }),
    ],
  ),
];
