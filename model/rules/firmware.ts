/** Firmware update of the device, and its debug mode (tdisp-semantics 1.8). */
import { accepted, dropped, each, not, type Rule, refused, rule, when } from '../author.ts';
import { measurementsAge, sessionFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);
const updated = [W.setSvn, measurementsAge] as const;
/** Streams, session and locked TDIs fall before anything else happens. */
const trustEnds = when([W.sessionBegun], sessionFalls);

export const FIRMWARE_RULES: readonly Rule[] = [
  rule('lock.no-fw-update', {
    by: 'tsm',
    role: 'optional',
    says: 'The TSM chooses whether the next LOCK of a TDI carries NO_FW_UPDATE.',
    over: { tdi: 'Tdi', level: 'Level' },
    clauses: ['fw-no-update', 'tdisp-lock'],
    facets: ['firmware'],
    cases: [
      refused('BUSY', 'a request may be on its way', [not(W.relayIdle)]),
      accepted('chosen', [], [W.chooseNoUpdate]),
    ],
  }),
  rule('firmware.update', {
    by: 'host',
    role: 'hostile',
    says: 'The host has the device run another firmware image.',
    over: { svn: 'Svn' },
    clauses: ['fw-no-update', 'fw-update', 'fw-not-at-run-time', 'fw-termination'],
    facets: ['firmware'],
    cases: [
      gone,
      refused('NO_FW_UPDATE', 'a TDI was locked against it', [W.updateForbidden]),
      accepted(
        'not at run time',
        [W.readingIs('firmwareUpdate', 'notAtRunTime')],
        [trustEnds, ...updated],
      ),
      refused('ROLLBACK', 'lower version under lock', [
        W.lowersSvn,
        W.someLocked,
        W.readingIs('firmwareUpdate', 'live'),
      ]),
      accepted(
        'lower version, trust ended first',
        [W.lowersSvn, W.someLocked],
        [trustEnds, ...updated],
      ),
      accepted(
        'the session ends with it',
        [W.readingIs('terminationPolicy', 'sessionEnds')],
        [trustEnds, ...updated],
      ),
      accepted('at run time', [], [...updated]),
    ],
  }),
  rule('debug.enable', {
    by: 'host',
    role: 'hostile',
    says: 'The host enables the debug mode of the device.',
    over: {},
    clauses: ['dbg-enable', 'tdisp-error'],
    facets: ['firmware'],
    cases: [gone, accepted('enabled', [], [trustEnds, each({ tdi: 'Tdi' }, [], [W.scrub])])],
  }),
];
