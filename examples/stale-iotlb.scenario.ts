/**
 * A page is unmapped and the IOTLB still knows it (tdisp-semantics 5.1, 5.2; host-guest C8, B37).
 */
import { device, fabric, host, type Scenario, scenario } from '../harness/scenario.ts';
import { givePage, invalidate, servesWithDma, takePage, writes } from './phrases.ts';

const send = device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' });
const deliver = fabric('fabric.deliver', { slot: 'S1' });
const take = host('page.take', { page: 'P1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'unmap without invalidation',
    {
      says: `The device still reaches the page through the stale copy; therefore the page cannot
        change owner before an invalidation that began after the unmap has completed.`,
      clauses: ['iommu-invalidate', 'page-conversion', 'iommu-fill'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      writes('VF1', 'P1', 'G1'),
      take.refused('MAPPED').keeping('page.P1'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' })
        .accepted('unmapped')
        .leaving('dma.VF1.P1', { table: 'none', iotlb: 'private', flush: 'needed' }),
      take.refused('NOT_FLUSHED').keeping('page.P1'),
      send.accepted('sent'),
      deliver.accepted('write').leaving('page.P1', { owner: 'G1', data: 'G1' }),

      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_FLUSHED'),
      host('iommu.invalidate.begin', { tdi: 'VF1' })
        .accepted('begun')
        .leaving('dma.VF1.P1', { iotlb: 'private', flush: 'pending' }),
      take.refused('NOT_FLUSHED').keeping('page.P1'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' })
        .accepted('completed')
        .leaving('dma.VF1.P1', { table: 'none', iotlb: 'none', flush: 'clean' }),

      send.accepted('sent'),
      deliver.dropped('IOMMU_FAULT').leaving('tlp.S1', { kind: 'none' }),
      takePage('P1'),
      givePage('P1', 'G2'),
      send.accepted('sent'),
      deliver.dropped('IOMMU_FAULT').leaving('page.P1', { owner: 'G2', data: 'nobody' }),
    ],
  ),

  scenario(
    'an invalidation covers what was unmapped before it began',
    {
      says: 'A page unmapped while an invalidation runs needs the next one.',
      clauses: ['iommu-invalidate', 'page-conversion'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      givePage('P2', 'G1'),
      host('iommu.map', { tdi: 'VF1', page: 'P2', space: 'private' }).accepted('mapped'),
      writes('VF1', 'P2', 'G1'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).accepted('begun'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P2' }).accepted('unmapped'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).refused('RUNNING'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' })
        .accepted('completed')
        .leaving('dma.VF1.P1', { flush: 'clean' })
        .leaving('dma.VF1.P2', { iotlb: 'private', flush: 'needed' }),
      take.accepted('taken'),
      host('page.take', { page: 'P2' }).refused('NOT_FLUSHED'),
      invalidate('VF1'),
      host('page.take', { page: 'P2' }).accepted('taken'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).refused('NOT_NEEDED'),
    ],
  ),

  scenario(
    'a write in flight to a page that is converted twice',
    {
      says: `Private, shared, private again for another guest: the write of the first life finds
        no translation.`,
      clauses: ['page-conversion', 'iommu-table', 'page-accept'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent').leaving('tlp.S1', { ownership: 'current' }),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      invalidate('VF1'),
      takePage('P1'),
      givePage('P1', 'G2'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_OWN'),
      deliver
        .dropped('IOMMU_FAULT')
        .leaving('page.P1', { owner: 'G2', data: 'nobody' })
        .leaving('tdi.VF1', { state: 'RUN' }),
    ],
  ),

  scenario(
    'a read of an unmapped page',
    {
      says: `A read without a translation comes back as an error, and that takes the TDI to ERROR;
        a lost posted write is noticed by nobody.`,
      clauses: ['iommu-table', 'tdisp-completion-error'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      send.accepted('sent'),
      deliver.dropped('IOMMU_FAULT').leaving('tdi.VF1', { state: 'RUN' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'private' }).accepted(
        'sent',
      ),
      deliver
        .dropped('IOMMU_FAULT')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .keeping('tdi.VF2', 'stream'),
    ],
  ),
];
