/** For tests: worlds of a TD launch, and for every property of it steps that violate it. */
import type { World } from '../model/world.ts';
import type { Step } from './property.ts';
import { accept, edit, OFF, refuse } from './worlds.fixture.ts';

const g1 = { guest: 0 };
const p1 = { guest: 0, page: 0 };
const fine = { reserved: 'zero', module: 'succeeds' };

/** G1 is a TD; G2 is a normal VM that runs. */
const CREATED = edit(OFF, {
  platform: { tdx: true },
  'td.0': { kind: 'td' },
  'td.1': { kind: 'legacy', vcpu: 'created', running: true },
});
const INITIALISED = edit(CREATED, { 'td.0': { stage: 'initialised' } });
/** Its vCPU is initialised, and P1 is a private page without anything in it. */
const READY = edit(INITIALISED, {
  'td.0': { vcpu: 'initialised' },
  'gpa.0.0': { slot: true, attribute: 'private' },
});
const ADDED = edit(READY, { 'gpa.0.0': { sept: 'accepted', frame: 'image', measured: true } });
const FINALISED = edit(ADDED, { 'td.0': { stage: 'finalised' } });
const TD_RUNNING = edit(FINALISED, { 'td.0': { running: true }, 'gpa.0.1': { slot: true } });
const TD_SECRET = edit(TD_RUNNING, { 'gpa.0.0': { frame: 'secret' } });
/** P2 was converted, and the TD has not accepted what it got. */
const OFFERED = edit(TD_RUNNING, { 'gpa.0.1': { attribute: 'private', sept: 'pending' } });
const gone = { sept: 'absent', frame: 'zero' };
const TERMINATED = edit(FINALISED, { 'td.0': { stage: 'terminated' }, 'gpa.0.0': gone });

/** Worlds that a correct model reaches. */
export const TDX_WORLDS = {
  CREATED,
  INITIALISED,
  READY,
  ADDED,
  FINALISED,
  TD_RUNNING,
  TD_SECRET,
  OFFERED,
  TERMINATED,
};

const td = (w: World, fields: object): World => edit(w, { 'td.0': fields });
const page = (w: World, fields: object): World => edit(w, { 'gpa.0.0': fields });
const add = { ...p1, measure: 'measured', ...fine };

export const TDX_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'tdx-td-needs-module': [
    accept('tsm.tdx-create-vm', { ...g1, kind: 'td' }, OFF, td(OFF, { kind: 'td' })),
  ],
  'tdx-vcpu-after-init': [
    accept('tsm.tdx-create-vcpu', g1, CREATED, td(CREATED, { vcpu: 'created' })),
  ],
  'tdx-order-of-launch': [
    accept(
      'tsm.tdx-init-vm',
      { ...g1, ...fine },
      FINALISED,
      td(FINALISED, { stage: 'initialised' }),
    ),
    accept('tsm.tdx-init-vm', { ...g1, ...fine }, CREATED, CREATED),
    accept('tsm.tdx-finalize', { ...g1, ...fine }, CREATED, td(CREATED, { stage: 'finalised' })),
    accept('tsm.tdx-finalize', { ...g1, ...fine }, ADDED, ADDED),
    accept('tsm.tdx-run', g1, ADDED, FINALISED),
    accept('tsm.tdx-run', g1, TERMINATED, td(TERMINATED, { stage: 'created' })),
  ],
  'tdx-vcpu-initialised-in-order': [
    accept(
      'tsm.tdx-init-vcpu',
      { ...g1, ...fine },
      INITIALISED,
      td(INITIALISED, { vcpu: 'initialised' }),
    ),
    accept('tsm.tdx-init-vcpu', { ...g1, ...fine }, td(FINALISED, { vcpu: 'created' }), FINALISED),
    accept(
      'tsm.tdx-init-vcpu',
      { ...g1, ...fine },
      td(INITIALISED, { vcpu: 'created' }),
      td(INITIALISED, { vcpu: 'created' }),
    ),
  ],
  'tdx-cpuid-as-initialised': [
    accept('tsm.tdx-set-cpuid', { ...g1, cpuid: 'other' }, READY, READY),
    accept('tsm.tdx-set-cpuid', { ...g1, cpuid: 'asInitialised' }, INITIALISED, INITIALISED),
  ],
  'tdx-image-only-before-finalize': [
    accept('tsm.tdx-add-page', add, td(READY, { stage: 'finalised' }), FINALISED),
    accept('tsm.tdx-add-page', add, td(READY, { vcpu: 'created' }), ADDED),
    accept('tsm.tdx-augment', p1, READY, ADDED),
  ],
  'tdx-private-only-where-attributed': [
    accept('tsm.tdx-add-page', add, page(READY, { slot: false }), ADDED),
    accept('tsm.tdx-augment', p1, page(READY, { attribute: 'shared' }), ADDED),
  ],
  'tdx-added-once': [
    accept('tsm.tdx-add-page', add, ADDED, ADDED),
    accept('tsm.tdx-augment', p1, ADDED, page(ADDED, { sept: 'pending', frame: 'zero' })),
  ],
  'tdx-measured-means-added': [
    accept('tsm.tdx-add-page', add, READY, page(ADDED, { measured: false })),
    accept('tsm.tdx-add-page', { ...add, measure: 'unmeasured' }, READY, ADDED),
    accept('tsm.tdx-run', g1, page(FINALISED, { measured: false }), FINALISED),
  ],
  'tdx-not-added-is-zero': [
    accept('tsm.tdx-augment', p1, TD_RUNNING, page(TD_RUNNING, { sept: 'pending' })),
    refuse('idle', {}, edit(OFFERED, { 'gpa.0.1': { frame: 'secret' } })),
  ],
  'tdx-accepted-only-by-launch-or-td': [
    accept(
      'tsm.tdx-augment',
      { guest: 0, page: 1 },
      OFFERED,
      edit(OFFERED, { 'gpa.0.1': { sept: 'accepted' } }),
    ),
    accept(
      'tsm.tdx-accept',
      { guest: 1, page: 1 },
      OFFERED,
      edit(OFFERED, { 'gpa.0.1': { sept: 'accepted' } }),
    ),
    accept('tsm.tdx-accept', p1, page(TD_RUNNING, gone), TD_RUNNING),
  ],
  'tdx-run-needs-finalize': [
    accept('tsm.tdx-run', g1, ADDED, td(ADDED, { running: true })),
    accept('tsm.tdx-run', g1, td(FINALISED, { vcpu: 'created' }), TD_RUNNING),
    accept('tsm.tdx-run', g1, TERMINATED, td(TERMINATED, { running: true })),
    accept('tsm.tdx-accept', p1, ADDED, td(ADDED, { running: true })),
    accept('tsm.tdx-run', { guest: 1 }, edit(CREATED, { 'td.1': { vcpu: 'none' } }), CREATED),
  ],
  'tdx-unused-fields-zero': [
    accept('tsm.tdx-capabilities', { ...g1, reserved: 'stray' }, CREATED, CREATED),
    refuse('tsm.tdx-init-vm', { ...g1, ...fine, reserved: 'stray' }, CREATED, INITIALISED),
    refuse(
      'tsm.tdx-init-vcpu',
      { ...g1, ...fine, reserved: 'stray' },
      INITIALISED,
      td(INITIALISED, { vcpu: 'created' }),
    ),
    refuse('tsm.tdx-add-page', { ...add, reserved: 'stray' }, READY, ADDED),
  ],
  'tdx-hw-error-tells': [
    accept('tsm.tdx-init-vm', { ...g1, ...fine, module: 'fails' }, CREATED, INITIALISED),
    accept(
      'tsm.tdx-capabilities',
      { ...g1, reserved: 'zero' },
      CREATED,
      td(CREATED, { hwError: true }),
    ),
    {
      ...refuse('tsm.tdx-init-vm', { ...g1, ...fine, module: 'fails' }, CREATED),
      outcome: { is: 'refused', code: 'EIO' },
    },
    {
      ...refuse(
        'tsm.tdx-init-vm',
        { ...g1, ...fine, module: 'fails' },
        CREATED,
        td(INITIALISED, { hwError: true }),
      ),
      outcome: { is: 'refused', code: 'EIO' },
    },
  ],
  'tdx-shared-bit-decides': [
    accept('tsm.tdx-touch', { ...p1, bit: 'bit51' }, TD_RUNNING, TD_RUNNING),
    accept('tsm.tdx-touch', { ...p1, bit: 'bit47' }, TD_RUNNING, TD_SECRET),
    accept('tsm.tdx-touch', { guest: 0, page: 1, bit: 'none' }, OFFERED, OFFERED),
    accept('tsm.tdx-touch', { guest: 0, page: 1, bit: 'none' }, TD_RUNNING, TD_RUNNING),
    refuse('tsm.tdx-touch', { ...p1, bit: 'none' }, TD_RUNNING, TD_SECRET),
  ],
  'tdx-private-memory-closed': [
    accept('tsm.tdx-foreign-read', { ...p1, reader: 1 }, TD_SECRET, TD_SECRET),
    accept(
      'tsm.tdx-foreign-read',
      { ...p1, reader: 1 },
      page(TD_SECRET, { sept: 'absent' }),
      page(TD_SECRET, { sept: 'absent' }),
    ),
  ],
  'tdx-no-residue': [
    accept(
      'tsm.tdx-terminate',
      { ...g1, reserved: 'zero' },
      TD_SECRET,
      page(TD_SECRET, { sept: 'absent' }),
    ),
  ],
  'tdx-slot-loses-contents': [
    accept('tsm.tdx-set-slot', { ...p1, change: 'move' }, TD_SECRET, TD_SECRET),
    accept('tsm.tdx-set-slot', { ...p1, change: 'delete' }, TD_SECRET, page(TD_SECRET, gone)),
    accept(
      'tsm.tdx-set-slot',
      { ...p1, change: 'move' },
      TD_SECRET,
      page(TD_SECRET, { ...gone, slot: false }),
    ),
  ],
  'tdx-conversion-loses-contents': [
    accept(
      'tsm.tdx-set-attribute',
      { ...p1, space: 'shared' },
      TD_SECRET,
      page(TD_SECRET, { attribute: 'shared' }),
    ),
    accept('tsm.tdx-set-attribute', { ...p1, space: 'shared' }, TD_SECRET, page(TD_SECRET, gone)),
    accept('tsm.tdx-set-attribute', { ...p1, space: 'private' }, TD_SECRET, page(TD_SECRET, gone)),
  ],
  'tdx-normal-vm-has-no-private': [
    accept(
      'tsm.tdx-set-attribute',
      { guest: 1, page: 0, space: 'private' },
      CREATED,
      edit(CREATED, { 'gpa.1.0': { attribute: 'private' } }),
    ),
    accept(
      'tsm.tdx-init-vm',
      { guest: 1, ...fine },
      CREATED,
      edit(CREATED, { 'td.1': { stage: 'initialised' } }),
    ),
    accept(
      'tsm.tdx-augment',
      { guest: 1, page: 0 },
      CREATED,
      edit(CREATED, { 'gpa.1.0': { sept: 'pending' } }),
    ),
  ],
  'tdx-terminated-has-nothing': [
    accept(
      'tsm.tdx-terminate',
      { ...g1, reserved: 'zero' },
      FINALISED,
      td(FINALISED, { stage: 'terminated' }),
    ),
    accept('tsm.tdx-run', g1, TERMINATED, td(TERMINATED, { running: true })),
  ],
};
