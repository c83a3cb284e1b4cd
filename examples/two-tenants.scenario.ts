/**
 * One TDI serves G1 and then G2, without a reset in between (tdisp-semantics 6.8 reach-two-
 * tenants).
 */
import { device, fabric, guest, host, now, type Scenario, scenario } from '../harness/scenario.ts';
import {
  beginUnbind,
  connected,
  enable,
  endUnbind,
  invalidate,
  openDma,
  openMmio,
  run,
  servesWithDma,
  stop,
  takePage,
  unbindMapped,
  writes,
} from './phrases.ts';

const read = (page: 'P1' | 'P2') =>
  device('dma.issue', { tdi: 'VF1', page, access: 'read', traffic: 'private' });
const deliver = fabric('fabric.deliver', { slot: 'S1' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'two tenants without reset',
    {
      says: `VF1 holds a secret of G1, is unbound, and serves G2: it is clean in between, and each
        guest has its own page.`,
      clauses: ['tsm-one-guest', 'tdisp-stop', 'drain-before-reuse', 'page-scrub'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      openMmio('VF1', 'G1'),
      guest('page.store', { page: 'P1', guest: 'G1' }).accepted('stored'),
      read('P1').accepted('sent'),
      deliver.accepted('read'),
      deliver.accepted('completion').leaving('tdi.VF1', { holds: 'G1' }),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('BOUND'),
      guest('guest.evidence', { guest: 'G2', tdi: 'VF1' }).refused('NOT_BOUND_TO_CALLER'),
      unbindMapped('VF1'),
      now('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody' }),

      run('VF1', 'G2'),
      openMmio('VF1', 'G2'),
      openDma('VF1', 'G2', 'P2'),
      writes('VF1', 'P2', 'G2'),
      guest('page.store', { page: 'P1', guest: 'G2' }).refused('NOT_OWNER'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).refused('NOT_MAPPED'),
      guest('mmio.private', { guest: 'G2', tdi: 'VF1', range: 'tee' }).accepted('served'),
      read('P2').accepted('sent'),
      deliver.accepted('read'),
      deliver.accepted('completion').leaving('tdi.VF1', { holds: 'G2' }),
      now('page.P1', { owner: 'G1', data: 'G1' }).and('page.P2', { owner: 'G2', data: 'G2' }),
    ],
  ),

  scenario(
    'two tenants on one page',
    {
      says: 'The page goes with the TDI from G1 to G2, and G1’s data does not.',
      clauses: ['page-scrub', 'page-conversion', 'page-accept'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      writes('VF1', 'P1', 'G1'),
      beginUnbind('VF1'),
      stop('VF1'),
      invalidate('VF1'),
      endUnbind('VF1'),
      takePage('P1'),
      run('VF1', 'G2'),
      host('page.give', { page: 'P1', guest: 'G2' })
        .accepted('given')
        .leaving('page.P1', { owner: 'G2', accepted: false, data: 'nobody' }),
      host('page.give', { page: 'P1', guest: 'G1' }).refused('NOT_SHARED'),
      guest('guest.enable-dma', { guest: 'G2', tdi: 'VF1' }).accepted('open'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_ACCEPTED'),
      guest('page.accept', { page: 'P1', guest: 'G1' }).refused('NOT_OWNER'),
      guest('page.accept', { page: 'P1', guest: 'G2' }).accepted('accepted'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).accepted('mapped'),
      writes('VF1', 'P1', 'G2'),
    ],
  ),

  scenario(
    'two tenants side by side',
    {
      says: `VF1 serves G1 and VF2 serves G2 over one stream; unbinding one leaves the other
        alone.`,
      clauses: ['tdisp-isolation', 'tsm-one-guest'],
    },
    [
      connected,
      enable('VF1'),
      enable('VF2'),
      run('VF1', 'G1'),
      run('VF2', 'G2'),
      openDma('VF1', 'G1', 'P1'),
      openDma('VF2', 'G2', 'P2'),
      host('iommu.map', { tdi: 'VF2', page: 'P1', space: 'private' }).refused('NOT_OWN'),
      device('dma.issue', { tdi: 'VF2', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      deliver.dropped('IOMMU_FAULT').leaving('page.P1', { data: 'nobody' }),
      beginUnbind('VF1'),
      stop('VF1'),
      invalidate('VF1'),
      endUnbind('VF1'),
      now('tdi.VF2', { state: 'RUN' }).and('tsm.VF2', { boundTo: 'G2', accepted: true, dma: true }),
      writes('VF2', 'P2', 'G2'),
    ],
  ),
];
