/** Packed meaning of the words about the firmware of SEV-TIO. */
import type { TIO } from '../../model/words/tio.ts';
import { all, any, type Bool, type Ix, ix, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

/** Does it for the guest that the TDI is bound to; for nobody, nothing. */
const forOwner = (s: S, tdi: Ix<'Tdi'>, change: (s: S, guest: Ix<'Guest'>) => S): S =>
  s.each('Guest', (t, guest) => t.when(s.tsm(tdi).boundTo.is(guest), (u) => change(u, guest)));
const entryOf = (s: S, slot: Ix<'Slot'>) => s.dma(s.tlp(slot).tdi.ix, s.tlp(slot).page.ix);
const isPrivate = (s: S, slot: Ix<'Slot'>): Bool => s.tlp(slot).traffic.is('private');

export const tioWords: PackedMeaning<typeof TIO> = {
  tioFeatureIs: (s, _, ...listed) => s.tio().feature.isIn(...listed),
  tioFeatureTo: (s, _, feature) => s.tio().set({ feature }),
  tioDeviceIs: (s, _, ...listed) => s.tio().context.isIn(...listed),
  tioDeviceTo: (s, _, context) => s.tio().set({ context }),
  tioPendingIs: (s, _, ...listed) => s.tio().pending.isIn(...listed),
  tioPend: (s, _, pending) => s.tio().set({ pending }),
  tioNoteOldKeys: (s) => s.tio().set({ oldKeys: s.stream().sending }),
  someTdiRuns: (s) => s.some('Tdi', (tdi) => s.tdi(tdi).state.is('RUN')),
  tioOldKeysAre: (s, { keySet }) => s.tio().oldKeys.is(keySet),
  tioForgetOldKeys: (s) => s.tio().set({ oldKeys: null }),
  tioKeysRolled: (s) => {
    const { sending } = s.stream();
    return sending.isNone.not.and(sending.same(s.tio().oldKeys).not);
  },
  tioReported: (s) => s.tio().reported,
  tioReport: (s) => s.tio().set({ reported: true }),
  tioUnreport: (s) => s.tio().set({ reported: false }),
  tioBuffersSmall: (s) => s.tio().largeBuffers.not,
  tioExpandBuffers: (s) => s.tio().set({ largeBuffers: true }),
  tioMeasuredIs: (s, _, ...listed) => s.tio().measured.isIn(...listed),
  tioMeasured: (s, _, measured) => s.tio().set({ measured }),
  pf: () => ix('Tdi', 0),
  streamEnabled: (s) => s.stream().enabled,
  tioConnectIs: (_, { connect }, ...listed) => known(listed.includes(connect)),

  tioTdiIs: (s, { tdi }, ...listed) => s.tioTdi(tdi).context.isIn(...listed),
  tioTdiTo: (s, { tdi }, context) => s.tioTdi(tdi).set({ context }),
  tioSomeTdiContext: (s) => s.some('Tdi', (tdi) => s.tioTdi(tdi).context.is('none').not),
  tioLockIs: (_, { lock }, ...listed) => known(listed.includes(lock)),

  tioShowBlobs: (s, { tdi, blobs }) =>
    s.tioTdi(tdi).set({ blobs: 'current', forged: blobs !== 'genuine' }),
  tioBlobsShown: (s, { tdi }) => s.tioTdi(tdi).blobs.isNone.not,
  tioBlobsMatch: (s, { tdi }) => s.tioTdi(tdi).blobs.isCurrent.and(s.tioTdi(tdi).forged.not),
  tioClaimRun: (s, { tdi }) => s.tioTdi(tdi).set({ claimsRun: true }),
  tioDropHostTables: (s, { tdi }) =>
    s.tioTdi(tdi).set({ blobs: 'none', forged: false, claimsRun: false }),

  tioSdteIs: (_, { sdte }, ...listed) => known(listed.includes(sdte)),
  tioWriteVtom: (s, { tdi, sdte }) => {
    const isWhole = sdte === 'allPrivate' || sdte === 'allShared';
    return s.tioTdi(tdi).set({ vtom: isWhole ? sdte : 'split' });
  },
  tioVtomTo: (s, { tdi }, vtom) => s.tioTdi(tdi).set({ vtom }),
  tioVtomAgrees: (s, { slot }) => {
    const { vtom } = s.tioTdi(s.tlp(slot).tdi.ix);
    const asked = isPrivate(s, slot);
    return any([
      vtom.is('split'),
      vtom.is('allPrivate').and(asked),
      vtom.is('allShared').and(asked.not),
    ]);
  },
  mapElsewhere: (s, { tdi, page }) => s.dma(tdi, page).set({ table: 'elsewhere' }),
  tableMisleads: (s, { slot }) => {
    const { table, iotlb } = entryOf(s, slot);
    return all([isPrivate(s, slot), iotlb.is('private').not, table.is('elsewhere')]);
  },
  copyMisleads: (s, { slot }) => isPrivate(s, slot).and(entryOf(s, slot).iotlb.is('elsewhere')),
  mmioMessageIs: (_, { message }, ...listed) => known(listed.includes(message)),
  unvalidateMmio: (s, { tdi }) => s.mmio(tdi).set({ accepted: false }),

  guestFenced: (s, { guest }) => s.fence(guest).now.is('error'),
  fencedByDefault: (s, { guest }) => s.fence(guest).now.is('default'),
  senderFenced: (s, { slot }) =>
    s.some('Guest', (guest) =>
      s.tsm(s.tlp(slot).tdi.ix).boundTo.is(guest).and(s.fence(guest).now.is('none').not),
    ),
  fenceSender: (s, { slot }) => {
    const { tdi } = s.tlp(slot);
    return forOwner(s, tdi.ix, (t, guest) => t.fence(guest).set({ now: 'error', by: tdi }));
  },
  fenceByDefault: (s, { guest }) => {
    const runs = s.some('Tdi', (tdi) =>
      s.tsm(tdi).boundTo.is(guest).and(s.tsm(tdi).cached.is('RUN')),
    );
    const peerRuns = s.peer().boundTo.is(guest).and(s.peer().state.is('RUN'));
    return s.when(any([runs, peerRuns, s.fence(guest).now.is('error')]).not, (t) =>
      t.fence(guest).set({ now: 'default' }),
    );
  },
  liftDefaultFence: (s, { tdi }) =>
    forOwner(s, tdi, (t, guest) =>
      t.when(t.fence(guest).now.is('default'), (u) => u.fence(guest).set({ now: 'none' })),
    ),
  fenceCauseBound: (s, { guest }) => any([s.fence(guest).by.isNone.not, s.fence(guest).byPeer]),
  fenceCauseLeaves: (s, { tdi }) =>
    s.each('Guest', (t, guest) =>
      t.when(t.fence(guest).by.is(tdi), (u) => u.fence(guest).set({ by: null })),
    ),
  clearFence: (s, { guest }) => s.fence(guest).set({ now: 'none', by: null, byPeer: false }),
};
