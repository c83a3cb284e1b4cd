/** Words about the life of a VM (backends 10, host-guest 2.2). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals, VmPhase } from '../sorts.ts';

const guest = { guest: 'Guest' } as const;

export const LAUNCH = {
  vmIs: guardOf<[...VmPhase[]]>()(guest, 'the VM of {guest} is in one of the phases {0}…'),
  vmTo: effectOf<[VmPhase]>()(guest, 'the VM of {guest} is in the phase {0}', 'vm-launch'),
  vmHasTdi: guard(guest, 'some TDI of any device is bound to {guest}'),
  vmHasPage: guard(guest, 'some page is private to {guest}'),
  contentsAre: guardOf<[...Literals['Contents'][number][]]>()(
    { contents: 'Contents' },
    'the page is added as one of {0}…',
  ),
  measurePage: effect(
    { page: 'Page' },
    'the contents of {page} under its present ownership are in the launch measurement',
    'vm-launch-update',
  ),
  forgetAllEvidence: effect(
    guest,
    'whoever read evidence for {guest}, or accepted for it, is gone with what it knew',
    'vm-reboot',
  ),
} as const;
