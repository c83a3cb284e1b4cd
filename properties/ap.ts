/**
 * AP queues of Secure Execution guests: whose a queue is, which keys work in it, and what the host can do about
 * it, which is no more than to deny service.
 *
 * Truth (`queue`), the driver's belief (`driver`) and the Ultravisor's stores (`store`) are three records. A reset
 * from outside changes the first alone.
 */
import type { World, WorldView } from '../model/world.ts';
import {
  accepted,
  guestIn,
  guestName,
  inOneLine,
  invariantOfEach,
  queueName,
  refused,
  stepOfEach,
} from './helpers.ts';
import { type Property, reach, type Step, step } from './property.ts';

type Queue = World['queue'][number];
type Driver = World['driver'][number][number];

/** The queue, the guest and the secret that the attempt is about. */
const queueIn = (s: Step): number => Number(s.args.queue);
const secretIn = (s: Step): number => Number(s.args.secret);
const queueOf = (w: WorldView, s: Step): Queue => w.queue[queueIn(s)]!;
const driverOf = (w: WorldView, s: Step): Driver => w.driver[guestIn(s)]![queueIn(s)]!;

/** Bind state 0 for a guest: bound by it and associated. */
const isAssociated = ({ holder, secret, association }: Queue, guest: number): boolean =>
  holder === guest && secret !== null && association === 'settled';
/** Bind state 1 for a guest: bound by it and not associated. */
const isBoundOnly = (q: Queue, guest: number): boolean =>
  q.holder === guest && !isAssociated(q, guest);
const becameBound = (s: Step, q: number): boolean =>
  s.after.queue[q]!.holder !== null && s.after.queue[q]!.holder !== s.before.queue[q]!.holder;
const becamePending = (s: Step, q: number): boolean =>
  s.after.queue[q]!.association === 'pending' && s.before.queue[q]!.association !== 'pending';
/** A message came into the queue. */
const messageCame = (s: Step, q: number): boolean =>
  s.before.queue[q]!.message === 'none' && s.after.queue[q]!.message !== 'none';
/** The message was answered in this step; of what came to it. */
const answered = (s: Step, q: number, reply: Queue['reply']): boolean =>
  s.before.queue[q]!.reply === 'none' && s.after.queue[q]!.reply === reply;
/** Work with secure keys was done. */
const secureWorkDone = (s: Step, q: number): boolean =>
  answered(s, q, 'done') && s.after.queue[q]!.message !== 'clear';
/** Some queue for which the test holds. */
function someQueue(s: Step, test: (s: Step, q: number) => boolean): boolean {
  for (let q = 0; q < s.after.queue.length; q++) if (test(s, q)) return true;
  return false;
}
/** A secret came into the store of the guest. */
function storeGrew(s: Step, g: number): boolean {
  for (let x = 0; x < s.after.secret.length; x++)
    if (s.after.store[g]![x]!.held && !s.before.store[g]![x]!.held) return true;
  return false;
}
/** Some secret came into the store of the guest, or left it. */
function storeChanged(s: Step, g: number): boolean {
  for (let x = 0; x < s.after.secret.length; x++)
    if (s.after.store[g]![x]!.held !== s.before.store[g]![x]!.held) return true;
  return false;
}
function holdsSome(w: WorldView, g: number): boolean {
  for (let x = 0; x < w.secret.length; x++) if (w.store[g]![x]!.held) return true;
  return false;
}
function boundSome(w: WorldView, g: number): boolean {
  for (let q = 0; q < w.queue.length; q++) if (w.queue[q]!.holder === g) return true;
  return false;
}
/** A reset with the F bit, by whoever. */
const isResetWithF = (s: Step): boolean =>
  accepted(s, 'tsm.ap-unbind') || (accepted(s, 'tsm.ap-host-reset') && s.args.fbit === 'flush');
/** A reset without it that somebody asked for. */
const isPlainReset = (s: Step): boolean =>
  accepted(s, 'tsm.ap-reset') || (accepted(s, 'tsm.ap-host-reset') && s.args.fbit === 'plain');
const isHostRule = (rule: string): boolean =>
  rule === 'tsm.ap-assign' || rule === 'tsm.ap-unassign' || rule === 'tsm.ap-host-reset';
const facets = ['ap'] as const;

export const AP: readonly Property[] = [
  /** The driver reports what it associated; where it cannot know that, it says so (host-guest B36). */
  step({
    id: 'ap-assoc-index-matches-bs',
    title: 'The association index that is reported is that of the secret in use',
    clauses: ['ap-index-unknown', 'ap-kexec'],
    facets,
    reads: ['queue.holder', 'queue.secret', 'queue.association', 'driver.index'],
    triggers: [],
    rules: ['tsm.ap-show'],
    holds: (s) =>
      !accepted(s, 'tsm.ap-show') ||
      !isAssociated(queueOf(s.before, s), guestIn(s)) ||
      driverOf(s.before, s).index === queueOf(s.before, s).secret,
    why: (s) =>
      inOneLine(
        `${queueName(queueIn(s))} is associated, its driver`,
        `${driverOf(s.before, s).index === null ? 'knows no index' : 'has another index'},`,
        'and no error was reported',
      ),
    witnesses: {
      'index reported': (s) =>
        accepted(s, 'tsm.ap-show') && isAssociated(queueOf(s.before, s), guestIn(s)),
      'unknown index reported as an error': (s) =>
        refused(s, 'tsm.ap-show') &&
        isAssociated(queueOf(s.before, s), guestIn(s)) &&
        driverOf(s.before, s).index === null,
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-one-guest-per-queue',
    title: 'A queue is assigned to one guest at a time, and passes on only through nobody',
    clauses: ['ap-assign'],
    facets,
    reads: ['queue.assigned'],
    rules: ['tsm.ap-assign'],
    holdsFor: (s, q) => {
      const b = s.before.queue[q]!.assigned;
      const a = s.after.queue[q]!.assigned;
      return a === b || a === null || b === null;
    },
    tells: (s, q) =>
      inOneLine(
        `${queueName(q)} went from ${guestName(s.before.queue[q]!.assigned)}`,
        `to ${guestName(s.after.queue[q]!.assigned)}`,
      ),
    witnesses: {
      assigned: (s) => accepted(s, 'tsm.ap-assign'),
      'second assignment refused': (s) => refused(s, 'tsm.ap-assign'),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-bind-only-free-queue',
    title: 'A queue is bound only if nobody has bound it',
    clauses: ['ap-bind', 'ap-bind-states'],
    facets,
    sizes: { Guest: 2 },
    reads: ['queue.holder'],
    rules: ['tsm.ap-bind'],
    holdsFor: (s, q) => !becameBound(s, q) || s.before.queue[q]!.holder === null,
    tells: (s, q) =>
      `${queueName(q)} was bound by ${guestName(s.before.queue[q]!.holder)} and by another`,
    witnesses: {
      bound: (s) => someQueue(s, becameBound),
      'bound queue refused to another guest': (s) =>
        refused(s, 'tsm.ap-bind') &&
        queueOf(s.before, s).holder !== null &&
        queueOf(s.before, s).holder !== guestIn(s),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-bind-only-own-queue',
    title: 'A queue is bound only by a running guest that the host has assigned it to',
    clauses: ['ap-bind', 'ap-assign'],
    facets,
    reads: ['queue.holder', 'queue.assigned', 'seGuest.up'],
    triggers: ['queue.holder'],
    rules: ['tsm.ap-bind'],
    holdsFor: (s, q) => {
      const { holder } = s.after.queue[q]!;
      if (holder === null || !becameBound(s, q)) return true;
      return (
        s.rule === 'tsm.ap-bind' &&
        holder === s.args.guest &&
        s.before.queue[q]!.assigned === holder &&
        s.before.seGuest[holder]!.up
      );
    },
    tells: (s, q) =>
      inOneLine(
        `${s.rule} bound ${queueName(q)} to ${guestName(s.after.queue[q]!.holder)};`,
        `it is assigned to ${guestName(s.before.queue[q]!.assigned)}`,
      ),
    witnesses: {
      'bound by the guest it is assigned to': (s) => someQueue(s, becameBound),
      'refused to another guest': (s) =>
        refused(s, 'tsm.ap-bind') &&
        s.before.seGuest[guestIn(s)]!.up &&
        queueOf(s.before, s).assigned !== guestIn(s) &&
        queueOf(s.before, s).holder === null,
      'refused to a guest that is gone': (s) =>
        refused(s, 'tsm.ap-bind') && !s.before.seGuest[guestIn(s)]!.up,
    },
  }),

  step({
    id: 'ap-bind-waits-for-reset',
    title: 'A queue is bound only after its driver has reset it and no reset runs',
    clauses: ['ap-bind', 'ap-driver'],
    facets,
    reads: ['queue.holder', 'queue.resetting', 'driver.state'],
    triggers: [],
    rules: ['tsm.ap-bind'],
    holds: (s) => {
      if (!accepted(s, 'tsm.ap-bind')) return true;
      const { state } = driverOf(s.before, s);
      return (
        !queueOf(s.before, s).resetting &&
        state !== 'resetStart' &&
        state !== 'resetWait' &&
        state !== 'setIrqWait'
      );
    },
    why: (s) =>
      `${queueName(queueIn(s))} was bound with its driver in ${driverOf(s.before, s).state}`,
    witnesses: {
      'bound by an idle driver': (s) =>
        accepted(s, 'tsm.ap-bind') && driverOf(s.before, s).state === 'idle',
      'free queue refused while a reset runs': (s) =>
        refused(s, 'tsm.ap-bind') &&
        queueOf(s.before, s).resetting &&
        queueOf(s.before, s).holder === null,
    },
  }),

  step({
    id: 'ap-bind-invalidates-index',
    title: 'A queue that is bound anew has no association index',
    clauses: ['ap-bind'],
    facets,
    reads: ['driver.index'],
    triggers: [],
    rules: ['tsm.ap-bind'],
    holds: (s) => !accepted(s, 'tsm.ap-bind') || driverOf(s.after, s).index === null,
    why: (s) => `${queueName(queueIn(s))} was bound, and its driver keeps an index of before`,
    witnesses: {
      'an index of before forgotten': (s) =>
        accepted(s, 'tsm.ap-bind') && driverOf(s.before, s).index !== null,
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-associate-needs-bind-and-secret',
    title: 'A queue is associated only by the guest that has bound it, with a secret of its store',
    clauses: ['ap-associate'],
    facets,
    reads: ['queue.holder', 'queue.secret', 'queue.association', 'store.held'],
    triggers: ['queue.secret', 'queue.association'],
    rules: ['tsm.ap-associate'],
    holdsFor: (s, q) => {
      const { secret } = s.after.queue[q]!;
      if (secret === null || (secret === s.before.queue[q]!.secret && !becamePending(s, q)))
        return true;
      return (
        s.rule === 'tsm.ap-associate' &&
        isBoundOnly(s.before.queue[q]!, guestIn(s)) &&
        s.before.store[guestIn(s)]![secret]!.held
      );
    },
    tells: (s, q) =>
      inOneLine(
        `${s.rule} began an association of ${queueName(q)}, which`,
        `${guestName(s.before.queue[q]!.holder)} has bound`,
      ),
    witnesses: {
      begun: (s) => someQueue(s, becamePending),
      'refused for want of a binding': (s) =>
        refused(s, 'tsm.ap-associate') && queueOf(s.before, s).holder === null,
      'refused for want of the secret': (s) =>
        refused(s, 'tsm.ap-associate') &&
        isBoundOnly(queueOf(s.before, s), guestIn(s)) &&
        !s.before.store[guestIn(s)]![secretIn(s)]!.held,
    },
  }),

  step({
    id: 'ap-association-ends-with-unbind',
    title: 'A reset with the F bit frees the queue and ends its association',
    clauses: ['ap-unbind'],
    facets,
    reads: ['queue.holder', 'queue.secret', 'queue.association'],
    triggers: [],
    rules: ['tsm.ap-unbind', 'tsm.ap-host-reset'],
    holds: (s) => {
      if (!isResetWithF(s)) return true;
      const { holder, secret, association } = queueOf(s.after, s);
      return holder === null && secret === null && association === 'settled';
    },
    why: (s) =>
      inOneLine(
        `${queueName(queueIn(s))} was reset with the F bit and is still`,
        queueOf(s.after, s).holder === null ? 'associated' : 'bound',
      ),
    witnesses: {
      'by the guest': (s) =>
        accepted(s, 'tsm.ap-unbind') && isAssociated(queueOf(s.before, s), guestIn(s)),
      'from outside': (s) =>
        isResetWithF(s) && s.rule === 'tsm.ap-host-reset' && queueOf(s.before, s).secret !== null,
      'while the association runs': (s) =>
        isResetWithF(s) && queueOf(s.before, s).association === 'pending',
    },
  }),

  step({
    id: 'ap-plain-reset-as-machine-says',
    title: 'A reset without the F bit keeps the binding if, and only if, the machine does so',
    clauses: ['ap-plain-reset'],
    facets,
    reads: ['queue.holder', 'queue.secret', 'queue.association'],
    triggers: [],
    rules: ['tsm.ap-reset', 'tsm.ap-host-reset'],
    holds: (s) => {
      if (!isPlainReset(s)) return true;
      const b = queueOf(s.before, s);
      const a = queueOf(s.after, s);
      const keeps = s.before.readings.bindSurvivesReset === 'yes';
      const kept = b.association === 'settled' ? b.secret : null;
      return (
        a.association === 'settled' &&
        a.holder === (keeps ? b.holder : null) &&
        a.secret === (keeps ? kept : null)
      );
    },
    why: (s) =>
      inOneLine(
        `after a plain reset ${queueName(queueIn(s))} is bound by`,
        `${guestName(queueOf(s.after, s).holder)}, before by ${guestName(queueOf(s.before, s).holder)}`,
      ),
    witnesses: {
      'of an associated queue': (s) => isPlainReset(s) && queueOf(s.before, s).secret !== null,
      'while an association is not settled': (s) =>
        isPlainReset(s) && queueOf(s.before, s).association !== 'settled',
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-reset-flushes-messages',
    title: 'A reset leaves neither a message nor a reply in the queue',
    clauses: ['ap-unbind', 'ap-plain-reset'],
    facets,
    reads: ['queue.resetting', 'queue.message', 'queue.reply'],
    triggers: ['queue.resetting'],
    rules: ['tsm.ap-unbind', 'tsm.ap-reset', 'tsm.ap-host-reset'],
    holdsFor: (s, q) => {
      const begun = s.after.queue[q]!.resetting && !s.before.queue[q]!.resetting;
      if (!begun && !((isResetWithF(s) || isPlainReset(s)) && queueIn(s) === q)) return true;
      return s.after.queue[q]!.message === 'none' && s.after.queue[q]!.reply === 'none';
    },
    tells: (s, q) => `${s.rule} reset ${queueName(q)}, and it still holds a message`,
    witnesses: {
      'a message flushed': (s) =>
        someQueue(
          s,
          (x, q) =>
            x.after.queue[q]!.resetting &&
            !x.before.queue[q]!.resetting &&
            x.before.queue[q]!.message !== 'none',
        ),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-no-message-before-bind',
    title: 'A message comes into a queue only from the guest that has it and has bound it',
    clauses: ['ap-enqueue'],
    facets,
    reads: ['queue.message', 'queue.sender', 'queue.holder', 'queue.assigned'],
    triggers: ['queue.message'],
    rules: ['tsm.ap-send', 'tsm.ap-use'],
    holdsFor: (s, q) => {
      if (!messageCame(s, q)) return true;
      const { holder, assigned } = s.before.queue[q]!;
      const { sender } = s.after.queue[q]!;
      return sender !== null && sender === holder && sender === assigned;
    },
    tells: (s, q) =>
      inOneLine(
        `${guestName(s.after.queue[q]!.sender)} sent to ${queueName(q)}, which`,
        `${guestName(s.before.queue[q]!.holder)} has bound`,
      ),
    witnesses: {
      sent: (s) => someQueue(s, messageCame),
      'refused before bind': (s) =>
        refused(s, 'tsm.ap-send') &&
        queueOf(s.before, s).assigned === guestIn(s) &&
        queueOf(s.before, s).holder === null,
      'refused after the queue was taken away': (s) =>
        refused(s, 'tsm.ap-send') &&
        queueOf(s.before, s).assigned !== guestIn(s) &&
        queueOf(s.before, s).holder === guestIn(s),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-error-takes-no-work',
    title: 'A device in error takes neither messages nor an association',
    clauses: ['ap-enqueue', 'ap-associate-error'],
    facets,
    reads: ['queue.message', 'queue.association', 'driver.device'],
    triggers: ['queue.message', 'queue.association'],
    rules: ['tsm.ap-send', 'tsm.ap-use', 'tsm.ap-associate'],
    holdsFor: (s, q) =>
      !(messageCame(s, q) || becamePending(s, q)) || driverOf(s.before, s).device === 'operating',
    tells: (s, q) =>
      `${s.rule} got into ${queueName(q)} with its device ${driverOf(s.before, s).device}`,
    witnesses: {
      'message refused in error': (s) =>
        (refused(s, 'tsm.ap-send') || refused(s, 'tsm.ap-use')) &&
        driverOf(s.before, s).device === 'error',
      'association refused in error': (s) =>
        refused(s, 'tsm.ap-associate') && driverOf(s.before, s).device === 'error',
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-secure-key-needs-its-secret',
    title: 'A secure key works only in a queue that is associated with its secret',
    clauses: ['ap-secure-key'],
    facets,
    sizes: { Secret: 2 },
    reads: [
      'queue.message',
      'queue.reply',
      'queue.key',
      'queue.secret',
      'queue.association',
      'queue.holder',
      'queue.sender',
    ],
    triggers: ['queue.reply'],
    rules: ['tsm.ap-process'],
    holdsFor: (s, q) => {
      if (!secureWorkDone(s, q)) return true;
      const { message, key, secret, sender } = s.before.queue[q]!;
      if (sender === null || !isAssociated(s.before.queue[q]!, sender)) return false;
      return message !== 'use' || key === secret;
    },
    tells: (s, q) =>
      inOneLine(
        `${queueName(q)} did ${s.before.queue[q]!.message} work, and is`,
        s.before.queue[q]!.secret === null ? 'not associated' : 'associated with another secret',
      ),
    witnesses: {
      'a key made': (s) =>
        someQueue(s, (x, q) => secureWorkDone(x, q) && x.before.queue[q]!.message === 'generate'),
      'a key used': (s) =>
        someQueue(s, (x, q) => secureWorkDone(x, q) && x.before.queue[q]!.message === 'use'),
      'work failed for want of an association': (s) =>
        someQueue(s, (x, q) => answered(x, q, 'failed') && x.before.queue[q]!.secret === null),
      'a key of another secret refused': (s) =>
        someQueue(s, (x, q) => answered(x, q, 'failed') && x.before.queue[q]!.secret !== null),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-session-stays-with-its-image',
    title: 'No guest works in a session whose secret was made for another image',
    clauses: ['ap-secure-key', 'uv-add-secret'],
    facets,
    sizes: { Guest: 2, Secret: 2 },
    reads: [
      'queue.message',
      'queue.reply',
      'queue.key',
      'queue.secret',
      'queue.sender',
      'secret.image',
    ],
    triggers: ['queue.reply'],
    rules: ['tsm.ap-process'],
    holdsFor: (s, q) => {
      const { secret, sender } = s.before.queue[q]!;
      if (secret === null || !secureWorkDone(s, q)) return true;
      return s.before.secret[secret]!.image === sender;
    },
    tells: (s, q) =>
      inOneLine(
        `${guestName(s.before.queue[q]!.sender)} worked in ${queueName(q)} in a session of`,
        'another image',
      ),
    witnesses: {
      'work in a session of its own': (s) => someQueue(s, secureWorkDone),
      'a key of another guest refused': (s) =>
        someQueue(s, (x, q) => {
          const { key, sender } = x.before.queue[q]!;
          return answered(x, q, 'failed') && key !== null && x.before.secret[key]!.image !== sender;
        }),
    },
  }),

  step({
    id: 'ap-reply-only-to-sender',
    title: 'A reply is taken only by the guest that sent the message',
    clauses: ['ap-enqueue', 'ap-bind-states'],
    facets,
    sizes: { Guest: 2 },
    reads: ['queue.reply', 'queue.sender'],
    triggers: [],
    rules: ['tsm.ap-receive'],
    holds: (s) => !accepted(s, 'tsm.ap-receive') || queueOf(s.before, s).sender === guestIn(s),
    why: (s) =>
      inOneLine(
        `${guestName(guestIn(s))} took the reply to a message of`,
        `${guestName(queueOf(s.before, s).sender)} from ${queueName(queueIn(s))}`,
      ),
    witnesses: {
      taken: (s) => accepted(s, 'tsm.ap-receive') && queueOf(s.before, s).reply !== 'none',
      'refused to another guest': (s) =>
        refused(s, 'tsm.ap-receive') &&
        queueOf(s.before, s).reply !== 'none' &&
        queueOf(s.before, s).sender !== guestIn(s),
    },
  }),

  stepOfEach('Guest', {
    id: 'ap-secrets-only-by-request',
    title: 'A secret comes into a store only by an intact request for that image and machine',
    clauses: ['uv-add-secret'],
    facets,
    sizes: { Guest: 2 },
    reads: ['store.held', 'secret.image', 'seGuest.up'],
    triggers: ['store.held'],
    rules: ['tsm.ap-add-secret'],
    holdsFor: (s, g) =>
      !storeGrew(s, g) ||
      (accepted(s, 'tsm.ap-add-secret') &&
        guestIn(s) === g &&
        s.args.blob === 'intact' &&
        s.before.seGuest[g]!.up &&
        s.before.secret[secretIn(s)]!.image === g),
    tells: (s, g) =>
      inOneLine(
        `a secret came into the store of ${guestName(g)} by ${s.rule},`,
        `request ${s.args.blob ?? 'none'}`,
      ),
    witnesses: {
      added: (s) => accepted(s, 'tsm.ap-add-secret'),
      'corrupt request refused': (s) =>
        refused(s, 'tsm.ap-add-secret') && s.args.blob === 'corrupt',
      'request for another machine refused': (s) =>
        refused(s, 'tsm.ap-add-secret') && s.args.blob === 'otherMachine',
      'request for another image refused': (s) => {
        if (!refused(s, 'tsm.ap-add-secret') || s.args.blob !== 'intact') return false;
        const { image } = s.before.secret[secretIn(s)]!;
        return image !== null && image !== guestIn(s) && s.before.seGuest[guestIn(s)]!.up;
      },
    },
  }),

  stepOfEach('Guest', {
    id: 'ap-listing-secrets-is-harmless',
    title:
      'A guest that is up may list its secrets, its store locked or not; no store changes by it',
    clauses: ['uv-list-secrets'],
    facets,
    reads: ['seGuest.up', 'seGuest.locked', 'store.held'],
    triggers: [],
    rules: ['tsm.ap-list-secrets'],
    holdsFor: (s, g) => {
      if (s.rule !== 'tsm.ap-list-secrets') return true;
      if (guestIn(s) === g && (s.outcome.is === 'accepted') !== s.before.seGuest[g]!.up)
        return false;
      return s.before.seGuest[g]!.locked === s.after.seGuest[g]!.locked && !storeChanged(s, g);
    },
    tells: (s, g) =>
      inOneLine(
        `${guestName(guestIn(s))} listed its secrets: ${s.outcome.is};`,
        `its store, or that of ${guestName(g)}, is not as it was, or the answer is wrong`,
      ),
    witnesses: {
      'a locked store': (s) =>
        accepted(s, 'tsm.ap-list-secrets') && s.before.seGuest[guestIn(s)]!.locked,
      'a store with a secret': (s) =>
        accepted(s, 'tsm.ap-list-secrets') && holdsSome(s.before, guestIn(s)),
      'no guest, no list': (s) =>
        s.rule === 'tsm.ap-list-secrets' && !s.before.seGuest[guestIn(s)]!.up,
    },
  }),

  stepOfEach('Guest', {
    id: 'ap-locked-store-never-grows',
    title: 'A locked secret store takes no secret',
    clauses: ['uv-lock-secrets', 'uv-add-secret'],
    facets,
    reads: ['store.held', 'seGuest.locked', 'secret.image'],
    triggers: ['store.held'],
    rules: ['tsm.ap-add-secret'],
    holdsFor: (s, g) => !s.before.seGuest[g]!.locked || !storeGrew(s, g),
    tells: (s, g) => `${s.rule} added a secret to the locked store of ${guestName(g)}`,
    witnesses: {
      'good request refused': (s) =>
        refused(s, 'tsm.ap-add-secret') &&
        s.args.blob === 'intact' &&
        s.before.seGuest[guestIn(s)]!.locked &&
        s.before.secret[secretIn(s)]!.image === guestIn(s) &&
        !s.before.store[guestIn(s)]![secretIn(s)]!.held,
    },
  }),

  stepOfEach('Guest', {
    id: 'ap-lock-lasts',
    title: 'A secret store that was locked stays so until its guest ends',
    clauses: ['uv-lock-secrets', 'uv-guest'],
    facets,
    reads: ['seGuest.locked', 'seGuest.up'],
    triggers: ['seGuest.locked'],
    rules: ['tsm.ap-lock-secrets', 'tsm.ap-guest-end'],
    holdsFor: (s, g) => {
      if (accepted(s, 'tsm.ap-lock-secrets') && guestIn(s) === g) return s.after.seGuest[g]!.locked;
      return !s.before.seGuest[g]!.locked || s.after.seGuest[g]!.locked || !s.after.seGuest[g]!.up;
    },
    tells: (s, g) => `after ${s.rule} the store of ${guestName(g)} is open`,
    witnesses: {
      locked: (s) => accepted(s, 'tsm.ap-lock-secrets'),
      'opened by the end of the guest': (s) =>
        accepted(s, 'tsm.ap-guest-end') && s.before.seGuest[guestIn(s)]!.locked,
    },
  }),

  invariantOfEach('Guest', {
    id: 'ap-store-ends-with-guest',
    title: 'A guest that does not run has an empty, open store and no bound queue',
    clauses: ['uv-guest'],
    facets,
    reads: ['seGuest.up', 'seGuest.locked', 'store.held', 'queue.holder'],
    holdsFor: (w, g) =>
      w.seGuest[g]!.up || (!w.seGuest[g]!.locked && !holdsSome(w, g) && !boundSome(w, g)),
    tells: (w, g) =>
      inOneLine(
        `${guestName(g)} does not run and has`,
        boundSome(w, g) ? 'a queue bound' : 'a store that is locked or not empty',
      ),
    witnesses: {
      'ended with secrets': (s) =>
        accepted(s, 'tsm.ap-guest-end') && holdsSome(s.before, guestIn(s)),
      'ended with a bound queue': (s) =>
        accepted(s, 'tsm.ap-guest-end') && boundSome(s.before, guestIn(s)),
    },
  }),

  stepOfEach('Queue', {
    id: 'ap-host-only-denies',
    title: 'What the host does to a queue can take from a guest, and gives it nothing',
    clauses: ['ap-host-denies'],
    facets,
    reads: [
      'queue.holder',
      'queue.secret',
      'queue.message',
      'queue.reply',
      'driver.device',
      'driver.state',
      'driver.index',
    ],
    triggers: [],
    rules: ['tsm.ap-assign', 'tsm.ap-unassign', 'tsm.ap-host-reset'],
    holdsFor: (s, q) => {
      if (!isHostRule(s.rule)) return true;
      const b = s.before.queue[q]!;
      const a = s.after.queue[q]!;
      for (let g = 0; g < s.after.driver.length; g++) {
        const d = s.before.driver[g]![q]!;
        const e = s.after.driver[g]![q]!;
        if (d.device !== e.device || d.state !== e.state || d.index !== e.index) return false;
      }
      return (
        (a.holder === b.holder || a.holder === null) &&
        (a.secret === b.secret || a.secret === null) &&
        (a.message === b.message || a.message === 'none') &&
        (a.reply === b.reply || a.reply === 'none')
      );
    },
    tells: (s, q) => `${s.rule} gave ${queueName(q)} a state that only a guest may give it`,
    witnesses: {
      'bound queue taken away': (s) =>
        accepted(s, 'tsm.ap-unassign') && queueOf(s.before, s).holder !== null,
      'bound queue reset': (s) =>
        accepted(s, 'tsm.ap-host-reset') && queueOf(s.before, s).holder !== null,
    },
  }),

  step({
    id: 'ap-association-error-surfaced',
    title: 'An association that fails, or loses its binding, takes the device to its error state',
    clauses: ['ap-associate-error'],
    facets,
    reads: [
      'queue.assigned',
      'queue.holder',
      'queue.secret',
      'queue.association',
      'driver.state',
      'driver.device',
      'driver.index',
    ],
    triggers: [],
    rules: ['tsm.ap-poll'],
    holds: (s) => {
      if (!accepted(s, 'tsm.ap-poll')) return true;
      const before = driverOf(s.before, s);
      const q = queueOf(s.before, s);
      if (before.state !== 'assocWait') return true;
      if (q.assigned !== guestIn(s) || before.device !== 'operating') return true;
      const after = driverOf(s.after, s);
      if (isAssociated(q, guestIn(s))) return after.state === 'idle';
      const isGone = q.holder !== guestIn(s);
      return after.device === 'error' && (!isGone || after.index === null);
    },
    why: (s) =>
      inOneLine(
        `the association of ${queueName(queueIn(s))} did not come about, and the device is`,
        driverOf(s.after, s).device,
      ),
    witnesses: {
      through: (s) =>
        accepted(s, 'tsm.ap-poll') &&
        driverOf(s.before, s).state === 'assocWait' &&
        driverOf(s.after, s).state === 'idle',
      'failed association seen': (s) =>
        accepted(s, 'tsm.ap-poll') &&
        driverOf(s.before, s).device === 'operating' &&
        driverOf(s.after, s).device === 'error' &&
        queueOf(s.before, s).association === 'failed',
      'lost binding seen': (s) =>
        accepted(s, 'tsm.ap-poll') &&
        driverOf(s.before, s).device === 'operating' &&
        driverOf(s.after, s).device === 'error' &&
        queueOf(s.before, s).holder === null,
    },
  }),

  step({
    id: 'ap-driver-waits-for-reset',
    title: 'A driver uses a queue only after it was reset and the reset is through',
    clauses: ['ap-driver'],
    facets,
    reads: ['driver.state', 'queue.resetting'],
    triggers: [],
    rules: ['tsm.ap-poll'],
    holds: (s) => {
      if (!accepted(s, 'tsm.ap-poll')) return true;
      const from = driverOf(s.before, s).state;
      const to = driverOf(s.after, s).state;
      if (to === from || to === 'resetStart') return true;
      switch (from) {
        case 'resetStart':
          return to === 'resetWait' && queueOf(s.after, s).resetting;
        case 'resetWait':
          return to === 'setIrqWait' && !queueOf(s.before, s).resetting;
        default:
          return to === 'idle';
      }
    },
    why: (s) =>
      inOneLine(
        `the driver went from ${driverOf(s.before, s).state} to ${driverOf(s.after, s).state};`,
        `a reset ${queueOf(s.after, s).resetting ? 'runs' : 'does not run'}`,
      ),
    witnesses: {
      'reset begun': (s) =>
        accepted(s, 'tsm.ap-poll') &&
        !queueOf(s.before, s).resetting &&
        queueOf(s.after, s).resetting,
      'held up by a reset': (s) =>
        refused(s, 'tsm.ap-poll') &&
        driverOf(s.before, s).state === 'resetWait' &&
        queueOf(s.before, s).resetting,
      'reset through': (s) =>
        accepted(s, 'tsm.ap-poll') &&
        driverOf(s.before, s).state === 'resetWait' &&
        driverOf(s.after, s).state === 'setIrqWait',
    },
  }),

  step({
    id: 'ap-kexec-forgets-indices',
    title: 'The next kernel of a guest assumes no association',
    clauses: ['ap-kexec'],
    facets,
    reads: ['driver.device', 'driver.index'],
    triggers: [],
    rules: ['tsm.ap-kexec'],
    holds: (s) => {
      if (!accepted(s, 'tsm.ap-kexec')) return true;
      for (let q = 0; q < s.after.queue.length; q++) {
        const { device, index } = s.after.driver[guestIn(s)]![q]!;
        if (index !== null || device !== 'uninitiated') return false;
      }
      return true;
    },
    why: (s) => `after kexec the driver of ${guestName(guestIn(s))} still knows a queue`,
    witnesses: {
      'an index forgotten': (s) => {
        if (!accepted(s, 'tsm.ap-kexec')) return false;
        for (let q = 0; q < s.before.queue.length; q++)
          if (s.before.driver[guestIn(s)]![q]!.index !== null) return true;
        return false;
      },
    },
  }),

  reach({
    id: 'reach-ap-associated',
    title: 'A guest associates a queue and uses a secure key in it',
    clauses: ['ap-associate', 'ap-secure-key'],
    facets,
    reads: ['queue.reply', 'queue.message'],
    rules: ['tsm.ap-process'],
    reached: (s) =>
      someQueue(s, (x, q) => secureWorkDone(x, q) && x.after.queue[q]!.message === 'use'),
  }),
  /** It has made a key in this start, so it had a queue bound and associated before. */
  reach({
    id: 'reach-ap-rebind',
    title: 'A guest that has worked with a queue binds one again after a reset',
    clauses: ['ap-bind', 'ap-unbind'],
    facets,
    reads: ['queue.holder', 'secret.keys', 'secret.image', 'seGuest.instance'],
    rules: ['tsm.ap-bind'],
    reached: (s) => {
      if (!accepted(s, 'tsm.ap-bind')) return false;
      for (let q = 0; q < s.before.queue.length; q++)
        if (s.before.queue[q]!.holder !== null) return false;
      for (let x = 0; x < s.before.secret.length; x++) {
        const { image, keys } = s.before.secret[x]!;
        if (image === guestIn(s) && keys === s.before.seGuest[image]!.instance) return true;
      }
      return false;
    },
  }),
  reach({
    id: 'reach-ap-two-guests',
    title: 'One guest works with its keys after another has made its own',
    clauses: ['ap-assign', 'ap-secure-key'],
    facets,
    sizes: { Guest: 2, Secret: 2 },
    reads: ['queue.reply', 'queue.message', 'queue.sender', 'secret.image', 'secret.keys'],
    rules: ['tsm.ap-process'],
    reached: (s) =>
      someQueue(s, (w, q) => {
        if (!secureWorkDone(w, q)) return false;
        for (let x = 0; x < w.before.secret.length; x++) {
          const { image, keys } = w.before.secret[x]!;
          if (keys !== null && image !== w.before.queue[q]!.sender) return true;
        }
        return false;
      }),
  }),
  reach({
    id: 'reach-ap-session-continues',
    title: 'A later start of a guest goes on with a key of an earlier one, under the same secret',
    clauses: ['ap-secure-key'],
    facets,
    reads: [
      'queue.reply',
      'queue.message',
      'queue.key',
      'secret.keys',
      'secret.image',
      'seGuest.instance',
    ],
    rules: ['tsm.ap-process'],
    reached: (s) =>
      someQueue(s, (w, q) => {
        const { key } = w.before.queue[q]!;
        if (key === null || !secureWorkDone(w, q)) return false;
        const { image, keys } = w.before.secret[key]!;
        return image !== null && keys !== null && keys !== w.before.seGuest[image]!.instance;
      }),
  }),
];
