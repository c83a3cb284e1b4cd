/** What the command line assumes where nothing is said. */

/** Fixed, so that two people who type the same see the same; every run prints it. */
export const DEFAULT_SEED = 1;
/** Sequences: the whole of `tdicheck check` then takes about 20 s on two cores. */
export const DEFAULT_BUDGET = 800;
/** Of the worlds that are sampled: one vendor's commands in full, with the common rules around them. */
export const DEFAULT_BACKEND = 'amd-sev-tio';
/** Of the worlds that are small enough to be searched whole, which presets other than these are, unless a slice has another. */
export const SEARCHED_BACKEND = 'base';
export const SAMPLED_PRESETS: readonly string[] = ['small', 'full'];
export const DEFAULT_PRESET = 'small';
/** The stack is slower: this takes as long. */
export const DEFAULT_STACK_BUDGET = 120;
/** The verbs that the stack speaks. */
export const STACK_BACKEND = 'base';
/** Where counterexamples go, below the working directory. */
export const DEFAULT_OUT = 'counterexamples';
