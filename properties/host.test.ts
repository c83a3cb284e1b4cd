/**
 * Goal: the properties of the host notice mistakes in rules, not only in worlds made by hand. Method: for each,
 * one mistake that a kernel could make; a short run made by hand on the changed rules must violate that property,
 * and on the right rules no property.
 */
import { describe, expect, it } from 'vitest';
import {
  type Args,
  type Change,
  doing,
  forgetting,
  violatedBy,
  without,
} from '../harness/mistakes.fixture.ts';
import { BASE } from '../model/vendors/base.ts';
import { W } from '../model/words/index.ts';
import { boot, type Readings, type World, withReadings } from '../model/world.ts';
import { ASSIGNED, LAUNCHING } from './host.fixture.ts';
import { HOST } from './host.ts';
import { LAUNCH } from './launch.ts';
import { edit, RUNNING, SMALL, UP } from './worlds.fixture.ts';

/** The property that must notice, the rule and the mistake in it, and the attempt that shows it. */
type Mistake = readonly [
  property: string,
  rule: string,
  change: Change,
  args: Args,
  from: World,
  readings?: Partial<Readings>,
];
const vf1 = { tdi: 1 };
const g1 = { guest: 0 };
const READY = edit(ASSIGNED, {
  'tsm.1': { boundTo: null, nonce: null, accepted: false, dma: false, cached: 'CONFIG_UNLOCKED' },
  'tdi.1': { state: 'CONFIG_UNLOCKED', session: null },
  'dma.1.0': { table: 'none' },
  'mmio.1': { guest: null, accepted: false },
  'fn.1': { bound: 'no', bar: 'mappable', dte: 'shared' },
});
const phase = (value: string) => ({ 'vm.0': { phase: value } });
const stale = { dsm: { stale: true } };

const MISTAKES: readonly Mistake[] = [
  ['vm-launch-in-order', 'vm.run', without('out of order'), g1, LAUNCHING],
  [
    'launch-update-takes-hypervisor-pages',
    'vm.launch.update',
    without('a guest owns it already'),
    { guest: 0, page: 0, contents: 'normal' },
    edit(LAUNCHING, { 'page.0': { owner: 1 } }),
  ],
  [
    'launch-measures-what-it-adds',
    'vm.launch.update',
    forgetting('added', 'measurePage'),
    { guest: 0, page: 0, contents: 'normal' },
    LAUNCHING,
  ],
  [
    'tsm-guest-death-unbinds',
    'vm.destroy.end',
    without('a TDI is bound to it'),
    g1,
    edit(RUNNING, { ...phase('terminating'), 'page.0': { owner: null, accepted: false } }),
  ],
  [
    'vm-gone-gets-nothing',
    'page.give',
    without('the VM is gone or going'),
    { page: 1, guest: 0 },
    edit(UP, phase('gone')),
  ],
  [
    'vm-reboot-starts-from-shared',
    'vm.reboot',
    forgetting('to be launched again', 'forgetAllEvidence'),
    g1,
    edit(UP, { 'guest.0.1': { evidence: 0 } }),
  ],
  [
    'vm-only-running-acts',
    'page.accept',
    without('the guest does not run'),
    { page: 1, guest: 0 },
    edit(UP, { ...phase('paused'), 'page.1': { owner: 0, ownership: 1 } }),
  ],
  [
    'no-private-map-before-launch-done',
    'ioas.map',
    without('the launch is not finished'),
    { guest: 0, page: 1, space: 'private' },
    edit(READY, phase('launching')),
  ],
  [
    'vm-gone-has-no-io-space',
    'vm.destroy.end',
    forgetting('gone', 'ioasUnmap'),
    g1,
    edit(UP, { ...phase('terminating'), 'ioas.0.1': { kind: 'shared' } }),
  ],
  ['single-binding', 'vfio.vdevice', without('it has one'), vf1, READY],
  [
    'bind-result-complete',
    'vfio.bind.end',
    (r) => ({
      ...r,
      cases: r.cases.filter((c) => c.name === 'bound').map((c) => ({ ...c, guards: [] })),
    }),
    vf1,
    edit(ASSIGNED, { 'fn.1': { bound: 'binding' }, 'tsm.1': { boundTo: 1 } }),
  ],
  [
    'failed-bind-unwinds',
    'vfio.bind.end',
    forgetting('failed', 'dteTo'),
    vf1,
    edit(READY, { 'fn.1': { bound: 'binding', bar: 'revoked', dte: 'secure' } }),
  ],
  [
    'context-needs-a-registered-tsm',
    'dsm.unregister',
    without('the device is connected'),
    {},
    READY,
  ],
  [
    'bound-implies-connected',
    'vfio.bind.begin',
    without('not connected, or the session is lost'),
    vf1,
    edit(READY, { dsm: { context: 'absent' } }),
  ],
  [
    'connected-implies-stream-secure',
    'dsm.connect',
    without('the stream is not Secure'),
    {},
    edit(UP, { stream: { secure: false } }),
  ],
  ['disconnect-implies-no-bound', 'dsm.disconnect', without('the TSM holds a session'), {}, READY],
  [
    'remove-implies-unbind',
    'fn.remove',
    without('the TDI is bound'),
    vf1,
    edit(RUNNING, { 'fn.1': { driver: 'vfio' } }),
  ],
  ['unbind-before-revoke', 'vfio.reset', without('the TDI is bound'), vf1, ASSIGNED],
  ['teardown-order', 'vfio.detach', without('it has a vdevice'), vf1, READY],
  [
    'teardown-order',
    'mmio.unmap',
    without('the STOP comes first'),
    vf1,
    edit(RUNNING, { 'tsm.1': { teardown: 'blocked', dma: false, accepted: false } }),
    { mmioUnmapVsStop: 'after' },
  ],
  [
    'teardown-order',
    'tsm.unbind.stop',
    without('the private mapping goes first'),
    vf1,
    edit(RUNNING, { 'tsm.1': { teardown: 'blocked', dma: false, accepted: false } }),
    { mmioUnmapVsStop: 'before' },
  ],
  [
    'stream-covers-bound-rid',
    'vfio.bind.begin',
    without('outside the range of the stream'),
    vf1,
    edit(READY, { 'fn.1': { inStream: false } }),
  ],
  ['bar-revoked-while-bound', 'vfio.bind.begin', forgetting('prepared', 'hostBarTo'), vf1, READY],
  [
    'private-bar-needs-tsm-mapping',
    'vfio.fault',
    without('the TSM has not mapped it'),
    vf1,
    edit(ASSIGNED, { 'mmio.1': { guest: null, accepted: false } }),
  ],
  [
    'conversion-invalidates-iommu',
    'ioas.convert',
    forgetting('to private', 'ioasUnmap'),
    { guest: 0, page: 1 },
    edit(READY, { 'ioas.0.1': { kind: 'shared' } }),
  ],
  [
    'mse-clear-policy-holds',
    'vmm.command',
    without('clears under a bind: not let through'),
    { tdi: 1, bme: 1, mse: 0 },
    ASSIGNED,
  ],
  [
    'host-keeps-command-register',
    'vfio.close',
    doing('the TDI is bound', W.putCommand(0, 1)),
    vf1,
    ASSIGNED,
  ],
  [
    'reset-is-not-removal',
    'hotplug.gone',
    without('a reset is no removal'),
    {},
    edit(READY, { dsm: { recovery: 'contained' } }),
  ],
  [
    'reauth-before-use',
    'driver.use',
    without('recovery is under way'),
    vf1,
    edit(READY, { dsm: { recovery: 'reset' } }),
  ],
  [
    'reauth-before-use',
    'recover.authenticate',
    without('the stream is not Secure'),
    {},
    edit(READY, { dsm: { context: 'lost', recovery: 'restored' }, stream: { secure: false } }),
  ],
  [
    'resets-clear-all',
    'port.reset',
    forgetting('reset', 'endSession'),
    { reset: 'hotReset' },
    READY,
  ],
  [
    'firmware-restart-voids-trust',
    'firmware.restart',
    forgetting('restarted', 'blockDma'),
    {},
    RUNNING,
  ],
  ['kexec-forces-clean-up', 'host.kexec', forgetting('started', 'markStale'), {}, ASSIGNED],
  [
    'kexec-forces-clean-up',
    'host.clean-up',
    without('the TSM holds a session'),
    {},
    edit(UP, stale),
  ],
  [
    'host-can-only-dos',
    'iommu.map',
    doing('mapped', W.openDma),
    { tdi: 1, page: 1, space: 'shared' },
    edit(RUNNING, { 'tsm.1': { dma: false, accepted: false } }),
  ],
];

const ALL = [...LAUNCH, ...HOST];
/** The properties of host and launch that a step on these rules violates. */
const violated = ([, id, , args, from, readings]: Mistake, change: Change): readonly string[] => {
  const preset = withReadings(SMALL, readings ?? {});
  return violatedBy(ALL, BASE, preset, [id, args, { ...boot(preset), ...from }], change);
};

describe('a mistake of an orderly host', () => {
  it.each(MISTAKES.map((m) => [m[0], m[1], m] as const))('%s notices %s', (property, _, m) => {
    expect(violated(m, (r) => r)).toEqual([]);
    expect(violated(m, m[2])).toContain(property);
  });
  it('is made for every property but two', () => {
    // Of these, no single case or effect is to blame: violations.fixture.ts shows that they fail.
    const two = ['failed-op-no-state-change', 'flr-keeps-session'];
    const noticed = new Set(MISTAKES.map(([property]) => property));
    const others = ALL.filter((p) => p.kind !== 'reach' && !noticed.has(p.id)).map((p) => p.id);
    expect(others.toSorted()).toEqual(two);
  });
});
