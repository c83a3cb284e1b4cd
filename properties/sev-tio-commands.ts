/**
 * What holds of single commands and messages of SEV-TIO: order of initialisation, flags, buffers, what only
 * tells, and what only the firmware may set.
 */
import type { WorldView } from '../model/world.ts';
import {
  accepted,
  actor,
  inOneLine,
  isPrivateMmio,
  refused,
  stepOfEach,
  tdiName,
} from './helpers.ts';
import { invariant, type Property, type Step, step } from './property.ts';

/** The commands and messages by which somebody is told something. */
const TELLING: readonly string[] = [
  'tsm.tio-status',
  'tsm.tio-dev-status',
  'tsm.tio-tdi-info',
  'tsm.tio-msg-mmio-config',
];
/** Commands whose output has to fit into the buffers of the host. */
const BULKY: readonly string[] = [
  'tsm.tio-dev-certificates',
  'tsm.tio-dev-measurements',
  'tsm.report',
];
/** The command that takes the feature from one state to the next. */
const FEATURE_WAYS: Readonly<Record<string, string>> = {
  'notEnabled enabled': 'tsm.tio-snp-init',
  'enabled initDone': 'tsm.tio-init',
};
const feature = (w: WorldView): string => w.tio.feature;
/** The MMIO range of a TDI came to be validated. */
const validates = (s: Step, t: number): boolean =>
  !s.before.mmio[t]!.accepted && s.after.mmio[t]!.accepted;
/** A request for STOP was made about the TDI. */
const asksForStop = (s: Step): boolean =>
  s.before.relay.stage === 'idle' &&
  s.after.relay.stage === 'request' &&
  s.after.relay.request === 'stop';

export const TIO_COMMANDS: readonly Property[] = [
  step({
    id: 'tio-initialised-once',
    title: 'TIO is enabled by SNP_INIT_EX and then initialised by TIO_INIT, each of them once',
    clauses: ['tio-init'],
    facets: ['tio'],
    reads: ['tio.feature'],
    rules: ['tsm.tio-snp-init', 'tsm.tio-init'],
    holds: (s) => {
      const [b, a] = [feature(s.before), feature(s.after)];
      if (a !== b) return s.outcome.is === 'accepted' && FEATURE_WAYS[`${b} ${a}`] === s.rule;
      return !accepted(s, 'tsm.tio-snp-init') && !accepted(s, 'tsm.tio-init');
    },
    why: (s) => `${s.rule} took TIO from ${feature(s.before)} to ${feature(s.after)}`,
    witnesses: {
      initialised: (s) => accepted(s, 'tsm.tio-init'),
      'a second time: refused': (s) =>
        refused(s, 'tsm.tio-init') && feature(s.before) === 'initDone',
    },
  }),
  invariant({
    id: 'tio-nothing-before-init',
    title: 'There is a device context only once TIO is initialised',
    clauses: ['tio-init', 'tio-device-context'],
    facets: ['tio'],
    reads: ['tio.feature', 'tio.context'],
    holds: (w) => feature(w) === 'initDone' || w.tio.context === 'none',
    why: (s) => `there is a device context, and TIO is ${feature(s.after)}`,
    witnesses: {
      created: (s) => accepted(s, 'tsm.tio-dev-create'),
    },
  }),
  step({
    id: 'tio-bind-checks-lock-flags',
    title: 'A bind with peer-to-peer, without redirection, or with long cache lines has no effect',
    clauses: ['tio-lock-flags'],
    facets: ['tio'],
    reads: ['tsm.boundTo', 'relay.stage'],
    triggers: [],
    rules: ['tsm.bind'],
    holds: (s) =>
      s.rule !== 'tsm.bind' ||
      s.args.lock === 'asRequired' ||
      (s.outcome.is !== 'accepted' &&
        s.after.tsm[actor(s)]!.boundTo === s.before.tsm[actor(s)]!.boundTo &&
        s.after.relay.stage === s.before.relay.stage),
    why: (s) => `${tdiName(actor(s))} was bound with lock flags ${s.args.lock}`,
    witnesses: {
      'bound with those required': (s) => accepted(s, 'tsm.bind'),
      'refused with others': (s) => refused(s, 'tsm.bind') && s.outcome.code === 'INVALID_PARAM',
    },
  }),
  step({
    id: 'tio-small-buffers-send-nothing',
    title: 'While the buffers are too small nothing is asked of the device, and nothing changes',
    clauses: ['tio-expand-buffer'],
    facets: ['tio'],
    reads: ['tio.largeBuffers', 'relay.stage'],
    triggers: [],
    rules: BULKY,
    holds: (s) =>
      !BULKY.includes(s.rule) ||
      s.before.tio.largeBuffers ||
      (s.outcome.is === 'refused' && s.after.relay.stage === s.before.relay.stage),
    why: (s) => `${s.rule} was ${s.outcome.is}, and its output does not fit`,
    witnesses: {
      'larger buffers asked for': (s) =>
        BULKY.includes(s.rule) && s.outcome.code === 'EXPAND_BUFFER',
      'called again with larger ones': (s) =>
        BULKY.includes(s.rule) && s.outcome.is === 'accepted' && s.before.tio.largeBuffers,
    },
  }),
  step({
    id: 'tio-telling-changes-nothing',
    title: 'Commands and messages that tell something change nothing that they tell of',
    clauses: ['tio-status', 'tio-mmio-config', 'tio-init'],
    facets: ['tio', 'mmio'],
    reads: [
      'tio.feature',
      'tio.context',
      'tio.measured',
      'tio.pending',
      'relay.stage',
      'tsm.cached',
      'tsm.dma',
      'mmio.accepted',
    ],
    rules: TELLING,
    forbidsChange: true,
    holds: (s) => {
      if (!TELLING.includes(s.rule)) return true;
      const [b, a] = [s.before, s.after];
      for (let t = 0; t < a.tsm.length; t++)
        if (
          a.tsm[t]!.cached !== b.tsm[t]!.cached ||
          a.tsm[t]!.dma !== b.tsm[t]!.dma ||
          a.mmio[t]!.accepted !== b.mmio[t]!.accepted
        )
          return false;
      return (
        a.tio.feature === b.tio.feature &&
        a.tio.context === b.tio.context &&
        a.tio.measured === b.tio.measured &&
        a.tio.pending === b.tio.pending &&
        a.relay.stage === b.relay.stage
      );
    },
    why: (s) => `${s.rule} changed what it was to tell of`,
    witnesses: {
      'the feature': (s) => accepted(s, 'tsm.tio-status'),
      'a device context': (s) => accepted(s, 'tsm.tio-dev-status'),
      'digests of a TDI': (s) => accepted(s, 'tsm.tio-tdi-info'),
    },
  }),
  stepOfEach('Tdi', {
    id: 'tio-validated-by-message-only',
    title: 'MMIO is validated only by a message of its guest, for the very pages of the report',
    clauses: ['tio-mmio-validate', 'tio-mmio-rmp'],
    facets: ['tio', 'mmio'],
    reads: ['mmio.accepted', 'mmio.guest', 'mmio.place', 'tsm.boundTo', 'tsm.reportPlace'],
    triggers: ['mmio.accepted'],
    rules: [],
    holdsFor: (s, t) => {
      if (!validates(s, t)) return true;
      const { guest, place } = s.before.mmio[t]!;
      const { boundTo, reportPlace } = s.before.tsm[t]!;
      return (
        accepted(s, 'mmio.accept') &&
        actor(s) === t &&
        s.args.message !== 'other' &&
        guest === s.args.guest &&
        guest === boundTo &&
        place === reportPlace
      );
    },
    tells: (s, t) =>
      inOneLine(
        `${s.rule} validated MMIO of ${tdiName(t)}, which is assigned to`,
        `guest ${s.before.mmio[t]!.guest} at ${s.before.mmio[t]!.place}`,
      ),
    witnesses: {
      validated: (s) => accepted(s, 'mmio.accept'),
    },
  }),
  /** What is private to a guest by the RMP faults at the processor; the device is not asked. */
  step({
    id: 'rmp-keeps-host-from-private-mmio',
    title: 'No access of the host to MMIO pages that are a guest’s comes to the device',
    clauses: ['tio-mmio-rmp'],
    facets: ['tio', 'mmio'],
    reads: ['mmio.guest', 'mmio.place', 'tdi.bar'],
    triggers: [],
    rules: ['mmio.legacy'],
    holds: (s) => {
      if (s.rule !== 'mmio.legacy' || s.args.range !== 'tee') return true;
      if (!isPrivateMmio(s.before, actor(s))) return true;
      return s.outcome.is === 'dropped' && s.outcome.code === 'RMP_VIOLATION';
    },
    why: (s) => `the host had access to private MMIO of ${tdiName(actor(s))}`,
    witnesses: {
      faults: (s) => s.rule === 'mmio.legacy' && s.outcome.code === 'RMP_VIOLATION',
    },
  }),
  step({
    id: 'tio-entry-closed-before-stop',
    title: 'STOP is asked for only of a TDI whose table entry is invalid',
    clauses: ['tio-unbind-order', 'tio-unbind'],
    facets: ['tio'],
    reads: ['relay.stage', 'relay.request', 'relay.tdi', 'tsm.dma'],
    triggers: ['relay.stage'],
    rules: [],
    holds: (s) => !asksForStop(s) || !s.after.tsm[Number(s.after.relay.tdi)]!.dma,
    why: (s) => `${s.rule} asked for STOP of ${tdiName(actor(s))}, whose entry is valid`,
    witnesses: {
      'STOP asked for': asksForStop,
    },
  }),
];
