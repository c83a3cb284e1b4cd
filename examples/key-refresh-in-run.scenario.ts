/** Key refresh while the device runs (tdisp-semantics 3.2; host-guest H6). */
import { device, fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { key, servesWithDma, writes } from './phrases.ts';

const send = device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' });
const deliver = (slot: 'S1' | 'S2') => fabric('fabric.deliver', { slot });

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'key refresh in RUN',
    {
      says: 'Traffic before, during and after a refresh; neither the stream nor any TDI notices.',
      clauses: ['ide-refresh', 'ide-keys'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      writes('VF1', 'P1', 'G1'),
      tsm('ide.switch', { keySet: 'K1' }).refused('NOT_STARTED').keeping('stream'),
      key('K1'),
      now('stream', { secure: true, sending: 'K0' }),
      writes('VF1', 'P1', 'G1'),

      send.accepted('sent').leaving('tlp.S1', { keySet: 'K0', key: 'current' }),
      tsm('ide.switch', { keySet: 'K1' }).accepted('switched').leaving('stream', { sending: 'K1' }),
      send.accepted('sent').leaving('tlp.S2', { keySet: 'K1', key: 'current' }),
      deliver('S1').accepted('write'),
      deliver('S1').accepted('write').leaving('stream', { secure: true }),

      tsm('ide.set-stop', { keySet: 'K0' })
        .accepted('idle set')
        .leaving('keySet.K0', { PR: false, NPR: false, CPL: false, go: false, session: 'none' })
        .leaving('stream', { secure: true, sending: 'K1' })
        .keeping('tdi.VF1', 'tdi.PF', 'tdi.VF2'),
      writes('VF1', 'P1', 'G1'),

      // And back: the retired set is keyed anew.
      key('K0'),
      tsm('ide.switch', { keySet: 'K0' }).accepted('switched'),
      tsm('ide.set-stop', { keySet: 'K1' }).accepted('idle set'),
      writes('VF1', 'P1', 'G1'),
      now('tdi.VF1', { state: 'RUN' }).and('stream', { secure: true, sending: 'K0' }),
    ],
  ),

  scenario(
    'a write held until its key set is retired',
    {
      says: `The old set must drain before it is stopped. A write that the fabric held back fails
        its check, and the stream and its TDIs fall.`,
      clauses: ['ide-refresh', 'ide-check', 'tdisp-stream-loss'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent').leaving('tlp.S1', { keySet: 'K0', key: 'current' }),
      key('K1'),
      tsm('ide.switch', { keySet: 'K1' }).accepted('switched'),
      tsm('ide.set-stop', { keySet: 'K0' }).accepted('idle set').leaving('tlp.S1', { key: 'past' }),
      deliver('S1')
        .dropped('IDE_CHECK_FAILED', 'old key')
        .leaving('page.P1', { data: 'nobody' })
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('tdi.VF1', { state: 'ERROR' }),
      send.refused('NOT_RUN'),
    ],
  ),

  scenario(
    'a write held until its key set has new keys',
    {
      says: 'New keys in the old set do not make the held write good.',
      clauses: ['ide-refresh', 'ide-check'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      send.accepted('sent'),
      key('K1'),
      tsm('ide.switch', { keySet: 'K1' }).accepted('switched'),
      tsm('ide.set-stop', { keySet: 'K0' }).accepted('idle set'),
      key('K0'),
      deliver('S1')
        .dropped('IDE_CHECK_FAILED', 'old key')
        .leaving('page.P1', { data: 'nobody' })
        .leaving('tdi.VF1', { state: 'ERROR' }),
    ],
  ),

  scenario(
    'the key set in use is stopped',
    {
      says: `K_SET_STOP of the set in use is no refresh: the stream becomes Insecure and every TDI
        on it falls.`,
      clauses: ['ide-refresh', 'ide-insecure', 'tdisp-stream-loss'],
    },
    [
      servesWithDma('VF1', 'G1', 'P1'),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).refused('KEY_IN_USE').keeping('keySet.K0'),
      tsm('ide.set-stop', { keySet: 'K1' }).refused('NOT_STARTED').keeping('stream'),
      tsm('ide.set-stop', { keySet: 'K0' })
        .accepted('set in use')
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('session', { phase: 'established' }),
      key('K0'),
      now('tdi.VF1', { state: 'ERROR' }).and('stream', { secure: true }),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'not locked')
        .keeping('tdi.VF1'),
    ],
  ),
];
