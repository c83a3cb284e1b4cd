/** Packed meaning of the words about TLPs in flight. */
import type { FABRIC } from '../../model/words/fabric.ts';
import { all, any, type Bool, type Ix, known, type Val } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

type Slot = Ix<'Slot'>;
type Tdi = Ix<'Tdi'>;

const isLegacy = (s: S, slot: Slot): Bool => s.tlp(slot).traffic.is('legacy');
const isTrusted = (s: S, slot: Slot): Bool => isLegacy(s, slot).not;
/** The row of translation that the TLP needs. */
const entryOf = (s: S, slot: Slot) => s.dma(s.tlp(slot).tdi.ix, s.tlp(slot).page.ix);
/** An entry serves the half that the TLP asks for; of none, and for legacy traffic, no entry does. */
const grants = (s: S, slot: Slot, entry: Val<'none' | 'shared' | 'private' | 'elsewhere'>): Bool =>
  any((['shared', 'private'] as const).map((h) => entry.is(h).and(s.tlp(slot).traffic.is(h))));
/** No TLP of the kinds listed belongs to the TDI; an empty slot belongs to nobody. */
const noneOf = (s: S, owner: Tdi, ...kinds: ('write' | 'read' | 'completion')[]): Bool =>
  s.every('Slot', (slot) => {
    const { tdi, kind } = s.tlp(slot);
    return tdi.is(owner).and(kind.isIn(...kinds)).not;
  });
/** No request of these kinds goes from the TDI to the second device. */
const noneToPeer = (s: S, owner: Tdi, ...kinds: ('write' | 'read')[]): Bool => {
  const { way, tdi, access } = s.p2pTlp();
  return all([way.is('toPeer'), tdi.is(owner), access.isIn(...kinds)]).not;
};
/** It holds for a TLP in a lower slot: slots lie in order of age, oldest first. */
function someOlder(s: S, slot: Slot, holds: (older: Slot) => Bool): Bool {
  const slots = s.members('Slot');
  const isAbove = (n: number): Bool => any(slots.slice(n + 1).map((above) => slot.is(above)));
  return any(slots.map((older, n) => isAbove(n).and(holds(older))));
}
/** Both are of one sub-stream and key set. The kind tells the sub-stream. */
function sharesCounter(s: S, one: Slot, other: Slot): Bool {
  const { kind, keySet } = s.tlp(one);
  return kind.same(s.tlp(other).kind).and(keySet.same(s.tlp(other).keySet));
}

/** The slots above a slot close up over it; the last one is then as if it had never been used. */
function withoutTlp(s: S, slot: Slot): S {
  const slots = s.members('Slot');
  return slots.reduce((t, here, n) => {
    const above = slots[n + 1];
    if (above === undefined) return t.tlp(here).clear();
    const moves = any(slots.slice(0, n + 1).map((gone) => slot.is(gone)));
    return t.when(moves, (u) => u.tlp(here).set(u.tlp(above).copy()));
  }, s);
}
/** Changes made to the lowest free slot; none if there is none. */
const inFreeSlot = (s: S, fill: (s: S, slot: Slot) => S): S =>
  s.members('Slot').reduceRight<(s: S) => S>(
    (next, slot) => (t) => t.when(t.tlp(slot).kind.is('none'), (u) => fill(u, slot), next),
    (t) => t,
  )(s);
/** A TLP that goes under IDE now: key set and material are those chosen for sending. */
const protect = (s: S, slot: Slot): S =>
  s.tlp(slot).set({ keySet: s.stream().sending, key: 'current' });

export const fabricWords: PackedMeaning<typeof FABRIC> = {
  inFlight: (s, { slot }) => s.tlp(slot).kind.is('none').not,
  slotFree: (s) => s.some('Slot', (slot) => s.tlp(slot).kind.is('none')),
  senderOf: (s, { slot }) => s.tlp(slot).tdi.ix,
  tlpIs: (s, { slot }, ...kinds) => s.tlp(slot).kind.isIn(...kinds),
  trafficIs: (_, { traffic }, ...listed) => known(listed.includes(traffic)),
  tlpTrafficIs: (s, { slot }, ...listed) => s.tlp(slot).traffic.isIn(...listed),

  tdiDrained: (s, { tdi }) =>
    s.every('Slot', (slot) => s.tlp(slot).tdi.is(tdi).not).and(noneToPeer(s, tdi, 'write', 'read')),
  readsDrained: (s, { tdi }) =>
    noneOf(s, tdi, 'read', 'completion').and(noneToPeer(s, tdi, 'read')),
  postedDrained: (s, { tdi }) => noneOf(s, tdi, 'write').and(noneToPeer(s, tdi, 'write')),

  send: (s, { tdi, page, access, traffic }) => {
    const isT1 = traffic !== 'legacy';
    const tenant = s.tsm(tdi).boundTo;
    const carried = traffic === 'private' ? tenant : isT1 ? null : s.tdi(tdi).holds;
    const ids = { kind: access, traffic, tdi, page, ownership: 'current' } as const;
    const ghosts = { tenant, data: access === 'write' ? carried : null };
    const bare = {
      ...ids,
      ...ghosts,
      run: 'current',
      keySet: null,
      key: 'none',
    } as const;
    return inFreeSlot(s, (t, slot) => {
      const sent = t.tlp(slot).set(bare);
      return isT1 ? protect(sent, slot) : sent;
    });
  },
  freeSlot: (s, { slot }) => withoutTlp(s, slot),
  answer: (s, { slot }) => {
    const { tdi, page, traffic, run, ownership, tenant } = s.tlp(slot);
    const { data } = s.page(page.ix);
    const same = { tdi, page, traffic, run, ownership, tenant };
    const bare = { kind: 'completion', ...same, keySet: null, key: 'none', data: null } as const;
    return inFreeSlot(withoutTlp(s, slot), (t, free) =>
      t
        .tlp(free)
        .set(bare)
        .when(isTrusted(s, slot), (u) => protect(u, free))
        .when(traffic.isIn('private', 'legacy'), (u) => u.tlp(free).set({ data })),
    );
  },
  keyStale: (s, { slot }) => s.tlp(slot).key.isStale,
  setNotStarted: (s, { slot }) => s.keySet(s.tlp(slot).keySet.ix).go.not,
  behindGap: (s, { slot }) => {
    const { kind, keySet } = s.tlp(slot);
    const { PR, NPR, CPL } = s.gap(keySet.ix);
    return any([
      kind.is('write').and(PR),
      kind.is('read').and(NPR),
      kind.is('completion').and(CPL),
    ]);
  },
  overtakesOwn: (s, { slot }) =>
    someOlder(s, slot, (older) => isTrusted(s, older).and(sharesCounter(s, older, slot))),
  olderInFlight: (s, { slot }) => someOlder(s, slot, (older) => isTrusted(s, older)),
  overtakesPosted: (s, { slot }) =>
    all([
      s.tlp(slot).kind.is('read'),
      isTrusted(s, slot),
      s
        .gap(s.tlp(slot).keySet.ix)
        .PR.or(
          someOlder(s, slot, (older) => s.tlp(older).kind.is('write').and(isTrusted(s, older))),
        ),
    ]),
  answerOutOfOrder: (s, { slot }) => {
    const { sending } = s.stream();
    const isBefore = (other: Slot): Bool => {
      const { kind, keySet, key } = s.tlp(other);
      return all([kind.is('completion'), keySet.same(sending), key.isCurrent]);
    };
    return all([
      s.tlp(slot).kind.is('read'),
      isTrusted(s, slot),
      sending.isNone.not,
      s.gap(sending.ix).CPL.or(s.some('Slot', isBefore)),
    ]);
  },
  noteGap: (s, { slot }) => {
    const { kind, keySet, key } = s.tlp(slot);
    const { PR, NPR, CPL } = s.gap(keySet.ix);
    const lost = {
      PR: PR.or(kind.is('write')),
      NPR: NPR.or(kind.is('read')),
      CPL: CPL.or(kind.is('completion')),
    };
    return s.when(key.isCurrent, (t) => t.gap(keySet.ix).set(lost));
  },
  runEpisodeCurrent: (s, { slot }) => s.tlp(slot).run.isCurrent,
  copyGrants: (s, { slot }) => grants(s, slot, entryOf(s, slot).iotlb),
  tableGrants: (s, { slot }) => grants(s, slot, entryOf(s, slot).table),
  pageReachable: (s, { slot }) => {
    const { traffic, tdi, page } = s.tlp(slot);
    const { owner, accepted } = s.page(page.ix);
    const isOwn = all([owner.isNone.not, owner.same(s.tsm(tdi.ix).boundTo), accepted]);
    const isPrivate = traffic.is('private');
    return isPrivate.and(isOwn).or(isPrivate.not.and(owner.isNone));
  },
  fillCopy: (s, { slot }) => entryOf(s, slot).set({ iotlb: entryOf(s, slot).table }),
  writeLands: (s, { slot }) => s.page(s.tlp(slot).page.ix).set({ data: s.tlp(slot).data }),
  deviceReceives: (s, { slot }) => {
    const { tdi, data } = s.tlp(slot);
    return s.when(data.isNone.not, (t) => t.tdi(tdi.ix).set({ holds: data }));
  },
};
