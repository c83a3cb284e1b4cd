/** What comes in the middle of something: of a STOP, of a report, of a lock, of a life (host-guest C18). */
import { device, guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { inUse } from './guest/phrases.ts';
import {
  beginUnbind,
  bind,
  connect,
  connected,
  enable,
  openMmio,
  report,
  run,
  secureStream,
  servesWithDma,
} from './phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
const own = { guest: 'G1', tdi: 'VF1' } as const;
const write = { ...vf1, page: 'P1', access: 'write', traffic: 'private' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a TDI sends nothing while its STOP is half done',
    { says: 'It is in RUN still, and has begun to drain.', clauses: ['tdisp-stop'] },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', vf1).accepted('request made'),
      tsm('tdisp.stop.begin', vf1).accepted('draining').leaving('tdi.VF1', { state: 'RUN' }),
      device('dma.issue', write).refused('STOPPING').keeping('tlp.S1'),
      device('tdisp.stop.drain', vf1).accepted('drained'),
      device('dma.issue', write).refused('STOPPING').keeping('tlp.S1'),
    ],
  ),
  scenario(
    'a STOP ends a report that was read in half',
    { says: 'The next report begins with its first part.', clauses: ['tdisp-report-parts'] },
    [
      connected,
      bind('VF1', 'G1'),
      host('report.ask', { ...vf1, offset: 'first' }).accepted('request made'),
      tsm('tdisp.report-part', vf1).accepted('first part').leaving('tdi.VF1', { reading: true }),
      host('tsm.return').accepted('first part of a report'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', vf1).accepted('request made'),
      tsm('tdisp.stop.begin', vf1).accepted('draining').leaving('tdi.VF1', { reading: false }),
      device('tdisp.stop.drain', vf1).accepted('drained'),
      device('tdisp.stop.end', vf1).accepted('stopped'),
    ],
  ),
  scenario(
    'a flag that is chosen after LOCK waits for the next one',
    { says: 'What LOCK bound stays as it is.', clauses: ['irq-msix', 'tdisp-lock'] },
    [
      connected,
      bind('VF1', 'G1'),
      host('tsm.report', vf1).accepted('request made'),
      tsm('tdisp.report', vf1).accepted('served'),
      host('tsm.return').accepted('report'),
      tsm('lock.msix', { ...vf1, level: 1 })
        .accepted('chosen')
        .keeping('tdi.VF1'),
      report('VF1'),
    ],
  ),
  scenario(
    'a write of an earlier RUN keeps the TDI from being locked again',
    {
      says: `The TDI stayed bound over a reset. Until the write has landed or is gone nothing leads back to RUN,
        so no write of one RUN is ever taken for one of the next.`,
      clauses: ['tdisp-run-episode', 'rst-conventional', 'tdisp-lock'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      device('dma.issue', write).accepted('sent').leaving('tlp.S1', { run: 'current' }),
      host('reset.conventional').accepted('reset'),
      host('tsm.notice').accepted('noticed'),
      connect,
      host('ide.enable', { level: 0 }).accepted('disabled'),
      secureStream,
      host('tsm.relock', vf1).accepted('request made'),
      tsm('tdisp.lock', vf1).refused('BUSY', 'earlier work in flight').keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      host('tsm.report', vf1).accepted('request made'),
      tsm('tdisp.report', vf1).refused('INVALID_INTERFACE_STATE'),
      host('tsm.return').accepted('error'),
      guest('guest.evidence', own).accepted('read'),
      guest('guest.accept', own).refused('NOT_LOCKED'),
      host('tsm.start', vf1).accepted('request made'),
      tsm('tdisp.start', vf1).refused('INVALID_INTERFACE_STATE').keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'a non-TEE range is served whatever the state',
    { says: 'The TDI falls under its guest.', clauses: ['mmio-tee', 'tdisp-completer'] },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      openMmio('VF1', 'G1'),
      device('device.error', vf1).accepted('locked TDI'),
      guest('mmio.private', { ...own, range: 'tee' }).dropped('NOT_RUN'),
      guest('mmio.private', { ...own, range: 'nonTee' }).accepted('non-TEE range'),
      host('mmio.legacy', { ...vf1, range: 'nonTee' }).accepted('non-TEE range'),
    ],
  ),
  scenario(
    'a kernel that has let go of its mapping does not reach through it',
    {
      says: 'Unlock has failed in the middle: the TSM still has the range mapped, the kernel has not.',
      clauses: ['os-unlock', 'os-mmio'],
    },
    [
      connected,
      enable('VF1'),
      inUse('VF1', 'G1'),
      guest('mmio.private', { ...own, range: 'tee' }).accepted('served'),
      guest('os.unlock', own).refused('EIO').leaving('os.G1.VF1', { tee: 'unmapped' }),
      guest('mmio.private', { ...own, range: 'tee' }).refused('NOT_FLAGGED'),
    ],
  ),
];
