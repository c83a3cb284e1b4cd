/** What a hostile relay does to secured messages, and a hostile fabric to TLPs. Whichever it is, the receiver must notice. */
import { DOE_TYPE, decodeDoe, encodeDoe } from '../../impl/stack/wire/index.ts';

/** Every way, of messages first. */
export const HARMS = [
  'message flipped',
  'message truncated',
  'message replayed',
  'message of an earlier session',
  'TLP forged',
  'TLP flipped',
  'TLP replayed',
  'TLP reordered',
] as const;
export type Harm = (typeof HARMS)[number];

/** A record begins with the session id and the length of what follows. */
const RECORD_HEADER = 6;
const TAG = 16;
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function flipped(bytes: Uint8Array, from: number, to: number, lot: number): Uint8Array {
  const copy = bytes.slice();
  const at = from + (lot % Math.max(1, to - from));
  copy[at] = (copy[at] ?? 0) ^ (1 << (lot & 7));
  return copy;
}

/** The records that went by in one direction. */
export class Records {
  readonly #seen: Uint8Array[] = [];

  /** Keeps a DOE object, if there is a record in it. */
  see(object: Uint8Array): void {
    const record = recordIn(object);
    if (record !== undefined) this.#seen.push(record);
  }

  /** A DOE object in place of one on its way; `lot` decides what is done where there is a choice. */
  harmed(object: Uint8Array, how: 'corrupt' | 'replay', lot: number): [Harm, Uint8Array] {
    const record = recordIn(object);
    if (record === undefined) throw new Error('Records.harmed: no record in the object');
    const session = viewOf(record).getUint32(0, true);
    const isOf = (r: Uint8Array): boolean => viewOf(r).getUint32(0, true) === session;
    const earlier = this.#seen.findLast((r) => !isOf(r));
    const before = this.#seen.findLast((r) => isOf(r) && Buffer.compare(r, record) !== 0);
    if (how === 'replay' && before !== undefined) return ['message replayed', wrapped(before)];
    if (earlier !== undefined && lot % 3 === 0) {
      const moved = earlier.slice();
      viewOf(moved).setUint32(0, session, true);
      return ['message of an earlier session', wrapped(moved)];
    }
    if (lot % 3 === 1) return ['message truncated', wrapped(record.subarray(0, -TAG))];
    return ['message flipped', wrapped(flipped(record, RECORD_HEADER, record.length, lot))];
  }
}
/** The record in a DOE object, without padding. */
function recordIn(object: Uint8Array): Uint8Array | undefined {
  const doe = decodeDoe(object);
  if (!doe.ok || doe.value.dataObjectType !== DOE_TYPE.securedSpdm) return undefined;
  const { payload } = doe.value;
  return payload.slice(0, RECORD_HEADER + viewOf(payload).getUint16(4, true));
}
const wrapped = (record: Uint8Array): Uint8Array => encodeDoe(DOE_TYPE.securedSpdm, record);

/** A TLP in place of none: one that arrived before, as it was or with one bit of its MAC changed; or one that is made up. */
export function harmedTlp(
  arrived: Uint8Array | undefined,
  forged: Uint8Array,
  lot: number,
): [Harm, Uint8Array] {
  if (arrived === undefined || lot % 3 === 0) return ['TLP forged', forged];
  if (lot % 3 === 1) return ['TLP replayed', arrived];
  return ['TLP flipped', flipped(arrived, arrived.length - TAG / 2, arrived.length, lot)];
}
