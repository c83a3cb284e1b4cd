/**
 * What else befalls a locked TDI, beyond writes of its own registers (TDISP 11.2, 11.4): power, requester
 * ids, bad data, administration, link and DOE.
 */
import {
  accepted,
  actor,
  deviceReset,
  inOneLine,
  is,
  nobodyStayedLocked,
  sessionEnds,
  someFell,
  someWasLocked,
  statesKept,
  tdiName,
  was,
  wasLocked,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

/** A locked function became one in ERROR. */
const actorFell = (s: Step, rule: string): boolean =>
  accepted(s, rule) && wasLocked(s, actor(s)) && is(s, actor(s)) === 'ERROR';
/** The TDI written to must be in ERROR if it was locked, and as it was if not. */
const actorFallsIfLocked = (s: Step): boolean =>
  is(s, actor(s)) === (wasLocked(s, actor(s)) ? 'ERROR' : was(s, actor(s)));
const left = (s: Step, what: string): string =>
  inOneLine(
    `${what} befell ${tdiName(actor(s))} in ${was(s, actor(s))}, and it is in`,
    `${is(s, actor(s))}`,
  );
const isRecovered = (fault: unknown): boolean =>
  fault === 'poisonRecovered' || fault === 'completionRecovered';
const isPoison = (fault: unknown): boolean => fault === 'poison' || fault === 'poisonRecovered';
/** Something in error came in, and the device has neither recovered from it nor ignored it. */
const received = (s: Step): boolean => accepted(s, 'device.receive');

/** The device as a whole lost power. */
const losesPower = (s: Step): boolean =>
  accepted(s, 'power.write') && s.args.power === 'd3cold' && actor(s) === 0;

export const EVENTS: readonly Property[] = [
  /** D3hot without No_Soft_Reset and D3cold lose state, D3hot with it does not; the PF takes its VFs along. */
  step({
    id: 'cfg-power-loss-forces-error',
    title: 'A power transition that loses the state of a locked function forces ERROR',
    clauses: ['cfg-power'],
    facets: ['registers'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['power.write'],
    holds: (s) => {
      if (!accepted(s, 'power.write')) return true;
      if (s.args.power === 'd3hotKeepsState') return statesKept(s);
      return actorFallsIfLocked(s) && (actor(s) !== 0 || nobodyStayedLocked(s));
    },
    why: (s) => left(s, `${s.args.power}`),
    witnesses: {
      'D3hot lost the state of a locked TDI': (s) =>
        actorFell(s, 'power.write') && s.args.power === 'd3hotLosesState',
      'D3cold lost the state of a locked TDI': (s) =>
        actorFell(s, 'power.write') && s.args.power === 'd3cold',
      'D3hot kept the state of a locked TDI': (s) =>
        accepted(s, 'power.write') && s.args.power === 'd3hotKeepsState' && wasLocked(s, actor(s)),
    },
  }),

  /** Without power the device keeps neither keys nor session (TDISP 11.4.8, as cold reset). */
  step({
    id: 'cfg-power-off-ends-session',
    title: 'A PF taken to D3cold leaves neither a session nor a Secure stream',
    clauses: ['cfg-power', 'rst-conventional'],
    facets: ['registers'],
    reads: ['session.phase', 'stream.secure'],
    triggers: [],
    rules: ['power.write'],
    holds: (s) => !losesPower(s) || (s.after.session.phase === 'none' && !s.after.stream.secure),
    why: () => 'the device lost power, and its session or its stream goes on',
    witnesses: { 'a live session': (s) => losesPower(s) && sessionEnds(s) },
  }),

  /** Bus and segment are those of every function. */
  step({
    id: 'cfg-rid-change-forces-error',
    title: 'A new requester id or segment takes every locked TDI to ERROR',
    clauses: ['cfg-requester'],
    facets: ['registers'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['requester.change'],
    holds: (s) => !accepted(s, 'requester.change') || nobodyStayedLocked(s),
    why: (s) => `the ${s.args.renumber} was renumbered, and a locked TDI is not in ERROR`,
    witnesses: {
      'bus renumbered under lock': (s) =>
        s.rule === 'requester.change' && s.args.renumber === 'bus' && someFell(s),
      'segment renumbered under lock': (s) =>
        s.rule === 'requester.change' && s.args.renumber === 'segment' && someFell(s),
    },
  }),

  /** Poison that the device handles is none of TDISP's business. */
  step({
    id: 'tlp-poison-error',
    title: 'Poison that is not recovered from takes a locked TDI to ERROR',
    clauses: ['tdisp-poison'],
    facets: ['events'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['device.receive'],
    holds: (s) => {
      if (!received(s) || !isPoison(s.args.fault)) return true;
      return isRecovered(s.args.fault) ? statesKept(s) : actorFallsIfLocked(s);
    },
    why: (s) => left(s, `${s.args.fault}`),
    witnesses: {
      'poison under lock': (s) => actorFell(s, 'device.receive') && s.args.fault === 'poison',
      'recovered under lock': (s) =>
        received(s) && s.args.fault === 'poisonRecovered' && wasLocked(s, actor(s)),
    },
  }),

  /** Of a request of its own, whatever it was; a read that the model carries is tlp-ur-ca-timeout-error. */
  step({
    id: 'tlp-completion-failure-error',
    title: 'A failed completion that is not recovered from takes a locked TDI to ERROR',
    clauses: ['tdisp-completion-error'],
    facets: ['events'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['device.receive'],
    holds: (s) => {
      if (!received(s) || !String(s.args.fault).startsWith('completion')) return true;
      return isRecovered(s.args.fault) ? statesKept(s) : actorFallsIfLocked(s);
    },
    why: (s) => left(s, `${s.args.fault}`),
    witnesses: {
      'UR or CA under lock': (s) =>
        actorFell(s, 'device.receive') && s.args.fault === 'completionAbort',
      'time-out under lock': (s) =>
        actorFell(s, 'device.receive') && s.args.fault === 'completionTimeout',
    },
  }),

  /** The IOMMU answers a TDI with T=1 or not at all. */
  step({
    id: 'ats-t0-translation-error',
    title: 'A translation completion or page response with T=0 takes a locked TDI to ERROR',
    clauses: ['ats-t0'],
    facets: ['events'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['device.receive'],
    holds: (s) => !received(s) || !String(s.args.fault).endsWith('T0') || actorFallsIfLocked(s),
    why: (s) => left(s, `${s.args.fault}`),
    witnesses: {
      'translation completion under lock': (s) =>
        actorFell(s, 'device.receive') && s.args.fault === 'translationT0',
      'page response under lock': (s) =>
        actorFell(s, 'device.receive') && s.args.fault === 'pageResponseT0',
    },
  }),

  /** Reading deviceControl: the TDI falls, or nothing happens at all. Speed and share are harmless. */
  step({
    id: 'cfg-device-control-tracked',
    title: 'A control of the device that touches a locked TDI forces ERROR or is refused',
    clauses: ['device-control'],
    facets: ['events'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['device.control'],
    holds: (s) => {
      if (s.rule !== 'device.control') return true;
      const touches = s.args.control === 'function' && wasLocked(s, actor(s));
      if (!touches || s.before.readings.deviceControl === 'refused')
        return statesKept(s) && (!touches || s.outcome.is !== 'accepted');
      return s.outcome.is !== 'accepted' || is(s, actor(s)) === 'ERROR';
    },
    why: (s) => left(s, `a control of ${s.args.control} that was ${s.outcome.is}`),
    witnesses: {
      'control of a locked TDI': (s) =>
        s.rule === 'device.control' && s.args.control === 'function' && wasLocked(s, actor(s)),
      'speed and share under lock': (s) =>
        accepted(s, 'device.control') && s.args.control === 'quality' && wasLocked(s, actor(s)),
    },
  }),

  /** A link that went down kept nothing secure, whether the port was reset or not. */
  step({
    id: 'ide-link-down-insecure',
    title: 'When the link goes down the stream is Insecure and no TDI stays locked',
    clauses: ['link-down', 'tdisp-stream-loss'],
    facets: ['events'],
    reads: ['tdi.state', 'stream.secure', 'session.phase'],
    triggers: [],
    rules: ['link.down'],
    holds: (s) => {
      if (!accepted(s, 'link.down')) return true;
      if (s.after.stream.secure) return false;
      if (deviceReset(s)) return s.after.session.phase === 'none';
      return nobodyStayedLocked(s) && s.after.session.phase === s.before.session.phase;
    },
    why: (s) => `the link went down (${s.args.loss}), and something that it carried is left`,
    witnesses: {
      'port kept, TDI fell': (s) => s.args.loss === 'portKept' && someFell(s),
      'port reset under lock': (s) => s.rule === 'link.down' && deviceReset(s) && someWasLocked(s),
    },
  }),

  /** A DOE error by itself is no end of the session. */
  step({
    id: 'spdm-doe-error-only-if-unusable',
    title: 'A DOE error ends the session if that becomes unusable, and changes nothing otherwise',
    clauses: ['doe-error', 'spdm-session-end'],
    facets: ['events'],
    reads: ['tdi.state', 'session.phase'],
    triggers: [],
    rules: ['spdm.doe-error'],
    holds: (s) => {
      if (!accepted(s, 'spdm.doe-error')) return true;
      if (s.args.doe === 'unusable')
        return s.after.session.phase === 'none' && nobodyStayedLocked(s);
      return s.after.session.phase === s.before.session.phase && statesKept(s);
    },
    why: (s) => `a DOE error left the session ${s.args.doe}, and it is ${s.after.session.phase}`,
    witnesses: {
      'session lost under lock': (s) => s.rule === 'spdm.doe-error' && someFell(s),
      'session usable under lock': (s) =>
        accepted(s, 'spdm.doe-error') && s.args.doe === 'usable' && someWasLocked(s),
    },
  }),
];
