/** What the words of words/ap.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { AP } from '../words/ap.ts';
import type { World } from '../world.ts';
import { patch, row } from './parts.ts';

type Driver = World['driver'][number][number];

/** Room in a store. */
const STORE_MAX = 2;
const heldCount = (w: World, guest: number): number =>
  (w.store[guest] ?? []).filter((s) => s.held).length;
const store = (w: World, guest: number, secret: number, held: boolean): World => ({
  ...w,
  store: w.store.map((cells, g) =>
    g === guest ? cells.map((c, x) => (x === secret ? { held } : c)) : cells,
  ),
});
const driver = (w: World, guest: number, queue: number): Driver => {
  const found = w.driver[guest]?.[queue];
  if (found === undefined) throw new RangeError(`driver: guest ${guest} and queue ${queue}`);
  return found;
};
const patchDriver = (w: World, guest: number, queue: number, change: Partial<Driver>): World => ({
  ...w,
  driver: w.driver.map((queues, g) =>
    g === guest ? queues.map((d, q) => (q === queue ? { ...d, ...change } : d)) : queues,
  ),
});
/** Associated for good, whoever holds the queue. */
const isAssociated = (w: World, queue: number): boolean => {
  const { secret, association } = row(w, 'queue', queue);
  return secret !== null && association === 'settled';
};

export const AP_MEANING: ModelMeaning<typeof AP, World> = {
  guestUp: (w, { guest }) => row(w, 'seGuest', guest).up,
  startGuest: (w, { guest }) =>
    patch(w, 'seGuest', guest, { up: true, instance: row(w, 'seGuest', guest).instance + 1 }),
  endGuest: (w, { guest }) => patch(w, 'seGuest', guest, { up: false }),
  storeLocked: (w, { guest }) => row(w, 'seGuest', guest).locked,
  lockStore: (w, { guest }) => patch(w, 'seGuest', guest, { locked: true }),
  unlockStore: (w, { guest }) => patch(w, 'seGuest', guest, { locked: false }),
  storeFull: (w, { guest }) => heldCount(w, guest) >= STORE_MAX,
  storeEmpty: (w, { guest }) => heldCount(w, guest) === 0,
  storeHolds: (w, { guest, secret }) => w.store[guest]?.[secret]?.held === true,
  addSecret: (w, { guest, secret }) => store(w, guest, secret, true),
  dropSecret: (w, { guest, secret }) => store(w, guest, secret, false),
  secretPrepared: (w, { secret }) => row(w, 'secret', secret).image !== null,
  secretForImage: (w, { guest, secret }) => row(w, 'secret', secret).image === guest,
  // A session is of the image that its secret is for.
  prepareSecret: (w, { guest, secret }) => patch(w, 'secret', secret, { image: guest, keys: null }),
  blobIs: (_, { blob }, kind) => blob === kind,

  queueAssigned: (w, { queue }) => row(w, 'queue', queue).assigned !== null,
  queueAssignedTo: (w, { guest, queue }) => row(w, 'queue', queue).assigned === guest,
  assignQueue: (w, { guest, queue }) => patch(w, 'queue', queue, { assigned: guest }),
  unassignQueue: (w, { queue }) => patch(w, 'queue', queue, { assigned: null }),
  queueUnbound: (w, { queue }) => row(w, 'queue', queue).holder === null,
  queueBoundOnly: (w, { guest, queue }) =>
    row(w, 'queue', queue).holder === guest && !isAssociated(w, queue),
  queueAssociated: (w, { guest, queue }) =>
    row(w, 'queue', queue).holder === guest && isAssociated(w, queue),
  queueHeldBy: (w, { guest, queue }) => row(w, 'queue', queue).holder === guest,
  bindQueue: (w, { guest, queue }) => patch(w, 'queue', queue, { holder: guest }),
  freeQueue: (w, { queue }) =>
    patch(w, 'queue', queue, { holder: null, secret: null, association: 'settled' }),
  beginAssociation: (w, { queue, secret }) =>
    patch(w, 'queue', queue, { secret, association: 'pending' }),
  associationPending: (w, { queue }) => row(w, 'queue', queue).association === 'pending',
  associationFailed: (w, { queue }) => row(w, 'queue', queue).association === 'failed',
  endAssociation: (w, { queue }) => patch(w, 'queue', queue, { association: 'settled' }),
  failAssociation: (w, { queue }) =>
    patch(w, 'queue', queue, { secret: null, association: 'failed' }),
  cancelAssociation: (w, { queue }) =>
    row(w, 'queue', queue).association === 'settled'
      ? w
      : patch(w, 'queue', queue, { secret: null, association: 'settled' }),
  associationEnds: (_, { end }, how) => end === how,
  queueResetting: (w, { queue }) => row(w, 'queue', queue).resetting,
  beginQueueReset: (w, { queue }) => patch(w, 'queue', queue, { resetting: true }),
  endQueueReset: (w, { queue }) => patch(w, 'queue', queue, { resetting: false }),
  queueResetIs: (_, { fbit }, kind) => fbit === kind,

  queueFull: (w, { queue }) => row(w, 'queue', queue).message !== 'none',
  messageWaits: (w, { queue }) => {
    const { message, reply } = row(w, 'queue', queue);
    return message !== 'none' && reply === 'none';
  },
  messageIs: (w, { queue }, kind) => row(w, 'queue', queue).message === kind,
  repliedTo: (w, { queue }) => row(w, 'queue', queue).reply !== 'none',
  sendWork: (w, { guest, queue, work }) =>
    patch(w, 'queue', queue, { message: work, sender: guest, key: null, reply: 'none' }),
  sendKeyed: (w, { guest, queue, secret }) =>
    patch(w, 'queue', queue, { message: 'use', sender: guest, key: secret, reply: 'none' }),
  reply: (w, { queue }, how) => patch(w, 'queue', queue, { reply: how }),
  flushQueue: (w, { queue }) =>
    patch(w, 'queue', queue, { message: 'none', sender: null, key: null, reply: 'none' }),
  settledWithSecret: (w, { queue }) => isAssociated(w, queue),
  keyOfAssociation: (w, { queue }) => {
    const { key, secret } = row(w, 'queue', queue);
    return key !== null && key === secret;
  },
  keysExist: (w, { secret }) => row(w, 'secret', secret).keys !== null,
  makeKey: (w, { queue }) => {
    const { secret } = row(w, 'queue', queue);
    const image = secret === null ? null : row(w, 'secret', secret).image;
    if (secret === null || image === null) return w;
    return patch(w, 'secret', secret, { keys: row(w, 'seGuest', image).instance });
  },

  deviceIs: (w, { guest, queue }, state) => driver(w, guest, queue).device === state,
  deviceTo: (w, { guest, queue }, device) => patchDriver(w, guest, queue, { device }),
  driverIs: (w, { guest, queue }, ...states) => states.includes(driver(w, guest, queue).state),
  driverTo: (w, { guest, queue }, state) => patchDriver(w, guest, queue, { state }),
  indexKnown: (w, { guest, queue }) => driver(w, guest, queue).index !== null,
  learnIndex: (w, { guest, queue, secret }) => patchDriver(w, guest, queue, { index: secret }),
  forgetIndex: (w, { guest, queue }) => patchDriver(w, guest, queue, { index: null }),
};
