/** What the words of words/tio.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { TIO } from '../words/tio.ts';
import type { World } from '../world.ts';
import { cell, patch, patchCell, patchOne, row } from './parts.ts';

/** The T=1 TLP in a slot; asking about an empty slot is a bug of ours. */
function tlp(w: World, slot: number) {
  const { tdi, page, traffic } = row(w, 'tlp', slot);
  if (tdi === null || page === null) throw new Error(`tlp: slot ${slot} is empty; guard first`);
  return { tdi, page, traffic };
}
const runsFor = (w: World, guest: number): boolean =>
  w.tsm.some((t) => t.boundTo === guest && t.cached === 'RUN') ||
  (w.peer.boundTo === guest && w.peer.state === 'RUN');

export const TIO_MEANING: ModelMeaning<typeof TIO, World> = {
  tioFeatureIs: (w, _, ...wanted) => wanted.includes(w.tio.feature),
  tioFeatureTo: (w, _, feature) => patchOne(w, 'tio', { feature }),
  tioDeviceIs: (w, _, ...wanted) => wanted.includes(w.tio.context),
  tioDeviceTo: (w, _, context) => patchOne(w, 'tio', { context }),
  tioPendingIs: (w, _, ...wanted) => wanted.includes(w.tio.pending),
  tioPend: (w, _, pending) => patchOne(w, 'tio', { pending }),
  tioNoteOldKeys: (w) => patchOne(w, 'tio', { oldKeys: w.stream.sending }),
  someTdiRuns: (w) => w.tdi.some((t) => t.state === 'RUN'),
  tioOldKeysAre: (w, { keySet }) => w.tio.oldKeys === keySet,
  tioForgetOldKeys: (w) => patchOne(w, 'tio', { oldKeys: null }),
  tioKeysRolled: (w) => w.stream.sending !== null && w.stream.sending !== w.tio.oldKeys,
  tioReported: (w) => w.tio.reported,
  tioReport: (w) => patchOne(w, 'tio', { reported: true }),
  tioUnreport: (w) => patchOne(w, 'tio', { reported: false }),
  tioBuffersSmall: (w) => !w.tio.largeBuffers,
  tioExpandBuffers: (w) => patchOne(w, 'tio', { largeBuffers: true }),
  tioMeasuredIs: (w, _, ...wanted) => wanted.includes(w.tio.measured),
  tioMeasured: (w, _, measured) => patchOne(w, 'tio', { measured }),
  pf: () => 0,
  streamEnabled: (w) => w.stream.enabled,
  tioConnectIs: (_, { connect }, ...wanted) => wanted.includes(connect),

  tioTdiIs: (w, { tdi }, ...wanted) => wanted.includes(row(w, 'tioTdi', tdi).context),
  tioTdiTo: (w, { tdi }, context) => patch(w, 'tioTdi', tdi, { context }),
  tioSomeTdiContext: (w) => w.tioTdi.some((t) => t.context !== 'none'),
  tioLockIs: (_, { lock }, ...wanted) => wanted.includes(lock),

  tioShowBlobs: (w, { tdi, blobs }) =>
    patch(w, 'tioTdi', tdi, {
      blobs: row(w, 'tsm', tdi).lockSession,
      forged: blobs !== 'genuine',
    }),
  tioBlobsShown: (w, { tdi }) => row(w, 'tioTdi', tdi).blobs !== null,
  tioBlobsMatch: (w, { tdi }) => {
    const { blobs, forged } = row(w, 'tioTdi', tdi);
    return !forged && blobs === row(w, 'tsm', tdi).lockSession;
  },
  tioClaimRun: (w, { tdi }) => patch(w, 'tioTdi', tdi, { claimsRun: true }),
  tioDropHostTables: (w, { tdi }) =>
    patch(w, 'tioTdi', tdi, { blobs: null, forged: false, claimsRun: false }),

  tioSdteIs: (_, { sdte }, ...wanted) => wanted.includes(sdte),
  tioWriteVtom: (w, { tdi, sdte }) =>
    patch(w, 'tioTdi', tdi, {
      vtom: sdte === 'allPrivate' || sdte === 'allShared' ? sdte : 'split',
    }),
  tioVtomTo: (w, { tdi }, vtom) => patch(w, 'tioTdi', tdi, { vtom }),
  tioVtomAgrees: (w, { slot }) => {
    const { tdi, traffic } = tlp(w, slot);
    const { vtom } = row(w, 'tioTdi', tdi);
    return vtom === 'split' || (vtom === 'allPrivate') === (traffic === 'private');
  },
  mapElsewhere: (w, { tdi, page }) => patchCell(w, tdi, page, { table: 'elsewhere' }),
  tableMisleads: (w, { slot }) => {
    const { tdi, page, traffic } = tlp(w, slot);
    const { table, iotlb } = cell(w, tdi, page);
    return traffic === 'private' && iotlb !== 'private' && table === 'elsewhere';
  },
  copyMisleads: (w, { slot }) => {
    const { tdi, page, traffic } = tlp(w, slot);
    return traffic === 'private' && cell(w, tdi, page).iotlb === 'elsewhere';
  },
  mmioMessageIs: (_, { message }, ...wanted) => wanted.includes(message),
  unvalidateMmio: (w, { tdi }) => patch(w, 'mmio', tdi, { accepted: false }),

  guestFenced: (w, { guest }) => row(w, 'fence', guest).now === 'error',
  fencedByDefault: (w, { guest }) => row(w, 'fence', guest).now === 'default',
  senderFenced: (w, { slot }) => {
    const { boundTo } = row(w, 'tsm', tlp(w, slot).tdi);
    return boundTo !== null && row(w, 'fence', boundTo).now !== 'none';
  },
  fenceSender: (w, { slot }) => {
    const { tdi } = tlp(w, slot);
    const { boundTo } = row(w, 'tsm', tdi);
    return boundTo === null ? w : patch(w, 'fence', boundTo, { now: 'error', by: tdi });
  },
  fenceByDefault: (w, { guest }) =>
    row(w, 'fence', guest).now === 'error' || runsFor(w, guest)
      ? w
      : patch(w, 'fence', guest, { now: 'default' }),
  liftDefaultFence: (w, { tdi }) => {
    const { boundTo } = row(w, 'tsm', tdi);
    return boundTo === null || row(w, 'fence', boundTo).now !== 'default'
      ? w
      : patch(w, 'fence', boundTo, { now: 'none' });
  },
  fenceCauseBound: (w, { guest }) =>
    row(w, 'fence', guest).by !== null || row(w, 'fence', guest).byPeer,
  fenceCauseLeaves: (w, { tdi }) => ({
    ...w,
    fence: w.fence.map((f) => (f.by === tdi ? { ...f, by: null } : f)),
  }),
  clearFence: (w, { guest }) => patch(w, 'fence', guest, { now: 'none', by: null, byPeer: false }),
};
