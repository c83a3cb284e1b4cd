/**
 * Points at which an implementation of bytes said more than the tables did: late answers and completions, requests
 * behind a waiting answer, and what a loss or a STOP still lets through (docs/stack-findings.md).
 */
import { device, fabric, guest, host, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  beginUnbind,
  connect,
  connected,
  enable,
  key,
  openMmio,
  run,
  servesWithDma,
} from './phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
const send = (access: 'write' | 'read', page: 'P1' | 'P3' = 'P1') =>
  device('dma.issue', { tdi: 'VF1', page, access, traffic: 'private' }).accepted('sent');
const deliver = (slot: 'S1' | 'S2') => fabric('fabric.deliver', { slot });
const legacyRead = device('dma.issue', {
  tdi: 'VF1',
  page: 'P3',
  access: 'read',
  traffic: 'legacy',
}).accepted('sent');
const lock = tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'a STOP whose session ends',
    {
      says: 'Error wins over stop: the TDI stays in ERROR until a STOP of another session.',
      clauses: ['tdisp-stop-session', 'tdisp-session-end'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', vf1).accepted('request made'),
      tsm('tdisp.stop.begin', vf1).accepted('draining').leaving('tdi.VF1', { stop: 'draining' }),
      host('spdm.session.end', { cause: 'heartbeatExpiry' })
        .accepted('ended')
        .leaving('tdi.VF1', { state: 'ERROR', stop: 'idle' }),
      device('tdisp.stop.drain', vf1).refused('NOT_DRAINING'),
      device('tdisp.stop.end', vf1).refused('NOT_DRAINED').keeping('tdi.VF1'),
    ],
  ),

  scenario(
    'keys behind an answer that waits',
    {
      says: 'Records are opened in order, so the TSM takes the answer in before it uses the session again.',
      clauses: ['relay-sequence', 'ide-keys'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      host('tsm.report', vf1).accepted('request made'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'PR' }).accepted('programmed'),
      tsm('tdisp.report', vf1).accepted('served'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'NPR' }).refused('BUSY').keeping('keySet.K1'),
      host('tsm.return').accepted('report'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'NPR' }).accepted('programmed'),
    ],
  ),

  scenario(
    'K_SET_STOP before the stream is Secure',
    {
      says: 'The set is gone, and nothing else: what is not Secure cannot become Insecure.',
      clauses: ['ide-refresh', 'ide-insecure'],
    },
    [
      connect,
      key('K0'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'PR' }).accepted('programmed'),
      tsm('ide.set-stop', { keySet: 'K0' })
        .accepted('set to send under, not yet Secure')
        .leaving('stream', { sending: 'none', secure: false })
        .leaving('keySet.K1', { PR: true }),
    ],
  ),

  scenario(
    'a completion from before a reset',
    {
      says: 'No read of the device that was reset is open: the late completion finds nobody.',
      clauses: ['tdisp-run-episode', 'rst-conventional'],
    },
    [
      enable('VF1'),
      legacyRead,
      deliver('S1').accepted('legacy read'),
      host('reset.conventional').accepted('reset').leaving('tlp.S1', { run: 'past' }),
      deliver('S1')
        .dropped('STALE_EPISODE', 'completion of an earlier RUN, or from before a reset')
        .leaving('tdi.VF1', { holds: 'nobody' }),
    ],
  ),

  scenario(
    'MMIO while a STOP is under way',
    {
      says: 'What would be taken in now would have to be aborted before the answer: it is not served.',
      clauses: ['tdisp-stop', 'tdisp-completer'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      openMmio('VF1', 'G1'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).accepted('served'),
      host('tsm.unbind.begin', vf1).accepted('DMA blocked'),
      host('tsm.unbind.stop', vf1).accepted('request made'),
      tsm('tdisp.stop.begin', vf1).accepted('draining'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'tee' }).dropped('STOPPING'),
      guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'nonTee' }).accepted('non-TEE range'),
    ],
  ),

  scenario(
    'a loss behind an older TLP',
    {
      says: 'What was sent before a loss is not behind it.',
      clauses: ['ide-check'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('write'),
      send('write'),
      fabric('fabric.lose', { slot: 'S2' }).refused('NOT_OLDEST').keeping('tlp.S2', 'gap.K0'),
      deliver('S1').accepted('write'),
      fabric('fabric.lose', { slot: 'S1' }).dropped('LOST').leaving('gap.K0', { PR: true }),
    ],
  ),

  scenario(
    'UR overtakes a completion',
    {
      says: 'A completion with UR is one of its sub-stream: ahead of an older one it fails its check.',
      clauses: ['tdisp-completion-error', 'ide-check'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send('read'),
      deliver('S1').accepted('read').leaving('tlp.S1', { kind: 'completion' }),
      send('read', 'P3'),
      deliver('S2')
        .dropped('IOMMU_FAULT')
        .leaving('stream', { secure: false })
        .leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario(
    'LOCK of a VF while a BAR of the PF lies on its own',
    {
      says: 'An overlap is the whole device’s: no function of it is locked.',
      clauses: ['tdisp-lock-config'],
    },
    [
      connected,
      host('bar.write', { tdi: 'PF', place: 'overlapping' }).accepted('plain write'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
      lock.refused('INVALID_DEVICE_CONFIGURATION', 'BARs overlap').keeping('tdi.VF1'),
    ],
  ),
];
