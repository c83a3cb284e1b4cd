/** What else befalls a locked TDI: bad data, administration, link and DOE (tdisp-semantics 2.2). */
import { accepted, dropped, not, type Rule, refused, rule } from '../author.ts';
import {
  deviceResets,
  deviceResetsToError,
  fall,
  leavesError,
  sessionFalls,
  streamFalls,
} from '../phrases.ts';
import { W } from '../words/index.ts';

const locked = W.tdiIs('CONFIG_LOCKED', 'RUN');
const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);

export const EVENT_RULES: readonly Rule[] = [
  rule('device.receive', {
    by: 'fabric',
    role: 'hostile',
    observed: true,
    says: 'Something comes in for a TDI that is in error: poison, a failed completion, T=0 from the IOMMU.',
    over: { tdi: 'Tdi', fault: 'Fault' },
    clauses: ['tdisp-poison', 'tdisp-completion-error', 'ats-t0'],
    facets: ['events'],
    cases: [
      gone,
      accepted('recovered', [W.faultIs('poisonRecovered', 'completionRecovered')], []),
      accepted('locked TDI', [locked], [...fall]),
      accepted('not locked', [], []),
    ],
  }),
  rule('device.control', {
    by: 'host',
    role: 'hostile',
    observed: true,
    says: 'The host uses a control of the device’s own: queues, addresses, administration by the PF.',
    over: { tdi: 'Tdi', control: 'Control' },
    clauses: ['device-control'],
    facets: ['events'],
    cases: [
      gone,
      accepted('speed and share', [W.controlIs('quality')], []),
      refused('LOCKED', 'the DSM refuses it', [locked, W.readingIs('deviceControl', 'refused')]),
      accepted('touches a locked TDI', [locked], [...fall]),
      accepted('not locked', [], []),
    ],
  }),
  rule('link.down', {
    by: 'host',
    role: 'hostile',
    says: 'The link goes down, or downstream port containment takes it down.',
    over: { loss: 'LinkLoss' },
    clauses: ['link-down', 'rst-conventional'],
    facets: ['events'],
    cases: [
      gone,
      accepted(
        'as a hot reset that leaves ERROR',
        [W.portIsReset, leavesError],
        [...deviceResetsToError],
      ),
      accepted('as a hot reset', [W.portIsReset], [...deviceResets]),
      accepted('the stream is lost', [], [...streamFalls]),
    ],
  }),
  rule('spdm.doe-error', {
    by: 'host',
    role: 'hostile',
    says: 'A DOE exchange of the session fails.',
    over: { doe: 'DoeError' },
    clauses: ['doe-error', 'spdm-session-end'],
    facets: ['events'],
    cases: [
      dropped('NO_SESSION', 'there is none', [not(W.sessionBegun)]),
      accepted('the session goes on', [W.doeUsable], []),
      accepted('the session is over', [], [...sessionFalls]),
    ],
  }),
];
