/**
 * The SPDM session and the relay: who may begin, end and use a session, and what its end must take
 * along (TDISP 11.2.2, 11.4.5; DSP0274).
 */
import {
  accepted,
  fallsTo,
  inOneLine,
  inSession,
  is,
  sessionEnds,
  someFell,
  someWent,
  standing,
  tdiName,
  was,
  wasLocked,
} from './helpers.ts';
import { invariant, type Property, type Step, step } from './property.ts';

/** Requests that bring a message of the TSM to the device. */
const isRequest = (rule: string): boolean =>
  rule === 'tdisp.lock' ||
  rule === 'tdisp.report' ||
  rule === 'tdisp.state' ||
  rule === 'tdisp.start' ||
  rule === 'tdisp.stop.begin' ||
  rule === 'tdisp.report-part' ||
  rule === 'tdisp.attribute';
/** A message of the TSM was made in this step. */
const requestMade = (s: Step): boolean =>
  s.before.relay.stage === 'idle' && s.after.relay.stage === 'request';
/** It was made by a verb of the TSM, in the session that the TSM holds. */
const madeByTsm = (s: Step): boolean =>
  (s.rule.startsWith('tsm.') || s.rule === 'report.ask' || s.rule === 'attribute.ask') &&
  s.outcome.is === 'accepted' &&
  s.before.relay.stage === 'idle' &&
  s.before.link.session !== null &&
  standing(s.after.relay.session, s.after.session.generation) ===
    standing(s.before.link.session, s.before.session.generation);
/** A reference is as it was, or has become stale. */
function onlyAges(
  b: number | null,
  nowBefore: number,
  a: number | null,
  nowAfter: number,
): boolean {
  if (b === null || a === null) return a === b;
  return b === nowBefore || a !== nowAfter;
}
/** The lock episode that the carried message speaks of is as it was, or has become stale. */
function isSameEpisode(s: Step): boolean {
  const { tdi, episode } = s.before.relay;
  if (tdi === null) return s.after.relay.episode === episode;
  return onlyAges(episode, s.before.tdi[tdi]!.lock, s.after.relay.episode, s.after.tdi[tdi]!.lock);
}
/** A session ended by this cause, with the stream and whatever was locked. */
const endedBy = (s: Step, cause: string): boolean =>
  s.rule === 'spdm.session.end' && s.args.cause === cause && sessionEnds(s);

export const SPDM: readonly Property[] = [
  /**
   * Whatever ends the session, a new handshake included: in the same step the stream is Insecure
   * and no TDI is locked any more. A reset of the whole device leads to CONFIG_UNLOCKED, everything
   * else to ERROR.
   */
  step({
    id: 'spdm-end-cascades',
    title:
      'Every end of the SPDM session makes the stream Insecure and takes every locked TDI to ERROR',
    clauses: ['spdm-session-end', 'tdisp-session-end'],
    facets: ['detours'],
    reads: ['session.phase', 'stream.secure', 'tdi.state'],
    triggers: ['session.phase'],
    rules: [],
    holds: (s) => {
      if (!sessionEnds(s)) return true;
      if (s.after.stream.secure) return false;
      for (let t = 0; t < s.after.tdi.length; t++)
        if (wasLocked(s, t) && is(s, t) !== fallsTo(s)) return false;
      return true;
    },
    why: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (wasLocked(s, t) && is(s, t) !== 'ERROR')
          return inOneLine(
            `${s.rule} ended the session; ${tdiName(t)} was in ${was(s, t)} and is in`,
            `${is(s, t)}`,
          );
      return `${s.rule} ended the session, and the stream is still Secure`;
    },
    witnesses: {
      'RUN ended with the session': (s) => sessionEnds(s) && someWent(s, 'RUN', 'ERROR'),
      'session replaced by a new one': (s) =>
        sessionEnds(s) && s.after.session.phase === 'handshaking',
    },
  }),

  /**
   * All causes alike: the session is gone, and with it what it keyed. Only END_SESSION is usually
   * tested.
   */
  step({
    id: 'spdm-all-ends-alike',
    title: 'Every cause that ends the session ends it at the device',
    clauses: ['spdm-session-end', 'spdm-get-version'],
    reads: ['session.phase', 'session.generation', 'link.session', 'tdi.state'],
    triggers: [],
    rules: ['spdm.session.end', 'spdm.end-session'],
    holds: (s) =>
      !(
        accepted(s, 'spdm.session.end') ||
        (accepted(s, 'spdm.end-session') && inSession(s.before, s.before.link.session))
      ) || s.after.session.phase === 'none',
    why: (s) => `${s.args.cause ?? 'END_SESSION'} left the session ${s.after.session.phase}`,
    witnesses: {
      'GET_VERSION under lock': (s) => endedBy(s, 'getVersion') && someFell(s),
      'heartbeat expiry under lock': (s) => endedBy(s, 'heartbeatExpiry') && someFell(s),
      'decrypt error under lock': (s) => endedBy(s, 'decryptError') && someFell(s),
      'sequence exhaustion under lock': (s) => endedBy(s, 'sequenceExhaustion') && someFell(s),
      'key update failure under lock': (s) => endedBy(s, 'keyUpdateFailure') && someFell(s),
      'END_SESSION under lock': (s) =>
        s.rule === 'spdm.end-session' && sessionEnds(s) && someFell(s),
      'local termination under lock': (s) => endedBy(s, 'localTermination') && someFell(s),
    },
  }),

  /**
   * KEY_EXCHANGE begins, FINISH establishes; nothing else makes a session, and nothing skips the
   * handshake.
   */
  step({
    id: 'spdm-established-needs-finish',
    title: 'A session is established only by FINISH of its own handshake',
    clauses: ['spdm-phases'],
    reads: ['session.phase'],
    rules: ['spdm.connect.end'],
    holds: (s) => {
      const b = s.before.session.phase;
      const a = s.after.session.phase;
      if (a === b || a === 'none') return true;
      if (a === 'handshaking') return accepted(s, 'spdm.connect.begin');
      return b === 'handshaking' && accepted(s, 'spdm.connect.end');
    },
    why: (s) =>
      `${s.rule} took the session from ${s.before.session.phase} to ${s.after.session.phase}`,
    witnesses: {
      'established by FINISH': (s) =>
        accepted(s, 'spdm.connect.end') && s.after.session.phase === 'established',
      'FINISH without handshake': (s) =>
        s.rule === 'spdm.connect.end' &&
        s.before.session.phase !== 'handshaking' &&
        s.outcome.is === 'dropped',
    },
  }),

  /** GET_VERSION opens the handshake; the device then has the new session only. */
  step({
    id: 'spdm-get-version-resets-all',
    title: 'Beginning a session ends the one before',
    clauses: ['spdm-get-version'],
    reads: ['session.phase', 'session.generation', 'stream.secure', 'link.session'],
    triggers: [],
    rules: ['spdm.connect.begin'],
    holds: (s) =>
      !accepted(s, 'spdm.connect.begin') ||
      (s.after.session.phase === 'handshaking' &&
        !s.after.stream.secure &&
        s.after.link.session !== s.after.session.generation),
    why: (s) =>
      inOneLine(
        `a session was begun; the device is ${s.after.session.phase} and the stream`,
        `${s.after.stream.secure ? 'Secure' : 'Insecure'}`,
      ),
    witnesses: {
      'begun over a session': (s) =>
        accepted(s, 'spdm.connect.begin') && s.before.session.phase !== 'none',
    },
  }),

  /**
   * The device is established in any case; the TSM is, if the answer arrived. A lost one is what
   * makes them disagree.
   */
  step({
    id: 'spdm-finish-answer-tells-tsm',
    title: 'The TSM holds a session once the answer to FINISH arrives, and not before',
    clauses: ['spdm-phases', 'verb-connect'],
    reads: ['session.generation', 'link.session'],
    rules: ['spdm.connect.end'],
    holds: (s) => {
      const b = s.before;
      const a = s.after;
      const holds = a.link.session === a.session.generation;
      if (accepted(s, 'spdm.connect.end')) return holds === (s.args.reply === 'arrives');
      return !holds || b.link.session === b.session.generation;
    },
    why: (s) =>
      inOneLine(
        `after ${s.rule}, the answer to FINISH`,
        `${s.args.reply === 'arrives' ? 'arrived' : 'did not arrive'}, and the TSM`,
        `${s.after.link.session === null ? 'holds no session' : 'counts itself connected'}`,
      ),
    witnesses: {
      'answer arrived': (s) =>
        accepted(s, 'spdm.connect.end') && s.after.link.session === s.after.session.generation,
      'answer lost': (s) => accepted(s, 'spdm.connect.end') && s.after.link.session === null,
    },
  }),

  /**
   * A session that is gone is nobody's: not the TSM's, no TDI's, of no key and of no message on its
   * way.
   */
  invariant({
    id: 'spdm-session-id-not-stale',
    title: 'Nothing refers to a session that is not established as if it were',
    clauses: ['spdm-session-end'],
    reads: [
      'session.phase',
      'session.generation',
      'link.session',
      'tdi.session',
      'keySet.session',
      'relay.session',
    ],
    holds: (w) => {
      if (w.session.phase === 'established') return true;
      const now = w.session.generation;
      if (w.link.session === now || w.relay.session === now) return false;
      for (let t = 0; t < w.tdi.length; t++) if (w.tdi[t]!.session === now) return false;
      for (let k = 0; k < w.keySet.length; k++) if (w.keySet[k]!.session === now) return false;
      return true;
    },
    why: (s) =>
      `the session is ${s.after.session.phase}, and somebody still refers to it as the live one`,
    witnesses: {
      'session of the TSM gone': (s) => sessionEnds(s) && s.before.link.session !== null,
    },
  }),

  /**
   * Old messages are nobody's: the device acts on a message only if it is sealed in the session
   * that lives there. Also after a reset (spdm-reset-no-old-session) and with a second session.
   */
  step({
    id: 'spdm-no-cross-session-tdisp',
    title: 'The device acts on a TDISP message only in the session that lives there',
    clauses: ['tdisp-transport', 'spdm-session-end', 'rst-conventional'],
    reads: ['session.phase', 'session.generation', 'relay.session', 'relay.stage'],
    triggers: [],
    rules: [
      'tdisp.lock',
      'tdisp.report',
      'tdisp.state',
      'tdisp.start',
      'tdisp.stop.begin',
      'tdisp.report-part',
      'tdisp.attribute',
    ],
    holds: (s) =>
      !isRequest(s.rule) ||
      s.outcome.is !== 'accepted' ||
      (s.before.relay.stage === 'request' && inSession(s.before, s.before.relay.session)),
    why: (s) => `${s.rule} was accepted, and no message in the live session was on its way`,
    witnesses: {
      'request accepted': (s) =>
        isRequest(s.rule) && accepted(s, s.rule) && s.after.relay.stage !== 'request',
      'message of a dead session': (s) =>
        isRequest(s.rule) &&
        s.outcome.is === 'dropped' &&
        s.before.relay.stage === 'request' &&
        !inSession(s.before, s.before.relay.session),
    },
  }),

  /**
   * What is on its way was made by the TSM, in the session that the TSM holds, and answered by the
   * device. The host carries, drops and spoils; it makes nothing.
   */
  step({
    id: 'host-cannot-forge',
    title: 'Only the TSM makes requests and only the device makes answers',
    clauses: ['tdisp-transport', 'relay-loop'],
    reads: [
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.session',
      'relay.episode',
      'link.session',
      'session.generation',
      'tdi.lock',
      'relay.ok',
      'relay.state',
      'relay.place',
      'relay.foreign',
    ],
    rules: [],
    holds: (s) => {
      const b = s.before.relay;
      const a = s.after.relay;
      if (a.stage === 'idle') return true;
      if (a.stage !== b.stage) {
        if (a.stage === 'request') return madeByTsm(s);
        const byDevice = s.rule.startsWith('tdisp.') || s.rule === 'spdm.answer';
        if (!byDevice || s.outcome.is === 'dropped') return false;
        return a.request === b.request && a.tdi === b.tdi && b.stage !== 'idle';
      }
      if (a.request !== b.request || a.tdi !== b.tdi || a.ok !== b.ok) return false;
      if (a.foreign !== b.foreign || a.state !== b.state || a.place !== b.place) return false;
      return (
        onlyAges(b.session, s.before.session.generation, a.session, s.after.session.generation) &&
        isSameEpisode(s)
      );
    },
    why: (s) =>
      inOneLine(
        `${s.rule} took the relay from ${s.before.relay.stage} to ${s.after.relay.stage}, or`,
        'changed what it carries',
      ),
    witnesses: {
      'request made by the TSM': (s) => requestMade(s) && madeByTsm(s),
      'answer made by the device': (s) =>
        s.before.relay.stage === 'request' && s.after.relay.stage === 'response',
    },
  }),

  /**
   * An error is an error all the way: the answer to a refused request says so, that to an accepted
   * one does not.
   */
  step({
    id: 'error-not-masked',
    title: 'A response says success only if the device accepted the request',
    clauses: ['tdisp-codes', 'relay-loop'],
    reads: ['relay.stage', 'relay.ok'],
    rules: [],
    holds: (s) => {
      if (s.after.relay.stage !== 'response' || s.before.relay.stage === 'response')
        return s.after.relay.stage !== 'response' || s.after.relay.ok === s.before.relay.ok;
      return s.after.relay.ok === (s.outcome.is === 'accepted');
    },
    why: (s) =>
      inOneLine(
        `${s.rule} was ${s.outcome.is}, and the response says`,
        `${s.after.relay.ok ? 'success' : 'error'}`,
      ),
    witnesses: {
      'error answered': (s) =>
        s.before.relay.stage === 'request' &&
        s.after.relay.stage === 'response' &&
        !s.after.relay.ok,
      'success answered': (s) =>
        s.before.relay.stage === 'request' &&
        s.after.relay.stage === 'response' &&
        s.after.relay.ok,
    },
  }),

  /**
   * What the host has given up is gone; what it has spoilt is gone or sealed in a session that is
   * dead.
   */
  step({
    id: 'relay-abort-is-final',
    title: 'An exchange that was given up or spoilt is over',
    clauses: ['relay-loop', 'relay-sequence'],
    facets: ['detours'],
    reads: ['relay.stage', 'relay.session', 'session.phase', 'session.generation'],
    triggers: [],
    rules: ['relay.abort', 'relay.tamper'],
    holds: (s) => {
      const { stage, session } = s.after.relay;
      if (accepted(s, 'relay.abort')) return stage === 'idle' && session === null;
      const isSpoilt = s.rule === 'relay.tamper' && s.outcome.is !== 'refused';
      return !isSpoilt || stage === 'idle' || !inSession(s.after, session);
    },
    why: (s) =>
      `${s.rule} was ${s.outcome.is}, and the relay still carries a ${s.after.relay.stage}`,
    witnesses: {
      'request given up': (s) => accepted(s, 'relay.abort') && s.before.relay.stage === 'request',
      'response given up': (s) => accepted(s, 'relay.abort') && s.before.relay.stage === 'response',
    },
  }),

  /**
   * A message that was corrupted or replaced by an old one fails its authentication: nothing moves
   * forward, and the receiver gives the session up: the device for a request, the TSM for a
   * response.
   */
  step({
    id: 'relay-tamper-never-succeeds',
    title: 'A message that was tampered with has no effect but the end of the session',
    clauses: ['relay-sequence', 'spdm-session-end'],
    facets: ['tamper'],
    reads: [
      'relay.stage',
      'relay.session',
      'session.phase',
      'session.generation',
      'link.session',
      'tdi.state',
      'tsm.nonce',
      'tsm.report',
      'tsm.teardown',
      'tsm.lost',
      'tsm.dma',
      'tsm.accepted',
    ],
    triggers: [],
    rules: ['relay.tamper'],
    holds: (s) => {
      if (s.rule !== 'relay.tamper') return true;
      const { stage, session } = s.before.relay;
      if (s.outcome.is === 'accepted') return false;
      for (let t = 0; t < s.after.tdi.length; t++) {
        const b = s.before.tsm[t]!;
        const a = s.after.tsm[t]!;
        if (was(s, t) !== is(s, t) && is(s, t) !== 'ERROR') return false;
        if (b.nonce === null && a.nonce !== null) return false;
        if (b.report === null && a.report !== null) return false;
        if (!b.dma && a.dma) return false;
        if (!b.accepted && a.accepted) return false;
        if ((b.lost && !a.lost) || (a.teardown === 'stopped' && b.teardown !== 'stopped'))
          return false;
      }
      if (stage === 'request' && inSession(s.before, session))
        return s.after.session.phase === 'none';
      if (s.before.session.phase !== s.after.session.phase) return false;
      return stage !== 'response' || s.after.link.session === null;
    },
    why: (s) =>
      inOneLine(
        `a ${s.before.relay.stage} was tampered with (${s.args.tamper}), was ${s.outcome.is},`,
        'and did more or less than end the session',
      ),
    witnesses: {
      'corrupted request ended the session': (s) =>
        s.rule === 'relay.tamper' && s.before.relay.stage === 'request' && sessionEnds(s),
      'TSM gave the session up': (s) =>
        s.rule === 'relay.tamper' &&
        s.before.relay.stage === 'response' &&
        s.before.link.session !== null &&
        s.after.link.session === null,
    },
  }),
];
