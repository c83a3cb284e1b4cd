/** A recording against the model: how far it is admitted, and what stops it. */
import { examine, type Fact, type Recording } from '../../impl/stack/recording/index.ts';
import { type Answer, answerText, askText } from '../wire-model/ask.ts';
import { type Followed, Follower } from '../wire-model/follow.ts';
import type { Ground } from '../wire-model/wire-model.ts';
import { exchangesIn, hostedIn } from './asks.ts';

/** One exchange that the model does not admit. */
interface NotAdmitted {
  /** Number of the request, from 0. */
  readonly packet: number;
  readonly ask: string;
  readonly expected: readonly string[];
  readonly got: string;
  readonly ground: Ground;
  /** What it is known by; null if it is new. */
  readonly deviation: {
    readonly name: string;
    readonly says: string;
    readonly clause: string;
  } | null;
  /** TDISP requests that a TSM could have made there. */
  readonly legal: readonly string[];
}
/** A request that no TSM of the model would have made. */
interface Remark {
  readonly packet: number;
  readonly ask: string;
  readonly code: string;
  readonly ground: Ground;
}
export interface Validation {
  readonly verdict: 'admitted' | 'admitted with known deviations' | 'trace rejected';
  readonly packets: number;
  /** Function ids of the TDIs, in the order of their indices. */
  readonly tdis: readonly number[];
  /** Of every kind, how often it was verified. */
  readonly verified: Readonly<Partial<Record<Fact, number>>>;
  /** What does not verify; null if everything does. */
  readonly failure: { readonly packet: number; readonly text: string } | null;
  /** Exchanges of which the model speaks. */
  readonly exchanges: number;
  /** Exchanges up to the first that is not admitted and not excused. */
  readonly admitted: number;
  /** Packets up to there. */
  readonly prefix: number;
  readonly notAdmitted: readonly NotAdmitted[];
  readonly remarks: readonly Remark[];
  /** Steps of host and guest that were assumed, with how often. */
  readonly assumed: Readonly<Record<string, number>>;
}

/**
 * Verifies a recording and follows it through the model. Known deviations are named and passed over unless `strict`;
 * anything else that the model does not admit, or that does not verify, ends the admitted prefix.
 */
export function validate(recording: Recording, strict: boolean): Validation {
  const { packets, failure } = examine(recording);
  const tdis = hostedIn(packets);
  const follower = new Follower(tdis.length);
  const exchanges = exchangesIn(packets);
  const notAdmitted: NotAdmitted[] = [];
  const remarks: Remark[] = [];
  const assumed: Record<string, number> = {};
  let admitted = 0;
  let stopped: number | undefined;
  for (const { packet, ask, answer } of exchanges) {
    const legal = follower.model.legal();
    const followed = follower.follow(ask, answer);
    for (const id of followed.assumed) assumed[id] = (assumed[id] ?? 0) + 1;
    if (followed.tsm !== undefined) {
      const { code, ...ground } = followed.tsm;
      remarks.push({ packet, ask: askText(ask), code, ground });
    }
    if (!followed.admitted) notAdmitted.push(record(packet, followed, answer, legal));
    if (!followed.admitted && (strict || followed.deviation === undefined)) {
      stopped = packet;
      break;
    }
    admitted++;
  }
  const rejected = stopped !== undefined || failure !== undefined;
  return {
    verdict: rejected
      ? 'trace rejected'
      : notAdmitted.length > 0
        ? 'admitted with known deviations'
        : 'admitted',
    packets: recording.packets.length,
    tdis,
    verified: counted(packets.flatMap(({ verified }) => verified)),
    failure: failure ?? null,
    exchanges: exchanges.length,
    admitted,
    prefix: Math.min(stopped ?? failure?.packet ?? Infinity, recording.packets.length),
    notAdmitted,
    remarks,
    assumed,
  };
}

function record(
  packet: number,
  { ask, expected, ground, deviation }: Followed,
  answer: Answer,
  legal: readonly string[],
): NotAdmitted {
  const known = deviation && {
    name: deviation.name,
    says: deviation.says,
    clause: deviation.clause,
  };
  return {
    packet,
    ask: askText(ask),
    expected,
    got: answerText(answer),
    ground,
    deviation: known ?? null,
    legal,
  };
}

function counted(facts: readonly Fact[]): Partial<Record<Fact, number>> {
  const counts: Partial<Record<Fact, number>> = {};
  for (const fact of facts) counts[fact] = (counts[fact] ?? 0) + 1;
  return counts;
}
