/** Packed meaning of the words about AP queues, drivers and secret stores. */
import type { AP } from '../../model/words/ap.ts';
import { all, any, FALSE, type Ix, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

/** Holds for two different members at least. */
const twoHeld = (s: S, guest: Ix<'Guest'>) => {
  const cells = s.members('Secret').map((secret) => s.store(guest, secret).held);
  return any(cells.flatMap((one, i) => cells.slice(i + 1).map((other) => one.and(other))));
};
const settled = (s: S, queue: Ix<'Queue'>) => s.queue(queue).association.is('settled');
const associated = (s: S, queue: Ix<'Queue'>) =>
  s.queue(queue).secret.isNone.not.and(settled(s, queue));

export const apWords: PackedMeaning<typeof AP> = {
  guestUp: (s, { guest }) => s.seGuest(guest).up,
  startGuest: (s, { guest }) =>
    s.advance('seGuest', 'instance', guest).seGuest(guest).set({ up: true }),
  endGuest: (s, { guest }) => s.seGuest(guest).set({ up: false }),
  storeLocked: (s, { guest }) => s.seGuest(guest).locked,
  lockStore: (s, { guest }) => s.seGuest(guest).set({ locked: true }),
  unlockStore: (s, { guest }) => s.seGuest(guest).set({ locked: false }),
  storeFull: (s, { guest }) => (s.members('Secret').length < 2 ? FALSE : twoHeld(s, guest)),
  storeEmpty: (s, { guest }) => s.every('Secret', (secret) => s.store(guest, secret).held.not),
  storeHolds: (s, { guest, secret }) => s.store(guest, secret).held,
  addSecret: (s, { guest, secret }) => s.store(guest, secret).set({ held: true }),
  dropSecret: (s, { guest, secret }) => s.store(guest, secret).set({ held: false }),
  secretPrepared: (s, { secret }) => s.secret(secret).image.isNone.not,
  secretForImage: (s, { guest, secret }) => s.secret(secret).image.is(guest),
  prepareSecret: (s, { guest, secret }) => s.secret(secret).set({ image: guest, keys: 'none' }),
  blobIs: (_, { blob }, kind) => known(blob === kind),

  queueAssigned: (s, { queue }) => s.queue(queue).assigned.isNone.not,
  queueAssignedTo: (s, { guest, queue }) => s.queue(queue).assigned.is(guest),
  assignQueue: (s, { guest, queue }) => s.queue(queue).set({ assigned: guest }),
  unassignQueue: (s, { queue }) => s.queue(queue).set({ assigned: null }),
  queueUnbound: (s, { queue }) => s.queue(queue).holder.isNone,
  queueBoundOnly: (s, { guest, queue }) =>
    s.queue(queue).holder.is(guest).and(associated(s, queue).not),
  queueAssociated: (s, { guest, queue }) =>
    s.queue(queue).holder.is(guest).and(associated(s, queue)),
  queueHeldBy: (s, { guest, queue }) => s.queue(queue).holder.is(guest),
  bindQueue: (s, { guest, queue }) => s.queue(queue).set({ holder: guest }),
  freeQueue: (s, { queue }) =>
    s.queue(queue).set({ holder: null, secret: null, association: 'settled' }),
  beginAssociation: (s, { queue, secret }) =>
    s.queue(queue).set({ secret, association: 'pending' }),
  associationPending: (s, { queue }) => s.queue(queue).association.is('pending'),
  associationFailed: (s, { queue }) => s.queue(queue).association.is('failed'),
  endAssociation: (s, { queue }) => s.queue(queue).set({ association: 'settled' }),
  failAssociation: (s, { queue }) => s.queue(queue).set({ secret: null, association: 'failed' }),
  cancelAssociation: (s, { queue }) =>
    s.when(settled(s, queue).not, (t) =>
      t.queue(queue).set({ secret: null, association: 'settled' }),
    ),
  associationEnds: (_, { end }, how) => known(end === how),
  queueResetting: (s, { queue }) => s.queue(queue).resetting,
  beginQueueReset: (s, { queue }) => s.queue(queue).set({ resetting: true }),
  endQueueReset: (s, { queue }) => s.queue(queue).set({ resetting: false }),
  queueResetIs: (_, { fbit }, kind) => known(fbit === kind),

  queueFull: (s, { queue }) => s.queue(queue).message.is('none').not,
  messageWaits: (s, { queue }) =>
    all([s.queue(queue).message.is('none').not, s.queue(queue).reply.is('none')]),
  messageIs: (s, { queue }, kind) => s.queue(queue).message.is(kind),
  repliedTo: (s, { queue }) => s.queue(queue).reply.isIn('done', 'failed'),
  sendWork: (s, { guest, queue, work }) =>
    s.queue(queue).set({ message: work, sender: guest, key: null, reply: 'none' }),
  sendKeyed: (s, { guest, queue, secret }) =>
    s.queue(queue).set({ message: 'use', sender: guest, key: secret, reply: 'none' }),
  reply: (s, { queue }, how) => s.queue(queue).set({ reply: how }),
  flushQueue: (s, { queue }) =>
    s.queue(queue).set({ message: 'none', sender: null, key: null, reply: 'none' }),
  settledWithSecret: (s, { queue }) => associated(s, queue),
  keyOfAssociation: (s, { queue }) => {
    const { key, secret } = s.queue(queue);
    return key.isNone.not.and(key.same(secret));
  },
  keysExist: (s, { secret }) => s.secret(secret).keys.isNone.not,
  makeKey: (s, { queue }) =>
    s.each('Secret', (t, secret) =>
      t.when(t.queue(queue).secret.is(secret).and(t.secret(secret).image.isNone.not), (u) =>
        u.secret(secret).set({ keys: 'current' }),
      ),
    ),

  deviceIs: (s, { guest, queue }, state) => s.driver(guest, queue).device.is(state),
  deviceTo: (s, { guest, queue }, device) => s.driver(guest, queue).set({ device }),
  driverIs: (s, { guest, queue }, ...states) => s.driver(guest, queue).state.isIn(...states),
  driverTo: (s, { guest, queue }, state) => s.driver(guest, queue).set({ state }),
  indexKnown: (s, { guest, queue }) => s.driver(guest, queue).index.isNone.not,
  learnIndex: (s, { guest, queue, secret }) => s.driver(guest, queue).set({ index: secret }),
  forgetIndex: (s, { guest, queue }) => s.driver(guest, queue).set({ index: null }),
};
