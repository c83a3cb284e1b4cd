/** Sequences of words that several rules share, so that a cascade is written once. */
import { each, not, when } from './author.ts';
import { W } from './words/index.ts';

/** A locked TDI goes to ERROR, and its nonce dies (TDISP 11.2, 11.3.9). */
export const fall = [W.tdiTo('ERROR'), W.dropNonce] as const;
/** The same, if the TDI is locked at all. */
export const fallIfLocked = when([W.tdiIs('CONFIG_LOCKED', 'RUN')], fall);
/** Every locked TDI of the device goes to ERROR. */
export const everyLockedTdiFalls = each({ tdi: 'Tdi' }, [W.tdiIs('CONFIG_LOCKED', 'RUN')], fall);
/** The stream becomes Insecure and takes every TDI bound to it along (TDISP 11.4.5). */
export const streamFalls = [W.insecure, everyLockedTdiFalls] as const;
/** The session ends; streams keyed over it and TDIs locked over it fall with it (TDISP 11.4.5). */
export const sessionFalls = [W.endSession, ...streamFalls] as const;
/** FLR of a function; the PF takes its VFs along, and its stream if it has the IDE capability (tdisp-semantics 2.2). */
export const functionReset = [
  when([W.isPf, W.readingIs('ideCapability', 'pf')], streamFalls),
  when(
    [W.isPf],
    [each({ tdi: 'Tdi' }, [], [fallIfLocked]), each({ tdi: 'Tdi' }, [], [W.resetFunction])],
  ),
  when([not(W.isPf)], [fallIfLocked, W.resetFunction]),
] as const;
