/** Functions behind one DSM share its context: its session, its stream, its end (host-guest C15). */
import { host, now, type Scenario, scenario } from '../../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  connect,
  connected,
  disconnect,
  endUnbind,
  start,
  stop,
  unbind,
} from '../phrases.ts';
import { assign, bindInOrder, connectHost, release } from './phrases.ts';

/** Two functions, each bound for a guest of its own, over one context. */
const bothBound = [
  connected,
  connectHost,
  assign('VF1', 'G1'),
  assign('VF2', 'G2'),
  bindInOrder('VF1', 'G1'),
  bindInOrder('VF2', 'G2'),
] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'C15: one of two functions behind a DSM goes, and the other works on',
    {
      says: `Giving one path up ends neither context nor session. The context goes only once every
        function below is unbound, whichever asks.`,
      clauses: ['host-disconnect', 'verb-disconnect', 'host-functions', 'vfio-teardown'],
    },
    [
      ...bothBound,
      host('dsm.disconnect').refused('EBUSY', 'a TDI is bound').keeping('dsm'),
      host('tsm.disconnect').refused('BOUND').keeping('session', 'stream'),
      unbind('VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound').keeping('fn.VF2', 'dsm', 'stream'),
      release('VF1'),
      host('vfio.driver', { tdi: 'VF1', driver: 'none' }).accepted('bound'),
      host('fn.remove', { tdi: 'VF1' })
        .accepted('removed')
        .leaving('fn.VF1', { present: false, inStream: false })
        .keeping('fn.VF2', 'tdi.VF2', 'tsm.VF2', 'dsm', 'session', 'stream'),
      host('dsm.disconnect').refused('EBUSY', 'a TDI is bound').keeping('dsm'),
      host('tsm.disconnect').refused('BOUND').keeping('session'),
      attest('VF2', 'G2'),
      start('VF2'),
      host('fn.remove', { tdi: 'PF' }).refused('EBUSY', 'it has VFs').keeping('fn.PF'),
      unbind('VF2'),
      host('vfio.unbind', { tdi: 'VF2' }).accepted('unbound'),
      host('dsm.disconnect').refused('EAGAIN').keeping('dsm'),
      disconnect,
      host('dsm.disconnect')
        .accepted('disconnected')
        .leaving('dsm', { context: 'absent' })
        .leaving('fn.VF2', { inStream: false }),
    ],
  ),

  scenario(
    'C15: what ends the session of a DSM ends it for every function below',
    {
      says: `The host ends the session over one function. Both TDIs fall, and each is given back by its own
        unbind; then one new session serves both again.`,
      clauses: ['tdisp-session-end', 'spdm-session-end', 'verb-unbind'],
    },
    [
      ...bothBound,
      attest('VF1', 'G1'),
      start('VF1'),
      host('spdm.session.end', { cause: 'decryptError' })
        .accepted('ended')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('tdi.VF2', { state: 'ERROR', nonce: 'none' })
        .leaving('stream', { secure: false }),
      host('tsm.notice').accepted('noticed').leaving('link', { session: 'none' }),
      connect,
      ...(['VF1', 'VF2'] as const).flatMap((tdi) => [
        beginUnbind(tdi),
        stop(tdi),
        endUnbind(tdi),
        host('vfio.unbind', { tdi }).accepted('unbound'),
      ]),
      now('tsm.VF1', { boundTo: 'nobody' }).and('tsm.VF2', { boundTo: 'nobody' }),
    ],
  ),
];
