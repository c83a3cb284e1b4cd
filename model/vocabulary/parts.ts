/** How the meanings take a world apart and put it together again. Nothing here is mutated. */
import type { World } from '../world.ts';

type RowsOf = {
  tdi: World['tdi'][number];
  queue: World['queue'][number];
  td: World['td'][number];
  seGuest: World['seGuest'][number];
  secret: World['secret'][number];
  tsm: World['tsm'][number];
  page: World['page'][number];
  mmio: World['mmio'][number];
  kernel: World['kernel'][number];
  keySet: World['keySet'][number];
  gap: World['gap'][number];
  tlp: World['tlp'][number];
  tioTdi: World['tioTdi'][number];
  fence: World['fence'][number];
  vm: World['vm'][number];
  image: World['image'][number];
  fn: World['fn'][number];
  peerDma: World['peerDma'][number];
  p2pTdi: World['p2pTdi'][number];
  plain: World['plain'][number];
};
type OneOf = {
  device: World['device'];
  rootPort: World['rootPort'];
  session: World['session'];
  stream: World['stream'];
  link: World['link'];
  relay: World['relay'];
  tio: World['tio'];
  dsm: World['dsm'];
  peer: World['peer'];
  peerTlp: World['peerTlp'];
  p2p: World['p2p'];
  p2pTlp: World['p2pTlp'];
};
export type Tlp = World['tlp'][number];

/** The list with one member replaced. */
export const replace = <T>(list: readonly T[], i: number, x: T): readonly T[] => {
  const copy = list.slice();
  copy[i] = x;
  return copy;
};
/** Member i of a table; an index out of range is a bug of ours. */
export const row = <G extends keyof RowsOf>(w: World, group: G, i: number): RowsOf[G] => {
  const found = (w[group] as readonly RowsOf[G][])[i];
  if (found === undefined) throw new RangeError(`row: ${group} has no member ${i}`);
  return found;
};
/** The world with some fields of one member changed. */
export const patch = <G extends keyof RowsOf>(
  w: World,
  group: G,
  i: number,
  change: Partial<RowsOf[G]>,
): World => ({
  ...w,
  [group]: replace(w[group] as readonly RowsOf[G][], i, { ...row(w, group, i), ...change }),
});
/** The world with some fields of a single record changed. */
export const patchOne = <G extends keyof OneOf>(
  w: World,
  group: G,
  change: Partial<OneOf[G]>,
): World => ({ ...w, [group]: { ...w[group], ...change } });

/** The translation of one page for one TDI. */
export const cell = (w: World, tdi: number, page: number): World['dma'][number][number] => {
  const found = w.dma[tdi]?.[page];
  if (found === undefined)
    throw new RangeError(`cell: no translation of page ${page} for TDI ${tdi}`);
  return found;
};
/** The world with one translation changed. */
export const patchCell = (
  w: World,
  tdi: number,
  page: number,
  change: Partial<World['dma'][number][number]>,
): World => ({
  ...w,
  dma: replace(w.dma, tdi, replace(w.dma[tdi] ?? [], page, { ...cell(w, tdi, page), ...change })),
});
/** The world with every translation of one TDI changed by a function. */
export const patchCells = (
  w: World,
  tdi: number,
  change: (c: World['dma'][number][number]) => World['dma'][number][number],
): World => ({ ...w, dma: replace(w.dma, tdi, (w.dma[tdi] ?? []).map(change)) });

/** What the kernel of a guest does with one TDI. */
export const osOf = (w: World, guest: number, tdi: number): World['os'][number][number] => {
  const found = w.os[guest]?.[tdi];
  if (found === undefined) throw new RangeError(`osOf: guest ${guest} and TDI ${tdi}`);
  return found;
};
/** The world with that changed. */
export const patchOs = (
  w: World,
  guest: number,
  tdi: number,
  change: Partial<World['os'][number][number]>,
): World => ({
  ...w,
  os: replace(w.os, guest, replace(w.os[guest] ?? [], tdi, { ...osOf(w, guest, tdi), ...change })),
});

/** What one guest has done about one TDI. */
export const dealing = (w: World, guest: number, tdi: number): World['guest'][number][number] => {
  const found = w.guest[guest]?.[tdi];
  if (found === undefined) throw new RangeError(`dealing: guest ${guest} and TDI ${tdi}`);
  return found;
};
/** The world with that changed. */
export const patchDealing = (
  w: World,
  guest: number,
  tdi: number,
  change: Partial<World['guest'][number][number]>,
): World => ({
  ...w,
  guest: replace(
    w.guest,
    guest,
    replace(w.guest[guest] ?? [], tdi, { ...dealing(w, guest, tdi), ...change }),
  ),
});
