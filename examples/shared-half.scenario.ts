/**
 * DMA to memory that is shared with the host, by trusted and untrusted TDIs (tdisp-semantics 1.3,
 * 5.1).
 */
import { device, fabric, guest, host, type Scenario, scenario } from '../harness/scenario.ts';
import {
  connected,
  enable,
  givePage,
  invalidate,
  openDma,
  run,
  servesWithDma,
  takePage,
} from './phrases.ts';

const deliver = fabric('fabric.deliver', { slot: 'S1' });
const send = (
  page: 'P1' | 'P3',
  access: 'write' | 'read',
  traffic: 'legacy' | 'shared' | 'private',
) => device('dma.issue', { tdi: 'VF1', page, access, traffic }).accepted('sent');

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'T=1 DMA to a shared page',
    {
      says: `A TDI in RUN uses a shared page through the shared half of the guest’s addresses. No
        secret goes there, and the page cannot become private while it is mapped.`,
      clauses: ['iommu-table', 'page-conversion', 'private-dma'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'shared' }).refused('MAPPED'),
      host('iommu.map', { tdi: 'VF1', page: 'P3', space: 'private' }).refused('NOT_OWN'),
      host('iommu.map', { tdi: 'VF1', page: 'P3', space: 'shared' })
        .accepted('mapped')
        .leaving('dma.VF1.P3', { table: 'shared', iotlb: 'none' }),
      send('P3', 'write', 'shared').leaving('tlp.S1', { tenant: 'G1', data: 'nobody' }),
      deliver
        .accepted('write')
        .leaving('page.P3', { data: 'nobody' })
        .leaving('dma.VF1.P3', { iotlb: 'shared' }),
      send('P3', 'read', 'shared'),
      deliver.accepted('read').leaving('tlp.S1', { kind: 'completion', data: 'nobody' }),
      deliver.accepted('completion').leaving('tdi.VF1', { holds: 'nobody' }),

      host('page.give', { page: 'P3', guest: 'G1' }).refused('MAPPED').keeping('page.P3'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P3' }).accepted('unmapped'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P3' }).refused('NOT_MAPPED'),
      host('page.give', { page: 'P3', guest: 'G1' }).refused('NOT_FLUSHED').keeping('page.P3'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' }).refused('NOT_RUNNING').keeping('dma.VF1.P3'),
      invalidate('VF1'),
      givePage('P3', 'G1'),
      guest('page.accept', { page: 'P3', guest: 'G1' }).refused('ACCEPTED'),
    ],
  ),

  scenario(
    'the wrong half',
    {
      says: `The half of the addresses that a request names decides what it may find there:
        private memory is not reached through the shared half, nor the reverse.`,
      clauses: ['private-dma', 'iommu-table'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      host('iommu.map', { tdi: 'VF1', page: 'P3', space: 'shared' }).accepted('mapped'),
      send('P1', 'write', 'shared'),
      deliver.dropped('IOMMU_FAULT').leaving('page.P1', { data: 'nobody' }),
      send('P3', 'write', 'private').leaving('tlp.S1', { data: 'G1' }),
      deliver.dropped('IOMMU_FAULT').leaving('page.P3', { owner: 'nobody', data: 'nobody' }),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      invalidate('VF1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'shared' }).refused('NOT_SHARED'),
    ],
  ),

  scenario(
    'T=0 DMA to a private page',
    {
      says: `An unlocked TDI reaches shared memory as any device does. Private memory it does not
        reach: the owner’s data is neither read nor overwritten.`,
      clauses: ['tdisp-requester', 'page-owner', 'private-dma'],
    },
    [
      enable('VF1'),
      givePage('P1', 'G1'),
      guest('page.store', { page: 'P1', guest: 'G1' })
        .accepted('stored')
        .leaving('page.P1', { data: 'G1' }),
      send('P1', 'write', 'legacy').leaving('tlp.S1', {
        keySet: 'none',
        run: 'current',
        tenant: 'nobody',
      }),
      deliver
        .dropped('OWNERSHIP_FAULT', 'T=0 to a private page')
        .leaving('page.P1', { data: 'G1' })
        .leaving('tlp.S1', { kind: 'none' }),
      send('P1', 'read', 'legacy'),
      deliver
        .dropped('OWNERSHIP_FAULT')
        .leaving('tdi.VF1', { holds: 'nobody', state: 'CONFIG_UNLOCKED' }),
      send('P3', 'read', 'legacy'),
      deliver.accepted('legacy read').leaving('tlp.S1', { kind: 'completion' }),
      deliver.accepted('completion').leaving('tlp.S1', { kind: 'none' }),
      guest('page.store', { page: 'P3', guest: 'G1' }).refused('NOT_OWNER'),
      takePage('P1'),
      host('page.take', { page: 'P1' }).refused('NOT_PRIVATE').keeping('page.P1'),
    ],
  ),

  scenario(
    'a page that its guest has not accepted',
    {
      says: `Between giving and accepting, the page is nobody’s to use: the guest stores nothing
        and the device is not mapped.`,
      clauses: ['page-accept', 'iommu-table'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      host('iommu.map', { tdi: 'VF2', page: 'P1', space: 'shared' }).refused('NOT_BOUND'),
      host('page.give', { page: 'P1', guest: 'G1' })
        .accepted('given')
        .leaving('page.P1', { owner: 'G1', accepted: false }),
      guest('page.store', { page: 'P1', guest: 'G1' }).refused('NOT_ACCEPTED').keeping('page.P1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_ACCEPTED'),
      takePage('P1'),
      openDma('VF1', 'G1', 'P1'),
    ],
  ),
];
