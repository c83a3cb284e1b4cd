/** What the firmware of SEV-TIO refuses: commands out of order, flags, small buffers, ranges that are not in the report. */
import { device, guest, host, type Scenario, scenario, tsm } from '../../harness/scenario.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { deviceStops, enable } from '../phrases.ts';
import { attest, bind, boot, connectAnew, connectDevice, openUp, reclaim, run } from './phrases.ts';

const vf1 = { tdi: 'VF1' } as const;
const own = { guest: 'G1', tdi: 'VF1' } as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'SEV-TIO: commands before their time',
    {
      backend: AMD_SEV_TIO,
      says: `From power-on to a bound TDI and back, each command is tried before what it needs is there. None of them
        has an effect, and what only tells changes nothing.`,
      clauses: [
        'tio-init',
        'tio-device-context',
        'tio-stream',
        'tio-lock-flags',
        'tio-expand-buffer',
        'tio-status',
        'tio-unbind-order',
      ],
    },
    [
      host('tsm.tio-dev-create').refused('NOT_INITIALISED').keeping('tio'),
      boot,
      host('tsm.tio-snp-init').refused('INVALID_STATE').keeping('tio'),
      host('tsm.tio-dev-connect').refused('INVALID_STATE').keeping('tio'),
      host('tsm.tio-dev-status').refused('ENXIO'),
      host('tsm.tio-connect-report').refused('NOT_CONNECTED').keeping('tio'),
      host('tsm.tio-dev-certificates').refused('NOT_CONNECTED').keeping('tio', 'relay'),
      host('tsm.tio-tdi-create', vf1).refused('EPERM').keeping('tioTdi.VF1'),
      host('tsm.tio-dev-create').accepted('created'),
      host('tsm.tio-dev-connect', { connect: 'withoutTc0' })
        .refused('INVALID_PARAM')
        .keeping('tio'),
      host('tsm.tio-dev-connect', { connect: 'noSecuredMailbox' })
        .refused('NO_MAILBOX')
        .keeping('tio'),
      host('tsm.tio-dev-reclaim').accepted('reclaimed'),
      host('tsm.tio-dev-create').refused('INVALID_PAGE_STATE').keeping('tio'),
      host('tsm.tio-dev-page-reclaim').accepted('taken back'),
      connectAnew,
      host('tsm.tio-dev-create').refused('INVALID_PAGE_STATE').keeping('tio'),
      host('tsm.tio-dev-status').accepted('told').keeping('tio'),
      host('tsm.tio-dev-certificates').refused('EXPAND_BUFFER').keeping('tio', 'relay'),
      host('tsm.tio-dev-measurements').refused('EXPAND_BUFFER').keeping('tio', 'relay'),
      host('tsm.tio-tdi-status', vf1).refused('ENXIO').keeping('relay'),
      host('tsm.tio-tdi-info', vf1).refused('NOT_BOUND'),
      host('tsm.tio-tdi-bind', own).refused('INVALID_STATE').keeping('tsm.VF1', 'relay'),
      host('tsm.tio-tdi-create', vf1).accepted('created'),
      ...(['p2p', 'noRedirect', 'cacheLine128'] as const).map((lock) =>
        host('tsm.tio-tdi-bind', { ...own, lock })
          .refused('INVALID_PARAM')
          .keeping('tsm.VF1', 'tioTdi.VF1', 'tdi.VF1', 'relay'),
      ),
      host('tsm.tio-tdi-run', vf1).refused('NOT_BOUND').keeping('relay'),
      host('tsm.tio-tdi-bind', own).accepted('SPDM request'),
      tsm('tdisp.lock', vf1).accepted('locked'),
      host('tsm.return').accepted('locked'),
      host('tsm.tio-tdi-info', vf1).accepted('told').keeping('tsm.VF1', 'tioTdi.VF1'),
      host('tsm.tio-tdi-report', vf1).refused('EXPAND_BUFFER').keeping('relay', 'tsm.VF1'),
      host('tsm.tio-tdi-run', vf1).refused('NO_REPORT').keeping('relay', 'tsm.VF1'),
      host('tsm.tio-show-blobs', { tdi: 'VF1', blobs: 'genuine' }).refused('NO_REPORT'),
      host('tsm.tio-expand-buffers').accepted('large'),
      host('tsm.tio-tdi-report', vf1).accepted('SPDM request'),
      tsm('tdisp.report', vf1).accepted('served'),
      host('tsm.return').accepted('report'),
      host('tsm.tio-tdi-reclaim', vf1).refused('BOUND').keeping('tioTdi.VF1'),
      host('tsm.tio-dev-reclaim').refused('INVALID_STATE').keeping('tio'),
      host('tsm.tio-tdi-unbind-stop', vf1).refused('INVALID_STATE').keeping('relay'),
      host('tsm.tio-tdi-unbind', vf1)
        .accepted('entry invalid')
        .leaving('tsm.VF1', { dma: false })
        .keeping('tdi.VF1', 'relay'),
      host('tsm.tio-tdi-unbind', vf1).refused('UNBINDING').keeping('tsm.VF1'),
      host('tsm.tio-tdi-unbind-end', vf1).refused('SPDM_REQUEST').keeping('tsm.VF1'),
      host('tsm.tio-tdi-unbind-stop', vf1).accepted('SPDM request'),
      deviceStops('VF1'),
      host('tsm.return').accepted('stopped'),
      host('tsm.tio-tdi-unbind-end', vf1).accepted('unbound'),
      host('tsm.tio-tdi-page-reclaim', vf1).refused('INVALID_PAGE_STATE').keeping('tioTdi.VF1'),
      host('tsm.tio-dev-disconnect').accepted('disconnected'),
      host('tsm.tio-dev-reclaim').refused('TDI_CONTEXTS').keeping('tio'),
      reclaim('VF1'),
      host('tsm.tio-dev-reclaim').accepted('reclaimed'),
      host('tsm.tio-dev-page-reclaim').accepted('taken back'),
    ],
  ),

  scenario(
    'SEV-TIO: MMIO that is not in the report, and consent that is taken back',
    {
      backend: AMD_SEV_TIO,
      says: `A message names another range, comes before RUN, or is of another guest: nothing is validated. What was
        validated can be made invalid again; PVALIDATE does neither, and the host has no access.`,
      clauses: ['tio-mmio-validate', 'tio-mmio-config', 'tio-mmio-rmp', 'mmio-accept'],
    },
    [
      boot,
      connectDevice,
      enable('VF1'),
      host('mmio.legacy', { ...vf1, range: 'tee' }).accepted('served unlocked'),
      bind('VF1', 'G1'),
      host('mmio.legacy', { ...vf1, range: 'tee' }).dropped('T0_TO_TEE'),
      guest('tsm.tio-pvalidate-mmio', own).refused('NOT_MAPPED'),
      guest('tsm.tio-msg-mmio-validate', own).refused('NOT_MAPPED').keeping('mmio.VF1'),
      host('mmio.map', own).accepted('mapped'),
      host('mmio.legacy', { ...vf1, range: 'tee' }).dropped('RMP_VIOLATION'),
      host('mmio.legacy', { ...vf1, range: 'nonTee' }).accepted('non-TEE range'),
      guest('tsm.tio-msg-mmio-validate', own).refused('NOT_ACCEPTED').keeping('mmio.VF1'),
      attest('VF1', 'G1'),
      guest('tsm.tio-msg-tdi-info', own).refused('STALE_MEASUREMENTS').keeping('guest.G1.VF1'),
      guest('tsm.tio-msg-mmio-validate', own).refused('NOT_RUN').keeping('mmio.VF1'),
      run('VF1'),
      guest('tsm.tio-pvalidate-mmio', own).refused('FAIL_MMIO').keeping('mmio.VF1'),
      guest('tsm.tio-msg-mmio-validate', { ...own, message: 'other' })
        .refused('RANGE_ERROR')
        .keeping('mmio.VF1'),
      guest('tsm.tio-msg-mmio-validate', { guest: 'G2', tdi: 'VF1' })
        .refused('INVALID_TDI')
        .keeping('mmio.VF1'),
      guest('mmio.private', { ...own, range: 'tee' }).refused('NOT_MAPPED'),
      host('mmio.unmap', vf1).accepted('unmapped'),
      openUp('VF1', 'G1'),
      guest('mmio.private', { ...own, range: 'tee' }).accepted('served'),
      guest('tsm.tio-msg-mmio-config', own).accepted('told').keeping('mmio.VF1', 'tdi.VF1'),
      guest('tsm.tio-msg-mmio-invalidate', own)
        .accepted('invalidated')
        .leaving('mmio.VF1', { guest: 'G1', accepted: false }),
      guest('tsm.tio-msg-mmio-invalidate', own).refused('NOT_CHANGED').keeping('mmio.VF1'),
      guest('mmio.private', { ...own, range: 'tee' }).refused('NOT_MAPPED'),
      guest('tsm.tio-msg-mmio-validate', own).accepted('validated'),
      host('mmio.unmap', vf1).accepted('unmapped').leaving('mmio.VF1', { accepted: false }),
    ],
  ),

  scenario(
    'SEV-TIO: evidence that is asked for in a session that ends',
    {
      backend: AMD_SEV_TIO,
      says: `The device hands out certificates and measurements when it is asked inside a live session, and only then.
        A request that was sealed in a session that has ended in the meantime gets no answer, and the firmware learns
        nothing from it.`,
      clauses: ['spdm-evidence', 'spdm-session-end', 'relay-loop'],
    },
    [
      boot,
      connectDevice,
      device('spdm.answer').dropped('NO_REQUEST').keeping('relay'),
      host('tsm.tio-tdi-create', vf1).accepted('created'),
      host('tsm.tio-tdi-bind', own).accepted('SPDM request'),
      device('spdm.answer').dropped('OTHER_REQUEST').keeping('relay', 'tdi.VF1'),
      tsm('tdisp.lock', vf1).accepted('locked'),
      host('tsm.return').accepted('locked'),
      host('tsm.tio-dev-measurements').accepted('request made'),
      host('spdm.session.end', { cause: 'heartbeatExpiry' })
        .accepted('ended')
        .leaving('tdi.VF1', { state: 'ERROR' })
        .keeping('relay'),
      device('spdm.answer').dropped('NO_SESSION').keeping('relay', 'tio'),
      host('tsm.return').refused('NO_RESPONSE').keeping('tio', 'relay'),
      host('relay.abort').accepted('given up').leaving('relay', { stage: 'idle' }).keeping('tio'),
    ],
  ),

  scenario(
    'SEV-TIO: a guest that is fenced by default',
    {
      backend: AMD_SEV_TIO,
      says: `Where the platform fences a guest before its first RUN, the fence is no error, and it is lifted by the
        answer to START and by nothing before.`,
      clauses: ['tio-fence-default', 'tio-fence'],
      readings: { fenceBeforeRun: 'yes' },
    },
    [
      boot,
      connectDevice,
      host('tsm.tio-asid-fence-status', { guest: 'G1' }).accepted('not fenced'),
      bind('VF1', 'G1'),
      host('tsm.tio-asid-fence-status', { guest: 'G1' }).accepted('fenced by default'),
      host('tsm.tio-asid-fence-status', { guest: 'G2' }).accepted('not fenced'),
      host('tsm.tio-asid-fence-clear', { guest: 'G1' }).refused('NOT_FENCED').keeping('fence.G1'),
      attest('VF1', 'G1'),
      run('VF1'),
      host('tsm.tio-asid-fence-status', { guest: 'G1' }).accepted('not fenced'),
      openUp('VF1', 'G1'),
    ],
  ),
];
