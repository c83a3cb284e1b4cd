/** Configuration writes, resets and removal: what the hostile host does to the device (tdisp-semantics 2). */
import { accepted, allOf, anyOf, dropped, each, not, type Rule, refused, rule } from '../author.ts';
import {
  deviceResets,
  deviceResetsToError,
  everyLockedTdiFalls,
  fall,
  fallIfLocked,
  leavesError,
  sessionFalls,
  streamFalls,
} from '../phrases.ts';
import { W } from '../words/index.ts';

const locked = W.tdiIs('CONFIG_LOCKED', 'RUN');
const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);
const level = W.readingIs('commandClear', 'level');

/** Registers that may be written at any time. */
const HARMLESS = [
  'commandOther',
  'status',
  'cacheLineSize',
  'latencyTimer',
  'interruptLine',
  'deviceControlMps',
  'deviceStatus',
  'linkStatus',
  'linkControl',
  'physicalLayer',
  'msi',
  'acs',
  'ltr',
  'aerStatus',
  'ptm',
  'hierarchyId',
  'npem',
  'alternateProtocol',
  'doe',
  'vpd',
  'virtualChannel',
  'powerAllocation',
  'ideOtherStream',
] as const;

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
    // Those with a consequence of their own must not drown among forty others.
    leanings: [
      { when: { register: 'sriov' }, role: 'neutral' },
      { when: { register: 'msix' }, role: 'neutral' },
      { when: { register: 'ideRidAssociation' }, role: 'neutral' },
    ],
    observed: true,
    says: 'The host changes a configuration register whose value the model does not keep.',
    over: { tdi: 'Tdi', register: 'Register' },
    clauses: [
      'cfg-registers',
      'ide-registers',
      'cfg-write-completes',
      'cfg-ats',
      'cfg-vendor',
      'cfg-link',
      'cfg-msix',
    ],
    facets: ['registers'],
    cases: [
      gone,
      accepted('harmless register', [W.registerIs(...HARMLESS)], []),
      accepted('link disabled', [W.registerIs('linkDisable')], [...streamFalls]),
      dropped('NO_SUCH_REGISTER', 'SR-IOV capability of a VF', [
        W.registerIs('sriov', 'vfResizableBar'),
        not(W.isPf),
      ]),
      accepted(
        'SR-IOV capability of the PF',
        [W.registerIs('sriov', 'vfResizableBar')],
        [everyLockedTdiFalls],
      ),
      accepted(
        'IDE registers of the stream',
        [W.registerIs('ideStreamControl', 'ideRidAssociation', 'ideAddressAssociation')],
        [everyLockedTdiFalls],
      ),
      accepted('not locked', [not(locked)], []),
      accepted(
        'MSI-X capability, table not locked',
        [W.registerIs('msix'), not(W.tableLocked)],
        [],
      ),
      accepted(
        'ATS capability, as the table has it',
        [W.registerIs('ats'), W.readingIs('atsCapWriteIsError', 'no')],
        [],
      ),
      accepted(
        'register that the vendor calls harmless',
        [W.registerIs('tph', 'vendorSpecific', 'dvsec'), W.readingIs('vendorCapWrite', 'harmless')],
        [],
      ),
      accepted('tracked register under lock', [], [...fall]),
    ],
  }),
  rule('power.write', {
    by: 'host',
    role: 'hostile',
    says: 'The host takes a function to a lower power state.',
    over: { tdi: 'Tdi', power: 'Power' },
    clauses: ['cfg-power', 'cfg-write-completes'],
    facets: ['registers'],
    cases: [
      gone,
      accepted('state is kept', [W.powerIs('d3hotKeepsState')], []),
      accepted(
        'the device loses power',
        [W.isPf, W.powerIs('d3cold')],
        [...sessionFalls, W.dropP2p('first'), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
      ),
      accepted(
        'PF loses its state',
        [W.isPf],
        [each({ tdi: 'Tdi' }, [], [fallIfLocked]), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
      ),
      accepted('VF loses its state', [], [fallIfLocked, W.resetFunction]),
    ],
  }),
  rule('requester.change', {
    by: 'host',
    role: 'hostile',
    says: 'The host renumbers the bus or the segment: every function has another requester id.',
    over: { renumber: 'Renumber' },
    clauses: ['cfg-requester'],
    facets: ['registers'],
    cases: [gone, accepted('renumbered', [], [everyLockedTdiFalls])],
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
        [...streamFalls, W.dropP2p('first'), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
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
    clauses: ['rst-conventional', 'rst-conventional-target'],
    cases: [
      gone,
      accepted('reset that leaves ERROR', [leavesError], [...deviceResetsToError]),
      accepted('reset', [], [...deviceResets]),
    ],
  }),
  rule('device.remove', {
    by: 'host',
    role: 'hostile',
    says: 'The device is pulled without notice.',
    over: {},
    clauses: ['hotplug'],
    facets: ['removal'],
    cases: [gone, accepted('pulled', [], [W.leaveSlot, ...deviceResets])],
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
    clauses: ['tdisp-internal-error', 'tdisp-unlocked-error'],
    facets: ['detours'],
    cases: [
      gone,
      accepted('locked TDI', [locked], [...fall]),
      accepted(
        'unlocked TDI, where that is an error',
        [W.tdiIs('CONFIG_UNLOCKED'), W.readingIs('unlockedMayEnterError', 'yes')],
        [...fall],
      ),
      accepted('not locked', [], []),
    ],
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
      accepted(
        'unlocked',
        [],
        [W.scrub, W.forgetLock, W.unbindSession, W.tdiTo('CONFIG_UNLOCKED')],
      ),
    ],
  }),
];
