/** The host moves a BAR around the report (host-guest C12; tdisp-semantics 2.1, 5.5). */
import { guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  attest,
  bind,
  bindFails,
  connected,
  enable,
  endUnbind,
  openMmio,
  report,
  run,
  start,
  stop,
} from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...(['moved', 'overlapping'] as const).map((place) =>
    scenario(
      `BAR ${place} between report and accept`,
      {
        says: `The report is no longer true, but the TDI is in ERROR: the guest may accept, START
          fails, and the mapping is not accepted.`,
        clauses: ['cfg-bar', 'cfg-write-completes', 'tdisp-report', 'mmio-accept'],
      },
      [
        connected,
        enable('VF1'),
        bind('VF1', 'G1'),
        report('VF1'),
        guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
        host('bar.write', { tdi: 'VF1', place })
          .accepted('moved under lock')
          .leaving('tdi.VF1', { state: 'ERROR', bar: place, nonce: 'none' })
          .leaving('tsm.VF1', { reportPlace: 'home' })
          .keeping('tdi.PF', 'tdi.VF2'),
        guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).accepted('accepted'),
        host('mmio.map', { guest: 'G1', tdi: 'VF1' })
          .accepted('mapped')
          .leaving('mmio.VF1', { place }),
        host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
        tsm('tdisp.start', { tdi: 'VF1' }).refused('INVALID_INTERFACE_STATE').keeping('tdi.VF1'),
        host('tsm.return').accepted('error'),
        guest('mmio.accept', { guest: 'G1', tdi: 'VF1' })
          .refused('NOT_RUN')
          .leaving('mmio.VF1', { accepted: false }),
        host('bar.write', { tdi: 'VF1', place: 'home' })
          .accepted('plain write')
          .leaving('tdi.VF1', { state: 'ERROR', bar: 'home' }),
      ],
    ),
  ),

  scenario(
    'BAR moved between START and accepting the mapping',
    {
      says: `The TSM still believes in RUN. The guest compares the mapping with the report and
        refuses it.`,
      clauses: ['mmio-accept', 'cfg-bar'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' })
        .accepted('moved under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      host('mmio.map', { guest: 'G1', tdi: 'VF1' })
        .accepted('mapped')
        .leaving('mmio.VF1', { guest: 'G1', place: 'moved' })
        .leaving('tsm.VF1', { reportPlace: 'home', cached: 'RUN' }),
      guest('mmio.accept', { guest: 'G1', tdi: 'VF1' })
        .refused('MISMATCH')
        .leaving('mmio.VF1', { accepted: false }),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).refused('NOT_MAPPED'),
    ],
  ),

  scenario(
    'BAR moved under an accepted mapping',
    {
      says: `The mapping points at where the BAR was. Nobody answers there; the guest’s access
        does not reach what is there now.`,
      clauses: ['mmio-accept', 'cfg-bar', 'tdisp-completer'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      openMmio('VF1', 'G1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' })
        .accepted('moved under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NO_RANGE'),
      host('bar.write', { tdi: 'VF1', place: 'home' }).accepted('plain write'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('NOT_RUN'),
    ],
  ),

  scenario(
    'BAR moved before LOCK',
    {
      says: `Before LOCK the BAR is the host’s to move; the report says where it is, and the
        mapping agrees.`,
      clauses: ['tdisp-report', 'mmio-accept'],
    },
    [
      connected,
      host('bar.write', { tdi: 'VF1', place: 'moved' })
        .accepted('plain write')
        .leaving('tdi.VF1', { bar: 'moved' }),
      enable('VF1'),
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      start('VF1'),
      openMmio('VF1', 'G1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).accepted('served'),
    ],
  ),

  scenario(
    'BAR on top of another before LOCK',
    {
      says: `LOCK refuses overlapping BARs. The bind has failed and is undone; the next one
        goes through once the BAR is right.`,
      clauses: ['tdisp-lock-config', 'tdisp-reject'],
    },
    [
      connected,
      host('bar.write', { tdi: 'VF1', place: 'overlapping' }).accepted('plain write'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
        .refused('INVALID_DEVICE_CONFIGURATION', 'BARs overlap')
        .keeping('tdi.VF1'),
      bindFails('VF1', 'G1'),
      host('mmio.map', { guest: 'G1', tdi: 'VF1' })
        .refused('UNBINDING')
        .leaving('mmio.VF1', { guest: 'nobody' }),
      stop('VF1'),
      endUnbind('VF1'),
      host('bar.write', { tdi: 'VF1', place: 'home' }).accepted('plain write'),
      bind('VF1', 'G1'),
    ],
  ),

  ...(
    [
      ['harmless', 'plain write', 'CONFIG_LOCKED', 'current'],
      ['error', 'same value under lock', 'ERROR', 'none'],
    ] as const
  ).map(([sameValueBarWrite, name, state, nonce]) =>
    scenario(
      `BAR written with its own value, where that is ${sameValueBarWrite}`,
      {
        says: `The table of tracked registers says "modification"; whether an unchanged value is
          one is open.`,
        clauses: ['cfg-bar-same'],
        readings: { sameValueBarWrite },
      },
      [
        connected,
        bind('VF1', 'G1'),
        host('bar.write', { tdi: 'VF1', place: 'home' })
          .accepted(name)
          .leaving('tdi.VF1', { state, nonce, bar: 'home' }),
      ],
    ),
  ),
];
