/**
 * Known bugs of guest kernels (host-guest 5.2), each as a short run of what rightly comes of it.
 * `harness/known-bugs.ts` has the same as faults; these runs show them.
 */
import { guest, host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { accepting, allowed, evidence, found, inUse, lock } from '../guest/phrases.ts';
import { connected, enable, report, unbind } from '../phrases.ts';
import { boot, connectDevice, serves } from '../sev-tio/phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const row = 'os.G1.VF1' as const;
const locked = [connected, found('VF1', 'G1'), lock('VF1', 'G1')] as const;
/** The real driver of a device that was accepted. */
const driven = [
  connected,
  enable('VF1'),
  inUse('VF1', 'G1'),
  guest('os.driver.probe', own).accepted('accepted'),
] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'B11: a driver that sets MSE leaves BME as it is',
    { says: 'The device is locked, and BME is set.', clauses: ['os-command', 'cfg-command'] },
    [
      ...driven,
      guest('os.enable', { ...own, step: 'mse' })
        .accepted('enabled')
        .leaving('tdi.VF1', { bme: true, mse: true, state: 'RUN' }),
    ],
  ),
  scenario(
    'B12: removing a driver leaves the Command register of a locked device',
    { says: 'As in probe deferral.', clauses: ['os-command', 'cfg-command'] },
    [
      ...driven,
      guest('os.driver.remove', own)
        .accepted('Command register kept')
        .leaving('tdi.VF1', { bme: true, state: 'RUN' }),
    ],
  ),
  scenario(
    'B13: only TEE ranges are marked as encrypted',
    { says: 'The MSI-X table has no private backing.', clauses: ['os-mmio'] },
    [
      ...locked,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      host('mmio.map', own).accepted('mapped'),
      guest('os.accept.mmio', own)
        .accepted('validated')
        .leaving(row, { tee: 'encrypted', nonTee: 'shared' }),
    ],
  ),
  scenario(
    'B15: no accept while a DMA mapping is alive',
    { says: 'It is in a bounce buffer, and the driver has forgotten it.', clauses: ['os-accept'] },
    [
      connected,
      found('VF1', 'G1'),
      guest('os.driver.probe', own).accepted('shared'),
      guest('os.buffer.map', { ...own, page: 'P2' }).accepted('bounce buffer'),
      guest('os.driver.remove', own).accepted(),
      lock('VF1', 'G1'),
      allowed('VF1', 'G1'),
      guest('os.accept', own).refused('EBUSY', 'a mapping is alive').keeping(row),
    ],
  ),
  scenario(
    'B16: no accept with evidence of the lock session before',
    { says: 'The host unbound and bound again in between.', clauses: ['lock-session'] },
    [
      ...locked,
      allowed('VF1', 'G1'),
      unbind('VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted(),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' }).accepted('locked'),
      host('tsm.return').accepted('locked'),
      guest('os.accept', own).refused('ESTALE').leaving('tsm.VF1', { accepted: false }),
    ],
  ),
  scenario(
    'B17: a range that cannot be validated ends accepting',
    { says: 'Nobody has mapped it.', clauses: ['os-accept'] },
    [
      ...locked,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      guest('os.accept.mmio', own).refused('EIO').leaving(row, { mode: 'broken' }),
      guest('os.accept.dma', { ...own, source: 'tsm' }).refused('EINVAL'),
    ],
  ),
  scenario(
    'B18: no evidence without a report',
    { says: 'The TSM has fetched none yet.', clauses: ['os-evidence'] },
    [
      ...locked,
      guest('os.evidence', { ...own, blobs: 'genuine' })
        .refused('ENXIO')
        .keeping(row),
    ],
  ),
  scenario(
    'B19: what a guest closes is the device that it names',
    {
      backend: AMD_SEV_TIO,
      says: 'Its other device works on.',
      clauses: ['tio-sdte'],
    },
    [
      boot,
      connectDevice,
      serves('PF', 'G1', 'P2'),
      serves('VF1', 'G1', 'P1'),
      guest('tsm.tio-msg-sdte-close', own)
        .accepted('closed')
        .leaving('tsm.VF1', { dma: false })
        .leaving('tsm.PF', { dma: true }),
    ],
  ),
  scenario(
    'B20: neither blobs nor RUN are taken from the host unseen',
    { says: 'Digests and state are the word of the TSM.', clauses: ['os-evidence', 'os-accept'] },
    [
      ...locked,
      report('VF1'),
      guest('os.evidence', { ...own, blobs: 'substituted' })
        .refused('EBADMSG')
        .keeping(row),
      guest('os.evidence', { ...own, blobs: 'genuine' }).accepted(),
      guest('os.verify', { ...own, finding: 'agrees' }).accepted('allowed'),
      accepting('VF1', 'G1'),
      host('mmio.map', own).accepted('mapped'),
      guest('os.accept.mmio', own).accepted('validated'),
      guest('os.accept.dma', { ...own, source: 'host' })
        .refused('EBADMSG')
        .keeping(row),
    ],
  ),
  scenario(
    'B38: no driver before the policy',
    { says: 'The device is shared, and could be anybody.', clauses: ['os-policy'] },
    [
      guest('os.enumerate', own).accepted('found shared'),
      guest('os.driver.probe', own).refused('EPROBE_DEFER').keeping(row),
    ],
  ),
  scenario(
    'B40: an unlock that did not work is seen',
    { says: 'The host has not unbound the device.', clauses: ['os-unlock'] },
    [
      ...locked,
      evidence('VF1', 'G1'),
      guest('os.unlock', own).refused('EIO').leaving(row, { mode: 'broken' }),
    ],
  ),
];
