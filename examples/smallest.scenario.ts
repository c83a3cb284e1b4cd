/** The example of the README. */
import { device, host, now, type Scenario, scenario } from '../harness/scenario.ts';
import { bind, connected } from './phrases.ts';

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'the host moves a BAR after LOCK',
    {
      says: 'The write completes, the TDI is in ERROR, and nobody tells the TSM.',
      clauses: ['cfg-bar', 'cfg-write-completes', 'tsm-cached'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' })
        .accepted('moved under lock')
        .leaving('tdi.VF1', { state: 'ERROR', nonce: 'none', bar: 'moved' })
        .keeping('tdi.VF2', 'stream', 'session'),
      now('tsm.VF1', { boundTo: 'G1', cached: 'CONFIG_LOCKED' }),
      device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' }).refused(
        'BME_CLEAR',
      ),
    ],
  ),
];
