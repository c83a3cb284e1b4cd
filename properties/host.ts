/**
 * The orderly host: what its own books must say, and in what order it may do things (host-guest 6).
 *
 * What a hostile host cannot bring about is said elsewhere, of the truth; here it is said of the verbs by
 * which kernel, VFIO and VMM keep order.
 */
import type { FieldName, WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  fallsTo,
  guestName,
  inOneLine,
  inSession,
  invariantOfEach,
  isLocked,
  pageName,
  refused,
  stepOfEach,
  tdiName,
} from './helpers.ts';
import { type Property, reach, type Step, step } from './property.ts';

type Fn = WorldView['fn'][number];
const before = (s: Step): Fn => s.before.fn[actor(s)]!;
const after = (s: Step): Fn => s.after.fn[actor(s)]!;
const isBound = (w: WorldView, t: number): boolean => w.tsm[t]!.boundTo !== null;
/** The TSM has some TDI bound, or the kernel counts one so. */
function someBound(w: WorldView): boolean {
  for (let t = 0; t < w.fn.length; t++) if (isBound(w, t) || w.fn[t]!.bound !== 'no') return true;
  return false;
}
/** Some function of which the test holds. */
function someFn(s: Step, test: (b: Fn, a: Fn, t: number) => boolean): boolean {
  for (let t = 0; t < s.after.fn.length; t++)
    if (test(s.before.fn[t]!, s.after.fn[t]!, t)) return true;
  return false;
}
const HOST_VERBS = /^(vm|dsm|fn|vfio|vmm|ioas|port|recover|hotplug|power|firmware|host|driver)\./;
/** What the host attempts besides: commands to the TSM, but those that carry the word of a guest, and everything hostile. */
const HOST_ATTEMPTS =
  /^(tsm\.(?!tio-(msg|os|pvalidate)-)|spdm\.(session\.end|doe-error)|relay|ide\.(enable|setup)|tdisp\.insecure-message|command|bar|config|requester|reset|device\.(remove|insert|control)|page\.(give|take)|iommu\.(map|unmap|invalidate\.begin)|mmio\.(map|unmap|legacy)|link|debug|irq\.inject|msix)\b/;
const isByHost = (s: Step): boolean => HOST_VERBS.test(s.rule) || HOST_ATTEMPTS.test(s.rule);
/** What a verb that was refused or dropped must leave alone. */
const KEPT = [
  'vm.phase',
  'dsm.registered',
  'dsm.context',
  'dsm.recovery',
  'dsm.stale',
  'fn.present',
  'fn.inStream',
  'fn.driver',
  'fn.opener',
  'fn.iommufd',
  'fn.dte',
  'fn.bar',
  'fn.bound',
  'tsm.boundTo',
  'tdi.state',
  'page.owner',
] as const satisfies readonly FieldName[];
const sameFn = (b: Fn, a: Fn): boolean =>
  b.present === a.present &&
  b.inStream === a.inStream &&
  b.driver === a.driver &&
  b.opener === a.opener &&
  b.iommufd === a.iommufd &&
  b.dte === a.dte &&
  b.bar === a.bar &&
  b.bound === a.bound;
function sameBooks(s: Step): boolean {
  const [b, a] = [s.before, s.after];
  if (b.dsm.registered !== a.dsm.registered || b.dsm.context !== a.dsm.context) return false;
  if (b.dsm.recovery !== a.dsm.recovery || b.dsm.stale !== a.dsm.stale) return false;
  for (let g = 0; g < a.vm.length; g++) if (b.vm[g]!.phase !== a.vm[g]!.phase) return false;
  for (let t = 0; t < a.fn.length; t++) {
    if (!sameFn(b.fn[t]!, a.fn[t]!) || b.tdi[t]!.state !== a.tdi[t]!.state) return false;
    if (b.tsm[t]!.boundTo !== a.tsm[t]!.boundTo) return false;
  }
  for (let p = 0; p < a.page.length; p++) if (b.page[p]!.owner !== a.page[p]!.owner) return false;
  return true;
}
/** Verbs by which a function leaves a VM, or is reset for one. */
const REVOKES: readonly string[] = ['vfio.reset', 'vfio.close', 'vfio.detach', 'fn.remove'];
/** The device was reset as a whole by the kernel. */
const wholeReset = (s: Step): boolean => accepted(s, 'port.reset') || accepted(s, 'port.release');
const FLRS: readonly string[] = ['reset.flr', 'vfio.reset', 'vfio.close', 'power.suspend'];

export const HOST: readonly Property[] = [
  /** Binding through the orderly way needs the one vdevice, of an open function. */
  stepOfEach('Tdi', {
    id: 'single-binding',
    title: 'A function gets one vdevice, and its TDI counts as bound only through it',
    clauses: ['vfio-assign', 'vfio-bind', 'tsm-one-guest'],
    facets: ['vfio'],
    reads: ['fn.bound', 'fn.iommufd', 'fn.opener'],
    rules: ['vfio.vdevice'],
    holdsFor: (s, t) => {
      const { bound, iommufd, opener } = s.after.fn[t]!;
      if (accepted(s, 'vfio.vdevice') && s.args.tdi === t)
        return before(s).iommufd === 'attached' && iommufd === 'vdevice';
      return bound === 'no' || (iommufd === 'vdevice' && opener !== null);
    },
    tells: (s, t) =>
      `${tdiName(t)} counts as bound, or has a second vdevice: ${s.after.fn[t]!.iommufd}`,
    witnesses: {
      bound: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'yes',
      'second vdevice refused': (s) =>
        refused(s, 'vfio.vdevice') && before(s).iommufd === 'vdevice',
    },
  }),

  /** The record names the guest that the TSM names. */
  step({
    id: 'bind-result-complete',
    title:
      'A bind is recorded as done only if the TSM has bound the TDI to the VM that has it open',
    clauses: ['vfio-bind', 'tsm-one-guest'],
    facets: ['vfio'],
    reads: ['fn.bound', 'fn.opener', 'tsm.boundTo', 'tsm.nonce'],
    triggers: ['fn.bound'],
    rules: ['vfio.bind.end'],
    holds: (s) =>
      !someFn(s, (b, a, t) => {
        if (b.bound === 'yes' || a.bound !== 'yes') return false;
        const { boundTo, nonce } = s.after.tsm[t]!;
        return boundTo === null || boundTo !== a.opener || nonce === null;
      }),
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} was recorded as bound for ${guestName(after(s).opener)}; the TSM has`,
        `it bound to ${guestName(s.after.tsm[actor(s)]!.boundTo)}`,
      ),
    witnesses: {
      recorded: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'yes',
      'failed and unwound': (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'no',
    },
  }),

  /** A failed bind leaves the function as it was before: usable for shared memory. */
  step({
    id: 'failed-bind-unwinds',
    title: 'A bind that failed leaves a shared table entry, a mappable BAR and nothing bound',
    clauses: ['vfio-bind'],
    facets: ['vfio'],
    reads: ['fn.bound', 'fn.dte', 'fn.bar', 'tsm.boundTo'],
    triggers: ['fn.bound'],
    rules: ['vfio.bind.end'],
    holds: (s) =>
      !accepted(s, 'vfio.bind.end') ||
      after(s).bound === 'yes' ||
      (after(s).dte === 'shared' && after(s).bar === 'mappable' && !isBound(s.after, actor(s))),
    why: (s) =>
      inOneLine(
        `a failed bind left ${tdiName(actor(s))} with a ${after(s).dte} table entry and its BAR`,
        after(s).bar,
      ),
    witnesses: {
      unwound: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'no',
    },
  }),

  /** In the kernel's books: the truth may lag, which is what recovery is for. */
  invariantOfEach('Tdi', {
    id: 'bound-implies-connected',
    title: 'The kernel counts a TDI as bound only while it holds a context of the device',
    clauses: ['host-connect', 'vfio-bind'],
    facets: ['vfio'],
    reads: ['fn.bound', 'dsm.context'],
    holdsFor: (w, t) => w.fn[t]!.bound === 'no' || w.dsm.context !== 'absent',
    tells: (_, t) => `${tdiName(t)} counts as bound, and there is no context of the device`,
    witnesses: {
      bound: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'yes',
    },
  }),

  step({
    id: 'context-needs-a-registered-tsm',
    title: 'The kernel has a context for the device only while a TSM is registered',
    clauses: ['host-register', 'host-connect'],
    facets: ['vfio'],
    reads: ['dsm.registered', 'dsm.context'],
    rules: ['dsm.connect', 'dsm.unregister'],
    holds: (s) => s.after.dsm.registered || s.after.dsm.context === 'absent',
    why: (s) => `no TSM is registered after ${s.rule}, and the context is ${s.after.dsm.context}`,
    witnesses: {
      'unregistering refused while there is a context': (s) =>
        refused(s, 'dsm.unregister') && s.before.dsm.context !== 'absent',
      'connecting refused without a TSM': (s) =>
        refused(s, 'dsm.connect') && !s.before.dsm.registered,
    },
  }),

  /** At the moment of connect; a later loss is flagged as lost. */
  step({
    id: 'connected-implies-stream-secure',
    title: 'Connect succeeds only over a live session and a stream that reads back as Secure',
    clauses: ['host-connect', 'ide-secure', 'recover-reset'],
    facets: ['vfio'],
    reads: [
      'dsm.context',
      'stream.enabled',
      'stream.secure',
      'link.session',
      'session.phase',
      'session.generation',
    ],
    triggers: ['dsm.context'],
    rules: ['dsm.connect'],
    holds: (s) =>
      s.after.dsm.context !== 'connected' ||
      s.before.dsm.context === 'connected' ||
      (s.after.stream.secure && inSession(s.after, s.after.link.session)),
    why: (s) => `${s.rule} counts the device as connected; the stream is not Secure, or no session`,
    witnesses: {
      connected: (s) => accepted(s, 'dsm.connect'),
      'refused on an Insecure stream': (s) =>
        refused(s, 'dsm.connect') && s.before.stream.enabled === false && !s.before.stream.secure,
    },
  }),

  step({
    id: 'disconnect-implies-no-bound',
    title: 'The kernel lets go of a device only once nothing is bound and no session is held',
    clauses: ['host-disconnect'],
    facets: ['vfio'],
    reads: ['dsm.context', 'tsm.boundTo', 'fn.bound', 'link.session'],
    triggers: ['dsm.context'],
    rules: ['dsm.disconnect'],
    holds: (s) =>
      !accepted(s, 'dsm.disconnect') ||
      (!someBound(s.before) && s.before.link.session === null && s.after.dsm.context === 'absent'),
    why: () => 'the kernel disconnected while a TDI is bound or the TSM holds a session',
    witnesses: {
      disconnected: (s) => accepted(s, 'dsm.disconnect'),
      'refused with a bound TDI': (s) => refused(s, 'dsm.disconnect') && someBound(s.before),
    },
  }),

  /** B39: by removal of a VF or of the device; another kernel is another matter, and says so. */
  stepOfEach('Tdi', {
    id: 'remove-implies-unbind',
    title: 'A function vanishes from the kernel only once its TDI is unbound',
    clauses: ['host-functions', 'recover-removal'],
    facets: ['vfio'],
    reads: ['fn.present', 'tsm.boundTo', 'dsm.stale'],
    triggers: ['fn.present'],
    rules: ['fn.remove'],
    holdsFor: (s, t) =>
      !s.before.fn[t]!.present ||
      s.after.fn[t]!.present ||
      !isBound(s.before, t) ||
      (s.rule === 'host.kexec' && s.after.dsm.stale),
    tells: (s, t) => `${s.rule} removed ${tdiName(t)}, which is bound`,
    witnesses: {
      removed: (s) => accepted(s, 'fn.remove'),
      'refused while bound': (s) => refused(s, 'fn.remove') && isBound(s.before, actor(s)),
    },
  }),

  /** B5, B6: reset, detach, close, and dropping private MMIO. */
  step({
    id: 'unbind-before-revoke',
    title: 'Nothing of a function is revoked, detached or reset before its TDI is unbound',
    clauses: ['vfio-teardown', 'vfio-reset'],
    facets: ['vfio'],
    reads: ['tsm.boundTo', 'tsm.teardown', 'fn.bound', 'fn.bar'],
    triggers: ['fn.bar'],
    rules: ['vfio.reset', 'vfio.close', 'vfio.detach', 'fn.remove', 'vfio.zap', 'vfio.unbind'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return true;
      const t = actor(s);
      if (REVOKES.includes(s.rule)) return !isBound(s.before, t) && before(s).bound === 'no';
      if (s.rule === 'vfio.unbind') return !isBound(s.before, t) && before(s).bar !== 'private';
      if (s.rule !== 'vfio.zap') return true;
      return !isBound(s.before, t) || s.before.tsm[t]!.teardown !== 'none';
    },
    why: (s) => `${s.rule} of ${tdiName(actor(s))} while its TDI is bound`,
    witnesses: {
      'closed after unbind': (s) => accepted(s, 'vfio.close'),
      'reset refused while bound': (s) => refused(s, 'vfio.reset') && isBound(s.before, actor(s)),
    },
  }),

  /** vdevice, attachment, file; and private MMIO as the platform wants it. */
  step({
    id: 'teardown-order',
    title: 'Vdevice, attachment and file go in this order, private MMIO as the platform wants it',
    clauses: ['vfio-teardown', 'mmio-unmap-order'],
    facets: ['vfio', 'mmio'],
    reads: [
      'fn.iommufd',
      'fn.dte',
      'tsm.teardown',
      'tsm.boundTo',
      'mmio.guest',
      'link.session',
      'session.phase',
      'session.generation',
    ],
    triggers: [],
    rules: [
      'vfio.vdevice.destroy',
      'vfio.detach',
      'vfio.close',
      'mmio.unmap',
      'vfio.zap',
      'tsm.unbind.stop',
    ],
    holds: (s) => {
      const order = s.before.readings.mmioUnmapVsStop;
      if (s.outcome.is !== 'accepted') return true;
      if (s.rule === 'vfio.detach')
        return before(s).iommufd === 'attached' && after(s).dte === 'off';
      if (s.rule === 'vfio.close') return before(s).iommufd === 'unattached';
      if (s.rule === 'tsm.unbind.stop')
        return order !== 'before' || s.before.mmio[actor(s)]!.guest === null;
      if (s.rule !== 'mmio.unmap' && s.rule !== 'vfio.zap') return true;
      const isDead = s.rule === 'mmio.unmap' && !inSession(s.before, s.before.link.session);
      const { teardown } = s.before.tsm[actor(s)]!;
      return order !== 'after' || !isBound(s.before, actor(s)) || teardown === 'stopped' || isDead;
    },
    why: (s) => `${s.rule} of ${tdiName(actor(s))} out of the order of teardown`,
    witnesses: {
      closed: (s) => accepted(s, 'vfio.close'),
      'detach refused before the vdevice is gone': (s) =>
        refused(s, 'vfio.detach') && before(s).iommufd === 'vdevice',
    },
  }),

  invariantOfEach('Tdi', {
    id: 'stream-covers-bound-rid',
    title: 'A TDI that the kernel counts as bound lies in the requester-id range of the stream',
    clauses: ['stream-range', 'vfio-bind'],
    facets: ['vfio'],
    sizes: { Tdi: 2 },
    reads: ['fn.bound', 'fn.inStream'],
    holdsFor: (w, t) => w.fn[t]!.bound === 'no' || w.fn[t]!.inStream,
    tells: (_, t) => `${tdiName(t)} counts as bound outside the range of the stream`,
    witnesses: {
      bound: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'yes',
      'a VF appears after connect': (s) =>
        accepted(s, 'fn.enumerate') && s.before.fn[actor(s)]!.inStream !== after(s).inStream,
    },
  }),

  /** V10: no T=0 access by the host's CPUs beside a private mapping. */
  invariantOfEach('Tdi', {
    id: 'bar-revoked-while-bound',
    title: 'The host has no CPU mapping of the BAR of a TDI that is bound or being bound',
    clauses: ['vfio-bind'],
    facets: ['vfio'],
    reads: ['fn.bound', 'fn.bar'],
    holdsFor: (w, t) => (w.fn[t]!.bound === 'no') === (w.fn[t]!.bar === 'mappable'),
    tells: (w, t) => `${tdiName(t)} counts as bound: ${w.fn[t]!.bound}; its BAR is ${w.fn[t]!.bar}`,
    witnesses: {
      revoked: (s) => accepted(s, 'vfio.bind.begin'),
      'mappable again': (s) => accepted(s, 'vfio.unbind'),
    },
  }),

  /** V11: a private mapping in KVM stands for one that the TSM made. */
  step({
    id: 'private-bar-needs-tsm-mapping',
    title: 'The host maps a slice of a BAR privately only where the TSM has mapped it for a guest',
    clauses: ['vfio-bind', 'mmio-accept'],
    facets: ['vfio', 'mmio'],
    reads: ['fn.bar', 'tsm.boundTo', 'mmio.guest'],
    triggers: ['fn.bar'],
    rules: ['vfio.fault'],
    holds: (s) =>
      !someFn(
        s,
        (b, a, t) =>
          a.bar === 'private' &&
          b.bar !== 'private' &&
          (!isBound(s.before, t) || s.before.mmio[t]!.guest === null),
      ),
    why: (s) => `the BAR of ${tdiName(actor(s))} was mapped privately without the TSM`,
    witnesses: { mapped: (s) => accepted(s, 'vfio.fault') },
  }),

  /** B37: before the page is another's, no I/O address space maps it. */
  step({
    id: 'conversion-invalidates-iommu',
    title: 'A page that the kernel converts is mapped in no I/O address space and no trusted table',
    clauses: ['ioas-conversion', 'page-conversion'],
    facets: ['vfio'],
    reads: ['page.owner', 'ioas.kind', 'dma.table', 'dma.iotlb'],
    triggers: ['page.owner'],
    rules: ['ioas.convert'],
    holds: (s) => {
      if (!accepted(s, 'ioas.convert')) return true;
      const p = Number(s.args.page);
      if (s.before.page[p]!.owner === s.after.page[p]!.owner) return false;
      for (let g = 0; g < s.after.vm.length; g++)
        if (s.after.ioas[g]![p]!.kind !== 'unmapped') return false;
      for (let t = 0; t < s.after.tdi.length; t++) {
        const { table, iotlb } = s.after.dma[t]![p]!;
        if (table !== 'none' || iotlb !== 'none') return false;
      }
      return true;
    },
    why: (s) => `${pageName(Number(s.args.page))} was converted while something still maps it`,
    witnesses: {
      'to private': (s) =>
        accepted(s, 'ioas.convert') && s.after.page[Number(s.args.page)]!.owner !== null,
      'to shared': (s) =>
        accepted(s, 'ioas.convert') && s.after.page[Number(s.args.page)]!.owner === null,
    },
  }),

  /** R11: two of three policies never let a trapped write take the TDI to ERROR. */
  step({
    id: 'mse-clear-policy-holds',
    title: 'A clearing write of a guest to a bound TDI has the effect that the VMM’s policy says',
    clauses: ['mse-clear-policy', 'cfg-command'],
    facets: ['vfio', 'mse'],
    reads: ['tdi.state', 'tdi.bme', 'tdi.mse', 'tsm.boundTo'],
    triggers: [],
    rules: ['vmm.command'],
    holds: (s) => {
      if (s.rule !== 'vmm.command' || !isBound(s.before, actor(s))) return true;
      const { bme, mse, state } = s.before.tdi[actor(s)]!;
      const clears = (bme && s.args.bme === 0) || (mse && s.args.mse === 0);
      if (!clears) return true;
      if (s.before.readings.mseClearPolicy !== 'passThrough') return s.outcome.is !== 'accepted';
      const isError = s.after.tdi[actor(s)]!.state === 'ERROR';
      return s.outcome.is !== 'accepted' || !isLocked(state) || isError;
    },
    why: (s) =>
      inOneLine(
        `a clearing write to ${tdiName(actor(s))} was ${s.outcome.is} under`,
        s.before.readings.mseClearPolicy,
      ),
    witnesses: {
      'clearing write of a bound TDI': (s) =>
        s.rule === 'vmm.command' &&
        isBound(s.before, actor(s)) &&
        s.before.tdi[actor(s)]!.mse &&
        s.args.mse === 0,
    },
  }),

  /** B45: what takes a TDI to ERROR before anybody could stop it. */
  stepOfEach('Tdi', {
    id: 'host-keeps-command-register',
    title: 'No verb of an orderly host clears BME or MSE of a bound TDI but as its policy says',
    clauses: ['mse-clear-policy', 'vfio-teardown', 'cfg-command'],
    facets: ['vfio', 'mse'],
    reads: ['tdi.bme', 'tdi.mse', 'tsm.boundTo'],
    triggers: ['tdi.bme', 'tdi.mse'],
    rules: ['vfio.close', 'vfio.reset'],
    holdsFor: (s, t) => {
      // power.write is a configuration write, and no verb
      if (!HOST_VERBS.test(s.rule) || s.rule === 'power.write' || wholeReset(s)) return true;
      if (!isBound(s.before, t)) return true;
      const isLet = s.rule === 'vmm.command' && s.before.readings.mseClearPolicy === 'passThrough';
      const [b, a] = [s.before.tdi[t]!, s.after.tdi[t]!];
      return isLet || ((a.bme || !b.bme) && (a.mse || !b.mse));
    },
    tells: (s, t) =>
      `${s.rule} cleared a bit of the Command register of ${tdiName(t)}, still bound`,
    witnesses: {
      'close or reset refused with BME set': (s) =>
        (refused(s, 'vfio.close') || refused(s, 'vfio.reset')) &&
        isBound(s.before, actor(s)) &&
        s.before.tdi[actor(s)]!.bme,
    },
  }),

  /** B32: what went down and came back is the same device, still assigned. */
  stepOfEach('Tdi', {
    id: 'reset-is-not-removal',
    title: 'A reset or containment leaves functions enumerated, with their drivers and VMs',
    clauses: ['recover-dpc', 'recover-removal'],
    facets: ['recovery', 'vfio', 'removal'],
    reads: ['fn.present', 'fn.driver', 'fn.opener', 'device.present'],
    triggers: ['fn.present', 'fn.driver', 'fn.opener'],
    rules: ['port.reset', 'port.contain', 'port.release', 'hotplug.gone'],
    holdsFor: (s, t) => {
      const [b, a] = [s.before.fn[t]!, s.after.fn[t]!];
      if (s.rule === 'hotplug.gone') return s.outcome.is !== 'accepted' || !s.before.device.present;
      if (!wholeReset(s) && s.rule !== 'port.contain') return true;
      return b.present === a.present && b.driver === a.driver && b.opener === a.opener;
    },
    tells: (s, t) => `${s.rule} was taken for a removal of ${tdiName(t)}`,
    witnesses: {
      contained: (s) => accepted(s, 'port.contain'),
      'removal refused': (s) => refused(s, 'hotplug.gone') && s.before.device.present,
      'removed for good': (s) => accepted(s, 'hotplug.gone'),
    },
  }),

  /** B33: restored, authenticated, keyed; and torn down before. */
  step({
    id: 'reauth-before-use',
    title:
      'After a reset by the kernel no driver uses the device before it is authenticated and keyed',
    clauses: ['recover-reset', 'rst-conventional'],
    facets: ['recovery', 'vfio'],
    reads: [
      'dsm.recovery',
      'dsm.context',
      'stream.secure',
      'link.session',
      'session.phase',
      'session.generation',
    ],
    triggers: ['dsm.recovery', 'dsm.context'],
    rules: ['driver.use'],
    holds: (s) => {
      if (accepted(s, 'driver.use')) return s.before.dsm.recovery === 'none';
      const { context, recovery } = s.after.dsm;
      const ends = s.before.dsm.recovery !== 'none' && recovery === 'none';
      if (!ends || context === 'absent') return true;
      return (
        s.before.dsm.recovery === 'restored' &&
        s.after.stream.secure &&
        inSession(s.after, s.after.link.session)
      );
    },
    why: (s) => `${s.rule} used or released the device during recovery (${s.before.dsm.recovery})`,
    witnesses: {
      'authenticated again': (s) =>
        accepted(s, 'recover.authenticate') && s.after.dsm.context === 'connected',
      'use refused': (s) => refused(s, 'driver.use') && s.before.dsm.recovery !== 'none',
    },
  }),

  /** The opposite of the last: FLR is no reason to connect again. */
  step({
    id: 'flr-keeps-session',
    title: 'FLR of a function ends neither the session nor what the kernel holds of the device',
    clauses: ['rst-flr', 'vfio-reset'],
    facets: ['vfio'],
    reads: ['session.phase', 'session.generation', 'link.session', 'dsm.context', 'dsm.recovery'],
    triggers: [],
    rules: FLRS,
    holds: (s) =>
      !FLRS.includes(s.rule) ||
      (s.before.session.phase === s.after.session.phase &&
        inSession(s.before, s.before.link.session) === inSession(s.after, s.after.link.session) &&
        s.before.dsm.context === s.after.dsm.context &&
        s.before.dsm.recovery === s.after.dsm.recovery),
    why: (s) => `${s.rule} ended the session, or the kernel gave up what it holds`,
    witnesses: {
      'FLR in a live session': (s) =>
        FLRS.includes(s.rule) &&
        s.outcome.is === 'accepted' &&
        inSession(s.before, s.before.link.session),
    },
  }),

  step({
    id: 'resets-clear-all',
    title: 'A reset of the port leaves no TDI locked, no session, an Insecure stream',
    clauses: ['rst-conventional', 'recover-reset'],
    facets: ['recovery', 'vfio'],
    reads: ['tdi.state', 'tdi.nonce', 'session.phase', 'stream.secure', 'dsm.context'],
    triggers: [],
    rules: ['port.reset', 'port.release'],
    holds: (s) => {
      if (!wholeReset(s)) return true;
      if (s.after.session.phase !== 'none' || s.after.stream.secure) return false;
      if (s.after.dsm.context === 'connected') return false;
      for (let t = 0; t < s.after.tdi.length; t++) {
        const { state, nonce } = s.after.tdi[t]!;
        const due = isLocked(s.before.tdi[t]!.state) ? fallsTo(s) : 'CONFIG_UNLOCKED';
        if (state !== due || nonce !== null) return false;
      }
      return true;
    },
    why: (s) => `${s.rule} left a TDI locked, the session alive, or the kernel unaware`,
    witnesses: {
      'reset of a locked TDI': (s) => {
        for (let t = 0; t < s.before.tdi.length; t++)
          if (wholeReset(s) && isLocked(s.before.tdi[t]!.state)) return true;
        return false;
      },
      'kernel notes the loss': (s) => wholeReset(s) && s.after.dsm.context === 'lost',
    },
  }),

  /** R9: trust in a TDI does not outlive the firmware that established it. */
  step({
    id: 'firmware-restart-voids-trust',
    title: 'After a restart of its firmware the TSM trusts no TDI and lets none reach memory',
    clauses: ['firmware-restart'],
    facets: ['recovery', 'vfio'],
    reads: [
      'tsm.boundTo',
      'tsm.accepted',
      'tsm.dma',
      'tsm.nonce',
      'tsm.lockSession',
      'guest.accepted',
      'link.session',
      'dma.table',
    ],
    triggers: [],
    rules: ['firmware.restart'],
    holds: (s) => {
      if (!accepted(s, 'firmware.restart')) return true;
      if (s.after.link.session !== null) return false;
      const isTableOfTsm = s.after.readings.translationTables === 'trusted';
      for (let t = 0; t < s.after.tsm.length; t++) {
        const { accepted: isAccepted, dma, nonce, boundTo, lockSession } = s.after.tsm[t]!;
        if (isAccepted || dma || (boundTo !== null && nonce !== null)) return false;
        for (let p = 0; p < s.after.page.length; p++)
          if (isTableOfTsm && s.after.dma[t]![p]!.table !== 'none') return false;
        if (boundTo !== null && s.after.guest[boundTo]![t]!.accepted === lockSession) return false;
      }
      return true;
    },
    why: () => 'something that was trusted before the restart of the firmware is trusted after it',
    witnesses: {
      'restart with an accepted TDI': (s) => {
        for (let t = 0; t < s.before.tsm.length; t++)
          if (accepted(s, 'firmware.restart') && s.before.tsm[t]!.accepted) return true;
        return false;
      },
    },
  }),

  /** C14: what the TSM still holds is noticed, and cleaned up before anything else. */
  step({
    id: 'kexec-forces-clean-up',
    title: 'A new host kernel connects or binds only once nothing of its predecessor is left',
    clauses: ['host-kexec'],
    facets: ['recovery', 'vfio'],
    reads: ['dsm.stale', 'tsm.boundTo', 'link.session', 'fn.bound'],
    triggers: ['dsm.stale', 'fn.bound'],
    rules: ['host.kexec', 'dsm.connect', 'host.clean-up'],
    holds: (s) => {
      const [b, a] = [s.before.dsm, s.after.dsm];
      let left = s.before.link.session !== null;
      for (let t = 0; t < s.before.tsm.length; t++) if (isBound(s.before, t)) left = true;
      if (accepted(s, 'host.kexec')) return !left || a.stale;
      if (b.stale && !a.stale && left) return false;
      return !b.stale || !someFn(s, (x, y) => x.bound === 'no' && y.bound !== 'no');
    },
    why: (s) => `${s.rule} went on while state of an earlier kernel is left in the TSM`,
    witnesses: {
      'state left behind': (s) => accepted(s, 'host.kexec') && s.after.dsm.stale,
      'connect refused': (s) => refused(s, 'dsm.connect') && s.before.dsm.stale,
      'cleaned up': (s) => accepted(s, 'host.clean-up'),
    },
  }),

  /** Nothing that the host does, orderly or not, gives what only guest, TSM and device together give. */
  step({
    id: 'host-can-only-dos',
    title:
      'No attempt of the host by itself locks or starts a TDI, gives a consent, or opens memory',
    clauses: ['guest-accept', 'tdisp-states', 'private-dma'],
    facets: ['vfio', 'recovery'],
    reads: ['tdi.state', 'tsm.accepted', 'tsm.dma', 'guest.accepted', 'tsm.lockSession'],
    rules: [],
    holds: (s) => {
      if (!isByHost(s)) return true;
      for (let t = 0; t < s.after.tdi.length; t++) {
        const [b, a] = [s.before.tsm[t]!, s.after.tsm[t]!];
        if (isLocked(s.after.tdi[t]!.state) && s.after.tdi[t]!.state !== s.before.tdi[t]!.state)
          return false;
        if ((a.accepted && !b.accepted) || (a.dma && !b.dma)) return false;
        for (let g = 0; g < s.after.guest.length; g++)
          if (
            s.after.guest[g]![t]!.accepted === a.lockSession &&
            s.before.guest[g]![t]!.accepted !== b.lockSession
          )
            return false;
      }
      return true;
    },
    why: (s) => `${s.rule} locked or started a TDI, gave a consent, or opened memory`,
    witnesses: {
      'a verb took trust away': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (HOST_VERBS.test(s.rule) && s.before.tsm[t]!.accepted && !s.after.tsm[t]!.accepted)
            return true;
        return false;
      },
      'an attempt that is no orderly verb did': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (HOST_ATTEMPTS.test(s.rule) && s.before.tsm[t]!.accepted && !s.after.tsm[t]!.accepted)
            return true;
        return false;
      },
    },
  }),

  /** A verb that fails is as if it had not been called. */
  step({
    id: 'failed-op-no-state-change',
    title: 'A verb of the host that is refused or dropped changes nothing',
    clauses: ['vfio-assign', 'host-connect', 'vm-launch'],
    facets: ['vfio', 'launch', 'recovery'],
    reads: KEPT,
    rules: ['vfio.bind.begin', 'dsm.connect', 'vm.launch.update', 'ioas.map', 'vmm.command'],
    holds: (s) => s.outcome.is === 'accepted' || !HOST_VERBS.test(s.rule) || sameBooks(s),
    why: (s) => `${s.rule} was ${s.outcome.is} with ${s.outcome.code}, and changed something`,
    witnesses: {
      'bind refused': (s) => refused(s, 'vfio.bind.begin'),
      'connect refused': (s) => refused(s, 'dsm.connect'),
      'map refused': (s) => refused(s, 'ioas.map'),
    },
  }),

  reach({
    id: 'reach-orderly-bind',
    title: 'A TDI is bound in order: connected, assigned, prepared, bound by the TSM, recorded',
    clauses: ['vfio-bind', 'host-connect'],
    facets: ['vfio'],
    reads: ['fn.bound'],
    rules: ['vfio.bind.end'],
    reached: (s) => accepted(s, 'vfio.bind.end') && after(s).bound === 'yes',
  }),
  reach({
    id: 'reach-orderly-close',
    title: 'A function that was bound is unbound and counted so',
    clauses: ['vfio-teardown'],
    facets: ['vfio'],
    reads: ['fn.bound'],
    rules: ['vfio.unbind'],
    reached: (s) => accepted(s, 'vfio.unbind') && before(s).bound === 'yes',
  }),
  reach({
    id: 'reach-recovery',
    title: 'A connected device is reset, authenticated again and used',
    clauses: ['recover-reset'],
    facets: ['recovery', 'vfio'],
    reads: ['dsm.context'],
    rules: ['recover.authenticate'],
    reached: (s) => accepted(s, 'recover.authenticate') && s.before.dsm.context === 'lost',
  }),
];
