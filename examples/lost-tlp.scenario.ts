/** The fabric loses a TLP (tdisp-semantics 3.6, 3.7). */
import { device, fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { key, servesWithDma, writes } from './phrases.ts';

const send = (access: 'write' | 'read') =>
  device('dma.issue', { tdi: 'VF1', page: 'P1', access, traffic: 'private' });
const deliver = (slot: 'S1' | 'S2') => fabric('fabric.deliver', { slot });
const lose = (slot: 'S1' | 'S2') => fabric('fabric.lose', { slot });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a lost write',
    {
      says: `Nobody notices until the next TLP of the sub-stream: its counter is ahead of what was
        received, and the check fails.`,
      clauses: ['ide-check', 'tdisp-stream-loss'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('write').accepted('sent'),
      lose('S1')
        .dropped('LOST', 'T=1 TLP')
        .leaving('gap.K0', { PR: true, NPR: false, CPL: false })
        .leaving('tlp.S1', { kind: 'none' })
        .keeping('stream', 'tdi.VF1', 'page.P1'),
      lose('S1').refused('EMPTY'),
      deliver('S1').refused('EMPTY').keeping('stream', 'gap.K0'),
      send('write').accepted('sent'),
      deliver('S1')
        .dropped('IDE_CHECK_FAILED', 'after a loss')
        .leaving('page.P1', { data: 'nobody' })
        .leaving('stream', { secure: false })
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('gap.K0', { PR: false }),
    ],
  ),

  scenario(
    'a lost read',
    {
      says: 'The same for the non-posted sub-stream; posted writes still pass.',
      clauses: ['ide-check'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('read').accepted('sent'),
      lose('S1').dropped('LOST').leaving('gap.K0', { PR: false, NPR: true, CPL: false }),
      writes('VF1', 'P1', 'G1'),
      send('read').accepted('sent'),
      deliver('S1')
        .dropped('IDE_CHECK_FAILED', 'after a loss')
        .leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario('a lost completion', { says: 'The same for completions.', clauses: ['ide-check'] }, [
    servesWithDma('VF1', 'G1', 'P1'),
    send('read').accepted('sent'),
    deliver('S1').accepted('read'),
    lose('S1').dropped('LOST').leaving('gap.K0', { PR: false, NPR: false, CPL: true }),
    send('read').accepted('sent'),
    deliver('S1').accepted('read').leaving('tlp.S1', { kind: 'completion' }),
    deliver('S1')
      .dropped('IDE_CHECK_FAILED', 'after a loss')
      .leaving('tdi.VF1', { state: 'ERROR', holds: 'nobody' }),
  ]),

  scenario(
    'a read after a lost write',
    {
      says: `Each non-posted request carries how many writes were sent before it. The receiver has
        one too few: the check fails, or the guest would read what the lost write should have
        changed.`,
      clauses: ['ide-ordering', 'ide-check'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('write').accepted('sent'),
      lose('S1').dropped('LOST'),
      send('read').accepted('sent'),
      deliver('S1').dropped('IDE_CHECK_FAILED').leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario(
    'writes out of order',
    { says: 'A sub-stream is strictly ordered.', clauses: ['ide-check'] },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('write').accepted('sent'),
      send('write').accepted('sent'),
      deliver('S2')
        .dropped('IDE_CHECK_FAILED', 'out of order')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      deliver('S1').dropped('INSECURE').leaving('page.P1', { data: 'nobody' }),
    ],
  ),

  scenario(
    'a read that overtakes a write',
    {
      says: 'A non-posted request must not pass a posted one; the reverse is allowed.',
      clauses: ['ide-ordering'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('read').accepted('sent'),
      send('write').accepted('sent'),
      deliver('S2').accepted('write').leaving('stream', { secure: true }),
      deliver('S1').accepted('read'),
      deliver('S1').accepted('completion'),
      send('write').accepted('sent'),
      send('read').accepted('sent'),
      deliver('S2')
        .dropped('IDE_CHECK_FAILED', 'read passes write')
        .leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario(
    'a lost T=0 TLP',
    { says: 'Outside IDE nothing counts, and nothing notices.', clauses: ['ide-check'] },
    [
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 }).accepted('plain write'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      lose('S1').dropped('LOST', 'T=0 TLP').leaving('gap.K0', { PR: false }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      deliver('S1').accepted('legacy write'),
    ],
  ),

  scenario(
    'a write lost before a refresh',
    {
      says: `Counters belong to a key set: the new set starts without a gap, and retiring the old
        one forgets it. A loss of the last TLP under a set is never noticed.`,
      clauses: ['ide-check', 'ide-refresh'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('write').accepted('sent'),
      lose('S1').dropped('LOST').leaving('gap.K0', { PR: true }),
      key('K1'),
      tsm('ide.switch', { keySet: 'K1' }).accepted('switched'),
      tsm('ide.set-stop', { keySet: 'K0' }).accepted('idle set').leaving('gap.K0', { PR: false }),
      writes('VF1', 'P1', 'G1'),
      now('tdi.VF1', { state: 'RUN' }),
    ],
  ),
];
