/**
 * What LOCK refuses, as the host can bring it about, and the way on from there (tdisp-semantics
 * 1.4).
 */
import {
  device,
  guest,
  host,
  type Part,
  type Scenario,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import type { ClauseId } from '../model/clauses.ts';
import type { Literals } from '../model/sorts.ts';
import {
  attest,
  beginUnbind,
  bind,
  bindFails,
  connected,
  endUnbind,
  key,
  start,
  stop,
} from './phrases.ts';

const lock = tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' });
const bindRequest = host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted(
  'request made',
);

/**
 * The host makes the fault, LOCK is refused, the TDI is unbound, the host mends the fault, the next
 * bind goes through.
 */
const refusal = (
  title: string,
  clause: ClauseId,
  faulty: Part,
  code: string,
  mended: Part,
): Scenario =>
  scenario(
    `LOCK refuses: ${title}`,
    {
      says: `The device answers with an error and stays as it was. The TSM has no nonce and
        begins to unbind; once that has ended and the fault is mended, the TDI can be bound again.`,
      clauses: ['tdisp-lock', 'tdisp-reject', 'tdisp-codes', clause],
    },
    [
      connected,
      faulty,
      bindRequest,
      lock
        .refused(code, title)
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none' })
        .leaving('relay', { stage: 'response', ok: false })
        .keeping('tdi.VF1', 'stream', 'session'),
      bindFails('VF1', 'G1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('BOUND'),
      host('tsm.start', { tdi: 'VF1' }).refused('UNBINDING'),
      host('tsm.report', { tdi: 'VF1' }).refused('UNBINDING'),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).refused('UNBINDING'),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('NOT_STOPPED'),
      stop('VF1'),
      endUnbind('VF1'),
      mended,
      bind('VF1', 'G1'),
    ],
  );
const stream = (setup: Literals['StreamSetup'][number]): Part =>
  host('ide.setup', { setup }).accepted('changed').leaving('stream', { setup });
const config = (value: Literals['Config'][number]): Part =>
  host('config.set', { tdi: 'VF1', config: value })
    .accepted('plain write')
    .leaving('tdi.VF1', { config: value });
const bar = (place: 'home' | 'overlapping'): Part =>
  host('bar.write', { tdi: 'VF1', place })
    .accepted('plain write')
    .leaving('tdi.VF1', { bar: place });

const STREAM = 'INVALID_REQUEST';
const DEVICE = 'INVALID_DEVICE_CONFIGURATION';

export const SCENARIOS: readonly Scenario[] = [
  ...(
    [
      ['stream id mismatch', 'idMismatch'],
      ['two default streams', 'twoDefaults'],
      ['default stream not on TC0', 'otherTrafficClass'],
    ] as const
  ).map(([title, setup]) =>
    refusal(title, 'tdisp-lock-stream', stream(setup), STREAM, stream('oneDefault')),
  ),
  ...(
    [
      ['phantom functions', 'phantomFunctions'],
      ['resizable BAR size', 'resizableBarSize'],
      ['system page size', 'systemPageSize'],
      ['cache line size', 'cacheLineSize'],
      ['TPH mode', 'tphMode'],
      ['device memory not protected', 'deviceMemory'],
    ] as const
  ).map(([title, value]) =>
    refusal(title, 'tdisp-lock-config', config(value), DEVICE, config('supported')),
  ),
  refusal('shadow functions', 'cfg-shadow', config('shadowFunctions'), DEVICE, config('supported')),
  refusal('BARs overlap', 'tdisp-lock-config', bar('overlapping'), DEVICE, bar('home')),

  scenario(
    'LOCK refuses: no nonce to be had',
    {
      says: 'Without entropy there is no lock; the bind fails, and the next one goes through.',
      clauses: ['tdisp-lock-entropy'],
    },
    [
      connected,
      bindRequest,
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'none' })
        .refused('INSUFFICIENT_ENTROPY', 'no nonce to be had')
        .leaving('relay', { stage: 'response', ok: false })
        .keeping('tdi.VF1'),
      bindFails('VF1', 'G1'),
      stop('VF1'),
      endUnbind('VF1'),
      bind('VF1', 'G1'),
    ],
  ),

  scenario(
    'LOCK refuses: keys missing',
    {
      says: `The stream was Secure when the TSM made the request. The host disables it before the
        device sees it. The failed bind is undone without the stream; the next one waits for it.`,
      clauses: ['tdisp-lock-keys', 'ide-insecure'],
    },
    [
      connected,
      bindRequest,
      host('ide.enable', { level: 0 }).accepted('disabled').leaving('stream', { secure: false }),
      lock
        .refused('INVALID_REQUEST', 'keys missing')
        .leaving('relay', { ok: false })
        .keeping('tdi.VF1'),
      bindFails('VF1', 'G1'),
      stop('VF1'),
      endUnbind('VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('NOT_SECURE'),
    ],
  ),

  scenario(
    'START refuses: the stream is keyed and not enabled',
    {
      says: `LOCK asks for keys; a stream that is keyed but not Secure gets that far. START does
        not go through.`,
      clauses: ['tdisp-start-stream', 'tdisp-lock-keys'],
    },
    [
      connected,
      bindRequest,
      host('ide.enable', { level: 0 }).accepted('disabled'),
      key('K0'),
      lock.accepted('locked').leaving('stream', { secure: false }),
      host('tsm.return').accepted('locked'),
      attest('VF1', 'G1'),
      host('tsm.start', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' })
        .refused('INVALID_REQUEST', 'stream not Secure')
        .leaving('relay', { stage: 'response', ok: false })
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', nonce: 'current' }),
      host('tsm.return').accepted('error'),
      host('ide.enable', { level: 1 })
        .accepted('enabled')
        .leaving('stream', { secure: true })
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' }),
    ],
  ),

  scenario(
    'START refuses: the nonce of the lock before',
    {
      says: `VF1 leaves ERROR by itself and is locked again, and the answer is lost. The TSM still
        has the nonce and the acceptance of the lock before; the device does not take them.`,
      clauses: ['tdisp-nonce', 'tdisp-start', 'lock-session'],
      readings: { autoErrorExit: 'yes' },
    },
    [
      connected,
      bindRequest,
      lock.accepted('locked'),
      host('tsm.return').accepted('locked').leaving('tsm.VF1', { nonce: 'current' }),
      attest('VF1', 'G1'),
      device('device.error', { tdi: 'VF1' })
        .accepted('locked TDI')
        .leaving('tdi.VF1', { nonce: 'none' }),
      device('device.leave-error', { tdi: 'VF1' }).accepted('unlocked'),
      host('tsm.relock', { tdi: 'VF1' }).accepted('request made'),
      lock.accepted('locked').leaving('tsm.VF1', { nonce: 'past', report: 'past', accepted: true }),
      host('relay.abort').accepted('given up'),
      host('tsm.start', { tdi: 'VF1' })
        .accepted('request made')
        .leaving('relay', { episode: 'past' }),
      tsm('tdisp.start', { tdi: 'VF1' })
        .refused('INVALID_NONCE', 'wrong nonce')
        .leaving('relay', { stage: 'response', ok: false })
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', nonce: 'current' }),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { cached: 'CONFIG_LOCKED' }),
      beginUnbind('VF1'),
      stop('VF1'),
      endUnbind('VF1'),
      bindRequest,
      lock.accepted('locked'),
      host('tsm.return').accepted('locked'),
      attest('VF1', 'G1'),
      start('VF1'),
    ],
  ),

  scenario(
    'STOP of a TDI that was never locked, and two at once',
    {
      says: `STOP is legal in every state. While one is under way every other request is answered
        BUSY, except GET_STATE.`,
      clauses: ['tdisp-stop', 'tdisp-legality'],
    },
    [
      connected,
      bindRequest,
      host('relay.abort').accepted('given up'),
      beginUnbind('VF1'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' })
        .accepted('draining')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', stop: 'draining' }),
      host('relay.abort').accepted('given up'),
      host('tsm.unbind.stop', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' })
        .refused('BUSY', 'a STOP is under way')
        .leaving('relay', { stage: 'response', ok: false })
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { teardown: 'blocked' }),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered').leaving('relay', { ok: true }),
      host('tsm.return').accepted('state'),
      device('tdisp.stop.drain', { tdi: 'VF1' }).accepted('drained'),
      device('tdisp.stop.drain', { tdi: 'VF1' }).refused('NOT_DRAINING'),
      device('tdisp.stop.end', { tdi: 'VF1' })
        .accepted('stopped')
        .leaving('relay', { stage: 'idle' }),
      host('tsm.unbind.end', { tdi: 'VF1' }).refused('NOT_STOPPED'),
      stop('VF1'),
      endUnbind('VF1'),
    ],
  ),
];
