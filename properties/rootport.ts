/** The root port, whose configuration belongs to the host (TDISP 11.5.7). */
import { accepted, inOneLine, someFell } from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

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
const isHarmless = (register: unknown): boolean => HARMLESS.some((name) => name === register);
/** What the TSM tracks at the root port changed in this step, or a register of it was written. */
function trackedChange(s: Step): boolean {
  const b = s.before.rootPort;
  const a = s.after.rootPort;
  if (b.routing !== a.routing || (b.bme && !a.bme) || (b.mse && !a.mse)) return true;
  if (!b.disabled && a.disabled) return true;
  return accepted(s, 'port.write') && !isHarmless(s.args.portRegister);
}
const statesKept = (s: Step): boolean => {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (s.before.tdi[t]!.state !== s.after.tdi[t]!.state) return false;
  return s.before.stream.secure === s.after.stream.secure;
};

export const ROOTPORT: readonly Property[] = [
  /** MSE, BME, bus numbers, segment, windows, its end of the stream, and the tracked rest. */
  step({
    id: 'rp-config-change-drops-stream',
    title: 'A change of what the TSM tracks at the root port makes the stream Insecure',
    clauses: ['port-tracked', 'port-stream'],
    facets: ['rootport'],
    reads: [
      'rootPort.bme',
      'rootPort.mse',
      'rootPort.routing',
      'rootPort.disabled',
      'stream.secure',
      'tdi.state',
    ],
    triggers: ['rootPort.bme', 'rootPort.mse', 'rootPort.routing', 'rootPort.disabled'],
    rules: ['port.write'],
    holds: (s) => !trackedChange(s) || !s.after.stream.secure,
    why: (s) => `${s.rule} changed the root port, and the stream is still Secure`,
    witnesses: {
      'Command cleared under lock': (s) => s.rule === 'port.command' && someFell(s),
      'routing changed under lock': (s) => s.rule === 'port.route' && someFell(s),
      'tracked register under lock': (s) => s.rule === 'port.write' && someFell(s),
      'disabled at the port alone under lock': (s) => s.rule === 'port.enable' && someFell(s),
    },
  }),

  /** I/O windows, bridge control, AER, ACS, DPC and the like; and setting what was clear. */
  step({
    id: 'rp-benign-writes-ok',
    title: 'Writes of untracked registers of the root port change no TDI and no stream',
    clauses: ['port-tracked'],
    facets: ['rootport'],
    reads: [
      'rootPort.bme',
      'rootPort.mse',
      'rootPort.routing',
      'rootPort.disabled',
      'stream.secure',
      'tdi.state',
    ],
    triggers: [],
    rules: ['port.write', 'port.command', 'port.route'],
    holds: (s) =>
      !(accepted(s, 'port.write') || accepted(s, 'port.command') || accepted(s, 'port.route')) ||
      trackedChange(s) ||
      statesKept(s),
    why: (s) =>
      inOneLine(`${s.rule} changed nothing that is tracked, and a TDI or the stream changed`),
    witnesses: {
      'harmless register, Secure stream': (s) =>
        accepted(s, 'port.write') && isHarmless(s.args.portRegister) && s.after.stream.secure,
    },
  }),

  /** A TLP that the root port does not pass on reaches neither memory nor the device. */
  step({
    id: 'rp-forwards-only-if-enabled',
    title: 'Nothing passes a root port that is not set up to pass it',
    clauses: ['port-routing'],
    facets: ['rootport', 'mmio'],
    reads: ['rootPort.bme', 'rootPort.mse', 'rootPort.routing', 'tlp.kind'],
    triggers: [],
    rules: ['fabric.deliver', 'mmio.private', 'mmio.legacy'],
    holds: (s) => {
      const { bme, mse, routing } = s.before.rootPort;
      if (accepted(s, 'mmio.private') || accepted(s, 'mmio.legacy'))
        return mse && routing === 'home';
      if (!accepted(s, 'fabric.deliver')) return true;
      return bme || s.before.tlp[Number(s.args.slot)]!.kind === 'completion';
    },
    why: (s) => `${s.rule} was accepted, and the root port does not pass it on`,
    witnesses: {
      'MMIO dropped at the root port': (s) =>
        s.rule === 'mmio.legacy' && s.outcome.code === 'NOT_ROUTED',
    },
  }),
];
