/** Every kind of session end has the same consequences (tdisp-semantics 4.2; TDISP 11.4.5). */
import {
  type AttemptStep,
  fabric,
  guest,
  host,
  now,
  phrase,
  type Scenario,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import {
  attest,
  beginUnbind,
  bind,
  connect,
  connected,
  disconnect,
  endUnbind,
  relock,
  run,
  secureStream,
  servesWithDma,
  start,
  stop,
} from './phrases.ts';

/**
 * Two guests are served when the session ends; afterwards nothing is served, and everything can be
 * rebuilt.
 */
const afterTheEnd = phrase('what the end of a session leaves, and the way back', [
  now('session', { phase: 'none' })
    .and('stream', { secure: false, sending: 'none' })
    .and('keySet.K0', { PR: false, NPR: false, CPL: false, go: false, session: 'none' })
    .and('tdi.VF1', { state: 'ERROR', nonce: 'none', session: 'past' })
    .and('tdi.VF2', { state: 'ERROR', nonce: 'none', session: 'past' })
    .and('tdi.PF', { state: 'CONFIG_UNLOCKED' })
    .and('tsm.VF1', { boundTo: 'G1', cached: 'RUN' })
    .and('tsm.VF2', { boundTo: 'G2', cached: 'CONFIG_LOCKED' }),
  fabric('fabric.inject').dropped('INSECURE'),
]);
/** The TSM holds a dead session until it finds out. */
const findOut = phrase('the TSM finds out', [
  host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
  tsm('tdisp.state', { tdi: 'VF1' }).dropped('NO_SESSION').leaving('relay', { stage: 'request' }),
  host('tsm.return').refused('NO_RESPONSE'),
  tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).dropped('NO_SESSION').keeping('keySet.K0'),
  tsm('spdm.connect.begin').refused('BUSY'),
  host('tsm.notice')
    .accepted('noticed')
    .leaving('link', { session: 'none' })
    .leaving('relay', { stage: 'idle' }),
]);
const wayBack = phrase('connect again, stop what was lost, bind again', [
  host('ide.enable', { level: 0 }).accepted('disabled'),
  connect,
  secureStream,
  now('tdi.VF1', { state: 'ERROR' }),
  host('tsm.start', { tdi: 'VF2' }).refused('NOT_ACCEPTED'),
  beginUnbind('VF2'),
  stop('VF2'),
  endUnbind('VF2'),
  run('VF2', 'G1'),
]);
const serving = phrase('VF1 runs for G1, VF2 is locked for G2', [
  servesWithDma('VF1', 'G1', 'P1'),
  bind('VF2', 'G2'),
]);
const falls = (step: AttemptStep): AttemptStep =>
  step
    .leaving('session', { phase: 'none' })
    .leaving('stream', { secure: false, sending: 'none' })
    .leaving('tdi.VF1', { state: 'ERROR', session: 'past' })
    .leaving('tdi.VF2', { state: 'ERROR', session: 'past' });

const causes = ['getVersion', 'heartbeatExpiry', 'decryptError', 'sequenceExhaustion'] as const;

export const SCENARIOS: readonly Scenario[] = [
  ...causes.map((cause) =>
    scenario(
      `session ends by ${cause}`,
      {
        says: `The stream keyed over it is Insecure and the TDIs locked over it are in ERROR,
          whatever the cause; the TSM hears of nothing.`,
        clauses: ['spdm-session-end', 'tdisp-session-end', 'tdisp-stream-loss', 'spdm-get-version'],
      },
      [
        serving,
        falls(host('spdm.session.end', { cause }).accepted('ended')),
        host('spdm.session.end', { cause }).dropped('NO_SESSION'),
        afterTheEnd,
        findOut,
        wayBack,
      ],
    ),
  ),

  scenario(
    'session ends because a request was corrupted',
    {
      says: 'The device cannot decrypt what the relay brings and ends the session.',
      clauses: ['relay-sequence', 'spdm-session-end'],
    },
    [
      serving,
      host('tsm.report', { tdi: 'VF2' }).accepted('request made'),
      falls(
        host('relay.tamper', { tamper: 'corrupt' }).dropped(
          'DECRYPT_ERROR',
          'the device ends the session',
        ),
      ),
      host('relay.abort').accepted('given up'),
      afterTheEnd,
      findOut,
      wayBack,
    ],
  ),

  scenario(
    'session ends by END_SESSION',
    {
      says: 'The TSM ends it only when no TDI is bound, so there is nothing that could fall.',
      clauses: ['verb-disconnect', 'spdm-session-end'],
    },
    [
      serving,
      host('tsm.disconnect').refused('BOUND').keeping('session', 'stream', 'tdi.VF1', 'tdi.VF2'),
      beginUnbind('VF2'),
      stop('VF2'),
      endUnbind('VF2'),
      host('tsm.disconnect').refused('BOUND').keeping('session', 'stream', 'tdi.VF1'),
      beginUnbind('VF1'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).accepted('begun'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' }).accepted('completed'),
      host('tsm.unbind.force', { tdi: 'VF1' }).accepted('lost'),
      disconnect,
      now('tdi.VF1', { state: 'ERROR' }).and('tdi.VF2', { state: 'CONFIG_UNLOCKED' }),
    ],
  ),

  scenario(
    'session ends by conventional reset',
    {
      says: `The same for session and stream; the TDIs are in CONFIG_UNLOCKED and clean, not in
        ERROR.`,
      clauses: ['rst-conventional', 'spdm-session-end'],
    },
    [
      serving,
      host('reset.conventional')
        .accepted('reset')
        .leaving('session', { phase: 'none' })
        .leaving('link', { session: 'past' })
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('tdi.VF1', {
          state: 'CONFIG_UNLOCKED',
          session: 'none',
          holds: 'nobody',
          bme: false,
        })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED', session: 'none', nonce: 'none' })
        .leaving('tsm.VF1', { boundTo: 'G1', cached: 'RUN' }),
      findOut,
      host('ide.enable', { level: 0 }).accepted('disabled'),
      connect,
      secureStream,

      // The TSM still believes in RUN; the guest must attest and accept anew.
      relock('VF1'),
      now('tdi.VF1', { state: 'CONFIG_LOCKED' })
        .and('guest.G1.VF1', { evidence: 'past', accepted: 'past' })
        .and('tsm.VF1', { accepted: false, dma: false }),
      guest('guest.enable-dma', { guest: 'G1', tdi: 'VF1' }).refused('NOT_ACCEPTED'),
      attest('VF1', 'G1'),
      start('VF1'),
    ],
  ),

  scenario(
    'a second connect during the handshake',
    {
      says: `The TSM begins a session, hears no answer and begins again; the first handshake is
        dead.`,
      clauses: ['spdm-get-version', 'spdm-phases'],
    },
    [
      tsm('spdm.connect.end', { reply: 'arrives' }).dropped('NO_HANDSHAKE'),
      tsm('spdm.connect.begin').accepted('handshake begun'),
      tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).dropped('NO_SESSION'),
      tsm('spdm.connect.end', { reply: 'lost' })
        .accepted('established')
        .leaving('session', { phase: 'established' })
        .leaving('link', { session: 'none' }),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).refused('NOT_CONNECTED'),
      connected,
      run('VF1', 'G1'),
      tsm('spdm.connect.begin').refused('CONNECTED').keeping('session', 'tdi.VF1'),
    ],
  ),
];
