/** The eight steps of the published enabling work, from boot to a private write of either side, and back. */
import {
  device,
  guest,
  host,
  now,
  nowAsAtPowerOnBut,
  type Scenario,
  scenario,
} from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { connectHost, launch, newVm, release } from '../host/phrases.ts';
import { enable, givePage, invalidate, takePage } from '../phrases.ts';
import {
  arrives,
  attest,
  bind,
  boot,
  connectDevice,
  disconnect,
  mapPrivate,
  openUp,
  reclaim,
  run,
  unbind,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: the eight published steps',
    {
      backend: AMD_SEV_TIO,
      says: `Boot; connect the device; give a VF to VFIO; start the guest without it; plug the VF in; load the
        driver; bind, lock, evidence, run, MMIO and DMA right after bus mastering; a private write of either side.
        Then everything is given back, and nothing is left.`,
      clauses: ['tio-bind', 'tio-digests', 'tio-mmio-validate', 'tio-sdte', 'tio-tdi-context'],
    },
    [
      // 1 and 2
      boot,
      connectDevice,
      connectHost,
      // 3: VFIO has the VF; the firmware knows nothing of it
      host('vfio.driver', { tdi: 'VF1', driver: 'vfio' })
        .accepted('bound')
        .leaving('fn.VF1', { driver: 'vfio' }),
      host('tsm.tio-tdi-status', { tdi: 'VF1' }).refused('ENXIO').keeping('tioTdi.VF1', 'relay'),
      // 4: the guest is launched and runs without it, and its memory is private
      newVm('G1'),
      launch('G1', 'P2'),
      givePage('P1', 'G1'),
      guest('page.store', { page: 'P1', guest: 'G1' })
        .accepted('stored')
        .leaving('page.P1', { data: 'G1' }),
      now('fn.VF1', { opener: 'nobody', iommufd: 'unattached', bound: 'no' }),
      // 5: hotplug into the VM that runs; the TDI reaches nothing yet
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('EINVAL', 'no vdevice').keeping('fn.VF1'),
      host('vfio.open', { tdi: 'VF1', guest: 'G1' }).accepted('opened'),
      host('vfio.attach', { tdi: 'VF1' }).accepted('neutral entry'),
      host('vfio.vdevice', { tdi: 'VF1' })
        .accepted('allocated')
        .leaving('fn.VF1', { opener: 'G1', iommufd: 'vdevice', dte: 'shared' }),
      guest('tsm.tio-msg-tdi-info', { guest: 'G1', tdi: 'VF1' }).refused('INVALID_TDI'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'BME_CLEAR',
      ),
      // 6: the driver loads and turns memory space and bus mastering on
      enable('VF1'),
      // 7: secure set-up
      host('vfio.bind.begin', { tdi: 'VF1' })
        .accepted('prepared')
        .leaving('fn.VF1', { dte: 'secure', bar: 'revoked' }),
      bind('VF1', 'G1'),
      host('vfio.bind.end', { tdi: 'VF1' }).accepted('bound').leaving('fn.VF1', { bound: 'yes' }),
      attest('VF1', 'G1'),
      guest('tsm.tio-msg-sdte-write', { guest: 'G1', tdi: 'VF1', sdte: 'split' })
        .refused('NOT_RUN')
        .keeping('tsm.VF1', 'tioTdi.VF1'),
      run('VF1'),
      openUp('VF1', 'G1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).accepted(
        'written by the host',
      ),
      // 8: a private MMIO write and a private DMA write
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).accepted('served'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).dropped('RMP_VIOLATION'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives()
        .accepted('write')
        .leaving('dma.VF1.P1', { iotlb: 'private' })
        .leaving('fence.G1', { now: 'none' }),
      // and back
      unbind('VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      invalidate('VF1'),
      release('VF1'),
      reclaim('VF1'),
      disconnect,
      host('dsm.disconnect').accepted('disconnected'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      host('page.take', { page: 'P1' }).accepted('taken').leaving('page.P1', { data: 'nobody' }),
      takePage('P2'),
      host('reset.flr', { tdi: 'VF1' }).accepted(),
      nowAsAtPowerOnBut('tio', { feature: 'initDone', largeBuffers: true })
        .and('guest.G1.VF1', { evidence: 'past', accepted: 'past' })
        .and('tsm.VF1', { boundTo: 'nobody' })
        .and('view.G1.P2', { now: 'private' })
        .and('image.P2', { measured: 'past' })
        .and('fn.VF1', { driver: 'vfio' }),
    ],
  ),
  scenario(
    'SEV-TIO: a device that starts shared is converted when the guest asks',
    {
      backend: AMD_SEV_TIO,
      says: `The driver first works by T=0 DMA through a shared page. Then the guest asks for the bind; nothing of
        the shared use helps to reach a private page before the guest has opened its entry.`,
      clauses: ['tio-bind', 'tio-sdte', 'tdisp-requester', 'tio-host-table'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      device('dma.issue', { tdi: 'VF1', page: 'P2', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      arrives().accepted('legacy write'),
      givePage('P1', 'G1'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      arrives().dropped('OWNERSHIP_FAULT').keeping('page.P1', 'fence.G1'),
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      run('VF1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).accepted(
        'written by the host',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P2', access: 'write', traffic: 'legacy' }).refused(
        'NOT_UNLOCKED',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().dropped('BLOCKED').keeping('page.P1', 'fence.G1', 'tdi.VF1'),
      openUp('VF1', 'G1'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().accepted('write'),
    ],
  ),
  scenario(
    'SEV-TIO: evidence that the host substitutes, a state that it claims, a message that it keeps',
    {
      backend: AMD_SEV_TIO,
      says: 'Bytes come from the host, and only digests are authentic; no lie of the host opens anything.',
      clauses: ['tio-evidence', 'tio-digests', 'tio-state-asserted', 'tio-guest-request'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-roll-key').accepted('begun').leaving('tio', { pending: 'rollKey' }),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G1' })
        .refused('BUSY')
        .keeping('relay', 'tioTdi.VF1'),
      host('tsm.tio-abort').accepted('given up').leaving('tio', { pending: 'none' }),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G1', lock: 'p2p' }).refused('INVALID_PARAM'),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G1', lock: 'noRedirect' }).refused(
        'INVALID_PARAM',
      ),
      host('tsm.tio-tdi-reclaim', { tdi: 'VF1' }).accepted('reclaimed'),
      host('tsm.tio-tdi-create', { tdi: 'VF1' })
        .refused('INVALID_PAGE_STATE')
        .keeping('tioTdi.VF1'),
      host('tsm.tio-tdi-page-reclaim', { tdi: 'VF1' }).accepted('taken back'),
      bind('VF1', 'G1'),
      host('tsm.tio-show-blobs', { tdi: 'VF1', blobs: 'substituted' }).accepted('shown'),
      guest('tsm.tio-msg-tdi-info', { guest: 'G1', tdi: 'VF1' }).refused('STALE_MEASUREMENTS'),
      host('tsm.tio-dev-measurements').accepted('request made'),
      device('spdm.answer').accepted('answered'),
      host('tsm.return').accepted('measurements'),
      guest('tsm.tio-msg-tdi-info', { guest: 'G1', tdi: 'VF1' })
        .refused('DIGEST_MISMATCH')
        .keeping('guest.G1.VF1'),
      guest('tsm.tio-msg-tdi-info', { guest: 'G2', tdi: 'VF1' }).refused('INVALID_TDI'),
      attest('VF1', 'G1'),
      host('tsm.tio-claim-run', { tdi: 'VF1' }).accepted('claimed'),
      guest('tsm.tio-msg-sdte-write', { guest: 'G1', tdi: 'VF1', sdte: 'split' })
        .refused('NOT_RUN')
        .leaving('tsm.VF1', { dma: false }),
      host('tsm.tio-guest-request', { guest: 'G1', tamper: 'replay' })
        .refused('BAD_MESSAGE')
        .keeping('tsm.VF1', 'guest.G1.VF1'),
      run('VF1'),
      guest('tsm.tio-msg-sdte-write', { guest: 'G1', tdi: 'VF1', sdte: 'reservedBits' }).refused(
        'RESERVED_BITS',
      ),
      guest('tsm.tio-msg-sdte-write', { guest: 'G1', tdi: 'VF1', sdte: 'otherVmpl' }).refused(
        'INVALID_VMPL',
      ),
      openUp('VF1', 'G1'),
      mapPrivate('VF1', 'G1', 'P1'),
    ],
  ),
];
