/** What befalls a locked TDI beyond BME and BAR: registers, events, root port, reports, firmware, interrupts. */
import {
  type AttemptStep,
  device,
  fabric,
  guest,
  host,
  now,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import { LITERALS, type Literals } from '../../model/sorts.ts';
import { bind, connected, enable, openMmio, run, start } from '../phrases.ts';

const FELL = { state: 'ERROR', nonce: 'none' } as const;
const running = [connected, enable('VF1'), run('VF1', 'G1')] as const;
type Register = Literals['Register'][number];

/** Rows of the table that are an error for the function's own TDI. */
const TRACKED: readonly Register[] = [
  'bist',
  'expansionRom',
  'deviceControlTags',
  'deviceControlPhantom',
  'deviceControlNoSnoop',
  'powerAllocationUnreliable',
  'pageRequest',
  'pasid',
  'ari',
  'enhancedAllocation',
  'resizableBar',
  'multicast',
  'tph',
  'vendorSpecific',
  'dvsec',
];
/** Rows that are about more than the function written to. */
const WIDE: readonly Register[] = [
  'linkDisable',
  'sriov',
  'vfResizableBar',
  'ideStreamControl',
  'ideRidAssociation',
  'ideAddressAssociation',
];
/** A write that every TDI survives. */
const harmless = (register: Register): AttemptStep =>
  host('config.write', { tdi: 'VF1', register }).accepted().keeping('tdi.VF1', 'stream');

export const SCENARIOS: readonly Scenario[] = [
  ...TRACKED.map((register) =>
    scenario(
      `${register} is changed in RUN`,
      {
        says: 'The function written to is in ERROR; the stream is not touched.',
        clauses: ['cfg-registers'],
      },
      [
        ...running,
        host('config.write', { tdi: 'VF1', register })
          .accepted('tracked register under lock')
          .leaving('tdi.VF1', FELL)
          .keeping('tdi.VF2', 'stream', 'session'),
      ],
    ),
  ),
  ...WIDE.map((register) =>
    scenario(
      `${register} of the PF is changed in RUN`,
      { says: 'It takes a VF along.', clauses: ['cfg-registers', 'ide-registers', 'cfg-link'] },
      [
        ...running,
        host('config.write', { tdi: 'PF', register }).accepted().leaving('tdi.VF1', FELL),
      ],
    ),
  ),
  scenario(
    'every other register is written in RUN',
    { says: 'The TDI runs on.', clauses: ['cfg-registers', 'cfg-ats', 'cfg-msix'] },
    [
      ...running,
      ...LITERALS.Register.filter((r) => !TRACKED.includes(r) && !WIDE.includes(r)).map(harmless),
      now('tdi.VF1', { state: 'RUN' }),
    ],
  ),
  scenario(
    'ATS and vendor registers, read the other way',
    {
      says: 'A write of the ATS capability is an error, one of TPH is harmless.',
      clauses: ['cfg-ats', 'cfg-vendor'],
      readings: { atsCapWriteIsError: 'yes', vendorCapWrite: 'harmless' },
    },
    [
      ...running,
      harmless('tph'),
      harmless('dvsec'),
      host('config.write', { tdi: 'VF1', register: 'ats' })
        .accepted('tracked register under lock')
        .leaving('tdi.VF1', FELL),
    ],
  ),
  scenario(
    'power and requester id',
    {
      says: 'A state that is kept is harmless; what is lost, or renumbered, is not.',
      clauses: ['cfg-power', 'cfg-requester'],
    },
    [
      ...running,
      host('power.write', { tdi: 'VF1', power: 'd3hotKeepsState' })
        .accepted('state is kept')
        .keeping('tdi.VF1'),
      bind('VF2', 'G2'),
      host('power.write', { tdi: 'VF1', power: 'd3hotLosesState' })
        .accepted('VF loses its state')
        .leaving('tdi.VF1', { ...FELL, bme: false, mse: false })
        .keeping('tdi.VF2', 'stream'),
      host('requester.change', { renumber: 'bus' })
        .accepted('renumbered')
        .leaving('tdi.VF2', FELL)
        .keeping('stream', 'session'),
    ],
  ),
  scenario(
    'the PF goes to D3cold',
    {
      says: 'A device without power keeps neither session nor keys: locked TDIs fall, and no TDI is bound again before a new session.',
      clauses: ['cfg-power', 'rst-conventional', 'spdm-session-end'],
    },
    [
      ...running,
      host('power.write', { tdi: 'PF', power: 'd3hotLosesState' })
        .accepted('PF loses its state')
        .leaving('tdi.VF1', { ...FELL, bme: false, mse: false })
        .keeping('session', 'stream'),
      host('power.write', { tdi: 'PF', power: 'd3cold' })
        .accepted('the device loses power')
        .leaving('session', { phase: 'none' })
        .leaving('stream', { secure: false }),
      host('tsm.bind', { tdi: 'VF2', guest: 'G2', id: 'hosted' }).refused('NOT_SECURE'),
    ],
  ),
  ...LITERALS.Fault.map((fault) =>
    scenario(
      `${fault} in RUN`,
      {
        says: 'Recovered, or the TDI is in ERROR.',
        clauses: ['tdisp-poison', 'tdisp-completion-error', 'ats-t0'],
      },
      [
        ...running,
        fault.endsWith('Recovered')
          ? fabric('device.receive', { tdi: 'VF1', fault }).accepted('recovered').keeping('tdi.VF1')
          : fabric('device.receive', { tdi: 'VF1', fault })
              .accepted('locked TDI')
              .leaving('tdi.VF1', FELL)
              .keeping('stream', 'session'),
      ],
    ),
  ),
  scenario(
    'a control of the device, link and DOE',
    {
      says: 'Each with the scope that it has.',
      clauses: ['device-control', 'link-down', 'doe-error'],
    },
    [
      ...running,
      host('device.control', { tdi: 'VF1', control: 'quality' })
        .accepted('speed and share')
        .keeping('tdi.VF1'),
      bind('VF2', 'G2'),
      host('device.control', { tdi: 'VF1', control: 'function' })
        .accepted('touches a locked TDI')
        .leaving('tdi.VF1', FELL)
        .keeping('tdi.VF2'),
      host('spdm.doe-error', { doe: 'usable' }).accepted('the session goes on').keeping('tdi.VF2'),
      host('link.down', { loss: 'portKept' })
        .accepted('the stream is lost')
        .leaving('stream', { secure: false })
        .leaving('tdi.VF2', FELL)
        .keeping('session'),
      host('spdm.doe-error', { doe: 'unusable' })
        .accepted('the session is over')
        .leaving('session', { phase: 'none' }),
      host('link.down', { loss: 'portReset' })
        .accepted('as a hot reset')
        .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED' })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED' }),
    ],
  ),
  scenario(
    'a control that the DSM refuses',
    {
      says: 'Nothing happens.',
      clauses: ['device-control'],
      readings: { deviceControl: 'refused' },
    },
    [
      ...running,
      host('device.control', { tdi: 'VF1', control: 'function' })
        .refused('LOCKED')
        .keeping('tdi.VF1'),
    ],
  ),
  scenario(
    'a failure of an unlocked TDI, where that is an error',
    {
      says: 'The TDI that is locked and the one that is not are both in ERROR, each by its own failure; STOP leaves it.',
      clauses: ['tdisp-unlocked-error', 'tdisp-internal-error'],
      readings: { unlockedMayEnterError: 'yes' },
    },
    [
      ...running,
      device('device.error', { tdi: 'VF2' })
        .accepted('unlocked TDI, where that is an error')
        .leaving('tdi.VF2', { state: 'ERROR' })
        .keeping('tdi.VF1', 'stream'),
      device('device.error', { tdi: 'VF1' }).accepted('locked TDI').leaving('tdi.VF1', FELL),
      host('tsm.bind', { tdi: 'VF2', guest: 'G2', id: 'hosted' }).accepted('request made'),
      tsm('tdisp.lock', { tdi: 'VF2', entropy: 'enough' })
        .refused('INVALID_INTERFACE_STATE')
        .keeping('tdi.VF2'),
    ],
  ),
  scenario(
    'a conventional reset that leaves ERROR',
    {
      says: 'A locked TDI is in ERROR, an unlocked one stays so; both are clean.',
      clauses: ['rst-conventional-target'],
      readings: { conventionalResetTarget: 'error' },
    },
    [
      ...running,
      host('reset.conventional')
        .accepted('reset that leaves ERROR')
        .leaving('tdi.VF1', { ...FELL, holds: 'nobody', session: 'none' })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED' })
        .leaving('session', { phase: 'none' }),
    ],
  ),
  scenario(
    'a hot reset of the port that leaves ERROR',
    {
      says: 'Hot reset is a conventional reset: where that leaves ERROR, it does, and the kernel knows of the loss.',
      clauses: ['rst-conventional-target', 'recover-reset'],
      readings: { conventionalResetTarget: 'error' },
    },
    [
      ...running,
      host('dsm.connect').accepted('connected'),
      host('port.reset', { reset: 'hotReset' })
        .accepted('reset that leaves ERROR')
        .leaving('tdi.VF1', { ...FELL, holds: 'nobody', session: 'none' })
        .leaving('tdi.VF2', { state: 'CONFIG_UNLOCKED' })
        .leaving('dsm', { context: 'lost', recovery: 'reset' })
        .leaving('session', { phase: 'none' }),
    ],
  ),
  ...(['otherBus', 'otherSegment', 'otherWindow'] as const).map((routing) =>
    scenario(
      `the root port routes elsewhere: ${routing}`,
      {
        says: 'The stream falls, and MMIO does not arrive.',
        clauses: ['port-tracked', 'port-routing'],
      },
      [
        ...running,
        host('port.route', { routing: 'home' }).accepted('no change').keeping('stream'),
        host('port.route', { routing })
          .accepted('changed')
          .leaving('stream', { secure: false })
          .leaving('tdi.VF1', FELL)
          .keeping('session'),
        host('mmio.legacy', { tdi: 'VF1', range: 'nonTee' }).dropped('NOT_ROUTED'),
      ],
    ),
  ),
  ...LITERALS.PortRegister.map((portRegister) =>
    scenario(
      `root port: ${portRegister}`,
      { says: 'Harmless, or it costs the stream.', clauses: ['port-tracked'] },
      [
        ...running,
        [
          'otherStream',
          'ioWindow',
          'bridgeControl',
          'aer',
          'acs',
          'ltr',
          'doe',
          'dpc',
          'msi',
        ].includes(portRegister)
          ? host('port.write', { portRegister })
              .accepted('harmless register')
              .keeping('tdi.VF1', 'stream')
          : host('port.write', { portRegister })
              .accepted('tracked register')
              .leaving('stream', { secure: false })
              .leaving('tdi.VF1', FELL),
      ],
    ),
  ),
  scenario(
    'the root port alone disables the stream',
    {
      says: 'Both ends must be enabled: only then is the stream Secure again.',
      clauses: ['port-stream'],
    },
    [
      ...running,
      host('port.enable', { level: 1 }).accepted('no change').keeping('stream'),
      host('port.enable', { level: 0 })
        .accepted('disabled')
        .leaving('rootPort', { disabled: true })
        .leaving('stream', { enabled: true, secure: false })
        .leaving('tdi.VF1', FELL),
      ...(['PR', 'NPR', 'CPL'] as const).map((sub) =>
        tsm('ide.key-prog', { keySet: 'K0', sub }).accepted('programmed'),
      ),
      tsm('ide.set-go', { keySet: 'K0' }).accepted('started').leaving('stream', { secure: false }),
      host('port.enable', { level: 1 })
        .accepted('enabled')
        .leaving('stream', { secure: true })
        .leaving('rootPort', { disabled: false }),
      host('port.command', { bme: 0, mse: 1 })
        .accepted('cleared')
        .leaving('rootPort', { bme: false })
        .leaving('stream', { secure: false }),
    ],
  ),
  scenario(
    'a report in two parts',
    {
      says: 'Bad offsets are refused, another command ends the read.',
      clauses: ['tdisp-report-parts', 'tdisp-report-interrupted'],
    },
    [
      connected,
      bind('VF1', 'G1'),
      host('report.ask', { tdi: 'VF1', offset: 'later' }).refused('NO_FIRST_PART'),
      host('report.ask', { tdi: 'VF1', offset: 'beyond' }).accepted('request made'),
      tsm('tdisp.report-part', { tdi: 'VF1' })
        .refused('INVALID_REQUEST', 'bad offset')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      host('report.ask', { tdi: 'VF1', offset: 'first' }).accepted('request made'),
      tsm('tdisp.report-part', { tdi: 'VF1' })
        .accepted('first part')
        .leaving('tdi.VF1', { reading: true }),
      host('tsm.return')
        .accepted('first part of a report')
        .leaving('tsm.VF1', { part: 'current', report: 'none' }),
      host('tsm.poll', { tdi: 'VF1' }).accepted('request made'),
      tsm('tdisp.state', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'a report is being read in parts')
        .leaving('tdi.VF1', { state: 'CONFIG_LOCKED', reading: false }),
      host('tsm.return').accepted('error'),
      host('report.ask', { tdi: 'VF1', offset: 'later' }).accepted('request made'),
      tsm('tdisp.report-part', { tdi: 'VF1' }).refused(
        'INVALID_REQUEST',
        'no first part of this lock episode',
      ),
      host('tsm.return').accepted('error'),
      host('report.ask', { tdi: 'VF1', offset: 'first' })
        .accepted('request made')
        .leaving('tsm.VF1', { part: 'none' }),
      tsm('tdisp.report-part', { tdi: 'VF1' }).accepted('first part'),
      host('tsm.return').accepted('first part of a report'),
      host('report.ask', { tdi: 'VF1', offset: 'later' }).accepted('request made'),
      tsm('tdisp.report-part', { tdi: 'VF1' })
        .accepted('last part')
        .leaving('tdi.VF1', { reading: false }),
      host('tsm.return')
        .accepted('last part of a report')
        .leaving('tsm.VF1', { part: 'none', report: 'current' }),
      guest('guest.evidence', { guest: 'G1', tdi: 'VF1' }).accepted('read'),
      guest('guest.accept', { guest: 'G1', tdi: 'VF1' }).accepted('accepted'),
      start('VF1'),
    ],
  ),
  scenario(
    'firmware and debug',
    {
      says: 'NO_FW_UPDATE pins the firmware, a downgrade waits, debug ends all trust.',
      clauses: ['fw-no-update', 'fw-update', 'dbg-enable'],
    },
    [
      connected,
      enable('VF1'),
      run('VF1', 'G1'),
      host('firmware.update', { svn: 'svn2' })
        .accepted('at run time')
        .leaving('device', { svn: 'svn2' })
        .keeping('tdi.VF1', 'session', 'stream'),
      host('firmware.update', { svn: 'svn1' }).refused('ROLLBACK').keeping('device'),
      tsm('lock.no-fw-update', { tdi: 'VF2', level: 1 }).accepted('chosen'),
      bind('VF2', 'G2'),
      now('tdi.VF2', { noUpdate: true }),
      tsm('lock.no-fw-update', { tdi: 'VF2', level: 0 }).accepted('chosen').keeping('tdi.VF2'),
      host('firmware.update', { svn: 'svn2' }).refused('NO_FW_UPDATE').keeping('device'),
      host('debug.enable')
        .accepted('enabled')
        .leaving('session', { phase: 'none' })
        .leaving('stream', { secure: false })
        .leaving('tdi.VF1', { ...FELL, holds: 'nobody' })
        .leaving('tdi.VF2', FELL),
      host('firmware.update', { svn: 'svn1' })
        .accepted('at run time')
        .leaving('device', { svn: 'svn1' }),
    ],
  ),
  scenario(
    'an update of a device that cannot update at run time',
    {
      says: 'Stream, session and TDIs fall with it.',
      clauses: ['fw-not-at-run-time'],
      readings: { firmwareUpdate: 'notAtRunTime' },
    },
    [
      ...running,
      host('firmware.update', { svn: 'svn2' })
        .accepted('not at run time')
        .leaving('tdi.VF1', FELL)
        .leaving('session', { phase: 'none' })
        .leaving('stream', { secure: false })
        .leaving('device', { svn: 'svn2' }),
    ],
  ),
  scenario(
    'TerminationPolicy ends the session',
    {
      says: 'The update goes through, the session does not survive it.',
      clauses: ['fw-termination'],
      readings: { terminationPolicy: 'sessionEnds' },
    },
    [
      ...running,
      host('firmware.update', { svn: 'svn2' })
        .accepted('the session ends with it')
        .leaving('tdi.VF1', FELL)
        .leaving('session', { phase: 'none' }),
    ],
  ),
  scenario(
    'an attribute changes in RUN',
    {
      says: 'T=0 goes by the attribute of the moment; elsewhere than in RUN it is refused.',
      clauses: ['tdisp-attribute'],
    },
    [
      connected,
      enable('VF1'),
      bind('VF1', 'G1'),
      guest('attribute.ask', { guest: 'G1', tdi: 'VF1', attribute: 'nonTee' }).accepted(
        'request made',
      ),
      tsm('tdisp.attribute', { tdi: 'VF1' })
        .refused('INVALID_INTERFACE_STATE', 'not in RUN')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      host('mmio.legacy', { tdi: 'VF1', range: 'updatable' }).dropped('T0_TO_TEE'),
      host('reset.conventional').accepted('reset'),
      now('tdi.VF1', { nonTee: false }),
    ],
  ),
  scenario(
    'an attribute is set and cleared',
    {
      says: 'Served once it is set, rejected once it is cleared.',
      clauses: ['tdisp-attribute', 'mmio-tee'],
    },
    [
      ...running,
      openMmio('VF1', 'G1'),
      guest('attribute.ask', { guest: 'G2', tdi: 'VF1', attribute: 'nonTee' }).refused(
        'NOT_BOUND_TO_CALLER',
      ),
      guest('attribute.ask', { guest: 'G1', tdi: 'VF1', attribute: 'fixedRange' }).accepted(
        'request made',
      ),
      tsm('tdisp.attribute', { tdi: 'VF1' })
        .refused('INVALID_REQUEST', 'range not updatable')
        .keeping('tdi.VF1'),
      host('tsm.return').accepted('error'),
      guest('attribute.ask', { guest: 'G1', tdi: 'VF1', attribute: 'nonTee' }).accepted(
        'request made',
      ),
      tsm('tdisp.attribute', { tdi: 'VF1' })
        .accepted('attribute set')
        .leaving('tdi.VF1', { nonTee: true, state: 'RUN' }),
      host('tsm.return').accepted('attribute set'),
      host('mmio.legacy', { tdi: 'VF1', range: 'updatable' }).accepted('non-TEE range'),
      guest('attribute.ask', { guest: 'G1', tdi: 'VF1', attribute: 'tee' }).accepted(
        'request made',
      ),
      tsm('tdisp.attribute', { tdi: 'VF1' })
        .accepted('attribute set')
        .leaving('tdi.VF1', { nonTee: false }),
      host('tsm.return').accepted('attribute set'),
      host('mmio.legacy', { tdi: 'VF1', range: 'updatable' }).dropped('T0_TO_TEE'),
    ],
  ),
  scenario(
    'interrupts with the table locked and not',
    {
      says: 'Only T=1 of a locked table is trusted, and only in RUN; the host writes no locked table.',
      clauses: ['irq-msi', 'irq-msix', 'irq-routing', 'cfg-msix'],
    },
    [
      connected,
      enable('VF1'),
      host('msix.write', { tdi: 'VF1' }).accepted('written'),
      tsm('lock.msix', { tdi: 'VF1', level: 1 }).accepted('chosen'),
      bind('VF1', 'G1'),
      now('tdi.VF1', { msixLocked: true }),
      host('msix.write', { tdi: 'VF1' }).dropped('T0_TO_LOCKED_TABLE'),
      device('irq.signal', { tdi: 'VF1', interrupt: 'msix' }).refused('NOT_RUN'),
      device('irq.signal', { tdi: 'VF1', interrupt: 'msi' })
        .accepted('MSI: T=0')
        .leaving('guest.G1.VF1', { interrupt: 'untrusted' }),
      guest('irq.take', { guest: 'G1', tdi: 'VF1' }).accepted('untrusted'),
      guest('irq.take', { guest: 'G1', tdi: 'VF1' }).refused('NONE'),
      host('irq.inject', { guest: 'G1', tdi: 'VF1' })
        .accepted('arrives as untrusted')
        .leaving('guest.G1.VF1', { interrupt: 'untrusted' }),
      host('config.write', { tdi: 'VF1', register: 'msix' })
        .accepted('tracked register under lock')
        .leaving('tdi.VF1', FELL),
    ],
  ),
  scenario(
    'a trusted interrupt',
    { says: 'MSI-X of a locked table in RUN.', clauses: ['irq-msix'] },
    [
      connected,
      enable('VF1'),
      tsm('lock.msix', { tdi: 'VF1', level: 1 }).accepted('chosen'),
      run('VF1', 'G1'),
      device('irq.signal', { tdi: 'VF1', interrupt: 'msix' })
        .accepted('MSI-X, table locked: T=1')
        .leaving('guest.G1.VF1', { interrupt: 'trusted' }),
      guest('irq.take', { guest: 'G1', tdi: 'VF1' }).accepted('trusted'),
    ],
  ),
  scenario(
    'END_SESSION by the TSM with a TDI bound',
    {
      says: 'It has the consequences of every end of a session.',
      clauses: ['spdm-session-end', 'tdisp-session-end'],
    },
    [
      ...running,
      tsm('spdm.end-session')
        .accepted('ended')
        .leaving('session', { phase: 'none' })
        .leaving('link', { session: 'none' })
        .leaving('tdi.VF1', FELL),
    ],
  ),
];
