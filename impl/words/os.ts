/** Packed meaning of the words about the kernel of a guest. */
import type { OS } from '../../model/words/os.ts';
import { known } from '../engine/index.ts';
import type { PackedMeaning } from './meaning.ts';

export const osWords: PackedMeaning<typeof OS> = {
  osModeIs: (s, { guest, tdi }, ...modes) => s.os(guest, tdi).mode.isIn(...modes),
  osModeTo: (s, { guest, tdi }, mode) => s.os(guest, tdi).set({ mode }),
  osForget: (s, { guest, tdi }) => s.os(guest, tdi).clear(),
  osHoldsSome: (s, { guest }) =>
    s.some('Tdi', (tdi) =>
      s.os(guest, tdi).mode.isIn('locked', 'evidenced', 'accepting', 'accepted', 'broken'),
    ),

  osDriverIs: (s, { guest, tdi }, ...drivers) => s.os(guest, tdi).driver.isIn(...drivers),
  osDriverTo: (s, { guest, tdi }, driver) => s.os(guest, tdi).set({ driver }),
  dmaDirect: (s, { guest, tdi }) => s.os(guest, tdi).dmaops.is('direct'),
  dmaOpsTo: (s, { guest, tdi }, dmaops) => s.os(guest, tdi).set({ dmaops }),
  rangesMapped: (s, { guest, tdi }) =>
    s
      .os(guest, tdi)
      .tee.isIn('shared', 'encrypted')
      .or(s.os(guest, tdi).nonTee.isIn('shared', 'encrypted')),
  teeEncrypted: (s, { guest, tdi }) => s.os(guest, tdi).tee.is('encrypted'),
  rangesTo: (s, { guest, tdi }, tee, nonTee) => s.os(guest, tdi).set({ tee, nonTee }),

  hasBuffer: (s, { guest, tdi }) => s.os(guest, tdi).buffer.isNone.not,
  bufferIsIn: (s, { guest, tdi, page }) => s.os(guest, tdi).buffer.is(page),
  someBufferIn: (s, { guest, page }) => s.some('Tdi', (tdi) => s.os(guest, tdi).buffer.is(page)),
  mapBuffer: (s, { guest, tdi, page }) => s.os(guest, tdi).set({ buffer: page }),
  unmapBuffer: (s, { guest, tdi }) => s.os(guest, tdi).set({ buffer: null }),

  verdictGiven: (s, { guest, tdi }) => s.os(guest, tdi).verdict.isNone.not,
  verdictCurrent: (s, { guest, tdi }) => s.os(guest, tdi).verdict.isCurrent,
  giveVerdict: (s, { guest, tdi }) =>
    s.os(guest, tdi).set({ verdict: s.guest(guest, tdi).evidence }),
  dropEvidence: (s, { guest, tdi }) =>
    s
      .guest(guest, tdi)
      .set({ evidence: 'none', accepted: 'none' })
      .os(guest, tdi)
      .set({ verdict: 'none' }),

  policyIs: (s, { guest }, ...policies) => s.kernel(guest).policy.isIn(...policies),
  loadPolicy: (s, { guest, policy }) => s.kernel(guest).set({ policy }),
  unloadPolicy: (s, { guest }) => s.kernel(guest).set({ policy: 'notLoaded' }),

  viewIs: (s, { guest, page }, ...views) => s.view(guest, page).now.isIn(...views),
  viewTo: (s, { guest, page }, now) => s.view(guest, page).set({ now }),

  blobsAre: (_, { blobs }, ...some) => known(some.includes(blobs)),
  findingIs: (_, { finding }, ...some) => known(some.includes(finding)),
  sourceIs: (_, { source }, one) => known(source === one),
  signIs: (_, { sign }, one) => known(sign === one),
  handoverIs: (_, { handover }, one) => known(handover === one),
  remeasuredIs: (_, { measured }, one) => known(measured === one),
};
