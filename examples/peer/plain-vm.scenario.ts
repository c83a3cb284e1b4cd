/** A VM that is not confidential beside others (tdisp-semantics 1.3). */
import { device, fabric, host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { bind, connected, enable, givePage } from '../phrases.ts';

const preset = 'full';
const first = fabric('fabric.deliver', { slot: 'S1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a plain VM is served by an unlocked TDI',
    {
      says: `It has the TDI by VFIO alone. T=0 reaches shared memory, never a private page of another;
        nothing private can be made its own, and once the TDI is locked for another it serves it no
        more.`,
      clauses: ['plain-vm', 'plain-vm-unbound', 'tdisp-requester', 'tdisp-completer'],
      preset,
    },
    [
      host('vm.plain', { guest: 'G3' }).accepted('runs').leaving('plain.G3', { now: true }),
      host('vm.plain', { guest: 'G3' }).refused('EEXIST'),
      connected,
      host('vfio.driver', { tdi: 'VF2', driver: 'vfio' }).accepted('bound'),
      host('vfio.open', { tdi: 'VF2', guest: 'G3' })
        .accepted('opened')
        .leaving('fn.VF2', { opener: 'G3' }),
      host('vfio.attach', { tdi: 'VF2' }).accepted('neutral entry'),
      host('ioas.map', { guest: 'G3', page: 'P2', space: 'shared' }).accepted('shared'),
      host('ioas.map', { guest: 'G3', page: 'P3', space: 'private' })
        .refused('EOPNOTSUPP')
        .keeping('page.P3'),
      host('ioas.convert', { guest: 'G3', page: 'P2' }).refused('EOPNOTSUPP').keeping('page.P2'),
      host('page.give', { page: 'P3', guest: 'G3' }).refused('NOT_CONFIDENTIAL').keeping('page.P3'),
      host('tsm.bind', { tdi: 'VF2', guest: 'G3' }).refused('NOT_CONFIDENTIAL').keeping('tsm.VF2'),
      tsm('peer.connect').accepted('connected'),
      tsm('peer.key').accepted('Secure'),
      host('peer.bind', { guest: 'G3', flags: 'plain' })
        .refused('NOT_CONFIDENTIAL')
        .keeping('peer'),

      enable('VF2'),
      device('dma.issue', { tdi: 'VF2', page: 'P2', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      first.accepted('legacy write').keeping('page.P2'),
      givePage('P1', 'G1'),
      device('dma.issue', { tdi: 'VF2', page: 'P1', access: 'read', traffic: 'legacy' }).accepted(
        'sent',
      ),
      first.dropped('OWNERSHIP_FAULT').keeping('page.P1', 'tdi.VF2'),
      host('mmio.legacy', { tdi: 'VF2', range: 'tee' }).accepted('served unlocked'),

      bind('VF2', 'G1'),
      device('dma.issue', { tdi: 'VF2', page: 'P2', access: 'write', traffic: 'legacy' })
        .refused('NOT_UNLOCKED')
        .keeping('tlp.S1'),
      host('mmio.legacy', { tdi: 'VF2', range: 'tee' }).dropped('T0_TO_TEE'),
    ],
  ),

  scenario(
    'a VM that has something left does not become a plain one',
    {
      says: 'A bound TDI, a private page or an open function is in the way, and so is a VM that is dying.',
      clauses: ['plain-vm', 'plain-vm-unbound'],
      preset,
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('vm.plain', { guest: 'G1' }).refused('EBUSY', 'a TDI is bound to it'),
      givePage('P1', 'G2'),
      host('vm.plain', { guest: 'G2' }).refused('EBUSY', 'a private page is not reclaimed'),
      host('vfio.driver', { tdi: 'VF2', driver: 'vfio' }).accepted('bound'),
      host('vfio.open', { tdi: 'VF2', guest: 'G3' }).accepted('opened'),
      host('vm.plain', { guest: 'G3' })
        .refused('EBUSY', 'it has a function open')
        .keeping('plain.G3'),
      host('vm.destroy.begin', { guest: 'G2' }).accepted('dying'),
      host('vm.plain', { guest: 'G2' }).refused('EINVAL').keeping('plain.G2', 'vm.G2'),
    ],
  ),

  scenario(
    'a plain VM is launched anew as a confidential one',
    {
      says: 'With the launch it is protected, and may have what it could not have before.',
      clauses: ['plain-vm', 'vm-launch'],
      preset,
    },
    [
      host('vm.plain', { guest: 'G3' }).accepted('runs'),
      host('vm.reboot', { guest: 'G3' }).accepted('to be launched again'),
      host('page.give', { page: 'P1', guest: 'G3' }).refused('NOT_CONFIDENTIAL'),
      host('vm.launch.start', { guest: 'G3' })
        .accepted('started')
        .leaving('plain.G3', { now: false }),
      host('vm.launch.finish', { guest: 'G3' }).accepted('finished'),
      host('vm.run', { guest: 'G3' }).accepted('runs'),
      givePage('P1', 'G3'),
      connected,
      bind('VF1', 'G3'),
    ],
  ),
];
