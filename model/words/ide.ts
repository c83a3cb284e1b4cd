/** Words about the IDE stream and its keys (tdisp-semantics 3). */
import { effect, guard } from '../author.ts';

const keySet = { keySet: 'KeySet' } as const;

export const IDE = {
  streamSecure: guard({}, 'the stream is Secure', 'ide-secure'),
  someSetKeyed: guard({}, 'some key set has keys for all three sub-streams', 'tdisp-lock-keys'),
  setKeyed: guard(keySet, '{keySet} has keys for all three sub-streams', 'ide-keys'),
  setStarted: guard(keySet, 'K_SET_GO was given for {keySet}', 'ide-keys'),
  keyedOverOtherSession: guard(
    {},
    'some key set holds a key and was keyed over a session that is not the current one',
    'tdisp-lock-session',
  ),
  programKey: effect(
    { keySet: 'KeySet', sub: 'Sub' },
    '{keySet} has a key for {sub}; the set is keyed over the current session',
    'ide-keys',
  ),
  startSet: effect(keySet, 'K_SET_GO: {keySet} is accepted on receipt', 'ide-keys'),
  sendingNothing: guard({}, 'no key set is chosen for sending'),
  sendingUnder: guard(keySet, 'TLPs are sent under {keySet}', 'ide-refresh'),
  sendUnder: effect(keySet, 'TLPs are sent under {keySet} from now on', 'ide-refresh'),
  sendNothing: effect({}, 'no key set is chosen for sending any more', 'ide-refresh'),
  retireSet: effect(
    keySet,
    '{keySet} has no keys and no GO, was keyed over no session, its counters are fresh (no gap), and TLPs under its old keys are under old keys for ever',
    'ide-refresh',
  ),
  setEnable: effect(
    { level: 'Level' },
    'Stream Enable takes the value {level} at both ends',
    'ide-secure',
  ),
  enableIs: guard({ level: 'Level' }, 'Stream Enable has the value {level} at both ends'),
  writesEnableZero: guard({ level: 'Level' }, 'the value written to Stream Enable is 0'),
  secureIfReady: effect(
    {},
    'the stream is Secure if Stream Enable is set at both ends and the key set chosen for sending has all three keys and GO; otherwise nothing changes',
    'ide-secure',
  ),
  insecure: effect(
    {},
    'the stream is Insecure, no key set is chosen for sending, and every key set is retired: no keys, no GO, no session, no gap, its old key material stale; Stream Enable keeps its value',
    'ide-insecure',
  ),
  setupIs: guard({ setup: 'StreamSetup' }, 'the stream registers are set up as {setup} already'),
  setupIdMismatch: guard(
    {},
    'the Stream ID of the request is not that of the default stream',
    'tdisp-lock-stream',
  ),
  setupTwoDefaults: guard(
    {},
    'more than one register block is marked default',
    'tdisp-lock-stream',
  ),
  setupOtherTrafficClass: guard(
    {},
    'the default stream is on a traffic class other than TC0',
    'tdisp-lock-stream',
  ),
  setSetup: effect({ setup: 'StreamSetup' }, 'the stream registers are set up as {setup}'),
} as const;
