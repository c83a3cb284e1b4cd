/** What the words of words/tdx.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { TDX } from '../words/tdx.ts';
import type { World } from '../world.ts';
import { patch, row } from './parts.ts';

type Gpa = World['gpa'][number][number];

const gpa = (w: World, guest: number, page: number): Gpa => {
  const found = w.gpa[guest]?.[page];
  if (found === undefined) throw new RangeError(`gpa: guest ${guest} and page ${page}`);
  return found;
};
const patchGpa = (w: World, guest: number, page: number, change: Partial<Gpa>): World => ({
  ...w,
  gpa: w.gpa.map((pages, g) =>
    g === guest ? pages.map((x, p) => (p === page ? { ...x, ...change } : x)) : pages,
  ),
});

export const TDX_MEANING: ModelMeaning<typeof TDX, World> = {
  tdxReady: (w) => w.platform.tdx,
  tdxInit: (w) => ({ ...w, platform: { tdx: true } }),

  vmExists: (w, { guest }) => row(w, 'td', guest).kind !== 'none',
  isTd: (w, { guest }) => row(w, 'td', guest).kind === 'td',
  vmKindIs: (_, { kind }, which) => kind === which,
  createVm: (w, { guest, kind }) => patch(w, 'td', guest, { kind }),
  destroyVm: (w, { guest }) =>
    patch(w, 'td', guest, {
      kind: 'none',
      stage: 'created',
      vcpu: 'none',
      cpuid: false,
      running: false,
      hwError: false,
    }),
  tdStageIs: (w, { guest }, ...stages) => stages.includes(row(w, 'td', guest).stage),
  tdStageTo: (w, { guest }, stage) => patch(w, 'td', guest, { stage }),
  vcpuIs: (w, { guest }, state) => row(w, 'td', guest).vcpu === state,
  vcpuTo: (w, { guest }, vcpu) => patch(w, 'td', guest, { vcpu }),
  setCpuid: (w, { guest }) => patch(w, 'td', guest, { cpuid: true }),
  vmRunning: (w, { guest }) => row(w, 'td', guest).running,
  vmRuns: (w, { guest }) => patch(w, 'td', guest, { running: true }),
  vmStops: (w, { guest }) => patch(w, 'td', guest, { running: false }),

  reservedIs: (_, { reserved }, how) => reserved === how,
  moduleSays: (_, { module }, what) => module === what,
  setHwError: (w, { guest }) => patch(w, 'td', guest, { hwError: true }),
  clearHwError: (w, { guest }) => patch(w, 'td', guest, { hwError: false }),
  measureIs: (_, { measure }, how) => measure === how,
  cpuidIs: (_, { cpuid }, which) => cpuid === which,
  slotChangeIs: (_, { change }, what) => change === what,

  slotThere: (w, { guest, page }) => gpa(w, guest, page).slot,
  addSlot: (w, { guest, page }) => patchGpa(w, guest, page, { slot: true }),
  dropSlot: (w, { guest, page }) => patchGpa(w, guest, page, { slot: false }),
  gpaPrivate: (w, { guest, page }) => gpa(w, guest, page).attribute === 'private',
  gpaIsOf: (w, { guest, page, space }) => gpa(w, guest, page).attribute === space,
  setGpa: (w, { guest, page, space }) => patchGpa(w, guest, page, { attribute: space }),
  forgetGpa: (w, { guest, page }) =>
    patchGpa(w, guest, page, { attribute: 'shared', measured: false }),
  somePageAdded: (w, { guest }) => (w.gpa[guest] ?? []).some((x) => x.sept !== 'absent'),
  septAbsent: (w, { guest, page }) => gpa(w, guest, page).sept === 'absent',
  septAccepted: (w, { guest, page }) => gpa(w, guest, page).sept === 'accepted',
  septPending: (w, { guest, page }) => gpa(w, guest, page).sept === 'pending',
  addPage: (w, { guest, page }) => patchGpa(w, guest, page, { sept: 'accepted', frame: 'image' }),
  extendMeasurement: (w, { guest, page }) => patchGpa(w, guest, page, { measured: true }),
  augmentPage: (w, { guest, page }) => patchGpa(w, guest, page, { sept: 'pending' }),
  acceptGpa: (w, { guest, page }) => patchGpa(w, guest, page, { sept: 'accepted' }),
  dropSept: (w, { guest, page }) => patchGpa(w, guest, page, { sept: 'absent' }),
  wipeFrame: (w, { guest, page }) => patchGpa(w, guest, page, { frame: 'zero' }),
  writeSecret: (w, { guest, page }) => patchGpa(w, guest, page, { frame: 'secret' }),
  bitIsShared: (w, { bit }) => bit === w.readings.sharedBit,
  bitIsNone: (_, { bit }) => bit === 'none',
  readerIsGuest: (_, { guest, reader }) => reader === guest,
  readerRuns: (w, { reader }) => row(w, 'td', reader).running,
};
