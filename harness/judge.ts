/**
 * Judges properties on a subject's own state, step by step, and counts what was seen.
 *
 * A property is judged only after a step that changed a field it reads, or after an attempt that it names:
 * ninety trivial predicates over plain objects cost ten times a step. Which properties a case can concern
 * is worked out once for each attempt and case.
 */
import { maskOf } from '../impl/engine/index.ts';
import { commonIdOf, type Outcome } from '../model/author.ts';
import type { WorldView } from '../model/world.ts';
import {
  isLive,
  type Property,
  type Step,
  type Verdict,
  type Witnesses,
} from '../properties/property.ts';
import type { Setup } from './setup.ts';
import type { Subject } from './subject.ts';

/** After so many sightings a witness is not looked for any more. */
export const SIGHTINGS_MAX = 100;

/** What was seen of one property. */
export interface Tally {
  readonly property: Property;
  judged: number;
  /** How often each witness fired, up to SIGHTINGS_MAX. */
  readonly witnesses: { readonly name: string; fired: number }[];
  violated: number;
}

interface Lookout {
  readonly sighting: { fired: number };
  readonly seen: (step: Step) => boolean;
}
/** One property, made ready to be judged. */
export interface Entry {
  readonly tally: Tally;
  /** The words that hold its triggers, and which of their bits. */
  readonly places: Int32Array;
  readonly masks: Int32Array;
  readonly fields: ReadonlySet<string>;
  readonly rules: ReadonlySet<string>;
  readonly judge: (step: Step) => boolean;
  /** The witnesses that were not seen often enough yet. */
  open: readonly Lookout[];
}
/** The entries that a case of an attempt can concern: those named by rule, and those by field. */
interface Concern {
  readonly always: readonly Entry[];
  readonly ifChanged: readonly Entry[];
  /** What the properties are shown; only its worlds differ from one time to the next. */
  readonly step: Shown;
}
export type Shown = { -readonly [K in keyof Step]: Step[K] };

export const ACCEPTED: Verdict = Object.freeze({ is: 'accepted', code: '' });
export const verdictOf = (outcome: Outcome): Verdict =>
  outcome.is === 'accepted' ? ACCEPTED : Object.freeze({ is: outcome.is, code: outcome.code });

/** How a property is judged: what it demands of a step, and what must be seen. */
function demandOf(p: Property): Pick<Entry, 'judge'> & { readonly witnesses: Witnesses } {
  switch (p.kind) {
    case 'invariant':
      return { judge: (s) => p.holds(s.after), witnesses: p.witnesses };
    case 'step':
      return { judge: p.holds, witnesses: p.witnesses };
    case 'reach':
      return { judge: () => true, witnesses: { reached: p.reached } };
    case 'recover':
    case 'bounded':
      // What can still be done is tried at the ends of runs (harness/liveness).
      return { judge: () => true, witnesses: {} };
    default: {
      const never: never = p;
      throw new Error(`demandOf: unknown kind of property ${String(never)}`);
    }
  }
}

export function entryOf(setup: Setup, property: Property): Entry {
  const { judge, witnesses } = demandOf(property);
  const lookouts = Object.entries(witnesses).map(([name, seen]) => ({
    sighting: { name, fired: 0 },
    seen,
  }));
  const triggers = (property.kind === 'step' ? property.triggers : undefined) ?? property.reads;
  const mask = maskOf(setup.layout, triggers);
  const places = Int32Array.from(mask.keys()).filter((word) => mask[word] !== 0);
  return {
    tally: { property, judged: 0, witnesses: lookouts.map((l) => l.sighting), violated: 0 },
    places,
    masks: places.map((word) => mask[word] ?? 0),
    fields: new Set(
      triggers.flatMap((f) => [
        f,
        ...(setup.layout.referrers.get(f) ?? []).map((c) => `${c.group}.${c.name}`),
      ]),
    ),
    rules: new Set(property.kind === 'invariant' ? [] : property.rules),
    judge,
    open: lookouts,
  };
}

/** A judge of one subject. */
export class Judge {
  readonly tallies: readonly Tally[];
  readonly #subject: Subject;
  readonly #entries: readonly Entry[];
  readonly #concerns: Concern[][];
  readonly #blind: WorldView;

  constructor(setup: Setup, subject: Subject, properties = setup.properties) {
    this.#subject = subject;
    this.#entries = properties.filter((p) => !isLive(p)).map((p) => entryOf(setup, p));
    this.tallies = this.#entries.map((e) => e.tally);
    this.#concerns = subject.attempts.map(() => []);
    this.#blind = blindView(subject.after);
  }
  /** Judges the state at power-on: every invariant. */
  start(onViolation: (p: Property, step: Step) => void): void {
    const { before, after } = this.#subject;
    const step: Step = { before, rule: '', args: {}, outcome: ACCEPTED, after };
    for (const e of this.#entries)
      if (e.tally.property.kind === 'invariant') judgeOne(e, step, onViolation);
  }
  /** Judges the last attempt of the subject. */
  step(n: number, at: number, onViolation: (p: Property, step: Step) => void): void {
    const row = this.#concerns[n];
    if (row === undefined) throw new Error(`Judge.step: no attempt ${n}`);
    let concern = row[at];
    if (concern === undefined) {
      concern = this.#concernOf(n, at);
      row[at] = concern;
    }
    const { always, ifChanged, step } = concern;
    if (always.length === 0 && ifChanged.length === 0) return;
    const { words, wordsBefore, before, after } = this.#subject;
    step.before = before;
    step.after = after;
    for (let i = 0; i < always.length; i++) judgeOne(always[i] as Entry, step, onViolation);
    for (let i = 0; i < ifChanged.length; i++) {
      const e = ifChanged[i] as Entry;
      if (isTouched(e, wordsBefore, words)) judgeOne(e, step, onViolation);
    }
  }
  #concernOf(n: number, at: number): Concern {
    const { rule, args } = this.#subject.attempts[n] ?? { rule: undefined, args: {} };
    const id = rule === undefined ? '' : commonIdOf(rule);
    const writes = this.#subject.writes(n, at);
    const outcome = verdictOf(rule?.cases[at]?.outcome ?? ACCEPTED);
    const blind: Step = { before: this.#blind, rule: id, args, outcome, after: this.#blind };
    const may = (e: Entry): boolean =>
      writes === undefined || e.rules.has(id) || [...e.fields].some((f) => writes.has(f));
    const some = this.#entries.filter((e) => may(e) && !isIndifferent(e, blind));
    return {
      always: some.filter((e) => e.rules.has(id)),
      ifChanged: some.filter((e) => !e.rules.has(id)),
      step: { before: this.#subject.before, rule: id, args, outcome, after: this.#subject.after },
    };
  }
}

/** What a blind row throws; one object, because a stack trace costs more than the judging. */
const LOOKED = new Error('a blind row was looked at');
/** Rows of a world that nobody may look at. */
const BLIND_ROW = new Proxy(
  {},
  {
    get(): never {
      throw LOOKED;
    },
  },
);
/** A view that shows how many members there are, and nothing of them. */
export function blindView(view: WorldView): WorldView {
  const blind = (x: unknown): unknown => (Array.isArray(x) ? x.map(blind) : BLIND_ROW);
  const groups = Object.entries(view).filter(([name]) => name !== 'readings');
  const hidden = groups.map(([name, x]) => [name, blind(x)]);
  return { ...Object.fromEntries(hidden), readings: view.readings } as WorldView;
}
/**
 * Whether a property holds, and no witness fires, whatever the worlds before and after: shown by asking it
 * without letting it look at them. Most step properties say nothing about most rules; on this slice it saves
 * two judgements of three.
 */
export function isIndifferent(e: Entry, blind: Step): boolean {
  if (e.tally.property.kind === 'invariant') return false;
  try {
    return e.judge(blind) && e.open.every((w) => !w.seen(blind));
  } catch (error) {
    if (error === LOOKED) return false;
    throw error;
  }
}

/** Whether a field that a property is judged by has changed. Most lie in one or two of ten words. */
function isTouched({ places, masks }: Entry, before: Int32Array, after: Int32Array): boolean {
  for (let i = 0; i < places.length; i++) {
    const word = places[i] as number;
    if ((((before[word] as number) ^ (after[word] as number)) & (masks[i] as number)) !== 0)
      return true;
  }
  return false;
}

export function judgeOne(
  e: Entry,
  step: Step,
  onViolation: (p: Property, step: Step) => void,
): void {
  const { tally } = e;
  tally.judged++;
  if (!e.judge(step)) {
    tally.violated++;
    onViolation(tally.property, step);
  }
  const { open } = e;
  for (let i = 0; i < open.length; i++) {
    const w = open[i] as Lookout;
    if (!w.seen(step)) continue;
    w.sighting.fired++;
    if (w.sighting.fired >= SIGHTINGS_MAX) e.open = open.filter((x) => x !== w);
  }
}
