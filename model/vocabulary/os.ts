/** What the words of words/os.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { OS } from '../words/os.ts';
import type { World } from '../world.ts';
import { dealing, osOf, patch, patchDealing, patchOs, replace, row } from './parts.ts';

/** What a kernel knows of a TDI that it has not enumerated. */
const UNKNOWN: World['os'][number][number] = {
  mode: 'absent',
  driver: 'none',
  dmaops: 'bounce',
  tee: 'unmapped',
  nonTee: 'unmapped',
  verdict: null,
  buffer: null,
};

export const OS_MEANING: ModelMeaning<typeof OS, World> = {
  osModeIs: (w, { guest, tdi }, ...modes) => modes.includes(osOf(w, guest, tdi).mode),
  osModeTo: (w, { guest, tdi }, mode) => patchOs(w, guest, tdi, { mode }),
  osForget: (w, { guest, tdi }) => patchOs(w, guest, tdi, UNKNOWN),
  osHoldsSome: (w, { guest }) =>
    (w.os[guest] ?? []).some(({ mode }) => mode !== 'absent' && mode !== 'shared'),

  osDriverIs: (w, { guest, tdi }, ...drivers) => drivers.includes(osOf(w, guest, tdi).driver),
  osDriverTo: (w, { guest, tdi }, driver) => patchOs(w, guest, tdi, { driver }),
  dmaDirect: (w, { guest, tdi }) => osOf(w, guest, tdi).dmaops === 'direct',
  dmaOpsTo: (w, { guest, tdi }, dmaops) => patchOs(w, guest, tdi, { dmaops }),
  rangesMapped: (w, { guest, tdi }) =>
    osOf(w, guest, tdi).tee !== 'unmapped' || osOf(w, guest, tdi).nonTee !== 'unmapped',
  teeEncrypted: (w, { guest, tdi }) => osOf(w, guest, tdi).tee === 'encrypted',
  rangesTo: (w, { guest, tdi }, tee, nonTee) => patchOs(w, guest, tdi, { tee, nonTee }),

  hasBuffer: (w, { guest, tdi }) => osOf(w, guest, tdi).buffer !== null,
  bufferIsIn: (w, { guest, tdi, page }) => osOf(w, guest, tdi).buffer === page,
  someBufferIn: (w, { guest, page }) => (w.os[guest] ?? []).some(({ buffer }) => buffer === page),
  mapBuffer: (w, { guest, tdi, page }) => patchOs(w, guest, tdi, { buffer: page }),
  unmapBuffer: (w, { guest, tdi }) => patchOs(w, guest, tdi, { buffer: null }),

  verdictGiven: (w, { guest, tdi }) => osOf(w, guest, tdi).verdict !== null,
  verdictCurrent: (w, { guest, tdi }) =>
    osOf(w, guest, tdi).verdict === row(w, 'tsm', tdi).lockSession,
  giveVerdict: (w, { guest, tdi }) =>
    patchOs(w, guest, tdi, { verdict: dealing(w, guest, tdi).evidence }),
  dropEvidence: (w, { guest, tdi }) =>
    patchOs(patchDealing(w, guest, tdi, { evidence: null, accepted: null }), guest, tdi, {
      verdict: null,
    }),

  policyIs: (w, { guest }, ...policies) => policies.includes(row(w, 'kernel', guest).policy),
  loadPolicy: (w, { guest, policy }) => patch(w, 'kernel', guest, { policy }),
  unloadPolicy: (w, { guest }) => patch(w, 'kernel', guest, { policy: 'notLoaded' }),

  viewIs: (w, { guest, page }, ...views) => views.some((now) => w.view[guest]?.[page]?.now === now),
  viewTo: (w, { guest, page }, now) => ({
    ...w,
    view: replace(w.view, guest, replace(w.view[guest] ?? [], page, { now })),
  }),

  blobsAre: (_, { blobs }, ...some) => some.includes(blobs),
  findingIs: (_, { finding }, ...some) => some.includes(finding),
  sourceIs: (_, { source }, one) => source === one,
  signIs: (_, { sign }, one) => sign === one,
  handoverIs: (_, { handover }, one) => handover === one,
  remeasuredIs: (_, { measured }, one) => measured === one,
};
