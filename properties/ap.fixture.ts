/** For tests: worlds of AP queues, and for every property of them steps that violate it. */
import type { World } from '../model/world.ts';
import type { Step } from './property.ts';
import { accept, edit, OFF, refuse } from './worlds.fixture.ts';

const both = { guest: 0, queue: 0 };
const q1 = { queue: 0 };
const IDLE = { device: 'operating', state: 'idle', index: null };

/** G1 and G2 run; Q1 is G1’s and its driver is idle; X1 and X2 are for G1, X3 for G2. */
const ASSIGNED = edit(OFF, {
  'seGuest.0': { up: true, instance: 1 },
  'seGuest.1': { up: true, instance: 1 },
  'queue.0': { assigned: 0 },
  'driver.0.0': IDLE,
  'secret.0': { image: 0 },
  'secret.1': { image: 0 },
  'secret.2': { image: 1 },
  'store.0.0': { held: true },
});
const HELD = edit(ASSIGNED, { 'queue.0': { holder: 0 } });
const PENDING = edit(HELD, {
  'queue.0': { secret: 0, association: 'pending' },
  'driver.0.0': { ...IDLE, state: 'assocWait', index: 0 },
});
const ASSOCIATION_FAILED = edit(PENDING, { 'queue.0': { secret: null, association: 'failed' } });
const ASSOCIATED = edit(HELD, {
  'queue.0': { secret: 0 },
  'driver.0.0': { ...IDLE, index: 0 },
  'secret.0': { keys: 1 },
});
/** A message of G1 with a key of X1 is in Q1. */
const USING = edit(ASSOCIATED, {
  'queue.0': { message: 'use', sender: 0, key: 0 },
  'driver.0.0': { ...IDLE, index: 0, state: 'working' },
});
const ANSWERED = edit(USING, { 'queue.0': { reply: 'done' } });
/** G1 has the store locked. */
const STORE_LOCKED = edit(ASSOCIATED, { 'seGuest.0': { locked: true } });

/** Worlds that a correct model reaches. */
export const AP_WORLDS = {
  QUEUE_ASSIGNED: ASSIGNED,
  HELD,
  PENDING,
  ASSOCIATION_FAILED,
  ASSOCIATED,
  USING,
  ANSWERED,
  STORE_LOCKED,
};

const free = { holder: null, secret: null, association: 'settled' };
const emptied = { message: 'none', sender: null, key: null, reply: 'none' };
const reset = (w: World, more: object = {}): World =>
  edit(w, { 'queue.0': { resetting: true, ...emptied, ...free, ...more } });
const inState = (w: World, state: string, more: object = {}): World =>
  edit(w, { 'driver.0.0': { state, ...more } });
const kept = (w: World): World => edit(w, { readings: { bindSurvivesReset: 'yes' } });

export const AP_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'ap-assoc-index-matches-bs': [
    accept('tsm.ap-show', both, inState(ASSOCIATED, 'idle', { index: null }), ASSOCIATED),
    accept('tsm.ap-show', both, inState(ASSOCIATED, 'idle', { index: 1 }), ASSOCIATED),
  ],
  'ap-one-guest-per-queue': [
    accept(
      'tsm.ap-assign',
      { guest: 1, queue: 0 },
      HELD,
      edit(HELD, { 'queue.0': { assigned: 1 } }),
    ),
  ],
  'ap-bind-only-free-queue': [
    accept('tsm.ap-bind', { guest: 1, queue: 0 }, HELD, edit(HELD, { 'queue.0': { holder: 1 } })),
  ],
  'ap-bind-only-own-queue': [
    accept(
      'tsm.ap-bind',
      { guest: 1, queue: 0 },
      ASSIGNED,
      edit(ASSIGNED, { 'queue.0': { holder: 1 } }),
    ),
    accept('tsm.ap-host-reset', q1, ASSIGNED, HELD),
    accept(
      'tsm.ap-bind',
      both,
      edit(ASSIGNED, { 'seGuest.0': { up: false } }),
      edit(HELD, { 'seGuest.0': { up: false } }),
    ),
  ],
  'ap-bind-waits-for-reset': [
    accept('tsm.ap-bind', both, edit(ASSIGNED, { 'queue.0': { resetting: true } }), HELD),
    ...['resetStart', 'resetWait', 'setIrqWait'].map((state) =>
      accept('tsm.ap-bind', both, inState(ASSIGNED, state), HELD),
    ),
  ],
  'ap-bind-invalidates-index': [
    accept('tsm.ap-bind', both, ASSIGNED, inState(HELD, 'idle', { index: 0 })),
  ],
  'ap-associate-needs-bind-and-secret': [
    accept('tsm.ap-associate', { ...both, secret: 0 }, ASSIGNED, PENDING),
    accept(
      'tsm.ap-associate',
      { ...both, secret: 1 },
      HELD,
      edit(PENDING, { 'queue.0': { secret: 1 } }),
    ),
    accept('tsm.ap-associate', { ...both, secret: 0 }, ASSOCIATED, PENDING),
    accept('tsm.ap-host-reset', q1, HELD, PENDING),
  ],
  'ap-association-ends-with-unbind': [
    accept('tsm.ap-unbind', both, ASSOCIATED, reset(ASSOCIATED, { holder: 0 })),
    accept('tsm.ap-unbind', both, ASSOCIATED, reset(ASSOCIATED, { secret: 0 })),
    accept(
      'tsm.ap-host-reset',
      { ...q1, fbit: 'flush' },
      PENDING,
      reset(PENDING, { association: 'pending' }),
    ),
  ],
  'ap-plain-reset-as-machine-says': [
    accept('tsm.ap-reset', both, ASSOCIATED, reset(ASSOCIATED, { holder: 0, secret: 0 })),
    accept('tsm.ap-reset', both, kept(ASSOCIATED), kept(reset(ASSOCIATED))),
    accept(
      'tsm.ap-host-reset',
      { ...q1, fbit: 'plain' },
      kept(ASSOCIATED),
      kept(reset(ASSOCIATED, { holder: 0 })),
    ),
    accept(
      'tsm.ap-reset',
      both,
      kept(PENDING),
      kept(reset(PENDING, { holder: 0, secret: 0, association: 'pending' })),
    ),
  ],
  'ap-reset-flushes-messages': [
    accept('tsm.ap-unbind', both, USING, reset(USING, { message: 'use' })),
    accept('tsm.ap-poll', both, ANSWERED, reset(ANSWERED, { message: 'use', reply: 'done' })),
    accept(
      'tsm.ap-host-reset',
      { ...q1, fbit: 'plain' },
      USING,
      reset(USING, { message: 'use', resetting: false }),
    ),
  ],
  'ap-no-message-before-bind': [
    accept(
      'tsm.ap-send',
      { ...both, work: 'clear' },
      ASSIGNED,
      edit(ASSIGNED, { 'queue.0': { message: 'clear', sender: 0 } }),
    ),
    accept(
      'tsm.ap-send',
      { ...both, work: 'clear' },
      edit(HELD, { 'queue.0': { assigned: 1 } }),
      edit(HELD, { 'queue.0': { assigned: 1, message: 'clear', sender: 0 } }),
    ),
    accept(
      'tsm.ap-use',
      { guest: 1, queue: 0, secret: 0 },
      ASSOCIATED,
      edit(USING, { 'queue.0': { sender: 1 } }),
    ),
  ],
  'ap-error-takes-no-work': [
    accept(
      'tsm.ap-use',
      { ...both, secret: 0 },
      inState(ASSOCIATED, 'idle', { device: 'error' }),
      USING,
    ),
    accept(
      'tsm.ap-associate',
      { ...both, secret: 0 },
      inState(HELD, 'idle', { device: 'error' }),
      PENDING,
    ),
  ],
  'ap-secure-key-needs-its-secret': [
    accept(
      'tsm.ap-process',
      q1,
      edit(USING, { 'queue.0': { secret: null } }),
      edit(ANSWERED, { 'queue.0': { secret: null } }),
    ),
    accept(
      'tsm.ap-process',
      q1,
      edit(USING, { 'queue.0': { key: 1 } }),
      edit(ANSWERED, { 'queue.0': { key: 1 } }),
    ),
    accept(
      'tsm.ap-process',
      q1,
      edit(USING, { 'queue.0': { message: 'generate', key: null, association: 'pending' } }),
      edit(ANSWERED, { 'queue.0': { message: 'generate', key: null, association: 'pending' } }),
    ),
  ],
  'ap-session-stays-with-its-image': [
    accept(
      'tsm.ap-process',
      q1,
      edit(USING, { 'secret.0': { image: 1 } }),
      edit(ANSWERED, { 'secret.0': { image: 1 } }),
    ),
  ],
  'ap-reply-only-to-sender': [
    accept(
      'tsm.ap-receive',
      { guest: 1, queue: 0 },
      ANSWERED,
      edit(ANSWERED, { 'queue.0': emptied }),
    ),
  ],
  'ap-secrets-only-by-request': [
    ...['corrupt', 'otherMachine'].map((blob) =>
      accept(
        'tsm.ap-add-secret',
        { guest: 0, secret: 1, blob },
        HELD,
        edit(HELD, { 'store.0.1': { held: true } }),
      ),
    ),
    accept(
      'tsm.ap-add-secret',
      { guest: 1, secret: 0, blob: 'intact' },
      HELD,
      edit(HELD, { 'store.1.0': { held: true } }),
    ),
    accept(
      'tsm.ap-add-secret',
      { guest: 0, secret: 1, blob: 'intact' },
      HELD,
      edit(HELD, { 'store.0.1': { held: true }, 'store.1.2': { held: true } }),
    ),
    accept('tsm.ap-kexec', { guest: 0 }, HELD, edit(HELD, { 'store.0.1': { held: true } })),
  ],
  'ap-locked-store-never-grows': [
    accept(
      'tsm.ap-add-secret',
      { guest: 0, secret: 1, blob: 'intact' },
      STORE_LOCKED,
      edit(STORE_LOCKED, { 'store.0.1': { held: true } }),
    ),
  ],
  'ap-listing-secrets-is-harmless': [
    refuse('tsm.ap-list-secrets', { guest: 0 }, STORE_LOCKED),
    accept('tsm.ap-list-secrets', { guest: 0 }, OFF, OFF),
    accept(
      'tsm.ap-list-secrets',
      { guest: 0 },
      STORE_LOCKED,
      edit(STORE_LOCKED, { 'seGuest.0': { locked: false } }),
    ),
    accept('tsm.ap-list-secrets', { guest: 0 }, HELD, edit(HELD, { 'store.0.0': { held: false } })),
  ],
  'ap-lock-lasts': [
    accept('tsm.ap-lock-secrets', { guest: 0 }, HELD, HELD),
    accept('tsm.ap-kexec', { guest: 0 }, STORE_LOCKED, ASSOCIATED),
  ],
  'ap-store-ends-with-guest': [
    accept(
      'tsm.ap-guest-end',
      { guest: 0 },
      ASSIGNED,
      edit(ASSIGNED, { 'seGuest.0': { up: false } }),
    ),
    accept(
      'tsm.ap-guest-end',
      { guest: 0 },
      HELD,
      edit(HELD, { 'seGuest.0': { up: false }, 'store.0.0': { held: false } }),
    ),
    refuse('idle', {}, edit(OFF, { 'seGuest.1': { locked: true } })),
  ],
  'ap-host-only-denies': [
    accept('tsm.ap-assign', both, ASSIGNED, HELD),
    accept('tsm.ap-host-reset', { ...q1, fbit: 'plain' }, HELD, PENDING),
    accept('tsm.ap-host-reset', { ...q1, fbit: 'plain' }, ASSOCIATED, USING),
    accept('tsm.ap-unassign', q1, USING, ANSWERED),
    accept('tsm.ap-unassign', q1, HELD, inState(HELD, 'idle', { index: 0 })),
    accept('tsm.ap-unassign', q1, HELD, inState(HELD, 'working')),
    accept('tsm.ap-unassign', q1, HELD, inState(HELD, 'idle', { device: 'error' })),
  ],
  'ap-association-error-surfaced': [
    accept('tsm.ap-poll', both, ASSOCIATION_FAILED, inState(ASSOCIATION_FAILED, 'idle')),
    accept(
      'tsm.ap-poll',
      both,
      edit(PENDING, { 'queue.0': free }),
      edit(PENDING, { 'queue.0': free, 'driver.0.0': { device: 'error' } }),
    ),
    accept(
      'tsm.ap-poll',
      both,
      edit(PENDING, { 'queue.0': { association: 'settled' } }),
      inState(ASSOCIATED, 'assocWait', { device: 'error' }),
    ),
  ],
  'ap-driver-waits-for-reset': [
    accept('tsm.ap-poll', both, inState(ASSIGNED, 'resetStart'), inState(ASSIGNED, 'resetWait')),
    accept('tsm.ap-poll', both, inState(ASSIGNED, 'resetStart'), ASSIGNED),
    accept(
      'tsm.ap-poll',
      both,
      inState(reset(ASSIGNED), 'resetWait'),
      reset(inState(ASSIGNED, 'setIrqWait')),
    ),
    accept('tsm.ap-poll', both, ASSIGNED, inState(ASSIGNED, 'working')),
  ],
  'ap-kexec-forgets-indices': [
    accept(
      'tsm.ap-kexec',
      { guest: 0 },
      ASSOCIATED,
      inState(ASSOCIATED, 'resetStart', { device: 'uninitiated' }),
    ),
    accept('tsm.ap-kexec', { guest: 0 }, HELD, inState(HELD, 'resetStart')),
  ],
};
