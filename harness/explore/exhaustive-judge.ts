/**
 * Judges properties in an exhaustive search, and everything that can be judged: each state, each step that changes
 * something, each attempt that is refused or passed over.
 *
 * A property looks at few fields, so most states and steps are to it like one that was judged. What it looks at is not
 * taken from what it declares: it is noted while it is judged (./memo.ts).
 */
import {
  attemptOf,
  caseOf,
  type Engine,
  type Found,
  type Judges,
  maskOf,
  tracedViewOf,
  viaOf,
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
import { bitsOf, Memo } from './memo.ts';

type Tell = (violated: number, via?: number) => void;

/** A property of which something is asked, and the number of that question. */
interface Asked {
  readonly entry: Entry;
  readonly question: number;
}
/** What the steps of one case of an attempt can concern, and the question about all of it. */
interface Concern {
  readonly question: number;
  readonly asked: readonly Asked[];
  readonly step: Shown;
}
/** An attempt that may change nothing, and the number of the question what is wrong if it does not. */
interface Passing {
  readonly attempt: number;
  readonly question: number;
  /** The same question, kept apart where only very many bits show that nothing changes. */
  readonly wide: number;
}
type Standing = (Asked & { readonly wide?: undefined }) | Passing;
/** What is asked about a state, unless one of the two questions is answered that stand for all of it. */
interface Group {
  readonly question: number;
  readonly wide: number;
  readonly some: readonly Standing[];
}
/** More bits than these have too many settings, for a group and for showing that nothing changes. */
const GROUP_BITS = 14;
const NARROW_BITS = 22;

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
  readonly #steps: Memo;
  readonly #states: Memo;
  readonly #standing: readonly Standing[];
  #groups: readonly Group[];
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** What was looked at before a step, and after it: the second half. */
  readonly #looked: Int32Array;
  readonly #before: WorldView;
  readonly #after: WorldView;
  readonly #blind: WorldView;
  readonly #masks = new Map<string, Int32Array>();
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
    const words = engine.initial.length;
    this.#steps = new Memo(words, 2);
    this.#states = new Memo(words, 1);
    this.#from = engine.initial.slice();
    this.#to = engine.initial.slice();
    this.#looked = new Int32Array(2 * words);
    this.#before = this.#show(this.#from, this.#looked.subarray(0, words));
    this.#after = this.#show(this.#to, this.#looked.subarray(words));
    this.#blind = blindView(this.#after);
    this.#standing = [...this.#invariants(), ...this.#passing()];
    this.#groups = this.#grouped();
  }
  readonly level = (depth: number): void => {
    // What was learned since makes groups bad, but not wrong.
    if (depth !== this.#depth && this.#states.hasLearned()) this.#groups = this.#grouped();
    this.#depth = depth;
  };
  readonly state = (words: Int32Array, at: number, tell: Tell): void => {
    const groups = this.#groups;
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as Group;
      if (
        !this.#states.has(group.question, words, at, words, at) &&
        !this.#states.has(group.wide, words, at, words, at)
      )
        this.#judgeState(group, words, at, tell);
    }
  };
  readonly step = (from: Int32Array, at: number, out: Int32Array, j: number, tell: Tell): void => {
    const via = out[j + this.#from.length] as number;
    const concern = this.#concerns[via] ?? this.#concernOf(via);
    if (!this.#steps.has(concern.question, from, at, out, j))
      this.#judgeStep(concern, from, at, out, j, tell);
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
  #judgeStep(
    { question, asked, step }: Concern,
    from: Int32Array,
    at: number,
    out: Int32Array,
    j: number,
    tell: Tell,
  ): void {
    const memo = this.#steps;
    this.#copy(this.#from, from, at);
    this.#copy(this.#to, out, j);
    let isKnown = true;
    for (const { entry, question: own } of asked) {
      if (!memo.has(own, from, at, out, j)) {
        this.#looked.fill(0);
        let holds = true;
        this.#judge(entry, step, (p) => {
          holds = false;
          tell(this.#indices.get(p) as number);
        });
        memo.learn(own, this.#looked);
        // What is violated is told each time.
        if (holds) memo.add(own, from, at, out, j);
        else isKnown = false;
      }
      memo.learnFrom(question, own);
    }
    if (isKnown) memo.add(question, from, at, out, j);
  }
  #judgeState({ question, wide, some }: Group, words: Int32Array, at: number, tell: Tell): void {
    const memo = this.#states;
    this.#copy(this.#from, words, at);
    let isKnown = true;
    let isWide = false;
    for (const one of some) {
      if (!memo.has(one.question, words, at, words, at)) {
        const answered = this.#answer(one, tell);
        if (answered === undefined) isKnown = false;
        else if (answered !== one.question) isWide = true;
      }
      memo.learnFrom(question, one.question);
      memo.learnFrom(wide, one.question);
      if (one.wide !== undefined) memo.learnFrom(wide, one.wide);
    }
    if (isKnown) memo.add(isWide ? wide : question, words, at, words, at);
  }
  /** Gives the question that is answered now; none if something is violated, because that is told each time. */
  #answer(one: Standing, tell: Tell): number | undefined {
    const memo = this.#states;
    const q = this.#from;
    if (one.wide !== undefined && memo.has(one.wide, q, 0, q, 0)) return one.wide;
    this.#looked.fill(0);
    const answered =
      one.wide === undefined ? this.#judgeInvariant(one, tell) : this.#tryPassing(one, tell);
    if (answered === undefined) return undefined;
    memo.learn(answered, this.#looked);
    memo.add(answered, q, 0, q, 0);
    return answered;
  }
  #judgeInvariant({ entry, question }: Asked, tell: Tell): number | undefined {
    const { judge, tally } = entry;
    const after = this.#before;
    tally.judged++;
    if (judge({ before: after, rule: '', args: {}, outcome: ACCEPTED, after })) return question;
    tally.violated++;
    tell(this.#indices.get(tally.property) as number);
    return undefined;
  }
  /** Judges an attempt if it changes nothing. */
  #tryPassing({ attempt: n, question, wide }: Passing, tell: Tell): number | undefined {
    const at = this.#engine.step(n, this.#from, this.#to);
    this.#look(this.#engine.reads(n));
    if (at < 0) return question;
    const writes = this.#engine.writes(n, at);
    if (writes.size > 0) this.#look(this.#engine.effectReads(n, at));
    if (this.#from.some((w, i) => w !== this.#to[i])) {
      this.#look([this.#changedOf(writes, this.#states.bits(question))]);
      return question;
    }
    const via = viaOf(n, at);
    const { asked, step } = this.#concerns[via] ?? this.#concernOf(via);
    let holds = true;
    for (const { entry } of asked) {
      const p = entry.tally.property;
      if (!entry.rules.has(step.rule)) continue;
      if (p.kind === 'step' && p.forbidsChange && entry.open.length === 0) continue;
      this.#judge(entry, step, () => {
        holds = false;
        tell(this.#indices.get(p) as number, via);
      });
    }
    const words = this.#from.length;
    for (let w = 0; w < words; w++)
      this.#looked[w] = (this.#looked[w] as number) | (this.#looked[words + w] as number);
    if (!holds) return undefined;
    this.#look(writes);
    return this.#states.widthWith(question, this.#looked) > NARROW_BITS ? wide : question;
  }
  /** A field that a step has changed, if possible among some bits. */
  #changedOf(writes: ReadonlySet<string>, bits: Int32Array): string {
    const changed = [...writes].filter((field) =>
      this.#maskOf(field).some(
        (m, w) => (((this.#from[w] as number) ^ (this.#to[w] as number)) & m) !== 0,
      ),
    );
    const isAmong = (field: string): boolean =>
      this.#maskOf(field).every((m, w) => (m & ~(bits[w] as number)) === 0);
    const [first] = [...changed.filter(isAmong), ...changed];
    if (first === undefined) throw new Error('ExhaustiveJudge: what changed was not to be written');
    return first;
  }
  #look(fields: Iterable<string>): void {
    for (const field of fields) {
      const mask = this.#maskOf(field);
      for (let w = 0; w < mask.length; w++)
        this.#looked[w] = (this.#looked[w] as number) | (mask[w] as number);
    }
  }
  #maskOf(field: string): Int32Array {
    const mask = this.#masks.get(field) ?? maskOf(this.#setup.layout, [field]);
    this.#masks.set(field, mask);
    return mask;
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
  #show(words: Int32Array, looked: Int32Array): WorldView {
    const { readings } = this.#setup.preset;
    const view = tracedViewOf<typeof SCHEMA, World>(this.#setup.layout, looked, { readings });
    view.bind(words);
    return view.state;
  }
  #shown(n: number, at: number): Step {
    const { rule, args } = this.#attempts[n] as Attempt;
    const outcome = verdictOf(rule.cases[at]?.outcome ?? { is: 'accepted' });
    return { before: this.#before, rule: commonIdOf(rule), args, outcome, after: this.#after };
  }
  #concernOf(via: number): Concern {
    const [n, at] = [attemptOf(via), caseOf(via)];
    const step = this.#shown(n, at);
    const blind = { ...step, before: this.#blind, after: this.#blind };
    const writes = this.#engine.writes(n, at);
    const asked = this.#entries
      .filter(
        (e) =>
          (e.rules.has(step.rule) || [...e.fields].some((f) => writes.has(f))) &&
          !isIndifferent(e, blind),
      )
      .map((entry): Asked => ({ entry, question: this.#steps.question() }));
    const concern = { question: this.#steps.question(), asked, step };
    this.#concerns[via] = concern;
    return concern;
  }
  #invariants(): readonly Asked[] {
    return this.#entries
      .filter((e) => e.tally.property.kind === 'invariant')
      .map((entry) => ({ entry, question: this.#states.question() }));
  }
  #passing(): readonly Passing[] {
    const rules = new Set(this.#entries.flatMap((e) => [...e.rules]));
    return [...this.#attempts.keys()]
      .filter((n) => rules.has(commonIdOf((this.#attempts[n] as Attempt).rule)))
      .map((attempt) => {
        const [question, wide] = [this.#states.question(), this.#states.question()];
        return { attempt, question, wide };
      });
  }
  /** Puts together what looks at much the same, as far as is known. */
  #grouped(): readonly Group[] {
    const memo = this.#states;
    const groups: (Group & { readonly some: Standing[] })[] = [];
    const all = this.#standing.map((one) => {
      const bits = memo.bits(one.question).slice();
      const wide = memo.bits(one.wide ?? one.question);
      return { one, bits: bits.map((word, w) => word | (wide[w] as number)) };
    });
    for (const { one, bits } of all.toSorted((a, b) => bitsOf(a.bits) - bitsOf(b.bits))) {
      const home = groups.find(
        (g) => memo.widthWith(g.wide, bits) <= Math.max(memo.width(g.wide), GROUP_BITS),
      );
      const group = home ?? { question: memo.question(), wide: memo.question(), some: [] };
      if (home === undefined) groups.push(group);
      group.some.push(one);
      memo.learnFrom(group.question, one.question);
      memo.learnFrom(group.wide, one.question);
      if (one.wide !== undefined) memo.learnFrom(group.wide, one.wide);
    }
    return groups;
  }
}
