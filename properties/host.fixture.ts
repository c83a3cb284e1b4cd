/**
 * For tests: for every property of the host and of launches, steps made by hand that violate it.
 */
import type { Step } from './property.ts';
import { accept, edit, OFF, RUNNING, refuse, UP } from './worlds.fixture.ts';

const g1 = { guest: 0 };
const vf1 = { tdi: 1 };
const phase = (value: string) => ({ 'vm.0': { phase: value } });
/** The VM of G1 is being launched. */
export const LAUNCHING = edit(OFF, phase('launching'));
const GOING = edit(RUNNING, phase('terminating'));
/** VF1 is assigned to the VM of G1, which has bound it in order. */
export const ASSIGNED = edit(RUNNING, {
  dsm: { context: 'connected' },
  'fn.0': { inStream: true },
  'fn.1': {
    inStream: true,
    driver: 'vfio',
    opener: 0,
    iommufd: 'vdevice',
    dte: 'secure',
    bar: 'revoked',
    bound: 'yes',
  },
});
/** The same, before the bind. */
const READY = edit(ASSIGNED, {
  'tsm.1': { boundTo: null, nonce: null },
  'fn.1': { bound: 'no', bar: 'mappable', dte: 'shared' },
});
const BINDING = edit(ASSIGNED, { 'fn.1': { bound: 'binding' } });
const PRIVATE = edit(ASSIGNED, { 'fn.1': { bar: 'private' } });
const after = { mmioUnmapVsStop: 'after' } as const;
const reading = (w: typeof ASSIGNED, r: object) => ({ ...w, readings: { ...w.readings, ...r } });
const RESTORED = edit(READY, { dsm: { context: 'lost', recovery: 'restored' } });
const DOWN = { session: { phase: 'none' }, stream: { secure: false } };

export const HOST_VIOLATIONS: Readonly<Record<string, readonly Step[]>> = {
  'vm-launch-in-order': [
    accept('vm.run', g1, LAUNCHING, edit(OFF, phase('running'))),
    accept('vm.launch.finish', { guest: 1 }, LAUNCHING, edit(OFF, phase('finalized'))),
    accept('page.give', { page: 0, guest: 0 }, LAUNCHING, edit(OFF, phase('finalized'))),
  ],
  'launch-update-takes-hypervisor-pages': [
    accept(
      'vm.launch.update',
      { guest: 0, page: 0, contents: 'normal' },
      edit(LAUNCHING, { 'page.0': { owner: 1 } }),
      edit(LAUNCHING, { 'page.0': { owner: 0, accepted: true } }),
    ),
    accept(
      'vm.launch.update',
      { guest: 0, page: 0, contents: 'normal' },
      OFF,
      edit(OFF, { 'page.0': { owner: 0, accepted: true } }),
    ),
    refuse(
      'vm.launch.update',
      { guest: 0, page: 0, contents: 'normal' },
      LAUNCHING,
      edit(LAUNCHING, { 'page.0': { owner: 0 } }),
    ),
  ],
  'launch-measures-what-it-adds': [
    accept(
      'vm.launch.update',
      { guest: 0, page: 0, contents: 'unmeasured' },
      LAUNCHING,
      edit(LAUNCHING, { 'page.0': { owner: 0, ownership: 1 }, 'image.0': { measured: 1 } }),
    ),
    accept(
      'vm.launch.update',
      { guest: 0, page: 0, contents: 'normal' },
      LAUNCHING,
      edit(LAUNCHING, { 'page.0': { owner: 0, ownership: 1 } }),
    ),
    accept('page.give', { page: 0, guest: 0 }, OFF, edit(OFF, { 'image.0': { measured: 0 } })),
  ],
  'tsm-guest-death-unbinds': [accept('vm.destroy.end', g1, GOING, edit(RUNNING, phase('gone')))],
  'vm-gone-gets-nothing': [
    accept(
      'page.give',
      { page: 1, guest: 0 },
      GOING,
      edit(GOING, { 'page.1': { owner: 0, ownership: 1 } }),
    ),
    accept('tsm.bind', { tdi: 2, guest: 0 }, GOING, edit(GOING, { 'tsm.2': { boundTo: 0 } })),
  ],
  'vm-reboot-starts-from-shared': [
    accept('vm.reboot', g1, RUNNING, edit(RUNNING, phase('created'))),
    accept('vm.reboot', g1, OFF, edit(OFF, { ...phase('created'), 'guest.0.1': { evidence: 0 } })),
  ],
  'vm-only-running-acts': [
    accept('guest.accept', { guest: 0, tdi: 1 }, edit(RUNNING, phase('paused')), RUNNING),
    accept('page.accept', { page: 0, guest: 0 }, edit(RUNNING, phase('gone')), RUNNING),
  ],
  'no-private-map-before-launch-done': [
    accept(
      'ioas.map',
      { guest: 0, page: 0, space: 'private' },
      LAUNCHING,
      edit(LAUNCHING, { 'ioas.0.0': { kind: 'private' } }),
    ),
  ],
  'vm-gone-has-no-io-space': [
    accept(
      'vm.destroy.end',
      g1,
      OFF,
      edit(OFF, { ...phase('gone'), 'ioas.0.1': { kind: 'shared' } }),
    ),
  ],

  'single-binding': [
    accept('vfio.vdevice', vf1, READY, READY),
    accept('vfio.bind.begin', vf1, READY, edit(BINDING, { 'fn.1': { iommufd: 'attached' } })),
    accept('vfio.close', vf1, ASSIGNED, edit(ASSIGNED, { 'fn.1': { opener: null } })),
  ],
  'bind-result-complete': [
    accept('vfio.bind.end', vf1, BINDING, edit(ASSIGNED, { 'tsm.1': { boundTo: 1 } })),
    accept('vfio.bind.end', vf1, BINDING, edit(ASSIGNED, { 'tsm.1': { boundTo: null } })),
    accept('vfio.bind.end', vf1, BINDING, edit(ASSIGNED, { 'tsm.1': { nonce: null } })),
  ],
  'failed-bind-unwinds': [
    accept('vfio.bind.end', vf1, BINDING, edit(READY, { 'fn.1': { bar: 'revoked' } })),
    accept('vfio.bind.end', vf1, BINDING, edit(READY, { 'fn.1': { dte: 'secure' } })),
    accept('vfio.bind.end', vf1, BINDING, edit(READY, { 'tsm.1': { boundTo: 0 } })),
  ],
  'context-needs-a-registered-tsm': [
    accept('dsm.unregister', {}, ASSIGNED, edit(ASSIGNED, { dsm: { registered: false } })),
    accept(
      'dsm.connect',
      {},
      edit(UP, { dsm: { registered: false } }),
      edit(UP, { dsm: { registered: false, context: 'connected' } }),
    ),
  ],
  'bound-implies-connected': [
    accept('dsm.disconnect', {}, ASSIGNED, edit(ASSIGNED, { dsm: { context: 'absent' } })),
  ],
  'connected-implies-stream-secure': [
    accept('dsm.connect', {}, OFF, edit(OFF, { dsm: { context: 'connected' } })),
    accept(
      'dsm.connect',
      {},
      UP,
      edit(UP, { dsm: { context: 'connected' }, stream: { secure: false } }),
    ),
    accept(
      'recover.authenticate',
      {},
      RESTORED,
      edit(RESTORED, { dsm: { context: 'connected', recovery: 'none' }, ...DOWN }),
    ),
  ],
  'disconnect-implies-no-bound': [
    accept('dsm.disconnect', {}, ASSIGNED, edit(ASSIGNED, { dsm: { context: 'absent' } })),
    accept('dsm.disconnect', {}, READY, edit(READY, { dsm: { context: 'absent' } })),
  ],
  'remove-implies-unbind': [
    accept('fn.remove', vf1, ASSIGNED, edit(ASSIGNED, { 'fn.1': { present: false } })),
    accept('hotplug.gone', {}, ASSIGNED, edit(ASSIGNED, { 'fn.1': { present: false } })),
    accept('host.kexec', {}, ASSIGNED, edit(ASSIGNED, { 'fn.1': { present: false } })),
  ],
  'unbind-before-revoke': [
    accept('vfio.reset', vf1, ASSIGNED, ASSIGNED),
    accept('vfio.close', vf1, ASSIGNED, READY),
    accept('vfio.detach', vf1, BINDING, READY),
    accept('vfio.zap', vf1, PRIVATE, ASSIGNED),
    accept('vfio.unbind', vf1, ASSIGNED, READY),
  ],
  'teardown-order': [
    accept(
      'vfio.detach',
      vf1,
      READY,
      edit(READY, { 'fn.1': { iommufd: 'unattached', dte: 'off' } }),
    ),
    accept('vfio.close', vf1, READY, edit(READY, { 'fn.1': { opener: null } })),
    accept(
      'mmio.unmap',
      vf1,
      reading(edit(ASSIGNED, { 'tsm.1': { teardown: 'blocked' } }), after),
      reading(ASSIGNED, after),
    ),
    accept(
      'tsm.unbind.stop',
      vf1,
      reading(edit(ASSIGNED, { 'tsm.1': { teardown: 'blocked' } }), { mmioUnmapVsStop: 'before' }),
      ASSIGNED,
    ),
  ],
  'stream-covers-bound-rid': [
    accept('vfio.bind.begin', vf1, READY, edit(BINDING, { 'fn.1': { inStream: false } })),
  ],
  'bar-revoked-while-bound': [
    accept('vfio.bind.begin', vf1, READY, edit(BINDING, { 'fn.1': { bar: 'mappable' } })),
    accept('vfio.unbind', vf1, ASSIGNED, edit(READY, { 'fn.1': { bar: 'revoked' } })),
  ],
  'private-bar-needs-tsm-mapping': [
    accept(
      'vfio.fault',
      vf1,
      edit(ASSIGNED, { 'mmio.1': { guest: null } }),
      edit(PRIVATE, { 'mmio.1': { guest: null } }),
    ),
  ],
  'conversion-invalidates-iommu': [
    accept(
      'ioas.convert',
      { guest: 0, page: 1 },
      OFF,
      edit(OFF, { 'page.1': { owner: 0 }, 'ioas.1.1': { kind: 'shared' } }),
    ),
    accept(
      'ioas.convert',
      { guest: 0, page: 0 },
      RUNNING,
      edit(RUNNING, { 'page.0': { owner: null } }),
    ),
  ],
  'mse-clear-policy-holds': [
    accept(
      'vmm.command',
      { tdi: 1, bme: 1, mse: 0 },
      ASSIGNED,
      edit(ASSIGNED, { 'tdi.1': { mse: false, state: 'ERROR' } }),
    ),
    accept(
      'vmm.command',
      { tdi: 1, bme: 0, mse: 1 },
      reading(ASSIGNED, { mseClearPolicy: 'passThrough' }),
      edit(ASSIGNED, { 'tdi.1': { bme: false } }),
    ),
  ],
  'host-keeps-command-register': [
    accept('vfio.close', vf1, ASSIGNED, edit(ASSIGNED, { 'tdi.1': { bme: false } })),
    refuse('vfio.reset', vf1, ASSIGNED, edit(ASSIGNED, { 'tdi.1': { mse: false } })),
    accept(
      'vmm.command',
      { tdi: 1, bme: 0, mse: 1 },
      ASSIGNED,
      edit(ASSIGNED, { 'tdi.1': { bme: false } }),
    ),
  ],
  'reset-is-not-removal': [
    accept('port.reset', { reset: 'hotReset' }, READY, edit(READY, { 'fn.1': { present: false } })),
    accept('port.contain', {}, READY, edit(READY, { 'fn.1': { opener: null } })),
    accept('hotplug.gone', {}, READY, edit(READY, { 'fn.2': { present: false } })),
  ],
  'reauth-before-use': [
    accept('driver.use', vf1, RESTORED, RESTORED),
    accept(
      'recover.authenticate',
      {},
      RESTORED,
      edit(RESTORED, { dsm: { context: 'connected', recovery: 'none' }, ...DOWN }),
    ),
    accept(
      'recover.restore',
      {},
      edit(RESTORED, { dsm: { recovery: 'reset' } }),
      edit(RESTORED, { dsm: { recovery: 'none' } }),
    ),
  ],
  'flr-keeps-session': [
    accept('vfio.reset', vf1, READY, edit(READY, { session: { phase: 'none' } })),
    accept('vfio.close', vf1, READY, edit(READY, { dsm: { context: 'lost' } })),
  ],
  'resets-clear-all': [
    accept(
      'port.reset',
      { reset: 'd3cold' },
      ASSIGNED,
      edit(ASSIGNED, { ...DOWN, dsm: { context: 'lost' } }),
    ),
    accept('port.release', {}, READY, edit(READY, { dsm: { context: 'lost' } })),
  ],
  'firmware-restart-voids-trust': [
    accept('firmware.restart', {}, RUNNING, edit(RUNNING, { link: { session: null } })),
    accept('firmware.restart', {}, OFF, UP),
  ],
  'kexec-forces-clean-up': [
    accept('host.kexec', {}, ASSIGNED, edit(READY, { dsm: { context: 'absent' } })),
    accept('host.clean-up', {}, edit(ASSIGNED, { dsm: { stale: true } }), ASSIGNED),
    accept(
      'vfio.bind.begin',
      vf1,
      edit(READY, { dsm: { stale: true } }),
      edit(BINDING, { dsm: { stale: true } }),
    ),
  ],
  'host-can-only-dos': [
    accept('vfio.bind.begin', vf1, READY, edit(READY, { 'tdi.2': { state: 'CONFIG_LOCKED' } })),
    accept('vm.run', g1, UP, edit(UP, { 'tsm.1': { accepted: true } })),
    accept(
      'ioas.map',
      { guest: 0, page: 0, space: 'shared' },
      UP,
      edit(UP, { 'tsm.1': { dma: true } }),
    ),
    accept('tsm.bind', { ...vf1, ...g1 }, UP, edit(UP, { 'tdi.1': { state: 'CONFIG_LOCKED' } })),
    accept('relay.tamper', { tamper: 'corrupt' }, UP, edit(UP, { 'tsm.1': { accepted: true } })),
    accept(
      'iommu.map',
      { tdi: 1, page: 0, space: 'private' },
      UP,
      edit(UP, { 'tsm.1': { dma: true } }),
    ),
  ],
  'failed-op-no-state-change': [
    refuse('vfio.bind.begin', vf1, READY, edit(READY, { 'fn.1': { dte: 'secure' } })),
    refuse('dsm.connect', {}, OFF, edit(OFF, { dsm: { context: 'lost' } })),
    refuse('vm.launch.update', g1, OFF, edit(OFF, { 'page.0': { owner: 0 } })),
  ],
};
