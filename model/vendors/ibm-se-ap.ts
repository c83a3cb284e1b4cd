/**
 * Crypto AP queues of IBM Secure Execution guests: no PCI, no TSM of a device, no lock. The guest binds a queue,
 * associates it with a secret of its store, and works; the host can only take the queue away or reset it.
 *
 * Simplifications: a queue has room for one message; a reset takes effect when it begins, and runs on; the
 * driver reads the bind state anew for every command. The index of a secret is the secret itself.
 */
import {
  accepted,
  backend,
  dropped,
  each,
  idle,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import { W } from '../words/index.ts';

const guest = { guest: 'Guest' } as const;
const queue = { queue: 'Queue' } as const;
const pair = { guest: 'Guest', queue: 'Queue' } as const;
const cell = { guest: 'Guest', secret: 'Secret' } as const;
const keyed = { guest: 'Guest', queue: 'Queue', secret: 'Secret' } as const;

const gone = refused('ENODEV', 'the guest does not run', [not(W.guestUp)]);
const notThere = refused('ENODEV', 'not its queue', [not(W.queueAssignedTo)]);
const notOperating = refused('ENODEV', 'the device does not operate', [
  not(W.deviceIs('operating')),
]);
const resetRuns = refused('EBUSY', 'a reset runs', [W.queueResetting]);
const resetFromOutside = idle(
  'rare: only a reset from outside, and where the binding survives it, meets a driver that is idle',
  resetRuns,
);

/** A reset with the F bit, and one without it, as the machine does them. */
const resetWithF = [W.beginQueueReset, W.flushQueue, W.freeQueue] as const;
const resetWithoutF = [
  W.beginQueueReset,
  W.flushQueue,
  W.cancelAssociation,
  when([W.readingIs('bindSurvivesReset', 'no')], [W.freeQueue]),
] as const;
/** The driver begins anew, behind a reset that it has asked for. */
const driverWaits = [W.deviceTo('operating'), W.driverTo('resetWait'), W.forgetIndex] as const;
/** No driver knows the queue. */
const driverGone = [W.deviceTo('uninitiated'), W.driverTo('resetStart'), W.forgetIndex] as const;

/** What a message must pass on its way into a queue. */
const enqueueChecks = [
  gone,
  notThere,
  notOperating,
  refused('ENODEV', 'not bound by it', [not(W.queueHeldBy)]),
  refused('EBUSY', 'the driver is not ready', [not(W.driverIs('idle', 'working'))]),
  resetFromOutside,
  refused('FULL', 'the queue is full', [W.queueFull]),
] as const;

const STORE_RULES: readonly Rule[] = [
  rule('tsm.ap-guest-start', {
    by: 'host',
    role: 'progress',
    says: 'A Secure Execution guest starts, with an empty store that is open.',
    over: guest,
    clauses: ['uv-guest'],
    facets: ['ap'],
    cases: [refused('UP', 'it runs', [W.guestUp]), accepted('started', [], [W.startGuest])],
  }),
  rule('tsm.ap-guest-end', {
    by: 'host',
    says: 'A Secure Execution guest ends: its store is emptied, its queues are reset and free.',
    over: guest,
    clauses: ['uv-guest'],
    facets: ['ap'],
    cases: [
      gone,
      accepted(
        'ended',
        [],
        [
          each({ queue: 'Queue' }, [W.queueHeldBy], [...resetWithF]),
          each({ queue: 'Queue' }, [], [...driverGone]),
          each({ secret: 'Secret' }, [W.storeHolds], [W.dropSecret]),
          W.unlockStore,
          W.endGuest,
        ],
      ),
    ],
  }),
  rule('tsm.ap-kexec', {
    by: 'guest',
    says: 'A guest starts its next kernel, which knows nothing of queues and indices.',
    over: guest,
    clauses: ['ap-kexec', 'ap-index-unknown'],
    facets: ['ap'],
    cases: [gone, accepted('new kernel', [], [each({ queue: 'Queue' }, [], [...driverGone])])],
  }),
  rule('tsm.ap-prepare', {
    by: 'guest',
    role: 'progress',
    says: 'The owner of a guest makes requests that carry a secret, for the image of that guest.',
    over: cell,
    clauses: ['uv-add-secret'],
    facets: ['ap'],
    cases: [
      refused('PREPARED', 'made before', [W.secretPrepared]),
      accepted('made', [], [W.prepareSecret]),
    ],
  }),
  rule('tsm.ap-add-secret', {
    by: 'guest',
    role: 'progress',
    leanings: [
      { when: { blob: 'corrupt' }, role: 'neutral' },
      { when: { blob: 'otherMachine' }, role: 'neutral' },
    ],
    says: 'A guest hands the Ultravisor a request to add a secret; anybody may have given it that.',
    over: { guest: 'Guest', secret: 'Secret', blob: 'Blob' },
    clauses: ['uv-add-secret', 'uv-lock-secrets'],
    facets: ['ap'],
    cases: [
      gone,
      refused('LOCKED', 'the store is locked', [W.storeLocked]),
      refused('BAD_REQUEST', 'the request is corrupt', [W.blobIs('corrupt')]),
      refused('WRONG_MACHINE', 'made for another machine', [W.blobIs('otherMachine')]),
      refused('NO_REQUEST', 'nobody has made one', [not(W.secretPrepared)]),
      refused('WRONG_IMAGE', 'made for another image', [not(W.secretForImage)]),
      refused('EXISTS', 'in the store already', [W.storeHolds]),
      refused('STORE_FULL', 'no room is left', [W.storeFull]),
      accepted('added', [], [W.addSecret]),
    ],
  }),
  rule('tsm.ap-list-secrets', {
    by: 'guest',
    observed: true,
    says: 'A guest asks the Ultravisor for ids and indices of the secrets in its store.',
    over: guest,
    clauses: ['uv-list-secrets'],
    facets: ['ap'],
    cases: [gone, accepted('an empty list', [W.storeEmpty]), accepted('a list', [])],
  }),
  rule('tsm.ap-lock-secrets', {
    by: 'guest',
    role: 'optional',
    sensible: [not(W.storeEmpty)],
    says: 'A guest has its secret store locked.',
    over: guest,
    clauses: ['uv-lock-secrets'],
    facets: ['ap'],
    cases: [
      gone,
      accepted('locked before', [W.storeLocked]),
      accepted('locked', [], [W.lockStore]),
    ],
  }),
];

const HOST_RULES: readonly Rule[] = [
  rule('tsm.ap-assign', {
    by: 'host',
    role: 'progress',
    says: 'The host assigns a queue to a guest.',
    over: pair,
    clauses: ['ap-assign'],
    facets: ['ap'],
    cases: [
      refused('EBUSY', 'assigned to a guest', [W.queueAssigned]),
      accepted('assigned', [], [W.assignQueue]),
    ],
  }),
  rule('tsm.ap-unassign', {
    by: 'host',
    says: 'The host takes a queue from its guest; it may leave the reset out that should come first.',
    over: queue,
    clauses: ['ap-assign', 'ap-host-denies'],
    facets: ['ap'],
    cases: [
      refused('ENODEV', 'assigned to nobody', [not(W.queueAssigned)]),
      accepted('taken', [], [W.unassignQueue]),
    ],
  }),
  rule('tsm.ap-host-reset', {
    by: 'host',
    says: 'The host resets a queue from outside, with or without the F bit.',
    over: { queue: 'Queue', fbit: 'QueueReset' },
    clauses: ['ap-host-denies', 'ap-unbind', 'ap-plain-reset'],
    facets: ['ap'],
    cases: [
      resetRuns,
      accepted('with F', [W.queueResetIs('flush')], [...resetWithF]),
      accepted('without F', [], [...resetWithoutF]),
    ],
  }),
  rule('tsm.ap-reset-end', {
    by: 'device',
    role: 'progress',
    says: 'A reset of a queue is through.',
    over: queue,
    clauses: ['ap-driver'],
    facets: ['ap'],
    cases: [
      refused('NOT_RESETTING', 'none runs', [not(W.queueResetting)]),
      accepted('through', [], [W.endQueueReset]),
    ],
  }),
];

const DRIVER_RULES: readonly Rule[] = [
  rule('tsm.ap-poll', {
    by: 'guest',
    role: 'progress',
    says: 'The driver looks at a queue (TAPQ) and moves its own state on.',
    over: pair,
    clauses: ['ap-driver', 'ap-associate-error', 'ap-host-denies'],
    facets: ['ap'],
    cases: [
      gone,
      accepted('the queue is gone', [not(W.queueAssignedTo)], [...driverGone]),
      accepted('found', [W.deviceIs('uninitiated')], [W.deviceTo('operating')]),
      refused('ENODEV', 'the device is in error', [W.deviceIs('error')]),
      accepted(
        'waits for a reset',
        [W.driverIs('resetStart'), W.queueResetting],
        [W.driverTo('resetWait')],
      ),
      accepted(
        'begins a reset',
        [W.driverIs('resetStart')],
        [...resetWithoutF, W.driverTo('resetWait')],
      ),
      refused('EBUSY', 'the reset runs', [W.driverIs('resetWait'), W.queueResetting]),
      accepted('reset is through', [W.driverIs('resetWait')], [W.driverTo('setIrqWait')]),
      accepted('interrupts are on', [W.driverIs('setIrqWait')], [W.driverTo('idle')]),
      accepted(
        'the association failed',
        [W.driverIs('assocWait'), W.queueHeldBy, W.associationFailed],
        [W.deviceTo('error')],
      ),
      accepted(
        'the association is through',
        [W.driverIs('assocWait'), W.queueAssociated],
        [W.driverTo('idle')],
      ),
      refused('EAGAIN', 'the association is pending', [
        W.driverIs('assocWait'),
        W.queueHeldBy,
        W.associationPending,
      ]),
      accepted(
        'the binding is gone',
        [W.driverIs('assocWait')],
        [W.forgetIndex, W.deviceTo('error')],
      ),
      accepted(
        'nothing is left to wait for',
        [W.driverIs('working'), not(W.queueFull)],
        [W.driverTo('idle')],
      ),
      refused('EAGAIN', 'nothing to do', []),
    ],
  }),
  rule('tsm.ap-bind', {
    by: 'guest',
    role: 'progress',
    says: 'se_bind 1 (BAPQ): the guest binds a queue to itself, and reads the bind state to verify it.',
    over: pair,
    clauses: ['ap-bind', 'ap-bind-states'],
    facets: ['ap'],
    refines: 'bind',
    cases: [
      gone,
      notThere,
      refused('EINVAL', 'not free to be bound', [not(W.queueUnbound)]),
      refused('EBUSY', 'the driver is not idle yet', [
        W.driverIs('resetStart', 'resetWait', 'setIrqWait'),
      ]),
      resetRuns,
      accepted('bound', [], [W.bindQueue, W.forgetIndex]),
    ],
  }),
  rule('tsm.ap-associate', {
    by: 'guest',
    role: 'progress',
    says: 'se_associate (AAPQ): the guest has a queue associated with a secret of its store.',
    over: keyed,
    clauses: ['ap-associate', 'ap-bind-states'],
    facets: ['ap'],
    refines: 'accept',
    cases: [
      gone,
      notThere,
      notOperating,
      refused('EINVAL', 'not bound by it, or associated', [not(W.queueBoundOnly)]),
      refused('EBUSY', 'the driver is not idle', [not(W.driverIs('idle'))]),
      resetFromOutside,
      refused('EIO', 'no such secret in its store', [not(W.storeHolds)]),
      accepted('pending', [], [W.beginAssociation, W.learnIndex, W.driverTo('assocWait')]),
    ],
  }),
  rule('tsm.ap-associate.end', {
    by: 'device',
    role: 'progress',
    leanings: [{ when: { end: 'error' }, role: 'neutral' }],
    says: 'An association ends, well or in an error.',
    over: { queue: 'Queue', end: 'Association' },
    clauses: ['ap-associate', 'ap-associate-error'],
    facets: ['ap'],
    refines: 'accept',
    cases: [
      refused('NOT_PENDING', 'none runs', [not(W.associationPending)]),
      accepted('in an error', [W.associationEnds('error')], [W.failAssociation]),
      accepted('well', [], [W.endAssociation]),
    ],
  }),
  rule('tsm.ap-show', {
    by: 'guest',
    observed: true,
    says: 'Somebody in the guest reads se_associate: what is the queue associated with?',
    over: pair,
    clauses: ['ap-index-unknown', 'ap-bind-states'],
    facets: ['ap'],
    cases: [
      gone,
      notThere,
      refused('EIO', 'associated, with an index that nobody knows', [
        W.queueAssociated,
        not(W.indexKnown),
      ]),
      accepted('associated', [W.queueAssociated]),
      accepted('association pending', [W.driverIs('assocWait')]),
      accepted('unassociated', []),
    ],
  }),
  rule('tsm.ap-unbind', {
    by: 'guest',
    says: 'se_bind 0 (RAPQ with F): the guest gives a queue back, whatever state it is in.',
    over: pair,
    clauses: ['ap-unbind'],
    facets: ['ap'],
    refines: 'unbind',
    cases: [gone, notThere, accepted('reset with F', [], [...resetWithF, ...driverWaits])],
  }),
  rule('tsm.ap-reset', {
    by: 'guest',
    says: 'The guest resets a queue without the F bit (RAPQ, ZAPQ).',
    over: pair,
    clauses: ['ap-plain-reset'],
    facets: ['ap'],
    cases: [gone, notThere, accepted('reset', [], [...resetWithoutF, ...driverWaits])],
  }),
];

const WORK_RULES: readonly Rule[] = [
  rule('tsm.ap-send', {
    by: 'guest',
    role: 'progress',
    says: 'The guest sends work without a key: clear work, or the making of a key.',
    over: { guest: 'Guest', queue: 'Queue', work: 'QueueWork' },
    clauses: ['ap-enqueue'],
    facets: ['ap'],
    cases: [...enqueueChecks, accepted('sent', [], [W.sendWork, W.driverTo('working')])],
  }),
  rule('tsm.ap-use', {
    by: 'guest',
    role: 'progress',
    says: 'The guest sends work under a key, its own or one that it came by; keys are no secret.',
    over: keyed,
    clauses: ['ap-enqueue', 'ap-secure-key'],
    facets: ['ap'],
    cases: [
      refused('NO_KEY', 'there is no such key', [not(W.keysExist)]),
      ...enqueueChecks,
      accepted('sent', [], [W.sendKeyed, W.driverTo('working')]),
    ],
  }),
  rule('tsm.ap-process', {
    by: 'device',
    role: 'progress',
    says: 'The queue works on its message.',
    over: queue,
    clauses: ['ap-secure-key'],
    facets: ['ap'],
    cases: [
      refused('EMPTY', 'no message waits', [not(W.messageWaits)]),
      accepted('clear work', [W.messageIs('clear')], [W.reply('done')]),
      dropped(
        'NOT_ASSOCIATED',
        'no secure keys here',
        [not(W.settledWithSecret)],
        [W.reply('failed')],
      ),
      accepted('a key made', [W.messageIs('generate')], [W.makeKey, W.reply('done')]),
      dropped(
        'OTHER_SESSION',
        'a key of another session',
        [not(W.keyOfAssociation)],
        [W.reply('failed')],
      ),
      accepted('a key used', [], [W.reply('done')]),
    ],
  }),
  rule('tsm.ap-receive', {
    by: 'guest',
    role: 'progress',
    says: 'The guest takes the reply to its message.',
    over: pair,
    clauses: ['ap-enqueue', 'ap-bind-states'],
    facets: ['ap'],
    cases: [
      gone,
      notThere,
      refused('ENODEV', 'not bound by it', [not(W.queueHeldBy)]),
      refused('EMPTY', 'no reply', [not(W.repliedTo)]),
      accepted('taken', [], [W.flushQueue, when([W.driverIs('working')], [W.driverTo('idle')])]),
    ],
  }),
];

export const IBM_SE_AP = backend('ibm-se-ap', {
  title: 'IBM Secure Execution, AP queues',
  says: 'The guest binds crypto queues and associates them with its secrets; there is no PCI device.',
  clauses: ['ap-bind-states', 'ap-bind', 'ap-associate', 'ap-unbind', 'ap-host-denies'],
  facets: ['ap'],
  rules: [...STORE_RULES, ...HOST_RULES, ...DRIVER_RULES, ...WORK_RULES],
});
