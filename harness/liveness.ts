/**
 * Tries what can still be done: from a state that a run came to, the parties that a property names make their moves,
 * and must reach its goal.
 *
 * It runs the subject's own rules on the packed state. A verdict is about the states that it was tried from; of what
 * others may do in between it sees a few samples, drawn by a seed that the state itself gives.
 */
import { type Engine, viewOf } from '../impl/engine/index.ts';
import { commonIdOf, type Party } from '../model/author.ts';
import type { Attempt } from '../model/step.ts';
import { nameOf, type SCHEMA, type World, type WorldView } from '../model/world.ts';
import { isLive, type Live, type Move, type Step } from '../properties/property.ts';
import type { Tally } from './judge.ts';
import { Dice } from './random.ts';
import type { Setup } from './setup.ts';
import type { Subject } from './subject.ts';

/** Of the sequences that are generated, one in so many is tried at its end. */
export const LIVENESS_EVERY = 4;
/** How often others are let loose on a bounded property, besides once doing nothing. */
const PLAYS = 3;
/** States after which a search for another order of moves is given up, undecided. */
const SEARCH_MAX = 2_000;

/** A property about one member, with its moves as attempts by index. */
export interface Trial {
  readonly property: Live;
  readonly tally: Tally;
  readonly member: number;
  /** For each move the attempts that it stands for. */
  readonly moves: readonly (readonly number[])[];
  /** What the others may attempt. */
  readonly others: readonly number[];
}
/** Told of a goal that was not reached. */
type OnFailure = (property: Live, why: string) => void;

export class Liveness {
  readonly tallies: readonly Tally[];
  readonly #engine: Engine;
  readonly #trials: readonly Trial[];
  readonly #view: WorldView;
  readonly #bind: (words: Int32Array) => void;
  readonly #start: Int32Array;
  #now: Int32Array;
  #next: Int32Array;

  constructor(setup: Setup, subject: Pick<Subject, 'attempts'>) {
    const live = setup.properties.filter(isLive);
    this.#engine = setup.compiler.engine(subject.attempts);
    this.#trials = live.flatMap((p) => trialsOf(p, setup, subject.attempts));
    this.tallies = [...new Set(this.#trials.map((t) => t.tally))];
    const { state, bind } = viewOf<typeof SCHEMA, World>(setup.layout);
    this.#view = Object.assign(state, { readings: setup.preset.readings });
    this.#bind = bind;
    this.#start = this.#engine.initial.slice();
    this.#now = this.#engine.initial.slice();
    this.#next = this.#engine.initial.slice();
  }

  /** Tries every property from a packed state. */
  judge(words: Int32Array, onFailure: OnFailure): void {
    for (const trial of this.#trials) {
      this.#start.set(words);
      this.#enter(words);
      if (this.#isThere(trial)) continue;
      sight(trial, this.#view);
      const reached =
        trial.property.kind === 'recover' ? this.#recovers(trial) : this.#prevails(trial);
      if (reached === undefined) continue;
      trial.tally.judged++;
      if (reached) continue;
      trial.tally.violated++;
      onFailure(trial.property, failureText(trial));
    }
  }
  /** Moves alone; undefined: the search was given up. */
  #recovers(trial: Trial): boolean | undefined {
    return this.#play(trial, undefined) || this.#search(trial);
  }
  /** Moves against others who do nothing, and against others who do what they like. */
  #prevails(trial: Trial): boolean {
    if (!this.#play(trial, undefined)) return false;
    if (trial.others.length === 0) return true;
    const dice = new Dice(hashOf(this.#start));
    for (let n = 0; n < PLAYS; n++) if (!this.#play(trial, dice)) return false;
    return true;
  }
  /** The first move that changes anything, again and again. */
  #play(trial: Trial, dice: Dice | undefined): boolean {
    this.#enter(this.#start);
    for (let turn = 0; turn < trial.property.within; turn++) {
      if (dice !== undefined) {
        this.#engine.step(
          trial.others[dice.roll(trial.others.length)] as number,
          this.#now,
          this.#now,
        );
        if (this.#isThere(trial)) return true;
      }
      if (!this.#move(trial) && dice === undefined) return false;
      if (this.#isThere(trial)) return true;
    }
    return false;
  }
  #move({ moves }: Trial): boolean {
    for (const move of moves)
      for (const n of move) {
        this.#engine.step(n, this.#now, this.#next);
        if (!isSame(this.#now, this.#next)) {
          this.#enter(this.#next);
          return true;
        }
      }
    return false;
  }
  /** Every order of moves, breadth first; false: none reaches the goal. */
  #search(trial: Trial): boolean | undefined {
    const seen = new Set([this.#start.join()]);
    let front: readonly Int32Array[] = [this.#start.slice()];
    for (let turn = 0; turn < trial.property.within && front.length > 0; turn++) {
      const after: Int32Array[] = [];
      for (const from of front)
        for (const n of trial.moves.flat()) {
          this.#engine.step(n, from, this.#next);
          const key = this.#next.join();
          if (seen.has(key)) continue;
          seen.add(key);
          this.#enter(this.#next);
          if (this.#isThere(trial)) return true;
          if (seen.size > SEARCH_MAX) return undefined;
          after.push(this.#next.slice());
        }
      front = after;
    }
    return false;
  }
  #enter(words: Int32Array): void {
    this.#now.set(words);
    this.#bind(this.#now);
  }
  #isThere({ property, member }: Trial): boolean {
    return property.goal(this.#view, member);
  }
}

/** A property about each member that there is; they share a tally. */
export function trialsOf(
  property: Live,
  { preset }: Pick<Setup, 'preset'>,
  attempts: readonly Attempt[],
): readonly Trial[] {
  const witnesses = Object.keys(property.witnesses).map((name) => ({ name, fired: 0 }));
  const tally: Tally = { property, judged: 0, witnesses, violated: 0 };
  const members = property.of === 'Tdi' ? preset.sizes.Tdi : 1;
  return Array.from({ length: members }, (_, m) => trialOf(property, tally, m, attempts));
}
function trialOf(
  property: Live,
  tally: Tally,
  member: number,
  attempts: readonly Attempt[],
): Trial {
  const fits = ({ rule, args }: Attempt, m: Move): boolean =>
    commonIdOf(rule) === m.rule &&
    Object.entries(m.args ?? {}).every(([role, v]) => args[role] === v) &&
    (property.of === 'world' || args.tdi === undefined || args.tdi === member);
  const indices = (test: (a: Attempt) => boolean): readonly number[] =>
    attempts.flatMap((a, n) => (test(a) ? [n] : []));
  const parties: readonly Party[] = property.by;
  return {
    property,
    tally,
    member,
    moves: property.moves.map((m) => indices((a) => fits(a, m))),
    others: indices(({ rule }) => !parties.includes(rule.by)),
  };
}
/** Counts the witnesses that a start shows. */
export function sight({ property, tally }: Trial, start: WorldView): void {
  const outcome = { is: 'accepted', code: '' } as const;
  const step: Step = { before: start, rule: '', args: {}, outcome, after: start };
  for (const w of tally.witnesses) if (property.witnesses[w.name]?.(step)) w.fired++;
}
/** What to tell a reader about a goal that was not reached. */
export function failureText({ property: p, member }: Trial): string {
  const who = p.of === 'Tdi' ? ` for ${nameOf('Tdi', member)}` : '';
  return `${p.by.join(', ')} cannot bring about within ${p.within} moves${who}: ${p.wants}`;
}
function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
/** A number that a state determines. */
const hashOf = (words: Int32Array): number =>
  words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5 | 0);
