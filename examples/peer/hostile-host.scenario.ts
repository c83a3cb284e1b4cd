/** What a hostile host makes of two devices: messages, evidence, requester IDs and streams exchanged. */
import {
  device,
  fabric,
  guest,
  host,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import {
  bind,
  connected,
  givePage,
  invalidate,
  report,
  run,
  servesWithDma,
  writes,
} from '../phrases.ts';
import { bindPeer, bothRun, peerConnected, startPeer, unbindPeer } from './phrases.ts';

const preset = 'full';
const bothForG1 = bothRun('VF1', 'G1', 'P1');
const deliver = fabric('peer.deliver');

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'messages of two devices exchanged',
    {
      says: `What was sealed for one device fails its check at the other, which ends its session; the
        device that the message was for is none the worse.`,
      clauses: ['peer-seal', 'spdm-session-end', 'peer-apart'],
      preset,
    },
    [
      bothForG1,
      host('relay.cross', { cross: 'requestToPeer' }).refused('IDLE').keeping('peer'),
      host('relay.cross', { cross: 'answerOfPeer' }).refused('IDLE').keeping('link'),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      host('relay.cross', { cross: 'requestToPeer' })
        .dropped('DECRYPT_ERROR')
        .leaving('peer', { open: false, secure: false, state: 'ERROR' })
        .keeping('tdi.VF1', 'session', 'stream', 'relay'),
      host('relay.cross', { cross: 'answerOfPeer' }).dropped('NO_SESSION').keeping('link'),
      tsm('tdisp.report', { tdi: 'VF1' }).accepted('served'),
      host('tsm.return').accepted('report'),

      host('peer.unbind.begin').accepted('DMA blocked'),
      host('peer.unbind.end').refused('NOT_FLUSHED').keeping('peer'),
      fabric('peer.invalidate').accepted('completed'),
      host('peer.unbind.end')
        .accepted('lost')
        .leaving('peer', { lost: true, boundTo: 'nobody', state: 'ERROR' }),
      peerConnected,
      host('peer.bind', { guest: 'G1', flags: 'plain' }).refused('LOST').keeping('peer'),
      host('peer.stop')
        .accepted('stopped')
        .leaving('peer', { lost: false, state: 'CONFIG_UNLOCKED' }),
      host('peer.stop').refused('NOT_LOST'),

      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.report', { tdi: 'VF1' }).accepted('served'),
      host('relay.cross', { cross: 'answerOfPeer' })
        .dropped('DECRYPT_ERROR', 'the TSM drops its session with the first device')
        .leaving('link', { session: 'none' })
        .leaving('relay', { stage: 'idle' })
        .keeping('peer', 'tdi.VF1'),
      host('relay.cross', { cross: 'peerRequestHere' })
        .dropped('DECRYPT_ERROR', 'the first device ends its session')
        .leaving('session', { phase: 'none' })
        .leaving('tdi.VF1', { state: 'ERROR' })
        .keeping('peer'),
      host('relay.cross', { cross: 'peerRequestHere' }).dropped('NO_SESSION').keeping('peer'),
    ],
  ),

  scenario(
    'evidence of one device shown for the other',
    {
      says: 'The digests that the TSM has are of its own session with the device in question.',
      clauses: ['peer-identity', 'lock-session'],
      preset,
    },
    [
      connected,
      peerConnected,
      bind('VF1', 'G1'),
      guest('guest.foreign-evidence', { guest: 'G1', tdi: 'VF1' }).refused('NO_REPORT'),
      report('VF1'),
      guest('guest.foreign-evidence', { guest: 'G2', tdi: 'VF1' }).refused('NOT_BOUND'),
      guest('guest.foreign-evidence', { guest: 'G1', tdi: 'VF1' })
        .refused('DIGEST')
        .keeping('guest.G1.VF1', 'shown.G1.VF1'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).refused('NO_EVIDENCE'),
      bindPeer('G2'),
      guest('peer.evidence', { guest: 'G1', whose: 'own' }).refused('NOT_BOUND_TO_CALLER'),
      guest('peer.evidence', { guest: 'G2', whose: 'other' }).refused('DIGEST').keeping('peer'),
      guest('peer.accept', { guest: 'G2' }).refused('NO_EVIDENCE').keeping('peer'),
      host('peer.start').refused('NOT_ACCEPTED').keeping('peer'),
    ],
  ),

  scenario(
    'the second device under another name',
    {
      says: `With a requester ID of the first device it is not taken for trusted; under the Stream ID
        of the first device it is misrouted. Neither stream minds.`,
      clauses: ['peer-requester', 'peer-misroute', 'private-dma'],
      preset,
    },
    [
      bothForG1,
      device('peer.spoof', { tdi: 'VF1', page: 'P1', traffic: 'private' })
        .accepted('sent')
        .leaving('peerTlp', { spoofs: 'VF1', tenant: 'G1' }),
      device('peer.spoof', { tdi: 'VF1', page: 'P1', traffic: 'private' }).refused('NO_SLOT'),
      deliver.dropped('REQUESTER').keeping('page.P1', 'peer', 'stream', 'tdi.VF1'),
      device('peer.spoof', { tdi: 'VF1', page: 'P1', traffic: 'legacy' }).accepted('sent'),
      deliver.dropped('OWNERSHIP_FAULT').keeping('page.P1', 'peer'),
      device('peer.spoof', { tdi: 'VF1', page: 'P2', traffic: 'legacy' }).accepted('sent'),
      deliver.accepted('legacy write').keeping('page.P2'),
      device('peer.wrong-stream').dropped('MISROUTED').keeping('stream', 'peer', 'tdi.VF1'),
      deliver.refused('EMPTY'),
    ],
  ),

  scenario(
    'memory of two guests, each with a device',
    {
      says: `VF1 serves G1 and the second device G2. Each reaches the page of its own guest; entries,
        copies and invalidations of one are not those of the other.`,
      clauses: ['private-dma', 'iommu-invalidate', 'page-conversion', 'peer-apart'],
      preset,
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      writes('VF1', 'P1', 'G1'),
      peerConnected,
      bindPeer('G2'),
      givePage('P2', 'G2'),
      startPeer('G2', 'P2'),
      host('peer.map', { page: 'P2', space: 'private' }).refused('MAPPED'),
      host('peer.map', { page: 'P1', space: 'private' }).refused('NOT_OWN').keeping('peerDma.P1'),
      host('peer.map', { page: 'P1', space: 'shared' }).refused('NOT_SHARED').keeping('peerDma.P1'),
      device('peer.issue', { page: 'P1', access: 'read', traffic: 'shared' }).accepted('sent'),
      host('peer.event', { event: 'sessionEnd' }).accepted('session ended'),
      host('peer.unbind.begin').accepted('DMA blocked'),
      fabric('peer.invalidate').accepted('completed'),
      host('peer.unbind.end').refused('DRAINING').keeping('peer'),
      deliver.dropped('INSECURE').leaving('peer', { state: 'ERROR' }),
      host('peer.unbind.end').accepted('lost'),
      peerConnected,
      host('peer.stop').accepted('stopped'),
      bindPeer('G2'),
      startPeer('G2', 'P2'),
      device('peer.issue', { page: 'P2', access: 'write', traffic: 'private' })
        .accepted('sent')
        .leaving('peerTlp', { data: 'G2', tenant: 'G2' }),
      deliver
        .accepted('write')
        .leaving('page.P2', { data: 'G2' })
        .leaving('peerDma.P2', { iotlb: 'private' }),
      device('peer.issue', { page: 'P2', access: 'read', traffic: 'private' }).accepted('sent'),
      deliver.accepted('read').leaving('peer', { holds: 'G2' }),

      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      host('page.take', { page: 'P2' }).refused('MAPPED').keeping('page.P2', 'peerDma.P2'),
      host('peer.unmap', { page: 'P2' })
        .accepted('unmapped')
        .leaving('peerDma.P2', { table: 'none', iotlb: 'private', dirty: true }),
      host('peer.map', { page: 'P2', space: 'private' }).refused('NOT_FLUSHED'),
      invalidate('VF1'),
      host('page.take', { page: 'P2' }).refused('NOT_FLUSHED').keeping('page.P2', 'peerDma.P2'),
      fabric('peer.invalidate').accepted('completed').leaving('peerDma.P2', { iotlb: 'none' }),
      fabric('peer.invalidate').refused('NOT_NEEDED'),
      host('page.take', { page: 'P2' }).accepted('taken'),
      host('page.take', { page: 'P1' }).accepted('taken'),

      device('peer.issue', { page: 'P3', access: 'read', traffic: 'private' }).accepted('sent'),
      deliver.dropped('IOMMU_FAULT').leaving('peer', { state: 'ERROR' }).keeping('tdi.VF1'),
      unbindPeer({ mapped: false }),
    ],
  ),

  scenario(
    'what befalls the second device',
    {
      says: `Error, lost stream, lost session, reset: each takes its own TDI along and leaves the
        first device as it is.`,
      clauses: ['peer-apart', 'tdisp-session-end', 'tdisp-stream-loss', 'rst-conventional'],
      preset,
    },
    [
      host('peer.bind', { guest: 'G1', flags: 'plain' }).refused('NOT_CONNECTED'),
      tsm('peer.key').refused('NOT_CONNECTED'),
      host('peer.event', { event: 'sessionEnd' }).dropped('NO_SESSION').keeping('peer'),
      connected,
      tsm('peer.connect').accepted('connected'),
      host('peer.bind', { guest: 'G1', flags: 'plain' }).refused('NOT_SECURE').keeping('peer'),
      tsm('peer.key').accepted('Secure'),
      run('VF1', 'G1'),
      bindPeer('G1'),
      host('peer.bind', { guest: 'G2', flags: 'plain' }).refused('BOUND').keeping('peer'),
      host('peer.disconnect').refused('BOUND').keeping('peer'),
      host('peer.event', { event: 'flr' })
        .accepted('error or FLR')
        .leaving('peer', { state: 'ERROR', open: true, secure: true })
        .keeping('tdi.VF1', 'session', 'stream'),
      unbindPeer({ mapped: false }),
      bindPeer('G1'),
      host('peer.event', { event: 'streamLoss' })
        .accepted('stream lost')
        .leaving('peer', { state: 'ERROR', open: true, secure: false })
        .keeping('tdi.VF1', 'session', 'stream'),
      unbindPeer({ mapped: false }),
      tsm('peer.key').accepted('Secure'),
      bindPeer('G1'),
      host('peer.event', { event: 'firmwareUpdate' }).accepted('other firmware').keeping('peer'),
      host('device.remove').accepted('pulled').keeping('peer'),
      host('device.insert').accepted('inserted').keeping('peer'),
      host('peer.event', { event: 'conventionalReset' })
        .accepted('reset as a whole, or pulled')
        .leaving('peer', { state: 'CONFIG_UNLOCKED', open: false, secure: false, boundTo: 'G1' })
        .keeping('tdi.VF1', 'session', 'stream'),
      peerConnected,
      host('peer.event', { event: 'removal' })
        .accepted('reset as a whole, or pulled')
        .leaving('peer', { state: 'CONFIG_UNLOCKED', open: false, secure: false, boundTo: 'G1' }),
      host('peer.start').refused('NOT_CONNECTED').keeping('peer'),
      host('reset.conventional').accepted('reset').keeping('peer'),
    ],
  ),
];
