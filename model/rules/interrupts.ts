/** Interrupts: MSI, MSI-X, the table, and what the host makes of them (tdisp-semantics 1.3, 5.6). */
import { accepted, dropped, idle, not, type Rule, refused, rule } from '../author.ts';
import { W } from '../words/index.ts';

const gone = dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]);
const pair = { guest: 'Guest', tdi: 'Tdi' } as const;

export const INTERRUPT_RULES: readonly Rule[] = [
  rule('lock.msix', {
    by: 'tsm',
    role: 'optional',
    says: 'The TSM chooses whether the next LOCK of a TDI carries LOCK_MSIX.',
    over: { tdi: 'Tdi', level: 'Level' },
    clauses: ['irq-msix', 'tdisp-lock'],
    facets: ['interrupts'],
    cases: [
      refused('BUSY', 'a request may be on its way', [not(W.relayIdle)]),
      accepted('chosen', [], [W.chooseLockMsix]),
    ],
  }),
  rule('irq.signal', {
    by: 'device',
    role: 'optional',
    says: 'A TDI signals an interrupt.',
    over: { tdi: 'Tdi', interrupt: 'Interrupt' },
    clauses: ['irq-msi', 'irq-msix', 'irq-routing'],
    facets: ['interrupts'],
    cases: [
      gone,
      refused('BME_CLEAR', 'bus mastering is off', [not(W.bmeSet)]),
      accepted('MSI: T=0', [W.interruptIs('msi')], [W.signal('untrusted')]),
      accepted('MSI-X, table not locked: T=0', [not(W.tableLocked)], [W.signal('untrusted')]),
      refused('NOT_RUN', 'MSI-X, table locked, not in RUN', [not(W.tdiIs('RUN'))]),
      idle(
        'a TDI in RUN falls with its stream',
        refused('NOT_SECURE', 'T=1 without a Secure stream', [not(W.streamSecure)]),
      ),
      accepted('MSI-X, table locked: T=1', [], [W.signal('trusted')]),
    ],
  }),
  rule('irq.inject', {
    by: 'host',
    role: 'hostile',
    says: 'The host invents an interrupt of a TDI.',
    over: pair,
    clauses: ['irq-routing'],
    facets: ['interrupts'],
    cases: [accepted('arrives as untrusted', [], [W.forgeInterrupt])],
  }),
  rule('irq.take', {
    by: 'guest',
    role: 'optional',
    says: 'A guest takes an interrupt, and knows whether to trust it.',
    over: pair,
    clauses: ['irq-msi', 'irq-msix'],
    facets: ['interrupts'],
    cases: [
      refused('NONE', 'no interrupt waits', [not(W.interruptWaits)]),
      accepted('trusted', [W.interruptTrusted], [W.takeInterrupt]),
      accepted('untrusted', [], [W.takeInterrupt]),
    ],
  }),
  rule('msix.write', {
    by: 'host',
    role: 'hostile',
    observed: true,
    says: 'The host writes the MSI-X table of a TDI: T=0.',
    over: { tdi: 'Tdi' },
    clauses: ['irq-msix'],
    facets: ['interrupts'],
    cases: [
      gone,
      dropped('NOT_ROUTED', 'the root port does not pass it on', [not(W.portRoutes)]),
      dropped('MSE_CLEAR', 'memory space is off', [not(W.mseSet)]),
      dropped('T0_TO_LOCKED_TABLE', 'rejected: the table is locked', [W.tableLocked]),
      accepted('written', [], []),
    ],
  }),
];
