/** The root port, whose configuration is the host’s: what the TSM tracks costs the stream (tdisp-semantics 2.3). */
import { accepted, allOf, anyOf, not, type Rule, rule } from '../author.ts';
import { streamFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

/** Registers that may be written at any time. */
const HARMLESS = [
  'otherStream',
  'ioWindow',
  'bridgeControl',
  'aer',
  'acs',
  'ltr',
  'doe',
  'dpc',
  'msi',
] as const;

export const ROOTPORT_RULES: readonly Rule[] = [
  rule('port.command', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { bme: 1, mse: 1 }, role: 'neutral' }],
    says: 'The host writes the Command register of the root port.',
    over: { bme: 'Level', mse: 'Level' },
    clauses: ['port-tracked', 'port-routing'],
    facets: ['rootport'],
    cases: [
      accepted(
        'cleared',
        [anyOf(allOf(W.writesBmeZero, W.portMasters), allOf(W.writesMseZero, W.portDecodes))],
        [W.setPortCommand, ...streamFalls],
      ),
      accepted('plain write', [], [W.setPortCommand]),
    ],
  }),
  rule('port.route', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { routing: 'home' }, role: 'neutral' }],
    says: 'The host writes bus numbers, segment or memory windows of the root port.',
    over: { routing: 'Routing' },
    clauses: ['port-tracked', 'port-routing'],
    facets: ['rootport'],
    cases: [
      accepted('no change', [W.portRoutingIs], []),
      accepted('changed', [], [W.setPortRouting, ...streamFalls]),
    ],
  }),
  rule('port.write', {
    by: 'host',
    role: 'hostile',
    says: 'The host changes a register of the root port whose value the model does not keep.',
    over: { portRegister: 'PortRegister' },
    clauses: ['port-tracked'],
    facets: ['rootport'],
    cases: [
      accepted('harmless register', [W.portRegisterIs(...HARMLESS)], []),
      accepted('tracked register', [], [...streamFalls]),
    ],
  }),
  rule('port.enable', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { level: 1 }, role: 'neutral' }],
    says: 'The host writes Stream Enable at the root port alone.',
    over: { level: 'Level' },
    clauses: ['port-stream', 'ide-secure'],
    facets: ['rootport'],
    cases: [
      accepted('the device’s end is disabled as well', [not(W.deviceEndEnabled)], []),
      accepted('no change', [W.portEndIs], []),
      accepted('disabled', [W.writesEnableZero], [W.setPortEnd, ...streamFalls]),
      accepted('enabled', [], [W.setPortEnd, W.secureIfReady]),
    ],
  }),
];
