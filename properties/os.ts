/**
 * The kernel of a guest (host-guest 3 and 6): when it accepts, on what grounds, and what it lets go of.
 *
 * What a kernel holds is its own opinion and may lag behind the device; the properties say what it may conclude
 * from what it was told, and that it notices what it can notice.
 */
import type { World, WorldView } from '../model/world.ts';
import { accepted, guestName, inOneLine, pageName, refused, tdiName } from './helpers.ts';
import {
  type Invariant,
  invariant,
  type Property,
  type Step,
  type StepProperty,
  step,
} from './property.ts';

type Kernel = World['os'][number][number];
type Mode = Kernel['mode'];

const had = (s: Step, g: number, t: number): Kernel => s.before.os[g]![t]!;
const has = (s: Step, g: number, t: number): Kernel => s.after.os[g]![t]!;
/** The kernel holds the TDI: it is neither unknown nor shared. */
const isHeld = (mode: Mode): boolean => mode !== 'absent' && mode !== 'shared';
/** It is being locked or accepted, or is accepted: states in which no driver may be bound to prepare it. */
const isBeyondEvidence = (mode: Mode): boolean =>
  mode === 'locked' || mode === 'accepting' || mode === 'accepted';
const entered = (s: Step, g: number, t: number, mode: Mode): boolean =>
  has(s, g, t).mode === mode && had(s, g, t).mode !== mode;
const left = (s: Step, g: number, t: number, mode: Mode): boolean =>
  had(s, g, t).mode === mode && has(s, g, t).mode !== mode;
/** The attempt is this guest's own, about this TDI. */
const acts = (s: Step, g: number, t: number): boolean => s.args.guest === g && s.args.tdi === t;
/** A paravisor acts for the guest, and the kernel knows nothing of it. */
const byParavisor = (w: WorldView): boolean => w.readings.policyHook === 'paravisor';
/** The TDI is bound to the guest and no unbind is under way. */
const isBoundTo = (w: WorldView, t: number, g: number): boolean =>
  w.tsm[t]!.boundTo === g && w.tsm[t]!.teardown === 'none';
const wentBack = (s: Step, g: number, t: number): boolean =>
  s.outcome.is === 'refused' && left(s, g, t, 'accepting');

type PairTest = (s: Step, g: number, t: number) => boolean;
/** Some guest and TDI for which the test holds. */
function some(s: Step, test: PairTest): boolean {
  for (let g = 0; g < s.after.os.length; g++)
    for (let t = 0; t < s.after.tdi.length; t++) if (test(s, g, t)) return true;
  return false;
}
const seen =
  (test: PairTest): ((s: Step) => boolean) =>
  (s) =>
    some(s, test);

type StepBody = Omit<Parameters<typeof step>[0], 'holds' | 'why' | 'facets'>;
/** A property of steps that speaks of every guest and TDI. */
function stepOfPairs(
  p: StepBody & {
    readonly holdsFor: PairTest;
    readonly tells: (s: Step, g: number, t: number) => string;
  },
): StepProperty {
  const { holdsFor, tells, ...rest } = p;
  return step({
    ...rest,
    facets: ['os', 'mmio', 'mse'],
    holds: (s) => !some(s, (x, g, t) => !holdsFor(x, g, t)),
    why: (s) => {
      for (let g = 0; g < s.after.os.length; g++)
        for (let t = 0; t < s.after.tdi.length; t++)
          if (!holdsFor(s, g, t)) return `${guestName(g)} ${tells(s, g, t)}`;
      return p.title;
    },
  });
}
type InvariantBody = Omit<Parameters<typeof invariant>[0], 'holds' | 'why' | 'facets'>;
/** An invariant that speaks of every guest and TDI. */
function invariantOfPairs(
  p: InvariantBody & {
    readonly holdsFor: (w: WorldView, g: number, t: number) => boolean;
    readonly tells: (w: WorldView, g: number, t: number) => string;
  },
): Invariant {
  const { holdsFor, tells, ...rest } = p;
  return invariant({
    ...rest,
    facets: ['os', 'mmio', 'mse'],
    holds: (w) => {
      for (let g = 0; g < w.os.length; g++)
        for (let t = 0; t < w.tdi.length; t++) if (!holdsFor(w, g, t)) return false;
      return true;
    },
    why: (s) => {
      for (let g = 0; g < s.after.os.length; g++)
        for (let t = 0; t < s.after.tdi.length; t++)
          if (!holdsFor(s.after, g, t)) return `${guestName(g)} ${tells(s.after, g, t)}`;
      return p.title;
    },
  });
}

const NEXT: Readonly<Record<Mode, readonly Mode[]>> = {
  absent: ['shared', 'broken'],
  shared: ['locked', 'absent'],
  locked: ['evidenced', 'shared', 'broken', 'absent'],
  evidenced: ['accepting', 'shared', 'broken', 'absent'],
  accepting: ['accepted', 'shared', 'broken', 'absent'],
  accepted: ['shared', 'broken', 'absent'],
  broken: ['shared', 'absent'],
};

export const OS: readonly Property[] = [
  stepOfPairs({
    id: 'os-legal-transitions',
    title: 'A kernel takes a device through its modes in order, and to accepted by no short cut',
    clauses: ['os-mode', 'os-lock', 'os-accept'],
    reads: ['os.mode'],
    rules: [],
    holdsFor: (s, g, t) =>
      had(s, g, t).mode === has(s, g, t).mode ||
      NEXT[had(s, g, t).mode].includes(has(s, g, t).mode),
    tells: (s, g, t) =>
      `took ${tdiName(t)} from ${had(s, g, t).mode} to ${has(s, g, t).mode} by ${s.rule}`,
    witnesses: {
      'all the way': seen((s, g, t) => entered(s, g, t, 'accepted')),
      'back to shared': seen((s, g, t) => entered(s, g, t, 'shared') && isHeld(had(s, g, t).mode)),
    },
  }),

  stepOfPairs({
    id: 'accept-requires-idle',
    title:
      'A guest accepts a device only while it has no driver, no DMA mapping and no MMIO mapping',
    clauses: ['os-accept'],
    reads: ['os.mode', 'os.driver', 'os.buffer', 'os.tee', 'os.nonTee'],
    triggers: ['os.mode'],
    rules: ['guest.accept'],
    holdsFor: (s, g, t) => {
      if (!entered(s, g, t, 'accepting')) return true;
      const { driver, buffer, tee, nonTee } = had(s, g, t);
      return driver === 'none' && buffer === null && tee === 'unmapped' && nonTee === 'unmapped';
    },
    tells: (s, g, t) => {
      const { driver, buffer } = had(s, g, t);
      return inOneLine(
        `accepts ${tdiName(t)} with driver ${driver} and`,
        `${buffer === null ? 'no buffer' : 'a buffer'}`,
      );
    },
    witnesses: {
      'accepted idle': seen((s, g, t) => entered(s, g, t, 'accepting')),
      'refused with a driver or a mapping': seen(
        (s, g, t) =>
          s.rule === 'guest.accept' &&
          acts(s, g, t) &&
          s.outcome.code === 'EBUSY' &&
          (had(s, g, t).driver !== 'none' || had(s, g, t).buffer !== null),
      ),
    },
  }),

  stepOfPairs({
    id: 'accept-requires-report',
    title: 'A guest accepts only a device whose report the TSM has',
    clauses: ['os-accept', 'os-evidence'],
    reads: ['os.mode', 'tsm.report'],
    triggers: ['os.mode'],
    rules: ['guest.evidence'],
    holdsFor: (s, g, t) => {
      const grows = entered(s, g, t, 'accepting') || entered(s, g, t, 'evidenced');
      return !grows || s.before.tsm[t]!.report !== null;
    },
    tells: (_, __, t) => `goes on with ${tdiName(t)} although the TSM has no report`,
    witnesses: {
      'accepted with a report': seen((s, g, t) => entered(s, g, t, 'accepting')),
      'no report yet': seen(
        (s, g, t) =>
          s.rule === 'guest.evidence' &&
          acts(s, g, t) &&
          had(s, g, t).mode === 'locked' &&
          s.outcome.is === 'refused' &&
          s.before.tsm[t]!.report === null,
      ),
    },
  }),

  stepOfPairs({
    id: 'evidence-matches-lock-session',
    title: 'A guest accepts a lock session only with evidence and verdict of that very session',
    clauses: ['os-verify', 'lock-session'],
    reads: ['os.mode', 'os.verdict', 'guest.evidence', 'tsm.lockSession', 'tsm.boundTo'],
    triggers: ['os.mode'],
    rules: ['guest.accept'],
    holdsFor: (s, g, t) => {
      if (!entered(s, g, t, 'accepting')) return true;
      const { lockSession, boundTo } = s.before.tsm[t]!;
      const judged =
        s.before.readings.policyHook === 'none' || had(s, g, t).verdict === lockSession;
      return boundTo === g && judged && s.before.guest[g]![t]!.evidence === lockSession;
    },
    tells: (_, __, t) => `accepts a lock session of ${tdiName(t)} that nobody has judged`,
    witnesses: {
      'of this session': seen((s, g, t) => entered(s, g, t, 'accepting')),
      'of an earlier one, refused': seen(
        (s, g, t) =>
          s.rule === 'guest.accept' &&
          acts(s, g, t) &&
          had(s, g, t).mode === 'evidenced' &&
          s.outcome.is === 'refused' &&
          s.before.guest[g]![t]!.evidence !== s.before.tsm[t]!.lockSession,
      ),
    },
  }),

  stepOfPairs({
    id: 'accept-all-or-nothing',
    title: 'A guest has all of a device accepted, or the kernel keeps nothing of what it granted',
    clauses: ['os-accept'],
    reads: [
      'os.mode',
      'os.tee',
      'os.nonTee',
      'os.dmaops',
      'os.verdict',
      'guest.evidence',
      'mmio.guest',
      'mmio.accepted',
      'tsm.dma',
    ],
    triggers: ['os.mode'],
    rules: [],
    holdsFor: (s, g, t) => {
      const { tee, nonTee, dmaops, verdict } = has(s, g, t);
      if (entered(s, g, t, 'accepted')) {
        const { guest, accepted } = s.after.mmio[t]!;
        // Where the table is the host’s, it can take a validated range away again in between.
        const isByHost = s.after.readings.translationTables === 'host';
        const isOpen = (isByHost || (guest === g && accepted)) && s.after.tsm[t]!.dma;
        return isOpen && tee === 'encrypted' && nonTee === 'shared' && dmaops === 'direct';
      }
      if (!wentBack(s, g, t)) return true;
      const unmapped = tee === 'unmapped' && nonTee === 'unmapped' && dmaops === 'bounce';
      return unmapped && verdict === null && s.after.guest[g]![t]!.evidence === null;
    },
    tells: (_, __, t) => `has ${tdiName(t)} accepted in part`,
    witnesses: {
      all: seen((s, g, t) => entered(s, g, t, 'accepted')),
      nothing: seen(wentBack),
    },
  }),

  stepOfPairs({
    id: 'tsm-partial-failure-consistent',
    title:
      'Where accepting fails in the middle, the TSM has no acceptance and no open DMA for the guest',
    clauses: ['os-accept', 'private-dma'],
    reads: ['os.mode', 'tsm.boundTo', 'tsm.teardown', 'tsm.accepted', 'tsm.dma'],
    triggers: ['os.mode'],
    rules: [],
    holdsFor: (s, g, t) => {
      const { boundTo, accepted, dma } = s.after.tsm[t]!;
      return !wentBack(s, g, t) || boundTo !== g || !(accepted || dma);
    },
    tells: (_, __, t) => `gave up ${tdiName(t)} and the TSM still has it accepted`,
    witnesses: {
      'given up while bound': seen((s, g, t) => wentBack(s, g, t) && isBoundTo(s.before, t, g)),
    },
  }),

  invariantOfPairs({
    id: 'stale-evidence-cleared',
    title: 'Of a device that is shared a guest holds neither evidence nor verdict nor acceptance',
    clauses: ['os-unlock', 'os-enumerate'],
    reads: ['os.mode', 'os.verdict', 'guest.evidence', 'guest.accepted'],
    holdsFor: (w, g, t) => {
      const { mode, verdict } = w.os[g]![t]!;
      const { evidence, accepted } = w.guest[g]![t]!;
      if (mode !== 'shared' || byParavisor(w)) return true;
      return verdict === null && evidence === null && accepted === null;
    },
    tells: (_, __, t) => `holds something old about ${tdiName(t)}, which is shared`,
    witnesses: {
      'given up with evidence': seen(
        (s, g, t) =>
          (left(s, g, t, 'accepted') || left(s, g, t, 'evidenced')) &&
          s.before.guest[g]![t]!.evidence !== null &&
          s.after.guest[g]![t]!.evidence === null,
      ),
    },
  }),

  stepOfPairs({
    id: 'no-driver-before-policy',
    title: 'No driver of a device binds before the policy was loaded, and none that it denies',
    clauses: ['os-policy'],
    reads: ['os.driver', 'kernel.policy'],
    triggers: ['os.driver'],
    rules: ['os.driver.probe'],
    holdsFor: (s, g, t) => {
      if (has(s, g, t).driver !== 'real' || had(s, g, t).driver === 'real') return true;
      const { policy } = s.before.kernel[g]!;
      const hook = s.before.readings.policyHook;
      return (
        policy !== 'deny' && (policy !== 'notLoaded' || hook === 'none' || hook === 'paravisor')
      );
    },
    tells: (s, g, t) =>
      `bound a driver to ${tdiName(t)} under policy ${s.before.kernel[g]!.policy}`,
    witnesses: {
      'bound once it was loaded': seen(
        (s, g, t) => has(s, g, t).driver === 'real' && had(s, g, t).driver !== 'real',
      ),
      'not before': (s) => s.rule === 'os.driver.probe' && s.outcome.code === 'EPROBE_DEFER',
    },
  }),

  /** While it is bound the kernel goes no further with the device than evidence (host-guest 3, G4). */
  stepOfPairs({
    id: 'prep-driver-only-prepares',
    title: 'A driver for preparation is bound before acceptance only, and maps nothing for DMA',
    clauses: ['os-prep'],
    reads: ['os.mode', 'os.driver', 'os.buffer'],
    rules: ['os.driver.prep', 'os.lock', 'os.buffer.map'],
    holdsFor: (s, g, t) => {
      const [b, a] = [had(s, g, t), has(s, g, t)];
      if (a.driver !== 'prep') return true;
      if (b.driver === 'prep' && b.buffer === null && a.buffer !== null) return false;
      const looks = a.mode === 'evidenced' && s.after.readings.policyHook === 'driver';
      const came = b.driver !== 'prep';
      return came ? a.mode === 'shared' || looks : !isBeyondEvidence(a.mode);
    },
    tells: (s, g, t) =>
      inOneLine(
        `has a driver for preparation bound to ${tdiName(t)}, which is ${has(s, g, t).mode},`,
        `or let it map a buffer, in ${s.rule}`,
      ),
    witnesses: {
      bound: (s) => accepted(s, 'os.driver.prep'),
      'lets go': seen(
        (s, g, t) => had(s, g, t).driver === 'prep' && has(s, g, t).driver === 'none',
      ),
      'no lock while it is bound': (s) =>
        refused(s, 'os.lock') &&
        some(s, (x, g, t) => acts(x, g, t) && had(x, g, t).driver === 'prep'),
    },
  }),

  stepOfPairs({
    id: 'driver-sees-one-mode',
    title: 'As long as its driver is bound, a device is in one mode, or broken',
    clauses: ['os-mode'],
    reads: ['os.mode', 'os.driver', 'os.dmaops'],
    triggers: ['os.mode', 'os.dmaops'],
    rules: [],
    holdsFor: (s, g, t) => {
      const [b, a] = [had(s, g, t), has(s, g, t)];
      if (b.driver !== 'real' || a.driver !== 'real') return true;
      return b.dmaops === a.dmaops && (b.mode === a.mode || a.mode === 'broken');
    },
    tells: (s, g, t) =>
      `took ${tdiName(t)} from ${had(s, g, t).mode} to ${has(s, g, t).mode} under its driver`,
    witnesses: {
      'broken under a driver': seen(
        (s, g, t) => entered(s, g, t, 'broken') && has(s, g, t).driver === 'real',
      ),
    },
  }),

  stepOfPairs({
    id: 'command-reg-stable-while-locked',
    title: 'A kernel does not clear BME or MSE of a device that it has locked',
    clauses: ['os-command', 'cfg-command'],
    reads: ['os.mode', 'tdi.bme', 'tdi.mse'],
    triggers: ['tdi.bme', 'tdi.mse'],
    rules: ['os.driver.remove', 'os.enable'],
    holdsFor: (s, g, t) => {
      if (!acts(s, g, t) || !isHeld(had(s, g, t).mode)) return true;
      const [b, a] = [s.before.tdi[t]!, s.after.tdi[t]!];
      return (a.bme || !b.bme) && (a.mse || !b.mse);
    },
    tells: (s, _, t) => `cleared a bit of the Command register of ${tdiName(t)} by ${s.rule}`,
    witnesses: {
      'driver removed, bits kept': seen(
        (s, g, t) =>
          s.rule === 'os.driver.remove' &&
          acts(s, g, t) &&
          s.outcome.is === 'accepted' &&
          isHeld(had(s, g, t).mode) &&
          s.after.tdi[t]!.bme,
      ),
      'removed while shared, bus mastering off': seen(
        (s, g, t) =>
          s.rule === 'os.driver.remove' &&
          acts(s, g, t) &&
          s.before.tdi[t]!.bme &&
          !s.after.tdi[t]!.bme,
      ),
    },
  }),

  invariantOfPairs({
    id: 'mmio-kind-matches-report',
    title:
      'Only TEE ranges of a device that is being accepted are mapped encrypted; the others stay shared',
    clauses: ['os-mmio', 'mmio-tee'],
    reads: ['os.mode', 'os.tee', 'os.nonTee'],
    holdsFor: (w, g, t) => {
      const { mode, tee, nonTee } = w.os[g]![t]!;
      if (nonTee === 'encrypted') return false;
      if (tee === 'encrypted')
        return mode === 'accepting' || mode === 'accepted' || mode === 'broken';
      return tee === 'unmapped' || mode === 'shared';
    },
    tells: (w, g, t) => {
      const { mode, tee, nonTee } = w.os[g]![t]!;
      return `has ${tdiName(t)}, ${mode}, mapped ${tee} and ${nonTee}`;
    },
    witnesses: {
      encrypted: seen(
        (s, g, t) => has(s, g, t).tee === 'encrypted' && had(s, g, t).tee !== 'encrypted',
      ),
      shared: seen((s, g, t) => has(s, g, t).tee === 'shared' && had(s, g, t).tee !== 'shared'),
    },
  }),

  stepOfPairs({
    id: 'mmio-private-needs-flag',
    title: 'A kernel reaches TEE ranges only through a mapping that it has marked encrypted',
    clauses: ['os-mmio'],
    reads: ['os.mode', 'os.tee'],
    triggers: [],
    rules: ['mmio.private'],
    holdsFor: (s, g, t) => {
      if (s.rule !== 'mmio.private' || s.args.range !== 'tee' || !acts(s, g, t)) return true;
      if (s.outcome.is !== 'accepted' || had(s, g, t).mode === 'absent') return true;
      return byParavisor(s.before) || had(s, g, t).tee === 'encrypted';
    },
    tells: (_, __, t) => `reached ${tdiName(t)} without an encrypted mapping`,
    witnesses: {
      'through its mapping': seen(
        (s, g, t) =>
          s.rule === 'mmio.private' &&
          acts(s, g, t) &&
          s.outcome.is === 'accepted' &&
          had(s, g, t).mode === 'accepted',
      ),
    },
  }),

  stepOfPairs({
    id: 'unlock-failure-visible',
    title:
      'Unlock succeeds only where the TSM has the device unbound from the guest; otherwise it is broken',
    clauses: ['os-unlock'],
    reads: ['os.mode', 'os.driver', 'os.buffer', 'tsm.boundTo'],
    triggers: [],
    rules: ['os.unlock'],
    holdsFor: (s, g, t) => {
      if (s.rule !== 'os.unlock' || s.outcome.is === 'dropped' || !acts(s, g, t)) return true;
      const { mode, driver, buffer } = had(s, g, t);
      const isBound = s.before.tsm[t]!.boundTo === g;
      if (s.outcome.is === 'accepted') return !isBound && has(s, g, t).mode === 'shared';
      const tried = isHeld(mode) && driver === 'none' && buffer === null;
      return !tried || (isBound && has(s, g, t).mode === 'broken');
    },
    tells: (s, g, t) =>
      `unlocked ${tdiName(t)}, bound to ${guestName(s.before.tsm[t]!.boundTo)}: ${has(s, g, t).mode}`,
    witnesses: {
      unlocked: (s) => s.rule === 'os.unlock' && s.outcome.is === 'accepted',
      'the host has not unbound': (s) => s.rule === 'os.unlock' && s.outcome.code === 'EIO',
    },
  }),

  stepOfPairs({
    id: 'state-postcondition',
    title: 'A device that a kernel calls locked or accepted is so for the TSM at that moment',
    clauses: ['os-lock', 'os-accept', 'tsm-cached'],
    reads: ['os.mode', 'tsm.boundTo', 'tsm.teardown', 'tsm.cached'],
    triggers: ['os.mode'],
    rules: ['os.lock'],
    holdsFor: (s, g, t) => {
      const { cached } = s.after.tsm[t]!;
      const isBound = isBoundTo(s.after, t, g);
      const byHost = s.after.readings.startAuthoriser === 'host' && cached === 'RUN';
      if (entered(s, g, t, 'locked')) return isBound && (cached === 'CONFIG_LOCKED' || byHost);
      return !entered(s, g, t, 'accepted') || (isBound && cached === 'RUN');
    },
    tells: (s, g, t) =>
      `calls ${tdiName(t)} ${has(s, g, t).mode}, which is ${s.after.tsm[t]!.cached} for the TSM`,
    witnesses: {
      locked: seen((s, g, t) => entered(s, g, t, 'locked')),
      accepted: seen((s, g, t) => entered(s, g, t, 'accepted')),
      'not locked, refused': seen(
        (s, g, t) =>
          s.rule === 'os.lock' &&
          acts(s, g, t) &&
          s.outcome.is === 'refused' &&
          had(s, g, t).mode === 'shared',
      ),
    },
  }),

  stepOfPairs({
    id: 'digest-checked',
    title:
      'A kernel goes on only with evidence that the TSM has digests of, for its own nonce, and that agrees',
    clauses: ['os-evidence', 'os-verify'],
    reads: ['os.mode', 'os.verdict'],
    rules: ['guest.evidence', 'os.verify'],
    holdsFor: (s, g, t) => {
      if (!acts(s, g, t)) return true;
      const { blobs, finding } = s.args;
      const taken = s.outcome.is === 'accepted' || entered(s, g, t, 'evidenced');
      if (blobs !== undefined) return !taken || blobs === 'genuine';
      const given = has(s, g, t).verdict !== null && had(s, g, t).verdict === null;
      return !given || finding === 'agrees';
    },
    tells: (s, _, t) =>
      `took ${s.args.blobs ?? s.args.finding ?? 'unasked'} evidence of ${tdiName(t)} for good`,
    witnesses: {
      'genuine taken': seen((s, g, t) => entered(s, g, t, 'evidenced')),
      'another refused': (s) => s.rule === 'guest.evidence' && s.outcome.code === 'EBADMSG',
      'a finding refused': (s) => s.rule === 'os.verify' && s.outcome.code === 'EACCES',
    },
  }),

  stepOfPairs({
    id: 'state-only-from-tsm',
    title: 'A kernel does not believe the host that a device is in RUN',
    clauses: ['os-accept', 'tsm-cached'],
    reads: ['os.mode'],
    rules: ['guest.enable-dma'],
    holdsFor: (s, g, t) => !entered(s, g, t, 'accepted') || s.args.source === 'tsm',
    tells: (_, __, t) => `accepted ${tdiName(t)} on somebody’s word`,
    witnesses: {
      'the TSM said so': seen((s, g, t) => entered(s, g, t, 'accepted')),
      'the host said so': (s) => s.outcome.code === 'EBADMSG' && s.args.source === 'host',
    },
  }),

  invariantOfPairs({
    id: 'secure-dma-only-when-accepted',
    title: 'A live buffer is a shared page, or a private page of a device that was accepted',
    clauses: ['os-bounce', 'os-convert'],
    reads: ['os.mode', 'os.dmaops', 'os.buffer', 'view.now', 'page.owner', 'page.accepted'],
    sizes: { Page: 1 },
    holdsFor: (w, g, t) => {
      const { mode, dmaops, buffer } = w.os[g]![t]!;
      if (dmaops === 'direct' && mode !== 'accepted' && mode !== 'broken') return false;
      if (buffer === null) return true;
      const { now } = w.view[g]![buffer]!;
      if (dmaops === 'direct') return now === 'private';
      const { owner, accepted } = w.page[buffer]!;
      return now === 'shared' && !(owner === g && accepted);
    },
    tells: (w, g, t) => {
      const { mode, dmaops, buffer } = w.os[g]![t]!;
      const where = buffer === null ? 'nowhere' : `in ${pageName(buffer)}`;
      return `has ${dmaops} DMA ${where} for ${tdiName(t)}, which is ${mode}`;
    },
    witnesses: {
      'bounce buffer': seen(
        (s, g, t) =>
          has(s, g, t).buffer !== null &&
          had(s, g, t).buffer === null &&
          has(s, g, t).dmaops === 'bounce',
      ),
      'private buffer': seen(
        (s, g, t) =>
          has(s, g, t).buffer !== null &&
          had(s, g, t).buffer === null &&
          has(s, g, t).dmaops === 'direct',
      ),
    },
  }),

  stepOfPairs({
    id: 'broken-never-straight-to-accepted',
    title: 'A broken device is unlocked or forgotten before anything else is done with it',
    clauses: ['os-recover'],
    reads: ['os.mode'],
    rules: [],
    holdsFor: (s, g, t) => {
      const { mode } = has(s, g, t);
      return had(s, g, t).mode !== 'broken' || !isHeld(mode) || mode === 'broken';
    },
    tells: (s, g, t) => `took ${tdiName(t)} from broken to ${has(s, g, t).mode}`,
    witnesses: { 'broken and unlocked': seen((s, g, t) => left(s, g, t, 'broken')) },
  }),

  stepOfPairs({
    id: 'guest-error-detected',
    title: 'A guest that looks for an error finds one where the device does not run',
    clauses: ['os-error'],
    reads: [
      'os.mode',
      'tdi.state',
      'device.present',
      'stream.secure',
      'tsm.cached',
      'tsm.boundTo',
      'tsm.teardown',
    ],
    triggers: [],
    rules: ['os.error'],
    holdsFor: (s, g, t) => {
      if (
        s.rule !== 'os.error' ||
        s.outcome.is === 'dropped' ||
        !acts(s, g, t) ||
        had(s, g, t).mode !== 'accepted'
      )
        return true;
      const isDead =
        s.args.sign === 'allOnes'
          ? s.before.tdi[t]!.state !== 'RUN' || !s.before.device.present || !s.before.stream.secure
          : s.before.tsm[t]!.cached !== 'RUN' || !isBoundTo(s.before, t, g);
      return !isDead || has(s, g, t).mode === 'broken';
    },
    tells: (_, __, t) => `did not notice that ${tdiName(t)} does not run`,
    witnesses: {
      'found by reading all ones': (s) =>
        s.rule === 'os.error' &&
        s.args.sign === 'allOnes' &&
        some(s, (x, g, t) => entered(x, g, t, 'broken')),
      'found by asking the TSM': (s) =>
        s.rule === 'os.error' &&
        s.args.sign === 'poll' &&
        some(s, (x, g, t) => entered(x, g, t, 'broken')),
    },
  }),

  stepOfPairs({
    id: 'reattest-mismatch-breaks',
    title: 'A device in use that measures otherwise than before is broken',
    clauses: ['os-reattest'],
    reads: ['os.mode'],
    triggers: [],
    rules: ['os.reattest'],
    holdsFor: (s, g, t) => {
      if (
        s.rule !== 'os.reattest' ||
        s.outcome.is === 'dropped' ||
        !acts(s, g, t) ||
        s.args.measured !== 'changed'
      )
        return true;
      return had(s, g, t).mode !== 'accepted' || has(s, g, t).mode === 'broken';
    },
    tells: (_, __, t) => `goes on with ${tdiName(t)}, which measures otherwise`,
    witnesses: {
      'measured otherwise': (s) =>
        s.rule === 'os.reattest' &&
        s.args.measured === 'changed' &&
        some(s, (x, g, t) => entered(x, g, t, 'broken')),
    },
  }),

  stepOfPairs({
    id: 'suspend-trusts-nothing',
    title: 'After suspend a kernel takes no device for locked or accepted',
    clauses: ['os-suspend'],
    reads: ['os.mode'],
    triggers: [],
    rules: ['os.suspend'],
    holdsFor: (s, g, t) => {
      if (s.rule !== 'os.suspend' || s.args.guest !== g || s.outcome.is !== 'accepted') return true;
      return !isHeld(has(s, g, t).mode) || has(s, g, t).mode === 'broken';
    },
    tells: (_, __, t) => `has ${tdiName(t)} after suspend as if nothing had been`,
    witnesses: {
      'a held device': seen((s, g, t) => s.rule === 'os.suspend' && entered(s, g, t, 'broken')),
    },
  }),

  stepOfPairs({
    id: 'kexec-finds-known-state',
    title:
      'A new kernel starts from nothing, and what its predecessor left accepted it finds broken',
    clauses: ['os-kexec', 'os-enumerate'],
    reads: [
      'os.mode',
      'os.driver',
      'os.buffer',
      'os.dmaops',
      'kernel.policy',
      'guest.evidence',
      'guest.accepted',
    ],
    triggers: [],
    rules: ['os.kexec', 'os.enumerate'],
    holdsFor: (s, g, t) => {
      if (s.args.guest !== g || s.outcome.is !== 'accepted') return true;
      if (s.rule === 'os.kexec') {
        const { mode, driver, buffer, dmaops } = has(s, g, t);
        const isNew = mode === 'absent' && driver === 'none' && dmaops === 'bounce';
        const inOrder = s.args.handover !== 'kexec' || !isHeld(had(s, g, t).mode);
        return inOrder && isNew && buffer === null && s.after.kernel[g]!.policy === 'notLoaded';
      }
      if (s.rule !== 'os.enumerate' || s.args.tdi !== t || byParavisor(s.before)) return true;
      const { evidence, accepted } = s.before.guest[g]![t]!;
      const isKnown = evidence === null && accepted === null;
      return has(s, g, t).mode === (isKnown ? 'shared' : 'broken');
    },
    tells: (s, g, t) => `has ${tdiName(t)} as ${has(s, g, t).mode} after ${s.rule}`,
    witnesses: {
      'crash with a device held': seen(
        (s, g, t) =>
          s.rule === 'os.kexec' && isHeld(had(s, g, t).mode) && !isHeld(has(s, g, t).mode),
      ),
      inherited: seen((s, g, t) => had(s, g, t).mode === 'absent' && entered(s, g, t, 'broken')),
      'kexec refused': (s) => s.rule === 'os.kexec' && s.outcome.is === 'refused',
    },
  }),

  stepOfPairs({
    id: 'kernel-acts-for-itself',
    title: 'What a kernel holds of its devices changes only by what that guest does',
    clauses: ['tsm-one-guest', 'os-mode'],
    reads: ['os.mode', 'os.driver', 'os.dmaops', 'os.tee', 'os.nonTee', 'os.buffer'],
    sizes: { Guest: 2 },
    rules: [],
    holdsFor: (s, g, t) => {
      if (s.args.guest === g && (s.args.tdi === undefined || s.args.tdi === t)) return true;
      const [b, a] = [had(s, g, t), has(s, g, t)];
      const same = b.mode === a.mode && b.driver === a.driver && b.dmaops === a.dmaops;
      return same && b.tee === a.tee && b.nonTee === a.nonTee && b.buffer === a.buffer;
    },
    tells: (s, _, t) => `had something about ${tdiName(t)} changed by ${s.rule}`,
    witnesses: {
      'two guests at once': seen(
        (s, g, t) =>
          entered(s, g, t, 'locked') &&
          s.before.os.some((o, i) => i !== g && o.some((x) => isHeld(x.mode))),
      ),
    },
  }),
];
