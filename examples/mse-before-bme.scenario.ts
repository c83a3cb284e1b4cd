/**
 * The order in which a driver enables the device (host-guest 3.4).
 *
 * Ordinary drivers set MSE first, with BME still 0, and BME later. A device that takes "0 written"
 * for "cleared" falls to ERROR at the first of the two writes.
 */
import { guest, host, type Scenario, scenario } from '../harness/scenario.ts';
import { attest, bind, connected, start } from './phrases.ts';

const driver = (step: 'mse' | 'bme' | 'both') => guest('guest.enable', { tdi: 'VF1', step });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'MSE before BME on a level-reading device',
    {
      says: 'The driver’s first write kills the locked TDI: it writes BME 0 over 0.',
      clauses: ['enable-style', 'cfg-command-level'],
      readings: { commandClear: 'level', enableStyle: 'mseThenBme' },
    },
    [
      connected,
      bind('VF1', 'G1'),
      driver('mse')
        .accepted('MSE alone clears BME under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none', mse: true, bme: false }),
      driver('bme')
        .accepted('both bits set')
        .leaving('tdi.VF1', { state: 'ERROR', mse: true, bme: true }),
    ],
  ),

  scenario(
    'MSE before BME on an edge-reading device',
    {
      says: 'With BME clear before, both writes are harmless and the TDI gets to RUN.',
      clauses: ['enable-style', 'cfg-command'],
      readings: { commandClear: 'edge', enableStyle: 'mseThenBme' },
    },
    [
      connected,
      bind('VF1', 'G1'),
      driver('both').refused('OTHER_STYLE', 'the driver sets one bit after the other'),
      driver('mse')
        .accepted('MSE alone')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', mse: true, bme: false }),
      driver('bme')
        .accepted('both bits set')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', mse: true, bme: true }),
      attest('VF1', 'G1'),
      start('VF1'),
    ],
  ),

  scenario(
    'MSE before BME on an edge-reading device that was locked with BME set',
    {
      says: `Here the first write does clear BME, 1 to 0, and that is an error under either
        reading.`,
      clauses: ['enable-style', 'cfg-command'],
      readings: { commandClear: 'edge', enableStyle: 'mseThenBme' },
    },
    [
      connected,
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 }).accepted('plain write'),
      bind('VF1', 'G1'),
      driver('mse')
        .accepted('MSE alone clears BME under lock')
        .leaving('tdi.VF1', { state: 'ERROR', mse: true, bme: false }),
    ],
  ),

  ...(['edge', 'level'] as const).flatMap((commandClear) => [
    scenario(
      `MSE and BME in one write on a device that reads by ${commandClear}`,
      {
        says: 'The coalesced write clears nothing, however the device reads it.',
        clauses: ['enable-style', 'cfg-command', 'cfg-command-level'],
        readings: { commandClear, enableStyle: 'coalesced' },
      },
      [
        connected,
        bind('VF1', 'G1'),
        driver('mse').refused('OTHER_STYLE', 'the driver sets both bits at once'),
        driver('both')
          .accepted('both bits set')
          .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', mse: true, bme: true }),
        attest('VF1', 'G1'),
        start('VF1'),
        driver('both').accepted('both bits set').keeping('tdi.VF1'),
      ],
    ),
    scenario(
      `MSE and BME set before LOCK on a device that reads by ${commandClear}`,
      {
        says: `A prep driver sets both bits before LOCK, and nobody touches the register
          afterwards.`,
        clauses: ['enable-style'],
        readings: { commandClear, enableStyle: 'prebound' },
      },
      [
        connected,
        driver('both')
          .accepted('both bits set')
          .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', mse: true, bme: true }),
        bind('VF1', 'G1'),
        driver('both').refused('OTHER_STYLE', 'the driver does not touch the register after lock'),
        attest('VF1', 'G1'),
        start('VF1'),
      ],
    ),
  ]),
];
