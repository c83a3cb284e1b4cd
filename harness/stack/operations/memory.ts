/** Pages, translation, and DMA as TLPs on the link. */

import { harmedTlp } from '../harm.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { addressOf, FUNCTIONS, type Space, TEE_RANGE } from '../platform.ts';
import { type InFlight, LABEL_BYTES, labelOf, type StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

/** Where a TDI computes what it writes into a guest's memory. */
const COMPUTED_AT = 0;

function give(w: StackWorld, page: number, guest: number): StackOutcome {
  if (w.memory.page(page)?.owner !== 'host') return refused('NOT_SHARED');
  const no = w.tsm.stillReachable(page);
  if (no !== undefined) return no;
  return w.memory.give(page, guest) ? ACCEPTED : refused();
}
function take(w: StackWorld, page: number): StackOutcome {
  if (w.memory.page(page)?.owner === 'host') return refused('NOT_PRIVATE');
  const no = w.tsm.stillReachable(page);
  if (no !== undefined) return no;
  w.memory.reclaim(page);
  return ACCEPTED;
}
function accept(w: StackWorld, page: number, guest: number): StackOutcome {
  const state = w.memory.page(page);
  if (state?.owner === guest && state.accepted) return refused('ACCEPTED');
  return w.memory.accept(page, guest) ? ACCEPTED : refused('NOT_OWNER');
}
function store(w: StackWorld, page: number, guest: number): StackOutcome {
  const state = w.memory.page(page);
  if (state?.owner !== guest) return refused('NOT_OWNER');
  if (!state.accepted) return refused('NOT_ACCEPTED');
  w.memory.bytes(page, 0, LABEL_BYTES)?.set(labelOf(guest));
  return ACCEPTED;
}

type Traffic = InFlight['traffic'];
/** What a write carries lies where the TDI has it: what came by DMA, or what it computes for its guest. */
function sourceOf(w: StackWorld, tdi: number, traffic: Traffic): number {
  if (traffic === 'legacy') return w.secretAt(tdi) ?? COMPUTED_AT;
  const memory = w.device.memory(FUNCTIONS[tdi] as number, TEE_RANGE);
  memory.set(labelOf(traffic === 'private' ? w.tsm.of(tdi).boundTo : null), COMPUTED_AT);
  return COMPUTED_AT;
}
function issue(w: StackWorld, tdi: number, page: number, write: boolean, t: Traffic): StackOutcome {
  if (!w.present) return DROPPED;
  const functionId = FUNCTIONS[tdi] as number;
  // The T bit is the device's choice: what it would send with the other one is not asked of it.
  const other = t === 'legacy' ? 'RUN' : 'CONFIG_UNLOCKED';
  if (w.device.tdi(functionId)?.state === other) return refused();
  // A limit of the model, not of the stack.
  if (w.flying.length >= w.sizes.slots) return refused();
  return send(w, tdi, page, write, t);
}
function send(
  w: StackWorld,
  tdi: number,
  page: number,
  write: boolean,
  traffic: Traffic,
): StackOutcome {
  const functionId = FUNCTIONS[tdi] as number;
  const target = write ? COMPUTED_AT : w.nextTarget();
  const transfer = {
    address: addressOf(tdi, page, traffic),
    range: TEE_RANGE,
    offset: write ? sourceOf(w, tdi, traffic) : target,
    byteLength: LABEL_BYTES,
  };
  const bytes = write
    ? w.device.dmaWrite(functionId, transfer)
    : w.device.dmaRead(functionId, transfer);
  w.device.memory(functionId, TEE_RANGE).fill(0, COMPUTED_AT, COMPUTED_AT + LABEL_BYTES);
  const flying = bytes && { bytes, tdi, page, traffic, target };
  if (flying === undefined || w.header(flying).t !== (traffic !== 'legacy')) return refused();
  w.flying.push(flying);
  return ACCEPTED;
}

function deliver(w: StackWorld, slot: number): StackOutcome {
  const flying = w.flying[slot];
  if (flying === undefined) return refused('EMPTY');
  const { kind, t } = w.header(flying);
  const overtakes = (older: InFlight): boolean =>
    w.header(older).t && w.header(older).kind === kind;
  if (t && w.flying.slice(0, slot).some(overtakes)) w.harm('TLP reordered');
  w.flying.splice(slot, 1);
  return w.header(flying).kind === 'completion' ? complete(w, flying) : request(w, flying);
}
function request(w: StackWorld, flying: InFlight): StackOutcome {
  if (w.header(flying).t) w.arrived = flying.bytes;
  const arrival = w.rootPort.receive(flying.bytes);
  if (arrival.kind === 'written') return ACCEPTED;
  if (arrival.kind !== 'read') return DROPPED;
  const { completion } = arrival;
  if (completion === undefined) return DROPPED;
  if (arrival.fault === undefined) {
    w.flying.push({ ...flying, bytes: completion });
    return ACCEPTED;
  }
  w.device.receive(completion);
  return DROPPED;
}
/** What a place is filled with, to see whether a completion is put there. */
const UNTOUCHED = 0xee;
function complete(w: StackWorld, { bytes, tdi, target }: InFlight): StackOutcome {
  const memory = w.device.memory(FUNCTIONS[tdi] as number, TEE_RANGE);
  const place = memory.subarray(target, target + LABEL_BYTES);
  place.fill(UNTOUCHED);
  w.device.receive(bytes);
  if (place[0] !== UNTOUCHED) return ACCEPTED;
  place.fill(0);
  return DROPPED;
}
function lose(w: StackWorld, slot: number): StackOutcome {
  const flying = w.flying[slot];
  if (flying === undefined) return refused('EMPTY');
  const isSealed = (f: InFlight): boolean => w.header(f).t;
  // A limit of the model: what was sent before a loss leaves first.
  if (isSealed(flying) && w.flying.slice(0, slot).some(isSealed)) return refused('NOT_OLDEST');
  w.flying.splice(slot, 1);
  return DROPPED;
}
function inject(w: StackWorld): StackOutcome {
  const [harm, bytes] = harmedTlp(w.arrived, w.forged(), w.lot);
  w.harm(harm);
  const arrival = w.rootPort.receive(bytes);
  return arrival.kind === 'written' || arrival.kind === 'read' ? ACCEPTED : DROPPED;
}

export const MEMORY_OPERATIONS: Operations = {
  'page.give': (w, { page, guest }) => give(w, Number(page), Number(guest)),
  'page.accept': (w, { page, guest }) => accept(w, Number(page), Number(guest)),
  'page.store': (w, { page, guest }) => store(w, Number(page), Number(guest)),
  'page.take': (w, { page }) => take(w, Number(page)),
  'iommu.map': (w, { tdi, page, space }) => w.tsm.map(Number(tdi), Number(page), space as Space),
  'iommu.unmap': (w, { tdi, page }) => w.tsm.unmap(Number(tdi), Number(page)),
  'iommu.invalidate.begin': (w, { tdi }) => w.tsm.invalidateBegin(Number(tdi)),
  'iommu.invalidate.end': (w, { tdi }) => w.tsm.invalidateEnd(Number(tdi)),
  'dma.issue': (w, { tdi, page, access, traffic }) =>
    issue(w, Number(tdi), Number(page), access === 'write', traffic as Traffic),
  'fabric.deliver': (w, { slot }) => deliver(w, Number(slot)),
  'fabric.lose': (w, { slot }) => lose(w, Number(slot)),
  'fabric.inject': inject,
};
