/** Interrupts: what may be trusted, and what the locked MSI-X table takes (TDISP 11.2.1, 11.2.6). */
import { accepted, actor, inOneLine, is, tdiName, was, wasLocked } from './helpers.ts';
import { type Property, type Step, step } from './property.ts';

/** The interrupt of the attempt came with T=1. */
const isTrusted = (s: Step): boolean =>
  accepted(s, 'irq.signal') &&
  s.args.interrupt === 'msix' &&
  s.before.tdi[actor(s)]!.msixLocked &&
  was(s, actor(s)) === 'RUN' &&
  s.before.stream.secure;
const msixWritten = (s: Step): boolean =>
  accepted(s, 'config.write') && s.args.register === 'msix' && wasLocked(s, actor(s));

export const INTERRUPTS: readonly Property[] = [
  /** MSI, and MSI-X with an unlocked table, say nothing; with a locked one only RUN signals at all. */
  step({
    id: 'tlp-msi-untrusted',
    title: 'MSI and unlocked MSI-X are untrusted, locked MSI-X is sent in RUN only, and trusted',
    clauses: ['irq-msi', 'irq-msix'],
    facets: ['interrupts'],
    reads: ['tdi.state', 'tdi.msixLocked', 'stream.secure', 'tsm.boundTo', 'guest.interrupt'],
    triggers: [],
    rules: ['irq.signal'],
    holds: (s) => {
      if (!accepted(s, 'irq.signal')) return true;
      const t = actor(s);
      const needsRun = s.args.interrupt === 'msix' && s.before.tdi[t]!.msixLocked;
      if (needsRun && !isTrusted(s)) return false;
      const guest = s.before.tsm[t]!.boundTo;
      return (
        guest === null ||
        s.after.guest[guest]![t]!.interrupt === (needsRun ? 'trusted' : 'untrusted')
      );
    },
    why: (s) =>
      inOneLine(
        `${s.args.interrupt} of ${tdiName(actor(s))} in ${was(s, actor(s))} (table locked:`,
        `${Number(s.before.tdi[actor(s)]!.msixLocked)}) was taken for what it is not`,
      ),
    witnesses: {
      'MSI of a bound TDI': (s) =>
        accepted(s, 'irq.signal') &&
        s.args.interrupt === 'msi' &&
        s.before.tsm[actor(s)]!.boundTo !== null,
      'MSI-X, table locked, in RUN': isTrusted,
      'MSI-X, table locked, not in RUN': (s) =>
        s.rule === 'irq.signal' && s.outcome.code === 'NOT_RUN',
    },
  }),

  /** However an interrupt comes about, only T=1 of the TDI that is bound to the guest makes it trusted. */
  step({
    id: 'irq-no-trust-from-msi',
    title: 'A guest trusts an interrupt only if its own TDI sent it with T=1 in RUN',
    clauses: ['irq-msi', 'irq-routing'],
    facets: ['interrupts'],
    reads: ['guest.interrupt', 'tdi.state', 'tdi.msixLocked', 'stream.secure', 'tsm.boundTo'],
    triggers: ['guest.interrupt'],
    rules: ['irq.inject'],
    holds: (s) => {
      for (let g = 0; g < s.after.guest.length; g++)
        for (let t = 0; t < s.after.tdi.length; t++) {
          const isNew =
            s.after.guest[g]![t]!.interrupt === 'trusted' &&
            s.before.guest[g]![t]!.interrupt !== 'trusted';
          const isOwn = s.args.tdi === t && s.before.tsm[t]!.boundTo === g;
          if (isNew && !(isOwn && isTrusted(s))) return false;
        }
      return true;
    },
    why: (s) => `${s.rule} made a guest trust an interrupt that its TDI did not send with T=1`,
    witnesses: {
      'interrupt invented by the host': (s) => accepted(s, 'irq.inject'),
      'trusted interrupt': (s) => isTrusted(s) && s.before.tsm[actor(s)]!.boundTo !== null,
    },
  }),

  /** The host cannot redirect the interrupts of a locked table. */
  step({
    id: 'tlp-msix-table-rejects-t0',
    title: 'A locked MSI-X table rejects T=0',
    clauses: ['irq-msix'],
    facets: ['interrupts'],
    reads: ['tdi.msixLocked'],
    triggers: [],
    rules: ['msix.write'],
    holds: (s) => !accepted(s, 'msix.write') || !s.before.tdi[actor(s)]!.msixLocked,
    why: (s) => `the locked MSI-X table of ${tdiName(actor(s))} was written with T=0`,
    witnesses: {
      rejected: (s) =>
        s.rule === 'msix.write' && s.outcome.is === 'dropped' && s.before.tdi[actor(s)]!.msixLocked,
      'unlocked table written': (s) => accepted(s, 'msix.write'),
    },
  }),

  /** If and only if the table was locked and reported. */
  step({
    id: 'cfg-msix-locked-tracked',
    title: 'Writing the MSI-X capability forces ERROR if the table is locked, and only then',
    clauses: ['cfg-msix'],
    facets: ['interrupts', 'registers'],
    reads: ['tdi.state', 'tdi.msixLocked'],
    triggers: [],
    rules: ['config.write'],
    holds: (s) =>
      !msixWritten(s) || (is(s, actor(s)) === 'ERROR') === s.before.tdi[actor(s)]!.msixLocked,
    why: (s) =>
      inOneLine(
        `the MSI-X capability of ${tdiName(actor(s))} was written (table locked:`,
        `${Number(s.before.tdi[actor(s)]!.msixLocked)}), and it is in ${is(s, actor(s))}`,
      ),
    witnesses: {
      // With the table locked and not locked there are scenarios; it is one register of forty.
      written: msixWritten,
    },
  }),
];
