/** Peer-to-peer between two devices of one guest (tdisp-semantics 5.4). */
import {
  device,
  fabric,
  guest,
  host,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import { bind } from '../phrases.ts';
import { bindPeer, bothRun, p2pBound, p2pKeyed, startPeer, unbindPeer } from './phrases.ts';

const preset = 'full';
const bothForG1 = bothRun('VF1', 'G1', 'P1');
const send = (
  way: 'toPeer' | 'fromPeer',
  access: 'write' | 'read',
  path: 'legacy' | 'untranslated' | 'translated',
) => device('p2p.send', { tdi: 'VF1', way, access, path });
const deliver = fabric('p2p.deliver');

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'two devices of one guest speak to each other',
    {
      says: `Translated requests use the bound stream between the devices, everything else goes up
        through the root complex; after UNBIND nothing is left on the stream.`,
      clauses: ['p2p-bind', 'p2p-choice', 'p2p-translation', 'p2p-unbind'],
      preset,
    },
    [
      bothForG1,
      p2pBound('VF1'),
      send('toPeer', 'write', 'translated')
        .accepted('on the stream of the first device')
        .leaving('p2pTlp', { way: 'toPeer', path: 'direct', tenant: 'G1' }),
      send('fromPeer', 'write', 'translated').refused('NO_SLOT').keeping('p2pTlp'),
      deliver.accepted('write').leaving('peer', { holds: 'G1' }).leaving('p2pTlp', { way: 'none' }),
      send('fromPeer', 'write', 'translated').accepted('on the stream of the second device'),
      deliver.accepted('write').leaving('tdi.VF1', { holds: 'G1' }),
      send('fromPeer', 'read', 'translated').accepted('on the stream of the second device'),
      deliver.accepted('read'),
      send('toPeer', 'read', 'untranslated').accepted('up').leaving('p2pTlp', { path: 'up' }),
      deliver.accepted('read'),
      send('toPeer', 'write', 'legacy').refused('NOT_UNLOCKED').keeping('p2pTlp'),

      device('p2p.unbind.end', { tdi: 'VF1' }).refused('NOT_DRAINING'),
      send('toPeer', 'write', 'translated').accepted('on the stream of the first device'),
      tsm('p2p.unbind.begin', { tdi: 'VF1' })
        .accepted('draining')
        .leaving('p2pTdi.VF1', { draining: true, bound: 'current' }),
      device('p2p.unbind.end', { tdi: 'VF1' }).refused('DRAINING').keeping('p2pTdi.VF1'),
      deliver.accepted('write'),
      send('toPeer', 'write', 'translated').accepted('up').leaving('p2pTlp', { path: 'up' }),
      device('p2p.unbind.end', { tdi: 'VF1' })
        .accepted('unbound')
        .leaving('p2pTdi.VF1', { draining: false, bound: 'none' })
        .keeping('tdi.VF1'),
      deliver.accepted('write'),
      send('fromPeer', 'write', 'translated').accepted('on the stream of the second device'),
      tsm('p2p.unbind-peer').refused('DRAINING').keeping('p2p'),
      deliver.dropped('NOT_BOUND').keeping('tdi.VF1'),
      tsm('p2p.unbind-peer').accepted('unbound').leaving('p2p', { bound: 'none' }),
      host('tsm.unbind.begin', { tdi: 'VF1' })
        .accepted('DMA blocked')
        .leaving('p2pTdi.VF1', { toPeer: 'none', fromPeer: 'none' })
        .keeping('peer'),
    ],
  ),

  scenario(
    'BIND_P2P asks for everything that it needs',
    {
      says: 'Each condition is missing once, at either device; at the end all are there.',
      clauses: ['p2p-bind', 'p2p-lock', 'tdisp-legality'],
      preset,
    },
    [
      tsm('p2p.bind', { tdi: 'VF1' }).refused('NOT_CONNECTED'),
      tsm('p2p.bind-peer').refused('NOT_CONNECTED'),
      bothForG1,
      tsm('p2p.bind', { tdi: 'VF2' }).refused('INVALID_INTERFACE_STATE').keeping('p2pTdi.VF2'),
      tsm('p2p.bind', { tdi: 'VF1' }).refused('INVALID_REQUEST', 'not keyed over this session'),
      tsm('p2p.bind-peer').refused('INVALID_REQUEST', 'not keyed over this session'),
      tsm('p2p.key', { at: 'peer', keys: 'all' }).refused('ORDER').keeping('p2p'),
      tsm('p2p.key', { at: 'first', keys: 'postedOnly' })
        .accepted('first end keyed')
        .leaving('p2p', { whole: false }),
      tsm('p2p.bind', { tdi: 'VF1' }).refused('INVALID_REQUEST', 'keys missing in a sub-stream'),
      p2pKeyed,
      tsm('p2p.key', { at: 'peer', keys: 'all' }).refused('KEYED'),
      ...(
        [
          ['isDefault', 'the default stream'],
          ['notUnique', 'its ID is not unique'],
          ['overlapping', 'its associations overlap'],
        ] as const
      ).flatMap(([setup, why]) => [
        host('p2p.setup', { registers: setup })
          .accepted('set up')
          .leaving('p2p', { setup, first: 'none' }),
        p2pKeyed,
        tsm('p2p.bind', { tdi: 'VF1' }).refused('INVALID_REQUEST', why).keeping('p2pTdi.VF1'),
        tsm('p2p.bind-peer').refused('INVALID_REQUEST', why).keeping('p2p'),
      ]),
      host('p2p.setup', { registers: 'distinct' }).accepted('set up'),
      host('p2p.setup', { registers: 'distinct' }).accepted('as it was').keeping('p2p'),
      p2pBound('VF1'),
      tsm('p2p.bind', { tdi: 'VF1' }).refused('INVALID_REQUEST', 'bound before'),
      tsm('p2p.bind-peer').refused('INVALID_REQUEST', 'bound before'),
    ],
  ),

  ...(
    [
      ['plain', 'LOCK without BIND_P2P'],
      ['withoutAts', 'ATS is off'],
    ] as const
  ).map(([flags, why]) =>
    scenario(
      `a second device that was locked ${flags} takes part in no peer-to-peer stream`,
      {
        says: 'What LOCK carried holds until the next one.',
        clauses: ['p2p-lock', 'p2p-bind'],
        preset,
      },
      [
        bothForG1,
        p2pKeyed,
        unbindPeer({ mapped: true }),
        host('peer.bind', { guest: 'G1', flags }).accepted('locked').leaving('peer', { flags }),
        startPeer('G1', 'P1'),
        tsm('p2p.bind-peer').refused('INVALID_REQUEST', why).keeping('p2p'),
        tsm('lock.p2p', { tdi: 'VF1', flags }).accepted('chosen'),
        tsm('p2p.bind', { tdi: 'VF1' })
          .accepted('bound')
          .leaving('p2pTdi.VF1', { flags: 'bindP2p' }),
      ],
    ),
  ),

  scenario(
    'the stream between the devices is lost',
    {
      says: `The TDI at the end that lost it goes to ERROR; the other end runs on, and what it sends
        is not taken. New keys stop both ends.`,
      clauses: ['p2p-loss', 'peer-apart'],
      preset,
    },
    [
      bothForG1,
      p2pBound('VF1'),
      send('toPeer', 'write', 'translated').accepted('on the stream of the first device'),
      host('p2p.lose', { at: 'peer' })
        .accepted('second end lost')
        .leaving('peer', { state: 'ERROR', secure: true })
        .keeping('tdi.VF1'),
      deliver.dropped('INSECURE').keeping('peer'),
      tsm('p2p.key', { at: 'first', keys: 'all' })
        .accepted('first end keyed')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('stream', { secure: true }),
      host('p2p.lose', { at: 'first' })
        .accepted('first end lost')
        .leaving('p2p', { first: 'none' }),
    ],
  ),

  scenario(
    'what was sent under old keys is not taken under new ones',
    {
      says: 'A direct write is held back while the stream is keyed anew; its check fails.',
      clauses: ['p2p-loss', 'ide-check', 'drain-before-reuse'],
      preset,
    },
    [
      bothForG1,
      p2pBound('VF1'),
      send('toPeer', 'write', 'translated').accepted('on the stream of the first device'),
      tsm('p2p.bind-peer').refused('DRAINING').keeping('p2p'),
      p2pKeyed,
      deliver
        .dropped('IDE_CHECK_FAILED')
        .leaving('p2p', { peer: 'none', first: 'current' })
        .leaving('p2pTlp', { way: 'none' }),
    ],
  ),

  scenario(
    'two guests, and no way from one to the other',
    {
      says: `The second device goes from G1 to G2 while VF1 stays with G1. The translations went with
        the unbind, and what goes up is stopped at the root complex.`,
      clauses: ['p2p-translation', 'drain-before-reuse', 'verb-unbind'],
      preset,
    },
    [
      bothForG1,
      p2pBound('VF1'),
      send('toPeer', 'write', 'translated').accepted('on the stream of the first device'),
      host('peer.unbind.begin')
        .accepted('DMA blocked')
        .leaving('p2pTdi.VF1', { toPeer: 'none', fromPeer: 'none' }),
      fabric('peer.invalidate').accepted('completed'),
      host('peer.unbind.end').accepted('stopped'),
      bindPeer('G2'),
      guest('peer.accept', { guest: 'G2' }).refused('NO_EVIDENCE'),
      host('peer.start').refused('NOT_ACCEPTED').keeping('peer'),
      guest('peer.evidence', { guest: 'G2', whose: 'own' }).accepted('read'),
      guest('peer.accept', { guest: 'G2' }).accepted('accepted'),
      host('peer.start').accepted('running'),
      tsm('p2p.bind-peer').refused('DRAINING').keeping('p2p'),
      deliver.dropped('NOT_BOUND').leaving('peer', { holds: 'nobody' }),
      tsm('p2p.bind-peer').accepted('bound'),
      send('toPeer', 'write', 'translated').refused('NOT_TRANSLATED').keeping('p2pTlp'),
      tsm('p2p.translate', { tdi: 'VF1', way: 'toPeer' }).refused('NOT_SAME_GUEST'),
      tsm('p2p.translate', { tdi: 'VF1', way: 'fromPeer' }).refused('NOT_SAME_GUEST'),
      send('toPeer', 'write', 'untranslated').accepted('up'),
      deliver.dropped('BLOCKED').leaving('peer', { holds: 'nobody' }),
      send('fromPeer', 'read', 'untranslated').accepted('up').leaving('p2pTlp', { tenant: 'G2' }),
      deliver.dropped('BLOCKED').leaving('peer', { holds: 'nobody' }),
    ],
  ),

  scenario(
    'T=0 between the devices',
    {
      says: 'Unlocked TDIs serve T=0 to each other; a locked one does not serve it.',
      clauses: ['tdisp-completer', 'tdisp-requester'],
      preset,
    },
    [
      bothForG1,
      device('p2p.send', { tdi: 'VF2', way: 'toPeer', access: 'read', path: 'legacy' }).refused(
        'BME_CLEAR',
      ),
      host('command.write', { tdi: 'VF2', bme: 1, mse: 1 }).accepted('plain write'),
      device('p2p.send', { tdi: 'VF2', way: 'toPeer', access: 'read', path: 'legacy' }).accepted(
        'T=0',
      ),
      deliver.dropped('T0_TO_TEE').leaving('tdi.VF2', { holds: 'nobody' }),
      unbindPeer({ mapped: true }),
      send('fromPeer', 'read', 'legacy').accepted('T=0'),
      deliver.dropped('T0_TO_TEE').leaving('peer', { holds: 'nobody' }),
      device('p2p.send', { tdi: 'VF2', way: 'fromPeer', access: 'read', path: 'legacy' }).accepted(
        'T=0',
      ),
      deliver.accepted('T=0').leaving('peer', { holds: 'nobody' }),
      bind('VF2', 'G2'),
      device('p2p.send', { tdi: 'VF2', way: 'fromPeer', access: 'write', path: 'legacy' }).accepted(
        'T=0',
      ),
      deliver.dropped('T0_TO_TEE').keeping('tdi.VF2'),
      send('fromPeer', 'write', 'untranslated').refused('NOT_RUN').keeping('p2pTlp'),
    ],
  ),
];
