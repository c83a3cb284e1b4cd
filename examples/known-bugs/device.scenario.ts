/**
 * Known bugs of devices and their responders (host-guest 5.4), each as a short run of what rightly comes of it.
 * `harness/known-bugs.ts` has the same as faults; these runs show them.
 */
import { host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { bind, connected, enable, run, unbind } from '../phrases.ts';

const vf1 = { tdi: 'VF1' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'B34a: a reply is about the function that was asked for',
    { says: 'The PF is unlocked, the VF runs.', clauses: ['tdisp-state-query'] },
    [
      connected,
      run('VF1', 'G1'),
      host('tsm.poll', vf1).accepted('request made'),
      tsm('tdisp.state', vf1).accepted('answered').leaving('relay', { state: 'RUN' }),
    ],
  ),
  scenario(
    'B35a: a nonce dies with its lock',
    { says: 'By STOP, and by the fall to ERROR.', clauses: ['tdisp-nonce'] },
    [
      connected,
      bind('VF1', 'G1'),
      unbind('VF1'),
      enable('VF1'),
      bind('VF1', 'G1'),
      host('command.write', { ...vf1, bme: 0, mse: 1 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none' }),
    ],
  ),
  scenario(
    'B35b: LOCK is refused where the TDI is not unlocked',
    { says: 'It is in RUN.', clauses: ['tdisp-legality'] },
    [
      connected,
      run('VF1', 'G1'),
      host('tsm.relock', vf1).accepted('request made'),
      tsm('tdisp.lock', vf1).refused('INVALID_INTERFACE_STATE').keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'B35c: a reset leaves nothing of a TDI',
    { says: 'Whatever state it was in.', clauses: ['rst-conventional'] },
    [
      connected,
      run('VF1', 'G1'),
      host('reset.conventional')
        .accepted('reset')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none', session: 'none' }),
    ],
  ),
];
