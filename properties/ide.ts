/**
 * The IDE stream: when it is Secure, what it accepts, and what its loss does (IDE ECN; TDISP 11.1,
 * 11.4.5).
 *
 * Both ends are one record in this slice, so agreement of the two ends is not a property here.
 */
import type { World, WorldView } from '../model/world.ts';
import {
  accepted,
  fallsTo,
  hasAllKeys,
  hasSomeKey,
  inOneLine,
  inSession,
  invariantOfEach,
  is,
  keySetName,
  someEntered,
  someWent,
  statesKept,
  stepOfEach,
  tdiName,
  tlpOf,
  was,
  wasLocked,
} from './helpers.ts';
import { invariant, type Property, type Step, step } from './property.ts';

type Tlp = World['tlp'][number];
type Sub = 'PR' | 'NPR' | 'CPL';
const subOf = (tlp: Tlp): Sub =>
  tlp.kind === 'write' ? 'PR' : tlp.kind === 'read' ? 'NPR' : 'CPL';
/** The stream went from Secure to Insecure. */
const fell = (s: Step): boolean => s.before.stream.secure && !s.after.stream.secure;
/** The TLP in this slot is under IDE and under the current key material of a started key set. */
function underCurrentKeys(w: WorldView, tlp: Tlp): boolean {
  if (tlp.keySet === null) return false;
  const keys = w.keySet[tlp.keySet]!;
  return tlp.key === keys.generation && keys.go;
}
/** An older TLP of the same sub-stream, key set and key material is still in flight. */
function overtakesOwn(w: WorldView, slot: number): boolean {
  const tlp = w.tlp[slot]!;
  if (!underCurrentKeys(w, tlp)) return false;
  for (let i = 0; i < slot; i++) {
    const older = w.tlp[i]!;
    if (older.kind === tlp.kind && older.keySet === tlp.keySet && underCurrentKeys(w, older))
      return true;
  }
  return false;
}
/**
 * The TLP is a read; an older write that can still be consumed is in flight, or one of its set was
 * lost.
 */
function overtakesPosted(w: WorldView, slot: number): boolean {
  const { kind, keySet } = w.tlp[slot]!;
  if (kind !== 'read' || keySet === null) return false;
  if (w.gap[keySet]!.PR && underCurrentKeys(w, w.tlp[slot]!)) return true;
  for (let i = 0; i < slot; i++)
    if (w.tlp[i]!.kind === 'write' && underCurrentKeys(w, w.tlp[i]!)) return true;
  return false;
}
/** A TLP of its sub-stream and key set was lost before it. */
const behindGap = (w: WorldView, tlp: Tlp): boolean =>
  tlp.keySet !== null && w.gap[tlp.keySet]![subOf(tlp)];
/** A delivery that was attempted of a TLP under IDE. */
function deliveryUnderIde(s: Step): boolean {
  return s.rule === 'fabric.deliver' && tlpOf(s).kind !== 'none' && tlpOf(s).keySet !== null;
}
/** Some TDI is in RUN, before and after. */
function someStaysInRun(s: Step): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (was(s, t) === 'RUN' && is(s, t) === 'RUN') return true;
  return false;
}
/** A TLP was lost on its way. */
const isLost = (s: Step): boolean =>
  s.rule === 'fabric.lose' && s.outcome.is !== 'refused' && tlpOf(s).kind !== 'none';
/** Some TDI is CONFIG_LOCKED or RUN, before and after. */
function someStaysLocked(s: Step): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (wasLocked(s, t) && is(s, t) === was(s, t)) return true;
  return false;
}
/** The key set in use. */
const sendingName = ({ stream }: WorldView): string =>
  stream.sending === null ? 'no key set' : keySetName(stream.sending);
const slotOf = (s: Step): number => Number(s.args.slot);
const TLP_READS = ['tlp.kind', 'tlp.keySet', 'tlp.key'] as const;

export const IDE: readonly Property[] = [
  /**
   * Keys of one set for all sub-streams, programmed over the live session, GO, and Stream Enable.
   */
  invariant({
    id: 'ide-secure-needs-all',
    title: 'A Secure stream is enabled, and its key set has all keys and GO, over the live session',
    clauses: ['ide-secure', 'ide-keys'],
    reads: [
      'stream.secure',
      'stream.enabled',
      'rootPort.disabled',
      'stream.sending',
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.go',
      'keySet.session',
      'session.phase',
      'session.generation',
    ],
    holds: ({ stream, keySet, session, rootPort }) => {
      if (!stream.secure) return true;
      if (rootPort.disabled) return false;
      if (!stream.enabled || stream.sending === null || session.phase !== 'established')
        return false;
      const keys = keySet[stream.sending]!;
      return hasAllKeys(keys) && keys.go && keys.session === session.generation;
    },
    why: ({ after }) =>
      inOneLine(
        `the stream is Secure with Stream Enable ${Number(after.stream.enabled)}, and the key`,
        'set in use lacks a key, GO or the live session',
      ),
    witnesses: {
      'stream became Secure': (s) => !s.before.stream.secure && s.after.stream.secure,
    },
  }),

  /** GO means that TLPs under the set are accepted: every sub-stream needs its key. */
  invariantOfEach('KeySet', {
    id: 'ide-go-needs-keys',
    title: 'A key set that was given GO has a key for every sub-stream',
    clauses: ['ide-keys'],
    reads: ['keySet.PR', 'keySet.NPR', 'keySet.CPL', 'keySet.go'],
    holdsFor: (w, k) => !w.keySet[k]!.go || hasAllKeys(w.keySet[k]!),
    tells: (_, k) => `key set ${keySetName(k)} was given GO and lacks a key`,
    witnesses: {
      'GO given': (s) => accepted(s, 'ide.set-go'),
    },
  }),

  /** A stream that becomes Insecure loses all keys of both sets, in the same step. */
  step({
    id: 'ide-insecure-loses-keys',
    title: 'A stream that becomes Insecure loses every key',
    clauses: ['ide-insecure'],
    reads: ['stream.secure', 'keySet.PR', 'keySet.NPR', 'keySet.CPL', 'keySet.go'],
    triggers: ['stream.secure'],
    rules: [],
    holds: (s) => {
      if (!fell(s)) return true;
      for (let k = 0; k < s.after.keySet.length; k++)
        if (hasSomeKey(s.after.keySet[k]!) || s.after.keySet[k]!.go) return false;
      return true;
    },
    why: (s) => `${s.rule} made the stream Insecure, and a key of it is still programmed`,
    witnesses: { 'stream became Insecure': fell },
  }),

  /**
   * No automatic way back: GO or Stream Enable completes what makes a stream Secure, nothing else
   * does.
   */
  step({
    id: 'ide-secure-only-by-go-or-enable',
    title: 'A stream becomes Secure only by K_SET_GO or by Stream Enable',
    clauses: ['ide-secure', 'ide-insecure'],
    reads: ['stream.secure'],
    rules: [],
    holds: (s) =>
      s.before.stream.secure ||
      !s.after.stream.secure ||
      accepted(s, 'ide.set-go') ||
      accepted(s, 'ide.enable') ||
      accepted(s, 'port.enable'),
    why: (s) => `${s.rule} made the stream Secure`,
    witnesses: {
      'Secure by GO or Enable': (s) => !s.before.stream.secure && s.after.stream.secure,
    },
  }),

  /**
   * The converse of ide-secure-needs-all, at GO and Enable: what is asked for takes effect, and
   * nothing else is needed.
   */
  step({
    id: 'ide-secure-when-ready',
    title: 'After K_SET_GO or Stream Enable, a stream that has all that is needed is Secure',
    clauses: ['ide-secure', 'ide-keys'],
    reads: [
      'stream.secure',
      'stream.enabled',
      'rootPort.disabled',
      'stream.sending',
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.go',
    ],
    triggers: [],
    rules: ['ide.set-go', 'ide.enable'],
    holds: (s) => {
      const isGo = accepted(s, 'ide.set-go');
      if (!isGo && !accepted(s, 'ide.enable')) return true;
      const { enabled, secure, sending } = s.after.stream;
      if (isGo && (sending === null || !s.after.keySet[Number(s.args.keySet)]!.go)) return false;
      if (!isGo && enabled !== (s.args.level === 1)) return false;
      const isReady =
        enabled &&
        !s.after.rootPort.disabled &&
        sending !== null &&
        s.after.keySet[sending]!.go &&
        hasAllKeys(s.after.keySet[sending]!);
      return secure === isReady;
    },
    why: (s) =>
      inOneLine(
        `after ${s.rule} the stream is ${s.after.stream.secure ? 'Secure' : 'Insecure'}, with`,
        `Stream Enable ${Number(s.after.stream.enabled)}`,
      ),
    witnesses: {
      'Secure by GO': (s) =>
        accepted(s, 'ide.set-go') && s.after.stream.secure && !s.before.stream.secure,
      'Secure by Enable': (s) =>
        accepted(s, 'ide.enable') && s.after.stream.secure && !s.before.stream.secure,
    },
  }),

  /**
   * The forged or repeated TLP is a check failure if the stream is Secure; otherwise there is no
   * key to check by.
   */
  step({
    id: 'ide-replay-detected',
    title: 'A forged or repeated TLP is consumed by nobody and makes a Secure stream Insecure',
    clauses: ['ide-check'],
    reads: ['stream.secure', 'page.data', 'tdi.holds'],
    triggers: [],
    rules: ['fabric.inject'],
    holds: (s) => {
      if (s.rule !== 'fabric.inject') return true;
      for (let p = 0; p < s.after.page.length; p++)
        if (s.before.page[p]!.data !== s.after.page[p]!.data) return false;
      for (let t = 0; t < s.after.tdi.length; t++)
        if (s.before.tdi[t]!.holds !== s.after.tdi[t]!.holds) return false;
      return s.outcome.is !== 'accepted' && !s.after.stream.secure;
    },
    why: (s) =>
      inOneLine(
        `a forged TLP was ${s.outcome.is}, and the stream is`,
        `${s.after.stream.secure ? 'Secure' : 'Insecure'} afterwards`,
      ),
    witnesses: { 'forgery cost the stream': (s) => s.rule === 'fabric.inject' && fell(s) },
  }),

  /** Consumed means: by the started key set and the current key material that the TLP is under. */
  step({
    id: 'ide-old-keyset-retired',
    title: 'No TLP is consumed under retired or stale keys, or on an Insecure stream',
    clauses: ['ide-check', 'ide-refresh', 'ide-insecure'],
    reads: ['stream.secure', 'keySet.generation', 'keySet.go', 'tlp.traffic', ...TLP_READS],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!accepted(s, 'fabric.deliver')) return true;
      const tlp = tlpOf(s);
      if (tlp.traffic === 'legacy') return tlp.keySet === null;
      return s.before.stream.secure && underCurrentKeys(s.before, tlp);
    },
    why: (s) =>
      s.before.stream.secure
        ? 'a TLP was consumed, and the key material that protects it is not current'
        : 'a TLP under IDE was consumed on an Insecure stream',
    witnesses: {
      'consumed under current keys': (s) => accepted(s, 'fabric.deliver') && deliveryUnderIde(s),
      'stale keys rejected': (s) =>
        deliveryUnderIde(s) && s.outcome.is === 'dropped' && !underCurrentKeys(s.before, tlpOf(s)),
    },
  }),

  /** New key material: what was sent under the set before is under old keys for ever. */
  stepOfEach('KeySet', {
    id: 'ide-keys-fresh-per-go',
    title: 'Keys that are given GO protect no TLP that is already in flight',
    clauses: ['ide-keys', 'ide-refresh'],
    reads: ['keySet.go', 'keySet.generation', ...TLP_READS],
    triggers: ['keySet.go'],
    rules: ['ide.set-go'],
    holdsFor: (s, k) => {
      if (s.before.keySet[k]!.go || !s.after.keySet[k]!.go) return true;
      for (let i = 0; i < s.after.tlp.length; i++) {
        const { kind, keySet, key } = s.after.tlp[i]!;
        if (kind !== 'none' && keySet === k && key === s.after.keySet[k]!.generation) return false;
      }
      return true;
    },
    tells: (_, k) =>
      `${keySetName(k)} was given GO, and a TLP from before counts as sent under its new keys`,
    witnesses: { 'GO given': (s) => accepted(s, 'ide.set-go') },
  }),

  /**
   * The sub-stream counter shows the loss at the next TLP of the sub-stream under the same keys.
   */
  step({
    id: 'ide-drop-detected',
    title: 'After a lost TLP no later TLP of its sub-stream is consumed',
    clauses: ['ide-check'],
    facets: ['gaps'],
    reads: ['stream.secure', 'gap.PR', 'gap.NPR', 'gap.CPL', 'tlp.kind', 'tlp.keySet'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!deliveryUnderIde(s) || !behindGap(s.before, tlpOf(s))) return true;
      return s.outcome.is !== 'accepted' && !s.after.stream.secure;
    },
    why: (s) =>
      inOneLine(
        `a ${tlpOf(s).kind} behind a lost one was ${s.outcome.is}; it must fail its check and`,
        'cost the stream',
      ),
    witnesses: {
      'TLP behind a gap cost the stream': (s) =>
        deliveryUnderIde(s) && fell(s) && behindGap(s.before, tlpOf(s)),
    },
  }),

  /** A loss under current keys is remembered by the counters until the keys are retired. */
  step({
    id: 'ide-lost-tlp-leaves-gap',
    title: 'A TLP lost under current keys leaves a gap that only new keys close',
    clauses: ['ide-check'],
    facets: ['gaps'],
    reads: ['gap.PR', 'gap.NPR', 'gap.CPL', 'keySet.go', 'keySet.generation', ...TLP_READS],
    triggers: ['gap.PR', 'gap.NPR', 'gap.CPL'],
    rules: ['fabric.lose'],
    holds: (s) => {
      for (let k = 0; k < s.after.gap.length; k++) {
        const b = s.before.gap[k]!;
        const a = s.after.gap[k]!;
        const closed = (b.PR && !a.PR) || (b.NPR && !a.NPR) || (b.CPL && !a.CPL);
        if (closed && s.after.keySet[k]!.go) return false;
      }
      if (!isLost(s)) return true;
      const tlp = tlpOf(s);
      return !underCurrentKeys(s.before, tlp) || behindGap(s.after, tlp);
    },
    why: (s) =>
      s.rule === 'fabric.lose'
        ? `a ${tlpOf(s).kind} was lost, and its sub-stream shows no gap`
        : `${s.rule} closed a gap in a sub-stream whose keys are still in use`,
    witnesses: {
      'loss left a gap': (s) => isLost(s) && behindGap(s.after, tlpOf(s)),
      'gap closed with the keys': (s) => {
        for (let k = 0; k < s.after.gap.length; k++)
          if (s.before.gap[k]!.PR && !s.after.gap[k]!.PR) return true;
        return false;
      },
    },
  }),

  /** Each sub-stream is strictly ordered by its counter, per key set. */
  step({
    id: 'ide-in-order-per-sub-stream',
    title: 'Within a sub-stream no TLP is consumed before an older one',
    clauses: ['ide-check'],
    sizes: { Slot: 2 },
    reads: ['stream.secure', 'keySet.go', 'keySet.generation', ...TLP_READS],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!deliveryUnderIde(s) || !overtakesOwn(s.before, slotOf(s))) return true;
      return s.outcome.is !== 'accepted' && !s.after.stream.secure;
    },
    why: (s) =>
      `a ${tlpOf(s).kind} overtook an older one of its sub-stream and was ${s.outcome.is}`,
    witnesses: {
      'overtaking cost the stream': (s) =>
        deliveryUnderIde(s) && fell(s) && overtakesOwn(s.before, slotOf(s)),
    },
  }),

  /**
   * No non-posted request before an older posted one of the stream, of whatever TDI: the
   * transmitter is the device. A write that was lost is never consumed, so no read behind it is. A
   * write under keys that are gone by now does not count, it can be consumed no more. The same rule
   * for completions concerns posted requests of the host, which are one step here (MMIO).
   */
  step({
    id: 'ide-no-npr-passes-pr',
    title: 'No read is consumed before an older posted write on the stream',
    clauses: ['ide-ordering'],
    facets: ['reads', 'gaps'],
    reads: ['stream.secure', 'keySet.go', 'keySet.generation', 'gap.PR', ...TLP_READS],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!deliveryUnderIde(s) || !overtakesPosted(s.before, slotOf(s))) return true;
      return s.outcome.is !== 'accepted' && !s.after.stream.secure;
    },
    why: (s) =>
      `a read overtook an older posted write, or one that was lost, and was ${s.outcome.is}`,
    witnesses: {
      'overtaking read cost the stream': (s) =>
        deliveryUnderIde(s) && fell(s) && overtakesPosted(s.before, slotOf(s)),
    },
  }),

  /**
   * A check that fails is no mere loss: the stream is Insecure afterwards, and everything on it is
   * discarded.
   */
  step({
    id: 'ide-check-fail-is-final',
    title: 'A TLP under IDE that fails its check makes the stream Insecure',
    clauses: ['ide-check'],
    reads: ['stream.secure', 'keySet.go', 'keySet.generation', ...TLP_READS],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!deliveryUnderIde(s) || underCurrentKeys(s.before, tlpOf(s))) return true;
      return s.outcome.is !== 'accepted' && !s.after.stream.secure;
    },
    why: () => 'a TLP under stale keys arrived, and the stream is still Secure',
    witnesses: {
      'stale TLP cost the stream': (s) =>
        deliveryUnderIde(s) && fell(s) && !underCurrentKeys(s.before, tlpOf(s)),
    },
  }),

  /**
   * In the same step, every TDI that was locked: ERROR, or CONFIG_UNLOCKED if the whole device was
   * reset.
   */
  step({
    id: 'ide-insecure-kills-tdis',
    title: 'A stream that becomes Insecure takes every locked TDI to ERROR',
    clauses: ['tdisp-stream-loss'],
    reads: ['stream.secure', 'tdi.state'],
    triggers: ['stream.secure'],
    rules: [],
    holds: (s) => {
      if (!fell(s)) return true;
      for (let t = 0; t < s.after.tdi.length; t++)
        if (wasLocked(s, t) && is(s, t) !== fallsTo(s)) return false;
      return true;
    },
    why: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (wasLocked(s, t) && is(s, t) !== 'ERROR')
          return inOneLine(
            `the stream became Insecure by ${s.rule}; ${tdiName(t)} was in ${was(s, t)} and is`,
            `in ${is(s, t)}`,
          );
      return 'the stream became Insecure, and a TDI did not follow';
    },
    witnesses: {
      'RUN ended with the stream': (s) => fell(s) && someWent(s, 'RUN', 'ERROR'),
      'CONFIG_LOCKED ended with the stream': (s) =>
        fell(s) && someWent(s, 'CONFIG_LOCKED', 'ERROR'),
    },
  }),

  /** IDE is required of every TDI here: there is no way to run in the clear, not for one step. */
  invariantOfEach('Tdi', {
    id: 'ide-no-clear-fallback',
    title: 'No TDI is in RUN while its stream is Insecure',
    clauses: ['tdisp-start-stream', 'tdisp-stream-loss'],
    reads: ['stream.secure', 'tdi.state'],
    holdsFor: (w, t) => w.tdi[t]!.state !== 'RUN' || w.stream.secure,
    tells: (_, t) => `${tdiName(t)} is in RUN, and the stream is Insecure`,
    witnesses: { 'RUN on a Secure stream': (s) => someEntered(s, 'RUN') },
  }),

  /** A key comes only by KEY_PROG, over the live session, into a set that was not given GO. */
  stepOfEach('KeySet', {
    id: 'ide-key-prog-same-session',
    title: 'A key is programmed only over the live session, and never into a set in use',
    clauses: ['ide-keys'],
    reads: [
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.go',
      'keySet.session',
      'session.phase',
      'session.generation',
      'link.session',
    ],
    triggers: ['keySet.PR', 'keySet.NPR', 'keySet.CPL'],
    rules: ['ide.key-prog'],
    holdsFor: (s, k) => {
      const b = s.before.keySet[k]!;
      const a = s.after.keySet[k]!;
      const attempt = accepted(s, 'ide.key-prog') && s.args.keySet === k;
      const gained = (!b.PR && a.PR) || (!b.NPR && a.NPR) || (!b.CPL && a.CPL);
      if (!attempt && !gained) return true;
      if (!attempt || b.go || a[s.args.sub as Sub] !== true) return false;
      return inSession(s.before, s.before.link.session) && inSession(s.after, a.session);
    },
    tells: (s, k) =>
      `${keySetName(k)} got a key by ${s.rule}, in use or not over the live session of the TSM`,
    witnesses: {
      'key programmed': (s) => accepted(s, 'ide.key-prog'),
      'key refused for a set in use': (s) =>
        s.rule === 'ide.key-prog' &&
        s.outcome.is === 'refused' &&
        s.before.keySet[Number(s.args.keySet)]!.go,
    },
  }),

  /**
   * All sub-streams of all sets: what an earlier session programmed is invalid, not merely unused.
   */
  invariantOfEach('KeySet', {
    id: 'ide-new-session-invalidates',
    title: 'No key outlives the session that programmed it',
    clauses: ['spdm-session-end', 'ide-keys'],
    reads: [
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.session',
      'session.phase',
      'session.generation',
    ],
    holdsFor: (w, k) => !hasSomeKey(w.keySet[k]!) || inSession(w, w.keySet[k]!.session),
    tells: (_, k) => `${keySetName(k)} holds a key, and the session that programmed it is gone`,
    witnesses: {
      'keys gone with their session': (s) => {
        if (s.before.session.phase !== 'established' || s.after.session.phase === 'established')
          return false;
        for (let k = 0; k < s.after.keySet.length; k++)
          if (hasSomeKey(s.before.keySet[k]!) && !hasSomeKey(s.after.keySet[k]!)) return true;
        return false;
      },
    },
  }),

  /**
   * Preparing the idle set, switching to it and retiring the old one disturb neither stream nor
   * TDIs.
   */
  step({
    id: 'ide-refresh-keeps-run',
    title: 'A key refresh changes no TDI and keeps the stream Secure',
    clauses: ['ide-refresh'],
    facets: ['refresh'],
    reads: ['stream.secure', 'stream.sending', 'tdi.state'],
    triggers: [],
    rules: ['ide.key-prog', 'ide.set-go', 'ide.switch', 'ide.set-stop'],
    holds: (s) => {
      const isRefresh =
        s.rule === 'ide.key-prog' ||
        s.rule === 'ide.set-go' ||
        s.rule === 'ide.switch' ||
        s.rule === 'ide.set-stop';
      if (!isRefresh || !s.before.stream.secure) return true;
      if (s.rule === 'ide.set-stop' && s.args.keySet === s.before.stream.sending) return true;
      return s.after.stream.secure && statesKept(s);
    },
    why: (s) => `${s.rule} of an idle key set disturbed the stream or a TDI`,
    witnesses: {
      'switched in RUN': (s) => accepted(s, 'ide.switch') && someStaysInRun(s),
      'idle set retired under lock': (s) =>
        accepted(s, 'ide.set-stop') && s.after.stream.secure && someStaysLocked(s),
    },
  }),

  /** The K bit toggles to a set that was given GO, and only then. */
  step({
    id: 'ide-switch-takes-effect',
    title: 'Sending moves to another key set only by a switch, and to a set that was given GO',
    clauses: ['ide-refresh'],
    facets: ['refresh'],
    reads: ['stream.sending', 'keySet.go'],
    triggers: ['stream.sending'],
    rules: ['ide.switch'],
    holds: (s) => {
      const b = s.before.stream.sending;
      const a = s.after.stream.sending;
      if (accepted(s, 'ide.switch')) return a === s.args.keySet && s.after.keySet[a]!.go;
      return a === b || a === null || b === null;
    },
    why: (s) => `${s.rule} left sending under ${sendingName(s.after)}`,
    witnesses: {
      switched: (s) =>
        accepted(s, 'ide.switch') && s.after.stream.sending !== s.before.stream.sending,
    },
  }),

  /** K_SET_STOP of the set in use, like every other way to lose it, drops the stream. */
  step({
    id: 'ide-stop-of-set-in-use-drops',
    title: 'Stopping the key set in use, or Stream Enable 0, makes the stream Insecure',
    clauses: ['ide-insecure', 'ide-secure'],
    reads: ['stream.secure', 'stream.sending', 'stream.enabled', 'keySet.go'],
    triggers: [],
    rules: ['ide.set-stop', 'ide.enable'],
    holds: (s) => {
      if (s.rule === 'ide.enable')
        return (
          s.args.level !== 0 ||
          s.outcome.is !== 'accepted' ||
          (!s.after.stream.enabled && !s.after.stream.secure)
        );
      if (!accepted(s, 'ide.set-stop')) return true;
      const k = Number(s.args.keySet);
      if (s.after.keySet[k]!.go) return false;
      return s.before.stream.sending !== k || !s.after.stream.secure;
    },
    why: (s) => `${s.rule} was accepted, and the stream or the key set is as before`,
    witnesses: {
      'set in use stopped': (s) => accepted(s, 'ide.set-stop') && fell(s),
      'stream disabled': (s) => accepted(s, 'ide.enable') && fell(s),
    },
  }),
];
