/**
 * Judges properties in an exhaustive search, and everything that can be judged: each state, each step that changes
 * something, each attempt that is refused or passed over.
 *
 * Which case decides an attempt depends on what its guards look at, and a property's verdict on what that looks at;
 * so an attempt that changes nothing need be judged once for each setting of these fields, not once a state.
 */
import {
  attemptOf,
  caseOf,
  type Engine,
  type Found,
  type Judges,
  maskOf,
  viaOf,
  viewOf,
} from '../../impl/engine/index.ts';
import { commonIdOf } from '../../model/author.ts';
import type { Attempt } from '../../model/step.ts';
import type { SCHEMA, World, WorldView } from '../../model/world.ts';
import { isLive, type Property, type Step } from '../../properties/property.ts';
import {
  ACCEPTED,
  blindView,
  type Entry,
  entryOf,
  isIndifferent,
  judgeOne,
  type Shown,
  type Tally,
  verdictOf,
} from '../judge.ts';
import type { Setup } from '../setup.ts';
import { type Screen, screen, WATCHES_MAX } from './screen.ts';

type Tell = (violated: number, via?: number) => void;

/** Some watches that are asked at once, and what each stands for. */
interface Group<T> {
  readonly screen: Screen;
  readonly items: readonly T[];
}
/** What the steps of one case of an attempt can concern. */
interface Concern {
  readonly groups: readonly Group<Entry>[];
  readonly step: Shown;
}
/** What is judged of a state alone: an invariant, or attempts that may change nothing. */
interface Standing {
  readonly entry: Entry;
  readonly attempts: readonly number[];
}

/** What was seen of a witness. */
interface Sighted {
  readonly fired: number;
  readonly shortest: number;
}

/** A judge of everything that an engine can do. */
export class ExhaustiveJudge implements Judges {
  readonly tallies: readonly Tally[];
  readonly #setup: Setup;
  readonly #engine: Engine;
  readonly #attempts: readonly Attempt[];
  readonly #entries: readonly Entry[];
  readonly #indices: ReadonlyMap<Property, number>;
  /** By `via`. */
  readonly #concerns: (Concern | undefined)[];
  readonly #standing: readonly Group<Standing>[];
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #before: WorldView;
  readonly #after: WorldView;
  readonly #blind: WorldView;
  #depth = 0;
  /** For each witness that fired the steps of a shortest run in which it does. */
  readonly #shortest = new Map<Tally['witnesses'][number], number>();

  constructor(setup: Setup, engine: Engine, attempts: readonly Attempt[]) {
    this.#setup = setup;
    this.#engine = engine;
    this.#attempts = attempts;
    // Liveness speaks of runs: `check` judges it.
    this.#entries = setup.properties.filter((p) => !isLive(p)).map((p) => entryOf(setup, p));
    this.tallies = this.#entries.map((e) => e.tally);
    this.#indices = new Map(setup.properties.map((p, i) => [p, i]));
    this.#concerns = Array.from({ length: viaOf(attempts.length, 0) });
    this.#from = engine.initial.slice();
    this.#to = engine.initial.slice();
    this.#before = this.#show(this.#from);
    this.#after = this.#show(this.#to);
    this.#blind = blindView(this.#after);
    this.#standing = this.#standingGroups();
  }
  readonly level = (depth: number): void => {
    this.#depth = depth;
  };
  readonly state = (words: Int32Array, at: number, tell: Tell): void => {
    for (const { screen: s, items } of this.#standing) {
      for (let news = s.news(words, at, words, at); news !== 0; news &= news - 1) {
        const i = 31 - Math.clz32(news & -news);
        const { entry, attempts } = items[i] as Standing;
        const p = entry.tally.property;
        if (p.kind === 'step' && p.forbidsChange && entry.open.length === 0) continue;
        this.#copy(this.#from, words, at);
        const onViolation = (via?: number): void => {
          s.forget(i);
          tell(this.#indices.get(p) as number, via);
        };
        if (p.kind === 'invariant') this.#judgeState(entry, onViolation);
        else for (const n of attempts) this.#judgeUnchanged(entry, n, onViolation);
      }
    }
  };
  readonly step = (from: Int32Array, at: number, out: Int32Array, j: number, tell: Tell): void => {
    const via = out[j + this.#from.length] as number;
    const { groups, step } = this.#concerns[via] ?? this.#concernOf(via);
    for (let g = 0; g < groups.length; g++) {
      const { screen: s, items } = groups[g] as Group<Entry>;
      let news = s.news(from, at, out, j);
      if (news === 0) continue;
      this.#copy(this.#from, from, at);
      this.#copy(this.#to, out, j);
      for (; news !== 0; news &= news - 1) {
        const i = 31 - Math.clz32(news & -news);
        this.#judge(items[i] as Entry, step, (p) => {
          s.forget(i);
          tell(this.#indices.get(p) as number);
        });
      }
    }
  };
  /** Of each witness of each property how often it fired, and the steps of a shortest run in which it does; 0: none. */
  get seen(): readonly (readonly Sighted[])[] {
    return this.tallies.map((t) =>
      t.witnesses.map((w) => ({ fired: w.fired, shortest: this.#shortest.get(w) ?? 0 })),
    );
  }
  /** Adds what another judge of the same properties has seen. */
  add(seen: ExhaustiveJudge['seen']): void {
    for (const [i, { witnesses }] of this.tallies.entries())
      for (const [k, w] of witnesses.entries()) {
        const { fired, shortest } = seen[i]?.[k] ?? { fired: 0, shortest: 0 };
        w.fired += fired;
        if (shortest > 0)
          this.#shortest.set(w, Math.min(shortest, this.#shortest.get(w) ?? shortest));
      }
  }
  /** What to tell a reader about a violation. */
  why(property: Property, { state, via }: Found): string {
    this.#copy(this.#from, state, 0);
    this.#copy(this.#to, state, 0);
    let step: Step = {
      before: this.#before,
      rule: '',
      args: {},
      outcome: ACCEPTED,
      after: this.#after,
    };
    if (via !== undefined) {
      this.#engine.step(attemptOf(via), this.#from, this.#to);
      step = this.#shown(attemptOf(via), caseOf(via));
    }
    return property.kind === 'reach' ? property.title : (property.why?.(step) ?? property.title);
  }
  #judgeState({ judge, tally }: Entry, onViolation: () => void): void {
    const after = this.#before;
    tally.judged++;
    if (judge({ before: after, rule: '', args: {}, outcome: ACCEPTED, after })) return;
    tally.violated++;
    onViolation();
  }
  #judgeUnchanged(entry: Entry, n: number, onViolation: (via: number) => void): void {
    const at = this.#engine.step(n, this.#from, this.#to);
    if (at < 0 || this.#from.some((w, i) => w !== this.#to[i])) return;
    this.#judge(entry, this.#shown(n, at), () => onViolation(viaOf(n, at)));
  }
  #judge(entry: Entry, step: Step, onViolation: (p: Property) => void): void {
    judgeOne(entry, step, onViolation);
    if (entry.open.length === 0) return;
    // Seen once is enough in a search: the first time is the shortest.
    entry.open = entry.open.filter((w) => w.sighting.fired === 0);
    for (const w of entry.tally.witnesses)
      if (w.fired > 0 && !this.#shortest.has(w)) this.#shortest.set(w, this.#depth + 1);
  }
  #copy(to: Int32Array, words: Int32Array, at: number): void {
    for (let w = 0; w < to.length; w++) to[w] = words[at + w] as number;
  }
  #show(words: Int32Array): WorldView {
    const view = viewOf<typeof SCHEMA, World>(this.#setup.layout);
    view.bind(words);
    return Object.assign(view.state, { readings: this.#setup.preset.readings });
  }
  #shown(n: number, at: number): Step {
    const { rule, args } = this.#attempts[n] as Attempt;
    const outcome = verdictOf(rule.cases[at]?.outcome ?? { is: 'accepted' });
    return { before: this.#before, rule: commonIdOf(rule), args, outcome, after: this.#after };
  }
  /** Whether a case of an attempt can be of interest to a property, whatever it changes. */
  #isOfInterest(e: Entry, n: number, at: number): boolean {
    return !isIndifferent(e, { ...this.#shown(n, at), before: this.#blind, after: this.#blind });
  }
  #concernOf(via: number): Concern {
    const concern = this.#makeConcern(attemptOf(via), caseOf(via));
    this.#concerns[via] = concern;
    return concern;
  }
  #makeConcern(n: number, at: number): Concern {
    const step = this.#shown(n, at);
    const writes = this.#engine.writes(n, at);
    const entries = this.#entries.filter(
      (e) =>
        (e.rules.has(step.rule) || [...e.fields].some((f) => writes.has(f))) &&
        this.#isOfInterest(e, n, at),
    );
    const written = this.#maskOf([...writes]);
    const groups = inGroups(entries, 'steps', (e) => ({
      mask: this.#maskOf(e.tally.property.reads),
      writes: written,
      triggers: e.rules.has(step.rule) ? undefined : this.#maskOf([...e.fields]),
    }));
    return { groups, step: { ...step } };
  }
  #standingGroups(): readonly Group<Standing>[] {
    const invariants = this.#entries
      .filter((e) => e.tally.property.kind === 'invariant')
      .map((entry): Standing => ({ entry, attempts: [] }));
    const attempting = this.#entries
      .filter((e) => e.rules.size > 0)
      .map((entry): Standing => ({ entry, attempts: this.#attemptsFor(entry) }))
      .filter((s) => s.attempts.length > 0);
    return inGroups([...invariants, ...attempting], 'states', ({ entry, attempts }) => ({
      mask: this.#maskOf([
        ...entry.tally.property.reads,
        ...attempts.flatMap((n) => [...this.#engine.reads(n)]),
      ]),
      triggers: undefined,
    }));
  }
  /** The attempts that a property names, and of which some case is of interest. */
  #attemptsFor(entry: Entry): readonly number[] {
    return [...this.#attempts.keys()].filter((n) => {
      const { rule } = this.#attempts[n] as Attempt;
      return (
        entry.rules.has(commonIdOf(rule)) &&
        rule.cases.some((_, at) => this.#isOfInterest(entry, n, at))
      );
    });
  }
  #maskOf(fields: readonly string[]): Int32Array {
    return maskOf(this.#setup.layout, new Set(fields));
  }
}

function inGroups<T>(
  items: readonly T[],
  of: 'steps' | 'states',
  watched: (item: T) => Parameters<typeof screen>[0][number],
): readonly Group<T>[] {
  const groups: Group<T>[] = [];
  for (let i = 0; i < items.length; i += WATCHES_MAX) {
    const some = items.slice(i, i + WATCHES_MAX);
    groups.push({ screen: screen(some.map(watched), of), items: some });
  }
  return groups;
}
