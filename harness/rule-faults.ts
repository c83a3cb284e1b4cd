/** The faults of rules that have names of their own; mutants are derived, and faults of the stack are in its decisions. */
import { SLICE_FAULTS } from './explore/slices.ts';
import { PLANTED_FAULTS } from './faults.ts';
import { KNOWN_BUGS } from './known-bugs.ts';

export const RULE_FAULTS = [...PLANTED_FAULTS, ...KNOWN_BUGS, ...SLICE_FAULTS] as const;
