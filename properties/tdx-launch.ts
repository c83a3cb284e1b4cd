/**
 * The launch of a TD under KVM: its order, what is measured, and that nobody else reads its private memory.
 *
 * `td` is the VM, `gpa` a page of its guest-physical addresses; `gpa.frame` says what is in the frame behind it,
 * also after the page has gone back to the host.
 */
import type { World, WorldView } from '../model/world.ts';
import {
  accepted,
  guestIn,
  guestName,
  inOneLine,
  invariantOfEach,
  pageName,
  refused,
  stepOfEach,
} from './helpers.ts';
import { type Property, reach, type Step, step } from './property.ts';

type Td = World['td'][number];
type Gpa = World['gpa'][number][number];

const tdOf = (w: WorldView, s: Step): Td => w.td[guestIn(s)]!;
const gpaOf = (w: WorldView, s: Step): Gpa => w.gpa[guestIn(s)]![Number(s.args.page)]!;
const facets = ['tdx'] as const;

/** The first page of a VM for which the test holds; -1: none. */
function pageWith(s: Step, g: number, test: (b: Gpa, a: Gpa, p: number) => boolean): number {
  for (let p = 0; p < s.after.page.length; p++)
    if (test(s.before.gpa[g]![p]!, s.after.gpa[g]![p]!, p)) return p;
  return -1;
}
/** Some page of the VM, in one world, for which the test holds. */
function somePage(w: WorldView, g: number, test: (x: Gpa) => boolean): boolean {
  for (let p = 0; p < w.page.length; p++) if (test(w.gpa[g]![p]!)) return true;
  return false;
}
/** Some VM for which the test holds. */
function someVm(w: WorldView, test: (t: Td, g: number) => boolean): boolean {
  for (let g = 0; g < w.td.length; g++) if (test(w.td[g]!, g)) return true;
  return false;
}
const imageCame = (b: Gpa, a: Gpa): boolean => a.frame === 'image' && b.frame !== 'image';
const acceptedNow = (b: Gpa, a: Gpa): boolean => a.sept === 'accepted' && b.sept !== 'accepted';
const isFinal = ({ stage }: Td): boolean => stage === 'finalised';
/** A sub-command: one ioctl for all, with fields that may have to be zero. */
const isSubcommand = (rule: string): boolean =>
  rule === 'tsm.tdx-capabilities' ||
  rule === 'tsm.tdx-init-vm' ||
  rule === 'tsm.tdx-init-vcpu' ||
  rule === 'tsm.tdx-add-page' ||
  rule === 'tsm.tdx-finalize' ||
  rule === 'tsm.tdx-terminate';
const SUBCOMMANDS = [
  'tsm.tdx-capabilities',
  'tsm.tdx-init-vm',
  'tsm.tdx-init-vcpu',
  'tsm.tdx-add-page',
  'tsm.tdx-finalize',
  'tsm.tdx-terminate',
] as const;

export const TDX_LAUNCH: readonly Property[] = [
  stepOfEach('Guest', {
    id: 'tdx-td-needs-module',
    title: 'A TD is created only on a platform whose TDX module is initialised',
    clauses: ['tdx-order'],
    facets,
    reads: ['td.kind', 'platform.tdx'],
    triggers: ['td.kind'],
    rules: ['tsm.tdx-create-vm'],
    holdsFor: (s, g) =>
      s.after.td[g]!.kind !== 'td' || s.before.td[g]!.kind === 'td' || s.before.platform.tdx,
    tells: (s, g) => `${s.rule} made ${guestName(g)} a TD without a TDX module`,
    witnesses: {
      created: (s) => accepted(s, 'tsm.tdx-create-vm') && s.args.kind === 'td',
      'refused without the module': (s) =>
        refused(s, 'tsm.tdx-create-vm') && s.args.kind === 'td' && !s.before.platform.tdx,
    },
  }),

  invariantOfEach('Guest', {
    id: 'tdx-vcpu-after-init',
    title: 'A TD has a vCPU only after INIT_VM',
    clauses: ['tdx-order'],
    facets,
    reads: ['td.kind', 'td.stage', 'td.vcpu'],
    holdsFor: (w, g) => {
      const { kind, stage, vcpu } = w.td[g]!;
      return kind !== 'td' || stage !== 'created' || vcpu === 'none';
    },
    tells: (w, g) => `${guestName(g)} is not initialised and has a vCPU that is ${w.td[g]!.vcpu}`,
    witnesses: {
      'created after INIT_VM': (s) =>
        accepted(s, 'tsm.tdx-create-vcpu') && tdOf(s.before, s).kind === 'td',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-order-of-launch',
    title:
      'The launch of a TD goes from created to initialised to finalised, each by its sub-command',
    clauses: ['tdx-order', 'tdx-finalize', 'tdx-terminate'],
    facets,
    reads: ['td.kind', 'td.stage'],
    triggers: ['td.stage'],
    rules: ['tsm.tdx-init-vm', 'tsm.tdx-finalize'],
    holdsFor: (s, g) => {
      const from = s.before.td[g]!.stage;
      const to = s.after.td[g]!.stage;
      if (s.outcome.is === 'accepted' && s.args.guest === g) {
        if (s.rule === 'tsm.tdx-init-vm') return from === 'created' && to === 'initialised';
        if (s.rule === 'tsm.tdx-finalize') return from === 'initialised' && to === 'finalised';
      }
      if (from === to || to === 'terminated') return true;
      return to === 'created' && s.after.td[g]!.kind === 'none';
    },
    tells: (s, g) =>
      inOneLine(
        `${s.rule} took the launch of ${guestName(g)} from ${s.before.td[g]!.stage}`,
        `to ${s.after.td[g]!.stage}`,
      ),
    witnesses: {
      initialised: (s) => accepted(s, 'tsm.tdx-init-vm'),
      finalised: (s) => accepted(s, 'tsm.tdx-finalize'),
      'initialised twice refused': (s) =>
        refused(s, 'tsm.tdx-init-vm') && tdOf(s.before, s).stage === 'initialised',
      'finalised too early refused': (s) =>
        refused(s, 'tsm.tdx-finalize') &&
        tdOf(s.before, s).kind === 'td' &&
        tdOf(s.before, s).stage === 'created',
    },
  }),

  step({
    id: 'tdx-vcpu-initialised-in-order',
    title: 'INIT_VCPU works only on a vCPU that is new, between INIT_VM and FINALIZE_VM',
    clauses: ['tdx-order'],
    facets,
    reads: ['td.stage', 'td.vcpu'],
    triggers: [],
    rules: ['tsm.tdx-init-vcpu'],
    holds: (s) =>
      !accepted(s, 'tsm.tdx-init-vcpu') ||
      (tdOf(s.before, s).stage === 'initialised' &&
        tdOf(s.before, s).vcpu === 'created' &&
        tdOf(s.after, s).vcpu === 'initialised'),
    why: (s) =>
      inOneLine(
        `INIT_VCPU went through for ${guestName(guestIn(s))}, ${tdOf(s.before, s).stage},`,
        `with a vCPU that was ${tdOf(s.before, s).vcpu}`,
      ),
    witnesses: {
      initialised: (s) => accepted(s, 'tsm.tdx-init-vcpu'),
      'refused without a new vCPU': (s) =>
        refused(s, 'tsm.tdx-init-vcpu') &&
        tdOf(s.before, s).stage === 'initialised' &&
        tdOf(s.before, s).vcpu !== 'created',
      'refused after FINALIZE_VM': (s) =>
        refused(s, 'tsm.tdx-init-vcpu') && isFinal(tdOf(s.before, s)),
    },
  }),

  step({
    id: 'tdx-cpuid-as-initialised',
    title: 'A TD’s vCPU gets no other CPUID than INIT_VM has fixed',
    clauses: ['tdx-order'],
    facets,
    reads: ['td.kind', 'td.vcpu'],
    triggers: [],
    rules: ['tsm.tdx-set-cpuid'],
    holds: (s) =>
      !accepted(s, 'tsm.tdx-set-cpuid') ||
      (tdOf(s.before, s).vcpu !== 'none' &&
        (tdOf(s.before, s).kind !== 'td' || s.args.cpuid !== 'other')),
    why: (s) =>
      `CPUID “${s.args.cpuid}” was set for ${guestName(guestIn(s))}, vCPU ${tdOf(s.before, s).vcpu}`,
    witnesses: {
      'set for a TD': (s) => accepted(s, 'tsm.tdx-set-cpuid') && tdOf(s.before, s).kind === 'td',
      'others refused for a TD': (s) =>
        refused(s, 'tsm.tdx-set-cpuid') &&
        s.args.cpuid === 'other' &&
        tdOf(s.before, s).kind === 'td' &&
        tdOf(s.before, s).vcpu !== 'none',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-image-only-before-finalize',
    title: 'A page of the image is added only between INIT_VM and FINALIZE_VM',
    clauses: ['tdx-add-page', 'tdx-finalize'],
    facets,
    reads: ['td.stage', 'td.vcpu', 'gpa.frame'],
    triggers: ['gpa.frame'],
    rules: ['tsm.tdx-add-page'],
    holdsFor: (s, g) =>
      pageWith(s, g, imageCame) < 0 ||
      (accepted(s, 'tsm.tdx-add-page') &&
        guestIn(s) === g &&
        s.before.td[g]!.stage === 'initialised' &&
        s.before.td[g]!.vcpu === 'initialised'),
    tells: (s, g) =>
      inOneLine(
        `${pageName(pageWith(s, g, imageCame))} of ${guestName(g)} got its image by ${s.rule}, the TD`,
        `${s.before.td[g]!.stage}`,
      ),
    witnesses: {
      added: (s) => accepted(s, 'tsm.tdx-add-page'),
      'refused after FINALIZE_VM': (s) =>
        refused(s, 'tsm.tdx-add-page') && isFinal(tdOf(s.before, s)),
      'refused without a vCPU': (s) =>
        refused(s, 'tsm.tdx-add-page') &&
        tdOf(s.before, s).stage === 'initialised' &&
        tdOf(s.before, s).vcpu !== 'initialised',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-private-only-where-attributed',
    title: 'A page comes into the secure EPT only where a slot with the private attribute is',
    clauses: ['tdx-add-page', 'tdx-attribute'],
    facets,
    reads: ['gpa.sept', 'gpa.slot', 'gpa.attribute'],
    triggers: ['gpa.sept'],
    rules: ['tsm.tdx-add-page', 'tsm.tdx-augment'],
    holdsFor: (s, g) =>
      pageWith(
        s,
        g,
        (b, a) =>
          b.sept === 'absent' && a.sept !== 'absent' && !(b.slot && b.attribute === 'private'),
      ) < 0,
    tells: (s, g) => `${s.rule} gave ${guestName(g)} a private page where none may be`,
    witnesses: {
      'added where private': (s) =>
        accepted(s, 'tsm.tdx-add-page') && gpaOf(s.before, s).attribute === 'private',
      'refused where shared': (s) =>
        refused(s, 'tsm.tdx-add-page') &&
        gpaOf(s.before, s).slot &&
        gpaOf(s.before, s).attribute === 'shared',
      'fault where shared': (s) =>
        refused(s, 'tsm.tdx-augment') &&
        gpaOf(s.before, s).slot &&
        gpaOf(s.before, s).attribute === 'shared',
      'fault where no slot is': (s) => refused(s, 'tsm.tdx-augment') && !gpaOf(s.before, s).slot,
    },
  }),

  step({
    id: 'tdx-added-once',
    title: 'Nothing is added over a page that the TD has already',
    clauses: ['tdx-add-page', 'tdx-not-added'],
    facets,
    reads: ['gpa.sept'],
    triggers: [],
    rules: ['tsm.tdx-add-page', 'tsm.tdx-augment'],
    holds: (s) =>
      !(accepted(s, 'tsm.tdx-add-page') || accepted(s, 'tsm.tdx-augment')) ||
      gpaOf(s.before, s).sept === 'absent',
    why: (s) => `${s.rule} replaced ${pageName(Number(s.args.page))} of ${guestName(guestIn(s))}`,
    witnesses: {
      'second page refused': (s) =>
        refused(s, 'tsm.tdx-add-page') && gpaOf(s.before, s).sept !== 'absent',
      'augmenting refused where a page is': (s) =>
        refused(s, 'tsm.tdx-augment') && gpaOf(s.before, s).sept === 'accepted',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-measured-means-added',
    title: 'The measurement covers a page only if it was added to be measured, before FINALIZE_VM',
    clauses: ['tdx-add-page', 'tdx-finalize'],
    facets,
    reads: ['gpa.measured', 'td.stage'],
    triggers: ['gpa.measured'],
    rules: ['tsm.tdx-add-page'],
    holdsFor: (s, g) => {
      const added = accepted(s, 'tsm.tdx-add-page') && guestIn(s) === g;
      if (added && s.args.measure === 'measured' && !gpaOf(s.after, s).measured) return false;
      return (
        pageWith(s, g, (b, a) => a.measured && !b.measured) < 0 ||
        (added && s.args.measure === 'measured' && s.before.td[g]!.stage === 'initialised')
      );
    },
    tells: (s, g) => `${s.rule} and the measurement of ${guestName(g)} do not agree`,
    witnesses: {
      measured: (s) => accepted(s, 'tsm.tdx-add-page') && s.args.measure === 'measured',
      'added without measuring': (s) =>
        accepted(s, 'tsm.tdx-add-page') &&
        s.args.measure === 'unmeasured' &&
        !gpaOf(s.after, s).measured,
    },
  }),

  invariantOfEach('Guest', {
    id: 'tdx-not-added-is-zero',
    title: 'A page that the TD has not accepted holds zeros',
    clauses: ['tdx-not-added', 'tdx-private'],
    facets,
    reads: ['gpa.sept', 'gpa.frame', 'gpa.measured'],
    holdsFor: (w, g) => !somePage(w, g, (x) => x.sept === 'pending' && x.frame !== 'zero'),
    tells: (_, g) => `${guestName(g)} is offered a page that is not empty`,
    witnesses: {
      offered: (s) => accepted(s, 'tsm.tdx-augment'),
      'offered after it was measured': (s) =>
        accepted(s, 'tsm.tdx-augment') && gpaOf(s.before, s).measured,
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-accepted-only-by-launch-or-td',
    title: 'A page is accepted by being added before the launch, or by the TD itself',
    clauses: ['tdx-add-page', 'tdx-not-added'],
    facets,
    reads: ['gpa.sept', 'td.running'],
    triggers: ['gpa.sept'],
    rules: ['tsm.tdx-accept'],
    holdsFor: (s, g) => {
      if (pageWith(s, g, acceptedNow) < 0) return true;
      if (s.args.guest !== g || s.outcome.is !== 'accepted') return false;
      if (s.rule === 'tsm.tdx-add-page') return true;
      return (
        s.rule === 'tsm.tdx-accept' &&
        s.before.td[g]!.running &&
        gpaOf(s.before, s).sept === 'pending'
      );
    },
    tells: (s, g) =>
      `${s.rule} made ${pageName(pageWith(s, g, acceptedNow))} of ${guestName(g)} accepted`,
    witnesses: {
      'accepted by the TD': (s) => accepted(s, 'tsm.tdx-accept'),
      'nothing to accept': (s) =>
        refused(s, 'tsm.tdx-accept') &&
        tdOf(s.before, s).running &&
        gpaOf(s.before, s).sept === 'absent',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-run-needs-finalize',
    title: 'A TD runs only with its measurement complete and its vCPU initialised',
    clauses: ['tdx-finalize', 'tdx-order', 'tdx-terminate'],
    facets,
    reads: ['td.kind', 'td.stage', 'td.vcpu', 'td.running'],
    triggers: ['td.running'],
    rules: ['tsm.tdx-run'],
    holdsFor: (s, g) => {
      const { kind, stage, vcpu } = s.before.td[g]!;
      const ran = accepted(s, 'tsm.tdx-run') && guestIn(s) === g;
      if (!ran && (s.before.td[g]!.running || !s.after.td[g]!.running)) return true;
      return kind === 'td' ? stage === 'finalised' && vcpu === 'initialised' : vcpu !== 'none';
    },
    tells: (s, g) => {
      const { kind, stage, vcpu } = s.before.td[g]!;
      return `${guestName(g)} runs: ${kind}, ${stage}, vCPU ${vcpu}`;
    },
    witnesses: {
      'a TD runs': (s) => accepted(s, 'tsm.tdx-run') && tdOf(s.before, s).kind === 'td',
      'refused before FINALIZE_VM': (s) =>
        refused(s, 'tsm.tdx-run') && tdOf(s.before, s).stage === 'initialised',
      'refused after TERMINATE_VM': (s) =>
        refused(s, 'tsm.tdx-run') && tdOf(s.before, s).stage === 'terminated',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-unused-fields-zero',
    title: 'A sub-command with something in a field that must be zero does nothing',
    clauses: ['tdx-subcommand'],
    facets,
    reads: ['td.kind', 'td.stage', 'td.vcpu', 'gpa.sept'],
    triggers: [],
    rules: SUBCOMMANDS,
    holdsFor: (s, g) => {
      if (!isSubcommand(s.rule) || s.args.reserved !== 'stray') return true;
      const b = s.before.td[g]!;
      const a = s.after.td[g]!;
      return (
        s.outcome.is === 'refused' &&
        b.stage === a.stage &&
        b.vcpu === a.vcpu &&
        pageWith(s, g, (x, y) => x.sept !== y.sept) < 0
      );
    },
    tells: (s) => `${s.rule} came through with a stray field`,
    witnesses: {
      'INIT_VM refused': (s) =>
        refused(s, 'tsm.tdx-init-vm') &&
        s.args.reserved === 'stray' &&
        tdOf(s.before, s).kind === 'td' &&
        tdOf(s.before, s).stage === 'created',
      'FINALIZE_VM refused': (s) =>
        refused(s, 'tsm.tdx-finalize') &&
        s.args.reserved === 'stray' &&
        tdOf(s.before, s).stage === 'initialised',
    },
  }),

  step({
    id: 'tdx-hw-error-tells',
    title: 'Where the module refuses, the call fails, hw_error says so, and nothing is done',
    clauses: ['tdx-hw-error'],
    facets,
    reads: ['td.hwError', 'td.stage', 'td.vcpu'],
    triggers: [],
    rules: SUBCOMMANDS,
    holds: (s) => {
      if (!isSubcommand(s.rule)) return true;
      if (s.outcome.is === 'accepted')
        return s.args.module !== 'fails' && !tdOf(s.after, s).hwError;
      if (s.outcome.code !== 'EIO') return true;
      const b = tdOf(s.before, s);
      const a = tdOf(s.after, s);
      return a.hwError && a.stage === b.stage && a.vcpu === b.vcpu;
    },
    why: (s) =>
      inOneLine(
        `${s.rule} was ${s.outcome.is}, the module ${s.args.module ?? 'is not asked'}, hw_error`,
        tdOf(s.after, s).hwError ? 'is set' : 'is zero',
      ),
    witnesses: {
      'the module refused': (s) => isSubcommand(s.rule) && s.outcome.code === 'EIO',
      'hw_error cleared by a success': (s) =>
        isSubcommand(s.rule) && s.outcome.is === 'accepted' && tdOf(s.before, s).hwError,
    },
  }),

  step({
    id: 'tdx-shared-bit-decides',
    title:
      'What a TD writes with the shared bit set never gets into private memory, and the reverse',
    clauses: ['tdx-shared-bit', 'tdx-attribute'],
    facets,
    reads: ['td.kind', 'gpa.attribute', 'gpa.frame', 'gpa.sept'],
    triggers: ['gpa.frame'],
    rules: ['tsm.tdx-touch'],
    holds: (s) => {
      if (s.rule !== 'tsm.tdx-touch' || tdOf(s.before, s).kind !== 'td') return true;
      const a = gpaOf(s.after, s);
      const b = gpaOf(s.before, s);
      if (s.outcome.is !== 'accepted') return a.frame === b.frame;
      if (s.args.bit === s.before.readings.sharedBit)
        return b.attribute === 'shared' && a.frame === b.frame;
      return s.args.bit === 'none' && b.attribute === 'private' && b.sept === 'accepted';
    },
    why: (s) =>
      inOneLine(
        `${guestName(guestIn(s))} wrote with bit ${s.args.bit} to a page that is`,
        `${gpaOf(s.before, s).attribute}, ${gpaOf(s.before, s).sept}`,
      ),
    witnesses: {
      'private write': (s) => accepted(s, 'tsm.tdx-touch') && gpaOf(s.after, s).frame === 'secret',
      'shared write': (s) =>
        accepted(s, 'tsm.tdx-touch') &&
        tdOf(s.before, s).kind === 'td' &&
        s.args.bit === s.before.readings.sharedBit,
      'shared write to a private page refused': (s) =>
        refused(s, 'tsm.tdx-touch') &&
        tdOf(s.before, s).kind === 'td' &&
        gpaOf(s.before, s).attribute === 'private' &&
        s.args.bit === s.before.readings.sharedBit,
      'page that is not accepted': (s) =>
        refused(s, 'tsm.tdx-touch') &&
        gpaOf(s.before, s).sept === 'pending' &&
        s.args.bit === 'none',
    },
  }),

  step({
    id: 'tdx-private-memory-closed',
    title: 'No other VM reads private memory of a TD',
    clauses: ['tdx-private'],
    facets,
    sizes: { Guest: 2 },
    reads: ['td.kind', 'gpa.sept', 'gpa.frame'],
    triggers: [],
    rules: ['tsm.tdx-foreign-read'],
    holds: (s) =>
      !accepted(s, 'tsm.tdx-foreign-read') ||
      (gpaOf(s.before, s).sept === 'absent' && gpaOf(s.before, s).frame === 'zero'),
    why: (s) =>
      inOneLine(
        `${guestName(Number(s.args.reader))} read ${pageName(Number(s.args.page))} of`,
        `${guestName(guestIn(s))}, which holds ${gpaOf(s.before, s).frame}`,
      ),
    witnesses: {
      'refused where a TD has the page': (s) =>
        s.rule === 'tsm.tdx-foreign-read' &&
        s.outcome.is === 'dropped' &&
        s.before.td[Number(s.args.reader)]!.kind === 'legacy',
      'read where no TD has it': (s) => accepted(s, 'tsm.tdx-foreign-read'),
    },
  }),

  invariantOfEach('Guest', {
    id: 'tdx-no-residue',
    title: 'A frame that has gone back to the host holds nothing of the TD',
    clauses: ['tdx-private', 'tdx-attribute', 'tdx-slot', 'tdx-terminate'],
    facets,
    reads: ['gpa.sept', 'gpa.frame'],
    holdsFor: (w, g) => !somePage(w, g, (x) => x.sept === 'absent' && x.frame !== 'zero'),
    tells: (_, g) => `a frame of ${guestName(g)} went back with something in it`,
    witnesses: {
      'a page with a secret taken out': (s) =>
        s.args.guest !== undefined &&
        pageWith(s, guestIn(s), (b, a) => b.frame === 'secret' && a.sept === 'absent') >= 0,
    },
  }),

  step({
    id: 'tdx-slot-loses-contents',
    title: 'Moving or deleting a memory slot loses what the TD had below it',
    clauses: ['tdx-slot'],
    facets,
    reads: ['gpa.sept', 'gpa.slot'],
    triggers: [],
    rules: ['tsm.tdx-set-slot'],
    holds: (s) =>
      !accepted(s, 'tsm.tdx-set-slot') ||
      s.args.change === 'create' ||
      (gpaOf(s.after, s).sept === 'absent' &&
        gpaOf(s.after, s).slot === (s.args.change === 'move')),
    why: (s) => `the slot was ${s.args.change}d, and the TD keeps its page`,
    witnesses: {
      moved: (s) =>
        accepted(s, 'tsm.tdx-set-slot') &&
        s.args.change === 'move' &&
        gpaOf(s.before, s).sept !== 'absent',
      deleted: (s) =>
        accepted(s, 'tsm.tdx-set-slot') &&
        s.args.change === 'delete' &&
        gpaOf(s.before, s).sept !== 'absent',
    },
  }),

  step({
    id: 'tdx-conversion-loses-contents',
    title:
      'A page that changes between private and shared is out of the TD, and one that does not stays',
    clauses: ['tdx-attribute'],
    facets,
    reads: ['gpa.sept', 'gpa.attribute'],
    triggers: [],
    rules: ['tsm.tdx-set-attribute'],
    holds: (s) => {
      if (!accepted(s, 'tsm.tdx-set-attribute')) return true;
      const b = gpaOf(s.before, s);
      const a = gpaOf(s.after, s);
      return (
        a.attribute === s.args.space && a.sept === (a.attribute === b.attribute ? b.sept : 'absent')
      );
    },
    why: (s) =>
      inOneLine(
        `the attribute went from ${gpaOf(s.before, s).attribute} to ${gpaOf(s.after, s).attribute},`,
        `the page from ${gpaOf(s.before, s).sept} to ${gpaOf(s.after, s).sept}`,
      ),
    witnesses: {
      'private page converted': (s) =>
        accepted(s, 'tsm.tdx-set-attribute') &&
        gpaOf(s.before, s).sept !== 'absent' &&
        s.args.space === 'shared',
      'private stays private': (s) =>
        accepted(s, 'tsm.tdx-set-attribute') &&
        gpaOf(s.before, s).sept === 'accepted' &&
        s.args.space === 'private',
    },
  }),

  stepOfEach('Guest', {
    id: 'tdx-normal-vm-has-no-private',
    title: 'A normal VM has no private memory, and no launch as TDs have it',
    clauses: ['tdx-attribute', 'tdx-order'],
    facets,
    reads: ['td.kind', 'td.stage', 'gpa.attribute', 'gpa.sept'],
    rules: ['tsm.tdx-set-attribute', 'tsm.tdx-init-vm'],
    holdsFor: (s, g) => {
      const { kind, stage } = s.after.td[g]!;
      return (
        kind === 'td' ||
        (stage === 'created' &&
          !somePage(s.after, g, (x) => x.attribute === 'private' || x.sept !== 'absent'))
      );
    },
    tells: (s, g) => `${guestName(g)} is ${s.after.td[g]!.kind} and has what only a TD may have`,
    witnesses: {
      'attribute refused': (s) =>
        refused(s, 'tsm.tdx-set-attribute') &&
        tdOf(s.before, s).kind === 'legacy' &&
        s.args.space === 'private',
      'sub-command refused': (s) =>
        refused(s, 'tsm.tdx-init-vm') && tdOf(s.before, s).kind === 'legacy',
    },
  }),

  invariantOfEach('Guest', {
    id: 'tdx-terminated-has-nothing',
    title: 'A TD that was terminated does not run and has no private page',
    clauses: ['tdx-terminate'],
    facets,
    reads: ['td.stage', 'td.running', 'gpa.sept'],
    holdsFor: (w, g) =>
      w.td[g]!.stage !== 'terminated' ||
      (!w.td[g]!.running && !somePage(w, g, (x) => x.sept !== 'absent')),
    tells: (_, g) => `${guestName(g)} is terminated and runs or has pages`,
    witnesses: {
      'terminated while it ran': (s) =>
        accepted(s, 'tsm.tdx-terminate') && tdOf(s.before, s).running,
      'terminated with pages': (s) =>
        accepted(s, 'tsm.tdx-terminate') &&
        somePage(s.before, guestIn(s), (x) => x.sept !== 'absent'),
    },
  }),

  reach({
    id: 'reach-tdx-measured-runs',
    title: 'A TD with a measured image runs',
    clauses: ['tdx-finalize', 'tdx-add-page'],
    facets,
    reads: ['td.kind', 'gpa.measured'],
    rules: ['tsm.tdx-run'],
    reached: (s) =>
      accepted(s, 'tsm.tdx-run') &&
      tdOf(s.before, s).kind === 'td' &&
      somePage(s.before, guestIn(s), (x) => x.measured),
  }),
  reach({
    id: 'reach-tdx-beside-normal-vm',
    title: 'A TD writes to its private memory while a normal VM runs beside it',
    clauses: ['tdx-order', 'tdx-private'],
    facets,
    sizes: { Guest: 2 },
    reads: ['td.kind', 'td.running', 'gpa.frame'],
    rules: ['tsm.tdx-touch'],
    reached: (s) =>
      accepted(s, 'tsm.tdx-touch') &&
      tdOf(s.before, s).kind === 'td' &&
      gpaOf(s.after, s).frame === 'secret' &&
      someVm(s.before, ({ kind, running }) => kind === 'legacy' && running),
  }),
  reach({
    id: 'reach-tdx-conversion',
    title: 'A running TD has a page converted to shared and uses it as such',
    clauses: ['tdx-attribute', 'tdx-shared-bit'],
    facets,
    reads: ['td.kind', 'gpa.attribute', 'gpa.measured'],
    rules: ['tsm.tdx-touch'],
    reached: (s) =>
      accepted(s, 'tsm.tdx-touch') &&
      tdOf(s.before, s).kind === 'td' &&
      gpaOf(s.before, s).attribute === 'shared' &&
      gpaOf(s.before, s).measured,
  }),
];
