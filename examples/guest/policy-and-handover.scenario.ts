/** Who decides in a guest, and what a new kernel finds (host-guest 3.3, B38, G1, G16). */
import { guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { attest, bind, connected } from '../phrases.ts';
import { accept, evidence, found, inUse, lock } from './phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const row = 'os.G1.VF1' as const;
const finds = guest('os.enumerate', own);
const policy = (to: 'deny' | 'sharedOnly' | 'accept') =>
  guest('os.policy', { guest: 'G1', policy: to }).accepted('loaded');

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'no driver before the policy',
    {
      says: 'Before it is loaded a driver waits; under one that denies it stays away; shared use is not acceptance.',
      clauses: ['os-policy'],
    },
    [
      connected,
      finds.accepted('found shared'),
      guest('os.driver.probe', own).refused('EPROBE_DEFER').keeping(row),
      policy('deny'),
      guest('os.driver.probe', own).refused('EPERM').keeping(row),
      policy('sharedOnly'),
      guest('os.driver.probe', own).accepted('shared'),
      guest('os.driver.remove', own).accepted(),
      bind('VF1', 'G1'),
      guest('os.lock', own).refused('EPERM').keeping(row),
    ],
  ),

  scenario(
    'the driver decides: it looks at the report and lets go before accept',
    {
      says: 'A probe in two phases: bound for the verdict, not for accepting.',
      clauses: ['os-policy', 'os-prep', 'os-verify'],
      readings: { policyHook: 'driver' },
    },
    [
      connected,
      found('VF1', 'G1'),
      lock('VF1', 'G1'),
      evidence('VF1', 'G1'),
      guest('os.verify', { ...own, finding: 'agrees' })
        .refused('ENODEV')
        .keeping(row),
      guest('os.driver.prep', own).accepted('looks at the report').leaving(row, { driver: 'prep' }),
      guest('os.verify', { ...own, finding: 'agrees' }).accepted('allowed'),
      guest('os.accept', own).refused('EBUSY', 'a driver is attached').keeping(row),
      guest('os.driver.remove', own).accepted('Command register kept'),
      accept('VF1', 'G1'),
    ],
  ),

  scenario(
    'nobody decides: activation without a verdict is there to see',
    {
      says: 'Even then the report is needed, and the state of the kernel shows that no verdict was given.',
      clauses: ['os-policy', 'os-accept'],
      readings: { policyHook: 'none' },
    },
    [
      connected,
      finds.accepted('found shared'),
      lock('VF1', 'G1'),
      guest('os.accept', own).refused('EINVAL', 'no evidence').keeping(row),
      evidence('VF1', 'G1'),
      accept('VF1', 'G1'),
    ],
  ),

  scenario(
    'a paravisor decides for a kernel that knows nothing of it',
    {
      says: 'The paravisor attests and accepts; the kernel has the device shared all the while.',
      clauses: ['os-policy', 'os-mode'],
      readings: { policyHook: 'paravisor' },
    },
    [
      connected,
      finds.accepted('found shared'),
      guest('os.driver.probe', own).accepted('shared'),
      guest('os.lock', own).refused('EOPNOTSUPP'),
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      guest('os.accept', own).refused('EOPNOTSUPP').leaving(row, { mode: 'shared' }),
    ],
  ),

  scenario(
    'a prepared device keeps its Command register',
    {
      says: 'MSE and BME are set before LOCK, once, and nobody touches them any more.',
      clauses: ['os-prep', 'enable-style', 'os-command'],
      readings: { enableStyle: 'prebound', commandClear: 'level' },
    },
    [
      connected,
      found('VF1', 'G1'),
      guest('os.driver.prep', own).accepted('prepares'),
      guest('os.enable', { ...own, step: 'both' })
        .accepted('enabled')
        .leaving('tdi.VF1', { bme: true, mse: true }),
      guest('os.driver.remove', own)
        .accepted('let go')
        .leaving('tdi.VF1', { bme: true, mse: true }),
      lock('VF1', 'G1'),
    ],
  ),

  scenario(
    'kexec waits for unlock',
    {
      says: 'A kernel that makes room in order holds no device any more.',
      clauses: ['os-kexec'],
    },
    [
      connected,
      inUse('VF1', 'G1'),
      guest('os.kexec', { guest: 'G1', handover: 'kexec' })
        .refused('EBUSY')
        .keeping(row, 'kernel.G1'),
    ],
  ),

  scenario(
    'after a crash the next kernel finds a device that was accepted, and does not trust it',
    {
      says: 'What firmware or another kernel accepted is broken until it is unlocked.',
      clauses: ['os-kexec', 'os-enumerate'],
    },
    [
      connected,
      inUse('VF1', 'G1'),
      guest('os.kexec', { guest: 'G1', handover: 'crash' })
        .accepted('a new kernel')
        .leaving(row, { mode: 'absent', dmaops: 'bounce', tee: 'unmapped' })
        .leaving('kernel.G1', { policy: 'notLoaded' })
        .leaving('tdi.VF1', { state: 'RUN' }),
      finds.accepted('inherited: attested before').leaving(row, { mode: 'broken' }),
      guest('os.driver.probe', own).refused('EINVAL').keeping(row),
      guest('os.unlock', own).refused('EIO').leaving('guest.G1.VF1', { evidence: 'none' }),
      host('tsm.start', { tdi: 'VF1' }).refused('NOT_ACCEPTED'),
    ],
  ),
];
