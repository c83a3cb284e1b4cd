/** The whole life of a trusted device, from power-on back to nothing (host-guest C1). */
import {
  device,
  fabric,
  guest,
  host,
  nowAsAtPowerOnBut,
  type Scenario,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  bind,
  closeMmio,
  connected,
  disconnect,
  enable,
  endUnbind,
  invalidate,
  openDma,
  openMmio,
  start,
  takePage,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'start to finish',
    {
      says: `Shared use first, as for any device; then bind, attestation, RUN, DMA and MMIO; then
        an unbind that drains; at the end nothing is left but what the guest remembers.`,
      clauses: [
        'verb-connect',
        'verb-bind',
        'guest-accept',
        'private-dma',
        'verb-unbind',
        'verb-disconnect',
      ],
    },
    [
      // Unlocked and shared: T=0 DMA to a shared page, T=0 MMIO.
      enable('VF1'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).accepted('served unlocked'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'legacy' }).accepted(
        'sent',
      ),
      fabric('fabric.deliver', { slot: 'S1' }).accepted('legacy write'),

      connected,
      bind('VF1', 'G1'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).dropped('T0_TO_TEE'),
      attest('VF1', 'G1'),
      start('VF1'),
      openMmio('VF1', 'G1'),
      host('mmio.unmap', { tdi: 'VF1' }).refused('BOUND'),
      openDma('VF1', 'G1', 'P1'),
      guest('page.store', { page: 'P1', guest: 'G1' })
        .accepted('stored')
        .leaving('page.P1', { data: 'G1' }),

      // A read: request, completion, and the secret is in the device.
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'private' })
        .accepted('sent')
        .leaving('tlp.S1', { kind: 'read', data: 'nobody', key: 'current', run: 'current' }),
      fabric('fabric.deliver', { slot: 'S1' })
        .accepted('read')
        .leaving('tlp.S1', { kind: 'completion', data: 'G1' })
        .leaving('dma.VF1.P1', { iotlb: 'private' }),
      fabric('fabric.deliver', { slot: 'S1' })
        .accepted('completion')
        .leaving('tlp.S1', { kind: 'none' })
        .leaving('tdi.VF1', { holds: 'G1' }),

      // MMIO: T=1 from the guest is served, T=0 from the host is not.
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).accepted('served'),
      host('mmio.legacy', { tdi: 'VF1', range: 'tee' }).dropped('T0_TO_TEE'),
      host('mmio.legacy', { tdi: 'VF1', range: 'nonTee' }).accepted('non-TEE range'),

      // Unbind with a read and a write in flight.
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).accepted(
        'sent',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'private' })
        .accepted('sent')
        .leaving('tlp.S2', { kind: 'read' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'private' }).refused(
        'NO_SLOT',
      ),
      fabric('fabric.deliver', { slot: 'S1' }).accepted('write'),
      fabric('fabric.deliver', { slot: 'S1' })
        .accepted('read')
        .leaving('tlp.S1', { kind: 'completion' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' })
        .accepted('sent')
        .leaving('tlp.S2', { kind: 'write' }),
      beginUnbind('VF1'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('UNBINDING'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' })
        .accepted('draining')
        .leaving('tdi.VF1', { state: 'RUN' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'STOPPING',
      ),
      device('tdisp.stop.drain', { tdi: 'VF1' }).refused('DRAINING'),
      device('tdisp.stop.end', { tdi: 'VF1' }).refused('NOT_DRAINED'),
      fabric('fabric.deliver', { slot: 'S1' })
        .accepted('completion')
        .leaving('tlp.S1', { kind: 'write' }),
      device('tdisp.stop.drain', { tdi: 'VF1' }).accepted('drained'),
      device('tdisp.stop.end', { tdi: 'VF1' })
        .accepted('stopped')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody', session: 'none' }),
      host('tsm.return').accepted('stopped').leaving('tsm.VF1', { teardown: 'stopped' }),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('NOT_FLUSHED'),
      host('page.take', { page: 'P1' }).refused('NOT_FLUSHED'),
      invalidate('VF1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NOT_RUN'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('MMIO_MAPPED'),
      closeMmio('VF1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).refused('NOT_MAPPED'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('DRAINING'),
      fabric('fabric.deliver', { slot: 'S1' })
        .dropped('BLOCKED')
        .leaving('page.P1', { data: 'G1' }),
      endUnbind('VF1'),

      takePage('P1'),
      disconnect,
      host('ide.enable', { level: 0 }).accepted('disabled'),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 0 }).accepted('plain write'),
      nowAsAtPowerOnBut('guest.G1.VF1', { evidence: 'past', accepted: 'past' }),
    ],
  ),
];
