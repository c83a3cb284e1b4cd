/**
 * A TSM that nobody sells, written against the authoring surface and nothing else: six commands.
 *
 * Three are verbs that every TSM has, under the ids of `base`, so that the properties about these verbs judge them.
 * Three are its own: TOY_ASK asks for what is needed next, TOY_UNBIND blocks DMA and sends STOP in one, TOY_RELEASE ends
 * the unbind, with the device or without it.
 */
import { accepted, at, backend, each, not, refused, rule, when } from '../../model/author.ts';
import { W } from '../../model/words/index.ts';

const tdi = { tdi: 'Tdi' } as const;
const busy = refused('TOY_BUSY', 'an exchange is under way', [not(W.relayIdle)]);
const offline = refused('TOY_OFFLINE', 'no session', [not(W.tsmHasSession)]);
const unbound = refused('TOY_UNBOUND', 'bound to nobody', [not(W.bound)]);
const unbinding = refused('TOY_UNBINDING', 'TOY_UNBIND came before', [W.unbinding]);
const mapped = refused('TOY_MAPPED', 'its MMIO is mapped', [W.mmioMapped]);
const flush = refused('TOY_FLUSH', 'an IOTLB copy may be left', [not(W.tdiFlushClean)]);
const draining = refused('TOY_DRAINING', 'writes are in flight', [not(W.postedDrained)]);
const unmapAll = each({ page: 'Page' }, [W.mapped], [W.unmapPage, W.noteFlushNeeded]);
const forget = [W.newLockSession, W.voidAcceptance, W.forgetEvidence] as const;
const hears = { tdi: W.relayTdi };

const bind = rule('tsm.bind', {
  by: 'host',
  role: 'progress',
  says: 'TOY_BIND: binds a TDI to a guest and asks the device to lock it.',
  over: { tdi: 'Tdi', guest: 'Guest' },
  clauses: ['verb-bind', 'tsm-one-guest', 'tsm-force'],
  cases: [
    busy,
    offline,
    refused('TOY_INSECURE', 'the stream is not Secure', [not(W.streamSecure)]),
    refused('TOY_NO_VM', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
    refused('TOY_BOUND', 'bound already', [W.bound]),
    refused('TOY_LOST', 'released without the device', [W.lost]),
    accepted('request made', [], [W.bindTo, W.sendRequest('lock')]),
  ],
});
const ask = rule('tsm.toy-ask', {
  by: 'host',
  role: 'progress',
  says: 'TOY_ASK: asks for the report, and once the guest has accepted for START.',
  over: tdi,
  clauses: ['tdisp-report', 'tdisp-start', 'guest-accept'],
  cases: [
    busy,
    offline,
    unbound,
    unbinding,
    accepted('report', [not(W.tsmHasReport)], [W.sendRequest('report')]),
    refused('TOY_NOT_ACCEPTED', 'not accepted', [not(W.tsmAccepted)]),
    accepted('START', [], [W.sendRequest('start'), W.attachNonce]),
  ],
});
const unbind = rule('tsm.toy-unbind', {
  by: 'host',
  says: 'TOY_UNBIND: DMA blocked, pages unmapped, consent void, STOP sent; all in one.',
  over: tdi,
  clauses: ['verb-unbind'],
  cases: [
    busy,
    unbound,
    accepted(
      'begun',
      [not(W.unbinding)],
      [
        W.blockDma,
        W.voidAcceptance,
        unmapAll,
        W.beginUnbind,
        when([W.tsmHasSession], [W.sendRequest('stop')]),
      ],
    ),
    offline,
    accepted('STOP again', [], [W.sendRequest('stop')]),
  ],
});
const release = rule('tsm.toy-release', {
  by: 'host',
  role: 'progress',
  sensible: [W.stopAnswered],
  says: 'TOY_RELEASE: the unbind ends; a TDI that did not answer the STOP is lost.',
  over: tdi,
  clauses: ['verb-unbind', 'tsm-force', 'drain-before-reuse'],
  cases: [
    refused('TOY_NOT_UNBINDING', 'TOY_UNBIND comes first', [not(W.unbinding)]),
    flush,
    mapped,
    draining,
    accepted('in order', [W.stopAnswered], [...forget, W.unbind, W.endUnbind]),
    accepted('by force', [], [...forget, W.unbind, W.endUnbind, W.markLost]),
  ],
});
const notice = rule('tsm.notice', {
  by: 'host',
  role: 'progress',
  says: 'The TSM finds out that its session is dead.',
  over: {},
  clauses: ['relay-loop'],
  cases: [
    offline,
    refused('TOY_ALIVE', 'the session is alive', [W.tsmSessionLive]),
    accepted('noticed', [], [W.tsmForgetsSession, W.clearRelay]),
  ],
});
/** TOY_BUSY until it was called: one answer at a time. */
const answer = rule('tsm.return', {
  by: 'host',
  role: 'progress',
  says: 'TOY_ANSWER: the host brings the answer back, and the TSM takes it in.',
  over: {},
  clauses: ['relay-loop'],
  cases: [
    refused('TOY_NO_ANSWER', 'no answer is on its way', [not(W.responseWaits)]),
    accepted('error', [W.responseError], [W.clearRelay]),
    accepted(
      'locked',
      [W.responseTo('lock')],
      [at(hears, W.tsmHearsNonce), at(hears, W.tsmCaches('CONFIG_LOCKED')), W.clearRelay],
    ),
    accepted('report', [W.responseTo('report')], [at(hears, W.tsmHearsReport), W.clearRelay]),
    accepted('running', [W.responseTo('start')], [at(hears, W.tsmCaches('RUN')), W.clearRelay]),
    accepted(
      'stopped',
      [W.responseTo('stop')],
      [
        at(hears, W.tsmCaches('CONFIG_UNLOCKED')),
        at(hears, when([W.unbinding], [W.noteStopAnswered])),
        W.clearRelay,
      ],
    ),
    accepted('of no account', [], [W.clearRelay]),
  ],
});

export const TOY = backend('toy', {
  title: 'Toy TSM',
  says: 'A small TSM, to show how a backend in a repository of one’s own looks.',
  clauses: ['verb-bind', 'verb-unbind', 'relay-loop'],
  rules: [bind, ask, unbind, release, notice, answer],
});
