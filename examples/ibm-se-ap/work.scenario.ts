/** From a start of a guest to work with a secure key, and who else can work with that key (backends 6). */
import { device, guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import {
  becomesIdle,
  bindsAndAssociates,
  findsQueue,
  makesKey,
  serves,
  startsWith,
} from './phrases.ts';

const backend = IBM_SE_AP;
const at = { guest: 'G1', queue: 'Q1' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'bind, associate, work, give back',
    {
      backend,
      says: 'The life of a queue of one guest. Clear work needs the binding only, secure keys the association.',
      clauses: [
        'ap-bind',
        'ap-associate',
        'ap-secure-key',
        'ap-unbind',
        'uv-lock-secrets',
        'uv-list-secrets',
      ],
    },
    [
      startsWith('G1', 'X1'),
      guest('tsm.ap-list-secrets', { guest: 'G1' }).accepted('a list'),
      guest('tsm.ap-lock-secrets', { guest: 'G1' })
        .accepted('locked')
        .leaving('seGuest.G1', { locked: true }),
      guest('tsm.ap-list-secrets', { guest: 'G1' }).accepted('a list').keeping('store.G1.X1'),
      guest('tsm.ap-prepare', { guest: 'G1', secret: 'X2' }).accepted('made'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X2', blob: 'intact' })
        .refused('LOCKED')
        .keeping('store.G1.X2'),
      host('tsm.ap-assign', at).accepted('assigned'),
      findsQueue('G1', 'Q1'),
      guest('tsm.ap-bind', at).accepted('bound'),
      guest('tsm.ap-send', { ...at, work: 'clear' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' }).accepted('clear work'),
      guest('tsm.ap-receive', at).accepted('taken'),
      guest('tsm.ap-send', { ...at, work: 'generate' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' })
        .dropped('NOT_ASSOCIATED')
        .leaving('queue.Q1', { reply: 'failed' }),
      guest('tsm.ap-receive', at).accepted('taken'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).accepted('pending'),
      device('tsm.ap-associate.end', { queue: 'Q1', end: 'done' }).accepted('well'),
      guest('tsm.ap-poll', at).accepted('the association is through'),
      guest('tsm.ap-show', at).accepted('associated'),
      makesKey('G1', 'Q1', 'X1'),
      guest('tsm.ap-use', { ...at, secret: 'X1' }).accepted('sent'),
      guest('tsm.ap-send', { ...at, work: 'clear' }).refused('FULL'),
      device('tsm.ap-process', { queue: 'Q1' }).accepted('a key used'),
      guest('tsm.ap-receive', at).accepted('taken'),
      guest('tsm.ap-unbind', at)
        .accepted('reset with F')
        .leaving('queue.Q1', { holder: 'nobody', secret: 'none', assigned: 'G1' })
        .leaving('driver.G1.Q1', { index: 'none' }),
      becomesIdle('G1', 'Q1'),
      guest('tsm.ap-send', { ...at, work: 'clear' }).refused('ENODEV', 'not bound by it'),
    ],
  ),

  scenario(
    'two guests use one queue in turn',
    {
      backend,
      says: `The host takes the queue from G1 without a reset and gives it to G2. G2 gets nothing of G1: neither
        the binding, nor the reply that G1 left behind, nor the use of the key that G1 has made.`,
      clauses: ['ap-assign', 'ap-host-denies', 'ap-secure-key', 'ap-bind-states'],
    },
    [
      serves('G1', 'Q1', 'X1'),
      makesKey('G1', 'Q1', 'X1'),
      guest('tsm.ap-use', { ...at, secret: 'X1' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' }).accepted('a key used'),
      startsWith('G2', 'X2'),
      guest('tsm.ap-add-secret', { guest: 'G2', secret: 'X1', blob: 'intact' }).refused(
        'WRONG_IMAGE',
      ),
      host('tsm.ap-assign', { guest: 'G2', queue: 'Q1' }).refused('EBUSY'),
      host('tsm.ap-unassign', { queue: 'Q1' })
        .accepted('taken')
        .leaving('queue.Q1', { assigned: 'nobody', holder: 'G1', reply: 'done' }),
      host('tsm.ap-assign', { guest: 'G2', queue: 'Q1' }).accepted('assigned'),
      guest('tsm.ap-receive', at).refused('ENODEV', 'not its queue'),
      guest('tsm.ap-receive', { guest: 'G2', queue: 'Q1' }).refused('ENODEV', 'not bound by it'),
      guest('tsm.ap-bind', { guest: 'G2', queue: 'Q1' }).refused('EINVAL'),
      guest('tsm.ap-poll', { guest: 'G2', queue: 'Q1' }).accepted('found'),
      guest('tsm.ap-poll', { guest: 'G2', queue: 'Q1' })
        .accepted('begins a reset')
        .leaving('queue.Q1', { holder: 'nobody', message: 'none', reply: 'none' }),
      becomesIdle('G2', 'Q1'),
      bindsAndAssociates('G2', 'Q1', 'X2'),
      guest('tsm.ap-use', { guest: 'G2', queue: 'Q1', secret: 'X1' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' }).dropped('OTHER_SESSION'),
      guest('tsm.ap-receive', { guest: 'G2', queue: 'Q1' }).accepted('taken'),
      makesKey('G2', 'Q1', 'X2'),
      guest('tsm.ap-poll', at)
        .accepted('the queue is gone')
        .leaving('driver.G1.Q1', { device: 'uninitiated' }),
    ],
  ),

  scenario(
    'a later start goes on with the session of its secret',
    {
      backend,
      says: 'The guest ends and starts again. With the same secret its old key works, with another it does not.',
      clauses: ['ap-secure-key', 'uv-guest'],
    },
    [
      serves('G1', 'Q1', 'X1'),
      makesKey('G1', 'Q1', 'X1'),
      host('tsm.ap-guest-end', { guest: 'G1' })
        .accepted('ended')
        .leaving('queue.Q1', { assigned: 'G1', holder: 'nobody', secret: 'none', resetting: true })
        .leaving('store.G1.X1', { held: false }),
      host('tsm.ap-guest-start', { guest: 'G1' })
        .accepted('started')
        .leaving('secret.X1', { keys: 'past' }),
      guest('tsm.ap-list-secrets', { guest: 'G1' }).accepted('an empty list'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'intact' }).accepted('added'),
      guest('tsm.ap-prepare', { guest: 'G1', secret: 'X2' }).accepted('made'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X2', blob: 'intact' }).accepted('added'),
      guest('tsm.ap-poll', at).accepted('found'),
      guest('tsm.ap-poll', at).accepted('waits for a reset'),
      becomesIdle('G1', 'Q1'),
      bindsAndAssociates('G1', 'Q1', 'X2'),
      guest('tsm.ap-use', { ...at, secret: 'X1' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' }).dropped('OTHER_SESSION'),
      guest('tsm.ap-receive', at).accepted('taken'),
      guest('tsm.ap-unbind', at).accepted('reset with F'),
      becomesIdle('G1', 'Q1'),
      bindsAndAssociates('G1', 'Q1', 'X1'),
      guest('tsm.ap-use', { ...at, secret: 'X1' }).accepted('sent'),
      device('tsm.ap-process', { queue: 'Q1' }).accepted('a key used'),
    ],
  ),
];
