/**
 * Clearing Bus Master Enable of a locked TDI is an error (tdisp-semantics 2.1, 2.5; TDISP 11.2.6).
 */
import { device, fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { attest, bind, connected, enable, run, servesWithDma, start, unbind } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'BME cleared in CONFIG_LOCKED',
    {
      says: `The write takes effect and the TDI is in ERROR. Nobody is told: the TSM learns of it
        when it next asks.`,
      clauses: ['cfg-command', 'cfg-write-completes', 'tsm-cached'],
    },
    [
      connected,
      enable('VF1'),
      bind('VF1', 'G1'),
      bind('VF2', 'G2'),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none', bme: false, mse: true })
        .leaving('tsm.VF1', { cached: 'CONFIG_LOCKED' })
        .keeping('tdi.PF', 'tdi.VF2', 'stream', 'session'),

      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.report', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'not locked')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { report: 'none' }),

      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered').leaving('relay', { state: 'ERROR' }),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'ERROR' }),

      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'ERROR', bme: true }),
      unbind('VF1'),
      run('VF1', 'G1'),
    ],
  ),

  scenario(
    'BME cleared in RUN',
    {
      says: `What was sent before the write still lands; nothing is sent after it, even when BME
        is set again.`,
      clauses: ['cfg-command', 'tdisp-requester'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' })
        .accepted('sent')
        .leaving('tlp.S1', { kind: 'write', run: 'current' }),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .keeping('stream', 'session', 'tdi.PF', 'tdi.VF2'),
      fabric('fabric.deliver', { slot: 'S1' }).accepted('write').leaving('page.P1', { data: 'G1' }),

      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'BME_CLEAR',
      ),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'NOT_RUN',
      ),
      device('dma.issue', { tdi: 'VF1', page: 'P3', access: 'write', traffic: 'legacy' }).refused(
        'NOT_UNLOCKED',
      ),
      now('tsm.VF1', { boundTo: 'G1', cached: 'RUN' }),
    ],
  ),

  scenario(
    'BME set after lock',
    {
      says: `Locking with BME clear is legal, and so is setting it, or writing a set bit again,
        after LOCK.`,
      clauses: ['cfg-command'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', bme: true, mse: true, nonce: 'current' }),
      attest('VF1', 'G1'),
      start('VF1'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 1 })
        .accepted('plain write')
        .keeping('tdi.VF1'),
    ],
  ),

  scenario(
    '0 written over BME 0 on an edge-reading device',
    {
      says: 'Nothing changes, so nothing was cleared: the TDI stays locked.',
      clauses: ['cfg-command', 'cfg-command-level'],
      readings: { commandClear: 'edge' },
    },
    [
      connected,
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 }).accepted('plain write'),
      bind('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('plain write')
        .keeping('tdi.VF1'),
    ],
  ),

  scenario(
    '0 written over BME 0 on a level-reading device',
    {
      says: 'The device looks at the written value alone: the same write is a clearing.',
      clauses: ['cfg-command', 'cfg-command-level'],
      readings: { commandClear: 'level' },
    },
    [
      connected,
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 }).accepted('plain write'),
      bind('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' }),
    ],
  ),

  scenario(
    'BME cleared while unlocked',
    { says: 'Before LOCK the Command register is the host’s to write.', clauses: ['cfg-command'] },
    [
      connected,
      enable('VF1'),
      host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
        .accepted('plain write')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', bme: false }),
    ],
  ),
];
