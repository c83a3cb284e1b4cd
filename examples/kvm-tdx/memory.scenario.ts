/** Private memory of a running TD: conversion, slots, pages not added, the shared bit, another VM (backends 10). */
import { guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';
import { normalVmRuns, privatePage, runs } from './phrases.ts';

const backend = KVM_TDX;
const p1 = { guest: 'G1', page: 'P1' } as const;
const p2 = { guest: 'G1', page: 'P2' } as const;
const moduleReady = host('tsm.tdx-module-init').accepted('done');

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a page that was not added is zero and must be accepted',
    {
      backend,
      says: 'KVM answers the fault with zeros; the TD does not use them before it has accepted them.',
      clauses: ['tdx-not-added'],
    },
    [
      moduleReady,
      runs('G1', 'P1'),
      privatePage('G1', 'P2'),
      guest('tsm.tdx-accept', p2).refused('NOT_PENDING'),
      guest('tsm.tdx-touch', { ...p2, bit: 'none' }).refused('EPT_VIOLATION'),
      host('tsm.tdx-augment', p2)
        .accepted('pending')
        .leaving('gpa.G1.P2', { sept: 'pending', frame: 'zero', measured: false }),
      guest('tsm.tdx-touch', { ...p2, bit: 'none' })
        .refused('VE')
        .keeping('gpa.G1.P2'),
      guest('tsm.tdx-accept', p2)
        .accepted('accepted')
        .leaving('gpa.G1.P2', { sept: 'accepted', frame: 'zero' }),
      guest('tsm.tdx-touch', { ...p2, bit: 'none' })
        .accepted('private memory')
        .leaving('gpa.G1.P2', { frame: 'secret' }),
      host('tsm.tdx-augment', p2).refused('EEXIST').keeping('gpa.G1.P2'),
    ],
  ),

  ...(['bit51', 'bit47'] as const).map((sharedBit) =>
    scenario(
      `conversion, with ${sharedBit} as the shared bit`,
      {
        backend,
        readings: { sharedBit },
        says: 'A page goes to shared and back: what the TD wrote is gone, and it has to accept the page anew.',
        clauses: ['tdx-shared-bit', 'tdx-attribute', 'tdx-not-added'],
      },
      [
        moduleReady,
        runs('G1', 'P1'),
        guest('tsm.tdx-touch', { ...p1, bit: 'none' }).accepted('private memory'),
        guest('tsm.tdx-touch', { ...p1, bit: sharedBit })
          .refused('MEMORY_FAULT')
          .keeping('gpa.G1.P1'),
        guest('tsm.tdx-touch', { ...p1, bit: sharedBit === 'bit51' ? 'bit47' : 'bit51' }).refused(
          'EFAULT',
        ),
        host('tsm.tdx-set-attribute', { ...p1, space: 'private' })
          .accepted('as it was')
          .keeping('gpa.G1.P1'),
        host('tsm.tdx-set-attribute', { ...p1, space: 'shared' })
          .accepted('converted')
          .leaving('gpa.G1.P1', { sept: 'absent', frame: 'zero' }),
        guest('tsm.tdx-touch', { ...p1, bit: 'none' }).refused('MEMORY_FAULT'),
        host('tsm.tdx-augment', p1).refused('MEMORY_FAULT', 'shared'),
        guest('tsm.tdx-touch', { ...p1, bit: sharedBit })
          .accepted('shared memory')
          .keeping('gpa.G1.P1'),
        host('tsm.tdx-set-attribute', { ...p1, space: 'private' }).accepted('converted'),
        guest('tsm.tdx-touch', { ...p1, bit: 'none' }).refused('EPT_VIOLATION'),
        host('tsm.tdx-augment', p1).accepted('pending').leaving('gpa.G1.P1', { frame: 'zero' }),
        guest('tsm.tdx-touch', { ...p1, bit: 'none' }).refused('VE'),
        guest('tsm.tdx-accept', p1).accepted('accepted'),
        guest('tsm.tdx-touch', { ...p1, bit: 'none' }).accepted('private memory'),
      ],
    ),
  ),

  scenario(
    'moving a memory slot loses its contents',
    {
      backend,
      says: 'The slot stays, what the TD had below it does not; deleting takes the slot as well.',
      clauses: ['tdx-slot'],
    },
    [
      moduleReady,
      runs('G1', 'P1'),
      guest('tsm.tdx-touch', { ...p1, bit: 'none' }).accepted('private memory'),
      host('tsm.tdx-set-slot', { ...p1, change: 'create' }).refused('EEXIST'),
      host('tsm.tdx-set-slot', { ...p1, change: 'move' })
        .accepted('moved')
        .leaving('gpa.G1.P1', { slot: true, attribute: 'private', sept: 'absent', frame: 'zero' }),
      guest('tsm.tdx-touch', { ...p1, bit: 'none' }).refused('EPT_VIOLATION'),
      host('tsm.tdx-augment', p1).accepted('pending'),
      guest('tsm.tdx-accept', p1).accepted('accepted'),
      host('tsm.tdx-set-slot', { ...p1, change: 'delete' })
        .accepted('deleted')
        .leaving('gpa.G1.P1', { slot: false, sept: 'absent', frame: 'zero' }),
      host('tsm.tdx-set-slot', { ...p1, change: 'move' }).refused('EINVAL'),
      guest('tsm.tdx-touch', { ...p1, bit: 'none' }).refused('EFAULT', 'no slot'),
    ],
  ),

  scenario(
    'a TD beside a normal VM',
    {
      backend,
      says: `The normal VM has no private memory and no TDX sub-commands, and never reads what the TD holds; it
        reads the frame once it has gone back, and finds zeros.`,
      clauses: ['tdx-private', 'tdx-attribute', 'tdx-order'],
    },
    [
      moduleReady,
      normalVmRuns('G2', 'P1'),
      host('tsm.tdx-init-vm', { guest: 'G2' }).refused('ENOTTY'),
      host('tsm.tdx-finalize', { guest: 'G2' }).refused('ENOTTY'),
      host('tsm.tdx-set-attribute', { guest: 'G2', page: 'P1', space: 'private' })
        .refused('EINVAL')
        .keeping('gpa.G2.P1'),
      guest('tsm.tdx-touch', { guest: 'G2', page: 'P1', bit: 'none' }).accepted(
        'memory of a normal VM',
      ),
      guest('tsm.tdx-touch', { guest: 'G2', page: 'P1', bit: 'bit51' }).refused('EFAULT'),
      runs('G1', 'P1'),
      guest('tsm.tdx-touch', { ...p1, bit: 'none' })
        .accepted('private memory')
        .leaving('gpa.G1.P1', { frame: 'secret' }),
      host('tsm.tdx-foreign-read', { ...p1, reader: 'G1' }).refused('SAME'),
      host('tsm.tdx-foreign-read', { ...p1, reader: 'G2' })
        .dropped('INTEGRITY')
        .keeping('gpa.G1.P1'),
      host('tsm.tdx-set-attribute', { ...p1, space: 'shared' })
        .accepted('converted')
        .leaving('gpa.G1.P1', { frame: 'zero' }),
      host('tsm.tdx-foreign-read', { ...p1, reader: 'G2' }).accepted('read'),
    ],
  ),
];
