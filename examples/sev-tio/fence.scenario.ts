/** What a fault of the host costs a guest on SEV-TIO, and what it costs nobody else. */
import { device, fabric, guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import {
  arrives,
  attest,
  bind,
  boot,
  connectDevice,
  mapPrivate,
  reclaim,
  run,
  serves,
  unbind,
  writes,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: the host unmaps a page, and fences one guest of two',
    {
      backend: AMD_SEV_TIO,
      says: `Two guests on two VFs. A page of the first is unmapped under its TDI: the write is lost, the guest is
        fenced and sees it, the other guest works on. The fence goes once the TDI that faulted is unbound.`,
      clauses: ['tio-fence', 'tio-fence-clear', 'tio-host-table'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      serves('VF2', 'G2', 'P2'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' })
        .accepted('unmapped')
        .leaving('dma.VF1.P1', { table: 'none', iotlb: 'private', flush: 'needed' }),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).accepted('begun'),
      writes('VF2', 'P2'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' }).accepted('completed'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives()
        .dropped('IOMMU_FAULT', 'no translation in the table of the host')
        .leaving('fence.G1', { now: 'error', by: 'VF1' })
        .keeping('fence.G2', 'tdi.VF1', 'tdi.VF2', 'page.P1'),
      host('tsm.tio-asid-fence-status', { guest: 'G1' }).accepted('fenced after an error'),
      host('tsm.tio-asid-fence-status', { guest: 'G2' }).accepted('not fenced'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('FENCED'),
      guest('mmio.private', { guest: 'G2', tdi: 'VF2', range: 'tee' }).accepted('served'),
      writes('VF2', 'P2'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).accepted(
        'written by the host',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().dropped('FENCED').keeping('fence.G1'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).refused('BOUND').keeping('fence.G1'),
      unbind('VF1'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' })
        .accepted('cleared')
        .leaving('fence.G1', { now: 'none', by: 'nobody' }),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).refused('NOT_FENCED'),
      reclaim('VF1'),
      writes('VF2', 'P2'),
    ],
  ),
  scenario(
    'SEV-TIO: a fault of one TDI costs its guest all of them',
    {
      backend: AMD_SEV_TIO,
      says: `One guest has two TDIs. RMPUPDATE takes a page from under the first, which is still in its IOTLB: the
        RMP is checked after translation, the write fails, and DMA of the second stops with it.`,
      clauses: ['tio-fence', 'tio-rmpupdate', 'tio-host-table'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      serves('VF2', 'G1', 'P2'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      host('page.take', { page: 'P1' })
        .accepted('taken')
        .leaving('page.P1', { owner: 'nobody', accepted: false })
        .leaving('dma.VF1.P1', { table: 'private', iotlb: 'private' }),
      arrives()
        .dropped('RMP_VIOLATION')
        .leaving('fence.G1', { now: 'error', by: 'VF1' })
        .keeping('page.P1'),
      device('dma.issue', { tdi: 'VF2', page: 'P2', access: 'read', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().dropped('FENCED').leaving('tdi.VF2', { state: 'ERROR' }),
    ],
  ),
  scenario(
    'SEV-TIO: the host leads an address to another page, or vTOM disagrees',
    {
      backend: AMD_SEV_TIO,
      says: 'The page that is reached must be assigned at that address, and private where the guest has it so.',
      clauses: ['tio-host-table', 'tio-vtom', 'tio-fence'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      mapPrivate('VF1', 'G1', 'P2'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P2' }).accepted('unmapped'),
      host('tsm.tio-map-elsewhere', { tdi: 'VF1', page: 'P2' })
        .accepted('written by the host')
        .leaving('dma.VF1.P2', { table: 'elsewhere' }),
      device('dma.issue', { tdi: 'VF1', page: 'P2', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives()
        .dropped('RMP_VIOLATION')
        .leaving('fence.G1', { now: 'error', by: 'VF1' })
        .leaving('dma.VF1.P2', { iotlb: 'elsewhere' })
        .keeping('page.P1', 'page.P2'),
      unbind('VF1'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).accepted('cleared'),
      reclaim('VF1'),
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      run('VF1'),
      guest('tsm.tio-msg-sdte-write', { guest: 'G1', tdi: 'VF1', sdte: 'allShared' })
        .accepted('written')
        .leaving('tioTdi.VF1', { vtom: 'allShared' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().dropped('RMP_VIOLATION').leaving('fence.G1', { now: 'error', by: 'VF1' }),
    ],
  ),
];
