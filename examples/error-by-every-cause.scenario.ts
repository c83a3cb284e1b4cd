/**
 * Everything that takes a locked TDI to ERROR, cause by cause, with its scope (tdisp-semantics 2.1,
 * 2.2, 3.6, 4.2).
 *
 * PF and VF1 are in RUN for G1, VF2 is in CONFIG_LOCKED for G2, all over one stream; then one thing
 * happens. The table says what each TDI is in afterwards (U, L, R, E), whether the stream is
 * Secure, and whether the session lives. A TDI in ERROR has no nonce.
 */
import {
  device,
  fabric,
  host,
  now,
  type Part,
  phrase,
  type Scenario,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import type { Name } from '../harness/telling.ts';
import type { ClauseId } from '../model/clauses.ts';
import { bind, connected, enable, givePage, key, openDma, run } from './phrases.ts';
import { readTable } from './table.ts';

const SCOPE = `
  | cause                           | PF | VF1 | VF2 | stream   | session |
  | ------------------------------- | -- | --- | --- | -------- | ------- |
  | nothing                         | R  | R   | L   | Secure   | lives   |
  | BME of VF1 cleared              | R  | E   | L   | Secure   | lives   |
  | MSE of VF2 cleared              | R  | R   | E   | Secure   | lives   |
  | BAR of VF2 moved                | R  | R   | E   | Secure   | lives   |
  | configuration of VF1 changed    | R  | E   | L   | Secure   | lives   |
  | tags of VF1                     | R  | E   | L   | Secure   | lives   |
  | BIST of VF1                     | R  | E   | L   | Secure   | lives   |
  | PASID of VF2                    | R  | R   | E   | Secure   | lives   |
  | page requests of the PF         | E  | R   | L   | Secure   | lives   |
  | SR-IOV capability of the PF     | E  | E   | E   | Secure   | lives   |
  | SR-IOV capability of a VF       | R  | R   | L   | Secure   | lives   |
  | IDE stream control              | E  | E   | E   | Secure   | lives   |
  | IDE stream set up otherwise     | E  | E   | E   | Secure   | lives   |
  | IDE stream written as it is     | R  | R   | L   | Secure   | lives   |
  | Stream Enable written as it is  | R  | R   | L   | Secure   | lives   |
  | FLR of VF1                      | R  | E   | L   | Secure   | lives   |
  | FLR of VF2                      | R  | R   | E   | Secure   | lives   |
  | FLR of the PF                   | E  | E   | E   | Secure   | lives   |
  | DSM fails about VF2             | R  | R   | E   | Secure   | lives   |
  | read without translation        | R  | E   | L   | Secure   | lives   |
  | write without translation       | R  | R   | L   | Secure   | lives   |
  | read through a closed entry     | E  | R   | L   | Secure   | lives   |
  | Stream Enable cleared           | E  | E   | E   | Insecure | lives   |
  | key set in use stopped          | E  | E   | E   | Insecure | lives   |
  | TLP injected                    | E  | E   | E   | Insecure | lives   |
  | TLP after a loss                | E  | E   | E   | Insecure | lives   |
  | writes out of order             | E  | E   | E   | Insecure | lives   |
  | read passes write               | E  | E   | E   | Insecure | lives   |
  | TLP under a retired key         | E  | E   | E   | Insecure | lives   |
  | GET_VERSION                     | E  | E   | E   | Insecure | dead    |
  | heartbeat expiry                | E  | E   | E   | Insecure | dead    |
  | decrypt error                   | E  | E   | E   | Insecure | dead    |
  | sequence numbers exhausted      | E  | E   | E   | Insecure | dead    |
  | request corrupted by the relay  | E  | E   | E   | Insecure | dead    |
  | another connect                 | E  | E   | E   | Insecure | dead    |
  | conventional reset              | U  | U   | U   | Insecure | dead    |
  | surprise removal                | U  | U   | U   | Insecure | dead    |
`;

const send = (access: 'write' | 'read', tdi: Name<'Tdi'> = 'VF1', page: Name<'Page'> = 'P1') =>
  device('dma.issue', { tdi, page, access, traffic: 'private' }).accepted('sent');
const deliver = (slot: 'S1' | 'S2') => fabric('fabric.deliver', { slot });
const register = (
  tdi: Name<'Tdi'>,
  name: 'deviceControlTags' | 'bist' | 'pasid' | 'pageRequest' | 'sriov' | 'ideStreamControl',
) => host('config.write', { tdi, register: name });

const CAUSES: Readonly<Record<string, readonly [ClauseId, ...Part[]]>> = {
  nothing: ['tdisp-states'],
  'BME of VF1 cleared': [
    'cfg-command',
    host('command.write', { tdi: 'VF1', bme: 0, mse: 1 }).accepted(),
  ],
  'MSE of VF2 cleared': [
    'cfg-command',
    host('command.write', { tdi: 'VF2', bme: 1, mse: 0 }).accepted(),
  ],
  'BAR of VF2 moved': ['cfg-bar', host('bar.write', { tdi: 'VF2', place: 'moved' }).accepted()],
  'configuration of VF1 changed': [
    'cfg-registers',
    host('config.set', { tdi: 'VF1', config: 'phantomFunctions' })
      .accepted('changed under lock')
      .leaving('tdi.VF1', { config: 'phantomFunctions' }),
  ],
  'tags of VF1': ['cfg-registers', register('VF1', 'deviceControlTags').accepted()],
  'BIST of VF1': ['cfg-registers', register('VF1', 'bist').accepted()],
  'PASID of VF2': ['cfg-registers', register('VF2', 'pasid').accepted()],
  'page requests of the PF': ['cfg-registers', register('PF', 'pageRequest').accepted()],
  'SR-IOV capability of the PF': ['cfg-registers', register('PF', 'sriov').accepted()],
  'SR-IOV capability of a VF': [
    'cfg-registers',
    register('VF1', 'sriov').dropped('NO_SUCH_REGISTER'),
  ],
  'IDE stream control': ['ide-registers', register('PF', 'ideStreamControl').accepted()],
  'IDE stream set up otherwise': [
    'ide-registers',
    host('ide.setup', { setup: 'twoDefaults' })
      .accepted('changed')
      .leaving('stream', { setup: 'twoDefaults' }),
  ],
  'IDE stream written as it is': [
    'ide-registers',
    host('ide.setup', { setup: 'oneDefault' }).accepted('no change'),
  ],
  'Stream Enable written as it is': [
    'ide-registers',
    host('ide.enable', { level: 1 }).accepted('no change'),
  ],
  'FLR of VF1': ['rst-flr', host('reset.flr', { tdi: 'VF1' }).accepted()],
  'FLR of VF2': ['rst-flr', host('reset.flr', { tdi: 'VF2' }).accepted()],
  'FLR of the PF': ['rst-flr', host('reset.flr', { tdi: 'PF' }).accepted()],
  'DSM fails about VF2': [
    'tdisp-internal-error',
    device('device.error', { tdi: 'VF2' }).accepted(),
  ],
  'read without translation': [
    'tdisp-completion-error',
    givePage('P2', 'G1'),
    send('read', 'VF1', 'P2'),
    deliver('S1').dropped('IOMMU_FAULT').leaving('tlp.S1', { kind: 'none' }),
  ],
  'write without translation': [
    'iommu-table',
    givePage('P2', 'G1'),
    send('write', 'VF1', 'P2'),
    deliver('S1').dropped('IOMMU_FAULT').leaving('page.P2', { data: 'nobody' }),
  ],
  'read through a closed entry': [
    'tdisp-completion-error',
    send('read', 'PF'),
    deliver('S1').dropped('BLOCKED').leaving('tlp.S1', { kind: 'none' }),
  ],
  'Stream Enable cleared': ['ide-insecure', host('ide.enable', { level: 0 }).accepted('disabled')],
  'key set in use stopped': [
    'ide-refresh',
    tsm('ide.set-stop', { keySet: 'K0' })
      .accepted('set in use')
      .leaving('keySet.K0', { PR: false, NPR: false, CPL: false, go: false, session: 'none' }),
  ],
  'TLP injected': ['ide-check', fabric('fabric.inject').dropped('IDE_CHECK_FAILED')],
  'TLP after a loss': [
    'ide-check',
    send('write'),
    fabric('fabric.lose', { slot: 'S1' }).dropped('LOST'),
    send('write'),
    deliver('S1')
      .dropped('IDE_CHECK_FAILED', 'after a loss')
      .leaving('tlp.S1', { kind: 'none' })
      .leaving('gap.K0', { PR: false }),
  ],
  'writes out of order': [
    'ide-check',
    send('write'),
    send('write'),
    deliver('S2').dropped('IDE_CHECK_FAILED', 'out of order').leaving('tlp.S2', { kind: 'none' }),
  ],
  'read passes write': [
    'ide-ordering',
    send('write'),
    send('read'),
    deliver('S2')
      .dropped('IDE_CHECK_FAILED', 'read passes write')
      .leaving('tlp.S2', { kind: 'none' }),
  ],
  'TLP under a retired key': [
    'ide-check',
    send('write'),
    key('K1'),
    tsm('ide.switch', { keySet: 'K1' }).accepted('switched'),
    tsm('ide.set-stop', { keySet: 'K0' }).accepted('idle set'),
    deliver('S1').dropped('IDE_CHECK_FAILED', 'old key').leaving('tlp.S1', { kind: 'none' }),
  ],
  GET_VERSION: ['spdm-get-version', host('spdm.session.end', { cause: 'getVersion' }).accepted()],
  'heartbeat expiry': [
    'spdm-session-end',
    host('spdm.session.end', { cause: 'heartbeatExpiry' }).accepted(),
  ],
  'decrypt error': [
    'spdm-session-end',
    host('spdm.session.end', { cause: 'decryptError' }).accepted(),
  ],
  'sequence numbers exhausted': [
    'spdm-session-end',
    host('spdm.session.end', { cause: 'sequenceExhaustion' }).accepted(),
  ],
  'request corrupted by the relay': [
    'relay-sequence',
    host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
    host('relay.tamper', { tamper: 'corrupt' }).dropped(
      'DECRYPT_ERROR',
      'the device ends the session',
    ),
  ],
  'another connect': [
    'spdm-get-version',
    host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
    tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered'),
    host('relay.tamper', { tamper: 'corrupt' })
      .dropped('DECRYPT_ERROR', 'the TSM drops its session')
      .keeping('tdi.PF', 'tdi.VF1', 'tdi.VF2', 'stream', 'session'),
    tsm('spdm.connect.begin').accepted('handshake begun'),
    tsm('ide.key-prog', { keySet: 'K0', sub: 'PR' }).dropped('NO_SESSION'),
  ],
  'conventional reset': ['rst-conventional', host('reset.conventional').accepted()],
  'surprise removal': ['hotplug', host('device.remove').accepted()],
};

const serving = phrase('PF and VF1 run for G1, VF2 is locked for G2', [
  connected,
  enable('PF'),
  enable('VF1'),
  enable('VF2'),
  run('PF', 'G1'),
  run('VF1', 'G1'),
  bind('VF2', 'G2'),
  openDma('VF1', 'G1', 'P1'),
]);
const LETTERS = { U: 'CONFIG_UNLOCKED', L: 'CONFIG_LOCKED', R: 'RUN', E: 'ERROR' } as const;
const noSuch = (cell: string): never => {
  throw new Error(`error-by-every-cause: no cell says '${cell}'`);
};
const tdiIs = (tdi: Name<'Tdi'>, letter: string): Part =>
  now(`tdi.${tdi}`, {
    state: letter in LETTERS ? LETTERS[letter as keyof typeof LETTERS] : noSuch(letter),
    nonce: letter === 'L' ? 'current' : 'none',
  });

export const SCENARIOS: readonly Scenario[] = readTable(SCOPE).rows.map(({ name, cells }) => {
  const [clause, ...parts] = CAUSES[name] ?? noSuch(name);
  const { PF = '', VF1 = '', VF2 = '', stream = '', session = '' } = cells;
  const secure = stream === 'Secure' || (stream === 'Insecure' ? false : noSuch(stream));
  const lives = session === 'lives' || (session === 'dead' ? false : noSuch(session));
  return scenario(
    `cause: ${name}`,
    {
      says: `${name}: which TDIs it takes to ERROR, and what else.`,
      clauses: ['tdisp-error', clause],
    },
    [
      serving,
      ...parts,
      tdiIs('PF', PF),
      tdiIs('VF1', VF1),
      tdiIs('VF2', VF2),
      now('stream', { secure, sending: secure ? 'K0' : 'none' }),
      lives
        ? now('session', { phase: 'established' })
        : now('tdi.VF1', { session: VF1 === 'U' ? 'none' : 'past' }),
    ],
  );
});
