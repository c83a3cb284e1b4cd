/**
 * Clearing Memory Space Enable of a locked TDI is an error (tdisp-semantics 2.1; host-guest 2.5
 * R11, C9).
 */
import { guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { attest, bind, connected, enable, openMmio, report, run } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'MSE cleared between LOCK and accept',
    {
      says: `The guest has read good evidence, and the TSM’s cached state is a hint: acceptance
        goes through. START does not.`,
      clauses: ['cfg-command', 'tsm-cached', 'tdisp-start'],
    },
    [
      connected,
      enable('VF1'),
      bind('VF1', 'G1'),
      report('VF1'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none', bme: true, mse: false })
        .keeping('tsm.VF1'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).accepted('accepted'),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'not locked')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { cached: 'CONFIG_LOCKED' }),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_RUN'),
    ],
  ),

  scenario(
    'MSE cleared between LOCK and accept, and the TSM asks',
    {
      says: 'Once the TSM has asked the device, acceptance itself fails.',
      clauses: ['cfg-command', 'guest-accept', 'tdisp-state-query'],
    },
    [
      connected,
      enable('VF1'),
      bind('VF1', 'G1'),
      report('VF1'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered'),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'ERROR' }),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' })
        .refused('NOT_LOCKED')
        .leaving('guest.G1.VF1', { accepted: 'none' }),
    ],
  ),

  scenario(
    'MSE cleared in RUN',
    {
      says: `The guest finds out from MMIO that answers all ones; setting MSE again does not bring
        the TDI back.`,
      clauses: ['cfg-command', 'tdisp-completer'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      openMmio('VF1', 'G1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).accepted('served'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR', mse: false })
        .keeping('tdi.PF', 'tdi.VF2', 'stream'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('MSE_CLEAR'),
      host('mmio.legacy', { tdi: 'VF1', range: 'nonTee' }).dropped('MSE_CLEAR'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'ERROR', mse: true }),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NOT_RUN'),
    ],
  ),

  scenario(
    '0 written over MSE 0 on a level-reading device',
    {
      says: 'Setting BME alone writes MSE 0 over 0 and kills a TDI that was locked with MSE clear.',
      clauses: ['cfg-command-level'],
      readings: { commandClear: 'level' },
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario(
    '0 written over MSE 0 on an edge-reading device',
    {
      says: 'The same write is harmless where only a change counts.',
      clauses: ['cfg-command-level'],
      readings: { commandClear: 'edge' },
    },
    [
      connected,
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', bme: true, mse: false, nonce: 'current' }),
    ],
  ),
];
