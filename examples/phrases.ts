/**
 * Runs of steps that most scenarios share: from power-on to a TDI that serves a guest, and back.
 */
import { device, fabric, guest, host, type Phrase, phrase, tsm } from '../harness/scenario.ts';
import type { Name } from '../harness/telling.ts';

type Tdi = Name<'Tdi'>;
type Guest = Name<'Guest'>;
type Page = Name<'Page'>;
type KeySet = Name<'KeySet'>;

/** The TSM holds a session with the device. */
export const connect = phrase('connect', [
  tsm('spdm.connect.begin')
    .accepted('handshake begun')
    .leaving('session', { phase: 'handshaking' }),
  tsm('spdm.connect.end', { reply: 'arrives' })
    .accepted('established')
    .leaving('session', { phase: 'established' })
    .leaving('link', { session: 'current' }),
]);

/** All three sub-streams of a key set are keyed, and GO is given. */
export const key = (keySet: KeySet): Phrase =>
  phrase(`key ${keySet}`, [
    tsm('ide.key-prog', { keySet, sub: 'PR' }).accepted('programmed'),
    tsm('ide.key-prog', { keySet, sub: 'NPR' }).accepted('programmed'),
    tsm('ide.key-prog', { keySet, sub: 'CPL' }).accepted('programmed'),
    tsm('ide.set-go', { keySet }).accepted('started').leaving(`keySet.${keySet}`, {
      PR: true,
      NPR: true,
      CPL: true,
      go: true,
      session: 'current',
    }),
  ]);

/** From a session to a Secure stream. */
export const secureStream = phrase('key and enable the stream', [
  key('K0'),
  host('ide.enable', { level: 1 })
    .accepted('enabled')
    .leaving('stream', { enabled: true, secure: true, sending: 'K0' }),
]);

/** From power-on to a Secure stream. */
export const connected = phrase('connect with a Secure stream', [connect, secureStream]);

/** Bind: the TSM asks, the host carries, the device locks, the host carries back. */
export const bind = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`bind ${tdi} to ${to}`, [
    host('tsm.bind', { tdi, guest: to, id: 'hosted' }).accepted('request made'),
    tsm('tdisp.lock', { tdi, entropy: 'enough' })
      .accepted('locked')
      .leaving(`tdi.${tdi}`, { state: 'CONFIG_LOCKED', nonce: 'current', session: 'current' }),
    host('tsm.return')
      .accepted('locked')
      .leaving(`tsm.${tdi}`, { boundTo: to, nonce: 'current', cached: 'CONFIG_LOCKED' }),
  ]);

/** The answer to the LOCK of a bind is an error: the TSM begins to unbind what it never had. */
export const bindFails = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`the bind of ${tdi} to ${to} fails`, [
    host('tsm.return')
      .accepted('bind failed')
      .leaving(`tsm.${tdi}`, {
        boundTo: to,
        teardown: 'blocked',
        nonce: 'none',
        report: 'none',
        cached: 'CONFIG_UNLOCKED',
        lost: false,
        accepted: false,
        dma: false,
      })
      .leaving('relay', { stage: 'idle' })
      .keeping(`tdi.${tdi}`),
    host('tsm.relock', { tdi }).refused('UNBINDING').keeping(`tsm.${tdi}`),
    host('tsm.unbind.begin', { tdi }).refused('UNBINDING').keeping(`tsm.${tdi}`),
  ]);

/** Another LOCK for a TDI that stays bound, as after a reset. */
export const relock = (tdi: Tdi): Phrase =>
  phrase(`lock ${tdi} again`, [
    host('tsm.relock', { tdi }).accepted('request made'),
    tsm('tdisp.lock', { tdi, entropy: 'enough' })
      .accepted('locked')
      .leaving(`tdi.${tdi}`, { state: 'CONFIG_LOCKED', nonce: 'current', session: 'current' }),
    host('tsm.return')
      .accepted('locked')
      .leaving(`tsm.${tdi}`, { nonce: 'current', report: 'none', accepted: false, dma: false }),
  ]);

/** The TSM has the report of a bound TDI. */
export const report = (tdi: Tdi): Phrase =>
  phrase(`fetch the report of ${tdi}`, [
    host('tsm.report', { tdi }).accepted('request made'),
    tsm('tdisp.report', { tdi }).accepted('served'),
    host('tsm.return').accepted('report').leaving(`tsm.${tdi}`, { report: 'current' }),
  ]);

/** A guest reads evidence of a bound TDI and accepts it. */
export const attest = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} attests and accepts ${tdi}`, [
    report(tdi),
    guest('guest.evidence', { guest: by, tdi })
      .accepted('read')
      .leaving(`guest.${by}.${tdi}`, { evidence: 'current' }),
    guest('guest.accept', { guest: by, tdi })
      .accepted('accepted')
      .leaving(`guest.${by}.${tdi}`, { accepted: 'current' })
      .leaving(`tsm.${tdi}`, { accepted: true }),
  ]);

/** START with the live nonce. */
export const start = (tdi: Tdi): Phrase =>
  phrase(`start ${tdi}`, [
    host('tsm.start', { tdi }).accepted('request made'),
    tsm('tdisp.start', { tdi })
      .accepted('running')
      .leaving(`tdi.${tdi}`, { state: 'RUN', nonce: 'none' }),
    host('tsm.return').accepted('running').leaving(`tsm.${tdi}`, { cached: 'RUN' }),
  ]);

/** From a Secure stream to RUN. */
export const run = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`${tdi} runs for ${to}`, [bind(tdi, to), attest(tdi, to), start(tdi)]);

/** A shared page becomes a private page that its guest accepted. */
export const givePage = (page: Page, to: Guest): Phrase =>
  phrase(`give ${page} to ${to}`, [
    host('page.give', { page, guest: to })
      .accepted('given')
      .leaving(`page.${page}`, { owner: to, accepted: false }),
    guest('page.accept', { page, guest: to })
      .accepted('accepted')
      .leaving(`page.${page}`, { accepted: true }),
  ]);

/** Bus mastering and memory space are on. */
export const enable = (tdi: Tdi): Phrase =>
  phrase(`set MSE and BME of ${tdi}`, [
    host('command.write', { tdi, bme: 1, mse: 1 })
      .accepted('plain write')
      .leaving(`tdi.${tdi}`, { bme: true, mse: true }),
  ]);

/** A running TDI may reach a private page: the guest opens, the host maps. */
export const openDma = (tdi: Tdi, to: Guest, page: Page): Phrase =>
  phrase(`open ${page} of ${to} for ${tdi}`, [
    givePage(page, to),
    guest('guest.enable-dma', { guest: to, tdi })
      .accepted('open')
      .leaving(`tsm.${tdi}`, { dma: true }),
    host('iommu.map', { tdi, page, space: 'private' })
      .accepted('mapped')
      .leaving(`dma.${tdi}.${page}`, { table: 'private' }),
  ]);

/** From power-on to a TDI in RUN that may reach a private page. */
export const servesWithDma = (tdi: Tdi, to: Guest, page: Page): Phrase =>
  phrase(`${tdi} serves ${to} with DMA to ${page}`, [
    connected,
    enable(tdi),
    run(tdi, to),
    openDma(tdi, to, page),
  ]);

/** The guest has a private mapping of the TDI's MMIO and has accepted it. */
export const openMmio = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`map the MMIO of ${tdi} for ${to}`, [
    host('mmio.map', { guest: to, tdi })
      .accepted('mapped')
      .leaving(`mmio.${tdi}`, { guest: to, accepted: false }),
    guest('mmio.accept', { guest: to, tdi })
      .accepted('accepted')
      .leaving(`mmio.${tdi}`, { accepted: true }),
  ]);

/** An invalidation of everything unmapped for a TDI, begun and completed. */
export const invalidate = (tdi: Tdi): Phrase =>
  phrase(`invalidate the IOTLB for ${tdi}`, [
    host('iommu.invalidate.begin', { tdi }).accepted('begun'),
    fabric('iommu.invalidate.end', { tdi }).accepted('completed'),
  ]);

/** STOP as the device carries it out; the answer waits for the host. */
export const deviceStops = (tdi: Tdi): Phrase =>
  phrase(`the device stops ${tdi}`, [
    tsm('tdisp.stop.begin', { tdi })
      .accepted('draining')
      .leaving(`tdi.${tdi}`, { stop: 'draining' }),
    device('tdisp.stop.drain', { tdi })
      .accepted('drained')
      .leaving(`tdi.${tdi}`, { stop: 'drained' }),
    device('tdisp.stop.end', { tdi }).accepted('stopped').leaving(`tdi.${tdi}`, {
      state: 'CONFIG_UNLOCKED',
      stop: 'idle',
      nonce: 'none',
      session: 'none',
      holds: 'nobody',
    }),
  ]);

/** Unbind begins: DMA blocked, pages unmapped, acceptance void, whatever the device does. */
export const beginUnbind = (tdi: Tdi): Phrase =>
  phrase(`begin to unbind ${tdi}`, [
    host('tsm.unbind.begin', { tdi })
      .accepted('DMA blocked')
      .leaving(`tsm.${tdi}`, { teardown: 'blocked', dma: false, accepted: false })
      .keeping(`tdi.${tdi}`),
  ]);

/** The host takes the private MMIO mapping back, which it can only while unbinding. */
export const closeMmio = (tdi: Tdi): Phrase =>
  phrase(`unmap the MMIO of ${tdi}`, [
    host('mmio.unmap', { tdi })
      .accepted('unmapped')
      .leaving(`mmio.${tdi}`, { guest: 'nobody', accepted: false }),
  ]);

/** A STOP exchange for a TDI that is being unbound, or was unbound by force. */
export const stop = (tdi: Tdi): Phrase =>
  phrase(`stop ${tdi}`, [
    host('tsm.unbind.stop', { tdi }).accepted('request made'),
    deviceStops(tdi),
    host('tsm.return')
      .accepted('stopped')
      .leaving(`tsm.${tdi}`, { cached: 'CONFIG_UNLOCKED', lost: false }),
  ]);

/** The last step of an orderly unbind. */
export const endUnbind = (tdi: Tdi): Phrase =>
  phrase(`end the unbind of ${tdi}`, [
    host('tsm.unbind.end', { tdi }).accepted('unbound').leaving(`tsm.${tdi}`, {
      boundTo: 'nobody',
      teardown: 'none',
      nonce: 'none',
      report: 'none',
      accepted: false,
      lost: false,
    }),
  ]);

/** Unbind of a TDI that nothing is mapped for. */
export const unbind = (tdi: Tdi): Phrase =>
  phrase(`unbind ${tdi}`, [beginUnbind(tdi), stop(tdi), endUnbind(tdi)]);

/** Unbind of a TDI for which pages and MMIO are mapped. */
export const unbindMapped = (tdi: Tdi): Phrase =>
  phrase(`unbind ${tdi}`, [
    beginUnbind(tdi),
    stop(tdi),
    invalidate(tdi),
    closeMmio(tdi),
    endUnbind(tdi),
  ]);

/** The guest's private page goes back to the host, scrubbed. */
export const takePage = (page: Page): Phrase =>
  phrase(`take ${page} back`, [
    host('page.take', { page })
      .accepted('taken')
      .leaving(`page.${page}`, { owner: 'nobody', accepted: false, data: 'nobody' }),
  ]);

/** A private write that reaches the guest's page. */
export const writes = (tdi: Tdi, page: Page, of: Guest): Phrase =>
  phrase(`${tdi} writes ${page} of ${of}`, [
    device('dma.issue', { tdi, page, access: 'write', traffic: 'private' })
      .accepted('sent')
      .leaving('tlp.S1', { kind: 'write', tdi, page, tenant: of, data: of }),
    fabric('fabric.deliver', { slot: 'S1' })
      .accepted('write')
      .leaving('tlp.S1', { kind: 'none' })
      .leaving(`page.${page}`, { data: of }),
  ]);

/** END_SESSION: session, keys and stream are gone. */
export const disconnect = phrase('disconnect', [
  host('tsm.disconnect')
    .accepted('disconnected')
    .leaving('session', { phase: 'none' })
    .leaving('link', { session: 'none' })
    .leaving('stream', { secure: false, sending: 'none' }),
]);
