/** How a TD is launched, and what is refused on the way (backends 10). */
import { host, now, type Scenario, scenario } from '../../harness/scenario.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';
import { addsMeasured, privatePage, readyForMemory } from './phrases.ts';

const backend = KVM_TDX;
const g1 = { guest: 'G1' } as const;
const p1 = { guest: 'G1', page: 'P1' } as const;
const moduleReady = host('tsm.tdx-module-init').accepted('done').leaving('platform', { tdx: true });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'launch of a TD, from the VM type to the end',
    {
      backend,
      says: 'One page is added and measured, one added only; then the TD runs, is terminated and gone.',
      clauses: ['tdx-order', 'tdx-add-page', 'tdx-finalize', 'tdx-terminate'],
    },
    [
      host('tsm.tdx-check-type', { kind: 'td' }).refused('UNSUPPORTED'),
      host('tsm.tdx-create-vm', { ...g1, kind: 'td' }).refused('EINVAL'),
      moduleReady,
      readyForMemory('G1'),
      privatePage('G1', 'P1'),
      addsMeasured('G1', 'P1'),
      privatePage('G1', 'P2'),
      host('tsm.tdx-add-page', { guest: 'G1', page: 'P2', measure: 'unmeasured' })
        .accepted('added')
        .leaving('gpa.G1.P2', { sept: 'accepted', frame: 'image', measured: false }),
      host('tsm.tdx-finalize', g1).accepted('finalised'),
      host('tsm.tdx-run', g1).accepted('runs'),
      host('tsm.tdx-terminate', g1)
        .accepted('terminated')
        .leaving('td.G1', { running: false })
        .leaving('gpa.G1.P1', { sept: 'absent', frame: 'zero' })
        .leaving('gpa.G1.P2', { sept: 'absent', frame: 'zero' }),
      host('tsm.tdx-run', g1).refused('EIO', 'terminated'),
      host('tsm.tdx-destroy', g1)
        .accepted('gone')
        .leaving('td.G1', { kind: 'none', stage: 'created' }),
      now('gpa.G1.P1', { slot: false, attribute: 'shared', measured: false }),
    ],
  ),

  scenario(
    'the launch out of order',
    {
      backend,
      says: 'Every step of the launch where the one before it is missing, or was done already.',
      clauses: ['tdx-order', 'tdx-add-page', 'tdx-finalize'],
    },
    [
      moduleReady,
      host('tsm.tdx-init-vm', g1).refused('ENOENT'),
      host('tsm.tdx-create-vm', { ...g1, kind: 'td' }).accepted('created'),
      host('tsm.tdx-create-vm', { ...g1, kind: 'td' }).refused('EEXIST'),
      host('tsm.tdx-create-vcpu', g1).refused('EINVAL').keeping('td.G1'),
      host('tsm.tdx-finalize', g1).refused('EINVAL').keeping('td.G1'),
      host('tsm.tdx-init-vm', g1).accepted('initialised'),
      host('tsm.tdx-init-vm', g1).refused('EINVAL', 'initialised before'),
      host('tsm.tdx-run', g1).refused('EINVAL', 'no vCPU'),
      host('tsm.tdx-init-vcpu', g1).refused('EINVAL', 'no vCPU that is new'),
      host('tsm.tdx-set-cpuid', { ...g1, cpuid: 'asInitialised' }).refused('EINVAL', 'no vCPU'),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured' }).refused(
        'EINVAL',
        'no vCPU that is initialised',
      ),
      host('tsm.tdx-create-vcpu', g1).accepted('created'),
      host('tsm.tdx-create-vcpu', g1).refused('EEXIST'),
      host('tsm.tdx-init-vcpu', g1).accepted('initialised'),
      host('tsm.tdx-set-cpuid', { ...g1, cpuid: 'other' }).refused(
        'EINVAL',
        'other than the TD has',
      ),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured' }).refused('EINVAL', 'no slot'),
      host('tsm.tdx-set-slot', { ...p1, change: 'create' }).accepted('made'),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured' }).refused('EINVAL', 'not private'),
      host('tsm.tdx-set-attribute', { ...p1, space: 'private' }).accepted('converted'),
      addsMeasured('G1', 'P1'),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured' }).refused('EEXIST'),
      host('tsm.tdx-run', g1).refused('EINVAL', 'not finalised'),
      host('tsm.tdx-finalize', g1).accepted('finalised'),
      host('tsm.tdx-finalize', g1).refused('EINVAL'),
      host('tsm.tdx-init-vcpu', g1).refused('EINVAL', 'not between INIT_VM and FINALIZE_VM'),
      host('tsm.tdx-add-page', { guest: 'G1', page: 'P2', measure: 'measured' })
        .refused('EINVAL', 'not between INIT_VM and FINALIZE_VM')
        .keeping('gpa.G1.P2'),
      host('tsm.tdx-run', g1).accepted('runs'),
    ],
  ),

  scenario(
    'fields that must be zero, and hw_error',
    {
      backend,
      says: 'A stray field is refused before anything else is looked at; the module’s own refusal is in hw_error.',
      clauses: ['tdx-subcommand', 'tdx-hw-error'],
    },
    [
      moduleReady,
      host('tsm.tdx-create-vm', { ...g1, kind: 'td' }).accepted('created'),
      host('tsm.tdx-capabilities', { ...g1, reserved: 'stray' }).refused('EINVAL'),
      host('tsm.tdx-init-vm', { ...g1, reserved: 'stray' })
        .refused('EINVAL')
        .keeping('td.G1'),
      host('tsm.tdx-init-vm', { ...g1, module: 'fails' })
        .refused('EIO')
        .leaving('td.G1', { stage: 'created', hwError: true }),
      host('tsm.tdx-init-vm', g1).accepted('initialised').leaving('td.G1', { hwError: false }),
      host('tsm.tdx-create-vcpu', g1).accepted('created'),
      host('tsm.tdx-init-vcpu', { ...g1, reserved: 'stray' })
        .refused('EINVAL')
        .keeping('td.G1'),
      host('tsm.tdx-init-vcpu', { ...g1, module: 'fails' })
        .refused('EIO')
        .leaving('td.G1', { vcpu: 'created', hwError: true }),
      host('tsm.tdx-init-vcpu', g1).accepted('initialised'),
      privatePage('G1', 'P1'),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured', reserved: 'stray' })
        .refused('EINVAL')
        .keeping('gpa.G1.P1'),
      host('tsm.tdx-add-page', { ...p1, measure: 'measured', module: 'fails' })
        .refused('EIO')
        .leaving('td.G1', { hwError: true })
        .keeping('gpa.G1.P1'),
      addsMeasured('G1', 'P1'),
      host('tsm.tdx-finalize', { ...g1, reserved: 'stray' })
        .refused('EINVAL')
        .keeping('td.G1'),
      host('tsm.tdx-finalize', { ...g1, module: 'fails' })
        .refused('EIO')
        .leaving('td.G1', { stage: 'initialised' }),
      host('tsm.tdx-finalize', g1).accepted('finalised').leaving('td.G1', { hwError: false }),
      host('tsm.tdx-terminate', { ...g1, reserved: 'stray' })
        .refused('EINVAL')
        .keeping('td.G1'),
    ],
  ),
];
