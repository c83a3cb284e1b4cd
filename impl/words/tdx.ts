/** Packed meaning of the words about the launch of a TD and its private memory. */
import type { TDX } from '../../model/words/tdx.ts';
import type { Readings } from '../../model/world.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const tdxWords = ({ sharedBit }: Readings): PackedMeaning<typeof TDX> => ({
  tdxReady: (s) => s.platform().tdx,
  tdxInit: (s) => s.platform().set({ tdx: true }),

  vmExists: (s, { guest }) => s.td(guest).kind.isIn('td', 'legacy'),
  isTd: (s, { guest }) => s.td(guest).kind.is('td'),
  vmKindIs: (_, { kind }, which) => known(kind === which),
  createVm: (s, { guest, kind }) => s.td(guest).set({ kind }),
  destroyVm: (s, { guest }) => s.td(guest).clear(),
  tdStageIs: (s, { guest }, ...stages) => s.td(guest).stage.isIn(...stages),
  tdStageTo: (s, { guest }, stage) => s.td(guest).set({ stage }),
  vcpuIs: (s, { guest }, state) => s.td(guest).vcpu.is(state),
  vcpuTo: (s, { guest }, vcpu) => s.td(guest).set({ vcpu }),
  setCpuid: (s, { guest }) => s.td(guest).set({ cpuid: true }),
  vmRunning: (s, { guest }) => s.td(guest).running,
  vmRuns: (s, { guest }) => s.td(guest).set({ running: true }),
  vmStops: (s, { guest }) => s.td(guest).set({ running: false }),

  reservedIs: (_, { reserved }, how) => known(reserved === how),
  moduleSays: (_, { module }, what) => known(module === what),
  setHwError: (s, { guest }) => s.td(guest).set({ hwError: true }),
  clearHwError: (s, { guest }) => s.td(guest).set({ hwError: false }),
  measureIs: (_, { measure }, how) => known(measure === how),
  cpuidIs: (_, { cpuid }, which) => known(cpuid === which),
  slotChangeIs: (_, { change }, what) => known(change === what),

  slotThere: (s, { guest, page }) => s.gpa(guest, page).slot,
  addSlot: (s, { guest, page }) => s.gpa(guest, page).set({ slot: true }),
  dropSlot: (s, { guest, page }) => s.gpa(guest, page).set({ slot: false }),
  gpaPrivate: (s, { guest, page }) => s.gpa(guest, page).attribute.is('private'),
  gpaIsOf: (s, { guest, page, space }) => s.gpa(guest, page).attribute.is(space),
  setGpa: (s, { guest, page, space }) => s.gpa(guest, page).set({ attribute: space }),
  forgetGpa: (s, { guest, page }) =>
    s.gpa(guest, page).set({ attribute: 'shared', measured: false }),
  somePageAdded: (s, { guest }) =>
    s.some('Page', (page) => s.gpa(guest, page).sept.is('absent').not),
  septAbsent: (s, { guest, page }) => s.gpa(guest, page).sept.is('absent'),
  septAccepted: (s, { guest, page }) => s.gpa(guest, page).sept.is('accepted'),
  septPending: (s, { guest, page }) => s.gpa(guest, page).sept.is('pending'),
  addPage: (s, { guest, page }) => s.gpa(guest, page).set({ sept: 'accepted', frame: 'image' }),
  extendMeasurement: (s, { guest, page }) => s.gpa(guest, page).set({ measured: true }),
  augmentPage: (s, { guest, page }) => s.gpa(guest, page).set({ sept: 'pending' }),
  acceptGpa: (s, { guest, page }) => s.gpa(guest, page).set({ sept: 'accepted' }),
  dropSept: (s, { guest, page }) => s.gpa(guest, page).set({ sept: 'absent' }),
  wipeFrame: (s, { guest, page }) => s.gpa(guest, page).set({ frame: 'zero' }),
  writeSecret: (s, { guest, page }) => s.gpa(guest, page).set({ frame: 'secret' }),
  bitIsShared: (_, { bit }) => known(bit === sharedBit),
  bitIsNone: (_, { bit }) => known(bit === 'none'),
  readerIsGuest: (_, { guest, reader }) => reader.is(guest),
  readerRuns: (s, { reader }) => s.td(reader).running,
});
