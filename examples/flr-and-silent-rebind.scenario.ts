/** FLR under a running guest, then the device goes to another guest (host-guest C4). */
import { device, fabric, guest, host, type Scenario, scenario } from '../harness/scenario.ts';
import {
  enable,
  invalidate,
  openDma,
  openMmio,
  run,
  servesWithDma,
  unbindMapped,
  writes,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'FLR and silent rebind',
    {
      says: `The host resets VF1 while it serves G1 and hands it to G2. G1 never reaches the
        second session; no MMIO and no DMA crosses.`,
      clauses: ['rst-flr', 'tsm-one-guest', 'lock-session', 'private-dma', 'mmio-accept'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      openMmio('VF1', 'G1'),
      writes('VF1', 'P1', 'G1'),

      host('reset.flr', { tdi: 'VF1' })
        .accepted('VF')
        .leaving('tdi.VF1', { state: 'ERROR', bme: false, mse: false })
        .leaving('session', { phase: 'established' })
        .leaving('stream', { secure: true })
        .leaving('tsm.VF1', { boundTo: 'G1', cached: 'RUN' }),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' })
        .refused('BOUND')
        .keeping('tsm.VF1'),
      unbindMapped('VF1'),

      enable('VF1'),
      run('VF1', 'G2'),
      openMmio('VF1', 'G2'),
      openDma('VF1', 'G2', 'P2'),
      writes('VF1', 'P2', 'G2'),

      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).refused('NOT_MAPPED'),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_BOUND_TO_CALLER'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).refused('NOT_BOUND_TO_CALLER'),
      host('mmio.map', { guest: 'G1', tdi: 'VF1' }).refused('NOT_BOUND_TO_CALLER'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_OWN'),

      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' })
        .accepted('sent')
        .leaving('tlp.S1', { tenant: 'G2', data: 'G2' }),
      fabric('fabric.deliver', { slot: 'S1' })
        .dropped('IOMMU_FAULT')
        .leaving('page.P1', { owner: 'G1', data: 'G1' }),
    ],
  ),

  scenario(
    'FLR and no unbind',
    {
      says: `Without an unbind the reset function serves nobody: it does not leave ERROR, and G1’s
        pages stay where they are.`,
      clauses: ['rst-flr', 'page-conversion'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      openMmio('VF1', 'G1'),
      writes('VF1', 'P1', 'G1'),
      host('reset.flr', { tdi: 'VF1' }).accepted('VF').leaving('tdi.VF1', { state: 'ERROR' }),
      enable('VF1'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'NOT_RUN',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'legacy' }).refused(
        'NOT_UNLOCKED',
      ),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NOT_RUN'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).dropped('T0_TO_TEE'),
      host('page.take', { page: 'P1' }).refused('MAPPED').keeping('page.P1'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' })
        .accepted('unmapped')
        .leaving('dma.VF1.P1', { table: 'none', iotlb: 'private', flush: 'needed' }),
      host('page.take', { page: 'P1' }).refused('NOT_FLUSHED').keeping('page.P1'),
      invalidate('VF1'),
      host('page.take', { page: 'P1' })
        .accepted('taken')
        .leaving('page.P1', { owner: 'nobody', data: 'nobody' }),
    ],
  ),
];
