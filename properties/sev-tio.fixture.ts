/** For tests: for every property of SEV-TIO, steps made by hand that violate it. */
import type { Step } from './property.ts';
import {
  accept,
  answering,
  asking,
  BOTH,
  drop,
  edit,
  landed,
  RUNNING,
  refuse,
  UP,
  WRITING,
} from './worlds.fixture.ts';

const vf1 = { tdi: 1 };
const own = { guest: 0, tdi: 1 };
const slot = { slot: 0 };
const connected = {
  tio: { feature: 'initDone', context: 'connected', reported: true, largeBuffers: true },
} as const;
/** The firmware is connected; nothing has a context. */
export const CONNECTED = edit(UP, connected);
/** G1 serves itself of VF1; the firmware has its context. */
export const SERVING = edit(RUNNING, {
  ...connected,
  'tioTdi.1': { context: 'bound', blobs: 1 },
});
const WRITES = edit(WRITING, { ...connected, 'tioTdi.1': { context: 'bound', blobs: 1 } });
const TAKEN = edit(WRITES, {
  'page.0': { owner: null, accepted: false, ownership: 2 },
  'dma.1.0': { iotlb: 'private' },
});
/** G1 is fenced for a fault of VF1. */
export const FENCED = edit(SERVING, { 'fence.0': { now: 'error', by: 1 } });
const FENCED_WRITE = edit(WRITES, { 'fence.0': { now: 'error', by: 1 } });
const fault = (step: Step, code: string): Step => ({ ...step, outcome: { is: 'dropped', code } });
const measured = (w: typeof UP): typeof UP => edit(w, { tio: { measured: 'fresh' } });
/** The host has not given the firmware larger buffers yet. */
const SMALL_BUFFERS = edit(SERVING, { tio: { largeBuffers: false } });
/** The MMIO pages of VF1 are assigned to G1, which has not had them validated. */
const ASSIGNED_MMIO = edit(SERVING, { 'mmio.1': { accepted: false } });
/** The same where the RMP says whose a page is, as it does on this backend. */
const RMP_MMIO = edit(SERVING, { readings: { translationTables: 'host' } });

const PEER_LOCKED = { boundTo: 0, state: 'CONFIG_LOCKED' } as const;

export const SEV_TIO_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'tio-device-life-cycle': [
    accept('tsm.tio-dev-create', {}, UP, CONNECTED),
    refuse(
      'tsm.tio-dev-reclaim',
      {},
      edit(CONNECTED, { tio: { context: 'created' } }),
      edit(CONNECTED, { tio: { context: 'reclaimed' } }),
    ),
    accept('tsm.tio-dev-reclaim', {}, CONNECTED, edit(CONNECTED, { tio: { context: 'none' } })),
  ],
  'tio-tdi-life-cycle': [
    accept('tsm.bind', vf1, CONNECTED, edit(CONNECTED, { 'tioTdi.1': { context: 'bound' } })),
    accept(
      'tsm.tio-tdi-create',
      vf1,
      CONNECTED,
      edit(CONNECTED, { 'tioTdi.2': { context: 'created' } }),
    ),
  ],
  'tio-context-agrees-with-binding': [
    accept('tsm.unbind.end', vf1, SERVING, edit(SERVING, { 'tsm.1': { boundTo: null } })),
    accept('tsm.unbind.end', vf1, SERVING, edit(SERVING, { 'tioTdi.1': { context: 'unbound' } })),
  ],
  'tio-no-reuse-of-unreclaimed-pages': [
    accept(
      'tsm.tio-dev-reclaim',
      {},
      CONNECTED,
      edit(CONNECTED, { tio: { context: 'reclaimed' }, 'tioTdi.1': { context: 'unbound' } }),
    ),
  ],
  'tio-disconnect-implies-no-bound': [
    accept(
      'tsm.tio-dev-disconnect-force',
      {},
      SERVING,
      edit(SERVING, { tio: { context: 'disconnected' }, link: { session: null } }),
    ),
    accept('tsm.disconnect', {}, CONNECTED, edit(CONNECTED, { tio: { context: 'disconnected' } })),
  ],
  'tio-connected-implies-stream-secure': [
    accept(
      'tsm.tio-connect-report',
      {},
      edit(CONNECTED, { tio: { reported: false }, stream: { secure: false } }),
      edit(CONNECTED, { stream: { secure: false } }),
    ),
    accept('tsm.tio-dev-connect', {}, edit(CONNECTED, { tio: { reported: false } }), CONNECTED),
  ],
  'tio-keys-only-inside-commands': [
    accept('ide.set-go', { keySet: 1 }, CONNECTED, edit(CONNECTED, { 'keySet.1': { go: true } })),
    accept(
      'spdm.connect.begin',
      {},
      edit(CONNECTED, { session: { phase: 'none' }, tio: { pending: 'rollKey' } }),
      edit(CONNECTED, { session: { phase: 'handshaking' }, tio: { pending: 'rollKey' } }),
    ),
  ],
  'tio-one-exchange-per-device': [
    accept(
      'tsm.bind',
      vf1,
      edit(CONNECTED, { tio: { pending: 'rollKey' } }),
      asking(edit(CONNECTED, { tio: { pending: 'rollKey' } }), 'lock', 1),
    ),
    accept(
      'tsm.tio-roll-key',
      {},
      asking(CONNECTED, 'state', 1),
      asking(edit(CONNECTED, { tio: { pending: 'rollKey' } }), 'state', 1),
    ),
  ],
  'tio-digest-checked': [
    accept('guest.evidence', own, SERVING, SERVING),
    accept(
      'guest.evidence',
      own,
      measured(edit(SERVING, { 'tioTdi.1': { forged: true } })),
      SERVING,
    ),
    accept('guest.evidence', own, measured(edit(SERVING, { 'tioTdi.1': { blobs: 0 } })), SERVING),
  ],
  'tio-state-only-from-tsm': [
    accept(
      'guest.enable-dma',
      own,
      edit(SERVING, { 'tsm.1': { cached: 'CONFIG_LOCKED' }, 'tioTdi.1': { claimsRun: true } }),
      SERVING,
    ),
    accept('mmio.accept', own, edit(SERVING, { 'tsm.1': { cached: 'ERROR' } }), SERVING),
  ],
  'dma-targets-intended-layer': [
    accept('guest.enable-dma', { ...own, sdte: 'otherVmpl' }, SERVING, SERVING),
    refuse(
      'guest.enable-dma',
      { ...own, sdte: 'otherVmpl' },
      edit(SERVING, { 'tsm.1': { dma: false } }),
      SERVING,
    ),
  ],
  'tio-spoiled-message-no-effect': [
    accept('tsm.tio-guest-request', { guest: 0, tamper: 'replay' }, SERVING, SERVING),
  ],
  'rmp-check-after-translation': [
    accept('fabric.deliver', slot, TAKEN, landed(TAKEN)),
    accept(
      'fabric.deliver',
      slot,
      edit(WRITES, { 'page.0': { owner: 1 } }),
      edit(landed(WRITES), { 'page.0': { owner: 1 } }),
    ),
    accept(
      'fabric.deliver',
      slot,
      edit(WRITES, { 'page.0': { accepted: false } }),
      edit(landed(WRITES), { 'page.0': { accepted: false } }),
    ),
    accept(
      'fabric.deliver',
      slot,
      edit(WRITES, { 'tlp.0': { traffic: 'shared' } }),
      landed(WRITES),
    ),
  ],
  'vtom-consistent': [
    accept(
      'fabric.deliver',
      slot,
      edit(WRITES, { 'tioTdi.1': { vtom: 'allShared' } }),
      landed(WRITES),
    ),
  ],
  'no-silent-dma-drop': [
    fault(drop('fabric.deliver', slot, WRITES, landed(WRITES)), 'IOMMU_FAULT'),
    fault(drop('fabric.deliver', slot, TAKEN, landed(TAKEN)), 'RMP_VIOLATION'),
    fault(drop('fabric.deliver', slot, WRITES, landed(WRITES)), 'BLOCKED'),
    fault(drop('fabric.deliver', slot, WRITES, landed(WRITES)), 'FENCED'),
  ],
  'fault-blast-radius': [
    fault(
      drop('fabric.deliver', slot, WRITES, edit(WRITES, { 'fence.1': { now: 'error', by: 1 } })),
      'IOMMU_FAULT',
    ),
    accept('iommu.unmap', { tdi: 1, page: 0 }, SERVING, FENCED),
  ],
  'fence-stops-every-tdi': [
    accept('fabric.deliver', slot, FENCED_WRITE, landed(FENCED_WRITE)),
    accept('mmio.private', { ...own, range: 'tee' }, FENCED, FENCED),
  ],
  'fence-clear-needs-unbind': [
    accept('tsm.tio-asid-fence-clear', { guest: 0 }, FENCED, SERVING),
    accept(
      'tsm.tio-asid-fence-clear',
      { guest: 0 },
      edit(FENCED, { 'fence.0': { by: null, byPeer: true }, peer: { boundTo: 0 } }),
      edit(SERVING, { peer: { boundTo: 0 } }),
    ),
    accept('tsm.unbind.end', vf1, edit(FENCED, { 'fence.0': { by: null } }), SERVING),
  ],
  'fence-names-a-bound-tdi': [
    accept('tsm.unbind.end', vf1, FENCED, edit(FENCED, { 'tsm.1': { boundTo: null } })),
    accept(
      'tsm.tio-asid-fence-clear',
      { guest: 0 },
      FENCED,
      edit(FENCED, { 'fence.0': { now: 'none' } }),
    ),
  ],
  'fence-default-until-run': [
    accept(
      'tsm.bind',
      vf1,
      edit(BOTH, { 'fence.0': { now: 'default' }, 'tsm.1': { cached: 'CONFIG_LOCKED' } }),
      edit(BOTH, { 'tsm.1': { cached: 'CONFIG_LOCKED' } }),
    ),
    accept(
      'peer.deliver',
      {},
      edit(UP, { 'fence.0': { now: 'default' }, peer: PEER_LOCKED }),
      edit(UP, { peer: PEER_LOCKED }),
    ),
  ],
  'tio-initialised-once': [
    accept('tsm.tio-init', {}, CONNECTED, CONNECTED),
    accept('tsm.tio-status', {}, UP, edit(UP, { tio: { feature: 'enabled' } })),
    refuse(
      'tsm.tio-init',
      {},
      edit(UP, { tio: { feature: 'enabled' } }),
      edit(UP, { tio: { feature: 'initDone' } }),
    ),
  ],
  'tio-nothing-before-init': [
    accept('tsm.tio-dev-create', {}, UP, edit(UP, { tio: { context: 'created' } })),
  ],
  'tio-bind-checks-lock-flags': [
    accept('tsm.bind', { ...own, lock: 'p2p' }, CONNECTED, CONNECTED),
    refuse(
      'tsm.bind',
      { ...own, lock: 'cacheLine128' },
      CONNECTED,
      edit(CONNECTED, { 'tsm.1': { boundTo: 0 } }),
    ),
    refuse('tsm.bind', { ...own, lock: 'noRedirect' }, CONNECTED, asking(CONNECTED, 'lock', 1)),
  ],
  'tio-fresh-is-of-this-lock': [
    accept('firmware.update', { svn: 'svn2' }, measured(CONNECTED), measured(CONNECTED)),
    accept('tsm.return', {}, answering(measured(CONNECTED), 'lock', 1), measured(CONNECTED)),
  ],
  'tio-evidence-inside-session': [
    accept('spdm.answer', {}, CONNECTED, CONNECTED),
    accept('spdm.answer', {}, asking(CONNECTED, 'lock', 1), asking(CONNECTED, 'lock', 1)),
    drop('spdm.answer', {}, asking(CONNECTED, 'measurements', 1)),
    accept(
      'spdm.answer',
      {},
      edit(asking(CONNECTED, 'certificates', 1), { session: { phase: 'none' } }),
      CONNECTED,
    ),
  ],
  'tio-small-buffers-send-nothing': [
    accept('tsm.tio-dev-certificates', {}, SMALL_BUFFERS, SMALL_BUFFERS),
    refuse('tsm.report', vf1, SMALL_BUFFERS, asking(SMALL_BUFFERS, 'report', 1)),
  ],
  'tio-telling-changes-nothing': [
    accept('tsm.tio-tdi-info', vf1, SERVING, edit(SERVING, { 'tsm.1': { cached: 'ERROR' } })),
    accept('tsm.tio-dev-status', {}, CONNECTED, measured(CONNECTED)),
    accept('tsm.tio-status', {}, CONNECTED, edit(CONNECTED, { tio: { feature: 'enabled' } })),
    accept(
      'tsm.tio-msg-mmio-config',
      own,
      SERVING,
      edit(SERVING, { 'mmio.1': { accepted: false } }),
    ),
  ],
  'tio-validated-by-message-only': [
    accept('tsm.tio-pvalidate-mmio', own, ASSIGNED_MMIO, SERVING),
    accept('mmio.accept', { ...own, message: 'other' }, ASSIGNED_MMIO, SERVING),
    accept('mmio.accept', { guest: 1, tdi: 1, message: 'reported' }, ASSIGNED_MMIO, SERVING),
    accept(
      'mmio.accept',
      { ...own, message: 'reported' },
      edit(ASSIGNED_MMIO, { 'mmio.1': { place: 'moved' } }),
      edit(SERVING, { 'mmio.1': { place: 'moved' } }),
    ),
  ],
  'rmp-keeps-host-from-private-mmio': [
    accept('mmio.legacy', { tdi: 1, range: 'tee' }, RMP_MMIO, RMP_MMIO),
    drop('mmio.legacy', { tdi: 1, range: 'tee' }, RMP_MMIO),
  ],
  'tio-entry-closed-before-stop': [
    accept('tsm.unbind.stop', vf1, SERVING, asking(SERVING, 'stop', 1)),
  ],
};
