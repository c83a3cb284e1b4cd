/** Runs of steps that the scenarios of SEV-TIO share; `examples/phrases.ts` has those of every backend. */
import {
  device,
  fabric,
  guest,
  host,
  type Part,
  type Phrase,
  phrase,
  tsm,
} from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';
import { connect, deviceStops, enable, givePage, key } from '../phrases.ts';

export type Tdi = Name<'Tdi'>;
type Guest = Name<'Guest'>;
type Page = Name<'Page'>;

/** Step 1: SNP comes up with TIO, and the host driver gives it buffers. */
export const boot = phrase('boot: SNP with TIO', [
  host('tsm.tio-status').accepted('not enabled'),
  host('tsm.tio-init').refused('NOT_ENABLED'),
  host('tsm.tio-snp-init').accepted('enabled').leaving('tio', { feature: 'enabled' }),
  host('tsm.tio-init').accepted('initialised').leaving('tio', { feature: 'initDone' }),
  host('tsm.tio-init').refused('INVALID_STATE').keeping('tio'),
  host('tsm.tio-status').accepted('initialised'),
]);

/** Context, session, keys, stream, and only then the report to the kernel. */
export const connectAnew = phrase('connect', [
  host('tsm.tio-dev-create').accepted('created').leaving('tio', { context: 'created' }),
  tsm('spdm.connect.begin').refused('NOT_ASKED'),
  host('tsm.tio-dev-connect').accepted('SPDM request').leaving('tio', { pending: 'connect' }),
  host('tsm.tio-dev-connect').refused('SPDM_REQUEST').keeping('tio'),
  connect,
  host('tsm.tio-dev-connect').refused('IDE_REQUEST').keeping('tio'),
  key('K0'),
  host('tsm.tio-dev-connect')
    .accepted('connected')
    .leaving('tio', { context: 'connected', pending: 'none' }),
  host('tsm.tio-connect-report').refused('EIO').keeping('tio'),
  host('ide.enable', { level: 1 }).accepted('enabled').leaving('stream', { secure: true }),
  host('tsm.tio-connect-report').accepted('reported').leaving('tio', { reported: true }),
]);

/** Step 2: connect for the first time; the certificates need larger buffers. */
export const connectDevice = phrase('connect the physical device', [
  connectAnew,
  host('tsm.tio-dev-certificates').refused('EXPAND_BUFFER').keeping('tio', 'relay'),
  host('tsm.tio-expand-buffers').accepted('large').leaving('tio', { largeBuffers: true }),
  host('tsm.tio-dev-certificates').accepted('request made'),
  device('spdm.answer').accepted('answered'),
  host('tsm.return').accepted('certificates').leaving('relay', { stage: 'idle' }),
]);

/** TDI_CREATE and TDI_BIND, run 0, with both its rounds. */
export const bind = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`bind ${tdi} to ${to}`, [
    host('tsm.tio-tdi-create', { tdi })
      .accepted('created')
      .leaving(`tioTdi.${tdi}`, { context: 'created' }),
    host('tsm.tio-tdi-bind', { tdi, guest: to })
      .accepted('SPDM request')
      .leaving(`tioTdi.${tdi}`, { context: 'bound' })
      .leaving(`tsm.${tdi}`, { boundTo: to }),
    tsm('tdisp.lock', { tdi }).accepted('locked').leaving(`tdi.${tdi}`, { state: 'CONFIG_LOCKED' }),
    host('tsm.return').accepted('locked').leaving(`tsm.${tdi}`, { nonce: 'current' }),
    host('tsm.tio-tdi-report', { tdi }).accepted('SPDM request'),
    tsm('tdisp.report', { tdi }).accepted('served'),
    host('tsm.return').accepted('report').leaving(`tsm.${tdi}`, { report: 'current' }),
  ]);

/** Fresh measurements, and genuine blobs in the shared table. */
const showEvidence = (tdi: Tdi): Phrase =>
  phrase(`show evidence of ${tdi}`, [
    host('tsm.tio-dev-measurements').accepted('request made'),
    device('spdm.answer').accepted('answered'),
    host('tsm.return').accepted('measurements').leaving('tio', { measured: 'fresh' }),
    host('tsm.tio-show-blobs', { tdi, blobs: 'genuine' }).accepted('shown'),
  ]);

/** Evidence read, its digests compared, accepted. */
export const attest = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} attests ${tdi}`, [
    showEvidence(tdi),
    guest('tsm.tio-msg-tdi-info', { guest: by, tdi })
      .accepted('read')
      .leaving(`guest.${by}.${tdi}`, { evidence: 'current' })
      .leaving('tio', { measured: 'valid' }),
    guest('guest.accept', { guest: by, tdi })
      .accepted('accepted')
      .leaving(`guest.${by}.${tdi}`, { accepted: 'current' }),
  ]);

/** TDI_BIND, run 1. */
export const run = (tdi: Tdi): Phrase =>
  phrase(`start ${tdi}`, [
    host('tsm.tio-tdi-run', { tdi }).accepted('SPDM request'),
    tsm('tdisp.start', { tdi }).accepted('running').leaving(`tdi.${tdi}`, { state: 'RUN' }),
    host('tsm.return').accepted('running').leaving(`tsm.${tdi}`, { cached: 'RUN' }),
    host('tsm.tio-tdi-run', { tdi }).refused('RUNS').keeping(`tsm.${tdi}`),
  ]);

/** RMPUPDATE of the MMIO pages, MMIO_VALIDATE, SDTE_WRITE. */
export const openUp = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`${to} opens MMIO and DMA of ${tdi}`, [
    host('mmio.map', { guest: to, tdi }).accepted('mapped'),
    guest('tsm.tio-pvalidate-mmio', { guest: to, tdi }).refused('FAIL_MMIO').keeping(`mmio.${tdi}`),
    guest('tsm.tio-msg-mmio-validate', { guest: to, tdi })
      .accepted('validated')
      .leaving(`mmio.${tdi}`, { guest: to, accepted: true }),
    guest('tsm.tio-msg-sdte-write', { guest: to, tdi, sdte: 'split' })
      .accepted('written')
      .leaving(`tsm.${tdi}`, { dma: true }),
  ]);

/** The host maps a page that a guest has made private; nobody checks what it writes. */
export const mapPrivate = (tdi: Tdi, to: Guest, page: Page): Phrase =>
  phrase(`map ${page} of ${to} for ${tdi}`, [
    givePage(page, to),
    host('iommu.map', { tdi, page, space: 'private' })
      .accepted('written by the host')
      .leaving(`dma.${tdi}.${page}`, { table: 'private' }),
  ]);

/** A private write that lands. */
export const writes = (tdi: Tdi, page: Page): Phrase =>
  phrase(`${tdi} writes to ${page}`, [
    device('dma.issue', { tdi, page, access: 'write', traffic: 'private' }).accepted('sent'),
    arrives().accepted('write'),
  ]);
/** The oldest TLP arrives. */
export const arrives = () => fabric('fabric.deliver', { slot: 'S1' });

/** From boot to a TDI that serves a guest by private DMA. */
export const serves = (tdi: Tdi, to: Guest, page: Page): Phrase =>
  phrase(`${tdi} serves ${to}`, [
    enable(tdi),
    bind(tdi, to),
    attest(tdi, to),
    run(tdi),
    openUp(tdi, to),
    mapPrivate(tdi, to, page),
    writes(tdi, page),
  ]);

/** TDI_UNBIND with its three calls. */
export const unbind = (tdi: Tdi): Phrase =>
  phrase(`unbind ${tdi}`, [
    host('tsm.tio-tdi-unbind', { tdi })
      .accepted('entry invalid')
      .leaving(`tsm.${tdi}`, { dma: false, teardown: 'blocked' }),
    host('tsm.tio-tdi-unbind-stop', { tdi }).accepted('SPDM request'),
    deviceStops(tdi),
    host('tsm.return').accepted('stopped').leaving(`tsm.${tdi}`, { teardown: 'stopped' }),
    host('tsm.tio-tdi-unbind-end', { tdi })
      .accepted('unbound')
      .leaving(`tsm.${tdi}`, { boundTo: 'nobody' })
      .leaving(`tioTdi.${tdi}`, { context: 'unbound', blobs: 'none' })
      .leaving(`mmio.${tdi}`, { guest: 'nobody' }),
  ]);

/** TDI_UNBIND with force: nobody is asked, and the unbind ends without the device. */
export const unbindByForce = (tdi: Tdi): Phrase =>
  phrase(`unbind ${tdi} by force`, [
    host('tsm.tio-tdi-unbind', { tdi }).accepted('entry invalid'),
    host('tsm.tio-tdi-unbind-force', { tdi })
      .accepted('lost')
      .leaving(`tsm.${tdi}`, { boundTo: 'nobody', lost: true })
      .leaving(`mmio.${tdi}`, { guest: 'nobody' }),
  ]);

/** STOP for a TDI that was unbound by force; only then is it bound again. */
export const stopLost = (tdi: Tdi): Phrase =>
  phrase(`stop ${tdi}, which was lost`, [
    host('tsm.tio-tdi-unbind-stop', { tdi }).accepted('SPDM request'),
    deviceStops(tdi),
    host('tsm.return').accepted('stopped').leaving(`tsm.${tdi}`, { lost: false }),
  ]);

/** TDI_RECLAIM, and the pages of the context are the host's again. */
export const reclaim = (tdi: Tdi): Phrase =>
  phrase(`reclaim ${tdi}`, [
    host('tsm.tio-tdi-reclaim', { tdi })
      .accepted('reclaimed')
      .leaving(`tioTdi.${tdi}`, { context: 'reclaimed' }),
    host('tsm.tio-tdi-page-reclaim', { tdi })
      .accepted('taken back')
      .leaving(`tioTdi.${tdi}`, { context: 'none' }),
  ]);

/** DEV_RECLAIM, and the pages of the context are the host's again. */
const reclaimDevice = phrase('reclaim the device context', [
  host('tsm.tio-dev-reclaim').accepted('reclaimed').leaving('tio', { context: 'reclaimed' }),
  host('tsm.tio-dev-page-reclaim').accepted('taken back').leaving('tio', { context: 'none' }),
]);

/** DEV_DISCONNECT and DEV_RECLAIM, once no TDI context is left. */
export const disconnect: Part = phrase('disconnect', [
  host('tsm.tio-dev-disconnect')
    .accepted('disconnected')
    .leaving('tio', { context: 'disconnected', reported: false, measured: 'none' })
    .leaving('session', { phase: 'none' })
    .leaving('link', { session: 'none' })
    .leaving('stream', { secure: false }),
  reclaimDevice,
]);

/** The same with force: the device is not asked. */
export const disconnectByForce: Part = phrase('disconnect by force', [
  host('tsm.tio-dev-disconnect-force')
    .accepted('disconnected')
    .leaving('tio', { context: 'disconnected', reported: false })
    .leaving('link', { session: 'none' })
    .leaving('stream', { secure: false }),
  reclaimDevice,
]);

/** The kernel of a guest has the TDI locked, compares blobs and digests, and is allowed it. */
export const allowed = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`the kernel of ${by} is allowed ${tdi}`, [
    guest('os.lock', { guest: by, tdi })
      .accepted('locked')
      .leaving(`os.${by}.${tdi}`, { mode: 'locked' }),
    showEvidence(tdi),
    guest('tsm.tio-os-evidence', { guest: by, tdi })
      .accepted('evidenced')
      .leaving(`os.${by}.${tdi}`, { mode: 'evidenced' })
      .leaving('tio', { measured: 'valid' }),
    guest('os.verify', { guest: by, tdi, finding: 'agrees' })
      .accepted('allowed')
      .leaving(`os.${by}.${tdi}`, { verdict: 'current' }),
  ]);

/** It accepts, the host starts the TDI, MMIO is validated, and the entry is written. */
export const accept = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`the kernel of ${by} accepts ${tdi}`, [
    guest('os.accept', { guest: by, tdi })
      .accepted('accepting')
      .leaving(`os.${by}.${tdi}`, { mode: 'accepting' }),
    run(tdi),
    host('mmio.map', { guest: by, tdi }).accepted('mapped'),
    guest('os.accept.mmio', { guest: by, tdi })
      .accepted('validated')
      .leaving(`os.${by}.${tdi}`, { tee: 'encrypted', nonTee: 'shared' }),
    guest('tsm.tio-os-sdte-write', { guest: by, tdi, source: 'tsm' })
      .accepted('accepted')
      .leaving(`os.${by}.${tdi}`, { mode: 'accepted', dmaops: 'direct' })
      .leaving(`tioTdi.${tdi}`, { vtom: 'allPrivate' })
      .leaving(`tsm.${tdi}`, { dma: true }),
  ]);
