/** Words about TLPs in flight (tdisp-semantics 1.3, 3.6, 3.7). */
import { effect, guard, guardOf, term } from '../author.ts';

const slot = { slot: 'Slot' } as const;
const tdi = { tdi: 'Tdi' } as const;

export const FABRIC = {
  inFlight: guard(slot, '{slot} holds a TLP'),
  slotFree: guard({}, 'a slot is free'),
  senderOf: term(slot, 'Tdi', 'the TDI that sent the TLP in {slot}, or receives the completion'),
  tlpIs: guardOf<[...('write' | 'read' | 'completion')[]]>()(
    slot,
    'the TLP in {slot} is one of {0}…',
  ),
  trafficIs: guardOf<[...('legacy' | 'shared' | 'private')[]]>()(
    { traffic: 'Traffic' },
    'the traffic asked for is one of {0}…',
  ),
  tlpTrafficIs: guardOf<[...('legacy' | 'shared' | 'private')[]]>()(
    slot,
    'the TLP in {slot} is {0} traffic',
  ),

  tdiDrained: guard(
    tdi,
    'no TLP of {tdi} is in flight, to memory or to another device',
    'tdisp-lock-drains',
  ),
  readsDrained: guard(
    tdi,
    'neither a read of {tdi}, to memory or to another device, nor a completion for it is in flight',
    'tdisp-stop',
  ),
  postedDrained: guard(
    tdi,
    'no write of {tdi} is in flight, to memory or to another device',
    'drain-before-reuse',
  ),

  send: effect(
    { tdi: 'Tdi', page: 'Page', access: 'Access', traffic: 'Traffic' },
    'a TLP takes the lowest free slot: a write or read by {tdi} about {page}; T=1 traffic is under the key set chosen for sending and its key material, legacy traffic under neither; it carries the current episode of {tdi} and ownership of the page and, as ghosts, the guest that {tdi} is bound to and whose secret it carries (private write: that guest; legacy write: whatever {tdi} holds; otherwise none)',
    'tlp-record',
  ),
  freeSlot: effect(slot, 'the TLP in {slot} leaves; the slots above it close up', 'tlp-record'),
  answer: effect(
    slot,
    'the TLP in {slot} leaves and its completion takes the place behind the youngest: for the same TDI, page, traffic, RUN episode, ownership and tenant; T=1: under the key set chosen for sending and its key material; it carries the secret that the page holds if the traffic is private or legacy, otherwise none',
    'tlp-record',
  ),
  keyStale: guard(slot, 'the TLP in {slot} is under key material that is not current', 'ide-check'),
  setNotStarted: guard(slot, 'the key set of the TLP in {slot} has no GO', 'ide-check'),
  behindGap: guard(
    slot,
    'a TLP of the same sub-stream and key set was lost before the TLP in {slot}',
    'ide-check',
  ),
  overtakesOwn: guard(
    slot,
    'an older T=1 TLP of the same sub-stream and key set is still in flight',
    'ide-check',
  ),
  olderInFlight: guard(slot, 'an older T=1 TLP is still in flight', 'ide-check'),
  overtakesPosted: guard(
    slot,
    'the TLP in {slot} is a T=1 read, and an older T=1 write is still in flight or a write under its key set was lost',
    'ide-ordering',
  ),
  answerOutOfOrder: guard(
    slot,
    'the TLP in {slot} is a T=1 read, and a completion made for it now is not the next that the device expects: under the keys chosen for sending, one is in flight or was lost',
    'ide-check',
  ),
  noteGap: effect(
    slot,
    'if its key material is current, the loss of the TLP in {slot} leaves a gap in its sub-stream of its key set',
    'ide-check',
  ),
  runEpisodeCurrent: guard(
    slot,
    'the TLP in {slot} was sent since the last START of its TDI and the last reset of the device',
    'tdisp-run-episode',
  ),
  copyGrants: guard(
    slot,
    'an IOTLB copy for the sender grants the page in the half that the TLP in {slot} asks for',
    'iommu-table',
  ),
  tableGrants: guard(
    slot,
    'the table grants the sender the page in the half that the TLP in {slot} asks for',
    'iommu-table',
  ),
  pageReachable: guard(
    slot,
    'the page is what the TLP in {slot} takes it for: for private traffic private to the guest that the sender is bound to and accepted; otherwise shared',
    'private-dma',
  ),
  fillCopy: effect(
    slot,
    'the IOTLB holds a copy of the table entry that the TLP in {slot} needed',
    'iommu-table',
  ),
  writeLands: effect(
    slot,
    'the page holds the secret that the TLP in {slot} carries, or none',
    'tlp-record',
  ),
  deviceReceives: effect(
    slot,
    'the receiving TDI holds the secret that the completion in {slot} carries, if it carries one',
    'tlp-record',
  ),
} as const;
