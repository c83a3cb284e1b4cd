/**
 * What can always be brought to an end: by the host with a device that is dead and a relay that drops everything,
 * or by all who want it.
 */
import type { WorldView } from '../model/world.ts';
import { bounded, type Live, type Move, recover } from './property.ts';

const move = (rule: string, args?: Move['args']): Move => (args ? { rule, args } : { rule });
/**
 * What the host needs nobody for: it blocks, unmaps, waits for the IOMMU, and ends the unbind by force; where a
 * platform wants the STOP first, and the device is silent, a reset ends the session.
 */
const FORCED: readonly Move[] = [
  move('tsm.unbind.begin'),
  move('iommu.invalidate.end'),
  move('iommu.invalidate.begin'),
  move('tsm.notice'),
  move('mmio.unmap'),
  move('tsm.unbind.force'),
  move('reset.conventional'),
];
/** A STOP, from the host’s request to the device’s answer. */
const STOP: readonly Move[] = [
  move('tsm.return'),
  move('tdisp.stop.end'),
  move('tdisp.stop.drain'),
  move('tdisp.stop.begin'),
  move('fabric.deliver'),
  move('relay.abort'),
  move('tsm.unbind.begin'),
  move('tsm.unbind.stop'),
];

const isBound = (w: WorldView, t: number): boolean => w.tsm[t]!.boundTo !== null;
const someIn = (w: WorldView, state: WorldView['tdi'][number]['state']): boolean => {
  for (let t = 0; t < w.tdi.length; t++)
    if (w.tdi[t]!.state === state && isBound(w, t)) return true;
  return false;
};
/** Nothing of any page is mapped, copied or being flushed for a TDI. */
function isUntranslated(w: WorldView, t: number): boolean {
  for (let p = 0; p < w.page.length; p++) {
    const { table, iotlb, flush } = w.dma[t]![p]!;
    if (table !== 'none' || iotlb !== 'none' || flush !== 'clean') return false;
  }
  return true;
}
function someTdi(w: WorldView, test: (w: WorldView, t: number) => boolean): boolean {
  for (let t = 0; t < w.tdi.length; t++) if (test(w, t)) return true;
  return false;
}
const pagesPrivate = (w: WorldView): boolean => {
  for (let p = 0; p < w.page.length; p++) if (w.page[p]!.owner !== null) return true;
  return false;
};
const UNBIND_READS = ['tsm.boundTo', 'tdi.state', 'device.present', 'session.phase'] as const;

export const LIVE: readonly Live[] = [
  bounded({
    id: 'live-unbind-terminates',
    facets: ['force'],
    title:
      'The host unbinds a TDI in a few steps, with a dead device and a relay that drops everything',
    clauses: ['verb-unbind', 'tsm-force'],
    reads: UNBIND_READS,
    of: 'Tdi',
    by: ['host', 'fabric'],
    moves: FORCED,
    within: 12,
    goal: (w, t) => !isBound(w, t),
    wants: 'it is bound to nobody',
    witnesses: {
      'a TDI in RUN': (s) => someIn(s.after, 'RUN'),
      'a TDI in ERROR': (s) => someIn(s.after, 'ERROR'),
      'no session': (s) => s.after.session.phase !== 'established',
    },
  }),

  bounded({
    id: 'unbind-always-terminates',
    facets: ['force'],
    title:
      'The host takes everything of every TDI back, whatever TSM, device and guests do meanwhile',
    clauses: ['verb-unbind', 'tsm-force', 'iommu-invalidate'],
    reads: ['tsm.boundTo', 'dma.table', 'dma.iotlb', 'dma.flush', 'mmio.guest'],
    of: 'world',
    by: ['host', 'fabric'],
    // last, because a trusted table is emptied by the unbind itself
    moves: [...FORCED, move('iommu.unmap')],
    // Of three TDIs and four pages, each entry is unmapped by itself where the table is the host’s.
    within: 60,
    goal: (w) =>
      !someTdi(w, (x, t) => isBound(x, t) || !isUntranslated(x, t) || x.mmio[t]!.guest !== null),
    wants: 'nothing is bound, mapped or translated',
    witnesses: {
      'a page mapped': (s) => someTdi(s.after, (w, t) => !isUntranslated(w, t)),
      'two TDIs bound, where there are two': (s) => {
        let n = 0;
        for (let t = 0; t < s.after.tsm.length; t++) if (isBound(s.after, t)) n++;
        return n >= Math.min(2, s.after.tsm.length);
      },
    },
    sizes: { Page: 1 },
  }),

  bounded({
    id: 'always-reclaimable',
    facets: ['force'],
    title: 'The host gets every page back, whatever TSM, device and guests do meanwhile',
    clauses: ['page-conversion', 'verb-unbind'],
    reads: ['page.owner', 'dma.table'],
    of: 'world',
    by: ['host', 'fabric'],
    moves: [
      move('iommu.unmap'),
      move('peer.unmap'),
      move('peer.invalidate'),
      move('page.take'),
      ...FORCED,
    ],
    within: 60,
    goal: (w) => !pagesPrivate(w),
    wants: 'no page is anybody’s private one',
    witnesses: {
      'a private page mapped': (s) =>
        someTdi(s.after, (w, t) => {
          for (let p = 0; p < w.page.length; p++)
            if (w.dma[t]![p]!.table === 'private') return true;
          return false;
        }),
    },
  }),

  bounded({
    id: 'live-invalidation-terminates',
    title: 'An invalidation that runs completes, whatever anybody does meanwhile',
    clauses: ['iommu-invalidate'],
    reads: ['dma.flush'],
    of: 'Tdi',
    by: ['fabric'],
    moves: [move('iommu.invalidate.end')],
    within: 3,
    goal: (w, t) => {
      for (let p = 0; p < w.page.length; p++) if (w.dma[t]![p]!.flush === 'pending') return false;
      return true;
    },
    wants: 'no invalidation is pending',
    witnesses: { pending: () => true },
  }),

  bounded({
    id: 'live-stop-terminates',
    title: 'A STOP that the device has begun ends, whatever host and guests do meanwhile',
    clauses: ['tdisp-stop-tags'],
    sizes: { Slot: 1 },
    reads: ['tdi.stop', 'tlp.kind'],
    of: 'Tdi',
    by: ['device', 'tsm', 'fabric'],
    moves: [
      move('tdisp.stop.end'),
      move('tdisp.stop.drain'),
      move('fabric.deliver'),
      move('p2p.deliver'),
    ],
    within: 16,
    goal: (w, t) => w.tdi[t]!.stop === 'idle',
    wants: 'the STOP is over',
    witnesses: {
      'with a TLP in flight': (s) => s.after.tlp[0]!.kind !== 'none',
    },
  }),

  recover({
    id: 'live-error-recoverable',
    facets: ['force'],
    title: 'From ERROR there is a way back to CONFIG_UNLOCKED',
    clauses: ['tdisp-error', 'tdisp-stop-tags', 'rst-conventional'],
    reads: ['tdi.state', 'device.present', 'session.phase', 'link.session'],
    of: 'Tdi',
    by: ['host', 'tsm', 'device', 'fabric'],
    moves: [...STOP, move('reset.conventional')],
    within: 20,
    goal: (w, t) => w.tdi[t]!.state !== 'ERROR',
    wants: 'it is out of ERROR',
    witnesses: {
      'over a live session': (s) => s.after.session.phase === 'established',
    },
  }),

  recover({
    id: 'os-broken-recoverable',
    title: 'A guest and a host that want it get a broken device back to shared',
    clauses: ['os-recover', 'os-unlock'],
    facets: ['os', 'mmio', 'mse', 'force'],
    reads: ['os.mode', 'vm.phase'],
    of: 'Tdi',
    by: ['host', 'guest', 'fabric'],
    moves: [move('os.driver.remove'), move('os.buffer.unmap'), move('os.unlock'), ...FORCED],
    within: 30,
    goal: (w, t) => {
      for (let g = 0; g < w.os.length; g++)
        if (w.os[g]![t]!.mode === 'broken' && w.vm[g]!.phase === 'running') return false;
      return true;
    },
    wants: 'it is broken for no guest that runs',
    witnesses: {
      broken: () => true,
    },
  }),
];
