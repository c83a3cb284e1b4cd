/** What is said of an exploration while it runs. */
import type { ExploreRunOptions, PhaseProgress } from '../explore/run.ts';
import { grouped } from './grouped.ts';
import type { Clock } from './progress.ts';

export type SearchProgress = Parameters<NonNullable<ExploreRunOptions['onProgress']>>[0];

const MIB = 2 ** 20;
const MILLION = 1_000_000;
const FRAME_MS = 200;
const FIRST_MS = 2000;
const LINE_MS = 20_000;

/**
 * Guesses the seconds that are left, once levels get smaller: from then on there is about as much to come as there was
 * before. Until then nobody knows. Of a search that is gone on with the levels before are not known either: if it was past
 * the largest one, nothing is guessed.
 */
export function estimator(): (p: SearchProgress, seconds: number) => number | undefined {
  /** The states known at the start of each level, from the first whose start was seen. */
  const starts: number[] = [];
  let first: number | undefined;
  let before = 0;
  return ({ depth, states, frontier }, seconds) => {
    if (first === undefined) {
      first = depth === 0 ? 0 : depth + 1;
      if (depth === 0) starts.push(0);
      else before = states;
    }
    while (first + starts.length <= depth) starts.push(states);
    const sizes = starts.slice(1).map((start, i) => start - (starts[i] as number));
    const peak = sizes.indexOf(Math.max(...sizes));
    if (peak < 0 || peak + 2 > sizes.length - 1) return undefined;
    // The largest that is known may come after a larger one.
    if (first > 0 && peak === 0) return undefined;
    const half = ((starts[peak] as number) + (starts[peak + 1] as number)) / 2;
    const left = Math.max(frontier, 2 * half - states);
    return Math.round((left * seconds) / Math.max(1, states - before));
  };
}

/** How far a search is; `before`: states that it went on with; `left`: seconds, if that can be guessed. */
export function searchText(
  { depth, states, transitions, frontier, bytes }: SearchProgress,
  seconds: number,
  before: number,
  left: number | undefined,
): string {
  const rate = Math.round((states - before) / seconds);
  return (
    `${grouped(states)} states · ${grouped(transitions)} transitions · depth ${depth} · ` +
    `frontier ${grouped(frontier)} · ${grouped(rate)} states/s · ${Math.round(bytes / MIB)} MiB` +
    (left === undefined ? '' : ` · perhaps ${grouped(left)} s left`)
  );
}

/** How far what comes after a search is. */
export function phaseText({ phase, done, total }: PhaseProgress): string {
  const amount =
    total < MILLION
      ? `${grouped(Math.floor(done))} of ${grouped(total)}`
      : `${(done / MILLION).toFixed(1)} of ${(total / MILLION).toFixed(1)} million`;
  switch (phase) {
    case 'deciding':
      // One is decided after another, and each may take long.
      return `deciding what must stay possible … ${Math.min(total, Math.floor(done) + 1)} of ${total}, ${Math.floor((100 * done) / total)} %`;
    case 'comparing':
      return `comparing model and engine … ${amount} attempts`;
    case 'showing':
      return `looking where the mutant makes a difference … ${amount} states`;
  }
}

export interface ExploreProgressView {
  readonly update: (p: SearchProgress) => void;
  readonly phase: (p: PhaseProgress) => void;
  /** Takes away what should not stay. */
  readonly end: () => void;
}
/** Where progress is shown: in one line that is drawn again and again, or in lines now and then. */
export type Shows =
  | { readonly draw: (text: string) => void; readonly clear: () => void }
  | { readonly write: (text: string) => void };

/** Shows how far an exploration is. One that is over soon shows nothing. */
export function exploreProgress(shows: Shows, clock: Clock): ExploreProgressView {
  const began = clock();
  const estimate = estimator();
  let next = began + FIRST_MS;
  let last: PhaseProgress['phase'] | undefined;
  /** States that there were at first: many, if a search is gone on with. */
  let before: number | undefined;
  const show = (now: number, text: string): void => {
    next = now + ('draw' in shows ? FRAME_MS : LINE_MS);
    if ('draw' in shows) shows.draw(`${text} · Ctrl-C ends`);
    else shows.write(`tdicheck: ${text}\n`);
  };
  return {
    update: (p) => {
      const now = clock();
      const seconds = (now - began) / 1000;
      before ??= p.states;
      const left = estimate(p, seconds);
      if (now >= next) show(now, searchText(p, seconds, before, left));
    },
    phase: (p) => {
      const now = clock();
      // A long run tells of each phase at once.
      const isNew = p.phase !== last && now >= began + FIRST_MS;
      last = p.phase;
      if (isNew || now >= next) show(now, phaseText(p));
    },
    end: () => {
      if ('draw' in shows) shows.clear();
    },
  };
}
