/**
 * The TSM's verbs and the guest's consent: who may use a TDI, on what evidence, and how it is given
 * back.
 *
 * The host calls every verb and may stop, abort or repeat at any point; it may reset the device
 * under the TSM. So a request that was sealed may act later than its reason lasts. The properties
 * say at which moment they judge.
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  guestName,
  hasTrustedTlp,
  inOneLine,
  inSession,
  invariantOfEach,
  is,
  isLocked,
  someEntered,
  standing,
  stepOfEach,
  tdiName,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

const boundBefore = (s: Step, t: number): number | null => s.before.tsm[t]!.boundTo;
const boundAfter = (s: Step, t: number): number | null => s.after.tsm[t]!.boundTo;
/** The TDI was bound to nobody and is bound now. */
const becameBound = (s: Step, t: number): boolean =>
  boundBefore(s, t) === null && boundAfter(s, t) !== null;
/** The TDI was bound and is not any more. */
const becameUnbound = (s: Step, t: number): boolean =>
  boundBefore(s, t) !== null && boundAfter(s, t) === null;
/** The bound guest has accepted the present lock session. */
function consents(w: WorldView, t: number): boolean {
  const { boundTo, lockSession } = w.tsm[t]!;
  return boundTo !== null && w.guest[boundTo]![t]!.accepted === lockSession;
}
/**
 * No entry and no IOTLB copy of any page is left for the TDI. A table of the host is none of the
 * TSM's business: what leads nowhere is the device table entry.
 */
function hasNoTranslation(w: WorldView, t: number): boolean {
  if (w.readings.translationTables === 'host') return true;
  for (let p = 0; p < w.page.length; p++) {
    const { table, iotlb } = w.dma[t]![p]!;
    if (table !== 'none' || iotlb !== 'none') return false;
  }
  return true;
}
/** A message of the TSM was made in this step. */
const requestMade = (s: Step): boolean =>
  s.before.relay.stage === 'idle' && s.after.relay.stage === 'request';
/** The step takes a response to this kind of request, about this TDI, in. */
const takesIn = (s: Step, request: string, t: number): boolean =>
  accepted(s, 'tsm.return') &&
  s.before.relay.stage === 'response' &&
  s.before.relay.request === request &&
  s.before.relay.tdi === t;
/** It takes in a report: whole, or its last part. */
const takesReportIn = (s: Step, t: number): boolean =>
  takesIn(s, 'report', t) || (takesIn(s, 'reportPart', t) && s.before.relay.offset === 'later');
/** A reference that was none, or to the past, is now to something, or to the present. */
function isNews(b: number | null, nowBefore: number, a: number | null, nowAfter: number): boolean {
  if (a === null) return false;
  return b === null || (a === nowAfter && b !== nowBefore);
}
/** The request that a verb makes; empty for a verb that needs no device. */
function requestOf(rule: string): string {
  switch (rule) {
    case 'tsm.bind':
    case 'tsm.relock':
      return 'lock';
    case 'tsm.report':
      return 'report';
    case 'tsm.poll':
      return 'state';
    case 'tsm.start':
      return 'start';
    case 'tsm.unbind.stop':
      return 'stop';
    default:
      return '';
  }
}
/** Rules by which a guest, or the host for a guest, does something to a TDI. */
const isGuestRule = (rule: string): boolean =>
  rule === 'guest.evidence' ||
  rule === 'guest.accept' ||
  rule === 'guest.enable-dma' ||
  rule === 'mmio.map' ||
  rule === 'mmio.accept' ||
  rule === 'mmio.private';
/** Some TDI for which the test holds. */
function someTdi(s: Step, test: (s: Step, t: number) => boolean): boolean {
  for (let t = 0; t < s.after.tsm.length; t++) if (test(s, t)) return true;
  return false;
}
const unboundLost = (s: Step, t: number): boolean => becameUnbound(s, t) && s.after.tsm[t]!.lost;
const unboundClean = (s: Step, t: number): boolean => becameUnbound(s, t) && !s.after.tsm[t]!.lost;

export const TSM: readonly Property[] = [
  /** One guest at a time, and never from one to the next without having been nobody's. */
  stepOfEach('Tdi', {
    id: 'tsm-one-guest-per-tdi',
    title: 'A TDI passes from one guest to another only through being bound to nobody',
    clauses: ['tsm-one-guest', 'verb-bind', 'verb-unbind'],
    reads: ['tsm.boundTo'],
    rules: ['tsm.bind'],
    holdsFor: (s, t) => {
      const b = boundBefore(s, t);
      const a = boundAfter(s, t);
      if (accepted(s, 'tsm.bind') && s.args.tdi === t) return b === null && a === s.args.guest;
      return a === b || a === null;
    },
    tells: (s, t) =>
      inOneLine(
        `${tdiName(t)} was bound to ${guestName(boundBefore(s, t))} and ${s.rule} bound it to`,
        `${guestName(boundAfter(s, t))}`,
      ),
    witnesses: {
      bound: (s) => someTdi(s, becameBound),
      'second bind refused': (s) =>
        s.rule === 'tsm.bind' && s.outcome.is === 'refused' && boundBefore(s, actor(s)) !== null,
    },
  }),

  /** Connected, stream Secure. That the device is what it says it is, is not in this slice. */
  stepOfEach('Tdi', {
    id: 'tsm-bind-needs-secure-link',
    title: 'A TDI is bound only while the TSM is connected and the stream is Secure',
    clauses: ['verb-bind'],
    reads: ['tsm.boundTo', 'link.session', 'stream.secure'],
    triggers: ['tsm.boundTo'],
    rules: ['tsm.bind'],
    holdsFor: (s, t) =>
      !becameBound(s, t) || (s.before.link.session !== null && s.before.stream.secure),
    tells: (s, t) =>
      inOneLine(
        `${tdiName(t)} was bound while the TSM is`,
        `${s.before.link.session === null ? 'not connected' : 'on an Insecure stream'}`,
      ),
    witnesses: {
      'bound over a Secure stream': (s) => someTdi(s, becameBound),
      'refused on an Insecure stream': (s) =>
        s.rule === 'tsm.bind' && s.outcome.is === 'refused' && !s.before.stream.secure,
    },
  }),

  /**
   * Evidence, consent, mapping and DMA are for one lock session. A new one begins when a bind
   * begins, and when the answer to a LOCK comes in: nothing of an earlier one counts, nothing is
   * given in advance.
   */
  stepOfEach('Tdi', {
    id: 'tsm-lock-session-starts-clean',
    title: 'A lock session begins with no consent, no evidence, no private mapping and DMA blocked',
    clauses: ['lock-session', 'verb-bind', 'drain-before-reuse'],
    reads: [
      'tsm.boundTo',
      'tsm.lockSession',
      'tsm.accepted',
      'tsm.dma',
      'tsm.report',
      'tsm.teardown',
      'guest.accepted',
      'guest.evidence',
      'mmio.guest',
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.ok',
    ],
    triggers: ['tsm.boundTo'],
    rules: ['tsm.bind', 'tsm.return'],
    holdsFor: (s, t) => {
      const locked = takesIn(s, 'lock', t) && s.before.relay.ok;
      if (!becameBound(s, t) && !locked) return true;
      const tsm = s.after.tsm[t]!;
      if (tsm.accepted || tsm.dma || tsm.report !== null || tsm.teardown !== 'none') return false;
      for (let g = 0; g < s.after.guest.length; g++) {
        const { accepted: consent, evidence } = s.after.guest[g]![t]!;
        if (consent === tsm.lockSession || evidence === tsm.lockSession) return false;
      }
      return s.after.mmio[t]!.guest === null;
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} began a lock session of ${tdiName(t)} for ${guestName(boundAfter(s, t))},`,
        'and something of an earlier one counts for it',
      ),
    witnesses: {
      'begun after an earlier consent': (s) => {
        for (let t = 0; t < s.after.tsm.length; t++) {
          if (!takesIn(s, 'lock', t)) continue;
          for (let g = 0; g < s.after.guest.length; g++)
            if (s.before.relay.ok && s.after.guest[g]![t]!.accepted !== null) return true;
        }
        return false;
      },
    },
  }),

  /** What the first guest could reach is gone: no table entry and no IOTLB copy is inherited. */
  stepOfEach('Tdi', {
    id: 'tsm-bind-inherits-no-translation',
    title: 'A TDI is bound with no translation left from before',
    clauses: ['drain-before-reuse', 'iommu-invalidate'],
    readings: { translationTables: 'trusted' },
    reads: ['tsm.boundTo', 'dma.table', 'dma.iotlb'],
    triggers: ['tsm.boundTo'],
    rules: [],
    holdsFor: (s, t) => !becameBound(s, t) || hasNoTranslation(s.after, t),
    tells: (s, t) =>
      `${tdiName(t)} was bound to ${guestName(boundAfter(s, t))} with a translation from before`,
    witnesses: { bound: (s) => someTdi(s, becameBound) },
  }),

  /**
   * And no other: bind and relock ask for LOCK, poll for the state; the host cannot have the one
   * pass for the other.
   */
  step({
    id: 'tsm-verb-makes-its-request',
    title:
      'A verb of the TSM makes the request that it stands for, about the interface that it names',
    clauses: ['relay-loop', 'verb-bind', 'verb-unbind'],
    reads: ['relay.stage', 'relay.request', 'relay.tdi', 'relay.foreign'],
    triggers: ['relay.stage'],
    rules: ['tsm.bind', 'tsm.relock', 'tsm.report', 'tsm.poll', 'tsm.start', 'tsm.unbind.stop'],
    holds: (s) => {
      const expected = s.outcome.is === 'accepted' ? requestOf(s.rule) : '';
      if (expected === '') return !requestMade(s) || requestOf(s.rule) === '';
      const { request, tdi, foreign } = s.after.relay;
      if (!requestMade(s) || request !== expected || tdi !== s.args.tdi) return false;
      return foreign === (s.args.id === 'foreign');
    },
    why: (s) =>
      inOneLine(
        `${s.rule} of ${tdiName(actor(s))} was ${s.outcome.is}, and the relay carries a`,
        `${s.after.relay.stage} (${s.after.relay.request})`,
      ),
    witnesses: { 'request made': (s) => requestMade(s) },
  }),

  /**
   * Judged when the TSM seals the START: the bound guest has accepted the present lock session, and
   * no unbind is under way. A START on its way when the host begins to unbind still arrives; the
   * STOP that follows ends that.
   */
  step({
    id: 'tsm-start-needs-guest-accept',
    title: 'START is sent only once the bound guest has accepted the present lock session',
    clauses: ['guest-accept', 'lock-session'],
    readings: { startAuthoriser: 'guest' },
    reads: [
      'tsm.boundTo',
      'tsm.lockSession',
      'tsm.teardown',
      'guest.accepted',
      'relay.stage',
      'relay.request',
      'relay.tdi',
    ],
    triggers: ['relay.stage'],
    rules: ['tsm.start'],
    holds: (s) => {
      const { stage, request, tdi } = s.after.relay;
      const made = stage === 'request' && s.before.relay.stage !== 'request' && request === 'start';
      if (!made && !accepted(s, 'tsm.start')) return true;
      const t = made ? Number(tdi) : actor(s);
      return (
        s.rule === 'tsm.start' &&
        actor(s) === t &&
        consents(s.before, t) &&
        s.before.tsm[t]!.teardown === 'none'
      );
    },
    why: (s) =>
      inOneLine(
        `a START of ${tdiName(actor(s))} was sent; ${guestName(boundBefore(s, actor(s)))}, to`,
        'which it is bound, has not accepted this lock session',
      ),
    witnesses: {
      'START sent': (s) => accepted(s, 'tsm.start'),
      'START refused without consent': (s) =>
        s.rule === 'tsm.start' &&
        s.outcome.is === 'refused' &&
        boundBefore(s, actor(s)) !== null &&
        !consents(s.before, actor(s)) &&
        s.before.relay.stage === 'idle',
    },
  }),

  /**
   * The nonce in a START is the one that the TSM holds; every other request speaks of no lock
   * episode.
   */
  step({
    id: 'tsm-start-carries-its-nonce',
    title: 'A START carries the nonce that the TSM holds for that TDI',
    clauses: ['tdisp-nonce', 'tdisp-start'],
    reads: ['relay.stage', 'relay.request', 'relay.tdi', 'relay.episode', 'tsm.nonce', 'tdi.lock'],
    triggers: ['relay.stage'],
    rules: ['tsm.start'],
    holds: (s) => {
      if (!requestMade(s) || s.after.relay.request !== 'start' || s.after.relay.tdi === null)
        return true;
      const t = s.after.relay.tdi;
      const { lock } = s.after.tdi[t]!;
      const { nonce } = s.after.tsm[t]!;
      return nonce !== null && standing(s.after.relay.episode, lock) === standing(nonce, lock);
    },
    why: (s) =>
      inOneLine(
        `a START of ${tdiName(Number(s.after.relay.tdi))} was made without the nonce that the`,
        'TSM holds for it',
      ),
    witnesses: { 'START made': (s) => requestMade(s) && s.after.relay.request === 'start' },
  }),

  /**
   * The scope of a request is the caller: whoever speaks for a guest gets only what is bound to
   * that guest, and nothing more once an unbind has begun. An access through a mapping that is
   * still there is no request to the TSM.
   */
  step({
    id: 'tsm-request-scope',
    title: 'A guest’s request is honoured only for a TDI that is bound to that guest',
    clauses: ['tsm-one-guest', 'guest-accept', 'mmio-accept'],
    sizes: { Guest: 2 },
    reads: ['tsm.boundTo', 'tsm.teardown'],
    triggers: [],
    rules: [
      'guest.evidence',
      'guest.accept',
      'guest.enable-dma',
      'mmio.map',
      'mmio.accept',
      'mmio.private',
    ],
    holds: (s) =>
      s.outcome.is !== 'accepted' ||
      !isGuestRule(s.rule) ||
      (boundBefore(s, actor(s)) === s.args.guest &&
        (s.rule === 'mmio.private' || s.before.tsm[actor(s)]!.teardown === 'none')),
    why: (s) =>
      inOneLine(
        `${s.rule} of ${guestName(Number(s.args.guest))} was honoured; ${tdiName(actor(s))} is`,
        `bound to ${guestName(boundBefore(s, actor(s)))}`,
      ),
    witnesses: {
      'own TDI': (s) => s.outcome.is === 'accepted' && s.rule === 'guest.accept',
      'refused for another’s TDI': (s) => {
        if (s.outcome.is === 'accepted' || !isGuestRule(s.rule)) return false;
        const owner = boundBefore(s, actor(s));
        return owner !== null && owner !== s.args.guest;
      },
    },
  }),

  /** Evidence needs a report on hand; consent needs evidence of the present lock session. */
  step({
    id: 'tsm-accept-current-episode',
    title: 'A guest accepts only what it has evidence of, in the present lock session',
    clauses: ['lock-session', 'guest-accept'],
    reads: ['tsm.lockSession', 'tsm.report', 'guest.evidence', 'guest.accepted', 'tsm.boundTo'],
    triggers: [],
    rules: ['guest.evidence', 'guest.accept'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return true;
      if (s.rule !== 'guest.evidence' && s.rule !== 'guest.accept') return true;
      const t = actor(s);
      const before = s.before.tsm[t]!;
      const now = s.after.tsm[t]!.lockSession;
      const own = s.after.guest[Number(s.args.guest)]![t]!;
      if (before.report === null) return false;
      if (s.rule === 'guest.evidence') return own.evidence === now;
      const evidence = s.before.guest[Number(s.args.guest)]![t]!.evidence;
      return evidence === before.lockSession && own.accepted === now;
    },
    why: (s) =>
      inOneLine(
        `${s.rule} of ${guestName(Number(s.args.guest))} about ${tdiName(actor(s))} was`,
        'accepted without a report, or on evidence of an earlier lock session',
      ),
    witnesses: {
      accepted: (s) => accepted(s, 'guest.accept'),
      'stale evidence refused': (s) => {
        if (s.rule !== 'guest.accept' || s.outcome.is !== 'refused') return false;
        const t = actor(s);
        const { evidence } = s.before.guest[Number(s.args.guest)]![t]!;
        return (
          boundBefore(s, t) === s.args.guest &&
          evidence !== null &&
          evidence !== s.before.tsm[t]!.lockSession
        );
      },
    },
  }),

  /**
   * What the TSM believes of the consent is the consent of the guest that the TDI is bound to, for
   * this lock session.
   */
  invariantOfEach('Tdi', {
    id: 'tsm-acceptance-is-current',
    title:
      'The TSM counts a TDI as accepted only if its guest has accepted the present lock session',
    clauses: ['guest-accept', 'lock-session'],
    reads: ['tsm.accepted', 'tsm.boundTo', 'tsm.lockSession', 'guest.accepted'],
    holdsFor: (w, t) => !w.tsm[t]!.accepted || consents(w, t),
    tells: (w, t) =>
      inOneLine(
        `the TSM counts ${tdiName(t)} as accepted, and ${guestName(w.tsm[t]!.boundTo)} has not`,
        'accepted this lock session',
      ),
    witnesses: {
      'acceptance recorded': (s) =>
        someTdi(s, (x, t) => !x.before.tsm[t]!.accepted && x.after.tsm[t]!.accepted),
      'acceptance voided': (s) =>
        someTdi(s, (x, t) => x.before.tsm[t]!.accepted && !x.after.tsm[t]!.accepted),
    },
  }),

  /** B19: a device id that gets lost on the way. */
  stepOfEach('Tdi', {
    id: 'revoke-targets-same-tdi',
    title: 'What a guest does about one TDI leaves what every other has been granted',
    clauses: ['guest-accept', 'private-dma', 'mmio-accept'],
    sizes: { Tdi: 2 },
    reads: ['tsm.accepted', 'tsm.dma', 'mmio.accepted'],
    rules: ['guest.accept'],
    holdsFor: (s, t) => {
      const { tdi, guest } = s.args;
      if (guest === undefined || tdi === undefined || tdi === t) return true;
      const [b, a] = [s.before.tsm[t]!, s.after.tsm[t]!];
      const isSame = b.accepted === a.accepted && b.dma === a.dma;
      return isSame && s.before.mmio[t]!.accepted === s.after.mmio[t]!.accepted;
    },
    tells: (s, t) => `${s.rule} of ${tdiName(actor(s))} changed what ${tdiName(t)} is granted`,
    witnesses: {
      'accepted beside another': (s) => {
        if (!accepted(s, 'guest.accept')) return false;
        for (let t = 0; t < s.before.tsm.length; t++)
          if (t !== actor(s) && s.before.tsm[t]!.accepted) return true;
        return false;
      },
    },
  }),

  /** What a guest has read or accepted changes only by that guest's own doing, or becomes void. */
  step({
    id: 'guest-isolation',
    title: 'Only a guest itself gives its consent, and no guest changes what is another’s',
    clauses: ['guest-accept', 'lock-session', 'tsm-one-guest'],
    sizes: { Guest: 2 },
    reads: [
      'guest.evidence',
      'guest.accepted',
      'tsm.lockSession',
      'tsm.boundTo',
      'tsm.dma',
      'tsm.accepted',
      'page.owner',
      'page.accepted',
      'page.data',
    ],
    triggers: [
      'guest.evidence',
      'guest.accepted',
      'tsm.lockSession',
      'tsm.dma',
      'tsm.accepted',
      'page.owner',
      'page.accepted',
      'page.data',
    ],
    rules: ['guest.evidence', 'guest.accept', 'page.accept'],
    holds: (s) => {
      for (let g = 0; g < s.after.guest.length; g++)
        for (let t = 0; t < s.after.tsm.length; t++) {
          const was = s.before.tsm[t]!.lockSession;
          const now = s.after.tsm[t]!.lockSession;
          const b = s.before.guest[g]![t]!;
          const a = s.after.guest[g]![t]!;
          const own = s.args.guest === g && s.args.tdi === t;
          if (a.evidence === now && b.evidence !== was && !(own && accepted(s, 'guest.evidence')))
            return false;
          if (a.accepted === now && b.accepted !== was && !(own && accepted(s, 'guest.accept')))
            return false;
          // a guest's own attempt leaves the TDIs that are bound to others alone
          const owner = s.before.tsm[t]!.boundTo;
          if (!s.rule.startsWith('guest.') || owner === null) continue;
          if (s.args.guest === undefined || s.args.guest === owner) continue;
          if (s.before.tsm[t]!.dma !== s.after.tsm[t]!.dma) return false;
          if (s.before.tsm[t]!.accepted !== s.after.tsm[t]!.accepted) return false;
        }
      for (let p = 0; p < s.after.page.length; p++) {
        const b = s.before.page[p]!;
        const a = s.after.page[p]!;
        const isGuests =
          s.rule === 'page.accept' || s.rule === 'page.store' || s.rule.startsWith('guest.');
        if (!isGuests || b.owner === null || b.owner === s.args.guest) continue;
        if (a.owner !== b.owner || a.accepted !== b.accepted || a.data !== b.data) return false;
      }
      return true;
    },
    why: (s) => `${s.rule} (${JSON.stringify(s.args)}) gave or changed what is another’s`,
    witnesses: {
      'evidence read': (s) => accepted(s, 'guest.evidence'),
      'consent given': (s) => accepted(s, 'guest.accept'),
      'another’s page refused': (s) => {
        if (s.rule !== 'page.accept' || s.outcome.is !== 'refused') return false;
        const { owner } = s.before.page[Number(s.args.page)]!;
        return owner !== null && owner !== s.args.guest;
      },
    },
  }),

  /**
   * The trusted entry is open only for a bound guest that has accepted, and not once an unbind has
   * begun.
   */
  invariantOfEach('Tdi', {
    id: 'tsm-dma-needs-acceptance',
    title:
      'The trusted DMA entry is open only for a bound guest that has accepted and is not unbinding',
    clauses: ['private-dma', 'guest-accept', 'verb-unbind'],
    reads: ['tsm.dma', 'tsm.boundTo', 'tsm.teardown', 'tsm.lockSession', 'guest.accepted'],
    holdsFor: (w, t) => !w.tsm[t]!.dma || (w.tsm[t]!.teardown === 'none' && consents(w, t)),
    tells: (w, t) =>
      inOneLine(
        `the DMA entry of ${tdiName(t)} is open; it is bound to ${guestName(w.tsm[t]!.boundTo)}`,
        `and its unbind is ${w.tsm[t]!.teardown}`,
      ),
    witnesses: {
      'DMA opened': (s) => someTdi(s, (x, t) => !x.before.tsm[t]!.dma && x.after.tsm[t]!.dma),
      'DMA blocked': (s) => someTdi(s, (x, t) => x.before.tsm[t]!.dma && !x.after.tsm[t]!.dma),
    },
  }),

  /**
   * What the first tenant posted is landed, lost or under dead keys before DMA opens for the
   * second.
   */
  invariantOfEach('Tdi', {
    id: 'tsm-drain-before-reuse',
    title: 'While DMA of a TDI is open, nothing sent for another guest is in flight from it',
    clauses: ['drain-before-reuse'],
    reads: ['tsm.dma', 'tsm.boundTo', 'tlp.kind', 'tlp.tdi', 'tlp.traffic', 'tlp.tenant'],
    holdsFor: (w, t) => {
      const { dma, boundTo } = w.tsm[t]!;
      if (!dma) return true;
      for (let i = 0; i < w.tlp.length; i++) {
        const { kind, tdi, traffic, tenant } = w.tlp[i]!;
        if (kind !== 'none' && tdi === t && traffic !== 'legacy' && tenant !== boundTo)
          return false;
      }
      return true;
    },
    tells: (w, t) =>
      inOneLine(
        `DMA of ${tdiName(t)} is open for ${guestName(w.tsm[t]!.boundTo)}, and a TLP that it`,
        'sent for another guest is in flight',
      ),
    witnesses: {
      'DMA opened': (s) => someTdi(s, (x, t) => !x.before.tsm[t]!.dma && x.after.tsm[t]!.dma),
    },
  }),

  /**
   * Blocking comes first, and with it go the table entries; IOTLB copies are flushed later. The
   * private MMIO mapping may stay until the TDI is stopped: it leads the guest to its own TDI.
   */
  step({
    id: 'tsm-dma-off-before-handover',
    title: 'Unbind begins by blocking DMA, removing table entries and voiding consent',
    clauses: ['verb-unbind', 'drain-before-reuse'],
    reads: ['tsm.dma', 'tsm.accepted', 'tsm.teardown', 'dma.table'],
    triggers: [],
    rules: ['tsm.unbind.begin'],
    holds: (s) => {
      if (!accepted(s, 'tsm.unbind.begin')) return true;
      const t = actor(s);
      const { dma, accepted: consent, teardown } = s.after.tsm[t]!;
      if (dma || consent || teardown === 'none') return false;
      if (s.after.readings.translationTables === 'host') return true;
      for (let p = 0; p < s.after.page.length; p++)
        if (s.after.dma[t]![p]!.table !== 'none') return false;
      return true;
    },
    why: (s) =>
      `the unbind of ${tdiName(actor(s))} began, and DMA, a table entry or the consent is left`,
    witnesses: {
      'begun with DMA open': (s) => accepted(s, 'tsm.unbind.begin') && s.before.tsm[actor(s)]!.dma,
    },
  }),

  /**
   * What a TDI has posted may land after it was stopped; so the way to memory is blocked before
   * STOP is sent.
   */
  step({
    id: 'tsm-dma-off-before-stop',
    title: 'STOP is sent only once DMA of the TDI is blocked',
    clauses: ['verb-unbind', 'drain-before-reuse'],
    reads: ['tsm.dma', 'relay.stage', 'relay.request', 'relay.tdi'],
    triggers: ['relay.stage'],
    rules: ['tsm.unbind.stop'],
    holds: (s) => {
      const { request, tdi } = s.after.relay;
      if (!requestMade(s) || request !== 'stop' || tdi === null) return true;
      return !s.before.tsm[tdi]!.dma;
    },
    why: (s) => `a STOP of ${tdiName(Number(s.after.relay.tdi))} was sent, and its DMA is open`,
    witnesses: { 'STOP sent': (s) => requestMade(s) && s.after.relay.request === 'stop' },
  }),

  /**
   * Nothing stops the host from taking a TDI back: not the state, not a dead device, not an
   * exchange under way.
   */
  step({
    id: 'tsm-unbind-total',
    title: 'Unbind of a bound TDI can always begin',
    clauses: ['verb-unbind'],
    reads: ['tsm.boundTo', 'tsm.teardown', 'tdi.state'],
    triggers: [],
    rules: ['tsm.unbind.begin'],
    holds: (s) => {
      if (s.rule !== 'tsm.unbind.begin') return true;
      const { boundTo, teardown } = s.before.tsm[actor(s)]!;
      return boundTo === null || teardown !== 'none' || s.outcome.is === 'accepted';
    },
    why: (s) =>
      inOneLine(
        `unbind of ${tdiName(actor(s))} in ${is(s, actor(s))} was ${s.outcome.is} with`,
        `${s.outcome.code}`,
      ),
    witnesses: {
      'begun in RUN': (s) => accepted(s, 'tsm.unbind.begin') && is(s, actor(s)) === 'RUN',
      'begun in ERROR': (s) => accepted(s, 'tsm.unbind.begin') && is(s, actor(s)) === 'ERROR',
      'begun in CONFIG_LOCKED': (s) =>
        accepted(s, 'tsm.unbind.begin') && is(s, actor(s)) === 'CONFIG_LOCKED',
    },
  }),

  /**
   * A TDI leaves its guest in one of two ways. In order: STOP answered, so that it is not locked,
   * nothing of it in flight, no translation left. By force: marked lost; what is in flight then
   * finds no translation.
   */
  stepOfEach('Tdi', {
    id: 'tsm-unbind-ends-clean-or-lost',
    title: 'A TDI leaves its guest stopped, drained and without translations, or marked as lost',
    clauses: ['verb-unbind', 'drain-before-reuse', 'tsm-force', 'iommu-invalidate'],
    facets: ['force'],
    reads: [
      'tsm.boundTo',
      'tsm.lost',
      'tsm.teardown',
      'tsm.dma',
      'tdi.state',
      'tlp.kind',
      'tlp.tdi',
      'tlp.traffic',
      'dma.table',
      'dma.iotlb',
    ],
    triggers: ['tsm.boundTo'],
    rules: [],
    holdsFor: (s, t) => {
      if (!becameUnbound(s, t)) return true;
      if (s.after.tsm[t]!.dma || !hasNoTranslation(s.after, t)) return false;
      if (s.after.tsm[t]!.lost) return true;
      if (s.before.tsm[t]!.teardown !== 'stopped') return false;
      return !isLocked(is(s, t)) && !hasTrustedTlp(s.after, t);
    },
    tells: (s, t) =>
      inOneLine(
        `${tdiName(t)} left ${guestName(boundBefore(s, t))} in ${is(s, t)}, with its unbind`,
        `${s.before.tsm[t]!.teardown}, and is not marked lost or still reaches memory`,
      ),
    witnesses: {
      'left in order': (s) => someTdi(s, unboundClean),
      'left by force': (s) => someTdi(s, unboundLost),
    },
  }),

  /** A TDI that nobody owns is not at work: it is unlocked or in ERROR, or known to be lost. */
  invariantOfEach('Tdi', {
    id: 'tsm-locked-means-owned',
    title: 'A locked TDI is bound to a guest, or marked as lost',
    clauses: ['verb-unbind', 'tsm-force', 'verb-bind'],
    facets: ['force'],
    reads: ['tdi.state', 'tsm.boundTo', 'tsm.lost'],
    holdsFor: (w, t) => !isLocked(w.tdi[t]!.state) || w.tsm[t]!.boundTo !== null || w.tsm[t]!.lost,
    tells: (w, t) =>
      `${tdiName(t)} is in ${w.tdi[t]!.state}, bound to nobody and not marked as lost`,
    witnesses: {
      locked: (s) => someEntered(s, 'CONFIG_LOCKED'),
      'lost while locked': (s) => someTdi(s, (x, t) => unboundLost(x, t) && isLocked(is(x, t))),
    },
  }),

  /** Lost is lost until a STOP about this TDI was answered with success. */
  stepOfEach('Tdi', {
    id: 'tsm-lost-device-not-rebound',
    title: 'A TDI that was unbound by force is not bound again before a STOP of it is answered',
    clauses: ['tsm-force'],
    facets: ['force'],
    reads: [
      'tsm.boundTo',
      'tsm.lost',
      'tdi.state',
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.ok',
      'stream.secure',
    ],
    triggers: ['tsm.boundTo', 'tsm.lost'],
    rules: ['tsm.bind', 'tsm.return'],
    holdsFor: (s, t) => {
      const b = s.before.tsm[t]!;
      const a = s.after.tsm[t]!;
      if (b.lost && (a.boundTo !== null || (accepted(s, 'tsm.bind') && s.args.tdi === t)))
        return false;
      if (!b.lost || a.lost) return true;
      return takesIn(s, 'stop', t) && s.before.relay.ok && !isLocked(is(s, t));
    },
    tells: (s, t) =>
      inOneLine(
        `${tdiName(t)} was unbound by force; ${s.rule} bound it again or trusts it again`,
        'without an answered STOP',
      ),
    witnesses: {
      'bind of a lost TDI refused': (s) =>
        s.rule === 'tsm.bind' &&
        s.outcome.is === 'refused' &&
        s.before.tsm[actor(s)]!.lost &&
        s.before.stream.secure &&
        s.before.relay.stage === 'idle',
      'found again by STOP': (s) =>
        someTdi(s, (x, t) => x.before.tsm[t]!.lost && !x.after.tsm[t]!.lost),
    },
  }),

  /**
   * A TDI that is bound to nobody: no consent, no DMA, no evidence on hand, no mapping, no unbind
   * under way.
   */
  invariantOfEach('Tdi', {
    id: 'tsm-unbound-has-nothing',
    title: 'The TSM keeps nothing for a TDI that is bound to nobody',
    clauses: ['verb-unbind', 'lock-session'],
    reads: [
      'tsm.boundTo',
      'tsm.teardown',
      'tsm.nonce',
      'tsm.report',
      'tsm.accepted',
      'tsm.dma',
      'mmio.guest',
    ],
    holdsFor: (w, t) => {
      const tsm = w.tsm[t]!;
      if (tsm.boundTo !== null) return true;
      if (tsm.teardown !== 'none' || tsm.accepted || tsm.dma) return false;
      return tsm.nonce === null && tsm.report === null && w.mmio[t]!.guest === null;
    },
    tells: (_, t) =>
      inOneLine(
        `${tdiName(t)} is bound to nobody, and the TSM still keeps consent, DMA, evidence or a`,
        'mapping for it',
      ),
    witnesses: {
      'released with evidence on hand': (s) =>
        someTdi(s, (x, t) => becameUnbound(x, t) && x.before.tsm[t]!.report !== null),
    },
  }),

  /**
   * none → blocked → stopped → nobody's; begun by the host or by a bind that failed; stopped only
   * by an answered STOP, and then the TDI is stopped indeed.
   */
  stepOfEach('Tdi', {
    id: 'tsm-teardown-in-order',
    title: 'An unbind goes on only forward, and counts as stopped only by a STOP that was answered',
    clauses: ['verb-unbind', 'relay-loop'],
    reads: [
      'tsm.teardown',
      'tsm.boundTo',
      'tdi.state',
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.ok',
    ],
    triggers: ['tsm.teardown'],
    rules: ['tsm.unbind.begin', 'tsm.return'],
    holdsFor: (s, t) => {
      const b = s.before.tsm[t]!.teardown;
      const a = s.after.tsm[t]!.teardown;
      if (a === b) return true;
      if (a === 'none') return boundAfter(s, t) === null;
      if (a === 'blocked') {
        if (b !== 'none') return false;
        const asked = accepted(s, 'tsm.unbind.begin') && s.args.tdi === t;
        return asked || (takesIn(s, 'lock', t) && !s.before.relay.ok);
      }
      return b === 'blocked' && takesIn(s, 'stop', t) && s.before.relay.ok && !isLocked(is(s, t));
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} took the unbind of ${tdiName(t)} from ${s.before.tsm[t]!.teardown} to`,
        `${s.after.tsm[t]!.teardown}, with the TDI in ${is(s, t)}`,
      ),
    witnesses: {
      begun: (s) => accepted(s, 'tsm.unbind.begin'),
      stopped: (s) =>
        someTdi(
          s,
          (x, t) =>
            x.after.tsm[t]!.teardown === 'stopped' && x.before.tsm[t]!.teardown === 'blocked',
        ),
    },
  }),

  /**
   * Nonce and report are what the device answered, of the episode that the answer speaks of;
   * nothing else makes them.
   */
  stepOfEach('Tdi', {
    id: 'tsm-evidence-authentic',
    title: 'Nonce and report that the TSM holds are those that the device answered with',
    clauses: ['lock-session', 'relay-loop', 'tdisp-report'],
    reads: [
      'tsm.nonce',
      'tsm.report',
      'tsm.reportPlace',
      'tsm.boundTo',
      'tsm.teardown',
      'tdi.lock',
      'relay.stage',
      'relay.request',
      'relay.tdi',
      'relay.ok',
      'relay.episode',
      'relay.place',
      'relay.offset',
    ],
    triggers: ['tsm.nonce', 'tsm.report', 'tsm.reportPlace', 'tdi.lock'],
    rules: ['tsm.return'],
    holdsFor: (s, t) => {
      const b = s.before.tsm[t]!;
      const a = s.after.tsm[t]!;
      const { ok, episode, place } = s.before.relay;
      const lockBefore = s.before.tdi[t]!.lock;
      const lock = s.after.tdi[t]!.lock;
      if (isNews(b.nonce, lockBefore, a.nonce, lock)) {
        if (!takesIn(s, 'lock', t) || !ok || b.boundTo === null || b.teardown !== 'none')
          return false;
        if (standing(a.nonce, lock) !== standing(episode, lockBefore)) return false;
      }
      if (isNews(b.report, lockBefore, a.report, lock)) {
        if (!takesReportIn(s, t) || !ok || b.boundTo === null || a.reportPlace !== place)
          return false;
        if (standing(a.report, lock) !== standing(episode, lockBefore)) return false;
      }
      return a.report === null || a.reportPlace === b.reportPlace || takesReportIn(s, t);
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} changed the nonce or the report that the TSM holds of ${tdiName(t)}, and no`,
        'such answer came',
      ),
    witnesses: {
      'nonce taken in': (s) =>
        someTdi(s, (x, t) => x.before.tsm[t]!.nonce === null && x.after.tsm[t]!.nonce !== null),
      'report taken in': (s) =>
        someTdi(s, (x, t) => x.before.tsm[t]!.report === null && x.after.tsm[t]!.report !== null),
    },
  }),

  /**
   * A cached state is a hint. To hear a state opens nothing, accepts nothing and releases nothing.
   */
  step({
    id: 'tsm-no-stale-device-state',
    title: 'What the TSM hears of a TDI’s state grants nothing and releases nothing',
    clauses: ['tsm-cached'],
    facets: ['detours'],
    reads: [
      'tsm.cached',
      'tsm.boundTo',
      'tsm.accepted',
      'tsm.dma',
      'tsm.lost',
      'tsm.teardown',
      'relay.request',
      'relay.tdi',
      'relay.state',
      'relay.ok',
    ],
    triggers: [],
    rules: ['tsm.return'],
    holds: (s) => {
      if (!accepted(s, 'tsm.return') || s.before.relay.request !== 'state') return true;
      for (let t = 0; t < s.after.tsm.length; t++) {
        const b = s.before.tsm[t]!;
        const a = s.after.tsm[t]!;
        if (a.boundTo !== b.boundTo || a.accepted !== b.accepted || a.dma !== b.dma) return false;
        if (a.lost !== b.lost || a.teardown !== b.teardown) return false;
        if (s.before.relay.tdi === t && s.before.relay.ok && a.cached !== s.before.relay.state)
          return false;
      }
      return true;
    },
    why: (s) =>
      inOneLine(
        `the TSM heard that ${tdiName(Number(s.before.relay.tdi))} is in`,
        `${s.before.relay.state}, and changed a grant or cached something else`,
      ),
    witnesses: {
      'state heard': (s) => accepted(s, 'tsm.return') && s.before.relay.request === 'state',
    },
  }),

  /** A hint, but an honest one: what the last answer said, or what it implies. */
  stepOfEach('Tdi', {
    id: 'tsm-cache-is-what-was-heard',
    title: 'The cached state of a TDI is what the last successful answer implies',
    clauses: ['tsm-cached', 'relay-loop'],
    reads: ['tsm.cached', 'relay.request', 'relay.tdi', 'relay.ok', 'relay.state'],
    triggers: ['tsm.cached'],
    rules: ['tsm.return'],
    holdsFor: (s, t) => {
      const b = s.before.tsm[t]!;
      const a = s.after.tsm[t]!.cached;
      const { request, ok, state, tdi } = s.before.relay;
      if (!accepted(s, 'tsm.return') || tdi !== t || !ok) return a === b.cached;
      if (request === 'lock') return a === 'CONFIG_LOCKED';
      if (request === 'start') return a === 'RUN';
      if (request === 'stop') return a === 'CONFIG_UNLOCKED';
      return a === (request === 'state' ? state : b.cached);
    },
    tells: (s, t) => `${s.rule} left ${s.after.tsm[t]!.cached} cached for ${tdiName(t)}`,
    witnesses: {
      'RUN cached': (s) =>
        someTdi(s, (x, t) => x.after.tsm[t]!.cached === 'RUN' && x.before.tsm[t]!.cached !== 'RUN'),
      'CONFIG_UNLOCKED cached': (s) =>
        someTdi(
          s,
          (x, t) =>
            x.after.tsm[t]!.cached === 'CONFIG_UNLOCKED' &&
            x.before.tsm[t]!.cached !== 'CONFIG_UNLOCKED',
        ),
    },
  }),

  /**
   * The TSM does not let go of its session while a TDI depends on it; and END_SESSION ends it at
   * the device as well.
   */
  step({
    id: 'tsm-disconnect-needs-no-bound',
    title: 'Disconnect is refused while a TDI is bound',
    clauses: ['verb-disconnect'],
    reads: ['tsm.boundTo', 'link.session', 'session.phase', 'session.generation'],
    triggers: [],
    rules: ['tsm.disconnect'],
    holds: (s) => {
      if (!accepted(s, 'tsm.disconnect')) return true;
      for (let t = 0; t < s.before.tsm.length; t++) if (boundBefore(s, t) !== null) return false;
      const isLive = inSession(s.before, s.before.link.session);
      return s.after.link.session === null && !(isLive && s.after.session.phase !== 'none');
    },
    why: (s) => {
      for (let t = 0; t < s.before.tsm.length; t++)
        if (boundBefore(s, t) !== null)
          return inOneLine(
            `the TSM disconnected while ${tdiName(t)} is bound to`,
            `${guestName(boundBefore(s, t))}`,
          );
      return 'the TSM disconnected, and its session is not ended at both ends';
    },
    witnesses: {
      disconnected: (s) => accepted(s, 'tsm.disconnect'),
      'refused while bound': (s) =>
        s.rule === 'tsm.disconnect' &&
        s.outcome.is === 'refused' &&
        someTdi(s, (x, t) => boundBefore(x, t) !== null),
    },
  }),

  /**
   * Time-out, or an error that it can verify: a session that lives is not given up by the host’s
   * word.
   */
  step({
    id: 'tsm-gives-up-only-dead-sessions',
    title: 'The TSM notices the end of its session only once it is dead, and then holds none',
    clauses: ['spdm-session-end', 'relay-loop'],
    reads: ['link.session', 'session.phase', 'session.generation', 'relay.stage'],
    triggers: [],
    rules: ['tsm.notice'],
    holds: (s) => {
      if (!accepted(s, 'tsm.notice')) return true;
      if (inSession(s.before, s.before.link.session)) return false;
      return s.after.link.session === null && s.after.relay.stage === 'idle';
    },
    why: (s) =>
      inOneLine(
        'the TSM gave up a session that',
        `${inSession(s.before, s.before.link.session) ? 'lives' : 'is dead, and holds on to it'}`,
      ),
    witnesses: {
      noticed: (s) => accepted(s, 'tsm.notice') && s.before.link.session !== null,
    },
  }),

  /**
   * One response is taken in once, under the keys that the TSM holds; a stale pair of keys may
   * still agree.
   */
  step({
    id: 'tsm-response-taken-once',
    title: 'The TSM takes a response in once, and only under its own keys',
    clauses: ['relay-loop', 'relay-sequence'],
    reads: ['relay.stage', 'relay.session', 'link.session', 'session.generation', 'session.phase'],
    triggers: [],
    rules: ['tsm.return'],
    holds: (s) => {
      if (s.rule !== 'tsm.return' || s.outcome.is === 'refused') return true;
      if (s.before.relay.stage !== 'response' || s.after.relay.stage !== 'idle') return false;
      if (s.outcome.is !== 'accepted') return true;
      const now = s.before.session.generation;
      const { session } = s.before.link;
      return session !== null && standing(session, now) === standing(s.before.relay.session, now);
    },
    why: (s) =>
      inOneLine(
        `a ${s.before.relay.stage} was ${s.outcome.is}, under other keys than the TSM holds, or`,
        'it is still there',
      ),
    witnesses: {
      'response taken in': (s) => accepted(s, 'tsm.return'),
      'response of a dead session': (s) =>
        accepted(s, 'tsm.return') && !inSession(s.before, s.before.link.session),
    },
  }),
];
