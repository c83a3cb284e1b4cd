/**
 * Goal: the properties of the rest of the device name what goes wrong in it. Method: rules with one fault each, and a
 * run from power-on in which the property that must name it does, while the rules as they are violate nothing.
 */
import { expect, it } from 'vitest';
import { Lockstep } from '../harness/lockstep.ts';
import { mutantsOf } from '../harness/mutate.ts';
import { setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { FAMILIES } from './index.ts';

/** Of the small preset, what the rest of the device needs: the rest only takes time. */
const NEEDED: Preset['facets'] = [
  'core',
  'detours',
  'force',
  'mse',
  'mmio',
  'secrets',
  'registers',
  'events',
  'rootport',
  'reports',
  'firmware',
  'attributes',
  'interrupts',
];
const small = PRESETS.find((p) => p.id === 'small') as Preset;
const properties = ['tdi', 'config', 'tlp', 'ide', 'spdm'].flatMap((f) => FAMILIES[f] ?? []);
const setup = setupOf(BASE, { ...small, facets: NEEDED }, properties);
const mutants = mutantsOf(setup.rules);

type Move = readonly [rule: string, args?: Readonly<Record<string, number | string>>];
const vf1 = { tdi: 1 };
const CONNECTED: readonly Move[] = [
  ['spdm.connect.begin'],
  ['spdm.connect.end', { reply: 'arrives' }],
  ['ide.key-prog', { keySet: 0, sub: 'PR' }],
  ['ide.key-prog', { keySet: 0, sub: 'NPR' }],
  ['ide.key-prog', { keySet: 0, sub: 'CPL' }],
  ['ide.set-go', { keySet: 0 }],
  ['ide.enable', { level: 1 }],
  ['command.write', { tdi: 1, bme: 1, mse: 1 }],
];
const FLAGS: readonly Move[] = [
  ['lock.no-fw-update', { tdi: 1, level: 1 }],
  ['lock.msix', { tdi: 1, level: 1 }],
];
const BIND: readonly Move[] = [
  ['tsm.bind', { tdi: 1, guest: 0, id: 'hosted' }],
  ['tdisp.lock', { tdi: 1, entropy: 'enough' }],
  ['tsm.return'],
];
const LOCKED: readonly Move[] = [...CONNECTED, ...BIND];
const START: readonly Move[] = [
  ['tsm.report', vf1],
  ['tdisp.report', vf1],
  ['tsm.return'],
  ['guest.evidence', { guest: 0, tdi: 1 }],
  ['guest.accept', { guest: 0, tdi: 1 }],
  ['tsm.start', vf1],
  ['tdisp.start', vf1],
  ['tsm.return'],
];
const RUNNING: readonly Move[] = [...LOCKED, ...START];
const FLAGGED: readonly Move[] = [...CONNECTED, ...FLAGS, ...BIND];
const part = (offset: string): readonly Move[] => [
  ['report.ask', { tdi: 1, offset }],
  ['tdisp.report-part', vf1],
];
const attribute = (to: string): readonly Move[] => [
  ['attribute.ask', { guest: 0, tdi: 1, attribute: to }],
  ['tdisp.attribute', vf1],
  ['tsm.return'],
];
const register = (name: string): Move => ['config.write', { tdi: 1, register: name }];

/** A fault, the property that must name it, and a run in which it does. */
const FAULTS: readonly (readonly [mutant: string, property: string, moves: readonly Move[]])[] = [
  [
    'config.write:tracked-register-under-lock-tdiTo',
    'cfg-tracked-registers-force-error',
    [...RUNNING, register('ari')],
  ],
  ['config.write:harmless-register', 'cfg-benign-writes-ok', [...RUNNING, register('vpd')]],
  [
    'config.write:MSI-X-capability-table-not-locked-not-tableLocked',
    'cfg-msix-locked-tracked',
    [...FLAGGED, register('msix')],
  ],
  [
    'power.write:VF-loses-its-state-tdiTo',
    'cfg-power-loss-forces-error',
    [...RUNNING, ['power.write', { tdi: 1, power: 'd3cold' }]],
  ],
  [
    'power.write:state-is-kept',
    'cfg-power-loss-forces-error',
    [...RUNNING, ['power.write', { tdi: 1, power: 'd3hotKeepsState' }]],
  ],
  [
    'requester.change:renumbered-tdiTo',
    'cfg-rid-change-forces-error',
    [...RUNNING, ['requester.change', { renumber: 'bus' }]],
  ],
  [
    'device.receive:locked-TDI',
    'tlp-poison-error',
    [...RUNNING, ['device.receive', { tdi: 1, fault: 'poison' }]],
  ],
  [
    'device.receive:locked-TDI',
    'tlp-completion-failure-error',
    [...RUNNING, ['device.receive', { tdi: 1, fault: 'completionTimeout' }]],
  ],
  [
    'device.receive:locked-TDI',
    'ats-t0-translation-error',
    [...RUNNING, ['device.receive', { tdi: 1, fault: 'translationT0' }]],
  ],
  [
    'device.receive:recovered',
    'tlp-poison-error',
    [...RUNNING, ['device.receive', { tdi: 1, fault: 'poisonRecovered' }]],
  ],
  [
    'device.control:touches-a-locked-TDI-tdiTo',
    'cfg-device-control-tracked',
    [...RUNNING, ['device.control', { tdi: 1, control: 'function' }]],
  ],
  [
    'device.control:speed-and-share',
    'cfg-device-control-tracked',
    [...RUNNING, ['device.control', { tdi: 1, control: 'quality' }]],
  ],
  [
    'power.write:the-device-loses-power-endSession',
    'cfg-power-off-ends-session',
    [...RUNNING, ['power.write', { tdi: 0, power: 'd3cold' }]],
  ],
  [
    'config.write:link-disabled-insecure',
    'cfg-link-down-costs-stream',
    [...RUNNING, ['config.write', { tdi: 1, register: 'linkDisable' }]],
  ],
  [
    'link.down:the-stream-is-lost-insecure',
    'ide-link-down-insecure',
    [...RUNNING, ['link.down', { loss: 'portKept' }]],
  ],
  [
    'link.down:as-a-hot-reset',
    'ide-link-down-insecure',
    [...RUNNING, ['link.down', { loss: 'portReset' }]],
  ],
  [
    'spdm.doe-error:the-session-goes-on',
    'spdm-doe-error-only-if-unusable',
    [...RUNNING, ['spdm.doe-error', { doe: 'usable' }]],
  ],
  [
    'spdm.doe-error:the-session-is-over-endSession',
    'spdm-doe-error-only-if-unusable',
    [...RUNNING, ['spdm.doe-error', { doe: 'unusable' }]],
  ],
  ['spdm.end-session:ended-endSession', 'spdm-all-ends-alike', [...RUNNING, ['spdm.end-session']]],
  [
    'port.command:cleared',
    'rp-config-change-drops-stream',
    [...RUNNING, ['port.command', { bme: 0, mse: 1 }]],
  ],
  [
    'port.route:changed-insecure',
    'rp-config-change-drops-stream',
    [...RUNNING, ['port.route', { routing: 'otherBus' }]],
  ],
  [
    'port.write:tracked-register-insecure',
    'rp-config-change-drops-stream',
    [...RUNNING, ['port.write', { portRegister: 'bar' }]],
  ],
  [
    'port.write:harmless-register',
    'rp-benign-writes-ok',
    [...RUNNING, ['port.write', { portRegister: 'aer' }]],
  ],
  [
    'port.enable:disabled-insecure',
    'rp-config-change-drops-stream',
    [...RUNNING, ['port.enable', { level: 0 }]],
  ],
  [
    'mmio.legacy:NOT_ROUTED',
    'rp-forwards-only-if-enabled',
    [
      ...CONNECTED,
      ['port.route', { routing: 'otherWindow' }],
      ['mmio.legacy', { tdi: 1, range: 'nonTee' }],
    ],
  ],
  ['tdisp.report-part:bad-offset', 'tdi-report-part-only-in-order', [...LOCKED, ...part('beyond')]],
  [
    'tdisp.report-part:no-first-part-of-this-lock-episode',
    'tdi-report-part-only-in-order',
    [
      ...LOCKED,
      ...part('first'),
      ['tsm.return'],
      ['tsm.report', vf1],
      ['tdisp.report', vf1],
      ['tsm.return'],
      ...part('later'),
    ],
  ],
  [
    'tdisp.start:a-report-is-being-read-in-parts',
    'tdi-report-parts-uninterrupted',
    [...LOCKED, ...START.slice(0, 5), ...part('first'), ['tsm.return'], ...START.slice(5)],
  ],
  ['tdisp.attribute:not-in-RUN', 'tdi-set-attr-only-run', [...LOCKED, ...attribute('nonTee')]],
  [
    'tdisp.attribute:INVALID_REQUEST',
    'tdi-set-attr-only-run',
    [...RUNNING, ...attribute('fixedRange')],
  ],
  [
    'tdisp.attribute:attribute-set-takeAttribute',
    'tdi-set-attr-only-run',
    [...RUNNING, ...attribute('nonTee')],
  ],
  [
    'mmio.legacy:non-TEE-range',
    'tlp-attr-update-atomic',
    [...RUNNING, ...attribute('nonTee'), ['mmio.legacy', { tdi: 1, range: 'updatable' }]],
  ],
  ['tdisp.lock:locked-bindFlags', 'tdi-lock-binds-flags', FLAGGED],
  [
    'firmware.update:NO_FW_UPDATE',
    'fw-no-update-honoured',
    [...FLAGGED, ['firmware.update', { svn: 'svn2' }]],
  ],
  [
    'debug.enable:enabled-when-sessionBegun',
    'dbg-no-debug-with-secrets',
    [...RUNNING, ['debug.enable']],
  ],
  [
    'irq.signal:MSI-T-0',
    'tlp-msi-untrusted',
    [...FLAGGED, ...START, ['irq.signal', { tdi: 1, interrupt: 'msi' }]],
  ],
  [
    'irq.signal:MSI-T-0',
    'irq-no-trust-from-msi',
    [...FLAGGED, ...START, ['irq.signal', { tdi: 1, interrupt: 'msi' }]],
  ],
  [
    'irq.signal:NOT_RUN',
    'tlp-msi-untrusted',
    [...FLAGGED, ['irq.signal', { tdi: 1, interrupt: 'msix' }]],
  ],
  ['msix.write:T0_TO_LOCKED_TABLE', 'tlp-msix-table-rejects-t0', [...FLAGGED, ['msix.write', vf1]]],
];

/** The attempts that moves stand for, by index. */
const stepsOf = (moves: readonly Move[]): readonly number[] =>
  moves.map(([rule, args = {}]) => {
    const wanted = JSON.stringify(args);
    const n = setup.attempts.findIndex(
      (a) => a.rule.id === rule && JSON.stringify(a.args) === wanted,
    );
    if (n < 0) throw new Error(`no attempt ${rule} ${wanted}`);
    return n;
  });
/** The properties that such a run violates. */
const named = (rules: readonly Rule[], moves: readonly Move[]): readonly string[] =>
  new Lockstep(setup, engineSubject(setup, rules))
    .run({ steps: stepsOf(moves), results: undefined })
    .violations.map((v) => v.property.id);

it.each(FAULTS)('%s: %s', (id, property, moves) => {
  const mutant = mutants.find((m) => m.id === id);
  if (mutant === undefined) throw new Error(`no mutant ${id}`);
  expect(named(setup.rules, moves)).toEqual([]);
  expect(named(mutant.rules(), moves)).toContain(property);
});

it('a downgrade that ends no trust: fw-no-rollback-live', () => {
  const moves: readonly Move[] = [
    ...CONNECTED,
    ['firmware.update', { svn: 'svn2' }],
    ...BIND,
    ['firmware.update', { svn: 'svn1' }],
  ];
  const rules = setup.rules.map((r) =>
    r.id === 'firmware.update'
      ? { ...r, cases: r.cases.filter(({ name }) => !name.startsWith('lower version')) }
      : r,
  );
  expect(named(setup.rules, moves)).toEqual([]);
  expect(named(rules, moves)).toContain('fw-no-rollback-live');
});
