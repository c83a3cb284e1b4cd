/** What the words of words/ide.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { IDE } from '../words/ide.ts';
import type { World } from '../world.ts';
import { patch, patchOne, row } from './parts.ts';

type KeySet = World['keySet'][number];
const keyed = (k: KeySet): boolean => k.PR && k.NPR && k.CPL;
const NO_GAP = Object.freeze({ PR: false, NPR: false, CPL: false });
/** The set without keys; its old key material is now of an earlier generation. */
const retired = (k: KeySet): KeySet => ({
  PR: false,
  NPR: false,
  CPL: false,
  go: false,
  session: null,
  generation: k.generation + 1,
});

export const IDE_MEANING: ModelMeaning<typeof IDE, World> = {
  streamSecure: (w) => w.stream.secure,
  someSetKeyed: (w) => w.keySet.some(keyed),
  setKeyed: (w, { keySet }) => keyed(row(w, 'keySet', keySet)),
  setStarted: (w, { keySet }) => row(w, 'keySet', keySet).go,
  keyedOverOtherSession: (w) =>
    w.keySet.some((k) => (k.PR || k.NPR || k.CPL) && k.session !== w.session.generation),
  programKey: (w, { keySet, sub }) =>
    patch(w, 'keySet', keySet, { [sub]: true, session: w.session.generation }),
  startSet: (w, { keySet }) => patch(w, 'keySet', keySet, { go: true }),
  sendingNothing: (w) => w.stream.sending === null,
  sendingUnder: (w, { keySet }) => w.stream.sending === keySet,
  sendUnder: (w, { keySet }) => patchOne(w, 'stream', { sending: keySet }),
  sendNothing: (w) => patchOne(w, 'stream', { sending: null }),
  retireSet: (w, { keySet }) =>
    patch(patch(w, 'keySet', keySet, retired(row(w, 'keySet', keySet))), 'gap', keySet, NO_GAP),
  setEnable: (w, { level }) =>
    patchOne(patchOne(w, 'stream', { enabled: level === 1 }), 'rootPort', { disabled: false }),
  enableIs: (w, { level }) => w.stream.enabled === (level === 1) && !w.rootPort.disabled,
  writesEnableZero: (_, { level }) => level === 0,
  secureIfReady: (w) => {
    const { enabled, sending } = w.stream;
    if (!enabled || w.rootPort.disabled || sending === null) return w;
    const k = row(w, 'keySet', sending);
    return keyed(k) && k.go ? patchOne(w, 'stream', { secure: true }) : w;
  },
  insecure: (w) => ({
    ...w,
    stream: { ...w.stream, secure: false, sending: null },
    keySet: w.keySet.map(retired),
    gap: w.gap.map(() => NO_GAP),
  }),
  setupIs: (w, { setup }) => w.stream.setup === setup,
  setupIdMismatch: (w) => w.stream.setup === 'idMismatch',
  setupTwoDefaults: (w) => w.stream.setup === 'twoDefaults',
  setupOtherTrafficClass: (w) => w.stream.setup === 'otherTrafficClass',
  setSetup: (w, { setup }) => patchOne(w, 'stream', { setup }),
};
