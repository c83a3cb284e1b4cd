/**
 * What holds on SEV-TIO beyond the common verbs: life cycles of contexts, evidence of which only
 * digests are authentic, the page table of the host behind the RMP, and the fence by which a fault
 * that the host causes costs a guest its devices, and nobody anything else.
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  guestName,
  inOneLine,
  inSession,
  invariantOfEach,
  pageName,
  refused,
  stepOfEach,
  tdiName,
  tlpOf,
} from './helpers.ts';
import { invariant, type Property, reach, type Step, step } from './property.ts';

/** The commands by which a context goes from one state to the next. */
const DEVICE_WAYS: Readonly<Record<string, string>> = {
  'none created': 'tsm.tio-dev-create',
  'created connected': 'tsm.tio-dev-connect',
  'connected disconnected': 'tsm.disconnect or tsm.tio-dev-disconnect-force',
  'created reclaimed': 'tsm.tio-dev-reclaim',
  'disconnected reclaimed': 'tsm.tio-dev-reclaim',
  'reclaimed none': 'tsm.tio-dev-page-reclaim',
};
const TDI_WAYS: Readonly<Record<string, string>> = {
  'none created': 'tsm.tio-tdi-create',
  'created bound': 'tsm.bind',
  'bound unbound': 'tsm.unbind.end or tsm.unbind.force',
  'created reclaimed': 'tsm.tio-tdi-reclaim',
  'unbound reclaimed': 'tsm.tio-tdi-reclaim',
  'reclaimed none': 'tsm.tio-tdi-page-reclaim',
};
const isWay = (ways: Readonly<Record<string, string>>, s: Step, b: string, a: string): boolean =>
  s.outcome.is === 'accepted' && (ways[`${b} ${a}`] ?? '').split(' or ').includes(s.rule);
const deviceContext = (w: WorldView): string => w.tio.context;
const tdiContext = (w: WorldView, t: number): string => w.tioTdi[t]!.context;
/** The T=1 request that a delivery is about, with the guest that its sender is bound to; none: something else. */
function request(s: Step): { tdi: number; page: number; owner: number | null } | undefined {
  if (s.rule !== 'fabric.deliver') return undefined;
  const { kind, traffic, tdi, page } = tlpOf(s);
  if ((kind !== 'write' && kind !== 'read') || traffic === 'legacy') return undefined;
  if (tdi === null || page === null) return undefined;
  return { tdi, page, owner: s.before.tsm[tdi]!.boundTo };
}
/** The guest for which the second device has sent the T=1 request that a delivery is about; none: something else. */
const peerOwner = (s: Step): number | null =>
  s.rule === 'peer.deliver' &&
  s.before.peerTlp.kind !== 'none' &&
  s.before.peerTlp.traffic !== 'legacy'
    ? s.before.peer.boundTo
    : null;
/** The trusted DMA entry of a TDI came to be open. */
const opensDma = (s: Step, t: number): boolean => !s.before.tsm[t]!.dma && s.after.tsm[t]!.dma;
/** A T=1 request was dropped after translation or the RMP failed it: a fault that the host causes. */
const hostFault = (s: Step): boolean =>
  (request(s) !== undefined || peerOwner(s) !== null) &&
  s.outcome.is === 'dropped' &&
  (s.outcome.code === 'IOMMU_FAULT' || s.outcome.code === 'RMP_VIOLATION');
/** Whose TDI it was at whose request the host caused a fault; the second device counts as a TDI. */
const faultedFor = (s: Step): number | null =>
  hostFault(s) ? (request(s)?.owner ?? peerOwner(s)) : null;
/** The firmware takes in the answer to a LOCK that was carried out. */
const locksAnew = (s: Step): boolean =>
  accepted(s, 'tsm.return') && s.before.relay.request === 'lock' && s.before.relay.ok;
/** A request for certificates or measurements waits at the device. */
const asksForEvidence = ({ relay }: WorldView): boolean =>
  relay.stage === 'request' &&
  (relay.request === 'certificates' || relay.request === 'measurements');
/** The guest came to be fenced after an error. */
const becameFenced = (s: Step, g: number): boolean =>
  s.before.fence[g]!.now !== 'error' && s.after.fence[g]!.now === 'error';
function someGuest(s: Step, test: (s: Step, g: number) => boolean): boolean {
  for (let g = 0; g < s.after.fence.length; g++) if (test(s, g)) return true;
  return false;
}
function someTdi(s: Step, test: (s: Step, t: number) => boolean): boolean {
  for (let t = 0; t < s.after.tioTdi.length; t++) if (test(s, t)) return true;
  return false;
}

export const SEV_TIO: readonly Property[] = [
  step({
    id: 'tio-device-life-cycle',
    title: 'A device context is created, connected, disconnected and reclaimed, in this order',
    clauses: ['tio-device-context', 'tio-disconnect'],
    facets: ['tio'],
    reads: ['tio.context'],
    rules: [],
    holds: (s) => {
      const [b, a] = [deviceContext(s.before), deviceContext(s.after)];
      return a === b || isWay(DEVICE_WAYS, s, b, a);
    },
    why: (s) =>
      `${s.rule} took the device context from ${deviceContext(s.before)} to ${deviceContext(s.after)}`,
    witnesses: {
      connected: (s) =>
        accepted(s, 'tsm.tio-dev-connect') && deviceContext(s.after) === 'connected',
      reclaimed: (s) => accepted(s, 'tsm.tio-dev-reclaim'),
    },
  }),
  stepOfEach('Tdi', {
    id: 'tio-tdi-life-cycle',
    title: 'A TDI context is created, bound, unbound and reclaimed, in this order',
    clauses: ['tio-tdi-context', 'tio-bind', 'tio-unbind'],
    facets: ['tio'],
    reads: ['tioTdi.context'],
    rules: [],
    holdsFor: (s, t) => {
      const [b, a] = [tdiContext(s.before, t), tdiContext(s.after, t)];
      return a === b || (s.args.tdi === t && isWay(TDI_WAYS, s, b, a));
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} took the context of ${tdiName(t)} from ${tdiContext(s.before, t)} to`,
        tdiContext(s.after, t),
      ),
    witnesses: {
      bound: (s) => accepted(s, 'tsm.bind'),
      reclaimed: (s) => accepted(s, 'tsm.tio-tdi-reclaim'),
    },
  }),
  /** Context and binding are two fields; whatever changes one must leave them telling the same story. */
  stepOfEach('Tdi', {
    id: 'tio-context-agrees-with-binding',
    title: 'The context of a TDI is bound exactly while the TDI is bound to a guest',
    clauses: ['tio-tdi-context', 'tio-bind'],
    facets: ['tio'],
    reads: ['tioTdi.context', 'tsm.boundTo'],
    rules: [],
    holdsFor: (s, t) => {
      const { boundTo } = s.after.tsm[t]!;
      const [b, a] = [tdiContext(s.before, t), tdiContext(s.after, t)];
      if (a === b && s.before.tsm[t]!.boundTo === boundTo) return true;
      return (a === 'bound') === (boundTo !== null);
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} left the context of ${tdiName(t)} ${tdiContext(s.after, t)}, and it is bound to`,
        guestName(s.after.tsm[t]!.boundTo),
      ),
    witnesses: {
      unbound: (s) =>
        someTdi(
          s,
          (x, t) => tdiContext(x.before, t) === 'bound' && tdiContext(x.after, t) !== 'bound',
        ),
    },
  }),
  /** Contexts live on a device that is connected, and are all gone before its own pages are. */
  invariant({
    id: 'tio-no-reuse-of-unreclaimed-pages',
    title: 'The pages of the device context are the host’s again only after those of every TDI',
    clauses: ['tio-device-context', 'tio-disconnect-bound'],
    facets: ['tio'],
    reads: ['tio.context', 'tioTdi.context'],
    holds: (w) => {
      if (deviceContext(w) === 'connected' || deviceContext(w) === 'disconnected') return true;
      for (let t = 0; t < w.tioTdi.length; t++) if (tdiContext(w, t) !== 'none') return false;
      return true;
    },
    why: (s) => `the device context is ${deviceContext(s.after)}, and TDI contexts are left`,
    witnesses: {
      'disconnected with a TDI context left': (s) =>
        deviceContext(s.before) === 'connected' &&
        deviceContext(s.after) === 'disconnected' &&
        someTdi(s, (x, t) => tdiContext(x.after, t) !== 'none'),
      'pages taken back': (s) => accepted(s, 'tsm.tio-dev-page-reclaim'),
    },
  }),
  step({
    id: 'tio-disconnect-implies-no-bound',
    title: 'The device is disconnected, by force or not, only while no TDI is bound',
    clauses: ['tio-disconnect', 'tio-disconnect-bound'],
    facets: ['tio'],
    reads: ['tio.context', 'tsm.boundTo', 'link.session'],
    triggers: ['tio.context'],
    rules: ['tsm.tio-dev-disconnect-force'],
    holds: (s) => {
      if (deviceContext(s.before) !== 'connected' || deviceContext(s.after) === 'connected')
        return true;
      for (let t = 0; t < s.after.tsm.length; t++)
        if (s.after.tsm[t]!.boundTo !== null) return false;
      return s.after.link.session === null;
    },
    why: (s) => `${s.rule} disconnected the device with a TDI bound, or kept its session`,
    witnesses: {
      'by force': (s) => accepted(s, 'tsm.tio-dev-disconnect-force'),
      'by force, with a TDI bound: refused': (s) =>
        s.rule === 'tsm.tio-dev-disconnect-force' &&
        s.outcome.is === 'refused' &&
        someTdi(s, (x, t) => x.before.tsm[t]!.boundTo !== null),
    },
  }),
  /** The point of reading the stream back: what Enable returned says nothing. */
  step({
    id: 'tio-connected-implies-stream-secure',
    title: 'The host driver reports a connect as done only while the stream is Secure',
    clauses: ['tio-stream'],
    facets: ['tio'],
    reads: ['tio.reported', 'tio.context', 'stream.secure'],
    triggers: ['tio.reported'],
    rules: ['tsm.tio-connect-report'],
    holds: (s) => {
      const made = accepted(s, 'tsm.tio-connect-report');
      if (s.after.tio.reported && !s.before.tio.reported && !made) return false;
      return !made || (s.before.stream.secure && deviceContext(s.before) === 'connected');
    },
    why: () => 'the device was reported as connected, and its stream is Insecure',
    witnesses: {
      reported: (s) => s.after.tio.reported && !s.before.tio.reported,
      'refused on an Insecure stream': (s) =>
        s.rule === 'tsm.tio-connect-report' &&
        s.outcome.is === 'refused' &&
        deviceContext(s.before) === 'connected',
    },
  }),
  /** Nobody else begins sessions or programs keys. */
  step({
    id: 'tio-keys-only-inside-commands',
    title: 'A session begins only inside DEV_CONNECT, and keys change only there or in ROLL_KEY',
    clauses: ['tio-connect', 'tio-roll-key', 'tio-one-pending'],
    facets: ['tio'],
    reads: ['tio.pending', 'session.phase', 'keySet.PR', 'keySet.NPR', 'keySet.CPL', 'keySet.go'],
    triggers: ['session.phase', 'keySet.PR', 'keySet.NPR', 'keySet.CPL', 'keySet.go'],
    rules: [],
    holds: (s) => {
      const { pending } = s.before.tio;
      const begun = s.before.session.phase === 'none' && s.after.session.phase !== 'none';
      if (begun && pending !== 'connect') return false;
      for (let k = 0; k < s.after.keySet.length; k++) {
        const b = s.before.keySet[k]!;
        const a = s.after.keySet[k]!;
        const more = (a.PR && !b.PR) || (a.NPR && !b.NPR) || (a.CPL && !b.CPL) || (a.go && !b.go);
        if (more && pending === 'none') return false;
      }
      return true;
    },
    why: (s) => `${s.rule} began a session or made keys, and no command for that is under way`,
    witnesses: {
      'keys in DEV_CONNECT': (s) => s.before.tio.pending === 'connect' && accepted(s, 'ide.set-go'),
      'keys in ROLL_KEY': (s) => s.before.tio.pending === 'rollKey' && accepted(s, 'ide.set-go'),
    },
  }),
  /** One unfinished command: no exchange is begun beside it. */
  step({
    id: 'tio-one-exchange-per-device',
    title: 'One exchange or unfinished command for a device: no other begins beside it',
    clauses: ['tio-one-pending'],
    facets: ['tio'],
    reads: ['tio.pending', 'relay.stage'],
    rules: ['tsm.bind', 'tsm.tio-roll-key'],
    holds: (s) => {
      const { pending } = s.before.tio;
      const requests = s.before.relay.stage === 'idle' && s.after.relay.stage !== 'idle';
      const begins = pending === 'none' && s.after.tio.pending !== 'none';
      return !(requests && pending !== 'none') && !(begins && s.before.relay.stage !== 'idle');
    },
    why: (s) => {
      const under = s.before.relay.stage === 'idle' ? s.before.tio.pending : 'an exchange';
      return `${s.rule} began something while ${under} is not finished`;
    },
    witnesses: {
      'key refresh refused beside an exchange': (s) =>
        refused(s, 'tsm.tio-roll-key') &&
        s.before.tio.pending === 'none' &&
        s.before.relay.stage !== 'idle',
      'refused beside another command': (s) =>
        s.rule === 'tsm.bind' && s.outcome.is === 'refused' && s.before.tio.pending !== 'none',
    },
  }),
  step({
    id: 'tio-evidence-inside-session',
    title: 'A device hands out certificates and measurements inside the live session only',
    clauses: ['spdm-evidence'],
    facets: ['tio'],
    reads: ['relay.stage', 'relay.request', 'relay.session', 'session.phase', 'session.generation'],
    triggers: [],
    rules: ['spdm.answer'],
    holds: (s) =>
      s.rule !== 'spdm.answer' ||
      accepted(s, 'spdm.answer') ===
        (asksForEvidence(s.before) && inSession(s.before, s.before.relay.session)),
    why: (s) =>
      `the device ${accepted(s, 'spdm.answer') ? 'answered' : 'did not answer'} a request for evidence`,
    witnesses: {
      certificates: (s) => accepted(s, 'spdm.answer') && s.before.relay.request === 'certificates',
      measurements: (s) => accepted(s, 'spdm.answer') && s.before.relay.request === 'measurements',
      'asked for in a session that is over': (s) =>
        s.rule === 'spdm.answer' &&
        asksForEvidence(s.before) &&
        !inSession(s.before, s.before.relay.session),
    },
  }),
  step({
    id: 'tio-digest-checked',
    title: 'A guest takes evidence only if the blobs of the host are what the fresh digests say',
    clauses: ['tio-digests', 'tio-evidence', 'tio-digest-fresh'],
    facets: ['tio'],
    reads: ['tioTdi.blobs', 'tioTdi.forged', 'tsm.lockSession', 'tio.measured'],
    triggers: [],
    rules: ['guest.evidence'],
    holds: (s) => {
      if (!accepted(s, 'guest.evidence')) return true;
      const { blobs, forged } = s.before.tioTdi[actor(s)]!;
      const { lockSession } = s.before.tsm[actor(s)]!;
      return !forged && blobs === lockSession && s.before.tio.measured === 'fresh';
    },
    why: (s) => `a guest took evidence of ${tdiName(actor(s))} that the digests do not bear out`,
    witnesses: {
      read: (s) => accepted(s, 'guest.evidence'),
      'substituted blobs refused': (s) =>
        s.rule === 'guest.evidence' &&
        s.outcome.is === 'refused' &&
        (s.outcome.code === 'DIGEST_MISMATCH' || s.outcome.code === 'EBADMSG') &&
        s.before.tioTdi[actor(s)]!.forged,
      'stale measurements refused': (s) =>
        s.rule === 'guest.evidence' &&
        s.outcome.is === 'refused' &&
        s.before.tio.measured === 'valid',
    },
  }),
  step({
    id: 'tio-fresh-is-of-this-lock',
    title: 'Measurements from before LOCK, or of the firmware before an update, are not fresh',
    clauses: ['tio-digest-fresh', 'tio-digests'],
    facets: ['tio'],
    reads: ['tio.measured', 'relay.request', 'relay.ok'],
    triggers: [],
    rules: ['tsm.return', 'firmware.update'],
    holds: (s) =>
      !(locksAnew(s) || accepted(s, 'firmware.update')) || s.after.tio.measured !== 'fresh',
    why: (s) => `after ${s.rule} what was measured before still counts as fresh`,
    witnesses: {
      'measured before LOCK': (s) => locksAnew(s) && s.before.tio.measured === 'fresh',
    },
  }),
  step({
    id: 'tio-state-only-from-tsm',
    title: 'No message of a guest is honoured because the host says that the TDI is in RUN',
    clauses: ['tio-state-asserted', 'tsm-cached'],
    facets: ['tio', 'mmio'],
    reads: ['tioTdi.claimsRun', 'tsm.cached', 'tsm.boundTo'],
    triggers: [],
    rules: ['mmio.accept', 'guest.enable-dma'],
    holds: (s) =>
      !(accepted(s, 'mmio.accept') || accepted(s, 'guest.enable-dma')) ||
      s.before.tsm[actor(s)]!.cached === 'RUN',
    why: (s) =>
      inOneLine(
        `${s.rule} of ${tdiName(actor(s))} was honoured in ${s.before.tsm[actor(s)]!.cached}`,
        'as far as the firmware knows',
      ),
    witnesses: {
      'refused although the host says RUN': (s) =>
        (s.rule === 'mmio.accept' || s.rule === 'guest.enable-dma') &&
        s.outcome.is === 'refused' &&
        s.before.tioTdi[actor(s)]!.claimsRun &&
        s.before.tsm[actor(s)]!.cached !== 'RUN' &&
        s.before.tsm[actor(s)]!.boundTo === s.args.guest,
    },
  }),
  /** B31f: with layers inside a guest, the entry is for the one that asks. */
  step({
    id: 'dma-targets-intended-layer',
    title: 'A guest opens the entry of a TDI only for the layer of it that asks',
    clauses: ['tio-sdte'],
    facets: ['tio'],
    reads: ['tsm.dma'],
    rules: ['guest.enable-dma'],
    holds: (s) =>
      s.args.sdte !== 'otherVmpl' || !(s.outcome.is === 'accepted' || opensDma(s, actor(s))),
    why: (s) => `the entry of ${tdiName(actor(s))} was opened for another VMPL`,
    witnesses: {
      'opened for its own': (s) => accepted(s, 'guest.enable-dma') && opensDma(s, actor(s)),
      'refused for another': (s) =>
        s.rule === 'guest.enable-dma' && s.outcome.code === 'INVALID_VMPL',
    },
  }),
  /** What the host carries wrongly has no effect at all. */
  step({
    id: 'tio-spoiled-message-no-effect',
    title: 'A guest message that the host spoiled or repeated is refused',
    clauses: ['tio-guest-request'],
    facets: ['tio'],
    reads: [],
    rules: ['tsm.tio-guest-request'],
    holds: (s) => s.rule !== 'tsm.tio-guest-request' || s.outcome.is === 'refused',
    why: (s) =>
      `a message of ${guestName(Number(s.args.guest))} was ${s.outcome.is}, and the host had spoiled it`,
    witnesses: { refused: (s) => s.rule === 'tsm.tio-guest-request' },
  }),
  /** The one check that the table of the host cannot get round, at the moment of use. */
  step({
    id: 'rmp-check-after-translation',
    title:
      'Trusted DMA reaches a private page only if the RMP gives it to the guest of the TDI now',
    clauses: ['tio-host-table', 'tio-rmpupdate'],
    facets: ['tio'],
    reads: [
      'page.owner',
      'page.accepted',
      'tsm.boundTo',
      'tsm.dma',
      'dma.iotlb',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'page.ownership',
      'tlp.ownership',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      const r = request(s);
      if (r === undefined || s.outcome.is !== 'accepted') return true;
      if (tlpOf(s).traffic !== 'private') return s.before.page[r.page]!.owner === null;
      const { owner, accepted: valid } = s.before.page[r.page]!;
      return owner !== null && owner === r.owner && valid && s.before.tsm[r.tdi]!.dma;
    },
    why: (s) =>
      inOneLine(
        `a ${tlpOf(s).traffic} request of ${tdiName(Number(tlpOf(s).tdi))} reached`,
        `${pageName(Number(tlpOf(s).page))} of`,
        guestName(s.before.page[Number(tlpOf(s).page)]!.owner),
      ),
    witnesses: {
      served: (s) => request(s) !== undefined && s.outcome.is === 'accepted',
      'stopped although a copy grants it': (s) => {
        const r = request(s);
        return (
          r !== undefined &&
          s.outcome.is === 'dropped' &&
          s.outcome.code === 'RMP_VIOLATION' &&
          s.before.dma[r.tdi]![r.page]!.iotlb === tlpOf(s).traffic
        );
      },
      'page taken on the way': (s) => {
        const r = request(s);
        return (
          r !== undefined &&
          s.outcome.is === 'dropped' &&
          tlpOf(s).ownership !== s.before.page[r.page]!.ownership
        );
      },
    },
  }),
  /** The firmware knows one threshold for each TDI; an address in the other half is another page. */
  step({
    id: 'vtom-consistent',
    title: 'Trusted DMA is served only in the half in which vTOM of the entry puts its address',
    clauses: ['tio-vtom', 'tio-sdte'],
    facets: ['tio'],
    reads: ['tioTdi.vtom', 'tlp.kind', 'tlp.traffic', 'tlp.tdi', 'tlp.page', 'tsm.boundTo'],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      const r = request(s);
      if (r === undefined || s.outcome.is !== 'accepted') return true;
      const { vtom } = s.before.tioTdi[r.tdi]!;
      return vtom === 'split' || (vtom === 'allPrivate') === (tlpOf(s).traffic === 'private');
    },
    why: (s) =>
      inOneLine(
        `a ${tlpOf(s).traffic} request of ${tdiName(Number(tlpOf(s).tdi))} was served, and vTOM`,
        `says ${s.before.tioTdi[Number(tlpOf(s).tdi)]!.vtom}`,
      ),
    witnesses: {
      'served with all private': (s) => {
        const r = request(s);
        if (r === undefined || s.outcome.is !== 'accepted') return false;
        return s.before.tioTdi[r.tdi]!.vtom === 'allPrivate';
      },
      'stopped for vTOM': (s) => {
        const r = request(s);
        if (r === undefined || s.outcome.is !== 'dropped' || s.outcome.code !== 'RMP_VIOLATION')
          return false;
        const { vtom } = s.before.tioTdi[r.tdi]!;
        return vtom !== 'split' && (vtom === 'allPrivate') !== (tlpOf(s).traffic === 'private');
      },
    },
  }),
  /** A withdrawn page is never lost without a trace: the guest is fenced, and sees it. */
  step({
    id: 'no-silent-dma-drop',
    title: 'Trusted DMA that fails for a fault of the host leaves the guest fenced',
    clauses: ['tio-fence', 'tio-host-table'],
    facets: ['fence'],
    readings: { hostFaultScope: 'guest' },
    reads: [
      'fence.now',
      'fence.by',
      'tsm.boundTo',
      'tsm.dma',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
    ],
    triggers: [],
    rules: ['fabric.deliver'],
    holds: (s) => {
      const r = request(s);
      if (r === undefined || s.outcome.is !== 'dropped' || r.owner === null) return true;
      const { code } = s.outcome;
      if (code === 'FENCED') return s.before.fence[r.owner]!.now !== 'none';
      if (code === 'BLOCKED') return !s.before.tsm[r.tdi]!.dma;
      if (code !== 'IOMMU_FAULT' && code !== 'RMP_VIOLATION' && code !== 'OWNERSHIP_FAULT')
        return true;
      return s.after.fence[r.owner]!.now === 'error' && s.after.fence[r.owner]!.by === r.tdi;
    },
    why: (s) =>
      inOneLine(
        `a request of ${tdiName(Number(tlpOf(s).tdi))} was dropped with ${s.outcome.code}, and its`,
        'guest is not fenced',
      ),
    witnesses: {
      'page-table fault': (s) => request(s) !== undefined && s.outcome.code === 'IOMMU_FAULT',
      'RMP violation': (s) => request(s) !== undefined && s.outcome.code === 'RMP_VIOLATION',
    },
  }),
  /** The blast radius: the guest of the TDI that faulted, and no other; nothing else changes. */
  stepOfEach('Guest', {
    id: 'fault-blast-radius',
    title: 'A fault that the host causes fences the guest of the TDI concerned, and no other guest',
    clauses: ['tio-fence'],
    facets: ['fence'],
    sizes: { Guest: 2 },
    reads: [
      'fence.now',
      'tsm.boundTo',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
      'peer.boundTo',
      'peerTlp.kind',
      'peerTlp.traffic',
    ],
    triggers: ['fence.now'],
    rules: ['fabric.deliver'],
    holdsFor: (s, g) => !becameFenced(s, g) || faultedFor(s) === g,
    tells: (s, g) => `${s.rule} fenced ${guestName(g)}, and no TDI of that guest faulted`,
    witnesses: {
      'one guest fenced, another at work': (s) =>
        someGuest(s, becameFenced) &&
        someTdi(s, (x, t) => {
          const owner = x.after.tsm[t]!.boundTo;
          return owner !== null && x.after.fence[owner]!.now === 'none';
        }),
    },
  }),
  /** Every TDI of the guest, DMA of either half and MMIO. */
  step({
    id: 'fence-stops-every-tdi',
    title: 'While a guest is fenced, no trusted DMA of its TDIs is served and no private MMIO',
    clauses: ['tio-fence'],
    facets: ['fence', 'mmio'],
    reads: [
      'fence.now',
      'fence.by',
      'tsm.boundTo',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
    ],
    triggers: [],
    rules: ['fabric.deliver', 'mmio.private'],
    holds: (s) => {
      if (s.outcome.is !== 'accepted') return true;
      if (s.rule === 'mmio.private') return s.before.fence[Number(s.args.guest)]!.now !== 'error';
      const owner = request(s)?.owner ?? null;
      return owner === null || s.before.fence[owner]!.now === 'none';
    },
    why: (s) => `${s.rule} was served, and the guest is fenced`,
    witnesses: {
      'DMA of another TDI stopped': (s) => {
        const r = request(s);
        if (r === undefined || r.owner === null || s.outcome.is === 'accepted') return false;
        const { now, by } = s.before.fence[r.owner]!;
        return now === 'error' && by !== r.tdi;
      },
      'MMIO stopped': (s) =>
        s.rule === 'mmio.private' && s.outcome.is === 'dropped' && s.outcome.code === 'FENCED',
    },
  }),
  /** The fence is of the root complex, and both devices are below it. */
  step({
    id: 'fence-spans-devices',
    title:
      'While a guest is fenced, for either device, no trusted DMA of a second device is served',
    clauses: ['tio-fence', 'peer-apart'],
    facets: ['fence', 'peer'],
    readings: { hostFaultScope: 'guest' },
    reads: [
      'fence.now',
      'fence.by',
      'fence.byPeer',
      'peer.boundTo',
      'peerTlp.kind',
      'peerTlp.traffic',
      'tsm.boundTo',
      'tlp.kind',
      'tlp.traffic',
      'tlp.tdi',
      'tlp.page',
    ],
    triggers: [],
    rules: ['peer.deliver', 'fabric.deliver'],
    holds: (s) => {
      const owner = peerOwner(s);
      if (owner === null) return true;
      const isFault = s.outcome.code === 'IOMMU_FAULT' || s.outcome.code === 'RMP_VIOLATION';
      if (isFault) return s.after.fence[owner]!.now === 'error' && s.after.fence[owner]!.byPeer;
      return s.outcome.is !== 'accepted' || s.before.fence[owner]!.now === 'none';
    },
    why: (s) =>
      s.outcome.is === 'accepted'
        ? 'a request of the second device was served, and its guest is fenced'
        : `a request of the second device was dropped with ${s.outcome.code}, and its guest is not fenced`,
    witnesses: {
      'a fault of the second device': (s) => peerOwner(s) !== null && hostFault(s),
      'the second device stopped for the first': (s) => {
        const owner = peerOwner(s);
        return owner !== null && s.outcome.code === 'FENCED' && s.before.fence[owner]!.by !== null;
      },
      'the first device stopped for the second': (s) => {
        const owner = request(s)?.owner ?? null;
        return owner !== null && s.outcome.code === 'FENCED' && s.before.fence[owner]!.byPeer;
      },
    },
  }),
  /** Nothing but CLEAR lifts the fence, and CLEAR only once what faulted is gone. */
  stepOfEach('Guest', {
    id: 'fence-clear-needs-unbind',
    title: 'A fence is lifted only by a command, once the TDI that faulted is not bound any more',
    clauses: ['tio-fence-clear'],
    facets: ['fence'],
    reads: ['fence.now', 'fence.by', 'fence.byPeer', 'tsm.boundTo', 'peer.boundTo'],
    triggers: ['fence.now'],
    rules: ['tsm.tio-asid-fence-clear'],
    holdsFor: (s, g) => {
      const b = s.before.fence[g]!;
      if (b.now !== 'error' || s.after.fence[g]!.now === 'error') return true;
      if (!accepted(s, 'tsm.tio-asid-fence-clear') || s.args.guest !== g) return false;
      if (b.byPeer && s.before.peer.boundTo === g) return false;
      return b.by === null || s.before.tsm[b.by]!.boundTo !== g;
    },
    tells: (s, g) =>
      inOneLine(
        `${s.rule} lifted the fence of ${guestName(g)}, and`,
        `${s.before.fence[g]!.by === null ? 'the second device' : tdiName(s.before.fence[g]!.by)} that faulted is bound`,
      ),
    witnesses: {
      cleared: (s) => accepted(s, 'tsm.tio-asid-fence-clear'),
      'refused while bound': (s) =>
        s.rule === 'tsm.tio-asid-fence-clear' &&
        s.outcome.is === 'refused' &&
        s.before.fence[Number(s.args.guest)]!.now === 'error',
    },
  }),
  /** The TDI remembered as the cause is one that the guest still has. */
  invariantOfEach('Guest', {
    id: 'fence-names-a-bound-tdi',
    title: 'What is remembered as the cause of a fence is a TDI that is bound to that guest',
    clauses: ['tio-fence-clear', 'tio-unbind'],
    facets: ['fence'],
    reads: ['fence.now', 'fence.by', 'fence.byPeer', 'tsm.boundTo', 'peer.boundTo'],
    holdsFor: (w, g) => {
      const { now, by, byPeer } = w.fence[g]!;
      if (byPeer && (now !== 'error' || w.peer.boundTo !== g)) return false;
      return by === null || (now === 'error' && w.tsm[by]!.boundTo === g);
    },
    tells: (w, g) =>
      `the fence of ${guestName(g)} is remembered for a TDI that it has not (${w.fence[g]!.now})`,
    witnesses: {
      'the cause was unbound': (s) =>
        someGuest(s, (x, g) => x.before.fence[g]!.by !== null && x.after.fence[g]!.by === null),
    },
  }),
  /** Read as fenced before the first RUN: it ends with the answer to START and not before. */
  stepOfEach('Guest', {
    id: 'fence-default-until-run',
    title: 'A guest that is fenced by default stays so until a TDI of it runs',
    clauses: ['tio-fence-default'],
    facets: ['fence'],
    readings: { fenceBeforeRun: 'yes' },
    reads: ['fence.now', 'tsm.cached', 'tsm.boundTo', 'peer.boundTo', 'peer.state'],
    triggers: ['fence.now'],
    rules: [],
    holdsFor: (s, g) => {
      if (s.before.fence[g]!.now !== 'default' || s.after.fence[g]!.now !== 'none') return true;
      for (let t = 0; t < s.after.tsm.length; t++)
        if (s.after.tsm[t]!.boundTo === g && s.after.tsm[t]!.cached === 'RUN') return true;
      return s.after.peer.boundTo === g && s.after.peer.state === 'RUN';
    },
    tells: (s, g) => `${s.rule} lifted the default fence of ${guestName(g)}, and no TDI of it runs`,
    witnesses: {
      lifted: (s) =>
        someGuest(
          s,
          (x, g) => x.before.fence[g]!.now === 'default' && x.after.fence[g]!.now === 'none',
        ),
    },
  }),

  reach({
    id: 'reach-start-before-consent',
    title:
      'The host starts a TDI before its guest has accepted it, and private memory stays closed',
    clauses: ['tio-start-by-host'],
    facets: ['tio'],
    reads: ['tsm.boundTo', 'tsm.accepted', 'tsm.dma'],
    rules: ['tdisp.start'],
    reached: (s) =>
      accepted(s, 'tdisp.start') &&
      !s.before.tsm[actor(s)]!.accepted &&
      s.before.tsm[actor(s)]!.boundTo !== null &&
      !s.after.tsm[actor(s)]!.dma,
  }),
  reach({
    id: 'reach-life-after-fence',
    title: 'A guest is fenced, the fence is cleared, and the guest has a TDI still',
    clauses: ['tio-fence-clear'],
    facets: ['fence'],
    reads: ['tsm.boundTo'],
    rules: ['tsm.tio-asid-fence-clear'],
    reached: (s) =>
      accepted(s, 'tsm.tio-asid-fence-clear') &&
      someTdi(s, (x, t) => x.after.tsm[t]!.boundTo === x.args.guest),
  }),
];
