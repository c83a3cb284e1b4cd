/**
 * The life of a VM: launch in order, nothing mapped or bound too early, nothing left when it is gone.
 */
import type { VmPhase } from '../model/sorts.ts';
import type { WorldView } from '../model/world.ts';
import { accepted, guestName, inOneLine, pageName, stepOfEach } from './helpers.ts';
import { invariant, type Property, type Step, step } from './property.ts';

/** The guest that the attempt is about; only for rules that have one. */
const guestOf = (s: Step): number => Number(s.args.guest);
const phase = (w: WorldView, g: number): VmPhase => w.vm[g]!.phase;
/** What rule leads from a phase to another; without one, no rule may. */
const WAYS: Readonly<Partial<Record<`${VmPhase} ${VmPhase}`, string>>> = {
  'gone created': 'vm.create',
  'created launching': 'vm.launch.start',
  'launching finalized': 'vm.launch.finish',
  'finalized running': 'vm.run',
  'paused running': 'vm.run',
  'running paused': 'vm.pause',
  'running created': 'vm.reboot',
  'paused created': 'vm.reboot',
  'running terminating': 'vm.destroy.begin',
  'paused terminating': 'vm.destroy.begin',
  'created terminating': 'vm.destroy.begin',
  'launching terminating': 'vm.destroy.begin',
  'finalized terminating': 'vm.destroy.begin',
  'terminating gone': 'vm.destroy.end',
};
/** Some TDI is bound to the guest, or some page is private to it. */
function hasSomething(w: WorldView, g: number): boolean {
  for (let t = 0; t < w.tsm.length; t++) if (w.tsm[t]!.boundTo === g) return true;
  for (let p = 0; p < w.page.length; p++) if (w.page[p]!.owner === g) return true;
  return false;
}
/** The guest knows of no evidence and no acceptance of any TDI. */
function knowsNothing(w: WorldView, g: number): boolean {
  for (let t = 0; t < w.tsm.length; t++) {
    const { evidence, accepted: consent } = w.guest[g]![t]!;
    if (evidence !== null || consent !== null) return false;
  }
  return true;
}
const isGone = (p: VmPhase): boolean => p === 'gone' || p === 'terminating';
const GUEST_ACTS: readonly string[] = [
  'guest.evidence',
  'guest.accept',
  'guest.enable-dma',
  'mmio.accept',
  'mmio.private',
  'page.accept',
  'page.store',
];

export const LAUNCH: readonly Property[] = [
  /** Created, launching, finalized, running; each by its own command. */
  step({
    id: 'vm-launch-in-order',
    title: 'A VM goes through its launch in order, each step by its own command',
    clauses: ['vm-launch'],
    facets: ['launch'],
    reads: ['vm.phase'],
    rules: [],
    holds: (s) => {
      for (let g = 0; g < s.after.vm.length; g++) {
        const [b, a] = [phase(s.before, g), phase(s.after, g)];
        if (b !== a && (WAYS[`${b} ${a}`] !== s.rule || guestOf(s) !== g)) return false;
      }
      return true;
    },
    why: (s) => {
      const g = guestOf(s);
      return `${s.rule} took a VM from ${phase(s.before, g)} to ${phase(s.after, g)} out of order`;
    },
    witnesses: {
      started: (s) => accepted(s, 'vm.launch.start'),
      finished: (s) => accepted(s, 'vm.launch.finish'),
    },
  }),

  /** The page was the hypervisor's; a refused update changes nothing. */
  step({
    id: 'launch-update-takes-hypervisor-pages',
    title: 'A launch update takes only a page of the hypervisor, and only between start and finish',
    clauses: ['vm-launch-update', 'page-owner'],
    facets: ['launch'],
    reads: ['vm.phase', 'page.owner', 'page.accepted'],
    triggers: [],
    rules: ['vm.launch.update'],
    holds: (s) => {
      if (s.rule !== 'vm.launch.update') return true;
      const [b, a] = [s.before.page[Number(s.args.page)]!, s.after.page[Number(s.args.page)]!];
      if (s.outcome.is !== 'accepted') return a.owner === b.owner && a.accepted === b.accepted;
      return (
        phase(s.before, guestOf(s)) === 'launching' &&
        b.owner === null &&
        a.owner === guestOf(s) &&
        a.accepted
      );
    },
    why: (s) =>
      inOneLine(
        `a launch update of ${guestName(guestOf(s))} in ${phase(s.before, guestOf(s))} was`,
        `${s.outcome.is} for ${pageName(Number(s.args.page))}, which was of`,
        guestName(s.before.page[Number(s.args.page)]!.owner),
      ),
    witnesses: {
      'page added': (s) => accepted(s, 'vm.launch.update'),
      'refused: a guest’s already': (s) =>
        s.rule === 'vm.launch.update' &&
        s.outcome.is === 'refused' &&
        phase(s.before, guestOf(s)) === 'launching' &&
        s.before.page[Number(s.args.page)]!.owner !== null,
    },
  }),

  /** Neither before its update nor of contents that are not hashed. */
  stepOfEach('Page', {
    id: 'launch-measures-what-it-adds',
    title: 'A page counts as measured only by a launch update that measures its contents',
    clauses: ['vm-launch-update'],
    facets: ['launch'],
    reads: ['image.measured', 'page.ownership', 'page.owner'],
    rules: ['vm.launch.update'],
    holdsFor: (s, p) => {
      const isMeasured = s.after.image[p]!.measured === s.after.page[p]!.ownership;
      const wasMeasured = s.before.image[p]!.measured === s.before.page[p]!.ownership;
      const hashed = s.args.contents === 'normal' || s.args.contents === 'zero';
      if (accepted(s, 'vm.launch.update') && s.args.page === p) return isMeasured === hashed;
      return !isMeasured || (wasMeasured && s.before.page[p]!.owner === s.after.page[p]!.owner);
    },
    tells: (s, p) =>
      `${s.rule} left ${pageName(p)} counted as measured, or not, against what it added`,
    witnesses: {
      measured: (s) => accepted(s, 'vm.launch.update') && s.args.contents === 'normal',
      'not measured': (s) => accepted(s, 'vm.launch.update') && s.args.contents === 'unmeasured',
    },
  }),

  /** Unbind every TDI, then reclaim, then gone. */
  step({
    id: 'tsm-guest-death-unbinds',
    title: 'A VM is gone only once no TDI is bound to it and no page is private to it',
    clauses: ['vm-destroy', 'verb-unbind'],
    facets: ['launch'],
    reads: ['vm.phase', 'tsm.boundTo', 'page.owner'],
    triggers: ['vm.phase'],
    rules: ['vm.destroy.end'],
    holds: (s) => {
      for (let g = 0; g < s.after.vm.length; g++)
        if (phase(s.after, g) === 'gone' && phase(s.before, g) !== 'gone')
          if (hasSomething(s.before, g) || hasSomething(s.after, g)) return false;
      return true;
    },
    why: (s) => `${guestName(guestOf(s))} is gone while a TDI is bound to it, or a page its own`,
    witnesses: {
      gone: (s) => accepted(s, 'vm.destroy.end'),
      'refused while something is left': (s) =>
        s.rule === 'vm.destroy.end' &&
        s.outcome.is === 'refused' &&
        phase(s.before, guestOf(s)) === 'terminating',
    },
  }),

  /** No memory is given to it, no TDI is bound to it. */
  step({
    id: 'vm-gone-gets-nothing',
    title: 'Nothing is bound or given to a VM that is gone or going',
    clauses: ['vm-destroy'],
    facets: ['launch'],
    sizes: { Page: 1 },
    reads: ['vm.phase', 'tsm.boundTo', 'page.owner'],
    triggers: ['tsm.boundTo', 'page.owner'],
    rules: ['tsm.bind', 'page.give'],
    holds: (s) => {
      for (let t = 0; t < s.after.tsm.length; t++) {
        const { boundTo: g } = s.after.tsm[t]!;
        if (g !== null && g !== s.before.tsm[t]!.boundTo && isGone(phase(s.before, g)))
          return false;
      }
      for (let p = 0; p < s.after.page.length; p++) {
        const { owner: g } = s.after.page[p]!;
        if (g !== null && g !== s.before.page[p]!.owner && isGone(phase(s.before, g))) return false;
      }
      return true;
    },
    why: (s) => `${s.rule} gave something to a VM that is gone or going`,
    witnesses: {
      'page refused': (s) =>
        s.rule === 'page.give' && s.outcome.is === 'refused' && isGone(phase(s.before, guestOf(s))),
    },
  }),

  /** R8: shared devices, no private memory, no evidence. */
  step({
    id: 'vm-reboot-starts-from-shared',
    title: 'A rebooted VM begins with nothing bound, nothing private and no evidence',
    clauses: ['vm-reboot'],
    facets: ['launch'],
    reads: ['tsm.boundTo', 'page.owner', 'guest.evidence', 'guest.accepted'],
    triggers: [],
    rules: ['vm.reboot', 'vm.destroy.end'],
    holds: (s) => {
      if (!accepted(s, 'vm.reboot') && !accepted(s, 'vm.destroy.end')) return true;
      return !hasSomething(s.after, guestOf(s)) && knowsNothing(s.after, guestOf(s));
    },
    why: (s) => `${s.rule} left ${guestName(guestOf(s))} something of its life before`,
    witnesses: {
      rebooted: (s) => accepted(s, 'vm.reboot'),
      'refused while something is left': (s) =>
        s.rule === 'vm.reboot' && s.outcome.is === 'refused' && hasSomething(s.before, guestOf(s)),
    },
  }),

  /** Paused, being launched, dying or gone. */
  step({
    id: 'vm-only-running-acts',
    title: 'A guest does something only while its VM runs',
    clauses: ['vm-launch', 'vm-destroy'],
    facets: ['launch'],
    reads: ['vm.phase'],
    triggers: [],
    rules: GUEST_ACTS,
    holds: (s) =>
      s.outcome.is !== 'accepted' ||
      !GUEST_ACTS.includes(s.rule) ||
      phase(s.before, guestOf(s)) === 'running',
    why: (s) => `${s.rule} of ${guestName(guestOf(s))}, whose VM is ${phase(s.before, guestOf(s))}`,
    witnesses: {
      'dropped while it sleeps': (s) =>
        GUEST_ACTS.includes(s.rule) &&
        s.outcome.is === 'dropped' &&
        phase(s.before, guestOf(s)) !== 'running',
    },
  }),

  /** Under the broken way of a cold plug it is, and then the launch update must fail. */
  step({
    id: 'no-private-map-before-launch-done',
    title: 'No private memory is mapped for a device before the launch of its VM is finished',
    clauses: ['private-map-after-launch'],
    facets: ['launch', 'vfio'],
    reads: ['vm.phase', 'ioas.kind'],
    triggers: ['ioas.kind'],
    rules: ['ioas.map'],
    holds: (s) => {
      if (s.before.readings.initialAssignMode === 'coldPrivate') return true;
      for (let g = 0; g < s.after.vm.length; g++) {
        const now = phase(s.after, g);
        if (now !== 'created' && now !== 'launching') continue;
        for (let p = 0; p < s.after.page.length; p++)
          if (s.after.ioas[g]![p]!.kind === 'private' && s.before.ioas[g]![p]!.kind !== 'private')
            return false;
      }
      return true;
    },
    why: (s) =>
      inOneLine(
        `${s.rule} mapped private memory of ${guestName(guestOf(s))} for a device while it is`,
        phase(s.after, guestOf(s)),
      ),
    witnesses: {
      'mapped while it runs': (s) =>
        accepted(s, 'ioas.map') &&
        s.args.space === 'private' &&
        phase(s.before, guestOf(s)) === 'running',
      'refused before': (s) =>
        s.rule === 'ioas.map' &&
        s.outcome.is === 'refused' &&
        s.args.space === 'private' &&
        (phase(s.before, guestOf(s)) === 'created' || phase(s.before, guestOf(s)) === 'launching'),
    },
  }),

  /** And no TDI of it either: what dies keeps no mapping in the host's books. */
  invariant({
    id: 'vm-gone-has-no-io-space',
    title: 'A VM that is gone has no I/O address space left',
    clauses: ['vm-destroy', 'vfio-teardown'],
    facets: ['launch', 'vfio'],
    reads: ['vm.phase', 'ioas.kind'],
    holds: (w) => {
      for (let g = 0; g < w.vm.length; g++) {
        if (phase(w, g) !== 'gone') continue;
        for (let p = 0; p < w.page.length; p++)
          if (w.ioas[g]![p]!.kind !== 'unmapped') return false;
      }
      return true;
    },
    why: () => 'a page is mapped in the I/O address space of a VM that is gone',
    witnesses: { gone: (s) => accepted(s, 'vm.destroy.end') },
  }),
];
