/** Drives a responder: sequences of the model, then requests that no model proposes; and counts what came back. */
import { PeerLost } from '../socket/link.ts';
import { type Answer, type Ask, answerText, askText } from '../wire-model/ask.ts';
import { type Followed, Follower } from '../wire-model/follow.ts';
import { isExpected, NEGATIVE_CASES, type NegativeCase } from './cases.ts';
import { Driver, type Target } from './driver.ts';
import { CONNECT, sequence, type Unit } from './sequences.ts';

export interface ConformOptions {
  readonly target: Target;
  readonly seed: number;
  /** How many sequences. */
  readonly budget: number;
  readonly stopped?: () => boolean;
  readonly onProgress?: (done: number) => void;
}

/** One line of the conformance table. */
export interface Row {
  readonly clause: string;
  readonly request: string;
  /** The case of the rule that decides; for requests beside the model, nothing. */
  readonly decidedBy: string;
  readonly expected: readonly string[];
  readonly got: string;
  readonly verdict: 'conforms' | 'known' | 'new';
  /** The name of a known deviation. */
  readonly deviation: string | null;
  times: number;
  /** Of a new disagreement: the shortest sequence that shows it. */
  steps: readonly string[] | null;
}
export interface ConformReport {
  readonly verdict: 'conforms' | 'differs' | 'interrupted';
  readonly seed: number;
  readonly sequences: number;
  readonly exchanges: number;
  /** Why the run ended early; null if it did not. */
  readonly lost: string | null;
  readonly rows: readonly Row[];
}

/** So many sequences in a row may break off before the peer is given up. */
const LOSSES_MAX = 3;
const SHRINKS_MAX = 60;

/** A disagreement, or nothing, of one run of a sequence. */
interface Played {
  readonly followed: readonly Followed[];
  readonly lost: string | undefined;
}

/** What makes two disagreements the same. One that nothing explains is not the one that a known deviation does. */
const signatureOf = ({ ask, ground, expected, answer, deviation }: Followed): string =>
  JSON.stringify([
    general(ask),
    ground.rule,
    ground.case,
    expected,
    answerText(answer),
    deviation?.name ?? null,
  ]);
/** Without which of several TDIs, streams or keys it is about. */
const general = (ask: Ask): string =>
  askText(ask)
    .replace(/TDI\d+/, 'TDI')
    .replace(/ stream .*/, '');

/** Runs the whole; a peer that hangs, closes, floods or talks nonsense ends it with a verdict. */
export async function conform(o: ConformOptions): Promise<ConformReport> {
  const run = new Run(o);
  try {
    return await run.whole();
  } finally {
    await run.close();
  }
}

class Run {
  readonly #o: ConformOptions;
  readonly #driver: Driver;
  readonly #rows = new Map<string, Row>();
  #sequences = 0;
  #exchanges = 0;
  #losses = 0;
  #lost: string | null = null;
  /** Whether the session of the last request beside the model can be gone on with. */
  #ready = false;

  constructor(o: ConformOptions) {
    this.#o = o;
    this.#driver = new Driver(o.target);
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  get #over(): boolean {
    return this.#lost !== null || this.#o.stopped?.() === true;
  }

  async whole(): Promise<ConformReport> {
    const { seed, budget, target } = this.#o;
    for (let i = 0; i < budget && !this.#over; i++) {
      const units = sequence(seed * 1_000_003 + i, target.tdis.length, target.stream);
      await this.#one(units);
      this.#sequences++;
      this.#o.onProgress?.(this.#sequences);
    }
    for (const c of NEGATIVE_CASES) if (!this.#over) await this.#negative(c);
    const rows = [...this.#rows.values()].sort((a, b) => order(a) - order(b));
    const differs = rows.some(({ verdict }) => verdict === 'new');
    const interrupted = this.#o.stopped?.() === true;
    return {
      verdict: interrupted ? 'interrupted' : differs ? 'differs' : 'conforms',
      seed,
      sequences: this.#sequences,
      exchanges: this.#exchanges,
      lost: this.#lost,
      rows,
    };
  }

  async #one(units: readonly Unit[]): Promise<void> {
    const { followed } = await this.#play(units);
    this.#exchanges += followed.length;
    for (const f of followed) this.#note(f);
    const last = followed.at(-1);
    if (last === undefined || last.admitted || last.deviation !== undefined) return;
    const row = this.#rows.get(signatureOf(last));
    if (row !== undefined && row.steps === null) row.steps = await this.#shortest(units, last);
  }

  /** Plays a sequence up to its first disagreement that is new. A loss of the peer is an answer, too. */
  async #play(units: readonly Unit[]): Promise<Played> {
    const follower = new Follower(this.#o.target.tdis.length, true);
    const followed: Followed[] = [];
    let lost: string | undefined;
    for (const ask of units.flatMap(({ asks }) => asks)) {
      const answer = await this.#perform(ask, followed.length === 0).catch((error): Answer => {
        if (!(error instanceof PeerLost)) throw error;
        lost = error.heard;
        return { is: 'refused', code: error.heard };
      });
      const f = follower.follow(ask, answer);
      followed.push(f);
      if (lost !== undefined || (!f.admitted && f.deviation === undefined)) break;
      // Without a session there is nothing to go on with.
      if (ask.kind === 'connect' && answer.is !== 'accepted') break;
    }
    this.#count(lost);
    return { followed, lost };
  }

  #count(lost: string | undefined): void {
    this.#losses = lost === undefined ? 0 : this.#losses + 1;
    if (this.#losses >= LOSSES_MAX) this.#lost = `the peer was lost ${LOSSES_MAX} times: ${lost}`;
  }

  /** The first connection of a sequence finds the responder as others left it. */
  async #perform(ask: Ask, first: boolean): Promise<Answer> {
    const answer = await this.#driver.perform(ask);
    if (first && answer.is === 'accepted') await this.#prepare();
    return answer;
  }

  /** Brings a responder to where the model begins, whatever it was in. What it answers is not judged. */
  async #prepare(): Promise<void> {
    const driver = this.#driver;
    await driver.ideKm(Uint8Array.of(0, 0, this.#o.target.idePort));
    for (const tdi of this.#o.target.tdis.keys()) {
      await driver.perform({ kind: 'hello', request: 'GET_TDISP_VERSION', tdi });
      await driver.perform({ kind: 'tdisp', request: 'stop', tdi });
    }
  }

  #note(f: Followed): void {
    const key = signatureOf(f);
    const row = this.#rows.get(key);
    if (row !== undefined) {
      row.times++;
      return;
    }
    this.#rows.set(key, {
      clause: f.deviation?.clause ?? f.ground.clauses[0] ?? '',
      request: general(f.ask),
      decidedBy: f.ground.case,
      expected: f.expected,
      got: answerText(f.answer),
      verdict: f.admitted ? 'conforms' : f.deviation === undefined ? 'new' : 'known',
      deviation: f.deviation?.name ?? null,
      times: 1,
      steps: null,
    });
  }

  /** Leaves out what can be left out: the same disagreement must come of what remains. */
  async #shortest(units: readonly Unit[], found: Followed): Promise<readonly string[]> {
    const wanted = signatureOf(found);
    let kept = units;
    let tries = 0;
    for (let at = kept.length - 1; at > 0; at--) {
      if (tries++ >= SHRINKS_MAX || this.#over) break;
      const shorter = kept.filter((_, i) => i !== at);
      if (!isPlayable(shorter)) continue;
      const { followed } = await this.#play(shorter);
      const last = followed.at(-1);
      if (last !== undefined && !last.admitted && signatureOf(last) === wanted) kept = shorter;
    }
    return kept.map((unit) =>
      unit.asks.length > 1 || unit === CONNECT ? unit.name : unit.asks.map(askText).join(),
    );
  }

  /** One request beside the model, in a session in which nothing else happens. It must move no TDI. */
  async #negative(c: NegativeCase): Promise<void> {
    const lost = (error: unknown): Answer => {
      if (!(error instanceof PeerLost)) throw error;
      this.#count(error.heard);
      return { is: 'refused', code: error.heard };
    };
    const state: Ask = { kind: 'tdisp', request: 'state', tdi: 0 };
    if (!this.#ready) {
      const connected = await this.#perform({ kind: 'connect' }, true).catch(lost);
      if (connected.is !== 'accepted') {
        this.#noteCase(c, connected, false);
        return;
      }
    }
    const before = await this.#driver.perform(state).catch(lost);
    const answer = await c.send(this.#driver).catch(lost);
    const after = await this.#driver.perform(state).catch(lost);
    this.#exchanges += 3;
    this.#noteCase(c, answer, isExpected(c, answer));
    if (answerText(before) !== answerText(after))
      this.#noteCase(
        { ...c, name: `${c.name}, and then GET_STATE`, expected: [answerText(before)] },
        after,
        false,
      );
    this.#ready = after.is === 'accepted';
    if (this.#ready) this.#losses = 0;
  }

  #noteCase(c: NegativeCase, answer: Answer, expected: boolean): void {
    const got = answer.is === 'accepted' ? 'accepted' : answerText(answer);
    const known = !expected && c.known?.[0] === got ? c.known[1] : null;
    this.#rows.set(c.name, {
      clause: c.clause,
      request: c.name,
      decidedBy: '',
      expected: c.expected,
      got,
      verdict: expected ? 'conforms' : known === null ? 'new' : 'known',
      deviation: known,
      times: 1,
      steps: null,
    });
  }
}

const order = ({ verdict }: Row): number => ['new', 'known', 'conforms'].indexOf(verdict);

/** Whether every request that needs a session comes in one, and none is begun in another. */
function isPlayable(units: readonly Unit[]): boolean {
  let open = false;
  for (const { asks } of units)
    for (const ask of asks) {
      if ((ask.kind === 'connect') === open) return false;
      if (ask.kind === 'connect') open = true;
      if (ask.kind === 'end') open = false;
    }
  return true;
}
