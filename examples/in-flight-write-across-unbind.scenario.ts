/**
 * A posted write of one tenant that the fabric holds while the TDI changes hands (tdisp-semantics
 * 1.7, 5.7).
 */
import { device, fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  bind,
  bindFails,
  endUnbind,
  givePage,
  invalidate,
  run,
  servesWithDma,
  start,
  stop,
} from './phrases.ts';

const send = device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' });
const deliver = fabric('fabric.deliver', { slot: 'S1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'write in flight across an unbind',
    {
      says: `The unbind does not end while the write is under way, and the write does not land
        once DMA is blocked.`,
      clauses: ['drain-before-reuse', 'verb-unbind', 'private-dma'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent').leaving('tlp.S1', { tenant: 'G1', data: 'G1' }),
      beginUnbind('VF1'),
      stop('VF1'),
      invalidate('VF1'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('DRAINING').keeping('tsm.VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' })
        .refused('BOUND')
        .keeping('tsm.VF1'),
      deliver.dropped('BLOCKED').leaving('page.P1', { data: 'nobody' }),
      endUnbind('VF1'),
      run('VF1', 'G2'),
    ],
  ),

  scenario(
    'write in flight across a forced unbind',
    {
      says: `A forced unbind waits for nothing. The STOP that must follow leaves the write in the
        fabric, so the device answers LOCK with BUSY. That bind has failed, and its unbind, an
        orderly one, waits until the write is gone.`,
      clauses: ['tsm-force', 'drain-before-reuse', 'tdisp-lock-drains', 'tdisp-lock-busy'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent'),
      beginUnbind('VF1'),
      invalidate('VF1'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('LOST'),
      stop('VF1'),

      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
        .refused('BUSY', 'earlier work in flight')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none' }),
      bindFails('VF1', 'G2'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('BOUND'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('UNBINDING'),
      stop('VF1'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('DRAINING').keeping('tsm.VF1'),

      givePage('P2', 'G2'),
      deliver.dropped('BLOCKED').leaving('page.P1', { owner: 'G1', data: 'nobody' }),
      now('tlp.S1', { kind: 'none' }),
      endUnbind('VF1'),
      bind('VF1', 'G2'),
      attest('VF1', 'G2'),
      start('VF1'),
    ],
  ),

  scenario(
    'write in flight when the device stops by itself',
    {
      says: `A write that left in RUN and arrives after STOP was answered, with the trusted entry
        still open: the TSM blocks DMA before it asks for the STOP.`,
      clauses: ['verb-unbind', 'private-dma'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).refused('NOT_UNBINDING'),
      beginUnbind('VF1'),
      deliver
        .dropped('BLOCKED')
        .leaving('page.P1', { data: 'nobody' })
        .leaving('tdi.VF1', { state: 'RUN' }),
      send.accepted('sent'),
      deliver.dropped('BLOCKED').leaving('page.P1', { data: 'nobody' }),
    ],
  ),
];
