/**
 * Verbs of the TSM attempted where they have no place, and answers that come too late (backends
 * 1.3; host-guest C18).
 */
import { guest, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  bind,
  closeMmio,
  connect,
  connected,
  enable,
  endUnbind,
  openMmio,
  run,
  secureStream,
  start,
  stop,
} from './phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
const pair = { guest: 'G1', tdi: 'VF1' } as const;
const bindRequest = host('tsm.bind', { ...vf1, guest: 'G1', id: 'hosted' });
const lock = tsm('tdisp.lock', { ...vf1, entropy: 'enough' });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'verbs before a connection',
    { says: 'Without a session the TSM does nothing.', clauses: ['verb-connect', 'ide-keys'] },
    [
      bindRequest.refused('NOT_CONNECTED'),
      host('tsm.relock', vf1).refused('NOT_CONNECTED'),
      host('tsm.report', vf1).refused('NOT_CONNECTED'),
      host('tsm.poll', vf1).refused('NOT_CONNECTED'),
      host('tsm.start', vf1).refused('NOT_CONNECTED'),
      host('tsm.unbind.stop', vf1).refused('NOT_CONNECTED'),
      host('tsm.disconnect').refused('NOT_CONNECTED'),
      host('tsm.notice').refused('NOT_CONNECTED'),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).dropped('NO_SESSION').keeping('keySet.K0'),
      tsm('ide.set-go', { keySet: 'K0' }).dropped('NO_SESSION').keeping('keySet.K0'),
      tsm('ide.set-stop', { keySet: 'K0' }).dropped('NO_SESSION').keeping('keySet.K0'),
      tsm('ide.switch', { keySet: 'K0' }).dropped('NO_SESSION').keeping('stream'),
    ],
  ),

  scenario(
    'verbs before the stream is Secure',
    {
      says: `Keys first, all three of them; then GO; then Stream Enable. Only then is there
        something to bind over.`,
      clauses: ['verb-bind', 'ide-keys', 'ide-secure'],
    },
    [
      connect,
      bindRequest.refused('NOT_SECURE'),
      tsm('ide.set-go', { keySet: 'K0' }).refused('NOT_KEYED'),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).accepted('programmed'),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'CPL' }).accepted('programmed'),
      tsm('ide.set-go', { keySet: 'K0' }).refused('NOT_KEYED').leaving('keySet.K0', { go: false }),
      host('ide.enable', { level: 1 }).accepted('enabled').leaving('stream', { secure: false }),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'NPR' })
        .accepted('programmed')
        .leaving('stream', { secure: false }),
      tsm('ide.set-go', { keySet: 'K0' })
        .accepted('started')
        .leaving('stream', { secure: true, sending: 'K0' }),
      tsm('ide.set-go', { keySet: 'K0' }).refused('ALREADY_STARTED').keeping('stream'),
      tsm('ide.switch', { keySet: 'K0' }).refused('SAME_SET').keeping('stream'),
      host('ide.enable', { level: 1 }).accepted('no change').keeping('stream'),
      bind('VF1', 'G1'),
    ],
  ),

  scenario(
    'verbs about a TDI that is bound to nobody',
    {
      says: 'There is no guest on whose behalf to ask.',
      clauses: ['tsm-one-guest', 'verb-unbind'],
    },
    [
      connected,
      host('tsm.relock', vf1).refused('NOT_BOUND'),
      host('tsm.report', vf1).refused('NOT_BOUND'),
      host('tsm.start', vf1).refused('NOT_BOUND'),
      host('tsm.unbind.begin', vf1).refused('NOT_BOUND'),
      host('tsm.unbind.stop', vf1).refused('NOT_UNBINDING'),
      host('tsm.unbind.end', vf1).refused('NOT_STOPPED'),
      host('tsm.unbind.force', vf1).refused('NOT_UNBINDING'),
      host('tsm.notice').refused('ALIVE').keeping('link'),
      host('mmio.map', pair).refused('NOT_BOUND_TO_CALLER'),
      host('mmio.unmap', vf1).refused('NOT_MAPPED'),
      guest('mmio.accept', pair).refused('NOT_BOUND_TO_CALLER'),
    ],
  ),

  scenario(
    'verbs while an exchange is under way',
    {
      says: 'One exchange at a time; every other one that needs the device waits.',
      clauses: ['relay-loop'],
    },
    [
      connected,
      bind('VF2', 'G2'),
      bindRequest.accepted('request made'),
      host('tsm.bind', { tdi: 'PF', guest: 'G2', id: 'hosted' }).refused('BUSY'),
      host('tsm.relock', { tdi: 'VF2' }).refused('BUSY'),
      host('tsm.report', { tdi: 'VF2' }).refused('BUSY'),
      host('tsm.poll', { tdi: 'VF2' }).refused('BUSY'),
      host('tsm.start', { tdi: 'VF2' }).refused('BUSY'),
      host('tsm.disconnect').refused('BUSY'),
      beginUnbind('VF2'),
      host('tsm.unbind.stop', { tdi: 'VF2' })
        .refused('BUSY')
        .leaving('relay', { request: 'lock', tdi: 'VF1' }),
      lock.accepted('locked'),
      host('tsm.return').accepted('locked'),
      stop('VF2'),
      endUnbind('VF2'),
    ],
  ),

  scenario(
    'verbs while an unbind is under way',
    {
      says: 'What the unbind takes away is not given again before it has ended.',
      clauses: ['verb-unbind', 'private-dma', 'mmio-accept'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      openMmio('VF1', 'G1'),
      host('mmio.map', pair).refused('MAPPED').keeping('mmio.VF1'),
      beginUnbind('VF1'),
      host('tsm.unbind.begin', vf1).refused('UNBINDING'),
      host('tsm.relock', vf1).refused('UNBINDING'),
      host('tsm.report', vf1).refused('UNBINDING'),
      guest('guest.enable-dma', pair).refused('UNBINDING').leaving('tsm.VF1', { dma: false }),
      host('mmio.map', pair).refused('UNBINDING'),
      guest('mmio.accept', pair).refused('UNBINDING'),
      closeMmio('VF1'),
      host('mmio.map', pair).refused('UNBINDING').leaving('mmio.VF1', { guest: 'nobody' }),
      stop('VF1'),
      endUnbind('VF1'),
    ],
  ),

  scenario(
    'MMIO accepted too early',
    {
      says: `A private mapping is accepted only in RUN, of a TDI that was accepted, by the guest
        it is mapped for.`,
      clauses: ['mmio-accept', 'guest-accept'],
    },
    [
      connected,
      enable('VF1'),
      bind('VF1', 'G1'),
      guest('mmio.accept', pair).refused('NOT_MAPPED'),
      host('mmio.map', pair).accepted('mapped'),
      guest('mmio.accept', pair).refused('NOT_ACCEPTED'),
      attest('VF1', 'G1'),
      guest('mmio.accept', pair).refused('NOT_RUN'),
      start('VF1'),
      guest('mmio.private', { ...pair, range: 'tee' }).refused('NOT_MAPPED'),
      guest('mmio.accept', { guest: 'G2', tdi: 'VF1' }).refused('NOT_BOUND_TO_CALLER'),
      guest('mmio.accept', pair).accepted('accepted'),
      host('mmio.unmap', vf1).refused('BOUND').keeping('mmio.VF1'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      guest('mmio.private', { ...pair, range: 'tee' }).dropped('INSECURE'),
    ],
  ),

  scenario(
    'the answer comes after the unbind',
    {
      says: `LOCK is answered, and before the host carries the answer back it unbinds: the TSM
        takes nothing from it.`,
      clauses: ['relay-loop', 'verb-unbind', 'lock-session'],
    },
    [
      connected,
      bindRequest.accepted('request made'),
      lock.accepted('locked'),
      beginUnbind('VF1'),
      host('tsm.return')
        .dropped('NOT_BOUND', 'unbound since the request')
        .leaving('tsm.VF1', { nonce: 'none', cached: 'CONFIG_UNLOCKED' })
        .leaving('relay', { stage: 'idle' }),
      stop('VF1'),
      endUnbind('VF1'),

      bindRequest.accepted('request made'),
      lock.accepted('locked'),
      beginUnbind('VF1'),
      host('tsm.unbind.force', vf1).accepted('lost'),
      host('tsm.return')
        .dropped('NOT_BOUND')
        .leaving('tsm.VF1', { nonce: 'none', boundTo: 'nobody' }),
      bindRequest.refused('LOST'),
      now('tdi.VF1', { state: 'CONFIG_LOCKED' }),
    ],
  ),

  scenario(
    'the request comes after the session',
    {
      says: 'START is on its way when the session ends: the device drops it without an answer.',
      clauses: ['tdisp-transport', 'spdm-session-end'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      host('tsm.start', vf1).accepted('request made'),
      host('spdm.session.end', { cause: 'sequenceExhaustion' })
        .accepted('ended')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      tsm('tdisp.start', vf1).dropped('NO_SESSION').keeping('tdi.VF1', 'relay'),
      host('tsm.return').refused('NO_RESPONSE'),
      host('tsm.notice').accepted('noticed').leaving('relay', { stage: 'idle' }),
    ],
  ),

  scenario(
    'the answer comes after the session',
    {
      says: 'An answer that was made before the session ended opens: the TSM does not know better.',
      clauses: ['relay-loop', 'spdm-session-end'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('tsm.report', vf1).accepted('request made'),
      tsm('tdisp.report', vf1).accepted('served'),
      host('spdm.session.end', { cause: 'heartbeatExpiry' }).accepted('ended'),
      host('tsm.return')
        .accepted('report')
        .leaving('tsm.VF1', { report: 'current' })
        .leaving('relay', { stage: 'idle' }),
      host('tsm.report', vf1).accepted('request made'),
      tsm('tdisp.report', vf1).dropped('NO_SESSION').keeping('relay'),
      host('tsm.notice').accepted('noticed'),
      host('tsm.relock', vf1).refused('NOT_CONNECTED'),
      connect,
      host('tsm.relock', vf1).refused('NOT_SECURE'),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      secureStream,
      host('tsm.start', vf1).refused('NOT_ACCEPTED'),
      now('tdi.VF1', { state: 'ERROR' }),
    ],
  ),
];
