/**
 * What each slice is for: the backend whose rules it has, the interplay that it covers, and a fault that shows that the
 * interplay is looked at, because no other slice can find it.
 */
import { explore, planOf } from '../../impl/engine/index.ts';
import { accepted, type Backend, type Rule } from '../../model/author.ts';
import { W } from '../../model/words/index.ts';
import { PRESETS, type Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { doing, type Edit, edited, first } from '../edit.ts';
import { mutantsOf } from '../mutate.ts';
import { attemptsUnder, setupOf } from '../setup.ts';
import { changedIn, differing } from './shown.ts';

export interface SliceUse {
  /** The id of the slice. */
  readonly id: string;
  /** The id of a backend. */
  readonly backend: string;
  /** What meets what, in one line. */
  readonly covers: string;
  /** A mutant of the rules, or one of those made by hand. */
  readonly fault: string;
  /** The property that names it. */
  readonly namedBy: string;
  /** Small enough to be searched by every run of the tests. */
  readonly isQuick: boolean;
}
const use = (
  id: string,
  covers: string,
  fault: string,
  namedBy: string,
  o: { readonly backend?: string; readonly isQuick?: boolean } = {},
): SliceUse => Object.freeze({ backend: 'base', isQuick: false, ...o, id, covers, fault, namedBy });

export const SLICE_USES: readonly SliceUse[] = [
  use(
    'lifecycle',
    'lock, RUN, STOP and unbind × polls, dead sessions, forced unbinds, pulled devices, DOE errors',
    'spdm.session.end:ended-each-tdi',
    'spdm-end-cascades',
  ),
  use(
    'teardown',
    'unbind in order and by force × a page mapped, copied and invalidated × DMA and private MMIO',
    'tsm.unbind.force:NOT_FLUSHED',
    'tsm-unbind-ends-clean-or-lost',
  ),
  use(
    'relay',
    'every exchange × messages corrupted or replayed × parts of reports out of order',
    'relay.tamper:the-device-ends-the-session',
    'relay-tamper-never-succeeds',
    { isQuick: true },
  ),
  use(
    'reset',
    'resets of PF, VF and device × two TDIs in every pair of states, one session and one stream',
    'reset.flr:VF-when-tdiIs',
    'rst-flr-is-error',
  ),
  use(
    'two-tenants',
    'two guests that want one TDI and one page × what is left in flight and in the TDI of the one before',
    'guest.evidence:NOT_BOUND_TO_CALLER',
    'tsm-request-scope',
  ),
  use(
    'memory',
    'two pages × map, unmap, convert, invalidate × a copy in the IOTLB × a TLP in flight',
    'unmap-unnoted-while-another-is-due',
    'mmu-inval-covers-what-came-before',
  ),
  use(
    'fabric',
    'DMA writes, reads and completions, T=0 and T=1 × loss and injection × ghost labels × teardown',
    'dma.issue:NOT_UNLOCKED',
    'tlp-requests-need-their-state',
  ),
  use(
    'order',
    'two TLPs in flight: overtaking × loss × a stream that fails between them',
    'fabric.deliver:out-of-order',
    'ide-in-order-per-sub-stream',
  ),
  use(
    'rekey',
    'two key sets × a TLP in flight under either × switch and retirement',
    'ide.switch:NOT_STARTED',
    'ide-secure-needs-all',
  ),
  use(
    'window',
    'where the BAR decodes × private mapping and its acceptance × both enables',
    'bar.write:moved-under-lock-not-barIs',
    'cfg-bar-same-value',
    { isQuick: true },
  ),
  use(
    'registers',
    'every tracked register × every setup that LOCK refuses × what else befalls a TDI',
    'config.set:changed-under-lock',
    'cfg-checked-setup-tracked',
  ),
  use(
    'root-port',
    'the port’s enables, routing and end of the stream × the device’s',
    'port.command:cleared',
    'rp-config-change-drops-stream',
  ),
  use(
    'reports',
    'parts of a report × a change of attribute in RUN × private MMIO',
    'tdisp.attribute:NO_REQUEST',
    'host-cannot-forge',
    { isQuick: true },
  ),
  use(
    'firmware',
    'updates and debug mode × lock flags × parts of a report',
    'firmware.update:NO_FW_UPDATE',
    'fw-no-update-honoured',
  ),
  use(
    'interrupts',
    'MSI and MSI-X × a table locked or not × MSE × errors',
    'msix.write:T0_TO_LOCKED_TABLE',
    'tlp-msix-table-rejects-t0',
    {
      isQuick: true,
    },
  ),
  use(
    'guest-kernel',
    'what a guest’s kernel believes of a device × what the TSM and the device know × MMIO',
    'os.unlock:EINVAL',
    'os-legal-transitions',
  ),
  use(
    'launch',
    'the life of a VM × a page of its image × a TDI with a TLP in flight',
    'vm.launch.update:MAPPED',
    'mem-conversion-needs-flush',
  ),
  use(
    'books',
    'the host kernel’s books × the truth of TSM and device × VMs that die',
    'death-of-a-vm-drops-the-context',
    'bound-implies-connected',
  ),
  use(
    'recovery',
    'resets, power, removal and other kernels × the books × what is done after them',
    'port.contain:contained-each-tdi',
    'ide-insecure-kills-tdis',
  ),
  use(
    'sev-tio',
    'contexts and two-step commands of the firmware × the device × what the host shows of either',
    'tsm.tio-msg-tdi-info:DIGEST_MISMATCH',
    'tio-digest-checked',
    { backend: 'amd-sev-tio' },
  ),
  use(
    'ap-queues',
    'two guests × a queue with messages in it × two association secrets',
    'tsm.ap-process:OTHER_SESSION',
    'ap-secure-key-needs-its-secret',
    {
      backend: 'ibm-se-ap',
    },
  ),
  use(
    'td-launch',
    'creation of a TD × two pages of its memory × a normal VM instead',
    'tsm.tdx-destroy:gone-dropSept',
    'tdx-normal-vm-has-no-private',
    {
      backend: 'kvm-tdx',
      isQuick: true,
    },
  ),
];

/** The id of the backend whose rules a slice is about; undefined: the preset is no slice. */
export const backendOfSlice = (preset: string): string | undefined =>
  SLICE_USES.find((u) => u.id === preset)?.backend;

/** A fault of a slice that no operator derives. */
export interface SliceFault {
  readonly id: string;
  /** What is wrong, as one would say it of an implementation. */
  readonly title: string;
  /** The slice whose fault it is, and its backend. */
  readonly slice: string;
  readonly backend: string;
  /** The properties that name it. */
  readonly properties: readonly string[];
  /** The given rules with the fault in them; throws `Misfit` if they have not what it changes. */
  readonly rules: (base: readonly Rule[]) => readonly Rule[];
}
const byHand = (id: string, title: string, edit: Edit): SliceFault => {
  const found = SLICE_USES.find((u) => u.fault === id);
  if (found === undefined) throw new Error(`slices: no slice has the fault ${id}`);
  return Object.freeze({
    ...{ id, title, slice: found.id, backend: found.backend, properties: [found.namedBy] },
    rules: (base: readonly Rule[]) => edited(base, [edit]),
  });
};
/** Those that `--mutant` knows besides mutants, planted faults and known bugs. */
export const SLICE_FAULTS: readonly SliceFault[] = [
  // With one page it is the page itself that is due, so it is noted already.
  byHand(
    'unmap-unnoted-while-another-is-due',
    'A page that is unmapped while the invalidation of another is due is not noted for one itself',
    first(
      'iommu.unmap',
      accepted('an invalidation is due anyway', [W.mapped, W.flushNeeded], [W.unmapPage]),
    ),
  ),
  // Where the host keeps no books there is none to drop.
  byHand(
    'death-of-a-vm-drops-the-context',
    'When a VM begins to die, the host drops the context of the device, though its TDI is still bound',
    doing('vm.destroy.begin', 'dying', W.contextTo('absent')),
  ),
];

/** The preset of a slice. */
export function presetOf({ id }: SliceUse): Preset {
  const found = PRESETS.find((p) => p.id === id);
  if (found === undefined) throw new Error(`presetOf: no preset ${id}`);
  return found;
}
/** The rules with the fault of a slice in them. */
export function faulty({ fault }: SliceUse, rules: readonly Rule[]): readonly Rule[] {
  const byHand = SLICE_FAULTS.find((f) => f.id === fault);
  if (byHand !== undefined) return byHand.rules(rules);
  const found = mutantsOf(rules).find((m) => m.id === fault);
  if (found === undefined) throw new Error(`faulty: these rules have no mutant ${fault}`);
  return found.rules();
}
/**
 * Of some faults those that show nowhere in a slice: at every state that it reaches under the right rules, the rule with the
 * fault in it comes to the same state, and accepts, refuses or drops alike; only the code of a refusal may be another.
 */
export function invisibleIn(
  slice: SliceUse,
  backend: Backend,
  others: readonly SliceUse[],
): readonly SliceUse[] {
  const setup = setupOf(backend, presetOf(slice), []);
  const right = setup.compiler.engine(setup.attempts);
  let left = others.map((other) => {
    const attempts = attemptsUnder(setup, faulty(other, setup.rules));
    const engine = setup.compiler.engine(attempts);
    const changed = changedIn(setup, attempts).length;
    return { other, changed, differs: differing(setup, right, attempts, engine, false) };
  });
  if (left.every((s) => s.changed === 0)) return others;
  const found = explore(right, { plan: planOf(right) });
  for (let i = 0; i < found.states && left.length > 0; i++) {
    const words = found.words(i);
    left = left.filter(({ differs }) => !differs(words));
  }
  return left.map((s) => s.other);
}

/**
 * The presets in which a fault may show, slices first: there are attempts of a rule that it changes, and one of the
 * properties that should name it applies.
 */
export function presetsFor(
  backend: Backend,
  rules: (base: readonly Rule[]) => readonly Rule[],
  properties: readonly string[] | undefined,
): readonly string[] {
  const wanted = PROPERTIES.filter((p) => properties?.includes(p.id));
  const isSlice = (id: string): boolean =>
    SLICE_USES.some((u) => u.id === id && u.backend === backend.id);
  const larger = PRESETS.filter((p) => !SLICE_USES.some((u) => u.id === p.id));
  return [...PRESETS.filter((p) => isSlice(p.id)), ...larger]
    .filter((preset) => {
      const setup = setupOf(backend, preset, wanted);
      const changed = changedIn(setup, attemptsUnder(setup, rules(setup.rules)));
      return changed.length > 0 && (wanted.length === 0 || setup.properties.length > 0);
    })
    .map((p) => p.id);
}
