/** When a VM is launched, rebooted and destroyed, and what of its devices (host-guest C2, C10, 2.3, R8). */
import { guest, host, now, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import {
  beginUnbind,
  connected,
  enable,
  endUnbind,
  invalidate,
  run,
  servesWithDma,
  stop,
  takePage,
} from '../phrases.ts';
import { assign, launch, newVm } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'cold plug with private memory mapped at realize',
    {
      says: `C2, the broken way: realize maps memory as private, so the page is the guest’s already;
        the launch update is refused, and nothing is leaked: the page goes back scrubbed.`,
      clauses: ['private-map-after-launch', 'vm-launch-update', 'page-scrub'],
      readings: { initialAssignMode: 'coldPrivate' },
    },
    [
      newVm('G1'),
      host('vfio.driver', { tdi: 'VF1', driver: 'vfio' }).accepted('bound'),
      host('vfio.open', { tdi: 'VF1', guest: 'G1' }).accepted('opened'),
      host('vfio.attach', { tdi: 'VF1' })
        .accepted('secure entry')
        .leaving('fn.VF1', { dte: 'secure' }),
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' })
        .accepted('made private')
        .leaving('page.P1', { owner: 'G1', accepted: false })
        .leaving('ioas.G1.P1', { kind: 'private' }),
      host('vm.launch.update', { guest: 'G1', page: 'P1', contents: 'normal' })
        .refused('INVALID_PAGE_STATE')
        .keeping('page.P1', 'image.P1', 'vm.G1'),
      now('tsm.VF1', { boundTo: 'nobody', dma: false }).and('dma.VF1.P1', { table: 'none' }),
      host('vm.destroy.begin', { guest: 'G1' }).accepted('dying'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a private page is not reclaimed'),
      takePage('P1'),
      host('vm.destroy.end', { guest: 'G1' })
        .accepted('gone')
        .leaving('ioas.G1.P1', { kind: 'unmapped' }),
    ],
  ),

  scenario(
    'a bind-capable device starts shared',
    {
      says: `The preferred way: at realize only shared pages are mapped, a private one is refused
        until the launch is finished; then both work.`,
      clauses: ['private-map-after-launch', 'vm-launch'],
    },
    [
      newVm('G1'),
      assign('VF1', 'G1'),
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' })
        .refused('EINVAL', 'the launch is not finished')
        .keeping('page.P1', 'ioas.G1.P1'),
      host('ioas.map', { guest: 'G1', page: 'P3', space: 'shared' })
        .accepted('shared')
        .keeping('page.P3'),
      launch('G1', 'P2'),
      host('ioas.map', { guest: 'G1', page: 'P2', space: 'private' }).accepted('private page'),
      host('ioas.map', { guest: 'G1', page: 'P2', space: 'private' }).refused('EEXIST'),
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' }).accepted('made private'),
      host('ioas.convert', { guest: 'G1', page: 'P3' })
        .accepted('to private')
        .leaving('page.P3', { owner: 'G1' })
        .leaving('ioas.G1.P3', { kind: 'unmapped' }),
      host('ioas.convert', { guest: 'G1', page: 'P3' })
        .accepted('to shared')
        .leaving('page.P3', { owner: 'nobody' }),
    ],
  ),

  scenario(
    'private memory by hotplug only',
    {
      says: 'The RFC’s answer: a device is attached only once its VM runs.',
      clauses: ['private-map-after-launch'],
      readings: { initialAssignMode: 'hotplugPrivate' },
    },
    [
      newVm('G1'),
      host('vfio.driver', { tdi: 'VF1', driver: 'vfio' }).accepted('bound'),
      host('vfio.open', { tdi: 'VF1', guest: 'G1' }).accepted('opened'),
      host('vfio.attach', { tdi: 'VF1' }).refused('EINVAL').keeping('fn.VF1'),
      launch('G1', 'P2'),
      host('vfio.attach', { tdi: 'VF1' }).accepted('secure entry'),
    ],
  ),

  scenario(
    'launch commands out of order',
    {
      says: 'Start, update, finish, run: each in its place, or EINVAL; no guest acts before it runs.',
      clauses: ['vm-launch', 'vm-launch-update'],
    },
    [
      host('vm.create', { guest: 'G1' }).refused('EEXIST'),
      host('vm.launch.start', { guest: 'G1' }).refused('EINVAL').keeping('vm.G1'),
      newVm('G1'),
      host('vm.run', { guest: 'G1' }).refused('EINVAL').keeping('vm.G1'),
      host('vm.launch.start', { guest: 'G1' }).refused('EINVAL'),
      ...(['zero', 'unmeasured', 'secrets', 'cpuid'] as const).flatMap((contents) => [
        host('vm.launch.update', { guest: 'G1', page: 'P1', contents })
          .accepted('added')
          .leaving('image.P1', { measured: contents === 'zero' ? 'current' : 'past' }),
        takePage('P1'),
      ]),
      guest('page.accept', { guest: 'G1', page: 'P1' }).dropped('NOT_RUNNING'),
      host('vm.launch.finish', { guest: 'G1' }).accepted('finished'),
      host('vm.launch.update', { guest: 'G1', page: 'P1', contents: 'normal' })
        .refused('EINVAL')
        .keeping('page.P1'),
      host('vm.launch.finish', { guest: 'G1' }).refused('EINVAL'),
      host('vm.run', { guest: 'G1' }).accepted('runs'),
      host('vm.pause', { guest: 'G1' }).accepted('paused'),
      guest('page.accept', { guest: 'G1', page: 'P1' }).dropped('NOT_RUNNING'),
      host('vm.run', { guest: 'G1' }).accepted('runs'),
      guest('page.accept', { guest: 'G1', page: 'P1' }).refused('NOT_OWNER'),
    ],
  ),

  scenario(
    'a guest dies while the device does not answer',
    {
      says: `C10: the TSM is busy and no answer comes; the unbind ends by force, memory is reclaimed
        after it, and only then is the VM gone.`,
      clauses: ['vm-destroy', 'tsm-force', 'verb-unbind'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      host('vm.destroy.begin', { guest: 'G1' }).accepted('dying'),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).dropped('NOT_RUNNING'),
      host('page.give', { guest: 'G1', page: 'P2' }).refused('NO_VM').keeping('page.P2'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a TDI is bound to it'),
      host('page.take', { page: 'P1' }).refused('MAPPED').keeping('page.P1'),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).refused('BUSY'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).refused('BUSY'),
      host('relay.abort').accepted('given up'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      host('relay.abort').accepted('given up'),
      invalidate('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' })
        .accepted('lost')
        .leaving('tsm.VF1', { boundTo: 'nobody', lost: true }),
      host('tsm.bind', { tdi: 'VF2', guest: 'G1' }).refused('NO_VM'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a private page is not reclaimed'),
      takePage('P1'),
      host('vm.destroy.end', { guest: 'G1' })
        .accepted('gone')
        .leaving('vm.G1', { phase: 'gone' })
        .leaving('guest.G1.VF1', { evidence: 'none', accepted: 'none' }),
    ],
  ),

  scenario(
    'a VM is rebooted without its device',
    {
      says: 'R8: every TDI is unbound and private memory given back first; evidence is void.',
      clauses: ['vm-reboot'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      host('vm.reboot', { guest: 'G1' }).refused('EBUSY', 'a TDI is bound to it').keeping('vm.G1'),
      beginUnbind('VF1'),
      stop('VF1'),
      endUnbind('VF1'),
      host('vm.reboot', { guest: 'G1' })
        .accepted('to be launched again')
        .leaving('vm.G1', { phase: 'created' })
        .leaving('guest.G1.VF1', { evidence: 'none', accepted: 'none' }),
      host('vm.launch.start', { guest: 'G1' }).accepted('started'),
      launch('G1', 'P1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1' }).accepted('locked'),
      host('tsm.return').accepted('locked'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('NO_EVIDENCE'),
    ],
  ),
];
