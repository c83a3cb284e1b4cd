/** What the words of words/host.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { HOST } from '../words/host.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

const CLOSED = {
  opener: null,
  iommufd: 'unattached',
  dte: 'off',
  bar: 'mappable',
  bound: 'no',
} as const;
type Ioas = World['ioas'][number][number];
const putIoas = (w: World, guest: number, page: number, kind: Ioas['kind']): World => ({
  ...w,
  ioas: w.ioas.map((pages, g) =>
    g === guest ? pages.map((c, p) => (p === page ? { ...c, kind } : c)) : pages,
  ),
});

export const HOST_MEANING: ModelMeaning<typeof HOST, World> = {
  tsmRegistered: (w) => w.dsm.registered,
  registerTsm: (w) => patchOne(w, 'dsm', { registered: true }),
  unregisterTsm: (w) => patchOne(w, 'dsm', { registered: false }),
  contextIs: (w, _, ...asked) => asked.includes(w.dsm.context),
  contextTo: (w, _, context) => patchOne(w, 'dsm', { context }),
  hostCountsBound: (w) => w.fn.some((f) => f.bound !== 'no'),

  fnPresent: (w, { tdi }) => row(w, 'fn', tdi).present,
  pfPresent: (w) => row(w, 'fn', 0).present,
  someVfPresent: (w) => w.fn.some((f, i) => i > 0 && f.present),
  fnAppears: (w, { tdi }) => patch(w, 'fn', tdi, { present: true }),
  fnVanishes: (w, { tdi }) =>
    patch(w, 'fn', tdi, { ...CLOSED, present: false, inStream: false, driver: 'none' }),
  inStream: (w, { tdi }) => row(w, 'fn', tdi).inStream,
  coverFn: (w, { tdi }) => patch(w, 'fn', tdi, { inStream: true }),
  uncoverFn: (w, { tdi }) => patch(w, 'fn', tdi, { inStream: false }),

  hostDriverIs: (w, { tdi }, ...asked) => asked.includes(row(w, 'fn', tdi).driver),
  hostDriverIsAlready: (w, { tdi, driver }) => row(w, 'fn', tdi).driver === driver,
  wantsNoDriver: (_, { driver }) => driver === 'none',
  setHostDriver: (w, { tdi, driver }) => patch(w, 'fn', tdi, { driver }),
  fnOpen: (w, { tdi }) => row(w, 'fn', tdi).opener !== null,
  openFor: (w, { tdi, guest }) => patch(w, 'fn', tdi, { opener: guest }),
  closeFn: (w, { tdi }) => patch(w, 'fn', tdi, CLOSED),
  openerIs: (w, { tdi }, ...phases) => {
    const { opener } = row(w, 'fn', tdi);
    return opener !== null && phases.includes(row(w, 'vm', opener).phase);
  },
  boundToOpener: (w, { tdi }) => {
    const { opener } = row(w, 'fn', tdi);
    return opener !== null && row(w, 'tsm', tdi).boundTo === opener;
  },
  attachedFor: (w, { guest }) => w.fn.some((f) => f.opener === guest && f.iommufd !== 'unattached'),
  iommufdIs: (w, { tdi }, ...asked) => asked.includes(row(w, 'fn', tdi).iommufd),
  iommufdTo: (w, { tdi }, iommufd) => patch(w, 'fn', tdi, { iommufd }),
  dteTo: (w, { tdi }, dte) => patch(w, 'fn', tdi, { dte }),
  hostBarIs: (w, { tdi }, ...asked) => asked.includes(row(w, 'fn', tdi).bar),
  hostBarTo: (w, { tdi }, bar) => patch(w, 'fn', tdi, { bar }),
  hostSays: (w, { tdi }, ...asked) => asked.includes(row(w, 'fn', tdi).bound),
  hostNotes: (w, { tdi }, bound) => patch(w, 'fn', tdi, { bound }),

  ioasIs: (w, { guest, page }, ...asked) =>
    asked.some((kind) => w.ioas[guest]?.[page]?.kind === kind),
  ioasMap: (w, { guest, page, space }) => putIoas(w, guest, page, space),
  ioasUnmap: (w, { guest, page }) => putIoas(w, guest, page, 'unmapped'),

  recoveryIs: (w, _, ...asked) => asked.includes(w.dsm.recovery),
  recoveryTo: (w, _, recovery) => patchOne(w, 'dsm', { recovery }),
  staleState: (w) => w.dsm.stale,
  markStale: (w) => patchOne(w, 'dsm', { stale: true }),
  clearStale: (w) => patchOne(w, 'dsm', { stale: false }),
};
