/** Words about interrupts (tdisp-semantics 1.3, 5.6). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;
const pair = { guest: 'Guest', tdi: 'Tdi' } as const;

export const INTERRUPTS = {
  chooseLockMsix: effect(
    { tdi: 'Tdi', level: 'Level' },
    'the next LOCK of {tdi} carries LOCK_MSIX if {level} is 1',
    'irq-msix',
  ),
  tableLocked: guard(tdi, 'the MSI-X table of {tdi} is locked and reported', 'irq-msix'),
  interruptIs: guardOf<[Literals['Interrupt'][number]]>()(
    { interrupt: 'Interrupt' },
    'the interrupt is signalled by {0}',
  ),
  signal: effectOf<['untrusted' | 'trusted']>()(
    tdi,
    'the guest that {tdi} is bound to, if any, has an interrupt of it, told to be {0}',
    'irq-routing',
  ),
  forgeInterrupt: effect(
    pair,
    '{guest} has an interrupt of {tdi}, told to be untrusted',
    'irq-routing',
  ),
  interruptWaits: guard(pair, 'an interrupt of {tdi} waits at {guest}'),
  interruptTrusted: guard(pair, 'the interrupt of {tdi} at {guest} is told to be trusted'),
  takeInterrupt: effect(pair, 'no interrupt of {tdi} waits at {guest}'),
} as const;
