/** Packed meaning of the words about the host kernel's books. */
import type { HOST } from '../../model/words/host.ts';
import { ix, known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const hostWords: PackedMeaning<typeof HOST> = {
  tsmRegistered: (s) => s.dsm().registered,
  registerTsm: (s) => s.dsm().set({ registered: true }),
  unregisterTsm: (s) => s.dsm().set({ registered: false }),
  contextIs: (s, _, ...names) => s.dsm().context.isIn(...names),
  contextTo: (s, _, context) => s.dsm().set({ context }),
  hostCountsBound: (s) => s.some('Tdi', (tdi) => s.fn(tdi).bound.is('no').not),

  fnPresent: (s, { tdi }) => s.fn(tdi).present,
  pfPresent: (s) => s.fn(ix('Tdi', 0)).present,
  someVfPresent: (s) => s.some('Tdi', (tdi) => tdi.is(ix('Tdi', 0)).not.and(s.fn(tdi).present)),
  fnAppears: (s, { tdi }) => s.fn(tdi).set({ present: true }),
  fnVanishes: (s, { tdi }) => s.fn(tdi).clear().fn(tdi).set({ present: false }),
  inStream: (s, { tdi }) => s.fn(tdi).inStream,
  coverFn: (s, { tdi }) => s.fn(tdi).set({ inStream: true }),
  uncoverFn: (s, { tdi }) => s.fn(tdi).set({ inStream: false }),

  hostDriverIs: (s, { tdi }, ...names) => s.fn(tdi).driver.isIn(...names),
  hostDriverIsAlready: (s, { tdi, driver }) => s.fn(tdi).driver.is(driver),
  wantsNoDriver: (_, { driver }) => known(driver === 'none'),
  setHostDriver: (s, { tdi, driver }) => s.fn(tdi).set({ driver }),
  fnOpen: (s, { tdi }) => s.fn(tdi).opener.isNone.not,
  openFor: (s, { tdi, guest }) => s.fn(tdi).set({ opener: guest }),
  closeFn: (s, { tdi }) =>
    s.fn(tdi).set({
      opener: null,
      iommufd: 'unattached',
      dte: 'off',
      bar: 'mappable',
      bound: 'no',
    }),
  openerIs: (s, { tdi }, ...phases) =>
    s.some('Guest', (guest) =>
      s
        .fn(tdi)
        .opener.is(guest)
        .and(s.vm(guest).phase.isIn(...phases)),
    ),
  boundToOpener: (s, { tdi }) => {
    const { opener } = s.fn(tdi);
    return opener.isNone.not.and(opener.same(s.tsm(tdi).boundTo));
  },
  attachedFor: (s, { guest }) =>
    s.some('Tdi', (tdi) => s.fn(tdi).opener.is(guest).and(s.fn(tdi).iommufd.is('unattached').not)),
  iommufdIs: (s, { tdi }, ...names) => s.fn(tdi).iommufd.isIn(...names),
  iommufdTo: (s, { tdi }, iommufd) => s.fn(tdi).set({ iommufd }),
  dteTo: (s, { tdi }, dte) => s.fn(tdi).set({ dte }),
  hostBarIs: (s, { tdi }, ...names) => s.fn(tdi).bar.isIn(...names),
  hostBarTo: (s, { tdi }, bar) => s.fn(tdi).set({ bar }),
  hostSays: (s, { tdi }, ...names) => s.fn(tdi).bound.isIn(...names),
  hostNotes: (s, { tdi }, bound) => s.fn(tdi).set({ bound }),

  ioasIs: (s, { guest, page }, ...names) => s.ioas(guest, page).kind.isIn(...names),
  ioasMap: (s, { guest, page, space }) => s.ioas(guest, page).set({ kind: space }),
  ioasUnmap: (s, { guest, page }) => s.ioas(guest, page).set({ kind: 'unmapped' }),

  recoveryIs: (s, _, ...names) => s.dsm().recovery.isIn(...names),
  recoveryTo: (s, _, recovery) => s.dsm().set({ recovery }),
  staleState: (s) => s.dsm().stale,
  markStale: (s) => s.dsm().set({ stale: true }),
  clearStale: (s) => s.dsm().set({ stale: false }),
};
