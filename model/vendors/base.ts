/**
 * `base`: the common denominator of the TSMs (backends 1.2 and 1.3), with the relay loop split.
 *
 * A verb that needs the device makes a request; the host carries it (rules/tdisp) and brings the answer back
 * (`tsm.return`); the host acts in between, or never comes back.
 */
import {
  accepted,
  anyOf,
  at,
  backend,
  dropped,
  each,
  idle,
  not,
  refused,
  rule,
  when,
} from '../author.ts';
import { notForPlain, partAnswers, sessionFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

const tdi = { tdi: 'Tdi' } as const;
const busy = refused('BUSY', 'an exchange is under way', [not(W.relayIdle)]);
const notConnected = refused('NOT_CONNECTED', 'the TSM holds no session', [not(W.tsmHasSession)]);
const notBound = refused('NOT_BOUND', 'bound to nobody', [not(W.bound)]);
const unbinding = refused('UNBINDING', 'an unbind is under way', [W.unbinding]);
const notFlushed = refused('NOT_FLUSHED', 'an IOTLB copy may be left', [not(W.tdiFlushClean)]);
const mmioMapped = refused('MMIO_MAPPED', 'the private MMIO mapping is left', [W.mmioMapped]);
/** A lock session ends where the next begins: nothing that was granted in it is left. */
const newLock = [
  W.newLockSession,
  W.voidAcceptance,
  W.forgetEvidence,
  W.blockDma,
  W.unmapMmio,
  W.revokeP2p,
] as const;
/** What the TSM forgets when a TDI is bound to nobody. */
const release = [
  W.unbind,
  W.endUnbind,
  W.newLockSession,
  W.voidAcceptance,
  W.forgetEvidence,
] as const;

export const BASE = backend('base', {
  title: 'Common verbs',
  says: 'The verbs that every TSM has in some form, without a vendor’s detail.',
  clauses: ['verb-connect', 'verb-bind', 'verb-unbind', 'relay-loop'],
  rules: [
    rule('tsm.bind', {
      by: 'host',
      role: 'progress',
      leanings: [{ when: { id: 'foreign' }, role: 'hostile' }],
      says: 'Bind: the TSM binds a TDI to a guest and asks the device to lock it.',
      over: { tdi: 'Tdi', guest: 'Guest', id: 'Interface' },
      clauses: ['verb-bind', 'tsm-one-guest', 'tsm-force', 'plain-vm-unbound'],
      refines: 'bind',
      cases: [
        busy,
        notConnected,
        refused('NOT_SECURE', 'the stream is not Secure', [not(W.streamSecure)]),
        refused('NO_VM', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
        notForPlain,
        refused('BOUND', 'bound already', [W.bound]),
        refused('LOST', 'unbound by force and not stopped since', [W.lost]),
        accepted(
          'request made',
          [],
          [W.bindTo, W.sendRequest('lock'), when([W.namesForeign], [W.makeForeign])],
        ),
      ],
    }),
    rule('tsm.relock', {
      by: 'host',
      role: 'progress',
      sensible: [W.tdiIs('CONFIG_UNLOCKED')],
      says: 'The TSM asks the device to lock a bound TDI again, as after a reset.',
      over: tdi,
      clauses: ['verb-bind', 'lock-session'],
      refines: 'bind',
      cases: [
        busy,
        notConnected,
        notBound,
        unbinding,
        refused('NOT_SECURE', 'the stream is not Secure', [not(W.streamSecure)]),
        accepted('request made', [], [W.sendRequest('lock')]),
      ],
    }),
    rule('tsm.report', {
      by: 'host',
      role: 'progress',
      sensible: [not(W.tsmHasReport)],
      says: 'Guest request: the TSM asks the device for the report.',
      over: tdi,
      clauses: ['tdisp-report'],
      refines: 'guest_req',
      cases: [
        busy,
        notConnected,
        notBound,
        unbinding,
        accepted('request made', [], [W.sendRequest('report')]),
      ],
    }),
    rule('tsm.poll', {
      by: 'host',
      says: 'Guest request: the TSM asks the device for the state of a TDI.',
      over: tdi,
      clauses: ['tsm-cached'],
      refines: 'guest_req',
      facets: ['detours'],
      cases: [busy, notConnected, accepted('request made', [], [W.sendRequest('state')])],
    }),
    rule('tsm.start', {
      by: 'host',
      role: 'progress',
      sensible: [W.tdiIs('CONFIG_LOCKED')],
      says: 'Guest request: the TSM asks the device to start, once the bound guest has accepted.',
      over: tdi,
      clauses: ['guest-accept', 'tdisp-start'],
      refines: 'guest_req',
      cases: [
        busy,
        notConnected,
        notBound,
        unbinding,
        refused('NOT_ACCEPTED', 'the guest has not accepted', [not(W.tsmAccepted)]),
        idle(
          'rare: the LOCK response must be lost and the state be polled instead',
          refused('NO_NONCE', 'no LOCK response seen', [not(W.tsmHasNonce)]),
        ),
        accepted('request made', [], [W.sendRequest('start'), W.attachNonce]),
      ],
    }),
    rule('tsm.unbind.begin', {
      by: 'host',
      // From CONFIG_UNLOCKED there is a way on: another LOCK.
      sensible: [W.tsmHasNonce, W.tdiIs('ERROR')],
      says: 'Unbind begins: DMA blocked, pages unmapped, acceptance void; no help needed.',
      over: tdi,
      clauses: ['verb-unbind'],
      refines: 'unbind',
      cases: [
        notBound,
        unbinding,
        accepted(
          'DMA blocked',
          [],
          [
            W.blockDma,
            W.voidAcceptance,
            each({ page: 'Page' }, [W.mapped], [W.unmapPage, W.noteFlushNeeded]),
            W.revokeP2p,
            W.beginUnbind,
          ],
        ),
      ],
    }),
    rule('tsm.unbind.stop', {
      by: 'host',
      role: 'progress',
      says: 'Unbind goes on: the TSM asks the device to stop the TDI; also after a forced unbind.',
      over: tdi,
      clauses: ['verb-unbind', 'tsm-force', 'mmio-unmap-order'],
      refines: 'unbind',
      cases: [
        busy,
        notConnected,
        refused('NOT_UNBINDING', 'no unbind is under way', [not(anyOf(W.unbinding, W.lost))]),
        idle(
          'decides only where the platform wants the mapping back first',
          refused('MMIO_MAPPED', 'the private mapping goes first', [
            W.readingIs('mmioUnmapVsStop', 'before'),
            W.mmioMapped,
          ]),
        ),
        accepted('request made', [], [W.sendRequest('stop')]),
      ],
    }),
    rule('tsm.unbind.end', {
      by: 'host',
      role: 'progress',
      says: 'Unbind ends: the TDI is stopped, translations are flushed, nothing posted is left.',
      over: tdi,
      clauses: ['verb-unbind', 'drain-before-reuse', 'iommu-invalidate'],
      refines: 'unbind',
      cases: [
        refused('NOT_STOPPED', 'the STOP is not answered', [not(W.stopAnswered)]),
        notFlushed,
        idle('rare: everything else must be done before the mapping is asked back', mmioMapped),
        refused('DRAINING', 'writes are still in flight', [not(W.postedDrained)]),
        accepted('unbound', [], [...release]),
      ],
    }),
    rule('tsm.unbind.force', {
      by: 'host',
      sensible: [not(W.tsmSessionLive)],
      says: 'Unbind ends without the device: the TDI is marked lost.',
      over: tdi,
      clauses: ['tsm-force', 'verb-unbind'],
      refines: 'unbind',
      facets: ['force'],
      cases: [
        refused('NOT_UNBINDING', 'no unbind is under way', [not(W.unbinding)]),
        notFlushed,
        mmioMapped,
        accepted('lost', [], [...release, W.markLost]),
      ],
    }),
    rule('tsm.disconnect', {
      by: 'host',
      role: 'hostile',
      says: 'Disconnect: END_SESSION, once no TDI is bound.',
      over: {},
      clauses: ['verb-disconnect', 'spdm-session-end'],
      refines: 'disconnect',
      cases: [
        busy,
        notConnected,
        refused('BOUND', 'a TDI is bound', [W.someTdiBound]),
        accepted('disconnected', [], [when([W.tsmSessionLive], sessionFalls), W.tsmForgetsSession]),
      ],
    }),
    rule('tsm.notice', {
      by: 'host',
      role: 'progress',
      says: 'The TSM finds out that its session is dead: time-out, or an error it can verify.',
      over: {},
      clauses: ['relay-loop', 'spdm-session-end'],
      facets: ['force'],
      cases: [
        refused('NOT_CONNECTED', 'the TSM holds no session', [not(W.tsmHasSession)]),
        refused('ALIVE', 'the session is alive', [W.tsmSessionLive]),
        accepted('noticed', [], [W.tsmForgetsSession, W.clearRelay]),
      ],
    }),
    rule('tsm.return', {
      by: 'host',
      role: 'progress',
      says: 'The host calls again with the answer: the TSM takes it in.',
      over: {},
      clauses: ['relay-loop', 'tsm-cached'],
      cases: [
        refused('NO_RESPONSE', 'no answer is on its way', [not(W.responseWaits)]),
        dropped(
          'NOT_BOUND',
          'unbound since the request',
          [
            not(anyOf(W.responseTo('stop'), W.responseTo('state'))),
            at({ tdi: W.relayTdi }, anyOf(not(W.bound), W.unbinding)),
          ],
          [W.clearRelay],
        ),
        accepted(
          'bind failed',
          [W.responseError, W.responseTo('lock'), at({ tdi: W.relayTdi }, not(W.tsmHasNonce))],
          [at({ tdi: W.relayTdi }, W.beginUnbind), W.clearRelay],
        ),
        accepted('error', [W.responseError], [W.clearRelay]),
        accepted(
          'locked',
          [W.responseTo('lock')],
          [
            ...newLock.map((effect) => at({ tdi: W.relayTdi }, effect)),
            at({ tdi: W.relayTdi }, W.tsmHearsNonce),
            at({ tdi: W.relayTdi }, W.tsmCaches('CONFIG_LOCKED')),
            W.clearRelay,
          ],
        ),
        accepted(
          'report',
          [W.responseTo('report')],
          [at({ tdi: W.relayTdi }, W.tsmHearsReport), W.clearRelay],
        ),
        ...partAnswers,
        accepted(
          'state',
          [W.responseTo('state')],
          [at({ tdi: W.relayTdi }, W.tsmHearsState), W.clearRelay],
        ),
        accepted(
          'running',
          [W.responseTo('start')],
          [at({ tdi: W.relayTdi }, W.tsmCaches('RUN')), W.clearRelay],
        ),
        accepted(
          'stopped',
          [],
          [
            at({ tdi: W.relayTdi }, W.tsmCaches('CONFIG_UNLOCKED')),
            at({ tdi: W.relayTdi }, when([W.unbinding], [W.noteStopAnswered])),
            at({ tdi: W.relayTdi }, W.clearLost),
            W.clearRelay,
          ],
        ),
      ],
    }),
  ],
});
