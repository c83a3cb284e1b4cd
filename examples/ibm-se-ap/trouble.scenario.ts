/** Resets from outside, kexec, associations that fail, and commands where they have no place (host-guest B36). */
import { device, guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import { becomesIdle, bindsAndAssociates, findsQueue, serves, startsWith } from './phrases.ts';

const backend = IBM_SE_AP;
const at = { guest: 'G1', queue: 'Q1' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'kexec leaves an index that nobody knows',
    {
      backend,
      readings: { bindSurvivesReset: 'yes' },
      says: `The machine keeps binding and association over the reset of the next kernel, which does not know the
        index. It reports an I/O error, and only a reset with the F bit helps.`,
      clauses: ['ap-kexec', 'ap-index-unknown', 'ap-plain-reset'],
    },
    [
      serves('G1', 'Q1', 'X1'),
      guest('tsm.ap-show', at).accepted('associated'),
      guest('tsm.ap-kexec', { guest: 'G1' })
        .accepted('new kernel')
        .leaving('driver.G1.Q1', { device: 'uninitiated', index: 'none' })
        .keeping('queue.Q1', 'store.G1.X1'),
      guest('tsm.ap-show', at).refused('EIO'),
      findsQueue('G1', 'Q1'),
      guest('tsm.ap-show', at).refused('EIO'),
      guest('tsm.ap-bind', at).refused('EINVAL'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).refused('EINVAL'),
      guest('tsm.ap-unbind', at).accepted('reset with F').leaving('queue.Q1', { holder: 'nobody' }),
      becomesIdle('G1', 'Q1'),
      bindsAndAssociates('G1', 'Q1', 'X1'),
      guest('tsm.ap-show', at).accepted('associated'),
    ],
  ),

  scenario(
    'the same kexec where a reset frees the queue',
    {
      backend,
      says: 'The reset of the next kernel takes the binding along, so that it may bind at once.',
      clauses: ['ap-kexec', 'ap-plain-reset'],
    },
    [
      serves('G1', 'Q1', 'X1'),
      guest('tsm.ap-kexec', { guest: 'G1' }).accepted('new kernel'),
      guest('tsm.ap-show', at).refused('EIO'),
      findsQueue('G1', 'Q1'),
      guest('tsm.ap-show', at).accepted('unassociated'),
      bindsAndAssociates('G1', 'Q1', 'X1'),
    ],
  ),

  scenario(
    'the host resets a queue under its guest',
    {
      backend,
      says: `The guest sees it by a bind state that it did not expect: work is refused, and an association that
        it waits for ends in an error. It can bind anew, and has lost nothing but time.`,
      clauses: ['ap-host-denies', 'ap-associate-error', 'ap-bind'],
    },
    [
      serves('G1', 'Q1', 'X1'),
      guest('tsm.ap-send', { ...at, work: 'generate' }).accepted('sent'),
      host('tsm.ap-host-reset', { queue: 'Q1', fbit: 'flush' })
        .accepted('with F')
        .leaving('queue.Q1', { holder: 'nobody', secret: 'none', message: 'none', resetting: true })
        .keeping('driver.G1.Q1', 'store.G1.X1'),
      host('tsm.ap-host-reset', { queue: 'Q1', fbit: 'plain' }).refused('EBUSY'),
      guest('tsm.ap-show', at).accepted('unassociated'),
      guest('tsm.ap-send', { ...at, work: 'clear' }).refused('ENODEV', 'not bound by it'),
      guest('tsm.ap-poll', at).accepted('nothing is left to wait for'),
      guest('tsm.ap-bind', at).refused('EBUSY', 'a reset runs'),
      device('tsm.ap-reset-end', { queue: 'Q1' }).accepted('through'),
      guest('tsm.ap-bind', at).accepted('bound').leaving('driver.G1.Q1', { index: 'none' }),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).accepted('pending'),
      host('tsm.ap-host-reset', { queue: 'Q1', fbit: 'flush' }).accepted('with F'),
      device('tsm.ap-associate.end', { queue: 'Q1', end: 'done' }).refused('NOT_PENDING'),
      guest('tsm.ap-poll', at)
        .accepted('the binding is gone')
        .leaving('driver.G1.Q1', { device: 'error', index: 'none' }),
      guest('tsm.ap-send', { ...at, work: 'clear' }).refused(
        'ENODEV',
        'the device does not operate',
      ),
      guest('tsm.ap-unbind', at).accepted('reset with F'),
      becomesIdle('G1', 'Q1'),
      bindsAndAssociates('G1', 'Q1', 'X1'),
    ],
  ),

  scenario(
    'an association fails',
    {
      backend,
      says: 'The error comes after the command was taken, and the device stays in error until a reset.',
      clauses: ['ap-associate-error'],
    },
    [
      startsWith('G1', 'X1'),
      host('tsm.ap-assign', at).accepted('assigned'),
      findsQueue('G1', 'Q1'),
      guest('tsm.ap-bind', at).accepted('bound'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).accepted('pending'),
      device('tsm.ap-associate.end', { queue: 'Q1', end: 'error' })
        .accepted('in an error')
        .leaving('queue.Q1', { holder: 'G1', secret: 'none', association: 'failed' }),
      guest('tsm.ap-poll', at)
        .accepted('the association failed')
        .leaving('driver.G1.Q1', { device: 'error' }),
      guest('tsm.ap-poll', at).refused('ENODEV', 'the device is in error'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).refused('ENODEV'),
      guest('tsm.ap-reset', at)
        .accepted('reset')
        .leaving('queue.Q1', { holder: 'nobody', association: 'settled' }),
      becomesIdle('G1', 'Q1'),
      bindsAndAssociates('G1', 'Q1', 'X1'),
    ],
  ),

  scenario(
    'AP commands and requests out of order',
    {
      backend,
      says: 'Each is refused, with the code of what is missing first.',
      clauses: ['ap-bind', 'ap-associate', 'ap-enqueue', 'uv-add-secret'],
    },
    [
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'intact' }).refused('ENODEV'),
      guest('tsm.ap-bind', at).refused('ENODEV', 'the guest does not run'),
      host('tsm.ap-guest-start', { guest: 'G1' }).accepted('started'),
      host('tsm.ap-guest-start', { guest: 'G1' }).refused('UP'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'intact' }).refused(
        'NO_REQUEST',
      ),
      guest('tsm.ap-prepare', { guest: 'G1', secret: 'X1' }).accepted('made'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'corrupt' }).refused(
        'BAD_REQUEST',
      ),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'otherMachine' }).refused(
        'WRONG_MACHINE',
      ),
      guest('tsm.ap-bind', at).refused('ENODEV', 'not its queue'),
      host('tsm.ap-assign', at).accepted('assigned'),
      guest('tsm.ap-bind', at).refused('EBUSY', 'the driver is not idle yet'),
      guest('tsm.ap-send', { ...at, work: 'clear' }).refused(
        'ENODEV',
        'the device does not operate',
      ),
      findsQueue('G1', 'Q1'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).refused('EINVAL'),
      guest('tsm.ap-use', { ...at, secret: 'X1' }).refused('NO_KEY'),
      guest('tsm.ap-receive', at).refused('ENODEV', 'not bound by it'),
      guest('tsm.ap-bind', at).accepted('bound'),
      guest('tsm.ap-bind', at).refused('EINVAL'),
      guest('tsm.ap-associate', { ...at, secret: 'X1' }).refused('EIO'),
      guest('tsm.ap-receive', at).refused('EMPTY'),
      device('tsm.ap-process', { queue: 'Q1' }).refused('EMPTY'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'intact' }).accepted('added'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X1', blob: 'intact' }).refused('EXISTS'),
      guest('tsm.ap-prepare', { guest: 'G1', secret: 'X2' }).accepted('made'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X2', blob: 'intact' }).accepted('added'),
      guest('tsm.ap-prepare', { guest: 'G1', secret: 'X3' }).accepted('made'),
      guest('tsm.ap-add-secret', { guest: 'G1', secret: 'X3', blob: 'intact' }).refused(
        'STORE_FULL',
      ),
    ],
  ),
];
