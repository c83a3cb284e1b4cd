/** One exchange after the other against the model, and what does not fit, by name. */
import type { Answer, Ask } from './ask.ts';
import { type Deviation, knownDeviation } from './deviations.ts';
import { type Judged, WireModel } from './wire-model.ts';

/** One exchange, judged. */
export interface Followed extends Judged {
  readonly ask: Ask;
  readonly answer: Answer;
  /** The name of what it is known by, if it is not admitted. */
  readonly deviation?: Deviation;
}

const MOVES: readonly string[] = ['lock', 'start', 'stop'];

/** Follows a connection; after a disagreement it goes on from what the device said. */
export class Follower {
  readonly model: WireModel;
  readonly #greeted = new Set<number>();
  readonly #greetedSince = new Set<number>();
  #sessionEnded = false;
  #outsideAnswered = false;

  /** `greeted`: whether GET_TDISP_VERSION was answered for every TDI before. */
  constructor(tdis: number, greeted = false) {
    this.model = new WireModel(tdis);
    if (greeted) for (let tdi = 0; tdi < tdis; tdi++) this.#greeted.add(tdi);
  }

  follow(ask: Ask, answer: Answer): Followed {
    const judged = this.model.judge(ask, answer);
    const seen = {
      greeted: this.#greeted,
      greetedSince: this.#greetedSince,
      sessionEnded: this.#sessionEnded,
      outsideAnswered: this.#outsideAnswered,
    };
    const { expected, ground } = judged;
    const deviation = judged.admitted
      ? undefined
      : knownDeviation({ ask, answer, expected, decidedBy: ground.case, seen });
    this.#note(ask, answer);
    return { ...judged, ask, answer, ...(deviation && { deviation }) };
  }

  #note(ask: Ask, answer: Answer): void {
    const done = answer.is === 'accepted';
    if (ask.kind === 'end' && done) this.#sessionEnded = true;
    if (ask.kind !== 'hello' && ask.kind !== 'tdisp') return;
    const outside = ask.outside === true && done;
    if (ask.kind === 'tdisp' && outside) this.#outsideAnswered = true;
    if (ask.tdi === 'foreign' || !done) return;
    if (ask.kind === 'hello') {
      if (ask.request !== 'GET_TDISP_VERSION') return;
      this.#greeted.add(ask.tdi);
      this.#greetedSince.add(ask.tdi);
    } else if (MOVES.includes(ask.request)) {
      this.#greetedSince.delete(ask.tdi);
      // What moves a TDI makes what happened before of no account.
      if (ask.request === 'stop') this.#sessionEnded = false;
      if (!outside) this.#outsideAnswered = false;
    }
  }
}
