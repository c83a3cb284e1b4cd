/** Two devices and a plain VM on SEV-TIO: one fence for both devices, and no stream between them. */
import {
  device,
  fabric,
  guest,
  host,
  phrase,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { givePage } from '../phrases.ts';
import { arrives, boot, connectDevice, serves, unbind, writes } from '../sev-tio/phrases.ts';

const of = { backend: AMD_SEV_TIO, preset: 'full' } as const;
const deliver = fabric('peer.deliver');
const issue = device('peer.issue', { page: 'P2', access: 'write', traffic: 'private' });

/** The second device runs for G1 on the word of the host, and only then G1 reads, accepts and opens. */
const secondServes = phrase('the second device serves G1', [
  host('tsm.tio-peer-connect').accepted('connected').leaving('peer', { open: true }).keeping('tio'),
  host('tsm.tio-peer-connect').refused('INVALID_STATE').keeping('peer'),
  tsm('peer.key').accepted('Secure').leaving('peer', { secure: true }).keeping('stream'),
  host('tsm.tio-peer-bind', { guest: 'G1', flags: 'plain', lock: 'p2p' })
    .refused('INVALID_PARAM')
    .keeping('peer'),
  host('tsm.tio-peer-bind', { guest: 'G1', flags: 'plain', lock: 'noRedirect' }).refused(
    'INVALID_PARAM',
  ),
  host('tsm.tio-peer-bind', { guest: 'G1', flags: 'plain', lock: 'asRequired' })
    .accepted('locked')
    .leaving('peer', { state: 'CONFIG_LOCKED', boundTo: 'G1' }),
  host('peer.start')
    .accepted('running')
    .leaving('peer', { state: 'RUN', accepted: 'none', dma: false }),
  guest('peer.enable-dma', { guest: 'G1' }).refused('NOT_ACCEPTED').keeping('peer'),
  guest('peer.evidence', { guest: 'G1', whose: 'other' }).refused('DIGEST').keeping('peer'),
  guest('peer.evidence', { guest: 'G1', whose: 'own' }).accepted('read'),
  guest('peer.accept', { guest: 'G1' }).accepted('accepted'),
  guest('peer.enable-dma', { guest: 'G1' }).accepted('open').leaving('peer', { dma: true }),
  givePage('P2', 'G1'),
  host('peer.map', { page: 'P2', space: 'private' })
    .accepted('written by the host')
    .leaving('peerDma.P2', { table: 'private' }),
  host('peer.map', { page: 'P2', space: 'shared' }).refused('MAPPED').keeping('peerDma.P2'),
]);

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: a fault of one device costs its guest the other',
    {
      ...of,
      says: `Both devices are below one root complex, and the fence is for a guest there: a page taken from under the
        second device stops the first as well. Another guest is none the worse. It goes once the second is unbound.`,
      clauses: [
        'tio-fence',
        'tio-fence-clear',
        'tio-host-table',
        'tio-start-by-host',
        'peer-apart',
      ],
    },
    [
      host('tsm.tio-peer-connect').refused('NOT_INITIALISED').keeping('peer'),
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      serves('VF2', 'G2', 'P3'),
      secondServes,
      issue.accepted('sent'),
      deliver.accepted('write').leaving('page.P2', { data: 'G1' }),
      issue.accepted('sent'),
      host('page.take', { page: 'P2' }).accepted('taken').leaving('page.P2', { owner: 'nobody' }),
      deliver
        .dropped('RMP_VIOLATION')
        .leaving('fence.G1', { now: 'error', by: 'nobody', byPeer: true })
        .keeping('fence.G2', 'page.P2', 'tdi.VF1', 'peer'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives().dropped('FENCED').keeping('page.P1', 'fence.G1'),
      writes('VF2', 'P3'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).refused('BOUND').keeping('fence.G1'),

      host('peer.unbind.begin')
        .accepted('DMA blocked')
        .leaving('peer', { teardown: true, dma: false })
        .keeping('peerDma.P2'),
      host('peer.unbind.end')
        .accepted('stopped')
        .leaving('peer', { boundTo: 'nobody', state: 'CONFIG_UNLOCKED' })
        .leaving('fence.G1', { now: 'error', byPeer: false }),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' })
        .accepted('cleared')
        .leaving('fence.G1', { now: 'none' }),
      writes('VF1', 'P1'),
    ],
  ),

  scenario(
    'SEV-TIO: the second device is fenced for the first, and lives on without it',
    {
      ...of,
      says: `The host unmaps a page under a TDI of the first device. The second is fenced with it, and works again once
        that TDI is unbound and the fence cleared. Neither is harmed by a reset, an update or the removal of the other.`,
      clauses: ['tio-fence', 'tio-fence-clear', 'peer-apart', 'hotplug', 'fw-termination'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      secondServes,
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).accepted('begun'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' }).accepted('completed'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      arrives()
        .dropped('IOMMU_FAULT', 'no translation in the table of the host')
        .leaving('fence.G1', { now: 'error', by: 'VF1', byPeer: false }),
      issue.accepted('sent'),
      deliver.dropped('FENCED').keeping('page.P2', 'peer', 'fence.G1'),
      unbind('VF1'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).accepted('cleared'),
      issue.accepted('sent'),
      deliver.accepted('write'),

      host('device.remove').accepted('pulled').keeping('peer'),
      host('peer.event', { event: 'firmwareUpdate' }).accepted('other firmware').keeping('peer'),
      issue.accepted('sent'),
      host('peer.unmap', { page: 'P2' }).accepted('unmapped'),
      fabric('peer.invalidate').accepted('completed'),
      deliver
        .dropped('IOMMU_FAULT', 'no translation in the table of the host')
        .leaving('fence.G1', { now: 'error', byPeer: true }),
      host('peer.event', { event: 'removal' })
        .accepted('reset as a whole, or pulled')
        .leaving('peer', { open: false, secure: false, state: 'CONFIG_UNLOCKED', boundTo: 'G1' }),
    ],
  ),

  scenario(
    'SEV-TIO: a plain VM has nothing bound to it',
    {
      ...of,
      says: 'There is no SNP context to bind a TDI to: neither device is bound to it, and no page is its own.',
      clauses: ['plain-vm-unbound', 'tio-bind'],
    },
    [
      host('vm.plain', { guest: 'G3' }).accepted('runs'),
      boot,
      connectDevice,
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G3' })
        .refused('NOT_CONFIDENTIAL')
        .keeping('tsm.VF1', 'tioTdi.VF1'),
      host('tsm.tio-peer-connect').accepted('connected'),
      tsm('peer.key').accepted('Secure'),
      host('tsm.tio-peer-bind', { guest: 'G3', flags: 'plain', lock: 'asRequired' })
        .refused('NOT_CONFIDENTIAL')
        .keeping('peer'),
      host('page.give', { page: 'P1', guest: 'G3' }).refused('NOT_CONFIDENTIAL').keeping('page.P1'),
    ],
  ),
];
