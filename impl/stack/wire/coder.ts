/**
 * The pieces from which every layout is put together: micro-packed's coders, and what the
 * specifications need besides (reserved bytes, bytes of a negotiated size, named codes).
 *
 * A coder is written once and both reads and writes, so the two cannot disagree. Bytes that were
 * read are views of the input, not copies.
 */
import * as P from 'micro-packed';
import { type Decoded, decoded, malformed, whole } from './decoded.ts';

export type Coder<T> = P.CoderType<T>;
export type ValueOf<C> = P.UnwrapCoder<C>;
export const { struct, U8: u8, U16LE: u16, U32LE: u32, U64LE: u64, I64LE: i64, wrap } = P;
export const u24: Coder<number> = P.int(3, true);

/** Thrown by coders on input that they do not take, caught by {@link decodeWith}. */
class Refused extends Error {
  readonly at: number;
  readonly fault: 'length' | 'value';
  readonly field: string;

  constructor(
    reader: P.Reader,
    at: number,
    expected: string,
    fault: 'length' | 'value',
    field: string,
  ) {
    super(reader.err(expected).message);
    this.at = at;
    this.fault = fault;
    this.field = field;
  }
}

/**
 * Refuses the input: a field at `at` should have held what `expected` says. The reader knows which
 * field that is, except inside a coder of several: that names it.
 */
export function refuse(
  reader: P.Reader,
  at: number,
  expected: string,
  fault: 'length' | 'value' = 'value',
  field = '',
): never {
  throw new Refused(reader, at, expected, fault, field);
}

/** The next bytes, as many as `size`, which stands at `at`, says. */
export function take(reader: P.Reader, at: number, size: number, field?: string): Uint8Array {
  if (size > reader.leftBytes) {
    refuse(reader, at, `${size} bytes to follow, got ${reader.leftBytes}`, 'length', field);
  }
  return reader.bytes(size);
}

/** `n` reserved bytes (zero when written, ignored when read), then the value. */
export const gap = <T>(n: number, inner: Coder<T>): Coder<T> =>
  wrap({
    encodeStream: (w, value: T) => {
      w.bytes(new Uint8Array(n));
      inner.encodeStream(w, value);
    },
    decodeStream: (r) => {
      take(r, r.pos, n);
      return inner.decodeStream(r);
    },
  });

/** The value, then `n` reserved bytes. */
export const before = <T>(inner: Coder<T>, n: number): Coder<T> =>
  wrap({
    encodeStream: (w, value: T) => {
      inner.encodeStream(w, value);
      w.bytes(new Uint8Array(n));
    },
    decodeStream: (r) => {
      const value = inner.decodeStream(r);
      take(r, r.pos, n);
      return value;
    },
  });

/** No field at all. */
export const nothing: Coder<Record<never, never>> = struct({});

/** Exactly `size` bytes; undefined, when only the writer knows, as many as there are in the value. */
export const sized = (size: number | undefined): Coder<Uint8Array> =>
  wrap({
    encodeStream: (w, value: Uint8Array) => {
      if (size !== undefined && value.length !== size) {
        throw w.err(`expected ${size} bytes, got ${value.length}`);
      }
      w.bytes(value);
    },
    decodeStream: (r) => take(r, r.pos, size ?? 0),
  });

/** All bytes that are left. */
export const rest: Coder<Uint8Array> = P.bytes(null);

/** A length field, then that many bytes. */
export const counted = (length: Coder<number>): Coder<Uint8Array> =>
  wrap({
    encodeStream: (w, value: Uint8Array) => {
      length.encodeStream(w, value.length);
      w.bytes(value);
    },
    decodeStream: (r) => {
      const at = r.pos;
      return take(r, at, length.decodeStream(r));
    },
  });

/** A portion of something longer: its length, the length of what remains after it, the portion. */
export const portion = <N extends string>(
  name: N,
): Coder<Readonly<Record<N, Uint8Array>> & { readonly remainderLength: number }> =>
  wrap({
    encodeStream: (w, value: Readonly<Record<N, Uint8Array>> & { remainderLength: number }) => {
      u16.encodeStream(w, value[name].length);
      u16.encodeStream(w, value.remainderLength);
      w.bytes(value[name]);
    },
    decodeStream: (r) => {
      const at = r.pos;
      const length = u16.decodeStream(r);
      const remainderLength = u16.decodeStream(r);
      // A computed key has type string; its name is N.
      const fields = { [name]: take(r, at, length, name) } as Readonly<Record<N, Uint8Array>>;
      return { ...fields, remainderLength };
    },
  });

/** A known number of equal things; undefined when only the writer knows it. */
export const many = <T>(count: number | undefined, inner: Coder<T>): Coder<readonly T[]> =>
  wrap({
    encodeStream: (w, values: readonly T[]) => {
      if (count !== undefined && values.length !== count) {
        throw w.err(`expected ${count} elements, got ${values.length}`);
      }
      for (const value of values) inner.encodeStream(w, value);
    },
    decodeStream: (r) => {
      const values: T[] = [];
      for (let i = 0; i < (count ?? 0); i++) values.push(inner.decodeStream(r));
      return values;
    },
  });

/** A count, then that many equal things, none of which is empty. */
export const list = <T>(count: Coder<number>, inner: Coder<T>): Coder<readonly T[]> =>
  wrap({
    encodeStream: (w, values: readonly T[]) => {
      count.encodeStream(w, values.length);
      for (const value of values) inner.encodeStream(w, value);
    },
    decodeStream: (r) => {
      const at = r.pos;
      const n = count.decodeStream(r);
      // Each takes a byte at least: a count that lies is refused before anything is allocated.
      if (n > r.leftBytes)
        refuse(r, at, `${n} elements to follow in ${r.leftBytes} bytes`, 'length');
      return many(n, inner).decodeStream(r);
    },
  });

/** The fields of one record, then those of another, as one record. */
export const joined = <A extends object, B extends object>(
  first: Coder<A>,
  second: Coder<B>,
): Coder<A & B> =>
  wrap({
    encodeStream: (w, value: A & B) => {
      first.encodeStream(w, value);
      second.encodeStream(w, value);
    },
    decodeStream: (r) => ({ ...first.decodeStream(r), ...second.decodeStream(r) }),
  });

/** A code that has a name. Others are refused. */
export function named<N extends string>(
  inner: Coder<number>,
  codes: Readonly<Record<N, number>>,
): Coder<N> {
  const names = new Map<number, N>();
  for (const name in codes) names.set(codes[name], name);
  const expected = `one of ${[...names.keys()].join(', ')}`;
  return wrap({
    encodeStream: (w, name: N) => {
      if (!Object.hasOwn(codes, name)) throw w.err(`expected a name of a code, got ${name}`);
      inner.encodeStream(w, codes[name]);
    },
    decodeStream: (r) => {
      const at = r.pos;
      const code = inner.decodeStream(r);
      return names.get(code) ?? refuse(r, at, `${expected}, got ${code}`);
    },
  });
}

/** micro-packed puts the path of the field in front of what it says. */
const READER_TEXT = /^Reader\((?<path>[^)]*)\): (?<text>.*)$/s;

/**
 * Decodes the front of `bytes`.
 *
 * Errors that are not a reader's are bugs of ours and pass through.
 */
export function decodeFront<T>(what: string, coder: Coder<T>, bytes: Uint8Array): Decoded<T> {
  let reader: P.Reader | undefined;
  const watched = wrap({
    encodeStream: coder.encodeStream,
    decodeStream: (r) => {
      reader = r;
      return coder.decodeStream(r);
    },
  });
  try {
    const value = watched.decode(bytes, { allowUnreadBytes: true });
    return decoded(value, reader?.pos ?? 0);
  } catch (error) {
    const groups = error instanceof Error && READER_TEXT.exec(error.message)?.groups;
    if (!groups) throw error;
    const refused = error instanceof Refused;
    const path = [what, ...(groups.path?.split('/') ?? []), refused ? error.field : ''];
    const field = path.filter((name) => name !== '').join('.');
    if (refused) {
      return malformed(field, error.at, groups.text ?? '', error.fault);
    }
    // What else a reader says is that the bytes end inside a number.
    return malformed(field, reader?.pos ?? 0, 'more bytes', 'length');
  }
}

/** Decodes all of `bytes`: what is left over is an error. */
export const decodeWith = <T>(what: string, coder: Coder<T>, bytes: Uint8Array): Decoded<T> =>
  whole(what, bytes, decodeFront(what, coder, bytes));

/** Encodes; a value that does not fit throws an error that names `what` and the field. */
export function encodeWith<T>(what: string, coder: Coder<T>, value: T): Uint8Array {
  try {
    return coder.encode(value);
  } catch (error) {
    throw new RangeError(`encode ${what}: ${error instanceof Error ? error.message : error}`);
  }
}
