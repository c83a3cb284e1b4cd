/** What the words of words/fabric.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { FABRIC } from '../words/fabric.ts';
import type { World } from '../world.ts';
import { cell, patch, patchCell, row, type Tlp } from './parts.ts';

const FREE: Tlp = Object.freeze({
  kind: 'none',
  traffic: 'legacy',
  tdi: null,
  page: null,
  keySet: null,
  key: null,
  run: null,
  ownership: null,
  tenant: null,
  data: null,
});
/** The sub-stream that carries each kind of TLP. */
const SUB = { write: 'PR', read: 'NPR', completion: 'CPL' } as const;

/** The TLP in a slot with its TDI and page; asking about an empty slot is a bug of ours. */
function tlp(w: World, slot: number) {
  const t = row(w, 'tlp', slot);
  if (t.kind === 'none' || t.tdi === null || t.page === null)
    throw new Error(`tlp: slot ${slot} is empty; guard first`);
  return { ...t, kind: t.kind, tdi: t.tdi, page: t.page };
}
/** The slots without one TLP, closed up. */
const without = (w: World, slot: number): readonly Tlp[] => [
  ...w.tlp.filter((_, i) => i !== slot),
  FREE,
];
/** The half of the address space in which a T=1 TLP wants its page. */
const wants = (t: Tlp): 'shared' | 'private' => (t.traffic === 'private' ? 'private' : 'shared');
/** Whether an older T=1 TLP in flight answers a description. */
const older = (w: World, slot: number, is: (t: Tlp) => boolean): boolean =>
  w.tlp.some((t, i) => i < slot && t.kind !== 'none' && t.traffic !== 'legacy' && is(t));
/** The key protection that a T=1 TLP gets now. */
const protection = (w: World): Pick<Tlp, 'keySet' | 'key'> => {
  const keySet = w.stream.sending;
  return keySet === null
    ? { keySet: null, key: null }
    : { keySet, key: row(w, 'keySet', keySet).generation };
};

/** Whether a request of a TDI to the second device is in flight, of one kind or of any. */
const sendsToPeer = ({ p2pTlp }: World, tdi: number, access = p2pTlp.access): boolean =>
  p2pTlp.way === 'toPeer' && p2pTlp.tdi === tdi && p2pTlp.access === access;

export const FABRIC_MEANING: ModelMeaning<typeof FABRIC, World> = {
  inFlight: (w, { slot }) => row(w, 'tlp', slot).kind !== 'none',
  slotFree: (w) => w.tlp.some((t) => t.kind === 'none'),
  senderOf: (w, { slot }) => tlp(w, slot).tdi,
  tlpIs: (w, { slot }, ...kinds) => kinds.includes(tlp(w, slot).kind),
  trafficIs: (_, { traffic }, ...wanted) => wanted.includes(traffic),
  tlpTrafficIs: (w, { slot }, ...wanted) => wanted.includes(tlp(w, slot).traffic),

  tdiDrained: (w, { tdi }) =>
    w.tlp.every((t) => t.kind === 'none' || t.tdi !== tdi) && !sendsToPeer(w, tdi),
  readsDrained: (w, { tdi }) =>
    w.tlp.every((t) => t.kind === 'none' || t.kind === 'write' || t.tdi !== tdi) &&
    !sendsToPeer(w, tdi, 'read'),
  postedDrained: (w, { tdi }) =>
    w.tlp.every((t) => t.kind !== 'write' || t.tdi !== tdi) && !sendsToPeer(w, tdi, 'write'),

  send: (w, { tdi, page, access, traffic }) => {
    const slot = w.tlp.findIndex((t) => t.kind === 'none');
    if (slot < 0) throw new Error('send: no slot is free; guard first');
    const legacy = traffic === 'legacy';
    const sender = row(w, 'tdi', tdi);
    const tenant = row(w, 'tsm', tdi).boundTo;
    const writes = access === 'write';
    const secret = traffic === 'private' ? tenant : legacy ? sender.holds : null;
    return patch(w, 'tlp', slot, {
      kind: access,
      traffic,
      tdi,
      page,
      ...(legacy ? { keySet: null, key: null } : protection(w)),
      run: sender.run,
      ownership: row(w, 'page', page).ownership,
      tenant,
      data: writes ? secret : null,
    });
  },
  freeSlot: (w, { slot }) => ({ ...w, tlp: without(w, slot) }),
  answer: (w, { slot }) => {
    const t = tlp(w, slot);
    const rest = without(w, slot);
    const completion: Tlp = {
      ...t,
      kind: 'completion',
      ...(t.traffic === 'legacy' ? { keySet: null, key: null } : protection(w)),
      data: t.traffic === 'shared' ? null : row(w, 'page', t.page).data,
    };
    const place = rest.findIndex((x) => x.kind === 'none');
    return { ...w, tlp: rest.map((x, i) => (i === place ? completion : x)) };
  },
  keyStale: (w, { slot }) => {
    const t = tlp(w, slot);
    return t.keySet === null || t.key !== row(w, 'keySet', t.keySet).generation;
  },
  setNotStarted: (w, { slot }) => {
    const t = tlp(w, slot);
    return t.keySet === null || !row(w, 'keySet', t.keySet).go;
  },
  behindGap: (w, { slot }) => {
    const t = tlp(w, slot);
    return t.keySet !== null && row(w, 'gap', t.keySet)[SUB[t.kind]];
  },
  overtakesOwn: (w, { slot }) => {
    const t = tlp(w, slot);
    return older(w, slot, (o) => o.kind === t.kind && o.keySet === t.keySet);
  },
  olderInFlight: (w, { slot }) => older(w, slot, () => true),
  overtakesPosted: (w, { slot }) => {
    const t = tlp(w, slot);
    if (t.kind !== 'read' || t.traffic === 'legacy') return false;
    const lost = t.keySet !== null && row(w, 'gap', t.keySet).PR;
    return lost || older(w, slot, (o) => o.kind === 'write');
  },
  answerOutOfOrder: (w, { slot }) => {
    const t = tlp(w, slot);
    if (t.kind !== 'read' || t.traffic === 'legacy') return false;
    const { keySet, key } = protection(w);
    if (keySet === null) return false;
    const isBefore = (o: Tlp) => o.kind === 'completion' && o.keySet === keySet && o.key === key;
    return row(w, 'gap', keySet).CPL || w.tlp.some(isBefore);
  },
  noteGap: (w, { slot }) => {
    const t = tlp(w, slot);
    if (t.keySet === null || t.key !== row(w, 'keySet', t.keySet).generation) return w;
    return patch(w, 'gap', t.keySet, { [SUB[t.kind]]: true });
  },
  runEpisodeCurrent: (w, { slot }) => {
    const t = tlp(w, slot);
    return t.run === row(w, 'tdi', t.tdi).run;
  },
  copyGrants: (w, { slot }) => {
    const t = tlp(w, slot);
    return cell(w, t.tdi, t.page).iotlb === wants(t);
  },
  tableGrants: (w, { slot }) => {
    const t = tlp(w, slot);
    return cell(w, t.tdi, t.page).table === wants(t);
  },
  pageReachable: (w, { slot }) => {
    const t = tlp(w, slot);
    const { owner, accepted } = row(w, 'page', t.page);
    return t.traffic === 'private'
      ? owner !== null && owner === row(w, 'tsm', t.tdi).boundTo && accepted
      : owner === null;
  },
  fillCopy: (w, { slot }) => {
    const t = tlp(w, slot);
    return patchCell(w, t.tdi, t.page, { iotlb: cell(w, t.tdi, t.page).table });
  },
  writeLands: (w, { slot }) => {
    const t = tlp(w, slot);
    return patch(w, 'page', t.page, { data: t.data });
  },
  deviceReceives: (w, { slot }) => {
    const t = tlp(w, slot);
    return t.data === null ? w : patch(w, 'tdi', t.tdi, { holds: t.data });
  },
};
