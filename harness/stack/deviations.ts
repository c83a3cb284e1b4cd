/**
 * Where model and stack are known to differ (docs/stack-findings.md). A run is compared up to such a step; what comes
 * after it says nothing of either.
 */
import type { Attempt } from '../../model/step.ts';
import type { World } from '../../model/world.ts';
import type { StackWorld } from './world.ts';

export interface Deviation {
  readonly id: string;
  readonly when: (before: World, attempt: Attempt, stack: StackWorld, after: World) => boolean;
}
const about = (w: World, { args }: Attempt) => w.tdi[Number(args.tdi)];
const isLocked = (t: World['tdi'][number]): boolean =>
  t.state === 'CONFIG_LOCKED' || t.state === 'RUN';
const liveSession = (w: World): boolean =>
  w.session.phase === 'established' && w.link.session === w.session.generation;

export const DEVIATIONS: readonly Deviation[] = [
  {
    id: 'tampering-with-an-opened-answer',
    when: (_, { rule }, stack) =>
      rule.id === 'relay.tamper' && stack.tsm.exchange?.opened !== undefined,
  },
  {
    id: 'completion-after-reset',
    when: (w, { rule }) =>
      ['reset.conventional', 'device.remove'].includes(rule.id) &&
      w.tlp.some((t) => (t.kind === 'read' || t.kind === 'completion') && t.traffic === 'legacy'),
  },
  {
    id: 'answer-of-ended-session',
    when: (w, { rule }) =>
      rule.id === 'tsm.return' &&
      w.relay.stage === 'response' &&
      w.link.session !== null &&
      !liveSession(w),
  },
  {
    id: 'stop-outlives-session',
    when: (w, _, __, after) =>
      after.session.generation !== w.session.generation && w.tdi.some((t) => t.stop !== 'idle'),
  },
  {
    id: 'lock-while-in-flight',
    when: (w, { rule, args }) =>
      rule.id === 'tdisp.lock' && w.tlp.some((t) => t.kind !== 'none' && t.tdi === args.tdi),
  },
  {
    id: 'overlap-of-another-function',
    when: (w, a) =>
      a.rule.id === 'tdisp.lock' && a.args.tdi !== 0 && w.tdi[0]?.bar === 'overlapping',
  },
  {
    id: 'second-default-block',
    when: (w, { rule, args }) =>
      rule.id === 'ide.setup' &&
      args.setup !== w.stream.setup &&
      (args.setup === 'twoDefaults' || w.stream.setup === 'twoDefaults') &&
      w.tdi.some(isLocked),
  },
  {
    id: 'stop-of-an-insecure-set',
    when: (w, { rule, args }) =>
      rule.id === 'ide.set-stop' && !w.stream.secure && w.stream.sending === args.keySet,
  },
  {
    id: 'mmio-while-stopping',
    when: (w, a) =>
      ['mmio.private', 'mmio.legacy'].includes(a.rule.id) && about(w, a)?.stop !== 'idle',
  },
  {
    id: 'unserved-read-in-order',
    when: (w, { rule, args }) =>
      rule.id === 'fabric.deliver' &&
      w.tlp[Number(args.slot)]?.kind === 'read' &&
      w.tlp.some((t) => t.kind === 'completion'),
  },
];
