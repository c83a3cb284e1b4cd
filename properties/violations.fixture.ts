/**
 * For tests: for every property, steps made by hand that violate it.
 */
import { AP_VIOLATIONS } from './ap.fixture.ts';
import { HOST_VIOLATIONS } from './host.fixture.ts';
import { OS_VIOLATIONS } from './os-violations.fixture.ts';
import { PEER_VIOLATIONS } from './peer.fixture.ts';
import type { Step } from './property.ts';
import { SEV_TIO_VIOLATIONS } from './sev-tio.fixture.ts';
import { TDX_VIOLATIONS } from './tdx.fixture.ts';
import {
  accept,
  answering,
  asking,
  BOTH,
  COMPLETING,
  drop,
  edit,
  FAILED,
  LEGACY,
  LOCKED,
  landed,
  OFF,
  READING,
  RUNNING,
  refuse,
  UNBINDING,
  UP,
  WRITING,
} from './worlds.fixture.ts';

const vf1 = { tdi: 1 };
const slot = { slot: 0 };
const error = { 'tdi.1': { state: 'ERROR' } };
const unlocked = { 'tdi.1': { state: 'CONFIG_UNLOCKED', nonce: null, session: null } };
/** VF1 is bound and unlocked. */
export const BOUND = edit(LOCKED, unlocked);
const LOCKING = asking(BOUND, 'lock', 1);
const locked = { 'tdi.1': { state: 'CONFIG_LOCKED', lock: 2, nonce: 2, session: 1 } };
const answered = { relay: { stage: 'response', ok: true, episode: 2 } };
const STARTING = asking(LOCKED, 'start', 1, { episode: 1 });
const started = { 'tdi.1': { state: 'RUN', nonce: null, run: 1 } };
const STOPPING = edit(asking(UNBINDING, 'stop', 1, { stage: 'working' }), {
  'tdi.1': { stop: 'drained' },
});
const stopped = {
  'tdi.1': { state: 'CONFIG_UNLOCKED', stop: 'idle', session: null },
  relay: { stage: 'response', ok: true },
};
const insecure = {
  stream: { enabled: true, secure: false, sending: null },
  'keySet.0': { PR: false, NPR: false, CPL: false, go: false, session: null, generation: 2 },
};
const REFRESHING = edit(WRITING, {
  'keySet.1': { PR: true, NPR: true, CPL: true, go: true, session: 1, generation: 1 },
});
const TWO_WRITES = edit(WRITING, { 'tlp.1': WRITING.tlp[0] as object });
const WRITE_READ = edit(WRITING, { 'tlp.1': READING.tlp[0] as object });
const GAP = edit(WRITING, { 'gap.0': { PR: true } });
const READY = edit(UP, { stream: { secure: false }, 'keySet.0': { go: false } });
const UNCONNECTED = edit(OFF, { session: { phase: 'handshaking', generation: 1 } });
const STALE = edit(RUNNING, { session: { phase: 'none', generation: 2 }, ...insecure, ...error });
const ABSENT = edit(OFF, { device: { present: false } });
const state = (s: string): object => ({ 'tdi.1': { state: s } });
const edited = (w: typeof UP, ...patches: object[]): typeof UP =>
  patches.reduce<typeof UP>((x, p) => edit(x, p as Parameters<typeof edit>[1]), w);

const PINNED = edit(RUNNING, { 'tdi.1': { noUpdate: true } });
const SESSION_ENDS = {
  ...RUNNING,
  readings: { ...RUNNING.readings, terminationPolicy: 'sessionEnds' as const },
};
const ROUTED_AWAY = edit(RUNNING, { rootPort: { routing: 'otherWindow' } });
const TABLE_LOCKED = edit(RUNNING, { 'tdi.1': { msixLocked: true } });
const TRUSTING = edit(TABLE_LOCKED, { 'guest.0.1': { interrupt: 'trusted' } });

/** For every property, steps that violate it. */
/** An unlocked TDI whose MMIO is private to a guest by the RMP. */
const RMP_MMIO = edit(RUNNING, {
  readings: { translationTables: 'host' },
  'tdi.1': { state: 'CONFIG_UNLOCKED' },
});

export const VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  ...OS_VIOLATIONS,
  ...HOST_VIOLATIONS,
  // tdi
  'tdi-legal-transitions': [
    accept('tdisp.start', vf1, FAILED, RUNNING),
    accept('tdisp.stop.end', vf1, RUNNING, LOCKED),
    accept('device.error', vf1, BOUND, edited(BOUND, state('ERROR'))),
    accept('tdisp.start', vf1, BOUND, edited(BOUND, state('RUN'))),
  ],
  'tdi-locked-only-by-lock': [
    accept('tdisp.lock', vf1, BOUND, edited(BOUND, locked)),
    accept('tsm.bind', vf1, LOCKING, edited(LOCKING, locked)),
    accept('tdisp.lock', { tdi: 2 }, LOCKING, edited(LOCKING, locked)),
  ],
  'tdi-run-only-by-start': [
    accept('tdisp.start', vf1, LOCKED, edited(LOCKED, started)),
    accept(
      'tdisp.start',
      vf1,
      edit(STARTING, { relay: { episode: 0 } }),
      edited(STARTING, started),
    ),
    accept('guest.accept', vf1, STARTING, edited(STARTING, started)),
  ],
  'tdi-reject-preserves-state': [
    refuse('tdisp.lock', vf1, asking(LOCKED, 'lock', 1), edited(LOCKED, error)),
    refuse(
      'tdisp.lock',
      vf1,
      LOCKED,
      edit(LOCKED, { 'tdi.1': { lock: 2, nonce: 2 }, 'tdi.2': { nonce: 0 } }),
    ),
    drop('tdisp.insecure-message', vf1, RUNNING, edited(RUNNING, insecure)),
    refuse('tdisp.start', vf1, RUNNING, edit(RUNNING, { 'page.0': { accepted: false } })),
  ],
  'tdi-stop-always-legal': [
    refuse('tdisp.stop.begin', vf1, asking(FAILED, 'stop', 1)),
    drop('tdisp.stop.begin', vf1, asking(RUNNING, 'stop', 1)),
    refuse('tdisp.stop.begin', vf1, asking(UP, 'stop', 1)),
  ],
  'tdi-stop-ends-unlocked': [
    accept(
      'tdisp.stop.end',
      vf1,
      STOPPING,
      edit(edited(STOPPING, stopped), { 'tdi.1': { holds: 0 } }),
    ),
    accept('tdisp.stop.end', vf1, STOPPING, edited(STOPPING, stopped, error)),
    accept(
      'tdisp.stop.end',
      vf1,
      STOPPING,
      edit(edited(STOPPING, stopped), { relay: { ok: false } }),
    ),
  ],
  'tdi-stop-in-order': [
    accept('tdisp.stop.begin', vf1, RUNNING, RUNNING),
    accept('tdisp.stop.end', vf1, edit(RUNNING, { 'tdi.1': { stop: 'draining' } }), BOUND),
    accept('guest.accept', vf1, RUNNING, edit(RUNNING, { 'tdi.1': { stop: 'drained' } })),
  ],
  'tdi-stop-drains': [accept('tdisp.stop.end', vf1, READING, edited(READING, stopped))],
  'tdi-stop-quiesces': [
    accept('dma.issue', vf1, edit(RUNNING, { 'tdi.1': { stop: 'draining' } }), WRITING),
    accept(
      'tdisp.start',
      vf1,
      edit(LOCKED, { 'tdi.1': { stop: 'draining' } }),
      edited(LOCKED, started),
    ),
  ],
  'tdi-report-only-locked': [
    accept('tdisp.report', vf1, asking(FAILED, 'report', 1), answering(FAILED, 'report', 1)),
    refuse('tdisp.report', vf1, asking(RUNNING, 'report', 1)),
  ],
  'tdi-state-query-truthful': [
    accept(
      'tdisp.state',
      vf1,
      asking(FAILED, 'state', 1),
      answering(FAILED, 'state', 1, { state: 'RUN' }),
    ),
    refuse('tdisp.state', vf1, asking(FAILED, 'state', 1)),
  ],
  'tdi-answer-names-episode': [
    accept(
      'tdisp.lock',
      vf1,
      LOCKING,
      edit(edited(LOCKING, locked, answered), { relay: { episode: 1 } }),
    ),
    accept(
      'tdisp.report',
      vf1,
      asking(LOCKED, 'report', 1),
      answering(LOCKED, 'report', 1, { episode: 1, place: 'moved' }),
    ),
  ],
  'tdi-unknown-interface-rejected': [
    accept(
      'tdisp.lock',
      vf1,
      edit(LOCKING, { relay: { foreign: true } }),
      edited(LOCKING, locked, answered),
    ),
  ],
  'tdi-insecure-message-silent': [
    refuse('tdisp.insecure-message', vf1, RUNNING),
    refuse('tdisp.lock', vf1, edit(LOCKING, { relay: { session: 0 } }), edited(LOCKING, answered)),
    drop('tdisp.insecure-message', vf1, LOCKED, edited(LOCKED, error)),
  ],
  'tdi-request-answered': [
    refuse('tdisp.lock', vf1, asking(LOCKED, 'lock', 1)),
    accept('tdisp.stop.begin', vf1, asking(RUNNING, 'stop', 1), asking(RUNNING, 'stop', 1)),
  ],
  'tdi-nonce-dies-on-leave': [
    accept(
      'tdisp.start',
      vf1,
      STARTING,
      edit(edited(STARTING, started), { 'tdi.1': { nonce: 1 } }),
    ),
    accept('device.error', vf1, LOCKED, edited(LOCKED, error)),
    accept('tdisp.lock', vf1, LOCKING, edit(edited(LOCKING, locked), { 'tdi.1': { nonce: 1 } })),
  ],
  'tdi-start-consumes-nonce': [
    accept(
      'tdisp.start',
      vf1,
      STARTING,
      edit(edited(STARTING, started), { 'tdi.1': { nonce: 1 } }),
    ),
  ],
  'tdi-nonce-fresh-per-lock': [
    accept(
      'tdisp.lock',
      vf1,
      LOCKING,
      edit(edited(LOCKING, locked), { 'tdi.1': { lock: 1, nonce: 1 } }),
    ),
  ],
  'tdi-lock-needs-all-substream-keys': [
    accept(
      'tdisp.lock',
      vf1,
      edit(LOCKING, { 'keySet.0': { NPR: false } }),
      edited(LOCKING, locked),
    ),
  ],
  'tdi-lock-same-session': [
    accept(
      'tdisp.lock',
      vf1,
      edit(LOCKING, { 'keySet.1': { PR: true, session: 0 } }),
      edited(LOCKING, locked),
    ),
    accept(
      'tdisp.lock',
      vf1,
      LOCKING,
      edit(edited(LOCKING, locked), { 'tdi.1': { session: null } }),
    ),
  ],
  'tdi-lock-needs-secure-stream': [
    accept(
      'tdisp.start',
      vf1,
      edit(STARTING, { stream: { secure: false } }),
      edited(STARTING, started),
    ),
  ],
  'tdi-lock-default-unique': [
    accept(
      'ide.setup',
      { setup: 'twoDefaults' },
      LOCKED,
      edit(LOCKED, { stream: { setup: 'twoDefaults' } }),
    ),
  ],
  'tdi-lock-rejects-bad-config': [
    accept('tdisp.lock', vf1, LOCKING, edit(LOCKED, { 'tdi.1': { config: 'phantomFunctions' } })),
    accept('tdisp.lock', vf1, LOCKING, edit(LOCKED, { 'tdi.1': { bar: 'overlapping' } })),
  ],
  'tdi-lock-needs-entropy': [
    accept('tdisp.lock', { tdi: 1, entropy: 'none' }, LOCKING, edited(LOCKING, locked)),
  ],
  'tdi-lock-drains-first': [
    accept('tdisp.lock', { tdi: 2 }, LEGACY, edit(LEGACY, { 'tdi.2': { state: 'CONFIG_LOCKED' } })),
  ],
  'tdi-error-absorbing': [
    accept('reset.flr', vf1, FAILED, edited(FAILED, unlocked)),
    accept('device.leave-error', vf1, FAILED, edited(FAILED, unlocked)),
  ],
  'tdi-unlocked-only-by-stop-or-reset': [
    accept('reset.flr', vf1, RUNNING, edited(RUNNING, unlocked)),
    accept('tdisp.stop.end', { tdi: 2 }, RUNNING, edited(RUNNING, unlocked)),
  ],
  'tdi-internal-failure-forces-error': [
    accept('device.error', vf1, RUNNING, RUNNING),
    accept('device.error', vf1, RUNNING, edited(RUNNING, unlocked)),
  ],
  'tdi-error-no-secret-out': [
    accept('dma.issue', vf1, FAILED, edited(WRITING, error)),
    accept('mmio.private', { guest: 0, tdi: 1, range: 'tee' }, FAILED, FAILED),
    accept('mmio.legacy', { tdi: 1, range: 'tee' }, FAILED, FAILED),
  ],
  'tdi-unlocked-is-clean': [
    accept(
      'tdisp.stop.end',
      vf1,
      STOPPING,
      edit(edited(STOPPING, stopped), { 'tdi.1': { holds: 0 } }),
    ),
    accept('tdisp.lock', vf1, LOCKING, edit(LOCKED, { 'tdi.1': { holds: 1 } })),
  ],
  'tdi-holds-what-it-reads': [
    accept('fabric.deliver', slot, edit(COMPLETING, { 'tlp.0': { data: 0 } }), landed(COMPLETING)),
  ],
  'tdi-holds-only-tenants-data': [
    accept('tsm.bind', vf1, FAILED, edit(FAILED, { 'tdi.1': { holds: 1 } })),
  ],
  'tdi-locked-in-live-session': [
    accept(
      'spdm.connect.begin',
      {},
      LOCKED,
      edit(LOCKED, { session: { phase: 'handshaking', generation: 2 } }),
    ),
    accept(
      'tdisp.stop.end',
      vf1,
      STOPPING,
      edit(edited(STOPPING, stopped), { 'tdi.1': { session: 1 } }),
    ),
  ],
  'tdi-error-clears-before-auto-unlock': [
    accept('device.leave-error', vf1, FAILED, edited(FAILED, unlocked)),
    {
      ...accept('device.leave-error', vf1, FAILED, edited(READING, unlocked)),
      before: { ...FAILED, readings: { ...FAILED.readings, autoErrorExit: 'yes' } },
    },
    {
      ...accept(
        'device.leave-error',
        vf1,
        FAILED,
        edit(edited(FAILED, unlocked), { 'tdi.1': { holds: 0 } }),
      ),
      before: { ...FAILED, readings: { ...FAILED.readings, autoErrorExit: 'yes' } },
    },
  ],
  'tdi-lock-params-frozen': [
    accept('bar.write', vf1, RUNNING, edit(RUNNING, { 'tdi.1': { bar: 'moved' } })),
    refuse('tdisp.lock', vf1, LOCKED, edit(LOCKED, { 'tdi.1': { nonce: 0 } })),
    accept('ide.enable', { level: 0 }, RUNNING, edit(RUNNING, { stream: { enabled: false } })),
  ],
  'tdi-report-matches-config': [
    accept('bar.write', vf1, RUNNING, edit(RUNNING, { 'tdi.1': { bar: 'moved' } })),
  ],
  'tdi-isolation-between-tdis': [
    accept('reset.flr', vf1, BOTH, edited(BOTH, error, { 'tdi.2': { state: 'ERROR' } })),
    accept('reset.flr', { tdi: 2 }, BOTH, edit(BOTH, { 'tdi.1': { bme: false } })),
  ],

  // config
  'cfg-bme-clear-forces-error': [
    accept(
      'command.write',
      { tdi: 1, bme: 0, mse: 1 },
      RUNNING,
      edit(RUNNING, { 'tdi.1': { bme: false } }),
    ),
    accept('command.write', { tdi: 1, bme: 0, mse: 1 }, LOCKED, LOCKED),
    accept(
      'guest.enable',
      { tdi: 1, step: 'mse' },
      LOCKED,
      edit(LOCKED, { 'tdi.1': { bme: false } }),
    ),
  ],
  'cfg-mse-clear-forces-error': [
    accept(
      'command.write',
      { tdi: 1, bme: 1, mse: 0 },
      RUNNING,
      edit(RUNNING, { 'tdi.1': { mse: false } }),
    ),
  ],
  'cfg-bme-zero-rewrite-harmless': [
    accept('command.write', { tdi: 1, bme: 1, mse: 1 }, RUNNING, edited(RUNNING, error)),
    {
      ...accept('command.write', { tdi: 1, bme: 0, mse: 1 }, RUNNING, RUNNING),
      before: {
        ...edit(RUNNING, { 'tdi.1': { bme: false } }),
        readings: { ...RUNNING.readings, commandClear: 'level' },
      },
    },
  ],
  'cfg-bar-change-forces-error': [
    accept(
      'bar.write',
      { tdi: 1, place: 'moved' },
      RUNNING,
      edit(RUNNING, { 'tdi.1': { bar: 'moved' } }),
    ),
    accept('bar.write', { tdi: 1, place: 'moved' }, LOCKED, LOCKED),
  ],
  'cfg-bar-same-value': [
    accept('bar.write', { tdi: 1, place: 'home' }, RUNNING, FAILED),
    {
      ...accept('bar.write', { tdi: 1, place: 'home' }, RUNNING, RUNNING),
      before: { ...RUNNING, readings: { ...RUNNING.readings, sameValueBarWrite: 'error' } },
    },
  ],
  'cfg-checked-setup-tracked': [
    accept(
      'config.set',
      { tdi: 1, config: 'tphMode' },
      RUNNING,
      edit(RUNNING, { 'tdi.1': { config: 'tphMode' } }),
    ),
  ],
  'cfg-tracked-registers-force-error': ['deviceControlTags', 'bist', 'pasid', 'pageRequest'].map(
    (register) => accept('config.write', { tdi: 1, register }, RUNNING, RUNNING),
  ),
  'cfg-pf-affects-vfs': [
    accept('config.write', { tdi: 0, register: 'sriov' }, BOTH, edited(BOTH, error)),
    accept('config.write', { tdi: 1, register: 'sriov' }, BOTH, edited(BOTH, error)),
  ],
  'cfg-ide-regs-tracked': [
    accept('config.write', { tdi: 2, register: 'ideStreamControl' }, RUNNING, RUNNING),
    accept(
      'ide.setup',
      { setup: 'idMismatch' },
      RUNNING,
      edit(RUNNING, { stream: { setup: 'idMismatch' } }),
    ),
    accept('ide.enable', { level: 0 }, RUNNING, edit(RUNNING, { stream: { enabled: false } })),
  ],
  'cfg-ide-same-value-harmless': [
    accept('ide.enable', { level: 1 }, RUNNING, FAILED),
    accept('ide.setup', { setup: 'oneDefault' }, RUNNING, FAILED),
  ],
  'cfg-power-off-ends-session': [
    accept('power.write', { tdi: 0, power: 'd3cold' }, UP, UP),
    accept(
      'power.write',
      { tdi: 0, power: 'd3cold' },
      UP,
      edit(UP, { session: { phase: 'none' } }),
    ),
  ],
  'cfg-link-down-costs-stream': [
    accept('config.write', { tdi: 1, register: 'linkDisable' }, RUNNING, FAILED),
    accept(
      'config.write',
      { tdi: 0, register: 'linkDisable' },
      RUNNING,
      edit(RUNNING, { stream: { secure: false } }),
    ),
    accept('config.write', { tdi: 0, register: 'linkDisable' }, UP, UP),
  ],
  'cfg-benign-writes-ok': [
    accept('config.write', { tdi: 1, register: 'aerStatus' }, RUNNING, FAILED),
    accept('config.write', { tdi: 2, register: 'bist' }, RUNNING, FAILED),
  ],
  'cfg-write-completes': [
    accept('command.write', { tdi: 1, bme: 0, mse: 1 }, RUNNING, FAILED),
    refuse('command.write', { tdi: 1, bme: 0, mse: 1 }, RUNNING),
  ],
  'cfg-other-writes-complete': [
    accept('command.write', { tdi: 1, bme: 1, mse: 0 }, RUNNING, FAILED),
    accept('bar.write', { tdi: 1, place: 'moved' }, RUNNING, FAILED),
    accept('config.set', { tdi: 1, config: 'tphMode' }, RUNNING, FAILED),
    accept('ide.setup', { setup: 'idMismatch' }, RUNNING, FAILED),
    drop('config.write', { tdi: 1, register: 'bist' }, RUNNING),
  ],
  'cfg-guest-enable-takes-effect': [
    accept('guest.enable', { tdi: 1, step: 'both' }, UP, UP),
    accept('guest.enable', { tdi: 1, step: 'mse' }, UP, RUNNING),
  ],
  'rst-flr-is-error': [
    accept('reset.flr', vf1, RUNNING, edited(RUNNING, unlocked)),
    accept('reset.flr', vf1, LOCKED, LOCKED),
    accept('reset.flr', vf1, FAILED, edited(FAILED, unlocked)),
  ],
  'rst-pf-flr-cascades': [accept('reset.flr', { tdi: 0 }, BOTH, edited(BOTH, error))],
  'rst-flr-disables-function': [
    accept('reset.flr', vf1, RUNNING, FAILED),
    accept('reset.flr', { tdi: 0 }, UP, edit(UP, { 'tdi.2': { mse: true } })),
  ],
  'rst-function-flr-scope': [
    accept('reset.flr', vf1, RUNNING, edited(RUNNING, error, insecure)),
    accept('reset.flr', { tdi: 0 }, UP, edit(UP, { session: { phase: 'none' } })),
    {
      ...accept('reset.flr', { tdi: 0 }, RUNNING, FAILED),
      before: { ...RUNNING, readings: { ...RUNNING.readings, ideCapability: 'pf' } },
    },
  ],
  'rst-conventional-unlocks-clean': [
    accept('reset.conventional', {}, RUNNING, FAILED),
    accept('reset.conventional', {}, UP, edit(OFF, { 'tdi.1': { holds: 0 } })),
    accept('device.remove', {}, UP, edit(OFF, { 'keySet.1': { CPL: true } })),
  ],
  'rst-no-resume-without-reauth': [
    accept(
      'tdisp.start',
      vf1,
      edit(STARTING, { 'keySet.0': { session: 0 } }),
      edited(STARTING, started),
    ),
    accept(
      'tdisp.start',
      vf1,
      edit(STARTING, { relay: { session: 0 } }),
      edited(STARTING, started),
    ),
  ],
  'hotplug-empty-slot-is-bare': [
    accept('device.remove', {}, RUNNING, edit(RUNNING, { device: { present: false } })),
    accept('bar.write', vf1, ABSENT, edit(ABSENT, { 'tdi.1': { bar: 'moved' } })),
  ],
  'hotplug-absent-device-is-silent': [accept('dma.issue', vf1, ABSENT, ABSENT)],
  'hotplug-slot-follows': [
    accept('device.remove', {}, OFF, OFF),
    accept('device.insert', {}, OFF, OFF),
    accept('reset.conventional', {}, ABSENT, OFF),
  ],

  // tlp
  'tlp-no-private-dma-outside-run': [
    { tdi: { state: 'CONFIG_LOCKED' } },
    { tdi: { state: 'CONFIG_UNLOCKED' } },
    { tdi: { run: 2 } },
    { tlp: { run: null } },
    { tlp: { tenant: 1 } },
    { tlp: { traffic: 'shared' } },
    { tlp: { traffic: 'legacy' } },
    { tsm: { boundTo: 1 } },
    { tsm: { boundTo: null } },
    { tsm: { dma: false } },
    { page: { accepted: false } },
    { page: { owner: null } },
    { stream: { secure: false } },
  ].map(({ tdi = {}, tlp = {}, tsm = {}, page = {}, stream = {} }) => {
    const before = edit(WRITING, {
      'tdi.1': tdi,
      'tlp.0': tlp,
      'tsm.1': tsm,
      'page.0': page,
      stream,
    });
    return accept('fabric.deliver', slot, before, landed(before));
  }),
  'tlp-requests-need-their-state': [
    accept('dma.issue', { tdi: 1, traffic: 'private' }, LOCKED, LOCKED),
    accept('dma.issue', { tdi: 1, traffic: 'legacy' }, RUNNING, RUNNING),
    accept(
      'dma.issue',
      { tdi: 1, traffic: 'private' },
      edit(RUNNING, { 'tdi.1': { bme: false } }),
      WRITING,
    ),
  ],
  'tlp-t1-only-on-bound-stream': [
    accept(
      'dma.issue',
      { tdi: 1, traffic: 'private' },
      RUNNING,
      edit(WRITING, { 'tlp.0': { keySet: null } }),
    ),
    accept(
      'dma.issue',
      { tdi: 1, traffic: 'private' },
      RUNNING,
      edit(WRITING, { 'tlp.0': { key: 0 } }),
    ),
    accept(
      'dma.issue',
      { tdi: 1, traffic: 'private' },
      edit(RUNNING, { stream: { secure: false } }),
      WRITING,
    ),
    accept('dma.issue', { tdi: 1, traffic: 'private' }, RUNNING, RUNNING),
  ],
  'tlp-carries-its-origin': [
    { tdi: 2 },
    { page: 1 },
    { kind: 'read' },
    { traffic: 'shared' },
    { run: null },
    { tenant: 1 },
    { ownership: 0 },
    { kind: 'none' },
  ].map((tlp) =>
    accept(
      'dma.issue',
      { tdi: 1, page: 0, access: 'write', traffic: 'private' },
      RUNNING,
      edit(WRITING, { 'tlp.0': tlp }),
    ),
  ),
  'tlp-run-episode-fresh-per-start': [
    accept(
      'tdisp.start',
      vf1,
      STARTING,
      edit(edited(STARTING, started), { 'tlp.0': WRITING.tlp[0] as object }),
    ),
  ],
  'tlp-consumed-once': [
    accept('fabric.deliver', slot, WRITING, WRITING),
    accept('fabric.deliver', slot, READING, landed(READING)),
    drop('fabric.deliver', slot, WRITING),
    refuse('fabric.lose', slot, WRITING, landed(WRITING)),
    accept('fabric.deliver', slot, RUNNING, RUNNING),
  ],
  'tlp-completion-same-run-episode': [
    accept('fabric.deliver', slot, edited(COMPLETING, error), landed(COMPLETING)),
    accept('fabric.deliver', slot, edit(COMPLETING, { 'tdi.1': { run: 2 } }), landed(COMPLETING)),
    accept(
      'fabric.deliver',
      slot,
      edit(COMPLETING, { 'tlp.0': { tenant: 1 } }),
      landed(COMPLETING),
    ),
    accept(
      'fabric.deliver',
      slot,
      edit(COMPLETING, { 'tlp.0': { traffic: 'legacy' } }),
      landed(COMPLETING),
    ),
  ],
  'tlp-completion-answers-its-read': [
    accept('fabric.deliver', slot, READING, edit(COMPLETING, { 'tlp.0': { tdi: 2 } })),
    accept('fabric.deliver', slot, READING, edit(COMPLETING, { 'tlp.0': { data: 1 } })),
    accept('fabric.deliver', slot, READING, edit(COMPLETING, { 'tlp.0': { run: 0 } })),
    accept('fabric.deliver', slot, READING, landed(READING)),
  ],
  'tlp-ur-ca-timeout-error': [drop('fabric.deliver', slot, READING, landed(READING))],
  'no-t0-to-tee': [
    accept('mmio.legacy', { tdi: 1, range: 'tee' }, RUNNING, RUNNING),
    accept('mmio.legacy', { tdi: 2, range: 'tee' }, edit(UP, { 'tdi.2': { holds: 0 } }), UP),
    accept('fabric.deliver', slot, edit(LEGACY, { 'tlp.0': { page: 0 } }), landed(LEGACY)),
  ],
  'tlp-legacy-needs-no-stream': [
    drop('fabric.deliver', slot, LEGACY, landed(LEGACY)),
    accept('fabric.deliver', slot, LEGACY, landed(edited(LEGACY, error, insecure))),
  ],
  'tlp-tee-mmio-needs-run-t1-bound': [
    accept('mmio.private', { guest: 0, tdi: 1, range: 'tee' }, LOCKED, LOCKED),
    accept(
      'mmio.private',
      { guest: 0, tdi: 1, range: 'tee' },
      edit(RUNNING, { 'tdi.1': { mse: false } }),
      RUNNING,
    ),
    accept(
      'mmio.private',
      { guest: 0, tdi: 1, range: 'tee' },
      edit(RUNNING, { stream: { secure: false } }),
      RUNNING,
    ),
  ],
  'tlp-non-tee-mmio-state-independent': [
    refuse('mmio.legacy', { tdi: 1, range: 'nonTee' }, RUNNING),
    accept('mmio.legacy', { tdi: 2, range: 'nonTee' }, RUNNING, RUNNING),
  ],
  'tlp-non-tee-mmio-any-t': [refuse('mmio.private', { guest: 0, tdi: 1, range: 'nonTee' }, FAILED)],
  'tlp-secret-only-under-ide': [
    accept('dma.issue', vf1, RUNNING, edit(WRITING, { 'tlp.0': { data: 1 } })),
    accept('dma.issue', vf1, RUNNING, edit(WRITING, { 'tlp.0': { data: 0, traffic: 'shared' } })),
    accept('dma.issue', vf1, RUNNING, edit(WRITING, { 'tlp.0': { data: 0, keySet: null } })),
  ],

  // ide
  'ide-secure-needs-all': [
    accept('ide.set-go', { keySet: 0 }, READY, edit(UP, { 'keySet.0': { CPL: false } })),
    accept('ide.enable', { level: 0 }, UP, edit(UP, { stream: { enabled: false } })),
    accept('ide.set-stop', { keySet: 0 }, UP, edit(UP, { stream: { sending: null } })),
    accept('spdm.session.end', {}, UP, edit(UP, { session: { phase: 'none', generation: 2 } })),
  ],
  'ide-go-needs-keys': [
    accept(
      'ide.set-go',
      { keySet: 1 },
      UP,
      edit(UP, { 'keySet.1': { PR: true, NPR: true, go: true } }),
    ),
  ],
  'ide-insecure-loses-keys': [
    accept('fabric.inject', {}, UP, edit(UP, { stream: { secure: false, sending: null } })),
  ],
  'ide-secure-only-by-go-or-enable': [accept('spdm.connect.end', {}, READY, UP)],
  'ide-secure-when-ready': [
    accept('ide.set-go', { keySet: 0 }, READY, edit(READY, { 'keySet.0': { go: true } })),
    accept('ide.set-go', { keySet: 0 }, READY, READY),
    accept('ide.enable', { level: 1 }, OFF, OFF),
    accept('ide.enable', { level: 1 }, OFF, edit(OFF, { stream: { enabled: true, secure: true } })),
  ],
  'ide-replay-detected': [
    drop('fabric.inject', {}, UP, UP),
    accept('fabric.inject', {}, UP, edited(UP, insecure)),
    drop('fabric.inject', {}, UP, edit(edited(UP, insecure), { 'page.1': { data: 0 } })),
  ],
  'ide-old-keyset-retired': [
    accept(
      'fabric.deliver',
      slot,
      edit(WRITING, { 'keySet.0': { generation: 2 } }),
      landed(WRITING),
    ),
    accept('fabric.deliver', slot, edit(WRITING, { 'keySet.0': { go: false } }), landed(WRITING)),
    accept('fabric.deliver', slot, edit(WRITING, { 'tlp.0': { keySet: null } }), landed(WRITING)),
    accept('fabric.deliver', slot, edit(WRITING, { stream: { secure: false } }), landed(WRITING)),
  ],
  'ide-keys-fresh-per-go': [
    accept('ide.set-go', { keySet: 0 }, edit(WRITING, { 'keySet.0': { go: false } }), WRITING),
  ],
  'ide-drop-detected': [
    accept('fabric.deliver', slot, GAP, landed(GAP)),
    drop('fabric.deliver', slot, GAP, landed(GAP)),
  ],
  'ide-lost-tlp-leaves-gap': [
    drop('fabric.lose', slot, WRITING, landed(WRITING)),
    accept('ide.switch', { keySet: 1 }, GAP, WRITING),
  ],
  'ide-in-order-per-sub-stream': [
    accept('fabric.deliver', { slot: 1 }, TWO_WRITES, WRITING),
    drop('fabric.deliver', { slot: 1 }, TWO_WRITES, WRITING),
  ],
  'ide-no-npr-passes-pr': [
    accept('fabric.deliver', slot, edit(READING, { 'gap.0': { PR: true } }), COMPLETING),
    accept(
      'fabric.deliver',
      { slot: 1 },
      WRITE_READ,
      edit(WRITING, { 'tlp.1': COMPLETING.tlp[0] as object }),
    ),
    drop('fabric.deliver', { slot: 1 }, WRITE_READ, WRITING),
  ],
  'ide-check-fail-is-final': [
    drop('fabric.deliver', slot, edit(WRITING, { 'tlp.0': { key: 0 } }), landed(WRITING)),
  ],
  'ide-insecure-kills-tdis': [
    drop('fabric.inject', {}, RUNNING, edited(RUNNING, insecure)),
    accept('ide.enable', { level: 0 }, LOCKED, edited(LOCKED, insecure, unlocked)),
    accept('reset.conventional', {}, RUNNING, edited(RUNNING, insecure, error)),
  ],
  'ide-no-clear-fallback': [drop('fabric.inject', {}, RUNNING, edited(RUNNING, insecure))],
  'ide-key-prog-same-session': [
    accept(
      'ide.key-prog',
      { keySet: 1, sub: 'PR' },
      UP,
      edit(UP, { 'keySet.1': { PR: true, session: 0 } }),
    ),
    accept('ide.key-prog', { keySet: 0, sub: 'PR' }, UP, UP),
    accept('ide.key-prog', { keySet: 1, sub: 'PR' }, UP, UP),
    accept('ide.set-go', { keySet: 1 }, UP, edit(UP, { 'keySet.1': { PR: true, session: 1 } })),
  ],
  'ide-new-session-invalidates': [
    accept('spdm.session.end', {}, UP, edit(UP, { session: { phase: 'none', generation: 2 } })),
  ],
  'ide-refresh-keeps-run': [
    accept('ide.switch', { keySet: 1 }, REFRESHING, edited(REFRESHING, error)),
    accept('ide.set-stop', { keySet: 1 }, REFRESHING, edited(REFRESHING, error, insecure)),
  ],
  'ide-switch-takes-effect': [
    accept('ide.switch', { keySet: 1 }, REFRESHING, REFRESHING),
    accept('ide.key-prog', { keySet: 1 }, REFRESHING, edit(REFRESHING, { stream: { sending: 1 } })),
  ],
  'ide-stop-of-set-in-use-drops': [
    accept('ide.set-stop', { keySet: 0 }, UP, edit(UP, { 'keySet.0': { go: false } })),
    accept('ide.set-stop', { keySet: 1 }, REFRESHING, REFRESHING),
    accept('ide.enable', { level: 0 }, UP, UP),
  ],

  // spdm
  'spdm-end-cascades': [
    accept('spdm.session.end', {}, RUNNING, edit(RUNNING, { session: { phase: 'none' } })),
    accept(
      'spdm.connect.begin',
      {},
      LOCKED,
      edited(LOCKED, insecure, { session: { phase: 'handshaking' } }),
    ),
    accept(
      'reset.conventional',
      {},
      RUNNING,
      edited(FAILED, insecure, { session: { phase: 'none' } }),
    ),
  ],
  'spdm-all-ends-alike': [
    accept('spdm.session.end', { cause: 'heartbeatExpiry' }, RUNNING, edited(FAILED, insecure)),
  ],
  'spdm-established-needs-finish': [
    accept('spdm.connect.begin', {}, OFF, edit(OFF, { session: { phase: 'established' } })),
    accept(
      'ide.key-prog',
      {},
      UNCONNECTED,
      edit(UNCONNECTED, { session: { phase: 'established' } }),
    ),
    accept('spdm.session.end', {}, OFF, UNCONNECTED),
  ],
  'spdm-get-version-resets-all': [accept('spdm.connect.begin', {}, UP, UP)],
  'spdm-finish-answer-tells-tsm': [
    accept('spdm.connect.end', { reply: 'lost' }, UNCONNECTED, UP),
    accept(
      'spdm.connect.end',
      { reply: 'arrives' },
      UNCONNECTED,
      edit(UP, { link: { session: null } }),
    ),
    accept('spdm.connect.begin', {}, edit(UP, { link: { session: null } }), UP),
  ],
  'spdm-session-id-not-stale': [
    accept('spdm.session.end', {}, UP, edited(UP, insecure, { session: { phase: 'none' } })),
    accept('spdm.session.end', {}, RUNNING, edit(STALE, { 'tdi.1': { session: 2 } })),
    accept('spdm.session.end', {}, RUNNING, edit(STALE, { relay: { session: 2 } })),
  ],
  'spdm-no-cross-session-tdisp': [
    accept(
      'tdisp.start',
      vf1,
      edit(STARTING, { relay: { session: 0 } }),
      edited(STARTING, started),
    ),
    accept('tdisp.lock', vf1, BOUND, edited(BOUND, locked)),
  ],
  'host-cannot-forge': [
    accept('relay.abort', {}, RUNNING, asking(RUNNING, 'start', 1)),
    accept(
      'tsm.poll',
      vf1,
      edit(RUNNING, { link: { session: null } }),
      asking(RUNNING, 'state', 1),
    ),
    accept('relay.abort', {}, STARTING, answering(LOCKED, 'start', 1)),
    accept('relay.tamper', {}, STARTING, edit(STARTING, { relay: { tdi: 2 } })),
  ],
  'error-not-masked': [
    refuse('tdisp.lock', vf1, LOCKING, edited(LOCKING, answered)),
    accept('tdisp.lock', vf1, LOCKING, edit(edited(LOCKING, answered), { relay: { ok: false } })),
    accept('relay.tamper', {}, answering(UP, 'lock', 1, { ok: false }), answering(UP, 'lock', 1)),
  ],
  'relay-abort-is-final': [
    accept('relay.abort', {}, STARTING, STARTING),
    drop('relay.tamper', { tamper: 'replay' }, STARTING, STARTING),
  ],
  'relay-tamper-never-succeeds': [
    accept(
      'relay.tamper',
      { tamper: 'corrupt' },
      STARTING,
      edited(STARTING, insecure, error, { session: { phase: 'none' } }),
    ),
    drop('relay.tamper', { tamper: 'replay' }, STARTING, edited(STARTING, started)),
    drop('relay.tamper', { tamper: 'corrupt' }, answering(BOUND, 'lock', 1), BOUND),
    drop(
      'relay.tamper',
      { tamper: 'corrupt' },
      answering(BOUND, 'report', 1),
      edit(BOUND, { 'tsm.1': { report: 1 }, link: { session: null } }),
    ),
    drop(
      'relay.tamper',
      { tamper: 'corrupt' },
      edit(STARTING, { relay: { session: 0 } }),
      edit(STARTING, { session: { phase: 'none' } }),
    ),
  ],

  // tsm
  'tsm-one-guest-per-tdi': [
    accept(
      'tsm.bind',
      { tdi: 1, guest: 1, id: 'hosted' },
      RUNNING,
      edit(RUNNING, { 'tsm.1': { boundTo: 1 } }),
    ),
    accept('tsm.return', {}, RUNNING, edit(RUNNING, { 'tsm.1': { boundTo: 1 } })),
    accept('tsm.bind', { tdi: 1, guest: 1, id: 'hosted' }, UP, UP),
  ],
  'tsm-bind-needs-secure-link': [
    accept('tsm.bind', vf1, edit(UP, { link: { session: null } }), BOUND),
    accept('tsm.bind', vf1, edit(UP, { stream: { secure: false } }), BOUND),
  ],
  'tsm-lock-session-starts-clean': [
    accept('tsm.bind', vf1, UP, edit(BOUND, { 'guest.1.1': { evidence: 1 } })),
    accept('tsm.bind', vf1, UP, edit(BOUND, { 'tsm.1': { dma: true } })),
    accept(
      'tsm.return',
      {},
      answering(LOCKED, 'lock', 1),
      edit(LOCKED, { 'guest.0.1': { accepted: 1 } }),
    ),
    accept(
      'tsm.return',
      {},
      answering(LOCKED, 'lock', 1),
      edit(LOCKED, { 'mmio.1': { guest: 0 } }),
    ),
  ],
  'tsm-bind-inherits-no-translation': [
    accept('tsm.bind', vf1, UP, edit(BOUND, { 'dma.1.0': { iotlb: 'private' } })),
  ],
  'tsm-start-needs-guest-accept': [
    accept('tsm.start', vf1, LOCKED, STARTING),
    accept(
      'tsm.start',
      vf1,
      edit(RUNNING, { 'guest.0.1': { accepted: 0 } }),
      asking(RUNNING, 'start', 1),
    ),
    accept('tsm.poll', vf1, RUNNING, asking(RUNNING, 'start', 1)),
    accept(
      'tsm.start',
      vf1,
      edit(RUNNING, { 'tsm.1': { teardown: 'blocked' } }),
      asking(RUNNING, 'start', 1),
    ),
  ],
  'tsm-start-carries-its-nonce': [
    accept('tsm.start', vf1, LOCKED, asking(LOCKED, 'start', 1, { episode: 0 })),
    accept('tsm.start', vf1, LOCKED, asking(LOCKED, 'start', 1)),
  ],
  'tsm-request-scope': [
    accept('guest.accept', { guest: 1, tdi: 1 }, LOCKED, LOCKED),
    accept('guest.enable-dma', { guest: 0, tdi: 1 }, UNBINDING, UNBINDING),
    accept('mmio.private', { guest: 1, tdi: 1, range: 'nonTee' }, RUNNING, RUNNING),
  ],
  'tsm-accept-current-episode': [
    accept(
      'guest.accept',
      { guest: 0, tdi: 1 },
      edit(RUNNING, { 'guest.0.1': { evidence: 0 } }),
      RUNNING,
    ),
    accept(
      'guest.evidence',
      { guest: 0, tdi: 1 },
      LOCKED,
      edit(LOCKED, { 'guest.0.1': { evidence: 1 } }),
    ),
    accept(
      'guest.accept',
      { guest: 0, tdi: 1 },
      RUNNING,
      edit(RUNNING, { 'guest.0.1': { accepted: null } }),
    ),
  ],
  'tsm-acceptance-is-current': [
    accept('tsm.bind', vf1, UP, edit(RUNNING, { 'tsm.1': { lockSession: 2 } })),
    accept('tsm.return', {}, LOCKED, edit(LOCKED, { 'tsm.1': { accepted: true } })),
  ],
  'revoke-targets-same-tdi': [
    accept(
      'tsm.tio-msg-sdte-close',
      { guest: 0, tdi: 2 },
      RUNNING,
      edit(RUNNING, { 'tsm.1': { dma: false } }),
    ),
    refuse(
      'os.unlock',
      { guest: 0, tdi: 0 },
      RUNNING,
      edit(RUNNING, { 'tsm.1': { accepted: false } }),
    ),
    accept(
      'mmio.accept',
      { guest: 0, tdi: 2 },
      RUNNING,
      edit(RUNNING, { 'mmio.1': { accepted: !RUNNING.mmio[1]?.accepted } }),
    ),
  ],
  'guest-isolation': [
    accept('tsm.return', {}, LOCKED, edit(LOCKED, { 'guest.0.1': { accepted: 1 } })),
    accept(
      'guest.evidence',
      { guest: 1, tdi: 1 },
      LOCKED,
      edit(LOCKED, { 'guest.0.1': { evidence: 1 } }),
    ),
    accept(
      'guest.enable-dma',
      { guest: 1, tdi: 2 },
      RUNNING,
      edit(RUNNING, { 'tsm.1': { dma: false } }),
    ),
    accept('page.store', { page: 0, guest: 1 }, RUNNING, edit(RUNNING, { 'page.0': { data: 1 } })),
  ],
  'tsm-dma-needs-acceptance': [
    accept('guest.enable-dma', vf1, LOCKED, edit(LOCKED, { 'tsm.1': { dma: true } })),
    accept('tsm.unbind.begin', vf1, RUNNING, edit(RUNNING, { 'tsm.1': { teardown: 'blocked' } })),
  ],
  'tsm-drain-before-reuse': [
    accept('guest.enable-dma', vf1, RUNNING, edit(WRITING, { 'tlp.0': { tenant: 1 } })),
  ],
  'tsm-dma-off-before-handover': [
    accept('tsm.unbind.begin', vf1, RUNNING, edit(UNBINDING, { 'dma.1.0': { table: 'private' } })),
    accept('tsm.unbind.begin', vf1, RUNNING, edit(UNBINDING, { 'tsm.1': { dma: true } })),
    accept('tsm.unbind.begin', vf1, RUNNING, edit(UNBINDING, { 'tsm.1': { accepted: true } })),
  ],
  'tsm-unbind-total': [refuse('tsm.unbind.begin', vf1, FAILED)],
  'tsm-unbind-ends-clean-or-lost': [
    accept('tsm.unbind.force', vf1, UNBINDING, edited(UP, state('RUN'))),
    accept(
      'tsm.unbind.end',
      vf1,
      edit(UNBINDING, { 'tsm.1': { teardown: 'stopped' } }),
      edit(UP, { 'tlp.0': WRITING.tlp[0] as object }),
    ),
    accept(
      'tsm.unbind.force',
      vf1,
      UNBINDING,
      edit(UP, { 'tsm.1': { lost: true }, 'dma.1.0': { iotlb: 'private' } }),
    ),
    accept('tsm.unbind.end', vf1, UNBINDING, UP),
  ],
  'tsm-locked-means-owned': [
    accept('tsm.unbind.force', vf1, UNBINDING, edit(RUNNING, { 'tsm.1': { boundTo: null } })),
  ],
  'tsm-lost-device-not-rebound': [
    accept('tsm.bind', vf1, edit(UP, { 'tsm.1': { lost: true } }), BOUND),
    accept('reset.conventional', {}, edit(UP, { 'tsm.1': { lost: true } }), UP),
    accept(
      'tsm.return',
      {},
      edit(answering(UP, 'stop', 1, { ok: false }), { 'tsm.1': { lost: true } }),
      UP,
    ),
  ],
  'tsm-unbound-has-nothing': [
    { report: 1 },
    { nonce: 1 },
    { dma: true },
    { accepted: true },
    { teardown: 'blocked' },
  ].map((tsm) => accept('tsm.unbind.end', vf1, UNBINDING, edit(UP, { 'tsm.1': tsm }))),
  'tsm-teardown-in-order': [
    accept('tsm.return', {}, UNBINDING, edit(UNBINDING, { 'tsm.1': { teardown: 'stopped' } })),
    accept(
      'tsm.return',
      {},
      answering(UNBINDING, 'stop', 1),
      edit(UNBINDING, { 'tsm.1': { teardown: 'stopped' } }),
    ),
    accept('relay.abort', {}, UNBINDING, RUNNING),
    accept('tsm.poll', vf1, RUNNING, UNBINDING),
  ],
  'tsm-evidence-authentic': [
    accept(
      'tsm.return',
      {},
      edit(BOUND, { 'tsm.1': { nonce: null } }),
      edit(BOUND, { 'tsm.1': { nonce: 1 } }),
    ),
    accept(
      'tsm.return',
      {},
      answering(LOCKED, 'report', 1, { episode: 1, place: 'moved' }),
      edit(LOCKED, { 'tsm.1': { report: 1 } }),
    ),
    accept(
      'tsm.return',
      {},
      answering(LOCKED, 'report', 1, { episode: 0 }),
      edit(LOCKED, { 'tsm.1': { report: 1 } }),
    ),
    accept('relay.abort', {}, RUNNING, edit(RUNNING, { 'tsm.1': { reportPlace: 'moved' } })),
  ],
  'tsm-no-stale-device-state': [
    accept(
      'tsm.return',
      {},
      answering(LOCKED, 'state', 1, { state: 'RUN' }),
      edit(LOCKED, { 'tsm.1': { dma: true, cached: 'RUN' } }),
    ),
    accept('tsm.return', {}, answering(LOCKED, 'state', 1, { state: 'RUN' }), LOCKED),
  ],
  'tsm-disconnect-needs-no-bound': [
    accept('tsm.disconnect', {}, RUNNING, STALE),
    accept('tsm.disconnect', {}, UP, UP),
  ],

  // memory
  'tsm-gives-up-only-dead-sessions': [
    accept('tsm.notice', {}, UP, edit(UP, { link: { session: null } })),
    accept('tsm.notice', {}, STALE, STALE),
  ],
  'tsm-response-taken-once': [
    accept('tsm.return', {}, STARTING, LOCKED),
    accept('tsm.return', {}, answering(LOCKED, 'lock', 1), answering(LOCKED, 'lock', 1)),
    accept('tsm.return', {}, edit(answering(LOCKED, 'lock', 1), { relay: { session: 0 } }), LOCKED),
    accept(
      'tsm.return',
      {},
      edit(answering(LOCKED, 'lock', 1), { link: { session: null } }),
      LOCKED,
    ),
  ],
  'tsm-cache-is-what-was-heard': [
    accept('tsm.return', {}, answering(LOCKED, 'start', 1), LOCKED),
    accept('tsm.return', {}, answering(UNBINDING, 'stop', 1), UNBINDING),
    accept('reset.flr', vf1, RUNNING, edit(RUNNING, { 'tsm.1': { cached: 'ERROR' } })),
  ],
  'tsm-dma-off-before-stop': [accept('tsm.unbind.stop', vf1, RUNNING, asking(RUNNING, 'stop', 1))],
  'tsm-verb-makes-its-request': [
    accept('tsm.poll', vf1, RUNNING, asking(RUNNING, 'start', 1)),
    accept('tsm.report', vf1, RUNNING, RUNNING),
    accept('tsm.report', vf1, RUNNING, asking(RUNNING, 'report', 2)),
    accept('tsm.bind', { tdi: 1, guest: 0, id: 'foreign' }, UP, LOCKING),
    refuse('tsm.start', vf1, RUNNING, asking(RUNNING, 'start', 1)),
  ],
  'mem-shared-holds-no-secret': [
    accept('page.take', { page: 0 }, RUNNING, edit(UP, { 'page.0': { data: 0 } })),
  ],
  'mem-private-holds-own-secret': [
    accept('fabric.deliver', slot, WRITING, edit(RUNNING, { 'page.0': { data: 1 } })),
  ],
  'mem-single-owner': [
    accept(
      'page.give',
      { page: 0, guest: 1 },
      LOCKED,
      edit(LOCKED, { 'page.0': { owner: 1, ownership: 2 } }),
    ),
    accept('page.take', { page: 0 }, LOCKED, LOCKED),
    accept('page.give', { page: 1, guest: 1 }, LOCKED, LOCKED),
    accept('page.take', { page: 0 }, WRITING, edit(WRITING, { 'page.0': { owner: null } })),
    accept('iommu.map', { page: 0 }, LOCKED, edit(LOCKED, { 'page.0': { owner: null } })),
  ],
  'mem-scrub-before-reuse': [
    accept('page.take', { page: 0 }, LOCKED, edit(LOCKED, { 'page.0': { owner: null } })),
    accept(
      'page.take',
      { page: 0 },
      LOCKED,
      edit(LOCKED, { 'page.0': { owner: null, accepted: false, data: 0 } }),
    ),
  ],
  'mem-private-needs-accept': [
    accept(
      'page.accept',
      { page: 0, guest: 1 },
      edit(LOCKED, { 'page.0': { accepted: false } }),
      LOCKED,
    ),
    accept(
      'page.store',
      { page: 0, guest: 0 },
      edit(LOCKED, { 'page.0': { accepted: false } }),
      LOCKED,
    ),
    accept(
      'page.accept',
      { page: 1, guest: 1 },
      LOCKED,
      edit(LOCKED, { 'page.1': { accepted: true } }),
    ),
  ],
  'mem-conversion-needs-flush': [
    accept('page.take', { page: 0 }, RUNNING, edit(RUNNING, { 'page.0': { owner: null } })),
    accept('page.take', { page: 0 }, edit(LOCKED, { 'dma.2.0': { iotlb: 'private' } }), UP),
  ],
  'mmu-trusted-entry-matches-owner': [
    accept(
      'iommu.map',
      { tdi: 2, page: 0, space: 'private' },
      BOTH,
      edit(BOTH, { 'dma.2.0': { table: 'private' } }),
    ),
    accept('iommu.map', vf1, RUNNING, edit(RUNNING, { 'page.0': { accepted: false } })),
    accept('tsm.unbind.force', vf1, RUNNING, edit(UP, { 'dma.1.0': { iotlb: 'private' } })),
  ],
  'mmu-shared-entry-is-shared': [
    accept('iommu.map', vf1, LOCKED, edit(LOCKED, { 'dma.1.0': { table: 'shared' } })),
    accept('iommu.map', vf1, UP, edit(UP, { 'dma.1.1': { table: 'shared' } })),
  ],
  'mmu-no-stale-iotlb': [
    accept(
      'iommu.unmap',
      vf1,
      RUNNING,
      edit(RUNNING, { 'dma.1.0': { table: 'none', iotlb: 'private' } }),
    ),
  ],
  'mmu-inval-covers-what-came-before': [
    accept(
      'iommu.unmap',
      { tdi: 1, page: 0 },
      edit(RUNNING, { 'dma.1.0': { flush: 'pending' } }),
      edit(RUNNING, { 'dma.1.0': { table: 'none', flush: 'pending' } }),
    ),
    accept('iommu.unmap', { tdi: 1, page: 0 }, RUNNING, RUNNING),
    accept(
      'iommu.invalidate.begin',
      vf1,
      UNBINDING,
      edit(UNBINDING, { 'dma.1.0': { flush: 'clean' } }),
    ),
    accept(
      'iommu.invalidate.begin',
      vf1,
      edit(UNBINDING, { 'dma.1.1': { flush: 'pending' } }),
      UNBINDING,
    ),
    accept(
      'iommu.invalidate.end',
      vf1,
      edit(UNBINDING, { 'dma.1.0': { flush: 'pending', iotlb: 'private' } }),
      edit(UNBINDING, { 'dma.1.0': { flush: 'clean', iotlb: 'private' } }),
    ),
    accept(
      'iommu.invalidate.end',
      vf1,
      edit(UNBINDING, { 'dma.1.0': { flush: 'pending' } }),
      edit(UNBINDING, { 'dma.1.0': { flush: 'pending' } }),
    ),
  ],
  'mmu-copy-needs-entry': [
    accept(
      'fabric.deliver',
      slot,
      edit(WRITING, { 'dma.1.0': { table: 'none' } }),
      edit(RUNNING, { 'dma.1.0': { table: 'none', iotlb: 'private' } }),
    ),
    accept('iommu.map', vf1, RUNNING, edit(RUNNING, { 'dma.1.0': { iotlb: 'private' } })),
  ],
  'mmu-fault-is-deny': [
    accept('fabric.deliver', slot, edit(WRITING, { 'dma.1.0': { table: 'none' } }), RUNNING),
    accept('fabric.deliver', slot, edit(WRITING, { 'tsm.1': { dma: false } }), RUNNING),
    accept(
      'fabric.deliver',
      slot,
      edit(WRITING, { 'tlp.0': { traffic: 'shared' }, 'dma.1.0': { table: 'shared' } }),
      RUNNING,
    ),
  ],
  'mem-changes-only-by-owner-or-dma': [
    accept('fabric.deliver', slot, edit(WRITING, { 'tlp.0': { data: 0 } }), RUNNING),
    accept('reset.flr', vf1, RUNNING, edit(RUNNING, { 'page.0': { data: 0 } })),
    accept('page.store', { page: 0, guest: 0 }, RUNNING, RUNNING),
  ],
  'mmio-one-mapping': [
    accept('mmio.map', { guest: 1, tdi: 1 }, LOCKED, edit(LOCKED, { 'mmio.1': { guest: 1 } })),
    accept('mmio.unmap', vf1, RUNNING, edit(RUNNING, { 'mmio.1': { guest: null } })),
  ],
  'mmio-matches-report': [
    accept(
      'mmio.accept',
      { guest: 0, tdi: 1 },
      edit(RUNNING, { 'mmio.1': { place: 'moved', accepted: false } }),
      edit(RUNNING, { 'mmio.1': { place: 'moved' } }),
    ),
    accept(
      'mmio.map',
      { guest: 0, tdi: 1 },
      RUNNING,
      edit(RUNNING, { 'mmio.1': { place: 'moved' } }),
    ),
    accept('mmio.accept', { guest: 0, tdi: 1 }, LOCKED, LOCKED),
    accept(
      'mmio.accept',
      { guest: 0, tdi: 1 },
      edit(RUNNING, { 'mmio.1': { accepted: false }, 'tsm.1': { report: null } }),
      RUNNING,
    ),
  ],
  'mmio-pinned-while-bound': [
    accept(
      'mmio.unmap',
      vf1,
      RUNNING,
      edit(RUNNING, { 'mmio.1': { guest: null, accepted: false } }),
    ),
    accept('mmio.unmap', vf1, UNBINDING, UNBINDING),
    accept(
      'mmio.map',
      { guest: 0, tdi: 1 },
      RUNNING,
      edit(RUNNING, { 'mmio.1': { accepted: false } }),
    ),
    accept(
      'tsm.return',
      {},
      answering(RUNNING, 'state', 1),
      edit(RUNNING, { 'mmio.1': { guest: null, accepted: false } }),
    ),
  ],
  'mmio-t1-only-from-owner': [
    accept('mmio.private', { guest: 1, tdi: 1, range: 'tee' }, RUNNING, RUNNING),
    accept(
      'mmio.private',
      { guest: 0, tdi: 1, range: 'tee' },
      edit(RUNNING, { 'mmio.1': { accepted: false } }),
      RUNNING,
    ),
    accept(
      'mmio.private',
      { guest: 0, tdi: 1, range: 'tee' },
      edit(RUNNING, { 'tdi.1': { bar: 'moved' } }),
      RUNNING,
    ),
    accept(
      'mmio.private',
      { guest: 0, tdi: 1, range: 'tee' },
      RUNNING,
      edit(RUNNING, { 'tdi.1': { holds: 1 } }),
    ),
  ],

  // what else befalls a locked TDI
  'cfg-power-loss-forces-error': [
    accept('power.write', { tdi: 1, power: 'd3cold' }, RUNNING, RUNNING),
    accept('power.write', { tdi: 1, power: 'd3hotKeepsState' }, RUNNING, FAILED),
    accept('power.write', { tdi: 0, power: 'd3hotLosesState' }, RUNNING, RUNNING),
  ],
  'cfg-rid-change-forces-error': [
    accept('requester.change', { renumber: 'segment' }, LOCKED, LOCKED),
  ],
  'tlp-poison-error': [
    accept('device.receive', { tdi: 1, fault: 'poison' }, RUNNING, RUNNING),
    accept('device.receive', { tdi: 1, fault: 'poisonRecovered' }, RUNNING, FAILED),
  ],
  'tlp-completion-failure-error': [
    accept('device.receive', { tdi: 1, fault: 'completionTimeout' }, RUNNING, RUNNING),
    accept('device.receive', { tdi: 1, fault: 'completionRecovered' }, RUNNING, FAILED),
  ],
  'ats-t0-translation-error': [
    accept('device.receive', { tdi: 1, fault: 'pageResponseT0' }, LOCKED, LOCKED),
  ],
  'cfg-device-control-tracked': [
    accept('device.control', { tdi: 1, control: 'function' }, RUNNING, RUNNING),
    accept('device.control', { tdi: 1, control: 'quality' }, RUNNING, FAILED),
  ],
  'ide-link-down-insecure': [
    accept('link.down', { loss: 'portKept' }, RUNNING, FAILED),
    accept('link.down', { loss: 'portKept' }, RUNNING, edited(RUNNING, insecure)),
    accept('link.down', { loss: 'portReset' }, UP, edited(UP, insecure)),
  ],
  'spdm-doe-error-only-if-unusable': [
    accept('spdm.doe-error', { doe: 'unusable' }, UP, UP),
    accept('spdm.doe-error', { doe: 'usable' }, UP, STALE),
  ],
  'fw-no-update-honoured': [
    accept('firmware.update', { svn: 'svn1' }, PINNED, PINNED),
    accept('device.insert', {}, PINNED, edit(PINNED, { device: { svn: 'svn2' } })),
  ],
  'fw-no-rollback-live': [
    accept('firmware.update', { svn: 'svn1' }, edit(RUNNING, { device: { svn: 'svn2' } }), RUNNING),
  ],
  'fw-update-ends-what-it-must': [
    accept('firmware.update', { svn: 'svn2' }, RUNNING, FAILED),
    accept('firmware.update', { svn: 'svn2' }, SESSION_ENDS, SESSION_ENDS),
  ],
  'dbg-no-debug-with-secrets': [
    accept('debug.enable', {}, UP, UP),
    accept('debug.enable', {}, OFF, edit(OFF, { 'tdi.1': { state: 'ERROR', holds: 0 } })),
  ],
  'rp-config-change-drops-stream': [
    accept('port.command', { bme: 0, mse: 1 }, UP, edit(UP, { rootPort: { bme: false } })),
    accept(
      'port.route',
      { routing: 'otherBus' },
      UP,
      edit(UP, { rootPort: { routing: 'otherBus' } }),
    ),
    accept('port.enable', { level: 0 }, UP, edit(UP, { rootPort: { disabled: true } })),
    accept('port.write', { portRegister: 'multicast' }, UP, UP),
  ],
  'rp-benign-writes-ok': [
    accept('port.write', { portRegister: 'aer' }, UP, edited(UP, insecure)),
    accept('port.route', { routing: 'home' }, RUNNING, FAILED),
  ],
  'rp-forwards-only-if-enabled': [
    accept('mmio.legacy', { tdi: 1, range: 'nonTee' }, ROUTED_AWAY, ROUTED_AWAY),
    accept('fabric.deliver', slot, edit(WRITING, { rootPort: { bme: false } }), RUNNING),
  ],

  // reports in parts, attributes and flags
  'tdi-report-parts-one-episode': [
    accept(
      'tsm.return',
      {},
      edit(answering(LOCKED, 'reportPart', 1, { offset: 'later', episode: 1 }), {
        'tsm.1': { part: 0 },
      }),
      edit(LOCKED, { 'tsm.1': { report: 1 } }),
    ),
  ],
  'tdi-report-part-only-in-order': [
    accept('tdisp.report-part', vf1, asking(LOCKED, 'reportPart', 1, { offset: 'later' }), LOCKED),
    accept('tdisp.report-part', vf1, asking(LOCKED, 'reportPart', 1, { offset: 'beyond' }), LOCKED),
    accept('tdisp.report-part', vf1, asking(FAILED, 'reportPart', 1), FAILED),
  ],
  'tdi-report-parts-uninterrupted': [
    accept('tdisp.start', vf1, edit(STARTING, { 'tdi.1': { reading: true } }), RUNNING),
    refuse('tdisp.start', vf1, edit(STARTING, { 'tdi.1': { reading: true } })),
  ],
  'tdi-report-read-dies-on-change': [
    accept(
      'device.error',
      vf1,
      edit(RUNNING, { 'tdi.1': { reading: true } }),
      edit(FAILED, { 'tdi.1': { reading: true } }),
    ),
  ],
  'tlp-attr-update-atomic': [
    accept('mmio.legacy', { tdi: 1, range: 'updatable' }, RUNNING, RUNNING),
    accept('mmio.legacy', { tdi: 1, range: 'updatable' }, RMP_MMIO, RMP_MMIO),
    drop(
      'mmio.legacy',
      { tdi: 1, range: 'updatable' },
      edit(RUNNING, { 'tdi.1': { nonTee: true } }),
    ),
  ],
  'tdi-set-attr-only-run': [
    accept('tdisp.attribute', vf1, asking(LOCKED, 'setAttribute', 1), LOCKED),
    accept(
      'tdisp.attribute',
      vf1,
      asking(RUNNING, 'setAttribute', 1, { attribute: 'nonTee' }),
      RUNNING,
    ),
    accept(
      'tdisp.attribute',
      vf1,
      asking(RUNNING, 'setAttribute', 1, { attribute: 'fixedRange' }),
      RUNNING,
    ),
  ],
  'tdi-lock-flags-frozen': [
    refuse('tdisp.lock', vf1, LOCKED, edit(LOCKED, { 'tdi.1': { noUpdate: true } })),
    accept('lock.msix', vf1, RUNNING, edit(RUNNING, { 'tdi.1': { msixLocked: true } })),
    accept('tsm.return', {}, RUNNING, edit(RUNNING, { 'tdi.1': { nonTee: true } })),
  ],
  'tdi-lock-binds-flags': [
    accept(
      'tdisp.lock',
      vf1,
      edit(LOCKING, { 'tsm.1': { lockMsix: true } }),
      edited(LOCKING, locked),
    ),
    accept('tdisp.lock', vf1, LOCKING, edit(LOCKED, { 'tdi.1': { nonTee: true } })),
  ],

  // interrupts
  'tlp-msi-untrusted': [
    accept('irq.signal', { tdi: 1, interrupt: 'msi' }, TABLE_LOCKED, TRUSTING),
    accept('irq.signal', { tdi: 1, interrupt: 'msix' }, RUNNING, edited(TRUSTING)),
    accept(
      'irq.signal',
      { tdi: 1, interrupt: 'msix' },
      edit(LOCKED, { 'tdi.1': { msixLocked: true } }),
      edit(LOCKED, { 'guest.0.1': { interrupt: 'untrusted' } }),
    ),
  ],
  'irq-no-trust-from-msi': [
    accept('irq.inject', { guest: 0, tdi: 1 }, TABLE_LOCKED, TRUSTING),
    accept('irq.signal', { tdi: 2, interrupt: 'msix' }, TABLE_LOCKED, TRUSTING),
  ],
  'tlp-msix-table-rejects-t0': [accept('msix.write', vf1, TABLE_LOCKED, TABLE_LOCKED)],
  'cfg-msix-locked-tracked': [
    accept('config.write', { tdi: 1, register: 'msix' }, TABLE_LOCKED, TABLE_LOCKED),
    accept('config.write', { tdi: 1, register: 'msix' }, RUNNING, FAILED),
  ],
  ...AP_VIOLATIONS,
  ...TDX_VIOLATIONS,
  ...SEV_TIO_VIOLATIONS,
  ...PEER_VIOLATIONS,
};
