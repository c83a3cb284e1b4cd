/** For tests: for every property of the kernel of a guest, steps made by hand that violate it. */
import type { World } from '../model/world.ts';
import type { Step } from './property.ts';
import { accept, edit, LOCKED, OFF, RUNNING, refuse } from './worlds.fixture.ts';

type Change = Readonly<Record<string, unknown>>;
const own = { guest: 0, tdi: 1 };
/** What the kernel of G1 has of VF1. */
const kernel = (w: World, os: Change, policy = 'accept'): World =>
  edit(w, { 'os.0.1': os, 'kernel.0': { policy } });
const evidence = { 'guest.0.1': { evidence: 1 } };
const reported = edit(LOCKED, { 'tsm.1': { report: 1 }, ...evidence });
const EVIDENCED = kernel(reported, { mode: 'evidenced', verdict: 1 });
const consented = { 'tsm.1': { accepted: true }, 'guest.0.1': { accepted: 1 } };
const to = (w: World, mode: string): World => edit(w, { 'os.0.1': { mode } });
const ACCEPTING = to(edit(EVIDENCED, consented), 'accepting');
/** G1 has VF1 in RUN accepted, and a driver works with it. */
export const IN_USE = kernel(RUNNING, {
  mode: 'accepted',
  driver: 'real',
  dmaops: 'direct',
  tee: 'encrypted',
  nonTee: 'shared',
  verdict: 1,
});
const FREE = edit(IN_USE, { 'os.0.1': { driver: 'none' } });
const SHARED = kernel(OFF, { mode: 'shared' });
const BROKEN = to(FREE, 'broken');
const SHARED_LOCKED = edit(LOCKED, { 'os.0.1': { mode: 'shared' } });
const bare = { verdict: null, tee: 'unmapped', nonTee: 'unmapped', dmaops: 'bounce' };
const ENDING = edit(RUNNING, {
  'os.0.1': { mode: 'accepting', tee: 'encrypted', nonTee: 'shared' },
});
const acceptsFrom = (w: World): Step => accept('guest.accept', own, w, to(w, 'accepting'));

export const OS_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'os-legal-transitions': [
    accept('guest.accept', own, SHARED, to(SHARED, 'accepting')),
    accept('os.unlock', own, BROKEN, to(BROKEN, 'locked')),
  ],
  'accept-requires-idle': [
    acceptsFrom(edit(EVIDENCED, { 'os.0.1': { driver: 'prep' } })),
    acceptsFrom(edit(EVIDENCED, { 'os.0.1': { buffer: 1 } })),
    acceptsFrom(edit(EVIDENCED, { 'os.0.1': { tee: 'shared' } })),
  ],
  'prep-driver-only-prepares': [
    accept('os.driver.prep', own, FREE, edit(FREE, { 'os.0.1': { driver: 'prep' } })),
    accept(
      'os.lock',
      own,
      edit(SHARED_LOCKED, { 'os.0.1': { driver: 'prep' } }),
      edit(SHARED_LOCKED, { 'os.0.1': { driver: 'prep', mode: 'locked' } }),
    ),
    accept(
      'os.buffer.map',
      { ...own, page: 1 },
      edit(SHARED, { 'os.0.1': { driver: 'prep' } }),
      edit(SHARED, { 'os.0.1': { driver: 'prep', buffer: 1 } }),
    ),
  ],
  'accept-requires-report': [
    acceptsFrom(edit(EVIDENCED, { 'tsm.1': { report: null } })),
    accept(
      'guest.evidence',
      { ...own, blobs: 'genuine' },
      to(LOCKED, 'locked'),
      to(LOCKED, 'evidenced'),
    ),
  ],
  'evidence-matches-lock-session': [
    acceptsFrom(edit(EVIDENCED, { 'tsm.1': { lockSession: 2 } })),
    acceptsFrom(edit(EVIDENCED, { 'os.0.1': { verdict: null } })),
    acceptsFrom(edit(EVIDENCED, { 'tsm.1': { boundTo: 1 } })),
  ],
  'accept-all-or-nothing': [
    accept('guest.enable-dma', own, ACCEPTING, to(ACCEPTING, 'accepted')),
    accept('guest.enable-dma', own, ENDING, to(ENDING, 'accepted')),
    refuse('mmio.accept', own, ACCEPTING, to(ACCEPTING, 'broken')),
    refuse(
      'guest.enable-dma',
      own,
      ENDING,
      edit(ENDING, { 'os.0.1': { ...bare, mode: 'broken', tee: 'encrypted' } }),
    ),
  ],
  'tsm-partial-failure-consistent': [
    refuse('mmio.accept', own, ACCEPTING, to(ACCEPTING, 'broken')),
    refuse('guest.enable-dma', own, ENDING, to(ENDING, 'broken')),
  ],
  'stale-evidence-cleared': [
    accept('os.unlock', own, BROKEN, to(BROKEN, 'shared')),
    accept('os.enumerate', own, reported, to(reported, 'shared')),
  ],
  'no-driver-before-policy': [
    accept(
      'os.driver.probe',
      own,
      kernel(OFF, { mode: 'shared' }, 'notLoaded'),
      kernel(OFF, { mode: 'shared', driver: 'real' }, 'notLoaded'),
    ),
    accept(
      'os.driver.probe',
      own,
      kernel(OFF, { mode: 'shared' }, 'deny'),
      kernel(OFF, { mode: 'shared', driver: 'real' }, 'deny'),
    ),
  ],
  'driver-sees-one-mode': [
    accept('os.unlock', own, IN_USE, to(IN_USE, 'shared')),
    accept('os.error', own, IN_USE, edit(IN_USE, { 'os.0.1': { dmaops: 'bounce' } })),
  ],
  'command-reg-stable-while-locked': [
    accept('os.driver.remove', own, IN_USE, edit(FREE, { 'tdi.1': { bme: false } })),
    accept('os.enable', { ...own, step: 'mse' }, IN_USE, edit(IN_USE, { 'tdi.1': { mse: false } })),
  ],
  'mmio-kind-matches-report': [
    accept('mmio.accept', own, ENDING, edit(ENDING, { 'os.0.1': { nonTee: 'encrypted' } })),
    accept('os.unlock', own, BROKEN, to(BROKEN, 'shared')),
    accept('os.lock', own, OFF, kernel(OFF, { mode: 'locked', tee: 'shared' })),
  ],
  'mmio-private-needs-flag': [
    accept(
      'mmio.private',
      { ...own, range: 'tee' },
      edit(IN_USE, { 'os.0.1': { tee: 'unmapped' } }),
      edit(IN_USE, { 'os.0.1': { tee: 'unmapped' } }),
    ),
  ],
  'unlock-failure-visible': [
    accept('os.unlock', own, FREE, to(FREE, 'shared')),
    refuse('os.unlock', own, FREE),
  ],
  'state-postcondition': [
    accept('os.lock', own, SHARED, to(SHARED, 'locked')),
    accept(
      'os.lock',
      own,
      edit(SHARED_LOCKED, { 'tsm.1': { teardown: 'blocked' } }),
      edit(SHARED_LOCKED, { 'tsm.1': { teardown: 'blocked' }, 'os.0.1': { mode: 'locked' } }),
    ),
    accept('guest.enable-dma', own, ACCEPTING, to(ACCEPTING, 'accepted')),
  ],
  'digest-checked': [
    accept('guest.evidence', { ...own, blobs: 'substituted' }, to(reported, 'locked'), EVIDENCED),
    accept('guest.evidence', { ...own, blobs: 'staleNonce' }, IN_USE, IN_USE),
    accept(
      'os.verify',
      { ...own, finding: 'rootPort' },
      edit(EVIDENCED, { 'os.0.1': { verdict: null } }),
      EVIDENCED,
    ),
  ],
  'state-only-from-tsm': [
    accept('guest.enable-dma', { ...own, source: 'host' }, ENDING, to(ENDING, 'accepted')),
  ],
  'secure-dma-only-when-accepted': [
    accept('os.unlock', own, BROKEN, to(BROKEN, 'shared')),
    accept('os.buffer.map', { ...own, page: 1 }, IN_USE, edit(IN_USE, { 'os.0.1': { buffer: 1 } })),
    accept(
      'os.buffer.map',
      { ...own, page: 0 },
      SHARED_LOCKED,
      edit(SHARED_LOCKED, { 'os.0.1': { buffer: 0 } }),
    ),
  ],
  'broken-never-straight-to-accepted': [
    accept('guest.enable-dma', own, BROKEN, FREE),
    accept('os.lock', own, BROKEN, to(BROKEN, 'locked')),
  ],
  'guest-error-detected': [
    ...[
      { 'tdi.1': { state: 'ERROR' } },
      { device: { present: false } },
      { stream: { secure: false } },
    ].map((dead) =>
      accept('os.error', { ...own, sign: 'allOnes' }, edit(IN_USE, dead), edit(IN_USE, dead)),
    ),
    accept(
      'os.error',
      { ...own, sign: 'poll' },
      edit(IN_USE, { 'tsm.1': { cached: 'ERROR' } }),
      edit(IN_USE, { 'tsm.1': { cached: 'ERROR' } }),
    ),
  ],
  'reattest-mismatch-breaks': [
    accept('os.reattest', { ...own, measured: 'changed' }, IN_USE, IN_USE),
  ],
  'suspend-trusts-nothing': [accept('os.suspend', { guest: 0 }, IN_USE, IN_USE)],
  'kexec-finds-known-state': [
    accept(
      'os.kexec',
      { guest: 0, handover: 'crash' },
      IN_USE,
      kernel(RUNNING, { mode: 'absent', driver: 'real' }, 'notLoaded'),
    ),
    accept('os.kexec', { guest: 0, handover: 'kexec' }, FREE, RUNNING),
    accept('os.enumerate', own, RUNNING, edit(RUNNING, { 'os.0.1': { mode: 'shared' } })),
  ],
  'kernel-acts-for-itself': [
    accept('tsm.unbind.end', { tdi: 1 }, FREE, BROKEN),
    accept('os.suspend', { guest: 1 }, FREE, BROKEN),
    accept('os.unlock', { guest: 0, tdi: 2 }, FREE, BROKEN),
  ],
};
