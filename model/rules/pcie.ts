/** Configuration writes, resets and removal: what the hostile host does to the device (tdisp-semantics 2). */
import { accepted, allOf, anyOf, dropped, each, not, type Rule, refused, rule } from '../author.ts';
import { everyLockedTdiFalls, fall, fallIfLocked, streamFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

const locked = W.tdiIs('CONFIG_LOCKED', 'RUN');
const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);
const level = W.readingIs('commandClear', 'level');

export const PCIE_RULES: readonly Rule[] = [
  rule('command.write', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { bme: 1, mse: 1 }, role: 'progress' }],
    says: 'The host writes the Command register of a function.',
    over: { tdi: 'Tdi', bme: 'Level', mse: 'Level' },
    clauses: ['cfg-command', 'cfg-command-level', 'cfg-write-completes'],
    cases: [
      gone,
      accepted(
        'clears under lock',
        [
          locked,
          anyOf(
            allOf(W.writesBmeZero, anyOf(W.bmeSet, level)),
            allOf(W.writesMseZero, anyOf(W.mseSet, level)),
          ),
        ],
        [W.setCommand, ...fall],
      ),
      accepted('plain write', [], [W.setCommand]),
    ],
  }),
  rule('bar.write', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { place: 'home' }, role: 'neutral' }],
    says: 'The host moves the BAR of a function.',
    over: { tdi: 'Tdi', place: 'Place' },
    clauses: ['cfg-bar', 'cfg-bar-same', 'cfg-write-completes'],
    facets: ['bar'],
    cases: [
      gone,
      accepted('moved under lock', [locked, not(W.barIs)], [W.setBar, ...fall]),
      accepted(
        'same value under lock',
        [locked, W.readingIs('sameValueBarWrite', 'error')],
        [...fall],
      ),
      accepted('plain write', [], [W.setBar]),
    ],
  }),
  rule('config.set', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { config: 'supported' }, role: 'neutral' }],
    says: 'The host sets up a function in a way that LOCK looks at.',
    over: { tdi: 'Tdi', config: 'Config' },
    clauses: ['tdisp-lock-config', 'cfg-registers', 'cfg-write-completes'],
    facets: ['registers'],
    cases: [
      gone,
      accepted('changed under lock', [locked, not(W.configIs)], [W.setConfig, ...fall]),
      accepted('plain write', [], [W.setConfig]),
    ],
  }),
  rule('config.write', {
    by: 'host',
    role: 'hostile',
    says: 'The host changes a configuration register whose value the model does not keep.',
    over: { tdi: 'Tdi', register: 'Register' },
    clauses: ['cfg-registers', 'ide-registers', 'cfg-write-completes'],
    facets: ['registers'],
    cases: [
      gone,
      accepted(
        'harmless register',
        [W.registerIs('aerStatus', 'deviceControlMps', 'linkStatus')],
        [],
      ),
      dropped('NO_SUCH_REGISTER', 'SR-IOV capability of a VF', [
        W.registerIs('sriov'),
        not(W.isPf),
      ]),
      accepted('SR-IOV capability of the PF', [W.registerIs('sriov')], [everyLockedTdiFalls]),
      accepted('IDE stream control', [W.registerIs('ideStreamControl')], [everyLockedTdiFalls]),
      accepted(
        'tracked register under lock',
        [locked, W.registerIs('deviceControlTags', 'bist', 'pasid', 'pageRequest')],
        [...fall],
      ),
      accepted('tracked register, not locked', [], []),
    ],
  }),
  rule('reset.flr', {
    by: 'host',
    role: 'hostile',
    says: 'The host resets a function; the PF takes its VFs along.',
    over: { tdi: 'Tdi' },
    clauses: ['rst-flr', 'rst-flr-stream'],
    cases: [
      gone,
      accepted(
        'PF with the IDE capability',
        [W.isPf, W.readingIs('ideCapability', 'pf')],
        [...streamFalls, each({ tdi: 'Tdi' }, [], [W.resetFunction])],
      ),
      accepted(
        'PF',
        [W.isPf],
        [each({ tdi: 'Tdi' }, [], [fallIfLocked]), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
      ),
      accepted('VF', [], [fallIfLocked, W.resetFunction]),
    ],
  }),
  rule('reset.conventional', {
    by: 'host',
    role: 'hostile',
    says: 'Cold, warm or hot reset of the device, also by link down.',
    over: {},
    clauses: ['rst-conventional'],
    cases: [gone, accepted('reset', [], [W.resetDevice, W.endSession, W.insecure])],
  }),
  rule('device.remove', {
    by: 'host',
    role: 'hostile',
    says: 'The device is pulled without notice.',
    over: {},
    clauses: ['hotplug'],
    facets: ['removal'],
    cases: [gone, accepted('pulled', [], [W.leaveSlot, W.resetDevice, W.endSession, W.insecure])],
  }),
  rule('device.insert', {
    by: 'host',
    role: 'progress',
    says: 'A device is put into the slot.',
    over: {},
    clauses: ['hotplug'],
    facets: ['removal'],
    cases: [
      refused('SLOT_TAKEN', 'there is one already', [W.devicePresent]),
      accepted('inserted', [], [W.enterSlot]),
    ],
  }),
  rule('device.error', {
    by: 'device',
    role: 'hostile',
    says: 'The DSM fails, or loses track of a TDI.',
    over: { tdi: 'Tdi' },
    clauses: ['tdisp-internal-error'],
    cases: [gone, accepted('locked TDI', [locked], [...fall]), accepted('not locked', [], [])],
  }),
  rule('device.leave-error', {
    by: 'device',
    role: 'progress',
    says: 'A TDI in ERROR cleans itself and unlocks, where that is allowed.',
    over: { tdi: 'Tdi' },
    clauses: ['tdisp-error', 'tdisp-stop-tags'],
    cases: [
      gone,
      refused('NOT_IN_ERROR', 'not in ERROR', [not(W.tdiIs('ERROR'))]),
      refused('NOT_ALLOWED', 'this device waits for STOP', [W.readingIs('autoErrorExit', 'no')]),
      refused('STOPPING', 'a STOP is under way', [W.stopping]),
      refused('DRAINING', 'work is still in flight', [not(W.tdiDrained)]),
      accepted('unlocked', [], [W.scrub, W.unbindSession, W.tdiTo('CONFIG_UNLOCKED')]),
    ],
  }),
];
