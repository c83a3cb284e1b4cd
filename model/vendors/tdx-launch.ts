/**
 * How a TD is launched under KVM, and what becomes of its private memory: the part that every Intel backend has,
 * whatever it does with devices. A backend spreads `TDX_LAUNCH_RULES` and lists the facet `tdx`.
 *
 * Simplifications: one vCPU; a page is a slot of its own; what a shared page holds is not told.
 */
import { accepted, backend, dropped, each, not, type Rule, refused, rule } from '../author.ts';
import { W } from '../words/index.ts';

const guest = { guest: 'Guest' } as const;
const cell = { guest: 'Guest', page: 'Page' } as const;
const facets = ['tdx'] as const;

const noVm = refused('ENOENT', 'there is no such VM', [not(W.vmExists)]);
const noTd = refused('ENOTTY', 'it is no TD', [not(W.isTd)]);
const stray = refused('EINVAL', 'a field that must be zero is not', [W.reservedIs('stray')]);
const moduleFails = refused('EIO', 'the module refuses', [W.moduleSays('fails')], [W.setHwError]);
const notRunning = refused('NOT_RUNNING', 'its vCPU does not run', [not(W.vmRunning)]);
/** A private page is taken out of the TD: what it held is gone. */
const removePage = [W.dropSept, W.wipeFrame] as const;

const CREATION: readonly Rule[] = [
  rule('tsm.tdx-module-init', {
    by: 'host',
    role: 'progress',
    says: 'The host initialises the TDX module.',
    over: {},
    clauses: ['tdx-order'],
    facets,
    cases: [refused('DONE', 'done before', [W.tdxReady]), accepted('done', [], [W.tdxInit])],
  }),
  rule('tsm.tdx-check-type', {
    by: 'host',
    observed: true,
    says: 'The VMM asks KVM whether it supports a type of VM.',
    over: { kind: 'VmKind' },
    clauses: ['tdx-order'],
    facets,
    cases: [
      refused('UNSUPPORTED', 'no TDX module', [W.vmKindIs('td'), not(W.tdxReady)]),
      accepted('supported', []),
    ],
  }),
  rule('tsm.tdx-create-vm', {
    by: 'host',
    role: 'progress',
    says: 'KVM_CREATE_VM: a VM of a type.',
    over: { guest: 'Guest', kind: 'VmKind' },
    clauses: ['tdx-order'],
    facets,
    cases: [
      refused('EEXIST', 'it exists', [W.vmExists]),
      refused('EINVAL', 'no TDX module', [W.vmKindIs('td'), not(W.tdxReady)]),
      accepted('created', [], [W.createVm]),
    ],
  }),
  rule('tsm.tdx-capabilities', {
    by: 'host',
    observed: true,
    says: 'KVM_TDX_CAPABILITIES: what the module lets a TD have.',
    over: { guest: 'Guest', reserved: 'Reserved' },
    clauses: ['tdx-order', 'tdx-subcommand'],
    facets,
    cases: [noVm, noTd, stray, accepted('told', [], [W.clearHwError])],
  }),
  rule('tsm.tdx-init-vm', {
    by: 'host',
    role: 'progress',
    leanings: [{ when: { module: 'fails' }, role: 'neutral' }],
    says: 'KVM_TDX_INIT_VM: the TD is made at the module, its attributes and CPUID are fixed.',
    over: { guest: 'Guest', reserved: 'Reserved', module: 'Module' },
    clauses: ['tdx-order', 'tdx-subcommand', 'tdx-hw-error'],
    facets,
    cases: [
      noVm,
      noTd,
      stray,
      refused('EINVAL', 'initialised before', [not(W.tdStageIs('created'))]),
      moduleFails,
      accepted('initialised', [], [W.tdStageTo('initialised'), W.clearHwError]),
    ],
  }),
  rule('tsm.tdx-create-vcpu', {
    by: 'host',
    role: 'progress',
    says: 'KVM_CREATE_VCPU, of a TD only after INIT_VM.',
    over: guest,
    clauses: ['tdx-order'],
    facets,
    cases: [
      noVm,
      refused('EINVAL', 'the TD is not initialised', [W.isTd, W.tdStageIs('created')]),
      refused('EEXIST', 'it has one', [not(W.vcpuIs('none'))]),
      accepted('created', [], [W.vcpuTo('created')]),
    ],
  }),
  rule('tsm.tdx-init-vcpu', {
    by: 'host',
    role: 'progress',
    leanings: [{ when: { module: 'fails' }, role: 'neutral' }],
    says: 'KVM_TDX_INIT_VCPU: the vCPU is made at the module.',
    over: { guest: 'Guest', reserved: 'Reserved', module: 'Module' },
    clauses: ['tdx-order', 'tdx-subcommand', 'tdx-hw-error'],
    facets,
    cases: [
      noVm,
      noTd,
      stray,
      refused('EINVAL', 'not between INIT_VM and FINALIZE_VM', [not(W.tdStageIs('initialised'))]),
      refused('EINVAL', 'no vCPU that is new', [not(W.vcpuIs('created'))]),
      moduleFails,
      accepted('initialised', [], [W.vcpuTo('initialised'), W.clearHwError]),
    ],
  }),
  rule('tsm.tdx-set-cpuid', {
    by: 'host',
    role: 'optional',
    leanings: [{ when: { cpuid: 'other' }, role: 'neutral' }],
    says: 'KVM_SET_CPUID2: of a TD, what INIT_VM has fixed.',
    over: { guest: 'Guest', cpuid: 'Cpuid' },
    clauses: ['tdx-order'],
    facets,
    cases: [
      noVm,
      refused('EINVAL', 'no vCPU', [W.vcpuIs('none')]),
      refused('EINVAL', 'other than the TD has', [W.isTd, W.cpuidIs('other')]),
      accepted('set', [], [W.setCpuid]),
    ],
  }),
];

const MEMORY: readonly Rule[] = [
  rule('tsm.tdx-set-slot', {
    by: 'host',
    role: 'progress',
    leanings: [
      { when: { change: 'move' }, role: 'neutral' },
      { when: { change: 'delete' }, role: 'neutral' },
    ],
    says: 'KVM_SET_USER_MEMORY_REGION2: a memory slot is made, moved or deleted.',
    over: { guest: 'Guest', page: 'Page', change: 'SlotChange' },
    clauses: ['tdx-slot'],
    facets,
    cases: [
      noVm,
      refused('EEXIST', 'there is one', [W.slotChangeIs('create'), W.slotThere]),
      accepted('made', [W.slotChangeIs('create')], [W.addSlot]),
      refused('EINVAL', 'there is none', [not(W.slotThere)]),
      accepted('moved', [W.slotChangeIs('move')], [...removePage]),
      accepted('deleted', [], [...removePage, W.dropSlot]),
    ],
  }),
  rule('tsm.tdx-set-attribute', {
    by: 'host',
    role: 'progress',
    leanings: [{ when: { space: 'shared' }, role: 'neutral' }],
    says: 'KVM_SET_MEMORY_ATTRIBUTES: a page becomes private or shared.',
    over: { guest: 'Guest', page: 'Page', space: 'Space' },
    clauses: ['tdx-attribute'],
    facets,
    cases: [
      noVm,
      refused('EINVAL', 'a normal VM has no private memory', [not(W.isTd), W.spaceIsPrivate]),
      accepted('as it was', [W.gpaIsOf]),
      accepted('converted', [], [...removePage, W.setGpa]),
    ],
  }),
  rule('tsm.tdx-add-page', {
    by: 'host',
    role: 'progress',
    leanings: [{ when: { module: 'fails' }, role: 'neutral' }],
    says: 'KVM_TDX_INIT_MEM_REGION, on a vCPU: a page of the image is added, measured or not.',
    over: {
      guest: 'Guest',
      page: 'Page',
      measure: 'Measure',
      reserved: 'Reserved',
      module: 'Module',
    },
    clauses: ['tdx-add-page', 'tdx-subcommand', 'tdx-hw-error'],
    facets,
    cases: [
      noVm,
      noTd,
      stray,
      refused('EINVAL', 'not between INIT_VM and FINALIZE_VM', [not(W.tdStageIs('initialised'))]),
      refused('EINVAL', 'no vCPU that is initialised', [not(W.vcpuIs('initialised'))]),
      refused('EINVAL', 'no slot', [not(W.slotThere)]),
      refused('EINVAL', 'not private', [not(W.gpaPrivate)]),
      refused('EEXIST', 'added before', [not(W.septAbsent)]),
      moduleFails,
      accepted(
        'added and measured',
        [W.measureIs('measured')],
        [W.addPage, W.extendMeasurement, W.clearHwError],
      ),
      accepted('added', [], [W.addPage, W.clearHwError]),
    ],
  }),
  rule('tsm.tdx-augment', {
    by: 'host',
    role: 'progress',
    says: 'KVM answers an EPT violation of a TD with a new page; it holds zeros.',
    over: cell,
    clauses: ['tdx-not-added', 'tdx-attribute'],
    facets,
    cases: [
      notRunning,
      noTd,
      refused('MEMORY_FAULT', 'no slot', [not(W.slotThere)]),
      refused('MEMORY_FAULT', 'shared', [not(W.gpaPrivate)]),
      refused('EEXIST', 'it is there', [not(W.septAbsent)]),
      accepted('pending', [], [W.augmentPage, W.wipeFrame]),
    ],
  }),
  rule('tsm.tdx-accept', {
    by: 'guest',
    role: 'progress',
    says: 'TDG.MEM.PAGE.ACCEPT: the TD accepts a page that is pending.',
    over: cell,
    clauses: ['tdx-not-added'],
    facets,
    cases: [
      notRunning,
      noTd,
      refused('NOT_PENDING', 'nothing to accept', [not(W.septPending)]),
      accepted('accepted', [], [W.acceptGpa]),
    ],
  }),
];

const LIFE: readonly Rule[] = [
  rule('tsm.tdx-finalize', {
    by: 'host',
    role: 'progress',
    leanings: [{ when: { module: 'fails' }, role: 'neutral' }],
    sensible: [W.vcpuIs('initialised'), W.somePageAdded],
    says: 'KVM_TDX_FINALIZE_VM: the measurement is complete, the TD may run.',
    over: { guest: 'Guest', reserved: 'Reserved', module: 'Module' },
    clauses: ['tdx-finalize', 'tdx-subcommand', 'tdx-hw-error'],
    facets,
    cases: [
      noVm,
      noTd,
      stray,
      refused('EINVAL', 'not initialised, or finalised', [not(W.tdStageIs('initialised'))]),
      moduleFails,
      accepted('finalised', [], [W.tdStageTo('finalised'), W.clearHwError]),
    ],
  }),
  rule('tsm.tdx-run', {
    by: 'host',
    role: 'progress',
    says: 'KVM_RUN: the vCPU is entered.',
    over: guest,
    clauses: ['tdx-finalize', 'tdx-order'],
    facets,
    cases: [
      noVm,
      refused('EINVAL', 'no vCPU', [W.vcpuIs('none')]),
      refused('EIO', 'terminated', [W.isTd, W.tdStageIs('terminated')]),
      refused('EINVAL', 'not finalised', [W.isTd, not(W.tdStageIs('finalised'))]),
      refused('EINVAL', 'the vCPU is not initialised', [W.isTd, W.vcpuIs('created')]),
      accepted('runs', [], [W.vmRuns]),
    ],
  }),
  rule('tsm.tdx-terminate', {
    by: 'host',
    says: 'KVM_TDX_TERMINATE_VM: the TD ends, its private memory is reclaimed.',
    over: { guest: 'Guest', reserved: 'Reserved' },
    clauses: ['tdx-terminate', 'tdx-subcommand'],
    facets,
    cases: [
      noVm,
      noTd,
      stray,
      refused('EINVAL', 'terminated before', [W.tdStageIs('terminated')]),
      accepted(
        'terminated',
        [],
        [
          each({ page: 'Page' }, [not(W.septAbsent)], [...removePage]),
          W.tdStageTo('terminated'),
          W.vmStops,
          W.clearHwError,
        ],
      ),
    ],
  }),
  rule('tsm.tdx-destroy', {
    by: 'host',
    says: 'The VMM closes the VM; a TD is terminated with it.',
    over: guest,
    clauses: ['tdx-terminate', 'tdx-private'],
    facets,
    cases: [
      noVm,
      accepted(
        'gone',
        [],
        [each({ page: 'Page' }, [], [...removePage, W.dropSlot, W.forgetGpa]), W.destroyVm],
      ),
    ],
  }),
];

const ACCESS: readonly Rule[] = [
  rule('tsm.tdx-touch', {
    by: 'guest',
    role: 'progress',
    leanings: [
      { when: { bit: 'bit51' }, role: 'neutral' },
      { when: { bit: 'bit47' }, role: 'neutral' },
    ],
    observed: true,
    says: 'A VM writes what is secret to it, at an address with or without a high bit set.',
    over: { guest: 'Guest', page: 'Page', bit: 'GpaBit' },
    clauses: ['tdx-shared-bit', 'tdx-attribute', 'tdx-not-added'],
    facets,
    cases: [
      notRunning,
      refused('EFAULT', 'no slot', [not(W.slotThere)]),
      accepted('memory of a normal VM', [not(W.isTd), W.bitIsNone]),
      refused('EFAULT', 'beyond the memory of a normal VM', [not(W.isTd)]),
      refused('MEMORY_FAULT', 'private, and the shared bit is set', [W.bitIsShared, W.gpaPrivate]),
      accepted('shared memory', [W.bitIsShared]),
      refused('EFAULT', 'beyond the address width', [not(W.bitIsNone)]),
      refused('MEMORY_FAULT', 'shared, and the shared bit is clear', [not(W.gpaPrivate)]),
      refused('EPT_VIOLATION', 'no page behind it', [W.septAbsent]),
      refused('VE', 'not accepted', [W.septPending]),
      accepted('private memory', [], [W.writeSecret]),
    ],
  }),
  rule('tsm.tdx-foreign-read', {
    by: 'host',
    observed: true,
    says: 'The host lets another VM read the frame behind a page.',
    over: { guest: 'Guest', page: 'Page', reader: 'Guest' },
    clauses: ['tdx-private'],
    facets,
    cases: [
      refused('SAME', 'that is the VM itself', [W.readerIsGuest]),
      refused('NOT_RUNNING', 'the reader does not run', [not(W.readerRuns)]),
      dropped('INTEGRITY', 'a frame of a TD', [not(W.septAbsent)]),
      accepted('read', []),
    ],
  }),
];

/** The launch of a TD, and its memory: rules for every backend with the facet `tdx`. @public */
export const TDX_LAUNCH_RULES: readonly Rule[] = [...CREATION, ...MEMORY, ...LIFE, ...ACCESS];

export const KVM_TDX = backend('kvm-tdx', {
  title: 'KVM, launch of Intel TDX guests',
  says: 'TDs are created, measured, finalised and run beside normal VMs; there is no device.',
  clauses: ['tdx-order', 'tdx-add-page', 'tdx-finalize', 'tdx-private'],
  facets: ['tdx'],
  rules: TDX_LAUNCH_RULES,
});
