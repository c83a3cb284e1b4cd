/** NEGOTIATE_ALGORITHMS and ALGORITHMS: DSP0274, tables of these messages. */
import {
  before,
  type Coder,
  gap,
  joined,
  many,
  refuse,
  struct,
  u8,
  u16,
  u32,
  wrap,
} from './coder.ts';
import type { LayoutFacts } from './spdm-layout.ts';

/** Types of algorithm structures. */
export const ALGORITHM_TYPE = { dhe: 2, aead: 3, requesterAsym: 4, keySchedule: 5 } as const;

/** One kind of algorithm and the choices offered (a mask) or selected (one bit). */
interface AlgorithmStructure {
  readonly algType: number;
  readonly algSupported: number;
  /** Registered algorithms outside the fixed mask, as 32-bit ids. */
  readonly algExternal: readonly number[];
}

interface Extended {
  readonly extAsym: readonly number[];
  readonly extHash: readonly number[];
}

interface WithStructures {
  readonly algStructures: readonly AlgorithmStructure[];
}

/** The upper half of AlgCount: bytes of the mask, two for every type that is known. */
const FIXED_TWO = 0x20;

const structure: Coder<AlgorithmStructure> = wrap({
  encodeStream: (w, { algType, algSupported, algExternal }) => {
    if (algExternal.length > 15) throw w.err(`expected 15 algExternal, got ${algExternal.length}`);
    u8.encodeStream(w, algType);
    u8.encodeStream(w, FIXED_TWO | algExternal.length);
    u16.encodeStream(w, algSupported);
    many(undefined, u32).encodeStream(w, algExternal);
  },
  decodeStream: (r) => {
    const algType = u8.decodeStream(r);
    const at = r.pos;
    const algCount = u8.decodeStream(r);
    if ((algCount & 0xf0) !== FIXED_TWO) refuse(r, at, `AlgCount 0x2n, got ${algCount}`);
    const algSupported = u16.decodeStream(r);
    return { algType, algSupported, algExternal: many(algCount & 15, u32).decodeStream(r) };
  },
});

/** Two counts, reserved bytes with perhaps a field in them, the two lists. */
const extended = <T extends object>(between: Coder<T>): Coder<T & Extended> =>
  wrap({
    encodeStream: (w, value: T & Extended) => {
      u8.encodeStream(w, value.extAsym.length);
      u8.encodeStream(w, value.extHash.length);
      between.encodeStream(w, value);
      many(undefined, u32).encodeStream(w, [...value.extAsym, ...value.extHash]);
    },
    decodeStream: (r) => {
      const asymCount = u8.decodeStream(r);
      const hashCount = u8.decodeStream(r);
      const fields = between.decodeStream(r);
      const extAsym = many(asymCount, u32).decodeStream(r);
      return { ...fields, extAsym, extHash: many(hashCount, u32).decodeStream(r) };
    },
  });

/** The Length field, which counts the message from its header on, and what it covers. */
const lengthOf = <T>(inner: Coder<T>): Coder<T> =>
  wrap({
    encodeStream: (w, value: T) => {
      const bytes = inner.encode(value);
      u16.encodeStream(w, bytes.length + 6);
      w.bytes(bytes);
    },
    decodeStream: (r) => {
      const at = r.pos;
      const length = u16.decodeStream(r);
      const value = inner.decodeStream(r);
      if (r.pos !== length) refuse(r, at, `${r.pos}, got ${length}`, 'length', 'length');
      return value;
    },
  });

/** Header bytes: the number of structures, which is that of the list, and a reserved one. */
export const structureCount: Coder<WithStructures | Record<never, never>> = wrap({
  encodeStream: (w, value) => {
    w.byte('algStructures' in value ? value.algStructures.length : 0);
    w.byte(0);
  },
  decodeStream: (r) => {
    r.bytes(2);
    return {};
  },
});

const structures = (facts: LayoutFacts): Coder<WithStructures> =>
  struct({ algStructures: many(facts.param1, structure) });

const specifications = { measurementSpecification: u8, otherParams: u8 };

/** The offer of the requester: masks. */
export const offer = (facts: LayoutFacts) =>
  lengthOf(
    joined(
      struct({ ...specifications, baseAsymAlgo: u32, baseHashAlgo: before(u32, 12) }),
      joined(extended(struct({ melSpecification: gap(1, u8) })), structures(facts)),
    ),
  );

/** What the responder selected: one bit of each mask. */
export const selection = (facts: LayoutFacts) =>
  lengthOf(
    joined(
      struct({
        ...specifications,
        measurementHashAlgo: u32,
        baseAsymSel: u32,
        baseHashSel: before(u32, 11),
        melSpecification: u8,
      }),
      joined(extended(before(struct({}), 2)), structures(facts)),
    ),
  );
