/**
 * Known deviations of the public emulator from the documents, by name: what a recording of it, or a run against
 * it, will show. They are differences of that responder and no rules; what is not here is new.
 */
import type { Answer, Ask } from './ask.ts';

/** An answer that the documents do not let a device give, and what led to it. */
export interface Disagreement {
  readonly ask: Ask;
  readonly answer: Answer;
  readonly expected: readonly string[];
  /** The case of the model's rule that decided. */
  readonly decidedBy: string;
  /** What this connection has seen before. */
  readonly seen: Seen;
}
/** What later answers may be the consequence of. */
interface Seen {
  /** TDIs of which GET_TDISP_VERSION was answered at all, and since their last request that moves a state. */
  readonly greeted: ReadonlySet<number>;
  readonly greetedSince: ReadonlySet<number>;
  readonly sessionEnded: boolean;
  readonly outsideAnswered: boolean;
}

export interface Deviation {
  readonly name: string;
  readonly says: string;
  /** What the documents say, by section. */
  readonly clause: string;
  readonly explains: (d: Disagreement) => boolean;
}

const isTdisp = (ask: Ask, request?: string): ask is Extract<Ask, { kind: 'tdisp' }> =>
  ask.kind === 'tdisp' && (request === undefined || ask.request === request);
const refusedWith = (answer: Answer, code: string): boolean =>
  answer.is === 'refused' && answer.code === code;
const isKey = (ask: Ask): boolean =>
  ask.kind === 'KEY_PROG' || ask.kind === 'K_SET_GO' || ask.kind === 'K_SET_STOP';
const tells = ({ ask, answer }: Disagreement): boolean =>
  isTdisp(ask, 'state') && answer.is === 'accepted';
const greetedSince = ({ ask, seen }: Disagreement): boolean =>
  isTdisp(ask) && ask.tdi !== 'foreign' && seen.greetedSince.has(ask.tdi);

const KNOWN_DEVIATIONS: readonly Deviation[] = [
  {
    name: 'answers-outside-session',
    says: 'TDISP and IDE_KM are answered outside any session.',
    clause: 'TDISP 11.2.2',
    explains: ({ ask, answer }) =>
      (ask.kind === 'tdisp' || ask.kind === 'hello') &&
      ask.outside === true &&
      answer.is !== 'silent',
  },
  {
    name: 'locked-outside-session',
    says: 'The state is that of a request outside any session.',
    clause: 'TDISP 11.2.2',
    explains: (d) => tells(d) && d.seen.outsideAnswered,
  },
  {
    name: 'stop-refused-unlocked',
    says: 'STOP in CONFIG_UNLOCKED is refused with INVALID_INTERFACE_STATE.',
    clause: 'TDISP 11.3.1',
    explains: ({ ask, answer }) =>
      isTdisp(ask, 'stop') && refusedWith(answer, 'INVALID_INTERFACE_STATE'),
  },
  {
    name: 'version-resets-tdi',
    says: 'GET_TDISP_VERSION makes the TDI anew, in CONFIG_UNLOCKED.',
    clause: 'TDISP 11.3.4',
    explains: (d) =>
      greetedSince(d) &&
      ((tells(d) && d.answer.is === 'accepted' && d.answer.state === 'CONFIG_UNLOCKED') ||
        refusedWith(d.answer, 'INVALID_INTERFACE_STATE') ||
        (isTdisp(d.ask, 'lock') && d.decidedBy === 'not unlocked')),
  },
  {
    name: 'interface-needs-version',
    says: 'An interface exists only once GET_TDISP_VERSION has named it.',
    clause: 'TDISP 11.3.3',
    explains: ({ ask, answer, seen }) =>
      (ask.kind === 'hello' || ask.kind === 'tdisp') &&
      ask.tdi !== 'foreign' &&
      !seen.greeted.has(ask.tdi) &&
      refusedWith(answer, 'INVALID_INTERFACE'),
  },
  {
    name: 'any-interface-id',
    says: 'GET_TDISP_VERSION is answered for any INTERFACE_ID.',
    clause: 'TDISP 11.3.3',
    explains: ({ ask, answer }) =>
      ask.kind === 'hello' && ask.tdi === 'foreign' && answer.is === 'accepted',
  },
  {
    name: 'no-report-code',
    says: 'Before the first LOCK, GET_DEVICE_INTERFACE_REPORT is refused with INVALID_REQUEST.',
    clause: 'TDISP 11.3.10',
    explains: ({ ask, answer, expected }) =>
      isTdisp(ask, 'report') &&
      refusedWith(answer, 'INVALID_REQUEST') &&
      expected.includes('INVALID_INTERFACE_STATE'),
  },
  {
    name: 'stale-report',
    says: 'The report of an earlier lock is returned after STOP.',
    clause: 'TDISP 11.3.10',
    explains: ({ ask, answer }) => isTdisp(ask, 'report') && answer.is === 'accepted',
  },
  {
    name: 'lock-ignores-ide',
    says: 'LOCK looks neither at IDE keys nor at streams nor at the session that programmed them.',
    clause: 'TDISP 11.3.8',
    explains: ({ ask, answer, expected }) =>
      isTdisp(ask, 'lock') && answer.is === 'accepted' && expected.includes('INVALID_REQUEST'),
  },
  {
    name: 'start-ignores-ide',
    says: 'START does not ask whether the stream is Secure.',
    clause: 'TDISP 11.3.8',
    explains: ({ ask, answer, decidedBy }) =>
      isTdisp(ask, 'start') && answer.is === 'accepted' && decidedBy === 'stream not Secure',
  },
  {
    name: 'never-in-error',
    says: 'The state ERROR is never entered: TDIs survive the end of a session, and the loss of keys.',
    clause: 'TDISP 11.4.5',
    explains: (d) => tells(d) && d.expected.includes('ERROR'),
  },
  {
    name: 'session-ends-leave-tdi',
    says: 'A TDI that was locked before the session ended goes on as if it had not.',
    clause: 'TDISP 11.4.5',
    explains: ({ ask, seen }) => isTdisp(ask) && seen.sessionEnded,
  },
  {
    name: 'ide-km-spdm-error',
    says: 'IDE_KM refuses with an SPDM error, for example for any port but the last queried one.',
    clause: 'IDE_KM, KP_ACK status',
    explains: ({ ask, answer }) => isKey(ask) && refusedWith(answer, 'InvalidRequest'),
  },
  {
    name: 'key-programmed-over-live',
    says: 'A key in use is programmed again.',
    clause: 'IDE_KM, KEY_PROG',
    explains: ({ ask, answer }) => ask.kind === 'KEY_PROG' && answer.is === 'accepted',
  },
  {
    name: 'go-without-key',
    says: 'K_SET_GO is acknowledged without keys, for any stream.',
    clause: 'IDE_KM, K_SET_GO',
    explains: ({ ask, answer }) => ask.kind === 'K_SET_GO' && answer.is === 'accepted',
  },
];

/** The deviation that explains a disagreement; undefined: it is new. */
export const knownDeviation = (d: Disagreement): Deviation | undefined =>
  KNOWN_DEVIATIONS.find(({ explains }) => explains(d));
