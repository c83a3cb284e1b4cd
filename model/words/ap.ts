/** Words about AP queues, the driver's view of them, and secret stores (backends 6). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';
import type { World } from '../world.ts';

const queue = { queue: 'Queue' } as const;
const guest = { guest: 'Guest' } as const;
const secret = { secret: 'Secret' } as const;
const pair = { guest: 'Guest', queue: 'Queue' } as const;
const cell = { guest: 'Guest', secret: 'Secret' } as const;
const key = { queue: 'Queue', secret: 'Secret' } as const;
type DriverState = World['driver'][number][number]['state'];
type DeviceState = World['driver'][number][number]['device'];

export const AP = {
  // the guest and its store
  guestUp: guard(guest, '{guest} runs', 'uv-guest'),
  startGuest: effect(guest, 'a new start of {guest} begins', 'uv-guest'),
  endGuest: effect(guest, '{guest} does not run', 'uv-guest'),
  storeLocked: guard(guest, 'the secret store of {guest} is locked', 'uv-lock-secrets'),
  lockStore: effect(guest, 'the secret store of {guest} is locked', 'uv-lock-secrets'),
  unlockStore: effect(guest, 'the secret store of {guest} is open', 'uv-guest'),
  storeFull: guard(guest, 'the secret store of {guest} holds two secrets, for which it has room'),
  storeEmpty: guard(guest, 'the secret store of {guest} holds nothing'),
  storeHolds: guard(cell, '{secret} is in the secret store of {guest}', 'ap-associate'),
  addSecret: effect(cell, '{secret} is in the secret store of {guest}', 'uv-add-secret'),
  dropSecret: effect(cell, '{secret} is not in the secret store of {guest}', 'uv-guest'),
  secretPrepared: guard(secret, 'requests that carry {secret} are made for some image'),
  secretForImage: guard(cell, 'requests that carry {secret} are made for the image of {guest}'),
  prepareSecret: effect(cell, 'requests that carry {secret} are made for the image of {guest}'),
  blobIs: guardOf<[Literals['Blob'][number]]>()({ blob: 'Blob' }, 'the request is {0}'),

  // the queue
  queueAssigned: guard(queue, 'the host has assigned {queue} to some guest', 'ap-assign'),
  queueAssignedTo: guard(pair, 'the host has assigned {queue} to {guest}', 'ap-assign'),
  assignQueue: effect(pair, 'the host has assigned {queue} to {guest}', 'ap-assign'),
  unassignQueue: effect(queue, 'the host has assigned {queue} to nobody', 'ap-assign'),
  queueUnbound: guard(queue, '{queue} is free to be bound', 'ap-bind-states'),
  queueBoundOnly: guard(
    pair,
    '{queue} is bound by {guest} and not associated yet',
    'ap-bind-states',
  ),
  queueAssociated: guard(pair, '{queue} is bound by {guest} and associated', 'ap-bind-states'),
  queueHeldBy: guard(pair, '{queue} is bound by {guest}, associated or not', 'ap-bind-states'),
  bindQueue: effect(pair, '{queue} is bound by {guest}', 'ap-bind'),
  freeQueue: effect(queue, '{queue} is bound by nobody and not associated', 'ap-unbind'),
  beginAssociation: effect(key, 'an association of {queue} with {secret} runs', 'ap-associate'),
  associationPending: guard(queue, 'an association of {queue} runs', 'ap-associate'),
  associationFailed: guard(
    queue,
    'an association of {queue} has ended in an error that no reset has cleared',
    'ap-associate-error',
  ),
  endAssociation: effect(queue, 'no association of {queue} runs, and it has no error'),
  failAssociation: effect(
    queue,
    'the association of {queue} has ended in an error; it is associated with nothing',
    'ap-associate-error',
  ),
  cancelAssociation: effect(
    queue,
    'an association of {queue} that is not settled is given up, its error cleared',
    'ap-plain-reset',
  ),
  associationEnds: guardOf<[Literals['Association'][number]]>()(
    { end: 'Association' },
    'the association ends as {0}',
  ),
  queueResetting: guard(queue, 'a reset of {queue} runs'),
  beginQueueReset: effect(queue, 'a reset of {queue} runs'),
  endQueueReset: effect(queue, 'no reset of {queue} runs'),
  queueResetIs: guardOf<[Literals['QueueReset'][number]]>()(
    { fbit: 'QueueReset' },
    'the reset is {0}',
  ),

  // messages
  queueFull: guard(queue, '{queue} holds a message or the reply to one'),
  messageWaits: guard(queue, '{queue} holds a message that was not processed'),
  messageIs: guardOf<[World['queue'][number]['message']]>()(queue, 'the message in {queue} is {0}'),
  repliedTo: guard(queue, '{queue} holds a reply'),
  sendWork: effect(
    { guest: 'Guest', queue: 'Queue', work: 'QueueWork' },
    '{queue} holds a message of {guest} that asks for {work}',
    'ap-enqueue',
  ),
  sendKeyed: effect(
    { guest: 'Guest', queue: 'Queue', secret: 'Secret' },
    '{queue} holds a message of {guest} with a key of the session of {secret}',
    'ap-enqueue',
  ),
  reply: effectOf<['done' | 'failed']>()(queue, 'the message in {queue} is answered: {0}'),
  flushQueue: effect(queue, '{queue} holds neither a message nor a reply', 'ap-unbind'),
  settledWithSecret: guard(queue, '{queue} is associated with some secret', 'ap-secure-key'),
  keyOfAssociation: guard(
    queue,
    'the key in {queue} is of the session of the secret that the queue is associated with',
    'ap-secure-key',
  ),
  keysExist: guard(secret, 'some key of the session of {secret} was made', 'ap-secure-key'),
  makeKey: effect(
    queue,
    'a key of the session of the secret of {queue} was made in this start of the guest it is for',
    'ap-secure-key',
  ),

  // the driver
  deviceIs: guardOf<[DeviceState]>()(pair, 'the device of {guest} for {queue} is {0}', 'ap-driver'),
  deviceTo: effectOf<[DeviceState]>()(pair, 'the device of {guest} for {queue} is {0}'),
  driverIs: guardOf<[...DriverState[]]>()(
    pair,
    'the driver of {guest} has {queue} in one of {0}…',
    'ap-driver',
  ),
  driverTo: effectOf<[DriverState]>()(pair, 'the driver of {guest} has {queue} in {0}'),
  indexKnown: guard(
    pair,
    'the driver of {guest} knows the association index of {queue}',
    'ap-index-unknown',
  ),
  learnIndex: effect(
    { guest: 'Guest', queue: 'Queue', secret: 'Secret' },
    'the driver of {guest} takes {secret} for the association of {queue}',
    'ap-associate',
  ),
  forgetIndex: effect(
    pair,
    'the driver of {guest} holds no association index of {queue}',
    'ap-bind',
  ),
} as const;
