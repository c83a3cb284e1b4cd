/** Runs of steps of a guest whose kernel deals with the device itself. */
import { guest, host, type Phrase, phrase } from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';
import { bind, report, start } from '../phrases.ts';

type Tdi = Name<'Tdi'>;
type Guest = Name<'Guest'>;

/** The kernel finds the device, and the administrator lets it accept devices. */
export const found = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} finds ${tdi}`, [
    guest('os.enumerate', { guest: by, tdi })
      .accepted('found shared')
      .leaving(`os.${by}.${tdi}`, { mode: 'shared', driver: 'none' }),
    guest('os.policy', { guest: by, policy: 'accept' })
      .accepted('loaded')
      .leaving(`kernel.${by}`, { policy: 'accept' }),
  ]);

/** The guest asks for LOCK, and the host has it done. */
export const lock = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} has ${tdi} locked`, [
    bind(tdi, by),
    guest('os.lock', { guest: by, tdi })
      .accepted('locked')
      .leaving(`os.${by}.${tdi}`, { mode: 'locked' }),
  ]);

/** Evidence that the TSM has digests of. */
export const evidence = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} reads evidence of ${tdi}`, [
    report(tdi),
    guest('os.evidence', { guest: by, tdi, blobs: 'genuine' })
      .accepted('evidenced')
      .leaving(`os.${by}.${tdi}`, { mode: 'evidenced' })
      .leaving(`guest.${by}.${tdi}`, { evidence: 'current' }),
  ]);

/** Evidence, and a verdict on it. */
export const allowed = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} is allowed ${tdi}`, [
    evidence(tdi, by),
    guest('os.verify', { guest: by, tdi, finding: 'agrees' })
      .accepted('allowed')
      .leaving(`os.${by}.${tdi}`, { verdict: 'current' }),
  ]);

/** From the first call to RUN; MMIO and DMA are still to be opened. */
export const accepting = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} begins to accept ${tdi}`, [
    guest('os.accept', { guest: by, tdi })
      .accepted('accepting')
      .leaving(`os.${by}.${tdi}`, { mode: 'accepting' })
      .leaving(`tsm.${tdi}`, { accepted: true }),
    start(tdi),
  ]);

/** All of the device: its ranges, and DMA. */
export const accept = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} accepts ${tdi}`, [
    accepting(tdi, by),
    host('mmio.map', { guest: by, tdi }).accepted('mapped'),
    guest('os.accept.mmio', { guest: by, tdi })
      .accepted('validated')
      .leaving(`os.${by}.${tdi}`, { tee: 'encrypted', nonTee: 'shared' }),
    guest('os.accept.dma', { guest: by, tdi, source: 'tsm' })
      .accepted('accepted')
      .leaving(`os.${by}.${tdi}`, { mode: 'accepted', dmaops: 'direct' })
      .leaving(`tsm.${tdi}`, { dma: true }),
  ]);

/** From a Secure stream to an accepted device. */
export const inUse = (tdi: Tdi, by: Guest): Phrase =>
  phrase(`${by} has ${tdi} accepted`, [
    found(tdi, by),
    lock(tdi, by),
    allowed(tdi, by),
    accept(tdi, by),
  ]);
