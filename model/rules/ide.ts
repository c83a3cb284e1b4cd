/** The IDE stream: keys, start, enable, refresh (tdisp-semantics 3). */
import {
  accepted,
  allOf,
  anyOf,
  dropped,
  idle,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import { everyLockedTdiFalls, streamFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

const keySet = { keySet: 'KeySet' } as const;
const silent = dropped('NO_SESSION', 'no live session', [not(W.tsmSessionLive)]);
/** Records are numbered, and opened in order: the next answer of the session comes after this one (DSP0277). */
const busy = refused('BUSY', 'an answer waits that the TSM has not taken in', [W.responseWaits]);

/** Where keys are programmed inside a command of the host, that command must be under way (backends 2.2). */
const notAsked = idle(
  'decides only where a command of the host connects',
  refused('NOT_ASKED', 'no command that manages keys is under way', [
    W.readingIs('connectBy', 'command'),
    not(W.tioPendingIs('connect', 'rollKey')),
  ]),
);

export const IDE_RULES: readonly Rule[] = [
  rule('ide.key-prog', {
    by: 'tsm',
    role: 'progress',
    says: 'KEY_PROG: the TSM programs one sub-stream of a key set at both ends.',
    over: { keySet: 'KeySet', sub: 'Sub' },
    clauses: ['ide-keys', 'relay-sequence'],
    cases: [
      notAsked,
      silent,
      busy,
      refused('KEY_IN_USE', 'the set was started', [W.setStarted]),
      accepted('programmed', [], [W.programKey]),
    ],
  }),
  rule('ide.set-go', {
    by: 'tsm',
    role: 'progress',
    says: 'K_SET_GO for all sub-streams of a key set.',
    over: keySet,
    clauses: ['ide-keys', 'ide-secure', 'relay-sequence'],
    cases: [
      notAsked,
      silent,
      busy,
      refused('NOT_KEYED', 'a sub-stream has no key', [not(W.setKeyed)]),
      refused('ALREADY_STARTED', 'the set was started', [W.setStarted]),
      accepted(
        'started',
        [],
        [W.startSet, when([W.sendingNothing], [W.sendUnder]), W.secureIfReady],
      ),
    ],
  }),
  rule('ide.enable', {
    by: 'host',
    role: 'progress',
    sensible: [
      anyOf(
        allOf(
          not(W.writesEnableZero),
          anyOf(not(W.readingIs('connectBy', 'command')), not(W.sendingNothing)),
        ),
        allOf(W.writesEnableZero, W.readingIs('connectBy', 'command'), W.sendingNothing),
      ),
    ],
    says: 'The host writes Stream Enable at both ends.',
    over: { level: 'Level' },
    clauses: ['ide-secure', 'ide-registers'],
    cases: [
      accepted('no change', [W.enableIs], []),
      accepted('disabled', [W.writesEnableZero], [W.setEnable, ...streamFalls]),
      accepted('enabled', [], [W.setEnable, W.secureIfReady, everyLockedTdiFalls]),
    ],
  }),
  rule('ide.setup', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { setup: 'oneDefault' }, role: 'neutral' }],
    says: 'The host sets up the stream registers, rightly or in a way that LOCK refuses.',
    over: { setup: 'StreamSetup' },
    clauses: ['tdisp-lock-stream', 'ide-registers'],
    facets: ['registers'],
    cases: [
      accepted('no change', [W.setupIs], []),
      accepted('changed', [], [W.setSetup, everyLockedTdiFalls]),
    ],
  }),
  rule('ide.switch', {
    by: 'tsm',
    role: 'progress',
    says: 'Key refresh: sending moves to another key set (the K bit toggles).',
    over: keySet,
    clauses: ['ide-refresh', 'relay-sequence'],
    facets: ['refresh'],
    cases: [
      notAsked,
      silent,
      busy,
      refused('NOT_SECURE', 'the stream is Insecure', [not(W.streamSecure)]),
      refused('NOT_STARTED', 'the set was not started', [not(W.setStarted)]),
      refused('SAME_SET', 'it is in use already', [W.sendingUnder]),
      accepted('switched', [], [W.sendUnder]),
    ],
  }),
  rule('ide.set-stop', {
    by: 'tsm',
    role: 'hostile',
    says: 'K_SET_STOP: a key set is retired; stopping the one in use drops the stream.',
    over: keySet,
    clauses: ['ide-refresh', 'ide-insecure', 'relay-sequence'],
    cases: [
      notAsked,
      silent,
      busy,
      refused('NOT_STARTED', 'the set was not started', [not(W.setStarted)]),
      accepted('set in use', [W.sendingUnder, W.streamSecure], [W.retireSet, ...streamFalls]),
      accepted('set to send under, not yet Secure', [W.sendingUnder], [W.retireSet, W.sendNothing]),
      accepted('idle set', [], [W.retireSet]),
    ],
  }),
];
