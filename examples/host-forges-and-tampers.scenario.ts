/**
 * The host forges TDISP messages, spoils what it relays, and injects TLPs (TDISP 11.2.2; tdisp-
 * semantics 3.6).
 */
import { fabric, host, now, type Scenario, scenario, tsm } from '../harness/scenario.ts';
import { bind, bindFails, connected, endUnbind, servesWithDma, stop } from './phrases.ts';

const requests = ['lock', 'report', 'state', 'start', 'stop'] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'forged TDISP requests',
    {
      says: `A request outside a secured session is dropped without an answer, and the host holds
        no session key.`,
      clauses: ['tdisp-transport'],
    },
    [
      ...requests.map((request) =>
        host('tdisp.insecure-message', { tdi: 'VF1', request })
          .dropped('NOT_SECURED')
          .keeping('tdi.VF1', 'relay'),
      ),
      servesWithDma('VF1', 'G1', 'P1'),
      bind('VF2', 'G2'),
      ...requests.flatMap((request) => [
        host('tdisp.insecure-message', { tdi: 'VF1', request })
          .dropped('NOT_SECURED')
          .keeping('tdi.VF1', 'tsm.VF1', 'relay', 'session'),
        host('tdisp.insecure-message', { tdi: 'VF2', request })
          .dropped('NOT_SECURED')
          .keeping('tdi.VF2', 'tsm.VF2', 'relay', 'session'),
      ]),
      now('tdi.VF1', { state: 'RUN' }).and('tdi.VF2', { state: 'CONFIG_LOCKED', nonce: 'current' }),
    ],
  ),

  scenario(
    'requests that nobody made',
    {
      says: `Without a request of the TSM there is nothing to carry to the device, and no answer
        to carry back.`,
      clauses: ['relay-loop'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      tsm('tdisp.lock', { tdi: 'VF2', entropy: 'enough' }).dropped('NO_REQUEST'),
      tsm('tdisp.report', { tdi: 'VF1' }).dropped('NO_REQUEST'),
      tsm('tdisp.state', { tdi: 'VF1' }).dropped('NO_REQUEST'),
      tsm('tdisp.start', { tdi: 'VF1' }).dropped('NO_REQUEST'),
      tsm('tdisp.stop.begin', { tdi: 'VF1' }).dropped('NO_REQUEST'),
      host('tsm.return').refused('NO_RESPONSE'),
      host('relay.abort').refused('IDLE'),
      host('relay.tamper', { tamper: 'replay' }).refused('IDLE'),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.start', { tdi: 'VF1' }).dropped('NO_REQUEST').keeping('tdi.VF1', 'relay'),
      tsm('tdisp.report', { tdi: 'VF2' }).dropped('NO_REQUEST').keeping('tdi.VF2', 'relay'),
      host('tsm.return').refused('NO_RESPONSE').keeping('relay'),
    ],
  ),

  ...(['corrupt', 'replay'] as const).flatMap((tamper) => [
    scenario(
      `relay: ${tamper} a request`,
      {
        says: `The device cannot decrypt it and ends the session; everything that hung on it
          falls. Nothing is carried out.`,
        clauses: ['relay-sequence', 'spdm-session-end', 'tdisp-session-end'],
      },
      [
        connected,
        bind('VF1', 'G1'),
        host('tsm.bind', { tdi: 'VF2', guest: 'G2', id: 'hosted' }).accepted('request made'),
        host('relay.tamper', { tamper })
          .dropped('DECRYPT_ERROR', 'the device ends the session')
          .leaving('session', { phase: 'none' })
          .leaving('stream', { secure: false })
          .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' })
          .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED' }),
        host('relay.tamper', { tamper }).dropped('NO_SESSION').keeping('session', 'relay'),
        tsm('tdisp.lock', { tdi: 'VF2', entropy: 'enough' })
          .dropped('NO_SESSION')
          .keeping('tdi.VF2'),
        host('tsm.notice').accepted('noticed').leaving('link', { session: 'none' }),
      ],
    ),
    scenario(
      `relay: ${tamper} a response`,
      {
        says: `The TSM cannot decrypt it and drops its session; it believes nothing of the answer,
          although the device did what was asked.`,
        clauses: ['relay-sequence', 'relay-loop'],
      },
      [
        connected,
        host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
        tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' }).accepted('locked'),
        host('relay.tamper', { tamper })
          .dropped('DECRYPT_ERROR', 'the TSM drops its session')
          .leaving('link', { session: 'none' })
          .leaving('relay', { stage: 'idle' })
          .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', nonce: 'current' })
          .leaving('tsm.VF1', { boundTo: 'G1', nonce: 'none', cached: 'CONFIG_UNLOCKED' }),
        host('tsm.return').refused('NO_RESPONSE'),
        host('tsm.report', { tdi: 'VF1' }).refused('NOT_CONNECTED'),

        // The next connect ends the session that the device still holds.
        tsm('spdm.connect.begin')
          .accepted('handshake begun')
          .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' })
          .leaving('stream', { secure: false }),
      ],
    ),
  ]),

  scenario(
    'injected TLPs',
    {
      says: `A forged or repeated TLP fails its check. It reaches no memory, and it costs the
        stream its security.`,
      clauses: ['ide-check', 'tdisp-stream-loss'],
    },
    [
      fabric('fabric.inject').dropped('INSECURE'),
      servesWithDma('VF1', 'G1', 'P1'),
      fabric('fabric.inject')
        .dropped('IDE_CHECK_FAILED')
        .leaving('stream', { secure: false, sending: 'none' })
        .leaving('tdi.VF1', { state: 'ERROR' })
        .keeping('page.P1', 'dma.VF1.P1', 'session'),
      fabric('fabric.inject').dropped('INSECURE').keeping('stream'),
    ],
  ),

  scenario(
    'bind to an interface that the device does not host',
    {
      says: `The request names no TDI of the device: the device refuses, and nothing was locked.
        The TSM begins to unbind the TDI that it took the request to be for.`,
      clauses: ['tdisp-lock-interface', 'verb-bind'],
    },
    [
      connected,
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'foreign' })
        .accepted('request made')
        .leaving('relay', { foreign: true }),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
        .refused('INVALID_INTERFACE', 'foreign interface')
        .keeping('tdi.VF1', 'tdi.PF', 'tdi.VF2'),
      bindFails('VF1', 'G1'),
      host('tsm.start', { tdi: 'VF1' }).refused('UNBINDING'),
      stop('VF1'),
      endUnbind('VF1'),
      now('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none' }),
    ],
  ),
];
