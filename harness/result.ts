/** What a check comes to: plain data, the same for the terminal, JSON and tests. */
import type { Readings } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import type { Shown } from './trace.ts';

/** Exit codes; where several apply the precedence is 1, 5, 6, 3, 4 (130 and 2 end a run at once). */
export const EXIT = {
  holds: 0,
  violated: 1,
  usage: 2,
  vacuous: 3,
  inconclusive: 4,
  differs: 5,
  'corpus changed': 6,
  'trace rejected': 7,
  bug: 70,
  interrupted: 130,
} as const;
export type VerdictName = Exclude<keyof typeof EXIT, 'usage' | 'bug' | 'trace rejected'>;
/** Strongest first. */
export const PRECEDENCE: readonly VerdictName[] = [
  'interrupted',
  'violated',
  'differs',
  'corpus changed',
  'vacuous',
  'inconclusive',
  'holds',
];

/** What was found about one property. */
export interface PropertyReport {
  readonly id: string;
  readonly title: string;
  readonly kind: Property['kind'];
  /** Inconclusive: the run was cut short before every witness fired. */
  readonly verdict: 'holds' | 'violated' | 'vacuous' | 'inconclusive' | 'not applicable';
  /** Why it is not applicable; otherwise null. */
  readonly reason: string | null;
  /** How often it was judged. */
  readonly judged: number;
  /** How often each witness fired on an executed step, counted up to a limit. */
  readonly witnesses: Readonly<Record<string, number>>;
}
/** A counterexample that was found, minimised and written. */
export interface FoundReport {
  /** The violated property; null for a difference that no property names. */
  readonly property: string | null;
  readonly why: string;
  /** Steps of the minimised trace. */
  readonly length: number;
  /** Steps of the sequence in which it was found. */
  readonly foundLength: number;
  /** At which sequence, counted from 1, and the fast-check path. */
  readonly sequence: number;
  readonly path: string;
  readonly readings: Readings;
  /** The file it was written to, relative to the working directory. */
  readonly file: string | null;
  /** The minimised trace: attempts by index in the setup. */
  readonly steps: readonly number[];
  /** The step that violates, counted from 0. */
  readonly at: number;
}
/** One corpus entry replayed. */
export interface CorpusReport {
  readonly file: string;
  readonly property: string | null;
  readonly expected: string;
  readonly got: string;
  readonly asExpected: boolean;
}
/** One planted fault hunted. */
export interface PlantedReport {
  readonly id: string;
  readonly title: string;
  readonly caught: boolean;
  /** The property that named it; null if not caught. */
  readonly property: string | null;
  readonly length: number | null;
  readonly sequences: number;
}
/** How often a case of a rule decided. */
export interface CaseReport {
  readonly rule: string;
  readonly case: string;
  readonly fired: number;
  /** Why it may well be 0 here; null: no reason is known. */
  readonly reason: string | null;
}
export interface RoundReport {
  readonly readings: Readings;
  readonly sequences: number;
  readonly steps: number;
}
/** What a check of the stack left out; a check of rules leaves out nothing of this kind. */
export interface StackReport {
  /** Attempts that the stack cannot carry out, with the reason. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
  /** Fields that cannot be seen of it, with the reason. */
  readonly unseen: readonly { readonly field: string; readonly why: string }[];
}
export interface CheckReport {
  readonly verdict: VerdictName;
  readonly exitCode: number;
  /** Every verdict that applies, strongest first. */
  readonly verdicts: readonly VerdictName[];
  readonly seed: number;
  readonly backend: string;
  readonly preset: string;
  readonly subject: string;
  readonly mutant: string | null;
  readonly budget: number;
  readonly sequences: number;
  readonly steps: number;
  readonly rounds: readonly RoundReport[];
  readonly properties: readonly PropertyReport[];
  readonly violations: readonly FoundReport[];
  readonly differences: readonly FoundReport[];
  readonly corpus: readonly CorpusReport[];
  /** The witnesses that no generated sequence showed, but a stored run did. */
  readonly storedOnly: readonly Shown[];
  readonly planted: readonly PlantedReport[];
  /** The ids of the faults that were not hunted, because nothing in the preset can show them. */
  readonly unshowable: readonly string[];
  /** The ids of those that were not, because random sequences hardly ever show them there; their traces were replayed. */
  readonly rare: readonly string[];
  readonly coverage: readonly CaseReport[];
  /** Null of other subjects. */
  readonly stack: StackReport | null;
  /** Seconds; the only part that differs between two runs with the same seed. */
  readonly durations: Readonly<Record<'corpus' | 'campaign' | 'planted' | 'total', number>>;
}
