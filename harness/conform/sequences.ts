/** Sequences of requests that the model proposes: towards RUN most of the time, against the rules for the rest. */
import { Dice } from '../random.ts';
import { type Answer, type Ask, SUBS, type TdispRequest } from '../wire-model/ask.ts';
import { type Judged, WireModel } from '../wire-model/wire-model.ts';

/** Requests that belong together: keys of a stream are programmed and started as one. */
export interface Unit {
  readonly name: string;
  readonly asks: readonly Ask[];
}

const UNITS_MIN = 3;
const UNITS_MORE = 10;
const REQUESTS: readonly TdispRequest[] = ['lock', 'report', 'state', 'start', 'stop'];

export const CONNECT: Unit = { name: 'connect', asks: [{ kind: 'connect' }] };
const single = (ask: Ask): Unit => ({ name: ask.kind, asks: [ask] });

const slots = (stream: number, keySet: number) =>
  (['RX', 'TX'] as const).flatMap((direction) =>
    SUBS.map((_, sub) => ({ stream, keySet, sub, direction })),
  );
/** Six keys, and six K_SET_GO. */
const keyed = (stream: number, keySet: number): Unit => ({
  name: `key K${keySet}`,
  asks: (['KEY_PROG', 'K_SET_GO'] as const).flatMap((kind) =>
    slots(stream, keySet).map((slot) => ({ kind, ...slot })),
  ),
});
const stopped = (stream: number, keySet: number): Unit => ({
  name: `stop K${keySet}`,
  asks: slots(stream, keySet).map((slot) => ({ kind: 'K_SET_STOP', ...slot })),
});

/** The answer of a device that does as the model says. */
function answerBy({ expected }: Judged): Answer {
  const [first = 'accepted'] = expected;
  if (first === 'accepted') return { is: 'accepted' };
  if (first === 'no answer') return { is: 'silent' };
  if (isState(first)) return { is: 'accepted', state: first };
  return { is: 'refused', code: first };
}
const STATES = ['CONFIG_UNLOCKED', 'CONFIG_LOCKED', 'RUN', 'ERROR'] as const;
const isState = (text: string): text is (typeof STATES)[number] =>
  STATES.some((state) => state === text);

/** One sequence; the seed decides it. It begins with a connection. */
export function sequence(seed: number, tdis: number, stream: number): readonly Unit[] {
  const dice = new Dice(seed);
  const model = new WireModel(tdis);
  const units: Unit[] = [];
  const add = (unit: Unit): void => {
    units.push(unit);
    for (const ask of unit.asks) model.judge(ask, answerBy(model.expected(ask)));
  };
  add(CONNECT);
  const count = UNITS_MIN + dice.roll(UNITS_MORE);
  while (units.length < count) {
    if (!model.hasSession) {
      add(CONNECT);
      // What the end of the last session did shows only now.
      for (let tdi = 0; tdi < tdis; tdi++) add(single({ kind: 'tdisp', request: 'state', tdi }));
    } else
      add(dice.chance(11, 20) ? forward(model, dice, tdis, stream) : sideways(dice, tdis, stream));
    if (dice.chance(1, 4) && model.hasSession)
      add(single({ kind: 'tdisp', request: 'state', tdi: dice.roll(tdis) }));
  }
  return units;
}

/** What comes next on the way to RUN, and from there to STOP. */
function forward(model: WireModel, dice: Dice, tdis: number, stream: number): Unit {
  const tdi = dice.roll(tdis);
  if (!model.isKeyed)
    return dice.chance(1, 4) ? single({ kind: 'tdisp', request: 'lock', tdi }) : keyed(stream, 0);
  switch (model.stateOf(tdi)) {
    case 'CONFIG_UNLOCKED':
      return single({ kind: 'tdisp', request: 'lock', tdi });
    case 'CONFIG_LOCKED':
      return single(
        dice.chance(1, 3)
          ? { kind: 'tdisp', request: 'report', tdi }
          : { kind: 'tdisp', request: 'start', tdi, nonce: dice.chance(1, 4) ? 'other' : 'last' },
      );
    default:
      return single({ kind: 'tdisp', request: 'stop', tdi });
  }
}

/** Anything else. */
function sideways(dice: Dice, tdis: number, stream: number): Unit {
  const tdi = dice.chance(1, 6) ? 'foreign' : dice.roll(tdis);
  const request = REQUESTS[dice.roll(REQUESTS.length)] ?? 'state';
  switch (dice.roll(10)) {
    case 0:
      return single({ kind: 'hello', request: 'GET_TDISP_VERSION', tdi });
    case 1:
      return single({ kind: 'hello', request: 'GET_TDISP_CAPABILITIES', tdi });
    case 2:
      return single({ kind: 'tdisp', request, tdi, outside: true });
    case 3:
      return single({ kind: 'end', by: ENDS[dice.roll(ENDS.length)] ?? 'END_SESSION' });
    case 4:
      return single({ kind: 'tdisp', request: 'start', tdi, nonce: 'other' });
    case 5:
      return dice.chance(1, 2) ? stopped(stream, 0) : keyed(stream, 0);
    default:
      return single({ kind: 'tdisp', request, tdi, ...(request === 'start' && { nonce: 'last' }) });
  }
}
const ENDS = ['END_SESSION', 'GET_VERSION', 'DecryptError'] as const;
