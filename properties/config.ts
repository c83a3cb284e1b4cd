/**
 * Configuration tracking and resets: what the host may do to a locked TDI, and what that does
 * (TDISP 11.2.6, 11.4).
 *
 * A reset of the whole device sets registers back as well; it leads to CONFIG_UNLOCKED, not to
 * ERROR, and is judged by rst-conventional-unlocks-clean only.
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  deviceReset,
  fallsTo,
  hasSomeKey,
  inOneLine,
  is,
  isLocked,
  nobodyStayedLocked,
  someFell,
  someWasLocked,
  someWent,
  statesKept,
  stepOfEach,
  tdiName,
  was,
  wasLocked,
} from './helpers.ts';
import { invariant, type Property, type Step, step } from './property.ts';
import { isLinkRegister, isPfRegister, isStreamRegister, isTracked } from './registers.ts';

/** A bit of the Command register went 1 → 0, or was written so, by whatever means. */
const cleared = (s: Step, t: number, bit: 'bme' | 'mse'): boolean =>
  s.before.tdi[t]![bit] &&
  (!s.after.tdi[t]![bit] ||
    (accepted(s, 'command.write') && s.args.tdi === t && s.args[bit] === 0));
/** Some TDI in this state had the bit cleared. */
function someCleared(s: Step, bit: 'bme' | 'mse', state: 'CONFIG_LOCKED' | 'RUN'): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (was(s, t) === state && cleared(s, t, bit) && !s.after.tdi[t]![bit] && !deviceReset(s))
      return true;
  return false;
}
const expectError = (s: Step, t: number, what: string): string =>
  inOneLine(
    `${tdiName(t)} was in ${was(s, t)} when ${what}; it must be in ERROR afterwards, not in`,
    `${is(s, t)}`,
  );
/** The function written to was locked before the step. */
const lockedActor = (s: Step): boolean => wasLocked(s, actor(s));
/** Stream, its keys and the session are as they were. */
function streamKept(before: WorldView, after: WorldView): boolean {
  if (before.stream.secure !== after.stream.secure) return false;
  if (before.stream.enabled !== after.stream.enabled) return false;
  if (before.session.phase !== after.session.phase) return false;
  for (let k = 0; k < after.keySet.length; k++) {
    const b = before.keySet[k]!;
    const a = after.keySet[k]!;
    if (b.PR !== a.PR || b.NPR !== a.NPR || b.CPL !== a.CPL || b.go !== a.go) return false;
  }
  return true;
}
const STREAM_READS = [
  'stream.secure',
  'stream.enabled',
  'session.phase',
  'keySet.PR',
  'keySet.NPR',
  'keySet.CPL',
  'keySet.go',
] as const;

/** The rule was accepted about a TDI that was locked before. */
function lockedByRule(s: Step, rule: string): boolean {
  return accepted(s, rule) && lockedActor(s);
}
/** A tracked register of a locked function was changed. */
const trackedWrite = (s: Step): boolean =>
  lockedByRule(s, 'config.write') && isTracked(s.args.register, s.before, actor(s));
/** A write has taken the link down. */
const linkDisabled = (s: Step): boolean =>
  accepted(s, 'config.write') && isLinkRegister(s.args.register);
/** The BAR of the function written to is elsewhere now. */
function barMoved(s: Step): boolean {
  return s.before.tdi[actor(s)]!.bar !== s.after.tdi[actor(s)]!.bar;
}
/** Some key of the stream is programmed. */
function someKeys(w: WorldView): boolean {
  for (let k = 0; k < w.keySet.length; k++)
    if (hasSomeKey(w.keySet[k]!) || w.keySet[k]!.go) return true;
  return false;
}
/** A write of configuration space, which completes if the device is there. */
function isConfigWrite(s: Step): boolean {
  if (s.rule === 'config.write') return !isPfRegister(s.args.register) || actor(s) === 0;
  return (
    s.rule === 'command.write' ||
    s.rule === 'bar.write' ||
    s.rule === 'config.set' ||
    s.rule === 'ide.setup'
  );
}

/** Rules in which the device, or its configuration space, takes part. */
const DEVICE_RULES = [
  'spdm.connect.begin',
  'spdm.connect.end',
  'tdisp.lock',
  'tdisp.report',
  'tdisp.state',
  'tdisp.start',
  'tdisp.stop.begin',
  'command.write',
  'bar.write',
  'config.set',
  'config.write',
  'power.write',
  'requester.change',
  'reset.flr',
  'link.down',
  'device.error',
  'device.receive',
  'device.control',
  'firmware.update',
  'debug.enable',
  'irq.signal',
  'msix.write',
  'tdisp.report-part',
  'tdisp.attribute',
  'device.leave-error',
  'guest.enable',
  'dma.issue',
  'mmio.legacy',
  'mmio.private',
] as const;

export const CONFIG: readonly Property[] = [
  /**
   * A 1 → 0 change of BME while CONFIG_LOCKED or RUN, by whoever, gives ERROR in the same step,
   * under both readings of commandClear. Whether writing 0 over 0 clears is
   * cfg-bme-zero-rewrite-harmless.
   */
  stepOfEach('Tdi', {
    id: 'cfg-bme-clear-forces-error',
    title: 'BME clear after lock forces ERROR',
    clauses: ['cfg-command'],
    reads: ['tdi.state', 'tdi.bme'],
    triggers: ['tdi.bme'],
    rules: ['command.write', 'guest.enable'],
    holdsFor: (s, t) =>
      !wasLocked(s, t) || !cleared(s, t, 'bme') || is(s, t) === 'ERROR' || deviceReset(s),
    tells: (s, t) => expectError(s, t, 'BME went 1 → 0'),
    witnesses: {
      'cleared in CONFIG_LOCKED': (s) => someCleared(s, 'bme', 'CONFIG_LOCKED'),
      'cleared in RUN': (s) => someCleared(s, 'bme', 'RUN'),
    },
  }),

  /** As for BME. */
  stepOfEach('Tdi', {
    id: 'cfg-mse-clear-forces-error',
    title: 'MSE clear after lock forces ERROR',
    clauses: ['cfg-command'],
    facets: ['mse'],
    reads: ['tdi.state', 'tdi.mse'],
    triggers: ['tdi.mse'],
    rules: ['command.write', 'guest.enable'],
    holdsFor: (s, t) =>
      !wasLocked(s, t) || !cleared(s, t, 'mse') || is(s, t) === 'ERROR' || deviceReset(s),
    tells: (s, t) => expectError(s, t, 'MSE went 1 → 0'),
    witnesses: {
      'cleared in CONFIG_LOCKED': (s) => someCleared(s, 'mse', 'CONFIG_LOCKED'),
      'cleared in RUN': (s) => someCleared(s, 'mse', 'RUN'),
    },
  }),

  /**
   * Reading commandClear: edge. A write of the Command register that takes no bit from 1 to 0 keeps
   * the state: 0 over 0, and setting a bit. Reading level: a written BME of 0 counts as clearing
   * and gives ERROR, both bits written 1 keep the state; a written MSE of 0 is not judged, because
   * MSE may be off in the preset.
   */
  step({
    id: 'cfg-bme-zero-rewrite-harmless',
    title: 'Writing 0 over 0, or setting a bit, in the Command register is no clearing',
    clauses: ['cfg-command', 'cfg-command-level'],
    reads: ['tdi.state', 'tdi.bme', 'tdi.mse'],
    triggers: [],
    rules: ['command.write', 'guest.enable'],
    holds: (s) => {
      const byHost = accepted(s, 'command.write');
      if (!byHost && !accepted(s, 'guest.enable')) return true;
      const t = actor(s);
      if (!wasLocked(s, t) || cleared(s, t, 'bme') || cleared(s, t, 'mse')) return true;
      if (s.before.readings.commandClear === 'edge') return is(s, t) === was(s, t);
      if (byHost && s.args.bme === 0) return is(s, t) === 'ERROR';
      return !byHost || s.args.mse === 0 || is(s, t) === was(s, t);
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} was in ${was(s, actor(s))} and is in ${is(s, actor(s))}; no bit`,
        `of Command was cleared (reading ${s.before.readings.commandClear})`,
      ),
    witnesses: {
      'written under lock, nothing cleared': (s) =>
        (accepted(s, 'command.write') || accepted(s, 'guest.enable')) &&
        lockedActor(s) &&
        is(s, actor(s)) === was(s, actor(s)),
      'BME set under lock': (s) =>
        lockedByRule(s, 'command.write') &&
        !s.before.tdi[actor(s)]!.bme &&
        s.after.tdi[actor(s)]!.bme,
    },
  }),

  /** A BAR that changes under a locked TDI, however that comes about. */
  stepOfEach('Tdi', {
    id: 'cfg-bar-change-forces-error',
    title: 'Moving a BAR after lock forces ERROR',
    clauses: ['cfg-bar'],
    facets: ['bar'],
    reads: ['tdi.state', 'tdi.bar'],
    triggers: ['tdi.bar'],
    rules: ['bar.write'],
    holdsFor: (s, t) => {
      if (!wasLocked(s, t) || deviceReset(s)) return true;
      const moved = s.after.tdi[t]!.bar !== s.before.tdi[t]!.bar;
      const written =
        accepted(s, 'bar.write') && s.args.tdi === t && s.args.place !== s.before.tdi[t]!.bar;
      return !(moved || written) || is(s, t) === 'ERROR';
    },
    tells: (s, t) => expectError(s, t, 'its BAR was moved'),
    witnesses: {
      'moved in CONFIG_LOCKED': (s) =>
        lockedByRule(s, 'bar.write') && was(s, actor(s)) === 'CONFIG_LOCKED' && barMoved(s),
      'moved in RUN': (s) =>
        lockedByRule(s, 'bar.write') && was(s, actor(s)) === 'RUN' && barMoved(s),
    },
  }),

  /** Reading sameValueBarWrite: harmless keeps the state, error gives ERROR. */
  step({
    id: 'cfg-bar-same-value',
    title: 'Writing a BAR with its own value does to a locked TDI what the reading says',
    clauses: ['cfg-bar-same'],
    facets: ['bar'],
    reads: ['tdi.state', 'tdi.bar'],
    triggers: [],
    rules: ['bar.write'],
    holds: (s) => {
      if (!lockedByRule(s, 'bar.write')) return true;
      const t = actor(s);
      if (s.args.place !== s.before.tdi[t]!.bar) return true;
      const expected = s.before.readings.sameValueBarWrite === 'error' ? 'ERROR' : was(s, t);
      return is(s, t) === expected;
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} was in ${was(s, actor(s))}, its BAR was written with its own`,
        `value (reading ${s.before.readings.sameValueBarWrite}), and it is in`,
        `${is(s, actor(s))}`,
      ),
    witnesses: {
      'own value written under lock': (s) =>
        lockedByRule(s, 'bar.write') && s.args.place === s.before.tdi[actor(s)]!.bar,
    },
  }),

  /**
   * What LOCK looked at (phantom functions, page size, …) changes under a locked TDI; written with
   * its own value, it does not.
   */
  stepOfEach('Tdi', {
    id: 'cfg-checked-setup-tracked',
    title: 'Changing what LOCK has checked forces ERROR',
    clauses: ['cfg-registers', 'tdisp-lock-config'],
    facets: ['registers'],
    reads: ['tdi.state', 'tdi.config'],
    triggers: ['tdi.config'],
    rules: ['config.set'],
    holdsFor: (s, t) => {
      if (!wasLocked(s, t) || deviceReset(s)) return true;
      const changed = s.after.tdi[t]!.config !== s.before.tdi[t]!.config;
      const written =
        accepted(s, 'config.set') && s.args.tdi === t && s.args.config !== s.before.tdi[t]!.config;
      if (changed || written) return is(s, t) === 'ERROR';
      return !accepted(s, 'config.set') || is(s, t) === was(s, t);
    },
    tells: (s, t) =>
      inOneLine(
        `${tdiName(t)} was in ${was(s, t)} with configuration ${s.before.tdi[t]!.config};`,
        `${s.rule} left it in ${is(s, t)} with ${s.after.tdi[t]!.config}`,
      ),
    witnesses: {
      'changed under lock': (s) =>
        lockedByRule(s, 'config.set') &&
        s.after.tdi[actor(s)]!.config !== s.before.tdi[actor(s)]!.config,
    },
  }),

  /**
   * Extended and 10-bit tags, phantom functions, BIST, PASID and PRS, each of the function's own.
   */
  step({
    id: 'cfg-tracked-registers-force-error',
    title: 'Changing a tracked register of a locked function forces ERROR',
    clauses: ['cfg-registers', 'cfg-ats', 'cfg-vendor'],
    facets: ['registers'],
    reads: ['tdi.state', 'tdi.msixLocked'],
    triggers: [],
    rules: ['config.write'],
    holds: (s) => !trackedWrite(s) || is(s, actor(s)) === 'ERROR',
    why: (s) => expectError(s, actor(s), `its register ${s.args.register} was changed`),
    witnesses: {
      'changed in CONFIG_LOCKED': (s) => trackedWrite(s) && was(s, actor(s)) === 'CONFIG_LOCKED',
      'changed in RUN': (s) => trackedWrite(s) && was(s, actor(s)) === 'RUN',
    },
  }),

  /**
   * The SR-IOV capability of the PF governs all VFs: VF Enable, NumVFs, VF BARs, page size. The
   * PF's own TDI is among those that it hosts. A VF has no such capability: the write goes nowhere.
   */
  step({
    id: 'cfg-pf-affects-vfs',
    title: 'Changing the SR-IOV capability of the PF takes every locked TDI to ERROR',
    clauses: ['cfg-registers'],
    facets: ['registers'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['config.write'],
    holds: (s) => {
      if (s.rule !== 'config.write' || !isPfRegister(s.args.register)) return true;
      if (s.outcome.is !== 'accepted') return statesKept(s);
      return actor(s) === 0 && nobodyStayedLocked(s);
    },
    why: (s) =>
      inOneLine(
        `the SR-IOV capability was written at ${tdiName(actor(s))}; every locked TDI must be in`,
        'ERROR if that is the PF, and none otherwise',
      ),
    witnesses: {
      'a locked TDI fell': (s) =>
        accepted(s, 'config.write') && s.args.register === 'sriov' && someFell(s),
    },
  }),

  /**
   * Stream Control, Stream Enable and the set-up of the stream's register blocks. Every TDI of the
   * device is bound to the one stream. A write that changes nothing of Enable or set-up is none.
   */
  step({
    id: 'cfg-ide-regs-tracked',
    title: 'Changing control registers of the stream takes every locked TDI to ERROR',
    clauses: ['ide-registers', 'cfg-registers'],
    facets: ['registers'],
    reads: ['tdi.state', 'stream.enabled', 'stream.setup'],
    triggers: ['stream.enabled', 'stream.setup'],
    rules: ['config.write'],
    holds: (s) => {
      const changed =
        s.before.stream.enabled !== s.after.stream.enabled ||
        s.before.stream.setup !== s.after.stream.setup;
      const written = accepted(s, 'config.write') && isStreamRegister(s.args.register);
      return !(changed || written) || deviceReset(s) || nobodyStayedLocked(s);
    },
    why: (s) => `${s.rule} changed the stream registers, and a locked TDI is not in ERROR`,
    witnesses: {
      'stream registers under lock': (s) =>
        accepted(s, 'config.write') && isStreamRegister(s.args.register) && someWasLocked(s),
      'set-up changed under lock': (s) =>
        s.before.stream.setup !== s.after.stream.setup && someWasLocked(s),
      'disabled under lock': (s) =>
        s.before.stream.enabled && !s.after.stream.enabled && someWasLocked(s),
    },
  }),

  /** Stream Enable and the set-up of the stream, written with what they hold, are not changed. */
  step({
    id: 'cfg-ide-same-value-harmless',
    title: 'Writing stream registers with what they hold changes no TDI and no stream',
    clauses: ['ide-registers'],
    reads: ['tdi.state', 'stream.setup', 'rootPort.disabled', ...STREAM_READS],
    triggers: [],
    rules: ['ide.enable', 'ide.setup'],
    holds: (s) => {
      const sameEnable =
        s.rule === 'ide.enable' &&
        s.before.stream.enabled === (s.args.level === 1) &&
        !s.before.rootPort.disabled;
      const sameSetup = s.rule === 'ide.setup' && s.before.stream.setup === s.args.setup;
      return !(sameEnable || sameSetup) || (statesKept(s) && streamKept(s.before, s.after));
    },
    why: (s) => `${s.rule} wrote what was there, and a TDI or the stream changed`,
    witnesses: {
      'Stream Enable written again': (s) =>
        accepted(s, 'ide.enable') && s.before.stream.enabled === (s.args.level === 1),
    },
  }),

  /** Link Disable of the port above: everything that was keyed on the link is over (TDISP 11.2.6, 11.4.5). */
  step({
    id: 'cfg-link-down-costs-stream',
    title: 'A write that takes the link down leaves neither a Secure stream nor a locked TDI',
    clauses: ['cfg-link', 'tdisp-stream-loss'],
    facets: ['registers'],
    reads: ['tdi.state', 'stream.secure'],
    triggers: [],
    rules: ['config.write'],
    holds: (s) => !linkDisabled(s) || (!s.after.stream.secure && nobodyStayedLocked(s)),
    why: () => 'the link was taken down, and the stream is Secure or a locked TDI not in ERROR',
    witnesses: {
      'the stream was Secure': (s) => linkDisabled(s) && s.before.stream.secure,
      'a locked TDI fell': (s) => linkDisabled(s) && someFell(s),
    },
  }),

  /**
   * AER status, MPS, link status: allowed in every state. A tracked register of an unlocked
   * function too.
   */
  step({
    id: 'cfg-benign-writes-ok',
    title: 'Writes of untracked registers, and of unlocked functions, change no TDI and no stream',
    clauses: ['cfg-registers', 'cfg-link'],
    facets: ['registers'],
    reads: ['tdi.state', 'tdi.msixLocked', ...STREAM_READS],
    triggers: [],
    rules: ['config.write'],
    holds: (s) => {
      if (!accepted(s, 'config.write')) return true;
      const { register } = s.args;
      const wide = isPfRegister(register) || isStreamRegister(register);
      if (wide || isLinkRegister(register)) return true;
      if (lockedActor(s) && isTracked(register, s.before, actor(s))) return true;
      return statesKept(s) && streamKept(s.before, s.after);
    },
    why: (s) =>
      inOneLine(
        `${s.args.register} of ${tdiName(actor(s))} in ${was(s, actor(s))} was written; that is`,
        'harmless, yet a TDI or the stream changed',
      ),
    witnesses: {
      'benign write under lock': (s) =>
        lockedByRule(s, 'config.write') &&
        !isTracked(s.args.register, s.before, actor(s)) &&
        isLocked(is(s, actor(s))),
      'tracked register unlocked': (s) =>
        accepted(s, 'config.write') &&
        isTracked(s.args.register, s.before, actor(s)) &&
        is(s, actor(s)) === 'CONFIG_UNLOCKED',
    },
  }),

  /**
   * The write itself completes with the device present, whatever it does to the TDI state: nothing
   * but a missing device stops it. Judged on BME, which every preset has; a VMM that filters writes
   * is not in this slice.
   */
  step({
    id: 'cfg-write-completes',
    title: 'A write of the Command register completes and takes effect in every state',
    clauses: ['cfg-write-completes'],
    reads: ['tdi.state', 'tdi.bme', 'device.present'],
    triggers: [],
    rules: ['command.write'],
    holds: (s) => {
      if (s.rule !== 'command.write') return true;
      if (s.outcome.is !== 'accepted') return !s.before.device.present;
      return s.after.tdi[actor(s)]!.bme === (s.args.bme === 1);
    },
    why: (s) =>
      inOneLine(
        `BME ${s.args.bme} was written to ${tdiName(actor(s))} in ${was(s, actor(s))}; the`,
        `write was ${s.outcome.is} and BME is ${Number(s.after.tdi[actor(s)]!.bme)}`,
      ),
    witnesses: {
      'cleared under lock': (s) =>
        lockedByRule(s, 'command.write') &&
        !s.after.tdi[actor(s)]!.bme &&
        s.before.tdi[actor(s)]!.bme,
      'set under lock': (s) =>
        lockedByRule(s, 'command.write') &&
        s.after.tdi[actor(s)]!.bme &&
        !s.before.tdi[actor(s)]!.bme,
    },
  }),

  /** Steps of a driver: MSE first, which writes BME 0; then, or at once, both. */
  step({
    id: 'cfg-guest-enable-takes-effect',
    title: 'What the guest driver writes to the Command register is in effect',
    clauses: ['enable-style', 'cfg-write-completes'],
    facets: ['mse'],
    reads: ['tdi.bme', 'tdi.mse'],
    triggers: [],
    rules: ['guest.enable'],
    holds: (s) => {
      if (!accepted(s, 'guest.enable')) return true;
      const { bme, mse } = s.after.tdi[actor(s)]!;
      return mse && bme === (s.args.step !== 'mse');
    },
    why: (s) =>
      inOneLine(
        `the driver of ${tdiName(actor(s))} wrote Command (step ${s.args.step}), and BME is`,
        `${Number(s.after.tdi[actor(s)]!.bme)}`,
      ),
    witnesses: {
      'enabled by its driver': (s) => accepted(s, 'guest.enable') && s.after.tdi[actor(s)]!.bme,
    },
  }),

  /**
   * The same of every other value that the model keeps: MSE, the BAR, the configuration, the stream
   * set-up.
   */
  step({
    id: 'cfg-other-writes-complete',
    title: 'Configuration writes complete and take effect in every state',
    clauses: ['cfg-write-completes'],
    facets: ['mse', 'bar', 'registers'],
    reads: ['tdi.state', 'tdi.mse', 'tdi.bar', 'tdi.config', 'stream.setup', 'device.present'],
    triggers: [],
    rules: ['command.write', 'bar.write', 'config.set', 'config.write', 'ide.setup'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return !isConfigWrite(s) || !s.before.device.present;
      if (s.rule === 'ide.setup') return s.after.stream.setup === s.args.setup;
      if (s.rule === 'command.write') return s.after.tdi[actor(s)]!.mse === (s.args.mse === 1);
      if (s.rule === 'bar.write') return s.after.tdi[actor(s)]!.bar === s.args.place;
      return s.rule !== 'config.set' || s.after.tdi[actor(s)]!.config === s.args.config;
    },
    why: (s) => `${s.rule} was ${s.outcome.is}, and the value written is not in effect`,
    witnesses: {
      'BAR moved under lock': (s) => lockedByRule(s, 'bar.write') && barMoved(s),
      'MSE cleared under lock': (s) =>
        lockedByRule(s, 'command.write') &&
        s.before.tdi[actor(s)]!.mse &&
        !s.after.tdi[actor(s)]!.mse,
      'configuration changed under lock': (s) =>
        lockedByRule(s, 'config.set') &&
        s.after.tdi[actor(s)]!.config !== s.before.tdi[actor(s)]!.config,
    },
  }),

  /** Never CONFIG_UNLOCKED, never RUN; an ERROR stays, an unlocked TDI stays unlocked. */
  step({
    id: 'rst-flr-is-error',
    title: 'FLR of a locked TDI forces ERROR and unlocks nothing',
    clauses: ['rst-flr'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['reset.flr'],
    holds: (s) => {
      if (!accepted(s, 'reset.flr')) return true;
      const t = actor(s);
      return is(s, t) === (wasLocked(s, t) ? 'ERROR' : was(s, t));
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} was in ${was(s, actor(s))} when it was reset (FLR), and is in`,
        `${is(s, actor(s))}`,
      ),
    witnesses: {
      'FLR in RUN': (s) =>
        accepted(s, 'reset.flr') && was(s, actor(s)) === 'RUN' && is(s, actor(s)) === 'ERROR',
      'FLR in CONFIG_LOCKED': (s) =>
        accepted(s, 'reset.flr') &&
        was(s, actor(s)) === 'CONFIG_LOCKED' &&
        is(s, actor(s)) === 'ERROR',
    },
  }),

  /** The PF takes its VFs along. What of a VF is reset beyond its TDI state is not judged. */
  step({
    id: 'rst-pf-flr-cascades',
    title: 'FLR of the PF takes every locked VF to ERROR',
    clauses: ['rst-flr'],
    sizes: { Tdi: 2 },
    reads: ['tdi.state'],
    triggers: [],
    rules: ['reset.flr'],
    holds: (s) => !accepted(s, 'reset.flr') || actor(s) !== 0 || nobodyStayedLocked(s),
    why: () => 'the PF was reset (FLR), and a TDI that was locked is not in ERROR',
    witnesses: {
      'a VF fell with the PF': (s) => {
        if (!accepted(s, 'reset.flr') || actor(s) !== 0) return false;
        for (let t = 1; t < s.after.tdi.length; t++)
          if (wasLocked(s, t) && is(s, t) === 'ERROR') return true;
        return false;
      },
    },
  }),

  /**
   * A function that was reset neither masters the bus nor decodes memory until it is enabled again.
   */
  step({
    id: 'rst-flr-disables-function',
    title: 'FLR clears BME and MSE of the function, and of the VFs with the PF',
    clauses: ['rst-flr'],
    reads: ['tdi.bme', 'tdi.mse'],
    triggers: [],
    rules: ['reset.flr'],
    holds: (s) => {
      if (!accepted(s, 'reset.flr')) return true;
      for (let t = 0; t < s.after.tdi.length; t++) {
        if (t !== actor(s) && actor(s) !== 0) continue;
        if (s.after.tdi[t]!.bme || s.after.tdi[t]!.mse) return false;
      }
      return true;
    },
    why: (s) =>
      `${tdiName(actor(s))} was reset (FLR), and a function that belongs to it is still enabled`,
    witnesses: {
      'enabled function reset': (s) => accepted(s, 'reset.flr') && s.before.tdi[actor(s)]!.bme,
    },
  }),

  /**
   * FLR never ends the session, and only FLR of the function that owns the IDE capability drops the
   * stream: the PF under reading ideCapability: pf, no function of ours under otherFunction.
   */
  step({
    id: 'rst-function-flr-scope',
    title: 'FLR touches stream and session only as far as the function owns the IDE capability',
    clauses: ['rst-flr', 'rst-flr-stream'],
    reads: [...STREAM_READS],
    triggers: [],
    rules: ['reset.flr'],
    holds: (s) => {
      if (!accepted(s, 'reset.flr')) return true;
      if (s.before.session.phase !== s.after.session.phase) return false;
      if (actor(s) !== 0 || s.before.readings.ideCapability === 'otherFunction')
        return streamKept(s.before, s.after);
      return !s.after.stream.secure && !someKeys(s.after);
    },
    why: (s) =>
      inOneLine(
        `FLR of ${tdiName(actor(s))} (IDE capability: ${s.before.readings.ideCapability}) left`,
        `the stream ${s.after.stream.secure ? 'Secure' : 'Insecure'} and the session`,
        `${s.after.session.phase}`,
      ),
    witnesses: {
      'stream survived an FLR': (s) => accepted(s, 'reset.flr') && s.after.stream.secure,
    },
  }),

  /**
   * "Everything cleared": states, data, nonces, session bindings, STOPs, enables, keys, stream,
   * session.
   */
  step({
    id: 'rst-conventional-unlocks-clean',
    title:
      'A conventional reset leaves every TDI in CONFIG_UNLOCKED and clean, no keys and no session',
    clauses: ['rst-conventional', 'rst-conventional-target', 'hotplug'],
    reads: [
      'tdi.state',
      'tdi.holds',
      'tdi.nonce',
      'tdi.session',
      'tdi.stop',
      'tdi.bme',
      'tdi.mse',
      'stream.secure',
      'session.phase',
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.go',
    ],
    triggers: [],
    rules: ['reset.conventional', 'device.remove', 'link.down'],
    holds: (s) => {
      if (!deviceReset(s)) return true;
      for (let t = 0; t < s.after.tdi.length; t++) {
        const tdi = s.after.tdi[t]!;
        if (tdi.state !== (wasLocked(s, t) ? fallsTo(s) : 'CONFIG_UNLOCKED')) return false;
        if (tdi.holds !== null || tdi.nonce !== null) return false;
        if (tdi.session !== null || tdi.stop !== 'idle' || tdi.bme || tdi.mse) return false;
      }
      return !s.after.stream.secure && !someKeys(s.after) && s.after.session.phase === 'none';
    },
    why: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (is(s, t) !== (wasLocked(s, t) ? fallsTo(s) : 'CONFIG_UNLOCKED'))
          return `${tdiName(t)} is in ${is(s, t)} after ${s.rule}`;
      return `something of a TDI, the stream, its keys or the session is left after ${s.rule}`;
    },
    witnesses: {
      'reset in RUN': (s) =>
        s.rule === 'reset.conventional' && someWent(s, 'RUN', 'CONFIG_UNLOCKED'),
      'reset of a keyed stream': (s) => s.rule === 'reset.conventional' && someKeys(s.before),
    },
  }),

  /**
   * To run again, everything must be of the present: session, keys, lock episode. What the guest
   * must do again is tsm-start-needs-guest-accept.
   */
  stepOfEach('Tdi', {
    id: 'rst-no-resume-without-reauth',
    title: 'No TDI starts over a session or keys from before a reset',
    clauses: ['rst-conventional', 'spdm-session-end', 'tdisp-lock-session'],
    reads: [
      'tdi.state',
      'tdi.session',
      'session.phase',
      'session.generation',
      'relay.session',
      'stream.sending',
      'keySet.session',
    ],
    triggers: ['tdi.state'],
    rules: ['tdisp.start'],
    holdsFor: (s, t) => {
      if (is(s, t) !== 'RUN' || was(s, t) === 'RUN') return true;
      const w = s.before;
      const now = w.session.generation;
      if (w.session.phase !== 'established' || w.tdi[t]!.session !== now) return false;
      if (w.relay.session !== now || w.stream.sending === null) return false;
      return w.keySet[w.stream.sending]!.session === now;
    },
    tells: (_, t) =>
      `${tdiName(t)} started, and its session, its keys or the request are not of the live session`,
    witnesses: { started: (s) => someWent(s, 'CONFIG_LOCKED', 'RUN') },
  }),

  /**
   * An empty slot: nothing is locked, enabled, configured or keyed in it, and writes to it change
   * nothing.
   */
  invariant({
    id: 'hotplug-empty-slot-is-bare',
    title: 'While the device is out of its slot there is no TDI state, no stream and no session',
    clauses: ['hotplug'],
    facets: ['removal'],
    reads: [
      'device.present',
      'tdi.state',
      'tdi.holds',
      'tdi.bme',
      'tdi.mse',
      'tdi.bar',
      'tdi.config',
      'stream.secure',
      'session.phase',
    ],
    holds: (w) => {
      if (w.device.present) return true;
      for (let t = 0; t < w.tdi.length; t++) {
        const tdi = w.tdi[t]!;
        if (tdi.state !== 'CONFIG_UNLOCKED' || tdi.holds !== null || tdi.bme || tdi.mse)
          return false;
        if (tdi.bar !== 'home' || tdi.config !== 'supported') return false;
      }
      return !w.stream.secure && w.session.phase === 'none';
    },
    why: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (is(s, t) !== 'CONFIG_UNLOCKED')
          return `${tdiName(t)} is in ${is(s, t)}, and its device is out of the slot`;
      return 'the device is out of its slot, and something of it is left';
    },
    witnesses: {
      'pulled in RUN': (s) => s.rule === 'device.remove' && someWent(s, 'RUN', 'CONFIG_UNLOCKED'),
    },
  }),

  /** Nothing is sent by, written to, or answered by a device that is not there. */
  step({
    id: 'hotplug-absent-device-is-silent',
    title: 'A device that is out of its slot sends nothing, answers nothing and takes no writes',
    clauses: ['hotplug'],
    facets: ['removal'],
    reads: ['device.present'],
    triggers: [],
    rules: [...DEVICE_RULES],
    holds: (s) =>
      s.before.device.present ||
      s.outcome.is !== 'accepted' ||
      !(DEVICE_RULES as readonly string[]).includes(s.rule),
    why: (s) => `${s.rule} was accepted, and the device is out of its slot`,
    witnesses: {
      'write to an empty slot dropped': (s) =>
        s.rule === 'command.write' && !s.before.device.present && s.outcome.is === 'dropped',
      'connect to an empty slot dropped': (s) =>
        s.rule === 'spdm.connect.begin' && !s.before.device.present && s.outcome.is === 'dropped',
    },
  }),

  /** Pulling and inserting are what they say; nothing else puts a device in or takes it out. */
  step({
    id: 'hotplug-slot-follows',
    title:
      'The slot is empty after a removal and taken after an insertion, and changes by nothing else',
    clauses: ['hotplug'],
    facets: ['removal'],
    reads: ['device.present'],
    rules: ['device.remove', 'device.insert'],
    holds: (s) => {
      const b = s.before.device.present;
      const a = s.after.device.present;
      if (accepted(s, 'device.remove')) return b && !a;
      if (accepted(s, 'device.insert')) return !b && a;
      return a === b;
    },
    why: (s) => `${s.rule} left the slot ${s.after.device.present ? 'taken' : 'empty'}`,
    witnesses: {
      pulled: (s) => accepted(s, 'device.remove'),
      inserted: (s) => accepted(s, 'device.insert'),
    },
  }),
];
