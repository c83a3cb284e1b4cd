/** Words about the launch of a TD under KVM and about its private memory (backends 10). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';
import type { World } from '../world.ts';

const guest = { guest: 'Guest' } as const;
const cell = { guest: 'Guest', page: 'Page' } as const;
type Stage = World['td'][number]['stage'];
type Vcpu = World['td'][number]['vcpu'];

export const TDX = {
  tdxReady: guard({}, 'the TDX module is initialised', 'tdx-order'),
  tdxInit: effect({}, 'the TDX module is initialised', 'tdx-order'),

  // the VM
  vmExists: guard(guest, 'the VM of {guest} exists'),
  isTd: guard(guest, 'the VM of {guest} is a TD'),
  vmKindIs: guardOf<[Literals['VmKind'][number]]>()({ kind: 'VmKind' }, 'the type is {0}'),
  createVm: effect({ guest: 'Guest', kind: 'VmKind' }, 'a VM of type {kind} exists for {guest}'),
  destroyVm: effect(guest, 'there is no VM of {guest}'),
  tdStageIs: guardOf<[...Stage[]]>()(guest, 'the launch of {guest} is at one of {0}…', 'tdx-order'),
  tdStageTo: effectOf<[Stage]>()(guest, 'the launch of {guest} is at {0}', 'tdx-order'),
  vcpuIs: guardOf<[Vcpu]>()(guest, 'the vCPU of {guest} is {0}', 'tdx-order'),
  vcpuTo: effectOf<[Vcpu]>()(guest, 'the vCPU of {guest} is {0}'),
  setCpuid: effect(guest, 'CPUID of the vCPU of {guest} is set'),
  vmRunning: guard(guest, 'the vCPU of {guest} has been run'),
  vmRuns: effect(guest, 'the vCPU of {guest} has been run'),
  vmStops: effect(guest, 'the vCPU of {guest} does not run'),

  // sub-commands
  reservedIs: guardOf<[Literals['Reserved'][number]]>()(
    { reserved: 'Reserved' },
    'fields that must be zero are {0}',
    'tdx-subcommand',
  ),
  moduleSays: guardOf<[Literals['Module'][number]]>()(
    { module: 'Module' },
    'the TDX module {0}',
    'tdx-hw-error',
  ),
  setHwError: effect(guest, 'hw_error of {guest} holds what the module said', 'tdx-hw-error'),
  clearHwError: effect(guest, 'hw_error of {guest} is zero', 'tdx-hw-error'),
  measureIs: guardOf<[Literals['Measure'][number]]>()(
    { measure: 'Measure' },
    'the page is {0}',
    'tdx-add-page',
  ),
  cpuidIs: guardOf<[Literals['Cpuid'][number]]>()({ cpuid: 'Cpuid' }, 'the CPUID is {0}'),
  slotChangeIs: guardOf<[Literals['SlotChange'][number]]>()(
    { change: 'SlotChange' },
    'the change is: {0}',
  ),

  // memory
  slotThere: guard(cell, 'a memory slot of {guest} covers {page}', 'tdx-slot'),
  addSlot: effect(cell, 'a memory slot of {guest} covers {page}', 'tdx-slot'),
  dropSlot: effect(cell, 'no memory slot of {guest} covers {page}', 'tdx-slot'),
  gpaPrivate: guard(cell, '{page} of {guest} has the private attribute', 'tdx-attribute'),
  gpaIsOf: guard(
    { guest: 'Guest', page: 'Page', space: 'Space' },
    '{page} of {guest} has the attribute {space}',
    'tdx-attribute',
  ),
  setGpa: effect(
    { guest: 'Guest', page: 'Page', space: 'Space' },
    '{page} of {guest} has the attribute {space}',
    'tdx-attribute',
  ),
  forgetGpa: effect(cell, '{page} of {guest} is shared, and the measurement says nothing of it'),
  somePageAdded: guard(guest, 'the TD {guest} has some page'),
  septAbsent: guard(cell, 'the secure EPT of {guest} has no entry for {page}'),
  septAccepted: guard(cell, 'the TD {guest} has {page} accepted', 'tdx-not-added'),
  septPending: guard(cell, '{page} waits to be accepted by the TD {guest}', 'tdx-not-added'),
  addPage: effect(cell, '{page} of {guest} is accepted and holds the image', 'tdx-add-page'),
  extendMeasurement: effect(cell, 'the measurement of {guest} covers {page}', 'tdx-add-page'),
  augmentPage: effect(cell, '{page} waits to be accepted by the TD {guest}', 'tdx-not-added'),
  acceptGpa: effect(cell, '{page} of {guest} is accepted', 'tdx-not-added'),
  dropSept: effect(cell, 'the secure EPT of {guest} has no entry for {page}', 'tdx-attribute'),
  wipeFrame: effect(cell, 'the frame behind {page} of {guest} holds zeros', 'tdx-private'),
  writeSecret: effect(cell, 'the frame behind {page} of {guest} holds its secret'),
  bitIsShared: guard({ bit: 'GpaBit' }, 'the address has the shared bit set', 'tdx-shared-bit'),
  bitIsNone: guard({ bit: 'GpaBit' }, 'the address has no high bit set', 'tdx-shared-bit'),
  readerIsGuest: guard({ guest: 'Guest', reader: 'Guest' }, '{reader} is {guest} itself'),
  readerRuns: guard({ reader: 'Guest' }, 'the vCPU of {reader} has been run'),
} as const;
