/** SEV-TIO among its kernels: launch, VFIO, a guest that accepts, and a host that does not keep still (host-guest 4). */
import {
  device,
  fabric,
  guest,
  host,
  now,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { found } from '../guest/phrases.ts';
import { assign, connectHost, launch, newVm, release } from '../host/phrases.ts';
import { enable, invalidate, takePage } from '../phrases.ts';
import {
  accept,
  allowed,
  arrives,
  attest,
  bind,
  boot,
  connectDevice,
  disconnect,
  disconnectByForce,
  mapPrivate,
  openUp,
  reclaim,
  run,
  serves,
  stopLost,
  unbind,
  unbindByForce,
  writes,
} from './phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const row = 'os.G1.VF1' as const;
const sends = device('dma.issue', {
  tdi: 'VF1',
  page: 'P1',
  access: 'write',
  traffic: 'private',
}).accepted('sent');
export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: from launch to acceptance by a kernel and back',
    {
      backend: AMD_SEV_TIO,
      says: `C1: launched, plugged in, locked, attested, accepted by the kernel of the guest, used by private DMA,
        given up, closed and disconnected; each page is the host’s again in the end.`,
      clauses: ['tio-bind', 'os-accept', 'vfio-assign', 'vfio-teardown', 'vm-launch'],
    },
    [
      newVm('G1'),
      launch('G1', 'P2'),
      boot,
      host('dsm.connect').refused('ENXIO', 'the TSM has no session').keeping('dsm'),
      connectDevice,
      connectHost,
      assign('VF1', 'G1'),
      enable('VF1'),
      found('VF1', 'G1'),
      guest('os.driver.probe', own).accepted('shared'),
      guest('os.lock', own).refused('EBUSY', 'a driver is attached'),
      guest('os.driver.remove', own).accepted(),
      guest('os.lock', own).refused('ENXIO', 'not bound to this guest').keeping(row),
      enable('VF1'),
      host('vfio.bind.begin', { tdi: 'VF1' }).accepted('prepared'),
      bind('VF1', 'G1'),
      host('vfio.bind.end', { tdi: 'VF1' }).accepted('bound').leaving('fn.VF1', { bound: 'yes' }),
      guest('tsm.tio-msg-tdi-info', own).refused('EBUSY').keeping('guest.G1.VF1'),
      allowed('VF1', 'G1'),
      accept('VF1', 'G1'),
      guest('os.driver.probe', own).accepted('accepted'),
      mapPrivate('VF1', 'G1', 'P1'),
      guest('os.convert.begin', { guest: 'G1', page: 'P1' }).accepted('asked'),
      writes('VF1', 'P1'),
      guest('os.driver.remove', own).accepted('Command register kept'),
      host('vfio.unbind', { tdi: 'VF1' }).refused('EBUSY', 'the TSM is not done'),
      unbind('VF1'),
      host('vfio.unbind', { tdi: 'VF1' }).accepted('unbound'),
      guest('os.unlock', own).accepted('unlocked').leaving(row, { mode: 'shared' }),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      invalidate('VF1'),
      release('VF1'),
      reclaim('VF1'),
      disconnect,
      host('dsm.disconnect').accepted('disconnected'),
      takePage('P1'),
      takePage('P2'),
      now('page.P1', { owner: 'nobody', data: 'nobody' })
        .and('page.P2', { owner: 'nobody', data: 'nobody' })
        .and('tsm.VF1', { boundTo: 'nobody', dma: false })
        .and('dma.VF1.P1', { table: 'none', iotlb: 'none' }),
    ],
  ),

  scenario(
    'SEV-TIO: cold plug with private memory mapped at realize',
    {
      backend: AMD_SEV_TIO,
      says: `C2, the broken way: RMPUPDATE at realize makes the page the guest’s, so the launch update is refused.
        Nothing is leaked: the VM dies, and the page goes back scrubbed.`,
      clauses: ['private-map-after-launch', 'vm-launch-update', 'tio-rmpupdate', 'page-scrub'],
      readings: { initialAssignMode: 'coldPrivate' },
    },
    [
      newVm('G1'),
      host('vfio.driver', { tdi: 'VF1', driver: 'vfio' }).accepted('bound'),
      host('vfio.open', { tdi: 'VF1', guest: 'G1' }).accepted('opened'),
      host('vfio.attach', { tdi: 'VF1' }).accepted('secure entry'),
      host('ioas.map', { guest: 'G1', page: 'P1', space: 'private' })
        .accepted('made private')
        .leaving('page.P1', { owner: 'G1', accepted: false }),
      host('vm.launch.update', { guest: 'G1', page: 'P1', contents: 'normal' })
        .refused('INVALID_PAGE_STATE')
        .keeping('page.P1', 'image.P1', 'vm.G1'),
      host('vm.launch.update', { guest: 'G1', page: 'P2', contents: 'normal' }).accepted('added'),
      host('vm.destroy.begin', { guest: 'G1' }).accepted('dying'),
      boot,
      connectDevice,
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G1' })
        .refused('NO_VM')
        .keeping('tsm.VF1', 'tioTdi.VF1', 'relay'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a private page is not reclaimed'),
      takePage('P1'),
      takePage('P2'),
      host('vm.destroy.end', { guest: 'G1' })
        .accepted('gone')
        .leaving('ioas.G1.P1', { kind: 'unmapped' }),
    ],
  ),

  scenario(
    'SEV-TIO: the host binds anew between evidence and acceptance',
    {
      backend: AMD_SEV_TIO,
      says: 'C3: blobs, digests and verdict were of the lock session before; the kernel does not accept.',
      clauses: ['lock-session', 'os-verify', 'tio-digest-fresh'],
    },
    [
      boot,
      connectDevice,
      found('VF1', 'G1'),
      bind('VF1', 'G1'),
      allowed('VF1', 'G1'),
      unbind('VF1'),
      reclaim('VF1'),
      bind('VF1', 'G1'),
      guest('os.accept', own)
        .refused('ESTALE', 'the verdict is of an earlier lock session')
        .keeping(row, 'tsm.VF1'),
      guest('tsm.tio-os-evidence', own).refused('EAGAIN').keeping('guest.G1.VF1'),
      host('tsm.tio-dev-measurements').accepted('request made'),
      device('spdm.answer').accepted('answered'),
      host('tsm.return').accepted('measurements'),
      guest('tsm.tio-os-evidence', own).refused('ENODATA').keeping('guest.G1.VF1'),
      host('tsm.tio-show-blobs', { tdi: 'VF1', blobs: 'staleNonce' }).accepted('shown'),
      guest('tsm.tio-os-evidence', own).refused('EBADMSG').keeping('guest.G1.VF1', row),
    ],
  ),

  scenario(
    'SEV-TIO: FLR in use, and a quiet bind to another guest',
    {
      backend: AMD_SEV_TIO,
      says: `C4: the first guest reaches nothing of the second session, and no private page of either is reached by
        what the other sends.`,
      clauses: ['rst-flr', 'tsm-one-guest', 'tio-host-table', 'tio-fence'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      sends,
      host('reset.flr', { tdi: 'VF1' }).accepted().leaving('tdi.VF1', { state: 'ERROR' }),
      arrives().accepted('write'),
      unbindByForce('VF1'),
      reclaim('VF1'),
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G2' }).refused('LOST').keeping('tsm.VF1'),
      stopLost('VF1'),
      reclaim('VF1'),
      enable('VF1'),
      bind('VF1', 'G2'),
      attest('VF1', 'G2'),
      run('VF1'),
      openUp('VF1', 'G2'),
      guest('mmio.private', { ...own, range: 'tee' }).refused('NOT_MAPPED'),
      guest('tsm.tio-msg-sdte-write', { ...own, sdte: 'split' }).refused('INVALID_TDI'),
      // the table of the host still leads to the page of the first guest
      sends,
      arrives()
        .dropped('RMP_VIOLATION')
        .leaving('fence.G2', { now: 'error', by: 'VF1' })
        .leaving('page.P1', { owner: 'G1' })
        .keeping('fence.G1'),
    ],
  ),

  scenario(
    'SEV-TIO: a page becomes shared and private again with a write in flight',
    {
      backend: AMD_SEV_TIO,
      says: `C8: RMPUPDATE asks nobody. The write that was sent for the page as it was finds another one, fails, and
        fences the guest; it is not validated by being assigned again.`,
      clauses: ['page-conversion', 'tio-rmpupdate', 'tio-fence'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      sends,
      takePage('P1'),
      host('page.give', { page: 'P1', guest: 'G1' })
        .accepted('given')
        .leaving('page.P1', { owner: 'G1', accepted: false }),
      arrives()
        .dropped('RMP_VIOLATION')
        .leaving('fence.G1', { now: 'error', by: 'VF1' })
        .leaving('page.P1', { data: 'nobody' }),
    ],
  ),

  scenario(
    'SEV-TIO: MSE is cleared between LOCK and acceptance',
    {
      backend: AMD_SEV_TIO,
      says: 'C9: the TDI falls; the firmware has heard nothing, but START fails, and nothing is opened.',
      clauses: ['cfg-command', 'tsm-cached', 'tio-start-by-host'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      found('VF1', 'G1'),
      bind('VF1', 'G1'),
      allowed('VF1', 'G1'),
      host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
        .accepted('clears under lock')
        .leaving('tdi.VF1', { state: 'ERROR' }),
      guest('os.accept', own).accepted('accepting'),
      host('tsm.tio-tdi-run', { tdi: 'VF1' }).accepted('SPDM request'),
      tsm('tdisp.start', { tdi: 'VF1' }).refused('INVALID_INTERFACE_STATE'),
      host('tsm.return').accepted('error').keeping('tsm.VF1'),
      host('mmio.map', own).accepted('mapped'),
      guest('os.accept.mmio', own).refused('EAGAIN').keeping(row, 'mmio.VF1'),
      host('tsm.tio-tdi-status', { tdi: 'VF1' }).accepted('SPDM request'),
      tsm('tdisp.state', { tdi: 'VF1' }).accepted('answered'),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'ERROR' }),
      host('tsm.tio-tdi-run', { tdi: 'VF1' }).refused('EFAULT').keeping('tsm.VF1', 'relay'),
    ],
  ),

  scenario(
    'SEV-TIO: a guest dies while its device does not answer',
    {
      backend: AMD_SEV_TIO,
      says: `C10, C16: an exchange is under way, no answer comes, every call is BUSY until the host gives it up; the
        unbind ends by force, memory goes back, and only then is the VM gone.`,
      clauses: ['vm-destroy', 'tsm-force', 'tio-unbind', 'tio-one-pending'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      host('tsm.tio-tdi-status', { tdi: 'VF1' }).accepted('SPDM request'),
      host('vm.destroy.begin', { guest: 'G1' }).accepted('dying'),
      guest('tsm.tio-msg-sdte-close', own).dropped('NOT_RUNNING').keeping('tsm.VF1'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a TDI is bound to it'),
      host('tsm.tio-tdi-unbind', { tdi: 'VF1' }).accepted('entry invalid'),
      host('tsm.tio-tdi-unbind-stop', { tdi: 'VF1' }).refused('BUSY'),
      host('tsm.tio-tdi-unbind-stop', { tdi: 'VF1' }).refused('BUSY').keeping('tsm.VF1', 'relay'),
      host('relay.abort').accepted('given up'),
      host('tsm.tio-tdi-unbind-stop', { tdi: 'VF1' }).accepted('SPDM request'),
      host('relay.abort').accepted('given up'),
      host('tsm.tio-tdi-unbind-end', { tdi: 'VF1' }).refused('SPDM_REQUEST').keeping('tsm.VF1'),
      host('tsm.tio-tdi-unbind-force', { tdi: 'VF1' }).accepted('lost'),
      host('vm.destroy.end', { guest: 'G1' }).refused('EBUSY', 'a private page is not reclaimed'),
      takePage('P1'),
      host('vm.destroy.end', { guest: 'G1' }).accepted('gone').leaving('vm.G1', { phase: 'gone' }),
      reclaim('VF1'),
      disconnectByForce,
    ],
  ),

  scenario(
    'SEV-TIO: keys are rolled while a guest waits for an attribute',
    {
      backend: AMD_SEV_TIO,
      says: 'C11: one unfinished command for each device. What is refused is as if it had not been asked; nothing is sent twice.',
      clauses: ['tio-roll-key', 'tio-one-pending', 'tio-mmio-config', 'ide-refresh'],
    },
    [
      boot,
      connectDevice,
      serves('VF1', 'G1', 'P1'),
      host('tsm.tio-roll-key').accepted('begun'),
      guest('tsm.tio-msg-mmio-config-set', { ...own, attribute: 'nonTee' })
        .refused('BUSY', 'another command is not finished')
        .keeping('relay', 'tdi.VF1'),
      host('tsm.tio-roll-key').refused('IDE_REQUEST').keeping('tio'),
      ...(['PR', 'NPR', 'CPL'] as const).map((sub) =>
        tsm('ide.key-prog', { keySet: 'K1', sub }).accepted('programmed'),
      ),
      tsm('ide.set-go', { keySet: 'K1' }).accepted('started'),
      tsm('ide.switch', { keySet: 'K1' }).accepted('switched').keeping('tdi.VF1'),
      host('tsm.tio-roll-key')
        .accepted('refreshed')
        .leaving('tio', { pending: 'none' })
        .leaving('stream', { sending: 'K1', secure: true })
        .leaving('keySet.K0', { go: false }),
      guest('tsm.tio-msg-mmio-config-set', { ...own, attribute: 'nonTee' }).accepted(
        'SPDM request',
      ),
      guest('tsm.tio-msg-mmio-config-set', { ...own, attribute: 'nonTee' })
        .refused('BUSY', 'an exchange is under way')
        .keeping('relay'),
      // the other way round: while the guest waits, nothing new is begun
      host('tsm.tio-roll-key').refused('BUSY', 'an exchange is under way').keeping('tio', 'relay'),
      host('tsm.tio-tdi-create', { tdi: 'VF2' })
        .refused('BUSY', 'an exchange is under way')
        .keeping('tioTdi.VF2'),
      tsm('tdisp.attribute', { tdi: 'VF1' })
        .accepted('attribute set')
        .leaving('tdi.VF1', { nonTee: true, state: 'RUN' }),
      host('tsm.return').accepted('attribute set').leaving('relay', { stage: 'idle' }),
      writes('VF1', 'P1'),
    ],
  ),

  scenario(
    'SEV-TIO: the BAR moves between report and acceptance',
    {
      backend: AMD_SEV_TIO,
      says: 'C12: the TDI falls, the RMP is given other pages than the report has, and the kernel takes its acceptance back.',
      clauses: ['tio-mmio-validate', 'tdisp-report', 'cfg-bar'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      found('VF1', 'G1'),
      bind('VF1', 'G1'),
      allowed('VF1', 'G1'),
      guest('os.accept', own).accepted('accepting'),
      run('VF1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' })
        .accepted()
        .leaving('tdi.VF1', { state: 'ERROR', bar: 'moved' }),
      host('mmio.map', own).accepted('mapped').leaving('mmio.VF1', { place: 'moved' }),
      guest('os.accept.mmio', own)
        .refused('EIO', 'rolled back: a range is not what the report says')
        .leaving(row, { mode: 'broken', tee: 'unmapped' })
        .leaving('tsm.VF1', { accepted: false, dma: false })
        .leaving('mmio.VF1', { accepted: false }),
    ],
  ),

  scenario(
    'SEV-TIO: another host kernel finds what the one before has left',
    {
      backend: AMD_SEV_TIO,
      says: 'C14: its driver reports nothing as connected, and connects only after everything was unbound and disconnected.',
      clauses: ['host-kexec', 'tio-disconnect', 'tio-device-context'],
    },
    [
      boot,
      connectDevice,
      connectHost,
      serves('VF1', 'G1', 'P1'),
      host('host.kexec')
        .accepted('started')
        .leaving('dsm', { context: 'absent', stale: true })
        .leaving('tio', { reported: false })
        .keeping('tsm.VF1', 'tdi.VF1', 'tioTdi.VF1'),
      host('tsm.tio-connect-report').refused('ESTALE').keeping('tio'),
      host('tsm.tio-tdi-create', { tdi: 'VF2' }).refused('EPERM').keeping('tioTdi.VF2'),
      host('dsm.connect').refused('ESTALE'),
      unbind('VF1'),
      reclaim('VF1'),
      disconnect,
      host('host.clean-up').accepted('clean').leaving('dsm', { stale: false }),
      host('ide.enable', { level: 0 }).accepted('disabled'),
      host('tsm.tio-dev-create').accepted('created'),
    ],
  ),

  scenario(
    'SEV-TIO: the device drops every reply',
    {
      backend: AMD_SEV_TIO,
      says: 'C16: connect and bind come to nothing, and the host takes everything back without the device.',
      clauses: ['tio-connect', 'relay-loop', 'tio-disconnect', 'tsm-force'],
    },
    [
      boot,
      host('tsm.tio-dev-create').accepted('created'),
      host('tsm.tio-dev-connect', { connect: 'asRequired' }).accepted('SPDM request'),
      tsm('spdm.connect.begin').accepted('handshake begun'),
      tsm('spdm.connect.end', { reply: 'lost' }).accepted('established').keeping('link'),
      host('tsm.tio-dev-connect', { connect: 'asRequired' }).refused('SPDM_REQUEST').keeping('tio'),
      host('tsm.tio-dev-reclaim').accepted('reclaimed').leaving('tio', { pending: 'none' }),
      host('tsm.tio-dev-page-reclaim').accepted('taken back'),
      connectDevice,
      host('tsm.tio-tdi-create', { tdi: 'VF1' }).accepted('created'),
      host('tsm.tio-tdi-bind', { tdi: 'VF1', guest: 'G1' }).accepted('SPDM request'),
      host('relay.abort').accepted('given up'),
      host('tsm.tio-tdi-report', { tdi: 'VF1' }).accepted('SPDM request'),
      host('relay.abort').accepted('given up'),
      host('tsm.tio-tdi-run', { tdi: 'VF1' }).refused('NO_NONCE').keeping('tsm.VF1'),
      unbindByForce('VF1'),
      reclaim('VF1'),
      disconnectByForce,
      fabric('fabric.deliver', { slot: 'S1' }).refused('EMPTY'),
    ],
  ),
];
