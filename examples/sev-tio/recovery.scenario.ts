/** SEV-TIO when the device is reset, pulled or grows: containment, removal, hot reset, a late VF (host-guest 4). */
import { device, fabric, guest, host, type Scenario, scenario } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { found } from '../guest/phrases.ts';
import { assign, connectHost } from '../host/phrases.ts';
import { enable, invalidate, takePage } from '../phrases.ts';
import {
  accept,
  allowed,
  arrives,
  bind,
  boot,
  connectAnew,
  connectDevice,
  disconnectByForce,
  mapPrivate,
  reclaim,
  serves,
  stopLost,
  type Tdi,
  unbindByForce,
  writes,
} from './phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const write = { tdi: 'VF1', page: 'P1', access: 'write', traffic: 'private' } as const;
/** The kernel has the TDI bound, and the firmware does it. */
const bindInOrder = (tdi: Tdi, to: 'G1' | 'G2') =>
  [
    host('vfio.bind.begin', { tdi }).accepted('prepared'),
    bind(tdi, to),
    host('vfio.bind.end', { tdi }).accepted('bound').leaving(`fn.${tdi}`, { bound: 'yes' }),
  ] as const;
/** From a bound TDI to one that a kernel of a guest has accepted. */
const inUse = (tdi: Tdi, by: 'G1' | 'G2') =>
  [
    assign(tdi, by),
    enable(tdi),
    found(tdi, by),
    ...bindInOrder(tdi, by),
    allowed(tdi, by),
    accept(tdi, by),
  ] as const;
/** What was bound is given up without the device, by firmware and kernel. */
const giveUp = (tdi: Tdi) =>
  [
    unbindByForce(tdi),
    reclaim(tdi),
    host('vfio.unbind', { tdi }).accepted('unbound').leaving(`fn.${tdi}`, { bound: 'no' }),
  ] as const;
/** A new session and new keys, and only then drivers again. */
const comeBack = [
  host('recover.restore').accepted('restored'),
  host('recover.authenticate').refused('EAGAIN', 'no new session').keeping('dsm'),
  host('tsm.tio-dev-create').accepted('created'),
  host('tsm.tio-dev-connect').refused('STREAM_ENABLED').keeping('tio'),
  host('tsm.tio-dev-reclaim').accepted('reclaimed'),
  host('tsm.tio-dev-page-reclaim').accepted('taken back'),
  host('ide.enable', { level: 0 }).accepted('disabled'),
  connectAnew,
  host('recover.authenticate')
    .accepted('authenticated')
    .leaving('dsm', { recovery: 'none', context: 'connected' }),
] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: containment in use, and recovery in order',
    {
      backend: AMD_SEV_TIO,
      says: `C5: the port contains the device. Nothing private leaves it, and no driver uses it, before contexts are
        given up, a new session is made and the stream is keyed again.`,
      clauses: ['recover-dpc', 'recover-reset', 'rst-conventional', 'tio-disconnect', 'tsm-force'],
    },
    [
      boot,
      connectDevice,
      connectHost,
      ...inUse('VF1', 'G1'),
      mapPrivate('VF1', 'G1', 'P1'),
      writes('VF1', 'P1'),
      device('dma.issue', write).accepted('sent'),
      fabric('port.contain')
        .accepted('contained')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .leaving('stream', { secure: false })
        .leaving('dsm', { recovery: 'contained' })
        .keeping('fn.VF1', 'tsm.VF1', 'tioTdi.VF1'),
      arrives().dropped('INSECURE').keeping('page.P1', 'fence.G1'),
      guest('mmio.private', { ...own, range: 'tee' }).dropped('INSECURE'),
      guest('os.error', { ...own, sign: 'allOnes' })
        .accepted('all ones')
        .leaving('os.G1.VF1', { mode: 'broken' }),
      host('driver.use', { tdi: 'VF1' }).refused('EAGAIN'),
      device('dma.issue', write).refused('NOT_RUN'),
      host('port.release')
        .accepted('released')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', holds: 'nobody' })
        .leaving('dsm', { recovery: 'reset', context: 'lost' }),
      host('driver.use', { tdi: 'VF1' }).refused('EAGAIN'),
      host('tsm.tio-tdi-status', { tdi: 'VF1' }).accepted('SPDM request'),
      host('relay.abort').accepted('given up'),
      host('recover.restore').refused('EBUSY', 'a TDI is bound').keeping('dsm'),
      ...giveUp('VF1'),
      disconnectByForce,
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('ENXIO').keeping('fn.VF1'),
      ...comeBack,
      host('driver.use', { tdi: 'VF1' }).accepted('used'),
      enable('VF1'),
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-tdi-bind', own).refused('LOST').keeping('tsm.VF1', 'relay'),
      stopLost('VF1'),
      reclaim('VF1'),
      ...bindInOrder('VF1', 'G1'),
      guest('tsm.tio-os-evidence', own).refused('EINVAL').keeping('guest.G1.VF1'),
      guest('os.accept', own).refused('EINVAL').keeping('os.G1.VF1'),
    ],
  ),

  scenario(
    'SEV-TIO: surprise removal in use',
    {
      backend: AMD_SEV_TIO,
      says: `C6: nobody answers. Unbind and disconnect end by force, each in a bounded number of calls, and context
        pages and memory go back to the host.`,
      clauses: ['hotplug', 'recover-removal', 'tsm-force', 'tio-unbind', 'tio-disconnect'],
    },
    [
      boot,
      connectDevice,
      connectHost,
      assign('VF1', 'G1'),
      host('vfio.bind.begin', { tdi: 'VF1' }).accepted('prepared'),
      serves('VF1', 'G1', 'P1'),
      host('vfio.bind.end', { tdi: 'VF1' }).accepted('bound'),
      device('dma.issue', write).accepted('sent'),
      host('device.remove')
        .accepted('pulled')
        .leaving('device', { present: false })
        .leaving('session', { phase: 'none' })
        .leaving('stream', { secure: false })
        .leaving('tsm.VF1', { boundTo: 'G1', cached: 'RUN', dma: true }),
      arrives().dropped('INSECURE').keeping('page.P1', 'fence.G1'),
      guest('mmio.private', { ...own, range: 'tee' }).dropped('NO_DEVICE'),
      host('hotplug.gone').refused('EBUSY').keeping('fn.VF1'),
      host('tsm.tio-dev-disconnect').refused('BOUND').keeping('tio'),
      host('tsm.tio-dev-disconnect-force').refused('BOUND').keeping('tio'),
      host('tsm.tio-tdi-unbind', { tdi: 'VF1' })
        .accepted('entry invalid')
        .leaving('tsm.VF1', { dma: false, accepted: false }),
      host('tsm.tio-tdi-unbind-stop', { tdi: 'VF1' }).accepted('SPDM request'),
      host('relay.abort').accepted('given up'),
      host('tsm.tio-tdi-unbind-end', { tdi: 'VF1' }).refused('SPDM_REQUEST').keeping('tsm.VF1'),
      host('tsm.tio-tdi-unbind-force', { tdi: 'VF1' })
        .accepted('lost')
        .leaving('tsm.VF1', { boundTo: 'nobody', lost: true }),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
      host('tsm.tio-dev-reclaim').refused('INVALID_STATE').keeping('tio'),
      reclaim('VF1'),
      disconnectByForce,
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      invalidate('VF1'),
      takePage('P1'),
      host('hotplug.gone')
        .accepted('functions vanish')
        .leaving('fn.VF1', { present: false, bound: 'no' })
        .leaving('dsm', { context: 'absent' }),
    ],
  ),

  scenario(
    'SEV-TIO: hot reset under two guests',
    {
      backend: AMD_SEV_TIO,
      says: `C7: both TDIs fall and both guests see it. After recovery each begins anew, and what one of them had
        before opens nothing of the other.`,
      clauses: ['rst-conventional', 'recover-reset', 'tsm-one-guest', 'lock-session', 'os-error'],
    },
    [
      boot,
      connectDevice,
      connectHost,
      ...inUse('VF1', 'G1'),
      ...inUse('VF2', 'G2'),
      mapPrivate('VF1', 'G1', 'P1'),
      mapPrivate('VF2', 'G2', 'P2'),
      host('vfio.reset', { tdi: 'VF2' }).refused('EBUSY').keeping('tdi.VF1', 'tdi.VF2'),
      host('port.reset', { reset: 'hotReset' })
        .accepted('reset')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED', nonce: 'none', holds: 'nobody' })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED', nonce: 'none', holds: 'nobody' })
        .leaving('dsm', { context: 'lost', recovery: 'reset' })
        .keeping('tsm.VF1', 'tsm.VF2', 'fence.G1', 'fence.G2'),
      guest('os.error', { ...own, sign: 'poll' })
        .accepted('no sign of one')
        .keeping('os.G1.VF1'),
      guest('os.error', { ...own, sign: 'allOnes' }).accepted('all ones'),
      guest('os.error', { guest: 'G2', tdi: 'VF2', sign: 'allOnes' })
        .accepted('all ones')
        .leaving('os.G2.VF2', { mode: 'broken' }),
      ...giveUp('VF1'),
      host('recover.restore').refused('EBUSY', 'a TDI is bound'),
      host('tsm.tio-dev-disconnect-force').refused('BOUND').keeping('tio'),
      ...giveUp('VF2'),
      disconnectByForce,
      ...comeBack,
      stopLost('VF1'),
      stopLost('VF2'),
      enable('VF1'),
      ...bindInOrder('VF1', 'G1'),
      ...bindInOrder('VF2', 'G2'),
      guest('os.unlock', own).refused('EIO').leaving('os.G1.VF1', { mode: 'broken' }),
      guest('tsm.tio-msg-sdte-close', { guest: 'G1', tdi: 'VF2' }).refused('INVALID_TDI'),
      guest('tsm.tio-os-evidence', { guest: 'G1', tdi: 'VF2' }).refused('EINVAL'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF2' })
        .refused('NOT_BOUND_TO_CALLER')
        .keeping('tsm.VF2'),
      device('dma.issue', write).refused('NOT_RUN'),
    ],
  ),

  scenario(
    'SEV-TIO: a VF that appears after connect is covered by the stream',
    {
      backend: AMD_SEV_TIO,
      says: 'C13, where the requester ids of the stream are those of all VFs that there may be: it is bound and used.',
      clauses: ['stream-range', 'host-functions', 'tio-tdi-context'],
    },
    [
      host('fn.remove', { tdi: 'VF1' }).accepted('removed').leaving('fn.VF1', { present: false }),
      boot,
      connectDevice,
      connectHost,
      host('fn.enumerate', { tdi: 'VF1' })
        .accepted('after connect, in the range of the stream')
        .leaving('fn.VF1', { present: true, inStream: true }),
      ...inUse('VF1', 'G1'),
      mapPrivate('VF1', 'G1', 'P1'),
      writes('VF1', 'P1'),
      host('fn.remove', { tdi: 'VF1' }).refused('EBUSY', 'the TDI is bound').keeping('fn.VF1'),
    ],
  ),

  scenario(
    'SEV-TIO: a VF that appears after connect is outside of the stream',
    {
      backend: AMD_SEV_TIO,
      says: `C13, where the range was made for the VFs that were there: the kernel refuses the bind, and no call
        reaches the firmware. A VF that was there is bound.`,
      clauses: ['stream-range', 'host-functions'],
      readings: { streamRange: 'presentVfs' },
    },
    [
      host('fn.remove', { tdi: 'VF1' }).accepted('removed'),
      boot,
      connectDevice,
      connectHost,
      host('fn.enumerate', { tdi: 'VF1' })
        .accepted('after connect, outside of it')
        .leaving('fn.VF1', { present: true, inStream: false }),
      assign('VF1', 'G1'),
      host('vfio.bind.begin', { tdi: 'VF1' }).refused('ERANGE').keeping('fn.VF1', 'tioTdi.VF1'),
      ...inUse('VF2', 'G1'),
    ],
  ),
];
