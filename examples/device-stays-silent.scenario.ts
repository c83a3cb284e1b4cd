/**
 * The device answers nothing, or the host lets no answer through (host-guest C16; tdisp-semantics
 * 5.7).
 */
import { guest, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  beginUnbind,
  bind,
  connect,
  connected,
  disconnect,
  run,
  secureStream,
  stop,
} from './phrases.ts';

const giveUp = host('relay.abort')
  .accepted('given up')
  .leaving('relay', { stage: 'idle', tdi: 'nobody' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'device stays silent',
    {
      says: `Every exchange is given up. No verb succeeds, unbind and disconnect still finish, and
        the TDI is not bound again before a STOP is answered.`,
      clauses: ['relay-loop', 'tsm-force', 'verb-unbind', 'verb-disconnect'],
    },
    [
      connected,
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
      host('tsm.return').refused('NO_RESPONSE'),
      host('tsm.report', { tdi: 'VF1' }).refused('BUSY'),
      giveUp,
      now('tsm.VF1', { boundTo: 'G1', nonce: 'none', cached: 'CONFIG_UNLOCKED' }),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      giveUp,
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).refused('NO_REPORT'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('NO_EVIDENCE'),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      giveUp,
      host('tsm.start', { tdi: 'VF1' }).refused('NOT_ACCEPTED'),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_ACCEPTED'),

      host('tsm.unbind.stop', { tdi: 'VF1' }).refused('NOT_UNBINDING'),
      host('tsm.unbind.force', { tdi: 'VF1' }).refused('NOT_UNBINDING'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      giveUp,
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('NOT_STOPPED'),
      host('tsm.unbind.force', { tdi: 'VF1' })
        .accepted('lost')
        .leaving('tsm.VF1', { boundTo: 'nobody', lost: true, teardown: 'none' }),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('LOST'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('LOST'),
      disconnect,

      connect,
      host('ide.enable', { level: 0 }).accepted('disabled'),
      secureStream,
      host('tsm.bind', { tdi: 'VF1', guest: 'G2', id: 'hosted' }).refused('LOST'),
      stop('VF1'),
      run('VF1', 'G2'),
    ],
  ),

  scenario(
    'LOCK is answered and the answer is lost',
    {
      says: `The device is locked and the TSM has no nonce: the TDI cannot be started, only
        stopped.`,
      clauses: ['relay-loop', 'tdisp-nonce', 'tdisp-start'],
    },
    [
      connected,
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' }).accepted('locked'),
      giveUp,
      now('tdi.VF1', { state: 'CONFIG_LOCKED', nonce: 'current' }).and('tsm.VF1', {
        boundTo: 'G1',
        cached: 'CONFIG_UNLOCKED',
        nonce: 'none',
      }),
      host('mmio.map', { guest: 'G1', tdi: 'VF1' }).refused('NOT_LOCKED'),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).refused('NOT_LOCKED'),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.report', { tdi: 'VF1' }).accepted('served'),
      host('tsm.return').accepted('report'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('NOT_LOCKED'),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered'),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'CONFIG_LOCKED' }),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).accepted('accepted'),
      host('tsm.start', { tdi: 'VF1' })
        .refused('NO_NONCE')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED' }),
    ],
  ),

  scenario(
    'START is answered and the answer is lost',
    {
      says: `The device runs and the TSM does not know: private memory stays closed until it has
        asked.`,
      clauses: ['relay-loop', 'tsm-cached', 'private-dma'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.report', { tdi: 'VF1' }).accepted('served'),
      host('tsm.return').accepted('report'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).accepted('accepted'),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' }).accepted('running'),
      giveUp,
      now('tdi.VF1', { state: 'RUN' }).and('tsm.VF1', { cached: 'CONFIG_LOCKED' }),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_RUN'),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'not locked')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered'),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'RUN' }),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).accepted('open'),
    ],
  ),
];
