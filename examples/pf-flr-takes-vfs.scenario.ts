/** Function level reset and its scope (tdisp-semantics 2.2, 2.4; TDISP 11.4.9). */
import { guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { beginUnbind, bind, connected, enable, endUnbind, openMmio, run, stop } from './phrases.ts';

const serving = [
  connected,
  enable('PF'),
  enable('VF1'),
  enable('VF2'),
  run('PF', 'G1'),
  run('VF1', 'G2'),
  bind('VF2', 'G2'),
  openMmio('VF1', 'G2'),
];

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'PF FLR takes the VFs along',
    {
      says: `Every locked TDI is in ERROR, not in CONFIG_UNLOCKED; session and stream survive, so
        nobody authenticates again.`,
      clauses: ['rst-flr', 'tdisp-error'],
      readings: { ideCapability: 'otherFunction' },
    },
    [
      ...serving,
      host('reset.flr', { tdi: 'PF' })
        .accepted('PF')
        .leaving('tdi.PF', { state: 'ERROR', bme: false, mse: false })
        .leaving('tdi.VF1', { state: 'ERROR', bme: false, mse: false })
        .leaving('tdi.VF2', { state: 'ERROR', bme: false, mse: false, nonce: 'none' })
        .keeping('session', 'stream', 'keySet.K0', 'link', 'tsm.PF', 'tsm.VF1', 'tsm.VF2'),
      enable('VF1'),
      guest('mmio.private', { guest: 'G2', tdi: 'VF1', range: 'tee' }).dropped('NOT_RUN'),
      host('tsm.report', { tdi: 'VF2' }).accepted('request made'),
      tsm('tdisp.report', { tdi: 'VF2' }).refused('INVALID_INTERFACE_STATE').keeping('tdi.VF2'),
      host('tsm.return').accepted('error'),
      beginUnbind('VF2'),
      stop('VF2'),
      endUnbind('VF2'),
      run('VF2', 'G1'),
    ],
  ),

  scenario(
    'PF FLR where the PF has the IDE capability',
    {
      says: 'The stream falls as well: its keys are gone and it has to be set up again.',
      clauses: ['rst-flr', 'rst-flr-stream', 'tdisp-stream-loss'],
      readings: { ideCapability: 'pf' },
    },
    [
      ...serving,
      host('reset.flr', { tdi: 'PF' })
        .accepted('PF with the IDE capability')
        .leaving('tdi.PF', { state: 'ERROR' })
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('tdi.VF2', { state: 'ERROR', nonce: 'none' })
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('keySet.K0', { PR: false, NPR: false, CPL: false, go: false })
        .keeping('session', 'link'),
    ],
  ),

  ...(['otherFunction', 'pf'] as const).map((ideCapability) =>
    scenario(
      `VF FLR, IDE capability in ${ideCapability === 'pf' ? 'the PF' : 'another function'}`,
      {
        says: 'A VF takes only itself along.',
        clauses: ['rst-flr', 'tdisp-isolation'],
        readings: { ideCapability },
      },
      [
        ...serving,
        host('reset.flr', { tdi: 'VF1' })
          .accepted('VF')
          .leaving('tdi.VF1', { state: 'ERROR', bme: false, mse: false })
          .keeping('tdi.PF', 'tdi.VF2', 'session', 'stream', 'keySet.K0'),
        host('reset.flr', { tdi: 'VF2' })
          .accepted('VF')
          .leaving('tdi.VF2', { state: 'ERROR', nonce: 'none' })
          .keeping('tdi.PF', 'stream'),
      ],
    ),
  ),

  scenario(
    'FLR of an unlocked function',
    {
      says: 'Nothing was locked, so nothing is in ERROR; the function is reset all the same.',
      clauses: ['rst-flr'],
    },
    [
      connected,
      enable('VF1'),
      host('reset.flr', { tdi: 'VF1' })
        .accepted('VF')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', bme: false, mse: false }),
    ],
  ),
];
