/**
 * Pages, translations and private MMIO: who owns what, through which entry it is reached, and what
 * must be gone before it changes hands (RMP, S-EPT, GPT, MPT; VT-d, AMD-Vi, SMMU).
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  guestName,
  inOneLine,
  invariantOfEach,
  pageName,
  stepOfEach,
  tdiName,
  tlpOf,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

/** The page has another owner than before, or none. */
const changedHands = (s: Step, p: number): boolean =>
  s.before.page[p]!.owner !== s.after.page[p]!.owner;
/** Some page for which the test holds. */
function somePage(s: Step, test: (s: Step, p: number) => boolean): boolean {
  for (let p = 0; p < s.after.page.length; p++) if (test(s, p)) return true;
  return false;
}
/** Some translation for which the test holds. */
function someDma(s: Step, test: (s: Step, t: number, p: number) => boolean): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    for (let p = 0; p < s.after.page.length; p++) if (test(s, t, p)) return true;
  return false;
}
/** Some TDI has an entry or a copy for the page. */
function isTranslated(w: WorldView, p: number): boolean {
  for (let t = 0; t < w.tdi.length; t++) {
    const { table, iotlb } = w.dma[t]![p]!;
    if (table !== 'none' || iotlb !== 'none') return true;
  }
  return false;
}
/** Some TDI has an IOTLB copy for the page that its table does not have any more. */
function hasStaleCopy(w: WorldView, t: number, p: number): boolean {
  const { table, iotlb } = w.dma[t]![p]!;
  return iotlb !== 'none' && iotlb !== table;
}
/** A T=1 request was consumed: written or read through some translation. */
function consumedT1(s: Step): boolean {
  if (!accepted(s, 'fabric.deliver')) return false;
  const { kind, traffic } = tlpOf(s);
  return (kind === 'write' || kind === 'read') && traffic !== 'legacy';
}

/** Rules by which a shared page becomes private, and the other way round. */
const GIVES_PAGE: readonly string[] = ['page.give', 'vm.launch.update', 'ioas.map', 'ioas.convert'];
const TAKES_PAGE: readonly string[] = ['page.take', 'ioas.convert'];
/** Pages of a launch image are accepted with it: whoever trusts the guest has its measurement. */
const isLaunched = (s: Step, p: number): boolean =>
  accepted(s, 'vm.launch.update') && s.args.page === p;

/** The write, of whichever device, that lands in a page in this step. */
function writeInto(s: Step, p: number): { readonly data: number | null } | undefined {
  const isPeers = accepted(s, 'peer.deliver');
  if (!isPeers && !accepted(s, 'fabric.deliver')) return undefined;
  const tlp = isPeers ? s.before.peerTlp : tlpOf(s);
  return tlp.kind === 'write' && tlp.page === p ? tlp : undefined;
}

export const MEMORY: readonly Property[] = [
  /** Ghost labels: what is in a shared page the host can read. */
  invariantOfEach('Page', {
    id: 'mem-shared-holds-no-secret',
    title: 'A shared page holds no guest’s secret',
    clauses: ['page-scrub', 'page-owner'],
    facets: ['secrets'],
    reads: ['page.owner', 'page.data'],
    holdsFor: (w, p) => w.page[p]!.owner !== null || w.page[p]!.data === null,
    tells: (w, p) =>
      `${pageName(p)} is shared with the host and holds a secret of ${guestName(w.page[p]!.data)}`,
    witnesses: {
      'secret page taken back': (s) =>
        somePage(s, (x, p) => changedHands(x, p) && x.before.page[p]!.data !== null),
    },
  }),

  /** Confidentiality between guests, by whatever way the secret may have come. */
  invariantOfEach('Page', {
    id: 'mem-private-holds-own-secret',
    title: 'A private page holds no other guest’s secret',
    clauses: ['page-owner', 'private-dma'],
    facets: ['secrets'],
    reads: ['page.owner', 'page.data'],
    holdsFor: (w, p) => w.page[p]!.data === null || w.page[p]!.data === w.page[p]!.owner,
    tells: (w, p) =>
      inOneLine(
        `${pageName(p)} is private to ${guestName(w.page[p]!.owner)} and holds a secret of`,
        `${guestName(w.page[p]!.data)}`,
      ),
    witnesses: {
      'secret stored': (s) =>
        somePage(s, (x, p) => x.before.page[p]!.data === null && x.after.page[p]!.data !== null),
    },
  }),

  /**
   * Through being shared, and only by conversion; a conversion makes earlier references to the page
   * stale.
   */
  stepOfEach('Page', {
    id: 'mem-single-owner',
    title: 'A page passes from one guest to another only through being shared',
    clauses: ['page-owner', 'page-conversion'],
    reads: ['page.owner', 'page.ownership', 'tlp.kind', 'tlp.page', 'tlp.ownership'],
    triggers: ['page.owner'],
    rules: ['page.give', 'page.take'],
    holdsFor: (s, p) => {
      const b = s.before.page[p]!.owner;
      const a = s.after.page[p]!;
      if (accepted(s, 'page.take') && s.args.page === p && a.owner !== null) return false;
      if (accepted(s, 'page.give') && s.args.page === p && a.owner !== s.args.guest) return false;
      if (a.owner === b) return true;
      if (a.owner !== null && b !== null) return false;
      const rules = a.owner === null ? TAKES_PAGE : GIVES_PAGE;
      if (s.outcome.is !== 'accepted' || !rules.includes(s.rule) || s.args.page !== p) return false;
      for (let i = 0; i < s.after.tlp.length; i++) {
        const tlp = s.after.tlp[i]!;
        if (tlp.kind !== 'none' && tlp.page === p && tlp.ownership === a.ownership) return false;
      }
      return true;
    },
    tells: (s, p) =>
      inOneLine(
        `${s.rule} took ${pageName(p)} from ${guestName(s.before.page[p]!.owner)} to`,
        `${guestName(s.after.page[p]!.owner)}, or left references to the earlier ownership`,
        'alive',
      ),
    witnesses: {
      given: (s) => somePage(s, (x, p) => changedHands(x, p) && x.after.page[p]!.owner !== null),
      taken: (s) => somePage(s, (x, p) => changedHands(x, p) && x.after.page[p]!.owner === null),
    },
  }),

  /** Conversion voids acceptance and scrubs, in both directions. */
  stepOfEach('Page', {
    id: 'mem-scrub-before-reuse',
    title: 'A page that changes hands is scrubbed and accepted by nobody',
    clauses: ['page-scrub', 'page-accept'],
    reads: ['page.owner', 'page.accepted', 'page.data'],
    triggers: ['page.owner'],
    rules: [],
    holdsFor: (s, p) =>
      !changedHands(s, p) ||
      (s.after.page[p]!.accepted === isLaunched(s, p) && s.after.page[p]!.data === null),
    tells: (s, p) =>
      inOneLine(
        `${pageName(p)} went from ${guestName(s.before.page[p]!.owner)} to`,
        `${guestName(s.after.page[p]!.owner)} unscrubbed or still accepted`,
      ),
    witnesses: {
      'accepted page taken': (s) =>
        somePage(s, (x, p) => changedHands(x, p) && x.before.page[p]!.accepted),
    },
  }),

  /** Only the owner accepts its page, and uses it only then. */
  stepOfEach('Page', {
    id: 'mem-private-needs-accept',
    title: 'A private page is accepted by its owner alone, and used by it only then',
    clauses: ['page-accept', 'page-owner'],
    sizes: { Guest: 2 },
    reads: ['page.owner', 'page.accepted'],
    rules: ['page.accept', 'page.store'],
    holdsFor: (s, p) => {
      const b = s.before.page[p]!;
      const a = s.after.page[p]!;
      if (a.accepted && a.owner === null) return false;
      const byOwner = s.args.page === p && b.owner !== null && s.args.guest === b.owner;
      if (a.accepted && !b.accepted)
        return isLaunched(s, p) || (byOwner && accepted(s, 'page.accept'));
      if (accepted(s, 'page.accept') && s.args.page === p) return byOwner && a.accepted;
      return !accepted(s, 'page.store') || s.args.page !== p || (byOwner && b.accepted);
    },
    tells: (s, p) =>
      inOneLine(
        `${s.rule} accepted or used ${pageName(p)} of ${guestName(s.before.page[p]!.owner)},`,
        'who had not accepted it',
      ),
    witnesses: {
      'accepted by the owner': (s) => accepted(s, 'page.accept'),
      'refused to another guest': (s) => {
        if (s.rule !== 'page.accept' || s.outcome.is !== 'refused') return false;
        const { owner } = s.before.page[Number(s.args.page)]!;
        return owner !== null && owner !== s.args.guest;
      },
    },
  }),

  /** For every TDI, in table and IOTLB, at the moment of conversion. */
  stepOfEach('Page', {
    id: 'mem-conversion-needs-flush',
    title:
      'A page changes hands only when no translation of it is left, in table or IOTLB, for any TDI',
    clauses: ['page-conversion', 'iommu-invalidate'],
    readings: { translationTables: 'trusted' },
    reads: ['page.owner', 'dma.table', 'dma.iotlb'],
    triggers: ['page.owner'],
    rules: ['page.give', 'page.take'],
    holdsFor: (s, p) =>
      !changedHands(s, p) || !(isTranslated(s.before, p) || isTranslated(s.after, p)),
    tells: (s, p) =>
      inOneLine(
        `${pageName(p)} went from ${guestName(s.before.page[p]!.owner)} to`,
        `${guestName(s.after.page[p]!.owner)} while some TDI can still reach it`,
      ),
    witnesses: {
      'refused for a translation': (s) =>
        (s.rule === 'page.take' || s.rule === 'page.give') &&
        s.outcome.is === 'refused' &&
        isTranslated(s.before, Number(s.args.page)),
      'refused for a stale copy': (s) => {
        if ((s.rule !== 'page.take' && s.rule !== 'page.give') || s.outcome.is !== 'refused')
          return false;
        for (let t = 0; t < s.before.tdi.length; t++)
          if (hasStaleCopy(s.before, t, Number(s.args.page))) return true;
        return false;
      },
    },
  }),

  /**
   * An entry, or a copy, for the private half: the page is private to the guest that the TDI is
   * bound to, and accepted.
   */
  invariantOfEach('Page', {
    id: 'mmu-trusted-entry-matches-owner',
    title:
      'A private translation of a page exists only for a TDI that is bound to the page’s owner',
    clauses: ['private-dma', 'iommu-table', 'page-accept'],
    readings: { translationTables: 'trusted' },
    sizes: { Page: 1 },
    reads: ['dma.table', 'dma.iotlb', 'tsm.boundTo', 'page.owner', 'page.accepted'],
    holdsFor: (w, p) => {
      const { owner, accepted: isAccepted } = w.page[p]!;
      for (let t = 0; t < w.tdi.length; t++) {
        const { table, iotlb } = w.dma[t]![p]!;
        if (table !== 'private' && iotlb !== 'private') continue;
        if (owner === null || !isAccepted || w.tsm[t]!.boundTo !== owner) return false;
      }
      return true;
    },
    tells: (w, p) =>
      inOneLine(
        `some TDI has a private translation of ${pageName(p)}, which belongs to`,
        `${guestName(w.page[p]!.owner)} and is not its guest’s accepted page`,
      ),
    witnesses: {
      'private entry made': (s) =>
        someDma(
          s,
          (x, t, p) =>
            x.before.dma[t]![p]!.table === 'none' && x.after.dma[t]![p]!.table === 'private',
        ),
    },
  }),

  /** And for the shared half: nobody’s page, mapped for a TDI that is bound. */
  invariantOfEach('Page', {
    id: 'mmu-shared-entry-is-shared',
    title: 'A shared translation exists only of a shared page, and an entry only for a bound TDI',
    clauses: ['iommu-table', 'page-owner', 'verb-unbind'],
    readings: { translationTables: 'trusted' },
    sizes: { Page: 1 },
    reads: ['dma.table', 'dma.iotlb', 'tsm.boundTo', 'page.owner'],
    holdsFor: (w, p) => {
      for (let t = 0; t < w.tdi.length; t++) {
        const { table, iotlb } = w.dma[t]![p]!;
        if ((table === 'shared' || iotlb === 'shared') && w.page[p]!.owner !== null) return false;
        if (table !== 'none' && w.tsm[t]!.boundTo === null) return false;
      }
      return true;
    },
    tells: (w, p) =>
      inOneLine(
        `${pageName(p)} of ${guestName(w.page[p]!.owner)} has a shared translation, or an entry`,
        'for a TDI that is bound to nobody',
      ),
    witnesses: {
      'shared entry made': (s) =>
        someDma(
          s,
          (x, t, p) =>
            x.before.dma[t]![p]!.table === 'none' && x.after.dma[t]![p]!.table === 'shared',
        ),
    },
  }),

  /**
   * A copy that outlived its entry is known: an invalidation is needed, or one that covers it runs.
   */
  invariantOfEach('Tdi', {
    id: 'mmu-no-stale-iotlb',
    title: 'No IOTLB copy differs from the table unless an invalidation of it is due',
    clauses: ['iommu-invalidate', 'iommu-table'],
    reads: ['dma.table', 'dma.iotlb', 'dma.flush'],
    holdsFor: (w, t) => {
      for (let p = 0; p < w.page.length; p++)
        if (hasStaleCopy(w, t, p) && w.dma[t]![p]!.flush === 'clean') return false;
      return true;
    },
    tells: (_, t) =>
      inOneLine(
        `${tdiName(t)} has an IOTLB copy that its table does not have, and the TSM knows of no`,
        'invalidation due',
      ),
    witnesses: {
      'copy outlived its entry': (s) =>
        someDma(s, (x, t, p) => hasStaleCopy(x.after, t, p) && !hasStaleCopy(x.before, t, p)),
      'stale copy dropped': (s) =>
        someDma(
          s,
          (x, t, p) => hasStaleCopy(x.before, t, p) && x.after.dma[t]![p]!.iotlb === 'none',
        ),
    },
  }),

  /**
   * A running invalidation covers only what was unmapped before it began; so a second one does not
   * begin while one runs for the same TDI, or the end of the first would count for both.
   */
  step({
    id: 'mmu-inval-covers-what-came-before',
    title: 'A page counts as flushed only by an invalidation that began after it was unmapped',
    clauses: ['iommu-invalidate'],
    reads: ['dma.table', 'dma.iotlb', 'dma.flush'],
    triggers: ['dma.table', 'dma.flush'],
    rules: ['iommu.invalidate.begin', 'iommu.invalidate.end', 'iommu.unmap'],
    holds: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        for (let p = 0; p < s.after.page.length; p++) {
          const b = s.before.dma[t]![p]!;
          const a = s.after.dma[t]![p]!;
          if (b.table !== 'none' && a.table === 'none' && a.flush !== 'needed') return false;
          if (s.args.tdi === t && accepted(s, 'iommu.invalidate.begin')) {
            if (b.flush === 'pending' || a.flush === 'needed') return false;
          }
          if (s.args.tdi === t && accepted(s, 'iommu.invalidate.end') && a.flush === 'pending')
            return false;
          if (
            s.args.tdi === t &&
            s.args.page === p &&
            accepted(s, 'iommu.unmap') &&
            a.table !== 'none'
          )
            return false;
          if (a.flush === b.flush) continue;
          if (
            a.flush === 'pending' &&
            !(b.flush === 'needed' && accepted(s, 'iommu.invalidate.begin'))
          )
            return false;
          if (a.flush !== 'clean') continue;
          if (b.flush !== 'pending' || !accepted(s, 'iommu.invalidate.end') || a.iotlb !== 'none')
            return false;
        }
      return true;
    },
    why: (s) =>
      inOneLine(
        `${s.rule} left a page counted as flushed, or as being flushed, that no invalidation`,
        'begun after its unmapping covers',
      ),
    witnesses: {
      unmapped: (s) =>
        someDma(
          s,
          (x, t, p) =>
            x.before.dma[t]![p]!.table !== 'none' && x.after.dma[t]![p]!.table === 'none',
        ),
      flushed: (s) =>
        someDma(
          s,
          (x, t, p) =>
            x.before.dma[t]![p]!.flush === 'pending' && x.after.dma[t]![p]!.flush === 'clean',
        ),
    },
  }),

  /** A copy is made of an entry that exists, in the half that it serves, when a TLP needs it. */
  step({
    id: 'mmu-copy-needs-entry',
    title: 'The IOTLB takes in only copies of table entries, while a TLP is translated',
    clauses: ['iommu-table', 'iommu-fill'],
    reads: ['dma.table', 'dma.iotlb'],
    triggers: ['dma.iotlb'],
    rules: [],
    holds: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        for (let p = 0; p < s.after.page.length; p++) {
          const copy = s.after.dma[t]![p]!.iotlb;
          if (copy === 'none' || copy === s.before.dma[t]![p]!.iotlb) continue;
          if (copy !== s.before.dma[t]![p]!.table || s.rule !== 'fabric.deliver') return false;
        }
      return true;
    },
    why: (s) => `${s.rule} left an IOTLB copy of an entry that the table does not have`,
    witnesses: {
      'copy made': (s) =>
        someDma(
          s,
          (x, t, p) =>
            x.before.dma[t]![p]!.iotlb === 'none' && x.after.dma[t]![p]!.iotlb !== 'none',
        ),
    },
  }),

  /**
   * T=1 goes through the TDI's own entry or copy of it, in the half that it asks for; a missing one
   * is a fault.
   */
  step({
    id: 'mmu-fault-is-deny',
    title: 'A T=1 request is served only through an entry or copy for its TDI, page and half',
    clauses: ['iommu-table', 'private-dma'],
    reads: [
      'dma.table',
      'dma.iotlb',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'tsm.dma',
      'page.owner',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!consumedT1(s)) return true;
      const { tdi, page, traffic } = tlpOf(s);
      if (tdi === null || page === null || !s.before.tsm[tdi]!.dma) return false;
      const { table, iotlb } = s.before.dma[tdi]![page]!;
      if (table !== traffic && iotlb !== traffic) return false;
      return traffic === 'private' || s.before.page[page]!.owner === null;
    },
    why: (s) =>
      inOneLine(
        `a ${tlpOf(s).traffic} ${tlpOf(s).kind} of ${tdiName(Number(tlpOf(s).tdi))} was served`,
        'without an entry for it or with DMA blocked',
      ),
    witnesses: {
      'served through the table': (s) =>
        consumedT1(s) &&
        s.before.dma[Number(tlpOf(s).tdi)]![Number(tlpOf(s).page)]!.iotlb === 'none',
      'served through a copy': (s) =>
        consumedT1(s) &&
        s.before.dma[Number(tlpOf(s).tdi)]![Number(tlpOf(s).page)]!.iotlb !== 'none',
      fault: (s) => {
        if (s.rule !== 'fabric.deliver' || s.outcome.is !== 'dropped') return false;
        const { kind, tdi, page, traffic } = tlpOf(s);
        if (kind !== 'write' || traffic === 'legacy' || tdi === null || page === null) return false;
        const { table, iotlb } = s.before.dma[tdi]![page]!;
        return table === 'none' && iotlb === 'none';
      },
    },
  }),

  /**
   * What lands is what was sent; nothing else changes what pages hold, but their owners and
   * conversion.
   */
  step({
    id: 'mem-changes-only-by-owner-or-dma',
    title:
      'A page’s content changes only by its owner, by a write that lands in it, or by scrubbing',
    clauses: ['page-owner', 'private-dma', 'page-scrub'],
    facets: ['secrets'],
    reads: [
      'page.data',
      'page.owner',
      'tlp.kind',
      'tlp.page',
      'tlp.data',
      'peerTlp.kind',
      'peerTlp.page',
      'peerTlp.data',
    ],
    triggers: ['page.data'],
    rules: ['fabric.deliver', 'peer.deliver', 'page.store'],
    holds: (s) => {
      for (let p = 0; p < s.after.page.length; p++) {
        const b = s.before.page[p]!.data;
        const a = s.after.page[p]!.data;
        if (accepted(s, 'page.store') && s.args.page === p && a !== s.args.guest) return false;
        const write = writeInto(s, p);
        if (write !== undefined) {
          if (a !== write.data) return false;
        } else if (a !== b && !changedHands(s, p)) {
          if (!accepted(s, 'page.store') || s.args.page !== p || a !== s.args.guest) return false;
        }
      }
      return true;
    },
    why: (s) => `${s.rule} changed what a page holds`,
    witnesses: {
      'secret written by DMA': (s) =>
        accepted(s, 'fabric.deliver') && tlpOf(s).kind === 'write' && tlpOf(s).data !== null,
    },
  }),

  /** The range is in the private addresses of one guest, the bound one; unbind takes it out. */
  invariantOfEach('Tdi', {
    id: 'mmio-one-mapping',
    title: 'The MMIO range of a TDI is mapped privately only for the guest that it is bound to',
    clauses: ['mmio-accept', 'verb-unbind'],
    facets: ['mmio'],
    reads: ['mmio.guest', 'mmio.accepted', 'tsm.boundTo'],
    holdsFor: (w, t) => {
      const { guest, accepted: isAccepted } = w.mmio[t]!;
      return guest === null ? !isAccepted : guest === w.tsm[t]!.boundTo;
    },
    tells: (w, t) =>
      inOneLine(
        `the MMIO range of ${tdiName(t)} is mapped for ${guestName(w.mmio[t]!.guest)}; it is`,
        `bound to ${guestName(w.tsm[t]!.boundTo)}`,
      ),
    witnesses: {
      mapped: (s) => accepted(s, 'mmio.map'),
      'gone with the bind': (s) => {
        for (let t = 0; t < s.after.mmio.length; t++)
          if (s.before.mmio[t]!.guest !== null && s.after.mmio[t]!.guest === null) return true;
        return false;
      },
    },
  }),

  /**
   * The mapping that a guest has accepted is not pulled from under a TDI in use: only unbind, or a
   * new lock session, ends it.
   */
  stepOfEach('Tdi', {
    id: 'mmio-pinned-while-bound',
    title: 'A private mapping goes only with an unbind or a new lock session',
    clauses: ['mmio-accept', 'verb-unbind', 'lock-session'],
    facets: ['mmio'],
    readings: { translationTables: 'trusted' },
    reads: [
      'mmio.guest',
      'mmio.accepted',
      'tsm.boundTo',
      'tsm.teardown',
      'relay.request',
      'relay.tdi',
    ],
    triggers: ['mmio.guest', 'mmio.accepted'],
    rules: ['mmio.unmap', 'tsm.return'],
    holdsFor: (s, t) => {
      const b = s.before.mmio[t]!;
      const a = s.after.mmio[t]!;
      const { boundTo, teardown } = s.before.tsm[t]!;
      if (accepted(s, 'mmio.unmap') && s.args.tdi === t)
        return a.guest === null && (boundTo === null || teardown !== 'none');
      if (a.guest === b.guest || b.guest === null) return a.accepted || !b.accepted;
      const { request, tdi } = s.before.relay;
      return a.guest === null && accepted(s, 'tsm.return') && request === 'lock' && tdi === t;
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} took the private mapping of ${tdiName(t)} from`,
        `${guestName(s.before.mmio[t]!.guest)}, and no unbind is under way`,
      ),
    witnesses: {
      'unmapped in an unbind': (s) => accepted(s, 'mmio.unmap'),
      'not unmapped while bound': (s) =>
        s.rule === 'mmio.unmap' &&
        s.outcome.is === 'refused' &&
        s.before.mmio[actor(s)]!.guest !== null,
    },
  }),

  /**
   * At acceptance, and as long as it lasts: the mapping points where the report on hand says that
   * the BAR is.
   */
  stepOfEach('Tdi', {
    id: 'mmio-matches-report',
    title: 'A guest accepts a private mapping only where the report says that the range is',
    clauses: ['mmio-accept'],
    facets: ['mmio', 'bar'],
    reads: ['mmio.guest', 'mmio.place', 'mmio.accepted', 'tsm.report', 'tsm.reportPlace'],
    triggers: ['mmio.guest', 'mmio.place', 'mmio.accepted'],
    rules: ['mmio.accept'],
    holdsFor: (s, t) => {
      const b = s.before.mmio[t]!;
      const a = s.after.mmio[t]!;
      if (!a.accepted) return !(accepted(s, 'mmio.accept') && s.args.tdi === t);
      if (b.accepted) return a.place === b.place && a.guest === b.guest;
      if (!accepted(s, 'mmio.accept') || s.args.tdi !== t || s.args.guest !== a.guest) return false;
      const { report, reportPlace } = s.before.tsm[t]!;
      return report !== null && a.place === reportPlace && a.place === b.place;
    },
    tells: (s, t) =>
      inOneLine(
        `the mapping of ${tdiName(t)} at ${s.after.mmio[t]!.place} was accepted or changed; the`,
        `report says ${s.before.tsm[t]!.reportPlace}`,
      ),
    witnesses: {
      accepted: (s) => accepted(s, 'mmio.accept'),
    },
  }),

  /**
   * T=1 comes from the guest that the TDI is bound to, through its accepted mapping, to where the
   * BAR decodes.
   */
  step({
    id: 'mmio-t1-only-from-owner',
    title: 'T=1 MMIO reaches a TDI only from its own guest, through the mapping that it accepted',
    clauses: ['mmio-accept', 'tsm-one-guest'],
    facets: ['mmio', 'bar', 'secrets'],
    reads: ['mmio.guest', 'mmio.place', 'mmio.accepted', 'tsm.boundTo', 'tdi.bar', 'tdi.holds'],
    triggers: [],
    rules: ['mmio.private'],
    holds: (s) => {
      if (!accepted(s, 'mmio.private')) return true;
      const t = actor(s);
      const { guest, place, accepted: isAccepted } = s.before.mmio[t]!;
      if (guest !== s.args.guest || s.before.tsm[t]!.boundTo !== guest || !isAccepted) return false;
      const { holds } = s.after.tdi[t]!;
      return place === s.before.tdi[t]!.bar && (holds === null || holds === guest);
    },
    why: (s) =>
      inOneLine(
        `a T=1 access of ${guestName(Number(s.args.guest))} to ${tdiName(actor(s))} was served;`,
        `its mapping is ${guestName(s.before.mmio[actor(s)]!.guest)}’s at`,
        `${s.before.mmio[actor(s)]!.place}`,
      ),
    witnesses: {
      served: (s) => accepted(s, 'mmio.private'),
      'refused to another guest': (s) => {
        if (s.rule !== 'mmio.private' || s.outcome.is === 'accepted') return false;
        const owner = s.before.tsm[actor(s)]!.boundTo;
        return owner !== null && owner !== s.args.guest;
      },
    },
  }),
];
