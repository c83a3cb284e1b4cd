/** The interface report read in parts (TDISP 11.3.10, 11.3.24). */
import {
  ARRIVAL_READS,
  accepted,
  actor,
  arrives,
  inOneLine,
  is,
  isLocked,
  standing,
  stepOfEach,
  tdiName,
  was,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

/** The TSM takes in a last part about this TDI. */
const completes = (s: Step, t: number): boolean =>
  accepted(s, 'tsm.return') &&
  s.before.relay.request === 'reportPart' &&
  s.before.relay.offset === 'later' &&
  s.before.relay.tdi === t &&
  s.before.relay.ok;

export const REPORTS: readonly Property[] = [
  /** What the TSM puts together is of one episode: the parts that it holds and the one that comes agree. */
  stepOfEach('Tdi', {
    id: 'tdi-report-parts-one-episode',
    title: 'All parts of a report stem from one lock episode',
    clauses: ['tdisp-report-parts'],
    facets: ['reports'],
    reads: [
      'tsm.part',
      'tsm.report',
      'tdi.lock',
      'relay.request',
      'relay.offset',
      'relay.tdi',
      'relay.ok',
      'relay.episode',
    ],
    triggers: ['tsm.report'],
    rules: ['tsm.return'],
    holdsFor: (s, t) => {
      if (!completes(s, t)) return true;
      const now = s.before.tdi[t]!.lock;
      return standing(s.before.tsm[t]!.part, now) === standing(s.before.relay.episode, now);
    },
    tells: (_, t) => `the TSM put a report of ${tdiName(t)} together from parts of two episodes`,
    witnesses: {
      'read in two parts': (s) => {
        for (let t = 0; t < s.after.tsm.length; t++)
          if (completes(s, t) && s.after.tsm[t]!.report === s.after.tdi[t]!.lock) return true;
        return false;
      },
    },
  }),

  /** A later part is served only behind a first one of the episode that the TDI is in; never beyond the end. */
  step({
    id: 'tdi-report-part-only-in-order',
    title: 'A part of a report is served only under lock, within the report and behind the first',
    clauses: ['tdisp-report-parts', 'tdisp-legality'],
    facets: ['reports'],
    reads: ['tdi.state', 'tdi.reading', 'relay.offset'],
    triggers: [],
    rules: ['tdisp.report-part'],
    holds: (s) => {
      if (!accepted(s, 'tdisp.report-part')) return true;
      const { offset } = s.before.relay;
      if (!isLocked(was(s, actor(s))) || offset === 'beyond') return false;
      return offset === 'first' || s.before.tdi[actor(s)]!.reading;
    },
    why: (s) =>
      inOneLine(
        `the part ${s.before.relay.offset} of the report of ${tdiName(actor(s))} was served in`,
        `${was(s, actor(s))}`,
      ),
    witnesses: {
      'first part served': (s) =>
        accepted(s, 'tdisp.report-part') && s.before.relay.offset === 'first',
      'last part served': (s) =>
        accepted(s, 'tdisp.report-part') && s.before.relay.offset === 'later',
      'bad offset refused': (s) =>
        s.rule === 'tdisp.report-part' &&
        s.outcome.is === 'refused' &&
        s.before.relay.offset === 'beyond',
    },
  }),

  /** START in the middle of a report: refused, the TDI as it was, and the read is over. */
  step({
    id: 'tdi-report-parts-uninterrupted',
    title: 'Another command in the middle of a report is refused and ends the read',
    clauses: ['tdisp-report-parts', 'tdisp-report-interrupted'],
    facets: ['reports'],
    reads: ['tdi.state', 'tdi.reading', ...ARRIVAL_READS],
    triggers: [],
    rules: ['tdisp.start', 'tdisp.state'],
    holds: (s) => {
      if (s.rule !== 'tdisp.start' && s.rule !== 'tdisp.state') return true;
      const t = actor(s);
      const request = s.rule === 'tdisp.start' ? 'start' : 'state';
      if (!s.before.tdi[t]!.reading || !arrives(s.before, request, t)) return true;
      return s.outcome.is === 'refused' && is(s, t) === was(s, t) && !s.after.tdi[t]!.reading;
    },
    why: (s) => `${s.rule} was ${s.outcome.is} in the middle of a report of ${tdiName(actor(s))}`,
    witnesses: {
      interrupted: (s) =>
        (s.rule === 'tdisp.start' || s.rule === 'tdisp.state') &&
        s.outcome.is === 'refused' &&
        s.before.tdi[actor(s)]!.reading &&
        !s.after.tdi[actor(s)]!.reading,
    },
  }),

  /** A read in parts does not outlive the state in which it began. */
  stepOfEach('Tdi', {
    id: 'tdi-report-read-dies-on-change',
    title: 'A read of a report in parts does not outlive a change of state',
    clauses: ['tdisp-report-parts'],
    facets: ['reports'],
    reads: ['tdi.state', 'tdi.reading'],
    triggers: ['tdi.state'],
    rules: [],
    holdsFor: (s, t) => is(s, t) === was(s, t) || !s.after.tdi[t]!.reading,
    tells: (s, t) =>
      `${tdiName(t)} went from ${was(s, t)} to ${is(s, t)} and still goes on with an old report`,
    witnesses: {
      'read cut off': (s) => {
        for (let t = 0; t < s.after.tdi.length; t++)
          if (s.before.tdi[t]!.reading && !s.after.tdi[t]!.reading && is(s, t) !== was(s, t))
            return true;
        return false;
      },
    },
  }),
];
