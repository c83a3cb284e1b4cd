/**
 * The TDI state machine: what each state means, and which events lead from one to another (TDISP
 * 11.2, 11.3).
 */
import type { WorldView } from '../model/world.ts';
import {
  ARRIVAL_READS,
  accepted,
  actor,
  arrives,
  deviceReset,
  entered,
  guestName,
  hasAllKeys,
  hasOpenRead,
  hasSomeKey,
  hasTlp,
  inOneLine,
  inSession,
  invariantOfEach,
  is,
  isLocked,
  resetsFunction,
  sessionEnds,
  someEntered,
  someWent,
  standing,
  stepOfEach,
  tdiName,
  tlpOf,
  was,
  wasLocked,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';
import { isPfRegister, isStreamRegister } from './registers.ts';

/** The rules by which a TDISP message reaches the device, or the device goes on with one. */
const TDISP_RULES = [
  'tdisp.lock',
  'tdisp.report',
  'tdisp.state',
  'tdisp.start',
  'tdisp.stop.begin',
  'tdisp.stop.drain',
  'tdisp.stop.end',
  'tdisp.insecure-message',
  'tdisp.report-part',
  'tdisp.attribute',
] as const;
/** Those of them that bring a request of the TSM. */
const REQUEST_RULES = [
  'tdisp.lock',
  'tdisp.report',
  'tdisp.state',
  'tdisp.start',
  'tdisp.stop.begin',
  'tdisp.report-part',
  'tdisp.attribute',
] as const;
const isRequestRule = (rule: string): boolean =>
  (REQUEST_RULES as readonly string[]).includes(rule);

/**
 * Everything that a device keeps of a TDI is as it was; references by how they stand to their
 * counters.
 */
function sameTdi(before: WorldView, after: WorldView, t: number): boolean {
  const b = before.tdi[t]!;
  const a = after.tdi[t]!;
  if (b.state !== a.state || b.stop !== a.stop || b.holds !== a.holds) return false;
  if (b.bme !== a.bme || b.mse !== a.mse || b.bar !== a.bar || b.config !== a.config) return false;
  if (standing(b.nonce, b.lock) !== standing(a.nonce, a.lock)) return false;
  const sessionBefore = standing(b.session, before.session.generation);
  return sessionBefore === standing(a.session, after.session.generation);
}
const SAME_TDI_READS = [
  'tdi.state',
  'tdi.stop',
  'tdi.holds',
  'tdi.bme',
  'tdi.mse',
  'tdi.bar',
  'tdi.config',
  'tdi.nonce',
  'tdi.lock',
  'tdi.session',
  'session.generation',
] as const;

/** Table 1.1 of tdisp-semantics; staying is no change. */
function isEdge(s: Step, t: number): boolean {
  const to = is(s, t);
  switch (was(s, t)) {
    case 'CONFIG_UNLOCKED':
      return (
        to === 'CONFIG_UNLOCKED' ||
        to === 'CONFIG_LOCKED' ||
        (to === 'ERROR' && s.before.readings.unlockedMayEnterError === 'yes')
      );
    case 'CONFIG_LOCKED':
      return true;
    case 'RUN':
      return to !== 'CONFIG_LOCKED';
    case 'ERROR':
      return to === 'ERROR' || to === 'CONFIG_UNLOCKED';
  }
}
/** A STOP of the TDI is answered in this step. */
const stopEnds = (s: Step, t: number): boolean => accepted(s, 'tdisp.stop.end') && s.args.tdi === t;
const went = (s: Step, t: number): string => `${tdiName(t)} went from ${was(s, t)} to ${is(s, t)}`;

export const TDI: readonly Property[] = [
  /**
   * Table 1.1, edge by edge. Which event may cause an edge is left to the properties below. No edge
   * leads from CONFIG_UNLOCKED to ERROR, but under the reading unlockedMayEnterError: yes.
   */
  stepOfEach('Tdi', {
    id: 'tdi-legal-transitions',
    title: 'Every state change of a TDI is an edge of the TDISP state machine',
    clauses: ['tdisp-states'],
    reads: ['tdi.state'],
    rules: [],
    holdsFor: isEdge,
    tells: (s, t) => `${went(s, t)}; the state machine has no such edge`,
    witnesses: {
      'unlocked to locked': (s) => someWent(s, 'CONFIG_UNLOCKED', 'CONFIG_LOCKED'),
      'locked to run': (s) => someWent(s, 'CONFIG_LOCKED', 'RUN'),
      'run to error': (s) => someWent(s, 'RUN', 'ERROR'),
      'run to unlocked': (s) => someWent(s, 'RUN', 'CONFIG_UNLOCKED'),
      'error to unlocked': (s) => someWent(s, 'ERROR', 'CONFIG_UNLOCKED'),
    },
  }),

  /**
   * The cause of the edge into CONFIG_LOCKED: an accepted LOCK about this TDI, from
   * CONFIG_UNLOCKED.
   */
  stepOfEach('Tdi', {
    id: 'tdi-locked-only-by-lock',
    title: 'CONFIG_LOCKED is entered only by an accepted LOCK of that TDI, from CONFIG_UNLOCKED',
    clauses: ['tdisp-states', 'tdisp-lock'],
    reads: ['tdi.state', 'relay.foreign', ...ARRIVAL_READS],
    triggers: ['tdi.state'],
    rules: ['tdisp.lock'],
    holdsFor: (s, t) =>
      !entered(s, t, 'CONFIG_LOCKED') ||
      (was(s, t) === 'CONFIG_UNLOCKED' &&
        accepted(s, 'tdisp.lock') &&
        s.args.tdi === t &&
        arrives(s.before, 'lock', t) &&
        !s.before.relay.foreign),
    tells: (s, t) => `${went(s, t)} by ${s.rule}; only a LOCK that the TSM sent for it may do that`,
    witnesses: { 'locked by LOCK': (s) => someEntered(s, 'CONFIG_LOCKED') },
  }),

  /**
   * START must bring the nonce of the lock episode that the TDI is in. Whether the guest wanted the
   * START is tsm-start-needs-guest-accept: the request was sealed before it arrived, so the device
   * cannot know.
   */
  stepOfEach('Tdi', {
    id: 'tdi-run-only-by-start',
    title: 'RUN is entered only by a START that brings the live nonce',
    clauses: ['tdisp-start', 'tdisp-nonce'],
    reads: ['tdi.state', 'tdi.nonce', 'tdi.lock', 'relay.episode', ...ARRIVAL_READS],
    triggers: ['tdi.state'],
    rules: ['tdisp.start'],
    holdsFor: (s, t) => {
      if (!entered(s, t, 'RUN')) return true;
      const tdi = s.before.tdi[t]!;
      return (
        tdi.state === 'CONFIG_LOCKED' &&
        accepted(s, 'tdisp.start') &&
        s.args.tdi === t &&
        arrives(s.before, 'start', t) &&
        tdi.nonce === tdi.lock &&
        s.before.relay.episode === tdi.lock
      );
    },
    tells: (s, t) => `${went(s, t)} by ${s.rule}, without a START that brings its live nonce`,
    witnesses: { 'started by START': (s) => someEntered(s, 'RUN') },
  }),

  /**
   * Conformance tests read the state again after every rejected request. A message that the device
   * drops is no request to it at all; what the relay's tampering costs the session is
   * `relay.tamper`, not a TDISP rule.
   */
  step({
    id: 'tdi-reject-preserves-state',
    title:
      'A TDISP request that is answered with an error or dropped changes nothing at the device',
    clauses: ['tdisp-reject', 'tdisp-legality'],
    reads: [
      ...SAME_TDI_READS,
      'session.phase',
      'stream.enabled',
      'stream.secure',
      'stream.sending',
      'page.owner',
      'page.accepted',
      'page.data',
    ],
    triggers: [],
    forbidsChange: true,
    rules: [...TDISP_RULES],
    holds: (s) => {
      if (s.outcome.is === 'accepted' || !s.rule.startsWith('tdisp.')) return true;
      for (let t = 0; t < s.after.tdi.length; t++) if (!sameTdi(s.before, s.after, t)) return false;
      for (let p = 0; p < s.after.page.length; p++) {
        const b = s.before.page[p]!;
        const a = s.after.page[p]!;
        if (b.owner !== a.owner || b.accepted !== a.accepted || b.data !== a.data) return false;
      }
      const b = s.before.stream;
      const a = s.after.stream;
      if (s.before.session.phase !== s.after.session.phase) return false;
      return b.enabled === a.enabled && b.secure === a.secure && b.sending === a.sending;
    },
    why: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (!sameTdi(s.before, s.after, t))
          return inOneLine(
            `${s.rule} was ${s.outcome.is} with ${s.outcome.code}, but ${tdiName(t)} changed`,
            `(${was(s, t)} → ${is(s, t)})`,
          );
      return inOneLine(
        `${s.rule} was ${s.outcome.is} with ${s.outcome.code}, but the stream, the session or a`,
        'page changed',
      );
    },
    witnesses: {
      'LOCK refused': (s) => s.rule === 'tdisp.lock' && s.outcome.is === 'refused',
      'START refused': (s) => s.rule === 'tdisp.start' && s.outcome.is === 'refused',
      'request dropped': (s) => s.rule.startsWith('tdisp.') && s.outcome.is === 'dropped',
    },
  }),

  /**
   * A STOP that arrives in the live session is never answered with an error, in none of the four
   * states. That a second STOP comes while one is under way is left out: BUSY would be a fair
   * answer.
   */
  step({
    id: 'tdi-stop-always-legal',
    title: 'STOP is accepted in all four states',
    clauses: ['tdisp-stop', 'tdisp-legality'],
    reads: ['tdi.state', 'tdi.stop', 'device.present', 'relay.foreign', ...ARRIVAL_READS],
    triggers: [],
    rules: ['tdisp.stop.begin'],
    holds: (s) => {
      if (s.rule !== 'tdisp.stop.begin' || s.outcome.is === 'accepted') return true;
      const t = actor(s);
      const fair =
        arrives(s.before, 'stop', t) && !s.before.relay.foreign && s.before.device.present;
      return !fair || s.before.tdi[t]!.stop !== 'idle';
    },
    why: (s) =>
      inOneLine(
        `STOP of ${tdiName(actor(s))} in ${was(s, actor(s))} was ${s.outcome.is} with`,
        `${s.outcome.code}; it is legal in every state`,
      ),
    witnesses: {
      'stopped in RUN': (s) => accepted(s, 'tdisp.stop.begin') && was(s, actor(s)) === 'RUN',
      'stopped in ERROR': (s) => accepted(s, 'tdisp.stop.begin') && was(s, actor(s)) === 'ERROR',
      'stopped in CONFIG_LOCKED': (s) =>
        accepted(s, 'tdisp.stop.begin') && was(s, actor(s)) === 'CONFIG_LOCKED',
      'stopped in CONFIG_UNLOCKED': (s) =>
        accepted(s, 'tdisp.stop.begin') && was(s, actor(s)) === 'CONFIG_UNLOCKED',
    },
  }),

  /**
   * What STOP must have done when it answers: unlocked, scrubbed, no nonce, no session, no work
   * left.
   */
  step({
    id: 'tdi-stop-ends-unlocked',
    title: 'A STOP ends in CONFIG_UNLOCKED, scrubbed, bound to no session, and answered',
    clauses: ['tdisp-stop'],
    reads: [
      'tdi.state',
      'tdi.holds',
      'tdi.nonce',
      'tdi.session',
      'tdi.stop',
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.ok',
    ],
    triggers: [],
    rules: ['tdisp.stop.end'],
    holds: (s) => {
      if (!accepted(s, 'tdisp.stop.end')) return true;
      const tdi = s.after.tdi[actor(s)]!;
      const { stage, request, tdi: about } = s.before.relay;
      const isAwaited = stage === 'working' && request === 'stop' && about === actor(s);
      if (isAwaited && (s.after.relay.stage !== 'response' || !s.after.relay.ok)) return false;
      return (
        tdi.state === 'CONFIG_UNLOCKED' &&
        tdi.holds === null &&
        tdi.nonce === null &&
        tdi.session === null &&
        tdi.stop === 'idle'
      );
    },
    why: (s) =>
      inOneLine(
        `the STOP of ${tdiName(actor(s))} was answered in ${is(s, actor(s))}; it must be`,
        'CONFIG_UNLOCKED with nothing left of the tenant',
      ),
    witnesses: {
      'RUN stopped': (s) => accepted(s, 'tdisp.stop.end') && was(s, actor(s)) === 'RUN',
      'ERROR stopped': (s) => accepted(s, 'tdisp.stop.end') && was(s, actor(s)) === 'ERROR',
    },
  }),

  /**
   * STOP is a verb with a wait in it: begun by the request, drained, then ended; a reset of the
   * device ends it too, and the end of the session that asked for it.
   */
  stepOfEach('Tdi', {
    id: 'tdi-stop-in-order',
    title: 'A STOP begins to drain with its request and ends only after it has drained',
    clauses: ['tdisp-stop', 'tdisp-stop-session'],
    reads: ['tdi.stop', 'tdi.state', 'session.phase'],
    triggers: ['tdi.stop'],
    rules: ['tdisp.stop.begin', 'tdisp.stop.drain', 'tdisp.stop.end'],
    holdsFor: (s, t) => {
      const b = s.before.tdi[t]!.stop;
      const a = s.after.tdi[t]!.stop;
      const isOwn = s.args.tdi === t;
      if (isOwn && accepted(s, 'tdisp.stop.begin')) return a === 'draining';
      if (isOwn && accepted(s, 'tdisp.stop.drain')) return b === 'draining' && a === 'drained';
      if (isOwn && accepted(s, 'tdisp.stop.end')) return b === 'drained' && a === 'idle';
      return a === b || (a === 'idle' && (deviceReset(s) || sessionEnds(s)));
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} took the STOP of ${tdiName(t)} from ${s.before.tdi[t]!.stop} to`,
        `${s.after.tdi[t]!.stop}`,
      ),
    witnesses: {
      begun: (s) => accepted(s, 'tdisp.stop.begin') && was(s, actor(s)) !== 'CONFIG_UNLOCKED',
      drained: (s) => accepted(s, 'tdisp.stop.drain'),
      ended: (s) => accepted(s, 'tdisp.stop.end'),
    },
  }),

  /**
   * Table 1.3: an answered STOP, and a TDI that unlocks itself, have no read open, or a late
   * completion of one tenancy would answer a read of the next. Posted writes cannot be called back:
   * they are tsm-drain-before-reuse. A conventional reset forgets its reads; the RUN episode then
   * keeps their completions out (tlp-completion-same-run-episode).
   */
  stepOfEach('Tdi', {
    id: 'tdi-stop-drains',
    title: 'A TDI does not unlock while a read of it is open',
    clauses: ['tdisp-stop', 'tdisp-stop-tags'],
    facets: ['reads'],
    reads: ['tdi.state', 'tlp.kind', 'tlp.tdi'],
    triggers: ['tdi.state'],
    rules: ['tdisp.stop.drain'],
    holdsFor: (s, t) =>
      !entered(s, t, 'CONFIG_UNLOCKED') || deviceReset(s) || !hasOpenRead(s.after, t),
    tells: (s, t) => `${went(s, t)} while a read of it, or the completion, is still in flight`,
    witnesses: {
      'kept waiting for a read': (s) =>
        s.rule === 'tdisp.stop.drain' &&
        s.outcome.is === 'refused' &&
        hasOpenRead(s.before, actor(s)),
      'unlocked by STOP': (s) => accepted(s, 'tdisp.stop.end') && someEntered(s, 'CONFIG_UNLOCKED'),
    },
  }),

  /**
   * From the moment a STOP begins the TDI sends nothing new, and no LOCK or START overtakes the
   * STOP.
   */
  stepOfEach('Tdi', {
    id: 'tdi-stop-quiesces',
    title: 'A TDI with a STOP under way sends nothing and is neither locked nor started',
    clauses: ['tdisp-stop'],
    reads: ['tdi.state', 'tdi.stop'],
    triggers: ['tdi.state'],
    rules: ['dma.issue', 'tdisp.stop.begin'],
    holdsFor: (s, t) =>
      s.before.tdi[t]!.stop === 'idle' ||
      !(
        entered(s, t, 'CONFIG_LOCKED') ||
        entered(s, t, 'RUN') ||
        (accepted(s, 'dma.issue') && s.args.tdi === t)
      ),
    tells: (s, t) =>
      `${s.rule} was accepted while a STOP of ${tdiName(t)} was ${s.before.tdi[t]!.stop}`,
    witnesses: {
      'STOP begun in RUN': (s) =>
        accepted(s, 'tdisp.stop.begin') &&
        is(s, actor(s)) === 'RUN' &&
        s.after.tdi[actor(s)]!.stop !== 'idle',
    },
  }),

  /**
   * The report is served in CONFIG_LOCKED and RUN, and refused nowhere in them; BUSY is fair while
   * a STOP is under way.
   */
  step({
    id: 'tdi-report-only-locked',
    title: 'The interface report is served in CONFIG_LOCKED and RUN and in no other state',
    clauses: ['tdisp-report', 'tdisp-legality'],
    reads: ['tdi.state', 'tdi.stop', 'relay.foreign', ...ARRIVAL_READS],
    triggers: [],
    rules: ['tdisp.report'],
    holds: (s) => {
      if (s.rule !== 'tdisp.report') return true;
      const t = actor(s);
      if (s.outcome.is === 'accepted') return wasLocked(s, t);
      const isFair = s.before.tdi[t]!.stop === 'idle' && !s.before.relay.foreign;
      return !(wasLocked(s, t) && isFair && arrives(s.before, 'report', t));
    },
    why: (s) =>
      inOneLine(
        `GET_DEVICE_INTERFACE_REPORT of ${tdiName(actor(s))} in ${was(s, actor(s))} was`,
        `${s.outcome.is}`,
      ),
    witnesses: {
      'served in CONFIG_LOCKED': (s) =>
        accepted(s, 'tdisp.report') && was(s, actor(s)) === 'CONFIG_LOCKED',
      'refused in ERROR': (s) =>
        s.rule === 'tdisp.report' && s.outcome.is === 'refused' && was(s, actor(s)) === 'ERROR',
    },
  }),

  /**
   * GET_DEVICE_INTERFACE_STATE is legal everywhere, but in the middle of a report that is read in
   * parts, and tells the truth of the moment; it may be old on arrival.
   */
  step({
    id: 'tdi-state-query-truthful',
    title: 'GET_DEVICE_INTERFACE_STATE is answered in every state, with that state',
    clauses: ['tdisp-state-query'],
    facets: ['detours'],
    reads: [
      'tdi.state',
      'tdi.reading',
      'relay.foreign',
      'relay.state',
      'relay.ok',
      ...ARRIVAL_READS,
    ],
    triggers: [],
    rules: ['tdisp.state'],
    holds: (s) => {
      if (s.rule !== 'tdisp.state') return true;
      const t = actor(s);
      if (s.outcome.is !== 'accepted')
        return !arrives(s.before, 'state', t) || s.before.relay.foreign || s.before.tdi[t]!.reading;
      const { relay } = s.after;
      return (
        relay.stage === 'response' &&
        relay.ok &&
        relay.state === was(s, t) &&
        is(s, t) === was(s, t)
      );
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} was in ${was(s, actor(s))}; GET_DEVICE_INTERFACE_STATE was`,
        `${s.outcome.is} and the answer says ${s.after.relay.state}`,
      ),
    witnesses: {
      'answered in RUN': (s) => accepted(s, 'tdisp.state') && s.after.relay.state === 'RUN',
      'answered in ERROR': (s) => accepted(s, 'tdisp.state') && s.after.relay.state === 'ERROR',
    },
  }),

  /**
   * What the TSM will take for evidence: the answer speaks of the episode, and of the BAR, that are
   * live.
   */
  step({
    id: 'tdi-answer-names-episode',
    title: 'The answer to LOCK and the report speak of the lock episode and the BAR that are live',
    clauses: ['tdisp-nonce', 'tdisp-report'],
    reads: ['tdi.lock', 'tdi.bar', 'relay.stage', 'relay.episode', 'relay.place'],
    triggers: [],
    rules: ['tdisp.lock', 'tdisp.report'],
    holds: (s) => {
      const isReport = accepted(s, 'tdisp.report');
      if (!isReport && !accepted(s, 'tdisp.lock')) return true;
      const { stage, episode, place } = s.after.relay;
      const tdi = s.after.tdi[actor(s)]!;
      if (stage !== 'response' || episode !== tdi.lock) return false;
      return !isReport || place === tdi.bar;
    },
    why: (s) =>
      inOneLine(
        `the answer to ${s.rule} of ${tdiName(actor(s))} speaks of another lock episode, or of`,
        `a BAR ${s.after.relay.place} that is ${s.after.tdi[actor(s)]!.bar}`,
      ),
    witnesses: {
      'LOCK answered': (s) => accepted(s, 'tdisp.lock'),
      'report served': (s) => accepted(s, 'tdisp.report'),
    },
  }),

  /** Only LOCK is ever sent with a foreign INTERFACE_ID here: the host chooses it at bind. */
  step({
    id: 'tdi-unknown-interface-rejected',
    title: 'A request for an interface that the device does not host fails and changes nothing',
    clauses: ['tdisp-lock-interface'],
    facets: ['registers'],
    reads: ['relay.stage', 'relay.foreign', 'relay.ok', ...SAME_TDI_READS],
    triggers: [],
    rules: [...REQUEST_RULES],
    holds: (s) => {
      if (s.before.relay.stage !== 'request' || !s.before.relay.foreign) return true;
      if (!isRequestRule(s.rule)) return true;
      for (let t = 0; t < s.after.tdi.length; t++) if (!sameTdi(s.before, s.after, t)) return false;
      return s.outcome.is !== 'accepted' && !s.after.relay.ok;
    },
    why: (s) =>
      `${s.rule} for a foreign INTERFACE_ID was ${s.outcome.is}; it must fail and change nothing`,
    witnesses: {
      'foreign LOCK refused': (s) =>
        s.rule === 'tdisp.lock' && s.before.relay.foreign && s.outcome.is === 'refused',
    },
  }),

  /**
   * Two kinds of message come from outside the secured session: the host's own, and one sealed in a
   * session that is gone. Neither is answered, not even with an error; tdi-reject-preserves-state
   * says the rest.
   */
  step({
    id: 'tdi-insecure-message-silent',
    title: 'A TDISP message outside the live SPDM session has no effect and no answer',
    clauses: ['tdisp-transport'],
    reads: ['relay.stage', 'relay.session', 'session.phase', ...SAME_TDI_READS],
    triggers: [],
    rules: [...REQUEST_RULES, 'tdisp.insecure-message'],
    holds: (s) => {
      if (s.rule === 'tdisp.insecure-message') {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (!sameTdi(s.before, s.after, t)) return false;
        return s.outcome.is === 'dropped' && s.before.relay.stage === s.after.relay.stage;
      }
      if (!isRequestRule(s.rule)) return true;
      if (s.before.relay.stage !== 'request' || inSession(s.before, s.before.relay.session))
        return true;
      return s.outcome.is !== 'accepted' && s.after.relay.stage !== 'response';
    },
    why: (s) =>
      inOneLine(
        `${s.rule} came outside the live session and was ${s.outcome.is}; it must be dropped`,
        'without an answer',
      ),
    witnesses: {
      'request of a dead session dropped': (s) =>
        isRequestRule(s.rule) &&
        s.before.relay.stage === 'request' &&
        s.outcome.is === 'dropped' &&
        s.after.relay.stage !== 'response' &&
        !inSession(s.before, s.before.relay.session),
      'clear message dropped': (s) =>
        s.rule === 'tdisp.insecure-message' && s.outcome.is === 'dropped',
    },
  }),

  /**
   * Accepted or refused, a request that arrives in its session is answered; STOP may take its time.
   */
  step({
    id: 'tdi-request-answered',
    title: 'A TDISP request in the live session is answered, with an error if it was refused',
    clauses: ['tdisp-codes', 'tdisp-legality'],
    reads: ['relay.stage', 'relay.session', 'session.phase', 'session.generation', 'relay.ok'],
    triggers: [],
    rules: [...REQUEST_RULES],
    holds: (s) => {
      if (!isRequestRule(s.rule) || s.outcome.is === 'dropped') return true;
      if (s.before.relay.stage !== 'request' || !inSession(s.before, s.before.relay.session))
        return true;
      const { stage, ok } = s.after.relay;
      if (s.outcome.is === 'refused') return stage === 'response' && !ok;
      if (s.rule === 'tdisp.stop.begin' && stage === 'working') return true;
      return stage === 'response' && ok;
    },
    why: (s) =>
      inOneLine(
        `${s.rule} was ${s.outcome.is}, and`,
        `${s.after.relay.stage === 'response' ? 'the answer differs' : 'there is no answer'}`,
      ),
    witnesses: {
      'answered with an error': (s) => isRequestRule(s.rule) && s.outcome.is === 'refused',
      'answered with success': (s) => isRequestRule(s.rule) && s.outcome.is === 'accepted',
    },
  }),

  /**
   * One live nonce per lock episode, and none in any other state: it dies however CONFIG_LOCKED is
   * left. While a STOP is under way it may be gone already.
   */
  invariantOfEach('Tdi', {
    id: 'tdi-nonce-dies-on-leave',
    title: 'A nonce is live in CONFIG_LOCKED and in no other state',
    clauses: ['tdisp-nonce'],
    reads: ['tdi.state', 'tdi.nonce', 'tdi.lock', 'tdi.stop'],
    holdsFor: (w, t) => {
      const { state, nonce, lock, stop } = w.tdi[t]!;
      if (state !== 'CONFIG_LOCKED' || stop !== 'idle')
        return nonce === null || (state === 'CONFIG_LOCKED' && nonce === lock);
      return nonce === lock;
    },
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is in ${w.tdi[t]!.state} and`,
        `${w.tdi[t]!.nonce === null ? 'has no nonce' : 'still has a nonce'}`,
      ),
    witnesses: {
      'nonce used up by START': (s) => someWent(s, 'CONFIG_LOCKED', 'RUN'),
      'nonce dropped by an error': (s) => someWent(s, 'CONFIG_LOCKED', 'ERROR'),
      'nonce dropped by unlocking': (s) => someWent(s, 'CONFIG_LOCKED', 'CONFIG_UNLOCKED'),
    },
  }),

  /**
   * START uses the nonce up in the step in which it is accepted, so that it cannot be brought
   * again.
   */
  step({
    id: 'tdi-start-consumes-nonce',
    title: 'START uses its nonce up',
    clauses: ['tdisp-nonce', 'tdisp-start'],
    reads: ['tdi.state', 'tdi.nonce'],
    triggers: [],
    rules: ['tdisp.start'],
    holds: (s) => {
      if (!accepted(s, 'tdisp.start')) return true;
      const t = actor(s);
      return (
        s.before.tdi[t]!.nonce !== null && s.after.tdi[t]!.nonce === null && is(s, t) === 'RUN'
      );
    },
    why: (s) =>
      inOneLine(
        `START of ${tdiName(actor(s))} was accepted; it is in ${is(s, actor(s))} and its nonce`,
        'must be gone',
      ),
    witnesses: { 'nonce used up': (s) => someEntered(s, 'RUN') },
  }),

  /**
   * A new lock episode makes whatever was held of earlier ones stale: the TSM's nonce and report.
   * What the TSM holds from the episode that begins here, it learns only from the answer.
   */
  stepOfEach('Tdi', {
    id: 'tdi-nonce-fresh-per-lock',
    title: 'Every LOCK makes a nonce that nobody held before',
    clauses: ['tdisp-nonce'],
    reads: ['tdi.state', 'tdi.nonce', 'tdi.lock', 'tsm.nonce', 'tsm.report'],
    triggers: ['tdi.state'],
    rules: ['tdisp.lock'],
    holdsFor: (s, t) => {
      if (!entered(s, t, 'CONFIG_LOCKED')) return true;
      const { lock, nonce } = s.after.tdi[t]!;
      const held = s.after.tsm[t]!;
      return nonce === lock && held.nonce !== lock && held.report !== lock;
    },
    tells: (_, t) =>
      inOneLine(
        `${tdiName(t)} was locked, and the nonce or report that the TSM held from before fits`,
        'the new episode',
      ),
    witnesses: { 'nonce made': (s) => someEntered(s, 'CONFIG_LOCKED') },
  }),

  /**
   * Both directions of a sub-stream share a key in this slice. A second set that is only partly
   * keyed (a refresh under preparation) does not hinder LOCK.
   */
  stepOfEach('Tdi', {
    id: 'tdi-lock-needs-all-substream-keys',
    title: 'LOCK succeeds only if all sub-streams of the stream are keyed',
    clauses: ['tdisp-lock-keys'],
    reads: ['tdi.state', 'keySet.PR', 'keySet.NPR', 'keySet.CPL'],
    triggers: ['tdi.state'],
    rules: ['tdisp.lock'],
    holdsFor: (s, t) => {
      if (!entered(s, t, 'CONFIG_LOCKED')) return true;
      for (let k = 0; k < s.before.keySet.length; k++)
        if (hasAllKeys(s.before.keySet[k]!)) return true;
      return false;
    },
    tells: (_, t) => `${tdiName(t)} was locked while no key set has a key for every sub-stream`,
    witnesses: { 'locked over a keyed stream': (s) => someEntered(s, 'CONFIG_LOCKED') },
  }),

  /** Every set that holds any key counts, also one that a refresh prepares. */
  stepOfEach('Tdi', {
    id: 'tdi-lock-same-session',
    title: 'LOCK succeeds only if the keys of the stream came over the session that carries it',
    clauses: ['tdisp-lock-session'],
    reads: [
      'tdi.state',
      'tdi.session',
      'keySet.PR',
      'keySet.NPR',
      'keySet.CPL',
      'keySet.session',
      'session.phase',
      'session.generation',
    ],
    triggers: ['tdi.state'],
    rules: ['tdisp.lock'],
    holdsFor: (s, t) => {
      if (!entered(s, t, 'CONFIG_LOCKED')) return true;
      for (let k = 0; k < s.before.keySet.length; k++) {
        const keys = s.before.keySet[k]!;
        if (hasSomeKey(keys) && !inSession(s.before, keys.session)) return false;
      }
      return inSession(s.after, s.after.tdi[t]!.session);
    },
    tells: (_, t) =>
      `${tdiName(t)} was locked over a session that did not program every key of its stream`,
    witnesses: { 'locked over the keying session': (s) => someEntered(s, 'CONFIG_LOCKED') },
  }),

  /**
   * LOCK may come before the stream is Secure; START may not. The property judges the later of the
   * two.
   */
  stepOfEach('Tdi', {
    id: 'tdi-lock-needs-secure-stream',
    title: 'No TDI starts to run unless its stream is Secure',
    clauses: ['tdisp-start-stream', 'ide-secure'],
    reads: ['tdi.state', 'stream.secure'],
    triggers: ['tdi.state'],
    rules: ['tdisp.start'],
    holdsFor: (s, t) => !entered(s, t, 'RUN') || (s.before.stream.secure && s.after.stream.secure),
    tells: (_, t) => `${tdiName(t)} entered RUN while the stream is Insecure`,
    witnesses: { 'started on a Secure stream': (s) => someEntered(s, 'RUN') },
  }),

  /** Also afterwards: the registers of a stream that a locked TDI is bound to are tracked. */
  invariantOfEach('Tdi', {
    id: 'tdi-lock-default-unique',
    title:
      'A locked TDI has exactly one default stream, on TC0, with the Stream ID that LOCK named',
    clauses: ['tdisp-lock-stream', 'ide-registers'],
    facets: ['registers'],
    reads: ['tdi.state', 'stream.setup', ...ARRIVAL_READS],
    holdsFor: (w, t) => !isLocked(w.tdi[t]!.state) || w.stream.setup === 'oneDefault',
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is in ${w.tdi[t]!.state} and the stream registers are set up as`,
        `${w.stream.setup}`,
      ),
    witnesses: {
      'LOCK refused for the stream registers': (s) =>
        s.rule === 'tdisp.lock' &&
        s.outcome.is === 'refused' &&
        s.before.stream.setup !== 'oneDefault' &&
        arrives(s.before, 'lock', actor(s)),
    },
  }),

  /**
   * Judged on the configuration of the function that is locked. Whether the PF's LOCK must also
   * look at the BARs of its VFs is not fixed by the documents.
   */
  invariantOfEach('Tdi', {
    id: 'tdi-lock-rejects-bad-config',
    title: 'No locked TDI has a configuration that LOCK must refuse',
    clauses: ['tdisp-lock-config', 'cfg-shadow'],
    facets: ['registers', 'bar'],
    reads: ['tdi.state', 'tdi.config', 'tdi.bar', ...ARRIVAL_READS],
    holdsFor: (w, t) => {
      const tdi = w.tdi[t]!;
      return !isLocked(tdi.state) || (tdi.config === 'supported' && tdi.bar !== 'overlapping');
    },
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is in ${w.tdi[t]!.state} with configuration ${w.tdi[t]!.config} and BAR`,
        `${w.tdi[t]!.bar}`,
      ),
    witnesses: {
      'LOCK refused for the configuration': (s) =>
        s.rule === 'tdisp.lock' &&
        s.outcome.is === 'refused' &&
        s.before.tdi[actor(s)]!.config !== 'supported' &&
        arrives(s.before, 'lock', actor(s)),
      'LOCK refused for an overlapping BAR': (s) =>
        s.rule === 'tdisp.lock' &&
        s.outcome.is === 'refused' &&
        s.before.tdi[actor(s)]!.bar === 'overlapping' &&
        arrives(s.before, 'lock', actor(s)),
    },
  }),

  /** A nonce needs entropy: without it LOCK fails. */
  step({
    id: 'tdi-lock-needs-entropy',
    title: 'LOCK fails when the device cannot make a nonce',
    clauses: ['tdisp-lock-entropy', 'tdisp-nonce'],
    facets: ['registers'],
    reads: [...ARRIVAL_READS],
    triggers: [],
    rules: ['tdisp.lock'],
    holds: (s) =>
      s.rule !== 'tdisp.lock' || s.args.entropy !== 'none' || s.outcome.is !== 'accepted',
    why: (s) => `${tdiName(actor(s))} was locked, and it had no entropy for a nonce`,
    witnesses: {
      'LOCK without entropy': (s) =>
        s.rule === 'tdisp.lock' &&
        s.args.entropy === 'none' &&
        s.outcome.is === 'refused' &&
        arrives(s.before, 'lock', actor(s)),
    },
  }),

  /**
   * Nothing that the TDI began before the LOCK response is in flight after it, of no kind and no
   * traffic.
   */
  stepOfEach('Tdi', {
    id: 'tdi-lock-drains-first',
    title: 'Nothing that a TDI began before LOCK is still in flight when it is locked',
    clauses: ['tdisp-lock-drains', 'tdisp-lock-busy'],
    reads: ['tdi.state', 'tlp.kind', 'tlp.tdi', ...ARRIVAL_READS],
    facets: ['legacy'],
    triggers: ['tdi.state'],
    rules: ['tdisp.lock'],
    holdsFor: (s, t) => !entered(s, t, 'CONFIG_LOCKED') || !hasTlp(s.after, t),
    tells: (_, t) => `${tdiName(t)} was locked while a TLP of it is in flight`,
    witnesses: {
      'LOCK put off by a TLP in flight': (s) =>
        s.rule === 'tdisp.lock' &&
        s.outcome.is === 'refused' &&
        arrives(s.before, 'lock', actor(s)) &&
        hasTlp(s.before, actor(s)),
      locked: (s) => someEntered(s, 'CONFIG_LOCKED'),
    },
  }),

  /**
   * The ways out of ERROR: an answered STOP, a reset of the whole device, and (reading
   * autoErrorExit: yes) the TDI's own, once it is clean.
   */
  stepOfEach('Tdi', {
    id: 'tdi-error-absorbing',
    title: 'ERROR is left only by STOP, by reset, or where allowed by the TDI itself',
    clauses: ['tdisp-error'],
    reads: ['tdi.state'],
    rules: [],
    holdsFor: (s, t) =>
      was(s, t) !== 'ERROR' ||
      is(s, t) === 'ERROR' ||
      stopEnds(s, t) ||
      deviceReset(s) ||
      (s.before.readings.autoErrorExit === 'yes' &&
        accepted(s, 'device.leave-error') &&
        s.args.tdi === t),
    tells: (s, t) => `${went(s, t)} by ${s.rule}`,
    witnesses: {
      'left by STOP': (s) => s.rule === 'tdisp.stop.end' && someWent(s, 'ERROR', 'CONFIG_UNLOCKED'),
      'left by reset': (s) =>
        s.rule === 'reset.conventional' && someWent(s, 'ERROR', 'CONFIG_UNLOCKED'),
    },
  }),

  /** FLR is not among the ways: it leads to ERROR (rst-flr-is-error). */
  stepOfEach('Tdi', {
    id: 'tdi-unlocked-only-by-stop-or-reset',
    title: 'A locked TDI becomes CONFIG_UNLOCKED only by STOP or by a reset of the whole device',
    clauses: ['tdisp-states', 'tdisp-stop', 'rst-conventional', 'hotplug'],
    reads: ['tdi.state'],
    rules: [],
    holdsFor: (s, t) =>
      !wasLocked(s, t) || is(s, t) !== 'CONFIG_UNLOCKED' || stopEnds(s, t) || deviceReset(s),
    tells: (s, t) => `${went(s, t)} by ${s.rule}`,
    witnesses: {
      'unlocked by STOP': (s) =>
        s.rule === 'tdisp.stop.end' && someWent(s, 'RUN', 'CONFIG_UNLOCKED'),
      'unlocked by reset': (s) =>
        s.rule === 'reset.conventional' && someWent(s, 'RUN', 'CONFIG_UNLOCKED'),
    },
  }),

  /** A DSM that fails or loses track of a TDI puts it into a secure failed state. */
  step({
    id: 'tdi-internal-failure-forces-error',
    title: 'A failure of the device itself takes a locked TDI to ERROR',
    clauses: ['tdisp-internal-error', 'tdisp-unlocked-error'],
    reads: ['tdi.state'],
    triggers: [],
    rules: ['device.error'],
    holds: (s) =>
      !accepted(s, 'device.error') ||
      is(s, actor(s)) ===
        (wasLocked(s, actor(s)) || s.before.readings.unlockedMayEnterError === 'yes'
          ? 'ERROR'
          : was(s, actor(s))),
    why: (s) =>
      inOneLine(
        `the device failed with ${tdiName(actor(s))} in ${was(s, actor(s))}, and it is in`,
        `${is(s, actor(s))}`,
      ),
    witnesses: {
      'failed under lock': (s) =>
        accepted(s, 'device.error') && wasLocked(s, actor(s)) && is(s, actor(s)) === 'ERROR',
    },
  }),

  /**
   * No new request in ERROR, and no MMIO access that could show what the TDI holds. What was sent
   * earlier may land.
   */
  step({
    id: 'tdi-error-no-secret-out',
    title: 'A TDI in ERROR sends nothing and serves no TEE range',
    clauses: ['tdisp-error', 'tdisp-requester', 'tdisp-completer'],
    sizes: { Page: 1 },
    reads: ['tdi.state'],
    triggers: [],
    rules: ['dma.issue', 'mmio.private', 'mmio.legacy'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return true;
      const isDma = s.rule === 'dma.issue';
      const isMmio =
        (s.rule === 'mmio.private' || s.rule === 'mmio.legacy') && s.args.range === 'tee';
      return !(isDma || isMmio) || was(s, actor(s)) !== 'ERROR';
    },
    why: (s) => `${s.rule} was accepted while ${tdiName(actor(s))} is in ERROR`,
    witnesses: {
      'DMA refused in ERROR': (s) =>
        s.rule === 'dma.issue' && s.outcome.is === 'refused' && was(s, actor(s)) === 'ERROR',
    },
  }),

  /**
   * Data enters only in RUN and may stay through ERROR; a STOP, a reset or the TDI itself cleans
   * before unlocking.
   */
  invariantOfEach('Tdi', {
    id: 'tdi-unlocked-is-clean',
    title: 'A TDI that is not in RUN or ERROR holds nobody’s data',
    clauses: ['tdisp-stop', 'tdisp-error', 'rst-conventional'],
    facets: ['secrets'],
    reads: ['tdi.state', 'tdi.holds'],
    holdsFor: (w, t) => {
      const { state, holds } = w.tdi[t]!;
      return holds === null || state === 'RUN' || state === 'ERROR';
    },
    tells: (w, t) => `${tdiName(t)} is in ${w.tdi[t]!.state} and still holds a guest’s data`,
    witnesses: {
      'scrubbed while unlocking': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (entered(s, t, 'CONFIG_UNLOCKED') && s.before.tdi[t]!.holds !== null) return true;
        return false;
      },
    },
  }),

  /** Labels move only with data: into a TDI from its own guest. */
  invariantOfEach('Tdi', {
    id: 'tdi-holds-only-tenants-data',
    title: 'A TDI holds the data of no guest but the one that it was last bound to',
    clauses: ['tdisp-completer', 'tdisp-stop', 'drain-before-reuse'],
    facets: ['secrets'],
    reads: ['tdi.holds', 'tsm.boundTo'],
    holdsFor: (w, t) =>
      w.tdi[t]!.holds === null ||
      w.tsm[t]!.boundTo === null ||
      w.tsm[t]!.boundTo === w.tdi[t]!.holds,
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is bound to ${guestName(w.tsm[t]!.boundTo)} and holds data of`,
        `${guestName(w.tdi[t]!.holds)}`,
      ),
    witnesses: {
      'data taken in': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (s.before.tdi[t]!.holds === null && s.after.tdi[t]!.holds !== null) return true;
        return false;
      },
    },
  }),

  /** What a completion brings in is in the device afterwards. */
  step({
    id: 'tdi-holds-what-it-reads',
    title: 'A TDI that takes a secret in holds it',
    clauses: ['tlp-record'],
    facets: ['secrets', 'reads'],
    reads: ['tdi.holds', 'tlp.kind', 'tlp.tdi', 'tlp.data'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!accepted(s, 'fabric.deliver')) return true;
      const { kind, tdi, data } = tlpOf(s);
      return (
        kind !== 'completion' || tdi === null || data === null || s.after.tdi[tdi]!.holds === data
      );
    },
    why: (s) =>
      inOneLine(
        `a completion brought a secret of ${guestName(tlpOf(s).data)}, and`,
        `${tdiName(Number(tlpOf(s).tdi))} does not hold it`,
      ),
    witnesses: {
      'secret taken in': (s) =>
        accepted(s, 'fabric.deliver') && tlpOf(s).kind === 'completion' && tlpOf(s).data !== null,
    },
  }),

  /**
   * No TDI is bound to a session in CONFIG_UNLOCKED, and a locked one is bound to the live session.
   */
  invariantOfEach('Tdi', {
    id: 'tdi-locked-in-live-session',
    title: 'A locked TDI belongs to the live SPDM session, and an unlocked one to none',
    clauses: ['tdisp-session-end', 'tdisp-lock-session'],
    reads: ['tdi.state', 'tdi.session', 'session.phase', 'session.generation'],
    holdsFor: (w, t) => {
      const { state, session } = w.tdi[t]!;
      if (isLocked(state)) return inSession(w, session);
      return state === 'ERROR' || session === null;
    },
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is in ${w.tdi[t]!.state}; the session that it was locked over is`,
        `${w.tdi[t]!.session === null ? 'none' : 'not the live one'}`,
      ),
    witnesses: { locked: (s) => someEntered(s, 'CONFIG_LOCKED') },
  }),

  /**
   * Reading autoErrorExit: yes allows the exit, and only of a TDI that has no read open and holds
   * nothing.
   */
  step({
    id: 'tdi-error-clears-before-auto-unlock',
    title: 'A TDI leaves ERROR by itself only where allowed, from ERROR, and clean',
    clauses: ['tdisp-error', 'tdisp-stop-tags'],
    reads: ['tdi.state', 'tdi.holds', 'tdi.session', 'tlp.kind', 'tlp.tdi'],
    triggers: [],
    rules: ['device.leave-error'],
    holds: (s) => {
      if (!accepted(s, 'device.leave-error')) return true;
      const t = actor(s);
      const tdi = s.after.tdi[t]!;
      return (
        s.before.readings.autoErrorExit === 'yes' &&
        was(s, t) === 'ERROR' &&
        tdi.state === 'CONFIG_UNLOCKED' &&
        tdi.holds === null &&
        tdi.session === null &&
        !hasOpenRead(s.after, t)
      );
    },
    why: (s) =>
      `${tdiName(actor(s))} left ERROR by itself, where that is not allowed or before it was clean`,
    witnesses: {
      'exit judged in ERROR': (s) =>
        s.rule === 'device.leave-error' && was(s, actor(s)) === 'ERROR',
    },
  }),

  /**
   * While a TDI stays locked, what LOCK bound stays as it was; a change takes it to ERROR (family
   * config).
   */
  stepOfEach('Tdi', {
    id: 'tdi-lock-params-frozen',
    title: 'What LOCK bound does not change while the TDI stays locked',
    clauses: ['tdisp-lock', 'cfg-bar', 'cfg-registers', 'ide-registers'],
    facets: ['registers', 'bar'],
    reads: [
      'tdi.state',
      'tdi.stop',
      'tdi.bar',
      'tdi.config',
      'tdi.nonce',
      'tdi.lock',
      'stream.setup',
      'stream.enabled',
    ],
    triggers: ['tdi.bar', 'tdi.config', 'tdi.nonce', 'tdi.lock', 'stream.setup', 'stream.enabled'],
    rules: [],
    holdsFor: (s, t) => {
      const b = s.before.tdi[t]!;
      const a = s.after.tdi[t]!;
      if (!isLocked(b.state) || !isLocked(a.state)) return true;
      if (a.bar !== b.bar || a.config !== b.config) return false;
      if (
        a.stop === 'idle' &&
        a.state === b.state &&
        standing(a.nonce, a.lock) !== standing(b.nonce, b.lock)
      )
        return false;
      return (
        s.after.stream.setup === s.before.stream.setup &&
        s.after.stream.enabled === s.before.stream.enabled
      );
    },
    tells: (s, t) =>
      `${tdiName(t)} stayed in ${is(s, t)} while ${s.rule} changed what LOCK had bound`,
    witnesses: {
      'a changed BAR ended the lock': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (
            wasLocked(s, t) &&
            is(s, t) === 'ERROR' &&
            s.before.tdi[t]!.bar !== s.after.tdi[t]!.bar
          )
            return true;
        return false;
      },
    },
  }),

  /**
   * The report that the TSM holds of the episode that the TDI is in tells where its BAR decodes
   * now.
   */
  invariantOfEach('Tdi', {
    id: 'tdi-report-matches-config',
    title: 'A report of the lock episode that a TDI is in agrees with its live configuration',
    clauses: ['tdisp-report', 'cfg-bar'],
    facets: ['bar'],
    reads: ['tdi.state', 'tdi.lock', 'tdi.bar', 'tsm.report', 'tsm.reportPlace'],
    holdsFor: (w, t) => {
      const tdi = w.tdi[t]!;
      const { report, reportPlace } = w.tsm[t]!;
      return !isLocked(tdi.state) || report !== tdi.lock || reportPlace === tdi.bar;
    },
    tells: (w, t) =>
      inOneLine(
        `${tdiName(t)} is in ${w.tdi[t]!.state} with its BAR ${w.tdi[t]!.bar}; its report says`,
        `${w.tsm[t]!.reportPlace}`,
      ),
    witnesses: {
      'report of a moved BAR taken in': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (
            s.before.tsm[t]!.report === null &&
            s.after.tsm[t]!.report !== null &&
            s.after.tsm[t]!.reportPlace !== 'home'
          )
            return true;
        return false;
      },
    },
  }),

  /**
   * An event scoped to one TDI touches no other. Scoped to the PF's VFs as well: FLR and SR-IOV
   * registers of the PF; to every TDI on the stream: its control register. Where the stream or the
   * session falls in the same step, others fall with it. Rules without a TDI (reset, session end,
   * …) are not scoped to one at all.
   */
  stepOfEach('Tdi', {
    id: 'tdi-isolation-between-tdis',
    title: 'An event scoped to one TDI leaves the others as they are',
    clauses: ['tdisp-isolation'],
    sizes: { Tdi: 2 },
    reads: [...SAME_TDI_READS, 'stream.secure', 'session.phase'],
    triggers: [...SAME_TDI_READS],
    rules: [],
    holdsFor: (s, t) => {
      const one = s.args.tdi;
      if (one === undefined || one === t || sameTdi(s.before, s.after, t)) return true;
      if (s.before.stream.secure && !s.after.stream.secure) return true;
      if (s.before.session.phase !== s.after.session.phase) return true;
      if (s.rule === 'config.write' && isStreamRegister(s.args.register)) return true;
      if (one !== 0) return false;
      if (s.rule === 'config.write') return isPfRegister(s.args.register);
      return resetsFunction(s.rule) || s.rule === 'power.write';
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} was about ${tdiName(actor(s))}, yet ${tdiName(t)} changed (${was(s, t)} →`,
        `${is(s, t)})`,
      ),
    witnesses: {
      'one fell, another stayed locked': (s) => {
        const one = s.args.tdi;
        if (one === undefined || !(wasLocked(s, Number(one)) && is(s, Number(one)) === 'ERROR'))
          return false;
        for (let t = 0; t < s.after.tdi.length; t++)
          if (t !== one && isLocked(is(s, t))) return true;
        return false;
      },
    },
  }),
];
