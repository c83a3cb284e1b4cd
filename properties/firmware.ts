/** Firmware update of the device, and its debug mode (TDISP 11.4.2, 11.4.7). */
import { LITERALS } from '../model/sorts.ts';
import type { WorldView } from '../model/world.ts';
import { accepted, is, isLocked, someFell, someWasLocked, wasLocked } from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

/** Some TDI that was locked against updates is locked. */
function isForbidden(w: WorldView): boolean {
  for (let t = 0; t < w.tdi.length; t++)
    if (w.tdi[t]!.noUpdate && isLocked(w.tdi[t]!.state)) return true;
  return false;
}
const updated = (s: Step): boolean => accepted(s, 'firmware.update');
const rank = (w: WorldView): number => LITERALS.Svn.indexOf(w.device.svn);
function nobodyIsLocked(s: Step): boolean {
  for (let t = 0; t < s.after.tdi.length; t++) if (isLocked(is(s, t))) return false;
  return true;
}

export const FIRMWARE: readonly Property[] = [
  /** Whatever the image: the host has to have the TDIs stopped first. */
  step({
    id: 'fw-no-update-honoured',
    title: 'No firmware changes while a TDI that was locked with NO_FW_UPDATE is locked',
    clauses: ['fw-no-update'],
    facets: ['firmware'],
    reads: ['device.svn', 'tdi.state', 'tdi.noUpdate'],
    triggers: ['device.svn'],
    rules: ['firmware.update'],
    holds: (s) =>
      !isForbidden(s.before) || !(updated(s) || s.before.device.svn !== s.after.device.svn),
    why: (s) => `${s.rule} changed the firmware under a TDI that was locked with NO_FW_UPDATE`,
    witnesses: {
      'update refused': (s) =>
        s.rule === 'firmware.update' && s.outcome.is === 'refused' && isForbidden(s.before),
    },
  }),

  /** Lower only once no TDI is locked; a device may end trust to get there. */
  step({
    id: 'fw-no-rollback-live',
    title: 'The security version of the firmware does not go down while a TDI is locked',
    clauses: ['fw-update'],
    facets: ['firmware'],
    reads: ['device.svn', 'tdi.state'],
    triggers: ['device.svn'],
    rules: ['firmware.update'],
    holds: (s) => rank(s.after) >= rank(s.before) || nobodyIsLocked(s),
    why: (s) => `${s.rule} put an older image under a locked TDI`,
    witnesses: {
      'version raised': (s) => rank(s.after) > rank(s.before),
      'version lowered, or refused under lock': (s) =>
        rank(s.after) < rank(s.before) ||
        (s.rule === 'firmware.update' && s.outcome.code === 'ROLLBACK'),
    },
  }),

  /** TerminationPolicy, and a device that cannot update at run time: the session is over. */
  step({
    id: 'fw-update-ends-what-it-must',
    title: 'An update ends the session where policy or device say so, and leaves it otherwise',
    clauses: ['fw-termination', 'fw-not-at-run-time'],
    facets: ['firmware'],
    reads: ['tdi.state', 'session.phase', 'stream.secure', 'device.svn'],
    triggers: [],
    rules: ['firmware.update'],
    holds: (s) => {
      if (!updated(s)) return true;
      const { firmwareUpdate, terminationPolicy } = s.before.readings;
      if (firmwareUpdate === 'notAtRunTime' || terminationPolicy === 'sessionEnds')
        return s.after.session.phase === 'none' && !s.after.stream.secure && nobodyIsLocked(s);
      if (rank(s.after) < rank(s.before)) return true;
      if (s.after.stream.secure !== s.before.stream.secure) return false;
      return s.after.session.phase === s.before.session.phase && !someFell(s);
    },
    why: (s) => `after the update the session is ${s.after.session.phase}`,
    witnesses: {
      'session ended by an update, or kept': (s) => updated(s) && someWasLocked(s),
    },
  }),

  /** Before debug is on, nothing is left that debug could show. */
  step({
    id: 'dbg-no-debug-with-secrets',
    title: 'Debug is enabled only once streams, session, locked TDIs and their data are gone',
    clauses: ['dbg-enable'],
    facets: ['firmware', 'secrets'],
    reads: ['tdi.state', 'tdi.holds', 'session.phase', 'stream.secure'],
    triggers: [],
    rules: ['debug.enable'],
    holds: (s) => {
      if (!accepted(s, 'debug.enable')) return true;
      if (s.after.session.phase !== 'none' || s.after.stream.secure) return false;
      for (let t = 0; t < s.after.tdi.length; t++) {
        if (wasLocked(s, t) && is(s, t) !== 'ERROR') return false;
        if (s.after.tdi[t]!.holds !== null) return false;
      }
      return true;
    },
    why: () => 'debug was enabled, and a stream, the session, a locked TDI or its data is left',
    witnesses: {
      'enabled under lock': (s) => s.rule === 'debug.enable' && someFell(s),
    },
  }),
];
