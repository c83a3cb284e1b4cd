/**
 * A second device below the same root complex, and peer-to-peer between the two.
 *
 * Nothing of one device may serve for the other: no session, no stream, no evidence, no requester ID, no
 * invalidation. Where they do speak to each other, it is for one guest, and only while both are bound to it.
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  guestName,
  inOneLine,
  invariantOfEach,
  isLocked,
  pageName,
  stepOfEach,
  tdiName,
} from './helpers.ts';
import { bounded, invariant, type Property, reach, type Step, step } from './property.ts';

const facets = ['peer'] as const;
const BOTH = ['p2p', 'peer'] as const;

/** The guest has accepted the present lock episode of the second device. */
const consents = ({ peer }: WorldView): boolean =>
  peer.boundTo !== null && peer.accepted === peer.lock;
/** The stream between the devices is bound to a TDI of the first, which is in the RUN of that binding. */
const isBoundTo = (w: WorldView, t: number): boolean =>
  w.tdi[t]!.state === 'RUN' && w.p2pTdi[t]!.bound === w.tdi[t]!.run;
/** The same of the second. */
const isBoundToPeer = (w: WorldView): boolean =>
  w.peer.state === 'RUN' && w.p2p.bound === w.peer.run;
const BINDING_READS = [
  'tdi.state',
  'tdi.run',
  'p2pTdi.bound',
  'peer.state',
  'peer.run',
  'p2p.bound',
] as const;
/** The ends are keyed over sessions that live. */
const isSecureHere = (w: WorldView): boolean => w.p2p.first === w.session.generation;
const isSecureThere = (w: WorldView): boolean => w.p2p.peer === w.peer.generation;

/** A request of the second device was served at the host. */
const served = (s: Step): boolean => accepted(s, 'peer.deliver');
const isTrusted = (s: Step): boolean => s.before.peerTlp.traffic !== 'legacy';
/** The page that the request of the second device was about. */
const target = (s: Step): WorldView['page'][number] | undefined =>
  s.before.page[s.before.peerTlp.page ?? -1];

/** A request between the devices was made in this step. */
const sent = (s: Step): boolean => s.before.p2pTlp.way === 'none' && s.after.p2pTlp.way !== 'none';
/** A request between the devices was served in this step. */
const arrived = (s: Step): boolean => accepted(s, 'p2p.deliver');
/** The state of the TDI at one end of the request between the devices that a world holds. */
function stateAt(w: WorldView, end: 'sender' | 'receiver', request: WorldView['p2pTlp']): string {
  const isPeer = (request.way === 'toPeer') === (end === 'receiver');
  return isPeer ? w.peer.state : (w.tdi[request.tdi ?? -1]?.state ?? 'nobody');
}
/** Whom the receiver is bound to. */
const receiverOf = (w: WorldView, { way, tdi }: WorldView['p2pTlp']): number | null =>
  way === 'toPeer' ? w.peer.boundTo : (w.tsm[tdi ?? -1]?.boundTo ?? null);
/** A plain VM has the TDI open. */
const servesPlain = (w: WorldView, t: number): boolean => {
  const { opener } = w.fn[t]!;
  return opener !== null && w.plain[opener]!.now;
};
/** A T=0 request of a TDI that a plain VM has open was served at the host. */
function servedPlain(s: Step): boolean {
  if (!accepted(s, 'fabric.deliver')) return false;
  const { tdi, traffic, kind } = s.before.tlp[Number(s.args.slot)]!;
  return (
    traffic === 'legacy' && kind !== 'completion' && tdi !== null && servesPlain(s.before, tdi)
  );
}
const PLAIN_READS = ['fn.opener', 'plain.now'] as const;

export const PEER: readonly Property[] = [
  // ---------------------------------------------------------------- the second device by itself

  step({
    id: 'peer-legal-transitions',
    title: 'The TDI of a second device changes its state along the edges of TDISP only',
    clauses: ['tdisp-states', 'peer-apart'],
    facets,
    reads: ['peer.state'],
    rules: [],
    holds: ({ before, after }) => {
      const [b, a] = [before.peer.state, after.peer.state];
      if (b === a || a === 'CONFIG_UNLOCKED') return true;
      if (a === 'ERROR') return isLocked(b);
      return a === 'RUN' ? b === 'CONFIG_LOCKED' : b === 'CONFIG_UNLOCKED';
    },
    why: ({ before, after }) =>
      `the second device went from ${before.peer.state} to ${after.peer.state}`,
    witnesses: {
      locked: ({ before, after }) =>
        before.peer.state === 'CONFIG_UNLOCKED' && after.peer.state === 'CONFIG_LOCKED',
      started: ({ before, after }) =>
        before.peer.state === 'CONFIG_LOCKED' && after.peer.state === 'RUN',
      'fallen from RUN': ({ before, after }) =>
        before.peer.state === 'RUN' && after.peer.state === 'ERROR',
      'stopped in ERROR': ({ before, after }) =>
        before.peer.state === 'ERROR' && after.peer.state === 'CONFIG_UNLOCKED',
    },
  }),
  step({
    id: 'peer-run-needs-consent',
    title: 'A second device runs only for a guest that has accepted its lock episode',
    clauses: ['guest-accept', 'lock-session'],
    facets,
    readings: { startAuthoriser: 'guest' },
    reads: ['peer.state', 'peer.boundTo', 'peer.accepted', 'peer.lock'],
    triggers: ['peer.state'],
    rules: [],
    holds: ({ before, after }) =>
      after.peer.state !== 'RUN' || before.peer.state === 'RUN' || consents(before),
    why: ({ before }) =>
      `it was started for ${guestName(before.peer.boundTo)}, who had not accepted this episode`,
    witnesses: {
      started: ({ before, after }) => after.peer.state === 'RUN' && before.peer.state !== 'RUN',
    },
  }),
  step({
    id: 'peer-accept-needs-own-evidence',
    title: 'A guest accepts a second device only on evidence of the same lock episode',
    clauses: ['lock-session', 'guest-accept'],
    facets,
    reads: ['peer.accepted', 'peer.lock', 'peer.evidence'],
    triggers: ['peer.accepted'],
    rules: [],
    holds: ({ before, after }) =>
      after.peer.accepted !== after.peer.lock ||
      before.peer.accepted === before.peer.lock ||
      before.peer.evidence === before.peer.lock,
    why: () => 'a lock episode was accepted of which no evidence had been read',
    witnesses: {
      accepted: ({ before, after }) =>
        after.peer.accepted === after.peer.lock && before.peer.accepted !== before.peer.lock,
    },
  }),
  step({
    id: 'peer-bind-needs-secure-link',
    title:
      'A second device is bound only over its own session and Secure stream, one guest at a time',
    clauses: ['verb-bind', 'tsm-one-guest', 'peer-apart'],
    facets,
    reads: ['peer.boundTo', 'peer.open', 'peer.secure', 'peer.lost'],
    triggers: ['peer.boundTo'],
    rules: ['peer.bind'],
    holds: ({ before, after }) => {
      const { boundTo, open, secure, lost } = before.peer;
      if (after.peer.boundTo === null || after.peer.boundTo === boundTo) return true;
      return boundTo === null && open && secure && !lost;
    },
    why: ({ before, after }) =>
      `it came to ${guestName(after.peer.boundTo)} from ${guestName(before.peer.boundTo)}`,
    witnesses: {
      bound: ({ before, after }) => before.peer.boundTo === null && after.peer.boundTo !== null,
      'refused: the first device’s stream does not count': (s) =>
        s.rule === 'peer.bind' && s.outcome.code === 'NOT_SECURE',
    },
  }),
  invariant({
    id: 'peer-session-carries-lock',
    title: 'A second device is locked only as long as its own session lives',
    clauses: ['tdisp-session-end', 'peer-apart'],
    facets,
    reads: ['peer.state', 'peer.open'],
    holds: ({ peer }) => !isLocked(peer.state) || peer.open,
    why: ({ after }) => `the second device is in ${after.peer.state} without a session`,
    witnesses: {
      'the session ends in RUN': ({ before, after }) =>
        before.peer.state === 'RUN' && before.peer.open && !after.peer.open,
    },
  }),
  invariant({
    id: 'peer-stream-carries-lock',
    title: 'A second device is locked only as long as its own stream is Secure',
    clauses: ['tdisp-stream-loss', 'peer-apart'],
    facets,
    reads: ['peer.state', 'peer.secure'],
    holds: ({ peer }) => !isLocked(peer.state) || peer.secure,
    why: ({ after }) => `the second device is in ${after.peer.state}, and its stream is Insecure`,
    witnesses: {
      'the stream is lost in RUN': ({ before, after }) =>
        before.peer.state === 'RUN' && before.peer.secure && !after.peer.secure,
    },
  }),
  invariant({
    id: 'peer-unlocked-is-clean',
    title: 'An unlocked second device holds no data of a guest',
    clauses: ['tdisp-stop', 'rst-conventional'],
    facets,
    reads: ['peer.state', 'peer.holds'],
    holds: ({ peer }) => peer.state !== 'CONFIG_UNLOCKED' || peer.holds === null,
    why: ({ after }) => `it is unlocked and holds data of ${guestName(after.peer.holds)}`,
    witnesses: {
      'data scrubbed': ({ before, after }) =>
        before.peer.holds !== null && after.peer.state === 'CONFIG_UNLOCKED',
    },
  }),
  invariant({
    id: 'peer-holds-own-guest',
    title: 'A second device holds data of nobody but the guest that it is bound to',
    clauses: ['peer-apart', 'private-dma', 'drain-before-reuse'],
    facets,
    reads: ['peer.holds', 'peer.boundTo', 'peer.lost'],
    holds: ({ peer }) => peer.holds === null || peer.holds === peer.boundTo || peer.lost,
    why: ({ after: { peer } }) =>
      `it is bound to ${guestName(peer.boundTo)} and holds data of ${guestName(peer.holds)}`,
    witnesses: {
      'data read from memory': (s) =>
        served(s) && s.before.peer.holds === null && s.after.peer.holds !== null,
    },
  }),
  step({
    id: 'peer-lost-not-rebound',
    title: 'A second device that was unbound without a STOP serves nobody before one is answered',
    clauses: ['tsm-force'],
    facets,
    reads: ['peer.lost', 'peer.boundTo', 'peer.state', 'peer.holds'],
    rules: ['peer.bind'],
    holds: ({ before, after }) => {
      if (after.peer.lost) return after.peer.boundTo === null;
      return (
        !before.peer.lost || (after.peer.state === 'CONFIG_UNLOCKED' && after.peer.holds === null)
      );
    },
    why: ({ after: { peer } }) =>
      `it was lost, and is ${peer.state}, bound to ${guestName(peer.boundTo)}`,
    witnesses: {
      'unbound without a STOP': ({ before, after }) => !before.peer.lost && after.peer.lost,
      'stopped after all': ({ before, after }) => before.peer.lost && !after.peer.lost,
    },
  }),

  bounded({
    id: 'peer-unbind-terminates',
    title: 'The host gets a second device back in a few steps, whatever that device does',
    clauses: ['verb-unbind', 'tsm-force'],
    facets,
    reads: ['peer.boundTo', 'peer.state', 'peer.open', 'peerTlp.kind'],
    of: 'world',
    by: ['host', 'fabric'],
    moves: [
      { rule: 'peer.unbind.begin' },
      { rule: 'peer.invalidate' },
      { rule: 'peer.deliver' },
      { rule: 'p2p.deliver' },
      { rule: 'peer.unbind.end' },
    ],
    within: 8,
    goal: ({ peer }) => peer.boundTo === null,
    wants: 'the second device is bound to nobody',
    witnesses: {
      'in RUN': (s) => s.after.peer.state === 'RUN',
      'no session': (s) => !s.after.peer.open,
      'a request in flight': (s) => s.after.peerTlp.kind !== 'none',
    },
  }),

  // ---------------------------------------------------------------- its memory requests

  step({
    id: 'peer-t1-only-in-run',
    title: 'A second device sends T=1 in RUN only, and T=0 only while it is unlocked',
    clauses: ['tdisp-requester'],
    facets,
    reads: ['peerTlp.kind', 'peerTlp.traffic', 'peerTlp.spoofs', 'peer.state'],
    triggers: ['peerTlp.kind'],
    rules: ['peer.issue'],
    holds: ({ before, after }) => {
      const { kind, traffic, spoofs } = after.peerTlp;
      if (before.peerTlp.kind !== 'none' || kind === 'none' || spoofs !== null) return true;
      return before.peer.state === (traffic === 'legacy' ? 'CONFIG_UNLOCKED' : 'RUN');
    },
    why: ({ before, after }) => `it sent ${after.peerTlp.traffic} traffic in ${before.peer.state}`,
    witnesses: {
      'T=1 sent': (s) => accepted(s, 'peer.issue') && s.after.peerTlp.traffic !== 'legacy',
      'T=1 refused': (s) => s.rule === 'peer.issue' && s.outcome.code === 'NOT_RUN',
      'T=0 sent': (s) => accepted(s, 'peer.issue') && s.after.peerTlp.traffic === 'legacy',
    },
  }),
  step({
    id: 'peer-reaches-own-guest-only',
    title:
      'A second device reaches private memory of the guest that it is bound to, and of no other',
    clauses: ['private-dma', 'page-accept', 'guest-accept', 'peer-apart'],
    facets,
    reads: [
      'peerTlp.traffic',
      'peerTlp.page',
      'peerTlp.tenant',
      'page.owner',
      'page.accepted',
      'peer.boundTo',
      'peer.dma',
      'peer.secure',
    ],
    triggers: [],
    rules: ['peer.deliver'],
    holds: (s) => {
      const page = target(s);
      if (!served(s) || page === undefined || page.owner === null) return true;
      const { boundTo, dma, secure } = s.before.peer;
      const isOwn = page.owner === boundTo && page.owner === s.before.peerTlp.tenant;
      return isTrusted(s) && isOwn && page.accepted && dma && secure;
    },
    why: (s) =>
      inOneLine(
        `${s.before.peerTlp.traffic} traffic for ${guestName(s.before.peerTlp.tenant)}`,
        `reached a page of ${guestName(target(s)?.owner ?? null)}`,
      ),
    witnesses: {
      'private page reached': (s) => served(s) && typeof target(s)?.owner === 'number',
      'T=0 to a private page dropped': (s) =>
        s.rule === 'peer.deliver' && s.outcome.code === 'OWNERSHIP_FAULT',
      'blocked entry': (s) => s.rule === 'peer.deliver' && s.outcome.code === 'BLOCKED',
      'no translation': (s) => s.rule === 'peer.deliver' && s.outcome.code === 'IOMMU_FAULT',
    },
  }),
  step({
    id: 'peer-dma-opened-in-run',
    title:
      'The trusted entry of a second device is opened in RUN, for a guest that has accepted it',
    clauses: ['private-dma', 'guest-accept'],
    facets,
    reads: ['peer.dma', 'peer.state', 'peer.boundTo', 'peer.accepted', 'peer.lock'],
    triggers: ['peer.dma'],
    rules: [],
    holds: ({ before, after }) =>
      !after.peer.dma || before.peer.dma || (before.peer.state === 'RUN' && consents(before)),
    why: ({ before }) => `it was opened in ${before.peer.state}`,
    witnesses: { opened: ({ before, after }) => !before.peer.dma && after.peer.dma },
  }),
  step({
    id: 'ide-rid-association-enforced',
    title: 'T=1 with a requester ID of another device is not consumed as trusted',
    clauses: ['peer-requester'],
    facets,
    reads: ['peerTlp.spoofs', 'peerTlp.traffic', 'peer.secure', 'stream.secure', 'tdi.state'],
    triggers: [],
    rules: ['peer.deliver'],
    holds: (s) => {
      if (s.rule !== 'peer.deliver' || s.before.peerTlp.spoofs === null) return true;
      if (isTrusted(s) && s.outcome.is === 'accepted') return false;
      return (
        s.before.peer.secure === s.after.peer.secure &&
        s.before.stream.secure === s.after.stream.secure &&
        s.before.tdi.every((t, i) => t.state === s.after.tdi[i]!.state)
      );
    },
    why: (s) =>
      `a request under the ID of ${tdiName(s.before.peerTlp.spoofs ?? 0)} came to ${s.outcome.is}`,
    witnesses: {
      'over its own Secure stream': (s) =>
        s.rule === 'peer.deliver' &&
        s.before.peerTlp.spoofs !== null &&
        s.before.peer.secure &&
        s.outcome.is === 'dropped',
      'T=0, served like any other': (s) => served(s) && s.before.peerTlp.spoofs !== null,
    },
  }),
  step({
    id: 'ide-misroute-not-fatal',
    title: 'An IDE TLP under a Stream ID of another port is dropped and harms no stream',
    clauses: ['peer-misroute'],
    facets,
    reads: ['stream.secure', 'peer.secure', 'peer.state', 'tdi.state'],
    triggers: [],
    rules: ['peer.wrong-stream'],
    holds: (s) =>
      s.rule !== 'peer.wrong-stream' ||
      (s.outcome.is === 'dropped' &&
        s.before.stream.secure === s.after.stream.secure &&
        s.before.peer.secure === s.after.peer.secure &&
        s.before.peer.state === s.after.peer.state &&
        s.before.tdi.every((t, i) => t.state === s.after.tdi[i]!.state)),
    why: () => 'a misrouted TLP was consumed, or took a stream or a TDI along',
    witnesses: {
      'both streams Secure': (s) =>
        s.rule === 'peer.wrong-stream' && s.before.stream.secure && s.before.peer.secure,
    },
  }),
  invariantOfEach('Page', {
    id: 'peer-no-stale-iotlb',
    title:
      'No IOTLB copy for a second device grants more than the table, unless the TSM knows of it',
    clauses: ['iommu-invalidate', 'iommu-fill'],
    facets,
    reads: ['peerDma.table', 'peerDma.iotlb', 'peerDma.dirty'],
    holdsFor: (w, p) => {
      const { table, iotlb, dirty } = w.peerDma[p]!;
      return iotlb === 'none' || iotlb === table || dirty;
    },
    tells: (w, p) =>
      `the copy of ${pageName(p)} is ${w.peerDma[p]!.iotlb}, its entry ${w.peerDma[p]!.table}`,
    witnesses: {
      'a copy outlives its entry': ({ before, after }) =>
        after.peerDma.some(
          ({ table, iotlb }, p) =>
            table === 'none' && iotlb !== 'none' && before.peerDma[p]!.table !== 'none',
        ),
    },
  }),
  stepOfEach('Page', {
    id: 'peer-page-keeps-owner',
    title: 'No page changes owner while a second device can reach it',
    clauses: ['page-conversion', 'iommu-invalidate', 'peer-apart'],
    facets,
    // Where the host holds the table, what leads to a page is checked at each use instead.
    readings: { translationTables: 'trusted' },
    reads: ['page.owner', 'peerDma.table', 'peerDma.iotlb'],
    triggers: ['page.owner'],
    rules: ['page.take', 'page.give'],
    holdsFor: (s, p) => {
      if (s.before.page[p]!.owner === s.after.page[p]!.owner) return true;
      const { table, iotlb } = s.before.peerDma[p]!;
      return table === 'none' && iotlb === 'none';
    },
    tells: (s, p) =>
      inOneLine(
        `${pageName(p)} went from ${guestName(s.before.page[p]!.owner)}`,
        `to ${guestName(s.after.page[p]!.owner)}`,
      ),
    witnesses: {
      'refused for an entry or a copy': (s) => {
        if (s.rule !== 'page.take' && s.rule !== 'page.give') return false;
        const { table, iotlb } = s.before.peerDma[Number(s.args.page)]!;
        return s.outcome.is === 'refused' && (table !== 'none' || iotlb !== 'none');
      },
    },
  }),
  step({
    id: 'peer-handed-over-drained',
    title: 'A second device is given up only once nothing of it is in flight, open or accepted',
    clauses: ['drain-before-reuse', 'verb-unbind'],
    facets,
    reads: [
      'peer.boundTo',
      'peer.dma',
      'peer.accepted',
      'peer.evidence',
      'peerTlp.kind',
      'p2pTlp.way',
    ],
    triggers: ['peer.boundTo'],
    rules: ['peer.unbind.end'],
    holds: ({ before, after }) => {
      if (!peerReleased({ before, after })) return true;
      const { dma, accepted: consent, evidence } = after.peer;
      if (dma || consent !== null || evidence !== null) return false;
      return after.peerTlp.kind === 'none' && after.p2pTlp.way !== 'fromPeer';
    },
    why: () => 'it was unbound while a request, its entry or consent was left',
    witnesses: {
      unbound: peerReleased,
      'refused: a request is in flight': (s) =>
        s.rule === 'peer.unbind.end' && s.outcome.code === 'DRAINING',
    },
  }),
  step({
    id: 'peer-handed-over-flushed',
    title: 'A second device is given up only once no page is mapped or cached for it',
    clauses: ['verb-unbind', 'iommu-invalidate'],
    facets,
    readings: { translationTables: 'trusted' },
    reads: ['peer.boundTo', 'peerDma.table', 'peerDma.iotlb'],
    triggers: ['peer.boundTo'],
    rules: ['peer.unbind.end'],
    holds: ({ before, after }) =>
      !peerReleased({ before, after }) ||
      after.peerDma.every((c) => c.table === 'none' && c.iotlb === 'none'),
    why: () => 'it was unbound while an entry or a copy was left',
    witnesses: {
      unbound: peerReleased,
      'refused: a copy is left': (s) =>
        s.rule === 'peer.unbind.end' && s.outcome.code === 'NOT_FLUSHED',
    },
  }),

  // ---------------------------------------------------------------- one device is not the other

  step({
    id: 'peer-apart',
    title: 'What befalls one of two devices leaves session, stream and TDIs of the other alone',
    clauses: ['peer-apart', 'tdisp-isolation'],
    facets,
    reads: [
      'tdi.state',
      'session.phase',
      'stream.secure',
      'peer.state',
      'peer.open',
      'peer.secure',
    ],
    rules: [],
    holds: (s) => {
      // New keys for the stream between them stop both of its ends.
      if (s.rule === 'p2p.key') return true;
      if (isOfBoth(s.rule)) return !(firstChanged(s) && peerChanged(s));
      return s.rule.startsWith('peer.') ? !firstChanged(s) : !peerChanged(s);
    },
    why: (s) =>
      isOfBoth(s.rule)
        ? `${s.rule} changed both devices`
        : `${s.rule} changed the ${s.rule.startsWith('peer.') ? 'first' : 'second'} device`,
    witnesses: {
      'the first falls, the second runs on': (s) =>
        s.before.tdi.some((t, i) => t.state === 'RUN' && s.after.tdi[i]!.state === 'ERROR') &&
        s.after.peer.state === 'RUN',
      'the second falls, the first runs on': (s) =>
        s.before.peer.state === 'RUN' &&
        s.after.peer.state === 'ERROR' &&
        s.after.tdi.some((t) => t.state === 'RUN'),
    },
  }),
  step({
    id: 'peer-invalidation-scope',
    title:
      'An invalidation for one device neither spares its own copies nor drops those of another',
    clauses: ['iommu-invalidate', 'peer-apart'],
    facets,
    reads: ['dma.iotlb', 'peerDma.iotlb', 'peerDma.dirty'],
    triggers: [],
    rules: ['peer.invalidate', 'iommu.invalidate.end'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return true;
      if (s.rule === 'iommu.invalidate.end')
        return s.before.peerDma.every((c, p) => c.iotlb === s.after.peerDma[p]!.iotlb);
      if (s.rule !== 'peer.invalidate') return true;
      return (
        s.before.dma.every((row, t) =>
          row.every((c, p) => c.iotlb === s.after.dma[t]![p]!.iotlb),
        ) && s.before.peerDma.every((c, p) => !c.dirty || s.after.peerDma[p]!.iotlb === 'none')
      );
    },
    why: (s) => `${s.rule} dropped a copy of the other device, or left one of its own`,
    witnesses: {
      'the first device has copies': (s) =>
        accepted(s, 'peer.invalidate') &&
        s.before.dma.some((row) => row.some((c) => c.iotlb !== 'none')),
      'the second device has copies': (s) =>
        accepted(s, 'iommu.invalidate.end') && s.before.peerDma.some((c) => c.iotlb !== 'none'),
      'a copy dropped': (s) =>
        accepted(s, 'peer.invalidate') &&
        s.before.peerDma.some((c) => c.dirty && c.iotlb !== 'none'),
    },
  }),
  step({
    id: 'spdm-no-cross-device',
    title: 'A message sealed for one device moves nothing forward at the other',
    clauses: ['peer-seal', 'relay-sequence'],
    facets,
    reads: [
      'tdi.state',
      'tsm.boundTo',
      'tsm.report',
      'tsm.nonce',
      'tsm.cached',
      'peer.state',
      'peer.boundTo',
      'peer.open',
      'session.phase',
      'relay.stage',
    ],
    triggers: [],
    rules: ['relay.cross'],
    holds: (s) => {
      if (s.rule !== 'relay.cross') return true;
      const { peer, tdi, tsm } = s.before;
      if (s.outcome.is === 'accepted' || peer.boundTo !== s.after.peer.boundTo) return false;
      if (s.after.peer.state !== peer.state && s.after.peer.state !== 'ERROR') return false;
      return tdi.every((t, i) => {
        const [a, b] = [s.after.tdi[i]!.state, tsm[i]!];
        const now = s.after.tsm[i]!;
        const believes =
          b.boundTo === now.boundTo && b.cached === now.cached && !isNew(b.report, now.report);
        return (a === t.state || a === 'ERROR') && believes && !isNew(b.nonce, now.nonce);
      });
    },
    why: () => 'the message was obeyed, or something else than the end of a session came of it',
    witnesses: {
      'a request to the second device ends its session': (s) =>
        s.rule === 'relay.cross' && s.before.peer.open && !s.after.peer.open,
      'an answer of the second device is no answer': (s) =>
        s.rule === 'relay.cross' &&
        s.before.relay.stage !== 'idle' &&
        s.after.relay.stage === 'idle',
      'a request to the first device ends its session': (s) =>
        s.rule === 'relay.cross' &&
        s.before.session.phase !== 'none' &&
        s.after.session.phase === 'none',
    },
  }),
  step({
    id: 'spdm-identity-consistent',
    title: 'The evidence that a guest goes by is of the device that the TSM has its session with',
    clauses: ['peer-identity'],
    facets,
    reads: [
      'peer.evidence',
      'peer.lock',
      'peer.foreign',
      'guest.evidence',
      'tsm.lockSession',
      'shown.foreign',
    ],
    rules: ['guest.foreign-evidence', 'peer.evidence'],
    holds: ({ after: w }) => {
      if (w.peer.evidence === w.peer.lock && w.peer.foreign) return false;
      return w.shown.every((row, g) =>
        row.every(
          ({ foreign }, t) => !foreign || w.guest[g]![t]!.evidence !== w.tsm[t]!.lockSession,
        ),
      );
    },
    why: () => 'a guest goes by evidence of the other device',
    witnesses: {
      'evidence of the second device refused': (s) =>
        s.rule === 'guest.foreign-evidence' && s.outcome.code === 'DIGEST',
      'evidence of the first device refused': (s) =>
        s.rule === 'peer.evidence' && s.outcome.code === 'DIGEST',
    },
  }),

  // ---------------------------------------------------------------- peer-to-peer

  step({
    id: 'p2p-bind-preconditions',
    title: 'A peer-to-peer stream is bound only in RUN, with ATS, as LOCK said, and fully keyed',
    clauses: ['p2p-bind', 'p2p-lock', 'tdisp-legality'],
    facets: BOTH,
    reads: [
      ...BINDING_READS,
      'p2pTdi.flags',
      'peer.flags',
      'p2p.first',
      'session.generation',
      'p2p.peer',
      'peer.generation',
      'p2p.whole',
      'p2p.setup',
      'p2pTlp.path',
      'p2pTlp.way',
    ],
    triggers: ['p2pTdi.bound', 'p2p.bound'],
    rules: ['p2p.bind', 'p2p.bind-peer'],
    holds: (s) => {
      const { p2p, p2pTlp } = s.before;
      const isFit =
        p2p.whole &&
        p2p.setup === 'distinct' &&
        (p2pTlp.way === 'none' || p2pTlp.path !== 'direct');
      const first = s.after.p2pTdi.every(
        (_, t) =>
          !newlyBound(s, t) ||
          (isFit &&
            s.before.tdi[t]!.state === 'RUN' &&
            s.before.p2pTdi[t]!.flags === 'bindP2p' &&
            isSecureHere(s.before)),
      );
      const second =
        !newlyBoundAtPeer(s) ||
        (isFit &&
          s.before.peer.state === 'RUN' &&
          s.before.peer.flags === 'bindP2p' &&
          isSecureThere(s.before));
      return first && second;
    },
    why: (s) => `${s.rule} bound a stream that does not meet the conditions`,
    witnesses: {
      'bound at the first device': (s) => accepted(s, 'p2p.bind'),
      'bound at the second device': (s) => accepted(s, 'p2p.bind-peer'),
      'refused outside RUN': (s) =>
        s.rule === 'p2p.bind' && s.outcome.code === 'INVALID_INTERFACE_STATE',
      'refused in RUN': (s) =>
        s.rule === 'p2p.bind' &&
        s.outcome.code === 'INVALID_REQUEST' &&
        s.before.tdi[actor(s)]!.state === 'RUN',
    },
  }),
  invariant({
    id: 'p2p-stream-loss-error',
    title: 'A TDI that a peer-to-peer stream is bound to does not outlive that stream in RUN',
    clauses: ['p2p-loss'],
    facets: BOTH,
    reads: [...BINDING_READS, 'p2p.first', 'session.generation', 'p2p.peer', 'peer.generation'],
    holds: (w) => {
      for (let t = 0; t < w.tdi.length; t++) if (isBoundTo(w, t) && !isSecureHere(w)) return false;
      return !isBoundToPeer(w) || isSecureThere(w);
    },
    why: () => 'a TDI is in RUN, and the peer-to-peer stream bound to it is lost',
    witnesses: {
      'lost at the first device': (s) =>
        s.rule === 'p2p.lose' &&
        s.before.tdi.some((_, t) => isBoundTo(s.before, t) && !isBoundTo(s.after, t)),
      'lost at the second device': (s) =>
        s.rule === 'p2p.lose' && isBoundToPeer(s.before) && !isBoundToPeer(s.after),
    },
  }),
  step({
    id: 'p2p-unbind-drains',
    title: 'After UNBIND nothing uses the peer-to-peer stream, and nothing is left on it',
    clauses: ['p2p-unbind'],
    facets: BOTH,
    reads: [...BINDING_READS, 'p2pTdi.draining', 'p2pTlp.way', 'p2pTlp.path', 'p2pTlp.tdi'],
    triggers: ['p2pTdi.bound', 'p2p.bound', 'p2pTlp.way'],
    rules: ['p2p.unbind.end', 'p2p.unbind-peer'],
    holds: (s) => {
      const { way, path, tdi } = s.after.p2pTlp;
      const isDirect = way !== 'none' && path === 'direct';
      if (isDirect && sent(s)) {
        if (way === 'fromPeer') return isBoundToPeer(s.before);
        return isBoundTo(s.before, tdi ?? -1) && !s.before.p2pTdi[tdi ?? -1]!.draining;
      }
      return !isDirect || !(unboundAtPeer(s) || s.before.p2pTdi.some((_, t) => unbound(s, t)));
    },
    why: (s) => `${s.rule}: something is on a stream that is not bound to its sender`,
    witnesses: {
      'unbound at the first device': (s) => accepted(s, 'p2p.unbind.end'),
      'unbound at the second device': (s) => accepted(s, 'p2p.unbind-peer'),
    },
  }),
  step({
    id: 'p2p-default-otherwise',
    title: 'Only translated requests use a bound peer-to-peer stream; everything else goes up',
    clauses: ['p2p-choice'],
    facets: BOTH,
    reads: [...BINDING_READS, 'p2pTlp.path', 'p2pTdi.draining'],
    triggers: [],
    rules: ['p2p.send'],
    holds: (s) => {
      if (!accepted(s, 'p2p.send')) return true;
      const t = actor(s);
      const bound =
        s.args.way === 'toPeer'
          ? isBoundTo(s.before, t) && !s.before.p2pTdi[t]!.draining
          : isBoundToPeer(s.before);
      return (s.after.p2pTlp.path === 'direct') === (s.args.path === 'translated' && bound);
    },
    why: (s) => `a request sent ${s.args.path} took the path ${s.after.p2pTlp.path}`,
    witnesses: {
      'translated, on the stream': (s) =>
        accepted(s, 'p2p.send') && s.after.p2pTlp.path === 'direct',
      'translated, without a bound stream': (s) =>
        accepted(s, 'p2p.send') && s.args.path === 'translated' && s.after.p2pTlp.path === 'up',
      'untranslated, with a bound stream': (s) =>
        accepted(s, 'p2p.send') &&
        s.args.path === 'untranslated' &&
        s.args.way === 'toPeer' &&
        isBoundTo(s.before, actor(s)),
    },
  }),
  step({
    id: 'p2p-same-guest',
    title: 'Trusted peer-to-peer traffic flows only between TDIs of one guest',
    clauses: ['p2p-translation'],
    facets: BOTH,
    reads: [
      'p2pTlp.way',
      'p2pTlp.path',
      'p2pTlp.access',
      'p2pTlp.tdi',
      'p2pTlp.tenant',
      'peer.boundTo',
      'tsm.boundTo',
    ],
    triggers: [],
    rules: ['p2p.deliver'],
    holds: (s) => {
      const { path, tenant } = s.before.p2pTlp;
      if (!arrived(s) || path === 'legacy') return true;
      return tenant !== null && tenant === receiverOf(s.before, s.before.p2pTlp);
    },
    why: ({ before }) =>
      inOneLine(
        `a request sent for ${guestName(before.p2pTlp.tenant)}`,
        `was served by a TDI of ${guestName(receiverOf(before, before.p2pTlp))}`,
      ),
    witnesses: {
      'a direct write to the second device': (s) =>
        arrived(s) && s.before.p2pTlp.path === 'direct' && s.before.p2pTlp.way === 'toPeer',
      'a direct write to the first device': (s) =>
        arrived(s) && s.before.p2pTlp.path === 'direct' && s.before.p2pTlp.way === 'fromPeer',
      'a read by way of the root complex': (s) =>
        arrived(s) && s.before.p2pTlp.path === 'up' && s.before.p2pTlp.access === 'read',
      'stopped at the root complex': (s) =>
        s.rule === 'p2p.deliver' && s.outcome.code === 'BLOCKED',
    },
  }),
  stepOfEach('Tdi', {
    id: 'p2p-translation-one-guest',
    title: 'A translation to another device stands only while both are bound to one guest',
    clauses: ['p2p-translation'],
    facets: BOTH,
    reads: [
      'p2pTdi.toPeer',
      'tdi.run',
      'p2pTdi.fromPeer',
      'peer.run',
      'tsm.boundTo',
      'peer.boundTo',
    ],
    rules: ['p2p.translate'],
    holdsFor: ({ after: w }, t) => {
      const { toPeer, fromPeer } = w.p2pTdi[t]!;
      if (toPeer !== w.tdi[t]!.run && fromPeer !== w.peer.run) return true;
      return w.peer.boundTo !== null && w.peer.boundTo === w.tsm[t]!.boundTo;
    },
    tells: ({ after: w }, t) =>
      inOneLine(
        `${tdiName(t)} is bound to ${guestName(w.tsm[t]!.boundTo)},`,
        `the second device to ${guestName(w.peer.boundTo)}`,
      ),
    witnesses: {
      'translated to the second device': (s) =>
        accepted(s, 'p2p.translate') && s.args.way === 'toPeer',
      'translated to the first device': (s) =>
        accepted(s, 'p2p.translate') && s.args.way === 'fromPeer',
      'refused: another guest’s': (s) =>
        s.rule === 'p2p.translate' && s.outcome.code === 'NOT_SAME_GUEST',
      'revoked by the unbind of the second device': (s) =>
        accepted(s, 'peer.unbind.begin') &&
        s.before.p2pTdi.some(({ toPeer }, t) => toPeer === s.before.tdi[t]!.run),
      'revoked by the unbind of a TDI': (s) =>
        accepted(s, 'tsm.unbind.begin') &&
        s.before.p2pTdi[actor(s)]!.fromPeer === s.before.peer.run,
    },
  }),
  step({
    id: 'p2p-t1-only-from-run',
    title: 'A TDI addresses another device with T=1 in RUN only, with T=0 only while unlocked',
    clauses: ['tdisp-requester', 'p2p-translation'],
    facets: BOTH,
    reads: ['p2pTlp.way', 'p2pTlp.path', 'p2pTlp.tdi', 'tdi.state', 'peer.state'],
    triggers: ['p2pTlp.way'],
    rules: ['p2p.send'],
    holds: (s) => {
      if (!sent(s)) return true;
      const wanted = s.after.p2pTlp.path === 'legacy' ? 'CONFIG_UNLOCKED' : 'RUN';
      return stateAt(s.before, 'sender', s.after.p2pTlp) === wanted;
    },
    why: (s) =>
      `a ${s.after.p2pTlp.path} request left in ${stateAt(s.before, 'sender', s.after.p2pTlp)}`,
    witnesses: {
      'T=1 sent': (s) => sent(s) && s.after.p2pTlp.path !== 'legacy',
      'T=0 sent': (s) => sent(s) && s.after.p2pTlp.path === 'legacy',
      'T=1 refused': (s) => s.rule === 'p2p.send' && s.outcome.code === 'NOT_RUN',
    },
  }),
  step({
    id: 'p2p-tee-mmio-needs-run',
    title:
      'MMIO of a TDI is served to another device with T=1 in RUN, with T=0 only while unlocked',
    clauses: ['tdisp-completer', 'p2p-bind'],
    facets: BOTH,
    reads: [...BINDING_READS, 'p2pTlp.way', 'p2pTlp.path', 'p2pTlp.tdi'],
    triggers: [],
    rules: ['p2p.deliver'],
    holds: (s) => {
      if (!arrived(s)) return true;
      const request = s.before.p2pTlp;
      const state = stateAt(s.before, 'receiver', request);
      if (request.path === 'legacy') return state === 'CONFIG_UNLOCKED';
      if (request.path === 'up' || state !== 'RUN') return state === 'RUN';
      return request.way === 'toPeer'
        ? isBoundToPeer(s.before)
        : isBoundTo(s.before, request.tdi ?? -1);
    },
    why: (s) =>
      inOneLine(
        `a ${s.before.p2pTlp.path} request was served in`,
        stateAt(s.before, 'receiver', s.before.p2pTlp),
      ),
    witnesses: {
      'T=0 served': (s) => arrived(s) && s.before.p2pTlp.path === 'legacy',
      'T=0 rejected': (s) => s.rule === 'p2p.deliver' && s.outcome.code === 'T0_TO_TEE',
      'T=1 served': (s) => arrived(s) && s.before.p2pTlp.path !== 'legacy',
      'T=1 rejected outside RUN': (s) => s.rule === 'p2p.deliver' && s.outcome.code === 'NOT_RUN',
      'T=1 rejected on an unbound stream': (s) =>
        s.rule === 'p2p.deliver' && s.outcome.code === 'NOT_BOUND',
    },
  }),

  // ---------------------------------------------------------------- a plain VM

  stepOfEach('Guest', {
    id: 'plain-vm-owns-nothing',
    title: 'A VM that is not confidential has no private page, no bound TDI, no private MMIO',
    clauses: ['plain-vm-unbound', 'plain-vm'],
    facets: ['plainVm', 'peer', 'mmio', 'launch', 'vfio'],
    reads: ['plain.now', 'page.owner', 'tsm.boundTo', 'peer.boundTo', 'mmio.guest'],
    rules: ['tsm.bind', 'peer.bind', 'page.give'],
    holdsFor: ({ after: w }, g) =>
      !w.plain[g]!.now ||
      (w.page.every(({ owner }) => owner !== g) &&
        w.tsm.every(({ boundTo }) => boundTo !== g) &&
        w.mmio.every(({ guest }) => guest !== g) &&
        w.peer.boundTo !== g),
    tells: (_, g) => `${guestName(g)} is plain and owns what only a confidential VM may`,
    witnesses: {
      'bind refused': (s) => s.rule === 'tsm.bind' && s.outcome.code === 'NOT_CONFIDENTIAL',
      'bind of the second device refused': (s) =>
        s.rule === 'peer.bind' && s.outcome.code === 'NOT_CONFIDENTIAL',
      'page refused': (s) => s.rule === 'page.give' && s.outcome.code === 'NOT_CONFIDENTIAL',
    },
  }),
  step({
    id: 'tlp-legacy-vm-unlocked',
    title: 'A TDI that serves a VM that is not confidential is unlocked',
    clauses: ['plain-vm', 'tdisp-requester'],
    facets: ['plainVm', 'legacy', 'launch', 'vfio'],
    reads: [...PLAIN_READS, 'tdi.state', 'tlp.tdi', 'tlp.traffic', 'tlp.kind'],
    triggers: [],
    rules: ['dma.issue', 'fabric.deliver'],
    holds: (s) => {
      if (
        accepted(s, 'dma.issue') &&
        s.args.traffic === 'legacy' &&
        servesPlain(s.before, actor(s))
      )
        return s.before.tdi[actor(s)]!.state === 'CONFIG_UNLOCKED';
      if (!servedPlain(s)) return true;
      const { tdi } = s.before.tlp[Number(s.args.slot)]!;
      // What it posted before may arrive when it has failed since; under a lock it may not.
      return !isLocked(s.before.tdi[tdi ?? -1]!.state);
    },
    why: (s) => `${s.rule}: T=0 for a plain VM by a TDI that is not unlocked`,
    witnesses: {
      'T=0 sent': (s) =>
        accepted(s, 'dma.issue') && s.args.traffic === 'legacy' && servesPlain(s.before, actor(s)),
      'T=0 refused under lock': (s) =>
        s.rule === 'dma.issue' &&
        s.outcome.code === 'NOT_UNLOCKED' &&
        servesPlain(s.before, actor(s)),
      'T=0 served': servedPlain,
    },
  }),
  step({
    id: 'plain-vm-shared-memory-only',
    title: 'What a TDI does for a VM that is not confidential never reaches a private page',
    clauses: ['plain-vm', 'page-owner'],
    facets: ['plainVm', 'legacy', 'launch', 'vfio'],
    reads: [...PLAIN_READS, 'tlp.tdi', 'tlp.traffic', 'tlp.kind', 'tlp.page', 'page.owner'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      if (!servedPlain(s)) return true;
      const { page } = s.before.tlp[Number(s.args.slot)]!;
      return s.before.page[page ?? -1]!.owner === null;
    },
    why: () => 'T=0 for a plain VM reached a private page',
    witnesses: {
      'a private page refused': (s) =>
        s.rule === 'fabric.deliver' &&
        s.outcome.code === 'OWNERSHIP_FAULT' &&
        s.before.fn.some((_, t) => servesPlain(s.before, t)),
    },
  }),

  // ---------------------------------------------------------------- what must be possible

  reach({
    id: 'reach-p2p',
    title: 'Direct peer-to-peer traffic between two TDIs of one guest is possible',
    clauses: ['p2p-bind', 'p2p-choice'],
    facets: BOTH,
    reads: ['p2pTlp.path'],
    rules: ['p2p.deliver'],
    reached: (s) => arrived(s) && s.before.p2pTlp.path === 'direct',
  }),
  reach({
    id: 'reach-p2p-up',
    title: 'Trusted peer-to-peer traffic by way of the root complex is possible',
    clauses: ['p2p-choice'],
    facets: BOTH,
    reads: ['p2pTlp.path'],
    rules: ['p2p.deliver'],
    reached: (s) => arrived(s) && s.before.p2pTlp.path === 'up',
  }),
  reach({
    id: 'reach-two-devices',
    title: 'Two devices can run for two guests at once, each with DMA to private memory',
    clauses: ['peer-apart', 'private-dma'],
    facets,
    reads: ['peer.state', 'peer.dma', 'peer.boundTo', 'tdi.state', 'tsm.dma', 'tsm.boundTo'],
    rules: [],
    reached: ({ before, after }) => bothServe(after) && !bothServe(before),
  }),
  reach({
    id: 'reach-plain-vm',
    title: 'An unlocked TDI can serve a VM that is not confidential',
    clauses: ['plain-vm'],
    facets: ['plainVm', 'legacy', 'launch', 'vfio'],
    reads: [...PLAIN_READS, 'tlp.tdi', 'tlp.traffic', 'tlp.kind'],
    rules: ['fabric.deliver'],
    reached: servedPlain,
  }),
];

/** The second device was bound, and is to nobody now. */
function peerReleased({ before, after }: Pick<Step, 'before' | 'after'>): boolean {
  return before.peer.boundTo !== null && after.peer.boundTo === null;
}
/** What may befall either device, one at a time; every other rule is of one of them. */
function isOfBoth(rule: string): boolean {
  return rule === 'relay.cross' || rule.startsWith('p2p.');
}
/** A reference that was none is something now. */
function isNew(b: number | null, a: number | null): boolean {
  return b === null && a !== null;
}
function firstChanged({ before, after }: Step): boolean {
  if (before.session.phase !== after.session.phase) return true;
  if (before.stream.secure !== after.stream.secure) return true;
  return before.tdi.some((t, i) => t.state !== after.tdi[i]!.state);
}
function peerChanged({ before: { peer: b }, after: { peer: a } }: Step): boolean {
  return b.state !== a.state || b.open !== a.open || b.secure !== a.secure;
}
function newlyBound(s: Step, t: number): boolean {
  const b = s.before.p2pTdi[t]!.bound === s.before.tdi[t]!.run;
  return !b && s.after.p2pTdi[t]!.bound === s.after.tdi[t]!.run;
}
function newlyBoundAtPeer({ before, after }: Step): boolean {
  return before.p2p.bound !== before.peer.run && after.p2p.bound === after.peer.run;
}
function unbound(s: Step, t: number): boolean {
  return isBoundTo(s.before, t) && s.after.p2pTdi[t]!.bound === null;
}
function unboundAtPeer({ before, after }: Step): boolean {
  return isBoundToPeer(before) && after.p2p.bound === null;
}
/** Both devices are in RUN with DMA open, for two guests. */
function bothServe({ peer, tdi, tsm }: WorldView): boolean {
  if (peer.state !== 'RUN' || !peer.dma) return false;
  return tsm.some((t, i) => t.dma && t.boundTo !== peer.boundTo && tdi[i]!.state === 'RUN');
}
