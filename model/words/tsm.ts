/** Words about what the TSM has decided (backends 1.2). */
import { effect, guard, guardOf, term } from '../author.ts';
import type { TdiState } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;
const pair = { tdi: 'Tdi', guest: 'Guest' } as const;

export const TSM = {
  bound: guard(tdi, '{tdi} is bound to some guest'),
  boundTo: guard(pair, '{tdi} is bound to {guest}', 'tsm-one-guest'),
  someTdiBound: guard({}, 'some TDI is bound'),
  bindTo: effect(pair, '{tdi} is bound to {guest}', 'verb-bind'),
  unbind: effect(tdi, '{tdi} is bound to nobody', 'verb-unbind'),
  newLockSession: effect(
    tdi,
    'a new lock session of {tdi} begins; what refers to earlier ones is stale',
    'lock-session',
  ),
  voidAcceptance: effect(tdi, 'the TSM knows of no acceptance of {tdi}', 'lock-session'),
  forgetEvidence: effect(tdi, 'the TSM holds neither nonce nor report of {tdi}', 'lock-session'),
  tsmHasNonce: guard(tdi, 'the TSM holds a nonce for {tdi}, live or not'),
  tsmHasReport: guard(tdi, 'the TSM holds a report of {tdi}'),
  tsmBelieves: guardOf<[...TdiState[]]>()(
    tdi,
    'the TSM has one of {0}… cached for {tdi}',
    'tsm-cached',
  ),
  tsmAccepted: guard(tdi, 'the TSM knows that the bound guest has accepted {tdi}'),
  recordAcceptance: effect(tdi, 'the TSM knows that the bound guest has accepted {tdi}'),

  dmaOpen: guard(tdi, 'the trusted DMA entry of {tdi} is open', 'private-dma'),
  openDma: effect(tdi, 'the trusted DMA entry of {tdi} is open', 'private-dma'),
  blockDma: effect(tdi, 'the trusted DMA entry of {tdi} is blocked', 'verb-unbind'),

  unbinding: guard(tdi, 'an unbind of {tdi} has begun and not ended', 'verb-unbind'),
  stopAnswered: guard(tdi, 'the unbind of {tdi} has its STOP answered', 'verb-unbind'),
  beginUnbind: effect(tdi, 'an unbind of {tdi} has begun', 'verb-unbind'),
  noteStopAnswered: effect(tdi, 'the unbind of {tdi} has its STOP answered', 'verb-unbind'),
  endUnbind: effect(tdi, 'no unbind of {tdi} is under way', 'verb-unbind'),
  lost: guard(tdi, '{tdi} was unbound by force', 'tsm-force'),
  markLost: effect(tdi, '{tdi} was unbound by force', 'tsm-force'),
  clearLost: effect(tdi, '{tdi} is not marked as unbound by force', 'tsm-force'),
  relayTdi: term({}, 'Tdi', 'the TDI that the carried exchange is about'),
} as const;
