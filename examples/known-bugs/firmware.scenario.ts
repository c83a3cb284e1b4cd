/**
 * Known bugs of TSM firmware and paravisors (host-guest 5.3), each as a short run of what rightly comes of it.
 * `harness/known-bugs.ts` has the same as faults; these runs show them.
 */
import { device, guest, host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import { accepting, allowed, found, lock } from '../guest/phrases.ts';
import { assign, connectHost } from '../host/phrases.ts';
import { serves as servesQueue } from '../ibm-se-ap/phrases.ts';
import {
  attest,
  beginUnbind,
  bind,
  closeMmio,
  connected,
  enable,
  endUnbind,
  report,
  run,
  start,
  stop,
} from '../phrases.ts';
import {
  arrives,
  attest as attestTio,
  bind as bindTio,
  boot,
  connectDevice,
  mapPrivate,
  run as runTio,
} from '../sev-tio/phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
const own = { guest: 'G1', tdi: 'VF1' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'B26: no LOCK where MMIO ranges overlap',
    { says: 'The host put one BAR over another.', clauses: ['tdisp-lock-config'] },
    [
      connected,
      host('bar.write', { ...vf1, place: 'overlapping' }).accepted('plain write'),
      host('tsm.bind', { ...vf1, guest: 'G1' }).accepted('request made'),
      tsm('tdisp.lock', vf1)
        .refused('INVALID_DEVICE_CONFIGURATION', 'BARs overlap')
        .keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'B27a: an answer is looked at again when it comes in',
    { says: 'The TDI was unbound while the host carried it.', clauses: ['relay-loop'] },
    [
      connected,
      bind('VF1', 'G1'),
      host('tsm.report', vf1).accepted('request made'),
      tsm('tdisp.report', vf1).accepted('served'),
      beginUnbind('VF1'),
      host('tsm.unbind.force', vf1).accepted('lost'),
      host('tsm.return').dropped('NOT_BOUND').keeping('tsm.VF1'),
    ],
  ),
  scenario(
    'B27c: a create that fails leaves the pages as they are',
    {
      backend: AMD_SEV_TIO,
      says: 'TIO_INIT is missing.',
      clauses: ['tio-device-context'],
    },
    [
      host('tsm.tio-snp-init').accepted('enabled'),
      host('tsm.tio-dev-create').refused('NOT_INITIALISED').keeping('tio'),
    ],
  ),
  scenario(
    'B28a: who comes back to open DMA is asked again whose the TDI is',
    {
      says: 'While the first guest was accepting, the host gave the TDI to the second.',
      clauses: ['os-accept', 'lock-session'],
    },
    [
      connected,
      found('VF1', 'G1'),
      lock('VF1', 'G1'),
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      host('mmio.map', own).accepted('mapped'),
      guest('os.accept.mmio', own).accepted('validated'),
      beginUnbind('VF1'),
      stop('VF1'),
      closeMmio('VF1'),
      endUnbind('VF1'),
      run('VF1', 'G2'),
      guest('os.accept.dma', { ...own, source: 'tsm' })
        .refused('ESTALE')
        .leaving('tsm.VF1', { dma: false })
        .leaving('os.G1.VF1', { mode: 'broken' }),
    ],
  ),
  scenario(
    'B28b: a TDI whose session is dead is given back all the same',
    { says: 'No command needs the device.', clauses: ['tsm-force', 'verb-unbind'] },
    [
      connected,
      bind('VF1', 'G1'),
      host('reset.conventional').accepted(),
      beginUnbind('VF1'),
      host('tsm.unbind.force', vf1).accepted('lost').leaving('tsm.VF1', { boundTo: 'nobody' }),
    ],
  ),
  scenario(
    'B29: a state that was heard stops nothing',
    {
      says: 'A reset has unlocked the TDI, and the TSM hears of it in the middle of an unbind.',
      clauses: ['tsm-cached', 'verb-unbind'],
    },
    [
      connected,
      run('VF1', 'G1'),
      beginUnbind('VF1'),
      host('tsm.poll', vf1).accepted('request made'),
      tsm('tdisp.state', vf1).accepted('answered'),
      host('tsm.return')
        .accepted('state')
        .leaving('tsm.VF1', { cached: 'RUN', teardown: 'blocked' }),
      host('tsm.unbind.end', vf1).refused('NOT_STOPPED').keeping('tsm.VF1'),
    ],
  ),
  scenario(
    'B31a: what the device answers is what is cached',
    { says: 'The TDI has fallen.', clauses: ['tsm-cached'] },
    [
      connected,
      run('VF1', 'G1'),
      host('reset.flr', vf1).accepted('VF'),
      host('tsm.poll', vf1).accepted('request made'),
      tsm('tdisp.state', vf1).accepted('answered'),
      host('tsm.return').accepted('state').leaving('tsm.VF1', { cached: 'ERROR' }),
    ],
  ),
  scenario(
    'B31c: a write that disables MMIO waits for the unbind',
    {
      says: 'It is not dropped as if it had been made.',
      clauses: ['mse-clear-policy'],
      readings: { mseClearPolicy: 'unbindFirst' },
    },
    [
      connected,
      connectHost,
      assign('VF1', 'G1'),
      enable('VF1'),
      bind('VF1', 'G1'),
      guest('vmm.command', { ...vf1, bme: 1, mse: 0 })
        .refused('EAGAIN')
        .keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'B31d: an unbind ends stopped, and with nothing of the lock session left',
    { says: 'Neither nonce nor report.', clauses: ['verb-unbind', 'lock-session'] },
    [
      connected,
      bind('VF1', 'G1'),
      report('VF1'),
      beginUnbind('VF1'),
      host('tsm.unbind.end', vf1).refused('NOT_STOPPED').keeping('tsm.VF1'),
      stop('VF1'),
      endUnbind('VF1'),
    ],
  ),
  scenario(
    'B31e: the range that is validated is the one that the report has',
    { says: 'The host moved the BAR and mapped it where it is now.', clauses: ['mmio-accept'] },
    [
      connected,
      bind('VF1', 'G1'),
      attest('VF1', 'G1'),
      start('VF1'),
      host('bar.write', { ...vf1, place: 'moved' }).accepted('moved under lock'),
      host('mmio.map', own).accepted('mapped'),
      guest('mmio.accept', own).refused('MISMATCH').keeping('mmio.VF1'),
    ],
  ),
  scenario(
    'B31f: an entry is opened for the layer that asks',
    {
      backend: AMD_SEV_TIO,
      says: 'Another VMPL is for the SVSM to ask.',
      clauses: ['tio-sdte'],
    },
    [
      boot,
      connectDevice,
      bindTio('VF1', 'G1'),
      attestTio('VF1', 'G1'),
      runTio('VF1'),
      guest('tsm.tio-msg-sdte-write', { ...own, sdte: 'otherVmpl' })
        .refused('INVALID_VMPL')
        .leaving('tsm.VF1', { dma: false }),
    ],
  ),
  scenario(
    'B31g: a private page is not reached as a shared one',
    {
      backend: AMD_SEV_TIO,
      says: 'vTOM of the entry has every address as shared.',
      clauses: ['tio-vtom'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      bindTio('VF1', 'G1'),
      attestTio('VF1', 'G1'),
      runTio('VF1'),
      guest('tsm.tio-msg-sdte-write', { ...own, sdte: 'allShared' }).accepted('written'),
      mapPrivate('VF1', 'G1', 'P1'),
      device('dma.issue', {
        ...vf1,
        page: 'P1',
        access: 'write',
        traffic: 'private',
      }).accepted('sent'),
      arrives().dropped('RMP_VIOLATION').keeping('page.P1'),
    ],
  ),
  scenario(
    'B31h: a page is the guest’s only once the host has made it so',
    { says: 'Of two pages the host has converted one.', clauses: ['page-accept'] },
    [
      host('page.give', { page: 'P1', guest: 'G1' }).accepted('given'),
      guest('page.accept', { page: 'P1', guest: 'G1' }).accepted(),
      guest('page.accept', { page: 'P2', guest: 'G1' }).refused('NOT_OWNER').keeping('page.P2'),
    ],
  ),
  scenario(
    'B36: an index that nobody knows is an error',
    {
      backend: IBM_SE_AP,
      says: 'The queue is usable after kexec; with what it is associated nobody can say.',
      clauses: ['ap-kexec', 'ap-index-unknown'],
      readings: { bindSurvivesReset: 'yes' },
    },
    [
      servesQueue('G1', 'Q1', 'X1'),
      guest('tsm.ap-kexec', { guest: 'G1' }).accepted('new kernel'),
      guest('tsm.ap-show', { guest: 'G1', queue: 'Q1' }).refused('EIO'),
    ],
  ),
  scenario(
    'B41: a buffer of the wrong kind is not mapped',
    { says: 'A private page, and a device that is shared.', clauses: ['os-bounce'] },
    [
      found('VF1', 'G1'),
      guest('os.driver.probe', own).accepted('shared'),
      host('page.give', { page: 'P1', guest: 'G1' }).accepted('given'),
      guest('page.accept', { page: 'P1', guest: 'G1' }).accepted(),
      guest('os.buffer.map', { ...own, page: 'P1' })
        .refused('EFAULT')
        .keeping('os.G1.VF1'),
    ],
  ),
  scenario(
    'B43: an interface outside of the device is not locked',
    { says: 'The host chose its id.', clauses: ['tdisp-lock'] },
    [
      connected,
      host('tsm.bind', { ...vf1, guest: 'G1', id: 'foreign' }).accepted('request made'),
      tsm('tdisp.lock', vf1).refused('INVALID_INTERFACE', 'foreign interface').keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'B44: a range is mapped only for whom the TDI belongs to when it is mapped',
    {
      says: `The first guest asked while the TDI was its own. Before the host does its part it gives
        the TDI to the second guest.`,
      clauses: ['mmio-accept', 'lock-session'],
    },
    [
      connected,
      found('VF1', 'G1'),
      lock('VF1', 'G1'),
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      beginUnbind('VF1'),
      stop('VF1'),
      endUnbind('VF1'),
      run('VF1', 'G2'),
      host('mmio.map', own).refused('NOT_BOUND_TO_CALLER').keeping('mmio.VF1'),
      guest('os.accept.mmio', own).refused('ESTALE').leaving('mmio.VF1', { accepted: false }),
    ],
  ),
];
