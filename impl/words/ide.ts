/** Packed meaning of the words about the IDE stream and its keys. */
import type { IDE } from '../../model/words/ide.ts';
import { all, any, type Bool, type Ix, known } from '../engine/index.ts';
import type { PackedMeaning, S } from './meaning.ts';

/** The set has keys for all three sub-streams. */
function isKeyed(s: S, keySet: Ix<'KeySet'>): Bool {
  const { PR, NPR, CPL } = s.keySet(keySet);
  return all([PR, NPR, CPL]);
}
/** The set holds a key that was programmed over a session that has ended. */
function isKeyedBefore(s: S, keySet: Ix<'KeySet'>): Bool {
  const { PR, NPR, CPL, session } = s.keySet(keySet);
  return any([PR, NPR, CPL]).and(session.isStale);
}
/** The end of a set's key material: the row keeps nothing, and TLPs under it are under an old key. */
const retired = (s: S, keySet: Ix<'KeySet'>): S =>
  s.advance('keySet', 'generation', keySet).keySet(keySet).clear().gap(keySet).clear();

export const ideWords: PackedMeaning<typeof IDE> = {
  streamSecure: (s) => s.stream().secure,
  someSetKeyed: (s) => s.some('KeySet', (keySet) => isKeyed(s, keySet)),
  setKeyed: (s, { keySet }) => isKeyed(s, keySet),
  setStarted: (s, { keySet }) => s.keySet(keySet).go,
  keyedOverOtherSession: (s) => s.some('KeySet', (keySet) => isKeyedBefore(s, keySet)),
  programKey: (s, { keySet, sub }) => s.keySet(keySet).set({ [sub]: true, session: 'current' }),
  startSet: (s, { keySet }) => s.keySet(keySet).set({ go: true }),
  sendingNothing: (s) => s.stream().sending.isNone,
  sendingUnder: (s, { keySet }) => s.stream().sending.is(keySet),
  sendUnder: (s, { keySet }) => s.stream().set({ sending: keySet }),
  sendNothing: (s) => s.stream().set({ sending: null }),
  retireSet: (s, { keySet }) => retired(s, keySet),
  setEnable: (s, { level }) =>
    s
      .stream()
      .set({ enabled: level === 1 })
      .rootPort()
      .set({ disabled: false }),
  enableIs: (s, { level }) => {
    const { enabled } = s.stream();
    return (level === 1 ? enabled : enabled.not).and(s.rootPort().disabled.not);
  },
  writesEnableZero: (_, { level }) => known(level === 0),
  // A row of nobody reads as initial: with no set chosen for sending there is no GO.
  secureIfReady: (s) => {
    const { enabled, sending, secure } = s.stream();
    const bothEnabled = enabled.and(s.rootPort().disabled.not);
    const ready = all([bothEnabled, s.keySet(sending.ix).go, isKeyed(s, sending.ix)]);
    return s.stream().set({ secure: secure.or(ready) });
  },
  insecure: (s) => s.each('KeySet', retired).stream().set({ secure: false, sending: null }),
  setupIs: (s, { setup }) => s.stream().setup.is(setup),
  setupIdMismatch: (s) => s.stream().setup.is('idMismatch'),
  setupTwoDefaults: (s) => s.stream().setup.is('twoDefaults'),
  setupOtherTrafficClass: (s) => s.stream().setup.is('otherTrafficClass'),
  setSetup: (s, { setup }) => s.stream().set({ setup }),
};
