/** SET_MMIO_ATTRIBUTE (TDISP 11.3.22). */
import {
  accepted,
  actor,
  inOneLine,
  is,
  isLocked,
  isPrivateMmio,
  isRouted,
  stepOfEach,
  tdiName,
  was,
} from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

const legacyAccess = (s: Step): boolean => s.rule === 'mmio.legacy' && s.args.range === 'updatable';

export const ATTRIBUTES: readonly Property[] = [
  /** From the answer on: T=0 is rejected once the range is TEE memory, and served once it is not. */
  step({
    id: 'tlp-attr-update-atomic',
    title: 'T=0 access to an updatable range goes by its attribute of the moment',
    clauses: ['tdisp-attribute', 'mmio-tee'],
    facets: ['attributes', 'mmio', 'mse'],
    reads: [
      'tdi.state',
      'tdi.mse',
      'tdi.nonTee',
      'device.present',
      'rootPort.mse',
      'rootPort.routing',
      'tdi.bar',
      'mmio.guest',
      'mmio.place',
    ],
    triggers: [],
    rules: ['mmio.legacy'],
    holds: (s) => {
      if (!legacyAccess(s)) return true;
      const { mse, nonTee, state } = s.before.tdi[actor(s)]!;
      const decodes = s.before.device.present && mse && isRouted(s.before);
      const isOpen = nonTee || (state === 'CONFIG_UNLOCKED' && !isPrivateMmio(s.before, actor(s)));
      return (s.outcome.is === 'accepted') === (decodes && isOpen);
    },
    why: (s) =>
      inOneLine(
        `T=0 access to the updatable range of ${tdiName(actor(s))} in ${was(s, actor(s))}, with`,
        `IS_NON_TEE_MEM ${Number(s.before.tdi[actor(s)]!.nonTee)}, was ${s.outcome.is}`,
      ),
    witnesses: {
      'served in RUN': (s) =>
        legacyAccess(s) && s.outcome.is === 'accepted' && was(s, actor(s)) === 'RUN',
      'rejected in RUN': (s) =>
        legacyAccess(s) && s.outcome.is === 'dropped' && was(s, actor(s)) === 'RUN',
    },
  }),

  /** Elsewhere, or for a range that the report does not call updatable, it is refused. */
  step({
    id: 'tdi-set-attr-only-run',
    title: 'SET_MMIO_ATTRIBUTE succeeds only in RUN and only for an updatable range',
    clauses: ['tdisp-attribute', 'tdisp-legality'],
    facets: ['attributes'],
    reads: ['tdi.state', 'tdi.nonTee', 'relay.attribute'],
    triggers: [],
    rules: ['tdisp.attribute'],
    holds: (s) => {
      if (!accepted(s, 'tdisp.attribute')) return true;
      const { attribute } = s.before.relay;
      if (was(s, actor(s)) !== 'RUN' || attribute === 'fixedRange') return false;
      return s.after.tdi[actor(s)]!.nonTee === (attribute === 'nonTee');
    },
    why: (s) =>
      inOneLine(
        `SET_MMIO_ATTRIBUTE (${s.before.relay.attribute}) of ${tdiName(actor(s))} succeeded in`,
        `${was(s, actor(s))}, with IS_NON_TEE_MEM ${Number(s.after.tdi[actor(s)]!.nonTee)} after it`,
      ),
    witnesses: {
      'set in RUN': (s) => accepted(s, 'tdisp.attribute') && s.after.tdi[actor(s)]!.nonTee,
      'cleared in RUN': (s) =>
        accepted(s, 'tdisp.attribute') &&
        s.before.tdi[actor(s)]!.nonTee &&
        !s.after.tdi[actor(s)]!.nonTee,
      'refused for a fixed range': (s) =>
        s.rule === 'tdisp.attribute' &&
        s.outcome.is === 'refused' &&
        s.before.relay.attribute === 'fixedRange',
    },
  }),

  /** Flags of LOCK stay for the lock; the attribute of a range changes by SET_MMIO_ATTRIBUTE only. */
  stepOfEach('Tdi', {
    id: 'tdi-lock-flags-frozen',
    title: 'Flags and range attributes that LOCK bound stay, but for SET_MMIO_ATTRIBUTE',
    clauses: ['tdisp-lock', 'tdisp-attribute', 'fw-no-update', 'irq-msix'],
    facets: ['attributes', 'firmware', 'interrupts'],
    reads: ['tdi.state', 'tdi.noUpdate', 'tdi.msixLocked', 'tdi.nonTee'],
    triggers: ['tdi.noUpdate', 'tdi.msixLocked', 'tdi.nonTee'],
    rules: ['tdisp.lock', 'lock.no-fw-update', 'lock.msix'],
    holdsFor: (s, t) => {
      const b = s.before.tdi[t]!;
      const a = s.after.tdi[t]!;
      if (!isLocked(b.state) || !isLocked(a.state)) return true;
      if (b.noUpdate !== a.noUpdate || b.msixLocked !== a.msixLocked) return false;
      return b.nonTee === a.nonTee || (accepted(s, 'tdisp.attribute') && s.args.tdi === t);
    },
    tells: (s, t) => `${tdiName(t)} stayed in ${is(s, t)} while ${s.rule} changed its lock flags`,
    witnesses: {
      'other flags chosen under lock': (s) =>
        (accepted(s, 'lock.no-fw-update') || accepted(s, 'lock.msix')) &&
        isLocked(was(s, actor(s))) &&
        (s.args.level === 1) !==
          (s.rule === 'lock.msix'
            ? s.before.tdi[actor(s)]!.msixLocked
            : s.before.tdi[actor(s)]!.noUpdate),
    },
  }),

  /** LOCK binds the flags that the TSM asked for, and no attribute is changed yet. */
  step({
    id: 'tdi-lock-binds-flags',
    title: 'LOCK binds the flags that the TSM chose, with the attributes of the report',
    clauses: ['tdisp-lock', 'fw-no-update', 'irq-msix', 'tdisp-attribute'],
    facets: ['attributes', 'firmware', 'interrupts'],
    reads: ['tdi.noUpdate', 'tdi.msixLocked', 'tdi.nonTee', 'tsm.noUpdate', 'tsm.lockMsix'],
    triggers: [],
    rules: ['tdisp.lock'],
    holds: (s) => {
      if (!accepted(s, 'tdisp.lock')) return true;
      const { noUpdate, msixLocked, nonTee } = s.after.tdi[actor(s)]!;
      const chosen = s.before.tsm[actor(s)]!;
      return noUpdate === chosen.noUpdate && msixLocked === chosen.lockMsix && !nonTee;
    },
    why: (s) => `${tdiName(actor(s))} was locked with other flags than the TSM chose`,
    witnesses: {
      'locked with LOCK_MSIX': (s) =>
        accepted(s, 'tdisp.lock') && s.after.tdi[actor(s)]!.msixLocked,
      'locked with NO_FW_UPDATE': (s) =>
        accepted(s, 'tdisp.lock') && s.after.tdi[actor(s)]!.noUpdate,
      'locked without': (s) =>
        accepted(s, 'tdisp.lock') &&
        !s.after.tdi[actor(s)]!.noUpdate &&
        !s.after.tdi[actor(s)]!.msixLocked,
    },
  }),
];
