/**
 * Known bugs of host kernels, VFIO and VMMs (host-guest 5.1), each as a short run of what rightly comes of it.
 * `harness/known-bugs.ts` has the same as faults; these runs show them.
 */
import { device, fabric, host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { assign, bindInOrder, connectHost, newVm } from '../host/phrases.ts';
import {
  attest,
  connect,
  connected,
  enable,
  openMmio,
  report,
  bind as simpleBind,
  start,
  unbind,
} from '../phrases.ts';
import { arrives, boot, connectDevice, serves } from '../sev-tio/phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
/** VF1 is assigned to the VM of G1 over a device that the kernel has connected. */
const assigned = [connected, connectHost, assign('VF1', 'G1')] as const;
const bound = [...assigned, bindInOrder('VF1', 'G1')] as const;
const write = { ...vf1, page: 'P1', access: 'write', traffic: 'private' } as const;
/** The host withdraws the page that a TDI writes to. */
const withdrawn = [
  host('iommu.unmap', { ...vf1, page: 'P1' }).accepted('unmapped'),
  host('iommu.invalidate.begin', vf1).accepted('begun'),
  fabric('iommu.invalidate.end', vf1).accepted('completed'),
  device('dma.issue', write).accepted('sent'),
] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'B1: a bind waits for the command under way on its DSM',
    {
      backend: AMD_SEV_TIO,
      says: 'The lock is that of the DSM, whichever function the bind is for.',
      clauses: ['tio-one-pending'],
    },
    [
      boot,
      connectDevice,
      host('tsm.tio-tdi-create', vf1).accepted('created'),
      host('tsm.tio-roll-key').accepted('begun'),
      host('tsm.tio-tdi-bind', { ...vf1, guest: 'G1' })
        .refused('BUSY', 'another command is not finished')
        .keeping('relay', 'tioTdi.VF1'),
    ],
  ),
  scenario(
    'B2: a bind counts only if the TDI is bound to the VM that has it open',
    { says: 'The TSM bound it to another VM.', clauses: ['vfio-bind'] },
    [
      ...assigned,
      host('vfio.bind.begin', vf1).accepted('prepared'),
      simpleBind('VF1', 'G2'),
      host('vfio.bind.end', vf1).refused('EBUSY').leaving('fn.VF1', { bound: 'binding' }),
    ],
  ),
  scenario(
    'B4: the unbind of one device leaves the others as they are',
    { says: 'VF2 of another VM stays bound.', clauses: ['vfio-teardown'] },
    [
      ...bound,
      assign('VF2', 'G2'),
      bindInOrder('VF2', 'G2'),
      unbind('VF1'),
      host('vfio.unbind', vf1).accepted('unbound').keeping('fn.VF2'),
    ],
  ),
  scenario(
    'B5: VFIO does not reset a bound function',
    { says: 'A reset zaps the BARs first.', clauses: ['vfio-reset'] },
    [...bound, host('vfio.reset', vf1).refused('EBUSY', 'the TDI is bound').keeping('tdi.VF1')],
  ),
  scenario(
    'B6: neither private MMIO nor the idevice goes before the binding',
    { says: 'Unbind comes first, then the vdevice.', clauses: ['vfio-teardown'] },
    [
      ...bound,
      attest('VF1', 'G1'),
      start('VF1'),
      openMmio('VF1', 'G1'),
      host('vfio.fault', vf1).accepted('mapped'),
      host('vfio.zap', vf1).refused('EBUSY', 'unbind comes first').keeping('fn.VF1'),
      host('vfio.detach', vf1).refused('EBUSY', 'it has a vdevice').keeping('fn.VF1'),
    ],
  ),
  scenario(
    'B7: one vdevice for one idevice',
    { says: 'A second one would bind the TDI twice.', clauses: ['vfio-assign'] },
    [...assigned, host('vfio.vdevice', vf1).refused('EEXIST').keeping('fn.VF1')],
  ),
  scenario(
    'B8: a page that is unmapped under one TDI costs its own guest alone',
    {
      backend: AMD_SEV_TIO,
      says: 'A write of the other guest is in flight at the time.',
      clauses: ['tio-fence'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      serves('VF2', 'G2', 'P2'),
      ...withdrawn,
      device('dma.issue', { ...write, tdi: 'VF2', page: 'P2' }).accepted('sent'),
      arrives()
        .dropped('IOMMU_FAULT')
        .leaving('fence.G1', { now: 'error', by: 'VF1' })
        .keeping('fence.G2'),
    ],
  ),
  scenario(
    'B9: a page that is withdrawn is noticed',
    {
      backend: AMD_SEV_TIO,
      says: 'The write is lost, and the guest is fenced for it.',
      clauses: ['tio-fence'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      ...withdrawn,
      arrives().dropped('IOMMU_FAULT').leaving('fence.G1', { now: 'error' }),
    ],
  ),
  scenario(
    'B10: no private memory for a device before the launch is finished',
    {
      says: 'Otherwise the page is the guest’s already when the launch wants to measure it.',
      clauses: ['private-map-after-launch', 'vm-launch-update'],
    },
    [
      newVm('G1'),
      ...assigned,
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' })
        .refused('EINVAL', 'the launch is not finished')
        .keeping('page.P1', 'ioas.G1.P1'),
      host('vm.launch.update', { guest: 'G1', page: 'P1', contents: 'normal' }).accepted('added'),
    ],
  ),
  scenario(
    'B14: a private fault is given what the TSM has mapped, and nothing else',
    {
      says: 'The slices of host, report and TSM must agree; of this range the TSM has no mapping.',
      clauses: ['vfio-bind', 'mmio-accept'],
    },
    [...bound, host('vfio.fault', vf1).refused('EAGAIN').keeping('fn.VF1')],
  ),
  scenario(
    'B22: no connect over a stream that is not Secure',
    { says: 'Enabling the stream has failed.', clauses: ['host-connect'] },
    [connect, host('dsm.connect').refused('EIO').keeping('dsm')],
  ),
  scenario(
    'B23: the error of an exchange stays one',
    {
      says: 'The device refuses START, because the TDI has fallen; for the TSM it does not run then.',
      clauses: ['relay-loop', 'tdisp-start'],
    },
    [
      connected,
      simpleBind('VF1', 'G1'),
      attest('VF1', 'G1'),
      host('reset.flr', vf1).accepted('VF'),
      host('tsm.start', vf1).accepted('request made'),
      tsm('tdisp.start', vf1).refused('INVALID_INTERFACE_STATE', 'not locked'),
      host('tsm.return').accepted('error').leaving('tsm.VF1', { cached: 'CONFIG_LOCKED' }),
    ],
  ),
  scenario(
    'B24: a late VF outside of the stream is not bound',
    {
      says: 'The range of the stream was made for the VFs that were there at connect.',
      clauses: ['stream-range'],
      readings: { streamRange: 'presentVfs' },
    },
    [
      host('fn.remove', vf1).accepted('removed'),
      connected,
      connectHost,
      host('fn.enumerate', vf1).accepted('after connect, outside of it'),
      assign('VF1', 'G1'),
      host('vfio.bind.begin', vf1).refused('ERANGE').keeping('fn.VF1'),
    ],
  ),
  scenario(
    'B25: no LOCK while another stream answers to the same id',
    { says: 'The host has left it so.', clauses: ['tdisp-lock-stream'] },
    [
      connected,
      host('ide.setup', { setup: 'twoDefaults' }).accepted('changed'),
      host('tsm.bind', { ...vf1, guest: 'G1' }).accepted('request made'),
      tsm('tdisp.lock', vf1).refused('INVALID_REQUEST', 'two default streams').keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'B32: containment is no removal',
    { says: 'The link is down, and the device is still there.', clauses: ['recover-dpc'] },
    [
      ...assigned,
      fabric('port.contain').accepted('contained'),
      host('hotplug.gone').refused('PRESENT').keeping('fn.VF1'),
    ],
  ),
  scenario(
    'B33: no driver uses the device between reset and authentication',
    { says: 'What answers may be another device.', clauses: ['recover-reset'] },
    [
      ...assigned,
      host('port.reset', { reset: 'hotReset' }).accepted('reset'),
      host('driver.use', vf1).refused('EAGAIN'),
    ],
  ),
  scenario(
    'B37: a page that is converted is unmapped everywhere',
    { says: 'It was mapped as shared.', clauses: ['ioas-conversion'] },
    [
      ...assigned,
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'shared' }).accepted('shared'),
      host('ioas.convert', { guest: 'G1', page: 'P1' })
        .accepted('to private')
        .leaving('ioas.G1.P1', { kind: 'unmapped' }),
    ],
  ),
  scenario(
    'B39: a VF is not removed while it is bound',
    { says: 'The TSM would keep a TDI without a function.', clauses: ['host-functions'] },
    [...bound, host('fn.remove', vf1).refused('EBUSY', 'the TDI is bound').keeping('fn.VF1')],
  ),
  scenario(
    'B42: what a failed bind left is reclaimed before the device context',
    {
      backend: AMD_SEV_TIO,
      says: 'Leaking a page is harmless; using it again is not.',
      clauses: ['tio-tdi-context', 'tio-disconnect-bound'],
    },
    [
      boot,
      connectDevice,
      host('tsm.tio-tdi-create', vf1).accepted('created'),
      host('tsm.tio-tdi-bind', { ...vf1, guest: 'G1', lock: 'p2p' }).refused('INVALID_PARAM'),
      host('tsm.tio-dev-disconnect').accepted('disconnected'),
      host('tsm.tio-dev-reclaim').refused('TDI_CONTEXTS').keeping('tio'),
      host('tsm.tio-dev-page-reclaim').refused('INVALID_PAGE_STATE').keeping('tio'),
      host('tsm.tio-tdi-reclaim', vf1).accepted('reclaimed'),
      host('tsm.tio-tdi-page-reclaim', vf1).accepted('taken back'),
      host('tsm.tio-dev-reclaim').accepted('reclaimed'),
      host('tsm.tio-dev-page-reclaim').accepted('taken back'),
    ],
  ),
  scenario(
    'B45: closing a bound function leaves its Command register alone',
    {
      says: 'Clearing BME would take the TDI to ERROR before anybody could stop it.',
      clauses: ['vfio-teardown', 'cfg-command'],
    },
    [
      ...assigned,
      enable('VF1'),
      bindInOrder('VF1', 'G1'),
      report('VF1'),
      host('vfio.close', vf1).refused('EBUSY', 'the TDI is bound').keeping('tdi.VF1'),
    ],
  ),
];
