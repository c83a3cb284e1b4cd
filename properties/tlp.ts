/**
 * TLPs: who may send what, where it may land, and which MMIO accesses are served (TDISP 11.2.1).
 *
 * An attempt is the observation here: a TLP was consumed if `fabric.deliver` was accepted while its
 * slot held it; an MMIO access was served if `mmio.private` (T=1) or `mmio.legacy` (T=0) was
 * accepted.
 */
import type { World, WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  entered,
  guestName,
  inOneLine,
  invariantOfEach,
  is,
  isRouted,
  pageName,
  someEntered,
  stepOfEach,
  tdiName,
  tlpCount,
  tlpCountOf,
  tlpOf,
  was,
  wasLocked,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

type Tlp = World['tlp'][number];
const isRequest = (tlp: Tlp): boolean => tlp.kind === 'write' || tlp.kind === 'read';
/** A request that asks for a private page, or that reaches one whatever it asks for. */
const isPrivate = (s: Step, tlp: Tlp): boolean =>
  tlp.traffic === 'private' || (tlp.page !== null && s.before.page[tlp.page]!.owner !== null);
/** The youngest TLP in flight; undefined if there is none. */
const youngest = (w: WorldView): Tlp | undefined => w.tlp[tlpCount(w) - 1];
/** The TLP that `dma.issue` has just sent: the youngest, if one more is in flight now. */
const sent = (s: Step): Tlp | undefined =>
  tlpCount(s.after) === tlpCount(s.before) + 1 ? youngest(s.after) : undefined;
/** An access of this kind of range was served. */
const served = (s: Step, rule: 'mmio.private' | 'mmio.legacy', range: 'tee' | 'nonTee'): boolean =>
  accepted(s, rule) && s.args.range === range;

/** Why a private page may not have been reached by this TLP; empty if it may. */
function offence(s: Step, tlp: Tlp): string {
  const w = s.before;
  if (tlp.tdi === null || tlp.page === null) return 'it has no sender or no page';
  const tdi = w.tdi[tlp.tdi]!;
  const page = w.page[tlp.page]!;
  const tsm = w.tsm[tlp.tdi]!;
  if (page.owner === null) return 'the page is nobody’s private page';
  if (tlp.traffic !== 'private') return 'it did not ask for private memory';
  if (tlp.run === null) return 'it was not sent in RUN';
  if (tlp.run !== tdi.run) return 'it was sent in an earlier RUN episode';
  if (tdi.state !== 'RUN' && tdi.state !== 'ERROR') return `the TDI is in ${tdi.state} by now`;
  if (tsm.boundTo !== page.owner) return `the TDI is bound to ${guestName(tsm.boundTo)}`;
  if (tlp.tenant !== page.owner) return `it was sent for ${guestName(tlp.tenant)}`;
  if (!page.accepted) return 'the owner has not accepted the page';
  if (!tsm.dma) return 'the trusted DMA entry is blocked';
  if (!w.stream.secure) return 'the stream is Insecure';
  return '';
}

export const TLP: readonly Property[] = [
  /**
   * A write that lands in, or a read that is answered from, a private page: the TLP was sent in a
   * RUN episode that is still the latest of its TDI, the TDI was not unlocked or locked anew since,
   * it is bound to the owner of the page, the owner accepted the page, the trusted entry is open,
   * the stream Secure. A page counts as private if a guest owns it, whatever the TLP asks for.
   *
   * Left out on purpose: a posted write that was sent in RUN may land after its TDI fell to ERROR,
   * in a page of the same guest. Nobody can call it back. Also left out: that the page changed
   * hands twice in between and is the same guest's again.
   */
  step({
    id: 'tlp-no-private-dma-outside-run',
    title: 'No DMA to private memory outside RUN',
    clauses: ['tdisp-requester', 'private-dma', 'tdisp-run-episode'],
    reads: [
      'tdi.state',
      'tdi.run',
      'tsm.boundTo',
      'tsm.dma',
      'page.owner',
      'page.accepted',
      'stream.secure',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'tlp.run',
      'tlp.tenant',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!accepted(s, 'fabric.deliver')) return true;
      const tlp = tlpOf(s);
      return !isRequest(tlp) || !isPrivate(s, tlp) || offence(s, tlp) === '';
    },
    why: (s) => {
      const tlp = tlpOf(s);
      const who = tlp.tdi === null ? 'nobody' : tdiName(tlp.tdi);
      return `a ${tlp.kind} of ${who} reached private memory, but ${offence(s, tlp)}`;
    },
    witnesses: {
      'private write landed': (s) => {
        if (!accepted(s, 'fabric.deliver')) return false;
        const tlp = tlpOf(s);
        return tlp.kind === 'write' && isPrivate(s, tlp);
      },
      'private write blocked': (s) =>
        s.rule === 'fabric.deliver' &&
        s.outcome.is === 'dropped' &&
        tlpOf(s).kind === 'write' &&
        tlpOf(s).traffic === 'private',
    },
  }),

  /**
   * Table 1.3, TDI as requester: T=1 only in RUN, T=0 only in CONFIG_UNLOCKED, and neither with BME
   * clear. MSI is not in this slice.
   */
  step({
    id: 'tlp-requests-need-their-state',
    title:
      'A TDI sends T=1 requests only in RUN, T=0 requests only unlocked, and none with BME clear',
    clauses: ['tdisp-requester'],
    reads: ['tdi.state', 'tdi.bme'],
    triggers: [],
    rules: ['dma.issue'],
    holds: (s) => {
      if (!accepted(s, 'dma.issue')) return true;
      const { state, bme } = s.before.tdi[actor(s)]!;
      return bme && state === (s.args.traffic === 'legacy' ? 'CONFIG_UNLOCKED' : 'RUN');
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} sent ${s.args.traffic} traffic in ${was(s, actor(s))} with BME`,
        `${Number(s.before.tdi[actor(s)]!.bme)}`,
      ),
    witnesses: {
      'sent in RUN': (s) => accepted(s, 'dma.issue') && was(s, actor(s)) === 'RUN',
      'refused in CONFIG_LOCKED': (s) =>
        s.rule === 'dma.issue' &&
        s.outcome.is !== 'accepted' &&
        was(s, actor(s)) === 'CONFIG_LOCKED',
    },
  }),

  /** On the way out: T=1 goes under the current keys of the Secure stream, never in the clear. */
  step({
    id: 'tlp-t1-only-on-bound-stream',
    title: 'A T=1 request leaves a TDI only on its bound, Secure stream and under current keys',
    clauses: ['tdisp-requester', 'tlp-record'],
    reads: [
      'stream.secure',
      'stream.sending',
      'keySet.generation',
      'keySet.go',
      'tlp.kind',
      'tlp.keySet',
      'tlp.key',
    ],
    triggers: [],
    rules: ['dma.issue'],
    holds: (s) => {
      if (!accepted(s, 'dma.issue') || s.args.traffic === 'legacy') return true;
      const tlp = sent(s);
      if (!s.before.stream.secure || tlp === undefined || tlp.keySet === null) return false;
      const { keySet, key } = tlp;
      const keys = s.after.keySet[keySet]!;
      return keySet === s.before.stream.sending && key === keys.generation && keys.go;
    },
    why: (s) =>
      inOneLine(
        `${tdiName(actor(s))} sent T=1 traffic while the stream was`,
        `${s.before.stream.secure ? 'Secure, under other keys' : 'Insecure'}`,
      ),
    witnesses: {
      'T=1 sent under IDE': (s) =>
        accepted(s, 'dma.issue') &&
        s.args.traffic !== 'legacy' &&
        sent(s)?.keySet === s.before.stream.sending,
    },
  }),

  /**
   * What other properties take as evidence is itself evidence of the moment of sending: sender,
   * page, traffic, run episode and tenant (T=1) or none (T=0), ownership of the page; T=0 is never
   * under IDE here.
   */
  step({
    id: 'tlp-carries-its-origin',
    title: 'A TLP carries sender, RUN episode and tenant of the moment in which it was sent',
    clauses: ['tlp-record', 'tdisp-run-episode'],
    reads: [
      'tdi.run',
      'tsm.boundTo',
      'page.ownership',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'tlp.keySet',
      'tlp.run',
      'tlp.ownership',
      'tlp.tenant',
    ],
    triggers: [],
    rules: ['dma.issue'],
    holds: (s) => {
      if (!accepted(s, 'dma.issue')) return true;
      const tlp = sent(s);
      if (tlp === undefined) return false;
      const { tdi, page, traffic, access } = s.args;
      if (tlp.tdi !== tdi || tlp.page !== page || tlp.kind !== access) return false;
      if (tlp.traffic !== traffic) return false;
      if (tlp.ownership !== s.after.page[Number(page)]!.ownership) return false;
      if (tlp.run !== s.after.tdi[actor(s)]!.run) return false;
      if (traffic === 'legacy') return tlp.keySet === null;
      return tlp.tenant === s.before.tsm[actor(s)]!.boundTo;
    },
    why: (s) => `${tdiName(actor(s))} sent a TLP, and what is in flight does not say so`,
    witnesses: { 'request sent': (s) => accepted(s, 'dma.issue') && tlpCount(s.after) > 0 },
  }),

  /**
   * START begins a new episode: whatever an earlier one sent, and is still in flight, belongs to
   * the past.
   */
  stepOfEach('Tdi', {
    id: 'tlp-run-episode-fresh-per-start',
    title: 'Nothing in flight counts as sent in a RUN episode that begins now',
    clauses: ['tdisp-run-episode'],
    reads: ['tdi.state', 'tdi.run', 'tlp.kind', 'tlp.tdi', 'tlp.run'],
    triggers: ['tdi.state'],
    rules: ['tdisp.start'],
    holdsFor: (s, t) => {
      if (!entered(s, t, 'RUN')) return true;
      for (let i = 0; i < s.after.tlp.length; i++) {
        const { kind, tdi, run } = s.after.tlp[i]!;
        if (kind !== 'none' && tdi === t && run === s.after.tdi[t]!.run) return false;
      }
      return true;
    },
    tells: (_, t) =>
      `${tdiName(t)} entered RUN, and a TLP from before counts as sent in this episode`,
    witnesses: { started: (s) => someEntered(s, 'RUN') },
  }),

  /**
   * A TLP that is consumed, or dropped on arrival or on its way, is gone: nothing is consumed
   * twice, and nothing else vanishes. A read that is served becomes its completion; one that is not
   * becomes nothing.
   */
  step({
    id: 'tlp-consumed-once',
    title: 'A TLP that arrives is gone, and a read that is served becomes exactly one completion',
    clauses: ['ide-check', 'tlp-record'],
    reads: ['tlp.kind'],
    triggers: [],
    rules: ['fabric.deliver', 'fabric.lose'],
    holds: (s) => {
      if (s.rule !== 'fabric.deliver' && s.rule !== 'fabric.lose') return true;
      if (s.outcome.is === 'refused') return tlpCount(s.after) === tlpCount(s.before);
      const { kind } = tlpOf(s);
      if (kind === 'none') return false;
      const write = tlpCountOf(s.after, 'write') - tlpCountOf(s.before, 'write');
      const read = tlpCountOf(s.after, 'read') - tlpCountOf(s.before, 'read');
      const completion = tlpCountOf(s.after, 'completion') - tlpCountOf(s.before, 'completion');
      const isServed = kind === 'read' && accepted(s, 'fabric.deliver');
      if (write !== (kind === 'write' ? -1 : 0)) return false;
      if (read !== (kind === 'read' ? -1 : 0)) return false;
      return completion === (isServed ? 1 : kind === 'completion' ? -1 : 0);
    },
    why: (s) =>
      inOneLine(
        `a ${tlpOf(s).kind} was ${s.outcome.is}, and afterwards other TLPs are in flight than`,
        'should be',
      ),
    witnesses: {
      'write consumed': (s) => accepted(s, 'fabric.deliver') && tlpOf(s).kind === 'write',
    },
  }),

  /**
   * A late completion of an earlier RUN, or of one that ended in ERROR, must not answer anything. A
   * TDI that was unbound by force and runs on may take in what it asked for: the device knows
   * nothing of it.
   */
  step({
    id: 'tlp-completion-same-run-episode',
    title: 'A completion is consumed only in the RUN episode that sent the read',
    clauses: ['tdisp-run-episode'],
    facets: ['reads'],
    reads: [
      'tdi.state',
      'tdi.run',
      'tlp.kind',
      'tlp.tdi',
      'tlp.run',
      'tlp.traffic',
      'tlp.tenant',
      'tsm.boundTo',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!accepted(s, 'fabric.deliver')) return true;
      const tlp = tlpOf(s);
      if (tlp.kind !== 'completion' || tlp.tdi === null) return true;
      const { state, run } = s.before.tdi[tlp.tdi]!;
      if (tlp.traffic === 'legacy') return state === 'CONFIG_UNLOCKED';
      const { boundTo } = s.before.tsm[tlp.tdi]!;
      return state === 'RUN' && tlp.run === run && (boundTo === null || boundTo === tlp.tenant);
    },
    why: (s) => {
      const { tdi } = tlpOf(s);
      return tdi === null
        ? 'a completion for nobody was consumed'
        : inOneLine(
            `${tdiName(tdi)} in ${was(s, tdi)} took a completion in for a read of another RUN`,
            'episode',
          );
    },
    witnesses: {
      'completion consumed in RUN': (s) =>
        accepted(s, 'fabric.deliver') &&
        tlpOf(s).kind === 'completion' &&
        tlpOf(s).traffic !== 'legacy',
      'late completion dropped': (s) => {
        if (s.rule !== 'fabric.deliver' || s.outcome.is !== 'dropped') return false;
        const tlp = tlpOf(s);
        return tlp.kind === 'completion' && tlp.tdi !== null && was(s, tlp.tdi) !== 'RUN';
      },
    },
  }),

  /**
   * What comes back is what was there, for whom it was asked: page, traffic, episode, tenant, and
   * whose secret.
   */
  step({
    id: 'tlp-completion-answers-its-read',
    title:
      'A completion carries what the page held, for the TDI, RUN episode and tenant of the read',
    clauses: ['tlp-record', 'tdisp-run-episode'],
    facets: ['reads', 'secrets'],
    reads: [
      'tdi.run',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'tlp.keySet',
      'tlp.run',
      'tlp.tenant',
      'tlp.data',
      'page.data',
      'stream.sending',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!accepted(s, 'fabric.deliver')) return true;
      const read = tlpOf(s);
      if (read.kind !== 'read' || read.tdi === null || read.page === null) return true;
      const answer = youngest(s.after);
      const now = s.after.tdi[read.tdi]!.run;
      if (answer?.kind !== 'completion' || answer.tdi !== read.tdi) return false;
      if (answer.traffic !== read.traffic || answer.page !== read.page) return false;
      if (answer.tenant !== read.tenant || (answer.run === now) !== (read.run === now))
        return false;
      const keySet = read.traffic === 'legacy' ? null : s.before.stream.sending;
      return answer.keySet === keySet && answer.data === s.before.page[read.page]!.data;
    },
    why: (s) =>
      inOneLine(
        `a read of ${tlpOf(s).tdi === null ? 'nobody' : tdiName(Number(tlpOf(s).tdi))} was`,
        'answered with something else than the page holds for it',
      ),
    witnesses: {
      'secret read': (s) =>
        accepted(s, 'fabric.deliver') &&
        tlpOf(s).kind === 'read' &&
        (youngest(s.after)?.data ?? null) !== null,
    },
  }),

  /**
   * A T=1 read that the host side does not answer in kind (no translation, not the guest's page)
   * comes back as UR; in this slice no device recovers. Posted writes vanish without an answer.
   */
  step({
    id: 'tlp-ur-ca-timeout-error',
    title: 'A T=1 read of a running TDI that is not answered forces ERROR',
    clauses: ['tdisp-completion-error', 'tdisp-stream-loss'],
    facets: ['reads'],
    reads: ['tdi.state', 'tdi.run', 'tlp.kind', 'tlp.traffic', 'tlp.tdi', 'tlp.run'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (s.rule !== 'fabric.deliver' || s.outcome.is === 'accepted') return true;
      const { kind, traffic, tdi, run } = tlpOf(s);
      if (kind !== 'read' || traffic === 'legacy' || tdi === null) return true;
      return !wasLocked(s, tdi) || run !== s.before.tdi[tdi]!.run || is(s, tdi) === 'ERROR';
    },
    why: (s) =>
      inOneLine(
        `a read of ${tdiName(Number(tlpOf(s).tdi))} failed with ${s.outcome.code}, and the TDI`,
        `is in ${is(s, Number(tlpOf(s).tdi))}`,
      ),
    witnesses: {
      'failed read took RUN to ERROR': (s) => {
        if (s.rule !== 'fabric.deliver' || s.outcome.is !== 'dropped') return false;
        const { kind, tdi } = tlpOf(s);
        return kind === 'read' && tdi !== null && was(s, tdi) === 'RUN' && is(s, tdi) === 'ERROR';
      },
    },
  }),

  /**
   * T=0 never touches what is a guest's: no private page by legacy DMA, no TEE range of a TDI that
   * is locked, in ERROR, or holds a guest's data. Before LOCK no range is TEE, and legacy access is
   * allowed.
   */
  step({
    id: 'no-t0-to-tee',
    title: 'No T=0 access reaches private memory or a TEE range',
    clauses: ['tdisp-completer', 'private-dma'],
    facets: ['legacy', 'mmio', 'mse', 'secrets'],
    reads: [
      'tdi.state',
      'tdi.holds',
      'tdi.mse',
      'page.owner',
      'tlp.kind',
      'tlp.traffic',
      'tlp.page',
    ],
    triggers: [],
    rules: ['fabric.deliver', 'mmio.legacy'],
    holds: (s) => {
      if (served(s, 'mmio.legacy', 'tee')) {
        const { state, holds } = s.before.tdi[actor(s)]!;
        return state === 'CONFIG_UNLOCKED' && holds === null;
      }
      if (!accepted(s, 'fabric.deliver')) return true;
      const { kind, traffic, page } = tlpOf(s);
      if (kind === 'completion' || traffic !== 'legacy' || page === null) return true;
      return s.before.page[page]!.owner === null;
    },
    why: (s) =>
      s.rule === 'mmio.legacy'
        ? `a T=0 access to the TEE range of ${tdiName(actor(s))} was served in ${was(s, actor(s))}`
        : `legacy DMA reached ${pageName(Number(tlpOf(s).page))}, a guest’s private page`,
    witnesses: {
      'T=0 MMIO refused by a TDI in use': (s) =>
        s.rule === 'mmio.legacy' &&
        s.outcome.is !== 'accepted' &&
        s.args.range === 'tee' &&
        was(s, actor(s)) !== 'CONFIG_UNLOCKED' &&
        s.before.tdi[actor(s)]!.mse,
      'legacy DMA kept from a private page': (s) => {
        if (s.rule !== 'fabric.deliver' || s.outcome.is === 'accepted') return false;
        const { kind, traffic, page } = tlpOf(s);
        return (
          kind !== 'none' &&
          traffic === 'legacy' &&
          page !== null &&
          s.before.page[page]!.owner !== null
        );
      },
      'legacy DMA to a shared page': (s) =>
        accepted(s, 'fabric.deliver') && tlpOf(s).traffic === 'legacy',
    },
  }),

  /**
   * T=0 traffic is not under IDE: neither the stream nor its checks concern it. Host page tables
   * are not in this slice.
   */
  step({
    id: 'tlp-legacy-needs-no-stream',
    title: 'A T=0 request to a shared page is served whatever the stream is, and leaves it alone',
    clauses: ['tdisp-requester'],
    facets: ['legacy'],
    reads: ['tlp.kind', 'tlp.traffic', 'tlp.page', 'page.owner', 'stream.secure', 'rootPort.bme'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (s.rule !== 'fabric.deliver') return true;
      const { kind, traffic, page } = tlpOf(s);
      if (kind === 'none' || traffic !== 'legacy') return true;
      if (s.before.stream.secure !== s.after.stream.secure) return false;
      const isFair =
        kind !== 'completion' &&
        page !== null &&
        s.before.page[page]!.owner === null &&
        s.before.rootPort.bme;
      return !isFair || s.outcome.is === 'accepted';
    },
    why: (s) =>
      `a T=0 ${tlpOf(s).kind} was ${s.outcome.is} with ${s.outcome.code}, or touched the stream`,
    witnesses: {
      'served on an Insecure stream': (s) =>
        accepted(s, 'fabric.deliver') && tlpOf(s).traffic === 'legacy' && !s.before.stream.secure,
    },
  }),

  /**
   * TEE-MMIO is served in RUN to T=1 on the bound, Secure stream. T=1 means nothing in the clear,
   * so that no T=1 access at all is served without the stream; nor is any with MSE clear.
   */
  step({
    id: 'tlp-tee-mmio-needs-run-t1-bound',
    title: 'A TEE range is served to T=1 only in RUN, over the Secure stream, with MSE set',
    clauses: ['tdisp-completer'],
    facets: ['mmio', 'mse'],
    reads: ['tdi.state', 'tdi.mse', 'stream.secure'],
    triggers: [],
    rules: ['mmio.private'],
    holds: (s) => {
      if (!accepted(s, 'mmio.private')) return true;
      const { state, mse } = s.before.tdi[actor(s)]!;
      return (s.args.range !== 'tee' || state === 'RUN') && mse && s.before.stream.secure;
    },
    why: (s) =>
      inOneLine(
        `a T=1 access to the ${s.args.range} range of ${tdiName(actor(s))} was served in`,
        `${was(s, actor(s))} with MSE ${Number(s.before.tdi[actor(s)]!.mse)} and the stream`,
        `${s.before.stream.secure ? 'Secure' : 'Insecure'}`,
      ),
    witnesses: {
      'served in RUN': (s) => served(s, 'mmio.private', 'tee'),
      'refused in CONFIG_LOCKED': (s) =>
        s.rule === 'mmio.private' &&
        s.args.range === 'tee' &&
        s.outcome.is !== 'accepted' &&
        was(s, actor(s)) === 'CONFIG_LOCKED',
    },
  }),

  /**
   * Non-TEE ranges (IS_NON_TEE_MEM) are served to the host in every state, as long as the function
   * decodes memory.
   */
  step({
    id: 'tlp-non-tee-mmio-state-independent',
    title: 'A non-TEE range is served to T=0 in every state, if MSE is set',
    clauses: ['tdisp-completer', 'mmio-tee'],
    facets: ['mmio', 'mse'],
    reads: ['tdi.state', 'tdi.mse', 'device.present', 'rootPort.mse', 'rootPort.routing'],
    triggers: [],
    rules: ['mmio.legacy'],
    holds: (s) => {
      if (s.rule !== 'mmio.legacy' || s.args.range !== 'nonTee') return true;
      const decodes = s.before.device.present && s.before.tdi[actor(s)]!.mse && isRouted(s.before);
      return (s.outcome.is === 'accepted') === decodes;
    },
    why: (s) =>
      inOneLine(
        `a T=0 access to the non-TEE range of ${tdiName(actor(s))} in ${was(s, actor(s))} was`,
        `${s.outcome.is} with MSE ${Number(s.before.tdi[actor(s)]!.mse)}`,
      ),
    witnesses: {
      'served in RUN': (s) => served(s, 'mmio.legacy', 'nonTee') && was(s, actor(s)) === 'RUN',
      'served in ERROR': (s) => served(s, 'mmio.legacy', 'nonTee') && was(s, actor(s)) === 'ERROR',
      'not served with MSE clear': (s) =>
        s.rule === 'mmio.legacy' &&
        s.args.range === 'nonTee' &&
        s.outcome.is !== 'accepted' &&
        s.before.device.present,
    },
  }),

  /**
   * And to T=1: whoever may use the private mapping of a non-TEE range may do so in every state.
   */
  step({
    id: 'tlp-non-tee-mmio-any-t',
    title:
      'A non-TEE range is served to T=1 of its guest in every state, unless the guest is fenced',
    clauses: ['tdisp-completer', 'mmio-tee'],
    facets: ['mmio', 'mse', 'bar'],
    reads: [
      'tdi.state',
      'tdi.mse',
      'tdi.bar',
      'device.present',
      'stream.secure',
      'tsm.boundTo',
      'mmio.guest',
      'mmio.place',
      'mmio.accepted',
      'rootPort.mse',
      'rootPort.routing',
      'vm.phase',
      'fence.now',
    ],
    triggers: [],
    rules: ['mmio.private'],
    holds: (s) => {
      if (!isRouted(s.before)) return true;
      if (s.rule !== 'mmio.private' || s.args.range !== 'nonTee' || s.outcome.is === 'accepted')
        return true;
      const { mse, bar } = s.before.tdi[actor(s)]!;
      const { guest, place, accepted: isAccepted } = s.before.mmio[actor(s)]!;
      const isOwn = guest === s.args.guest && s.before.tsm[actor(s)]!.boundTo === guest;
      const decodes = s.before.device.present && mse && place === bar && s.before.stream.secure;
      const runs = s.before.vm[Number(s.args.guest)]!.phase === 'running';
      const isFenced = s.before.fence[Number(s.args.guest)]!.now === 'error';
      return !(isOwn && isAccepted && decodes && runs && !isFenced);
    },
    why: (s) =>
      inOneLine(
        `a T=1 access to the non-TEE range of ${tdiName(actor(s))} in ${was(s, actor(s))} was`,
        `${s.outcome.is} with ${s.outcome.code}`,
      ),
    witnesses: { served: (s) => served(s, 'mmio.private', 'nonTee') },
  }),

  /** A secret on its way is its tenant's, is private traffic, and is under IDE. */
  invariantOfEach('Slot', {
    id: 'tlp-secret-only-under-ide',
    title: 'A secret travels only as private traffic under IDE, for the tenant whose it is',
    clauses: ['tdisp-requester', 'tlp-record'],
    facets: ['secrets'],
    reads: ['tlp.kind', 'tlp.traffic', 'tlp.keySet', 'tlp.tenant', 'tlp.data'],
    holdsFor: (w, i) => {
      const { kind, data, tenant, traffic, keySet } = w.tlp[i]!;
      if (kind === 'none' || data === null) return true;
      return data === tenant && traffic === 'private' && keySet !== null;
    },
    tells: (w, i) =>
      inOneLine(
        `a ${w.tlp[i]!.kind} carries a secret of ${guestName(w.tlp[i]!.data)} as`,
        `${w.tlp[i]!.traffic} traffic for ${guestName(w.tlp[i]!.tenant)}`,
      ),
    witnesses: {
      'secret sent': (s) => accepted(s, 'dma.issue') && (sent(s)?.data ?? null) !== null,
    },
  }),
];
